import type { Composition } from './composition.ts';
import { type HoldingsLog, ownerNumber } from './holdings.ts';
import type { OpenRequest } from './openRequest.ts';

/** What of a thread's state bears a name for a part of the head. */
interface Head {
  composition: Composition;
  preamble: Composition;
  recent: OpenRequest[];
  log: HoldingsLog;
}

/**
 * Gives a name to a part of the system prompt that the newest prompts already held without one. Kinds and sizes stay as they are: tokens
 * move from what of the system prompt has no name. The turn that began the segment is written anew; where it can no longer change, the part
 * stays without a name.
 */
export function nameHead({ composition, preamble, recent, log }: Head, target: string, weight: number): void {
  const from = ownerNumber(log, 'system', '');
  const first = recent.findIndex((request) => request.steps[0]?.[0] === -1);
  const later = recent.slice(first + 1).flatMap((request) => request.steps);
  const added = recent[first]?.steps[0]?.[1];
  // Steps name entries by their place: nothing may stand between that changes some.
  const isOpen = recent[first]?.steps.length === 1 && later.every(([left]) => left === 0);
  if (!added || !isOpen || added[0] !== from || composition[0]?.kind !== 'system' || composition[0].target !== '')
    return;
  const all = composition[0].tokens;
  const tokens = Math.min(weight, all);
  const owner = ownerNumber(log, 'system', target);
  if (tokens === all) added[0] = owner;
  else added.splice(0, 2, from, all - tokens, owner, tokens);
  for (const entries of [composition, preamble]) {
    const [rest] = entries;
    if (rest?.kind !== 'system' || rest.target !== '' || rest.tokens < tokens) continue;
    const named = { ...rest, target, tokens };
    entries.splice(0, 1, ...(rest.tokens > tokens ? [{ ...rest, tokens: rest.tokens - tokens }] : []), named);
  }
}
