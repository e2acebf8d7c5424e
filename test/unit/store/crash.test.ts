import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { openStore } from '../../../src/store/openStore.ts';
import { inTempFolder } from './sampleRows.ts';

const KILLS = 6;

/** Runs the writer and kills it after some commits. @returns how many commits it has acknowledged in all */
function writeAndKill(file: string, commits: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const script = path.join(import.meta.dirname, 'commitUntilKilled.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let acknowledged = 0;
    let seen = 0;
    let unfinished = '';
    let errors = '';
    child.stderr.on('data', (data: Buffer) => {
      errors += data;
    });
    child.stdout.on('data', (data: Buffer) => {
      const lines = (unfinished + data).split('\n');
      unfinished = lines.pop() ?? '';
      for (const line of lines) acknowledged = Number(line);
      seen += lines.length;
      if (seen >= commits) child.kill('SIGKILL');
    });
    child.on('exit', () => (seen >= commits ? resolve(acknowledged) : reject(new Error(errors))));
  });
}

describe('store of a process that is killed', function () {
  this.timeout(120_000);

  it('is whole and holds every commit that was acknowledged', () =>
    inTempFolder(async (folder) => {
      const file = path.join(folder, 'usage.db');
      for (let kill = 1; kill <= KILLS; kill++) {
        const acknowledged = await writeAndKill(file, 37 * kill);
        const { store, trouble } = await openStore({ path: file, nowMs: 0 });
        assert.equal(trouble, undefined);
        assert.deepEqual(store.all('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
        const [found] = store.all<{ requests: number; turns: number; last: number }>(
          'SELECT count(*) AS requests, (SELECT sum(turns) FROM usage_slots) AS turns, max(source_offset) AS last FROM usage_logs',
        );
        assert.ok(found && found.requests >= acknowledged, `${acknowledged} acknowledged, ${found?.requests} found`);
        assert.equal(found.turns, found.requests);
        assert.equal(found.last, found.requests - 1);
        store.close();
      }
    }));
});
