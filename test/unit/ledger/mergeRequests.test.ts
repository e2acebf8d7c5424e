import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withEstimate } from '../../../src/ledger/estimatedOutput.ts';
import { fitShares, mergeRequests } from '../../../src/ledger/mergeRequests.ts';
import type { RequestRow } from '../../../src/ledger/rows.ts';
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
        shares: fitShares([{ kind: 'read', usage: { ...used, input: Math.floor(used.input / 2) } }], used),
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

  it('gives the same of many, in whatever order they come', () => {
    const placeOf = ({ isCopy, sessionId, atMs, offset }: RequestRow): string =>
      [isCopy, sessionId, atMs, offset].join(' ');
    const figures = (rows: RequestRow[]): unknown => {
      const { shares: _, rule: __, ...facts } = withEstimate(rows.reduce(mergeRequests), 3.7);
      return facts;
    };
    fc.assert(
      fc.property(fc.uniqueArray(arbitraryRow, { minLength: 2, maxLength: 5, selector: placeOf }), (rows) => {
        assert.deepEqual(figures(rows.toReversed()), figures(rows));
        assert.deepEqual(figures([...rows.slice(1), ...rows.slice(0, 1)]), figures(rows));
      }),
    );
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
