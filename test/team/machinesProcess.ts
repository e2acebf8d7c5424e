import { setTimeout as delay } from 'node:timers/promises';
import type { RequestRow } from '../../src/ledger/rows.ts';
import { TEAM } from '../../src/store/deliveries.ts';
import { createTeamSender } from '../../src/team/teamSender.ts';
import { random } from '../fuzz/random.ts';
import { request } from '../unit/store/sampleRows.ts';
import { machine, settingsOf } from './machine.ts';

/** Machines that are played in one process, to be killed at any time. */
export interface MachinesWork {
  url: string;
  machines: { name: string; file: string; seed: number; account: string }[];
  /** Requests of each machine. */
  rows: number;
}

const CHUNK = 100;
const AT_MS = Date.UTC(2026, 8, 25);

/** A request as it is known at first, or later: a reply that has grown, with a better time. */
function made(name: string, seed: number, index: number, isCorrected: boolean): RequestRow {
  const chance = random(seed * 1_000_003 + index);
  const output = 1 + chance.below(500);
  const usage = {
    input: chance.below(100),
    cacheRead: chance.below(100_000),
    cacheWrite5m: chance.below(3000),
    cacheWrite1h: 0,
    output,
    reasoning: chance.below(output),
  };
  const isLate = isCorrected && index % 7 === 0;
  return request(`${name}-${index}`, {
    sessionId: `${name}-${Math.floor(index / 80)}`,
    atMs: AT_MS + index * 47_000 - (isLate ? 5 * 86_400_000 : 0),
    model: chance.pick(['claude-sonnet-4-5', 'my-own-model']),
    usage: isCorrected ? { ...usage, output: output + 700 } : usage,
    taskId: index % 11 === 0 ? `${name}-task-${index}` : undefined,
    offset: index,
    shares: [],
  });
}

/** Stores a machine's requests bit by bit, and tells the team meanwhile; ends when the team has everything. */
async function play(
  { name, file, seed, account }: MachinesWork['machines'][number],
  { url, rows }: MachinesWork,
): Promise<void> {
  const own = await machine(name, file);
  const sender = createTeamSender({
    source: own.store,
    settings: settingsOf(url),
    onTrouble: () => undefined,
    pace: { gatherMs: 20, firstRetryMs: 20, mostRetryMs: 200 },
    push: { host: name, batchRows: 500 },
  });
  const stored = (): number => own.store.all<{ n: number }>('SELECT count(*) AS n FROM requests')[0]?.n ?? 0;
  for (let from = Math.max(0, stored() - (stored() % CHUNK) - CHUNK); from < rows; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, rows - from) }, (_, i) => made(name, seed, from + i, false));
    own.commit(chunk, { account });
    own.commit(
      chunk.flatMap((_, i) => (i % 9 === 0 ? [made(name, seed, from + i, true)] : [])),
      { account },
    );
    sender.kick();
    await delay(1);
  }
  while (own.store.deliveries.waiting(TEAM) > 0) {
    sender.kick();
    await delay(20);
  }
  await sender.stop();
  own.close();
}

async function run(work: MachinesWork): Promise<void> {
  await Promise.all(work.machines.map((each) => play(each, work)));
}

void run(JSON.parse(process.argv[2] ?? '{}') as MachinesWork);
