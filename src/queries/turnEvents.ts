import type { CostDivider } from '../ledger/classRates.ts';
import type { Reader } from '../store/reader.ts';
import { type StoredRequest, storedCosts } from './countedRequests.ts';
import { threadBoundaries } from './threads.ts';

/** Something that happened between two turns of a thread. */
export interface TurnEvent {
  /** `fork`: the session continues another one. `pause`: the cache had expired, and what it held was sent anew. */
  kind: 'compaction' | 'clear' | 'rewind' | 'fork' | 'launch' | 'model' | 'pause';
  atMs: number;
  /** Number of turns before it. */
  turn: number;
  tokensBefore: number | null;
  tokensAfter: number | null;
  /** Launch: the subagent's name; model: the new one. Foreign text. */
  label: string | null;
  /** Launch: the subagent's thread. */
  thread?: string;
  /** Compaction: whether the agent did it by itself; absent = not told. */
  automatic?: boolean;
  /** Pause: so many prompt tokens were sent anew, and what they cost beyond what reading them from the cache had; absent = unpriced. */
  rewritten?: number;
  extraUsd?: number;
}

/** The shortest life of a provider's prompt cache. */
const CACHE_LIFE_MS = 5 * 60_000;
/** A cache counts as expired when less than this share of what it could hold was read from it. */
const EXPIRED_SHARE = 0.5;

/** What happened in a thread, in order of time. @param requests the thread's, oldest first */
export function turnEvents(
  reader: Reader,
  agent: string,
  sessionId: string,
  thread: string,
  requests: readonly StoredRequest[],
): TurnEvent[] {
  const turnAt = (atMs: number): number => {
    let [low, high] = [0, requests.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((requests[middle] as StoredRequest).atMs <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const breaks = threadBoundaries(reader, agent, sessionId, thread).map(
    ({ kind, atMs, tokensBefore, tokensAfter, automatic }): TurnEvent => ({
      kind,
      atMs,
      turn: turnAt(atMs),
      tokensBefore,
      tokensAfter,
      label: null,
      ...(automatic === null ? {} : { automatic: automatic === 1 }),
    }),
  );
  const launches = launchesFrom(reader, agent, sessionId, thread).map(
    ({ atMs, name, thread: launched }): TurnEvent => ({
      ...plainEvent('launch', atMs, turnAt(atMs)),
      label: name,
      thread: launched,
    }),
  );
  const boundaryTurns = new Set(breaks.map((event) => event.turn));
  return [...breaks, ...launches, ...changesBetween(requests, boundaryTurns, storedCosts(reader))].sort(
    (a, b) => a.turn - b.turn || a.atMs - b.atMs,
  );
}

const plainEvent = (kind: TurnEvent['kind'], atMs: number, turn: number): TurnEvent => ({
  kind,
  atMs,
  turn,
  tokensBefore: null,
  tokensAfter: null,
  label: null,
});

/** Switches of the model, and pauses after which the cache was cold. */
function changesBetween(
  requests: readonly StoredRequest[],
  boundaryTurns: ReadonlySet<number>,
  costs: CostDivider,
): TurnEvent[] {
  const events: TurnEvent[] = [];
  for (let turn = 1; turn < requests.length; turn++) {
    const before = requests[turn - 1] as StoredRequest;
    const request = requests[turn] as StoredRequest;
    if (request.model !== before.model)
      events.push({ ...plainEvent('model', request.atMs, turn), label: request.model });
    else if (!boundaryTurns.has(turn)) {
      const rewritten = sentAnew(before, request);
      if (rewritten === undefined) continue;
      const extraUsd = extraCost(request, rewritten, costs);
      events.push({
        ...plainEvent('pause', request.atMs, turn),
        rewritten,
        ...(extraUsd !== undefined && { extraUsd }),
      });
    }
  }
  return events;
}

/** How much of a prompt had been in the cache and was sent anew, if the cache had expired. */
function sentAnew(before: StoredRequest, request: StoredRequest): number | undefined {
  if (request.atMs - before.atMs < CACHE_LIFE_MS) return undefined;
  const cacheable = before.cacheRead + before.cacheWrite5m + before.cacheWrite1h;
  const promptTokens = request.cacheRead + request.cacheWrite5m + request.cacheWrite1h + request.input;
  const kept = Math.min(cacheable, promptTokens);
  if (kept === 0 || request.cacheRead >= kept * EXPIRED_SHARE) return undefined;
  return kept - request.cacheRead;
}

/** What tokens of a prompt cost beyond the price of reading them from the cache, at the mean price of what was not. */
function extraCost(request: StoredRequest, tokens: number, costs: CostDivider): number | undefined {
  const rates = costs({ ...request, usage: request })?.rates;
  const fresh = request.input + request.cacheWrite5m + request.cacheWrite1h;
  if (!rates || fresh === 0) return undefined;
  const cost =
    request.input * rates.input + request.cacheWrite5m * rates.cacheWrite5m + request.cacheWrite1h * rates.cacheWrite1h;
  return Math.max(0, tokens * (cost / fresh - rates.cacheRead));
}

/** The subagents that a thread launched, with the time of their first request. Who is not known to have launched one is the main thread. */
function launchesFrom(
  reader: Reader,
  agent: string,
  sessionId: string,
  thread: string,
): { thread: string; name: string; atMs: number }[] {
  return reader.all(
    `SELECT t.thread, t.agent_name AS name, min(l.at_ms) AS atMs
    FROM threads t JOIN sessions s ON s.id = t.session_id JOIN usage_logs l ON l.session_id = t.session_id AND l.thread = t.thread
    WHERE s.agent = :agent AND s.session_key = :sessionId AND t.thread <> 'main' AND coalesce(t.parent_thread, 'main') = :thread
    GROUP BY t.id ORDER BY min(l.at_ms), t.id`,
    { ':agent': agent, ':sessionId': sessionId, ':thread': thread },
  );
}
