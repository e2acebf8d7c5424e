import { parseArgs } from 'node:util';
import { BadWord, timeOf } from '../engine/usageQuestion.ts';

const OPTIONS = {
  window: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  agent: { type: 'string', multiple: true },
  workspace: { type: 'string' },
  subagent: { type: 'string' },
  provider: { type: 'string' },
  model: { type: 'string' },
  account: { type: 'string' },
  user: { type: 'string' },
  used: { type: 'string' },
  item: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  session: { type: 'string' },
  latest: { type: 'boolean', default: false },
  lens: { type: 'string', default: 'window' },
  kind: { type: 'string' },
  port: { type: 'string' },
  'token-file': { type: 'string' },
  tier: { type: 'string' },
  from: { type: 'string' },
  input: { type: 'string' },
  output: { type: 'string' },
  'cache-read': { type: 'string' },
  'cache-write-5m': { type: 'string' },
  'cache-write-1h': { type: 'string' },
  'web-searches': { type: 'string' },
  engine: { type: 'string' },
  home: { type: 'string' },
  store: { type: 'string' },
  tz: { type: 'string' },
  reset: { type: 'string' },
  settings: { type: 'string' },
  budget: { type: 'string' },
  format: { type: 'string', default: 'json' },
  'without-row-security': { type: 'boolean', default: false },
  timing: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export type Options = ReturnType<typeof parseOptions>['values'];

/** A mistake in the arguments: told on stderr, exit code 2. */
export class BadArgument extends Error {}

/** Options and words of a command line. Throws `BadArgument` for what is none of them. */
export function parseOptions(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What Node suggests beside it is about words that begin with a dash: no command takes one.
    throw new BadArgument(reason.replace(/\. To specify a positional argument .*$/s, ''));
  }
}

/** The beginning of a day that a word names. */
export function dayOf(day: string | undefined): number | undefined {
  try {
    return timeOf('the day', day);
  } catch (error) {
    throw error instanceof BadWord ? new BadArgument(error.message) : error;
  }
}

/** A number of a port; 0 = any. */
export function portOf(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new BadArgument(`--port is a number up to 65535, or 0 for any, not "${value}"`);
  return port;
}
