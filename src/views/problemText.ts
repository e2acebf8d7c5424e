import { label } from './format.ts';
import { t } from './text.ts';

/** What connections put before the reason, once each. */
const CARRIED = /^(Request \S+ failed with message: )+/;

/** Of a page that cannot be filled: what happened, what was kept, what to do. */
export function problemText(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const reason = label(said.replace(CARRIED, ''), 200).replace(/[.\s]+$/, '');
  return t(
    'The engine could not answer ({0}). Nothing that was stored is lost, and it is asked again by itself. If that does not help, reload the window; the log says more.',
    reason,
  );
}

/** Of a page whose picture does not come. */
export const silenceText = (): string =>
  t(
    'The engine has not answered for a while. Nothing that was stored is lost, and the figures come by themselves as soon as it does. If they do not, reload the window; the log says more.',
  );
