import { AGENT_IDS } from '../agents/allAgents.ts';
import type { EngineApi, UsageRequest } from '../engine/engineApi.ts';
import { BadWord, countOf, type UsageWords, usageQuestion } from '../engine/usageQuestion.ts';
import { parseCursor } from '../views/provenance.ts';
import { openApi } from './openApi.ts';
import { metricsText, OPEN_METRICS_TYPE } from './openMetrics.ts';
import {
  ATTRIBUTION_PARAMETERS,
  MOST_REQUESTS,
  MOST_SESSIONS,
  type Parameter,
  REQUESTS_PARAMETERS,
  SESSIONS_PARAMETERS,
  USAGE_PARAMETERS,
} from './parameters.ts';
import type { Query } from './query.ts';
import { Refusal } from './refusal.ts';

/** What answers are made from. */
export interface AnswerSource {
  engine: EngineApi;
  /** Of the extension. */
  version: string;
  nowMs(): number;
}

/** An answer, whole. */
export interface Answer {
  body: string;
  type: string;
  headers?: Record<string, string>;
}

/** One address that is answered at once. */
export interface Route {
  parameters: Record<string, Parameter>;
  answer(source: AnswerSource, query: Query): Promise<Answer>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

const json = (value: unknown, headers?: Record<string, string>): Answer => ({
  body: `${JSON.stringify(value)}\n`,
  type: JSON_TYPE,
  headers,
});

/** Every address but the stream of events. */
export const ROUTES: Record<string, Route> = {
  '/usage': {
    parameters: USAGE_PARAMETERS,
    answer: async (source, query) => json(await source.engine.usage(await usageRequest(source, query))),
  },
  '/attribution': {
    parameters: ATTRIBUTION_PARAMETERS,
    async answer({ engine, nowMs }, { session }) {
      const sessionKey = await sessionKeyOf(engine, session?.[0]);
      return json(await engine.attributionReport({ sessionKey, nowMs: nowMs() }));
    },
  },
  '/sessions': {
    parameters: SESSIONS_PARAMETERS,
    async answer(source, query) {
      const request = await usageRequest(source, query);
      return json(await source.engine.sessions({ ...request, limit: limitOf(query, MOST_SESSIONS) ?? 1_000 }));
    },
  },
  '/requests': {
    parameters: REQUESTS_PARAMETERS,
    async answer(source, query) {
      const request = await usageRequest(source, query);
      const limit = limitOf(query, MOST_REQUESTS) ?? 100;
      const after = query.after?.[0];
      if (after !== undefined && !parseCursor(after))
        throw new Refusal(400, 'after is the cursor of a request that was listed before.', { parameter: 'after' });
      const requests = await source.engine.requests({ ...request, limit, after });
      const last = requests.at(-1);
      // Another page may be there.
      return json(requests, last && requests.length === limit ? { Link: nextPage(query, last.cursor) } : undefined);
    },
  },
  '/metrics': {
    parameters: {},
    async answer({ engine, version, nowMs }) {
      const when = { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, nowMs: nowMs() };
      const models = await engine.models({ window: 'all', ...when });
      const live = await engine.live({ folders: [], ...when });
      return { body: metricsText({ models, live, version }), type: OPEN_METRICS_TYPE };
    },
  },
  '/openapi.json': {
    parameters: {},
    answer: async ({ version }) => json(openApi(version)),
  },
};

/** The address of the next page (RFC 8288). */
function nextPage(query: Query, cursor: string): string {
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries({ ...query, after: [cursor] }))
    for (const value of values) parameters.append(name, value);
  return `</requests?${parameters}>; rel="next"`;
}

async function usageRequest({ engine, nowMs }: AnswerSource, query: Query): Promise<UsageRequest> {
  const { agent, ...once } = query;
  const words: UsageWords = Object.fromEntries(Object.entries(once).map(([name, values]) => [name, values[0]]));
  const request = asked(() => usageQuestion({ ...words, agent }, { agents: AGENT_IDS, nowMs: nowMs() }));
  return { ...request, session: await sessionKeyOf(engine, query.session?.[0]) };
}

function limitOf({ limit }: Query, most: number): number | undefined {
  const [value] = limit ?? [];
  return value === undefined ? undefined : asked(() => countOf('limit', value, most));
}

async function sessionKeyOf(engine: EngineApi, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const key = await engine.sessionNamed({ name });
  if (key === null) throw new Refusal(404, 'There is no such session.', { parameter: 'session' });
  return key;
}

/** A word that is none of the language is the sender's mistake. */
function asked<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof BadWord) throw new Refusal(400, `${error.message}.`, { parameter: error.word });
    throw error;
  }
}
