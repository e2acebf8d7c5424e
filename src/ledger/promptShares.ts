import type { TokenUsage } from '../agents/event.ts';
import type { Composition, Entry } from './composition.ts';
import type { Kind } from './kind.ts';
import type { KindShare } from './rows.ts';

/**
 * Who owns the prompt tokens of a request, by token class. Providers cache a prompt from its beginning: what was read from the cache is
 * its head, what was written follows, what was not cached is its tail. So the classes are laid over the composition in this order, and
 * every token has one owner and one class: both sums are exact without rounding.
 *
 * Most of a long prompt is read from the cache, so the rest is taken from the end, and what is left of each kind was read.
 *
 * @param byKind sums of the composition by kind
 */
export function sharesOfPrompt(composition: Composition, byKind: readonly KindSum[], usage: TokenUsage): KindShare[] {
  const shares: KindShare[] = [];
  const size = sumOf(byKind);
  const { cacheRead, cacheWrite5m, cacheWrite1h, input } = usage;
  // Once for each request: plain loops, as iterators take several times longer.
  for (let at = 0; at < byKind.length; at++) (byKind[at] as KindSum).taken = 0;
  fromEnd.index = composition.length - 1;
  fromEnd.left = composition[fromEnd.index]?.tokens ?? 0;
  // What the prompt has less of than is known of it stands at its end; nobody owns what is not known of it.
  take(composition, byKind, shares, NOTHING, size - (cacheRead + cacheWrite1h + cacheWrite5m + input));
  take(composition, byKind, shares, INPUT, input);
  take(composition, byKind, shares, WRITE_5M, cacheWrite5m);
  take(composition, byKind, shares, WRITE_1H, cacheWrite1h);
  let unread = cacheRead;
  for (let at = 0; at < byKind.length; at++) {
    const { kind, tokens, taken } = byKind[at] as KindSum;
    const left = tokens - taken;
    if (left > 0) shareOf(shares, kind).usage.cacheRead += left;
    unread -= left;
  }
  if (unread > 0) shareOf(shares, 'unattributed').usage.cacheRead += unread;
  return shares;
}

/** The classes that are not read from the cache, in the order in which they are laid from a prompt's end; before them what it does not have. */
const [NOTHING, INPUT, WRITE_5M, WRITE_1H] = [0, 1, 2, 3];

/** How far a composition was taken from its end: the entry, and what is left of it. */
const fromEnd = { index: 0, left: 0 };

function take(
  composition: Composition,
  byKind: readonly KindSum[],
  shares: KindShare[],
  tokenClass: number,
  wanted: number,
): void {
  let missing = wanted;
  while (missing > 0 && fromEnd.index >= 0) {
    const { kind } = composition[fromEnd.index] as Entry;
    const part = Math.min(missing, fromEnd.left);
    if (part > 0) {
      const sum = kindSum(byKind, kind);
      if (sum) sum.taken += part;
      if (tokenClass !== NOTHING) addTo(shares, kind, tokenClass, part);
    }
    missing -= part;
    fromEnd.left -= part;
    if (fromEnd.left === 0) fromEnd.left = composition[--fromEnd.index]?.tokens ?? 0;
  }
  if (missing > 0 && tokenClass !== NOTHING) addTo(shares, 'unattributed', tokenClass, missing);
}

function addTo(shares: KindShare[], kind: Kind, tokenClass: number, tokens: number): void {
  const { usage } = shareOf(shares, kind);
  if (tokenClass === INPUT) usage.input += tokens;
  else if (tokenClass === WRITE_5M) usage.cacheWrite5m += tokens;
  else usage.cacheWrite1h += tokens;
}

/** A sum of a composition by kind, and what was taken of it while it is divided. */
export interface KindSum {
  kind: Kind;
  tokens: number;
  taken: number;
}

function kindSum(sums: readonly KindSum[], kind: Kind): KindSum | undefined {
  for (let at = 0; at < sums.length; at++) if ((sums[at] as KindSum).kind === kind) return sums[at];
  return undefined;
}

export function sumOf(sums: readonly KindSum[]): number {
  let tokens = 0;
  for (let at = 0; at < sums.length; at++) tokens += (sums[at] as KindSum).tokens;
  return tokens;
}

/** Sums by kind, in the order in which the kinds come first, added to `sums`. */
export function addByKind(sums: KindSum[], entries: Composition): KindSum[] {
  for (let at = 0; at < entries.length; at++) {
    const { kind, tokens } = entries[at] as Entry;
    const known = kindSum(sums, kind);
    if (known) known.tokens += tokens;
    else sums.push({ kind, tokens, taken: 0 });
  }
  return sums;
}

/** The share of a kind in a list, made when it is not there. */
export function shareOf(shares: KindShare[], kind: Kind): KindShare {
  for (let at = 0; at < shares.length; at++)
    if ((shares[at] as KindShare).kind === kind) return shares[at] as KindShare;
  const share: KindShare = { kind, usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 } };
  shares.push(share);
  return share;
}
