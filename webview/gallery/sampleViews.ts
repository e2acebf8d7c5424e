import type { BarSegment, BarView } from '../../src/views/barView.ts';
import {
  type DashboardView,
  type DaysView,
  type QuotaView,
  STACKED_CLASSES,
  type TableView,
} from '../../src/views/dashboardView.ts';
import { compactTokens, exactNumber, percent } from '../../src/views/format.ts';
import { ticksUpTo } from '../../src/views/ticks.ts';
import { toneOf } from '../../src/views/tone.ts';
import type { GalleryState } from './states.ts';

const compact = (tokens: number) => compactTokens(tokens, 'en');
const exact = (tokens: number) => exactNumber(tokens, 'en');
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
const CLASS_LABELS = { cacheRead: 'Cache read', cacheWrite: 'Cache write', input: 'Input', output: 'Output' };

/** A state's bar, as the host would send it. */
export function sampleBar({ kinds }: GalleryState): BarView {
  const tokens = sum(kinds.map(([, , t]) => t));
  const segment = (kind: BarSegment['kind'], label: string, t: number): BarSegment => {
    const share = tokens === 0 ? 0 : t / tokens;
    return {
      kind,
      label,
      tokens: t,
      tokensLabel: compact(t),
      exactLabel: exact(t),
      share,
      shareLabel: percent(share, 'en'),
    };
  };
  const legend = kinds.map(([kind, label, t]) => segment(kind, label, t));
  const rest = legend.slice(3);
  const segments =
    legend.length > 4
      ? [...legend.slice(0, 3), segment('rest', `other (${rest.length} kinds)`, sum(rest.map((s) => s.tokens)))]
      : legend;
  const text = legend.map((s) => `${s.label} ${s.shareLabel}`).join(', ') || 'No tokens yet';
  return { tokens, tokensLabel: compact(tokens), segments, legend, text };
}

/** A state's bars by day. */
export function sampleDays({ days }: GalleryState): DaysView {
  const bars = days.map(([label, cacheRead, cacheWrite, input, output], i) => {
    const tokens = { cacheRead, cacheWrite, input, output };
    return {
      key: String(i),
      label,
      longLabel: `${label}, November 2026`,
      tokens,
      labels: Object.fromEntries(STACKED_CLASSES.map((c) => [c, exact(Math.round(tokens[c]))])) as Record<
        (typeof STACKED_CLASSES)[number],
        string
      >,
      totalLabel: exact(Math.round(sum(Object.values(tokens)))),
    };
  });
  const highest = Math.max(0, ...bars.map((bar) => sum(Object.values(bar.tokens))));
  return {
    bars,
    yTicks: ticksUpTo(highest).map((value) => ({ value, label: compact(value) })),
    legend: STACKED_CLASSES.map((c) => ({
      class: c,
      label: CLASS_LABELS[c],
      totalLabel: compact(sum(bars.map((bar) => bar.tokens[c]))),
    })),
    text: `Tokens by day, ${bars.length} days`,
  };
}

/** A state's table of agents. */
export function sampleTable({ agents }: GalleryState, caption: string): TableView {
  const total = sum(agents.filter((a) => a.level === 0).map((a) => a.tokens)) || 1;
  return {
    caption,
    columns: [
      { key: 'name', label: 'Agent', align: 'start' },
      { key: 'model', label: 'Most used model', align: 'start' },
      { key: 'requests', label: 'Requests', align: 'end' },
      { key: 'input', label: 'Input', align: 'end' },
      { key: 'output', label: 'Output', align: 'end' },
      { key: 'cacheRead', label: 'Cache read', align: 'end' },
      { key: 'cacheWrite', label: 'Cache write', align: 'end' },
      { key: 'total', label: 'Total', align: 'end' },
      { key: 'cost', label: 'Cost', align: 'end' },
    ],
    rows: agents.map(({ name, tokens, level }, i) => ({
      key: `${i}:${name}`,
      cells: [
        name,
        level === 0 ? 'claude-sonnet-4-5-20250929' : 'claude-haiku-4-5',
        exact(Math.ceil(tokens / 41_000)),
        compact(tokens * 0.04),
        compact(tokens * 0.03),
        compact(tokens * 0.85),
        compact(tokens * 0.08),
        compact(tokens),
        `$${exact(Math.round(tokens / 9_000) / 100)}`,
      ],
      share: tokens / total,
      level,
    })),
  };
}

/** A state's quotas. */
export function sampleQuotas({ quotas }: GalleryState): QuotaView[] {
  return quotas.map(([label, used]) => ({
    label,
    percent: used,
    percentLabel: `${exact(used)} %`,
    tone: toneOf(used),
    detail: `${compact(used * 50_000)} of 5M tokens, resets Mon 00:00`,
  }));
}

/** The Show Usage page in a state. */
export function sampleDashboard(state: GalleryState): DashboardView {
  const total = Math.round(sum(state.days.map(([, ...tokens]) => sum(tokens))));
  const empty = state.days.length === 0;
  return {
    state: empty ? 'empty' : 'ready',
    notice: empty
      ? 'Looked in ~/.claude/projects and ~/.codex/sessions. Figures appear here as soon as an agent writes.'
      : undefined,
    windows: (['day', 'week', 'month', 'all'] as const).map((name) => ({
      name,
      label: { day: 'Day', week: 'Week', month: 'Month', all: 'All' }[name],
      selected: name === 'week',
    })),
    headline: { value: compact(total), title: `${exact(total)} tokens`, caption: 'tokens this week' },
    period: 'Nov 16 – Nov 22 · resets in 1 d 4 h',
    quotas: sampleQuotas(state),
    cards: [
      { label: 'Requests', value: exact(Math.ceil(total / 41_000)), detail: '83 sessions' },
      { label: 'Tasks', value: '214', detail: '31 by subagents' },
      { label: 'Cost', value: `$${(total / 900_000).toFixed(2)}`, detail: '2 requests unpriced' },
      { label: 'Cache hits', value: '91 %', detail: 'of all input' },
    ],
    days: sampleDays(state),
    byAgent: sampleTable(state, 'By agent'),
    byModel: sampleTable(state, 'By model'),
    coverage: '1,204 requests from 83 files; history starts on Oct 2, 2026; 3 records rejected',
    updatedAt: '12:04:31',
  };
}
