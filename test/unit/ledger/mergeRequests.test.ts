import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withEstimate } from '../../../src/ledger/estimatedOutput.ts';
import { fitShares, mergeRequests } from '../../../src/ledger/mergeRequests.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import { wholeShares } from '../../../src/store/recordsOfRequest.ts';
import { request } from '../store/sampleRows.ts';
import { arbitraryUsage, CLASSES, usage } from './foldedEvents.ts';

describe('merging two records of a request', () => {
  const arbitraryRow: fc.Arbitrary<RequestRow> = fc
    .tuple(
      arbitraryUsage,
      fc.constantFrom('recorded' as const, 'placeholder' as const, 'estimated' as const),
      fc.boolean(),
      fc.nat(3),
      fc.constantFrom('s1', 's2'),
      fc.nat(2),
      fc.nat(3),
      fc.option(fc.nat(2), { nil: undefined }),
    )
    .map(([used, rule, isCopy, atMs, sessionId, offset, size, recordedUsd]) =>
      request('r', {
        sessionId,
        atMs,
        usage: used,
        webSearches: size,
        tier: size === 3 ? 'priority' : undefined,
        messageId: size === 2 ? 'm' : undefined,
        recordedUsd,
        estimated: rule !== 'recorded',
        estimate:
          rule === 'estimated' ? { recorded: used.output, weights: { model: 1, [`mcp:${size}`]: 2 } } : undefined,
        rule,
        replyChars: size * 100,
        hidesThinking: size === 1,
        isCopy,
        offset,
        lastOffset: offset,
        shares: fitShares(
          [
            { kind: offset === 1 ? 'read' : 'user', usage: { ...used, input: Math.floor(used.input / 2), output: 0 } },
            { kind: size === 2 ? 'bash' : 'model', usage: usage({ output: Math.ceil(used.output / (1 + atMs)) }) },
          ],
          used,
        ),
      }),
    );

  it('gives a row whose shares sum to its usage, whichever comes first', () => {
    fc.assert(
      fc.property(arbitraryRow, arbitraryRow, (a, b) => {
        const merged = mergeRequests(a, b);
        for (const tokenClass of CLASSES)
          assert.equal(
            merged.shares.reduce((sum, share) => sum + share.usage[tokenClass], 0),
            merged.usage[tokenClass],
          );
        const { shares: _, ...row } = merged;
        const { shares: __, ...other } = mergeRequests(b, a);
        if (a.offset !== b.offset || a.sessionId !== b.sessionId) assert.deepEqual(other, row);
      }),
    );
  });

  it('gives the same of many, in whatever order they come and however they are put together', () => {
    const placeOf = ({ isCopy, sessionId, atMs, offset }: RequestRow): string =>
      [isCopy, sessionId, atMs, offset].join(' ');
    /** Merges neighbours until one row is left, those first that are chosen first. */
    const together = (rows: readonly RequestRow[], choices: readonly number[]): unknown => {
      const left = [...rows];
      for (let i = 0; left.length > 1; i++) {
        const at = (choices[i] ?? 0) % (left.length - 1);
        left.splice(at, 2, mergeRequests(left[at] as RequestRow, left[at + 1] as RequestRow));
      }
      const { shares, ...merged } = withEstimate(left[0] as RequestRow, 3.7);
      const owner = rows.find((row) => row.offset === merged.offset && placeOf(row) === placeOf(merged as RequestRow));
      const isOutranked = owner?.estimated && rows.filter(({ estimated }) => !estimated).length > 1;
      return isOutranked ? merged : { ...merged, shares: wholeShares(shares) };
    };
    const order = fc.uniqueArray(arbitraryRow, { minLength: 2, maxLength: 5, selector: placeOf }).chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        shuffled: fc.shuffledSubarray(rows, { minLength: rows.length }),
        choices: fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(order, ({ rows, shuffled, choices }) => {
        assert.deepEqual(together(shuffled, choices), together(rows, []));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps what only one of them says, and the most that is said', () => {
    const first = request('r', { atMs: 1, webSearches: 1, replyChars: 10 });
    const second = request('r', {
      atMs: 2,
      webSearches: 3,
      replyChars: 90,
      tier: 'priority',
      messageId: 'm',
      taskId: 't',
    });
    for (const merged of [mergeRequests(first, second), mergeRequests(second, first)]) {
      const { atMs, webSearches, replyChars, tier, messageId, taskId } = merged;
      assert.deepEqual(
        { atMs, webSearches, replyChars, tier, messageId, taskId },
        { atMs: 1, webSearches: 3, replyChars: 90, tier: 'priority', messageId: 'm', taskId: 't' },
      );
    }
  });

  it('takes an exact output over a larger estimate', () => {
    const exact = request('r', { usage: usage({ output: 40 }), shares: [] });
    const estimate = request('r', {
      usage: usage({ output: 500 }),
      estimated: true,
      rule: 'placeholder',
      shares: [],
    });
    assert.deepEqual(
      [mergeRequests(exact, estimate).usage.output, mergeRequests(estimate, exact).estimated],
      [40, false],
    );
  });
});
