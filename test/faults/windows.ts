import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../src/store/openStore.ts';
import { random } from '../fuzz/random.ts';
import { transcriptHome } from '../unit/engine/transcriptHome.ts';
import { WindowProcess } from '../unit/engine/windowProcess.ts';
import { growingSessions } from './growingSessions.ts';

export interface WindowChaosOptions {
  windows: number;
  sessions: number;
  /** How long windows open, close and are killed. */
  seconds: number;
  seed: number;
}

export interface WindowChaos {
  opened: number;
  killed: number;
  closed: number;
  /** Times that a window took the lead. */
  leads: number;
  /** Milliseconds from the end of a leader until a follower leads, longest last; on a machine that has all of this to do. */
  takeoversMs: number[];
  /** Troubles that were told; there is nothing to tell. */
  troubles: string[];
  /** Questions that failed. */
  failures: string[];
  /** Times that two processes had the store open. */
  secondOwners: number;
  truth: { turns: number; tokens: number };
  /** What each of the windows that are left counts, and what the store holds when all are closed. */
  counted: { turns: number; tokens: number }[];
  integrity: string;
}

/** The newest leads. */
const VERSIONS = ['1.0.0', '1.0.0', '1.0.0', '1.1.0'];

const leads = (window: WindowProcess): boolean => window.roles.at(-1) === 'leader';

/** Opens, closes and kills windows at random while sessions grow; then lets all that are left count. */
export async function windowsInChaos({ windows, sessions, seconds, seed }: WindowChaosOptions): Promise<WindowChaos> {
  const chance = random(seed);
  const home = transcriptHome();
  const growing = growingSessions(home, chance);
  const ownerPort = await freePort();
  const all: WindowProcess[] = [];
  let open: WindowProcess[] = [];
  const takeoversMs: number[] = [];
  const chaos = { opened: 0, killed: 0, closed: 0 };
  const openWindow = (): void => {
    chaos.opened++;
    const version = chance.pick(VERSIONS);
    const window = new WindowProcess({ home: home.folder, storageDir: home.storageDir, version, ownerPort });
    all.push(window);
    open.push(window);
  };
  try {
    const endAt = performance.now() + seconds * 1000;
    const grow = async (): Promise<void> => {
      while (performance.now() < endAt) {
        growing.grow(`s${chance.below(sessions)}`, 1 + chance.below(4));
        await delay(5 + chance.below(2_000 / sessions));
      }
    };
    const disturb = async (): Promise<void> => {
      while (performance.now() < endAt) {
        const leader = open.find(leads);
        const victim = leader && chance.chance(0.3) ? leader : open[chance.below(open.length)];
        if (victim === undefined || open.length < windows) openWindow();
        else {
          open = open.filter((window) => window !== victim);
          const isKilled = chance.chance(0.5);
          chaos[isKilled ? 'killed' : 'closed']++;
          if (leads(victim)) void takeover(victim);
          void (isKilled ? victim.kill() : victim.end());
        }
        await delay(chance.below((8_000 / windows) * 2));
      }
    };
    const takeover = async (former: WindowProcess): Promise<void> => {
      const isFollowed = open.some((window) => window.roles.at(-1) === 'follower');
      await Promise.race([former.ended, former.until(({ role }) => role === 'none').catch(() => undefined)]);
      const began = performance.now();
      while (!open.some(leads) && performance.now() < endAt) await delay(5);
      if (isFollowed && open.some(leads)) takeoversMs.push(Math.round(performance.now() - began));
    };
    await Promise.all([grow(), disturb()]);
    if (open.length === 0) openWindow();
    const counted = await Promise.all(open.map((window) => window.ask()));
    await Promise.all(all.map((window) => window.end()));
    const stored = await readStore(path.join(home.storageDir, 'usage.db'));
    const told = all.flatMap((window) => window.told);
    return {
      ...chaos,
      takeoversMs: takeoversMs.sort((a, b) => a - b),
      leads: told.filter(({ role }) => role === 'leader').length,
      troubles: all.flatMap((window) => window.troubles),
      failures: told.flatMap(({ failed }) => failed ?? []),
      secondOwners: told.filter(({ isSecondOwner }) => isSecondOwner).length,
      truth: growing.truth(),
      counted: [...counted.map(({ turns = 0, tokens = 0 }) => ({ turns, tokens })), stored.counted],
      integrity: stored.integrity,
    };
  } finally {
    await Promise.all(all.map((window) => window.kill()));
    home.remove();
  }
}

/** What a closed store holds, counted from the requests and from the sums of quarter hours; both or nothing. */
export async function readStore(file: string) {
  const { store, trouble } = await openStore({ path: file, nowMs: 0 });
  try {
    if (trouble) throw new Error(`the store is ${trouble.kind}`);
    const tokens =
      'coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens), 0)';
    const [requests] = store.all<{ turns: number; tokens: number }>(
      `SELECT count(*) AS turns, ${tokens} AS tokens FROM usage_logs`,
    );
    const [slots] = store.all<{ turns: number; tokens: number }>(
      `SELECT coalesce(sum(turns), 0) AS turns, ${tokens} AS tokens FROM usage_slots`,
    );
    const checks = store.all<{ integrity_check: string }>('PRAGMA integrity_check');
    const isEqual = JSON.stringify(requests) === JSON.stringify(slots);
    if (!requests || !isEqual)
      throw new Error(`${JSON.stringify(requests)} requests, ${JSON.stringify(slots)} in slots`);
    return { counted: requests, integrity: checks.map((check) => check.integrity_check).join('; ') };
  } finally {
    store.close();
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
