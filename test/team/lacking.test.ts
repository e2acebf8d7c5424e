import assert from 'node:assert/strict';
import { connectTeam, type TeamConnection } from '../../src/team/connectTeam.ts';
import { engineAbilities } from '../../src/team/engineAbilities.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import { TeamError } from '../../src/team/teamSettings.ts';
import { teamCoverage, teamSpans, teamUsage } from '../../src/team/teamUsage.ts';
import { random } from '../fuzz/random.ts';
import { request } from '../unit/store/sampleRows.ts';
import { cockroachLacks, type Lack, type LackingServer, lackingServer, refuses } from './lackingServer.ts';
import { assertTeamHas, suiteMachines } from './machine.ts';
import { type Postgres, serverFor } from './postgres.ts';
import { proxyTo } from './proxy.ts';

const NOVEMBER = Date.UTC(2026, 10, 1, 5, 30);
const DAY_MS = 86_400_000;
const usage = { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 20, reasoning: 0 };

const inTurn = async <One, Answer>(all: readonly One[], ask: (one: One) => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (const each of all) answers.push(await ask(each));
  return answers;
};

describe('a server that lacks parts of PostgreSQL', function () {
  this.timeout(120_000);
  let server: Postgres;
  let databases = 0;
  const proxies: LackingServer[] = [];
  const newMachine = suiteMachines();
  const chance = random(11);

  before(async function () {
    server = await serverFor(this, ['ada', 'bob', 'eve']);
  });
  after(() => server?.stop());
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.close();
  });

  const newDatabase = async (lacks: Lack[]) => {
    const name = `lacking_${++databases}`;
    await server.query(`CREATE DATABASE ${name}`);
    const proxy = await lackingServer(server.port, lacks);
    proxies.push(proxy);
    const url = (role: string) => server.url(role, name).replace(`:${server.port}/`, `:${proxy.port}/`);
    const as = async <Result>(role: string, work: (team: TeamConnection) => Promise<Result>): Promise<Result> => {
      const team = await connectTeam(url(role));
      try {
        return await work(team);
      } finally {
        await team.close();
      }
    };
    return { url, as, ask: (role: string, sql: string) => as(role, (team) => team.query(sql)), proxy };
  };
  /** With tables, and ada let into acme and other, bob into other. */
  const newTeam = async (lacks: Lack[]) => {
    const database = await newDatabase(lacks);
    assert.equal(await database.as('postgres', (team) => migrateTeam(team)), 1);
    for (const sql of [
      "INSERT INTO atm.members VALUES ('acme', 'ada', true, true), ('other', 'ada', true, true), ('other', 'bob', true, true)",
      'GRANT atm_reader, atm_writer TO ada, bob, eve',
    ])
      await database.ask('postgres', sql);
    return database;
  };
  const troubleOf = (promise: Promise<unknown>): Promise<TeamError> =>
    promise.then(
      () => assert.fail('it was let through'),
      (error: unknown) => {
        assert.ok(error instanceof TeamError, String(error));
        return error;
      },
    );

  it('is found out by trying, and nothing of that stays', async () => {
    const whole = await newDatabase([]);
    assert.deepEqual(new Set(Object.values(await whole.as('postgres', engineAbilities))), new Set([true]));
    const lacking = await newDatabase(cockroachLacks(() => 1));
    assert.deepEqual(await lacking.as('postgres', engineAbilities), {
      functions: false,
      partitions: false,
      advisoryLocks: false,
      rowSecurity: true,
      policySubqueries: false,
      securityBarriers: false,
    });
    const left = await lacking.ask('postgres', "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'atm%'");
    assert.deepEqual(left, []);
  });

  it('has what machines told, once, whoever tells it again, corrects it or takes it back', async () => {
    const team = await newTeam(cockroachLacks(() => chance.below(1000) / 1000, 0.3));
    const [one, two] = [await newMachine('one'), await newMachine('two')];
    one.commit(Array.from({ length: 700 }, (_, i) => request(`one-${i}`, { atMs: NOVEMBER + i * 60_000 })));
    two.commit([request('two-1', { model: 'my-own-model', taskId: 'task' })], { account: 'other' });
    assert.deepEqual(await one.push(team.url('ada'), {}, { batchRows: 60 }), { requests: 700, keptBack: 0 });
    await two.push(team.url('bob'));
    await assertTeamHas((sql) => team.ask('ada', sql), [one, two]);
    assert.deepEqual(await one.push(team.url('ada')), { requests: 0, keptBack: 0 }, 'nothing twice');

    const three = await newMachine('three');
    three.commit([request('one-0', { usage: { ...usage, output: 900 } })]);
    await three.push(team.url('ada'));
    const first = "SELECT max(output)::int AS output FROM atm.requests WHERE output <> 20 AND account = 'acme'";
    assert.deepEqual(await team.ask('ada', first), [{ output: 900 }], 'the maximum of each field');
    three.store.forget([{ agent: 'claude-code', path: '/three/one.jsonl' }]);
    await three.push(team.url('ada'));
    await assertTeamHas((sql) => team.ask('ada', sql), [one, two]);

    one.commit([request('one-1', { usage: { ...usage, output: 3 }, atMs: NOVEMBER - 3 * DAY_MS })]);
    one.commit([request('one-2', { estimated: true, rule: 'estimated' })]);
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.ask('ada', sql), [one, two]);
    one.store.forget([{ agent: 'claude-code', path: '/one/one.jsonl' }]);
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.ask('ada', sql), [two]);
    assert.ok((team.proxy.refused.get('collisions') ?? 0) > 2, 'transactions collided');
  });

  it('shows the same as a server that lacks nothing', async () => {
    const [whole, lacking] = [await newDatabase([]), await newTeam(cockroachLacks(() => 1))];
    await whole.as('postgres', (team) => migrateTeam(team));
    await whole.ask('postgres', "SELECT atm.admit('ada', 'acme'), atm.admit('ada', 'other')");
    const times = [0, -1, Date.UTC(2040, 0), NOVEMBER - 40 * DAY_MS, Date.UTC(2026, 9, 31, 23, 59), NOVEMBER];
    const all = await Promise.all(['one', 'two', 'three'].map(newMachine));
    for (const [index, each] of all.entries())
      each.commit(
        Array.from({ length: 120 }, (_, i) =>
          request(`${index === 2 ? 'one' : each.name}-${i}`, {
            sessionId: `${index === 1 ? 'two' : 'one'}-${i % 7}`,
            agentName: i % 3 === 0 ? 'Explore' : 'main',
            atMs: (times[i % times.length] as number) + (index === 2 ? -DAY_MS : 0) + i * 1000,
            model: ['claude-sonnet-4-5', 'claude-opus-4-1', 'my-own-model'][i % 5] ?? 'gpt-5',
            usage: { ...usage, output: chance.below(500), cacheRead: chance.below(90_000) },
          }),
        ),
        { account: index === 1 ? 'other' : 'acme' },
      );
    for (const each of all) {
      await each.push(whole.url('ada'));
      each.store.deliveries.end('team');
      await each.push(lacking.url('ada'), {}, { batchRows: 25 });
    }
    const windows = [{}, { sinceMs: NOVEMBER - 50 * DAY_MS, untilMs: NOVEMBER + DAY_MS }, { account: 'other' }];
    const spans = Array.from({ length: 60 }, (_, i) => ({
      sinceMs: NOVEMBER + (i - 50) * DAY_MS,
      untilMs: NOVEMBER + (i - 49) * DAY_MS,
    }));
    const seen = (database: typeof whole) =>
      database.as('ada', async (team) => ({
        usage: await inTurn([...windows, { model: 'my-own-model' }, { user: 'two' }], (window) =>
          teamUsage(team, window, 9),
        ),
        spans: await teamSpans(team, spans as never, {}),
        coverage: await teamCoverage(team),
      }));
    const sorted = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (_, each) =>
        Array.isArray(each) ? each.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : each,
      );
    assert.deepEqual(sorted(await seen(lacking)), sorted(await seen(whole)));
  });

  it('is told everything once by a network that breaks anywhere', async () => {
    const team = await newTeam(cockroachLacks(() => 1));
    const direct = new URL(team.url('ada'));
    const proxy = await proxyTo(Number(direct.port));
    direct.port = String(proxy.port);
    const one = await newMachine('one');
    one.commit(Array.from({ length: 400 }, (_, i) => request(`r${i}`, { atMs: NOVEMBER + i * 60_000 })));
    let failures = 0;
    for (let tries = 0; tries < 16; tries++) {
      proxy.cutAfter(chance.below(tries % 2 === 0 ? 40_000 : 1500), tries % 2 === 0 ? 'up' : 'down');
      await one.push(direct.href, {}, { batchRows: 90 }).catch((error: unknown) => {
        assert.ok(error instanceof TeamError && error.kind === 'unreachable', String(error));
        failures++;
      });
      one.commit([request(`r${tries}`, { usage: { ...usage, output: 100 + tries }, atMs: NOVEMBER - tries * DAY_MS })]);
    }
    await proxy.close();
    await one.push(team.url('ada'));
    assert.ok(failures > 4, `${failures} failures`);
    await assertTeamHas((sql) => team.ask('ada', sql), [one]);
  });

  it('lets a role add rows in its own name, and nothing else', async () => {
    const team = await newTeam(cockroachLacks(() => 1));
    const one = await newMachine('one');
    one.commit([request('a')]);
    await one.push(team.url('ada'));
    const uuid = 'a1b2c3d4-0000-4000-8000-000000000000';
    const row = (account: string, teller: string, identity = uuid) =>
      `INSERT INTO atm.tellings VALUES ('${account}', '2026-11-01', '${identity}', '${uuid}', 99, ${teller}, false, '${uuid}', 1, 1, 1, 1, 1, 1, 1, 1, 1, false, false)`;
    for (const [role, sql] of [
      ['ada', 'SELECT * FROM atm.tellings'],
      ['ada', 'SELECT * FROM atm.all_requests'],
      ['ada', 'SELECT * FROM atm.batches'],
      ['ada', 'SELECT * FROM atm.members'],
      ['ada', 'UPDATE atm.tellings SET output = 0'],
      ['ada', 'DELETE FROM atm.tellings'],
      ['ada', 'TRUNCATE atm.batches'],
      ['ada', "INSERT INTO atm.members VALUES ('third', 'ada', true, true)"],
      ['eve', row('acme', "'ada'")],
    ] as const)
      assert.equal((await troubleOf(team.ask(role, sql))).kind, 'rights', sql);
    // What nobody let eve tell is kept, and counts nowhere.
    const [{ identity } = {}] = await team.ask('postgres', 'SELECT identity::text FROM atm.tellings');
    await team.ask('eve', row('acme', 'current_user'));
    await team.ask('eve', row('acme', 'current_user', String(identity)));
    await team.ask('bob', row('other', 'current_user'));
    const count = async (role: string, table: string) =>
      Number((await team.ask(role, `SELECT count(*) AS n FROM atm.${table}`))[0]?.n);
    assert.deepEqual(
      [await count('ada', 'requests'), await count('bob', 'requests'), await count('eve', 'requests')],
      [2, 1, 0],
    );
    for (const table of ['callers', 'machines', 'usage_slots', 'usage_months', 'accounts', 'limits'])
      assert.equal(await count('eve', table), 0, table);
    assert.equal(
      (
        await troubleOf(
          team.ask(
            'bob',
            row('other', 'current_user').replace(', 99,', ', 98,').replace(' 1, 1, false', ' -5, 1, false'),
          ),
        )
      ).kind,
      'answer',
    );
  });

  it('has its tables made once, however many try, and is refused without row-level security unless that is accepted', async () => {
    const team = await newDatabase(cockroachLacks(() => 1));
    const steps = await Promise.all(
      Array.from({ length: 4 }, () => team.as('postgres', (connection) => migrateTeam(connection))),
    );
    assert.deepEqual(steps.toSorted(), [0, 0, 0, 1]);

    const older = await newDatabase([
      refuses('row-level security', /ROW LEVEL SECURITY|CREATE POLICY/i),
      ...cockroachLacks(() => 1),
    ]);
    const trouble = await troubleOf(older.as('postgres', (connection) => migrateTeam(connection)));
    assert.equal(trouble.kind, 'engine');
    assert.match(trouble.message, /row-level security.*Nothing was changed.*--without-row-security/);
    assert.deepEqual(await older.ask('postgres', "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'atm%'"), []);
    assert.equal(await older.as('postgres', (connection) => migrateTeam(connection, { withoutRowSecurity: true })), 1);
  });

  it('makes all other tables, one at a time, where only advisory locks lock nothing', async () => {
    const locks = cockroachLacks(() => 1).filter((lack) => lack('SELECT pg_advisory_xact_lock(1)'));
    const team = await newDatabase(locks);
    const steps = await Promise.all(
      Array.from({ length: 4 }, () => team.as('postgres', (connection) => migrateTeam(connection))),
    );
    assert.deepEqual(steps.toSorted(), [0, 0, 0, 1]);
    assert.deepEqual(await team.ask('postgres', 'SELECT layout FROM atm.schema_version'), [{ layout: 'functions' }]);
  });
});
