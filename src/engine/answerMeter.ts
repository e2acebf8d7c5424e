import { windowEdges } from '../queries/calendar.ts';
import { callerUsage } from '../queries/callerUsage.ts';
import { newestLimits } from '../queries/limits.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import { sessionKinds } from '../queries/sessionUsage.ts';
import { totalUsage, usageTotals } from '../queries/usageTotals.ts';
import type { Reader } from '../store/reader.ts';
import type { CostOfPicture } from '../views/costShown.ts';
import { meterView } from '../views/meter.ts';
import type { QuotaInput } from '../views/quota.ts';
import type { Thresholds } from '../views/tone.ts';
import { totalTokens } from '../views/usage.ts';
import { adviseLive } from './advise.ts';
import type { Answer, AnswerFacts, Asked } from './answerFacts.ts';
import { figuresOf, type UsageIn } from './answerLimits.ts';
import { costOfPicture } from './costOfPicture.ts';
import type { Presentation } from './engineApi.ts';
import { liveIn } from './liveSession.ts';

export function answerMeter(
  reader: Reader,
  request: Asked<'meter'>,
  facts: AnswerFacts,
  usageIn?: UsageIn,
): Answer<'meter'> {
  const day = windowEdges('day', request.nowMs, request.timeZone);
  const live = liveIn(reader, request);
  return meterView({
    ...quotaInput(reader, request, facts, usageIn),
    live: live && {
      ...live,
      kinds: sessionKinds(reader, live.session.agent, live.session.sessionId),
      advice: adviseLive(reader, live.session, live.thread, {
        ...request,
        cost: costOfSession(reader, live.session, facts, request),
      }),
    },
    todayTokens: totalTokens(usageTotals(reader, day)),
    progress: facts.progress,
    lookedFor: facts.lookedFor,
  });
}

/**
 * What every picture of quotas is made from.
 *
 * @param usageIn of the rollup in memory, where that is at hand: it is asked for every change of the meter
 */
export function quotaInput(
  reader: Reader,
  request: Presentation & { thresholds: Thresholds },
  facts: AnswerFacts,
  usageIn?: UsageIn,
): QuotaInput {
  const week = windowEdges('week', request.nowMs, request.timeZone, facts.limits.reset);
  return {
    locale: request.locale,
    timeZone: request.timeZone,
    nowMs: request.nowMs,
    thresholds: request.thresholds,
    agentLabels: facts.agentLabels,
    limits: newestLimits(reader),
    weekTokens: totalTokens(usageIn ? totalUsage(usageIn(week)) : usageTotals(reader, week)),
    weekSinceMs: week.sinceMs ?? request.nowMs,
    weekResetAtMs: week.resetAtMs ?? request.nowMs,
    weeklyBudgetTokens: facts.limits.budgetTokens,
    figures: figuresOf(
      reader,
      request.nowMs,
      facts,
      usageIn ?? ((window) => callerUsage(reader, window)),
      request.cost,
    ),
  };
}

/** How the cost of a session is called. */
export const costOfSession = (
  reader: Reader,
  session: Pick<LiveSessionRow, 'key'>,
  { limits }: Pick<AnswerFacts, 'limits'>,
  { cost }: Pick<Presentation, 'cost'>,
): CostOfPicture => costOfPicture(reader, limits, cost, { session: session.key });
