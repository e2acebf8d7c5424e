import { MAIN_THREAD } from '../agents/event.ts';
import { windowEdges } from '../queries/calendar.ts';
import { callerUsage } from '../queries/callerUsage.ts';
import { coverage, notUnderstood } from '../queries/coverage.ts';
import { agentHealth, agentVersions, storeHealth, unreadFiles } from '../queries/health.ts';
import { itemHistory } from '../queries/itemHistory.ts';
import { newestLimits } from '../queries/limits.ts';
import { type RequestListRow, requestList, requestSightings, type SightingRow } from '../queries/requests.ts';
import { parseSessionKey } from '../queries/sessionKey.ts';
import { type LiveSessionRow, liveSessions, sessionList } from '../queries/sessions.ts';
import { sessionKinds, sessionRequests } from '../queries/sessionUsage.ts';
import { storedSaving } from '../queries/storedSaving.ts';
import { usedSpans } from '../queries/sumSpans.ts';
import { sessionThreads, threadBoundaries } from '../queries/threads.ts';
import { threadUsage } from '../queries/threadUsage.ts';
import { sessionItems, threadUse } from '../queries/threadUse.ts';
import { unlistedUsage } from '../queries/unlisted.ts';
import { usageByKind } from '../queries/usageByKind.ts';
import { alikeUsage, usageByAgent, usageByAgentAndModel, usageByOwner } from '../queries/usageByOwner.ts';
import { usageBySlot } from '../queries/usageBySlot.ts';
import { totalUsage, usageTotals } from '../queries/usageTotals.ts';
import type { UsageFilters, UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import type { AccountPlaces } from '../views/accountOf.ts';
import { adviceCard } from '../views/advice.ts';
import { type AttributionInput, attributionView } from '../views/attribution.ts';
import { attributionReport } from '../views/attributionReport.ts';
import type { TurnRange } from '../views/attributionView.ts';
import type { CostOfPicture } from '../views/costShown.ts';
import { healthLines, healthView } from '../views/health.ts';
import { type AgentLookup, healthReport, type StorePlace } from '../views/healthReport.ts';
import { type ItemReport, itemReport } from '../views/itemReport.ts';
import type { LimitSettings } from '../views/limitSettings.ts';
import { type MeterInput, meterView } from '../views/meter.ts';
import { parseCursor, requestReport } from '../views/provenance.ts';
import type { QuotaInput } from '../views/quota.ts';
import { attributionWithCost, useWithoutCost } from '../views/shownCost.ts';
import type { Thresholds } from '../views/tone.ts';
import { agentModelReport, sessionReport, totalTokens, usageReport } from '../views/usage.ts';
import type { RequestReport } from '../views/usageReport.ts';
import { advise, adviseLive } from './advise.ts';
import { figuresOf, type UsageIn } from './answerLimits.ts';
import { costOfPicture } from './costOfPicture.ts';
import type { EngineApi, EngineSettings, IndexProgress, Presentation, UsageRequest } from './engineApi.ts';

/** What answers need besides the store. */
export interface AnswerFacts {
  agentLabels: Record<string, string>;
  settings: EngineSettings;
  /** What of the settings is about limits. */
  limits: LimitSettings;
  places: AccountPlaces;
  /** Login name on this machine. */
  user: string;
  /** The agents whose transcripts are looked for, by name. */
  lookedFor: string[];
  /** Agents that are used here, but leave no tokens: their names, and why. */
  withoutTokens: { label: string; reason: string }[];
  /** Every agent that is known, and where it is looked up: asked of the disk each time. */
  lookups(): AgentLookup[];
  storePlace: StorePlace;
  /** While the first read is under way. */
  progress?: IndexProgress;
}

/** How many sessions the picker of the attribution panel offers. */
const OFFERED_SESSIONS = 200;
/** How many main threads are looked at to find the one of a workspace. */
const SEARCHED_SESSIONS = 200;
type Answer<Question extends keyof EngineApi> = Awaited<ReturnType<EngineApi[Question]>>;
type Asked<Question extends keyof EngineApi> = Parameters<EngineApi[Question]>[0];

export function answerMeter(
  reader: Reader,
  request: Asked<'meter'>,
  facts: AnswerFacts,
  usageIn?: UsageIn,
): Answer<'meter'> {
  const day = windowEdges('day', request.nowMs, request.timeZone);
  const live = liveIn(reader, request.folders);
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

export function answerAttribution(
  reader: Reader,
  request: Asked<'attribution'>,
  facts: AnswerFacts,
): Answer<'attribution'> {
  const sessions = liveSessions(reader, OFFERED_SESSIONS);
  const asked = request.sessionKey === undefined ? undefined : sessionByKey(reader, sessions, request.sessionKey);
  const session = asked ?? liveIn(reader, request.folders)?.session;
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
  return { session, threads, usage, thread, use, range, advice };
}

/** The turns of a range that exist; `undefined` when those are all, or none. */
function rangeWithin({ from, to }: TurnRange, turns: number): TurnRange | undefined {
  const range = { from: Math.max(1, from), to: Math.min(turns, to) };
  return range.from > range.to || (range.from === 1 && range.to === turns) ? undefined : range;
}

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

export function answerHealthReport(reader: Reader, facts: AnswerFacts): Answer<'healthReport'> {
  const agents = agentHealth(reader);
  return healthReport({
    lookups: facts.lookups(),
    agents,
    versions: agentVersions(reader),
    notUnderstood: notUnderstood(reader),
    unread: unreadFiles(reader),
    unlisted: agents.map(({ agent }) => ({ agent, rows: unlistedUsage(reader, { agents: [agent] }) })),
    store: storeHealth(reader),
    storePlace: facts.storePlace,
  });
}

export function answerHealth(reader: Reader, request: Asked<'health'>, facts: AnswerFacts): Answer<'health'> {
  return healthView(answerHealthReport(reader, facts), { ...request, progress: facts.progress });
}

export function answerHealthLines(
  reader: Reader,
  request: Asked<'healthLines'>,
  facts: AnswerFacts,
): Answer<'healthLines'> {
  return healthLines(answerHealthReport(reader, facts), request.locale);
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

/** The most recently written session in one of the folders; else the most recent of all, marked as elsewhere when folders are open. */
export function liveIn(
  reader: Reader,
  folders: readonly string[],
): Pick<NonNullable<MeterInput['live']>, 'session' | 'thread' | 'isElsewhere'> | undefined {
  const sessions = liveSessions(reader, SEARCHED_SESSIONS).filter((session) => session.thread === MAIN_THREAD);
  const here = sessions.find(({ workspace }) => workspace && folders.some((folder) => liesIn(workspace, folder)));
  const session = here ?? sessions[0];
  if (!session) return undefined;
  const thread = sessionThreads(reader, session.agent, session.sessionId).find((row) => row.thread === MAIN_THREAD);
  if (!thread) return undefined;
  return { session, thread, isElsewhere: !here && folders.length > 0 };
}

function liesIn(path: string, folder: string): boolean {
  const inner = plainPath(path);
  const outer = plainPath(folder);
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
}

/** Editors and agents write the same Windows path with other drive letters and slashes. */
function plainPath(path: string): string {
  const slashed = path.replaceAll('\\', '/').replace(/^[A-Za-z]:/, (drive) => drive.toLowerCase());
  return slashed.replace(/(?<=.)\/+$/, '');
}

/** An older session than those on offer can still be asked for by its key. */
function sessionByKey(reader: Reader, offered: LiveSessionRow[], key: string): LiveSessionRow | undefined {
  const found = offered.find((session) => session.key === key);
  const asked = parseSessionKey(key);
  if (found || !asked) return found;
  return liveSessions(reader, Number.MAX_SAFE_INTEGER, [asked.agent]).find((session) => session.key === key);
}
