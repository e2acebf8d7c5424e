import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COUNT_RULES, type RequestRow } from '../../../src/ledger/rows.ts';
import type { FileBatch } from '../../../src/store/batch.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { packRequests } from '../../../src/store/packedRequests.ts';
import type { Store } from '../../../src/store/store.ts';
import { unpackRequest } from '../../../src/store/unpackRequest.ts';
import { batch, request } from './sampleRows.ts';

const TABLES = ['sessions', 'callers', 'requests', 'caller_slots', 'kind_days', 'sightings', 'reply_sizes'];

const text = fc.constantFrom('a', 'b', 'ü', '\u{1F980}', '', 'a"\n\\,', '__proto__', 'x'.repeat(200), '\u0000');
const tokens = fc.integer({ min: 0, max: 4e9 });

const anyRequest: fc.Arbitrary<RequestRow> = fc
  .record({
    requestId: text,
    sessionId: fc.constantFrom('s1', 's2'),
    thread: fc.constantFrom('main', 'sub'),
    messageId: fc.option(
      text.filter((id) => id !== ''),
      { nil: undefined },
    ),
    model: fc.constantFrom('claude-sonnet-4-5', 'ünheard-of'),
    tier: fc.constantFrom(undefined, 'priority'),
    atMs: fc.constantFrom(0, 899_999, 1_794_697_987_249, 1_794_784_387_249),
    recordedUsd: fc.constantFrom(undefined, 0.25),
    estimated: fc.boolean(),
    isCopy: fc.boolean(),
    taskId: fc.option(text, { nil: undefined }),
    openedKinds: fc.constantFrom(undefined, ['read', 'mcp:ü'] as RequestRow['openedKinds']),
    rule: fc.constantFrom(...COUNT_RULES),
    replyChars: fc.constantFrom(0, 500),
    hidesThinking: fc.boolean(),
    turn: fc.constantFrom(undefined, 0, 7),
    offset: fc.constantFrom(0, 5e9),
    lastOffset: fc.constantFrom(0, 5e9, 6e9),
    records: fc.constantFrom(1, 3),
    input: tokens,
    read: tokens,
    output: tokens,
  })
  .map(({ input, read, output, ...row }) => ({
    ...request(row.requestId),
    ...row,
    usage: { input, cacheRead: read, cacheWrite5m: 0, cacheWrite1h: 0, output, reasoning: 0 },
    shares: [
      { kind: 'bash' as const, usage: { input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output } },
      { kind: 'system' as const, usage: { input: 0, cacheRead: read, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 } },
    ].filter(({ usage }) => usage.input + usage.cacheRead + usage.output > 0),
  }));

/** Whatever a file tells of a session's requests, it tells of the session. */
const sessions = [{ sessionId: 's1' }, { sessionId: 's2' }];

const anyBatch = fc.tuple(fc.constantFrom('/one', '/two'), fc.array(anyRequest, { maxLength: 5 }));

const dump = (store: Store): unknown =>
  Object.fromEntries(TABLES.map((table) => [table, store.all(`SELECT * FROM ${table} ORDER BY 1, 2`)]));

const packed = ({ rows, ...rest }: FileBatch): FileBatch => ({
  ...rest,
  rows: { ...rows, requests: [] },
  packed: packRequests(rest.agent, rows.requests),
});

describe('packed requests', () => {
  it('are unpacked as they were', () =>
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 6 }), (rows) => {
        const sent = structuredClone(packRequests('claude-code', rows));
        assert.deepEqual(
          rows.map((_, index) => ({ estimate: undefined, ...unpackRequest(sent, index) })),
          rows.map((row) => ({ estimate: undefined, ...row })),
        );
      }),
    ));

  it('are stored as the same requests are that come one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBatch, { maxLength: 4 }), async (history) => {
        const [one, other] = [(await openStore({ nowMs: 0 })).store, (await openStore({ nowMs: 0 })).store];
        for (const [path, requests] of history) {
          one.commit([batch({ requests, sessions }, { path })]);
          other.commit([packed(batch({ requests, sessions }, { path }))]);
        }
        assert.deepEqual(dump(other), dump(one));
        one.close();
        other.close();
      }),
      { numRuns: 60 },
    );
  }).timeout(20_000);
});
