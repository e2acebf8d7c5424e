import { AGENT_IDS } from '../agents/allAgents.ts';

/** One parameter of an address, as the description tells it. */
export interface Parameter {
  description: string;
  schema: Record<string, unknown>;
  /** May be given several times. */
  repeats?: boolean;
}

const text = (description: string): Parameter => ({ description, schema: { type: 'string', maxLength: 4096 } });

/** Which requests a question is about: those of the command line, under the same names. */
export const USAGE_PARAMETERS: Record<string, Parameter> = {
  window: {
    description: 'The day, week or month of now, or all time.',
    schema: { type: 'string', enum: ['day', 'week', 'month', 'all'], default: 'week' },
  },
  since: text('ISO 8601; wins over the edge of the window.'),
  until: text('ISO 8601, not included; wins over the edge of the window.'),
  agent: {
    description: 'Ids of agents; several may be given.',
    schema: { type: 'array', items: { type: 'string', enum: [...new Set(AGENT_IDS)] } },
    repeats: true,
  },
  workspace: text('Sessions in this folder or below it; empty: those without one.'),
  subagent: text('`main`, or the type of a subagent.'),
  provider: text('Id of a provider.'),
  model: text('Name of a model.'),
  session: text('Id of a session: the agent’s own, or `<agent>:<id>`.'),
  account: text(
    'Account, by the name that your rules give it, else as the agent states it; empty: sessions without one.',
  ),
  user: text('Login name on this machine.'),
  used: text('Sessions in which this kind of tool owned tokens.'),
  item: text('With `used`: sessions that carried this item of the kind.'),
  tz: text('IANA time zone in which days begin; that of this machine without it.'),
};

/** Most rows of one answer. */
export const MOST_SESSIONS = 10_000;
export const MOST_REQUESTS = 1_000;

const limit = (most: number, otherwise: number): Parameter => ({
  description: 'Most rows of the answer.',
  schema: { type: 'integer', minimum: 1, maximum: most, default: otherwise },
});

export const SESSIONS_PARAMETERS = { ...USAGE_PARAMETERS, limit: limit(MOST_SESSIONS, 1_000) };

export const REQUESTS_PARAMETERS = {
  ...USAGE_PARAMETERS,
  limit: limit(MOST_REQUESTS, 100),
  after: text('The `cursor` of the last request of the page before.'),
};

export const ATTRIBUTION_PARAMETERS = {
  session: text('Id of a session; the one that was written to last without it.'),
};
