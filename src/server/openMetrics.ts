import type { LiveReport, UsageReport } from '../views/usageReport.ts';

export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** What metrics are made from. */
export interface MetricsInput {
  /** Of all time. */
  all: UsageReport;
  live: LiveReport;
  version: string;
}

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
export function metricsText({ all, live, version }: MetricsInput): string {
  const pairs = byAgentAndModel(all);
  const counter = (name: string, help: string, value: (sums: Sums) => number, unit?: string): Family => ({
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
        (['input', 'output', 'cache_read', 'cache_creation'] as const).map((type) => ({
          labels: { ...labels, type },
          value: sums[type],
        })),
      ),
    },
    counter('agent_token_meter_requests', 'Model requests.', (sums) => sums.turns),
    counter('agent_token_meter_unpriced_requests', 'Model requests without a price.', (sums) => sums.unpriced),
    counter('agent_token_meter_tasks', 'Prompts of the user and launches of subagents.', (sums) => sums.tasks),
    counter('agent_token_meter_cost_usd', 'Cost of the requests that have a price.', (sums) => sums.cost, 'usd'),
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

interface Sums {
  input: number;
  output: number;
  cache_read: number;
  cache_creation: number;
  turns: number;
  tasks: number;
  unpriced: number;
  cost: number;
}

function byAgentAndModel({ by_agent }: UsageReport): { labels: Labels; sums: Sums }[] {
  const pairs = new Map<string, { labels: Labels; sums: Sums }>();
  for (const row of by_agent) {
    const own = JSON.stringify([row.type, row.model]);
    const isOther = !pairs.has(own) && pairs.size >= MOST_PAIRS;
    const key = isOther ? 'other' : own;
    const labels = isOther ? { agent: 'other', model: 'other' } : { agent: row.type, model: row.model };
    const pair = pairs.get(key) ?? { labels, sums: noSums() };
    pair.sums.input += row.input_tokens;
    pair.sums.output += row.output_tokens;
    pair.sums.cache_read += row.cache_read;
    pair.sums.cache_creation += row.cache_creation;
    pair.sums.turns += row.turns;
    pair.sums.tasks += row.tasks;
    pair.sums.unpriced += row.unpriced_turns;
    pair.sums.cost += row.cost_usd;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

const noSums = (): Sums => ({
  input: 0,
  output: 0,
  cache_read: 0,
  cache_creation: 0,
  turns: 0,
  tasks: 0,
  unpriced: 0,
  cost: 0,
});

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
