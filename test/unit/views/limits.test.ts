import assert from 'node:assert/strict';
import type { CallerUsageRow } from '../../../src/queries/callerUsage.ts';
import { pricedUse } from '../../../src/queries/pricedUse.ts';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { type Account, ruled } from '../../../src/views/accountOf.ts';
import { accountTree } from '../../../src/views/accountTree.ts';
import { BUDGET_KEY, type LimitFigure } from '../../../src/views/limitFigures.ts';
import { type AccountRule, parseLimitSettings } from '../../../src/views/limitSettings.ts';
import { type LimitsInput, limitsView } from '../../../src/views/limits.ts';
import type { Forecast } from '../../../src/views/pace.ts';
import { statedText } from '../../../src/views/quota.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';

const NOW = Date.parse('2026-03-20T15:42:00Z');
const DAY_MS = 86_400_000;

function budget(percent: number, forecast?: Forecast): LimitFigure {
  return {
    key: BUDGET_KEY,
    unit: 'tokens',
    amount: 1000,
    period: 'week',
    span: { sinceMs: NOW - 4 * DAY_MS, untilMs: NOW + 3 * DAY_MS },
    used: percent * 10,
    percent,
    sums: noUsage(),
    pace: { perHour: 5, recentMs: DAY_MS, state: forecast ? 'known' : 'early', forecast },
  };
}

const page = (figures: LimitFigure[], more: Partial<LimitsInput> = {}) =>
  limitsView({
    locale: 'en',
    timeZone: 'Asia/Kolkata',
    nowMs: NOW,
    thresholds: DEFAULT_THRESHOLDS,
    agentLabels: {},
    settings: parseLimitSettings({}),
    figures,
    stated: [],
    tree: [],
    window: 'week',
    quiet: {},
    firstAtMs: NOW - 3 * DAY_MS,
    sinceMs: NOW - 4 * DAY_MS,
    ...more,
  });
const verdict = (figures: LimitFigure[]) => page(figures).verdict;

describe('the verdict on all limits', () => {
  for (const [name, figures, title, text] of [
    ['without any', [], 'No limits yet', /Set a budget/],
    ['while nothing can be foreseen', [budget(40)], 'The limit holds', /as far as can be foreseen none will be/],
    ['at a pace that lasts', [budget(40, { lowPercent: 60, highPercent: 70 })], 'The limit holds', /none will be/],
    [
      'where the faster pace does not last',
      [budget(73, { lowPercent: 79, highPercent: 101 })],
      'The limit holds',
      /at the faster of its paces one may be/,
    ],
    [
      'where no pace lasts',
      [budget(73, { lowPercent: 103, highPercent: 140 })],
      'The limit needs a look',
      /will be before it resets/,
    ],
    ['that are nearly used up', [budget(96), budget(10)], '1 of 2 limits needs a look', /^It is nearly used up/],
    ['of which one is used up', [budget(133), budget(10)], '1 of 2 limits needs a look', /^It is used up\.$/],
    [
      'of which one is used up and one nearly',
      [budget(100), budget(99)],
      '2 of 2 limits need a look',
      /^They are used up or nearly,/,
    ],
    ['of which two are', [budget(96), budget(99), budget(1)], '2 of 3 limits need a look', /^They are nearly used up/],
  ] as [string, LimitFigure[], string, RegExp][])
    it(`is the same as what is said of each: ${name}`, () => {
      const said = verdict(figures);
      assert.equal(said.title, title);
      assert.match(said.text, text);
    });
});

describe('the age of what an agent states', () => {
  const where = { locale: 'en', timeZone: 'Asia/Kolkata', nowMs: NOW };
  for (const [name, atMs, said] of [
    ['is a span', NOW - 3 * 3_600_000, 'stated 3 h ago'],
    ['is none while clocks differ by less than a minute', NOW + 50_000, 'stated less than a minute ago'],
    [
      'is a time where the clock was set back since',
      NOW + 2 * DAY_MS,
      'stated Sun 9:12 PM, by a clock ahead of this one',
    ],
  ] as const)
    it(name, () => assert.equal(statedText(atMs, where).replace(/\s/g, ' '), said));
});

