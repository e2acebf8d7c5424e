import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { openApi } from '../../../src/server/openApi.ts';
import { metricsText } from '../../../src/server/openMetrics.ts';
import { exactNumber } from '../../../src/views/format.ts';
import { DEFAULT_THRESHOLDS } from '../../../src/views/tone.ts';
import type { UsageReport } from '../../../src/views/usageReport.ts';
import { placeSample } from '../../fixtures/placeSample.mjs';
import { readOpenMetrics } from './openMetricsText.ts';
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

/** Checks a value against a named schema of the description; the reason why it does not match, or `undefined`. */
function mismatch(schema: Record<string, unknown>, value: unknown): string | undefined {
  const { components } = openApi('1.2.3');
  const checked = new AjvJsonSchemaValidator().getValidator({ ...schema, components } as never)(value);
  return checked.valid ? undefined : checked.errorMessage;
}

interface Operation {
  parameters: { name: string; in: string; schema: { default?: unknown; enum?: unknown[] } }[];
  responses: Record<string, { content: Record<string, { schema: Record<string, unknown> }> }>;
}
const operationAt = (address: string): Operation =>
  (openApi('1.2.3').paths as Record<string, { get: Operation }>)[address]?.get as Operation;
const schemaAt = (address: string): Record<string, unknown> =>
  operationAt(address).responses[200]?.content['application/json']?.schema ?? {};

