import * as v from 'valibot';
import type { DeliveredRequest, Deliveries } from '../store/deliveries.ts';
import { identityOf } from '../store/identity.ts';
import type { Reader } from '../store/reader.ts';
import { addRequest, type ClassTokens, seriesOf, TOKEN_CLASSES, type TokenSeries } from './tokenSeries.ts';

/** The receiver of the store's deliveries. */
export const OTLP = 'otlp';

/** What of a machine's store is exported. */
export interface OtlpSource extends Reader {
  deliveries: Deliveries;
}

/** What is remembered between exports, over restarts. */
export interface OtlpState {
  /** Only requests from here on are counted. */
  sinceMs: number;
  endpoint: string;
  series: TokenSeries[];
}

/** A reply may still grow so long after its request began. What has a time ahead of the clock is not waited for. */
const SETTLES_MS = 120_000;
const BATCH = 2_000;

const sums = v.object({ sum: v.number(), told: v.number() });
const point = v.object({
  count: v.number(),
  ...sums.entries,
  min: v.number(),
  max: v.number(),
  buckets: v.array(v.number()),
});
const stateSchema = v.object({
  sinceMs: v.number(),
  endpoint: v.string(),
  series: v.array(
    v.object({
      agent: v.string(),
      provider: v.string(),
      model: v.string(),
      input: point,
      output: point,
      classes: v.pipe(v.array(sums), v.length(TOKEN_CLASSES.length)),
    }),
  ),
});

/** Begins with a receiver: what was used before is nobody's to count. One that is known goes on where it was. */
export function beginExport({ deliveries }: OtlpSource, endpoint: string, nowMs: number): void {
  if (deliveries.has(OTLP)) {
    const known = v.safeParse(stateSchema, deliveries.state(OTLP));
    if (known.success && known.output.endpoint === endpoint) return;
    deliveries.end(OTLP);
  }
  const state: OtlpState = { sinceMs: nowMs, endpoint, series: [] };
  deliveries.begin(OTLP, 'now', state);
}

/**
 * Counts what is new, each request once: what it was counted with is remembered in the same transaction, so that neither an end of the process
 * nor a store that is read anew counts it again. @returns what is to be exported
 */
export function countRequests({ deliveries }: OtlpSource, nowMs: number): OtlpState {
  const state = v.parse(stateSchema, deliveries.state(OTLP));
  for (;;) {
    const delivery = deliveries.next(OTLP, BATCH);
    if (!delivery) return state;
    if (delivery.kind === 'removed') {
      deliveries.confirm(OTLP, delivery);
      continue;
    }
    const open =
      delivery.kind === 'new'
        ? delivery.requests.findIndex(({ atMs }) => atMs <= nowMs && atMs > nowMs - SETTLES_MS)
        : -1;
    const ready = open < 0 ? delivery.requests : delivery.requests.slice(0, open);
    const last = ready.at(-1);
    if (!last) return state;
    const marks = new Map<string, string>();
    for (const request of ready) {
      if (request.atMs < state.sinceMs) continue;
      const mark = identityOf('request', request.agent, request.requestKey);
      const now = tokensOf(request);
      const before = parseTokens(marks.get(mark) ?? deliveries.exported(mark));
      addRequest(seriesOf(state.series, ...makerOf(request)), now, before);
      marks.set(mark, now.join());
    }
    const through = open < 0 ? delivery.through : last.id;
    deliveries.confirm(OTLP, { ...delivery, through }, state, marks);
    if (open >= 0) return state;
  }
}

/** Names are foreign text, and no more than a name. */
const MOST_CHARACTERS = 200;
const makerOf = ({ agent, provider, model }: DeliveredRequest): [string, string, string] => [
  agent.slice(0, MOST_CHARACTERS) || 'unknown',
  provider.slice(0, MOST_CHARACTERS) || 'unknown',
  model.slice(0, MOST_CHARACTERS) || 'unknown',
];

const tokensOf = ({ input, cacheRead, cacheWrite5m, cacheWrite1h, output }: DeliveredRequest): ClassTokens => [
  input,
  cacheRead,
  cacheWrite5m + cacheWrite1h,
  output,
];

function parseTokens(text: string | undefined): ClassTokens | undefined {
  if (text === undefined) return undefined;
  const [input = 0, cacheRead = 0, cacheWrite = 0, output = 0] = text.split(',').map(Number);
  return [input, cacheRead, cacheWrite, output];
}