describe('the limits page', () => {
  it('says where the history starts, where its window begins before', () => {
    assert.equal(page([]).historyStart, 'History starts on March 17, 2026.');
    assert.equal(page([], { sinceMs: NOW - 2 * DAY_MS }).historyStart, undefined);
    assert.equal(page([], { window: 'all', sinceMs: undefined }).historyStart, undefined);
    assert.equal(page([], { firstAtMs: null }).historyStart, undefined);
  });

  it('says of a limit of cost, and of costs in the tree, where their prices come from', () => {
    const cost: LimitFigure = { ...budget(60), key: 'budget-cost', unit: 'cost' };
    const prices = { priceSources: ['user', null], otherwisePriced: [], unpricedTurns: 2, estimatedTurns: 0 };
    const view = page([budget(60), { ...cost, prices }]);
    const told = 'Prices: Unpriced, Yours\n2 requests have no price and add nothing.';
    assert.deepEqual(
      view.accounts[0]?.limits.map(({ costTitle }) => costTitle),
      [undefined, told],
    );
  });

  describe('in its rows of accounts, users and folders', () => {
    const settings = parseLimitSettings({
      accounts: [{ name: 'Work', match: { agent: 'codex', configDir: '~/.codex-work' } }],
    });
    const work = ruled(settings.accounts[0] as AccountRule);
    const told = (agent: string, account: string): Account => ({
      key: `${agent} ${account}`,
      name: agent,
      told: { agent, account },
    });
    const used = (agent: string, priceSource: string | null, more: Partial<CallerUsageRow> = {}) =>
      ({
        ...noUsage(),
        turns: 1,
        input: 10,
        agent,
        priceSource,
        unpricedTurns: priceSource ? 0 : 1,
        account: null,
        workspace: null,
        user: 'ada',
        ...more,
      }) as CallerUsageRow;
    const rows = (accountOf: (row: { agent: string; account: string | null }) => Account, cost?: 'off') =>
      page([], {
        settings,
        cost,
        agentLabels: { codex: 'Codex', 'claude-code': 'Claude Code' },
        tree: accountTree(
          [
            used('codex', 'user', { workspace: '/home/ada/shop' }),
            used('codex', null, { input: 5 }),
            used('claude-code', 'user', { input: 1, account: '/home/ada/.claude-home' }),
            used('gemini-cli', 'user', { input: 0.5, account: 'ada@example.org' }),
          ],
          accountOf,
          pricedUse,
        ),
      }).tree.rows;
    const accountOf = ({ agent, account }: { agent: string; account: string | null }): Account =>
      agent === 'codex' ? work : told(agent, account ?? '');

    it('says why each is what it is', () => {
      assert.deepEqual(
        rows(accountOf).map(({ level, title }) => [level, title]),
        [
          [1, 'Your account in the settings counts: Codex · configuration folder ~/.codex-work'],
          [2, 'ada: who was logged in on this machine where Codex wrote its transcripts.'],
          [3, '/home/ada/shop: the folder of the session, as Codex tells it.'],
          [3, 'The transcripts of Codex tell no folder for it.'],
          [
            1,
            'No account in the settings takes it. Claude Code wrote it in its configuration folder /home/ada/.claude-home.',
          ],
          [2, 'ada: who was logged in on this machine where Claude Code wrote its transcripts.'],
          [3, 'The transcripts of Claude Code tell no folder for it.'],
          [1, 'No account in the settings takes it. gemini-cli tells the login ada@example.org.'],
          [2, 'ada: who was logged in on this machine where gemini-cli wrote its transcripts.'],
          [3, 'The transcripts of gemini-cli tell no folder for it.'],
        ],
      );
    });

    it('says of each cost where its own prices come from', () => {
      const [account, user, shop, none] = rows(accountOf).map(({ costTitle }) => costTitle);
      const some = 'Prices: Unpriced, Yours\n1 request has no price and adds nothing.';
      assert.deepEqual([account, user, shop], [some, some, 'Prices: Yours']);
      assert.equal(none, 'Prices: Unpriced\n1 request has no price and adds nothing.');
      for (const row of rows(accountOf, 'off')) assert.deepEqual([row.cost, row.costTitle], ['', undefined]);
    });
  });
});
