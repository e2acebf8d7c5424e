import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Engine } from '../../../src/engine/engineApi.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import type { ModelUsage } from '../../../src/views/usageByTool.ts';
import { NOW_MS, place, type TranscriptHome, transcriptHome, ZONE } from './transcriptHome.ts';

const at = { sessionId: 's1', cwd: '/srv/app', version: '2.1.100', isSidechain: false, userType: 'external' };
const time = (second: number): string => new Date(NOW_MS - 600_000 + second * 1000).toISOString();

/** A reply that reads a file, and the file. */
const call = (n: number, prompt: number, output: number): string =>
  JSON.stringify({
    ...at,
    type: 'assistant',
    uuid: `reply-${n}`,
    timestamp: time(n),
    requestId: `req_${n}`,
    message: {
      id: `msg_${n}`,
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [{ type: 'tool_use', id: `toolu_${n}`, name: 'Read', input: { file_path: `/srv/app/${n}.ts` } }],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: prompt - 10,
        output_tokens: output,
      },
    },
  });
const result = (n: number, chars: number): string =>
  JSON.stringify({
    ...at,
    type: 'user',
    uuid: `result-${n}`,
    timestamp: time(n),
    message: {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: `toolu_${n}`, content: 'x'.repeat(chars) }],
    },
  });

describe("the live session's usage by tool", () => {
  let home: TranscriptHome;
  let engine: Engine;
  beforeEach(async () => {
    home = transcriptHome();
    engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home.folder) });
  });
  afterEach(async () => {
    await engine.dispose();
    home.remove();
  });
  const write = (...records: string[]): void =>
    appendFileSync(home.file('s1'), records.map((record) => `${record}\n`).join(''));
  const usageByTool = async (): Promise<Record<string, ModelUsage> | undefined> => {
    const asked = {
      locale: 'en',
      timeZone: ZONE,
      nowMs: NOW_MS,
      folders: ['/srv/app'],
      thresholds: DEFAULT_THRESHOLDS,
    };
    return (await engine.meter(asked)).session?.usageByTool;
  };

  it('is told with each change, and sums to the session in each class', async () => {
    assert.equal(await usageByTool(), undefined);
    const told: Promise<Record<string, ModelUsage> | undefined>[] = [];
    engine.onChanged(() => told.push(usageByTool()));

    write(call(1, 1000, 40));
    await engine.sweep();
    assert.deepEqual(await told[0], {
      system: { input: 10, output: 0, cacheRead: 0, cacheWrite5m: 990, cacheWrite1h: 0 },
      read: { input: 0, output: 40, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    });

    write(result(1, 3300), call(2, 2040, 60));
    await engine.sweep();
    const after = (await usageByTool()) ?? {};
    assert.deepEqual(after.read, { input: 10, output: 100, cacheRead: 0, cacheWrite5m: 1030, cacheWrite1h: 0 });
    const sum = (tokenClass: keyof ModelUsage): number =>
      Object.values(after).reduce((total, usage) => total + usage[tokenClass], 0);
    assert.deepEqual(
      [sum('input'), sum('output'), sum('cacheRead'), sum('cacheWrite5m'), sum('cacheWrite1h')],
      [20, 100, 0, 3020, 0],
    );
  });

  it('is pushed at once with the first change, and in the end as it is', async () => {
    let last: Record<string, ModelUsage> | undefined;
    let told = 0;
    engine.onChanged(async () => {
      told++;
      last = await usageByTool();
    });
    write(call(1, 1000, 40));
    await engine.sweep();
    assert.equal(told, 1);
    for (let n = 2; n < 6; n++) {
      write(result(n - 1, 330), call(n, 1000 + 140 * n, 40));
      await engine.sweep();
    }
    const until = Date.now() + 5000;
    while (last?.read?.output !== 200 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(last?.read?.output, 200);
  });
});
