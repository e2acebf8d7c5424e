import type { Kind } from '../ledger/kind.ts';

/** One owner's part of a bar, as it is drawn and read. */
export interface BarSegment {
  /** `rest` = the segment that stands for every kind without one of its own. */
  kind: Kind | 'rest';
  /** `Read`, `MCP github`, `other (5 kinds)`. */
  label: string;
  tokens: number;
  /** `33.9k` */
  tokensLabel: string;
  /** `33,912` */
  exactLabel: string;
  /** 0 to 1. */
  share: number;
  /** `41 %`, `< 1 %` */
  shareLabel: string;
}

/** A stacked bar: what the tokens were used for. Plain data for the chart and its text twin. */
export interface BarView {
  /** Sum of the legend's tokens. */
  tokens: number;
  tokensLabel: string;
  /** The parts as drawn: the largest three, then `rest` where more than four kinds exist. Descending share, `rest` last. */
  segments: BarSegment[];
  /** Every kind, descending share. Sums to `tokens`. */
  legend: BarSegment[];
  /** The whole bar as one sentence, for screen readers and plain text. */
  text: string;
}
