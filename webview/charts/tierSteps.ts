import type { Tone } from '../../src/views/tone.ts';

/** How many steps a tier of costs has of four. */
export const TIER_STEPS: Record<Tone, number> = { normal: 1, notice: 2, warning: 3, critical: 4 };
