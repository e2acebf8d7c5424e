import type { CostShown } from './costShown.ts';
import type { TextTable } from './textTable.ts';

const COST_COLUMNS = ['cost_usd', 'price_source'];

/** A table of the command line with costs as the user wants them: named for what they are, or left out with the limits in dollars. */
export function tableWithCost({ columns, rows }: TextTable, cost: CostShown): TextTable {
  if (cost === 'list') return { columns, rows };
  const isCostLimit = (row: TextTable['rows'][number]): boolean =>
    columns[0] === 'group' && row[0] === 'limit' && /^cost /.test(String(row[columns.indexOf('name')]));
  if (cost === 'api-equivalent')
    return {
      columns: columns.map((column) => (column === 'cost_usd' ? 'api_equivalent_usd' : column)),
      rows: rows.map((row) =>
        isCostLimit(row) ? row.map((cell, i) => (columns[i] === 'name' ? `API-equivalent ${cell}` : cell)) : row,
      ),
    };
  const kept = columns.map((column) => !COST_COLUMNS.includes(column));
  const isKept = (_: unknown, i: number): boolean => kept[i] === true;
  return {
    columns: columns.filter(isKept),
    rows: rows.filter((row) => !isCostLimit(row)).map((row) => row.filter(isKept)),
  };
}
