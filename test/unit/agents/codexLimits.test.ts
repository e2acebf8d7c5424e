import assert from 'node:assert/strict';
import { codexLimits } from '../../../src/agents/codexUsage.ts';

const AT = Date.parse('2026-11-16T20:15:00Z');
const RESET = Date.parse('2026-11-17T00:00:00Z');
const slot = (minutes: number, percent: unknown) => ({
  used_percent: percent,
  window_minutes: minutes,
  resets_at: RESET / 1000,
});
/** What is told of each quota: `id/minutes percent reached`. */
const told = (limits: unknown): string[] =>
  codexLimits(limits, AT).map(({ limitId, windowMinutes, usedPercent, reached }) =>
    [`${limitId}/${windowMinutes}`, usedPercent, reached].filter((part) => part !== undefined).join(' '),
  );

describe('quotas of a Codex rate_limits record', () => {
  const both = { primary: slot(300, 100), secondary: slot(10_080, 45) };
  const cases: [name: string, limits: unknown, expected: string[]][] = [
    ['nothing is reached', { ...both, rate_limit_reached_type: null }, ['codex/300 100', 'codex/10080 45']],
    [
      'the window that is full is the one',
      { ...both, rate_limit_reached_type: 'rate_limit_reached' },
      ['codex/300 100 limit', 'codex/10080 45'],
    ],
    [
      'else the fullest one',
      { primary: slot(300, 20), secondary: slot(10_080, 99.6), rate_limit_reached_type: 'rate_limit_reached' },
      ['codex/300 20', 'codex/10080 99.6 limit'],
    ],
    [
      'all that are full',
      { primary: slot(300, 100), secondary: slot(10_080, 101), rate_limit_reached_type: 'rate_limit_reached' },
      ['codex/300 100 limit', 'codex/10080 101 limit'],
    ],
    [
      'a kind that nobody knows yet says so of the quota',
      { primary: slot(300, 20), rate_limit_reached_type: 'moon_phase' },
      ['codex/300 20 limit'],
    ],
    [
      'without a window',
      { primary: null, secondary: null, rate_limit_reached_type: 'rate_limit_reached' },
      ['codex/0 100 limit'],
    ],
    [
      'credits have no window',
      {
        limit_id: 'spark',
        primary: slot(300, 70),
        secondary: null,
        rate_limit_reached_type: 'workspace_member_credits_depleted',
      },
      ['spark/300 70', 'spark/0 100 credits'],
    ],
    ['credits alone', { rate_limit_reached_type: 'workspace_owner_credits_depleted' }, ['codex/0 100 credits']],
    [
      'what the owner of the workspace allows',
      { ...both, rate_limit_reached_type: 'workspace_owner_usage_limit_reached' },
      ['codex/300 100', 'codex/10080 45', 'codex/0 100 workspace'],
    ],
    [
      'an individual limit',
      { primary: slot(300, 5), individual_limit: { limit: '25', used: '20', remaining_percent: 20, resets_at: 0 } },
      ['codex/300 5', 'individual/0 80'],
    ],
    [
      'what cannot be',
      {
        primary: slot(300, -1),
        secondary: slot(0, 5),
        individual_limit: { remaining_percent: 170 },
        rate_limit_reached_type: { type: 'rate_limit_reached' },
      },
      [],
    ],
    ['text', 'all of it', []],
  ];
  for (const [name, limits, expected] of cases) it(name, () => assert.deepEqual(told(limits), expected));

  it('reset when they say so', () => {
    assert.deepEqual(
      codexLimits({ primary: slot(300, 1), secondary: { ...slot(10_080, 1), resets_at: undefined } }, AT).map(
        ({ resetsAtMs }) => resetsAtMs,
      ),
      [RESET, undefined],
    );
    const [first] = codexLimits({ primary: { used_percent: 1, window_minutes: 300, resets_in_seconds: 60 } }, AT);
    assert.equal(first?.resetsAtMs, AT + 60_000);
  });
});
