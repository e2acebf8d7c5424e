import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NO_SETTINGS } from '../../../src/engine/engineSettings.ts';
import type { LocalEngine } from '../../../src/engine/localEngine.ts';
import type { DashboardView } from '../../../src/views/dashboardView.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { limitedEngine } from './limitedEngine.ts';
import { replyRecord, transcriptHome, ZONE } from './transcriptHome.ts';

const SHOP = { name: 'Shop', type: 'max', match: { workspace: '/home/dev/shop' } };
const OPENAI = { name: 'OpenAI', type: 'api', match: { provider: 'openai' } };

/** What every way of asking says of accounts: `name → tokens`, of all time. */
async function told(engine: LocalEngine) {
  const request = { window: 'all', timeZone: ZONE, nowMs: Date.now() } as const;
  const presentation = { locale: 'en', timeZone: ZONE, nowMs: request.nowMs };
  const usage = await engine.usage(request);
  const accounts = usage.by_account.map(({ account }) => account);
  const filtered = new Map<string, number[]>();
  for (const account of accounts) {
    const dashboard = await engine.dashboard({
      ...presentation,
      window: 'all',
      compare: false,
      trend: 'day',
      filters: { account },
      thresholds: DEFAULT_THRESHOLDS,
    });
    const grid = await engine.requestGrid({
      ...presentation,
      window: 'all',
      filters: { account },
      search: '',
      limits: [],
      sort: { by: 'at', isDescending: true },
      columns: ['account', 'total'],
      withPickers: true,
      isFollowing: true,
      from: 0,
      count: 1000,
    });
    const requests = await engine.requests({ ...request, account, limit: 10_000 });
    const bySum = await engine.usage({ ...request, account });
    assert.deepEqual(
      bySum.by_account.map((row) => row.account),
      [account],
    );
    assert.deepEqual(new Set(requests.map((row) => row.account ?? '')), new Set([account]));
    assert.equal(grid.total, requests.length);
    assert.equal(
      bySum.by_tool.reduce((sum, { total_tokens: tokens }) => sum + tokens, 0),
      bySum.totals.total_tokens,
      'tools',
    );
    assert.equal(
      bySum.by_day.reduce((sum, { total_tokens: tokens }) => sum + tokens, 0),
      bySum.totals.total_tokens,
      'days',
    );
    filtered.set(account, [
      bySum.totals.total_tokens,
      exact(dashboard),
      requests.reduce((sum, row) => sum + row.total_tokens, 0),
    ]);
  }
  const limits = new Map<string, number>();
  for (const account of (await engine.limitsReport(request)).accounts) {
    const name = account.agent === null ? account.account : (account.told ?? '');
    limits.set(name, (limits.get(name) ?? 0) + account.total_tokens);
  }
  return {
    usage: new Map(usage.by_account.map((row) => [row.account, row.total_tokens])),
    all: usage.totals.total_tokens,
    limits,
    filtered,
  };
}

/** The header number in full. */
const exact = (view: DashboardView): number => Number(/^[\d,]+/.exec(view.headline.title)?.[0].replaceAll(',', ''));

async function assertAgreement(engine: LocalEngine): Promise<Map<string, number>> {
  const { usage, all, limits, filtered } = await told(engine);
  assert.deepEqual(limits, usage);
  assert.deepEqual(filtered, new Map([...usage].map(([account, tokens]) => [account, [tokens, tokens, tokens]])));
  assert.equal(
    [...usage.values()].reduce((sum, tokens) => sum + tokens, 0),
    all,
  );
  return usage;
}

describe("the user's accounts", function () {
  this.timeout(60_000);

  it('are the same in every figure, also after the setting changes and after a restart', async () => {
    const home = transcriptHome();
    placeSample(home.folder);
    const storePath = path.join(home.folder, 'store.db');
    let engine = await limitedEngine(home.folder, {}, storePath);
    try {
      await engine.sweep();
      const stated = await assertAgreement(engine);
      assert.ok(![...stated.keys()].some((name) => ['Shop', 'Store', 'OpenAI'].includes(name)));

      await engine.configure({ ...NO_SETTINGS, limits: { accounts: [SHOP] } });
      const shop = await assertAgreement(engine);
      assert.ok((shop.get('Shop') ?? 0) > 0 && shop.size > 1, [...shop].join(' '));

      await engine.configure({ ...NO_SETTINGS, limits: { accounts: [SHOP, OPENAI] } });
      const both = await assertAgreement(engine);
      assert.equal(both.get('Shop'), shop.get('Shop'), 'the first rule wins');
      assert.ok((both.get('OpenAI') ?? 0) > 0);

      await engine.dispose();
      engine = await limitedEngine(home.folder, { accounts: [{ ...SHOP, name: 'Store' }, OPENAI] }, storePath);
      const renamed = await assertAgreement(engine);
      assert.deepEqual([renamed.get('Shop'), renamed.get('Store')], [undefined, shop.get('Shop')]);

      await engine.configure({ ...NO_SETTINGS, limits: {} });
      assert.deepEqual([...(await assertAgreement(engine)).keys()], [...stated.keys()]);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('take what comes later, and a session whose folder is learned later', async () => {
    const home = transcriptHome();
    const elsewhere = (id: string, cwd: string | undefined): string =>
      `${JSON.stringify({ ...JSON.parse(replyRecord('one', id)), cwd })}\n`;
    writeFileSync(home.file('one'), elsewhere('a', undefined));
    const engine = await limitedEngine(home.folder, { accounts: [{ name: 'App', match: { workspace: '/srv/app' } }] });
    try {
      await engine.sweep();
      assert.deepEqual([...(await assertAgreement(engine)).keys()], ['']);
      writeFileSync(home.file('one'), elsewhere('a', undefined) + elsewhere('b', '/srv/app'));
      await engine.sweep();
      assert.deepEqual([...(await assertAgreement(engine))], [['App', 2 * 1160]]);
      home.reply('two', 'c');
      await engine.sweep();
      assert.deepEqual([...(await assertAgreement(engine))], [['App', 3 * 1160]]);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });

  it('may be called anything, also as an agent calls its account', async () => {
    const home = transcriptHome();
    placeSample(home.folder);
    const work = path.join(home.folder, '.claude-work');
    mkdirSync(path.join(work, 'projects', '-srv-app'), { recursive: true });
    writeFileSync(path.join(work, 'projects', '-srv-app', 'w.jsonl'), `${replyRecord('w', 'w')}\n`);
    const engine = await limitedEngine(home.folder, {
      accounts: [{ name: '=cmd()<img onerror>', match: { agent: 'codex' } }],
    });
    const paths = { 'claude-code': [path.join(home.folder, '.claude'), work] };
    try {
      await engine.sweep();
      assert.ok((await assertAgreement(engine)).has('=cmd()<img onerror>'));
      await engine.configure({ ...NO_SETTINGS, paths });
      const told = [...(await assertAgreement(engine)).keys()].find((name) => name.endsWith('work')) ?? '';
      assert.notEqual(told, '');
      // Nothing matches by this rule, yet its name is what the agent says.
      await engine.configure({
        ...NO_SETTINGS,
        limits: {
          accounts: [
            { name: told, match: { user: 'nobody' }, limits: [{ unit: 'requests', amount: 5, period: 'month' }] },
          ],
        },
      });
      await assertAgreement(engine);
    } finally {
      await engine.dispose();
      home.remove();
    }
  });
});
