import * as v from 'valibot';
import type { DeliveredRequest } from '../store/deliveries.ts';
import { told } from '../views/text.ts';
import type { TeamConnection } from './connectTeam.ts';
import { journalTeller } from './journalTeller.ts';
import { PUSH, pushValues, REMOVE, type TeamCaller } from './teamBatch.ts';
import { TeamError } from './teamSettings.ts';

/** What a machine tells of one account at once. */
export interface TeamBatch {
  account: string;
  machine: string;
  /** Higher than that of any batch of this machine and account. */
  number: number;
}

/** How a machine tells what it has, by what tables there are. Everything rejects with `TeamError`, and then nothing of it is told. */
export interface TeamTeller {
  /** What the machine may do with each account, and the number of its last batch there. */
  hello(machine: string): Promise<TeamAccount[]>;
  push(
    batch: TeamBatch & { callers: readonly TeamCaller[] },
    requests: readonly DeliveredRequest[],
    callerOf: (callerId: number) => string,
  ): Promise<void>;
  /** Takes back what it told of requests. @param identities see `requestIdentity` */
  remove(batch: TeamBatch, identities: readonly string[]): Promise<void>;
  layout: TeamLayout;
}

/** How the tables are made: see `schema.ts` and `journalSchema.ts`. In a journal nothing can be taken back for good, so it is told no items. */
export type TeamLayout = 'functions' | 'journal';

export type TeamAccount = v.InferOutput<typeof accountRow>;

const accountRow = v.object({
  account: v.pipe(v.string(), v.maxLength(200)),
  reads: v.boolean(),
  writes: v.boolean(),
  batch: v.pipe(v.string(), v.regex(/^\d{1,18}$/), v.transform(Number)),
});
const accountRows = v.pipe(v.array(accountRow), v.maxLength(10_000));
const layoutRows = v.tuple([v.object({ layout: v.picklist(['functions', 'journal']) })]);

/** By the tables that a store has. Rejects with `TeamError`. */
export async function teamTeller(team: TeamConnection): Promise<TeamTeller> {
  const known = v.safeParse(
    layoutRows,
    await team.query('SELECT layout FROM atm.schema_version ORDER BY version DESC LIMIT 1'),
  );
  if (!known.success) throw senseless(team);
  const isJournal = known.output[0].layout === 'journal';
  const { helloSql, ...teller } = isJournal ? journalTeller(team) : functionsTeller(team);
  return {
    ...teller,
    async hello(machine) {
      const parsed = v.safeParse(accountRows, await team.query(helloSql, [machine]));
      if (!parsed.success) throw senseless(team);
      return parsed.output;
    },
  };
}

const senseless = (team: TeamConnection): TeamError =>
  new TeamError('answer', told('{0} gives an answer that makes no sense.', team.place));

/** A teller without its `hello`, which is a statement of these columns. */
export type Telling = Omit<TeamTeller, 'hello'> & { helloSql: string };

const functionsTeller = (team: TeamConnection): Telling => ({
  helloSql: 'SELECT account, reads, writes, batch::text FROM atm.hello($1)',
  layout: 'functions',
  async push(batch, requests, callerOf) {
    await team.query(PUSH, pushValues(batch, requests, callerOf));
  },
  async remove({ account, machine, number }, identities) {
    await team.query(REMOVE, [account, machine, number, identities]);
  },
});
