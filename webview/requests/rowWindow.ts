/** Browsers cut elements that are higher than some 33 million pixels. */
const MOST_HEIGHT = 30_000_000;
/** Rows that are drawn beyond either edge, for those who are read what stands there. */
const BEYOND = 2;

/** A list of rows that are all of one height, and the height of what is seen of it; in pixels. */
export interface RowList {
  total: number;
  rowHeight: number;
  viewHeight: number;
}

/** Where rows stand in a list that is scrolled. */
export interface RowWindow {
  /** Height of the scrolled content in pixels. */
  height: number;
  /** The first and the last + 1 of the rows to draw, and how many that are at most, wherever the list is scrolled to. */
  from: number;
  to: number;
  most: number;
  /** The row at the upper edge: the first that is seen at least in part. */
  top: number;
  /** Rows that fit wholly. */
  fitting: number;
  /** How far a row's upper edge is below the upper edge of what is seen, in pixels; negative = above. */
  edgeOf(row: number): number;
}

/**
 * Which rows of a list are seen. A list that is too high for the browser is scrolled by proportion: one pixel of the scrollbar is then more
 * than a pixel of rows.
 */
export function rowWindow(list: RowList, scrollTop: number): RowWindow {
  const { total, rowHeight, viewHeight } = list;
  const height = Math.min(total * rowHeight, MOST_HEIGHT);
  const place = Math.max(0, Math.min(scrollTop, height - viewHeight)) * ratio(list);
  const top = Math.min(Math.max(0, total - 1), Math.floor(place / rowHeight));
  const last = Math.min(total, Math.ceil((place + viewHeight) / rowHeight));
  return {
    height,
    from: Math.max(0, top - BEYOND),
    to: Math.min(total, last + BEYOND),
    most: Math.ceil(viewHeight / rowHeight) + 1 + 2 * BEYOND,
    top,
    fitting: Math.max(1, Math.floor(viewHeight / rowHeight)),
    edgeOf: (row) => row * rowHeight - place,
  };
}

/** Where to scroll to, so that a row is the first. */
export const scrollTopOf = (list: RowList, row: number): number => (row * list.rowHeight) / ratio(list);

/** Where to scroll to, so that a row is seen; `undefined` when it is. */
export function scrollTopToSee(list: RowList, row: number, scrollTop: number): number | undefined {
  const { rowHeight, viewHeight } = list;
  const seenAt = rowWindow(list, scrollTop).edgeOf(row);
  if (seenAt < 0) return scrollTopOf(list, row);
  if (seenAt + rowHeight > viewHeight) {
    const exact = ((row + 1) * rowHeight - viewHeight) / ratio(list);
    return Math.max(0, exact);
  }
  return undefined;
}

/** Pixels of rows for one pixel of the scrollbar. */
function ratio({ total, rowHeight, viewHeight }: RowList): number {
  const whole = total * rowHeight;
  return whole <= MOST_HEIGHT ? 1 : (whole - viewHeight) / (MOST_HEIGHT - viewHeight);
}
