import type { OpenedStore } from '../store/openStore.ts';
import { type Told, told } from '../views/text.ts';
import type { EngineTrouble } from './engineApi.ts';
import { troubleOf, unusable } from './trouble.ts';

/** Whether the store could not be opened, so that figures are in memory alone. A damaged one was set aside, and there is a new one. */
export const isInMemory = ({ trouble }: OpenedStore): boolean => trouble !== undefined && trouble.kind !== 'corrupt';

/** What happened to the store's file, what was kept, what to do. */
export function storeTrouble(trouble: NonNullable<OpenedStore['trouble']>): EngineTrouble & { told: Told } {
  switch (trouble.kind) {
    case 'corrupt':
      return troubleOf(
        'warning',
        told(
          'The store was damaged and is now kept as {0}. All transcripts that still exist are read again; figures of deleted ones are missing.',
          trouble.movedTo,
        ),
      );
    case 'newer':
      return troubleOf(
        'error',
        told(
          'A newer version of Agent Token Meter has written {0} (version {1}). It is left as it is; figures are kept in memory until you update.',
          trouble.path,
          trouble.version,
        ),
      );
    case 'unusable':
      return troubleOf('error', unusable(trouble.path, trouble.code));
  }
}

/** The store turned out to be damaged while it was used. */
export const storeDamaged = (path: string): EngineTrouble =>
  troubleOf('warning', told('{0} is damaged. It is looked at, and made anew if need be.', path));
