import type { CacheSaving } from '../ledger/cacheSaving.ts';
import type { CoverageRow } from '../queries/coverage.ts';
import type { SessionListRow } from '../queries/sessions.ts';
import type { UnlistedUsageRow } from '../queries/unlisted.ts';
import type { UsageByKindRow } from '../queries/usageByKind.ts';
import type {
  UsageByAccountRow,
  UsageByAgentRow,
  UsageByModelRow,
  UsageByProviderRow,
  UsageByUserRow,
  UsageByWorkspaceRow,
} from '../queries/usageByOwner.ts';
import type { UsageTotalsRow } from '../queries/usageTotals.ts';
import type { KindSums, UsageSums } from '../queries/usageWindow.ts';
import type {
  AgentModelReport,
  ModelTotals,
  SessionReport,
  TokenTotals,
  UnlistedTotals,
  UsageReport,
  WindowName,
} from './usageReport.ts';

/** What the usage report is made from. */
export interface UsageInput {
  window: { name: WindowName; sinceMs?: number; untilMs?: number; resetAtMs?: number };
  totals: UsageTotalsRow;
  saving: CacheSaving;
  byAgent: UsageByAgentRow[];
  /** Calendar days of the reader's zone with requests, ascending; `day` = `2026-11-16`. */
  byDay: ({ day: string } & UsageSums)[];
  byModel: UsageByModelRow[];
  byProvider: UsageByProviderRow[];
  byWorkspace: UsageByWorkspaceRow[];
  byAccount: UsageByAccountRow[];
  byUser: UsageByUserRow[];
  byKind: UsageByKindRow[];
  unlisted: UnlistedUsageRow[];
  coverage: CoverageRow;
}

/** The JSON of the usage contract. */
export function usageReport(input: UsageInput): UsageReport {
  const { window, coverage } = input;
  return {
    window: {
      name: window.name,
      since: isoOrNull(window.sinceMs),
      until: isoOrNull(window.untilMs),
      reset_at: isoOrNull(window.resetAtMs),
    },
    totals: { sessions: input.totals.sessions, ...tokenTotals(input.totals) },
    cache: {
      hit_rate: cacheHitRate(input.totals),
      saved_usd: input.saving.usd ?? null,
      estimated: input.saving.isEstimated,
      unpriced_cache_read: input.saving.unpricedTokens,
    },
    by_agent: input.byAgent.map((row) => ({
      name: row.agentName,
      type: row.agent,
      model: row.model,
      models: row.models.map(modelTotals),
      ...tokenTotals(row),
    })),
    by_day: input.byDay.map((row) => ({ day: row.day, ...tokenTotals(row) })),
    by_model: input.byModel.map(modelTotals),
    by_provider: input.byProvider.map((row) => ({ provider: row.provider, ...tokenTotals(row) })),
    by_workspace: input.byWorkspace.map((row) => ({ workspace: row.workspace, ...tokenTotals(row) })),
    by_account: input.byAccount.map((row) => ({ account: row.account, ...tokenTotals(row) })),
    by_user: input.byUser.map((row) => ({ user: row.user, ...tokenTotals(row) })),
    by_tool: input.byKind.map((row) => ({ kind: row.kind, ...kindTotals(row) })),
    unlisted: input.unlisted.map(unlistedTotals),
    coverage: {
      files: coverage.files,
      records: coverage.records,
      unknown_records: coverage.unknownRecords,
      rejected_records: coverage.rejectedRecords,
      first_at: isoOrNull(coverage.firstAtMs),
      last_at: isoOrNull(coverage.lastAtMs),
    },
  };
}

const modelTotals = (row: UsageByModelRow): ModelTotals => ({ model: row.model, ...tokenTotals(row) });

/** Cache reads by all prompt tokens; `null` without a prompt. */
export function cacheHitRate(sums: KindSums): number | null {
  const prompt = totalTokens(sums) - sums.output;
  return prompt > 0 ? sums.cacheRead / prompt : null;
}

/** Usage that an agent states only as a sum. */
export function unlistedTotals(row: UnlistedUsageRow): UnlistedTotals {
  return {
    model: row.model,
    ...kindTotals(row),
    cache_creation_1h: row.cacheWrite1h,
    reasoning_tokens: row.reasoning,
    source: row.source,
  };
}

/** What one agent used of one model. */
export const agentModelReport = ({
  agent,
  model,
  ...sums
}: UsageSums & { agent: string; model: string }): AgentModelReport => ({ agent, model, ...tokenTotals(sums) });

/** One session as the CLI and the API list it. */
export function sessionReport(row: SessionListRow): SessionReport {
  return {
    session: row.sessionId,
    agent: row.agent,
    title: row.title,
    workspace: row.workspace,
    git_branch: row.gitBranch,
    account: row.account,
    model: row.model,
    started_at: isoOrNull(row.startedAtMs),
    last_at: isoOrNull(row.lastAtMs),
    context_tokens: row.contextTokens,
    ...tokenTotals(row),
  };
}

/** Sum of the four classes that are billed: input, output, cache reads, cache writes. */
export const totalTokens = (sums: KindSums): number =>
  sums.input + sums.output + sums.cacheRead + sums.cacheWrite5m + sums.cacheWrite1h;

/** Tokens of one owner, in the contract's names. */
export function kindTotals(
  sums: KindSums,
): Pick<TokenTotals, 'input_tokens' | 'output_tokens' | 'cache_read' | 'cache_creation' | 'total_tokens'> {
  return {
    input_tokens: sums.input,
    output_tokens: sums.output,
    cache_read: sums.cacheRead,
    cache_creation: sums.cacheWrite5m + sums.cacheWrite1h,
    total_tokens: totalTokens(sums),
  };
}

/**
 * US dollars to the billionth, as a team's store keeps them: the digits after it depend on the order in which a sum's parts were stored.
 */
export const toNanoUsd = (usd: number): number => Math.round(usd * 1e9) / 1e9;

export function tokenTotals(sums: UsageSums): TokenTotals {
  return {
    tasks: sums.tasks,
    turns: sums.turns,
    ...kindTotals(sums),
    cache_creation_1h: sums.cacheWrite1h,
    reasoning_tokens: sums.reasoning,
    cost_usd: toNanoUsd(sums.costUsd),
    unpriced_turns: sums.unpricedTurns,
    estimated_turns: sums.estimatedTurns,
  };
}

/** ISO 8601 UTC; `null` for no time and for one that no date can hold. */
export function isoOrNull(atMs: number | null | undefined): string | null {
  if (atMs === null || atMs === undefined || !(Math.abs(atMs) <= 8.64e15)) return null;
  return new Date(atMs).toISOString();
}
