import { randomBytes } from 'node:crypto';
import type { TeamConnection } from './connectTeam.ts';
import { TeamError } from './teamSettings.ts';

/** What of PostgreSQL a server has, as tried out on it: its name says little, as each version of each engine has more. */
export interface EngineAbilities {
  /** PL/pgSQL with rows and arrays of rows, loops over queries, and `SECURITY DEFINER`. */
  functions: boolean;
  /** `PARTITION BY RANGE`, with partitions that are made first and attached then. */
  partitions: boolean;
  /** Advisory locks that lock: some servers only answer the call. */
  advisoryLocks: boolean;
  /** Policies that let a role insert only under its own name. */
  rowSecurity: boolean;
  /** Policies that look into another table. */
  policySubqueries: boolean;
  /** Views whose conditions come before those of who asks. */
  securityBarriers: boolean;
}

/** Tries in a schema of its own, which is dropped again. Rejects with `TeamError` when that cannot be made, or the server is lost. */
export async function engineAbilities(team: TeamConnection): Promise<EngineAbilities> {
  const schema = `atm_probe_${randomBytes(6).toString('hex')}`;
  const can = async (...statements: string[]): Promise<boolean> => {
    try {
      for (const sql of statements) await team.query(sql);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  };
  await team.query(`CREATE SCHEMA ${schema}`);
  try {
    await team.query(`CREATE TABLE ${schema}.known (name text PRIMARY KEY)`);
    return {
      functions: await can(`CREATE FUNCTION ${schema}.tried(rows ${schema}.known[]) RETURNS int
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
        DECLARE
          each_row ${schema}.known;
          found_row ${schema}.known;
        BEGIN
          FOREACH each_row IN ARRAY rows LOOP
            SELECT k.* INTO found_row FROM ${schema}.known k WHERE k.name = each_row.name FOR UPDATE;
            CONTINUE WHEN NOT FOUND;
            EXECUTE format('SELECT %L', each_row.name);
          END LOOP;
          FOR each_row IN SELECT k.* FROM ${schema}.known k LOOP PERFORM 1; END LOOP;
          RETURN cardinality(rows);
        END $$`),
      partitions: await can(
        `CREATE TABLE ${schema}.parted (month date PRIMARY KEY) PARTITION BY RANGE (month)`,
        `CREATE TABLE ${schema}.part (LIKE ${schema}.parted INCLUDING DEFAULTS)`,
        `ALTER TABLE ${schema}.parted ATTACH PARTITION ${schema}.part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`,
      ),
      advisoryLocks: await locks(team),
      rowSecurity: await can(
        `CREATE TABLE ${schema}.told (teller text PRIMARY KEY)`,
        `ALTER TABLE ${schema}.told ENABLE ROW LEVEL SECURITY`,
        `CREATE POLICY by_name ON ${schema}.told FOR INSERT TO PUBLIC WITH CHECK (teller = current_user::text)`,
      ),
      policySubqueries: await can(
        `CREATE POLICY known ON ${schema}.told FOR SELECT TO PUBLIC USING (teller IN (SELECT k.name FROM ${schema}.known k))`,
      ),
      securityBarriers: await can(
        `CREATE VIEW ${schema}.seen WITH (security_barrier) AS SELECT k.name FROM ${schema}.known k`,
      ),
    };
  } finally {
    await team.query(`DROP SCHEMA ${schema} CASCADE`).catch(() => undefined);
  }
}

/** Takes a lock and looks whether it is held. */
async function locks(team: TeamConnection): Promise<boolean> {
  await team.query('BEGIN');
  try {
    await team.query('SELECT pg_advisory_xact_lock($1)', [PROBE_LOCK]);
    const [row] = await team.query("SELECT count(*) AS held FROM pg_locks WHERE locktype = 'advisory' AND objid = $1", [
      PROBE_LOCK,
    ]);
    return Number(row?.held) > 0;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  } finally {
    await team.query('ROLLBACK').catch(() => undefined);
  }
}

const PROBE_LOCK = 7_246_502;

/** “Not supported”, and what comes of a grammar without it: nothing that passes, and no lack of rights. */
const isRefusal = (error: unknown): boolean =>
  error instanceof TeamError &&
  /^(0A|42(?!501)|2200|XX)/.test((error.cause as { code?: string } | undefined)?.code ?? '');
