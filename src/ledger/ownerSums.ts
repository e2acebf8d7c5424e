import { apportion } from './apportion.ts';
import type { Kind } from './kind.ts';

export const TOKEN_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** What is owed to one owner of tokens. */
export interface OwnerSum {
  kind: Kind;
  /** File, program, host, MCP tool or subagent; empty for what of a kind has no name. */
  target: string;
  /** Tool calls in the replies. */
  calls: number;
  /** Tokens that entered a prompt. */
  entered: number;
  /** Tokens in the window now. */
  inWindow: number;
  spent: Record<TokenClass, number>;
  /** US dollars of the requests that have a price. */
  costUsd: number;
  /** Some of its tokens are in a request that has a price. */
  isPriced: boolean;
  add(tokenClass: TokenClass, tokens: number, rates?: Record<TokenClass, number>): void;
}

/** Sums by owner. */
export interface OwnerSums {
  of(kind: Kind, target: string): OwnerSum;
  all(): OwnerSum[];
}

export function ownerSums(): OwnerSums {
  const byKind = new Map<Kind, Map<string, OwnerSum>>();
  return {
    of(kind, target) {
      let ofKind = byKind.get(kind);
      if (!ofKind) {
        ofKind = new Map();
        byKind.set(kind, ofKind);
      }
      let sum = ofKind.get(target);
      if (!sum) {
        sum = emptySum(kind, target);
        ofKind.set(target, sum);
      }
      return sum;
    },
    all: () => [...byKind.values()].flatMap((ofKind) => [...ofKind.values()]),
  };
}

function emptySum(kind: Kind, target: string): OwnerSum {
  return {
    kind,
    target,
    calls: 0,
    entered: 0,
    inWindow: 0,
    spent: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
    costUsd: 0,
    isPriced: false,
    add(tokenClass, tokens, rates) {
      if (tokens <= 0) return;
      this.spent[tokenClass] += tokens;
      if (!rates) return;
      this.costUsd += tokens * rates[tokenClass];
      this.isPriced = true;
    },
  };
}

/**
 * Makes the sums of a kind's owners equal to what the kind is known to have used, in each class: what is missing belongs to the kind without
 * a name, what exceeds is scaled down. That happens where a request was told by several files that do not agree, or where its log is gone.
 */
export function fitToKinds(sums: OwnerSums, kinds: readonly ({ kind: string } & Record<TokenClass, number>)[]): void {
  const known = new Map(kinds.map((row) => [row.kind, row]));
  const owners = new Map<string, OwnerSum[]>();
  for (const sum of sums.all()) owners.set(sum.kind, [...(owners.get(sum.kind) ?? []), sum]);
  for (const kind of new Set([...known.keys(), ...owners.keys()])) {
    const ofKind = owners.get(kind) ?? [];
    for (const tokenClass of TOKEN_CLASSES) {
      const wanted = known.get(kind)?.[tokenClass] ?? 0;
      const missing = wanted - ofKind.reduce((total, sum) => total + sum.spent[tokenClass], 0);
      if (missing > 0) sums.of(kind as Kind, '').spent[tokenClass] += missing;
      if (missing >= 0) continue;
      const parts = apportion(
        wanted,
        ofKind.map((sum) => sum.spent[tokenClass]),
      );
      ofKind.forEach((sum, index) => {
        sum.spent[tokenClass] = parts[index] ?? 0;
      });
    }
  }
}
