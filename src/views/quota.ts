import { spanAt } from '../queries/calendar.ts';
import type { NewestLimitRow } from '../queries/limits.ts';
import type { LimitSpan } from '../queries/limitWindow.ts';
import type { QuotaView } from './dashboardView.ts';
import { compactTokens, dateText, duration, label, percent } from './format.ts';
import type { LimitFigure } from './limitFigures.ts';
import { t } from './text.ts';
import { type Thresholds, toneOf } from './tone.ts';

/** What quotas are made from. */
export interface QuotaInput {
  locale: string;
  timeZone: string;
  nowMs: number;
  thresholds: Thresholds;
  agentLabels: Record<string, string>;
  limits: NewestLimitRow[];
  weekTokens: number;
  weekSinceMs: number;
  weekResetAtMs: number;
  weeklyBudgetTokens?: number;
  /** The limits that are set, the budget among them, and where they lead. */
  figures?: LimitFigure[];
}

/** A quota with the words that the meter has room for. */
export interface MeterQuota extends QuotaView {
  /** `week`, `5h` */
  short: string;
  /** `2.9M of 4M tokens, resets in 20 h` */
  shortDetail: string;
  /** `at this pace 112%` */
  pace?: string;
  agent?: string;
}

/** What agents stated and what has not been reset since; fullest first. */
export function statedQuotas(input: QuotaInput): MeterQuota[] {
  return input.limits
    .filter((limit) => isInForce(limit, input.nowMs))
    .map((limit) => statedQuota(limit, input))
    .toSorted((a, b) => b.percent - a.percent);
}

/** How much of the weekly budget is used, `used` in words as well; `undefined` without one. */
export function budgetQuota(input: QuotaInput): (MeterQuota & { used: string }) | undefined {
  const { weeklyBudgetTokens: budget, locale } = input;
  if (budget === undefined || !(budget > 0)) return undefined;
  const percentUsed = (input.weekTokens / budget) * 100;
  const used = t('{0} of {1} tokens', compactTokens(input.weekTokens, locale), compactTokens(budget, locale));
  return {
    short: t('week'),
    label: t('Weekly budget'),
    used,
    percent: percentUsed,
    percentLabel: percent(percentUsed / 100, locale),
    tone: toneOf(percentUsed, input.thresholds),
    detail: t('{0}, resets {1}', used, resetText(input.weekResetAtMs, input)),
    shortDetail: t('{0}, resets in {1}', used, duration(input.weekResetAtMs - input.nowMs)),
  };
}

/** What has no window, and no reset, is believed for so long. */
const WINDOWLESS_MINUTES = 10_080;

/** The stretch of time that a statement is about. */
export function statedSpan({ resetsAtMs, atMs, windowMinutes }: NewestLimitRow): LimitSpan {
  const lengthMs = (windowMinutes || WINDOWLESS_MINUTES) * 60_000;
  const untilMs = resetsAtMs ?? atMs + lengthMs;
  return { sinceMs: untilMs - lengthMs, untilMs };
}

/** Whether a statement says something of now: it has not been reset since. */
export const isInForce = (limit: NewestLimitRow, nowMs: number): boolean => statedSpan(limit).untilMs > nowMs;

/** What the agent says is used up, in words; `undefined` when it says no such thing. */
export function reachedText({ reached }: NewestLimitRow): string | undefined {
  switch (reached) {
    case 'credits':
      return t('credits used up');
    case 'workspace':
      return t('limit of the workspace reached');
    case 'limit':
      return t('limit reached');
    case null:
      return undefined;
  }
}

/** What a quota is of: its length, or what has no window. */
export function quotaWords({ windowMinutes, reached }: NewestLimitRow): { short: string; long: string } {
  if (windowMinutes > 0) return windowWords(windowMinutes);
  if (reached === 'credits') return { short: t('credits'), long: t('credits') };
  if (reached === 'workspace') return { short: t('workspace'), long: t('limit of the workspace') };
  return { short: t('limit'), long: t('limit') };
}

