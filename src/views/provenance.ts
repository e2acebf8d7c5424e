import type { CountRule } from '../ledger/rows.ts';
import type { RequestListRow, SightingRow } from '../queries/requests.ts';
import { COST_HIDDEN } from '../store/accountRules.ts';
import { COSTS_SHOWN } from './costShown.ts';
import { requestPrice } from './requestPrice.ts';
import { t } from './text.ts';
import type { RequestReport } from './usageReport.ts';

/** Why a request is counted as it is, in sentences; the rules are those of the ledger. */
export function whyCounted(row: RequestListRow, sightings: readonly SightingRow[]): string[] {
  const others = sightings.filter((sighting) => sighting.path !== row.path);
  const reasons = [RULES[row.rule](row)];
  if (row.records > 1)
    reasons.push(
      t(
        '{0} records of it stand in this transcript, the first at byte {1}, the last at byte {2}: they are one request.',
        row.records,
        row.offset,
        row.lastOffset,
      ),
    );
  if (others.length === 1) reasons.push(t('It stands in one other transcript as well, which is not counted again.'));
  else if (others.length > 1)
    reasons.push(t('It stands in {0} other transcripts as well, which are not counted again.', others.length));
  if (row.isCopy === 1)
    reasons.push(t('Only copies of its record were seen: the transcript of its origin is missing.'));
  reasons.push(row.costShown === COST_HIDDEN ? t('The cost of its account is not shown.') : requestPrice(row));
  return reasons;
}

const RULES: Record<CountRule, (row: RequestListRow) => string> = {
  recorded: () => t('Counted as its record states it.'),
  maximum: () =>
    t('Counted once, at the largest figure of each class in all its records: they grow while a reply streams.'),
  delta: () => t('Counted at what a cumulative counter of the agent grew by since its last reading.'),
  sum: () => t('Counted at a sum that the agent states for several calls: which of them used what is not known.'),
  ledger: () =>
    t('Counted as the agent’s own account of its calls states it: the conversation does not show the call.'),
  estimated: ({ recordedOutput }) =>
    t(
      'Its output is estimated from the size of the reply, at the rate of the exactly recorded replies of its model: the agent recorded only {0} tokens, before the reply was complete.',
      recordedOutput ?? 0,
    ),
  placeholder: () =>
    t(
      'Its output is a lower bound: it is kept as the agent recorded it, which may have been before the reply was complete.',
    ),
};

/** One request as the CLI and the API list it. */
export function requestReport(row: RequestListRow, sightings: readonly SightingRow[]): RequestReport {
  const cacheCreation = row.cacheWrite5m + row.cacheWrite1h;
  return {
    request: row.requestKey,
    agent: row.agent,
    session: row.sessionId,
    thread: row.thread,
    name: row.agentName,
    workspace: row.workspace,
    account: row.account,
    user: row.user,
    at: new Date(row.atMs).toISOString(),
    provider: row.provider,
    model: row.model,
    input_tokens: row.input,
    output_tokens: row.output,
    cache_read: row.cacheRead,
    cache_creation: cacheCreation,
    cache_creation_1h: row.cacheWrite1h,
    reasoning_tokens: row.reasoning,
    total_tokens: row.input + row.output + row.cacheRead + cacheCreation,
    cost_usd: row.costUsd,
    cost_shown: COSTS_SHOWN[row.costShown],
    price_source: row.costShown === COST_HIDDEN ? null : row.priceSource,
    estimated: row.estimated === 1,
    recorded_output_tokens: row.recordedOutput,
    rule: row.rule,
    source: { path: row.path, offset: row.offset, last_offset: row.lastOffset, records: row.records },
    copies: sightings.filter((sighting) => sighting.path !== row.path).map(({ path, offset }) => ({ path, offset })),
    why: whyCounted(row, sightings),
    cursor: `${row.atMs}-${row.id}`,
  };
}

/** The place that a report's `cursor` names; `undefined` for text that is none. */
export function parseCursor(cursor: string): { atMs: number; id: number } | undefined {
  const [, atMs, id] = /^(-?\d{1,16})-(\d{1,15})$/.exec(cursor) ?? [];
  return atMs === undefined || id === undefined ? undefined : { atMs: Number(atMs), id: Number(id) };
}
