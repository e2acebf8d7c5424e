import type { AlertEpisode, AlertLevel, AlertNotice, AlertState, AlertSubject } from './alertState.ts';

/** Between two notifications passes at least so much time: what becomes due meanwhile is told in the next one. */
export const ALERT_PAUSE_MS = 2 * 60_000;
/** A window that was handed a notice says within this time that it shows it; otherwise another one is asked. */
const SHOWN_WITHIN_MS = 30_000;
/** Episodes that are remembered of one subject, so that a clock that is set back finds what was told; and of all. */
const MOST_EPISODES = 4;
const MOST_EPISODES_OF_ALL = 400;

/** When it is, who it is for, and whether one may be told now. */
export interface AlertMoment {
  nowMs: number;
  /** False while a debug session runs. What is due then is told afterwards. */
  canTell: boolean;
  /** A name for the notice that nobody else gives. */
  newId: string;
}

/**
 * What is to be told now, and what is to be remembered. Each threshold of a subject is told once per episode: an episode ends with the window
 * of the limit, and when the limit or the thresholds are set anew. What is due at once is one notice. A notice counts as told when the window
 * that got it confirms it (`confirmAlert`).
 */
export function decideAlerts(
  before: AlertState,
  subjects: readonly AlertSubject[],
  { nowMs, canTell, newId }: AlertMoment,
): { notice?: AlertNotice; state: AlertState } {
  const current = new Map(subjects.map((subject) => [subject.key, episodeOf(before, subject, nowMs)]));
  const due = subjects.filter((subject) => isDue(subject, current.get(subject.key), before.muted));
  const dueKeys = new Set(due.map((subject) => subject.key));
  const pending = before.pending && isWithin(before.pending.atMs, nowMs, SHOWN_WITHIN_MS) ? before.pending : undefined;
  const episodes = remembered(before.episodes, [...current.values()], dueKeys);
  const state: AlertState = { ...before, episodes, pending };
  const isPause = state.toldAtMs !== undefined && isWithin(state.toldAtMs, nowMs, ALERT_PAUSE_MS);
  if (due.length === 0 || !canTell || pending || isPause) return { state };
  const items = due.map((subject) => ({ ...subject }));
  const notice: AlertNotice = { id: newId, items };
  return { notice, state: { ...state, pending: { ...notice, atMs: nowMs } } };
}

/** The window shows it: from now on it is told. `undefined` when it took too long and it is no longer its turn. */
export function confirmAlert(state: AlertState, id: string, nowMs: number): AlertState | undefined {
  const { pending } = state;
  if (pending?.id !== id) return undefined;
  const episodes = state.episodes.map((episode) => {
    const item = pending.items.find((each) => isSame(episode, each));
    if (!item) return episode;
    const told = Math.max(item.level, episode.told) as AlertLevel;
    return { ...episode, told, isForecastTold: episode.isForecastTold || item.isForecast };
  });
  return { ...state, episodes, pending: undefined, toldAtMs: nowMs };
}

/** No more of these for a while, `null` = until they reset; after a while what still holds is told again. */
export function snoozeAlerts(
  state: AlertState,
  keys: readonly string[],
  untilMs: number | null,
  nowMs: number,
): AlertState {
  const newest = new Map(state.episodes.map((episode) => [episode.key, episode]));
  const episodes = state.episodes.map((episode) =>
    keys.includes(episode.key) && newest.get(episode.key) === episode
      ? { ...episode, snooze: { atMs: nowMs, untilMs } }
      : episode,
  );
  return { ...state, episodes };
}

/** Never again of these, or as usual. */
export function muteAlerts(state: AlertState, keys: readonly string[], isMuted: boolean): AlertState {
  const others = state.muted.filter((key) => !keys.includes(key));
  return { ...state, muted: isMuted ? [...others, ...keys] : others };
}

/** The episode that a subject is in: a known one, with a snooze that is over taken away, or a new one. */
function episodeOf(state: AlertState, subject: AlertSubject, nowMs: number): AlertEpisode {
  const known = state.episodes.findLast((episode) => isSame(episode, subject));
  const { key, config, sinceMs, untilMs } = subject;
  if (!known) return { key, config, sinceMs, untilMs, told: 0, isForecastTold: false };
  const { snooze } = known;
  const episode = { ...known, sinceMs, untilMs };
  if (!snooze || snooze.untilMs === null || (nowMs < snooze.untilMs && nowMs >= snooze.atMs - ALERT_PAUSE_MS))
    return episode;
  return { ...episode, snooze: undefined, told: 0, isForecastTold: false };
}

/**
 * Whether a subject is still in an episode. Windows of one limit follow each other, so those that overlap are the same one: the beginning of
 * five hours moves when an older request turns up, and agents state a reset that wanders by seconds.
 */
function isSame(
  episode: AlertEpisode,
  { key, config, sinceMs, untilMs }: Pick<AlertSubject, 'key' | 'config' | 'sinceMs' | 'untilMs'>,
): boolean {
  if (episode.key !== key || episode.config !== config) return false;
  if (episode.untilMs === null || untilMs === null) return episode.untilMs === untilMs && episode.sinceMs === sinceMs;
  const overlapMs = Math.min(episode.untilMs, untilMs) - Math.max(episode.sinceMs, sinceMs);
  return overlapMs > (untilMs - sinceMs) / 10;
}

function isDue(subject: AlertSubject, episode: AlertEpisode | undefined, muted: readonly string[]): boolean {
  if (!episode || episode.snooze || muted.includes(subject.key)) return false;
  return subject.level > episode.told || (subject.isForecast && !episode.isForecastTold);
}

/** The known episodes as they are now, and behind them the new ones of which there is something to tell; the oldest are forgotten. */
function remembered(
  before: readonly AlertEpisode[],
  current: readonly AlertEpisode[],
  due: ReadonlySet<string>,
): AlertEpisode[] {
  const known = before.map((episode) => current.find((now) => isSame(episode, now)) ?? episode);
  const isNew = (now: AlertEpisode): boolean => due.has(now.key) && !before.some((episode) => isSame(episode, now));
  const counts = new Map<string, number>();
  const kept = [...known, ...current.filter(isNew)].reverse().filter(({ key }) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= MOST_EPISODES;
  });
  return kept.slice(0, MOST_EPISODES_OF_ALL).reverse();
}

/** A time that lies ahead says that the clock was set back: then nothing is waited for. */
const isWithin = (thenMs: number, nowMs: number, ms: number): boolean => nowMs >= thenMs && nowMs - thenMs < ms;
