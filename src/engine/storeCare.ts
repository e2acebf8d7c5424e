import { rmSync, statSync } from 'node:fs';
import { prepareReplacement } from '../store/replaceStore.ts';
import type { Store } from '../store/store.ts';
import { backupTrouble } from '../store/storeFiles.ts';
import type { CareReport, CareRequest } from './careRequest.ts';
import type { Ingest } from './ingest.ts';

/** What is looked after. */
export interface CareSubject {
  store: Store;
  ingest: Ingest;
  /** `undefined`: in memory. */
  storePath: string | undefined;
  /** Figures changed in a way that no reading of transcripts tells. */
  onChanged(): void;
  /** Another store is to be opened: the engine ends soon after. */
  onReplaced(): void;
}

/** Looks after the store, on demand. Rejects with system errors of the files that it writes. */
export async function careFor(request: CareRequest, subject: CareSubject): Promise<CareReport> {
  const { store, ingest, storePath } = subject;
  switch (request.task) {
    case 'check':
      return store.check();
    case 'compact':
      store.compact();
      return { ...store.check(), sizeBytes: sizeOf(storePath) };
    case 'backUp':
      store.backUp(request.to);
      return store.check();
    case 'restore':
      return restore(request.from, subject);
    case 'forgetBefore':
      return forgetBefore(request, subject);
    case 'rebuild': {
      const keptAs = storePath === undefined ? undefined : `${storePath}.before-rebuild`;
      await ingest.rebuild((files) => {
        if (keptAs !== undefined) {
          rmSync(keptAs, { force: true });
          store.backUp(keptAs);
        }
        try {
          store.forget(files);
          if (request.all) store.forgetNothing();
        } catch (error) {
          // The store is as it was: a second one would only fill the disk.
          if (keptAs !== undefined) rmSync(keptAs, { force: true });
          throw error;
        }
      });
      compactIfLoose(store);
      return { ...store.check(), keptAs };
    }
  }
}

async function restore(from: string, { storePath, onReplaced }: CareSubject): Promise<CareReport> {
  if (storePath === undefined) throw new Error('figures are kept in memory only');
  const refused = await backupTrouble(from);
  if (refused !== undefined) return { problems: [], requests: 0, refused };
  const keptAs = prepareReplacement(from, storePath, Date.now());
  onReplaced();
  return { problems: [], requests: 0, keptAs };
}

async function forgetBefore(
  { beforeMs, isTrial = false }: Extract<CareRequest, { task: 'forgetBefore' }>,
  { store, ingest, storePath, onChanged }: CareSubject,
): Promise<CareReport> {
  if (!isTrial) await ingest.settled();
  // What others are to be told stays until they were.
  const untilMs = Math.min(beforeMs, store.deliveries.waitsFromMs() ?? beforeMs);
  const forgotten = store.countBefore(untilMs);
  const untold = store.countBefore(beforeMs) - forgotten;
  if (isTrial) return { problems: [], requests: 0, forgotten, untold };
  store.forgetBefore(untilMs);
  compactIfLoose(store);
  onChanged();
  return { ...store.check(), forgotten, untold, sizeBytes: sizeOf(storePath) };
}

/** Writes the file anew where that is worth it. @returns `false` when it cannot be done: the disk is too full, and it stays as it is */
export function compactIfLoose(store: Store): boolean {
  if (!store.isLoose()) return true;
  try {
    store.compact();
    return true;
  } catch {
    return false;
  }
}

const sizeOf = (storePath: string | undefined): number | undefined =>
  storePath === undefined ? undefined : statSync(storePath, { throwIfNoEntry: false })?.size;
