import { CALLER, MEMBERS, SUMS, VERSIONS } from './schemaTables.ts';

/** Figures of a request, each bounded. */
const TOKENS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];

/** What a request adds to each of the sums. */
const SUMMED: Record<string, string> = {
  tasks: 'sum(r.starts_task::int)',
  turns: 'count(*)',
  cost_nano: 'sum(coalesce(r.cost_nano, 0))',
  unpriced_turns: 'sum((r.cost_nano IS NULL)::int)',
  estimated_turns: 'sum(r.estimated::int)',
};
const sums = SUMS.map((column) => `(${SUMMED[column] ?? `sum(r.${column})`})::bigint AS ${column}`).join(', ');

/** Of a row `alias`: whoever told it may write into the account. */
const mayWrite = (alias: string, account = `${alias}.account`): string =>
  `EXISTS (SELECT 1 FROM atm.members m WHERE m.account = ${account} AND m.role = ${alias}.teller AND m.writes)`;

const ofMine = (alias: string): string => `${alias}.account IN (SELECT a.account FROM atm.my_accounts a)`;

/**
 * The tables of a team's store on a server that has neither the functions nor the partitions of `schema.ts`: plain tables to which machines only
 * ever add rows, and views that make of them what the other tables hold, by the same names. What a machine tells of a request takes the place
 * of what it told before by its batch's higher number, so rows may come twice, late and in any order. Rows are found by month in the key.
 *
 * Every statement may be run again and beside others: some servers commit before each change of a schema.
 *
 * @param barrier whether views can be told to check their own conditions first
 * @param policies whether rows can be checked when they are added: that their `teller` is who adds them
 */
