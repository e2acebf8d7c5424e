// A team's store under load: many machines tell a PostgreSQL of this machine what they used; then what Show Usage asks of it is timed.
//   npm run bench:team [-- rows machines connections]     10,000,000 rows of 500 machines over 8 connections
//   npm run bench:team -- --docs                          the same, and writes the figures into docs/scale.md
// With ATM_KEEP=1 the server stays, to be looked at; with ATM_TEAM_URL a server of one's own is filled (a superuser's connection string).

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { spanAt, spansOf } from '../../src/queries/calendar.ts';
import { connectTeam, type TeamConnection } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import { teamCoverage, teamSpans, teamUsage } from '../../src/team/teamUsage.ts';
import { startPostgres } from '../team/postgres.ts';
import { machine } from './readme.ts';
import { type BenchRow, percentile, printRows } from './row.ts';
import { writeTeamDocs } from './teamDocs.ts';
import { ACCOUNTS, type Load, SPAN_DAYS } from './teamLoad.ts';

const words = process.argv.slice(2);
const [rows = 10_000_000, machines = 500, connections = 8] = words.filter((word) => word !== '--docs').map(Number);
const nowMs = Date.now();
const timeZone = 'America/New_York';
const RUNS = 5;

async function run(): Promise<void> {
  const own = process.env.ATM_TEAM_URL;
  const server =
    own === undefined
      ? await startPostgres({
          shared_buffers: '512MB',
          max_wal_size: '4GB',
          work_mem: '64MB',
          checkpoint_timeout: '15min',
        })
      : undefined;
  const url = own ?? (server as NonNullable<typeof server>).url('postgres');
  const admin = await connectTeam(url);

  const size = async (): Promise<Record<string, number>> => {
    const [row] = await admin.query(`
      SELECT sum(pg_total_relation_size(i.inhrelid)) FILTER (WHERE i.inhparent = 'atm.requests'::regclass) AS requests,
        sum(pg_indexes_size(i.inhrelid)) FILTER (WHERE i.inhparent = 'atm.requests'::regclass) AS "requestIndexes",
        sum(pg_total_relation_size(i.inhrelid)) FILTER (WHERE i.inhparent = 'atm.usage_slots'::regclass) AS slots,
        pg_total_relation_size('atm.callers') AS callers, pg_total_relation_size('atm.places') AS places,
        count(*) FILTER (WHERE i.inhparent = 'atm.requests'::regclass) AS months,
        (SELECT count(*) FROM atm.usage_slots) AS "slotRows", (SELECT count(*) FROM atm.callers) AS "callerRows"
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r'`);
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
  };

  const whole = (value: unknown): string => Math.round(Number(value ?? 0)).toLocaleString('en');
  const mb = (bytes: number | undefined): string => `${whole((bytes ?? 0) / 1e6)} MB`;

  try {
    await migrateTeam(admin);
    await admin.query('DO $$ BEGIN CREATE ROLE bench LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$');
    for (let account = 0; account < ACCOUNTS; account++)
      await admin.query('SELECT atm.admit($1, $2)', ['bench', `account-${account}`]);
    const benchUrl = Object.assign(new URL(url), { username: 'bench' }).href;
    console.log(
      `${rows} rows of ${machines} machines over ${SPAN_DAYS} days, ${ACCOUNTS} accounts, ${connections} connections; ${cpus().length} × ${cpus()[0]?.model}, ${mb(totalmem())}`,
    );

    const loadBefore = loadavg()[0] ?? 0;
    const began = performance.now();
    const batchMs: number[] = [];
    let told = 0;
    const report = setInterval(
      () => console.log(`  ${told} rows, ${Math.round(told / ((performance.now() - began) / 1000))} rows/s`),
      30_000,
    );
    const workers = 2;
    await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const load: Load = {
          url: benchUrl,
          rows,
          machines,
          connections: connections / workers,
          worker,
          workers,
          nowMs,
        };
        const child = fork(path.join(import.meta.dirname, 'teamLoadProcess.ts'), [JSON.stringify(load)], {
          execArgv: ['--import', 'tsx'],
        });
        child.on('message', ({ rows, ms }: { rows: number; ms: number }) => {
          told += rows;
          batchMs.push(ms);
        });
        const [code] = await once(child, 'exit');
        if (code !== 0) throw new Error(`a generator ended with ${code}`);
      }),
    );
    clearInterval(report);
    const seconds = (performance.now() - began) / 1000;
    await admin.query('ANALYZE');
    const sizes = await size();
    const [counted] = await admin.query(
      'SELECT count(*) AS rows, sum(input + cache_read + cache_write_5m + cache_write_1h + output) AS tokens FROM atm.requests',
    );
    const [summed] = await admin.query(
      'SELECT sum(turns) AS rows, sum(input + cache_read + cache_write_5m + cache_write_1h + output) AS tokens FROM atm.usage_slots',
    );
    const table: BenchRow[] = [
      { what: 'rows told', value: `${whole(told)} in ${whole(seconds)} s` },
      { what: 'rows per second', value: whole(told / seconds) },
      {
        what: 'a batch of 2,000, median and 95 %',
        value: `${percentile(batchMs, 0.5).toFixed(0)} ms, ${percentile(batchMs, 0.95).toFixed(0)} ms`,
      },
      {
        what: 'rows in the store, and in its sums',
        value: `${whole(counted?.rows)}, ${whole(summed?.rows)}`,
        bound: 'equal',
        holds: JSON.stringify(counted) === JSON.stringify(summed) && Number(counted?.rows) === told,
      },
      {
        what: 'requests, of that their index',
        value: `${mb(sizes.requests)}, ${mb(sizes.requestIndexes)}: ${((sizes.requests ?? 0) / told).toFixed(0)} bytes a row`,
      },
      {
        what: 'where each request counts',
        value: `${mb(sizes.places)}: ${((sizes.places ?? 0) / told).toFixed(0)} bytes a row`,
      },
      { what: 'sums by quarter of an hour', value: `${whole(sizes.slotRows)} rows, ${mb(sizes.slots)}` },
      { what: 'callers', value: `${whole(sizes.callerRows)} rows, ${mb(sizes.callers)}` },
      { what: 'months', value: String(sizes.months) },
    ];
    const loadBetween = loadavg()[0] ?? 0;
    const reader = await connectTeam(benchUrl);
    const asked = await queries(reader);
    await reader.close();
    printRows([...table, ...asked]);
    if (!words.includes('--docs')) return;
    const [version] = await admin.query('SHOW server_version');
    const date = new Date(nowMs).toISOString().slice(0, 10);
    writeTeamDocs(
      {
        rows: told,
        seconds: Math.round(seconds),
        requestBytes: Math.round((sizes.requests ?? 0) / told),
        placeBytes: Math.round((sizes.places ?? 0) / told),
        sumBytes: Math.round((((sizes.slots ?? 0) + (sizes.callers ?? 0)) / told) * 10) / 10,
      },
      [
        {
          about: `${told.toLocaleString('en')} requests of ${machines} machines over ${SPAN_DAYS} days in ${ACCOUNTS} accounts, told by ${connections} connections to a PostgreSQL ${String(version?.server_version).split(' ')[0]} on the same machine that made the load up (${date}; ${machine(process.versions.node)}; \`fsync\` on, 512 MB of shared buffers). Load before it began: ${loadBefore.toFixed(1)}, when all was told: ${loadBetween.toFixed(1)}.`,
          rows: table,
        },
        {
          about: `What Show Usage asks of them, as a member of all ${ACCOUNTS} accounts (median of ${RUNS}):`,
          rows: asked,
        },
      ],
    );
  } finally {
    await admin.close();
    if (process.env.ATM_KEEP) {
      console.log(`The server stays: ${url}`);
      await once(process, 'SIGINT');
    }
    await server?.stop();
  }
}

