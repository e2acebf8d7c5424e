import assert from 'node:assert/strict';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import { TeamError } from '../../src/team/teamSettings.ts';
import { random } from '../fuzz/random.ts';
import { request } from '../unit/store/sampleRows.ts';
import { assertTeamHas, suiteMachines } from './machine.ts';
import { type Postgres, serverFor } from './postgres.ts';
import { proxyTo } from './proxy.ts';
import { troubleOf } from './troubleOf.ts';

const NOVEMBER = Date.UTC(2026, 10, 1, 5, 30);
const DAY_MS = 86_400_000;

describe('the team’s store under attack', function () {
  this.timeout(60_000);
  let server: Postgres;
  let databases = 0;
  const newMachine = suiteMachines();

  before(async function () {
    server = await serverFor(this, ['ada', 'bob', 'eve']);
  });
  after(() => server?.stop());

  const newTeam = async () => {
    const name = `attack_${++databases}`;
    await server.query(`CREATE DATABASE ${name}`);
    const ask = async (role: string, sql: string, values?: unknown[]) => {
      const team = await connectTeam(server.url(role, name));
      try {
        return await team.query(sql, values);
      } finally {
        await team.close();
      }
    };
    const admin = await connectTeam(server.url('postgres', name));
    await migrateTeam(admin);
    await admin.query("SELECT atm.admit('ada', 'acme')");
    await admin.close();
    return { name, url: (role: string) => server.url(role, name), ask };
  };
  it('cannot be read or written but by the members of an account, and only as they may', async () => {
    const team = await newTeam();
    await team.ask('postgres', "SELECT atm.admit('bob', 'other'), atm.admit('eve', 'acme', true, false)");
    const one = await newMachine('one');
    one.commit([request('a')]);
    await one.push(team.url('ada'));
    const seen = async (role: string) => (await team.ask(role, 'SELECT count(*)::int AS n FROM atm.requests'))[0]?.n;
    assert.deepEqual([await seen('ada'), await seen('bob'), await seen('eve')], [1, 0, 1]);
    for (const table of ['callers', 'machines', 'usage_slots', 'usage_months'])
      assert.equal((await team.ask('bob', `SELECT count(*)::int AS n FROM atm.${table}`))[0]?.n, 0, table);
    const [month] = await team.ask(
      'postgres',
      "SELECT tablename FROM pg_tables WHERE schemaname = 'atm' AND tablename LIKE 'requests_2%'",
    );
    for (const [role, sql] of [
      ['ada', 'INSERT INTO atm.requests SELECT * FROM atm.requests'],
      ['ada', 'UPDATE atm.requests SET output = 0'],
      ['ada', 'DELETE FROM atm.requests'],
      ['ada', 'TRUNCATE atm.usage_slots'],
      ['ada', 'SELECT * FROM atm.places'],
      ['ada', 'SELECT * FROM atm.copies'],
      ['ada', "INSERT INTO atm.members VALUES ('other', 'ada', true, true)"],
      ['ada', "SELECT atm.admit('ada', 'other')"],
      ['ada', "SELECT atm.add_to_sums('{}')"],
      ['ada', `SELECT * FROM atm.${month?.tablename}`],
      ['bob', "SELECT atm.remove('acme', gen_random_uuid(), 1, '{}')"],
      ['ada', 'DELETE FROM atm.items'],
      ['ada', "SELECT atm.set_type('acme', 'max')"],
      ['ada', "SELECT atm.set_limit('max', 'tokens', 'week', 1)"],
      ['eve', "SELECT atm.tell_items('acme', gen_random_uuid(), 1, gen_random_uuid(), '[]')"],
      ['eve', "SELECT atm.remove('acme', gen_random_uuid(), 1, '{}')"],
    ] as const)
      assert.equal((await troubleOf(team.ask(role, sql))).kind, 'rights', sql);
    const two = await newMachine('two');
    two.commit([request('b')]);
    assert.deepEqual(await two.push(team.url('eve')), { requests: 0, keptBack: 1 }, 'who may only read tells nothing');
    await assertTeamHas((sql) => team.ask('postgres', sql), [one]);
  });

  it('counts a transcript that two machines have once, whoever corrects it, and two machines of one name apart', async () => {
    const team = await newTeam();
    const [one, two] = [await newMachine('box'), await newMachine('box')];
    one.commit([request('shared'), request('mine')]);
    two.commit([request('shared'), request('yours')]);
    await one.push(team.url('ada'));
    await two.push(team.url('ada'));
    const usage = { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 77, reasoning: 0 };
    two.commit([request('shared', { usage })]);
    await two.push(team.url('ada'));
    one.commit([request('mine', { usage: { ...usage, output: 30 } })]);
    await one.push(team.url('ada'));
    const rows = await team.ask('ada', 'SELECT output::int FROM atm.requests ORDER BY output');
    assert.deepEqual(
      rows.map(({ output }) => output),
      [20, 30, 77],
    );
    assert.equal((await team.ask('ada', 'SELECT count(*)::int AS n FROM atm.machines'))[0]?.n, 2);
    one.store.forget([{ agent: 'claude-code', path: '/box/one.jsonl' }]);
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.ask('postgres', sql), [two]);
  });

  it('is told everything once by a network that breaks anywhere', async () => {
    const team = await newTeam();
    const proxy = await proxyTo(server.port);
    const url = team.url('ada').replace(`:${server.port}/`, `:${proxy.port}/`);
    const one = await newMachine('one');
    one.commit(Array.from({ length: 900 }, (_, i) => request(`r${i}`, { atMs: NOVEMBER + i * 60_000 })));
    const chance = random(7);
    let failures = 0;
    for (let tries = 0; tries < 40; tries++) {
      proxy.cutAfter(chance.below(tries % 2 === 0 ? 60_000 : 1500), tries % 2 === 0 ? 'up' : 'down');
      await one.push(url, {}, { batchRows: 200 }).catch((error: unknown) => {
        assert.ok(error instanceof TeamError && error.kind === 'unreachable', String(error));
        failures++;
      });
      one.commit([
        request(`r${tries}`, {
          atMs: NOVEMBER + tries * 60_000,
          usage: { input: 1, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 100 + tries, reasoning: 0 },
        }),
      ]);
    }
    proxy.down(true);
    assert.equal((await troubleOf(one.push(url))).kind, 'unreachable');
    proxy.down(false);
    await one.push(team.url('ada'));
    await proxy.close();
    assert.ok(failures > 10 && proxy.cuts() > 10, `${failures} failures`);
    await assertTeamHas((sql) => team.ask('postgres', sql), [one]);
  });

  it('takes times of a clock that is wrong, and dates that cannot be', async () => {
    const team = await newTeam();
    const one = await newMachine('one');
    const times = [Date.now() + DAY_MS, Date.now() - DAY_MS, 0, -1, 8.64e15, Date.UTC(2019, 11, 31), Date.UTC(2040, 0)];
    one.commit(times.map((atMs, i) => request(`r${i}`, { atMs })));
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.ask('postgres', sql), [one]);
  });

  it('is told hostile names as text, long ones cut, and impossible figures never', async () => {
    const team = await newTeam();
    const one = await newMachine('one');
    const names = [
      "'); DROP SCHEMA atm CASCADE; --",
      'a\0b',
      '\ud800',
      '{"}',
      '\\',
      'x'.repeat(100_000),
      '<img onerror>',
    ];
    one.commit(
      names.map((model, i) =>
        request(`r${i}${model}`, {
          model,
          sessionId: `s${i}${model}`,
          usage: { input: i === 0 ? 9e15 : 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0 },
        }),
      ),
      { workspace: `/w/${names[0]}` },
    );
    await one.push(team.url('ada'));
    const [row] = await team.ask(
      'ada',
      'SELECT count(*)::int AS n, max(input)::text AS most, max(length(model))::int AS longest FROM atm.requests JOIN atm.callers USING (account, caller)',
    );
    assert.deepEqual(row, { n: 7, most: '1000000000000', longest: 200 });
    const bad =
      "SELECT atm.push('acme', gen_random_uuid(), 1, '[]', ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()], '{1}', '{-5}', '{0}', '{0}', '{0}', '{0}', '{0}', '{0}', '{f}', '{f}')";
    assert.match((await troubleOf(team.ask('ada', bad))).message, /ATM03/);
  });

  it('lets in no batch that was told before, and none that is huge', async () => {
    const team = await newTeam();
    const id = 'a1b2c3d4-0000-4000-8000-000000000000';
    const remove = (number: number, ids = '{}') =>
      team.ask('ada', 'SELECT atm.remove($1, $2, $3, $4)', ['acme', id, number, ids]);
    await remove(5);
    assert.match((await troubleOf(remove(5))).message, /ATM02/);
    assert.match((await troubleOf(remove(4))).message, /ATM02/);
    assert.match((await troubleOf(remove(6, `{${Array(10_001).fill(id).join()}}`))).message, /ATM03/);
  });

  it('knows nothing that nobody was to be told', async () => {
    const team = await newTeam();
    const one = await newMachine('ada-lovelace');
    one.commit([request('a', { sessionId: 'secret-session' })]);
    await one.push(team.url('ada'), { hashNames: true, nameKey: 'k' });
    const tables = await team.ask('postgres', "SELECT tablename FROM pg_tables WHERE schemaname = 'atm'");
    let text = '';
    for (const { tablename } of tables)
      text += JSON.stringify(await team.ask('postgres', `SELECT * FROM atm.${tablename}`));
    assert.ok(text.includes('claude-sonnet-4-5'));
    for (const secret of ['secret', 'lovelace', '/home', 'title of', 'one.jsonl'])
      assert.ok(!text.includes(secret), secret);
    const again = await newMachine('ada-lovelace');
    again.commit([request('b', { sessionId: 's2' })]);
    await again.push(team.url('ada'), { hashNames: true, nameKey: 'k' });
    assert.equal(
      (await team.ask('ada', 'SELECT count(DISTINCT user_name)::int AS n FROM atm.callers'))[0]?.n,
      1,
      'the same key, the same hash',
    );
  });

  it('never hears of accounts that are not the team’s', async () => {
    const team = await newTeam();
    const one = await newMachine('one');
    one.commit([request('a')], { account: 'private' });
    assert.deepEqual(await one.push(team.url('ada')), { requests: 0, keptBack: 1 });
    assert.equal((await team.ask('postgres', 'SELECT count(*)::int AS n FROM atm.callers'))[0]?.n, 0);
    await team.ask('postgres', "SELECT atm.admit('ada', 'private')");
    assert.equal((await one.push(team.url('ada'))).requests, 1, 'until they are');
  });

  it('makes its tables once, however many try, and tells whoever has other ones', async () => {
    await server.query('CREATE DATABASE crowd');
    const url = server.url('postgres', 'crowd');
    const steps = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const team = await connectTeam(url);
        try {
          return await migrateTeam(team);
        } finally {
          await team.close();
        }
      }),
    );
    assert.deepEqual(steps.toSorted(), [0, 0, 0, 1]);
    const one = await newMachine('one');
    one.commit([request('a')]);
    const tell = (sql: string) => connectTeam(url).then(async (team) => team.query(sql).finally(() => team.close()));
    await tell('INSERT INTO atm.schema_version (version) VALUES (99)');
    assert.equal((await troubleOf(one.push(url))).kind, 'newer');
    await tell('DELETE FROM atm.schema_version');
    assert.equal((await troubleOf(one.push(url))).kind, 'setup');
    await server.query('CREATE DATABASE nothing');
    assert.equal((await troubleOf(one.push(server.url('ada', 'nothing')))).kind, 'setup');
    const plain = await connectTeam(server.url('ada', 'nothing'));
    assert.equal((await troubleOf(migrateTeam(plain))).kind, 'rights');
    await plain.close();
  });
});
