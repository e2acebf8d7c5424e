import { inFlight } from '../ledger/inFlight.ts';
import type { Kind } from '../ledger/kind.ts';
import type { ItemUse } from '../queries/countedRequests.ts';
import type { SessionKindRow, SessionRequestRow } from '../queries/sessionUsage.ts';
import type { ThreadBoundaryRow, ThreadStateRow } from '../queries/threads.ts';
import type { KindSums } from '../queries/usageWindow.ts';
import { type Advice, MOST_ADVICE } from './advice.ts';
import { contextReport } from './contextReport.ts';
import { totalTokens } from './usage.ts';
import type { AdviceReport, AttributionReport, KindSpent } from './usageReport.ts';
import { windowKinds } from './windowKinds.ts';

/** What the attribution of a session is made from. */
export interface AttributionReportInput {
  agent: string;
  sessionId: string;
  /** The main thread, or the newest one where that is missing. */
  thread: ThreadStateRow;
  boundaries: ThreadBoundaryRow[];
  /** Of the whole session, subagents included. */
  requests: SessionRequestRow[];
  kinds: SessionKindRow[];
  items: ItemUse[];
  /** Of the main thread, most worth first. */
  advice: Advice[];
}

/** The JSON of the attribution contract. */
export function attributionReport(input: AttributionReportInput): AttributionReport {
  const { thread, requests } = input;
  const totals = requests.reduce(add, noTokens());
  const flown = inFlight(
    requests.map((row) => ({
      isSubagent: row.thread !== 'main',
      openedKinds: row.openedKinds === null ? [] : (JSON.parse(row.openedKinds) as Kind[]),
      usage: row,
      costUsd: row.costUsd,
    })),
  );
  return {
    session: input.sessionId,
    agent: input.agent,
    thread: thread.thread,
    model: thread.model,
    context: contextReport(thread),
    in_window: inWindow(thread),
    spent: Object.fromEntries(input.kinds.map((row) => [row.kind, kindSpent(row, totals)])),
    in_flight: Object.fromEntries(
      [...flown]
        .toSorted(([, a], [, b]) => totalTokens(b) - totalTokens(a))
        .map(([kind, sums]) => [kind, kindSpent(sums, totals)]),
    ),
    totals: {
      ...tokens(totals),
      cache_creation_1h: totals.cacheWrite1h,
      reasoning_tokens: requests.reduce((sum, row) => sum + row.reasoning, 0),
    },
    items: input.items
      .filter((item) => item.target !== '')
      .map((item) => ({
        kind: item.kind,
        target: item.target,
        calls: item.calls,
        tokens_in_window: item.inWindow,
        tokens_spent: totalTokens(item.spent),
      })),
    timeline: timeline(input),
    advice: input.advice.slice(0, MOST_ADVICE).map(adviceReport),
  };
}

function inWindow(thread: ThreadStateRow): Record<string, number> {
  return Object.fromEntries(
    windowKinds(thread)
      .toSorted((a, b) => b.tokens - a.tokens)
      .map(({ kind, tokens }) => [kind, tokens]),
  );
}

/** The thread's prompts and the breaks between them, in order of time. */
function timeline({ requests, boundaries, thread }: AttributionReportInput): AttributionReport['timeline'] {
  const turns = requests
    .filter((row) => row.thread === thread.thread)
    .map((row, index) => ({
      atMs: row.atMs,
      turn: index + 1,
      context_tokens: totalTokens(row) - row.output,
      event: 'request',
    }));
  const breaks = boundaries.map((row) => ({
    atMs: row.atMs,
    turn: turns.filter((turn) => turn.atMs <= row.atMs).length,
    context_tokens: row.tokensAfter,
    event: row.kind,
  }));
  return [...turns, ...breaks]
    .toSorted((a, b) => a.atMs - b.atMs || a.turn - b.turn)
    .map(({ atMs, ...entry }) => ({ at: new Date(atMs).toISOString(), ...entry }));
}

const adviceReport = ({
  rule,
  title,
  detail,
  savesTokens,
  saving,
  isEstimate,
  savesUsd,
  action,
}: Advice): AdviceReport => ({
  rule,
  title,
  detail,
  saves_tokens: savesTokens,
  saving: saving === 'perTurn' ? 'per_turn' : saving,
  estimated: isEstimate,
  usd: savesUsd,
  ...(action && { action }),
});

const noTokens = (): KindSums => ({ input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 });

function add(sum: KindSums, row: KindSums): KindSums {
  for (const key of Object.keys(sum) as (keyof KindSums)[]) sum[key] += row[key];
  return sum;
}

const tokens = (sums: KindSums): Omit<KindSpent, 'share'> => ({
  input_tokens: sums.input,
  output_tokens: sums.output,
  cache_read: sums.cacheRead,
  cache_creation: sums.cacheWrite5m + sums.cacheWrite1h,
  total_tokens: totalTokens(sums),
});

function kindSpent(sums: KindSums, totals: KindSums): KindSpent {
  const all = totalTokens(totals);
  return { ...tokens(sums), share: all > 0 ? totalTokens(sums) / all : 0 };
}
