import { ROLLING_MS } from '../queries/limitWindow.ts';

/** What a pace is made from: what was used in a limit's window, and lately. */
export interface PaceInput {
  nowMs: number;
  /** The window `[sinceMs, untilMs)`. */
  sinceMs: number;
  untilMs: number;
  /** When the oldest known request was made: before it nothing is known, which is not nothing used. */
  firstMs?: number;
  /** The limit, and what of it is used, in its unit. */
  amount: number;
  used: number;
  /** Requests in the window. */
  requests: number;
  /** What was used since `recentSince` said. */
  recent: { sinceMs: number; used: number; requests: number };
}

/** How fast a limit is used, and where that leads. */
export interface Pace {
  /** Of the limit's unit, an hour, over `recentMs`. */
  perHour: number;
  recentMs: number;
  /**
   * `met`: the limit is used up. `early`: too little of the window has passed. `few`: too few requests. `idle`: nothing was used lately. `known`:
   * `forecast` says more.
   */
  state: 'met' | 'early' | 'few' | 'idle' | 'known';
  forecast?: Forecast;
}

/** Where it leads when it goes on: at the slower and at the faster of two paces, the one since the window began and the recent one. */
export interface Forecast {
  lowPercent: number;
  highPercent: number;
  /** When the limit is met; `latestMs` only where the slower pace meets it too before the window ends. */
  earliestMs?: number;
  latestMs?: number;
}

const HOUR_MS = 3_600_000;
/** So much of a window must be known, and so many requests must have been made, before anything is said of its end. */
const LEAST_PART = 1 / 14;
const LEAST_REQUESTS = 5;
/** The recent past is a seventh of the window: of a week its last day, so that night and day are both in it. */
const RECENT_PART = 1 / 7;

/**
 * From when on what was used counts as recent.
 *
 * @param firstMs when the oldest known request was made
 */
export function recentSince(
  { sinceMs, untilMs }: Pick<PaceInput, 'sinceMs' | 'untilMs'>,
  nowMs: number,
  firstMs = -Infinity,
): number {
  const lengthMs = Math.max(untilMs - sinceMs, ROLLING_MS);
  return Math.min(nowMs, Math.max(nowMs - lengthMs * RECENT_PART, firstMs));
}

/** How fast a limit is used, and whether it is met before its window ends; nothing is foretold from too little. */
export function paceOf(input: PaceInput): Pace {
  const { nowMs, sinceMs, untilMs, amount, used, requests, recent } = input;
  const recentMs = Math.max(0, nowMs - recent.sinceMs);
  const recentRate = recentMs > 0 ? recent.used / recentMs : 0;
  const pace = { perHour: recentRate * HOUR_MS, recentMs };
  if (used >= amount) return { ...pace, state: 'met' };
  const elapsedMs = nowMs - Math.max(sinceMs, input.firstMs ?? sinceMs);
  if (elapsedMs < (untilMs - sinceMs) * LEAST_PART || nowMs >= untilMs) return { ...pace, state: 'early' };
  if (requests < LEAST_REQUESTS || recentMs <= 0) return { ...pace, state: 'few' };
  if (recent.used <= 0) return { ...pace, state: 'idle' };
  const rates = [used / elapsedMs, recentRate].sort((a, b) => a - b) as [number, number];
  const [low, high] = rates.map((rate) => ((used + rate * (untilMs - nowMs)) / amount) * 100) as [number, number];
  const [slow, fast] = rates.map((rate) => Math.ceil(nowMs + (amount - used) / rate)) as [number, number];
  return {
    ...pace,
    state: 'known',
    forecast: {
      lowPercent: low,
      highPercent: high,
      ...(fast < untilMs ? { earliestMs: fast } : {}),
      ...(slow < untilMs ? { latestMs: slow } : {}),
    },
  };
}
