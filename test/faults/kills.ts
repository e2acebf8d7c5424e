import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_AGENTS } from '../../src/agents/allAgents.ts';
import type { EngineTrouble } from '../../src/engine/engineApi.ts';
import { createOwnedEngine } from '../../src/engine/ownedEngine.ts';
import { random } from '../fuzz/random.ts';
import { collectTroubles, counts, place, type TranscriptHome, transcriptHome } from '../unit/engine/transcriptHome.ts';
import { growingSessions } from './growingSessions.ts';
import { readStore } from './windows.ts';

export interface Kills {
  kills: number;
  /** Kills that came while transcripts were being read, and left a part of them unread. */
  midway: number;
  /** What was not as it should be, by kill. */
  wrong: string[];
  truth: { turns: number; tokens: number };
}

/** With every so many kills the store begins anew, so that all is read again. */
const ANEW_EVERY = 10;
const TELL_EVERY = 20;

/** Kills a process again and again while it reads transcripts that grew, and holds what the next one counts against the truth. */
export async function killsDuringIngest({
  kills,
  seed,
  say = () => {},
}: {
  kills: number;
  seed: number;
  /** Told now and then how far it is. */
  say?: (line: string) => void;
}): Promise<Kills> {
  const chance = random(seed);
  const home = transcriptHome();
  const growing = growingSessions(home, chance);
  const storePath = path.join(home.storageDir, 'usage.db');
  const result: Kills = { kills: 0, midway: 0, wrong: [], truth: growing.truth() };
  /** How long the last reading took that was not killed; of all, and of what was new. */
  let allMs = 500;
  let newMs = 100;
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const isAnew = kill % ANEW_EVERY === 1;
      if (isAnew) rmSync(home.storageDir, { recursive: true, force: true });
      for (let session = 0; session < 20; session++) growing.grow(`s${chance.below(40)}`, 10 + chance.below(60));
      await killMidway(home, storePath, chance.below((isAnew ? allMs : newMs) * 1000) / 1000);
      result.kills++;
      const left = await readStore(storePath).catch((error: unknown) => String(error));
      const began = performance.now();
      const found = await countWith(home, storePath);
      if (isAnew) allMs = performance.now() - began;
      else newMs = performance.now() - began;
      result.truth = growing.truth();
      const after = await readStore(storePath).catch((error: unknown) => String(error));
      if (typeof left === 'object' && left.counted.turns < result.truth.turns) result.midway++;
      if (typeof left === 'string' || left.integrity !== 'ok') result.wrong.push(`${kill}: ${JSON.stringify(left)}`);
      if (typeof left === 'object' && left.counted.tokens > result.truth.tokens) result.wrong.push(`${kill}: too much`);
      const expected = JSON.stringify({ counted: result.truth, integrity: 'ok' });
      if (JSON.stringify(after) !== expected) result.wrong.push(`${kill}: ${JSON.stringify(after)}, not ${expected}`);
      if (found.turns !== result.truth.turns || found.tokens !== result.truth.tokens) {
        result.wrong.push(`${kill}: ${found.turns} turns, ${found.tokens} tokens, not ${expected}`);
      }
      for (const trouble of found.troubles) result.wrong.push(`${kill}: ${trouble.message}`);
      if (kill % TELL_EVERY === 0) say(`${kill} kills, ${result.wrong.length} wrong`);
    }
    return result;
  } finally {
    home.remove();
  }
}

/** Has a process read the home, and kills it after some time of that. */
async function killMidway(home: TranscriptHome, storePath: string, afterMs: number): Promise<void> {
  const script = path.join(import.meta.dirname, 'ingestUntilKilled.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, home.folder, storePath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  if (child.exitCode !== null) throw new Error(`the process ended by itself with ${child.exitCode}`);
  await delay(afterMs);
  child.kill('SIGKILL');
  await exit;
}

/** Brings the store up to date as the next process does. */
async function countWith(home: TranscriptHome, storePath: string) {
  const engine = await createOwnedEngine({ agents: ALL_AGENTS, place: place(home.folder), storePath });
  try {
    const troubles: EngineTrouble[] = collectTroubles(engine);
    await engine.sweep();
    return { ...(await counts(engine)), troubles };
  } finally {
    await engine.dispose();
  }
}
