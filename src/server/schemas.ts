import type { BudgetReport, ConsumptionReport } from '../views/budgetReport.ts';
import { COSTS_SHOWN } from '../views/costShown.ts';
import type {
  AdviceReport,
  AgentTotals,
  AttributionReport,
  CacheTotals,
  ContextReport,
  Coverage,
  KindSpent,
  LimitReport,
  LiveReport,
  LiveSessionReport,
  ModelTotals,
  RequestReport,
  SessionReport,
  TokenTotals,
  ToolTotals,
  UnlistedTotals,
  UsageReport,
} from '../views/usageReport.ts';

/** A JSON Schema (2020-12, as OpenAPI 3.1 uses it). */
export type Schema = Record<string, unknown>;

/** Exactly these fields; one that is missing here, or is none of the type, does not compile. */
const object = <Shape>(
  properties: { [Key in keyof Required<Shape>]: Schema },
  optional: (keyof Shape)[] = [],
): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key as keyof Shape)),
  additionalProperties: false,
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const byName = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
const oneOf = (...values: (string | null)[]): Schema => ({ enum: values });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const orNull = (schema: Schema): Schema =>
  typeof schema.type === 'string' ? { ...schema, type: [schema.type, 'null'] } : { oneOf: [schema, { type: 'null' }] };

const string: Schema = { type: 'string' };
const boolean: Schema = { type: 'boolean' };
const number: Schema = { type: 'number' };
const integer: Schema = { type: 'integer' };
const count: Schema = { type: 'integer', minimum: 0 };
const usd: Schema = { type: 'number', minimum: 0, description: 'US dollars' };
const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
const time: Schema = { type: 'string', format: 'date-time' };

const classes = {
  input_tokens: { ...count, description: 'Uncached input.' },
  output_tokens: { ...count, description: 'Reasoning included.' },
  cache_read: count,
  cache_creation: { ...count, description: 'Cache writes of both lifetimes.' },
  total_tokens: { ...count, description: 'input + output + cache_read + cache_creation' },
};
const totals = {
  tasks: { ...count, description: 'Prompts of the user and launches of subagents.' },
  turns: { ...count, description: 'Model requests.' },
  ...classes,
  cache_creation_1h: { ...count, description: 'The part of cache_creation that lives an hour.' },
  reasoning_tokens: count,
  cost_usd: { ...usd, description: 'Sum over the turns that have a price.' },
  unpriced_turns: count,
  estimated_turns: { ...count, description: 'Turns of which the agent recorded the output only as a placeholder.' },
} satisfies Record<keyof TokenTotals, Schema>;

const window = object<UsageReport['window']>({
  name: oneOf('day', 'week', 'month', 'all', 'custom'),
  since: orNull(time),
  until: orNull(time),
  reset_at: orNull(time),
});
const budget = orNull(object<NonNullable<LiveReport['budget']>>({ tokens_per_week: number, used_percent: number }));
const limits = list(
  object<LimitReport>({
    agent: string,
    account: string,
    limit: string,
    window_minutes: number,
    used_percent: number,
    reached: { ...orNull(string), description: 'What the agent says is used up: limit, credits, workspace.' },
    resets_at: orNull(time),
    stated_at: orNull(time),
  }),
);

const grouped = <Row extends TokenTotals>(by: { [Key in keyof Omit<Row, keyof TokenTotals>]: Schema }): Schema =>
  list(object<TokenTotals>({ ...by, ...totals }));

const place = object<RequestReport['copies'][number]>({ path: string, offset: count });

