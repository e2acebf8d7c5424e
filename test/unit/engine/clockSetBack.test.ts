import assert from 'node:assert/strict';
import { appendFileSync, utimesSync } from 'node:fs';
import type { LocalEngine } from '../../../src/engine/localEngine.ts';
import { engineForEach, NOW_MS, replyRecord, type TranscriptHome, ZONE } from './transcriptHome.ts';

const HOUR_MS = 3_600_000;

describe('a clock that was set back', () => {
  let home: TranscriptHome;
  let engine: LocalEngine;
  engineForEach((...made) => {
    [home, engine] = made;
  });

  /** Appends a reply with the time of a clock, which the file gets too. */
  const write = (session: string, id: string, atMs: number): void => {
    const record = replyRecord(session, id).replace(
      /"timestamp":"[^"]+"/,
      `"timestamp":"${new Date(atMs).toISOString()}"`,
    );
    appendFileSync(home.file(session), `${record}\n`);
    utimesSync(home.file(session), atMs / 1000, atMs / 1000);
  };
  const live = async (folders: readonly string[] = ['/srv/app']) => {
    await engine.sweep();
    const { state, session } = await engine.live({ folders: [...folders], timeZone: ZONE, nowMs: NOW_MS });
    return [session?.session, state, session?.last_at];
  };
  const iso = (atMs: number): string => new Date(atMs).toISOString();

  it('shows the session that is written to now, not one of before', async () => {
    write('before', 'a', NOW_MS + 24 * HOUR_MS);
    assert.deepEqual(await live(), ['before', 'idle', iso(NOW_MS + 24 * HOUR_MS)], 'the only one there is');
    write('now', 'b', NOW_MS - 60_000);
    assert.deepEqual(await live(), ['now', 'live', iso(NOW_MS - 60_000)]);
    assert.deepEqual(await live([]), ['now', 'live', iso(NOW_MS - 60_000)]);
  });

  it('goes on with a session that was at work then, and is still', async () => {
    write('old', 'a', NOW_MS - HOUR_MS);
    write('running', 'b', NOW_MS + 2 * HOUR_MS);
    write('running', 'c', NOW_MS - 60_000);
    assert.deepEqual(await live(), ['running', 'live', iso(NOW_MS - 60_000)]);
  });

  it('allows for clocks that differ a little', async () => {
    write('old', 'a', NOW_MS - 60_000);
    write('ahead', 'b', NOW_MS + 60_000);
    assert.deepEqual(await live(), ['ahead', 'live', iso(NOW_MS + 60_000)]);
  });
});
