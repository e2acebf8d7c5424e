import type { SqlParams } from '../store/reader.ts';
import { SLOT_MS } from '../store/slot.ts';

/** Whose requests a question is about. All that is given must hold; an absent filter lets everything pass. */
export interface UsageFilters {
  /** Agent ids; empty or absent = all. */
  agents?: readonly string[];
  /** `main`, or the type of a subagent. */
  agentName?: string;
  provider?: string;
  model?: string;
  /** Sessions whose workspace is this folder or lies below it; empty = those without one. */
  workspace?: string;
  /** `<agent id>:<session id>` */
  session?: string;
  /** Empty = sessions whose agent tells none. */
  account?: string;
  /** Login name on this machine. */
  user?: string;
  /** Sessions in which this kind ever owned tokens. */
  usedKind?: string;
  /** Sessions that ever carried this item of a kind. */
  usedItem?: UsedItem;
}

/** A file, program, host, MCP tool or subagent below its kind. */
export interface UsedItem {
  kind: string;
  target: string;
}

/** Which requests a question is about: `[sinceMs, untilMs)`, and the filters. */
export interface UsageWindow extends UsageFilters {
  /** `undefined` = since the beginning. */
  sinceMs?: number;
  /** `undefined` = without end (clocks may be wrong, so not "now"). */
  untilMs?: number;
}

/** Sums over requests. Tokens are integers; `input` excludes the cache, `output` includes `reasoning`. */
export interface UsageSums {
  tasks: number;
  turns: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  reasoning: number;
  /** Sum over the turns that have a price. */
  costUsd: number;
  unpricedTurns: number;
  estimatedTurns: number;
}

/** Tokens of one owner; the part of `UsageSums` that is known per kind. */
export type KindSums = Pick<UsageSums, 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>;

/** Whether a request's cost is shown nowhere, over `caller_id`. */
export const HAS_NO_COST = 'caller_id IN (SELECT id FROM callers WHERE cost_shown = 2)';

/**
 * The common head of the questions: `used` = the requests of the window, added up by caller and quarter of an hour. Whole quarter hours come
 * from the rollup, what a window cuts off at its two ends from the single requests, so any window is exact and an aligned one is fast.
 */
export const USED = `
  WITH used AS (
    SELECT slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
      reasoning_tokens, iif(${HAS_NO_COST}, 0, cost_usd) AS cost_usd, iif(${HAS_NO_COST}, 0, unpriced_turns) AS unpriced_turns, estimated_turns
    FROM caller_slots WHERE slot >= :first AND slot < :end
    UNION ALL
    SELECT at_ms / ${SLOT_MS}, caller_id, starts_task, 1, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
      cache_write_1h_tokens, reasoning_tokens, iif(${HAS_NO_COST}, 0, coalesce(cost_usd, 0)), iif(${HAS_NO_COST}, 0, cost_usd IS NULL), estimated
    FROM requests
    WHERE (at_ms >= :headMs AND at_ms < :headEndMs) OR (at_ms >= :tailMs AND at_ms < :tailEndMs)
  )`;

/** A session's folder with forward slashes and a small drive letter: the same Windows path is written in several ways. */
const WORKSPACE = `CASE WHEN substr(s.workspace, 2, 1) = ':'
    THEN lower(substr(s.workspace, 1, 1)) || replace(substr(s.workspace, 2), '\\', '/') ELSE coalesce(s.workspace, '') END`;

/** The filters that are about sessions, over `sessions s`. */
export const OF_SESSION = `
  (:agents IS NULL OR s.agent IN (SELECT value FROM json_each(:agents)))
  AND (:workspace IS NULL OR ${WORKSPACE} = :workspace OR substr(${WORKSPACE}, 1, length(:below)) = :below)
  AND (:session IS NULL OR s.agent || ':' || s.session_key = :session)
  AND (:user IS NULL OR s.user = :user)
  AND (:usedKind IS NULL OR s.id IN (SELECT k.session_id FROM kind_days k WHERE instr(k.shares, :usedKind) > 0))
  AND (:usedItem IS NULL OR s.id IN (SELECT h.session_id FROM holdings h WHERE instr(h.turns, :usedItem) > 0))`;

/** Whose a request is, over `callers c` and `sessions s`: the user's account, else the one that the agent tells. */
export const ACCOUNT = 'coalesce(c.account, s.account)';

