import { apportion } from './apportion.ts';
import type { Kind } from './kind.ts';
import type { KindShare } from './rows.ts';

const CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

/** One request as this lens sees it. */
export interface FlyingRequest {
  /** It ran while a subagent's launch was in flight. */
  isSubagent: boolean;
  /** Kinds of the tool calls that its reply made, one entry per call. */
  openedKinds: readonly Kind[];
  usage: KindShare['usage'];
}

/**
 * The lens "in flight": the usage of a request goes whole to the tool calls that it opened, shared equally; a subagent's to the launch in
 * flight; and to the model where no call is open. Sums to the requests in each class.
 */
export function inFlight(requests: Iterable<FlyingRequest>): Map<Kind, KindShare['usage']> {
  const sums = new Map<Kind, KindShare['usage']>();
  for (const { isSubagent, openedKinds, usage } of requests) {
    const kinds: readonly Kind[] = isSubagent ? ['task'] : openedKinds.length > 0 ? openedKinds : ['model'];
    const weights = kinds.map(() => 1);
    for (const tokenClass of CLASSES) {
      const parts = apportion(usage[tokenClass], weights);
      kinds.forEach((kind, index) => {
        const sum = sums.get(kind) ?? { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
        sum[tokenClass] += parts[index] ?? 0;
        sums.set(kind, sum);
      });
    }
  }
  return sums;
}
