import { MAIN_THREAD } from '../agents/event.ts';
import { mergeRequests } from '../ledger/mergeRequests.ts';
import type { KindShare, RequestRow } from '../ledger/rows.ts';
import type { Connection } from './connection.ts';
import type { PriceList } from './priceList.ts';
import type { SqlValue } from './reader.ts';
import type { ThreadNames } from './renameThread.ts';
import type { RolledRequest, Rollup } from './rollup.ts';
import type { SessionIds } from './sessionIds.ts';
import { slotOf } from './slot.ts';

/** Where the rows being written come from. */
export interface Source {
  agent: string;
  user: string;
  /** Row id of the file's cursor. */
  fileId: number;
  /** The rows come from a whole reading: offsets of before mean nothing any more. */
  isWhole: boolean;
}

/** Stores requests, each once however often it comes. */
export type WriteRequest = (row: RequestRow, source: Source) => void;

/** A stored request: its row as the ledger knows it, and what the store added. */
interface Stored {
  id: number;
  row: RequestRow;
  sessionId: number;
  fileId: number;
  costUsd: number | null;
  startsTask: boolean;
}

export function requestWriter(
  connection: Connection,
  sessions: SessionIds,
  prices: PriceList,
  rollup: Rollup,
  names: ThreadNames,
): WriteRequest {
  const rolled = (stored: Stored): RolledRequest => ({
    ...stored.row,
    slot: slotOf(stored.row.atMs),
    sessionId: stored.sessionId,
    costUsd: stored.costUsd,
    startsTask: stored.startsTask,
  });

  /** Writes the row with its price, shares and sums; its task stays with whoever began it until `settleTask`. */
  const put = (id: number | undefined, row: RequestRow, source: Source): Stored => {
    const sessionId = sessions.of(source.agent, source.user, row.sessionId);
    const price = prices.priceOf(row);
    const costUsd = price?.costUsd ?? null;
    const { usage } = row;
    const promptTokens = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
    const values = [
      sessionId,
      row.thread,
      row.agentName,
      row.messageId,
      row.provider,
      row.model,
      row.atMs,
      slotOf(row.atMs),
      promptTokens,
      usage.output,
      promptTokens + usage.output,
      usage.input,
      usage.cacheRead,
      usage.cacheWrite5m,
      usage.cacheWrite1h,
      usage.output,
      usage.reasoning,
      costUsd,
      price?.source,
      row.tier,
      row.webSearches,
      row.recordedUsd,
      Number(row.estimated),
      Number(row.isCopy),
      row.openedKinds?.length ? JSON.stringify(row.openedKinds) : null,
      row.taskId,
      source.fileId,
      row.offset,
    ];
    if (id === undefined) {
      id = connection.first(INSERT_REQUEST, [...values, source.agent, row.requestId])?.[0] as number;
    } else {
      connection.run(UPDATE_REQUEST, [...values, id]);
      connection.run('DELETE FROM tool_usage WHERE request_id = ?', [id]);
    }
    for (const { kind, usage: share } of row.shares) {
      connection.run(INSERT_SHARE, [
        id,
        kind,
        share.input,
        share.cacheRead,
        share.cacheWrite5m,
        share.cacheWrite1h,
        share.output,
      ]);
    }
    const stored = { id, row, sessionId, fileId: source.fileId, costUsd, startsTask: false };
    rollup.add(rolled(stored));
    return stored;
  };

  const setStartsTask = (stored: Stored, startsTask: boolean): void => {
    if (stored.startsTask === startsTask) return;
    rollup.remove(rolled(stored));
    stored.startsTask = startsTask;
    rollup.add(rolled(stored));
    connection.run('UPDATE usage_logs SET starts_task = ? WHERE id = ?', [Number(startsTask), stored.id]);
  };

  /**
   * A task begins with one request, but copies of the prompt in forks may stand before other requests: the earliest counts, so that the
   * order in which files are read does not matter.
   */
  const settleTask = (taskId: string, agent: string): void => {
    const rows = connection.all<{ key: string }>(TASK_REQUESTS, { ':taskId': taskId, ':agent': agent });
    rows.forEach(({ key }, index) => {
      const stored = find(key, agent);
      if (stored) setStartsTask(stored, index === 0);
    });
  };

  const find = (requestId: string, agent: string): Stored | undefined => {
    const found = connection.first(FIND_REQUEST, [requestId, agent]);
    if (!found) return undefined;
    const stored = storedRequest(requestId, found);
    stored.row.shares = connection
      .all<Record<'kind', string> & KindShare['usage']>(FIND_SHARES, { ':id': stored.id })
      .map(({ kind, ...usage }) => ({ kind, usage }) as KindShare);
    return stored;
  };

  /** Remembers where a request stands besides the file that it is counted in. */
  const sight = (id: number, fileId: number, row: RequestRow): void => {
    connection.run(UPSERT_SIGHTING, [id, fileId, row.offset, Number(row.isCopy)]);
  };

  /** A subagent's file may not know its name, and another may have told it. */
  const named = (row: RequestRow, { agent, user }: Source): RequestRow => {
    if (row.agentName !== row.thread || row.thread === MAIN_THREAD) return row;
    return { ...row, agentName: names.of(sessions.of(agent, user, row.sessionId), row.thread) ?? row.agentName };
  };

  return (unnamed, source) => {
    const row = named(unnamed, source);
    const kept = find(row.requestId, source.agent);
    if (!kept) {
      put(undefined, { ...row, shares: wholeShares(row.shares) }, source);
      if (row.taskId !== undefined) settleTask(row.taskId, source.agent);
      return;
    }
    // The same record read on or read again: what is known now replaces what was known then, where the two are of equal rank.
    const sameRecord =
      kept.fileId === source.fileId &&
      (source.isWhole
        ? kept.row.sessionId === row.sessionId && kept.row.thread === row.thread
        : kept.row.offset === row.offset);
    const merged = sameRecord ? mergeRequests(row, { ...kept.row, offset: row.offset }) : mergeRequests(kept.row, row);
    // An estimate has no maximum: read again as a whole, it is what it is now, and nothing beside what was once recorded.
    if (sameRecord && source.isWhole && (kept.row.estimated || row.estimated)) {
      const known = kept.row.estimated ? row : kept.row;
      merged.usage = { ...known.usage };
      merged.recordedUsd = known.recordedUsd;
      merged.shares = known.shares;
    }
    // A document tells what is so now: unless the request stands in other files too, an interim figure does not outlive it.
    if (sameRecord && source.isWhole && !row.estimated && !connection.first(FIND_SIGHTING, [kept.id])) {
      merged.usage = { ...row.usage };
      merged.recordedUsd = row.recordedUsd;
      merged.shares = row.shares;
      merged.estimated = false;
    }
    merged.shares = wholeShares(merged.shares);
    if (kept.fileId !== source.fileId) {
      sight(kept.id, kept.fileId, kept.row);
      sight(kept.id, source.fileId, row);
    }
    if (sameRow(merged, kept.row)) return;
    const isFromHere =
      merged.sessionId === row.sessionId && merged.thread === row.thread && merged.offset === row.offset;
    rollup.remove(rolled(kept));
    put(kept.id, merged, { ...source, fileId: isFromHere ? source.fileId : kept.fileId });
    for (const taskId of new Set([kept.row.taskId, merged.taskId])) {
      if (taskId !== undefined) settleTask(taskId, source.agent);
    }
  };
}

