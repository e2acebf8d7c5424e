import { FIRST_COLUMNS, type GridColumn, type GridColumnView } from '../../src/views/requestGridView.ts';

/** A column that is drawn, with its place in a row's cells. */
export type ShownColumn = GridColumnView & { cell: number };

/** A narrower grid shows blocks, of these columns. In pixels. */
const LEAST_WIDTH = 560;
const BLOCK_COLUMNS: readonly GridColumn[] = ['at', 'total', 'model', 'cost', 'session'];
/** Of the columns that stand there at first these give way where there is no room for all, the first one first. */
const GIVING_WAY: readonly GridColumn[] = ['provider', 'prompt', 'output', 'agent'];

/**
 * The columns that a grid of `width` pixels draws, and whether its rows are blocks. The first ones always fit: as many give way as must, then
 * rows are blocks. What the reader chose is shown whole, and scrolls sideways where it is wider.
 *
 * @param width 0 while it is not measured
 */
export function shownColumns(
  views: readonly GridColumnView[],
  width: number,
): { columns: ShownColumn[]; isNarrow: boolean } {
  const all = views.map((each, cell) => ({ ...each, cell }));
  const isChosen = all.length !== FIRST_COLUMNS.length || !all.every(({ key }) => FIRST_COLUMNS.includes(key));
  let columns = all;
  for (const key of isChosen || width === 0 ? [] : GIVING_WAY) {
    if (columnsWidth(columns) <= width) break;
    columns = columns.filter((each) => each.key !== key || each.sort !== 'none');
  }
  const isNarrow = width > 0 && (width < LEAST_WIDTH || (!isChosen && columnsWidth(columns) > width));
  if (!isNarrow) return { columns, isNarrow };
  const few = BLOCK_COLUMNS.flatMap((key) => all.find((each) => each.key === key) ?? []);
  return { columns: few.length > 0 ? few : all, isNarrow };
}

/** The least pixels that columns take. */
export const columnsWidth = (columns: readonly GridColumnView[]): number =>
  columns.reduce((sum, each) => sum + each.width, 0);
