import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import type { TeamLayout } from '../../src/team/teamTeller.ts';
import { random } from '../fuzz/random.ts';
import { cockroachLacks, lackingServer } from './lackingServer.ts';
import { machine, type Totals, totalsOfStores, totalsOfTeam } from './machine.ts';
import type { MachinesWork } from './machinesProcess.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { digestsOfStores, digestsOfTeam, strayRows } from './teamTables.ts';

export interface TeamChaos {
  serverKills: number;
  machineKills: number;
  /** By account: of the machines' own stores, of the team's rows, of its sums. */
  own: [string, Totals][];
  rows: [string, Totals][];
  slots: [string, Totals][];
  /** Whether each account's requests are those of the machines' own stores, row by row. */
  isEachRowSame: boolean;
  /** Rows of each table that do not follow from the requests. */
  stray: Record<string, number>;
}

const ACCOUNTS = ['acme', 'other', 'third'];

async function setUp(server: Postgres): Promise<void> {
  const admin = await connectTeam(server.url());
  await migrateTeam(admin);
  for (const account of ACCOUNTS) await admin.query("SELECT atm.admit('ada', $1)", [account]);
  await admin.close();
}

/** As on a server that lacks what CockroachDB lacks. */
export async function setUpJournal(server: Postgres): Promise<void> {
  const proxy = await lackingServer(
    server.port,
    cockroachLacks(() => 1),
  );
  const admin = await connectTeam(server.url().replace(`:${server.port}/`, `:${proxy.port}/`));
  await migrateTeam(admin);
  for (const account of ACCOUNTS)
    await admin.query("INSERT INTO atm.members VALUES ($1, 'ada', true, true)", [account]);
  await admin.query('GRANT atm_reader, atm_writer TO ada');
  await admin.close();
  await proxy.close();
}

/** Kills PostgreSQL and processes with machines again and again while these tell their team what they used, and sums up what is where. */
export async function teamInChaos({
  machines,
  rows,
  processes,
  everyMs,
  kills: most = Number.POSITIVE_INFINITY,
  seed,
  layout = 'functions',
}: {
  machines: number;
  rows: number;
  processes: number;
  /** A kill about so often. */
  everyMs: number;
  /** No more of them than this. */
  kills?: number;
  seed: number;
  layout?: TeamLayout;
}): Promise<TeamChaos> {
  const chance = random(seed);
  const folder = mkdtempSync(path.join(tmpdir(), 'atm-team-'));
  const server = await startPostgres({ fsync: 'off' });
  const all = Array.from({ length: machines }, (_, i) => ({
    name: `machine-${i}`,
    file: path.join(folder, `${i}.db`),
    seed: seed + i,
    account: ACCOUNTS[i % ACCOUNTS.length] as string,
  }));
  const running = new Map<number, ChildProcess>();
  let failed: string | undefined;
  const kills = { server: 0, machine: 0 };
  const start = (index: number): void => {
    const work: MachinesWork = {
      url: server.url('ada'),
      rows,
      machines: all.filter((_, i) => i % processes === index),
    };
    const script = path.join(import.meta.dirname, 'machinesProcess.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(work)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    running.set(index, child);
    child.on('exit', (code, signal) => {
      running.delete(index);
      if (signal === 'SIGKILL') start(index);
      else if (code !== 0) failed = `a process ended with ${code ?? signal}`;
    });
  };
  try {
    await server.query('CREATE ROLE ada LOGIN');
    await (layout === 'functions' ? setUp(server) : setUpJournal(server));
    for (let index = 0; index < processes; index++) start(index);
    while (running.size > 0 && failed === undefined) {
      await delay(everyMs * (0.5 + chance.below(1000) / 1000));
      if (running.size === 0 || kills.server + kills.machine >= most) continue;
      if (chance.chance(0.5)) {
        await server.kill();
        await server.start();
        kills.server++;
      } else {
        chance.pick([...running.values()]).kill('SIGKILL');
        kills.machine++;
      }
    }
    if (failed !== undefined) throw new Error(failed);
    const told = await totalsOfTeam((sql) => server.query(sql));
    const own = await Promise.all(all.map(({ name, file }) => machine(name, file)));
    const sorted = (totals: Map<string, Totals>) => [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const query = (sql: string) => server.query(sql);
    const isEachRowSame = JSON.stringify(await digestsOfTeam(query)) === JSON.stringify(digestsOfStores(own));
    const result = {
      isEachRowSame,
      stray: layout === 'functions' ? await strayRows(query) : {},
      serverKills: kills.server,
      machineKills: kills.machine,
      own: sorted(totalsOfStores(own.map(({ store }) => store))),
      rows: sorted(told.rows),
      slots: sorted(told.slots),
    };
    for (const each of own) each.close();
    return result;
  } finally {
    for (const child of running.values()) {
      child.removeAllListeners('exit');
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
