import assert from 'node:assert/strict';
import { withSum } from '../../../src/agents/sessionSum.ts';
import { placedReading } from '../../../src/agents/unplaced.ts';

describe('a session whose tokens are one sum', () => {
  const usage = { input: 5000, cacheRead: 900, cacheWrite5m: 0, cacheWrite1h: 0, output: 70, reasoning: 0 };
  const request = {
    ...({ type: 'request', requestId: 's/sum', atMs: 2, provider: 'p', model: 'm', usage } as const),
    sessionId: 's',
    thread: 'main',
  };
  const read = { name: 'Read', kind: 'read', target: 'a.ts' } as const;
  const readings = [
    placedReading([{ type: 'block', role: 'user', part: 'text', chars: 4000 }], 's', 'main', 1),
    placedReading([{ type: 'boundary', kind: 'compaction', atMs: 1 }], 's', 'main', 2),
    placedReading(
      [
        { type: 'block', role: 'model', part: 'toolCall', chars: 40, tool: read, callId: 'c' },
        { type: 'block', role: 'tool', part: 'toolResult', chars: 360, callId: 'c' },
      ],
      's',
      'main',
      3,
    ),
  ];

  it('is one request, marked, behind all that entered and before all that the model wrote', () => {
    const events = withSum(readings, request, 9).flatMap((reading) => reading.events);
    assert.deepEqual(
      events.map((event) => (event.type === 'block' ? `${event.role} ${event.tool?.target ?? ''}` : event.type)),
      ['user ', 'boundary', 'tool a.ts', 'request', 'model a.ts'],
    );
    const sum = events.find((event) => event.type === 'request');
    assert.deepEqual(sum?.usage, usage);
    assert.deepEqual([sum?.outputIsPlaceholder, sum?.keepPlaceholder], [true, true]);
  });

  it('has the context that came together since the last compaction', () => {
    const events = withSum(readings, request, 9).flatMap((reading) => reading.events);
    assert.equal(events.find((event) => event.type === 'request')?.contextTokens, 100);
  });
});
