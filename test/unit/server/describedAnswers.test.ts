import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { openApi } from '../../../src/server/openApi.ts';
import { metricsText } from '../../../src/server/openMetrics.ts';
import type { UsageReport } from '../../../src/views/usageReport.ts';
import { readOpenMetrics } from './openMetricsText.ts';
import { SAMPLE_NOW_MS, type Served, serve } from './served.ts';

const ZONE = 'America/New_York';

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

describe('what the loopback server answers, as others read it', function () {
  this.timeout(60_000);
  let served: Served;
  before(async () => {
    served = await serve({ limits: { burst: 10_000 } });
  });
  after(() => served.close());

  describe('is described truly', () => {
    it('by a description that is an answer itself', async () => {
      const described = await served.json('/openapi.json');
      assert.deepEqual(described, JSON.parse(JSON.stringify(openApi('1.2.3'))));
      assert.equal(described.openapi, '3.1.0');
      const names = JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g);
      for (const [, name] of names) assert.ok(described.components.schemas[name ?? ''], name);
    });

    it('in the form of each answer', async () => {
      for (const address of ['/usage', '/attribution', '/sessions', '/requests']) {
        const value = await served.json(address === '/attribution' ? address : `${address}?window=all`);
        assert.equal(mismatch(schemaAt(address), value), undefined, address);
        assert.notEqual(mismatch(schemaAt(address), { ...value, more: 1 }), undefined, 'a field more is noticed');
      }
      const usage: UsageReport = await served.json('/usage?window=all');
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
      const usage: UsageReport = await served.json('/usage?window=all');
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
      const { context } = await served.json('/attribution');
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
