import type { DeliveredRequest } from '../../src/store/deliveries.ts';
import { identityOf } from '../../src/store/identity.ts';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { machineId } from '../../src/team/pushTeam.ts';
import type { TeamCaller } from '../../src/team/teamBatch.ts';
import { teamTeller } from '../../src/team/teamTeller.ts';
import { random } from '../fuzz/random.ts';

/** What one process of the load generator plays. */
export interface Load {
  url: string;
  rows: number;
  machines: number;
  connections: number;
  /** Which of the generators it is: it plays every n-th machine. */
  worker: number;
  workers: number;
  nowMs: number;
}

export const ACCOUNTS = 20;
export const SPAN_DAYS = 90;
const BATCH = 2_000;
const PER_SESSION = 84;
const MODELS = [
  ['claude-code', 'anthropic', 'claude-sonnet-4-5'],
  ['claude-code', 'anthropic', 'claude-opus-4-1'],
  ['codex', 'openai', 'gpt-5-codex'],
  ['gemini-cli', 'google', 'gemini-2.5-pro'],
] as const;

/** One machine's history: sessions of 84 requests over the span, some of them by a subagent. */
function* history(
  machine: number,
  rows: number,
  nowMs: number,
): Generator<{ request: DeliveredRequest; caller: TeamCaller }> {
  const chance = random(machine);
  const sessions = Math.ceil(rows / PER_SESSION);
  let id = 0;
  for (let number = 0; number < sessions; number++) {
    const [agent, provider, model] = chance.pick(MODELS);
    const key = `machine-${machine}-session-${number}`;
    const callers = ['main', 'Explore'].map((name) => ({
      caller: identityOf('caller', agent, key, name, provider, model, ''),
      session: identityOf('session', agent, key),
      user_name: `user-${machine}`,
      workspace: `project-${chance.below(8) + (machine % ACCOUNTS) * 8}`,
      agent,
      agent_name: name,
      provider,
      model,
    }));
    let atMs = nowMs - SPAN_DAYS * 86_400_000 + (SPAN_DAYS * 86_400_000 * number) / sessions;
    let context = 18_000;
    for (let i = 0; i < PER_SESSION && id < rows; i++, id++) {
      atMs += 5_000 + chance.below(60_000);
      const added = 200 + chance.below(2_500);
      const which = i % 20 >= 15 ? 1 : 0;
      yield {
        caller: callers[which] as TeamCaller,
        request: {
          id,
          agent,
          provider,
          model,
          requestKey: `${key}-${i}`,
          callerId: number * 2 + which,
          atMs: Math.min(Math.floor(atMs), nowMs),
          input: chance.below(20),
          cacheRead: context,
          cacheWrite5m: added,
          cacheWrite1h: 0,
          output: 40 + chance.below(900),
          reasoning: 0,
          costUsd: context * 3e-7 + added * 3.75e-6,
          estimated: 0,
          startsTask: i % 12 === 0 ? 1 : 0,
          isCopy: 0,
        },
      };
      context += added;
    }
  }
}

/** Plays its machines, one after the other on each connection. @param onBatch told how long each batch took */
export async function playMachines(
  { url, rows, machines, connections, worker, workers, nowMs }: Load,
  onBatch: (batch: { rows: number; ms: number }) => void,
): Promise<void> {
  const mine = Array.from({ length: machines }, (_, machine) => machine).filter(
    (machine) => machine % workers === worker,
  );
  const perMachine = Math.ceil(rows / machines);
  const connection = async (): Promise<void> => {
    for (let machine = mine.shift(); machine !== undefined; machine = mine.shift()) {
      const team = await connectTeam(url);
      const account = `account-${machine % ACCOUNTS}`;
      const id = machineId(`installation-${machine}`, 'bench');
      const teller = await teamTeller(team);
      let number = (await teller.hello(id)).find((each) => each.account === account)?.batch ?? 0;
      const told = new Set<number>();
      let requests: DeliveredRequest[] = [];
      const callers = new Map<number, TeamCaller>();
      const flush = async (): Promise<void> => {
        const news = [...callers].filter(([key]) => !told.has(key));
        const began = performance.now();
        await teller.push(
          { account, machine: id, number: ++number, callers: news.map(([, caller]) => caller) },
          requests,
          (key) => callers.get(key)?.caller ?? '',
        );
        onBatch({ rows: requests.length, ms: performance.now() - began });
        for (const [key] of news) told.add(key);
        callers.clear();
        requests = [];
      };
      const length = Math.min(perMachine, rows - machine * perMachine);
      for (const { request, caller } of history(machine, length, nowMs)) {
        requests.push(request);
        callers.set(request.callerId, caller);
        if (requests.length === BATCH) await flush();
      }
      if (requests.length > 0) await flush();
      await team.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
}
