import assert from 'node:assert/strict';
import { noUsage } from '../../../src/queries/usageSums.ts';
import { barTiers, type CostBudget, costTier, rowTiers } from '../../../src/views/costTiers.ts';
import { daysView } from '../../../src/views/days.ts';
import { agentTable } from '../../../src/views/usageTable.ts';

const DAY_MS = 86_400_000;
const budget: CostBudget = { weeklyUsd: 70, thresholds: { notice: 50, warning: 80, critical: 95 }, locale: 'en' };
const spent = (costUsd: number, more = {}) => ({ ...noUsage(), turns: 2, costUsd, ...more });

describe('the tier of a cost', () => {
  for (const [costUsd, tone, text] of [
    [0, 'normal', '0% of $10.00'],
    [4.99, 'normal', '50% of $10.00'],
    [5, 'notice', '50% of $10.00'],
    [8, 'warning', '80% of $10.00'],
    [9.5, 'critical', '95% of $10.00'],
    [25, 'critical', '250% of $10.00'],
  ] as const)
    it(`of ${costUsd} dollars in a day is ${tone}`, () => {
      const tier = costTier(spent(costUsd), DAY_MS, budget);
      assert.deepEqual([tier?.tone, tier?.text], [tone, text]);
    });

  it('is that of the same share of a longer time', () => {
    assert.equal(costTier(spent(35), 7 * DAY_MS, budget)?.text, '50% of $70.00');
    assert.equal(costTier(spent(150), 30 * DAY_MS, budget)?.text, '50% of $300.00');
  });

  it('marks what is incomplete or estimated, and is absent where nothing is known', () => {
    assert.equal(costTier(spent(5, { unpricedTurns: 1, estimatedTurns: 1 }), DAY_MS, budget)?.cost, '≈$5.00 +');
    assert.equal(costTier(spent(0, { unpricedTurns: 2 }), DAY_MS, budget), undefined);
    assert.equal(costTier(noUsage(), DAY_MS, budget), undefined);
  });

  it('has a legend with the thresholds that are set, and says against what', () => {
    const tiers = barTiers('day', { ...budget, thresholds: { notice: 40, warning: 60, critical: 90 } });
    assert.equal(tiers?.caption, 'Cost of each day against $10.00');
    assert.deepEqual(
      tiers?.legend.map(({ label }) => label),
      ['below 40%', '40% to 60%', '60% to 90%', '90% and more'],
    );
    assert.equal(barTiers('hour', budget), undefined);
    assert.match(rowTiers(14 * DAY_MS, budget).caption, /against \$140\.00/);
  });

  it('stands at the bars and rows of a page with a budget, and nowhere without', () => {
    const at = Date.UTC(2026, 10, 16);
    const spans = [12, 1].map((costUsd, i) => ({
      key: `${i}`,
      sinceMs: at + i * DAY_MS,
      // the last one is cut by the end of the window
      untilMs: at + (i + 1) * DAY_MS - i * 60_000 * 600,
      sums: spent(costUsd),
    }));
    const where = { locale: 'en', timeZone: 'UTC' };
    const days = daysView(spans, 'day', where, undefined, budget);
    assert.deepEqual(
      days.bars.map(({ costTier }) => [costTier?.tone, costTier?.text]),
      [
        ['critical', '120% of $10.00'],
        ['normal', '10% of $10.00'],
      ],
    );
    assert.ok(!JSON.stringify(daysView(spans, 'day', where)).includes('costTier'));
    assert.ok(!JSON.stringify(daysView(spans, 'hour', where, undefined, budget)).includes('costTier'));
    const rows = [
      { agent: 'codex', agentName: 'main', model: 'm', models: [{ model: 'm', ...spent(40) }], ...spent(40) },
    ];
    const table = agentTable(rows, {}, 'en', {}, (sums) => costTier(sums, 7 * DAY_MS, budget));
    assert.equal(table.rows[0]?.costTier?.text, '57% of $70.00');
  });
});
