import assert from 'node:assert/strict';
import { type FlyingRequest, inFlight } from '../../../src/ledger/inFlight.ts';

const request = (openedKinds: FlyingRequest['openedKinds'], more: Partial<FlyingRequest> = {}): FlyingRequest => ({
  isSubagent: false,
  openedKinds,
  usage: { input: 10, cacheRead: 100, cacheWrite5m: 7, cacheWrite1h: 0, output: 5 },
  costUsd: 0.5,
  ...more,
});
const whole = { input: 10, cacheRead: 100, cacheWrite5m: 7, cacheWrite1h: 0, output: 5, costUsd: 0.5 };

describe('the lens of calls in flight', () => {
  const cases: [string, FlyingRequest[], [string, object][]][] = [
    ['gives a request without calls to the model', [request([])], [['model', whole]]],
    ['gives a request to the call that it opened', [request(['read'])], [['read', whole]]],
    ['gives a subagent to its launch, whatever it calls', [request(['read'], { isSubagent: true })], [['task', whole]]],
    [
      'leaves unpriced what has no price',
      [request(['read'], { costUsd: null })],
      [['read', { ...whole, costUsd: null }]],
    ],
    [
      'sums the cost of those that have a price',
      [request(['read'], { costUsd: null }), request(['read'])],
      [['read', { input: 20, cacheRead: 200, cacheWrite5m: 14, cacheWrite1h: 0, output: 10, costUsd: 0.5 }]],
    ],
  ];
  for (const [name, requests, expected] of cases) it(name, () => assert.deepEqual([...inFlight(requests)], expected));

  it('shares a request equally among several calls, and loses no token', () => {
    const sums = inFlight([request(['read', 'bash'])]);
    assert.deepEqual([...sums.keys()], ['read', 'bash']);
    for (const { costUsd, input, cacheRead } of sums.values())
      assert.deepEqual({ costUsd, input, cacheRead }, { costUsd: 0.25, input: 5, cacheRead: 50 });
    for (const [tokenClass, tokens] of [
      ['cacheWrite5m', 7],
      ['output', 5],
    ] as const) {
      const parts = [...sums.values()].map((sum) => sum[tokenClass]);
      assert.equal(
        parts.reduce((a, b) => a + b),
        tokens,
      );
      assert.ok(Math.abs((parts[0] ?? 0) - (parts[1] ?? 0)) <= 1);
    }
  });
});
