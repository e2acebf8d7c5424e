import type { BudgetReport, ConsumptionReport } from '../views/budgetReport.ts';
import type { ContextReport } from '../views/usageReport.ts';
import { byName, count, list, object, orNull, type Schema, share, string, usd } from './jsonSchema.ts';
import { budget, contextFields, limits, totals, window } from './schemaParts.ts';

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
