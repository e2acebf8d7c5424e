import { duration, percent } from './format.ts';
import type { LimitUnit } from './limitSettings.ts';
import { amountText } from './limitText.ts';
import type { Forecast, Pace } from './pace.ts';
import { shortTime } from './quota.ts';
import { t } from './text.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Where {
  locale: string;
  timeZone: string;
  nowMs: number;
}

/** `41k tokens an hour over the last 1 d` */
export function burnText(pace: Pace, unit: LimitUnit, locale: string): string {
  const rate = amountText(pace.perHour, unit, locale);
  const span = duration(pace.recentMs);
  if (unit === 'cost') return t('{0} an hour over the last {1}', rate, span);
  return unit === 'tokens'
    ? t('{0} tokens an hour over the last {1}', rate, span)
    : t('{0} requests an hour over the last {1}', rate, span);
}

/** `at this pace 112%`: the same in a few words, where something can be said and there is room for no more. */
export function paceNote({ forecast }: Pace, locale: string): string | undefined {
  return forecast && t('at this pace {0}', rangeText(forecast, locale));
}

/** Where the pace leads, or why that cannot be said: `At this pace 112% by Sun 00:00 (in 1 d 4 h)`. */
export function forecastText(pace: Pace, untilMs: number, where: Where): string {
  switch (pace.state) {
    case 'met':
      return t('The limit is used up.');
    case 'early':
      return t('Too early to say where this leads.');
    case 'few':
      return t('Too few requests to say where this leads.');
    case 'idle':
      return t('Nothing was used in the last {0}.', duration(pace.recentMs));
    case 'known': {
      if (!pace.forecast) return '';
      const shares = rangeText(pace.forecast, where.locale);
      const at = t('At this pace {0} by {1}', shares, shortTime(untilMs, where));
      const met = metText(pace.forecast, where.nowMs);
      return met === undefined ? t('{0}.', at) : t('{0}; {1}.', at, met);
    }
  }
}

/** How long, no more exactly than a forecast can be: whole hours from three on, whole days from three on. */
function roughly(ms: number): string {
  const unit = ms >= 72 * HOUR_MS ? 24 * HOUR_MS : ms >= 3 * HOUR_MS ? HOUR_MS : 5 * MINUTE_MS;
  return duration(Math.max(unit, Math.round(ms / unit) * unit));
}

/** A range where the two paces differ by more than what rounding makes. */
function rangeText({ lowPercent, highPercent }: Forecast, locale: string): string {
  const high = percent(highPercent / 100, locale);
  return highPercent - lowPercent < 5 ? high : t('{0} to {1}', percent(lowPercent / 100, locale), high);
}

/** When the limit is met, as far as both paces agree. */
function metText({ earliestMs, latestMs }: Forecast, nowMs: number): string | undefined {
  if (earliestMs === undefined) return undefined;
  const [from, to] = [roughly(earliestMs - nowMs), latestMs === undefined ? undefined : roughly(latestMs - nowMs)];
  if (to === undefined) return t('it may be used up in {0}', from);
  return from === to ? t('used up in {0}', from) : t('used up in {0} to {1}', from, to);
}
