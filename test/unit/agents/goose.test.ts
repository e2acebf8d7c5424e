import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Disk } from '../../../src/agents/agent.ts';
import { gooseLegacy } from '../../../src/agents/goose.ts';

describe('Goose before its database', () => {
  const root = join('/', 'goose', 'sessions');
  const path = join(root, '20251001_173000.jsonl');
  const lines = [
    { working_dir: '/home/dev/api', message_count: 2, accumulated_input_tokens: 500, accumulated_output_tokens: 50 },
    { role: 'user', created: 1769990990, content: [{ type: 'text', text: 'filler' }] },
    { role: 'assistant', created: 1769991000, content: [{ type: 'text', text: 'filler filler' }] },
  ];
  const disk = (names: string[]): Disk => ({
    read: () => Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    list: () => names,
    database: () => undefined,
  });
  const requests = (names: string[]) =>
    gooseLegacy
      .read({ path, root, relativePath: '20251001_173000.jsonl', account: undefined }, disk(names))
      ?.flatMap(({ events }) => events)
      .filter((event) => event.type === 'request');

  it('is read from its files', () => {
    assert.deepEqual(
      requests(['20251001_173000.jsonl'])?.map(({ requestId, usage }) => [requestId, usage.input, usage.output]),
      [['20251001_173000/sum', 500, 50]],
    );
  });

  it('is left to the database that took it in', () =>
    assert.deepEqual(requests(['20251001_173000.jsonl', 'sessions.db']), []));
});
