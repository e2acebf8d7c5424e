import type { Schema } from './jsonSchema.ts';
import {
  ATTRIBUTION_PARAMETERS,
  type Parameter,
  REQUESTS_PARAMETERS,
  SESSIONS_PARAMETERS,
  USAGE_PARAMETERS,
} from './parameters.ts';
import { SCHEMAS } from './schemas.ts';

const JSON_MEDIA = 'application/json';

/** The description of this server (OpenAPI 3.1). */
export function openApi(version: string): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Agent Token Meter',
      version,
      description:
        'What coding agents on this machine used. Answers programs of the same machine that bring the token; HEAD is answered as GET.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: {
      '/usage': get('usage', 'Tokens, cost and requests of a window', USAGE_PARAMETERS, ok(JSON_MEDIA, named('Usage'))),
      '/attribution': get(
        'attribution',
        'What consumed the tokens of one session; null when there is no session',
        ATTRIBUTION_PARAMETERS,
        ok(JSON_MEDIA, { oneOf: [named('Attribution'), { type: 'null' }] }),
      ),
      '/sessions': get(
        'sessions',
        'Sessions with requests in a window, most recently written first',
        SESSIONS_PARAMETERS,
        ok(JSON_MEDIA, { type: 'array', items: named('Session') }),
      ),
      '/requests': get(
        'requests',
        'Requests of a window with their provenance, newest first',
        REQUESTS_PARAMETERS,
        ok(JSON_MEDIA, { type: 'array', items: named('Request') }, NEXT_PAGE),
      ),
      '/events': get(
        'events',
        'Server-sent events: `meter` (Meter) and `usageByTool` (UsageByTool), at most four a second, with replay',
        {},
        ok('text/event-stream', { type: 'string' }),
        [
          {
            name: 'Last-Event-ID',
            in: 'header',
            description: 'What was missed since this event comes first.',
            schema: { type: 'string' },
          },
        ],
      ),
      '/metrics': get(
        'metrics',
        'All-time counters and present gauges as OpenMetrics',
        {},
        ok('application/openmetrics-text', { type: 'string' }),
      ),
      '/openapi.json': get('openapi', 'This description', {}, ok(JSON_MEDIA, { type: 'object' })),
    },
    components: {
      schemas: SCHEMAS,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const NEXT_PAGE = {
  Link: { description: 'The next page, rel="next"; absent on the last one.', schema: { type: 'string' } },
};

const ok = (media: string, schema: Schema, headers?: Schema): Schema => ({
  description: 'The answer',
  ...(headers && { headers }),
  content: { [media]: { schema } },
});

function get(
  operationId: string,
  summary: string,
  parameters: Record<string, Parameter>,
  answer: Schema,
  more: Schema[] = [],
): Schema {
  return {
    get: {
      operationId,
      summary,
      parameters: [
        ...Object.entries(parameters).map(([name, { description, schema, repeats }]) => ({
          name,
          in: 'query',
          description,
          schema,
          ...(repeats && { style: 'form', explode: true }),
        })),
        ...more,
      ],
      responses: {
        200: answer,
        default: {
          description: 'Why there is no answer (RFC 9457)',
          content: { 'application/problem+json': { schema: named('Problem') } },
        },
      },
    },
  };
}
