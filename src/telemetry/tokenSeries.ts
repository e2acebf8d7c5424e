/**
 * Buckets of `gen_ai.client.token.usage`, as the semantic conventions for generative AI advise them:
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/
 */
export const BOUNDARIES: readonly number[] = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** Token classes that are told apart; a prompt is the sum of the first three. */
export const TOKEN_CLASSES = ['input', 'cache_read', 'cache_write', 'output'] as const;
/** Tokens of a request, in that order. */
export type ClassTokens = readonly [input: number, cacheRead: number, cacheWrite: number, output: number];

/** The values of one metric with the same attributes since the export was switched on. */
export interface TokenPoint {
  count: number;
  /** Of all requests as they are known by now. */
  sum: number;
  /** What receivers are told: a sum that has been told never falls, as they would take that for a restart. */
  told: number;
  min: number;
  max: number;
  buckets: number[];
}

/** Requests with the same agent, provider and model. */
export interface TokenSeries {
  agent: string;
  provider: string;
  model: string;
  input: TokenPoint;
  output: TokenPoint;
  /** By class, as `sum` and `told` of points. */
  classes: { sum: number; told: number }[];
}

/** More combinations of agent, provider and model than this are one series, marked as the overflow. */
const MOST_SERIES = 300;

const noPoint = (): TokenPoint => ({
  count: 0,
  sum: 0,
  told: 0,
  min: 0,
  max: 0,
  buckets: new Array(BOUNDARIES.length + 1).fill(0),
});

/** The series of a request; made when it is the first one. An empty agent, provider and model stand for all that are too many. */
export function seriesOf(series: TokenSeries[], agent: string, provider: string, model: string): TokenSeries {
  const known = series.find((each) => each.model === model && each.provider === provider && each.agent === agent);
  if (known) return known;
  if (series.length >= MOST_SERIES && model !== '') return seriesOf(series, '', '', '');
  const made = {
    agent,
    provider,
    model,
    input: noPoint(),
    output: noPoint(),
    classes: TOKEN_CLASSES.map(() => ({ sum: 0, told: 0 })),
  };
  series.push(made);
  return made;
}

/** Counts a request, or corrects one that was counted with the figures `before`: it stays in its bucket then, and the sums follow. */
export function addRequest(series: TokenSeries, now: ClassTokens, before?: ClassTokens): void {
  addValue(series.input, promptOf(now), before && promptOf(before));
  addValue(series.output, now[3], before?.[3]);
  for (const [index, tokens] of now.entries()) {
    const sums = series.classes[index];
    if (!sums) continue;
    sums.sum += tokens - (before?.[index] ?? 0);
    sums.told = Math.max(sums.told, sums.sum);
  }
}

const promptOf = ([input, cacheRead, cacheWrite]: ClassTokens): number => input + cacheRead + cacheWrite;

function addValue(point: TokenPoint, value: number, before: number | undefined): void {
  if (before === undefined) {
    const place = BOUNDARIES.findIndex((boundary) => value <= boundary);
    const bucket = place < 0 ? BOUNDARIES.length : place;
    point.buckets[bucket] = (point.buckets[bucket] ?? 0) + 1;
    point.min = point.count === 0 ? value : Math.min(point.min, value);
    point.count++;
  }
  point.max = Math.max(point.max, value);
  point.sum += value - (before ?? 0);
  point.told = Math.max(point.told, point.sum);
}
