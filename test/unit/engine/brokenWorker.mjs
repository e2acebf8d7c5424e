// A scan worker that takes files and fails.
import { workerData } from 'node:worker_threads';

Atomics.add(new Int32Array(workerData.shared), 0, 5);
throw new Error('broken');
