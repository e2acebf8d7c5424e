import type { SessionEvent } from './event.ts';

/** Facts of a session, by field. Plain data. */
export type SessionFacts = Partial<Omit<SessionEvent, 'type' | 'sessionId' | 'thread'>>;

/** Those facts that were not told yet, or `undefined`. They count as told from now on. */
export function freshFacts(told: SessionFacts, facts: SessionFacts): SessionFacts | undefined {
  const fresh = Object.entries(facts).filter(
    ([key, value]) => value !== undefined && told[key as keyof SessionFacts] !== value,
  );
  if (fresh.length === 0) return undefined;
  const known = Object.fromEntries(fresh) as SessionFacts;
  Object.assign(told, known);
  return known;
}
