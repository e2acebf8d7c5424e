/** How urgent a figure is: below 50 %, 50 to 80, 80 to 95, above. The limits are settings. */
export type Tone = 'normal' | 'notice' | 'warning' | 'critical';

/** Percentages at which a tone begins, ascending. */
export interface Thresholds {
  notice: number;
  warning: number;
  critical: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = { notice: 50, warning: 80, critical: 95 };

/** The tone of a percentage; `normal` for one that is not a number. */
export function toneOf(percent: number, limits: Thresholds = DEFAULT_THRESHOLDS): Tone {
  if (percent >= limits.critical) return 'critical';
  if (percent >= limits.warning) return 'warning';
  if (percent >= limits.notice) return 'notice';
  return 'normal';
}