/** What Show Usage asks, as a member of all accounts asks it. */
async function queries(team: TeamConnection): Promise<BenchRow[]> {
  const span = (unit: 'day' | 'week' | 'month') => spanAt(nowMs, unit, timeZone);
  const days = (from: number) =>
    spansOf(spanAt(nowMs - from * 86_400_000, 'day', timeZone).sinceMs, span('day').untilMs, 'day', timeZone);
  const asked: [string, () => Promise<unknown>][] = [
    ['coverage', () => teamCoverage(team)],
    ['usage today', () => teamUsage(team, span('day'), 100)],
    ['usage this week', () => teamUsage(team, span('week'), 100)],
    ['usage this month', () => teamUsage(team, span('month'), 100)],
    ['usage of everything', () => teamUsage(team, {}, 100)],
    ['usage of everything of an account', () => teamUsage(team, { account: 'account-3' }, 100)],
    ['usage of everything of a user', () => teamUsage(team, { user: 'user-17' }, 100)],
    ['usage of everything of a model', () => teamUsage(team, { model: 'gpt-5-codex' }, 100)],
    ['by day, 30 days', () => teamSpans(team, days(30), {})],
    ['by day, everything', () => teamSpans(team, days(SPAN_DAYS), {})],
    ['by day, everything of an account', () => teamSpans(team, days(SPAN_DAYS), { account: 'account-3' })],
  ];
  const found: BenchRow[] = [];
  for (const [what, ask] of asked) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
    }
    found.push({ what, value: `${percentile(times, 0.5).toFixed(0)} ms` });
  }
  return found;
}

void run();
