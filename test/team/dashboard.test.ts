import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_AGENTS } from '../../src/agents/allAgents.ts';
import type { DashboardRequest, Engine } from '../../src/engine/engineApi.ts';
import { createLocalEngine } from '../../src/engine/localEngine.ts';
import { connectTeam } from '../../src/team/connectTeam.ts';
import { migrateTeam } from '../../src/team/migrateTeam.ts';
import type { DashboardView } from '../../src/views/dashboardView.ts';
import { DEFAULT_THRESHOLDS } from '../../src/views/tone.ts';
import { claudeWriter } from '../fixtures/claudeWriter.ts';
import { place, type TranscriptHome, transcriptHome } from '../unit/engine/transcriptHome.ts';
import { settingsOf } from './machine.ts';
import { type Postgres, serverFor } from './postgres.ts';
import { setUpJournal } from './teamInChaos.ts';

const asked = (over: Partial<DashboardRequest> = {}): DashboardRequest => ({
  locale: 'en',
  timeZone: 'Asia/Kathmandu',
  nowMs: Date.now(),
  window: 'week',
  compare: true,
  trend: 'day',
  filters: {},
  thresholds: DEFAULT_THRESHOLDS,
  ...over,
});

/** What the page says of a window, without which price list the machine that counted used: the team is told costs, not where they come from. */
const figures = ({ headline, cards, facts, days, trend, byAgent, byModel, providers }: DashboardView) =>
  JSON.parse(
    JSON.stringify({ headline, cards, facts, days, trend, byAgent, byModel, providers }, (key, value) =>
      key === 'costTitle'
        ? undefined
        : typeof value === 'string'
          ? value.replace(/\n?Prices: .*$/s, '') || undefined
          : value,
    ),
  );

const table = (view: DashboardView, caption: string): string[][] =>
  view.breakdowns.find((each) => each.caption === caption)?.rows.map(({ cells }) => cells.slice(0, 2)) ?? [];

