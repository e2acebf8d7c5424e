import { inEnglish, type Told, told } from '../views/text.ts';
import type { EngineTrouble } from './engineApi.ts';

/** Something to be told to all windows, each in its language. */
export const troubleOf = (severity: EngineTrouble['severity'], text: Told): EngineTrouble & { told: Told } => ({
  severity,
  message: inEnglish(text),
  told: text,
});

/** Of a file or folder in which nothing can be kept. @param code of the system's error */
export const unusable = (path: string, code: string): Told =>
  told(
    "{0} cannot be used ({1}). Figures are kept in memory and read again with the next start; check the folder's rights and free space.",
    path,
    code,
  );
