import type { Kind } from '../ledger/kind.ts';
import type { KindTokens } from '../ledger/rows.ts';
import type { ThreadStateRow } from '../queries/threads.ts';

/** What fills a thread's window now, by kind. */
export function windowKinds({ windowKinds }: Pick<ThreadStateRow, 'windowKinds'>): { kind: Kind; tokens: number }[] {
  return (JSON.parse(windowKinds) as KindTokens[]).map(([kind, tokens]) => ({ kind, tokens }));
}
