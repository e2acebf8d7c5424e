import { type LimitPeriod, type LimitSpan, limitSpan, rollingSpan } from '../queries/limitWindow.ts';
import { type PricedUse, pricedUse } from '../queries/pricedUse.ts';
import type { RequestMaker } from '../queries/requestTimes.ts';
import { addSums, noUsage } from '../queries/usageSums.ts';
import type { UsageSums } from '../queries/usageWindow.ts';
import { type Account, ruled } from './accountOf.ts';
import type { CostOfPicture } from './costShown.ts';
import type { LimitRule, LimitSettings, LimitUnit } from './limitSettings.ts';
import { type Pace, paceOf, recentSince } from './pace.ts';
import { totalTokens } from './usage.ts';

/** A limit of the user's, and how much of it is used. */
export interface LimitFigure {
  /** The same over restarts, and whatever its amount is. */
  key: string;
  /** Absent: of everything on this machine. */
  account?: Account;
  unit: LimitUnit;
  amount: number;
  period: LimitPeriod;
  /** Absent: no window of five hours is under way, the next request begins one. */
  span?: LimitSpan;
  used: number;
  percent: number;
  sums: UsageSums;
  pace?: Pace;
  /** Of a limit of cost: where its prices come from, where that is known. */
  prices?: PricedUse;
  /** How a limit of cost is called. */
  cost?: CostOfPicture;
}

/** The store, as far as limits ask it. */
export interface LimitSource {
  usageIn(span: LimitSpan): readonly (RequestMaker & UsageSums & { priceSource?: string | null })[];
  /** Ascending times of the requests that count; the first begins a window of five hours. */
  timesOf(counts: (by: RequestMaker) => boolean): readonly number[];
  accountOf(by: RequestMaker): Account;
  /** Of the oldest known request. */
  firstMs?: number;
  nowMs: number;
}

/** Keys of the weekly budgets, in tokens and in dollars: of everything on this machine. */
export const BUDGET_KEY = 'budget';
export const COST_BUDGET_KEY = 'budget-cost';

/** Every limit that is set: the weekly budgets first, then by account. */
export function limitFigures(
  settings: Pick<LimitSettings, 'accounts' | 'reset' | 'budgetTokens' | 'budgetUsd'>,
  source: LimitSource,
): LimitFigure[] {
  const { budgetTokens, budgetUsd, reset } = settings;
  const budget: LimitRule | undefined =
    budgetTokens === undefined ? undefined : { unit: 'tokens', amount: budgetTokens, period: 'week', reset };
  const costBudget: LimitRule | undefined =
    budgetUsd === undefined ? undefined : { unit: 'cost', amount: budgetUsd, period: 'week', reset };
  return [
    ...(budget ? [figureOf(BUDGET_KEY, undefined, budget, source)] : []),
    ...(costBudget ? [figureOf(COST_BUDGET_KEY, undefined, costBudget, source)] : []),
    ...settings.accounts.flatMap((rule) => {
      const account = ruled(rule);
      return rule.limits.map((limit) =>
        figureOf(`${account.key}/${limit.unit}/${limit.period}`, account, limit, source),
      );
    }),
  ];
}

function figureOf(key: string, account: Account | undefined, limit: LimitRule, source: LimitSource): LimitFigure {
  const { unit, amount, period, reset } = limit;
  const { nowMs } = source;
  const counts = (by: RequestMaker): boolean => account === undefined || source.accountOf(by).key === account.key;
  const span = period === '5h' ? rollingSpan(source.timesOf(counts), nowMs) : limitSpan(period, nowMs, reset);
  const rowsOf = (of: LimitSpan) => source.usageIn(of).filter(counts);
  const sumsOf = (of: LimitSpan): UsageSums => {
    const sums = noUsage();
    for (const row of rowsOf(of)) addSums(sums, row);
    return sums;
  };
  const sums = span ? sumsOf(span) : noUsage();
  const used = usedOf(sums, unit);
  const prices = unit === 'cost' && span ? pricesOf(rowsOf(span)) : undefined;
  const figure = {
    key,
    account,
    unit,
    amount,
    period,
    span,
    used,
    percent: (used / amount) * 100,
    sums,
    ...(prices ? { prices } : {}),
  };
  if (!span) return figure;
  const recentMs = recentSince(span, nowMs, source.firstMs);
  const recent = sumsOf({ sinceMs: recentMs, untilMs: nowMs });
  return {
    ...figure,
    pace: paceOf({
      nowMs,
      ...span,
      firstMs: source.firstMs,
      amount,
      used,
      requests: sums.turns,
      recent: { sinceMs: recentMs, used: usedOf(recent, unit), requests: recent.turns },
    }),
  };
}

/** Other machines do not tell where their prices come from. */
function pricesOf(rows: ReturnType<LimitSource['usageIn']>): PricedUse | undefined {
  const told = rows.flatMap(({ priceSource, ...row }) => (priceSource === undefined ? [] : [{ ...row, priceSource }]));
  return told.length === rows.length ? pricedUse(told) : undefined;
}

/** What of the sums a limit counts. */
const usedOf = (sums: UsageSums, unit: LimitUnit): number =>
  unit === 'tokens' ? totalTokens(sums) : unit === 'cost' ? sums.costUsd : sums.turns;
