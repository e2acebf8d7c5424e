import type { ContextReport, LimitReport, LiveReport, TokenTotals, UsageReport } from '../views/usageReport.ts';
import { count, list, number, object, oneOf, orNull, type Schema, string, time, usd } from './jsonSchema.ts';

/** Tokens by class. */
export const classes = {
  input_tokens: { ...count, description: 'Uncached input.' },
  output_tokens: { ...count, description: 'Reasoning included.' },
  cache_read: count,
  cache_creation: { ...count, description: 'Cache writes of both lifetimes.' },
  total_tokens: { ...count, description: 'input + output + cache_read + cache_creation' },
};
/** Tokens, requests and cost. */
export const totals = {
  tasks: { ...count, description: 'Prompts of the user and launches of subagents.' },
  turns: { ...count, description: 'Model requests.' },
  ...classes,
  cache_creation_1h: { ...count, description: 'The part of cache_creation that lives an hour.' },
  reasoning_tokens: count,
  cost_usd: { ...usd, description: 'Sum over the turns that have a price.' },
  unpriced_turns: count,
  estimated_turns: { ...count, description: 'Turns of which the agent recorded the output only as a placeholder.' },
} satisfies Record<keyof TokenTotals, Schema>;

/** Which time is meant. */
export const window = object<UsageReport['window']>({
  name: oneOf('day', 'week', 'month', 'all', 'custom'),
  since: orNull(time),
  until: orNull(time),
  reset_at: orNull(time),
});
/** The weekly budget. */
export const budget = orNull(
  object<NonNullable<LiveReport['budget']>>({ tokens_per_week: number, used_percent: number }),
);
/** What agents state of their quotas. */
export const limits = list(
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

/** Totals by something. */
export const grouped = <Row extends TokenTotals>(by: { [Key in keyof Omit<Row, keyof TokenTotals>]: Schema }): Schema =>
  list(object<TokenTotals>({ ...by, ...totals }));

/** The fields of a context window. */
export function contextFields(): { [Key in keyof ContextReport]: Schema } {
  return {
    tokens: count,
    window: count,
    window_source: oneOf('reported', 'observed', 'settings', 'catalogue', 'default'),
    percent: { type: 'number', minimum: 0 },
    compacts_at: { ...orNull(count), description: 'Size at the last compaction; null: none was seen.' },
    tokens_until_compaction: orNull(count),
  };
}
