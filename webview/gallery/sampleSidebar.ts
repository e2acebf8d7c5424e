import { compactTokens, exactNumber } from '../../src/views/format.ts';
import type { SidebarView } from '../../src/views/sidebarView.ts';
import { toneOf } from '../../src/views/tone.ts';

const thresholds = { notice: 50, warning: 80, critical: 95 };
const LONG = 'a-remarkably-long-title-that-somebody-gave-to-a-session-without-ever-looking-at-a-sidebar';

/** The sidebar of one live session. */
function live(title: string, percent: number, budget?: number): SidebarView {
  const tokens = 2000 * percent;
  const tone = toneOf(percent, thresholds);
  const figure = (key: SidebarView['figures'][number]['key'], label: string, used: number, cost: string) => ({
    key,
    label,
    value: compactTokens(used, 'en'),
    title: `${exactNumber(used, 'en')} tokens`,
    cost,
  });
  return {
    state: 'ready',
    live: {
      key: 'claude-code:s1',
      title,
      subtitle: 'Claude Code · claude-opus-4-5 · storefront',
      state: 'live',
      context: {
        percent,
        percentLabel: `${percent}%`,
        tone,
        label: `${compactTokens(tokens, 'en')} of 200k tokens`,
        title: `${exactNumber(tokens, 'en')} of 200,000 tokens (${percent}%)`,
      },
    },
    ...(budget === undefined
      ? {}
      : {
          ring: {
            label: 'Weekly budget',
            percent: budget,
            percentLabel: `${budget}%`,
            tone: toneOf(budget, thresholds),
            detail: '3.3M of 4M tokens, resets in 14 h 8 min',
            marks: [50, 80, 95],
          },
        }),
    figures: [
      figure('session', 'Session', 1_571_904, '$1.45'),
      figure('today', 'Today', 2_408_564, '$1.98'),
      figure('week', 'This week', 3_285_806, '≈$3.25 +'),
    ],
    sessions: [],
  };
}

const usual = live('Checkout totals with discounts', 33);
const { live: first, ...rest } = usual;

/** The states that the sidebar must look well in. */
export const SIDEBAR_STATES: Record<string, SidebarView> = {
  empty: {
    state: 'empty',
    notice: 'No transcripts of coding agents yet. Looked for those of Claude Code, Codex.',
    figures: [],
    sessions: [],
  },
  indexing: {
    ...live('Checkout totals with discounts', 33),
    state: 'indexing',
    notice: 'Reading history, newest first: 120 of 3,400 files. The figures below still grow.',
  },
  noReply: {
    ...rest,
    live: {
      key: 'claude-code:s1',
      title: 'Checkout totals with discounts',
      subtitle: first?.subtitle ?? '',
      state: 'live',
      noContext: 'No reply yet: the first one tells how full the context window is.',
    },
  },
  withoutBudget: live('Checkout totals with discounts', 33),
  half: live('Checkout totals with discounts', 61, 55),
  nearlyFull: live('Checkout totals with discounts', 88, 84),
  full: live(LONG, 97, 118),
  equivalent: {
    ...usual,
    figures: usual.figures.map((figure) => ({
      ...figure,
      cost: `${figure.cost}${figure.key === 'session' ? '*' : '†'}`,
    })),
    costNote: '*\u00a0API-equivalent · †\u00a0partly API-equivalent',
  },
  weekBegan: {
    ...usual,
    figures: usual.figures.map((figure) => (figure.key === 'week' ? { ...figure, note: 'since Mon 8:00 AM' } : figure)),
  },
  costOff: { ...usual, figures: usual.figures.map((figure) => ({ ...figure, cost: '' })) },
};
