import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { UsageRequest } from '../../../src/engine/engineApi.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import type { ParallelOptions } from '../../../src/engine/sweepInParallel.ts';
import { type TranscriptHome, transcriptHome } from './transcriptHome.ts';

const FROM_SOURCE: ParallelOptions = {
  workerPath: path.join(import.meta.dirname, 'scanWorkerFromSource.mjs'),
  execArgv: [],
  minBytes: 0,
};

const ALL: UsageRequest = { window: 'all', timeZone: 'America/New_York', nowMs: 0 };

/** The last of sixteen digits of a sum of dollars depends on the order in which they came; everything else must be the same. */
const inMicroDollars = (report: unknown): unknown =>
  JSON.parse(
    JSON.stringify(report, (field, value: unknown) =>
      field.endsWith('usd') && typeof value === 'number' ? Math.round(value * 1e6) : value,
    ),
  );

describe('reading in several threads', () => {
  let home: TranscriptHome;
  beforeEach(() => {
    home = transcriptHome();
    for (let session = 0; session < 30; session++)
      for (let reply = 0; reply <= session; reply++) home.reply(`s${session}`, `r${session}-${reply}`);
    // A resumed session, and what no reader understands.
    for (let reply = 0; reply <= 29; reply++) home.reply('resumed', `r29-${reply}`);
    appendFileSync(home.file('s3'), 'no JSON\n');
  });
  afterEach(() => home.remove());

  const swept = async (parallel: ParallelOptions): Promise<LocalEngine> => {
    const engine = await createLocalEngine({
      agents: ALL_AGENTS,
      place: { home: home.folder, env: {}, platform: 'linux' },
      parallel,
    });
    await engine.sweep();
    return engine;
  };

  it('stores what one thread stores', async () => {
    const one = await swept({ workerPath: '/no/such/worker.js' });
    const several = await swept(FROM_SOURCE);
    const [expected, usage] = [await one.usage(ALL), await several.usage(ALL)];
    assert.equal(expected.totals.turns, (30 * 31) / 2);
    assert.equal(expected.coverage.rejected_records, 1);
    assert.deepEqual(inMicroDollars(usage), inMicroDollars(expected));
    const order = (a: { session: string }, b: { session: string }): number => (a.session < b.session ? -1 : 1);
    assert.deepEqual(
      inMicroDollars((await several.sessions(ALL)).sort(order)),
      inMicroDollars((await one.sessions(ALL)).sort(order)),
    );
    home.reply('s3', 'later');
    await several.sweep();
    assert.equal((await several.usage(ALL)).totals.turns, (30 * 31) / 2 + 1);
    await one.dispose();
    await several.dispose();
  }).timeout(60_000);

  it('reads alone what a broken thread leaves', async () => {
    const engine = await swept({ ...FROM_SOURCE, workerPath: path.join(import.meta.dirname, 'brokenWorker.mjs') });
    assert.equal((await engine.usage(ALL)).totals.turns, (30 * 31) / 2);
    await engine.dispose();
  });
});
