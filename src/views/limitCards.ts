import type { NewestLimitRow } from '../queries/limits.ts';
import { dateText, label, percent, plural } from './format.ts';
import type { LimitFigure } from './limitFigures.ts';
import type { LimitsInput } from './limits.ts';
import type { LimitCard } from './limitsView.ts';
import { amountText, limitLabel, usedText } from './limitText.ts';
import { burnText, forecastText } from './paceText.ts';
import { costTitle } from './priceOrigins.ts';
import { quotaWords, reachedText, resetText, statedQuota, statedText } from './quota.ts';
import { t } from './text.ts';
import { toneOf } from './tone.ts';

/** A rate is said of no shorter time. */
const LEAST_BURN_MS = 15 * 60_000;

/** The key of a quota that an agent states, and that of a limit of the user's, are never the same. */
export const statedKey = ({ agent, account, limitId, windowMinutes }: NewestLimitRow): string =>
  `stated:${JSON.stringify([agent, account, limitId, windowMinutes])}`;

/** What of the input a limit is shown from. */
export type LimitCardInput = Pick<LimitsInput, 'locale' | 'timeZone' | 'nowMs' | 'thresholds' | 'quiet' | 'cost'>;

/** A limit of the user's, or of the team's. */
export function limitCard(figure: LimitFigure, input: LimitCardInput): LimitCard {
  const { locale, nowMs } = input;
  const { unit, amount, used, span, pace, sums } = figure;
  const left = Math.max(0, amount - used);
  const unpriced = unit === 'cost' && sums.unpricedTurns > 0;
  const estimated = unit === 'tokens' && sums.estimatedTurns > 0;
  return {
    key: figure.key,
    label: limitLabel(figure),
    percent: figure.percent,
    percentLabel: `${unpriced ? '≥ ' : ''}${percent(figure.percent / 100, locale)}`,
    tone: toneOf(figure.percent, input.thresholds),
    detail: usedText(used, amount, unit, locale),
    ...(figure.prices ? { costTitle: costTitle(figure.prices, locale) } : {}),
    left:
      used > amount
        ? t('{0} over', amountText(used - amount, unit, locale))
        : t('{0} left', amountText(left, unit, locale)),
    reset: span ? t('resets {0}', resetText(span.untilMs, input)) : t('Begins with the next request.'),
    burn: pace && pace.perHour > 0 && pace.recentMs >= LEAST_BURN_MS ? burnText(pace, unit, locale) : undefined,
    forecast: pace && span ? forecastText(pace, span.untilMs, input) : undefined,
    isPressing: (pace?.forecast?.lowPercent ?? 0) >= 100,
    note: unpriced
      ? plural(
          sums.unpricedTurns,
          '{0} request without a known price is not in it.',
          '{0} requests without a known price are not in it.',
          locale,
        )
      : estimated
        ? plural(
            sums.estimatedTurns,
            'The output of {0} request is estimated.',
            'The output of {0} requests is estimated.',
            locale,
          )
        : undefined,
    ...quietness(figure.key, input, nowMs),
  };
}

/** A quota as its agent states it. */
export function statedCard(limit: NewestLimitRow, input: LimitsInput): LimitCard {
  const quota = statedQuota(limit, input);
  const { long } = quotaWords(limit);
  const which = limit.limitId && limit.limitId !== limit.agent ? label(limit.limitId, 40) : undefined;
  return {
    key: statedKey(limit),
    label: which === undefined ? capital(long) : `${which}, ${long}`,
    percent: quota.percent,
    percentLabel: quota.percentLabel,
    tone: quota.tone,
    detail: limit.plan ? t('plan {0}', label(limit.plan, 40)) : t('as the agent states it'),
    left: statedText(limit.atMs, input),
    reset: limit.resetsAtMs === null ? '' : t('resets {0}', resetText(limit.resetsAtMs, input)),
    isPressing: false,
    note: reachedNote(limit),
    ...quietness(statedKey(limit), input, input.nowMs),
  };
}

function reachedNote(limit: NewestLimitRow): string | undefined {
  const reached = reachedText(limit);
  return reached && t('The agent says: {0}.', reached);
}

/** As a label begins. */
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function quietness(
  key: string,
  { quiet, ...where }: Pick<LimitCardInput, 'locale' | 'timeZone' | 'quiet'>,
  nowMs: number,
): Pick<LimitCard, 'isMuted' | 'snoozed'> {
  const known = quiet[key];
  const untilMs = known?.untilMs;
  return {
    isMuted: known?.isMuted ?? false,
    snoozed:
      untilMs !== undefined && untilMs > nowMs
        ? t('No alerts until {0}', dateText(untilMs, where, { weekday: 'short', hour: 'numeric', minute: '2-digit' }))
        : undefined,
  };
}