/** A quota as an agent stated it. */
export function statedQuota(
  limit: NewestLimitRow,
  input: Pick<QuotaInput, 'locale' | 'timeZone' | 'nowMs' | 'thresholds' | 'agentLabels'>,
): MeterQuota {
  const span = quotaWords(limit);
  const agent = input.agentLabels[limit.agent] ?? limit.agent;
  // An agent's main quota often carries the agent's own name as its id: said once.
  const which = limit.limitId && limit.limitId !== limit.agent ? ` (${label(limit.limitId, 30)})` : '';
  const age = statedText(limit.atMs, input);
  const reached = reachedText(limit);
  const stated = reached === undefined ? age : t('{0}, {1}', reached, age);
  return {
    short: span.short,
    agent: limit.agent,
    label: t('{0}, {1}', `${agent}${which}`, span.long),
    percent: limit.usedPercent,
    percentLabel: percent(limit.usedPercent / 100, input.locale),
    tone: toneOf(limit.usedPercent, input.thresholds),
    detail: limit.resetsAtMs === null ? stated : t('resets {0}, {1}', resetText(limit.resetsAtMs, input), stated),
    shortDetail:
      limit.resetsAtMs === null
        ? stated
        : [reached, t('resets in {0}', duration(limit.resetsAtMs - input.nowMs))].filter(Boolean).join(t(', ')),
  };
}

/** A clock that is a minute behind others is nothing to speak of. */
const AHEAD_MS = 60_000;

/** `stated 3 h ago`; of what a clock told that was ahead of this one, when that was: it has no age. */
export const statedText = (atMs: number, where: { locale: string; timeZone: string; nowMs: number }): string =>
  atMs - where.nowMs > AHEAD_MS
    ? t('stated {0}, by a clock ahead of this one', shortTime(atMs, where))
    : t('stated {0} ago', duration(where.nowMs - atMs));

/** 10080 → week, 300 → 5h: quotas are named by their length, as agents swap their slots. */
function windowWords(minutes: number): { short: string; long: string } {
  if (minutes === 10_080) return { short: t('week'), long: t('week') };
  if (minutes === 1440) return { short: t('day'), long: t('day') };
  if (minutes >= 40_320 && minutes <= 44_640) return { short: t('month'), long: t('month') };
  if (minutes % 1440 === 0) return { short: t('{0}d', minutes / 1440), long: t('{0} days', minutes / 1440) };
  if (minutes % 60 === 0) return { short: t('{0}h', minutes / 60), long: t('{0} hours', minutes / 60) };
  return { short: t('{0}min', minutes), long: t('{0} minutes', minutes) };
}

/** When a quota begins anew: the time today, weekday and time within a week, the date beyond. */
export function resetText(atMs: number, where: { locale: string; timeZone: string; nowMs: number }): string {
  const at = shortTime(atMs, where);
  const away = atMs - where.nowMs;
  return away < SOON_MS ? t('{0} (in {1})', at, duration(away)) : at;
}

/** Within the week by its weekday, later by its date: `Thu 9:00 AM`, `Dec 1, 1:00 PM`. */
export function shortTime(atMs: number, where: { locale: string; timeZone: string; nowMs: number }): string {
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const day =
    atMs - where.nowMs < SOON_MS ? ({ weekday: 'short' } as const) : ({ month: 'short', day: 'numeric' } as const);
  return dateText(atMs, where, { ...day, ...time });
}

/**
 * `since Mon 8:00 AM`, where the week began while the reader's day was under way: as weeks are those of another zone's clock, today may
 * hold more than the week does.
 */
export function weekBegan(
  weekSinceMs: number,
  where: { locale: string; timeZone: string; nowMs: number },
): string | undefined {
  const { sinceMs: daySinceMs } = spanAt(where.nowMs, 'day', where.timeZone);
  return weekSinceMs > daySinceMs ? t('since {0}', shortTime(weekSinceMs, where)) : undefined;
}

/** Until then a weekday says which day is meant. */
const SOON_MS = 6.5 * 86_400_000;
