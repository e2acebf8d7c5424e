import { apportion } from './apportion.ts';
import type { Kind } from './kind.ts';
import { TOKEN_CLASSES, type TokenClass } from './ownerSums.ts';

/** One request as this lens sees it. */
export interface FlyingRequest {
  /** It ran while a subagent's launch was in flight. */
  isSubagent: boolean;
  /** Kinds of the tool calls that its reply made, one entry per call. */
  openedKinds: readonly Kind[];
  usage: Record<TokenClass, number>;
  /** `null` = unpriced. */
  costUsd: number | null;
}

/** Tokens by class, and US dollars of the requests that have a price; `null` = none has. */
export type FlownUsage = Record<TokenClass, number> & { costUsd: number | null };

/**
 * The lens "in flight": the usage of a request goes whole to the tool calls that it opened, shared equally; a subagent's to the launch in
 * flight; and to the model where no call is open. Sums to the requests in each class.
 */
export function inFlight(requests: Iterable<FlyingRequest>): Map<Kind, FlownUsage> {
  const sums = new Map<Kind, FlownUsage>();
  const sumOf = (kind: Kind): FlownUsage => {
    const sum = sums.get(kind) ?? {
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 0,
      costUsd: null,
    };
    sums.set(kind, sum);
    return sum;
  };
  for (const { isSubagent, openedKinds, usage, costUsd } of requests) {
    const kinds: readonly Kind[] = isSubagent ? ['task'] : openedKinds.length > 0 ? openedKinds : ['model'];
    const weights = kinds.map(() => 1);
    for (const tokenClass of TOKEN_CLASSES) {
      const parts = apportion(usage[tokenClass], weights);
      kinds.forEach((kind, index) => {
        sumOf(kind)[tokenClass] += parts[index] ?? 0;
      });
    }
    if (costUsd === null) continue;
    for (const kind of kinds) {
      const sum = sumOf(kind);
      sum.costUsd = (sum.costUsd ?? 0) + costUsd / kinds.length;
    }
  }
  return sums;
}
