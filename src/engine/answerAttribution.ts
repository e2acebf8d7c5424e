import { type LiveSessionRow, liveSessions, sessionCutMs } from '../queries/sessions.ts';
import { sessionKinds, sessionRequests } from '../queries/sessionUsage.ts';
import { sessionThreads, threadBoundaries } from '../queries/threads.ts';
import { threadUsage } from '../queries/threadUsage.ts';
import { sessionItems, threadUse } from '../queries/threadUse.ts';
import type { Reader } from '../store/reader.ts';
import { adviceCard } from '../views/advice.ts';
import { type AttributionInput, attributionView } from '../views/attribution.ts';
import { attributionReport } from '../views/attributionReport.ts';
import type { TurnRange } from '../views/attributionView.ts';
import type { CostOfPicture } from '../views/costShown.ts';
import { attributionWithCost, useWithoutCost } from '../views/shownCost.ts';
import { advise } from './advise.ts';
import type { Answer, AnswerFacts, Asked } from './answerFacts.ts';
import { costOfSession } from './answerMeter.ts';
import { liveIn, sessionByKey } from './liveSession.ts';

/** How many sessions the picker of the attribution panel offers. */
const OFFERED_SESSIONS = 200;

export function answerAttribution(
  reader: Reader,
  request: Asked<'attribution'>,
  facts: AnswerFacts,
): Answer<'attribution'> {
  const sessions = liveSessions(reader, OFFERED_SESSIONS);
  const asked = request.sessionKey === undefined ? undefined : sessionByKey(reader, sessions, request.sessionKey);
  const session = asked ?? liveIn(reader, request)?.session;
  const cost = session ? costOfSession(reader, session, facts, request) : request.cost;
  const offered = session && !sessions.some((other) => other.key === session.key) ? [session, ...sessions] : sessions;
  const view = attributionView({
    locale: request.locale,
    timeZone: request.timeZone,
    nowMs: request.nowMs,
    lens: request.lens,
    thresholds: request.thresholds,
    agentLabels: facts.agentLabels,
    sessions: offered,
    isFollowing: asked === undefined,
    chosen:
      session &&
      chosenThread(
        reader,
        session,
        asked === undefined ? { ...request, cost, thread: undefined, range: undefined } : { ...request, cost },
      ),
    progress: facts.progress,
    lookedFor: facts.lookedFor,
  });
  return attributionWithCost(view, cost);
}

/** The thread of a session that is asked for, or the main one, with what it used in the range that is asked for. */
function chosenThread(
  reader: Reader,
  session: LiveSessionRow,
  asked: Pick<Asked<'attribution'>, 'thread' | 'range' | 'locale' | 'nowMs'> & { cost?: CostOfPicture },
): AttributionInput['chosen'] {
  const { agent, sessionId } = session;
  const threads = sessionThreads(reader, agent, sessionId);
  const thread = threads.find((row) => row.thread === asked.thread) ?? threads[0];
  if (!thread) return undefined;
  const usage = threadUsage(reader, agent, sessionId);
  const turns = usage.find((row) => row.thread === thread.thread)?.turns ?? 0;
  const range = asked.range && rangeWithin(asked.range, turns);
  const known = threadUse(reader, agent, sessionId, thread.thread, range);
  const use = asked.cost === 'off' ? useWithoutCost(known) : known;
  const advice = advise(reader, session, thread, asked, range ? undefined : use).map((each) =>
    adviceCard(each, asked.locale),
  );
  const cutAtMs = sessionCutMs(reader, agent, sessionId);
  return { session, threads, usage, thread, use, range, advice, cutAtMs };
}

/** The turns of a range that exist; `undefined` when those are all, or none. */
function rangeWithin({ from, to }: TurnRange, turns: number): TurnRange | undefined {
  const range = { from: Math.max(1, from), to: Math.min(turns, to) };
  return range.from > range.to || (range.from === 1 && range.to === turns) ? undefined : range;
}

export function answerAttributionReport(
  reader: Reader,
  request: Asked<'attributionReport'>,
): Answer<'attributionReport'> {
  const session =
    request.sessionKey === undefined
      ? liveSessions(reader, 1)[0]
      : sessionByKey(reader, liveSessions(reader, OFFERED_SESSIONS), request.sessionKey);
  if (!session) return null;
  const { agent, sessionId } = session;
  // Main first; of a session of which only files of subagents are left, the newest of these.
  const [thread] = sessionThreads(reader, agent, sessionId);
  if (!thread) return null;
  return attributionReport({
    agent,
    sessionId,
    thread,
    boundaries: threadBoundaries(reader, agent, sessionId, thread.thread),
    requests: sessionRequests(reader, agent, sessionId),
    kinds: sessionKinds(reader, agent, sessionId),
    items: sessionItems(reader, agent, sessionId),
    advice: advise(reader, session, thread, { locale: 'en', nowMs: request.nowMs ?? Date.now() }),
  });
}
