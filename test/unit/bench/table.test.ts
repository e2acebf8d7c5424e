import assert from 'node:assert/strict';
import type { Comparison } from '../../bench/peers/compare.ts';
import { OURS } from '../../bench/peers/contender.ts';
import { PEERS } from '../../bench/peers/peer.ts';
import { comparisonRows, comparisonTable } from '../../bench/peers/table.ts';
import { betweenMarks } from '../../bench/readme.ts';

const result = (wallMs: number, cpuMs: number, totalError = 0, outputError = totalError) => ({
  wallMs,
  cpuMs,
  rounds: 3,
  totalError,
  outputError,
});

const comparisons: Comparison[] = [
  {
    what: 'First read',
    corpus: 'Claude Code',
    results: {
      [OURS]: result(1_000, 1_500),
      'ccusage 20': result(2_000, 3_000, -0.0000001, -0.0019),
      tokscale: { why: 'failed: no | such\nthing' },
    },
    bounds: { wall: 0.7, cpu: 0.4 },
  },
  { what: 'Again', corpus: 'Claude Code', results: { [OURS]: result(100, 90), 'ccusage 20': result(2_000, 3_000) } },
];

describe('the table of the bench', () => {
  it('tells times, ratios, errors, and what failed', () =>
    assert.equal(
      comparisonTable([OURS, 'ccusage 20', 'tokscale'], comparisons),
      [
        '|  | Agent Token Meter | ccusage 20 | tokscale |',
        '| --- | --- | --- | --- |',
        '| First read | 1.00 s, processor 1.50 s | 2.00 s, processor 3.00 s (×2.0, ×2.0) | failed: no / such thing |',
        '| Again | 0.10 s, processor 0.09 s | 2.00 s, processor 3.00 s (×20, ×33) |  |',
        '| Error of the tokens: Claude Code | exact | −0.001 % (output −0.190 %) |  |',
      ].join('\n'),
    ));

  it('holds ours against what ccusage took', () =>
    assert.deepEqual(
      comparisonRows(comparisons).map(({ value, bound, holds }) => [value, bound, holds]),
      [
        ['0.500', '0.700', true],
        ['0.500', '0.400', false],
        ['0.050', undefined, undefined],
        ['0.030', undefined, undefined],
      ],
    ));

  it('takes the place of the one before in the README', () => {
    const empty = 'a\n<!-- bench: written by `npm run bench -- --readme` -->\n\nold | table\n\n<!-- bench: end -->\nb';
    assert.equal(betweenMarks(empty, 'new').replace(/<!--.*?-->/g, '*'), 'a\n*\n\nnew\n\n*\nb');
    assert.throws(() => betweenMarks('a README without marks', 'new'), /has no lines/);
  });

  it('takes tokens from the reports of peers, reasoning as a part of the output', () => {
    const reports: Record<string, unknown> = {
      ccusage: { totals: { inputTokens: 1, cacheReadTokens: 2, cacheCreationTokens: 3, outputTokens: 4 } },
      tokscale: {
        totalInput: 1,
        totalCacheRead: 2,
        totalCacheWrite: 3,
        totalOutput: 1,
        entries: [{ reasoning: 1 }, { reasoning: 2 }],
      },
      codeburn: [
        { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 3, outputTokens: 2 },
        { inputTokens: 0, cacheReadTokens: 2, cacheWriteTokens: 0, outputTokens: 2 },
      ],
    };
    for (const peer of PEERS)
      assert.deepEqual(
        peer.totals(JSON.stringify(reports[peer.name])),
        { input: 1, cacheRead: 2, cacheWrite: 3, output: 4 },
        peer.name,
      );
  });
});
