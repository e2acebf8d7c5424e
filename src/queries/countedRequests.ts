import { type CostDivider, costDivider } from '../ledger/classRates.ts';
import { type OwnerSums, TOKEN_CLASSES } from '../ledger/ownerSums.ts';
import { priceBook } from '../ledger/priceBook.ts';
import type { CountedRequest } from '../ledger/replay.ts';
import { priceSources } from '../store/priceSources.ts';
import type { Reader, SqlParams } from '../store/reader.ts';
import type { KindSums } from './usageWindow.ts';

/** A stored request as a replay needs it, and where its log is. */
export interface StoredRequest extends KindSums {
  /** Row ids. */
  session: number;
  file: number;
  thread: string;
  /** `null` = its file tells no log. */
  turn: number | null;
  atMs: number;
  provider: string;
  model: string;
  tier: string | null;
  webSearches: number;
  costUsd: number | null;
  /** Where its price comes from; `null` = unpriced. */
  priceSource: string | null;
  estimated: 0 | 1;
  /** JSON: kinds of the tool calls that the reply made. */
  openedKinds: string | null;
}

/** The requests that meet a condition over `usage_logs l` and `sessions s`, oldest first. */
export function storedRequests(reader: Reader, condition: string, params: SqlParams): StoredRequest[] {
  return reader.all<StoredRequest>(
    `SELECT l.session_id AS session, l.source_file_id AS file, l.thread, l.turn, l.at_ms AS atMs, l.provider, l.model, l.tier,
      l.web_searches AS webSearches, l.cost_usd AS costUsd, l.price_source AS priceSource, l.estimated, l.opened_kinds AS openedKinds, l.input_tokens AS input,
      l.cache_read_tokens AS cacheRead, l.cache_write_5m_tokens AS cacheWrite5m, l.cache_write_1h_tokens AS cacheWrite1h,
      l.output_tokens AS output
    FROM usage_logs l JOIN sessions s ON s.id = l.session_id
    WHERE ${condition} ORDER BY l.at_ms, l.id`,
    params,
  );
}

/** The log of one thread's prompts, as one file tells it. */
export interface StoredLog {
  session: number;
  file: number;
  thread: string;
  /** In order. */
  parts: string[];
}

/** The logs of the sessions that a condition over `holdings h` and `sessions s` names. */
export function storedLogs(reader: Reader, condition: string, params: SqlParams): Map<string, StoredLog> {
  const logs = new Map<string, StoredLog>();
  const rows = reader.all<Omit<StoredLog, 'parts'> & { turns: string }>(
    `SELECT h.session_id AS session, h.file_id AS file, h.thread, h.turns
    FROM holdings h JOIN sessions s ON s.id = h.session_id
    WHERE ${condition} ORDER BY h.session_id, h.thread, h.file_id, h.part`,
    params,
  );
  for (const { turns, ...place } of rows) {
    const key = logKey(place);
    const log = logs.get(key) ?? { ...place, parts: [] };
    log.parts.push(turns);
    logs.set(key, log);
  }
  return logs;
}

/** Which log a request's turn is of. */
export const logKey = ({ session, file, thread }: Pick<StoredLog, 'session' | 'file' | 'thread'>): string =>
  `${session} ${file} ${thread}`;

/** Divides costs by the prices that hold in this store. */
export function storedCosts(reader: Reader): CostDivider {
  const book = priceBook(priceSources(reader));
  return costDivider((request, promptTokens) => book.ratesOf(request, promptTokens));
}

/** Requests by log, each by ascending turn, with their rates; what a web search cost goes to the web. */
export function countedRequests(
  requests: readonly StoredRequest[],
  costs: CostDivider,
  sums: OwnerSums,
): Map<string, CountedRequest[]> {
  const counted = new Map<string, CountedRequest[]>();
  for (const request of requests) {
    const divided = costs({ ...request, usage: request });
    if (divided && divided.searchesUsd > 0) {
      const web = sums.of('web', '');
      web.costUsd += divided.searchesUsd;
      web.isPriced = true;
    }
    const key = logKey(request);
    const ofLog = counted.get(key) ?? [];
    ofLog.push({ turn: request.turn ?? -1, usage: request, rates: divided?.rates });
    counted.set(key, ofLog);
  }
  for (const ofLog of counted.values()) ofLog.sort((a, b) => a.turn - b.turn);
  return counted;
}

/** What one owner was sent and made to generate. */
export interface ItemUse {
  kind: string;
  /** File, program, host, MCP tool or subagent; empty = the kind's unnamed rest. Foreign text. */
  target: string;
  calls: number;
  inWindow: number;
  spent: KindSums;
  /** Over the requests that have a price; `null` = none has. */
  costUsd: number | null;
  /** Tokens that entered the prompt. */
  entered: number;
  /** Prompt tokens spent by entered ones: how often one was paid; `null` when nothing entered. */
  carry: number | null;
}

/** Sums as items, most spent first; owners of nothing are left out. */
export function itemsOf(sums: OwnerSums): ItemUse[] {
  const total = ({ spent }: Pick<ItemUse, 'spent'>): number =>
    TOKEN_CLASSES.reduce((sum, tokenClass) => sum + spent[tokenClass], 0);
  return sums
    .all()
    .filter((sum) => total(sum) + sum.inWindow + sum.calls > 0)
    .map(({ kind, target, calls, inWindow, spent, costUsd, isPriced, entered }) => ({
      kind,
      target,
      calls,
      inWindow,
      spent: { ...spent },
      costUsd: isPriced ? costUsd : null,
      entered,
      carry: entered > 0 ? (total({ spent }) - spent.output) / entered : null,
    }))
    .sort(
      (a, b) =>
        total(b) - total(a) || b.inWindow - a.inWindow || compare(a.kind, b.kind) || compare(a.target, b.target),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
