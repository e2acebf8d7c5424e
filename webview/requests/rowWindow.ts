/** Height of a row in pixels. */
export const ROW_HEIGHT = 28;
/** Browsers cut elements that are higher than some 33 million pixels. */
const MOST_HEIGHT = 30_000_000;
/** Rows that are drawn beyond either edge. */
const BEYOND = 12;

/** Where rows stand in a list that is scrolled. */
export interface RowWindow {
  /** Height of the scrolled content in pixels. */
  height: number;
  /** The first and the last + 1 of the rows to draw. */
  from: number;
  to: number;
  /** The row at the upper edge: the first that is seen at least in part. */
  top: number;
  /** Rows that fit wholly. */
  fitting: number;
  /** Place of a row's upper edge in the content, in pixels. */
  offsetOf(row: number): number;
}

/**
 * Which rows of a list are seen. A list that is too high for the browser is scrolled by proportion: one pixel of the scrollbar is then more
 * than a pixel of rows.
 *
 * @param viewHeight height in pixels of what is seen of the rows
 */
export function rowWindow(total: number, scrollTop: number, viewHeight: number): RowWindow {
  const whole = total * ROW_HEIGHT;
  const height = Math.min(whole, MOST_HEIGHT);
  const at = Math.max(0, Math.min(scrollTop, height - viewHeight));
  const place = at * ratio(total, viewHeight);
  const top = Math.min(Math.max(0, total - 1), Math.floor(place / ROW_HEIGHT));
  const last = Math.min(total, Math.ceil((place + viewHeight) / ROW_HEIGHT));
  return {
    height,
    from: Math.max(0, top - BEYOND),
    to: Math.min(total, last + BEYOND),
    top,
    fitting: Math.max(1, Math.floor(viewHeight / ROW_HEIGHT)),
    offsetOf: (row) => at + row * ROW_HEIGHT - place,
  };
}

/** Where to scroll to, so that a row is the first. */
export const scrollTopOf = (row: number, total: number, viewHeight: number): number =>
  (row * ROW_HEIGHT) / ratio(total, viewHeight);

/** Where to scroll to, so that a row is seen; `undefined` when it is. */
export function scrollTopToSee(row: number, total: number, scrollTop: number, viewHeight: number): number | undefined {
  const { offsetOf } = rowWindow(total, scrollTop, viewHeight);
  const seenAt = offsetOf(row) - scrollTop;
  if (seenAt < 0) return scrollTopOf(row, total, viewHeight);
  if (seenAt + ROW_HEIGHT > viewHeight) {
    const exact = ((row + 1) * ROW_HEIGHT - viewHeight) / ratio(total, viewHeight);
    return Math.max(0, exact);
  }
  return undefined;
}

/** Pixels of rows for one pixel of the scrollbar. */
function ratio(total: number, viewHeight: number): number {
  const whole = total * ROW_HEIGHT;
  return whole <= MOST_HEIGHT ? 1 : (whole - viewHeight) / (MOST_HEIGHT - viewHeight);
}
