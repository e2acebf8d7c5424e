import { told } from '../views/text.ts';
import type { TeamConnection } from './connectTeam.ts';
import { TEAM_MIGRATIONS, TEAM_VERSION } from './schema.ts';
import { TeamError } from './teamSettings.ts';

/** One number for all who make these tables in a database, so that they wait for each other. */
const LOCK = 7_246_501;

/** Version of a store's tables; 0 = there are none. Rejects with `TeamError`. */
export async function teamVersion(team: TeamConnection): Promise<number> {
  const [found] = await team.query("SELECT to_regclass('atm.schema_version') IS NOT NULL AS found");
  if (found?.found !== true) return 0;
  const [row] = await team.query('SELECT max(version) AS version FROM atm.schema_version');
  const version = Number(row?.version);
  if (!Number.isSafeInteger(version))
    throw new TeamError('answer', told('{0} does not tell which tables it has.', team.place));
  return version;
}

/** Rejects with a `TeamError` that says what to do unless the store has the tables of this version. */
export async function checkTeamVersion(team: TeamConnection): Promise<void> {
  const version = await teamVersion(team);
  if (version > TEAM_VERSION)
    throw new TeamError(
      'newer',
      told('{0} has tables of a newer version of Agent Token Meter ({1}). Update this one.', team.place, version),
    );
  if (version < TEAM_VERSION)
    throw new TeamError(
      'setup',
      version === 0
        ? told('{0} has no tables for usage yet. Its administrator makes them with “cli.js team setup”.', team.place)
        : told(
            '{0} has tables of an older version ({1}). Its administrator brings them up to date with “cli.js team setup”.',
            team.place,
            version,
          ),
    );
}

/**
 * Makes the tables, or brings older ones up to date: in one transaction, and one at a time, however many try. Needs a role that may create
 * schemas and roles. Rejects with `TeamError`; then nothing has changed.
 *
 * @returns how many steps were taken
 */
export async function migrateTeam(
  team: TeamConnection,
  migrations: readonly string[] = TEAM_MIGRATIONS,
): Promise<number> {
  await refuseUnsuited(team);
  await team.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await team.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const from = await teamVersion(team);
    if (from > migrations.length)
      throw new TeamError(
        'newer',
        told('{0} has tables of a newer version of Agent Token Meter ({1}). Update this one.', team.place, from),
      );
    for (let version = from + 1; version <= migrations.length; version++) {
      await team.query(migrations[version - 1] as string);
      await team.query('INSERT INTO atm.schema_version (version) VALUES ($1)', [version]);
    }
    await team.query('COMMIT');
    return migrations.length - from;
  } catch (error) {
    await team.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * CockroachDB speaks the protocol, but answers advisory locks without holding any, and has other partitions: there two who make the tables would
 * not wait for each other, so nothing is begun.
 */
async function refuseUnsuited(team: TeamConnection): Promise<void> {
  const [row] = await team.query('SELECT version() AS version');
  if (!/cockroach/i.test(String(row?.version))) return;
  throw new TeamError(
    'engine',
    told(
      '{0} is a CockroachDB, which lacks table partitions and advisory locks that these tables need. Nothing was changed. PostgreSQL, Citus and YugabyteDB have them.',
      team.place,
    ),
  );
}
