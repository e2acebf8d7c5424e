import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';
import { at, fold, inWindow, owners, request, text } from './foldedEvents.ts';

describe('the fold: names of the head', () => {
  const named = (target: string, chars: number, more: object = {}): AgentEvent => ({
    ...at,
    type: 'block',
    role: 'system',
    part: 'text',
    chars,
    target,
    ...more,
  });
  const late = { stoodBefore: true };

  it('are taken from what of the system prompt has none when they are told late', () => {
    const events = [
      text('user', 380),
      request('r1', { cacheWrite5m: 2100, output: 10 }),
      text('user', 190),
      request('r2', { cacheRead: 2100, input: 60, output: 1 }),
      named('tool definitions', 3800, late),
      named('mcp:github definitions', 1900, late),
    ];
    const folded = fold(events);
    assert.deepEqual(inWindow(folded), {
      system: 500,
      'system tool definitions': 1000,
      'system mcp:github definitions': 500,
      user: 150,
      model: 11,
    });
    assert.deepEqual(
      owners(folded)
        .filter((owner) => owner.kind === 'system')
        .map(({ target, spent }) => [target, spent.cacheWrite5m, spent.cacheRead]),
      [
        ['', 500, 500],
        ['tool definitions', 1000, 1000],
        ['mcp:github definitions', 500, 500],
      ],
    );
    assert.deepEqual(inWindow(fold(events, [1, 3, 4])), inWindow(folded));
  });

  it('take no more than there is', () => {
    const window = inWindow(
      fold([
        request('r1', { input: 1000, output: 10 }),
        named('tool definitions', 38_000, late),
        named('skills', 380, late),
      ]),
    );
    assert.deepEqual(window, { 'system tool definitions': 1000, model: 10 });
  });

  it('tell what takes the place of what after a compaction', () => {
    const window = inWindow(
      fold([
        ...[named('system prompt', 3800), named('skills', 1900), text('user', 380)],
        request('r1', { input: 2100, output: 10 }),
        { ...at, type: 'boundary', kind: 'compaction', atMs: 3000 },
        ...[named('skills', 760), text('user', 380)],
        request('r2', { input: 2400, output: 1 }),
      ]),
    );
    assert.deepEqual(window, {
      system: 500,
      'system system prompt': 1000,
      'system skills': 200,
      user: 100,
      summary: 600,
      model: 1,
    });
  });
});
