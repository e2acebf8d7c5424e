import type { BackupTrouble } from '../store/backupTrouble.ts';
import { t } from './text.ts';

/** Why a file cannot take the place of the store, as a sentence. */
export function backupTroubleText(file: string, trouble: BackupTrouble): string {
  switch (trouble.kind) {
    case 'missing':
      return t('{0} does not exist.', file);
    case 'newer':
      return t('{0} was written by a newer version of Agent Token Meter.', file);
    case 'foreign':
      return t('{0} is no store of Agent Token Meter.', file);
    case 'damaged':
      return t('{0} is damaged: {1}', file, trouble.detail);
    case 'unreadable':
      return t('{0} cannot be read: {1}', file, trouble.detail);
  }
}
