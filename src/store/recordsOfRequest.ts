import { mergeRequests } from '../ledger/mergeRequests.ts';
import type { KindShare, RequestRow } from '../ledger/rows.ts';
import { packEstimate } from './estimateText.ts';

/** The same record, as it is known now: it owns the request as before, though it may have told an earlier time then. */
export function readOn(row: RequestRow, kept: RequestRow): RequestRow {
  const now = { ...row, atMs: Math.min(row.atMs, kept.atMs), isCopy: row.isCopy && kept.isCopy };
  return mergeRequests(now, { ...kept, offset: row.offset });
}

/**
 * Whether a record in another file says nothing that the stored one does not: a copy of an original, or of an earlier copy, with the same
 * facts. Most records that stand in several files are such; the rest are merged.
 */
export function isPlainCopy(row: RequestRow, kept: RequestRow): boolean {
  return (
    row.isCopy &&
    !kept.isCopy &&
    row.atMs >= kept.atMs &&
    !row.estimated &&
    !kept.estimated &&
    row.replyChars <= kept.replyChars &&
    row.hidesThinking === kept.hidesThinking &&
    sameTokens(row.usage, kept.usage) &&
    row.usage.reasoning === kept.usage.reasoning &&
    row.model === kept.model &&
    row.provider === kept.provider &&
    row.tier === kept.tier &&
    row.messageId === kept.messageId &&
    row.webSearches === kept.webSearches &&
    row.recordedUsd === kept.recordedUsd &&
    (row.taskId === undefined || kept.taskId !== undefined) &&
    (!row.openedKinds?.length || kept.openedKinds !== undefined)
  );
}

/** What a record says of the tokens. */
export function figuresOf(row: RequestRow): Partial<RequestRow> {
  const { usage, recordedUsd, shares, estimated, estimate, rule, replyChars, hidesThinking } = row;
  return { usage: { ...usage }, recordedUsd, shares, estimated, estimate, rule, replyChars, hidesThinking };
}

/** Where the records of a request stand in a file, when some come so late that the ledger has let go of the first ones. */
export function recordsOf(kept: RequestRow, late: RequestRow): Pick<RequestRow, 'lastOffset' | 'records'> {
  return {
    lastOffset: Math.max(kept.lastOffset, late.lastOffset),
    records: late.offset > kept.lastOffset ? kept.records + late.records : kept.records,
  };
}

/** Shares without empty ones, each kind once. */
export function wholeShares(shares: RequestRow['shares']): RequestRow['shares'] {
  return shares
    .filter(({ usage }) => usage.input || usage.cacheRead || usage.cacheWrite5m || usage.cacheWrite1h || usage.output)
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** Whether storing `a` over `b` would change nothing. Shares of both are sorted by kind. */
export function sameRow(a: RequestRow, b: RequestRow): boolean {
  for (const field of PLAIN_FIELDS) if (a[field] !== b[field]) return false;
  return (
    a.usage.reasoning === b.usage.reasoning &&
    sameTokens(a.usage, b.usage) &&
    a.shares.length === b.shares.length &&
    a.shares.every((share, i) => share.kind === b.shares[i]?.kind && sameTokens(share.usage, b.shares[i].usage)) &&
    packEstimate(a.estimate) === packEstimate(b.estimate) &&
    sameKinds(a.openedKinds, b.openedKinds)
  );
}

const sameKinds = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a?.length === b?.length && (a ?? []).every((kind, i) => kind === b?.[i]);

const sameTokens = (a: KindShare['usage'], b: KindShare['usage']): boolean =>
  a.input === b.input &&
  a.cacheRead === b.cacheRead &&
  a.cacheWrite5m === b.cacheWrite5m &&
  a.cacheWrite1h === b.cacheWrite1h &&
  a.output === b.output;

/** The fields of a row that hold one value each: all but these few. */
const PLAIN_FIELDS = Object.keys({
  requestId: true,
  sessionId: true,
  thread: true,
  agentName: true,
  messageId: true,
  atMs: true,
  provider: true,
  model: true,
  tier: true,
  webSearches: true,
  recordedUsd: true,
  estimated: true,
  rule: true,
  replyChars: true,
  hidesThinking: true,
  isCopy: true,
  taskId: true,
  turn: true,
  offset: true,
  lastOffset: true,
  records: true,
} satisfies Record<PlainField, true>) as PlainField[];

type PlainField = Exclude<keyof RequestRow, 'usage' | 'shares' | 'estimate' | 'openedKinds'>;
