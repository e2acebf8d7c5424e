import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createIngest } from '../../../src/engine/ingest.ts';
import { createLocalEngine } from '../../../src/engine/localEngine.ts';
import { windowEdges } from '../../../src/queries/calendar.ts';
import { usageTotals } from '../../../src/queries/usageTotals.ts';
import { foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { counts, NOW_MS, place, replyRecord, type TranscriptHome, transcriptHome, ZONE } from './transcriptHome.ts';

const DAY_MS = 86_400_000;
/** Three of them are more than is stored at once. */
const FILLER = JSON.stringify({ type: 'file-history-snapshot', filler: 'x'.repeat(3_000_000) });
/** The newest of each session is larger than the one before, so that each has a meter of its own. */
const OLD = ['old-4', 'old-3', 'old-2', 'old-1', 'old-0'];
const NEW = ['new-2', 'new-1', 'new-0'];

describe('a first read, newest first', () => {
  let home: TranscriptHome;
  beforeEach(() => {
    home = transcriptHome();
    [...OLD, ...NEW].forEach((session, index) => {
      const atMs = NOW_MS - 60_000 - (session.startsWith('old') ? 30 * DAY_MS : 0) - (10 - index) * 1000;
      const records = [0, 1].map((reply) => {
        const usage = { cache_read_input_tokens: 1000 * (index + 1) };
        const record = JSON.parse(replyRecord(session, `${session}-${reply}`, usage)) as { timestamp: string };
        record.timestamp = new Date(atMs - 500 + reply).toISOString();
        return JSON.stringify(record);
      });
      writeFileSync(home.file(session), [...records, FILLER, ''].join('\n'));
      utimesSync(home.file(session), atMs / 1000, atMs / 1000);
    });
  });
  afterEach(() => home.remove());

  it('stores files in the order of their times, and knows this week before it has read the older ones', async () => {
    const { store } = await openStore({ nowMs: NOW_MS });
    const databases = await foreignDatabases();
    const stored: string[] = [];
    const week = windowEdges('week', NOW_MS, ZONE);
    const turnsIn = (window: Parameters<typeof usageTotals>[1]): number => usageTotals(store, window).turns;
    const seen: { week: number; all: number; sessions: number }[] = [];
    const [claude] = ALL_AGENTS.filter(({ id }) => id === 'claude-code');
    assert.ok(claude);
    const ingest = createIngest({
      store: {
        ...store,
        commit(batches) {
          // Within a commit the oldest comes first.
          for (const { cursor } of batches.toReversed()) stored.push(path.basename(cursor.path, '.jsonl'));
          store.commit(batches);
        },
      },
      databases: async () => databases,
      user: 'ada',
      parallel: { workerPath: '/no/such/worker.js' },
      agents: () => [{ agent: claude, roots: claude.roots({ ...place(home.folder), configured: undefined }) }],
      onFolders: () => false,
      onStored: () => seen.push({ week: turnsIn(week), all: turnsIn({}), sessions: new Set(stored).size }),
      onProgress() {},
      onTrouble: ({ message }) => assert.fail(message),
    });
    try {
      await ingest.sweep();
      assert.deepEqual([...new Set(stored)], [...OLD, ...NEW].reverse());
      assert.deepEqual(seen.at(-1), { week: 6, all: 16, sessions: 8 });
      const right = seen.find((each) => each.week === 6);
      assert.ok(right && right.all < 16 && right.sessions < 8, JSON.stringify(seen));
    } finally {
      databases.dispose();
      store.close();
    }
  }).timeout(60_000);

  it('answers for the newest session before threads that read the rest have begun', async () => {
    const engine = await createLocalEngine({
      agents: ALL_AGENTS,
      place: place(home.folder),
      watch: true,
      parallel: { workerPath: path.join(import.meta.dirname, 'waitingWorker.mjs'), execArgv: [], minBytes: 0 },
    });
    try {
      const asked = { locale: 'en', timeZone: ZONE, nowMs: NOW_MS, folders: ['/srv/app'] };
      const meter = () => engine.meter({ ...asked, thresholds: { notice: 50, warning: 80, critical: 95 } });
      const ask = async () => ({ turns: (await counts(engine)).turns, text: (await meter()).text });
      let first = await ask();
      for (; first.turns === 0; first = await ask()) await new Promise((resolve) => setTimeout(resolve, 10));
      // From now on the others may read.
      writeFileSync(path.join(home.folder, '.claude', 'projects', 'go'), '');
      await engine.sweep();
      assert.equal(first.turns, 2, 'nothing but the newest was read');
      assert.equal(first.text, (await meter()).text);
      assert.match(first.text, /8\.?\d*k/);
      assert.equal((await counts(engine)).turns, 16);
    } finally {
      await engine.dispose();
    }
  }).timeout(60_000);
});