export function journalStatements({ barrier, policies }: { barrier: boolean; policies: boolean }): string[] {
  const view = (name: string, query: string): string =>
    `CREATE OR REPLACE VIEW atm.${name}${barrier ? ' WITH (security_barrier)' : ''} AS ${query}`;
  const journals = ['batches', 'caller_tellings', 'tellings'];
  return [
    VERSIONS,
    ...MEMBERS.replace('atm.accounts', 'atm.account_types')
      .replace('atm.limits', 'atm.type_limits')
      .split(/(?<=;)\n/),
    // That a machine told something of an account: the numbers of its batches.
    `CREATE TABLE IF NOT EXISTS atm.batches (
      account text NOT NULL CHECK (account <> '' AND length(account) <= 200),
      machine uuid NOT NULL,
      number bigint NOT NULL CHECK (number BETWEEN 1 AND 1000000000000000),
      teller text NOT NULL,
      told_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (account, machine, number, teller)
    )`,
    `CREATE TABLE IF NOT EXISTS atm.caller_tellings (
      account text NOT NULL,
      caller uuid NOT NULL,
      machine uuid NOT NULL,
      number bigint NOT NULL,
      teller text NOT NULL,
      ${CALLER},
      told_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (account, caller, machine, number, teller)
    )`,
    // What a machine has of a request; or, where it is gone, that it has it no more.
    `CREATE TABLE IF NOT EXISTS atm.tellings (
      account text NOT NULL,
      month date NOT NULL,
      identity uuid NOT NULL,
      machine uuid NOT NULL,
      number bigint NOT NULL,
      teller text NOT NULL,
      is_gone boolean NOT NULL,
      caller uuid,
      at_ms bigint NOT NULL,
      slot int NOT NULL,
      ${TOKENS.map((column) => `${column} bigint NOT NULL CHECK (${column} BETWEEN 0 AND 1000000000000)`).join(',\n      ')},
      cost_nano bigint CHECK (cost_nano BETWEEN 0 AND 1000000000000000),
      estimated boolean NOT NULL,
      starts_task boolean NOT NULL,
      PRIMARY KEY (account, month, identity, machine, number, teller)
    )`,
    'CREATE INDEX IF NOT EXISTS tellings_of_request ON atm.tellings (identity, account, machine, number)',

    view(
      'my_accounts',
      `SELECT DISTINCT m.account FROM atm.members m JOIN pg_catalog.pg_roles r ON r.rolname = m.role
      WHERE m.reads AND pg_has_role(current_user, r.oid, 'MEMBER')`,
    ),
    // What a machine needs to know before it tells anything. Who writes is admitted by its own name here.
    view(
      'my_rights',
      `SELECT m.account, bool_or(m.reads) AS reads, bool_or(m.writes AND m.role = current_user) AS writes
      FROM atm.members m JOIN pg_catalog.pg_roles r ON r.rolname = m.role
      WHERE pg_has_role(current_user, r.oid, 'MEMBER') GROUP BY m.account`,
    ),
    view(
      'my_batches',
      `SELECT b.account, b.machine, max(b.number) AS number FROM atm.batches b
      WHERE b.account IN (SELECT m.account FROM atm.members m WHERE m.role = current_user AND m.writes) AND ${mayWrite('b')}
      GROUP BY b.account, b.machine`,
    ),

    // The newest of what each machine told of each request in each account.
    view(
      'live_tellings',
      `SELECT t.account, t.month, t.identity, t.machine, t.caller, t.at_ms, t.slot, ${TOKENS.map((column) => `t.${column}`).join(', ')}, t.cost_nano,
        t.estimated, t.starts_task, t.teller
      FROM atm.tellings t
      WHERE NOT t.is_gone AND ${mayWrite('t')} AND NOT EXISTS (
        SELECT 1 FROM atm.tellings l
        WHERE l.identity = t.identity AND l.account = t.account AND l.machine = t.machine AND l.number > t.number AND ${mayWrite('l')}
      )`,
    ),
    // Each request once: at its earliest time, with the maximum of each field of those who may write there; exact figures beat estimates.
    view(
      'all_requests',
      `SELECT w.account, w.month, w.identity, w.caller, w.machine, w.at_ms, w.slot,
        ${TOKENS.filter((column) => column !== 'output')
          .map((column) => `max(a.${column}) AS ${column}`)
          .join(', ')},
        coalesce(max(CASE WHEN a.estimated THEN NULL ELSE a.output END), max(a.output)) AS output,
        max(a.cost_nano) AS cost_nano, bool_and(a.estimated) AS estimated, bool_or(a.starts_task) AS starts_task
      FROM atm.live_tellings w JOIN atm.live_tellings a ON a.identity = w.identity
      WHERE (a.account = w.account OR ${mayWrite('a', 'w.account')}) AND NOT EXISTS (
        SELECT 1 FROM atm.live_tellings e
        WHERE e.identity = w.identity AND (e.at_ms, e.account, e.machine) < (w.at_ms, w.account, w.machine)
      )
      GROUP BY w.account, w.month, w.identity, w.caller, w.machine, w.at_ms, w.slot`,
    ),
    view(
      'requests',
      `SELECT r.account, r.month, r.identity, r.caller, r.machine, r.at_ms, ${TOKENS.map((column) => `r.${column}`).join(', ')}, r.cost_nano,
        r.estimated, r.starts_task FROM atm.all_requests r WHERE ${ofMine('r')}`,
    ),
    view(
      'usage_slots',
      `SELECT r.account, r.month, r.slot, r.caller, ${sums} FROM atm.all_requests r WHERE ${ofMine('r')}
      GROUP BY r.account, r.month, r.slot, r.caller`,
    ),
    view(
      'usage_months',
      `SELECT r.account, r.month, r.caller, ${sums} FROM atm.all_requests r WHERE ${ofMine('r')} GROUP BY r.account, r.month, r.caller`,
    ),
    // Named by the machine that told of them first, as it told last.
    view(
      'callers',
      `SELECT DISTINCT ON (f.account, f.caller) f.account, f.caller, f.machine, f.session, f.user_name, f.workspace, f.agent, f.agent_name,
        f.provider, f.model
      FROM (
        SELECT c.account, c.caller, c.machine, c.number, c.session, c.user_name, c.workspace, c.agent, c.agent_name, c.provider, c.model,
          min(c.told_at) OVER (PARTITION BY c.account, c.caller, c.machine) AS first_at
        FROM atm.caller_tellings c WHERE ${mayWrite('c')} AND ${ofMine('c')}
      ) f ORDER BY f.account, f.caller, f.first_at, f.machine, f.number DESC`,
    ),
    view(
      'machines',
      `SELECT b.account, b.machine, max(b.number) AS batch, min(b.told_at) AS first_seen, max(b.told_at) AS last_seen
      FROM atm.batches b WHERE ${mayWrite('b')} AND ${ofMine('b')} GROUP BY b.account, b.machine`,
    ),
    view('accounts', `SELECT t.account, t.type FROM atm.account_types t WHERE ${ofMine('t')}`),
    view(
      'limits',
      `SELECT l.type, l.unit, l.period, l.amount, l.resets FROM atm.type_limits l WHERE l.type IN (SELECT a.type FROM atm.accounts a)`,
    ),

    // Names are told nowhere whence their teller cannot take them back.
    view(
      'items',
      `SELECT c.account, c.session, c.machine, b.told_at::date AS day, c.agent AS kind, c.model AS target, c.number AS calls, c.number AS input,
        c.number AS cache_read, c.number AS cache_write, c.number AS output, c.number AS cost_nano
      FROM atm.caller_tellings c JOIN atm.batches b ON b.account = c.account WHERE false`,
    ),

    ...(policies ? journals : []).flatMap((table) => [
      `ALTER TABLE atm.${table} ENABLE ROW LEVEL SECURITY`,
      `DROP POLICY IF EXISTS by_its_teller ON atm.${table}`,
      `CREATE POLICY by_its_teller ON atm.${table} FOR INSERT TO atm_writer WITH CHECK (teller = current_user::text)`,
    ]),
    'GRANT USAGE ON SCHEMA atm TO atm_reader, atm_writer',
    'GRANT SELECT ON atm.schema_version, atm.my_rights TO atm_reader, atm_writer',
    `GRANT INSERT ON ${journals.map((table) => `atm.${table}`).join(', ')} TO atm_writer`,
    'GRANT SELECT ON atm.my_batches TO atm_reader, atm_writer',
    `GRANT SELECT ON atm.requests, atm.usage_slots, atm.usage_months, atm.callers, atm.machines, atm.accounts, atm.limits, atm.items
      TO atm_reader`,
  ];
}
