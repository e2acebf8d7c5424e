import { windowEdges } from '../queries/calendar.ts';
import { callerUsage } from '../queries/callerUsage.ts';
import { coverage } from '../queries/coverage.ts';
import { storedSaving } from '../queries/storedSaving.ts';
import { usedSpans } from '../queries/sumSpans.ts';
import { unlistedUsage } from '../queries/unlisted.ts';
import { usageByKind } from '../queries/usageByKind.ts';
import { alikeUsage, usageByAgent, usageByOwner } from '../queries/usageByOwner.ts';
import { usageBySlot } from '../queries/usageBySlot.ts';
import { totalUsage } from '../queries/usageTotals.ts';
import type { UsageFilters, UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import type { LimitSettings } from '../views/limitSettings.ts';
import { usageReport } from '../views/usage.ts';
import type { Answer, AnswerFacts } from './answerFacts.ts';
import type { UsageRequest } from './engineApi.ts';

export function answerUsage(
  reader: Reader,
  request: UsageRequest,
  { limits }: Pick<AnswerFacts, 'limits'>,
): Answer<'usage'> {
  const edges = edgesOf(request, limits);
  const window: UsageWindow = { ...filtersOf(request), ...edges };
  const callers = callerUsage(reader, window);
  const used = alikeUsage(callers);
  return usageReport({
    window: { name: request.window, ...edges },
    totals: totalUsage(callers),
    saving: storedSaving(reader, used),
    byAgent: usageByAgent(used),
    byDay: usedSpans(usageBySlot(reader, window), 'day', request.timeZone, window.sinceMs).map(({ key, sums }) => ({
      day: key,
      ...sums,
    })),
    byModel: usageByOwner(used, 'model'),
    byProvider: usageByOwner(used, 'provider'),
    byWorkspace: usageByOwner(used, 'workspace'),
    byAccount: usageByOwner(used, 'account'),
    byUser: usageByOwner(used, 'user'),
    byKind: usageByKind(reader, window),
    unlisted: unlistedUsage(reader, window),
    coverage: coverage(reader, request.agents),
  });
}

/** The filters alone: what else a question holds is no part of a window. */
export function filtersOf(request: UsageRequest): UsageFilters {
  const { agents, agentName, provider, model, workspace, session, account, user, usedKind, usedItem } = request;
  return { agents, agentName, provider, model, workspace, session, account, user, usedKind, usedItem };
}

/** The edges that were asked for win over those of the named window. */
export function edgesOf(
  request: UsageRequest,
  { reset }: Pick<LimitSettings, 'reset'>,
): ReturnType<typeof windowEdges> {
  const named = windowEdges(request.window, request.nowMs, request.timeZone, reset);
  return {
    ...named,
    ...(request.sinceMs === undefined ? {} : { sinceMs: request.sinceMs }),
    ...(request.untilMs === undefined ? {} : { untilMs: request.untilMs }),
  };
}
