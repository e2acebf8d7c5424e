import { COST_HIDDEN } from '../store/accountRules.ts';
import type { Reader } from '../store/reader.ts';
import type { ChangedSlots } from '../store/rollup.ts';
import { SLOT_MS } from '../store/slot.ts';
import type { CalendarSpan } from './calendar.ts';
import { callerMask } from './callerMask.ts';
import type { CallerUsageRow } from './callerUsage.ts';
import { type CallerGroup, knownCallers } from './knownCallers.ts';
import {
  addRow,
  CALLER_AT,
  emptyRows,
  type RowList,
  SLOT_SUMS,
  type SlotRow,
  STRIDE,
  SUMS_AT,
  slotRows,
} from './slotRows.ts';
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

const SUMS = SLOT_SUMS.length;
/** Places in a row of the classes that make its tokens. */
const TOKENS_AT = [4, 5, 6, 7, 8];
const [TURNS_AT, COST_AT, UNPRICED_AT, ESTIMATED_AT] = [3, 10, 11, 12];

/** The cube, for who decides how much of it is in memory. */
export interface OwnedCube extends UsageCube {
  /** Reads some of what was not asked for yet, in a moment that nobody waits for. @returns whether there is more */
  readAhead(): boolean;
  /** Gives the memory back: what is asked for next is read anew. */
  forget(): void;
}

/** Callers that are met ahead at once. */
const AHEAD_CALLERS = 2000;

export function usageCube(source: CubeSource): OwnedCube {
  const rows = slotRows(source);
  const callers = knownCallers(source);
  /** Since the last commit: one picture asks many questions with the same filters. */
  const masks = new Map<string, Uint8Array | undefined>();
  /** Whether the costs of some callers are not shown. */
  let hasCostless = false;
  const takeChanged = source.followSlots();
  let commits = -1;

  const refresh = (): void => {
    if (source.commits() === commits) return;
    const changed = takeChanged();
    rows.follow(commits >= 0 ? changed : undefined);
    callers.follow(source.renames());
    masks.clear();
    hasCostless = source.all(`SELECT 1 FROM callers WHERE cost_shown = ${COST_HIDDEN} LIMIT 1`).length > 0;
    commits = source.commits();
  };

  /** By caller: 1 = counts. `undefined` = all do. */
  const maskOf = (filters: UsageFilters): Uint8Array | undefined => {
    const key = JSON.stringify(filterParams(filters));
    if (!masks.has(key)) masks.set(key, callerMask(source, filters));
    return masks.get(key);
  };

  /** What a window cuts off at its ends, from the single requests. */
  const cutRows = (parts: Record<string, unknown>): RowList => {
    const cut: RowList = emptyRows();
    if (parts[':headMs'] === parts[':headEndMs'] && parts[':tailMs'] === parts[':tailEndMs']) return cut;
    for (const row of source.all<SlotRow>(
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
    const takeCounted = (data: Float64Array, at: number): void => {
      if (mask && mask[data[at + CALLER_AT] as number] !== 1) return;
      if (data[at + TURNS_AT] !== 0) take(data, at, data[at] as number);
    };
    rows.visit(parts[':first'] as number, parts[':end'] as number, takeCounted);
    const cut = cutRows(parts);
    for (let i = 0; i < cut.length; i++) takeCounted(cut.data, i * STRIDE);
  };

  /** Who the callers of a window are is known from here on, or who some of them are. @returns whether all are */
  const meetCallers = (window: UsageWindow, most = Number.POSITIVE_INFINITY): boolean => {
    const unknown = new Set<number>();
    visit(window, (data, at) => {
      const id = data[at + CALLER_AT] as number;
      if (!callers.of(id) && unknown.size < most) unknown.add(id);
    });
    callers.meet(unknown);
    return unknown.size < most;
  };

  return {
    usage(window, rankedSessions = 0) {
      refresh();
      meetCallers(window);
      const groups = callers.groups();
      const sums = new Float64Array(groups.length * SUMS);
      const firsts = new Float64Array(groups.length).fill(Number.POSITIVE_INFINITY);
      const lasts = new Float64Array(groups.length).fill(Number.NEGATIVE_INFINITY);
      const ofSessions = new Map<number, CubeUsage['ranked'][number]>();
      visit(window, (data, at, slot) => {
        const caller = callers.of(data[at + CALLER_AT] as number);
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
      if (hasCostless) meetCallers(window);
      const sums = new Float64Array(spans.length * SUMS);
      const edges = spans.map(({ untilMs }) => untilMs);
      let span = 0;
      visit(window, (data, at, slot) => {
        // Rows mostly ascend, so the next one is most often in the same span. A quarter of an hour that an edge cuts is at that edge.
        const atMs = Math.max(first.sinceMs, slot * SLOT_MS);
        if (atMs < (spans[span] as CalendarSpan).sinceMs) span = 0;
        while (span < edges.length - 1 && atMs >= (edges[span] as number)) span++;
        const isCostless = hasCostless && callers.of(data[at + CALLER_AT] as number)?.self.costShown === COST_HIDDEN;
        for (let i = 0; i < SUMS; i++)
          if (!isCostless || (SUMS_AT + i !== COST_AT && SUMS_AT + i !== UNPRICED_AT))
            sums[span * SUMS + i] = (sums[span * SUMS + i] as number) + (data[at + SUMS_AT + i] as number);
      });
      return spans.map((each, i) => ({ ...each, sums: sumsAt(sums, i * SUMS) }));
    },
    readAhead() {
      refresh();
      return rows.readAhead() || !meetCallers({}, AHEAD_CALLERS);
    },
    forget() {
      rows.forget();
      callers.forget();
      masks.clear();
    },
  };
}

/** Written out: a picture is made of thousands of these, and spreading is many times slower. */
function usedBy(
  group: CallerGroup,
  firstAtMs: number,
  lastAtMs: number,
  data: Float64Array,
  at: number,
): CallerUsageRow {
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
  for (let i = 0; i < SUMS; i++) sums[SLOT_SUMS[i] as (typeof SLOT_SUMS)[number]] = data[at + i] as number;
  return sums;
}
