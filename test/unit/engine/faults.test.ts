import assert from 'node:assert/strict';
import { killsDuringIngest } from '../../faults/kills.ts';
import { windowsInChaos } from '../../faults/windows.ts';

describe('faults', function () {
  this.timeout(120_000);

  it('windows that open, close and are killed at random leave the true figures', async () => {
    const chaos = await windowsInChaos({ windows: 4, sessions: 8, seconds: 8, seed: 7 });
    const { truth, counted } = chaos;
    assert.deepEqual([chaos.troubles, chaos.failures, chaos.secondOwners], [[], [], 0]);
    assert.ok(truth.turns > 50 && chaos.leads > 0 && counted.length > 1, JSON.stringify(chaos));
    for (const each of counted) assert.deepEqual(each, truth);
    assert.equal(chaos.integrity, 'ok');
  });

  it('processes that are killed while they read are followed by the true figures', async () => {
    const { kills, wrong, truth } = await killsDuringIngest({ kills: 4, seed: 7 });
    assert.deepEqual(wrong, []);
    assert.equal(kills, 4);
    assert.ok(truth.turns > 500);
  });
});
