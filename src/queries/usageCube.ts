import { COST_HIDDEN } from '../store/callerAccounts.ts';
import type { Reader } from '../store/reader.ts';
import type { ChangedSlots } from '../store/rollup.ts';
import { SLOT_MS } from '../store/slot.ts';
import type { CalendarSpan } from './calendar.ts';
import { callerMask } from './callerMask.ts';
import type { CallerUsageRow } from './callerUsage.ts';
import type { SpanSums } from './sumSpans.ts';
import type { UsageByAccountRow, UsageByUserRow, UsageByWorkspaceRow } from './usageByOwner.ts';
import { noUsage } from './usageSums.ts';
import { filterParams, type UsageFilters, type UsageWindow, wholeParts } from './usageWindow.ts';

/** The store, as far as the cube needs it. */
export interface CubeSource extends Reader {
  followSlots(): () => ChangedSlots;
  commits(): number;
  renames(): number;
}

/** What was used in a window. */
export interface CubeUsage {
  /** Sums of callers that are alike in all but their session; `session` is the row id of one of theirs. */
  used: CallerUsageRow[];
  /** Sums by owner, where those of callers do not tell them. */
  owners?: { workspace: UsageByWorkspaceRow[]; account: UsageByAccountRow[]; user: UsageByUserRow[] };
  /** Distinct sessions with requests. */
  sessions: number;
  /** The sessions with most tokens, most first. */
  ranked: {
    session: number;
    tokens: number;
    turns: number;
    costUsd: number;
    unpricedTurns: number;
    estimatedTurns: number;
  }[];
}

/**
 * The rollup `caller_slots` in memory, for a page that asks many questions of years of history at once. Follows the store: before an answer
 * what changed since the last one is read again. Its figures are those of `callerUsage`, `usageTotals` and `usageBySlot`.
 */
export interface UsageCube {
  usage(window: UsageWindow, rankedSessions?: number): CubeUsage;
  /** What was used in each span; they ascend without gaps. */
  spans(spans: readonly CalendarSpan[], filters: UsageFilters): SpanSums[];
}

/** Columns of a row: slot, caller, then the sums in the order of `SUM_NAMES`. */
const STRIDE = 13;
const SUMS_AT = 2;
const SUM_NAMES = [
  'tasks',
  'turns',
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'reasoning',
  'costUsd',
  'unpricedTurns',
  'estimatedTurns',
] as const;
const SUMS = SUM_NAMES.length;
/** Places in a row of the classes that make its tokens. */
const TOKENS_AT = [4, 5, 6, 7, 8];
const [TURNS_AT, COST_AT, UNPRICED_AT, ESTIMATED_AT] = [3, 10, 11, 12];

/** New rows are looked for one after the other. */
const MOST_UNSORTED = 2000;
/** Who wants more than so much of the past is told all of it at once. */
const MOST_PAST_MS = 200 * 86_400_000;
/** This month and the one before are read at once. */
const LEAST_PAST_MS = 62 * 86_400_000;
/** More callers or sessions than these are read with all others. */
const MOST_SINGLE = 4000;
/** Beyond any slot. */
const END_SLOT = 1e13;
/** Room for new rows. */
const SPARE = 1000;

const COLUMNS = `slot, caller_id, tasks, turns, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
  cache_write_1h_tokens, reasoning_tokens, cost_usd, unpriced_turns, estimated_turns`;

interface Caller {
  session: number;
  group: number;
  /** Who it is besides its session. */
  self: Pick<CallerUsageRow, 'agentName' | 'model' | 'provider' | 'tier' | 'priceSource' | 'costShown'> & {
    /** The user's account whose its requests are; `null` = the session's. */
    account: string | null;
  };
}

interface Session {
  agent: string;
  workspace: string | null;
  account: string | null;
  user: string;
}

