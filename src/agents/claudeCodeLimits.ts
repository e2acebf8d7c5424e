import { tzOffset } from '@date-fns/tz';
import type { LimitEvent } from './event.ts';
import { fields, list, text } from './fields.ts';

/*
 * A limit that is reached is told by a reply that no model made (`<synthetic>`):
 *
 *   Claude AI usage limit reached|1760000400            until 1.0.x: when it resets, epoch seconds
 *   5-hour limit reached ∙ resets 5pm                   2.0: on the clock of the machine
 *   Weekly limit reached ∙ resets Oct 9 at 5pm
 *   You've hit your limit · resets 8pm (Asia/Tbilisi)   2.1
 *   You've hit your session limit · resets 12:50pm (Europe/Paris)
 *   You're out of extra usage · resets Apr 3, 5pm (Europe/Berlin)
 */
const OLD = /^Claude (?:AI )?usage limit reached\|(\d{10})\b/;
const REACHED =
  /^(?:Claude usage limit reached|(?:(5-hour|session|weekly|opus(?: weekly)?|sonnet(?: weekly)?) )?limit reached|You['’]ve (?:hit|reached) your (?:(5-hour|session|weekly|usage|opus(?: weekly)?|sonnet(?: weekly)?) )?limit|You['’]re out of (extra usage))/i;
const RESETS =
  /\bresets? (?:at )?(?:([A-Z][a-z]{2}) (\d{1,2})(?:,| at)? )?(\d{1,2})(?::(\d\d))? ?([ap]m)?(?: \(([A-Za-z0-9_+\-/]{1,40})\))?/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const [SESSION_MINUTES, WEEK_MINUTES] = [300, 10_080];
/** A reset beyond that is none: of any limit. */
const LATEST_MS = 40 * DAY_MS;

type Reached = Pick<LimitEvent, 'limitId' | 'windowMinutes' | 'usedPercent' | 'resetsAtMs' | 'reached'>;

/**
 * The limit that a synthetic reply says is reached; `undefined` when it says something else.
 *
 * @param content of the message: a text, or blocks
 * @param zone of the machine, for times that name none; to find it out takes long
 */
export function claudeLimitReached(content: unknown, atMs: number, zone?: string): Reached | undefined {
  const said =
    text(content) ?? (list(content) ?? []).map((block) => text(fields(block)?.text)).find((part) => part !== undefined);
  if (said === undefined) return undefined;
  const old = OLD.exec(said);
  if (old) return reached('', within(Number(old[1]) * 1000, atMs), atMs);
  const found = REACHED.exec(said);
  if (!found) return undefined;
  const name = (found[1] ?? found[2] ?? found[3] ?? '').toLowerCase();
  return reached(name === 'usage' ? '' : name, within(resetOf(said, atMs, zone ?? machineZone()), atMs), atMs);
}

function reached(name: string, resetsAtMs: number | undefined, atMs: number): Reached {
  const model = /^(opus|sonnet)/.exec(name)?.[1];
  return {
    ...(model || name === 'extra usage' ? { limitId: model ?? name } : {}),
    windowMinutes: minutesOf(name, resetsAtMs, atMs),
    usedPercent: 100,
    reached: name === 'extra usage' ? 'credits' : 'limit',
    ...(resetsAtMs === undefined ? {} : { resetsAtMs }),
  };
}

/** A limit that is not named is the one of five hours when it resets within them. */
function minutesOf(name: string, resetsAtMs: number | undefined, atMs: number): number {
  if (name === '5-hour' || name === 'session') return SESSION_MINUTES;
  if (name !== '' && name !== 'extra usage') return WEEK_MINUTES;
  return resetsAtMs === undefined || resetsAtMs - atMs <= 5 * HOUR_MS ? SESSION_MINUTES : WEEK_MINUTES;
}

const within = (resetsAtMs: number | undefined, atMs: number): number | undefined =>
  resetsAtMs !== undefined && resetsAtMs > atMs && resetsAtMs - atMs < LATEST_MS ? resetsAtMs : undefined;

/** The next moment at which a clock shows what is said. */
function resetOf(said: string, atMs: number, machine: string): number | undefined {
  const [, month, day, hours, minutes = '0', half, named] = RESETS.exec(said) ?? [];
  const zone = named ?? machine;
  const offset = tzOffset(zone, new Date(atMs));
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  if (hours === undefined || Number.isNaN(offset) || hour > 23 || Number(minutes) > 59) return undefined;
  const local = new Date(atMs + offset * MINUTE_MS);
  const timeMs = hour * HOUR_MS + Number(minutes) * MINUTE_MS;
  if (month !== undefined && day !== undefined) {
    const number = MONTHS.indexOf(month);
    if (number < 0) return undefined;
    const years = [local.getUTCFullYear(), local.getUTCFullYear() + 1];
    return years.map((year) => momentAt(Date.UTC(year, number, Number(day)) + timeMs, zone)).find((ms) => ms > atMs);
  }
  const today = Math.floor(local.getTime() / DAY_MS) * DAY_MS;
  return [today, today + DAY_MS].map((dayMs) => momentAt(dayMs + timeMs, zone)).find((ms) => ms > atMs);
}

/** When a clock of the zone shows a time. @param localMs what it shows, as if that were UTC */
function momentAt(localMs: number, zone: string): number {
  const guess = localMs - tzOffset(zone, new Date(localMs)) * MINUTE_MS;
  return localMs - tzOffset(zone, new Date(guess)) * MINUTE_MS;
}

const machineZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
