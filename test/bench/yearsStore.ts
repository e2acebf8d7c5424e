import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerFacts } from '../../src/engine/answerFacts.ts';
import { openStore } from '../../src/store/openStore.ts';
import type { Store } from '../../src/store/store.ts';
import { parseLimitSettings } from '../../src/views/limitSettings.ts';
import { threadMs } from './threadTime.ts';
import { makeYearsOfUse } from './yearsOfUse.ts';

/** Years of made-up use, and what answers over them are asked with. */
export interface YearsStore {
  /** Opened as a process that has just begun does. */
  open(): Promise<Store>;
  nowMs: number;
  requests: number;
  facts: AnswerFacts;
  remove(): void;
}

export async function makeYearsStore(requests: number): Promise<YearsStore> {
  const folder = mkdtempSync(path.join(tmpdir(), 'atm-bench-'));
  const file = path.join(folder, 'store.db');
  const nowMs = Date.now();
  const made = await makeYearsOfUse(file, requests, nowMs);
  return {
    open: async () => (await openStore({ path: file, nowMs })).store,
    nowMs,
    requests: made,
    facts: {
      agentLabels: {},
      settings: { paths: {}, disabledAgents: [] },
      limits: parseLimitSettings({ weeklyBudgetTokens: 1e9 }),
      places: { home: folder, usualFolders: [] },
      user: 'ada',
      lookedFor: [],
      withoutTokens: [],
      lookups: () => [],
      storePlace: { path: file },
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * How long the thread that answers works, of processor time, so that what else runs on the machine does not count; where the system does not
 * tell that of a thread, by the clock.
 */
export function took(work: () => unknown): number {
  const [thread, clock] = [threadMs(), performance.now()];
  work();
  const ms = threadMs() - thread;
  return Number.isNaN(ms) ? performance.now() - clock : ms;
}

/** The same of what may take less than the system can tell: the mean of some runs, after one that warms up. */
export function tookEach(work: () => unknown): number {
  work();
  let runs = 0;
  let ms = 0;
  for (; runs < 3 || (ms < 40 && runs < 30); runs++) ms += took(work);
  return ms / runs;
}
