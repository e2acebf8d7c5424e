import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { BOUNDARIES, TOKEN_CLASSES, type TokenPoint, type TokenSeries } from './tokenSeries.ts';

/** Who tells. */
export interface MetricsSource {
  /** Of the extension. */
  version: string;
  /** A random id of this machine's store, so that no two machines write one series. */
  instance: string;
  /** Since when requests are counted. */
  sinceMs: number;
}

/** Names of providers by the semantic conventions, where agents use others. */
const PROVIDERS: Record<string, string> = {
  google: 'gcp.gemini',
  gemini: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  xai: 'x_ai',
  'x-ai': 'x_ai',
};

/**
 * What is exported: `gen_ai.client.token.usage` by the semantic conventions, whose input includes the cache, and beside it the classes of
 * tokens that are priced differently. Sums since the switch-on, so that a lost export is made up for by the next one. No path, title or name
 * of a user is in it.
 */
export function tokenMetrics(
  series: readonly TokenSeries[],
  { version, instance, sinceMs }: MetricsSource,
  nowMs: number,
): ResourceMetrics {
  const times = { startTime: hrTime(sinceMs), endTime: hrTime(Math.max(nowMs, sinceMs)) };
  const usage = series.flatMap((each): DataPoint<Histogram>[] =>
    (['input', 'output'] as const).map((type) => ({
      ...times,
      attributes: { ...attributesOf(each), 'gen_ai.token.type': type },
      value: histogram(each[type]),
    })),
  );
  const classes = series.flatMap((each): DataPoint<number>[] =>
    TOKEN_CLASSES.map((name, index) => ({
      ...times,
      attributes: { ...attributesOf(each), 'agent_token_meter.token.class': name },
      value: each.classes[index]?.told ?? 0,
    })),
  );
  return {
    resource: resourceFromAttributes({
      'service.name': 'agent-token-meter',
      'service.version': version,
      'service.instance.id': instance,
    }),
    scopeMetrics: [
      {
        scope: { name: 'agent-token-meter', version },
        metrics: [
          {
            descriptor: {
              name: 'gen_ai.client.token.usage',
              description: 'Number of input and output tokens used.',
              unit: '{token}',
              valueType: ValueType.INT,
            },
            aggregationTemporality: AggregationTemporality.CUMULATIVE,
            dataPointType: DataPointType.HISTOGRAM,
            dataPoints: usage,
          },
          {
            descriptor: {
              name: 'agent_token_meter.tokens',
              description:
                'Tokens by the class in which they are priced; those of input, cache_read and cache_write sum to the input.',
              unit: '{token}',
              valueType: ValueType.INT,
            },
            aggregationTemporality: AggregationTemporality.CUMULATIVE,
            dataPointType: DataPointType.SUM,
            isMonotonic: true,
            dataPoints: classes,
          },
        ],
      },
    ],
  };
}

function attributesOf({ agent, provider, model }: TokenSeries): Attributes {
  const operation = { 'gen_ai.operation.name': 'chat' };
  if (model === '') return { ...operation, 'gen_ai.provider.name': 'other', 'otel.metric.overflow': true };
  return {
    ...operation,
    'gen_ai.provider.name': PROVIDERS[provider] ?? provider,
    'gen_ai.request.model': model,
    'gen_ai.agent.name': agent,
  };
}

const histogram = ({ count, told, min, max, buckets }: TokenPoint): Histogram => ({
  buckets: { boundaries: [...BOUNDARIES], counts: [...buckets] },
  count,
  sum: told,
  min,
  max,
});

const hrTime = (atMs: number): HrTime => [Math.trunc(atMs / 1000), (atMs % 1000) * 1_000_000];
