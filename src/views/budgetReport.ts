import { type CostOfPicture, costWords } from './costShown.ts';
import { exactNumber, percent } from './format.ts';
import type { AttributionReport, ContextReport, LiveReport, TokenTotals, UsageReport } from './usageReport.ts';

/** What an agent is told of its own use: short, as reading it costs tokens too. */
export interface BudgetReport {
  window: UsageReport['window'];
  /** How costs are meant: `api-equivalent` is what a subscription would have cost through the API; `off` = the user wants none told. */
  cost: CostOfPicture;
  totals: MaybeCost<UsageReport['totals']>;
  /** Most tokens first; the first ten. */
  by_agent: ShortTotals<'name' | 'type'>[];
  by_model: ShortTotals<'model'>[];
  by_tool: { kind: string; total_tokens: number }[];
  /** Of the session that was written to last in the folder, or anywhere. */
  session: { session: string; agent: string; model: string | null; context: ContextReport } | null;
  budget: LiveReport['budget'];
  limits: LiveReport['limits'];
}

/** `null` where the user wants no costs told. */
type MaybeCost<Totals extends { cost_usd: number }> = Omit<Totals, 'cost_usd'> & { cost_usd: number | null };

export type ShortTotals<Key extends string> = Record<Key, string> &
  MaybeCost<Pick<TokenTotals, 'turns' | 'total_tokens' | 'cost_usd'>>;

/** What fills and filled the context of a session. */
export interface ConsumptionReport {
  session: string;
  agent: string;
  model: string | null;
  context: ContextReport;
  /** Kind → tokens in the window now. Adds up to `context.tokens`. */
  in_window: Record<string, number>;
  /** Kind → tokens sent and generated so far, and their share of all. */
  spent: Record<string, { total_tokens: number; share: number }>;
  /** Files, programs, hosts and tools that took most so far; the first fifteen. */
  items: AttributionReport['items'];
  advice: { title: string; detail: string; saves_tokens: number }[];
}

const MOST_ROWS = 10;
const MOST_ITEMS = 15;

export function budgetReport(usage: UsageReport, live: LiveReport, cost: CostOfPicture): BudgetReport {
  const short = ({ turns, total_tokens, cost_usd }: TokenTotals) => ({
    turns,
    total_tokens,
    cost_usd: cost === 'off' ? null : cost_usd,
  });
  const { session } = live;
  return {
    window: usage.window,
    cost,
    totals: cost === 'off' ? { ...usage.totals, cost_usd: null } : usage.totals,
    by_agent: usage.by_agent.slice(0, MOST_ROWS).map((row) => ({ name: row.name, type: row.type, ...short(row) })),
    by_model: usage.by_model.slice(0, MOST_ROWS).map((row) => ({ model: row.model, ...short(row) })),
    by_tool: usage.by_tool.slice(0, MOST_ROWS).map(({ kind, total_tokens }) => ({ kind, total_tokens })),
    session: session && {
      session: session.session,
      agent: session.agent,
      model: session.model,
      context: contextOf(session.context),
    },
    budget: live.budget,
    limits: live.limits,
  };
}

export function consumptionReport(report: AttributionReport): ConsumptionReport {
  return {
    session: report.session,
    agent: report.agent,
    model: report.model,
    context: report.context,
    in_window: report.in_window,
    spent: Object.fromEntries(
      Object.entries(report.spent).map(([kind, { total_tokens, share }]) => [kind, { total_tokens, share }]),
    ),
    items: report.items.toSorted((a, b) => b.tokens_spent - a.tokens_spent).slice(0, MOST_ITEMS),
    advice: report.advice.map(({ title, detail, saves_tokens }) => ({ title, detail, saves_tokens })),
  };
}

/** The same in English sentences: this is read by models. */
export function budgetText({ window, cost, totals, by_agent, session, budget, limits }: BudgetReport): string {
  const prices =
    cost !== 'off' && totals.unpriced_turns > 0 ? `, ${number(totals.unpriced_turns)} of them without a price` : '';
  const money = totals.cost_usd === null ? '' : `, ${costWords(`$${totals.cost_usd.toFixed(2)}`, cost)}`;
  return [
    `${WINDOWS[window.name]}: ${number(totals.total_tokens)} tokens in ${number(totals.turns)} requests${prices}${money}.`,
    `Input ${number(totals.input_tokens)}, output ${number(totals.output_tokens)}, cache reads ${number(totals.cache_read)}, cache writes ${number(totals.cache_creation)}.`,
    ...by_agent.slice(0, 3).map((row) => `${row.type} (${row.name}): ${number(row.total_tokens)} tokens.`),
    session ? contextText(session.context) : 'There is no session yet.',
    ...(budget
      ? [`Weekly budget: ${budget.used_percent} % of ${number(budget.tokens_per_week)} tokens are used.`]
      : []),
    ...limits.map(
      (limit) =>
        `Quota of ${limit.agent} over ${number(limit.window_minutes)} minutes: ${limit.used_percent} % used${limit.resets_at ? `, resets at ${limit.resets_at}` : ''}.`,
    ),
  ].join('\n');
}

export function consumptionText({ context, in_window, spent, advice }: ConsumptionReport): string {
  const inWindow = Object.entries(in_window).map(([kind, tokens]) => `${kind} ${number(tokens)}`);
  const sent = Object.entries(spent).map(([kind, { share }]) => `${kind} ${percent(share, 'en')}`);
  return [
    contextText(context),
    `In the window: ${inWindow.join(', ') || 'nothing'}.`,
    `Spent so far: ${sent.join(', ') || 'nothing'}.`,
    ...advice.map(({ title, detail }) => `${title} ${detail}`),
  ].join('\n');
}

function contextText({ tokens, window, percent: share, compacts_at, tokens_until_compaction }: ContextReport): string {
  const full = `Context: ${number(tokens)} of ${number(window)} tokens (${share} %).`;
  if (compacts_at === null) return full;
  return `${full} It was compacted at ${number(compacts_at)} last time: ${number(tokens_until_compaction ?? 0)} tokens are left until then.`;
}

const contextOf = (context: ContextReport): ContextReport => ({
  tokens: context.tokens,
  window: context.window,
  window_source: context.window_source,
  percent: context.percent,
  compacts_at: context.compacts_at,
  tokens_until_compaction: context.tokens_until_compaction,
});

const WINDOWS = { day: 'Today', week: 'This week', month: 'This month', all: 'All time', custom: 'In that time' };

const number = (value: number): string => exactNumber(value, 'en');
