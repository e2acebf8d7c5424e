import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copilotChat } from '../../../src/agents/copilotChat.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { NOW_MS, place, ZONE } from './transcriptHome.ts';

describe('estimates', () => {
  it('give way to what is known later, also when that is less, and do not come back', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'atm-estimates-'));
    const folder = path.join(home, '.config/Code/User/workspaceStorage/w/chatSessions');
    mkdirSync(folder, { recursive: true });
    const write = (turn: object): void =>
      writeFileSync(
        path.join(folder, 's.json'),
        JSON.stringify({
          sessionId: 's',
          requests: [
            {
              requestId: 'request_1',
              timestamp: NOW_MS - 1000,
              message: { text: 'x'.repeat(40_000) },
              response: [{ value: 'y'.repeat(370) }],
              modelState: { value: 1 },
              ...turn,
            },
          ],
        }),
      );
    const engine = await createLocalEngine({ agents: [copilotChat], place: place(home) });
    const figures = async (): Promise<number[]> => {
      await engine.sweep();
      const { totals } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
      return [totals.turns, totals.input_tokens, totals.output_tokens, totals.estimated_turns];
    };
    try {
      write({});
      assert.deepEqual(await figures(), [1, 10_000, 100, 1]);
      write({ message: { text: 'x'.repeat(400) } });
      assert.deepEqual(await figures(), [1, 100, 100, 1]);
      write({ result: { metadata: { promptTokens: 90, outputTokens: 7 } } });
      assert.deepEqual(await figures(), [1, 90, 7, 0]);
      write({});
      assert.deepEqual(await figures(), [1, 90, 7, 0]);
    } finally {
      await engine.dispose();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
