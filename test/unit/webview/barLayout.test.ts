import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BarSegment } from '../../../src/views/barView.ts';
import { textWidth } from '../../../src/views/textWidth.ts';
import { GAP, placeSegments, roundedBar } from '../../../webview/charts/barLayout.ts';

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
    [
      'a short form with its share rather than a long one without',
      [
        ['Read', 50],
        ['other (5 kinds)', 50],
        ['其他（5 类）', 50],
      ],
      270,
      ['Read 33%', 'other 33%', '其他 33%'],
    ],
    [
      'a name close to the edges rather than a share without a name',
      [
        ['Read', 83],
        ['System', 17],
      ],
      356,
      ['Read 83%', 'System'],
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

  it('have labels as far from one edge as from the other, at least', () => {
    for (let width = 20; width < 400; width++)
      for (const { label, labelX, x, width: part } of place(
        [
          ['Read', 50],
          ['System', 30],
          ['other (5 kinds)', 20],
        ],
        width,
      ))
        assert.ok(label === '' || textWidth(label, 11) <= part - 2 * (labelX - x), `${label} in ${part} px`);
  });

  it('are drawn as closed outlines', () => {
    assert.equal(
      roundedBar(10, 0, 20, 8, 4, 0),
      'M14 0H30a0 0 0 0 1 0 0v8a0 0 0 0 1 0 0H14a4 4 0 0 1 -4 -4v0a4 4 0 0 1 4 -4z',
    );
  });
});
