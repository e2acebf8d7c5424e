import { apportion } from './apportion.ts';
import type { Kind } from './kind.ts';
import type { KindShare, RequestRow } from './rows.ts';

/** What an output that was not recorded is estimated from; plain data. */
export interface OutputEstimate {
  /** Tokens that were recorded before the reply was complete: the least that it can be. */
  recorded: number;
  /** Estimated weight of the reply's parts by kind: who owns the output. Empty for a reply without parts. */
  weights: Readonly<Record<string, number>>;
}

/** Output tokens of a reply of a size. */
function estimatedTokens(recorded: number, replyChars: number, charsPerToken: number): number {
  return Math.max(recorded, Math.ceil(replyChars / charsPerToken));
}

/**
 * The row with its output estimated anew, and its shares with it. Depends on nothing but the row's facts and the rate: estimating twice,
 * or at other rates in between, leaves no trace. A row whose output is not estimated from its size comes back as it is.
 */
export function withEstimate<Row extends Pick<RequestRow, 'usage' | 'shares' | 'replyChars' | 'estimate'>>(
  row: Row,
  charsPerToken: number,
): Row {
  if (!row.estimate) return row;
  const output = estimatedTokens(row.estimate.recorded, row.replyChars, charsPerToken);
  return { ...row, usage: { ...row.usage, output }, shares: sharesOfOutput(row.shares, output, row.estimate.weights) };
}

/** The shares with this output, divided over the kinds by weight; without weights it is the model's. */
function sharesOfOutput(shares: readonly KindShare[], output: number, weights: OutputEstimate['weights']): KindShare[] {
  const byKind = new Map(
    shares.map(({ kind, usage }): [Kind, KindShare] => [kind, { kind, usage: { ...usage, output: 0 } }]),
  );
  const known = Object.entries(weights)
    .map(([kind, weight]): [Kind, number] => [kind as Kind, weight])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const owners: [Kind, number][] = known.length > 0 ? known : [['model', 1]];
  const parts = apportion(
    output,
    owners.map(([, weight]) => weight),
  );
  owners.forEach(([kind], index) => {
    const share = byKind.get(kind) ?? { kind, usage: noTokens() };
    share.usage.output = parts[index] ?? 0;
    byKind.set(kind, share);
  });
  return [...byKind.values()];
}

const noTokens = (): KindShare['usage'] => ({ input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 });
