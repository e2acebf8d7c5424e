import { rmSync } from 'node:fs';
import type { Store } from '../store/store.ts';
import type { CareReport, CareRequest } from './engineApi.ts';
import type { Ingest } from './ingest.ts';

/** Looks after the store, on demand. Rejects with system errors of the files that it writes. */
export async function careFor(
  request: CareRequest,
  store: Store,
  ingest: Ingest,
  storePath: string | undefined,
): Promise<CareReport> {
  switch (request.task) {
    case 'check':
      break;
    case 'compact':
      store.compact();
      break;
    case 'backUp':
      store.backUp(request.to);
      break;
    case 'rebuild': {
      const keptAs = storePath === undefined ? undefined : `${storePath}.before-rebuild`;
      await ingest.rebuild(() => {
        if (keptAs === undefined) return;
        rmSync(keptAs, { force: true });
        store.backUp(keptAs);
      });
      return { ...store.check(), keptAs };
    }
  }
  return store.check();
}
