import type { LiveSessionRow } from '../queries/sessions.ts';
import { sessionKinds } from '../queries/sessionUsage.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import { type ThreadUse, threadUse } from '../queries/threadUse.ts';
import type { Reader } from '../store/reader.ts';
import { type Advice, adviceFor } from '../views/advice.ts';
import type { CostOfPicture } from '../views/costShown.ts';
import { useWithoutCost } from '../views/shownCost.ts';
import { threadWindow } from '../views/threadWindow.ts';

type Session = Pick<LiveSessionRow, 'agent' | 'sessionId' | 'workspace'>;

/** For whom figures are written, and when. */
interface Asked {
  locale: string;
  nowMs: number;
  cost?: CostOfPicture;
}

/** What would save tokens in a thread, most first. @param use of the whole thread, where it is known already */
export function advise(
  reader: Reader,
  { agent, sessionId, workspace }: Session,
  thread: ThreadStateRow,
  { locale, nowMs, cost }: Asked,
  use: ThreadUse = threadUse(reader, agent, sessionId, thread.thread),
): Advice[] {
  return adviceFor({
    locale,
    nowMs,
    agent,
    workspace,
    thread,
    cost,
    use: cost === 'off' ? useWithoutCost(use) : use,
    usedKinds: new Set(sessionKinds(reader, agent, sessionId).map(({ kind }) => kind)),
    windowTokens: threadWindow(thread).tokens,
  });
}

/** Advice need not be newer than this: the meter is asked for several times a second, and a long thread takes longer to go through. */
const ADVICE_AGE_MS = 5000;

const remembered = new WeakMap<Reader, { key: string; atMs: number; advice: Advice[] }>();

/** The same for the session that is live; a few seconds old at most. */
export function adviseLive(reader: Reader, session: Session, thread: ThreadStateRow, asked: Asked): Advice[] {
  const known = remembered.get(reader);
  const key = `${session.agent} ${session.sessionId} ${asked.locale} ${asked.cost}`;
  if (known?.key === key && Math.abs(asked.nowMs - known.atMs) < ADVICE_AGE_MS) return known.advice;
  const advice = advise(reader, session, thread, asked);
  remembered.set(reader, { key, atMs: asked.nowMs, advice });
  return advice;
}
