import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttributionRow, Choice } from '../../../src/views/attributionView.ts';
import type { BarSegment } from '../../../src/views/barView.ts';
import { ellipsise, textWidth } from '../../../src/views/textWidth.ts';
import type { TimelineMark } from '../../../src/views/timelineView.ts';
import { groupRows, type RowGroup, type Sorting, sortGroups } from '../../../webview/attribution/groupRows.ts';
import { GAP, placeSegments, roundedBar } from '../../../webview/charts/barLayout.ts';
import { movedEnd, rangeOf } from '../../../webview/charts/brushRange.ts';
import { clusterMarks } from '../../../webview/charts/clusterMarks.ts';
import { labelStep } from '../../../webview/charts/labelStep.ts';
import { legendLayout } from '../../../webview/charts/legendLayout.ts';
import { stackBar } from '../../../webview/charts/stackBar.ts';
import { columnAt, columnEdges, slopedAreas, stepAreas } from '../../../webview/charts/stepAreas.ts';
import { tipPlace } from '../../../webview/charts/tipPlace.ts';
import { turnTicks } from '../../../webview/charts/turnTicks.ts';
import { matchingChoices } from '../../../webview/ui/matchingChoices.ts';

const segment = (label: string, tokens: number, all: number): BarSegment => ({
  kind: `mcp:${label}`,
  label,
  tokens,
  tokensLabel: String(tokens),
  exactLabel: String(tokens),
  share: tokens / all,
  shareLabel: `${Math.round((100 * tokens) / all)}%`,
});
const place = (parts: [string, number][], width: number) => {
  const all = parts.reduce((sum, [, tokens]) => sum + tokens, 0);
  return placeSegments(
    parts.map(([label, tokens]) => segment(label, tokens, all)),
    width,
    11,
    (tokens) => (tokens * width) / all,
  );
};

describe('the parts of a bar', () => {
  for (const [name, parts, width, expected] of [
    [
      'labels that fit',
      [
        ['Read', 60],
        ['Bash', 40],
      ],
      200,
      ['Read 60%', 'Bash 40%'],
    ],
    [
      'the name where the share does not fit',
      [
        ['Read', 90],
        ['Bash', 20],
      ],
      272,
      ['Read 82%', 'Bash'],
    ],
    [
      'a short form',
      [
        ['Read', 50],
        ['other (5 kinds)', 50],
      ],
      140,
      ['Read', 'other'],
    ],
    ['the share of a long name', [['MCP enterprise-knowledge-base', 100]], 60, ['100%']],
    [
      'nothing where nothing fits',
      [
        ['Read', 95],
        ['Bash', 5],
      ],
      200,
      ['Read 95%', ''],
    ],
    [
      'no part without tokens',
      [
        ['Read', 1],
        ['Bash', 0],
      ],
      200,
      ['Read 100%'],
    ],
    ['no part without a width', [['Read', 1]], 0, []],
  ] as [string, [string, number][], number, string[]][])
    it(`show ${name}`, () =>
      assert.deepEqual(
        place(parts, width).map(({ label }) => label),
        expected,
      ));

  it('fill the width with gaps between, whatever the shares, and can all be seen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e12), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 2000 }),
        (tokens, width) => {
          fc.pre(tokens.some((count) => count > 0));
          const placed = place(
            tokens.map((count, i) => [`k${i}`, count]),
            width,
          );
          const end = placed.reduce((x, part) => {
            assert.ok(Math.abs(part.x - x) < 1e-6);
            assert.ok(part.width >= 3 - 1e-9);
            return part.x + part.width + GAP;
          }, 0);
          assert.ok(Math.abs(end - GAP - width) < 1e-6);
        },
      ),
    );
  });

  it('are drawn as closed outlines', () => {
    assert.equal(
      roundedBar(10, 0, 20, 8, 4, 0),
      'M14 0H30a0 0 0 0 1 0 0v8a0 0 0 0 1 0 0H14a4 4 0 0 1 -4 -4v0a4 4 0 0 1 4 -4z',
    );
  });
});

describe('text widths', () => {
  it('grow with the text and the size', () => {
    assert.ok(textWidth('iii', 10) < textWidth('MMM', 10));
    assert.equal(textWidth('Read', 20), 2 * textWidth('Read', 10));
    assert.equal(textWidth('', 10), 0);
  });

  for (const [text, width, expected] of [
    ['Read', 100, 'Read'],
    ['MCP knowledge-base', 80, 'MCP knowl…'],
    ['MCP knowledge', 40, 'MCP…'],
    ['Read', 5, ''],
  ] as const)
    it(`shorten ${text} to ${width} px`, () => assert.equal(ellipsise(text, width, 12), expected));

  it('never shorten to more than there is room for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 200 }), (text, width) =>
        assert.ok(textWidth(ellipsise(text, width, 12), 12) <= width + 1e-9),
      ),
    );
  });
});

