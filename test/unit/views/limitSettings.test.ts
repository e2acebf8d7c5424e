import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  accountDraft,
  changedAccounts,
  draftProblems,
  generalDraft,
  rawAccount,
  rawGeneral,
} from '../../../src/views/limitDrafts.ts';
import { parseLimitSettings } from '../../../src/views/limitSettings.ts';
import { USUAL_RESET } from '../../../src/views/resetSetting.ts';

const limit = { unit: 'tokens', amount: 5_000_000, period: 'week' };
const work = {
  name: 'Work',
  type: 'max',
  match: { agent: 'claude-code', configDir: '~/.claude-work' },
  limits: [limit],
};
const messages = (raw: object): string[] => parseLimitSettings(raw).problems.map(({ message }) => message);

describe('accounts and limits in the settings', () => {
  it('are read', () => {
    const resets = { day: 'Thursday', time: '9:30', zone: 'Europe/Berlin', dayOfMonth: 31 };
    const { accounts, problems, reset, budgetTokens } = parseLimitSettings({
      accounts: [{ ...work, limits: [limit, { unit: 'cost', amount: 0.5, period: 'month', resets }] }, { name: 'All' }],
      usageReset: { day: 'sunday' },
      weeklyBudgetTokens: 1000,
    });
    assert.deepEqual(problems, []);
    assert.equal(budgetTokens, 1000);
    assert.deepEqual(reset, { ...USUAL_RESET, weekday: 6 });
    assert.deepEqual(accounts, [
      {
        name: 'Work',
        type: 'max',
        match: { agent: 'claude-code', configDir: '~/.claude-work' },
        index: 0,
        limits: [
          { unit: 'tokens', amount: 5_000_000, period: 'week', reset: { ...USUAL_RESET, weekday: 6 } },
          {
            unit: 'cost',
            amount: 0.5,
            period: 'month',
            reset: { weekday: 3, minute: 570, timeZone: 'Europe/Berlin', monthDay: 31 },
          },
        ],
      },
      { name: 'All', type: undefined, match: {}, limits: [], index: 1 },
    ]);
  });

  const limits: [name: string, raw: unknown, message: RegExp][] = [
    ['an amount of 0', { ...limit, amount: 0 }, /the amount is a number above 0, not 0\./],
    ['a negative amount', { ...limit, amount: -5 }, /above 0, not -5\./],
    ['an amount in words', { ...limit, amount: '5M' }, /above 0, not “5M”\./],
    ['an amount that is none', { ...limit, amount: Number.NaN }, /above 0, not NaN\./],
    ['an endless amount', { ...limit, amount: Number.POSITIVE_INFINITY }, /above 0/],
    ['no amount', { unit: 'tokens', period: 'week' }, /above 0, not nothing\./],
    ['an unknown unit', { ...limit, unit: 'euros' }, /the unit is one of tokens, cost, requests, not “euros”/],
    ['an unknown period', { ...limit, period: 'year' }, /the period is one of 5h, day, week, month, not “year”/],
    ['an unknown zone', { ...limit, resets: { zone: 'Mars/Base' } }, /such as Europe\/Berlin, not “Mars\/Base”/],
    ['a zone that is no text', { ...limit, resets: { zone: 7 } }, /the zone is an IANA time zone/],
    ['an unknown day', { ...limit, resets: { day: 'someday' } }, /a weekday such as monday, not “someday”/],
    ['a day of the month beyond all', { ...limit, resets: { dayOfMonth: 32 } }, /from 1 to 31, not 32/],
    ['a time that is none', { ...limit, resets: { time: '24:00' } }, /from 00:00 to 23:59, not “24:00”/],
    ['an unknown field of a reset', { ...limit, resets: { constructor: 1 } }, /“constructor” is not one of day/],
    ['resets that are no object', { ...limit, resets: 'monday' }, /an object with day, time and zone/],
    ['a limit that is no object', 5, /an object is needed, not 5/],
    ['the same limit again', limit, /one above has the same unit and period/],
  ];
  for (const [name, raw, message] of limits)
    it(`leave out ${name}, say so, and keep the others`, () => {
      const { accounts, problems } = parseLimitSettings({
        accounts: [{ ...work, limits: [limit, raw] }, { name: 'Other' }],
      });
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', /^Account “Work”, limit 2/);
      assert.match(problems[0]?.message ?? '', message);
      assert.deepEqual([problems[0]?.account, accounts.length, accounts[0]?.limits.length], [0, 2, 1]);
    });

  const accounts: [name: string, raw: unknown, message: RegExp, left: number][] = [
    ['no list', { name: 'Work' }, /a list is needed/, 0],
    ['one without a name', [{ limits: [limit] }, work], /Account 1: the name is missing/, 1],
    ['one with a blank name', [{ name: '  ' }, work], /Account 1: the name is missing/, 1],
    ['one that is no object', [null, work], /Account 1: an object with a name is needed, not null/, 1],
    ['one whose name is taken', [work, work], /another one above has this name/, 1],
    [
      'one with an unknown condition',
      [{ name: 'A', match: { folder: 'x' } }, work],
      /“folder” is not one of agent, configDir/,
      1,
    ],
    ['one with a condition that is no text', [{ name: 'A', match: { agent: 5 } }, work], /agent is a text, not 5/, 1],
    ['one with conditions that are no object', [{ name: 'A', match: [] }, work], /what it matches is an object/, 1],
    ['an unknown type, not the account', [{ ...work, type: 'gold' }], /the type is one of free, pro/, 1],
    ['limits that are no list, not the account', [{ ...work, limits: 5 }], /its limits are a list, not 5/, 1],
  ];
  for (const [name, raw, message, left] of accounts)
    it(`leave out ${name}, and say so`, () => {
      const parsed = parseLimitSettings({ accounts: raw });
      assert.deepEqual([parsed.problems.length, parsed.accounts.length], [1, left]);
      assert.match(parsed.problems[0]?.message ?? '', message);
    });

  it('use Monday 00:00 UTC where the reset cannot be understood', () => {
    const { reset, problems } = parseLimitSettings({ usageReset: { day: 'monday', zone: 'Nowhere/Land' } });
    assert.deepEqual(reset, USUAL_RESET);
    assert.match(
      problems[0]?.message ?? '',
      /such as Europe\/Berlin, not “Nowhere\/Land”\. Monday 00:00 UTC is used\.$/,
    );
  });

  it('show hostile texts as one short line', () => {
    const [message = ''] = messages({ accounts: [{ name: `<img onerror>\n\u202e${'x'.repeat(300)}`, limits: [{}] }] });
    assert.ok(message.length < 250 && !/[\n\u202e]/.test(message), message);
  });

  it('never throw, whatever stands there, and say why whatever is left out', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (accounts, usageReset, weeklyBudgetTokens) => {
        const parsed = parseLimitSettings({ accounts, usageReset, weeklyBudgetTokens });
        if (Array.isArray(accounts))
          assert.ok(parsed.accounts.length + parsed.problems.length >= Math.min(accounts.length, 100));
      }),
    );
  });
});

