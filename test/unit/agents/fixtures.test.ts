import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AGENT_IDS, ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { type Cuts, type HomeReading, readHome } from './readHome.ts';
import { summarise } from './summary.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
/** Set to write the golden files anew, then read the difference. */
const WRITE = process.env.UPDATE_EXPECTED === '1';

describe('agents over their fixtures', () => {
  it('has a folder for every agent, and none for nobody', () => {
    assert.deepEqual(readdirSync(FIXTURES).sort(), [...AGENT_IDS].sort());
  });

  for (const id of AGENT_IDS) {
    const agents = ALL_AGENTS.filter((agent) => agent.id === id);
    const cases = existsSync(join(FIXTURES, id)) ? readdirSync(join(FIXTURES, id)).sort() : [];
    it(`${id} has cases`, () => assert.notDeepEqual(cases, []));

    for (const name of cases) {
      const folder = join(FIXTURES, id, name);
      const home = join(folder, 'home');
      // A saved state does not tell an absent field from one that is `undefined`, and nobody needs to.
      const read = (cuts?: Cuts): HomeReading => JSON.parse(JSON.stringify(readHome(home, agents, cuts)));

      describe(`${id}/${name}`, () => {
        it('says what it is for', () => assert.match(readFileSync(join(folder, 'about.md'), 'utf8'), /\S/));

        it('gives the expected rows', () => {
          const golden = join(folder, 'expected.json');
          const summary = summarise(read());
          if (WRITE) writeFileSync(golden, `${JSON.stringify(summary, null, 2)}\n`);
          assert.deepEqual(summary, JSON.parse(readFileSync(golden, 'utf8')));
        });

        it('gives the same rows when read twice', () => assert.deepEqual(read(), read()));

        if (agents.some((agent) => agent.form === 'lines'))
          it('gives the same rows however the bytes are cut into reads', () => {
            const whole = read();
            const longest = name === 'bad-input' ? 20 : 6;
            fc.assert(
              fc.property(
                fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 8 }),
                fc.integer({ min: 16, max: 5000 }),
                (sizes, bufferBytes) => {
                  let at = 0;
                  assert.deepEqual(read({ bufferBytes, batchBytes: () => sizes[at++ % sizes.length] ?? 1 }), whole);
                },
              ),
              { numRuns: longest },
            );
          });

        it('keeps secrets out of what it tells', () => assert.doesNotMatch(told(read()), /secret/));

        it('tells whole, sane numbers', () => {
          for (const event of read().events) {
            if (event.type === 'block') assert.ok(Number.isSafeInteger(event.chars) && event.chars >= 0);
            if (event.type !== 'request') continue;
            for (const count of Object.values(event.usage)) assert.ok(Number.isSafeInteger(count) && count >= 0);
            assert.ok(Number.isSafeInteger(event.atMs));
          }
        });
      });
    }
  }
});

function told(reading: HomeReading): string {
  return JSON.stringify([reading.events, reading.unknown, reading.rejected]);
}
