import type { BarSegment } from '../../src/views/barView.ts';
import { textWidth } from '../../src/views/textWidth.ts';

/** One drawn part of the bar, in pixels. */
export interface PlacedSegment {
  segment: BarSegment;
  x: number;
  width: number;
  /** Inside the part; empty when nothing fits. */
  label: string;
  /** Where the label begins. */
  labelX: number;
}

/** Space between two parts. */
export const GAP = 2;
/** The narrowest part that can still be seen. */
const MIN_WIDTH = 3;
const LABEL_PADDING = 8;
/** Where a name has no place otherwise. */
const TIGHT_PADDING = 4;
/** Labels are bold: how much wider than plain text. */
const BOLD = 1.12;

/**
 * Places the parts of a bar side by side in `width` pixels. Parts without tokens are left out; a tiny part is widened to be seen, at the
 * cost of the widest. A chart that was not measured yet, of no width, has no parts. `scale` maps tokens to pixels of a bar without gaps.
 */
export function placeSegments(
  segments: readonly BarSegment[],
  width: number,
  fontSize: number,
  scale: (tokens: number) => number,
): PlacedSegment[] {
  if (width <= 0) return [];
  const shown = segments.filter((segment) => segment.tokens > 0);
  const room = width - GAP * (shown.length - 1);
  const wanted = shown.map((segment) => Math.max(MIN_WIDTH, (scale(segment.tokens) * room) / width));
  const surplus = wanted.reduce((sum, w) => sum + w, 0) - room;
  const widest = wanted.indexOf(Math.max(...wanted));
  let x = 0;
  return shown.map((segment, i) => {
    const w = (wanted[i] ?? 0) - (i === widest ? surplus : 0);
    const { label, padding } = labelInside(segment, w, fontSize);
    const placed = { segment, x, width: w, label, labelX: x + padding };
    x += w + GAP;
    return placed;
  });
}

/**
 * `other (5 kinds) 25%`, else `other 25%`, else `other (5 kinds)`, else `other`, then closer to the edges, else the share alone, else nothing:
 * a name is never cut.
 */
function labelInside(segment: BarSegment, width: number, fontSize: number): { label: string; padding: number } {
  const { label, shareLabel } = segment;
  const short = label.replace(/ ?[(（].*/, '');
  const fits = (text: string, padding: number): boolean => textWidth(text, fontSize) * BOLD <= width - 2 * padding;
  const roomy = [`${label} ${shareLabel}`, `${short} ${shareLabel}`, label, short].find((text) =>
    fits(text, LABEL_PADDING),
  );
  if (roomy !== undefined) return { label: roomy, padding: LABEL_PADDING };
  if (fits(short, TIGHT_PADDING)) return { label: short, padding: TIGHT_PADDING };
  return { label: fits(shareLabel, LABEL_PADDING) ? shareLabel : '', padding: LABEL_PADDING };
}

/** A rectangle's outline with its own radius at either end, as SVG path data. */
export function roundedBar(x: number, y: number, width: number, height: number, left: number, right: number): string {
  const l = Math.min(left, width / 2);
  const r = Math.min(right, width / 2);
  const n = (value: number) => Number(value.toFixed(2));
  return (
    `M${n(x + l)} ${n(y)}H${n(x + width - r)}a${n(r)} ${n(r)} 0 0 1 ${n(r)} ${n(r)}v${n(height - 2 * r)}` +
    `a${n(r)} ${n(r)} 0 0 1 ${n(-r)} ${n(r)}H${n(x + l)}a${n(l)} ${n(l)} 0 0 1 ${n(-l)} ${n(-l)}v${n(2 * l - height)}` +
    `a${n(l)} ${n(l)} 0 0 1 ${n(l)} ${n(-l)}z`
  );
}