describe('the forms of the Limits page', () => {
  it('give back what stood in the setting', () => {
    const entry = {
      ...work,
      note: 'mine',
      limits: [
        { ...limit, resets: { day: 'friday', time: '09:00', zone: 'Asia/Kolkata' } },
        { unit: 'cost', amount: 12.5, period: '5h' },
      ],
    };
    assert.deepEqual(rawAccount(accountDraft(entry), entry), entry);
    assert.deepEqual(
      rawAccount(accountDraft({ name: 'Usual', match: { configDir: '' }, limits: [] }), { match: { configDir: '' } }),
      {
        name: 'Usual',
        match: { configDir: '' },
        limits: [],
      },
    );
  });

  it('understand 5M, and keep what they do not understand for the message', () => {
    const typed = (amount: string): unknown =>
      (
        rawAccount({ ...accountDraft(work), limits: [{ ...accountDraft(work).limits[0], amount } as never] }, undefined)
          .limits as { amount: unknown }[]
      )[0]?.amount;
    assert.deepEqual(['5M', '2.5k', ' 40 ', '-1', '1e3', 'many', ''].map(typed), [
      5e6,
      2500,
      40,
      -1,
      '1e3',
      'many',
      '',
    ]);
  });

  it('change one account and leave the others as they stand, right or not', () => {
    const broken = { limits: 'none' };
    assert.deepEqual(changedAccounts([work, broken], 0, { name: 'New' }), [{ name: 'New' }, broken]);
    assert.deepEqual(changedAccounts([broken], null, { name: 'New' }), [broken, { name: 'New' }]);
    assert.deepEqual(changedAccounts([work, broken], 0, undefined), [broken]);
    assert.deepEqual(changedAccounts('nonsense', null, { name: 'New' }), [{ name: 'New' }]);
    assert.deepEqual(changedAccounts([work], 7, undefined), [work]);
  });

  it('say only what is wrong with what they hold', () => {
    const raw = {
      accounts: [
        { name: 'A', limits: [{ ...limit, amount: 0 }] },
        { name: 'B', limits: [{ ...limit, amount: -1 }] },
      ],
    };
    assert.deepEqual(
      draftProblems(raw, 1).map((text) => /not (\S+)\./.exec(text)?.[1]),
      ['-1'],
    );
    assert.deepEqual(draftProblems(raw, undefined), []);
    assert.equal(draftProblems({ weeklyBudgetTokens: 'much', usageReset: { time: 'noon' } }, undefined).length, 2);
  });

  it('take a budget and a week away when they are empty', () => {
    const draft = generalDraft({ weeklyBudgetTokens: 5_000_000, usageReset: { day: 'sunday' } });
    assert.deepEqual(draft, { budget: '5000000', day: 'sunday', dayOfMonth: '', time: '', zone: '' });
    assert.deepEqual(rawGeneral(draft), { weeklyBudgetTokens: 5_000_000, usageReset: { day: 'sunday' } });
    assert.deepEqual(rawGeneral({ ...draft, budget: ' ', day: '' }), {
      weeklyBudgetTokens: undefined,
      usageReset: undefined,
    });
  });
});
