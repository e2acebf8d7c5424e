import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TurnUse } from '../../../src/queries/threadUse.ts';
import type { TurnEvent } from '../../../src/queries/turnEvents.ts';
import { thinTurns } from '../../../src/views/thinTurns.ts';
import { timelineView } from '../../../src/views/timeline.ts';

const START = Date.UTC(2026, 10, 18, 12);
const where = { locale: 'en', timeZone: 'Pacific/Auckland' };

const turnOf = (number: number, kinds: TurnUse['kinds'], more: Partial<TurnUse> = {}): TurnUse => ({
  turn: number,
  atMs: START + number * 60_000,
  contextTokens: kinds.reduce((sum, [, tokens]) => sum + tokens, 0),
  outputTokens: 10,
  model: 'm',
  isEstimated: false,
  kinds,
  ...more,
});

const event = (kind: TurnEvent['kind'], turn: number, more: Partial<TurnEvent> = {}): TurnEvent => ({
  kind,
  turn,
  atMs: START + turn * 60_000 + 1000,
  tokensBefore: null,
  tokensAfter: null,
  label: null,
  ...more,
});

describe('the turns that a chart draws', () => {
  it('are all of them where there are few', () => assert.deepEqual(thinTurns([3, 1, 2], [], 10), [0, 1, 2]));

  it('are the ends, what must stand, and a peak and a low of each stretch', () => {
    const totals = Array.from({ length: 100 }, (_, i) => (i === 37 ? 1000 : i === 61 ? -5 : i));
    const chosen = thinTurns(totals, [50, 51, 200, -1], 20);
    for (const i of [0, 99, 37, 61, 50, 51]) assert.ok(chosen.includes(i), String(i));
    assert.ok(chosen.length <= 20, String(chosen.length));
  });

  it('are ascending, within the turns, few, and hold the highest, whatever the heights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e6), { minLength: 1, maxLength: 3000 }),
        fc.array(fc.integer({ min: -5, max: 3500 }), { maxLength: 20 }),
        (totals, kept) => {
          const chosen = thinTurns(totals, kept, 100);
          assert.ok(chosen.every((i, n) => i >= 0 && i < totals.length && (n === 0 || i > (chosen[n - 1] ?? 0))));
          assert.ok(chosen.length <= Math.max(100, kept.length + 4));
          assert.equal(Math.max(...chosen.map((i) => totals[i] ?? 0)), Math.max(...totals));
          for (const i of [0, totals.length - 1, ...kept.filter((i) => i >= 0 && i < totals.length)])
            assert.ok(chosen.includes(i));
        },
      ),
    );
  });
});

describe('the context timeline', () => {
  it('is nothing without a turn', () => assert.equal(timelineView({ turns: [], events: [], ...where }), undefined));

  it('shows each prompt by kind, what every prompt begins with at the bottom', () => {
    const view = timelineView({
      turns: [
        turnOf(1, [
          ['read', 500],
          ['system', 300],
        ]),
        turnOf(
          2,
          [
            ['system', 300],
            ['read', 900],
            ['user', 7],
          ],
          { isEstimated: true },
        ),
      ],
      events: [],
      ...where,
    });
    assert.deepEqual(
      view?.bands.map((band) => band.label),
      ['System', 'Read', 'You'],
    );
    assert.deepEqual(
      view?.columns.map(({ tokens, totalLabel, when }) => [tokens, totalLabel, when]),
      [
        [[300, 500, 0], '800', 'Nov 19, 1:01:00 AM'],
        [[300, 900, 7], '≈1,207', 'Nov 19, 1:02:00 AM'],
      ],
    );
    assert.equal(view?.text, 'Context over 2 turns: 800 tokens at first, at most 1.2k at turn 2, 1.2k at last.');
  });

  it('draws the smallest kinds as one, and each column still sums to its prompt', () => {
    const kinds = Array.from({ length: 14 }, (_, i): [string, number] => [`mcp:s${i}`, 100 * (i + 1)]);
    const view = timelineView({ turns: [turnOf(1, kinds)], events: [], ...where });
    assert.equal(view?.bands.length, 9);
    assert.deepEqual(view?.bands.at(-1), { kind: 'rest', label: 'other (6 kinds)' });
    assert.deepEqual(view?.columns[0]?.tokens.at(-1), 2100);
    assert.equal(
      view?.columns[0]?.tokens.reduce((a, b) => a + b, 0),
      10_500,
    );
  });

  it('keeps the prompts on both sides of every break of a very long thread', () => {
    const turns = Array.from({ length: 5000 }, (_, i) => turnOf(i + 1, [['read', 1000 + (i % 130)]]));
    const breaks = [130, 1300, 4290].map((turn) => event('compaction', turn));
    const view = timelineView({ turns, events: breaks, ...where });
    const drawn = view?.columns.map((column) => column.turn) ?? [];
    assert.ok(drawn.length < 400 && drawn.length > 100, String(drawn.length));
    for (const turn of [1, 130, 131, 1300, 1301, 4290, 4291, 5000]) assert.ok(drawn.includes(turn), String(turn));
  });

  for (const [happened, expected] of [
    [
      event('compaction', 1, { tokensBefore: 160_000, tokensAfter: 22_000, automatic: true }),
      'Compacted by itself: 160k → 22k',
    ],
    [event('compaction', 1, { automatic: false }), 'Compacted'],
    [event('clear', 1), 'Cleared'],
    [event('rewind', 1), 'Rewound'],
    [event('fork', 1), 'Resumed or forked'],
    [event('launch', 1, { label: 'code\nreviewer', thread: 't1' }), 'Launched code reviewer'],
    [event('launch', 1), 'Launched a subagent'],
    [event('model', 1, { label: 'opus' }), 'Model changed to opus'],
    [event('pause', 1, { rewritten: 90_000 }), 'Cache expired: 90k sent anew'],
  ] as const)
    it(`marks: ${expected}`, () => {
      const view = timelineView({ turns: [turnOf(1, [['read', 1]])], events: [happened], ...where });
      assert.deepEqual(
        view?.marks.map(({ label, afterTurn, thread }) => [label, afterTurn, thread]),
        [[expected, 1, happened.thread]],
      );
    });

  it('says what happened in its sentence, and names no more marks than a page can hold', () => {
    const launches = Array.from({ length: 900 }, (_, i) => event('launch', i % 3));
    const view = timelineView({
      turns: [1, 2, 3].map((n) => turnOf(n, [['read', n]])),
      events: [...launches, event('compaction', 2)],
      ...where,
    });
    assert.equal(view?.marks.length, 500);
    assert.ok(view?.marks.some((mark) => mark.kind === 'compaction'));
    assert.match(view?.text ?? '', /, 1 compaction, 900 subagents launched\.$/);
  });

  it('names the part that is shown', () => {
    const view = timelineView({
      turns: [1, 2, 3].map((n) => turnOf(n, [['read', n]])),
      events: [],
      range: { from: 2, to: 3 },
      ...where,
    });
    assert.match(view?.range?.label ?? '', /^Turns 2–3 of 3 · Nov 19, 1:02\D+1:03\sAM$/u);
  });
});
