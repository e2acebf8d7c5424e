import { label } from './format.ts';

/** Of a page that cannot be filled: what happened, what was kept, what to do. */
export function problemText(error: unknown): string {
  const reason = label(error instanceof Error ? error.message : String(error), 200).replace(/[.\s]+$/, '');
  return `The engine could not answer (${reason}). Nothing that was stored is lost. The log says more; reloading the window starts anew.`;
}
