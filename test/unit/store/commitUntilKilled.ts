import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/openStore.ts';
import { batch, request } from './sampleRows.ts';

/** Commits one request after the other, and says so after each commit, until it is killed. */
async function run(file: string): Promise<void> {
  const { store, trouble } = await openStore({ path: file, nowMs: Date.now() });
  if (trouble) throw new Error(`trouble: ${trouble.kind}`);
  const [row] = store.all<{ n: number }>('SELECT count(*) AS n FROM usage_logs');
  for (let n = row?.n ?? 0; ; n++) {
    store.commit([batch({ requests: [request(`request-${n}`, { offset: n, atMs: n * 60_000 })] })]);
    writeSync(1, `${n + 1}\n`);
  }
}

void run(process.argv[2] as string);
