import assert from 'node:assert/strict';
import type { AgentEvent } from '../../../src/agents/event.ts';
import { openFileFold } from '../../../src/ledger/fileFold.ts';
import { learnTextRate, noTextRate, textFactor } from '../../../src/ledger/textRate.ts';

describe('the rate at which text becomes tokens', () => {
  it('is as expected until enough is known', () => {
    const rate = noTextRate();
    learnTextRate(rate, 900, 3600);
    assert.equal(textFactor(rate), 1);
    learnTextRate(rate, 300, 1200);
    assert.equal(textFactor(rate), 4);
  });

  it('learns at the factor that held', () => {
    const rate = { estimated: 10_000, grown: 40_000 };
    learnTextRate(rate, 4000, 4000);
    assert.deepEqual(rate, { estimated: 11_000, grown: 44_000 });
  });

  it('takes nothing from growth that text cannot explain', () => {
    const rate = noTextRate();
    for (const [weight, grown] of [
      [100, 100],
      [1000, 9000],
      [1000, 100],
      [1000, -5],
    ] as const)
      learnTextRate(rate, weight, grown); // prettier-ignore
    assert.deepEqual(rate, noTextRate());
  });

  for (const perCharacter of [0.25, 0.3, 1, 1.2]) {
    it(`gives files and prompts their own, at ${perCharacter} tokens a character`, () => {
      const shares = windowOf(session(perCharacter));
      // Two files of 8,000 characters, and after a compaction one more: nothing of them is taken for the system prompt.
      assert.ok(Math.abs((shares.get('system') ?? 0) - 12_000) < 600, `system ${shares.get('system')}`);
      assert.ok(Math.abs((shares.get('read') ?? 0) / (8000 * perCharacter) - 1) < 0.1, `read ${shares.get('read')}`);
    });
  }
});

const at = { sessionId: 's', thread: 'main' } as const;

/** Reads two files, compacts to nothing but the system prompt and a summary of 1,000 tokens, and reads a third. */
function session(perCharacter: number): AgentEvent[] {
  const events: AgentEvent[] = [];
  let prompt = 12_000;
  const turn = (index: number): void => {
    events.push({
      ...at,
      type: 'request',
      requestId: `r${index}`,
      atMs: index * 1000,
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      usage: { input: prompt, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 20, reasoning: 0 },
    });
    const tool = { name: 'Read', kind: 'read', target: `/src/${index}.ts` } as const;
    const callId = `c${index}`;
    events.push({
      ...at,
      type: 'block',
      role: 'model',
      part: 'toolCall',
      chars: 60,
      callId,
      tool,
      requestId: `r${index}`,
    });
    prompt += 20;
  };
  const read = (index: number): void => {
    events.push({ ...at, type: 'block', role: 'tool', part: 'toolResult', chars: 8000, callId: `c${index}` });
    prompt += 8000 * perCharacter;
  };
  for (const index of [1, 2]) {
    turn(index);
    read(index);
  }
  turn(3);
  events.push({ ...at, type: 'boundary', kind: 'compaction', atMs: 3500 });
  prompt = 13_000;
  events.push({ ...at, type: 'block', role: 'system', part: 'summary', chars: 3800 });
  turn(4);
  read(4);
  turn(5);
  return events;
}

/** Tokens in the window at the end, by kind. */
function windowOf(events: AgentEvent[]): Map<string, number> {
  const fold = openFileFold();
  assert.ok(fold);
  events.forEach((event, offset) => {
    fold.apply(event, offset);
  });
  return new Map(fold.takeRows().threads[0]?.windowKinds);
}
