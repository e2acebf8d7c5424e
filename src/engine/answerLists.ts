import { callerUsage } from '../queries/callerUsage.ts';
import { itemHistory } from '../queries/itemHistory.ts';
import { type RequestListRow, requestList, requestSightings, type SightingRow } from '../queries/requests.ts';
import { sessionList } from '../queries/sessions.ts';
import { usageByAgentAndModel } from '../queries/usageByOwner.ts';
import type { UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { type ItemReport, itemReport } from '../views/itemReport.ts';
import { parseCursor, requestReport } from '../views/provenance.ts';
import { agentModelReport, sessionReport } from '../views/usage.ts';
import type { RequestReport } from '../views/usageReport.ts';
import type { Answer, AnswerFacts, Asked } from './answerFacts.ts';
import { edgesOf, filtersOf } from './answerUsage.ts';
import type { UsageRequest } from './engineApi.ts';

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