/** Every answer by name, with what it is made of. */
export const SCHEMAS: Record<string, Schema> = {
  Usage: object<UsageReport>({
    window,
    totals: object<UsageReport['totals']>({ sessions: count, ...totals }),
    cache: object<CacheTotals>({
      hit_rate: orNull(share),
      saved_usd: { ...orNull(number), description: 'Against the same tokens as plain input; null: no price is known.' },
      estimated: boolean,
      unpriced_cache_read: count,
    }),
    by_agent: grouped<AgentTotals>({
      name: { ...string, description: '`main`, or the type of a subagent.' },
      type: { ...string, description: 'Id of the agent.' },
      model: { ...string, description: 'The model with most tokens.' },
      models: grouped<ModelTotals>({ model: string }),
    }),
    by_day: grouped<UsageReport['by_day'][number]>({ day: { type: 'string', format: 'date' } }),
    by_model: grouped<ModelTotals>({ model: string }),
    by_provider: grouped<UsageReport['by_provider'][number]>({ provider: string }),
    by_workspace: grouped<UsageReport['by_workspace'][number]>({ workspace: string }),
    by_account: grouped<UsageReport['by_account'][number]>({ account: string }),
    by_user: grouped<UsageReport['by_user'][number]>({ user: string }),
    by_tool: list(object<ToolTotals>({ kind: string, ...classes })),
    unlisted: {
      ...list(
        object<UnlistedTotals>({
          model: string,
          ...classes,
          cache_creation_1h: count,
          reasoning_tokens: count,
          source: string,
        }),
      ),
      description: 'Calls that an agent states only as a sum; never in totals.',
    },
    coverage: object<Coverage>({
      files: count,
      records: count,
      unknown_records: count,
      rejected_records: count,
      first_at: orNull(time),
      last_at: orNull(time),
    }),
  }),
  Attribution: object<AttributionReport>({
    session: string,
    agent: string,
    thread: string,
    model: orNull(string),
    context: ref('Context'),
    in_window: { ...byName(count), description: 'Adds up to context.tokens.' },
    spent: { ...byName(ref('KindSpent')), description: 'Who was sent and generated; adds up to totals.' },
    in_flight: { ...byName(ref('KindSpent')), description: 'Each request whole to the calls it opened.' },
    totals: object<AttributionReport['totals']>({ ...classes, cache_creation_1h: count, reasoning_tokens: count }),
    items: list(
      object<AttributionReport['items'][number]>({
        kind: string,
        target: string,
        calls: count,
        tokens_in_window: count,
        tokens_spent: count,
      }),
    ),
    timeline: list(
      object<AttributionReport['timeline'][number]>({
        at: time,
        turn: count,
        context_tokens: orNull(count),
        event: oneOf('request', 'compaction', 'clear', 'rewind', 'fork'),
      }),
    ),
    advice: list(ref('Advice')),
  }),
  Context: object<ContextReport>(contextFields()),
  KindSpent: object<KindSpent>({ ...classes, share }),
  Advice: object<AdviceReport>(
    {
      rule: string,
      title: string,
      detail: string,
      saves_tokens: count,
      saving: oneOf('per_turn', 'once', 'price'),
      estimated: boolean,
      usd: orNull(number),
      action: { type: 'object' },
    },
    ['action'],
  ),
  Session: object<SessionReport>({
    session: string,
    agent: string,
    title: orNull(string),
    workspace: orNull(string),
    git_branch: orNull(string),
    account: orNull(string),
    model: orNull(string),
    started_at: orNull(time),
    last_at: orNull(time),
    context_tokens: orNull(count),
    ...totals,
  }),
  Request: object<RequestReport>({
    request: { ...string, description: 'The same in every copy of the record.' },
    agent: string,
    session: string,
    thread: string,
    name: string,
    workspace: orNull(string),
    account: orNull(string),
    user: { ...string, description: 'Login name on this machine.' },
    at: time,
    provider: string,
    model: string,
    ...classes,
    cache_creation_1h: count,
    reasoning_tokens: count,
    cost_usd: { ...orNull(usd), description: 'null: unpriced' },
    cost_shown: {
      ...oneOf(...COSTS_SHOWN),
      description: 'How the cost of its account is shown. off: it has none, and is in no sum.',
    },
    price_source: orNull(string),
    estimated: boolean,
    recorded_output_tokens: orNull(count),
    rule: oneOf('recorded', 'maximum', 'delta', 'sum', 'ledger', 'estimated', 'placeholder'),
    source: object<RequestReport['source']>({ path: string, offset: count, last_offset: count, records: count }),
    copies: list(place),
    why: list(string),
    cursor: { ...string, description: 'For `after`: the next page begins behind this request.' },
  }),
  Meter: object<Meter>({
    state: oneOf('empty', 'indexing', 'live', 'idle', 'compacted'),
    session: orNull(
      object<NonNullable<Meter['session']>>({
        session: string,
        agent: string,
        model: orNull(string),
        workspace: orNull(string),
        last_at: orNull(time),
        context: object<LiveSessionReport['context']>({ ...contextFields(), estimated: boolean }),
      }),
    ),
    today_tokens: count,
    week_tokens: count,
    week_resets_at: orNull(time),
    budget,
    limits,
  }),
  UsageByTool: object<{ agent: unknown; session: unknown; usage_by_tool: unknown }>({
    agent: orNull(string),
    session: orNull(string),
    usage_by_tool: byName(object<Omit<ToolTotals, 'kind'>>(classes)),
  }),
  Problem: object<{ type: string; title: string; status: number; detail: string; parameter?: string }>(
    { type: string, title: string, status: integer, detail: string, parameter: string },
    ['parameter'],
  ),
};

/** What a `meter` event tells. */
type Meter = Omit<LiveReport, 'session'> & { session: Omit<LiveSessionReport, 'usage_by_tool'> | null };

function contextFields(): { [Key in keyof ContextReport]: Schema } {
  return {
    tokens: count,
    window: count,
    window_source: oneOf('reported', 'observed', 'settings', 'catalogue', 'default'),
    percent: { type: 'number', minimum: 0 },
    compacts_at: { ...orNull(count), description: 'Size at the last compaction; null: none was seen.' },
    tokens_until_compaction: orNull(count),
  };
}

/** What the tools for agents answer, each schema by itself. */
export const MCP_OUTPUTS: Record<'usage' | 'whatConsumed', Schema> = {
  usage: object<BudgetReport>({
    window,
    cost: { type: 'string', enum: ['list', 'api-equivalent', 'mixed', 'off'] },
    totals: object<BudgetReport['totals']>({ sessions: count, ...totals, cost_usd: orNull(usd) }),
    by_agent: list(
      object<BudgetReport['by_agent'][number]>({
        name: string,
        type: string,
        turns: count,
        total_tokens: count,
        cost_usd: orNull(usd),
      }),
    ),
    by_model: list(
      object<BudgetReport['by_model'][number]>({
        model: string,
        turns: count,
        total_tokens: count,
        cost_usd: orNull(usd),
      }),
    ),
    by_tool: list(object<BudgetReport['by_tool'][number]>({ kind: string, total_tokens: count })),
    session: orNull(
      object<NonNullable<BudgetReport['session']>>({
        session: string,
        agent: string,
        model: orNull(string),
        context: object<ContextReport>(contextFields()),
      }),
    ),
    budget,
    limits,
  }),
  whatConsumed: object<ConsumptionReport>({
    session: string,
    agent: string,
    model: orNull(string),
    context: object<ContextReport>(contextFields()),
    in_window: byName(count),
    spent: byName(object<ConsumptionReport['spent'][string]>({ total_tokens: count, share })),
    items: list(
      object<ConsumptionReport['items'][number]>({
        kind: string,
        target: string,
        calls: count,
        tokens_in_window: count,
        tokens_spent: count,
      }),
    ),
    advice: list(object<ConsumptionReport['advice'][number]>({ title: string, detail: string, saves_tokens: count })),
  }),
};
