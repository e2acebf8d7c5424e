import type { Reader } from '../store/reader.ts';
import { ROLLING_MS } from './limitWindow.ts';
import { ACCOUNT } from './usageWindow.ts';

/** Who made requests, and in whose account. */
export interface RequestMaker {
  agent: string;
  provider: string;
  workspace: string | null;
  account: string | null;
  user: string;
}

const HOUR_MS = 3_600_000;
/** A pause of five hours is looked for this far back; without one the windows are counted from there. */
const LONGEST_MS = 30 * 24 * HOUR_MS;

/**
 * Times of the requests that count, ascending up to `nowMs`, from one on before which nothing happened for as long as a window is: so the
 * first of them begins a window of five hours. Empty when none is that new.
 */
export function timesSincePause(reader: Reader, nowMs: number, counts: (by: RequestMaker) => boolean): number[] {
  const makers = new Map<number, boolean>();
  const isCounted = (caller: number): boolean => {
    let known = makers.get(caller);
    if (known === undefined) {
      const [by] = reader.all<RequestMaker>(
        `SELECT s.agent, c.provider, s.workspace, ${ACCOUNT} AS account, s.user FROM callers c JOIN sessions s ON s.id = c.session_id
        WHERE c.id = :caller`,
        { ':caller': caller },
      );
      known = by !== undefined && counts(by);
      makers.set(caller, known);
    }
    return known;
  };
  let times: number[] = [];
  let untilMs = nowMs + 1;
  for (let lengthMs = 2 * ROLLING_MS; untilMs > nowMs - LONGEST_MS; lengthMs *= 2) {
    const sinceMs = Math.max(untilMs - lengthMs, nowMs - LONGEST_MS);
    const found = reader
      .all<{ atMs: number; caller: number }>(
        `SELECT at_ms AS atMs, caller_id AS caller FROM requests WHERE at_ms >= :since AND at_ms < :until ORDER BY at_ms`,
        { ':since': sinceMs, ':until': untilMs },
      )
      .filter(({ caller }) => isCounted(caller))
      .map(({ atMs }) => atMs);
    times = [...found, ...times];
    for (let i = times.length - 1; i >= 0; i--) {
      const pauseMs = (times[i] as number) - (times[i - 1] ?? sinceMs);
      if (pauseMs >= ROLLING_MS) return times.slice(i);
    }
    if (times.length === 0) return [];
    untilMs = sinceMs;
  }
  return times;
}

/** Who made the requests of a session: one for each provider. */
export function sessionMakers(reader: Reader, agent: string, sessionId: string): RequestMaker[] {
  return reader.all<RequestMaker>(
    `SELECT DISTINCT s.agent, c.provider, s.workspace, ${ACCOUNT} AS account, s.user FROM callers c JOIN sessions s ON s.id = c.session_id
    WHERE s.agent = :agent AND s.session_key = :sessionId`,
    { ':agent': agent, ':sessionId': sessionId },
  );
}
