import { windowEdges } from '../queries/calendar.ts';
import { callerUsage } from '../queries/callerUsage.ts';
import { pricedUse } from '../queries/pricedUse.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import { sessionThreads, type ThreadStateRow } from '../queries/threads.ts';
import { totalUsage, usageTotals } from '../queries/usageTotals.ts';
import type { UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { type SidebarSession, sidebarView } from '../views/sidebar.ts';
import type { SidebarView } from '../views/sidebarView.ts';
import type { AnswerFacts } from './answerFacts.ts';
import type { UsageIn } from './answerLimits.ts';
import { quotaInput } from './answerMeter.ts';
import { costOfPicture } from './costOfPicture.ts';
import type { EngineApi } from './engineApi.ts';
import { liveIn, newestSessions } from './liveSession.ts';

/** A session that rested for longer is not at work any more. */
const AT_WORK_MS = 60 * 60_000;
/** More nobody has at work. */
const MOST_SESSIONS = 20;

export function answerSidebar(
  reader: Reader,
  request: Parameters<EngineApi['sidebar']>[0],
  facts: AnswerFacts,
  usageIn?: UsageIn,
): SidebarView {
  const { nowMs, timeZone } = request;
  const withTotals = (session: LiveSessionRow, thread: ThreadStateRow): SidebarSession => ({
    session,
    thread,
    totals: usageTotals(reader, { session: session.key }),
  });
  const priced = (window: UsageWindow) => {
    const used = callerUsage(reader, window);
    return { ...totalUsage(used), ...pricedUse(used) };
  };
  const live = liveIn(reader, request);
  const atWork = newestSessions(reader, nowMs)
    .filter(({ lastAtMs }) => Math.abs(nowMs - lastAtMs) < AT_WORK_MS)
    .slice(0, MOST_SESSIONS);
  return sidebarView({
    ...quotaInput(reader, request, facts, usageIn),
    costOf: (session) => costOfPicture(reader, facts.limits, request.cost, { session }),
    live: live && {
      session: live.session,
      thread: live.thread,
      isElsewhere: live.isElsewhere,
      totals: priced({ session: live.session.key }),
    },
    sessions: atWork.flatMap((session) => {
      const [thread] = sessionThreads(reader, session.agent, session.sessionId);
      return thread ? [withTotals(session, { ...thread, lastAtMs: session.lastAtMs })] : [];
    }),
    today: priced(windowEdges('day', nowMs, timeZone)),
    week: priced(windowEdges('week', nowMs, timeZone, facts.limits.reset)),
    progress: facts.progress,
    lookedFor: facts.lookedFor,
  });
}