for (const layout of ['functions', 'journal'] as const)
  describe(`Show Usage of a team, kept by ${layout}`, function () {
    this.timeout(90_000);
    let server: Postgres;
    const homes: TranscriptHome[] = [];
    const engines: Engine[] = [];

    before(async function () {
      server = await serverFor(this, ['ada']);
      if (layout === 'journal') return setUpJournal(server);
      const admin = await connectTeam(server.url());
      await migrateTeam(admin);
      await admin.query("SELECT atm.admit('ada', 'acme')");
      await admin.close();
      return undefined;
    });
    after(async () => {
      for (const engine of engines) await engine.dispose();
      for (const home of homes) home.remove();
      await server?.stop();
    });

    /** A machine whose engine reads its own home and tells the team. */
    const newMachine = async (user: string, replies: number): Promise<Engine> => {
      const home = transcriptHome();
      homes.push(home);
      const writer = claudeWriter(home.folder, `/home/${user}/project-${user}`);
      writer.prompt();
      for (let i = 0; i < replies; i++) writer.reply(20_000 + i * 1000, 100 + i);
      const engine = await createLocalEngine({
        agents: ALL_AGENTS,
        place: place(home.folder),
        storePath: `${home.storageDir}/usage.db`,
        user,
        watch: true,
        settings: { paths: {}, disabledAgents: [], team: settingsOf(server.url('ada')) },
      });
      engines.push(engine);
      await engine.sweep();
      return engine;
    };
    const until = async (turns: number): Promise<void> => {
      for (;;) {
        const [row] = await server.query<{ turns: number }>(
          'SELECT coalesce(sum(turns), 0)::int AS turns FROM atm.usage_slots',
        );
        if (row?.turns === turns) return;
        await delay(100);
      }
    };

    it('has the figures of one machine’s own page, then those of all', async () => {
      const ada = await newMachine('ada', 7);
      await until(7);
      const own = await ada.dashboard(asked());
      const team = await ada.dashboard(asked({ scope: 'team' }));
      assert.deepEqual(figures(team), figures(own));
      assert.deepEqual(
        team.scopes?.choices.map(({ scope, selected }) => [scope, selected]),
        [
          ['machine', false],
          ['mine', false],
          ['team', true],
        ],
      );
      assert.match(team.coverage, /^7 requests · 1 machine at 127\.0\.0\.1/);

      await newMachine('bob', 5);
      await until(12);
      const both = await ada.dashboard(asked({ scope: 'team' }));
      assert.equal(both.facts.find(({ label }) => label === 'Requests')?.value, '12');
      assert.deepEqual(table(both, 'By user'), [
        ['ada', '7'],
        ['bob', '5'],
      ]);
      assert.deepEqual(table(both, 'By workspace'), [
        ['project-ada', '7'],
        ['project-bob', '5'],
      ]);
      assert.deepEqual(table(both, 'By account'), [['acme', '12']]);
      assert.equal(table(both, 'By session').length, 2);
      assert.equal(
        both.breakdowns.some(({ caption, rows, more }) => caption === 'By tool kind' && (rows.length > 0 || more)),
        false,
      );

      assert.deepEqual(figures(await ada.dashboard(asked({ scope: 'mine' }))), figures(own));
      const filtered = await ada.dashboard(asked({ scope: 'team', filters: { user: 'bob' }, window: 'all' }));
      assert.equal(filtered.facts.find(({ label }) => label === 'Requests')?.value, '5');
      const session = both.breakdowns.find(({ caption }) => caption === 'By session')?.rows[0]?.filter?.value;
      const ofSession = await ada.dashboard(asked({ scope: 'team', filters: { session } }));
      assert.equal(ofSession.facts.find(({ label }) => label === 'Requests')?.value, '7');
      assert.match(
        (await ada.dashboardItems(asked({ scope: 'team' }))).notice ?? '',
        layout === 'journal' ? /only adds rows/ : /off unless its user allows it/,
      );
      assert.deepEqual(await server.query('SELECT FROM atm.items'), [], 'never unless it is allowed');
    });

    if (layout === 'journal') {
      it('has limits by the type of an account', async () => {
        const [ada] = engines as [Engine];
        await server.query("INSERT INTO atm.account_types VALUES ('acme', 'max'), ('elsewhere', 'api')");
        await server.query(
          "INSERT INTO atm.type_limits VALUES ('max', 'requests', '5h', 48), ('api', 'cost', 'day', 5)",
        );
        const { scopes } = await ada.dashboard(asked({ scope: 'team', window: 'all' }));
        assert.deepEqual(
          scopes?.accounts?.map(({ name, type, limits }) => [
            name,
            type,
            limits.map(({ percentLabel }) => percentLabel),
          ]),
          [['acme', 'Max', ['25%']]],
        );
      });
      return;
    }

    it('has the tree of accounts, users and folders, and limits by the type of an account', async () => {
      const [ada] = engines as [Engine];
      const [mine] = await server.query<{ tokens: string }>(
        'SELECT sum(input + output + cache_read + cache_write_5m + cache_write_1h)::text AS tokens FROM atm.usage_slots',
      );
      const used = Number(mine?.tokens);
      await server.query(
        `SELECT atm.set_type('acme', 'max'), atm.set_type('elsewhere', 'api'), atm.set_limit('max', 'tokens', 'month', ${used * 1.25}),
        atm.set_limit('max', 'requests', 'week', 1200), atm.set_limit('api', 'cost', 'day', 5), atm.set_limit('max', 'cost', 'day', 1),
        atm.set_limit('max', 'requests', '5h', 48), atm.set_limit('max', 'tokens', 'week', 1e9, '{"day": "thursday", "time": "09:00", "zone": "Europe/Berlin"}')`,
      );
      for (const resets of [
        '{"day": "someday"}',
        '{"zone": "Mars"}',
        '{"time": "25:00"}',
        '{"dayOfMonth": 32}',
        '{"x": 1}',
      ])
        await assert.rejects(
          server.query(`SELECT atm.set_limit('max', 'cost', 'day', 1, '${resets}')`),
          /no limit resets/,
        );
      await server.query("SELECT atm.set_limit('max', 'cost', 'day', NULL)");
      const { scopes } = await ada.dashboard(asked({ scope: 'team', window: 'all' }));
      assert.deepEqual(
        scopes?.tree?.rows.map(({ level, label, requests }) => [level, label, requests]),
        [
          [1, 'acme', '12'],
          [2, 'ada', '7'],
          [3, 'project-ada', '7'],
          [2, 'bob', '5'],
          [3, 'project-bob', '5'],
        ],
      );
      assert.deepEqual(
        scopes?.accounts?.map(({ name, type, limits }) => [
          name,
          type,
          limits.map(({ percentLabel, tone }) => [percentLabel, tone]),
        ]),
        [
          [
            'acme',
            'Max',
            [
              ['25%', 'normal'],
              ['1%', 'normal'],
              ['80%', 'warning'],
              ['<1%', 'normal'],
            ],
          ],
        ],
        'of accounts that ada may read',
      );
      const weeks = scopes?.accounts?.[0]?.limits.filter(({ label }) => label === 'Tokens a week') ?? [];
      assert.deepEqual(
        weeks.map(({ reset }) => /Thu/.test(reset)),
        [true],
        JSON.stringify(weeks),
      );
      const bobs = await ada.dashboard(asked({ scope: 'team', window: 'all', filters: { user: 'bob' } }));
      assert.deepEqual(
        bobs.scopes?.tree?.rows.map(({ label }) => label),
        ['acme', 'bob', 'project-bob'],
        'the tree is of what is chosen',
      );
      assert.equal(bobs.scopes?.accounts?.[0]?.limits[2]?.percentLabel, '80%', 'a limit is of everybody');
    });

    it('alerts of an account’s limit, once, in the one window that is asked first', async () => {
      const [ada] = engines as [Engine];
      const ask = {
        ...asked(),
        folders: [],
        canTell: true,
        from: 'notice' as const,
        forecast: false,
        contextWindow: false,
      };
      let alert = await ada.alerts(ask);
      // The team's store is asked beside the answer.
      for (; alert === null; alert = await ada.alerts(ask)) await delay(50);
      assert.match(alert.text, /acme \(team\)/);
      assert.deepEqual(alert.keys, ['team:acme/tokens/month']);
      assert.equal(await ada.alertWish({ type: 'shown', id: alert.id, nowMs: ask.nowMs }), true);
      assert.equal(await ada.alerts({ ...ask, nowMs: ask.nowMs + 10 * 60_000 }), null, 'once');
      await ada.alertWish({ type: 'mute', keys: alert.keys, on: true, nowMs: ask.nowMs });
      const { scopes } = await ada.dashboard(asked({ scope: 'team' }));
      assert.equal(scopes?.accounts?.[0]?.limits[2]?.isMuted, true);
    });

    it('has the items of machines that may tell them, and forgets them when they may no more', async () => {
      const [ada] = engines as [Engine];
      const team = (items: boolean, hashNames = false) => ({
        paths: {},
        disabledAgents: [],
        team: settingsOf(server.url('ada'), { items, hashNames, nameKey: 'k' }),
      });
      const targets = async (): Promise<string> => {
        const rows = await server.query<{ target: string }>('SELECT DISTINCT target FROM atm.items ORDER BY 1');
        return rows.map(({ target }) => target).join();
      };
      const untilTargets = async (expected: RegExp): Promise<void> => {
        while (!expected.test(await targets())) await delay(50);
      };
      await ada.configure(team(true));
      await untilTargets(/^index\.ts$/);
      const of = async (scope: 'machine' | 'team') =>
        (await ada.dashboardItems(asked({ scope, window: 'all' }))).table?.rows.map(({ cells }) => [
          cells[0]?.split('/').at(-1),
          ...cells.slice(1),
        ]);
      const own = await of('machine');
      assert.ok(own?.some(([name]) => name === 'index.ts'));
      assert.deepEqual(await of('team'), own, 'exactly what the machine itself says');
      const view = await ada.dashboardItems(asked({ scope: 'team' }));
      assert.match(view.notice ?? '', /whole days of UTC/);
      assert.match(
        (await ada.dashboardItems(asked({ scope: 'team', filters: { model: 'x' } }))).notice ?? '',
        /not by model/,
      );
      await ada.configure(team(true, true));
      await untilTargets(/^#[0-9a-f]{16}$/);
      await ada.configure(team(false));
      await untilTargets(/^$/);
    });

    it('says what is wrong in place of figures, and shows this machine’s without a team', async () => {
      const [ada] = engines as [Engine];
      await server.kill();
      const view = await ada.dashboard(asked({ scope: 'team' }));
      assert.match(view.scopes?.problem ?? '', /cannot be reached/);
      assert.equal(view.state, 'ready');
      assert.equal((await ada.dashboard(asked())).facts.find(({ label }) => label === 'Requests')?.value, '7');
      await server.start();
      await ada.configure({ paths: {}, disabledAgents: [] });
      assert.equal((await ada.dashboard(asked({ scope: 'team' }))).scopes, undefined);
    });
  });
