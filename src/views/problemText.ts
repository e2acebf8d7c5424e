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

/** Of a page whose picture does not come. */
export const silenceText = (): string =>
  t(
    'The engine has not answered for a while. Nothing that was stored is lost, and the figures come by themselves as soon as it does. If they do not, reloading the window starts anew; the log says more.',
  );
