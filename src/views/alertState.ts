import * as v from 'valibot';

/** How urgent: 0 = below every threshold, 1 = notice, 2 = warning, 3 = critical. */
export type AlertLevel = 0 | 1 | 2 | 3;

/** A limit or context window that may be told about. */
export interface AlertSubject {
  /** The same over restarts: of a limit, a quota or a session. */
  key: string;
  /** Everything whose change ends an episode: the amount and the thresholds. */
  config: string;
  /** The window of a limit; of a context that of the last compaction on, without an end. */
  sinceMs: number;
  untilMs: number | null;
  level: AlertLevel;
  /** It will be used up before it resets if it goes on like this. */
  isForecast: boolean;
}

/** One stretch from a reset to the next, and what was told in it. */
export interface AlertEpisode extends Pick<AlertSubject, 'key' | 'config' | 'sinceMs' | 'untilMs'> {
  told: AlertLevel;
  isForecastTold: boolean;
  /** When the user asked for silence, and until when; `null` = until the reset. */
  snooze?: { atMs: number; untilMs: number | null };
}

/** What is kept of alerts, for all windows of the machine. */
export interface AlertState {
  /** Newest last. */
  episodes: AlertEpisode[];
  /** Keys of what is never told. */
  muted: string[];
  /** When something was told last. */
  toldAtMs?: number;
  /** Handed to a window that has not said yet that it shows it. */
  pending?: AlertNotice & { atMs: number };
}

/** What one notification tells. */
export interface AlertNotice {
  id: string;
  items: AlertSubject[];
}

export const NO_ALERTS: AlertState = { episodes: [], muted: [] };

const key = v.pipe(v.string(), v.maxLength(2000));
const level = v.picklist([0, 1, 2, 3]);
const episode = v.object({
  key,
  config: v.string(),
  sinceMs: v.number(),
  untilMs: v.nullable(v.number()),
  told: level,
  isForecastTold: v.boolean(),
  snooze: v.optional(v.object({ atMs: v.number(), untilMs: v.nullable(v.number()) })),
});
const item = v.object({
  key,
  config: v.string(),
  sinceMs: v.number(),
  untilMs: v.nullable(v.number()),
  level,
  isForecast: v.boolean(),
});
const state = v.object({
  episodes: v.array(episode),
  muted: v.array(key),
  toldAtMs: v.optional(v.number()),
  pending: v.optional(v.object({ id: v.string(), items: v.array(item), atMs: v.number() })),
});

/** What was stored; nothing told yet for anything else. */
export function parseAlertState(stored: string | undefined): AlertState {
  try {
    const parsed = v.safeParse(state, JSON.parse(stored ?? ''));
    return parsed.success ? parsed.output : NO_ALERTS;
  } catch {
    return NO_ALERTS;
  }
}
