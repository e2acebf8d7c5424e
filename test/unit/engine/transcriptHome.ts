import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Engine, EngineTrouble } from '../../../src/engine/engineApi.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';

export const ZONE = 'America/New_York';
export const NOW_MS = Date.UTC(2026, 10, 1, 12);

/** A home folder with transcripts that the test writes, removed afterwards. */
export interface TranscriptHome {
  folder: string;
  /** Folder for an engine's store. */
  storageDir: string;
  project: string;
  file(session: string): string;
  /** Appends one reply of 10 input, 50 output, 100 cache-write and 1000 cache-read tokens. */
  reply(session: string, id: string): void;
  remove(): void;
}

export function transcriptHome(): TranscriptHome {
  const folder = mkdtempSync(path.join(tmpdir(), 'atm-engine-'));
  const project = path.join(folder, '.claude', 'projects', '-work-app');
  mkdirSync(project, { recursive: true });
  const file = (session: string): string => path.join(project, `${session}.jsonl`);
  return {
    folder,
    storageDir: path.join(folder, 'storage'),
    project,
    file,
    reply: (session, id) => appendFileSync(file(session), `${replyRecord(session, id)}\n`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Gives each test of a suite a home of its own with an engine in memory over it. */
export function engineForEach(receive: (home: TranscriptHome, engine: LocalEngine) => void): void {
  let home: TranscriptHome;
  let engine: LocalEngine;
  beforeEach(async () => {
    home = transcriptHome();
    engine = await createLocalEngine({ agents: ALL_AGENTS, place: place(home.folder) });
    receive(home, engine);
  });
  afterEach(async () => {
    await engine.dispose();
    home.remove();
  });
}

/** Turns after one more look. */
export async function turnsNow(engine: LocalEngine): Promise<number> {
  await engine.sweep();
  return (await counts(engine)).turns;
}

/** A reply as Claude Code records it. */
export function replyRecord(session: string, id: string, usage: Record<string, unknown> = {}): string {
  return JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/srv/app',
    sessionId: session,
    version: '2.1.100',
    gitBranch: 'main',
    type: 'assistant',
    uuid: `uuid-${id}`,
    timestamp: new Date(NOW_MS - 60_000).toISOString(),
    requestId: `req_${id}`,
    message: {
      id: `msg_${id}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'text', text: 'x'.repeat(200) }],
      stop_reason: 'end_turn',
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 100,
        cache_read_input_tokens: 1000,
        output_tokens: 50,
        ...usage,
      },
    },
  });
}

export const place = (home: string) => ({ home, env: {}, platform: process.platform });

/** What an engine counts in all. */
export async function counts(engine: Pick<Engine, 'usage'>) {
  const { totals, coverage } = await engine.usage({ window: 'all', timeZone: ZONE, nowMs: NOW_MS });
  return {
    turns: totals.turns,
    tokens: totals.total_tokens,
    files: coverage.files,
    records: coverage.records,
    rejected: coverage.rejected_records,
  };
}

/** Collects what an engine tells of trouble. */
export function collectTroubles(engine: Pick<Engine, 'onTrouble'>): EngineTrouble[] {
  const troubles: EngineTrouble[] = [];
  engine.onTrouble((trouble) => troubles.push(trouble));
  return troubles;
}
