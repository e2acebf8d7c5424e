import { inFlight } from '../ledger/inFlight.ts';
import type { Kind } from '../ledger/kind.ts';
import { type OwnerSums, ownerSums } from '../ledger/ownerSums.ts';
import { replay } from '../ledger/replay.ts';
import type { Reader } from '../store/reader.ts';
import {
  countedRequests,
  type ItemUse,
  itemsOf,
  logKey,
  type StoredLog,
  type StoredRequest,
  storedCosts,
  storedLogs,
  storedRequests,
} from './countedRequests.ts';
import { type PricedUse, pricedUse } from './pricedUse.ts';
import { type TurnEvent, turnEvents } from './turnEvents.ts';
import type { KindSums } from './usageWindow.ts';

/** What consumed the tokens of one thread. */
export interface ThreadUse {
  /** Most spent first; an empty target = the kind's unnamed rest. */
  items: ItemUse[];
  /** The lens in flight, most first. Sums to the thread's requests in each class. */
  inFlight: KindUse[];
  /** The requests counted in this thread, oldest first. */
  turns: TurnUse[];
  /** What happened between turns. */
  events: TurnEvent[];
  /** Of the requests that items tell of. */
  prices: PricedUse;
}

export interface KindUse {
  kind: string;
  spent: KindSums;
  /** `null` = unpriced. */
  costUsd: number | null;
}

export interface TurnUse {
  /** From 1. */
  turn: number;
  atMs: number;
  /** Of the prompt. */
  contextTokens: number;
  outputTokens: number;
  model: string;
  /** The output is estimated. */
  isEstimated: boolean;
  /** Composition of the prompt; sums to `contextTokens`. */
  kinds: [kind: string, tokens: number][];
}

/**
 * What consumed the tokens of one thread: `main` or a subagent.
 *
 * @param range items and the lens in flight are those of these turns alone (numbers of `TurnUse`, both included), and `inWindow` is what the
 *   prompt of its last turn was made of; without it, of all turns and what is in the window now
 */
export function threadUse(
  reader: Reader,
  agent: string,
  sessionId: string,
  thread: string,
  range?: { from: number; to: number },
): ThreadUse {
  const found = findSession(reader, agent, sessionId, thread);
  const inRange = range ? found.requests.slice(range.from - 1, range.to) : found.requests;
  const last = range && inRange.at(-1);
  const window: ReplayedWindow | undefined = range ? last && { log: logKey(last), at: last.turn ?? -1 } : found.window;
  const sums = ownerSums();
  const compositions = new Map<string, TurnUse['kinds']>();
  replaySession(reader, { ...found, requests: inRange, window }, sums, (key, turn, kinds) =>
    compositions.set(`${key} ${turn}`, kinds),
  );
  const turns = found.requests.map((request, index) => turnUse(request, index, compositions));
  return {
    items: itemsOf(sums),
    inFlight: flown(inRange),
    turns,
    events: turnEvents(reader, agent, sessionId, thread, found.requests),
    prices: pricedUse(inRange.map(asUse)),
  };
}

const asUse = ({
  provider,
  costUsd,
  priceSource,
  estimated,
}: StoredRequest): Parameters<typeof pricedUse>[0][number] => ({
  provider,
  priceSource: costUsd === null ? null : priceSource,
  turns: 1,
  unpricedTurns: costUsd === null ? 1 : 0,
  estimatedTurns: estimated,
});

/** The owners of tokens in a session, over all its threads; `inWindow` is the main thread's, or the newest one's where that is missing. Most spent first. */
export function sessionItems(reader: Reader, agent: string, sessionId: string): ItemUse[] {
  const sums = ownerSums();
  replaySession(reader, findSession(reader, agent, sessionId), sums);
  return itemsOf(sums);
}

interface FoundSession {
  requests: StoredRequest[];
  logs: Map<string, StoredLog>;
  window?: ReplayedWindow;
}

/** What `inWindow` is: the end of a log, or the prompt of a turn. */
interface ReplayedWindow {
  log: string;
  at: 'now' | number;
}

/** @param thread only this one */
function findSession(reader: Reader, agent: string, sessionId: string, thread?: string): FoundSession {
  const params = { ':agent': agent, ':sessionId': sessionId, ':thread': thread ?? null };
  const isOfSession = 's.agent = :agent AND s.session_key = :sessionId';
  const [window] = reader.all<Pick<StoredLog, 'session' | 'file' | 'thread'>>(
    `SELECT t.session_id AS session, t.source_file_id AS file, t.thread FROM threads t JOIN sessions s ON s.id = t.session_id
    WHERE ${isOfSession} AND (t.thread = :thread OR :thread IS NULL AND (t.thread = 'main' OR t.last_at_ms > 0))
    ORDER BY t.thread <> 'main', t.last_at_ms DESC, t.id LIMIT 1`,
    params,
  );
  return {
    requests: storedRequests(reader, `${isOfSession} AND (:thread IS NULL OR l.thread = :thread)`, params),
    logs: storedLogs(reader, `${isOfSession} AND (:thread IS NULL OR h.thread = :thread)`, params),
    window: window && { log: logKey(window), at: 'now' },
  };
}

function replaySession(
  reader: Reader,
  { requests, logs, window }: FoundSession,
  sums: OwnerSums,
  onTurn?: (log: string, turn: number, kinds: TurnUse['kinds']) => void,
): void {
  const counted = countedRequests(requests, storedCosts(reader), sums);
  for (const key of new Set([...logs.keys(), ...counted.keys()])) {
    const ofLog = counted.get(key) ?? [];
    const windowAt = key === window?.log ? window.at : undefined;
    if (ofLog.length === 0 && windowAt === undefined && !onTurn) continue;
    replay(logs.get(key)?.parts ?? [], ofLog, sums, {
      ...(windowAt !== undefined && { window: windowAt }),
      ...(onTurn && {
        onTurn: ({ turn, byKind }) =>
          onTurn(
            key,
            turn,
            [...byKind].filter(([, tokens]) => tokens > 0),
          ),
      }),
    });
  }
}

function turnUse(request: StoredRequest, index: number, compositions: Map<string, TurnUse['kinds']>): TurnUse {
  const kinds = compositions.get(`${logKey(request)} ${request.turn}`);
  const promptTokens = request.input + request.cacheRead + request.cacheWrite5m + request.cacheWrite1h;
  return {
    turn: index + 1,
    atMs: request.atMs,
    contextTokens: kinds ? kinds.reduce((sum, [, tokens]) => sum + tokens, 0) : promptTokens,
    outputTokens: request.output,
    model: request.model,
    isEstimated: request.estimated === 1,
    kinds: kinds ?? (promptTokens > 0 ? [['unattributed', promptTokens]] : []),
  };
}

/** The lens in flight over requests, with what they cost. */
function flown(requests: readonly StoredRequest[]): KindUse[] {
  const flying = requests.map((request) => ({
    isSubagent: false,
    openedKinds: request.openedKinds === null ? [] : (JSON.parse(request.openedKinds) as Kind[]),
    usage: request,
    costUsd: request.costUsd,
  }));
  const total = ({ spent }: KindUse): number => Object.values(spent).reduce((sum, tokens) => sum + tokens, 0);
  return [...inFlight(flying)]
    .map(([kind, { costUsd, ...spent }]) => ({ kind, spent, costUsd }))
    .sort((a, b) => total(b) - total(a) || (a.kind < b.kind ? -1 : 1));
}
