import { noUsage } from '../../src/queries/usageSums.ts';
import { changeView } from '../../src/views/change.ts';
import type {
  DashboardView,
  DonutView,
  RingView,
  SparkView,
  SummaryCard,
  TableView,
} from '../../src/views/dashboardView.ts';
import { providerDonut } from '../../src/views/donut.ts';
import { compactTokens, exactNumber, usd } from '../../src/views/format.ts';
import { sampleDays, sampleQuotas, sampleTable } from './sampleViews.ts';
import type { GalleryState } from './states.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const tokensOf = ({ days }: GalleryState): number[] => days.map(([, ...tokens]) => Math.round(sum(tokens)));

/** A state's first quota as a ring. */
export function sampleRing(state: GalleryState): RingView | undefined {
  const [quota] = sampleQuotas(state);
  return quota && { ...quota, marks: [50, 80, 95] };
}

export function sampleSpark(state: GalleryState): SparkView {
  const values = tokensOf(state);
  const days = values.length === 1 ? '1 day' : `${values.length} days`;
  return { values, label: `Last ${days}`, text: `Tokens by day in the last ${days}` };
}

/** A state's agents as if they were providers. */
export const sampleDonut = ({ agents }: GalleryState): DonutView =>
  providerDonut(
    agents
      .filter(({ level, tokens }) => level === 0 && tokens > 0)
      .map(({ name, tokens }) => ({ ...noUsage(), provider: name, turns: 1, costUsd: tokens / 900_000 })),
    'en',
  );

export function sampleCards(state: GalleryState): SummaryCard[] {
  const days = tokensOf(state);
  const [today, week] = [days.at(-1) ?? 0, sum(days)];
  const change = (now: number, before: number, then: string) =>
    changeView(now, before, `${then} up to this time`, 'en');
  const card = (label: string, text: (tokens: number) => string): SummaryCard => ({
    label,
    spans: [
      { label: 'Today', value: text(today), title: text(today) },
      {
        label: 'This week',
        value: text(week),
        title: text(week),
        change: change(week, week * 1.13, `${text(week * 1.13)} last week`),
      },
      {
        label: 'This month',
        value: text(week * 3),
        title: text(week * 3),
        change: change(week * 3, week, `${text(week)} last month`),
      },
    ],
  });
  return [
    card('Tokens', (tokens) => compactTokens(tokens, 'en')),
    card('Cost', (tokens) => usd(tokens / 900_000, 'en')),
    card('Requests', (tokens) => exactNumber(Math.ceil(tokens / 41_000), 'en')),
    card('Sessions', (tokens) => exactNumber(Math.ceil(tokens / 2_000_000), 'en')),
  ];
}

/** A state's agents as a table of few columns. */
export const sampleSmallTable = ({ agents }: GalleryState, caption: string): TableView => ({
  caption,
  columns: [
    { key: 'name', label: caption.replace(/^By (.)/, (_, first: string) => first.toUpperCase()), align: 'start' },
    { key: 'requests', label: 'Requests', align: 'end' },
    { key: 'total', label: 'Tokens', align: 'end' },
    { key: 'cost', label: 'Cost', align: 'end' },
  ],
  rows: agents.map(({ name, tokens }, i) => ({
    key: `${i}`,
    cells: [
      name,
      exactNumber(Math.ceil(tokens / 41_000), 'en'),
      compactTokens(tokens, 'en'),
      usd(tokens / 900_000, 'en'),
    ],
    share: tokens / (agents[0]?.tokens || 1),
    level: 0,
    filter: { by: 'workspace', value: name },
  })),
});

/** The Show Usage page in a state. */
export function sampleDashboard(state: GalleryState): DashboardView {
  const total = sum(tokensOf(state));
  const empty = state.days.length === 0;
  const isCompared = state.days.length === 7;
  return {
    state: empty ? 'empty' : 'ready',
    notice: empty
      ? 'Looked in ~/.claude/projects and ~/.codex/sessions. Figures appear here as soon as an agent writes.'
      : undefined,
    windows: (['day', 'week', 'month', 'all', 'custom'] as const).map((name) => ({
      name,
      label: { day: 'Day', week: 'Week', month: 'Month', all: 'All', custom: 'Custom' }[name],
      selected: name === (isCompared ? 'week' : 'custom'),
    })),
    span: {
      sinceMs: Date.UTC(2026, 10, 16),
      untilMs: Date.UTC(2026, 10, 23),
      fromDay: '2026-11-16',
      toDay: '2026-11-22',
      previous: 'Previous week',
      wider: isCompared ? undefined : 'Back to the whole',
    },
    headline: {
      value: compactTokens(total, 'en'),
      title: `${exactNumber(total, 'en')} tokens`,
      caption: 'tokens this week',
    },
    change: isCompared
      ? {
          text: '+12%',
          direction: 'up',
          title: `${exactNumber(Math.round(total / 1.12), 'en')} tokens from Nov 9 – 15`,
        }
      : undefined,
    against: isCompared ? `against ${exactNumber(Math.round(total / 1.12), 'en')} tokens from Nov 9 – 15` : undefined,
    isCompared,
    period: 'Nov 16 – Nov 22 · resets in 1 d 4 h',
    ring: sampleRing(state),
    quotas: sampleQuotas(state).slice(1),
    spark: sampleSpark(state),
    cards: sampleCards(state),
    facts: [
      { label: 'Cost', value: usd(total / 900_000, 'en'), detail: 'list price; 2 requests unpriced' },
      { label: 'Requests', value: exactNumber(Math.ceil(total / 41_000), 'en'), detail: '214 tasks' },
      { label: 'Sessions', value: '83' },
      { label: 'Cache hit rate', value: '91%', detail: `of ${compactTokens(total * 0.97, 'en')} prompt tokens` },
      { label: 'Saved by caching', value: `≈${usd(total / 400_000, 'en')}`, detail: 'against no cache' },
    ],
    days: sampleDays(state, isCompared),
    trend: {
      units: (['day', 'week', 'month'] as const).map((unit) => ({
        unit,
        label: { day: 'Daily', week: 'Weekly', month: 'Monthly' }[unit],
        selected: unit === 'day',
      })),
      days: sampleDays(state),
    },
    chips: state.agents
      .slice(0, 2)
      .map(({ name }, i) => ({ by: i === 0 ? 'agent' : 'workspace', label: `Agent: ${name}` })),
    byAgent: sampleTable(state, 'By agent'),
    byModel: sampleTable(state, 'By model'),
    providers: { donut: sampleDonut(state), table: sampleSmallTable(state, 'Cost per provider') },
    breakdowns: ['By workspace', 'By session', 'By tool kind', 'By account', 'By user'].map((caption) =>
      sampleSmallTable(state, caption),
    ),
    items: state.agents.length > 20 ? { notice: 'Counting items …' } : { table: sampleSmallTable(state, 'By item') },
    historyStart: state.days.length === 1 ? 'History starts on November 22, 2026.' : undefined,
    coverage: '1,204 requests from 83 files; history starts on Oct 2, 2026; 3 records rejected',
    updatedAt: '12:04:31',
  };
}
