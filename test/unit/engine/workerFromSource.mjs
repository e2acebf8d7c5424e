// The worker's entry for tests: loads TypeScript in this thread, then the real entry.
import { register as registerCjs } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

registerCjs();
register();
await import('../../../src/engineWorker.ts');
