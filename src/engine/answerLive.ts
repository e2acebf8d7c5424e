import { windowEdges } from '../queries/calendar.ts';
import { newestLimits } from '../queries/limits.ts';
import { sessionKinds } from '../queries/sessionUsage.ts';
import { usageTotals } from '../queries/usageTotals.ts';
import type { Reader } from '../store/reader.ts';
import { liveReport } from '../views/liveReport.ts';
import { totalTokens } from '../views/usage.ts';
import type { LiveReport } from '../views/usageReport.ts';
import type { AnswerFacts } from './answerFacts.ts';
import type { EngineApi } from './engineApi.ts';
import { liveIn } from './liveSession.ts';

/** What goes on now: the session that was written to last in the folders, or anywhere. */
export function answerLive(reader: Reader, request: Parameters<EngineApi['live']>[0], facts: AnswerFacts): LiveReport {
  const { nowMs, timeZone } = request;
  const week = windowEdges('week', nowMs, timeZone, facts.limits.reset);
  const live = liveIn(reader, request);
  return liveReport({
    nowMs,
    live: live && { ...live, kinds: sessionKinds(reader, live.session.agent, live.session.sessionId) },
    isIndexing: facts.progress !== undefined,
    todayTokens: totalTokens(usageTotals(reader, windowEdges('day', nowMs, timeZone))),
    weekTokens: totalTokens(usageTotals(reader, week)),
    weekResetAtMs: week.resetAtMs,
    weeklyBudgetTokens: facts.limits.budgetTokens,
    limits: newestLimits(reader),
  });
}
