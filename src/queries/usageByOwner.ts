import type { CallerUsageRow } from './callerUsage.ts';
import { addSums, noUsage, tokensOf } from './usageSums.ts';
import type { UsageSums } from './usageWindow.ts';

export interface UsageByAgentRow extends UsageSums {
  /** Agent id: `claude-code`. */
  agent: string;
  /** `main`, or the type of a subagent. */
  agentName: string;
  /** The model with most tokens in the window. */
  model: string;
  /** All of them, most tokens first. */
  models: UsageByModelRow[];
}

/** Callers that are alike in all but their session as one row: hundreds, which are then added up in many ways. `session` is one of theirs. */
export function alikeUsage(used: readonly CallerUsageRow[]): CallerUsageRow[] {
  const rows = new Map<string, CallerUsageRow>();
  for (const row of used) {
    const { agent, agentName, provider, model, tier, priceSource, workspace, account, user } = row;
    const key = `${agent}\n${agentName}\n${provider}\n${model}\n${tier}\n${priceSource}\n${workspace}\n${account}\n${user}`;
    const known = rows.get(key);
    if (!known) {
      rows.set(key, { ...row });
      continue;
    }
    addSums(known, row);
    known.firstAtMs = Math.min(known.firstAtMs, row.firstAtMs);
    known.lastAtMs = Math.max(known.lastAtMs, row.lastAtMs);
  }
  return [...rows.values()];
}

/** Which agents and subagents used how much; most tokens first. */
export function usageByAgent(used: readonly CallerUsageRow[]): UsageByAgentRow[] {
  const keyOf = ({ agent, agentName }: CallerUsageRow): string => `${agent}\n${agentName}`;
  const parts = new Map<string, CallerUsageRow[]>();
  for (const row of used) {
    const part = parts.get(keyOf(row));
    if (part) part.push(row);
    else parts.set(keyOf(row), [row]);
  }
  return sumBy(used, keyOf).map(({ key, sums }) => {
    const [agent = '', agentName = ''] = key.split(/\n(.*)/s);
    const models = usageByOwner(parts.get(key) ?? [], 'model');
    return { agent, agentName, model: models[0]?.model ?? '', models, ...sums };
  });
}

/** Which agents used which models how much; most tokens first. */
export function usageByAgentAndModel(
  used: readonly CallerUsageRow[],
): (UsageSums & { agent: string; model: string })[] {
  return sumBy(used, ({ agent, model }) => `${agent}\n${model}`).map(({ key, sums }) => {
    const [agent = '', model = ''] = key.split(/\n(.*)/s);
    return { agent, model, ...sums };
  });
}

export type UsageByModelRow = UsageSums & { model: string };
export type UsageByProviderRow = UsageSums & { provider: string };
/** The workspace is empty where the agent does not tell. */
export type UsageByWorkspaceRow = UsageSums & { workspace: string };
/** The account is empty where the agent does not tell. */
export type UsageByAccountRow = UsageSums & { account: string };
export type UsageByUserRow = UsageSums & { user: string };

/** By model, provider, folder, account or user of the machine: most tokens first. */
export function usageByOwner<Owner extends 'model' | 'provider' | 'workspace' | 'account' | 'user'>(
  used: readonly CallerUsageRow[],
  owner: Owner,
): (UsageSums & Record<Owner, string>)[] {
  return sumBy(used, (row) => row[owner] ?? '').map(
    ({ key, sums }) => ({ [owner]: key, ...sums }) as UsageSums & Record<Owner, string>,
  );
}

/** Most tokens first; what is equal by its key. */
function sumBy(
  used: readonly CallerUsageRow[],
  keyOf: (row: CallerUsageRow) => string,
): { key: string; sums: UsageSums }[] {
  const groups = new Map<string, UsageSums>();
  for (const row of used) {
    const key = keyOf(row);
    let sums = groups.get(key);
    if (!sums) {
      sums = noUsage();
      groups.set(key, sums);
    }
    addSums(sums, row);
  }
  return [...groups]
    .map(([key, sums]) => ({ key, sums }))
    .sort((a, b) => tokensOf(b.sums) - tokensOf(a.sums) || compare(a.key, b.key));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
