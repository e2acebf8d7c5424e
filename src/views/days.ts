import type { UsageSums } from '../queries/usageWindow.ts';
import { type DayBar, type DaysView, STACKED_CLASSES, type StackedClass } from './dashboardView.ts';
import { compactTokens, dateText } from './format.ts';
import { ticksUpTo } from './ticks.ts';

/** One bar's span with what was used in it; spans without requests have sums of 0 and stand as well. */
export interface DaySpan {
  /** `2026-11-16`, `2026-11-16T14`, `2026-11` */
  key: string;
  sinceMs: number;
  sums: Pick<UsageSums, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>;
}

const CLASS_LABELS: Record<StackedClass, string> = {
  cacheRead: 'Cache read',
  cacheWrite: 'Cache write',
  input: 'Input',
  output: 'Output',
};

/** How long one bar's span is. */
export type DayUnit = 'hour' | 'day' | 'month';

const AXIS_FORMAT: Record<DayUnit, Intl.DateTimeFormatOptions> = {
  hour: { hour: 'numeric', hourCycle: 'h23' },
  day: { month: 'short', day: 'numeric' },
  month: { month: 'short', year: '2-digit' },
};
const WEEK_AXIS_FORMAT: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric' };
const LONG_FORMAT: Record<DayUnit, Intl.DateTimeFormatOptions> = {
  hour: { weekday: 'long', hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'long', month: 'long', day: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** The stacked bars with their axis and text twin. */
export function daysView(spans: DaySpan[], unit: DayUnit, where: { locale: string; timeZone: string }): DaysView {
  const { locale } = where;
  const axisFormat = unit === 'day' && spans.length <= 7 ? WEEK_AXIS_FORMAT : AXIS_FORMAT[unit];
  const bars = spans.map((span): DayBar & { total: number } => {
    const tokens: DayBar['tokens'] = {
      cacheRead: span.sums.cacheRead,
      cacheWrite: span.sums.cacheWrite5m + span.sums.cacheWrite1h,
      input: span.sums.input,
      output: span.sums.output,
    };
    const total = STACKED_CLASSES.reduce((sum, name) => sum + tokens[name], 0);
    return {
      key: span.key,
      label: dateText(span.sinceMs, where, axisFormat),
      longLabel: dateText(span.sinceMs, where, LONG_FORMAT[unit]),
      tokens,
      labels: mapClasses((name) => compactTokens(tokens[name], locale)),
      totalLabel: compactTokens(total, locale),
      total,
    };
  });
  const highest = bars.reduce((max, bar) => (bar.total > max.total ? bar : max), { total: 0, longLabel: '' });
  const classTotal = (name: StackedClass): number => bars.reduce((sum, bar) => sum + bar.tokens[name], 0);
  const legend = STACKED_CLASSES.map((name) => ({
    class: name,
    label: CLASS_LABELS[name],
    totalLabel: compactTokens(classTotal(name), locale),
  }));
  const text =
    highest.total === 0
      ? 'No tokens in this window.'
      : `Tokens by ${unit}: most on ${highest.longLabel} with ${compactTokens(highest.total, locale)}; ${legend
          .map((entry) => `${entry.label.toLowerCase()} ${entry.totalLabel}`)
          .join(', ')}.`;
  return {
    bars: bars.map(({ total: _, ...bar }) => bar),
    yTicks: ticksUpTo(highest.total).map((value) => ({ value, label: compactTokens(value, locale) })),
    legend,
    text,
  };
}

function mapClasses<T>(make: (name: StackedClass) => T): Record<StackedClass, T> {
  return {
    cacheRead: make('cacheRead'),
    cacheWrite: make('cacheWrite'),
    input: make('input'),
    output: make('output'),
  };
}
