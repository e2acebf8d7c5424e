import assert from 'node:assert/strict';
import { postgresMissing } from './postgres.ts';
import { teamInChaos } from './teamInChaos.ts';

describe('a team whose PostgreSQL and machines are killed', function () {
  this.timeout(240_000);

  for (const layout of ['functions', 'journal'] as const)
    it(`has exactly what the machines have, kept by ${layout}`, async function () {
      const missing = postgresMissing();
      if (missing && process.env.CI) throw new Error(missing);
      if (missing) this.skip();
      const seed = Date.now() % 1_000_000;
      const { own, rows, slots, serverKills, machineKills, isEachRowSame, stray } = await teamInChaos({
        machines: 20,
        rows: layout === 'functions' ? 500 : 200,
        processes: 4,
        everyMs: 900,
        kills: layout === 'functions' ? 8 : 5,
        layout,
        seed,
      });
      assert.deepEqual(rows, own, `seed ${seed}`);
      assert.deepEqual(slots, own, `seed ${seed}`);
      assert.ok(isEachRowSame, `row by row, seed ${seed}`);
      assert.ok(
        Object.values(stray).every((found) => found === 0),
        JSON.stringify(stray),
      );
      assert.ok(serverKills + machineKills > 0, 'somebody was killed');
      assert.equal(
        own.reduce((sum, [, { requests }]) => sum + requests, 0),
        layout === 'functions' ? 10_000 : 4_000,
      );
    });
});
