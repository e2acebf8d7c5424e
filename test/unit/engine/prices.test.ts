import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ALL_AGENTS } from '../../../src/agents/allAgents.ts';
import { createOwnedEngine } from '../../../src/engine/ownedEngine.ts';
import { pricesCommand } from '../../../src/engine/pricesCommand.ts';
import { claudeWriter } from '../../fixtures/claudeWriter.ts';

const CLI = path.join(import.meta.dirname, '../../../src/cli.ts');
const HOSTILE = '<img src=x onerror=alert(1)>';
const DAY_MS = 86_400_000;

const cli = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', CLI, ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });

/** A home with requests of 1,000 input, 20,000 cached and 500 output tokens to models that no list knows. */
function homeOf(models: readonly string[]): string {
  const home = mkdtempSync(path.join(tmpdir(), 'atm-prices-'));
  const session = claudeWriter(home, '/home/dev/shop');
  session.prompt();
  models.forEach((model, index) => {
    session.answer(String(index), model, { input: 1_000, cacheRead: 20_000, output: 500 });
  });
  return home;
}

/** What one of those costs at 10 a million for input, 20 for output and 1 for what is cached. */
const COST = (1_000 * 10 + 20_000 * 1 + 500 * 20) / 1e6;
const PRICE = {
  tier: '',
  fromMs: 0,
  input: 10,
  output: 20,
  cacheRead: 1,
  cacheWrite5m: 10,
  cacheWrite1h: 10,
  webSearches: 0,
};

interface Listed {
  provider: string;
  model: string;
  turns: number;
  unpriced_turns: number;
  cost_usd: number;
  source: string | null;
}

