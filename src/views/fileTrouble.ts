import { t } from './text.ts';

/** Why a file could not be written, and what to do, in the reader's language; `undefined` where the system's own words say it best. */
export function fileTrouble(error: unknown): string | undefined {
  switch ((error as { code?: string } | undefined)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return t('the disk is full. Free some space, or choose a folder on another disk; nothing of it was left there.');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return t('nothing may be written there. Choose another folder.');
    case 'ENOENT':
    case 'ENOTDIR':
      return t('that folder is not there. Choose another one.');
    case 'EISDIR':
      return t('there is a folder of that name. Choose another name.');
    default:
      return undefined;
  }
}
