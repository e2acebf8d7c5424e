import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { Agent } from '../../../src/agents/agent.ts';
import { AGENT_IDS, ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import { homeWithDatabases } from './fixtureHome.ts';
import { type GrowingHome, type Growth, growingHome } from './growingHome.ts';
import { transcripts } from './readHome.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/agents');
/** More, and others every time, for a thorough look: `ARRIVALS=50`. */
const isThorough = process.env.ARRIVALS !== undefined;
const ARRIVALS = Number(process.env.ARRIVALS ?? 3);
/** What failed once, by case. */
const FAILED_ONCE: Record<string, Growth[]> = {
  // A message of several calls without the parts that tell of them apart.
  'opencode/steps-and-compaction': [{ parts: [[387, 139]], ranks: [3] }],
};
/** Sweeps while files still grow. */
const SWEEPS = 3;
const ALL = { window: 'all', timeZone: 'America/New_York', nowMs: Date.UTC(2026, 10, 21, 12) } as const;

/** Whatever order files appear in, and however far they are when they are looked at: in the end the store says the same. */
describe('arrival of files', function () {
  // Many engines, each with a store, on machines that do other things too.
  this.timeout(60_000);
  let target: string;
  before(() => {
    target = mkdtempSync(join(tmpdir(), 'atm-arrival-'));
  });
  after(() => rmSync(target, { recursive: true, force: true }));

  for (const id of AGENT_IDS) {
    const agents = ALL_AGENTS.filter((agent) => agent.id === id);
    for (const name of readdirSync(join(FIXTURES, id)).sort()) {
      it(`${id}/${name} in any order and in any parts`, async () => {
        const home = growingHome(homeWithDatabases(join(FIXTURES, id, name, 'home')), join(target, id, name));
        const folder = join(target, id, name);
        const cold = await pictureOf(agents, home, folder);
        const first = firstFiles(join(FIXTURES, id, name)).map((file) => join(folder, file));
        const moving = movingFiles(agents, folder, first);
        await fc.assert(
          fc.asyncProperty(growthOf(home.files.length), async (growth) => {
            assert.deepEqual(await pictureOf(agents, home, folder, { growth, moving }), cold);
          }),
          {
            ...(isThorough ? {} : { seed: 1 }),
            examples: (FAILED_ONCE[`${id}/${name}`] ?? []).map((growth) => [growth]),
            numRuns: ARRIVALS,
            endOnFailure: process.env.SHRINK === undefined,
          },
        );
      });
    }
  }
});

function growthOf(files: number): fc.Arbitrary<Growth> {
  const part = fc.array(fc.nat({ max: 1000 }), { maxLength: SWEEPS });
  return fc.record({
    parts: fc.array(part, { minLength: files, maxLength: files }),
    ranks: fc.array(fc.nat({ max: 99 }), { minLength: files, maxLength: files }),
  });
}

/**
 * Transcripts, and what belongs to documents, come at any time. Other files beside them (which folder a project is, what a subagent is
 * for) are looked at only when a transcript has news: agents write them first.
 */
function movingFiles(agents: Agent[], home: string, first: readonly string[]): (file: string) => boolean {
  const moving = new Set<string>();
  for (const agent of agents) {
    for (const file of transcripts(home, agent)) {
      moving.add(file.path);
      if (agent.form === 'document') for (const path of agent.companions?.(file) ?? []) moving.add(path);
    }
  }
  return (file) => !first.includes(file) && (moving.has(file) || moving.has(dirname(file)));
}

/** Files of a case that cannot come later than others; `about.md` says why. */
function firstFiles(folder: string): string[] {
  const list = join(folder, 'first.txt');
  return existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
}

interface Arrival {
  growth: Growth;
  moving: (file: string) => boolean;
}

/** What the store says when all is read: at once, or as it grew. */
async function pictureOf(agents: Agent[], home: GrowingHome, folder: string, arrival?: Arrival): Promise<unknown> {
  home.remove();
  const engine = await createLocalEngine({ agents, place: { home: folder, env: {}, platform: 'linux' } });
  try {
    if (!arrival) home.complete();
    for (let sweep = 0; sweep <= (arrival ? SWEEPS : 0); sweep++) {
      if (arrival) home.grow(arrival.growth, sweep, arrival.moving);
      await engine.sweep();
    }
    return await told(engine);
  } finally {
    await engine.dispose();
  }
}

/**
 * All that is told of what was used. Lists are sorted: the order of equals is nobody's business. Where a request stands is told by file:
 * what a document is rewritten around moves in it.
 */
async function told(engine: LocalEngine): Promise<unknown> {
  const sessions = await engine.sessions(ALL);
  const requests = await engine.requests({ ...ALL, limit: 100_000 });
  const attribution = await Promise.all(
    sessions.map((row) => engine.attributionReport({ sessionKey: `${row.agent}:${row.session}` })),
  );
  const usage = await engine.usage(ALL);
  return plain({
    usage,
    sessions,
    attribution,
    requests: requests.map(({ cursor: _, why: __, source, copies, ...row }) => ({
      ...row,
      places: [source, ...copies].map(({ path }) => path),
    })),
  });
}

/** Sums of money differ in their last digits with the order of adding. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  if (Array.isArray(value)) {
    const items = value.map(plain).map((item) => [JSON.stringify(item), item] as const);
    return items.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, plain(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
