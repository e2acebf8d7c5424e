import * as v from 'valibot';
import { noUsage } from '../queries/usageSums.ts';
import type { UsageSums } from '../queries/usageWindow.ts';
import { told } from '../views/text.ts';
import type { TeamConnection } from './connectTeam.ts';
import { TeamError } from './teamSettings.ts';

/** A number as PostgreSQL tells it: whole ones of 64 bits as texts. */
export const number = v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.finite());
/** Sums of requests in an answer. */
export const sums = {
  tasks: number,
  turns: number,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  reasoning: number,
  costNano: number,
  unpricedTurns: number,
  estimatedTurns: number,
};
/** No name is longer. */
export const name = v.pipe(v.string(), v.maxLength(1000));

/** An answer of the team's store, checked. Throws `TeamError`: it is foreign. */
export function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
  team: TeamConnection,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer);
  if (!result.success) throw new TeamError('answer', told('{0} gives an answer that makes no sense.', team.place));
  return result.output;
}

/** Sums as the views take them. */
export const usageSums = ({ costNano, ...row }: Omit<UsageSums, 'costUsd'> & { costNano: number }): UsageSums => {
  const usage = noUsage();
  for (const key of Object.keys(usage) as (keyof UsageSums)[]) if (key !== 'costUsd') usage[key] = row[key];
  usage.costUsd = costNano / 1e9;
  return usage;
};
