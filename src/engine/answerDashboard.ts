import type { CacheSaving } from '../ledger/cacheSaving.ts';
import { spanAt } from '../queries/calendar.ts';
import { type CoverageRow, coverage, historyTimes } from '../queries/coverage.ts';
import { itemHistory } from '../queries/itemHistory.ts';
import { pricedUse } from '../queries/pricedUse.ts';
import { sessionFacts, sessionTitle } from '../queries/sessionFacts.ts';
import { parseSessionKey } from '../queries/sessionKey.ts';
import { sessionPriceSources } from '../queries/sessionPriceSources.ts';
import { storedSaving } from '../queries/storedSaving.ts';
import { type UnlistedUsageRow, unlistedUsage } from '../queries/unlisted.ts';
import { type UsageByKindRow, usageByKind } from '../queries/usageByKind.ts';
import { usageByAgent, usageByOwner } from '../queries/usageByOwner.ts';
import { type UsageBySlotRow, usageBySlot } from '../queries/usageBySlot.ts';
import type { CubeUsage, UsageCube } from '../queries/usageCube.ts';
import { isByCaller, type UsageWindow } from '../queries/usageWindow.ts';
import type { Reader } from '../store/reader.ts';
import { itemsView } from '../views/breakdowns.ts';
import type { CostOfPicture } from '../views/costShown.ts';
import { costTier } from '../views/costTiers.ts';
import { type DashboardInput, dashboardView } from '../views/dashboard.ts';
import type { DashboardView, ItemsView } from '../views/dashboardView.ts';
import { exactNumber } from '../views/format.ts';
import { itemReport } from '../views/itemReport.ts';
import { costTitle, withPriceOrigins } from '../views/priceOrigins.ts';
import type { QuotaInput } from '../views/quota.ts';
import { dashboardWithCost, itemsWithCost } from '../views/shownCost.ts';
import { t } from '../views/text.ts';
import { totalTokens } from '../views/usage.ts';
import type { TierOf } from '../views/usageTable.ts';
import type { AnswerFacts } from './answerFacts.ts';
import { quotaInput } from './answerMeter.ts';
import { costOfPicture } from './costOfPicture.ts';
import {
  shownWindow,
  summarySpans,
  totalsOf,
  trendSpans,
  unitOf,
  windowBefore,
  windowFacts,
  windowSpans,
} from './dashboardSpans.ts';
import type { DashboardRequest } from './engineApi.ts';

/** Sessions in the list. */
const RANKED_SESSIONS = 100;
/** Kinds of one thread or model, and items, are made from single requests: of so many at most. */
const MOST_REQUESTS = 20_000;

/** Where the figures of the page come from. */
export interface DashboardSource {
  cube: UsageCube;
  coverage: CoverageRow;
  /** Limits, and the tokens of the week that they are held against. */
  quotas: QuotaInput;
  saving(used: CubeUsage['used']): CacheSaving;
  /** Absent where kinds are not told apart. */
  kinds?: (window: UsageWindow) => UsageByKindRow[];
  /** What was used in each quarter of an hour that has requests. */
  slots(window: UsageWindow): UsageBySlotRow[];
  ranked(usage: CubeUsage): DashboardInput['sessions']['ranked'];
  sessionTitle(key: string): string | undefined;
  /** What is stated only as a sum; absent where that is not known. */
  unlisted?(window: UsageWindow): UnlistedUsageRow[];
  scopes?: DashboardInput['scopes'];
  /** Whether it is known where prices come from. */
  tellsPrices?: true;
  /** How costs are called, where that depends on what was used. */
  cost?: CostOfPicture;
}

export function answerDashboard(
  reader: Reader,
  cube: UsageCube,
  request: DashboardRequest,
  facts: AnswerFacts,
  scopes?: DashboardInput['scopes'],
): DashboardView {
  const source: DashboardSource = {
    cube,
    coverage: coverage(reader),
    quotas: quotaInput(reader, request, facts, (window) => cube.usage(window).used),
    saving: (used) => storedSaving(reader, used),
    kinds: (window) => usageByKind(reader, window),
    slots: (window) => usageBySlot(reader, window),
    ranked: (usage) => rankedSessions(reader, usage),
    sessionTitle(key) {
      const session = parseSessionKey(key);
      return (session && sessionTitle(reader, session.agent, session.sessionId)) ?? undefined;
    },
    unlisted: (window) => unlistedUsage(reader, window),
    scopes,
    tellsPrices: true,
    cost: costOfPicture(reader, facts.limits, request.cost, request.filters),
  };
  return dashboardOf(source, request, facts);
}

