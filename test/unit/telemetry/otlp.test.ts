import assert from 'node:assert/strict';
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { RequestRow } from '../../../src/ledger/rows.ts';
import { openStore } from '../../../src/store/openStore.ts';
import type { Store } from '../../../src/store/store.ts';
import { beginExport, countRequests } from '../../../src/telemetry/countRequests.ts';
import { createOtlpSender, endExport, type OtlpSender } from '../../../src/telemetry/otlpSender.ts';
import { tokenMetrics } from '../../../src/telemetry/tokenMetrics.ts';
import type { Told } from '../../../src/views/text.ts';
import { batch, inTempFolder, request } from '../store/sampleRows.ts';
import { type OtlpReceiver, otlpReceiver, type Received } from './receiver.ts';

const BEGIN_MS = Date.UTC(2026, 10, 10);
const HOUR_MS = 3_600_000;

/** A point as OTLP writes it in JSON. */
interface Point {
  attributes: { key: string; value: { stringValue?: string; boolValue?: boolean } }[];
  startTimeUnixNano: string;
  count?: number | string;
  sum?: number;
  asInt?: number | string;
  asDouble?: number;
  bucketCounts?: (number | string)[];
  explicitBounds?: number[];
}

/** The points of an export by metric. */
function pointsOf({ text }: Received): Record<string, (Point & { by: Record<string, unknown> })[]> {
  const { resourceMetrics } = JSON.parse(text);
  const metrics = resourceMetrics[0].scopeMetrics[0].metrics as {
    name: string;
    histogram?: { dataPoints: Point[] };
    sum?: { dataPoints: Point[] };
  }[];
  return Object.fromEntries(
    metrics.map(({ name, histogram, sum }) => [
      name,
      (histogram ?? sum)?.dataPoints.map((point) => ({
        ...point,
        by: Object.fromEntries(point.attributes.map(({ key, value }) => [key, value.stringValue ?? value.boolValue])),
      })) ?? [],
    ]),
  );
}

/** Prompt and output tokens that an export tells. */
function sumsOf(received: Received | undefined): { input: number; output: number; requests: number } {
  const points = received ? (pointsOf(received)['gen_ai.client.token.usage'] ?? []) : [];
  const of = (type: string) => points.filter(({ by }) => by['gen_ai.token.type'] === type);
  const sum = (type: string): number => of(type).reduce((total, point) => total + Number(point.sum), 0);
  return {
    input: sum('input'),
    output: sum('output'),
    requests: of('input').reduce((total, { count }) => total + Number(count), 0),
  };
}

/** The same of the store, from a time on. */
function storedSums(store: Store, sinceMs = BEGIN_MS): { input: number; output: number; requests: number } {
  const [row] = store.all<{ input: number; output: number; requests: number }>(
    `SELECT coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens), 0) AS input,
      coalesce(sum(output_tokens), 0) AS output, count(*) AS requests FROM requests WHERE at_ms >= :since`,
    { ':since': sinceMs },
  );
  return row as { input: number; output: number; requests: number };
}

