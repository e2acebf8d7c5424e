import assert from 'node:assert/strict';
import { claudeCode } from '../../../src/agents/claudeCode.ts';
import type { AgentFile } from '../../../src/engine/agentFile.ts';
import { createDoubts } from '../../../src/engine/doubts.ts';

describe('doubts', () => {
  let nowMs: number;
  const WALL_MS = Date.UTC(2026, 0, 1);
  const clock = { now: () => nowMs, wallMs: () => WALL_MS + nowMs };
  beforeEach(() => {
    nowMs = 0;
  });

  function file(name: string, mtimeMs: number): AgentFile {
    const path = `/home/${name}.jsonl`;
    return {
      agent: claudeCode,
      file: { path, relativePath: name, root: '/home', facts: { size: 1, mtimeMs, ino: '1' } },
    };
  }
  const names = (due: readonly AgentFile[]): string[] => due.map(({ file }) => file.relativePath);

  it('gives what was just written once more when it rested, once', () => {
    const doubts = createDoubts(clock);
    doubts.read(file('fresh', WALL_MS - 500));
    doubts.read(file('old', WALL_MS - 60_000));
    assert.deepEqual(doubts.due(), []);
    nowMs = 2_000;
    doubts.read(file('fresh', WALL_MS + 1_500));
    nowMs = 4_000;
    assert.deepEqual(doubts.due(), []);
    nowMs = 5_000;
    const due = doubts.due();
    assert.deepEqual(names(due), ['fresh']);
    assert.equal(due[0]?.isDoubted, true);
    assert.deepEqual(doubts.due(), []);
  });

  it('takes the newest file for just written where the disk has another clock', () => {
    const doubts = createDoubts(clock);
    const behind = WALL_MS - 3_600_000;
    doubts.newest(behind);
    doubts.read(file('newest', behind));
    doubts.read(file('older', behind - 60_000));
    nowMs = 3_000;
    assert.deepEqual(names(doubts.due()), ['newest']);
  });
});