/** The filters that are about who made a request, over `callers c` and `sessions s`. */
export const OF_CALLER = `
  (:account IS NULL OR coalesce(${ACCOUNT}, '') = :account) AND (:agentName IS NULL OR c.agent_name = :agentName) AND (:provider IS NULL OR c.provider = :provider)
  AND (:model IS NULL OR c.model = :model)`;

/** The same over `usage_logs l`, which has those columns too. */
export const OF_LISTED = OF_CALLER.replaceAll('c.', 'l.');

/** Whether only some threads, models or accounts of a session count. */
export const isByCaller = ({ agentName, provider, model, account }: UsageFilters): boolean =>
  agentName !== undefined || provider !== undefined || model !== undefined || account !== undefined;

/** The columns of `UsageSums`, over `used u`. */
export const SUMS = `
  coalesce(sum(u.tasks), 0) AS tasks, coalesce(sum(u.turns), 0) AS turns,
  coalesce(sum(u.input_tokens), 0) AS input, coalesce(sum(u.output_tokens), 0) AS output,
  coalesce(sum(u.cache_read_tokens), 0) AS cacheRead, coalesce(sum(u.cache_write_5m_tokens), 0) AS cacheWrite5m,
  coalesce(sum(u.cache_write_1h_tokens), 0) AS cacheWrite1h, coalesce(sum(u.reasoning_tokens), 0) AS reasoning,
  coalesce(sum(u.cost_usd), 0) AS costUsd, coalesce(sum(u.unpriced_turns), 0) AS unpricedTurns,
  coalesce(sum(u.estimated_turns), 0) AS estimatedTurns`;

/** Sorts by tokens, most first; names what is equal. */
export const TOKENS = `sum(u.input_tokens + u.output_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens)`;

/** Times beyond any record: before the first and after the last that a date can hold. */
const BEGINNING_MS = -8.64e15;
const END_MS = 8.64e15;

/** The parameters of `USED` and `OF_SESSION`: the whole slots of the window, its cut-off ends, and the filters. */
export const windowParams = (window: UsageWindow): SqlParams => ({
  ...wholeParts(window, SLOT_MS),
  ...filterParams(window),
});

/** The whole parts of a window, of a length, by number (`:first` to before `:end`), and its ends, which cut one. */
export function wholeParts(window: UsageWindow, lengthMs: number): SqlParams {
  const sinceMs = window.sinceMs ?? BEGINNING_MS;
  const untilMs = Math.max(window.untilMs ?? END_MS, sinceMs);
  const first = Math.ceil(sinceMs / lengthMs);
  const end = Math.max(Math.floor(untilMs / lengthMs), first);
  const headEndMs = Math.min(first * lengthMs, untilMs);
  return {
    ':first': first,
    ':end': end,
    ':headMs': sinceMs,
    ':headEndMs': headEndMs,
    ':tailMs': Math.max(end * lengthMs, headEndMs),
    ':tailEndMs': untilMs,
  };
}

/** The parameters of `OF_SESSION` and `OF_CALLER`. */
export function filterParams(filters: UsageFilters): SqlParams {
  const { agents, agentName, provider, model, session, account, user, usedKind, usedItem } = filters;
  const workspace = filters.workspace === undefined ? null : plainFolder(filters.workspace);
  return {
    ':agents': agents?.length ? JSON.stringify(agents) : null,
    ':workspace': workspace,
    ':below': !workspace || workspace.endsWith('/') ? workspace || null : `${workspace}/`,
    ':session': session ?? null,
    ':account': account ?? null,
    ':user': user ?? null,
    // As they stand in the JSON that is stored.
    ':usedKind': usedKind === undefined ? null : `[${JSON.stringify(usedKind)},`,
    ':usedItem': usedItem === undefined ? null : JSON.stringify([usedItem.kind, usedItem.target]),
    ':agentName': agentName ?? null,
    ':provider': provider ?? null,
    ':model': model ?? null,
  };
}

function plainFolder(path: string): string {
  const isWindows = /^[A-Za-z]:/.test(path);
  const plain = isWindows ? path.charAt(0).toLowerCase() + path.slice(1).replaceAll('\\', '/') : path;
  return plain.replace(/(?<=.)\/+$/, '');
}
