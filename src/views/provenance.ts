import type { RequestListRow, SightingRow } from '../queries/requests.ts';
import type { RequestReport } from './usageReport.ts';

/** Why a request is counted as it is, in sentences; the rules are those of the ledger. */
export function whyCounted(row: RequestListRow, sightings: readonly SightingRow[]): string[] {
  const others = sightings.filter((sighting) => sighting.path !== row.path);
  const reasons = ['Counted once, at the largest figure of each class in all its records.'];
  if (others.length > 0) {
    const files = others.length === 1 ? 'one other transcript' : `${others.length} other transcripts`;
    reasons.push(`It stands in ${files} as well, which ${others.length === 1 ? 'is' : 'are'} not counted again.`);
  }
  if (row.isCopy === 1) reasons.push('Only copies of its record were seen: the transcript of its origin is missing.');
  if (row.estimated === 1)
    reasons.push('Its output is estimated or a lower bound: the agent recorded no final figure of the reply.');
  reasons.push(
    row.costUsd === null
      ? 'It has no price: the model or its tier is not in the price list.'
      : row.priceSource === 'recorded'
        ? 'Its cost is the one that the agent recorded.'
        : `Its price comes from ${row.priceSource}.`,
  );
  return reasons;
}

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
    price_source: row.priceSource,
    estimated: row.estimated === 1,
    source: { path: row.path, offset: row.offset },
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
