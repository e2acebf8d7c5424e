import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AGENT_IDS, ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { AgentFile } from '../../../src/engine/agentFile.ts';
import { createDoubts } from '../../../src/engine/doubts.ts';
import { createPartReader } from '../../../src/engine/partReader.ts';
import type { FileBatch } from '../../../src/store/batch.ts';
import { openStore } from '../../../src/store/openStore.ts';
import { wholeStore } from '../store/wholeStore.ts';
import { homeWithDatabases, openDatabases } from './fixtureHome.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
/** More, and others every time, for a thorough look: `ORDERS=500`. */
const ORDERS = Number(process.env.ORDERS ?? 8);

/** A copy of a request may be stored before its original, a subagent before the session that launched it. */
describe('order of reading', function () {
  this.timeout(60_000);

  for (const id of AGENT_IDS) {
    const agents = ALL_AGENTS.filter((agent) => agent.id === id);
    for (const name of readdirSync(join(FIXTURES, id)).sort()) {
      it(`leaves the same store: ${id}/${name}`, async () => {
        const home = homeWithDatabases(join(FIXTURES, id, name, 'home'));
        const files = agents.flatMap((agent) => transcripts(home, agent).map((file) => ({ agent, file })));
        const expected = await storeOf(files, files.length);
        await fc.assert(
          fc.asyncProperty(
            fc.shuffledSubarray(files, { minLength: files.length }),
            fc.integer({ min: 1, max: 3 }),
            async (order, filesACommit) => {
              assert.deepEqual(await storeOf(order, filesACommit), expected);
            },
          ),
          { ...(process.env.ORDERS ? {} : { seed: 1 }), numRuns: files.length > 1 ? ORDERS : 1 },
        );
      });
    }
  }
});

/** Everything that is stored of files that are read one after the other, so many in one transaction. */
async function storeOf(files: readonly AgentFile[], filesACommit: number): Promise<unknown> {
  const { store } = await openStore({ nowMs: 0 });
  const reader = createPartReader({
    store,
    databases: openDatabases(),
    user: 'ann',
    doubts: createDoubts(),
    tellOnce: () => undefined,
  });
  try {
    let batches: FileBatch[] = [];
    files.forEach((file, index) => {
      const part = reader.read(file, Number.MAX_SAFE_INTEGER);
      if (typeof part !== 'string') batches.push(part.reading.batch);
      if ((index + 1) % filesACommit > 0 && index + 1 < files.length) return;
      store.commit(batches);
      batches = [];
    });
    return wholeStore(store);
  } finally {
    store.close();
  }
}
