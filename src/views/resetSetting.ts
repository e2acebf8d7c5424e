import { checkZone } from '../queries/calendar.ts';
import type { UsageReset } from '../queries/limitWindow.ts';
import { fieldsOf, isUnset, quoted, shown, type Tell, textOf } from './settingValue.ts';
import { t } from './text.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const USUAL_RESET: UsageReset = { weekday: 0, minute: 0, timeZone: 'UTC', monthDay: 1 };

/** A rule for resets over the usual one; `undefined` where it cannot be understood. */
export function parseReset(raw: unknown, usual: UsageReset, tell: Tell): UsageReset | undefined {
  if (isUnset(raw)) return usual;
  const given = fieldsOf(raw);
  if (!given) return void tell(t('an object with day, time and zone is needed, not {0}.', shown(raw)));
  const reset = { ...usual };
  for (const [field, value] of Object.entries(given)) {
    if (isUnset(value)) continue;
    const set = Object.hasOwn(RESET_FIELDS, field) ? RESET_FIELDS[field] : undefined;
    const why = set ? set(value, reset) : t('{0} is not one of day, dayOfMonth, time, zone.', quoted(field));
    if (why !== undefined) return void tell(why);
  }
  return reset;
}

/** Each sets a part of the rule, or says why it cannot. */
const RESET_FIELDS: Record<string, (value: unknown, reset: UsageReset) => string | undefined> = {
  day(value, reset) {
    const weekday = WEEKDAYS.findIndex((name) => typeof value === 'string' && name === value.toLowerCase());
    if (weekday < 0) return t('the day is a weekday such as monday, not {0}.', shown(value));
    reset.weekday = weekday;
    return undefined;
  },
  dayOfMonth(value, reset) {
    if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 31)
      return t('the day of the month is a whole number from 1 to 31, not {0}.', shown(value));
    reset.monthDay = value as number;
    return undefined;
  },
  time(value, reset) {
    const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typeof value === 'string' ? value : '') ?? [];
    if (hours === undefined) return t('the time is one from 00:00 to 23:59, not {0}.', shown(value));
    reset.minute = Number(hours) * 60 + Number(minutes);
    return undefined;
  },
  zone(value, reset) {
    const zone = textOf(value) ?? '';
    try {
      checkZone(zone);
    } catch {
      return t('the zone is an IANA time zone such as Europe/Berlin, not {0}.', shown(value));
    }
    reset.timeZone = zone;
    return undefined;
  },
};
