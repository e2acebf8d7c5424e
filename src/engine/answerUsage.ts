import { windowEdges } from '../queries/calendar.ts';
import { callerUsage } from '../queries/callerUsage.ts';
import { coverage } from '../queries/coverage.ts';
import { itemHistory } from '../queries/itemHistory.ts';
import { type RequestListRow, requestList, requestSightings, type SightingRow } from '../queries/requests.ts';
import { sessionList } from '../queries/sessions.ts';
import { storedSaving } from '../queries/storedSaving.ts';
import { usedSpans } from '../queries/sumSpans.ts';
import { unlistedUsage } from '../queries/unlisted.ts';
import { usageByKind } from '../queries/usageByKind.ts';
import { alikeUsage, usageByAgent, usageByAgentAndModel, usageByOwner } from '../queries/usageByOwner.ts';
import { usageBySlot } from '../queries/usageBySlot.ts';
import { totalUsage } from '../queries/usageTotals.ts';
import type { UsageFilters, UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { type ItemReport, itemReport } from '../views/itemReport.ts';
import type { LimitSettings } from '../views/limitSettings.ts';
import { parseCursor, requestReport } from '../views/provenance.ts';
import { agentModelReport, sessionReport, usageReport } from '../views/usage.ts';
import type { RequestReport } from '../views/usageReport.ts';
import type { Answer, AnswerFacts, Asked } from './answerFacts.ts';
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

/** What each agent used of each model in a window; far quicker than the whole report. */
export function answerModels(
  reader: Reader,
  request: UsageRequest,
  { limits }: Pick<AnswerFacts, 'limits'>,
): Answer<'models'> {
  const used = callerUsage(reader, { ...filtersOf(request), ...edgesOf(request, limits) });
  return usageByAgentAndModel(used).map(agentModelReport);
}

/** What each item of a window was sent and made to generate, most first. */
export function answerItems(
  reader: Reader,
  request: UsageRequest & { kind?: string },
  { limits }: Pick<AnswerFacts, 'limits'>,
): ItemReport[] {
  const window: UsageWindow = { ...filtersOf(request), ...edgesOf(request, limits) };
  return itemHistory(reader, window, request.kind).map(itemReport);
}

export function answerSessions(
  reader: Reader,
  request: Asked<'sessions'>,
  { limits }: Pick<AnswerFacts, 'limits'>,
): Answer<'sessions'> {
  const window: UsageWindow = { ...filtersOf(request), ...edgesOf(request, limits) };
  return sessionList(reader, window, request.limit).map(sessionReport);
}

/** Rows of one answer when nobody says how many. */
const PAGE_ROWS = 100;

export function answerRequests(
  reader: Reader,
  request: Asked<'requests'>,
  { limits }: Pick<AnswerFacts, 'limits'>,
): Answer<'requests'> {
  const window: UsageWindow = { ...filtersOf(request), ...edgesOf(request, limits) };
  const after = request.after === undefined ? undefined : parseCursor(request.after);
  return requestReports(reader, requestList(reader, window, request.limit ?? PAGE_ROWS, after));
}

/** Rows with their provenance. */
export function requestReports(reader: Reader, rows: readonly RequestListRow[]): RequestReport[] {
  const sightings = requestSightings(
    reader,
    rows.map((row) => row.id),
  );
  const byRequest = new Map<number, SightingRow[]>();
  for (const sighting of sightings)
    byRequest.set(sighting.requestId, [...(byRequest.get(sighting.requestId) ?? []), sighting]);
  return rows.map((row) => requestReport(row, byRequest.get(row.id) ?? []));
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
