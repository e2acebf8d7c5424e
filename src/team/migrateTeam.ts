import { setTimeout as delay } from 'node:timers/promises';
import { told } from '../views/text.ts';
import type { TeamConnection } from './connectTeam.ts';
import { type EngineAbilities, engineAbilities } from './engineAbilities.ts';
import { journalStatements } from './journalSchema.ts';
import { TEAM_MIGRATIONS, TEAM_VERSION } from './schema.ts';
import { TeamError } from './teamSettings.ts';

/** One number for all who make these tables in a database, so that they wait for each other. */
const LOCK = 7_246_501;

/** Version of a store's tables; 0 = there are none. Rejects with `TeamError`. */
async function teamVersion(team: TeamConnection): Promise<number> {
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

export interface MigrateOptions {
  /** Accept a server on which whoever writes may write in another's name: one that cannot check rows when they are added. */
  withoutRowSecurity?: boolean;
}

/**
 * Makes the tables, or brings older ones up to date, one at a time, however many try: as functions and partitions where the server has what these
 * need, else as plain tables to which rows are only added (`journalSchema.ts`). Needs a role that may create schemas and roles. Rejects with
 * `TeamError`; then there are no tables that anybody would take for whole.
 *
 * @returns how many steps were taken
 */
export async function migrateTeam(team: TeamConnection, options: MigrateOptions = {}): Promise<number> {
  const version = await teamVersion(team);
  if (version >= TEAM_VERSION) return upToDate(team, version);
  const abilities = await engineAbilities(team);
  const { functions, partitions, rowSecurity, policySubqueries } = abilities;
  if (functions && partitions && rowSecurity && policySubqueries) return migrateFunctions(team, abilities);
  if (!rowSecurity && !options.withoutRowSecurity)
    throw new TeamError(
      'engine',
      told(
        '{0} has no row-level security, so whoever may write could write in the name of others. Nothing was changed. CockroachDB has it since 25.2. To accept that: cli.js team setup --without-row-security.',
        team.place,
      ),
    );
  return migrateJournal(team, abilities);
}

function upToDate(team: TeamConnection, version: number): number {
  if (version > TEAM_VERSION)
    throw new TeamError(
      'newer',
      told('{0} has tables of a newer version of Agent Token Meter ({1}). Update this one.', team.place, version),
    );
  return 0;
}

/** All steps in one transaction, under an advisory lock, or a row's where the server has none that lock. */
async function migrateFunctions(team: TeamConnection, { advisoryLocks }: EngineAbilities): Promise<number> {
  if (!advisoryLocks) await again(async () => void (await runAll(team, LOCK_ROW)));
  await team.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    if (advisoryLocks) await team.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    else await team.query('SELECT id FROM atm.setup_lock FOR UPDATE');
    const from = await teamVersion(team);
    if (from >= TEAM_VERSION) upToDate(team, from);
    for (let version = from + 1; version <= TEAM_VERSION; version++) {
      await team.query(TEAM_MIGRATIONS[version - 1] as string);
      await team.query("INSERT INTO atm.schema_version (version, layout) VALUES ($1, 'functions')", [version]);
    }
    await team.query('COMMIT');
    return Math.max(0, TEAM_VERSION - from);
  } catch (error) {
    await team.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Statement by statement, as some servers commit before each change of a schema. Each may be run twice and beside others, and the version comes
 * last: who finds it finds everything.
 */
async function migrateJournal(team: TeamConnection, abilities: EngineAbilities): Promise<number> {
  return again(async () => {
    await runAll(team, ['CREATE SCHEMA IF NOT EXISTS atm']);
    for (const role of ['atm_writer', 'atm_reader']) {
      const found = await team.query('SELECT 1 AS found FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
      if (found.length === 0) await team.query(`CREATE ROLE ${role}`);
    }
    const { securityBarriers: barrier, rowSecurity: policies } = abilities;
    await runAll(team, journalStatements({ barrier, policies }));
    const added = await team.query(
      "INSERT INTO atm.schema_version (version, layout) VALUES ($1, 'journal') ON CONFLICT (version) DO NOTHING RETURNING version",
      [TEAM_VERSION],
    );
    return added.length;
  });
}

const LOCK_ROW = [
  'CREATE SCHEMA IF NOT EXISTS atm',
  'CREATE TABLE IF NOT EXISTS atm.setup_lock (id int PRIMARY KEY)',
  'INSERT INTO atm.setup_lock (id) VALUES (1) ON CONFLICT DO NOTHING',
];

async function runAll(team: TeamConnection, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await team.query(sql);
}

/** What two who do the same at the same moment are told: one was first, they collided, or what one changes was changed by the other. */
const COLLIDED = /^(23505|40|42710|42P06|42P07|42701|XX000)/;
const TRIES = 8;

async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof TeamError ? ((error.cause as { code?: string } | undefined)?.code ?? '') : '';
      if (tries === TRIES || !COLLIDED.test(code)) throw error;
      await delay(50 * 2 ** tries * Math.random());
    }
  }
}
