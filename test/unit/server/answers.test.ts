import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exactNumber } from '../../../src/views/format.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import type { UsageReport } from '../../../src/views/usageReport.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { rawRequest, SAMPLE_NOW_MS, type Served, sendRaw, serve } from './served.ts';

const CLI = path.join(import.meta.dirname, '../../../src/cli.ts');
const ZONE = 'America/New_York';

/** What the command line writes, from source. */
const cli = (...args: string[]): Promise<unknown> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', CLI, ...args], (error, out) =>
      error ? reject(error) : resolve(JSON.parse(out)),
    );
  });

describe('what the loopback server answers', function () {
  this.timeout(60_000);
  let served: Served;
  before(async () => {
    served = await serve({ limits: { burst: 10_000 } });
  });
  after(() => served.close());

  /** Two engines read files side by side: their rows have other numbers, and the last digit of a sum of dollars follows the order of its parts. */
  const comparable = (report: unknown): unknown =>
    JSON.parse(
      JSON.stringify(report, (key, value) =>
        key === 'cursor' ? undefined : key.endsWith('_usd') && typeof value === 'number' ? value.toFixed(9) : value,
      ),
    );

  it('is what the command line writes, for each question', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'atm-home-'));
    placeSample(home, {});
    const here = await serve({ home, nowMs: Date.now });
    try {
      for (const [question, parameters] of [
        ['usage', []],
        ['usage', ['window=month', `tz=${ZONE}`, 'agent=claude-code', 'agent=codex']],
        ['usage', ['since=2020-01-01', 'until=2099-01-01T00:00:00Z', 'used=read', 'subagent=main']],
        ['sessions', ['window=all', 'limit=3']],
        ['requests', ['window=all', 'limit=5', 'provider=anthropic']],
        ['attribution', []],
      ] as const) {
        const args = parameters.flatMap((parameter) => {
          const [name, value = ''] = parameter.split('=');
          return [`--${name}`, value];
        });
        const response = await here.get(`/${question}?${parameters.join('&')}`);
        const written = await cli(question, '--home', home, ...args);
        assert.deepEqual(comparable(await response.json()), comparable(written), parameters.join());
      }
    } finally {
      await here.close();
      rmSync(home, { recursive: true });
    }
  });

  it('is of the week without a window, as the engine tells it', async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const week = { window: 'week', timeZone, nowMs: SAMPLE_NOW_MS } as const;
    const usage = await served.json('/usage');
    assert.equal(usage.window.name, 'week');
    assert.deepEqual(usage, await served.engine.usage(week));
  });

  it('is what Show Usage shows, in every window and in its groups', async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    for (const window of ['day', 'week', 'month', 'all'] as const) {
      const usage: UsageReport = await served.json(`/usage?window=${window}`);
      const view = await served.engine.dashboard({
        window,
        compare: false,
        trend: 'day',
        filters: {},
        thresholds: DEFAULT_THRESHOLDS,
        locale: 'en',
        timeZone,
        nowMs: SAMPLE_NOW_MS,
      });
      assert.ok(view.headline.title.includes(exactNumber(usage.totals.total_tokens, 'en')), window);
      const kinds = view.breakdowns.find(({ caption }) => caption === 'By tool kind')?.rows ?? [];
      const { total_tokens: all } = usage.totals;
      const tokens = (rows: { key: string; share: number }[]) =>
        rows.map(({ key, share }) => [key, Math.round(share * all)]);
      assert.deepEqual(
        tokens(kinds),
        usage.by_tool.slice(0, kinds.length).map(({ kind, total_tokens }) => [kind, total_tokens]),
      );
      assert.ok(kinds.length > 5);
      const agents = new Map<string, number>();
      for (const { type, total_tokens } of usage.by_agent) agents.set(type, (agents.get(type) ?? 0) + total_tokens);
      assert.deepEqual(
        new Map(tokens(view.byAgent.rows.filter(({ level }) => level === 0)) as [string, number][]),
        agents,
      );
    }
  });

  it('is of the session that is named by its id or its key', async () => {
    const [session] = await served.json('/sessions?window=all&limit=1');
    const byId = await served.json(`/attribution?session=${session.session}`);
    assert.equal(byId.session, session.session);
    assert.deepEqual(await served.json(`/attribution?session=${session.agent}:${session.session}`), byId);
    assert.equal((await served.json(`/usage?window=all&session=${session.session}`)).totals.sessions, 1);
  });

  it('comes in pages, each after the one before, that are all requests together', async () => {
    const all = await served.json('/requests?window=all&limit=1000');
    assert.ok(all.length > 100);
    const pages = [];
    let address: string | undefined = '/requests?window=all&limit=37';
    while (address !== undefined) {
      const response = await served.get(address);
      pages.push(...(await response.json()));
      [, address] = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '') ?? [];
    }
    assert.deepEqual(pages, all);
  });

  it('has the same head for HEAD, and no body', async () => {
    for (const address of ['/usage', '/metrics', '/sessions?limit=1', '/openapi.json', '/nothing', '/usage?window=x']) {
      const [get, head] = [await served.get(address), await served.get(address, { method: 'HEAD' })];
      const [a, b] = [get, head].map(({ headers }) =>
        Object.fromEntries([...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))),
      );
      assert.deepEqual(b, a);
      assert.equal(head.status, get.status);
      assert.equal(await head.text(), '');
      await get.arrayBuffer();
    }
  });

  it('is reached under each name of loopback', async () => {
    for (const [host, name] of [
      ['127.0.0.1', '127.0.0.1'],
      ['127.0.0.1', 'LocalHost'],
      ['::1', '[::1]'],
      ['::1', 'localhost'],
    ] as const) {
      const request = rawRequest(served.port, 'GET /usage', { Host: `${name}:${served.port}` });
      assert.match(await sendRaw(served.port, request, { host }), /^HTTP\/1\.1 200 /);
    }
  });

  it('may come from a page of its own origin only', async () => {
    const request = rawRequest(served.port, 'GET /usage', {
      Origin: `http://localhost:${served.port}`,
      'Sec-Fetch-Site': 'same-origin',
    });
    const answer = await sendRaw(served.port, request);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.doesNotMatch(answer, /access-control/i);
  });

  it('says that the figures cannot be had, and not why, when the engine is in trouble', async () => {
    const broken = await serve({});
    await broken.engine.dispose();
    const response = await broken.get('/usage');
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'The figures cannot be had at the moment.',
    });
    assert.match(String(broken.errors), /the engine has ended/);
    await broken.close();
  });

  it('ends in good order: streams end, the port is free', async () => {
    const ending = await serve({});
    const stream = await ending.get('/events');
    const read = stream.text();
    await ending.close();
    assert.match(await read, /^retry: /);
    await assert.rejects(
      new Promise((resolve, reject) => connect(ending.port, '127.0.0.1', () => resolve(0)).on('error', reject)),
    );
  });
});