describe('prices on the command line', function () {
  this.timeout(120_000);
  let home: string;
  let where: string[];
  before(() => {
    home = homeOf(['house-model', HOSTILE, '=cmd()', 'house-model']);
    where = ['--home', home, '--store', path.join(home, 'usage.db')];
  });
  after(() => rmSync(home, { recursive: true, force: true }));
  const list = (out: string, model: string): Listed =>
    (JSON.parse(out) as Listed[]).find((row) => row.model === model) as Listed;
  const usageCost = async (): Promise<number> =>
    JSON.parse((await cli('usage', '--window', 'all', ...where)).out).totals.cost_usd;

  it('lists models with what they cost, and those without a price', async () => {
    const { code, out } = await cli('prices', ...where);
    assert.equal(code, 0);
    const row = list(out, 'house-model');
    assert.deepEqual([row.turns, row.unpriced_turns, row.cost_usd, row.source], [2, 2, 0, null]);
    const table = (await cli('prices', 'list', '--format', 'table', ...where)).out;
    assert.match(table, /unpriced/);
    assert.match((await cli('prices', 'list', '--format', 'csv', ...where)).out, /'=cmd\(\)/);
    assert.equal(await usageCost(), 0);
    const settings = path.join(home, 'settings.json');
    const columns = async (cost: string): Promise<string[]> => {
      writeFileSync(settings, JSON.stringify({ cost }));
      const { out } = await cli('prices', 'list', '--format', 'csv', '--settings', settings, ...where);
      return out.slice(0, out.indexOf('\n')).split(',');
    };
    assert.ok((await columns('list')).includes('cost_usd'));
    assert.ok((await columns('api-equivalent')).includes('api_equivalent_usd'));
    assert.ok(!(await columns('off')).some((column) => column.endsWith('usd')));
  });

  it('sets a price, and history is priced by it', async () => {
    const { provider } = list((await cli('prices', ...where)).out, 'house-model');
    const price = [
      '--provider',
      provider,
      '--model',
      'house-model',
      '--input',
      '10',
      '--output',
      '20',
      '--cache-read',
      '1',
    ];
    const { code, out } = await cli('prices', 'set', ...price, ...where);
    assert.equal(code, 0);
    assert.deepEqual([list(out, 'house-model').source, list(out, 'house-model').unpriced_turns], ['user', 0]);
    assert.ok(Math.abs((await usageCost()) - 2 * COST) < 1e-12);
    for (const model of [HOSTILE, '=cmd()']) {
      const named = ['--provider', provider, '--model', model, '--input', '10', '--output', '20', '--cache-read', '1'];
      assert.equal((await cli('prices', 'set', ...named, ...where)).code, 0);
    }
    assert.ok(Math.abs((await usageCost()) - 4 * COST) < 1e-12);
  });

  it('exports what was set, and imports it into another store, from either format', async () => {
    for (const format of ['json', 'csv']) {
      const exported = await cli('prices', 'export', '--format', format, ...where);
      const file = path.join(home, `prices.${format}`);
      writeFileSync(file, exported.out);
      const store = ['--home', home, '--store', path.join(home, `other-${format}.db`)];
      const { code, out } = await cli('prices', 'import', file, ...store);
      assert.equal(code, 0, out);
      assert.ok(Math.abs((JSON.parse(out) as Listed[]).reduce((sum, row) => sum + row.cost_usd, 0) - 4 * COST) < 1e-12);
      const again = await cli('prices', 'export', '--format', format, ...store);
      assert.equal(again.out, exported.out);
    }
    assert.match(readFileSync(path.join(home, 'prices.csv'), 'utf8'), /'=cmd\(\)/);
  });

  it('imports all of a file or nothing, and names the line', async () => {
    const file = path.join(home, 'broken.csv');
    writeFileSync(file, readFileSync(path.join(home, 'prices.csv')));
    appendFileSync(file, 'acme,m,,,-5,1\n');
    const store = ['--home', home, '--store', path.join(home, 'broken.db')];
    const { code, err } = await cli('prices', 'import', file, ...store);
    assert.equal(code, 2);
    assert.match(err, /^Nothing was imported\. Line 5: Input cannot be negative\.$/m);
    assert.deepEqual(JSON.parse((await cli('prices', 'export', ...store)).out).prices, []);
  });

  it('removes a price, and history is unpriced again', async () => {
    const { provider } = list((await cli('prices', ...where)).out, 'house-model');
    const { code, out } = await cli('prices', 'remove', '--provider', provider, '--model', 'house-model', ...where);
    assert.equal(code, 0);
    assert.equal(list(out, 'house-model').unpriced_turns, 2);
    assert.ok(Math.abs((await usageCost()) - 2 * COST) < 1e-12);
  });

  it('says what is wrong with the words', async () => {
    for (const [args, problem] of [
      [['prices', 'set', '--model', 'm'], /--store FILE is missing/],
      [['prices', 'haggle'], /prices is followed by list, set, remove, import, export/],
      [['prices', 'import', '/nowhere/at/all', ...where], /ENOENT/],
      [
        ['prices', 'set', '--provider', 'a', '--model', 'm', '--input=-1', '--output', '1', ...where],
        /--input is wrong\. Input cannot be negative\./,
      ],
    ] as const) {
      const { code, err } = await cli(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, problem);
      assert.ok(err.split('\n').length < 5, err);
    }
  });

  for (const [verb, words, problem] of [
    ['set', { provider: 'a', model: 'm', input: 'x', output: '1' }, /^BadWord: input is wrong\. Input is a number/],
    ['set', { provider: 'a', model: 'm', input: '1' }, /^BadWord: output is wrong\. Output is missing/],
    [
      'set',
      { provider: 'a', model: 'm', input: '1', output: '1', 'cache-read': 'NaN' },
      /^BadWord: cache-read is wrong/,
    ],
    ['set', { model: 'm', input: '1', output: '1' }, /^BadWord: provider is wrong/],
    ['set', { provider: 'a', model: 'm', input: '1', output: '1', from: 'soon' }, /^BadWord: from is wrong/],
    ['remove', { provider: 'a', model: 'm' }, /^BadWord: model has no price of your own/],
    ['import', {}, /^Error: Nothing was imported\. The file is empty/],
  ] as const)
    it(`changes nothing when ${verb} is asked with ${JSON.stringify(words)}`, async () => {
      const never = async (): Promise<never> => {
        throw new Error('it was changed');
      };
      const engine = { ownPrices: async () => [], changePrices: never, sweep: never, priceReport: never };
      const question = { verb, words, format: 'json', timeZone: 'UTC', nowMs: 0 } as const;
      await assert.rejects(pricesCommand(engine, question), (error: Error) => problem.test(String(error)));
    });
});

describe('prices in the engine', function () {
  this.timeout(60_000);
  let home: string;
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const open = () =>
    createOwnedEngine({
      agents: ALL_AGENTS,
      place: { home, env: {}, platform: 'linux' },
      storePath: path.join(home, 'usage.db'),
    });
  const QUESTION = { window: 'all', timeZone: 'Asia/Tokyo', nowMs: Date.now() } as const;

  it('go on being carried to history when the process had ended on the way', async () => {
    home = homeOf(Array.from({ length: 2_500 }, () => 'house-model'));
    const first = await open();
    await first.sweep();
    const [model] = await first.priceReport({ nowMs: Date.now() });
    assert.equal(model?.unpriced_turns, 2_500);
    const price = { ...PRICE, provider: model?.provider ?? '', model: 'house-model' };
    await first.changePrices({ set: [price], remove: [], source: 'page', nowMs: 1 });
    // At once: no more than one batch is done.
    await first.dispose();
    const second = await open();
    const between = (await second.usage(QUESTION)).totals.unpriced_turns;
    assert.ok(between > 0 && between < 2_500, String(between));
    await second.sweep();
    const { totals } = await second.usage(QUESTION);
    assert.equal(totals.unpriced_turns, 0);
    assert.ok(Math.abs(totals.cost_usd - 2_500 * COST) < 1e-9);
    assert.deepEqual((await second.care({ task: 'check' })).problems, []);
    await second.dispose();
  });

  it('refuse what is no price, whoever sends it, and keep everything as it was', async () => {
    home = homeOf(['house-model']);
    const engine = await open();
    await engine.sweep();
    const good = { ...PRICE, provider: 'other', model: 'house-model' };
    for (const bad of [
      { input: -1 },
      { output: Number.NaN },
      { model: '' },
      { input: 1e9 },
      { fromMs: 0.5 },
      { tier: 'x'.repeat(300) },
    ])
      await assert.rejects(
        engine.changePrices({ set: [good, { ...good, ...bad }], remove: [], source: 'page', nowMs: 1 }),
        /no price/,
      );
    assert.deepEqual(await engine.ownPrices(), []);
    await engine.dispose();
  });

  it('come from the public list where there is a gap, which one window fetches once a day', async () => {
    home = homeOf(['house-model']);
    const engine = await open();
    const nowMs = Date.UTC(2026, 10, 22);
    const ask = (atMs: number, isWished = false): Promise<boolean> => engine.claimPriceList({ nowMs: atMs, isWished });
    assert.equal(await ask(nowMs), false);
    await engine.configure({ paths: {}, disabledAgents: [], openRouterPrices: true });
    assert.equal(await ask(nowMs), true);
    assert.equal(await ask(nowMs + 1), false);
    await engine.takePriceList({ failure: 'it cannot be reached (ENOTFOUND)' });
    assert.equal(await ask(nowMs + 1_000_000), false);
    assert.equal(await ask(nowMs + 1_000_000, true), true);
    assert.equal(await ask(nowMs + 5_000_000), true);
    const text = JSON.stringify({
      data: [
        { id: 'acme/house-model', pricing: { prompt: '0.00001', completion: '0.00002', input_cache_read: '0.000001' } },
      ],
    });
    assert.equal(await engine.takePriceList({ fetchedAtMs: nowMs + 5_000_000, text }), true);
    await engine.sweep();
    assert.ok(Math.abs((await engine.usage(QUESTION)).totals.cost_usd - COST) < 1e-12);
    assert.equal((await engine.priceReport({ nowMs }))[0]?.source, 'openrouter:acme/house-model');
    for (const [atMs, isWished, expected] of [
      [nowMs + DAY_MS, false, false],
      [nowMs + DAY_MS, true, false],
      [nowMs + 5_000_000 + DAY_MS, false, true],
    ] as const)
      assert.equal(await ask(atMs, isWished), expected);
    // Garbage changes nothing.
    assert.equal(await engine.takePriceList({ fetchedAtMs: nowMs + 2 * DAY_MS, text: 'garbage' }), false);
    await engine.sweep();
    assert.ok(Math.abs((await engine.usage(QUESTION)).totals.cost_usd - COST) < 1e-12);
    // Switched off, nothing of it is left.
    await engine.configure({ paths: {}, disabledAgents: [], openRouterPrices: false });
    assert.equal((await engine.usage(QUESTION)).totals.unpriced_turns, 1);
    await engine.dispose();
  });
});
