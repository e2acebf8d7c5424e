import type { AgentModelReport, LiveReport } from '../views/usageReport.ts';

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What metrics are made from. */
export interface MetricsInput {
  /** Of all time. */
  models: AgentModelReport[];
  live: LiveReport;
  version: string;
}

const CLASSES = [
  ['input', 'input_tokens'],
  ['output', 'output_tokens'],
  ['cache_read', 'cache_read'],
  ['cache_creation', 'cache_creation'],
] as const;

type Labels = Record<string, string>;
interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'info';
  unit?: string;
  help: string;
  samples: { labels?: Labels; value: number }[];
}

/** Pairs of agent and model that have a line of their own; names are foreign, so their number is bounded. */
const MOST_PAIRS = 1_000;

/**
 * The figures as OpenMetrics text. Counters are of all time: stored figures outlive their transcripts, so they only grow, but for
 * corrections.
 */
export function metricsText({ models, live, version }: MetricsInput): string {
  const pairs = boundedPairs(models);
  const counter = (name: string, help: string, value: (sums: Pair) => number, unit?: string): Family => ({
    name,
    type: 'counter',
    unit,
    help,
    samples: pairs.map(({ labels, sums }) => ({ labels, value: value(sums) })),
  });
  const { session } = live;
  const ofSession: Labels | undefined = session ? { agent: session.agent, model: session.model ?? '' } : undefined;
  const gauge = (name: string, help: string, value: number | undefined, labels?: Labels, unit?: string): Family => ({
    name,
    type: 'gauge',
    unit,
    help,
    samples: value === undefined ? [] : [{ labels, value }],
  });
  const families: Family[] = [
    {
      name: 'agent_token_meter',
      type: 'info',
      help: 'The program that tells these figures.',
      samples: [{ labels: { version }, value: 1 }],
    },
    {
      name: 'agent_token_meter_tokens',
      type: 'counter',
      help: 'Tokens by class. The classes input, output, cache_read and cache_creation add up to all tokens.',
      samples: pairs.flatMap(({ labels, sums }) =>
        CLASSES.map(([type, field]) => ({
          labels: { ...labels, type },
          value: sums[field],
        })),
      ),
    },
    counter('agent_token_meter_requests', 'Model requests.', (sums) => sums.turns),
    counter('agent_token_meter_unpriced_requests', 'Model requests without a price.', (sums) => sums.unpriced_turns),
    counter('agent_token_meter_tasks', 'Prompts of the user and launches of subagents.', (sums) => sums.tasks),
    counter('agent_token_meter_cost_usd', 'Cost of the requests that have a price.', (sums) => sums.cost_usd, 'usd'),
    gauge(
      'agent_token_meter_context_tokens',
      'What fills the context of the latest session.',
      session?.context.tokens,
      ofSession,
      'tokens',
    ),
    gauge(
      'agent_token_meter_context_window_tokens',
      'Size of its context window.',
      session?.context.window,
      ofSession,
      'tokens',
    ),
    gauge('agent_token_meter_today_tokens', 'Tokens since this day began.', live.today_tokens, undefined, 'tokens'),
    gauge('agent_token_meter_week_tokens', 'Tokens since this week began.', live.week_tokens, undefined, 'tokens'),
    gauge('agent_token_meter_budget_tokens', 'The weekly budget.', live.budget?.tokens_per_week, undefined, 'tokens'),
    {
      name: 'agent_token_meter_limit_used_ratio',
      type: 'gauge',
      unit: 'ratio',
      help: 'How much of a quota is used, as the agent states it.',
      samples: live.limits.map((limit) => ({
        labels: {
          agent: limit.agent,
          account: limit.account,
          limit: limit.limit,
          window_minutes: String(limit.window_minutes),
        },
        value: limit.used_percent / 100,
      })),
    },
  ];
  return `${families.map(familyText).join('')}# EOF\n`;
}

type Pair = Omit<AgentModelReport, 'agent' | 'model'>;

/** The pairs with most tokens, and all others as one. */
function boundedPairs(models: readonly AgentModelReport[]): { labels: Labels; sums: Pair }[] {
  const own = models.slice(0, MOST_PAIRS).map(({ agent, model, ...sums }) => ({ labels: { agent, model }, sums }));
  const [first, ...rest] = models.slice(MOST_PAIRS);
  if (!first) return own;
  const { agent: _agent, model: _model, ...sums } = first;
  for (const row of rest) for (const key of Object.keys(sums) as (keyof Pair)[]) sums[key] += row[key];
  return [...own, { labels: { agent: 'other', model: 'other' }, sums }];
}

const SUFFIX = { counter: '_total', info: '_info', gauge: '' };

function familyText({ name, type, unit, help, samples }: Family): string {
  const head = [`# TYPE ${name} ${type}`, ...(unit ? [`# UNIT ${name} ${unit}`] : []), `# HELP ${name} ${help}`];
  const lines = samples.map(({ labels = {}, value }) => `${name}${SUFFIX[type]}${labelsText(labels)} ${value}`);
  return `${[...head, ...lines].join('\n')}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

/** What a label's value may hold: any UTF-8, with these three escaped. */
const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
