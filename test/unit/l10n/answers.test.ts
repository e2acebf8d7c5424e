import assert from 'node:assert/strict';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import type { Presentation } from '../../../src/engine/engineApi.ts';
import { createLocalEngine, type LocalEngine } from '../../../src/engine/localEngine.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../vscode/temporaryFolder.mjs';

/** A text of an answer, and where in it. */
interface Leaf {
  path: string;
  text: string;
}

/** Every text of an answer that people read. Keys, states and what else only pages know are none. */
function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(
      ([name]) =>
        !/^(key|by|of|kind|rule|state|tone|lens|unit|direction|thread|type|class|name|id|value|path|opens|target|sessionKey|session|sortedBy|agent|filter|align|cursor|at|usageByTool|progress|columns)$/.test(
          name,
        ) || typeof (value as Record<string, unknown>)[name] === 'object',
    )
    .flatMap(([name, each]) => leaves(each, `${path}.${name}`));
}

describe('answers in another language', function () {
  this.timeout(20_000);
  let engine: LocalEngine;
  let home: string;
  const nowMs = Date.now();
  const presentation = (locale: string): Presentation => ({ locale, timeZone: 'America/New_York', nowMs });
  const folders: string[] = [];
  const thresholds = DEFAULT_THRESHOLDS;

  before(async () => {
    home = makeTemporaryFolder();
    placeSample(home, { nowMs });
    engine = await createLocalEngine({
      agents: ALL_AGENTS,
      place: { home, env: {}, platform: 'linux' },
      settings: { paths: {}, disabledAgents: [], weeklyBudgetTokens: 4_000_000 },
      user: 'dev',
    });
    await engine.sweep();
  });
  after(async () => {
    await engine.dispose();
    removeTemporaryFolder(home);
  });

  const questions: Record<string, (locale: string) => Promise<unknown>> = {
    meter: (locale) => engine.meter({ ...presentation(locale), folders, thresholds }),
    sidebar: (locale) => engine.sidebar({ ...presentation(locale), folders, thresholds }),
    dashboard: (locale) =>
      engine.dashboard({
        ...presentation(locale),
        window: 'month',
        compare: true,
        trend: 'week',
        filters: { agents: ['claude-code'] },
        thresholds,
      }),
    items: (locale) =>
      engine.dashboardItems({
        ...presentation(locale),
        window: 'all',
        compare: false,
        trend: 'day',
        filters: {},
        thresholds,
      }),
    attribution: (locale) => engine.attribution({ ...presentation(locale), lens: 'spent', folders, thresholds }),
    health: (locale) => engine.health(presentation(locale)),
  };

  /** Names that stand in no language: of agents, models, files, programs, sessions. The longest first, as one may hold another. */
  const foreignNames = async (): Promise<string[]> => {
    const all = { window: 'all', timeZone: 'America/New_York', nowMs } as const;
    const [sessions, requests, health] = await Promise.all([
      engine.sessions(all),
      engine.requests({ ...all, limit: 10_000 }),
      engine.healthReport(),
    ]);
    const names = [
      ...sessions.flatMap(({ title, workspace, account }) => [title, workspace, account]),
      ...requests.flatMap(({ model, provider, name }) => [model, provider, name]),
      ...(await engine.items(all)).flatMap(({ kind, target }) => (kind === 'system' ? [] : [target])),
      ...health.agents.flatMap((agent) => [
        agent.name,
        agent.name.split(' ')[0],
        ...agent.looked_in.map(({ path }) => path),
      ]),
      'dev',
    ].filter((name) => typeof name === 'string');
    return [
      ...new Set(names.flatMap((name) => [name, name.split('/').at(-1) ?? name, name.split('/').slice(-2).join('/')])),
    ]
      .filter((name) => name !== '')
      .toSorted((a, b) => b.length - a.length);
  };
  /** Words that Chinese writes as they are. */
  const SAME = /\b([Tt]okens?|Agent Token Meter|API|MCP|Bash|linear|postgres|SQLite|genai-prices|OpenRouter)\b/g;

  for (const [name, ask] of Object.entries(questions))
    it(`leave no English in ${name}`, async () => {
      const names = await foreignNames();
      const chinese = leaves(await ask('zh-cn'));
      assert.ok(chinese.filter(({ text }) => /\p{Script=Han}/u.test(text)).length > 8);
      const left = chinese.flatMap(({ path, text }) => {
        const rest = names.reduce((shorter, foreign) => shorter.replaceAll(foreign, ''), text).replace(SAME, '');
        return /[A-Za-z]{3,}/.test(rest.replace(/\$\([\w-]+\)/g, '')) ? [{ path, text }] : [];
      });
      assert.deepEqual(left, []);
      // The engine is asked by others as well, and answers them in theirs.
      assert.equal(leaves(await ask('en')).filter(({ text }) => /\p{Script=Han}/u.test(text)).length, 0);
    });
});