describe('the legend', () => {
  for (const [count, width, columns, height] of [
    [4, 360, 1, 80],
    [8, 360, 1, 160],
    [14, 360, 2, 140],
    [14, 280, 1, 280],
    [1, 900, 1, 20],
    [5, 900, 2, 60],
    [0, 360, 1, 0],
  ] as const)
    it(`has ${columns} column(s) for ${count} entries in ${width} px`, () => {
      const layout = legendLayout(count, width, 20);
      assert.deepEqual([layout.columns, layout.height], [columns, height]);
    });

  for (const [count, entryWidth, columns] of [
    [4, 280, 2],
    [4, 290, 1],
    [14, 290, 2],
  ] as const)
    it(`has ${columns} column(s) for ${count} names of ${entryWidth} px in 600 px`, () =>
      assert.equal(legendLayout(count, 600, 20, entryWidth).columns, columns));

  it('runs down the first column, then the next, inside the width', () => {
    const layout = legendLayout(5, 600, 20);
    assert.deepEqual([0, 2, 3].map(layout.at), [
      { x: 0, y: 0 },
      { x: 0, y: 40 },
      { x: 316, y: 0 },
    ]);
    assert.equal(layout.at(3).x + layout.columnWidth, 600);
  });
});

describe('the bars by day', () => {
  for (const [widest, step, expected] of [
    [40, 100, 1],
    [40, 48, 1],
    [40, 47, 2],
    [40, 10, 7],
    [40, 0, 1],
    [0, 10, 1],
  ] as const)
    it(`label every ${expected}. bar for labels of ${widest} px on ${step} px`, () =>
      assert.equal(labelStep(widest, step), expected));

  it('stack upwards from zero and round the uppermost part that is there', () => {
    assert.deepEqual(
      stackBar([10, 0, 5, 0], (tokens) => 100 - tokens),
      [
        { y: 90, height: 10, top: false },
        { y: 90, height: 0, top: false },
        { y: 85, height: 5, top: true },
        { y: 85, height: 0, top: false },
      ],
    );
  });
});

describe('the table of kinds', () => {
  const row = (key: string, level: 0 | 1 | 2, spent?: number): AttributionRow => ({
    key,
    level,
    kind: 'read',
    label: key,
    cells: {},
    values: spent === undefined ? {} : { spent },
    share: 0,
  });
  const names = (groups: RowGroup[]): unknown[] =>
    groups.map((group) => (group.below.length > 0 ? [group.row.key, names(group.below)] : group.row.key));

  it('puts items below the kind before them, and threads below the item before them', () => {
    const rows = [
      row('x', 1),
      row('read', 0),
      row('file', 1),
      row('task', 0),
      row('sub', 1),
      row('t1', 2),
      row('t2', 2),
    ];
    assert.deepEqual(names(groupRows(rows)), [
      ['read', ['file']],
      ['task', [['sub', ['t1', 't2']]]],
    ]);
  });

  for (const [name, sorting, expected] of [
    ['most first', { column: 'spent', descending: true }, [['b', ['y', 'x']], 'a', 'none']],
    [
      'least first, what has no figure still last',
      { column: 'spent', descending: false },
      ['a', ['b', ['x', 'y']], 'none'],
    ],
    ['by name', { column: 'name', descending: false }, ['a', ['b', ['x', 'y']], 'none']],
  ] as [string, Sorting, unknown[]][])
    it(`sorts every level: ${name}`, () => {
      const rows = [row('none', 0), row('a', 0, 1), row('b', 0, 2), row('x', 1, 1), row('y', 1, 2)];
      assert.deepEqual(names(sortGroups(groupRows(rows), sorting)), expected);
    });
});

