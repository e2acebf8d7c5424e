import type { NewestLimitRow } from '../queries/limits.ts';
import type { LiveSessionRow } from '../queries/sessions.ts';
import type { SessionKindRow } from '../queries/sessionUsage.ts';
import type { ThreadStateRow } from '../queries/threads.ts';
import { contextReport } from './contextReport.ts';
import { stateOf } from './meter.ts';
import { isInForce } from './quota.ts';
import { isoOrNull, kindTotals } from './usage.ts';
import type { LimitReport, LiveReport, LiveSessionReport } from './usageReport.ts';

/** What the live report is made from. */
export interface LiveInput {
  nowMs: number;
  /** The session with its main thread and what its tokens were spent on; `undefined` when there is none on this machine. */
  live?: { session: LiveSessionRow; thread: ThreadStateRow; kinds: SessionKindRow[] };
  isIndexing: boolean;
  todayTokens: number;
  weekTokens: number;
  weekResetAtMs?: number;
  weeklyBudgetTokens?: number;
  limits: NewestLimitRow[];
}

/** What goes on now, in figures. */
export function liveReport(input: LiveInput): LiveReport {
  const { live, nowMs, weeklyBudgetTokens: budget } = input;
  return {
    state: live ? stateOf(live.thread, nowMs) : input.isIndexing ? 'indexing' : 'empty',
    session: live ? liveSession(live) : null,
    today_tokens: input.todayTokens,
    week_tokens: input.weekTokens,
    week_resets_at: isoOrNull(input.weekResetAtMs),
    budget: budget ? { tokens_per_week: budget, used_percent: tenths((input.weekTokens / budget) * 100) } : null,
    limits: input.limits.filter((limit) => isInForce(limit, nowMs)).map(limitReport),
  };
}

function liveSession({ session, thread, kinds }: NonNullable<LiveInput['live']>): LiveSessionReport {
  return {
    session: session.sessionId,
    agent: session.agent,
    model: thread.model,
    workspace: session.workspace,
    last_at: isoOrNull(thread.lastAtMs),
    context: { ...contextReport(thread), estimated: thread.contextEstimated === 1 },
    usage_by_tool: Object.fromEntries(kinds.map((row) => [row.kind, kindTotals(row)])),
  };
}

const limitReport = (limit: NewestLimitRow): LimitReport => ({
  agent: limit.agent,
  account: limit.account,
  limit: limit.limitId,
  window_minutes: limit.windowMinutes,
  used_percent: limit.usedPercent,
  reached: limit.reached,
  resets_at: isoOrNull(limit.resetsAtMs),
  stated_at: isoOrNull(limit.atMs),
});

const tenths = (value: number): number => Math.round(value * 10) / 10;