/** The page from any source that answers its questions. */
export function dashboardOf(source: DashboardSource, request: DashboardRequest, facts: AnswerFacts): DashboardView {
  const { cube, coverage: known } = source;
  const { nowMs, timeZone, window: name, filters } = request;
  const { reset } = facts.limits;
  const shown = shownWindow(request, known, reset);
  const { sinceMs, untilMs } = shown;
  const unit = unitOf(name, untilMs - sinceMs);
  const usage = cube.usage(shown.window, RANKED_SESSIONS);
  const totals = totalsOf(usage);
  const week = name === 'week' ? shown.window : spanAt(nowMs, 'week', timeZone, reset);
  const spans = summarySpans(cube, request, reset);
  const sessions = source.ranked(usage);
  const budgetWeek =
    facts.settings.weeklyBudgetUsd === undefined
      ? undefined
      : cube.usage({ sinceMs: week.sinceMs, untilMs: week.untilMs });
  const view = dashboardView({
    ...source.quotas,
    filters,
    window: windowFacts(request, shown),
    sessionTitle: filters.session === undefined ? undefined : source.sessionTitle(filters.session),
    totals,
    before: request.compare && name !== 'all' ? windowBefore(cube, request, shown, unit, reset) : undefined,
    isCompared: request.compare,
    saving: source.saving(usage.used),
    summary: spans.map((span) => ({ ...span, now: totalsOf(span.now), before: totalsOf(span.before) })),
    byAgent: usageByAgent(usage.used),
    byModel: usageByOwner(usage.used, 'model'),
    byProvider: usageByOwner(usage.used, 'provider'),
    byWorkspace: usage.owners?.workspace ?? usageByOwner(usage.used, 'workspace'),
    byAccount: usage.owners?.account ?? usageByOwner(usage.used, 'account'),
    byUser: usage.owners?.user ?? usageByOwner(usage.used, 'user'),
    byKind: isByCaller(filters) && totals.turns > MOST_REQUESTS ? undefined : source.kinds?.(shown.window),
    tellsKinds: source.kinds !== undefined,
    scopes: source.scopes,
    sessions: { ranked: sessions, count: usage.sessions },
    spans: windowSpans(source, shown, unit, request),
    unit,
    trend: { unit: request.trend, spans: trendSpans(cube, request, request.trend, reset) },
    recentDays: trendSpans(cube, request, 'day', reset),
    budgetTokens:
      facts.limits.budgetTokens === undefined
        ? 0
        : totalTokens(totalsOf(cube.usage({ sinceMs: week.sinceMs, untilMs: week.untilMs }))),
    budgetWeek: budgetWeek && totalsOf(budgetWeek),
    weeklyBudgetUsd: facts.settings.weeklyBudgetUsd,
    coverage: known,
    unlisted: source.unlisted?.(shown.window) ?? [],
    notCounted: facts.withoutTokens.map((agent) => agent.label),
    progress: facts.progress,
    lookedFor: facts.lookedFor,
  });
  const told = source.tellsPrices
    ? withPriceOrigins(
        view,
        {
          used: usage.used,
          week: budgetWeek && pricedUse(budgetWeek.used),
          spans: spans.map(({ now }) => pricedUse(now.used)),
          sessions: sessions.flatMap(({ prices, ...session }) => (prices ? [{ ...session, ...prices }] : [])),
        },
        request.locale,
      )
    : view;
  return dashboardWithCost(told, source.cost ?? request.cost);
}

/** The items of the window that the page shows; those of the kind that it is filtered by. */
export function answerDashboardItems(
  reader: Reader,
  cube: UsageCube,
  request: DashboardRequest,
  { limits, settings }: Pick<AnswerFacts, 'limits' | 'settings'>,
): ItemsView {
  const { locale, filters } = request;
  const { window, sinceMs, untilMs } = shownWindow(request, historyTimes(reader), limits.reset);
  const usage = cube.usage(window);
  const totals = totalsOf(usage);
  if (totals.turns > MOST_REQUESTS)
    return {
      notice: t(
        'Items are told apart for up to {0} requests: choose a shorter window or a filter.',
        exactNumber(MOST_REQUESTS, locale),
      ),
    };
  const items = itemHistory(reader, window, filters.usedItem?.kind ?? filters.usedKind).map(itemReport);
  const { weeklyBudgetUsd: weeklyUsd } = settings;
  const tierOf: TierOf | undefined =
    weeklyUsd === undefined
      ? undefined
      : (sums) => costTier(sums, untilMs - sinceMs, { weeklyUsd, thresholds: request.thresholds, locale });
  const view = itemsView(items, { locale, filters, tokens: totalTokens(totals), tierOf });
  const table = view.table && { ...view.table, costTitle: costTitle(pricedUse(usage.used), locale) };
  return itemsWithCost({ ...view, table }, costOfPicture(reader, limits, request.cost, filters));
}

function rankedSessions(reader: Reader, { ranked }: CubeUsage): DashboardInput['sessions']['ranked'] {
  const ids = ranked.map(({ session }) => session);
  const known = sessionFacts(reader, ids);
  const prices = sessionPriceSources(reader, ids);
  return ranked.flatMap((row) => {
    const session = known.get(row.session);
    return session
      ? [{ ...row, ...session, prices: prices.get(row.session) ?? { priceSources: [], otherwisePriced: [] } }]
      : [];
  });
}
