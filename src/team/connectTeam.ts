import { Socket } from 'node:net';
import type pg from 'pg';
import { type Told, told } from '../views/text.ts';
import { parseTeamAddress, type TeamAddress } from './teamAddress.ts';
import { TeamError } from './teamSettings.ts';

/** An open connection to a team's store. Every answer is bounded in time and size. */
export interface TeamConnection {
  /** Rows as objects of column names; whole numbers of 64 bits as texts. Rejects with `TeamError`. */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Host and database, for people. */
  place: string;
  close(): Promise<void>;
}

const CONNECT_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 60_000;
/** No answer that is asked for is as large as that: who sends more is no team's store. */
const MOST_BYTES = 64 * 1024 * 1024;
const MEASURE_EVERY_MS = 100;

/** Connects. The driver is loaded when it is needed. Rejects with `TeamError`. */
export async function connectTeam(url: string): Promise<TeamConnection> {
  const address = parseTeamAddress(url);
  const { default: driver } = await import('pg');
  const socket = new Socket();
  const client = new driver.Client({
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password ?? '',
    database: address.database,
    ssl: address.tls,
    stream: () => socket,
    application_name: 'agent-token-meter',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS + 5_000,
    idle_in_transaction_session_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  let isOpen = true;
  // Without a listener a broken connection would end the process.
  client.on('error', () => {
    isOpen = false;
  });
  const bounded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const begin = socket.bytesRead;
    let isTooMuch = false;
    const measure = setInterval(() => {
      if (socket.bytesRead - begin <= MOST_BYTES) return;
      isTooMuch = true;
      socket.destroy();
    }, MEASURE_EVERY_MS);
    try {
      return await work();
    } catch (error) {
      if (isTooMuch)
        throw new TeamError(
          'answer',
          told("{0} sends far more than was asked for. It is no team's store.", placeOf(address)),
        );
      throw explain(error, address);
    } finally {
      clearInterval(measure);
    }
  };
  try {
    await bounded(() => client.connect());
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return {
    place: placeOf(address),
    query: (sql, values = []) =>
      bounded(async () => {
        if (!isOpen) throw Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
        return (await client.query<pg.QueryResultRow>(sql, values as unknown[])).rows;
      }),
    async close() {
      isOpen = false;
      const end = setTimeout(() => socket.destroy(), 2_000);
      await client.end().catch(() => undefined);
      clearTimeout(end);
      socket.destroy();
    },
  };
}

const placeOf = ({ host, port, database }: TeamAddress): string => `${host}:${port}/${database}`;

/** Codes of PostgreSQL for what passes: it starts or stops, two writers met, too many are connected, out of something. */
const PASSING = /^(08(000|001|003|006)|40|53|55|57|58)/;

/** What went wrong, as a sentence of which the user can make something. */
function explain(error: unknown, address: TeamAddress): TeamError {
  if (error instanceof TeamError) return error;
  const place = placeOf(address);
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const say = (kind: TeamError['kind'], text: Told): TeamError => new TeamError(kind, text, { code });
  if (/does not support SSL/.test(message))
    return say(
      'certificate',
      told('{0} offers no encryption. Add sslmode=disable to the connection string if the network is your own.', place),
    );
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return say('certificate', told('The certificate of {0} is for another host. Nothing was sent.', place));
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL|EPROTO)/.test(code))
    return say(
      'certificate',
      told(
        "The certificate of {0} is not trusted ({1}). Nothing was sent. Name the team's own authority with sslrootcert=FILE.",
        place,
        code,
      ),
    );
  if (code === '28P01' || code === '28000')
    return say('login', told('{0} refuses the login of {1}.', place, address.user));
  if (code === '3D000') return say('address', told('{0}: there is no such database.', place));
  if (code === '42501')
    return say(
      'rights',
      told("{0} may not do that in {1}. Ask its administrator for atm.admit('{0}', …).", address.user, place),
    );
  if (code === '3F000' || code === '42P01' || code === '42883')
    return say('setup', told('{0} has no tables for usage, or other ones.', place));
  if (code.startsWith('ATM')) return say('busy', told('{0} did not take a batch ({1}).', place, code));
  if (PASSING.test(code)) return say('busy', told('{0} is busy or restarting ({1}).', place, code));
  if (/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code))
    return say('answer', told('{0} answers with error {1}.', place, code));
  if (/timeout/i.test(message)) return say('unreachable', told('{0} does not answer in time.', place));
  return say('unreachable', told('{0} cannot be reached ({1}).', place, code || 'EPIPE'));
}
