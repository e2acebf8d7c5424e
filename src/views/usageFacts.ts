import type { DashboardInput } from './dashboard.ts';
import type { DashboardView } from './dashboardView.ts';
import { compactTokens, dateText, exactNumber, listed, percent, plural, usd } from './format.ts';
import { t } from './text.ts';
import { cacheHitRate, totalTokens } from './usage.ts';
import { costText } from './usageTable.ts';

export function facts({ totals, saving, locale }: DashboardInput): DashboardView['facts'] {
  const hitRate = cacheHitRate(totals);
  const prompt = totalTokens(totals) - totals.output;
  const list: DashboardView['facts'] = [
    {
      label: t('Cost'),
      isCost: true,
      value: costText(totals, locale),
      detail:
        totals.unpricedTurns > 0
          ? plural(
              totals.unpricedTurns,
              'list price; {0} request unpriced',
              'list price; {0} requests unpriced',
              locale,
            )
          : t('at API list price'),
    },
    {
      label: t('Requests'),
      value: exactNumber(totals.turns, locale),
      detail: plural(totals.tasks, '{0} task', '{0} tasks', locale),
    },
    { label: t('Sessions'), value: exactNumber(totals.sessions, locale) },
    {
      label: t('Output'),
      value: compactTokens(totals.output, locale),
      title: plural(totals.output, '{0} token', '{0} tokens', locale),
      detail: totals.reasoning > 0 ? t('{0} reasoning', compactTokens(totals.reasoning, locale)) : undefined,
    },
    {
      label: t('Cache hit rate'),
      value: hitRate === null ? '–' : percent(hitRate, locale),
      detail: t('of {0} prompt tokens', compactTokens(prompt, locale)),
    },
  ];
  if (saving.usd !== undefined)
    list.push({
      label: t('Saved by caching'),
      isCost: true,
      value: `${saving.isEstimated ? '≈' : ''}${usd(saving.usd, locale)}`,
      title: t('What the cached tokens would have cost as plain input, less what reading and writing them cost'),
      detail:
        saving.unpricedTokens > 0
          ? t('{0} cached tokens unpriced', compactTokens(saving.unpricedTokens, locale))
          : t('against no cache'),
    });
  return list;
}

export function coverageText(input: DashboardInput): string {
  if (input.scopes && input.scopes.scope !== 'machine') return teamText(input);
  const { coverage, locale } = input;
  const parts = [
    t(
      '{0} from {1}',
      plural(coverage.records, '{0} record', '{0} records', locale),
      plural(coverage.files, '{0} file', '{0} files', locale),
    ),
  ];
  if (coverage.firstAtMs !== null)
    parts.push(t('history starts on {0}', dateText(coverage.firstAtMs, input, { dateStyle: 'medium' })));
  if (coverage.rejectedRecords > 0)
    parts.push(plural(coverage.rejectedRecords, '{0} record rejected', '{0} records rejected', locale));
  if (coverage.unknownRecords > 0)
    parts.push(plural(coverage.unknownRecords, '{0} record of unknown kinds', '{0} records of unknown kinds', locale));
  if (coverage.failedFiles > 0)
    parts.push(plural(coverage.failedFiles, '{0} file unreadable', '{0} files unreadable', locale));
  const unlisted = input.unlisted.reduce((sum, row) => sum + totalTokens(row), 0);
  if (unlisted > 0)
    parts.push(t('stated only as a sum, in no figure here: {0}', plural(unlisted, '{0} token', '{0} tokens', locale)));
  if (input.notCounted.length > 0) parts.push(t('no token data: {0}', listed(input.notCounted)));
  return parts.join(' · ');
}

function teamText({ coverage, scopes, locale, ...where }: DashboardInput): string {
  if (scopes?.place === undefined) return t('No answer from the team’s store');
  const requests = plural(coverage.records, '{0} request', '{0} requests', locale);
  if (coverage.firstAtMs === null) return `${requests} · ${scopes.place}`;
  const start = dateText(coverage.firstAtMs, { ...where, locale }, { dateStyle: 'medium' });
  return `${requests} · ${scopes.place} · ${t('history starts on {0}', start)}`;
}
