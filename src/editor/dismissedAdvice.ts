import * as v from 'valibot';
import type { AdviceCard } from '../views/attributionView.ts';

/** Which advice was dismissed, by session, the newest session last. */
export type DismissedAdvice = [sessionKey: string, ids: string[]][];

/** Cards that stand at once. */
const MOST_CARDS = 3;
/** Sessions whose dismissals are remembered. */
const MOST_SESSIONS = 50;

const remembered = v.fallback(v.array(v.tuple([v.string(), v.array(v.string())])), []);

/** What was remembered over a reload; nothing for anything else. */
export const parseDismissed = (stored: unknown): DismissedAdvice => v.parse(remembered, stored);

/** With one more. */
export function dismiss(dismissed: DismissedAdvice, sessionKey: string, id: string): DismissedAdvice {
  const ids = dismissed.find(([key]) => key === sessionKey)?.[1] ?? [];
  const others = dismissed.filter(([key]) => key !== sessionKey);
  return [...others, [sessionKey, [...new Set([...ids, id])]] satisfies DismissedAdvice[number]].slice(-MOST_SESSIONS);
}

/** The advice that still stands: a few at a time. */
export function standing(
  advice: readonly AdviceCard[],
  dismissed: DismissedAdvice,
  sessionKey: string | undefined,
): AdviceCard[] {
  const gone = new Set(dismissed.find(([key]) => key === sessionKey)?.[1]);
  return advice.filter(({ id }) => !gone.has(id)).slice(0, MOST_CARDS);
}
