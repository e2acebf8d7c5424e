import assert from 'node:assert/strict';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import { request } from '../unit/store/sampleRows.ts';
import { assertTeamHas, suiteMachines } from './machine.ts';
import { type Postgres, serverFor } from './postgres.ts';

const DAY_MS = 86_400_000;
const NOVEMBER = Date.UTC(2026, 10, 1, 5, 30);

describe('the team’s store', function () {
  this.timeout(60_000);
  let server: Postgres;
  let databases = 0;
  const newMachine = suiteMachines();

  before(async function () {
    server = await serverFor(this, ['ada', 'bob', 'eve', 'max']);
  });
  after(() => server?.stop());

  /** A database with the tables of a team of one account that ada may read and write. */
  const newTeam = async (): Promise<{ url: (role: string, params?: string) => string; query: Postgres['query'] }> => {
    const name = `team_${++databases}`;
    await server.query(`CREATE DATABASE ${name}`);
    const admin = await connectTeam(server.url('postgres', name));
    await migrateTeam(admin);
    await admin.query("SELECT atm.admit('ada', 'acme'), atm.admit('ada', 'other')");
    await admin.close();
    return {
      url: (role, params) => server.url(role, name, params),
      async query<Row>(sql: string, values?: unknown[]) {
        const team = await connectTeam(server.url('postgres', name));
        try {
          return (await team.query(sql, values)) as Row[];
        } finally {
          await team.close();
        }
      },
    };
  };

  it('has what machines told, and sums of it', async () => {
    const team = await newTeam();
    const [one, two] = [await newMachine('one'), await newMachine('two')];
    one.commit(Array.from({ length: 2500 }, (_, i) => request(`one-${i}`, { atMs: NOVEMBER + i * 60_000 })));
    two.commit([request('two-1', { model: 'my-own-model', taskId: 'task' })], { account: 'other' });
    assert.deepEqual(await one.push(team.url('ada')), { requests: 2500, keptBack: 0 });
    await two.push(team.url('ada'));
    await assertTeamHas((sql) => team.query(sql), [one, two]);
    assert.deepEqual(await one.push(team.url('ada')), { requests: 0, keptBack: 0 }, 'nothing twice');
  });

  it('follows corrections, requests that move to another month or account, and those that are taken back', async () => {
    const team = await newTeam();
    const one = await newMachine('one');
    const grown = { input: 100, cacheRead: 1000, cacheWrite5m: 7, cacheWrite1h: 0, output: 90, reasoning: 40 };
    one.commit([
      request('a'),
      request('b', { sessionId: 's2' }),
      request('c', { sessionId: 's3', estimated: true, rule: 'estimated' }),
    ]);
    one.commit([request('sum', { sessionId: 's4', rule: 'sum' })], { path: '/sum.json', isWhole: true });
    await one.push(team.url('ada'));
    one.commit([request('a', { usage: grown, atMs: NOVEMBER - 3 * DAY_MS })]);
    one.commit([request('b', { sessionId: 's2' })], { account: 'other' });
    one.commit([request('c', { sessionId: 's3', usage: { ...grown, output: 3 } })]);
    one.commit([request('exact', { sessionId: 's4' })], { path: '/sum.json', isWhole: true });
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.query(sql), [one]);
    const months = await team.query<{ month: string }>(
      "SELECT DISTINCT to_char(month, 'YYYY-MM') AS month FROM atm.requests ORDER BY 1",
    );
    assert.deepEqual(
      months.map(({ month }) => month),
      ['2026-10', '2026-11'],
    );
    one.store.forget([{ agent: 'claude-code', path: '/one/one.jsonl' }]);
    one.commit([request('a', { usage: grown })]);
    await one.push(team.url('ada'));
    await assertTeamHas((sql) => team.query(sql), [one]);
  });
});
