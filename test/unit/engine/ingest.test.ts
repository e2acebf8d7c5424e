import assert from 'node:assert/strict';
import { createIngest } from '../../../src/engine/ingest.ts';
import { foreignDatabases } from '../../../src/store/foreignDatabase.ts';
import { openStore } from '../../../src/store/openStore.ts';

describe('sweeps', () => {
  it('come one after the other, and each sees what was there when it was asked for', async () => {
    const { store } = await openStore({ nowMs: 0 });
    const databases = await foreignDatabases();
    let begun = 0;
    let found = 0;
    let most = 0;
    const ingest = createIngest({
      store,
      databases: async () => databases,
      user: 'ada',
      agents() {
        begun++;
        most = Math.max(most, begun - found);
        return [];
      },
      onFolders() {
        found++;
        return false;
      },
      onStored() {},
      onProgress() {},
      onTrouble: ({ message }) => assert.fail(message),
    });
    try {
      const first = ingest.sweep();
      const second = ingest.sweep();
      assert.equal(ingest.sweep(), second, 'one that has not begun yet is enough');
      // The moment in which one has ended and the next has not begun.
      let between = 0;
      const third = first.then(async () => {
        const before = begun;
        await ingest.sweep();
        between = begun - before;
      });
      await Promise.all([first, second, third]);
      assert.ok(between >= 1);
      await ingest.settled();
      assert.deepEqual([most, found], [1, begun]);
    } finally {
      databases.dispose();
      store.close();
    }
  });
});