describe('metrics by OpenTelemetry', function () {
  this.timeout(30_000);
  let receiver: OtlpReceiver;
  let store: Store;
  let sender: OtlpSender | undefined;
  let nowMs: number;
  const troubles: Told[] = [];

  beforeEach(async () => {
    receiver = await otlpReceiver();
    store = (await openStore({ nowMs: BEGIN_MS })).store;
    nowMs = BEGIN_MS;
    troubles.length = 0;
  });
  afterEach(async () => {
    await sender?.stop();
    sender = undefined;
    await receiver.close();
    store.close();
  });

  const commit = (requests: RequestRow[], over: { path?: string; agent?: string } = {}): void =>
    store.commit([
      batch(
        { requests, sessions: [{ sessionId: 'session-1', title: 'a secret title', workspace: '/home/ada/secret' }] },
        over,
      ),
    ]);
  const begin = (over: { url?: string; timeoutMs?: number; headers?: Record<string, string> } = {}): void => {
    sender = createOtlpSender({
      source: store,
      settings: { endpoint: over.url ?? receiver.url, headers: over.headers ?? {}, intervalMs: 5, version: '1.2.3' },
      onTrouble: (text) => troubles.push(text),
      now: () => nowMs,
      timeoutMs: over.timeoutMs,
    });
  };
  /** Waits for an export that tells the same as the store. */
  const untilSame = async (sinceMs = BEGIN_MS): Promise<void> => {
    for (;;) {
      const told = sumsOf(receiver.accepted.at(-1));
      if (JSON.stringify(told) === JSON.stringify(storedSums(store, sinceMs))) return;
      await receiver.untilAccepted(receiver.accepted.length + 1);
    }
  };

  it('are by the conventions: names, attributes, buckets, cumulative since the switch-on', async () => {
    beginExport(store, receiver.url, BEGIN_MS);
    commit([
      request('a', { atMs: BEGIN_MS + 1 }),
      request('b', {
        atMs: BEGIN_MS + 2,
        usage: { input: 1, cacheRead: 0, cacheWrite5m: 2, cacheWrite1h: 3, output: 70_000_000, reasoning: 0 },
      }),
      request('c', { atMs: BEGIN_MS + 3, provider: 'google', model: 'gemini-2.5-pro' }),
    ]);
    nowMs = BEGIN_MS + HOUR_MS;
    begin({ headers: { Authorization: 'Bearer secret' } });
    await receiver.untilAccepted(1);
    const [received] = receiver.accepted as [Received];
    assert.equal(received.headers.authorization, 'Bearer secret');
    const points = pointsOf(received);
    assert.deepEqual(Object.keys(points), ['gen_ai.client.token.usage', 'agent_token_meter.tokens']);
    const [input, output] = points['gen_ai.client.token.usage'] ?? [];
    assert.deepEqual(input?.by, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.agent.name': 'claude-code',
      'gen_ai.token.type': 'input',
    });
    assert.deepEqual(
      input?.explicitBounds,
      [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    );
    assert.deepEqual(input?.bucketCounts?.map(Number), [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(output?.bucketCounts?.map(Number), [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.equal(input?.startTimeUnixNano, `${BEGIN_MS}000000`);
    assert.ok(points['gen_ai.client.token.usage']?.some(({ by }) => by['gen_ai.provider.name'] === 'gcp.gemini'));
    const classes = (points['agent_token_meter.tokens'] ?? []).filter(
      ({ by }) => by['gen_ai.request.model'] === 'claude-sonnet-4-5',
    );
    assert.deepEqual(
      classes.map(({ by, asInt, asDouble }) => [by['agent_token_meter.token.class'], Number(asInt ?? asDouble)]),
      [
        ['input', 101],
        ['cache_read', 1000],
        ['cache_write', 5],
        ['output', 70_000_020],
      ],
    );
    assert.ok(!/secret title|secret"|\/home|ada/.test(received.text));
    const { series, sinceMs } = countRequests(store, nowMs);
    const official = JsonMetricsSerializer.serializeRequest(
      tokenMetrics(series, { version: '1.2.3', instance: 'x', sinceMs }, nowMs),
    );
    const plain = (text: string): string => text.replace(/"[0-9a-f]{32}"|"x"/, '"instance"');
    assert.equal(
      plain(received.text),
      plain(new TextDecoder().decode(official)),
      'as the official serializer writes it',
    );
  });

  it('count what is used from the switch-on, each request once, whatever is read again', async () => {
    commit([request('before', { atMs: BEGIN_MS - HOUR_MS })]);
    beginExport(store, receiver.url, BEGIN_MS);
    commit([
      request('old', { atMs: BEGIN_MS - 1 }),
      request('a', { atMs: BEGIN_MS + 1 }),
      request('b', { atMs: BEGIN_MS + 2 }),
    ]);
    nowMs = BEGIN_MS + HOUR_MS;
    begin();
    await untilSame();
    assert.equal(sumsOf(receiver.accepted.at(-1)).requests, 2);
    commit([
      request('a', {
        atMs: BEGIN_MS + 1,
        usage: { input: 100, cacheRead: 1000, cacheWrite5m: 0, cacheWrite1h: 0, output: 500, reasoning: 0 },
      }),
    ]);
    await untilSame();
    store.forget([{ agent: 'claude-code', path: '/transcripts/one.jsonl' }]);
    commit([request('b', { atMs: BEGIN_MS + 2 }), request('new', { atMs: BEGIN_MS + 3 })]);
    const exports = receiver.accepted.length;
    await receiver.untilAccepted(exports + 3);
    assert.deepEqual(
      sumsOf(receiver.accepted.at(-1)),
      { input: 3300, output: 540, requests: 3 },
      'b once, and a as it was told',
    );
  });

  it('wait for a reply that may still grow, but not for a clock that is ahead', () => {
    beginExport(store, receiver.url, BEGIN_MS);
    commit([request('ahead', { atMs: BEGIN_MS + 24 * HOUR_MS }), request('grows', { atMs: BEGIN_MS + 1000 })]);
    assert.equal(countRequests(store, BEGIN_MS + 2000).series[0]?.input.count, 1);
    assert.equal(countRequests(store, BEGIN_MS + 1000 + 119_999).series[0]?.input.count, 1);
    assert.equal(countRequests(store, BEGIN_MS + 1000 + 120_001).series[0]?.input.count, 2);
  });

  it('never tell a sum that falls; what was estimated too high is made up for by what comes', () => {
    beginExport(store, receiver.url, BEGIN_MS);
    const usage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };
    const estimated = {
      atMs: BEGIN_MS + 1,
      estimated: true,
      rule: 'estimated' as const,
      usage: { ...usage, output: 900 },
    };
    commit([request('a', estimated)]);
    const output = () => countRequests(store, BEGIN_MS + HOUR_MS).series[0]?.output;
    assert.equal(output()?.told, 900);
    commit([request('a', { atMs: BEGIN_MS + 1, usage: { ...usage, output: 300 } })]);
    assert.deepEqual([output()?.told, output()?.sum], [900, 300]);
    commit([request('b', { atMs: BEGIN_MS + 2, usage: { ...usage, output: 700 } })]);
    assert.deepEqual([output()?.told, output()?.sum], [1000, 1000]);
  });

  it('go on where they were after a restart, and begin anew when switched on again', async () => {
    await inTempFolder(async (folder) => {
      const file = `${folder}/store.db`;
      let own = (await openStore({ path: file, nowMs: BEGIN_MS })).store;
      beginExport(own, 'http://a', BEGIN_MS);
      own.commit([batch({ requests: [request('a', { atMs: BEGIN_MS + 1 })] })]);
      countRequests(own, BEGIN_MS + HOUR_MS);
      own.close();
      own = (await openStore({ path: file, nowMs: BEGIN_MS })).store;
      own.commit([batch({ requests: [request('b', { atMs: BEGIN_MS + 2 })] }, { path: '/two.jsonl' })]);
      beginExport(own, 'http://a', BEGIN_MS + HOUR_MS);
      const { sinceMs, series } = countRequests(own, BEGIN_MS + HOUR_MS);
      assert.deepEqual([sinceMs, series[0]?.input.count], [BEGIN_MS, 2]);
      endExport(own);
      beginExport(own, 'http://a', BEGIN_MS + 2 * HOUR_MS);
      assert.deepEqual(countRequests(own, BEGIN_MS + 3 * HOUR_MS), {
        sinceMs: BEGIN_MS + 2 * HOUR_MS,
        endpoint: 'http://a',
        series: [],
      });
      own.close();
    });
  });

  it('arrive whole after every kind of failure, and say so when it lasts', async () => {
    beginExport(store, receiver.url, BEGIN_MS);
    commit([request('a', { atMs: BEGIN_MS + 1 })]);
    nowMs = BEGIN_MS + HOUR_MS;
    receiver.answers.push(
      { status: 500 },
      { status: 429, headers: { 'retry-after': '0' } },
      'hang',
      'reset',
      { status: 400 },
      { status: 503 },
    );
    begin({ timeoutMs: 300 });
    await receiver.untilAccepted(1);
    commit([request('b', { atMs: BEGIN_MS + 2 })]);
    await untilSame();
    assert.equal(receiver.answers.length, 0);
    assert.ok(receiver.seen.length >= 7);
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]?.english ?? '', /nothing is lost/);
    assert.ok(!JSON.stringify(troubles).includes('/v1/metrics'), 'no path, which may hold a key');
  });

  it('arrive when a receiver comes that was not there', async () => {
    const { url } = receiver;
    await receiver.close();
    beginExport(store, url, BEGIN_MS);
    commit(Array.from({ length: 5000 }, (_, i) => request(`r${i}`, { atMs: BEGIN_MS + i })));
    nowMs = BEGIN_MS + HOUR_MS;
    begin({ url, timeoutMs: 200 });
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    receiver = await otlpReceiver(Number(new URL(url).port));
    await untilSame();
    assert.equal(sumsOf(receiver.accepted.at(-1)).requests, 5000);
  });

  it('are of a bounded number of series, whatever models a transcript names', () => {
    beginExport(store, receiver.url, BEGIN_MS);
    commit(
      Array.from({ length: 1000 }, (_, i) =>
        request(`r${i}`, { atMs: BEGIN_MS + i, model: `model-${i}-${'x'.repeat(5000)}` }),
      ),
    );
    const { series } = countRequests(store, BEGIN_MS + HOUR_MS);
    assert.equal(series.length, 301);
    assert.equal(
      series.reduce((sum, each) => sum + each.input.count, 0),
      1000,
    );
    assert.ok(JSON.stringify(series).length < 500_000);
    const metrics = tokenMetrics(series, { version: '', instance: '', sinceMs: BEGIN_MS }, BEGIN_MS);
    const overflow = metrics.scopeMetrics[0]?.metrics[0]?.dataPoints.filter(
      (point) => point.attributes['otel.metric.overflow'],
    );
    assert.equal(overflow?.length, 2);
  });
});
