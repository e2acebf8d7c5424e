import { openStore } from '../store/openStore.ts';
import type { Store } from '../store/store.ts';
import type { StorePlace } from '../views/healthReport.ts';
import { inWords, type Told } from '../views/text.ts';
import type { EngineTrouble } from './engineApi.ts';
import { isInMemory, storeDamaged, storeTrouble } from './storeTrouble.ts';
import { troubleOf } from './trouble.ts';

/** The store of an engine, and what is said of it. */
export interface EngineStore {
  store: Store;
  /** Its file, where it may be cared for: one that could not be opened is left alone. */
  carePath: string | undefined;
  /** What is counted is only in memory. */
  isInMemory: boolean;
  /** Why the file is not used; `undefined` when it is, or when there is to be none. */
  trouble: string | undefined;
  /** What stands at the head of every picture, in the asker's language: figures are not stored, where the user expects it. */
  standing(): string | null;
  place(): StorePlace;
}

export interface EngineStoreOptions {
  /** In memory without one. */
  storePath?: string;
  /** Why there is no file, where the user expects one. */
  storeless?: Told;
  /** The file turned out to be damaged; once. */
  onDamage?: () => void;
  onTrouble(trouble: EngineTrouble): void;
}

/** Rejects only when the installation is incomplete. */
export async function openEngineStore(options: EngineStoreOptions): Promise<EngineStore> {
  const { storePath, storeless, onTrouble } = options;
  let isDamaged = false;
  const { store, trouble } = await openStore({
    path: storePath,
    nowMs: Date.now(),
    onDamage() {
      if (isDamaged) return;
      isDamaged = true;
      onTrouble(storeDamaged(storePath ?? ''));
      options.onDamage?.();
    },
  });
  if (storeless !== undefined) onTrouble(troubleOf('error', storeless));
  if (trouble) onTrouble(storeTrouble(trouble));
  const inMemory = isInMemory({ store, trouble });
  const notAsExpected = trouble ? storeTrouble(trouble).told : storeless;
  const isExpected = storeless === undefined && !(trouble && inMemory);
  const carePath = trouble && trouble.kind !== 'corrupt' ? undefined : storePath;
  return {
    store,
    carePath,
    isInMemory: inMemory,
    trouble: trouble && inMemory ? storeTrouble(trouble).message : undefined,
    standing: () => (!isExpected && notAsExpected ? inWords(notAsExpected) : null),
    place: () => ({ path: carePath, trouble: notAsExpected && inWords(notAsExpected) }),
  };
}
