import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttributionRow } from '../../../src/views/attributionView.ts';
import type { BarSegment } from '../../../src/views/barView.ts';
import { groupRows } from '../../../webview/attribution/groupRows.ts';
import { GAP, placeSegments, roundedBar } from '../../../webview/charts/barLayout.ts';
import { labelStep } from '../../../webview/charts/labelStep.ts';
import { legendLayout } from '../../../webview/charts/legendLayout.ts';
import { stackBar } from '../../../webview/charts/stackBar.ts';
import { ellipsise, textWidth } from '../../../webview/charts/textWidth.ts';

const segment = (label: string, tokens: number, all: number): BarSegment => ({
  kind: `mcp:${label}`,
  label,
  tokens,
  tokensLabel: String(tokens),
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
  const row = (key: string, level: 0 | 1): AttributionRow => ({
    key,
    level,
    kind: 'read',
    label: key,
    calls: '',
    inWindow: '',
    spent: '',
    share: 0,
    shareLabel: '',
  });

  it('puts items below the kind before them', () => {
    const [orphan, read, file, bash] = [row('x', 1), row('read', 0), row('file', 1), row('bash', 0)];
    assert.deepEqual(groupRows([orphan, read, file, bash]), [
      { kind: read, items: [file] },
      { kind: bash, items: [] },
    ]);
  });
});
