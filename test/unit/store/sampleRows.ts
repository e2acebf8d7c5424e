import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LedgerRows, noRows, type RequestRow } from '../../../src/ledger/rows.ts';
import type { FileBatch } from '../../../src/store/batch.ts';

/** A request of 100 input, 20 output and 1000 cached tokens, two thirds of them of `read`. */
export function request(requestId: string, over: Partial<RequestRow> = {}): RequestRow {
  return {
    requestId,
    sessionId: 'session-1',
    thread: 'main',
    agentName: 'main',
    atMs: Date.UTC(2026, 10, 1, 5, 30),
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    usage: { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 20, reasoning: 0 },
    webSearches: 0,
    estimated: false,
    rule: 'recorded',
    replyChars: 0,
    hidesThinking: false,
    isCopy: false,
    offset: 0,
    lastOffset: 0,
    records: 1,
    shares: [
      { kind: 'system', usage: { input: 40, cacheRead: 300, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 } },
      { kind: 'read', usage: { input: 60, cacheRead: 700, cacheWrite5m: 0, cacheWrite1h: 0, output: 20 } },
    ],
    ...over,
  };
}

export function batch(rows: Partial<LedgerRows>, over: { path?: string; agent?: string } = {}): FileBatch {
  return {
    agent: over.agent ?? 'claude-code',
    user: 'ada',
    rows: { ...noRows(), ...rows },
    cursor: {
      path: over.path ?? '/transcripts/one.jsonl',
      size: 10,
      mtimeMs: 5,
      ino: '7',
      offset: 10,
      complete: true,
      fingerprint: 'f',
      resume: {
        offset: 8,
        readerState: { seen: 1 },
        foldState: null,
        counts: { records: 1, unknownRecords: 0, rejectedRecords: 0, details: [] },
      },
      records: 1,
      unknownRecords: 0,
      rejectedRecords: 0,
      details: [],
    },
  };
}

/** Runs with a folder of its own, which is removed afterwards. */
export async function inTempFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'atm-store-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
