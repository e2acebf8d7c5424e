import { setTimeout as delay } from 'node:timers/promises';
import { SLOT_MS } from '../store/slot.ts';
import type { TeamConnection } from './connectTeam.ts';
import { pushValues } from './teamBatch.ts';
import { TeamError } from './teamSettings.ts';
import type { TeamBatch, Telling } from './teamTeller.ts';
import { ODD_MONTH, storedMonth } from './teamWindow.ts';

/** Servers that let two transactions collide say so, and mean that it is to be done again. */
const TRIES = 6;
const FIRST_WAIT_MS = 30;

/** Adds rows to the tables of `journalSchema.ts`: each batch in one transaction. */
export function journalTeller(team: TeamConnection): Telling {
  const inTransaction = async (work: () => Promise<void>): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await team.query('BEGIN');
        await work();
        await team.query('COMMIT');
        return;
      } catch (error) {
        await team.query('ROLLBACK').catch(() => undefined);
        if (tries >= TRIES || !collided(error)) throw error;
        await delay(FIRST_WAIT_MS * 2 ** tries * Math.random());
      }
    }
  };
  const begin = ({ account, machine, number }: TeamBatch): Promise<unknown> =>
    team.query('INSERT INTO atm.batches (account, machine, number, teller) VALUES ($1, $2, $3, current_user)', [
      account,
      machine,
      number,
    ]);
  return {
    helloSql: `SELECT r.account, r.reads, r.writes, coalesce((SELECT max(b.number) FROM atm.my_batches b
      WHERE b.account = r.account AND b.machine = $1), 0)::text AS batch FROM atm.my_rights r ORDER BY r.account`,
    layout: 'journal',
    push: (batch, requests, callerOf) =>
      inTransaction(async () => {
        await begin(batch);
        if (batch.callers.length > 0)
          await team.query(TELL_CALLERS, [
            batch.account,
            batch.machine,
            batch.number,
            ...CALLER_COLUMNS.map((column) => batch.callers.map((caller) => caller[column])),
          ]);
        // A request stands in a batch once.
        const distinct = [
          ...new Map(requests.map((request) => [`${request.agent} ${request.requestKey}`, request])).values(),
        ];
        if (distinct.length === 0) return;
        const [account, machine, number, , ...columns] = pushValues(batch, distinct, callerOf);
        await team.query(TELL_REQUESTS, [
          account,
          machine,
          number,
          ...columns,
          distinct.map(({ atMs }) => storedMonth(atMs)),
          distinct.map(({ atMs }) => slotOf(atMs)),
        ]);
      }),
    remove: (batch, identities) =>
      inTransaction(async () => {
        await begin(batch);
        await team.query(TELL_GONE, [batch.account, batch.machine, batch.number, [...new Set(identities)]]);
      }),
  };
}

const collided = (error: unknown): boolean =>
  error instanceof TeamError && /^40/.test((error.cause as { code?: string } | undefined)?.code ?? '');

const slotOf = (atMs: number): number => Math.min(Math.max(Math.floor(atMs / SLOT_MS), -(2 ** 31)), 2 ** 31 - 1);

const CALLER_COLUMNS = [
  'caller',
  'session',
  'user_name',
  'workspace',
  'agent',
  'agent_name',
  'provider',
  'model',
] as const;

const TELL_CALLERS = `
  INSERT INTO atm.caller_tellings (account, machine, number, teller, ${CALLER_COLUMNS.join(', ')})
  SELECT $1::text, $2::uuid, $3::bigint, current_user, u.* FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[]) AS u(${CALLER_COLUMNS.join(', ')})`;

const COLUMNS =
  'identity, caller, at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, cost_nano, estimated, starts_task, month, slot';

const TELL_REQUESTS = `
  INSERT INTO atm.tellings (account, machine, number, teller, is_gone, ${COLUMNS})
  SELECT $1::text, $2::uuid, $3::bigint, current_user, false, u.* FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::boolean[], $15::boolean[], $16::date[], $17::int[])
    AS u(${COLUMNS})`;

const TELL_GONE = `
  INSERT INTO atm.tellings (account, machine, number, teller, is_gone, identity, month, at_ms, slot, input, cache_read, cache_write_5m,
    cache_write_1h, output, reasoning, estimated, starts_task)
  SELECT $1::text, $2::uuid, $3::bigint, current_user, true, u.identity, '${ODD_MONTH}', 0, 0, 0, 0, 0, 0, 0, 0, false, false
  FROM unnest($4::uuid[]) AS u(identity)`;
