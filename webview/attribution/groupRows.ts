import type { AttributionRow } from '../../src/views/attributionView.ts';

/** A kind with the items that stand below it. */
export interface KindGroup {
  kind: AttributionRow;
  items: AttributionRow[];
}

/** Groups rows that come as a kind followed by its items. An item before any kind has no place and is left out. */
export function groupRows(rows: readonly AttributionRow[]): KindGroup[] {
  const groups: KindGroup[] = [];
  for (const row of rows) {
    if (row.level === 0) groups.push({ kind: row, items: [] });
    else groups.at(-1)?.items.push(row);
  }
  return groups;
}
