import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectTeam, type TeamConnection } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import { requestIdentity } from '../../src/team/teamBatch.ts';
import { TeamError } from '../../src/team/teamSettings.ts';
import { storedMonth } from '../../src/team/teamWindow.ts';
import { request } from '../unit/store/sampleRows.ts';
import { cockroachLacks, lackingServer } from './lackingServer.ts';
import { type Machine, machine, totalsOfTeam } from './machine.ts';
import { type Postgres, serverFor } from './postgres.ts';

const MONTHS = [Date.UTC(2026, 7, 31, 23, 50), Date.UTC(2026, 8, 1, 0, 5), Date.UTC(2026, 10, 3, 4)];
const ACCOUNTS = ['acme', 'other'];
const KEYS = ['a', 'b', 'c', 'd'];

/** A machine finds a copy of a request, dated and accounted for as its transcript says; or loses all its transcripts of an account. */
type Step =
  | { does: 'tell'; machine: number; key: string; month: number; account: number; output: number; cacheRead: number }
  | { does: 'lose'; machine: number; account: number };

const tell = fc.record({
  does: fc.constant('tell' as const),
  machine: fc.nat(2),
  key: fc.constantFrom(...KEYS),
  month: fc.nat(2),
  account: fc.nat(1),
  output: fc.integer({ min: 1, max: 900 }),
  cacheRead: fc.integer({ min: 0, max: 90_000 }),
});
const lose = fc.record({ does: fc.constant('lose' as const), machine: fc.nat(2), account: fc.nat(1) });

interface Row {
  identity: string;
  account: string;
  month: string;
  at_ms: string;
  output: string;
  cache_read: string;
}