/** What callers have in common that are counted together. */
type Group = Pick<
  CallerUsageRow,
  | 'session'
  | 'agent'
  | 'agentName'
  | 'model'
  | 'provider'
  | 'tier'
  | 'priceSource'
  | 'workspace'
  | 'account'
  | 'user'
  | 'costShown'
>;

type Row = Record<string, number>;

/** Rows one after the other, growing. */
interface Rows {
  data: Float64Array;
  length: number;
}

const addRow = (rows: Rows, row: Row): number => {
  const at = rows.length * STRIDE;
  if (at + STRIDE > rows.data.length) {
    const larger = new Float64Array(Math.max(64 * STRIDE, rows.data.length * 2));
    larger.set(rows.data);
    rows.data = larger;
  }
  rows.length++;
  writeRow(rows, at, row);
  return at;
};

const writeRow = (rows: Rows, at: number, row: Row): void => {
  let column = at;
  for (const name in row) rows.data[column++] = row[name] as number;
};

export function usageCube(source: CubeSource): UsageCube {
  /** In the order of the table's key up to `sorted`, those that came later behind them. */
  let rows: Rows = { data: new Float64Array(0), length: 0 };
  let sorted = 0;
  /** Rows of slots before this one were not asked for yet. */
  let readFrom = Number.POSITIVE_INFINITY;
  /** Those that were asked for. */
  let callers: (Caller | undefined)[] = [];
  const sessions: (Session | undefined)[] = [];
  let groups: Group[] = [];
  let groupNumbers = new Map<string, number>();
  /** Callers whose cost counts nowhere, among those that were asked for. */
  const costless = new Set<number>();
  /** Since the last commit: one picture asks many questions with the same filters. */
  const masks = new Map<string, Uint8Array | undefined>();
  const takeChanged = source.followSlots();
  let commits = -1;
  let renames = -1;

  const forgetRows = (): void => {
    rows = { data: new Float64Array(0), length: 0 };
    sorted = 0;
    readFrom = Number.POSITIVE_INFINITY;
  };

  /** Reads the rows from a slot on that were not read yet. What is shown first is of the last weeks: years before are read when they are wanted. */
  const readBackTo = (slot: number): void => {
    if (slot >= readFrom) return;
    const nowMs = Date.now();
    const isFar = slot * SLOT_MS < nowMs - MOST_PAST_MS;
    const from = isFar ? Number.NEGATIVE_INFINITY : Math.min(slot, Math.floor((nowMs - LEAST_PAST_MS) / SLOT_MS));
    const older = source.numbers(
      `SELECT ${COLUMNS} FROM caller_slots WHERE slot >= :from AND slot < :to ORDER BY slot, caller_id`,
      { ':from': Math.max(from, -END_SLOT), ':to': Math.min(readFrom, END_SLOT) },
    );
    const known = rows.data.subarray(0, rows.length * STRIDE);
    const data = new Float64Array(older.length + known.length + SPARE * STRIDE);
    data.set(older);
    data.set(known, older.length);
    rows = { data, length: rows.length + older.length / STRIDE };
    sorted += older.length / STRIDE;
    readFrom = from;
  };

  const placeOf = (slot: number, caller: number): number | undefined => {
    const { data } = rows;
    let [low, high] = [0, sorted];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * STRIDE;
      const before = (data[at] as number) - slot || (data[at + 1] as number) - caller;
      if (before === 0) return at;
      if (before < 0) low = middle + 1;
      else high = middle;
    }
    for (let at = sorted * STRIDE; at < rows.length * STRIDE; at += STRIDE)
      if (data[at] === slot && data[at + 1] === caller) return at;
    return undefined;
  };

  const readChanged = (changed: NonNullable<ChangedSlots>): void => {
    for (const { slot, callerId } of new Map(changed.map((each) => [`${each.slot} ${each.callerId}`, each])).values()) {
      if (slot < readFrom) continue;
      const [row] = source.all<Row>(`SELECT ${COLUMNS} FROM caller_slots WHERE slot = :slot AND caller_id = :caller`, {
        ':slot': slot,
        ':caller': callerId,
      });
      const at = placeOf(slot, callerId);
      if (at !== undefined && row) writeRow(rows, at, row);
      else if (at !== undefined) rows.data.fill(0, at + SUMS_AT, at + STRIDE);
      else if (row) addRow(rows, row);
    }
    if (rows.length - sorted > MOST_UNSORTED) forgetRows();
  };

  const groupOf = (session: number, of: Session, self: Caller['self']): number => {
    const { agent, workspace, user } = of;
    const { agentName, model, provider, tier, priceSource, costShown } = self;
    const account = self.account ?? of.account;
    const key = `${agent}\n${agentName}\n${model}\n${provider}\n${tier}\n${priceSource}\n${workspace}\n${account}\n${user}\n${costShown}`;
    let group = groupNumbers.get(key);
    if (group === undefined) {
      group = groups.length;
      groups.push({
        session,
        agentName,
        model,
        provider,
        tier,
        priceSource,
        agent,
        workspace,
        account,
        user,
        costShown,
      });
      groupNumbers.set(key, group);
    }
    return group;
  };

  /** All of them where many are wanted: a lookup each takes longer. */
  const someOf = (sql: string, ids: readonly number[]): [sql: string, params: Record<string, string>] =>
    ids.length > MOST_SINGLE
      ? [sql, {}]
      : [`${sql} WHERE id IN (SELECT value FROM json_each(:ids))`, { ':ids': JSON.stringify(ids) }];

  const storedSessions = (ids: readonly number[]): (Session & { id: number })[] =>
    source.all<Session & { id: number }>(...someOf('SELECT id, agent, workspace, account, user FROM sessions', ids));

  /** Sessions may learn their folder long after their requests. */
  const readSessionsAgain = (): void => {
    const known = Object.keys(sessions).map(Number);
    if (known.length === 0) return;
    const changed = new Set<number>();
    for (const { id, ...session } of storedSessions(known)) {
      const old = sessions[id];
      if (!old || (old.workspace === session.workspace && old.account === session.account)) continue;
      sessions[id] = session;
      changed.add(id);
    }
    if (changed.size === 0) return;
    for (const caller of callers) {
      const session = caller && sessions[caller.session];
      if (session && changed.has(caller.session)) caller.group = groupOf(caller.session, session, caller.self);
    }
  };

  const forgetRenamed = (): void => {
    if (source.renames() === renames) return;
    renames = source.renames();
    callers = [];
    costless.clear();
    groups = [];
    groupNumbers = new Map();
  };

  /** Reads who some callers are. */
  const readCallers = (ids: ReadonlySet<number>): void => {
    if (ids.size === 0) return;
    const found = source.all<{ id: number; session: number } & Caller['self']>(
      ...someOf(
        `SELECT id, session_id AS session, agent_name AS agentName, model, provider, tier, price_source AS priceSource, account,
          cost_shown AS costShown FROM callers`,
        [...ids],
      ),
    );
    const unknown = new Set<number>();
    for (const { session } of found) if (!sessions[session]) unknown.add(session);
    if (unknown.size > 0) for (const { id, ...session } of storedSessions([...unknown])) sessions[id] ??= session;
    for (const { id, session, ...self } of found) {
      if (self.costShown === COST_HIDDEN) costless.add(id);
      const of = sessions[session];
      if (of) callers[id] ??= { session, self, group: groupOf(session, of, self) };
    }
  };

  const hasCostless = (): boolean => source.all('SELECT 1 FROM callers WHERE cost_shown = 2 LIMIT 1').length > 0;

  const refresh = (): void => {
    if (source.commits() === commits) return;
    const changed = takeChanged();
    if (changed && commits >= 0) readChanged(changed);
    else forgetRows();
    readSessionsAgain();
    forgetRenamed();
    masks.clear();
    commits = source.commits();
  };

  /** By caller: 1 = counts. `undefined` = all do. */
  const maskOf = (filters: UsageFilters): Uint8Array | undefined => {
    const key = JSON.stringify(filterParams(filters));
    if (!masks.has(key)) masks.set(key, callerMask(source, filters));
    return masks.get(key);
  };

  /** The first of the sorted rows that is not before a slot. */
  const firstFrom = (slot: number): number => {
    let [low, high] = [0, sorted];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows.data[middle * STRIDE] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /** What a window cuts off at its ends, from the single requests. */
  const cutRows = (parts: Record<string, unknown>): Rows => {
    const cut: Rows = { data: new Float64Array(0), length: 0 };
    if (parts[':headMs'] === parts[':headEndMs'] && parts[':tailMs'] === parts[':tailEndMs']) return cut;
    for (const row of source.all<Row>(
      `SELECT at_ms / ${SLOT_MS} AS slot, caller_id, starts_task, 1 AS turns, input_tokens, output_tokens, cache_read_tokens,
        cache_write_5m_tokens, cache_write_1h_tokens, reasoning_tokens, coalesce(cost_usd, 0) AS cost_usd, cost_usd IS NULL AS unpriced,
        estimated
      FROM requests WHERE (at_ms >= :headMs AND at_ms < :headEndMs) OR (at_ms >= :tailMs AND at_ms < :tailEndMs)`,
      parts as Record<string, number>,
    ))
      addRow(cut, row);
    return cut;
  };

  /** Every row of a window that counts. */
  const visit = (window: UsageWindow, take: (data: Float64Array, at: number, slot: number) => void): void => {
    const parts = wholeParts(window, SLOT_MS);
    const mask = maskOf(window);
    const walk = ({ data }: Rows, from: number, to: number, first: number, end: number): void => {
      for (let at = from * STRIDE, last = to * STRIDE; at < last; at += STRIDE) {
        const slot = data[at] as number;
        if (slot < first || slot >= end) continue;
        if (mask && mask[data[at + 1] as number] !== 1) continue;
        if (data[at + TURNS_AT] !== 0) take(data, at, slot);
      }
    };
    const [first, end] = [parts[':first'] as number, parts[':end'] as number];
    readBackTo(first);
    walk(rows, firstFrom(first), firstFrom(end), first, end);
    walk(rows, sorted, rows.length, first, end);
    const cut = cutRows(parts);
    walk(cut, 0, cut.length, -Infinity, Infinity);
  };

  /** Who the callers of a window are is known from here on. */
  const meetCallers = (window: UsageWindow): void => {
    const unknown = new Set<number>();
    visit(window, (data, at) => {
      const id = data[at + 1] as number;
      if (!callers[id]) unknown.add(id);
    });
    readCallers(unknown);
  };

  return {
    usage(window, rankedSessions = 0) {
      refresh();
      meetCallers(window);
      const sums = new Float64Array(groups.length * SUMS);
      const firsts = new Float64Array(groups.length).fill(Number.POSITIVE_INFINITY);
      const lasts = new Float64Array(groups.length).fill(Number.NEGATIVE_INFINITY);
      const ofSessions = new Map<number, CubeUsage['ranked'][number]>();
      visit(window, (data, at, slot) => {
        const caller = callers[data[at + 1] as number];
        if (!caller) return;
        const { session, group } = caller;
        for (let i = 0; i < SUMS; i++)
          sums[group * SUMS + i] = (sums[group * SUMS + i] as number) + (data[at + SUMS_AT + i] as number);
        if (slot < (firsts[group] as number)) firsts[group] = slot;
        if (slot > (lasts[group] as number)) lasts[group] = slot;
        let of = ofSessions.get(session);
        if (!of) {
          of = { session, tokens: 0, turns: 0, costUsd: 0, unpricedTurns: 0, estimatedTurns: 0 };
          ofSessions.set(session, of);
        }
        const hasCost = caller.self.costShown !== COST_HIDDEN;
        for (const place of TOKENS_AT) of.tokens += data[at + place] as number;
        of.turns += data[at + TURNS_AT] as number;
        if (hasCost) of.costUsd += data[at + COST_AT] as number;
        if (hasCost) of.unpricedTurns += data[at + UNPRICED_AT] as number;
        of.estimatedTurns += data[at + ESTIMATED_AT] as number;
      });
      const used: CallerUsageRow[] = [];
      for (let i = 0; i < firsts.length; i++) {
        const group = groups[i];
        if (!group || firsts[i] === Number.POSITIVE_INFINITY) continue;
        used.push(usedBy(group, (firsts[i] as number) * SLOT_MS, (lasts[i] as number) * SLOT_MS, sums, i * SUMS));
      }
      const ranked = rankedSessions > 0 ? [...ofSessions.values()] : [];
      ranked.sort((a, b) => b.tokens - a.tokens || b.session - a.session);
      return { used, sessions: ofSessions.size, ranked: ranked.slice(0, rankedSessions) };
    },
    spans(spans, filters) {
      refresh();
      const [first, last] = [spans[0], spans.at(-1)];
      if (!first || !last) return [];
      const window = { ...filters, sinceMs: first.sinceMs, untilMs: last.untilMs };
      if (hasCostless()) meetCallers(window);
      const sums = new Float64Array(spans.length * SUMS);
      const edges = spans.map(({ untilMs }) => untilMs);
      let span = 0;
      visit(window, (data, at, slot) => {
        // Rows mostly ascend, so the next one is most often in the same span. A quarter of an hour that an edge cuts is at that edge.
        const atMs = Math.max(first.sinceMs, slot * SLOT_MS);
        if (atMs < (spans[span] as CalendarSpan).sinceMs) span = 0;
        while (span < edges.length - 1 && atMs >= (edges[span] as number)) span++;
        const isCostless = costless.size > 0 && costless.has(data[at + 1] as number);
        for (let i = 0; i < SUMS; i++)
          if (!isCostless || (SUMS_AT + i !== COST_AT && SUMS_AT + i !== UNPRICED_AT))
            sums[span * SUMS + i] = (sums[span * SUMS + i] as number) + (data[at + SUMS_AT + i] as number);
      });
      return spans.map((each, i) => ({ ...each, sums: sumsAt(sums, i * SUMS) }));
    },
  };
}

