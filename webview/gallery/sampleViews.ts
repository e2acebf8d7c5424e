import type { BarSegment, BarView } from '../../src/views/barView.ts';
import {
  type DayBar,
  type DaysView,
  type QuotaView,
  STACKED_CLASSES,
  type TableView,
} from '../../src/views/dashboardView.ts';
import { compactTokens, exactNumber, percent, usd } from '../../src/views/format.ts';
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

const beforeOf = (tokens: number, i: number) => {
  const before = Math.round(tokens * (0.4 + (i % 3) * 0.25));
  return { tokens: before, label: compact(before) };
};

const SAMPLE_TIERS: DaysView['costTiers'] = {
  caption: 'Cost of each day against $10.00',
  legend: [
    { tone: 'normal', label: 'below 50%' },
    { tone: 'notice', label: '50% to 80%' },
    { tone: 'warning', label: '80% to 95%' },
    { tone: 'critical', label: '95% and more' },
  ],
};

/** Of each bar: tiers of all kinds, one after the other. */
function tierOf(i: number): DayBar['costTier'] {
  const share = [31, 62, 88, 130][i % 4] ?? 0;
  return { tone: toneOf(share), cost: usd(share / 10, 'en'), share: `${share}%`, text: `${share}% of $10.00` };
}

/** A state's bars by day. */
export function sampleDays({ days }: GalleryState, isCompared = false): DaysView {
  const bars = days.map(([label, cacheRead, cacheWrite, input, output], i) => {
    const tokens = { cacheRead, cacheWrite, input, output };
    return {
      key: String(i),
      sinceMs: Date.UTC(2026, 10, 16) + i * 86_400_000,
      untilMs: Date.UTC(2026, 10, 17) + i * 86_400_000,
      label,
      longLabel: `${label}, November 2026`,
      tokens,
      labels: Object.fromEntries(STACKED_CLASSES.map((c) => [c, exact(Math.round(tokens[c]))])) as Record<
        (typeof STACKED_CLASSES)[number],
        string
      >,
      totalLabel: exact(Math.round(sum(Object.values(tokens)))),
      ...(isCompared && sum(Object.values(tokens)) > 0 ? { costTier: tierOf(i) } : {}),
      ...(isCompared ? { before: beforeOf(sum(Object.values(tokens)), i) } : {}),
    };
  });
  const highest = Math.max(0, ...bars.map((bar) => sum(Object.values(bar.tokens))));
  return {
    bars: highest > 0 ? bars : [],
    yTicks: ticksUpTo(highest).map((value) => ({ value, label: compact(value) })),
    legend: STACKED_CLASSES.map((c) => ({
      class: c,
      label: CLASS_LABELS[c],
      totalLabel: compact(sum(bars.map((bar) => bar.tokens[c]))),
    })),
    ...(isCompared ? { beforeLabel: 'Nov 9 – 15', costTiers: SAMPLE_TIERS } : {}),
    text: `Tokens by day, ${bars.length} days`,
  };
}

/** Agents with the models of a main thread that used two. */
const withModels = (agents: GalleryState['agents']): { name: string; tokens: number; level: 0 | 1 | 2 }[] =>
  agents.flatMap((agent) =>
    agent.name === 'main'
      ? [
          agent,
          { name: 'claude-sonnet-4-5-20250929', tokens: agent.tokens * 0.8, level: 2 as const },
          { name: 'claude-haiku-4-5', tokens: agent.tokens * 0.2, level: 2 as const },
        ]
      : [agent],
  );

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
    rows: withModels(agents).map(({ name, tokens, level }, i) => ({
      key: `${i}:${name}`,
      cells: [
        name,
        level === 2 ? '' : level === 0 || name === 'main' ? 'claude-sonnet-4-5-20250929' : 'claude-haiku-4-5',
        exact(Math.ceil(tokens / 41_000)),
        compact(tokens * 0.04),
        compact(tokens * 0.03),
        compact(tokens * 0.85),
        compact(tokens * 0.08),
        compact(tokens),
        usd(tokens / 900_000, 'en'),
      ],
      share: tokens / total,
      level,
      filter: { by: level === 0 ? 'agent' : level === 1 ? 'agentName' : 'model', value: name },
      ...(i === 0 && agents.length > 1 ? { selected: true } : {}),
    })),
  };
}

/** A state's quotas. */
export function sampleQuotas({ quotas }: GalleryState): QuotaView[] {
  return quotas.map(([label, used]) => ({
    label,
    percent: used,
    percentLabel: `${exact(used)}%`,
    tone: toneOf(used),
    detail: `${compact(used * 50_000)} of 5M tokens, resets Mon 00:00`,
  }));
}
