import type { AttributionRow, ColumnKey } from '../../src/views/attributionView.ts';

/** A row with the rows that stand below it. */
export interface RowGroup {
  row: AttributionRow;
  below: RowGroup[];
}

/** By which column rows are sorted. */
export interface Sorting {
  column: ColumnKey | 'name';
  descending: boolean;
}

/** Makes a tree of rows that come each followed by what is below it. A row without one above it has no place and is left out. */
export function groupRows(rows: readonly AttributionRow[]): RowGroup[] {
  const groups: RowGroup[] = [];
  for (const row of rows) {
    let siblings: RowGroup[] | undefined = groups;
    for (let level = 0; level < row.level; level++) siblings = siblings?.at(-1)?.below;
    siblings?.push({ row, below: [] });
  }
  return groups;
}

/** The same rows in another order, on every level. Rows without a figure stand last, equal ones stay as they were. */
export function sortGroups(groups: readonly RowGroup[], { column, descending }: Sorting): RowGroup[] {
  const sign = descending ? -1 : 1;
  const order = (a: AttributionRow, b: AttributionRow): number => {
    if (column === 'name') return sign * a.label.localeCompare(b.label);
    const [left, right] = [a.values[column], b.values[column]];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return sign * (left - right);
  };
  return groups
    .map(({ row, below }) => ({ row, below: sortGroups(below, { column, descending }) }))
    .toSorted((a, b) => order(a.row, b.row));
}
