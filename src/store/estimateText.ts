import type { RequestRow } from '../ledger/rows.ts';

/** What an output is estimated from, as it is stored. */
export function packEstimate(estimate: RequestRow['estimate']): string | undefined {
  return estimate && JSON.stringify([estimate.recorded, estimate.weights]);
}

/** What `packEstimate` packed. */
export function unpackEstimate(text: string | undefined): RequestRow['estimate'] {
  if (text === undefined) return undefined;
  const [recorded, weights] = JSON.parse(text) as [number, NonNullable<RequestRow['estimate']>['weights']];
  return { recorded, weights };
}
