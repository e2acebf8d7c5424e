import * as v from 'valibot';
import type { AttributionView, Lens, TurnRange } from '../views/attributionView.ts';
import type { PageMessage } from '../views/protocol.ts';

/** What the attribution panel was last asked to show. */
export interface ChosenView {
  lens: Lens;
  /** Without it the live session is followed. */
  sessionKey?: string;
  /** Of that session; the main one without. */
  thread?: string;
  /** Of that thread; all turns without. */
  range?: TurnRange;
}

const remembered = v.object({
  lens: v.fallback(v.picklist(['window', 'spent', 'in-flight']), 'window'),
  sessionKey: v.fallback(v.optional(v.string()), undefined),
  thread: v.fallback(v.optional(v.string()), undefined),
  range: v.fallback(v.optional(v.object({ from: v.number(), to: v.number() })), undefined),
});

/** What was remembered over a reload; the live session's window for anything else. */
export function parseChosenView(stored: unknown): ChosenView {
  const parsed = v.safeParse(remembered, stored);
  return parsed.success ? parsed.output : { lens: 'window' };
}

/**
 * What is chosen after a wish. Who chooses a thread or turns of the session that is shown chooses that session: it stays, whatever else
 * becomes live. Another session begins with its main thread, another thread with all its turns.
 *
 * @param shownSession the session that the page shows
 */
export function afterWish(chosen: ChosenView, wish: PageMessage, shownSession: string | undefined): ChosenView {
  const { lens } = chosen;
  const sessionKey = chosen.sessionKey ?? shownSession;
  switch (wish.type) {
    case 'lens':
      return { ...chosen, lens: wish.lens };
    case 'session':
      return wish.key === '' ? { lens } : { lens, sessionKey: wish.key };
    case 'thread':
      return { lens, sessionKey, thread: wish.key };
    case 'range':
      return { lens, sessionKey, thread: chosen.thread, range: wish.range };
    default:
      return chosen;
  }
}

/** Whether a page may have a file opened: only one that stands on it. */
export const isShownFile = ({ rows, advice }: Pick<AttributionView, 'rows' | 'advice'>, path: string): boolean =>
  rows.some((row) => row.opens === path) ||
  advice.some(({ action }) => action?.type === 'openFile' && action.path === path);
