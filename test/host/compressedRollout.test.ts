import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import * as vscode from 'vscode';

const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Buffer };
const ID = '01a2f000-93c1-7d80-99d2-47d63be6a9ff';

interface Api {
  usage(request: { window: string; agent: string[] }): Promise<{ totals: { turns: number; total_tokens: number } }>;
}

/** A rollout with one call of 1200 tokens, long past so that it is nobody's current session. */
function rollout(): string {
  const usage = { input_tokens: 1000, cached_input_tokens: 400, output_tokens: 200, total_tokens: 1200 };
  const rows: [string, object][] = [
    ['session_meta', { id: ID, timestamp: '2026-01-05T08:00:00.000Z', cwd: '/elsewhere', cli_version: '0.170.0' }],
    ['turn_context', { turn_id: `${ID}-1`, model: 'gpt-5.1-codex', cwd: '/elsewhere' }],
    ['event_msg', { type: 'token_count', info: { total_token_usage: usage, last_token_usage: usage } }],
  ];
  return rows
    .map(([type, payload]) => `${JSON.stringify({ timestamp: '2026-01-05T08:00:01.000Z', type, payload })}\n`)
    .join('');
}

describe('a rollout that Codex compressed', () => {
  it('is counted once, whether it lies there compressed, plain or both', async () => {
    assert.ok(zstdCompressSync, 'this editor has no zstd');
    const extension = vscode.extensions.getExtension<Api>('agent-token-meter.agent-token-meter');
    assert.ok(extension);
    const api = await extension.activate();
    const totals = async () => (await api.usage({ window: 'all', agent: ['codex'] })).totals;
    // what the home already holds is read first
    await vscode.commands.executeCommand('agentTokenMeter.refresh');
    const before = await totals();
    const expected = { turns: before.turns + 1, total_tokens: before.total_tokens + 1200 };

    const folder = path.join(process.env.ATM_HOME ?? '', '.codex', 'sessions', '2026', '01', '05');
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `rollout-2026-01-05T08-00-00-${ID}.jsonl`);
    const packed = zstdCompressSync(rollout());
    fs.writeFileSync(`${file}.zst`, packed);
    const told = async () => {
      await vscode.commands.executeCommand('agentTokenMeter.refresh');
      const { turns, total_tokens } = await totals();
      return { turns, total_tokens };
    };
    const deadline = Date.now() + 15_000;
    while ((await told()).turns < expected.turns && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await told(), expected);
    fs.writeFileSync(file, rollout());
    assert.deepEqual(await told(), expected);
    fs.rmSync(file);
    assert.deepEqual(await told(), expected);
  });
});
