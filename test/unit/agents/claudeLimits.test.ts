import assert from 'node:assert/strict';
import { claudeLimitReached } from '../../../src/agents/claudeCodeLimits.ts';

const AT = Date.parse('2025-10-08T20:15:00Z');

describe('a limit that Claude Code says is reached', () => {
  const said: [text: string, limitId: string | undefined, minutes: number, resets: string | undefined][] = [
    ['Claude AI usage limit reached|1759957200', undefined, 300, '2025-10-08T21:00'],
    ['Claude AI usage limit reached|1760000400', undefined, 10_080, '2025-10-09T09:00'],
    ['Claude AI usage limit reached|1759950000', undefined, 300, undefined],
    ['5-hour limit reached ∙ resets 5pm', undefined, 300, '2025-10-08T21:00'],
    ['Session limit reached ∙ resets 1am\n/upgrade to increase your usage limit', undefined, 300, '2025-10-09T05:00'],
    ['Weekly limit reached ∙ resets Oct 9 at 5pm', undefined, 10_080, '2025-10-09T21:00'],
    ['Opus weekly limit reached ∙ resets Jan 2, 9:30am', 'opus', 10_080, undefined],
    ['Opus weekly limit reached ∙ resets Nov 3, 9:30am', 'opus', 10_080, '2025-11-03T14:30'],
    ["You've hit your limit · resets 8pm (Asia/Tbilisi)", undefined, 10_080, '2025-10-09T16:00'],
    ["You've hit your limit · resets 1:30am (Asia/Dhaka)", undefined, 10_080, '2025-10-09T19:30'],
    ["You've hit your session limit · resets 12:50am (Europe/Paris)", undefined, 300, '2025-10-08T22:50'],
    ['You’ve hit your Opus limit · resets Oct 12, 5pm (UTC)', 'opus', 10_080, '2025-10-12T17:00'],
    ["You've hit your weekly limit · resets Oct 26, 3:30am (Europe/Berlin)", undefined, 10_080, '2025-10-26T02:30'],
    ["You're out of extra usage · resets Oct 10, 5pm (Europe/Berlin)", 'extra usage', 10_080, '2025-10-10T15:00'],
    ["You've hit your limit", undefined, 300, undefined],
    ["You've hit your limit · resets 25:99 (Mars/Base)", undefined, 300, undefined],
    ["You've hit your limit · resets 5pm (Mars/Base)", undefined, 300, undefined],
  ];
  for (const [text, limitId, windowMinutes, resets] of said)
    it(text.split('\n')[0] ?? '', () => {
      const expected = {
        ...(limitId === undefined ? {} : { limitId }),
        windowMinutes,
        usedPercent: 100,
        reached: limitId === 'extra usage' ? 'credits' : 'limit',
        ...(resets === undefined ? {} : { resetsAtMs: Date.parse(`${resets}Z`) }),
      };
      assert.deepEqual(claudeLimitReached([{ type: 'text', text }], AT, 'America/New_York'), expected);
      assert.deepEqual(claudeLimitReached(text, AT, 'America/New_York'), expected);
    });

  for (const content of [
    'No response requested.',
    'API Error: 500 limit reached',
    '',
    null,
    5,
    [{}],
    [{ type: 'text', text: 7 }],
    "I've hit your limit",
  ])
    it(`is none: ${JSON.stringify(content)}`, () => assert.equal(claudeLimitReached(content, AT, 'UTC'), undefined));
});
