/** Where the legend's entries stand, in pixels below the bar. */
export interface LegendLayout {
  columns: number;
  columnWidth: number;
  rowHeight: number;
  height: number;
  /** Top left of entry `i`; entries run down the first column, then the next. */
  at: (i: number) => { x: number; y: number };
}

const COLUMN_GAP = 32;
const MAX_COLUMN_WIDTH = 520;
const TWO_COLUMNS_FROM = 520;
/** A small chart gets a second column too before its legend grows taller than a hover. */
const TALL = 8;
const TWO_NARROW_COLUMNS_FROM = 350;

/**
 * Lays out `count` entries in `width` pixels.
 *
 * @param entryWidth pixels that the widest entry would like to have: a short legend rather has one column than shortened names
 */
export function legendLayout(count: number, width: number, rowHeight: number, entryWidth = 0): LegendLayout {
  const isShort = count <= TALL && (width - COLUMN_GAP) / 2 < entryWidth;
  const two = (width >= TWO_COLUMNS_FROM && !isShort) || (count > TALL && width >= TWO_NARROW_COLUMNS_FROM);
  const columns = two && count > 1 ? 2 : 1;
  const gap = width >= TWO_COLUMNS_FROM ? COLUMN_GAP : COLUMN_GAP / 2;
  const columnWidth = Math.min(MAX_COLUMN_WIDTH, (width - gap * (columns - 1)) / columns);
  const rows = Math.ceil(count / columns);
  return {
    columns,
    columnWidth,
    rowHeight,
    height: rows * rowHeight,
    at: (i) => ({ x: Math.floor(i / rows) * (columnWidth + gap), y: (i % rows) * rowHeight }),
  };
}

/** Parts of one entry in pixels: the swatch with the space behind it, and the place of either figure. */
export const legendParts = (fontSize: number): { swatch: number; nameX: number; figureWidth: number } => {
  const swatch = Math.round(fontSize * 0.8);
  return { swatch, nameX: swatch + 7, figureWidth: fontSize * 3.3 };
};

/** Pixels that an entry takes besides its name. */
export function legendFixedWidth(fontSize: number): number {
  const { nameX, figureWidth } = legendParts(fontSize);
  return nameX + 2 * figureWidth + 2;
}