/** Written out: a picture is made of thousands of these, and spreading is many times slower. */
function usedBy(group: Group, firstAtMs: number, lastAtMs: number, data: Float64Array, at: number): CallerUsageRow {
  return {
    session: group.session,
    agentName: group.agentName,
    model: group.model,
    provider: group.provider,
    tier: group.tier,
    priceSource: group.priceSource,
    costShown: group.costShown,
    agent: group.agent,
    workspace: group.workspace,
    account: group.account,
    user: group.user,
    firstAtMs,
    lastAtMs,
    tasks: data[at] as number,
    turns: data[at + 1] as number,
    input: data[at + 2] as number,
    output: data[at + 3] as number,
    cacheRead: data[at + 4] as number,
    cacheWrite5m: data[at + 5] as number,
    cacheWrite1h: data[at + 6] as number,
    reasoning: data[at + 7] as number,
    costUsd: group.costShown === COST_HIDDEN ? 0 : (data[at + 8] as number),
    unpricedTurns: group.costShown === COST_HIDDEN ? 0 : (data[at + 9] as number),
    estimatedTurns: data[at + 10] as number,
  };
}

function sumsAt(data: Float64Array, at: number): ReturnType<typeof noUsage> {
  const sums = noUsage();
  for (let i = 0; i < SUMS; i++) sums[SUM_NAMES[i] as (typeof SUM_NAMES)[number]] = data[at + i] as number;
  return sums;
}
