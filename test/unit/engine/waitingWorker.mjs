import { existsSync } from 'node:fs';
import path from 'node:path';
import { workerData } from 'node:worker_threads';

// A thread that begins to read when a file named `go` lies beside the projects.
const go = path.join(workerData.files.places[0].root, 'go');
const nothing = new Int32Array(new SharedArrayBuffer(4));
while (!existsSync(go)) Atomics.wait(nothing, 0, 0, 10);
await import('./scanWorkerFromSource.mjs');
