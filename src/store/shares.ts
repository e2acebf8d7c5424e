import type { Kind } from '../ledger/kind.ts';
import type { KindShare } from '../ledger/rows.ts';

/** Tokens in the order in which they are packed: input, cache read, 5-minute and 1-hour cache writes, output. */
export type PackedTokens = [
  input: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  output: number,
];

/**
 * Shares, by kind, as the text in which they are stored: JSON lists of a kind and its tokens in the order of `PackedTokens`, zeros at the end
 * left out. Shares without tokens are left out.
 */
export function packShares(sums: ReadonlyMap<string, PackedTokens>): string {
  let text = '[';
  for (const kind of [...sums.keys()].sort()) {
    const packed = packShare(kind, ...(sums.get(kind) as PackedTokens));
    if (packed !== '') text += text.length > 1 ? `,${packed}` : packed;
  }
  return `${text}]`;
}

/** Adds packed shares to sums by kind, or takes them away. Sums that become 0 stay. */
export function addPacked(sums: Map<string, PackedTokens>, text: string, sign: 1 | -1 = 1): void {
  for (const [kind, ...tokens] of JSON.parse(text) as [string, ...number[]][]) {
    const sum = sumOf(sums, kind);
    for (let i = 0; i < tokens.length; i++) sum[i] = (sum[i] ?? 0) + sign * (tokens[i] ?? 0);
  }
}

/** The sum of a kind, made when it is not there. */
export function sumOf(sums: Map<string, PackedTokens>, kind: string): PackedTokens {
  let sum = sums.get(kind);
  if (!sum) {
    sum = [0, 0, 0, 0, 0];
    sums.set(kind, sum);
  }
  return sum;
}

/** The shares of one request as they are stored: those without tokens are left out. */
export function packKindShares(shares: readonly KindShare[]): string {
  let text = '[';
  for (const { kind, usage } of shares) {
    const packed = packShare(kind, usage.input, usage.cacheRead, usage.cacheWrite5m, usage.cacheWrite1h, usage.output);
    if (packed !== '') text += text.length > 1 ? `,${packed}` : packed;
  }
  return `${text}]`;
}

/** One share; empty without tokens. */
function packShare(
  kind: string,
  input: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  output: number,
): string {
  if (output !== 0) return `[${quoted(kind)},${input},${cacheRead},${cacheWrite5m},${cacheWrite1h},${output}]`;
  if (cacheWrite1h !== 0) return `[${quoted(kind)},${input},${cacheRead},${cacheWrite5m},${cacheWrite1h}]`;
  if (cacheWrite5m !== 0) return `[${quoted(kind)},${input},${cacheRead},${cacheWrite5m}]`;
  if (cacheRead !== 0) return `[${quoted(kind)},${input},${cacheRead}]`;
  return input !== 0 ? `[${quoted(kind)},${input}]` : '';
}

/** Kinds in quotes: there are some dozens of them, in very many shares. */
const quotedKinds = new Map<string, string>();
const MOST_KINDS = 1000;

export function quoted(kind: string): string {
  let known = quotedKinds.get(kind);
  if (known === undefined) {
    if (quotedKinds.size >= MOST_KINDS) quotedKinds.clear();
    known = JSON.stringify(kind);
    quotedKinds.set(kind, known);
  }
  return known;
}

/** What `packKindShares` packed. */
export function unpackShares(text: string): KindShare[] {
  return (JSON.parse(text) as [Kind, ...number[]][]).map(
    ([kind, input = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, output = 0]) => ({
      kind,
      usage: { input, cacheRead, cacheWrite5m, cacheWrite1h, output },
    }),
  );
}
