import type { TokenUsage } from '../agents/event.ts';
import { apportion } from './apportion.ts';
import { largerCost, maxUsage, promptSize } from './openRequest.ts';
import type { CountRule, KindShare, RequestRow } from './rows.ts';

/**
 * Two records of the same request become one: the maximum of each field, and the owner and time of the earliest record that is no copy. An
 * exact output beats an estimated one, whichever is larger. The same records give the same result in any order. Shares are the owner's,
 * corrected so that they sum to the merged usage in each class; only where several others are exact and the owner is not, the first of them to
 * come says whose the output is.
 */
export function mergeRequests(a: RequestRow, b: RequestRow): RequestRow {
  const owner = owns(a, b) ? a : b;
  const other = owner === a ? b : a;
  const usage = maxUsage(a.usage, b.usage);
  if (a.estimated !== b.estimated) usage.output = (a.estimated ? b : a).usage.output;
  const { provider, model } = owner.model === UNKNOWN_MODEL ? other : owner;
  const estimate = mergedEstimate(a, b);
  // An estimate has no say where the other record was kept as it stands.
  if (a.estimated && b.estimated && !estimate) usage.output = Math.max(recordedOutput(a), recordedOutput(b));
  return {
    ...owner,
    provider,
    model,
    usage,
    messageId: owner.messageId ?? other.messageId,
    tier: owner.tier ?? other.tier,
    webSearches: Math.max(a.webSearches, b.webSearches),
    recordedUsd: recordedUsd(a, b),
    estimated: a.estimated && b.estimated,
    estimate,
    replyChars: Math.max(a.replyChars, b.replyChars),
    hidesThinking: a.hidesThinking || b.hidesThinking,
    rule: mergedRule(owner, other, usage),
    isCopy: a.isCopy && b.isCopy,
    taskId: owner.taskId ?? other.taskId,
    openedKinds: owner.openedKinds?.length ? owner.openedKinds : other.openedKinds,
    shares: fitShares(
      owner.estimated && !other.estimated ? withOutputOf(owner.shares, other.shares) : owner.shares,
      usage,
    ),
  };
}

/** What agents write for a model that a record does not name: another record of the request may. */
const UNKNOWN_MODEL = 'unknown';
/** What two estimates rest on together: the larger reply. `undefined` when one of the two is none. */
function mergedEstimate(a: RequestRow, b: RequestRow): RequestRow['estimate'] {
  if (!a.estimate || !b.estimate) return undefined;
  const isLarger =
    a.replyChars !== b.replyChars
      ? a.replyChars > b.replyChars
      : JSON.stringify(a.estimate.weights) >= JSON.stringify(b.estimate.weights);
  return {
    recorded: Math.max(a.estimate.recorded, b.estimate.recorded),
    weights: (isLarger ? a : b).estimate?.weights ?? {},
  };
}

const recordedOutput = (row: RequestRow): number => row.estimate?.recorded ?? row.usage.output;

/** As one record states it, if there is one that states just these figures. */
function mergedRule(owner: RequestRow, other: RequestRow, usage: TokenUsage): CountRule {
  const byRank = rank(owner) - rank(other);
  const [first, second] = byRank < 0 ? [other, owner] : [owner, other];
  if (first.rule !== 'recorded' && first.rule !== 'maximum') return first.rule;
  const states = (row: RequestRow): boolean =>
    row.rule === 'recorded' && row.usage.output === usage.output && promptSize(row.usage) === promptSize(usage);
  return states(first) || (byRank === 0 && states(second)) ? 'recorded' : 'maximum';
}

/** What is exact decides over what was kept, and that over what was estimated. */
const rank = (row: RequestRow): number => (row.estimated ? (row.estimate ? 0 : 1) : 2);

/** The shares with the output of others. */
function withOutputOf(shares: readonly KindShare[], others: readonly KindShare[]): KindShare[] {
  const kinds = new Map(shares.map(({ kind, usage }) => [kind, { kind, usage: { ...usage, output: 0 } }]));
  for (const { kind, usage } of others) {
    const share = kinds.get(kind) ?? { kind, usage: noTokens() };
    share.usage.output = usage.output;
    kinds.set(kind, share);
  }
  return [...kinds.values()];
}

const noTokens = (): KindShare['usage'] => ({ input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 });

/**
 * The cost that was recorded with the exact figures, if there was one: one of before is that of a part. Of two alike the larger, as it grows
 * while a reply streams.
 */
function recordedUsd(a: RequestRow, b: RequestRow): number | undefined {
  if (a.estimated === b.estimated) return largerCost(a.recordedUsd, b.recordedUsd);
  return (a.estimated ? b : a).recordedUsd;
}

/**
 * Whether `a` is the original of the two: not a copy, then earlier, then by name, so that the order of arrival does not matter. What is
 * merged keeps the time of its owner, not an earlier one of a copy, so that a third record is held against what the owner itself says. Both
 * may be: alike in all of this, in two files.
 */
export function owns(a: RequestRow, b: RequestRow): boolean {
  if (a.isCopy !== b.isCopy) return !a.isCopy;
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.sessionId !== b.sessionId) return a.sessionId < b.sessionId;
  if (a.thread !== b.thread) return a.thread < b.thread;
  return a.offset <= b.offset;
}

const CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

/** Shares whose sum is the usage in each class: what exceeds is scaled down, what is missing has no known owner. */
export function fitShares(shares: readonly KindShare[], usage: TokenUsage): KindShare[] {
  const fitted = shares.map((share) => ({ kind: share.kind, usage: { ...share.usage } }));
  for (const tokenClass of CLASSES) {
    const sum = fitted.reduce((total, share) => total + share.usage[tokenClass], 0);
    const missing = usage[tokenClass] - sum;
    if (missing < 0) {
      const parts = apportion(
        usage[tokenClass],
        fitted.map((share) => share.usage[tokenClass]),
      );
      fitted.forEach((share, index) => {
        share.usage[tokenClass] = parts[index] ?? 0;
      });
    } else if (missing > 0) {
      let rest = fitted.find((share) => share.kind === 'unattributed');
      if (!rest) {
        rest = {
          kind: 'unattributed',
          usage: noTokens(),
        };
        fitted.push(rest);
      }
      rest.usage[tokenClass] += missing;
    }
  }
  return fitted;
}
