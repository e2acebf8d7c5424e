import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../../src/agents/agent.ts';
import { codex } from '../../../src/agents/codex.ts';
import { compressedCodex, type Decompress } from '../../../src/agents/codexCompressed.ts';
import type { AgentEvent } from '../../../src/agents/event.ts';
import type { TranscriptFile } from '../../../src/transcripts/record.ts';
import { readHome, transcripts } from './readHome.ts';

const HOME = join(import.meta.dirname, '../../fixtures/agents/codex/subagents/home');

/** What the fake packing does to a byte: enough to tell that it was undone. */
const MASK = 0x55;
const mask = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ MASK);

/** Undoes the fake packing; a packed text that ends in the middle of a line is one that was caught half-written. */
const unmask: Decompress = (bytes, { maxOutputLength }) => {
  const plain = mask(bytes);
  if (plain.length > maxOutputLength) throw Object.assign(new Error('large'), { code: 'ERR_BUFFER_TOO_LARGE' });
  if (plain.at(-1) !== 0x0a) throw Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
  return plain;
};

/** A disk with these files. */
const diskOf = (files: Record<string, Uint8Array>): Disk => ({
  read: (path) => files[path],
  list: (folder) =>
    Object.keys(files)
      .filter((path) => path.startsWith(join(folder, '/')))
      .map((path) => path.slice(join(folder, '/').length)),
  database: () => undefined,
});

const compressed = (file: TranscriptFile): TranscriptFile => ({
  ...file,
  path: `${file.path}.zst`,
  relativePath: `${file.relativePath}.zst`,
});

describe("Codex's compressed rollouts", () => {
  const agent = compressedCodex(() => unmask);
  const plain = transcripts(HOME, codex);
  const [first] = plain;
  assert.ok(first);
  const packed = compressed(first);

  it('tell what the plain files tell, requests by the same ids', () => {
    const events: AgentEvent[] = plain.flatMap((file) => {
      const disk = diskOf({ [`${file.path}.zst`]: mask(readFileSync(file.path)) });
      return agent.read(compressed(file), disk)?.flatMap((reading) => reading.events) ?? [];
    });
    assert.deepEqual(events, readHome(HOME, [codex]).events);
    assert.ok(events.some(({ type }) => type === 'request'));
  });

  it('stand where they stand in the plain text', () => {
    const bytes = readFileSync(first.path);
    const readings = agent.read(packed, diskOf({ [packed.path]: mask(bytes) })) ?? [];
    const lines = bytes.toString('utf8').split('\n').slice(0, -1);
    assert.equal(readings.length, lines.length);
    for (const [index, { offset }] of readings.entries())
      assert.equal(bytes.toString('utf8', offset, bytes.indexOf('\n', offset)), lines[index]);
  });

  it('count only where the plain file is gone, and are read again when it goes', () => {
    const bytes = readFileSync(first.path);
    assert.deepEqual(agent.read(packed, diskOf({ [packed.path]: mask(bytes), [first.path]: bytes })), []);
    assert.deepEqual(agent.companions?.(packed), [first.path]);
  });

  it('are left for later when they are half-written or gone', () => {
    const half = readFileSync(first.path).subarray(0, 1000);
    assert.equal(agent.read(packed, diskOf({ [packed.path]: mask(half) })), undefined);
    assert.equal(agent.read(packed, diskOf({})), undefined);
  });

  it('are rejected when they are larger than any rollout', () => {
    const bomb = compressedCodex(() => (_, { maxOutputLength }) => {
      assert.equal(maxOutputLength, 2 ** 30);
      throw Object.assign(new Error('large'), { code: 'ERR_BUFFER_TOO_LARGE' });
    });
    const readings = bomb.read(packed, diskOf({ [packed.path]: new Uint8Array(1) }));
    assert.deepEqual(readings, [{ events: [], outcome: 'rejected', detail: 'compressed: too large', offset: 0 }]);
  });

  it('are rejected where the runtime has no zstd', () => {
    const readings = compressedCodex(() => undefined).read(packed, diskOf({ [packed.path]: new Uint8Array(1) }));
    assert.deepEqual(readings, [
      { events: [], outcome: 'rejected', detail: 'compressed: needs Node 22.15', offset: 0 },
    ]);
  });

  it('are rollouts by name, archived ones too, and nothing else is', () => {
    const names = ['2026/11/22/rollout-a.jsonl.zst', 'rollout-a.jsonl.zst', 'rollout-a.jsonl', 'other.jsonl.zst'];
    assert.deepEqual(names.map(agent.isTranscript), [true, true, false, false]);
    assert.deepEqual(names.map(codex.isTranscript), [false, false, true, false]);
  });
});