/** Shares without empty ones, each kind once. */
function wholeShares(shares: readonly KindShare[]): KindShare[] {
  return shares
    .filter(({ usage }) => usage.input || usage.cacheRead || usage.cacheWrite5m || usage.cacheWrite1h || usage.output)
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** Whether storing `a` over `b` would change nothing. Shares of both are sorted by kind. */
function sameRow(a: RequestRow, b: RequestRow): boolean {
  const plain = (row: RequestRow): string => {
    const { shares, usage, ...rest } = row;
    const facts = Object.entries(rest).filter(([, value]) => value !== undefined);
    return JSON.stringify([
      facts.sort(([left], [right]) => (left < right ? -1 : 1)),
      usageValues(usage),
      usage.reasoning,
      shares.map((share) => [share.kind, ...usageValues(share.usage)]),
    ]);
  };
  return plain(a) === plain(b);
}

const usageValues = (usage: KindShare['usage']): number[] => [
  usage.input,
  usage.cacheRead,
  usage.cacheWrite5m,
  usage.cacheWrite1h,
  usage.output,
];

function storedRequest(requestId: string, found: SqlValue[]): Stored {
  const text = (index: number): string => found[index] as string;
  const optional = (index: number): string | undefined => (found[index] as string | null) ?? undefined;
  const number = (index: number): number => found[index] as number;
  return {
    id: number(0),
    sessionId: number(1),
    fileId: number(2),
    costUsd: found[3] as number | null,
    startsTask: found[4] === 1,
    row: {
      requestId,
      sessionId: text(5),
      thread: text(6),
      agentName: text(7),
      messageId: optional(8),
      provider: text(9),
      model: text(10),
      atMs: number(11),
      usage: {
        input: number(12),
        cacheRead: number(13),
        cacheWrite5m: number(14),
        cacheWrite1h: number(15),
        output: number(16),
        reasoning: number(17),
      },
      tier: optional(18),
      webSearches: number(19),
      estimated: found[20] === 1,
      isCopy: found[21] === 1,
      taskId: optional(22),
      offset: number(23),
      recordedUsd: (found[25] as number | null) ?? undefined,
      openedKinds: optional(24) === undefined ? undefined : (JSON.parse(text(24)) as RequestRow['openedKinds']),
      shares: [],
    },
  };
}

const FIND_REQUEST = `
  SELECT l.id, l.session_id, l.source_file_id, l.cost_usd, l.starts_task, s.session_key, l.thread, l.agent_name, l.message_id, l.provider,
    l.model, l.at_ms, l.input_tokens, l.cache_read_tokens, l.cache_write_5m_tokens, l.cache_write_1h_tokens, l.output_tokens,
    l.reasoning_tokens, l.tier, l.web_searches, l.estimated, l.is_copy, l.task_id, l.source_offset, l.opened_kinds, l.recorded_usd
  FROM usage_logs l JOIN sessions s ON s.id = l.session_id
  WHERE l.request_key = ? AND l.agent = ?`;

const FIND_SHARES = `
  SELECT kind, input_tokens AS input, cache_read_tokens AS cacheRead, cache_write_5m_tokens AS cacheWrite5m,
    cache_write_1h_tokens AS cacheWrite1h, output_tokens AS output
  FROM tool_usage WHERE request_id = :id ORDER BY kind`;

const TASK_REQUESTS = `
  SELECT request_key AS key FROM usage_logs WHERE task_id = :taskId AND agent = :agent
  ORDER BY is_copy, at_ms, request_key`;

const INSERT_REQUEST = `
  INSERT INTO usage_logs (session_id, thread, agent_name, message_id, provider, model, at_ms, slot, prompt_tokens, completion_tokens,
    total_tokens, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens,
    cost_usd, price_source, tier, web_searches, recorded_usd, estimated, is_copy, opened_kinds, task_id, source_file_id, source_offset, agent, request_key,
    starts_task)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
  RETURNING id`;

const UPDATE_REQUEST = `
  UPDATE usage_logs SET session_id = ?, thread = ?, agent_name = ?, message_id = ?, provider = ?, model = ?, at_ms = ?, slot = ?,
    prompt_tokens = ?, completion_tokens = ?, total_tokens = ?, input_tokens = ?, cache_read_tokens = ?, cache_write_5m_tokens = ?,
    cache_write_1h_tokens = ?, output_tokens = ?, reasoning_tokens = ?, cost_usd = ?, price_source = ?, tier = ?, web_searches = ?,
    recorded_usd = ?, estimated = ?, is_copy = ?, opened_kinds = ?, task_id = ?, source_file_id = ?, source_offset = ?, starts_task = 0
  WHERE id = ?`;

const FIND_SIGHTING = 'SELECT 1 FROM sightings WHERE request_id = ? LIMIT 1';

const UPSERT_SIGHTING = `
  INSERT INTO sightings (request_id, file_id, offset_bytes, is_copy) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET offset_bytes = min(offset_bytes, excluded.offset_bytes), is_copy = min(is_copy, excluded.is_copy)`;

const INSERT_SHARE = `
  INSERT INTO tool_usage (request_id, kind, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
    output_tokens)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
