import { PUSH_FUNCTIONS } from './schemaPush.ts';
import { RIGHTS, RIGHTS_FUNCTIONS } from './schemaRights.ts';
import { SUM_FUNCTIONS } from './schemaSums.ts';
import { TABLES } from './schemaTables.ts';

/**
 * The tables of a team's store: the entry at index `n` leads from version `n` to `n + 1`. Append only; a released entry never changes. Plain
 * SQL and PL/pgSQL, run in one transaction by a role that may create roles and schemas.
 *
 * Tables have the account in their primary key, so that an engine which scales out can distribute by it; only where each request counts
 * (`places`, `copies`) is kept by the request. What grows is partitioned by month.
 */
export const TEAM_MIGRATIONS: readonly string[] = [
  [TABLES, RIGHTS_FUNCTIONS, SUM_FUNCTIONS, PUSH_FUNCTIONS, RIGHTS].join('\n'),
];

/** The version that this program works with. */
export const TEAM_VERSION: number = TEAM_MIGRATIONS.length;
