import type { Reader } from '../store/reader.ts';
import { ACCOUNT } from './usageWindow.ts';

/** What a list of requests is sorted by that all requests of a caller have in common. */
export const RANK_NAMES = [
  'agent',
  'agentName',
  'provider',
  'model',
  'workspace',
  'session',
  'account',
  'user',
] as const;
export type RankName = (typeof RANK_NAMES)[number];

const NAMES: Record<RankName, string> = {
  agent: 's.agent',
  agentName: 'c.agent_name',
  provider: 'c.provider',
  model: 'c.model',
  workspace: 's.workspace',
  session: 'coalesce(s.title, s.session_key)',
  account: ACCOUNT,
  user: 's.user',
};

/**
 * The place of each caller's name among all of them in the reader's alphabet, by caller id; NaN for one without a name.
 *
 * @param shown a name as it is shown
 */
export function callerRanks(
  reader: Reader,
  by: RankName,
  locale: string,
  shown: (name: string) => string,
): Float64Array {
  const rows = reader.all<{ id: number; name: string | null }>(
    `SELECT c.id, ${NAMES[by]} AS name FROM callers c JOIN sessions s ON s.id = c.session_id`,
  );
  const collator = new Intl.Collator(locale, { numeric: true });
  const names = [...new Set(rows.flatMap(({ name }) => (name === null ? [] : [name])))];
  const ranks = new Map<string, number>();
  names.sort((a, b) => collator.compare(shown(a), shown(b)) || (a < b ? -1 : 1));
  for (const [i, name] of names.entries()) ranks.set(name, i);
  const found = new Float64Array(rows.reduce((most, { id }) => Math.max(most, id), 0) + 1).fill(Number.NaN);
  for (const { id, name } of rows) if (name !== null) found[id] = ranks.get(name) ?? Number.NaN;
  return found;
}
