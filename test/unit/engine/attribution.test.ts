import assert from 'node:assert/strict';
import path from 'node:path';
import { AGENT_IDS } from '../../../src/agents/allAgents.ts';
import { homeWithDatabases } from '../agents/fixtureHome.ts';
import { checkAttribution, homesBelow } from './attributionCheck.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures');
/** They record every call and everything that enters its prompt; others state sums over many calls, which leave nothing to attribute by. */
const REFERENCE_AGENTS = ['claude-code', 'codex'];

describe('attribution', () => {
  const spent = { all: 0, unattributed: 0 };
  const agents = new Set<string>();

  for (const home of homesBelow(FIXTURES))
    it(`gives every token one owner: ${path.relative(FIXTURES, path.dirname(home))}`, async () => {
      const check = await checkAttribution(homeWithDatabases(home));
      assert.deepEqual(check.problems, []);
      for (const agent of check.agents) agents.add(agent);
      for (const agent of REFERENCE_AGENTS) {
        spent.all += check.spent.get(agent)?.all ?? 0;
        spent.unattributed += check.spent.get(agent)?.unattributed ?? 0;
      }
    });

  it('was looked at in sessions of every agent', () => assert.deepEqual(agents, new Set(AGENT_IDS)));

  it('leaves less than 2 % of all without an owner', () => {
    assert.ok(spent.all > 1_000_000);
    assert.ok(spent.unattributed < spent.all * 0.02, `${spent.unattributed} of ${spent.all}`);
  });
});
