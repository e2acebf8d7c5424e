import type { AgentEvent, SessionId, ThreadId } from '../agents/event.ts';
import type { JsonValue } from '../transcripts/json.ts';
import { clampNames } from './clampNames.ts';
import { requestRow } from './openRequest.ts';
import { type LedgerRows, type LimitRow, noRows, type SessionRow } from './rows.ts';
import { openThread, type SavedThread, savedThread } from './savedThread.ts';
import { foldEvent } from './threadFold.ts';
import { holdingsRow, launchRow, threadRow } from './threadRow.ts';
import { newThread, type ThreadState } from './threadState.ts';

/** Folds the events of one file, in order, into rows. What it remembers between records is plain data in `state()`. */
export interface FileFold {
  /** @param offset byte offset of the record that the event came from */
  apply(event: AgentEvent, offset: number): void;
  /** The rows that changed since the last call. */
  takeRows(): LedgerRows;
  state(): JsonValue;
}

/** Raised whenever the shape of the state changes: files are then read anew, which changes no row. */
const STATE_VERSION = 11;

interface FileState {
  version: typeof STATE_VERSION;
  threads: { sessionId: SessionId; thread: ThreadId; state: SavedThread }[];
}

interface OpenThread {
  sessionId: SessionId;
  thread: ThreadId;
  state: ThreadState;
}

/**
 * A fold for a file, new or continued.
 *
 * @param saved a `state()` of before
 * @returns `undefined` when the saved state has another shape: the file must be read anew from its beginning
 */
export function openFileFold(saved?: JsonValue): FileFold | undefined {
  if (saved !== undefined && !isFileState(saved)) return undefined;
  const threads: OpenThread[] =
    saved === undefined ? [] : saved.threads.map((entry) => ({ ...entry, state: openThread(entry.state) }));
  const index = new Map(threads.map((entry) => [keyOf(entry.sessionId, entry.thread), entry]));
  const changed = new Set<OpenThread>();
  let rows = noRows();

  /** Nearly always the next event is of the same thread. */
  let newest: OpenThread | undefined;

  const threadOf = (sessionId: SessionId, thread: ThreadId): OpenThread => {
    if (newest && newest.sessionId === sessionId && newest.thread === thread) return newest;
    const key = keyOf(sessionId, thread);
    let entry = index.get(key);
    if (!entry) {
      entry = { sessionId, thread, state: newThread(thread) };
      index.set(key, entry);
      threads.push(entry);
    }
    newest = entry;
    return entry;
  };

  return {
    apply(told, offset) {
      const event = clampNames(told);
      const entry = threadOf(event.sessionId, event.thread);
      foldEvent(entry.state, event, offset);
      changed.add(entry);
      addPlainRows(rows, event);
    },
    takeRows() {
      for (const { sessionId, thread, state } of changed) {
        const { agentName } = state;
        const owner = { sessionId, thread, agentName };
        for (const request of state.settled) rows.requests.push(requestRow(request, owner));
        for (const request of state.recent) {
          if (request.isTouched) rows.requests.push(requestRow(request, owner));
          request.isTouched = false;
        }
        state.settled = [];
        // A thread known only from copies is another file's to describe.
        const isOwn = state.recent.length === 0 || !state.onlyCopies;
        const row = isOwn ? threadRow(state, sessionId, thread) : undefined;
        if (row) rows.threads.push(row);
        if (state.log.requests > 0 || (row && row.lastAtMs + row.contextTokens > 0))
          rows.holdings.push(holdingsRow(state, sessionId, thread));
        if (!isOwn && state.launchCallId !== undefined) rows.threads.push(launchRow(state, sessionId, thread));
      }
      changed.clear();
      const taken = rows;
      rows = noRows();
      return taken;
    },
    state: () =>
      ({
        version: STATE_VERSION,
        threads: threads.map((entry) => ({ ...entry, state: savedThread(entry.state) })),
      }) as unknown as JsonValue,
  };
}

const keyOf = (sessionId: SessionId, thread: ThreadId): string => `${sessionId}\n${thread}`;

function isFileState(value: JsonValue): value is JsonValue & FileState {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === STATE_VERSION;
}

/** Rows that need no fold: they pass through. */
function addPlainRows(rows: LedgerRows, event: AgentEvent): void {
  const { sessionId, thread } = event;
  switch (event.type) {
    case 'session':
      addSession(rows, {
        sessionId,
        parentSessionId: event.parentSessionId,
        title: event.title,
        workspace: event.workspace,
        gitBranch: event.gitBranch,
        account: event.account,
        version: event.version,
        startedAtMs: event.startedAtMs,
        lastAtMs: event.startedAtMs,
      });
      return;
    case 'task':
    case 'request':
      addTime(rows, sessionId, event.atMs);
      return;
    case 'boundary':
      addSession(rows, { sessionId, lastAtMs: event.atMs });
      rows.boundaries.push({
        sessionId,
        thread,
        kind: event.kind,
        atMs: event.atMs,
        isAutomatic: event.isAutomatic,
        tokensBefore: event.tokensBefore,
        tokensAfter: event.tokensAfter,
      });
      return;
    case 'limit':
      addLimit(rows, {
        sessionId,
        account: event.account,
        limitId: event.limitId ?? '',
        windowMinutes: event.windowMinutes,
        usedPercent: event.usedPercent,
        reached: event.reached,
        resetsAtMs: event.resetsAtMs,
        plan: event.plan,
        atMs: event.atMs,
      });
      return;
    case 'unlisted': {
      const { type: _, thread: __, ...unlisted } = event;
      rows.unlisted.push(unlisted);
      return;
    }
  }
}

/** A session was at work at this time. */
function addTime(rows: LedgerRows, sessionId: SessionId, atMs: number): void {
  const { sessions } = rows;
  // Nearly always there is but one.
  const first = sessions[0];
  const known = first?.sessionId === sessionId ? first : sessions.find((session) => session.sessionId === sessionId);
  if (!known) {
    sessions.push({ sessionId, startedAtMs: atMs, lastAtMs: atMs });
    return;
  }
  if (known.startedAtMs === undefined || atMs < known.startedAtMs) known.startedAtMs = atMs;
  if (known.lastAtMs === undefined || atMs > known.lastAtMs) known.lastAtMs = Math.max(0, atMs) || undefined;
}

/** Agents state their quotas with every call: one row of each per batch, the newest. */
function addLimit(rows: LedgerRows, row: LimitRow): void {
  const at = rows.limits.findIndex(
    ({ account, limitId, windowMinutes }) =>
      account === row.account && limitId === row.limitId && windowMinutes === row.windowMinutes,
  );
  if (at < 0) rows.limits.push(row);
  else if (row.atMs >= (rows.limits[at] as LimitRow).atMs) rows.limits[at] = row;
}

/** One row per session and batch: later facts win, the earliest start and the latest end count. */
function addSession(rows: LedgerRows, row: SessionRow): void {
  const known = rows.sessions.find((session) => session.sessionId === row.sessionId);
  if (!known) {
    rows.sessions.push(row);
    return;
  }
  const startedAtMs = Math.min(known.startedAtMs ?? Infinity, row.startedAtMs ?? Infinity);
  const lastAtMs = Math.max(known.lastAtMs ?? 0, row.lastAtMs ?? 0);
  for (const [key, value] of Object.entries(row)) if (value !== undefined) Object.assign(known, { [key]: value });
  known.startedAtMs = Number.isFinite(startedAtMs) ? startedAtMs : undefined;
  known.lastAtMs = lastAtMs || undefined;
}
