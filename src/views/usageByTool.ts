import type { KindSums } from '../queries/usageWindow.ts';

/** Tokens of one owner by class, as requests count them: `input` excludes the cache, `output` includes reasoning. */
export type ModelUsage = KindSums;

/**
 * What tokens were spent on: by kind of tool, and the kinds that are no tools (`system`, `memory`, `user`, `model`, `summary`,
 * `unattributed`), so that they sum to the requests in each class. Names of MCP servers are foreign text.
 */
export type UsageByTool = Record<string, ModelUsage>;

/** Rows by kind as a record, most tokens first. */
export function usageByTool(kinds: readonly (KindSums & { kind: string })[]): UsageByTool {
  return Object.fromEntries(
    kinds.map(({ kind, input, output, cacheRead, cacheWrite5m, cacheWrite1h }) => [
      kind,
      { input, output, cacheRead, cacheWrite5m, cacheWrite1h },
    ]),
  );
}
