import type { UsageSums } from '../queries/usageWindow.ts';
import { barTier, barTiers, type CostBudget } from './costTiers.ts';
import { type DayBar, type DaysView, STACKED_CLASSES, type StackedClass } from './dashboardView.ts';
import { compactTokens, dateText, listed } from './format.ts';
import { t } from './text.ts';
import { ticksUpTo } from './ticks.ts';

/** One bar's span with what was used in it; spans without requests have sums of 0 and stand as well. */
export interface DaySpan {
  /** `2026-11-16`, `2026-11-16T14`, `2026-11` */
  key: string;
  sinceMs: number;
  untilMs: number;
  sums: Omit<UsageSums, 'tasks' | 'reasoning'>;
}

const CLASS_LABELS: Record<StackedClass, () => string> = {
  cacheRead: () => t('Cache read'),
  cacheWrite: () => t('Cache write'),
  input: () => t('Input'),
  output: () => t('Output'),
};

const TEXTS: Record<DayUnit, (...most: [when: string, tokens: string, classes: string]) => string> = {
  hour: (...most) => t('Tokens by hour: most on {0} with {1}; {2}.', ...most),
  day: (...most) => t('Tokens by day: most on {0} with {1}; {2}.', ...most),
  week: (...most) => t('Tokens by week: most on {0} with {1}; {2}.', ...most),
  month: (...most) => t('Tokens by month: most on {0} with {1}; {2}.', ...most),
};

/** How long one bar's span is. */
export type DayUnit = 'hour' | 'day' | 'week' | 'month';

const AXIS_FORMAT: Record<DayUnit, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric' },
  day: { month: 'short', day: 'numeric' },
  week: { month: 'short', day: 'numeric' },
  month: { month: 'short', year: 'numeric' },
};
const WEEK_AXIS_FORMAT: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric' };
const LONG_FORMAT: Record<DayUnit, Intl.DateTimeFormatOptions> = {
  hour: { weekday: 'long', hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', month: 'long', day: 'numeric' },
  week: { month: 'long', day: 'numeric', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** What stands beside the bars: the spans of the window before, in the same order, and its name. */
export interface DaysBefore {
  spans: DaySpan[];
  label: string;
}

/** The stacked bars with their axis and text twin. */
export function daysView(
  spans: DaySpan[],
  unit: DayUnit,
  where: { locale: string; timeZone: string },
  before?: DaysBefore,
  budget?: CostBudget,
): DaysView {
  const { locale } = where;
  const axisFormat = unit === 'day' && spans.length <= 7 ? WEEK_AXIS_FORMAT : AXIS_FORMAT[unit];
  const longDate = longDates(spans, unit, where);
  const costTiers = budget && barTiers(unit, budget);
  const beforeTotals = before?.spans.map((span) => classTokens(span.sums));
  const bars = spans.map((span, i): DayBar & { total: number } => {
    const tokens = classTokens(span.sums);
    const total = sumOf(tokens);
    const then = beforeTotals?.[i] && sumOf(beforeTotals[i]);
    return {
      key: span.key,
      sinceMs: span.sinceMs,
      untilMs: span.untilMs,
      label: dateText(span.sinceMs, where, axisFormat),
      longLabel: unit === 'week' ? t('Week of {0}', longDate(span.sinceMs)) : longDate(span.sinceMs),
      tokens,
      labels: mapClasses((name) => compactTokens(tokens[name], locale)),
      totalLabel: compactTokens(total, locale),
      ...(budget && costTiers ? { costTier: barTier(span.sums, unit, budget) } : {}),
      ...(then === undefined ? {} : { before: { tokens: then, label: compactTokens(then, locale) } }),
      total,
    };
  });
  const highest = bars.reduce((max, bar) => (bar.total > max.total ? bar : max), { total: 0, longLabel: '' });
  const classTotal = (name: StackedClass): number => bars.reduce((sum, bar) => sum + bar.tokens[name], 0);
  const legend = STACKED_CLASSES.map((name) => ({
    class: name,
    label: CLASS_LABELS[name](),
    totalLabel: compactTokens(classTotal(name), locale),
  }));
  const text =
    highest.total === 0
      ? t('No tokens in this window.')
      : TEXTS[unit](
          highest.longLabel,
          compactTokens(highest.total, locale),
          listed(legend.map((entry) => `${entry.label.toLowerCase()} ${entry.totalLabel}`)),
        );
  const top = Math.max(highest.total, ...bars.map((bar) => bar.before?.tokens ?? 0));
  // Nothing at all is said in a sentence: an axis of nothing tells nobody anything.
  const isEmpty = top === 0 && spans.every(({ sums }) => sums.turns === 0 && sums.costUsd === 0);
  return {
    bars: isEmpty ? [] : bars.map(({ total: _, ...bar }) => bar),
    yTicks: isEmpty ? [] : ticksUpTo(top).map((value) => ({ value, label: compactTokens(value, locale) })),
    legend,
    ...(costTiers ? { costTiers } : {}),
    ...(before ? { beforeLabel: before.label } : {}),
    text,
  };
}

/** Names of spans by their begin: the hour that the clocks run through twice is told apart by the name of its time. */
function longDates(
  spans: readonly DaySpan[],
  unit: DayUnit,
  where: { locale: string; timeZone: string },
): (atMs: number) => string {
  const plain = (atMs: number): string => dateText(atMs, where, LONG_FORMAT[unit]);
  if (unit !== 'hour') return plain;
  const begins = spans.map(({ sinceMs }) => plain(sinceMs));
  const twice = new Set(begins.filter((name, i) => name === begins[i - 1]));
  return (atMs) => {
    const name = plain(atMs);
    return twice.has(name) ? dateText(atMs, where, { ...LONG_FORMAT.hour, timeZoneName: 'short' }) : name;
  };
}

const classTokens = (sums: DaySpan['sums']): DayBar['tokens'] => ({
  cacheRead: sums.cacheRead,
  cacheWrite: sums.cacheWrite5m + sums.cacheWrite1h,
  input: sums.input,
  output: sums.output,
});

const sumOf = (tokens: DayBar['tokens']): number => STACKED_CLASSES.reduce((sum, name) => sum + tokens[name], 0);

function mapClasses<T>(make: (name: StackedClass) => T): Record<StackedClass, T> {
  return {
    cacheRead: make('cacheRead'),
    cacheWrite: make('cacheWrite'),
    input: make('input'),
    output: make('output'),
  };
}