describe('what the loopback server answers', function () {
  this.timeout(60_000);
  let served: Served;
  before(async () => {
    served = await serve({ limits: { burst: 10_000 } });
  });
  after(() => served.close());
  const json = async (address: string) => {
    const response = await served.get(address);
    assert.equal(response.status, 200, address);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    return response.json();
  };

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
    const usage = await json('/usage');
    assert.equal(usage.window.name, 'week');
    assert.deepEqual(usage, await served.engine.usage(week));
  });

  it('is what Show Usage shows, in every window and in its groups', async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    for (const window of ['day', 'week', 'month', 'all'] as const) {
      const usage: UsageReport = await json(`/usage?window=${window}`);
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
    const [session] = await json('/sessions?window=all&limit=1');
    const byId = await json(`/attribution?session=${session.session}`);
    assert.equal(byId.session, session.session);
    assert.deepEqual(await json(`/attribution?session=${session.agent}:${session.session}`), byId);
    assert.equal((await json(`/usage?window=all&session=${session.session}`)).totals.sessions, 1);
  });

  it('comes in pages, each after the one before, that are all requests together', async () => {
    const all = await json('/requests?window=all&limit=1000');
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

  describe('is described truly', () => {
    it('by a description that is an answer itself', async () => {
      const described = await json('/openapi.json');
      assert.deepEqual(described, JSON.parse(JSON.stringify(openApi('1.2.3'))));
      assert.equal(described.openapi, '3.1.0');
      const names = JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g);
      for (const [, name] of names) assert.ok(described.components.schemas[name ?? ''], name);
    });

    it('in the form of each answer', async () => {
      for (const address of ['/usage', '/attribution', '/sessions', '/requests']) {
        const value = await json(address === '/attribution' ? address : `${address}?window=all`);
        assert.equal(mismatch(schemaAt(address), value), undefined, address);
        assert.notEqual(mismatch(schemaAt(address), { ...value, more: 1 }), undefined, 'a field more is noticed');
      }
      const usage: UsageReport = await json('/usage?window=all');
      const lists = Object.values(usage).filter((value) => Array.isArray(value) && value.length === 0);
      assert.equal(lists.length, 1, 'all lists but that of unlisted calls hold something');
    });

    it('of a home without transcripts', async () => {
      const home = mkdtempSync(path.join(tmpdir(), 'atm-home-'));
      const empty = await serve({ home });
      try {
        for (const address of ['/usage', '/attribution', '/sessions', '/requests'])
          assert.equal(mismatch(schemaAt(address), await (await empty.get(address)).json()), undefined, address);
        assert.ok(readOpenMetrics(await (await empty.get('/metrics')).text()).length > 0);
      } finally {
        await empty.close();
        rmSync(home, { recursive: true });
      }
    });

    it('in the form of each event', async () => {
      const abort = new AbortController();
      const { body } = await served.get('/events', { signal: abort.signal });
      let text = '';
      for await (const part of body ?? []) {
        text += Buffer.from(part).toString();
        if (/event: usageByTool\ndata: .*\n\n/.test(text)) break;
      }
      abort.abort();
      for (const [event, name] of [
        ['meter', 'Meter'],
        ['usageByTool', 'UsageByTool'],
      ]) {
        const [, data = ''] = new RegExp(`event: ${event}\ndata: (.*)\n`).exec(text) ?? [];
        assert.equal(mismatch({ $ref: `#/components/schemas/${name}` }, JSON.parse(data)), undefined, event);
      }
    });

    it('in the form of what is refused', async () => {
      for (const address of ['/nothing', '/usage?window=x', '/attribution?session=none']) {
        const response = await served.get(address);
        assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
        assert.equal(mismatch({ $ref: '#/components/schemas/Problem' }, await response.json()), undefined, address);
      }
    });

    it('in its addresses and parameters: each is taken, and no other', async () => {
      const { paths } = openApi('1.2.3') as { paths: Record<string, unknown> };
      for (const address of Object.keys(paths)) {
        const { parameters } = operationAt(address);
        for (const { name, in: where, schema } of parameters) {
          if (where !== 'query') continue;
          const value = { since: '2020-01-01', until: '2099-01-01', limit: '5', tz: ZONE, agent: 'codex' }[name];
          const given = value ?? String(schema.enum?.[0] ?? 'x');
          const also = name === 'item' ? '&used=read' : '';
          const { status } = await served.get(`${address}?${name}=${given}${also}`);
          const expected = name === 'session' ? [404] : name === 'after' ? [400] : [200];
          assert.ok(expected.includes(status), `${address} ${name} ${status}`);
        }
        if (address !== '/events') {
          assert.equal((await served.get(address)).status, 200);
          assert.equal((await served.get(`${address}?more=1`)).status, 400);
        }
      }
      const { detail } = await (await served.get('/nothing')).json();
      assert.deepEqual(
        detail
          .match(/\/[\w.]+/g)
          .map((found: string) => found.replace(/\.$/, ''))
          .toSorted(),
        Object.keys(paths).toSorted(),
      );
    });
  });

  describe('as metrics', () => {
    it('has the sums of all time, by agent and model', async () => {
      const response = await served.get('/metrics');
      assert.equal(response.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8');
      const samples = readOpenMetrics(await response.text());
      const usage: UsageReport = await json('/usage?window=all');
      const sum = (name: string, labels: Record<string, string> = {}): number =>
        samples
          .filter((sample) => sample.name === name)
          .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
          .reduce((total, { value }) => total + value, 0);
      assert.equal(sum('agent_token_meter_tokens_total'), usage.totals.total_tokens);
      assert.equal(sum('agent_token_meter_tokens_total', { type: 'cache_read' }), usage.totals.cache_read);
      assert.equal(sum('agent_token_meter_requests_total'), usage.totals.turns);
      assert.equal(sum('agent_token_meter_tasks_total'), usage.totals.tasks);
      assert.ok(Math.abs(sum('agent_token_meter_cost_usd_total') - usage.totals.cost_usd) < 1e-9);
      for (const { model, turns } of usage.by_model)
        assert.equal(sum('agent_token_meter_requests_total', { model }), turns);
      const { context } = await json('/attribution');
      assert.equal(sum('agent_token_meter_context_tokens'), context.tokens);
      assert.equal(sum('agent_token_meter_context_window_tokens'), context.window);
    });

    it('holds foreign names, escaped, in a bounded number of lines', async () => {
      const when = { timeZone: ZONE, nowMs: SAMPLE_NOW_MS };
      const live = await served.engine.live({ folders: [], ...when });
      const [row] = await served.engine.models({ window: 'all', ...when });
      assert.ok(row);
      const hostile = ['a"b', 'a\\', 'a\nb 1', '} 1\n# EOF', 'ünï\u{1f600}', '\ud800', ''];
      const many = Array.from({ length: 3_000 }, (_, index) => `model-${index}`);
      const models = [...hostile, ...many].map((model) => ({ ...row, model, turns: 2 }));
      const samples = readOpenMetrics(metricsText({ models, live, version: '1' }));
      const turns = samples.filter(({ name }) => name === 'agent_token_meter_requests_total');
      assert.equal(turns.length, 1_001);
      assert.equal(
        turns.reduce((sum, { value }) => sum + value, 0),
        models.length * 2,
      );
      assert.deepEqual(
        turns.slice(0, hostile.length).map(({ labels }) => labels.model),
        hostile,
      );
    });
  });
});