for (const layout of ['functions', 'journal'] as const) {
  describe(`a request that several machines tell with other dates and of other accounts, kept by ${layout}`, function () {
    this.timeout(240_000);
    let server: Postgres;
    let databases = 0;

    before(async function () {
      server = await serverFor(this, ['ada', 'bob', 'eve']);
      await server.query('CREATE DATABASE tables');
      const admin = await connectTeam(server.url('postgres', 'tables'));
      if (layout === 'functions') {
        await migrateTeam(admin);
        await admin.query("SELECT atm.admit('ada', 'acme'), atm.admit('ada', 'other')");
        await admin.query("SELECT atm.admit('bob', 'acme'), atm.admit('eve', 'other')");
      } else {
        const proxy = await lackingServer(
          server.port,
          cockroachLacks(() => 1),
        );
        const lacking = await connectTeam(
          server.url('postgres', 'tables').replace(`:${server.port}/`, `:${proxy.port}/`),
        );
        await migrateTeam(lacking);
        await lacking.close();
        await proxy.close();
        await admin.query("INSERT INTO atm.members VALUES ('acme', 'ada', true, true), ('other', 'ada', true, true)");
        await admin.query('GRANT atm_reader, atm_writer TO ada');
      }
      await admin.close();
    });
    after(() => server?.stop());

    /** A database of its own with three machines; they are told apart by what they find. */
    const withTeam = async (
      work: (team: { url: (role: string) => string; admin: TeamConnection; machines: Machine[] }) => Promise<void>,
    ): Promise<void> => {
      const name = `copies_${++databases}`;
      await server.query(`CREATE DATABASE ${name} TEMPLATE tables`);
      const machines = await Promise.all(['one', 'two', 'three'].map((each) => machine(each)));
      const admin = await connectTeam(server.url('postgres', name));
      try {
        await work({ url: (role) => server.url(role, name), admin, machines });
      } finally {
        await admin.close();
        for (const each of machines) each.close();
        await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      }
    };
    const find = (own: Machine, { key, month, account, output, cacheRead }: Extract<Step, { does: 'tell' }>): void =>
      own.commit(
        [
          request(key, {
            sessionId: `session-of-${ACCOUNTS[account]}`,
            atMs: MONTHS[month],
            usage: { input: 1, cacheRead, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning: 0 },
          }),
        ],
        { path: `/${own.name}/${account}-${key}.jsonl`, account: ACCOUNTS[account] },
      );
    const rowsOf = async (admin: TeamConnection): Promise<Row[]> =>
      (await admin.query(`SELECT replace(identity::text, '-', '') AS identity, account, month::text, at_ms::text, output::text,
      cache_read::text FROM atm.requests ORDER BY identity`)) as unknown as Row[];
    /** What each machine's own store says by now of a request. */
    const told = (machines: readonly Machine[], key: string) =>
      machines.flatMap(({ store }) =>
        store.all<{ account: string; atMs: number; output: number; cacheRead: number }>(
          `SELECT s.account, r.at_ms AS atMs, r.output_tokens AS output, r.cache_read_tokens AS cacheRead
        FROM requests r JOIN callers c ON c.id = r.caller_id JOIN sessions s ON s.id = c.session_id WHERE r.request_key = :key`,
          { ':key': key },
        ),
      );
    /** Everything that must hold whatever happened. */
    const assertSound = async (admin: TeamConnection, machines: readonly Machine[], isMaximum: boolean) => {
      const rows = await rowsOf(admin);
      const known = KEYS.filter((key) => told(machines, key).length > 0);
      assert.deepEqual(
        rows.map(({ identity }) => identity),
        known.map((key) => requestIdentity('claude-code', key)).sort(),
        'each request once',
      );
      for (const key of known) {
        const row = rows.find(({ identity }) => identity === requestIdentity('claude-code', key)) as Row;
        const tellings = told(machines, key);
        assert.ok(
          tellings.some(({ account }) => account === row.account),
          `${key} counts where somebody has it`,
        );
        assert.equal(row.month, storedMonth(Number(row.at_ms)));
        if (!isMaximum) continue;
        assert.equal(Number(row.output), Math.max(...tellings.map(({ output }) => output)), key);
        assert.equal(Number(row.cache_read), Math.max(...tellings.map(({ cacheRead }) => cacheRead)), key);
        assert.equal(Number(row.at_ms), Math.min(...tellings.map(({ atMs }) => atMs)), key);
      }
      const totals = await totalsOfTeam((sql) => admin.query(sql));
      assert.deepEqual(Object.fromEntries(totals.slots), Object.fromEntries(totals.rows));
      const [months] = await admin.query(`SELECT
      (SELECT coalesce(sum(turns), 0)::int FROM atm.usage_months) AS turns,
      (SELECT coalesce(sum(output), 0)::int FROM atm.usage_months) AS output`);
      const output = rows.reduce((sum, row) => sum + Number(row.output), 0);
      assert.deepEqual(months, { turns: rows.length, output });
      if (layout === 'journal') return;
      const [places] = await admin.query('SELECT count(*)::int AS n FROM atm.places');
      assert.equal(places?.n, rows.length);
    };

    it('counts once, with the maximum of each field and the earliest time', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(tell, { minLength: 2, maxLength: 12 }), (steps) =>
          withTeam(async ({ url, admin, machines }) => {
            // A session keeps its account, and a machine has a request in one session.
            const first = new Map<string, number>();
            for (const step of steps) {
              const own = machines[step.machine] as Machine;
              const place = `${step.machine} ${step.key}`;
              first.set(place, first.get(place) ?? step.account);
              find(own, { ...step, account: first.get(place) as number });
              await own.push(url('ada'));
            }
            await assertSound(admin, machines, true);
          }),
        ),
        { numRuns: layout === 'functions' ? 12 : 5 },
      );
    });

    it('counts once while machines lose transcripts, and find them in other accounts', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof({ weight: 4, arbitrary: tell }, { weight: 1, arbitrary: lose }), {
            minLength: 3,
            maxLength: 16,
          }),
          (steps) =>
            withTeam(async ({ url, admin, machines }) => {
              for (const step of steps) {
                const own = machines[step.machine] as Machine;
                if (step.does === 'tell') find(own, step);
                else
                  own.store.forget(
                    KEYS.map((key) => ({ agent: 'claude-code', path: `/${own.name}/${step.account}-${key}.jsonl` })),
                  );
                await own.push(url('ada'));
              }
              await assertSound(admin, machines, false);
              for (const { store, name } of machines)
                store.forget(
                  ACCOUNTS.flatMap((_, account) =>
                    KEYS.map((key) => ({ agent: 'claude-code', path: `/${name}/${account}-${key}.jsonl` })),
                  ),
                );
              for (const own of machines) await own.push(url('ada'));
              await assertSound(admin, machines, false);
            }),
        ),
        { numRuns: layout === 'functions' ? 12 : 5 },
      );
    });

    it('counts once when all machines tell at the same moment', async () => {
      await withTeam(async ({ url, admin, machines }) => {
        const step = { does: 'tell', machine: 0, output: 5, cacheRead: 0 } as const;
        for (let round = 0; round < 15; round++) {
          for (const [index, own] of machines.entries())
            for (const key of KEYS) find(own, { ...step, key, month: (index + round) % 3, account: index % 2 });
          if (round % 3 === 2)
            (machines[round % 2] as Machine).store.forget(
              KEYS.map((key) => ({
                agent: 'claude-code',
                path: `/${machines[round % 2]?.name}/${round % 2}-${key}.jsonl`,
              })),
            );
          const pushAll = async (own: Machine): Promise<void> => {
            for (let tries = 0; ; tries++) {
              const error = await own.push(url('ada'), {}, { batchRows: 1 + (round % 4) }).then(
                () => undefined,
                (reason: unknown) => reason,
              );
              if (error === undefined) return;
              assert.ok(error instanceof TeamError && error.kind === 'busy' && tries < 50, String(error));
            }
          };
          await Promise.all(machines.map(pushAll));
          await assertSound(admin, machines, false);
        }
      });
    });

    if (layout === 'journal') return;

    it('lets nobody correct an account that they may not write into', async () => {
      await withTeam(async ({ url, admin, machines: [one, two] }) => {
        const step = { does: 'tell', key: 'a', month: 1, cacheRead: 0, machine: 0 } as const;
        find(one as Machine, { ...step, account: 0, output: 10 });
        await one?.push(url('bob'));
        find(two as Machine, { ...step, account: 1, output: 99, month: 0 });
        await two?.push(url('eve'));
        const [kept] = await rowsOf(admin);
        assert.deepEqual([kept?.account, kept?.output, kept?.at_ms], ['acme', '10', String(MONTHS[1])]);
        assert.deepEqual(
          (await admin.query('SELECT account, output::int FROM atm.copies')).map((row) => row),
          [{ account: 'other', output: 99 }],
        );
        one?.store.forget([{ agent: 'claude-code', path: '/one/0-a.jsonl' }]);
        await one?.push(url('bob'));
        const [heir] = await rowsOf(admin);
        assert.deepEqual([heir?.account, heir?.output], ['other', '99'], 'what the other account has counts then');
      });
    });

    it('does not count anew what an administrator dropped, and counts what comes late', async () => {
      await withTeam(async ({ url, admin, machines: [one, two] }) => {
        const step = { does: 'tell', month: 0, account: 0, output: 10, cacheRead: 0, machine: 0 } as const;
        find(one as Machine, { ...step, key: 'a' });
        await one?.push(url('ada'));
        await admin.query('DROP TABLE atm.requests_2026_08');
        find(two as Machine, { ...step, key: 'a', output: 700 });
        find(two as Machine, { ...step, key: 'b' });
        await two?.push(url('ada'));
        const [sums] = await admin.query(
          'SELECT sum(turns)::int AS turns, sum(output)::int AS output FROM atm.usage_slots',
        );
        assert.deepEqual(sums, { turns: 2, output: 20 });
      });
    });
  });
}