describe('the context timeline', () => {
  const columns = [
    { turn: 1, tokens: [10, 5] },
    { turn: 2, tokens: [10, 0] },
  ];
  const x = (turn: number) => (turn - 0.5) * 100;

  it('holds each prompt until the next, bands upon bands', () => {
    const edges = columnEdges(columns, 2, x);
    assert.deepEqual(edges, [0, 100, 200]);
    assert.deepEqual(
      stepAreas(columns, 2, edges, (tokens) => 100 - tokens),
      ['M0 100V90H100V90H200V100H100V100H0Z', 'M0 90V85H100V90H200V90H100V90H0Z'],
    );
  });

  it('goes straight from turn to turn where some are left out, and reaches both ends', () => {
    assert.deepEqual(
      slopedAreas(columns, 2, [50, 150], [0, 200], (tokens) => 100 - tokens),
      ['M0 90L200 90L200 100L0 100Z', 'M0 85L200 90L200 90L0 90Z'],
    );
  });

  it('finds the column nearest to a turn', () => {
    const drawn = [1, 2, 10, 20].map((turn) => ({ turn }));
    assert.deepEqual(
      [1, 2, 5, 7, 10, 19, 20, 99].map((turn) => columnAt(drawn, turn)),
      [0, 1, 1, 2, 2, 3, 3, 3],
    );
  });

  it('joins marks that have no room beside each other', () => {
    const mark = (afterTurn: number): TimelineMark => ({ kind: 'launch', afterTurn, label: '', when: '' });
    const clusters = clusterMarks([0, 1, 2, 9].map(mark), (turn) => turn * 10, 22);
    assert.deepEqual(
      clusters.map((cluster) => [cluster.x, cluster.marks.map(({ afterTurn }) => afterTurn)]),
      [
        [5, [0, 1, 2]],
        [95, [9]],
      ],
    );
  });

  for (const [turns, room, expected] of [
    [1, 10, [1]],
    [2, 10, [1, 2]],
    [5, 10, [1, 2, 3, 4, 5]],
    [34, 10, [1, 5, 10, 15, 20, 25, 30, 34]],
    [5000, 6, [1, 1000, 2000, 3000, 4000, 5000]],
    [60, 1, [1, 60]],
    [60, 0, [1, 60]],
  ] as const)
    it(`names turns of ${turns} where ${room} have room`, () => assert.deepEqual(turnTicks(turns, room), expected));

  it('names ascending turns, as many as have room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 2, max: 30 }), (turns, room) => {
        const ticks = turnTicks(turns, room);
        assert.deepEqual([ticks[0], ticks.at(-1)], [1, turns]);
        assert.ok(ticks.every((turn, i) => i === 0 || turn > (ticks[i - 1] ?? 0)));
        assert.ok(ticks.length <= room + 2, String(ticks));
      }),
    );
  });

  for (const [key, end, from, to] of [
    ['ArrowRight', 'from', 11, 50],
    ['ArrowLeft', 'to', 10, 49],
    ['PageUp', 'to', 10, 60],
    ['PageDown', 'from', 1, 50],
    ['Home', 'from', 1, 50],
    ['End', 'to', 10, 100],
    ['End', 'from', 50, 50],
    ['Home', 'to', 10, 10],
  ] as const)
    it(`${key} moves the end "${end}" of turns 10 to 50 of 100`, () =>
      assert.deepEqual(movedEnd({ from: 10, to: 50 }, end, key, 100), { from, to }));

  it('is brushed in either direction, and by no other key', () => {
    assert.deepEqual(rangeOf(7, 3), { from: 3, to: 7 });
    assert.equal(movedEnd({ from: 1, to: 2 }, 'from', 'x', 2), undefined);
  });
});

describe('a tip', () => {
  for (const [from, to, width, room, below, expected] of [
    [10, 20, 50, 400, false, 32],
    [350, 360, 50, 400, false, 288],
    [10, 20, 500, 400, false, 0],
    [350, 360, 100, 400, true, 300],
    [10, 20, 100, 400, true, 10],
  ] as const)
    it(`of ${width} px for ${from} to ${to} of ${room} stands at ${expected}`, () =>
      assert.equal(tipPlace(from, to, width, room, below), expected));
});

describe('a list to choose from', () => {
  const choices: Choice[] = ['Fix the login', 'Add dark mode', 'Fix dark colours'].map((label, i) => ({
    key: label,
    label,
    detail: i === 1 ? 'Codex' : 'Claude Code',
    selected: false,
  }));
  for (const [typed, expected] of [
    ['', [0, 1, 2]],
    ['fix', [0, 2]],
    ['DARK fix', [2]],
    ['codex', [1]],
    ['nothing', []],
  ] as const)
    it(`shows what has "${typed}" in it`, () =>
      assert.deepEqual(
        matchingChoices(choices, typed).map((choice) => choices.indexOf(choice)),
        expected,
      ));
});
