import { label } from './format.ts';
import { t } from './text.ts';

/** Of a page that cannot be filled: what happened, what was kept, what to do. */
export function problemText(error: unknown): string {
  const reason = label(error instanceof Error ? error.message : String(error), 200).replace(/[.\s]+$/, '');
  return t(
    'The engine could not answer ({0}). Nothing that was stored is lost. The log says more; reloading the window starts anew.',
    reason,
  );
}
