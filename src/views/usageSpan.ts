import type { CoverageRow } from '../queries/coverage.ts';
import type { DashboardInput } from './dashboard.ts';
import type { DashboardView } from './dashboardView.ts';
import { dateText, listed } from './format.ts';
import { readingHistory } from './meter.ts';
import { sentences, t } from './text.ts';
import type { WindowName } from './usageReport.ts';

export const windowsOf = (): {
  name: WindowName;
  label: string;
  caption: string;
  previous?: string;
  next?: string;
}[] => [
  { name: 'day', label: t('Day'), caption: t('tokens today'), previous: t('Previous day'), next: t('Next day') },
  {
    name: 'week',
    label: t('Week'),
    caption: t('tokens this week'),
    previous: t('Previous week'),
    next: t('Next week'),
  },
  {
    name: 'month',
    label: t('Month'),
    caption: t('tokens this month'),
    previous: t('Previous month'),
    next: t('Next month'),
  },
  { name: 'all', label: t('All'), caption: t('tokens in all') },
  { name: 'custom', label: t('Custom'), caption: t('tokens'), previous: t('Previous span'), next: t('Next span') },
];

export function spanView({ window }: Pick<DashboardInput, 'window'>): DashboardView['span'] {
  const { name, sinceMs, untilMs, fromDay, toDay, hasNext, isNarrowed } = window;
  const steps = windowsOf().find((each) => each.name === name);
  return {
    sinceMs,
    untilMs,
    fromDay,
    toDay,
    previous: steps?.previous,
    next: hasNext ? steps?.next : undefined,
    wider: isNarrowed ? t('Back to the whole') : undefined,
  };
}

export function stateOf(
  input: Pick<DashboardInput, 'progress' | 'locale' | 'lookedFor' | 'scopes'> & {
    coverage: Pick<CoverageRow, 'firstAtMs'>;
  },
): Pick<DashboardView, 'state' | 'notice'> {
  if (input.scopes && input.scopes.scope !== 'machine') return { state: 'ready' };
  const { progress, locale } = input;
  if (progress) {
    const notice = sentences(readingHistory(progress, locale), t('The figures below still grow.'));
    return { state: 'indexing', notice };
  }
  if (input.coverage.firstAtMs === null)
    return {
      state: 'empty',
      notice: sentences(
        t('No transcripts of coding agents yet.'),
        t('Looked for those of {0}.', listed(input.lookedFor)),
      ),
    };
  return { state: 'ready' };
}

/** `Nov 16 – 22`; with hours where it begins or ends within a day, with the year where that is not this one. */
export function rangeText(
  span: { sinceMs: number; untilMs: number },
  input: Pick<DashboardInput, 'locale' | 'timeZone' | 'nowMs'>,
): string {
  const { locale, timeZone, nowMs } = input;
  const year = (atMs: number): string => dateText(atMs, { locale: 'en', timeZone }, { year: 'numeric' });
  const isWithinDay = span.untilMs - span.sinceMs < 22 * 3_600_000;
  const format = new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    ...(isWithinDay ? { hour: 'numeric', minute: '2-digit' } : {}),
    ...(year(span.sinceMs) !== year(nowMs) ? { year: 'numeric' } : {}),
    timeZone,
  });
  return format.formatRange(span.sinceMs, Math.max(span.sinceMs, span.untilMs - 1));
}

/** Said where a window begins before the history does. */
export function historyStart({
  window,
  coverage,
  ...where
}: Pick<DashboardInput, 'locale' | 'timeZone'> & {
  window: Pick<DashboardInput['window'], 'name' | 'sinceMs'>;
  coverage: Pick<CoverageRow, 'firstAtMs'>;
}): string | undefined {
  if (coverage.firstAtMs === null || window.name === 'all' || window.sinceMs >= coverage.firstAtMs) return undefined;
  return t('History starts on {0}.', dateText(coverage.firstAtMs, where, { dateStyle: 'long' }));
}
