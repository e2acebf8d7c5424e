/** What an `atm` schema keeps. Sums of requests have the same columns everywhere. */
export const SUMS: readonly string[] = [
  'tasks',
  'turns',
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  'cost_nano',
  'unpriced_turns',
  'estimated_turns',
];

const sumColumns = SUMS.map((column) => `${column} bigint NOT NULL`).join(',\n  ');

/** What is known of who makes requests, each bounded. */
export const CALLER: string = `session uuid NOT NULL,
  user_name text NOT NULL CHECK (length(user_name) <= 200),
  workspace text NOT NULL CHECK (length(workspace) <= 1000),
  agent text NOT NULL CHECK (length(agent) <= 100),
  agent_name text NOT NULL CHECK (length(agent_name) <= 300),
  provider text NOT NULL CHECK (length(provider) <= 300),
  model text NOT NULL CHECK (length(model) <= 300)`;

/** Which tables there are. `layout`: `functions` (`schema.ts`) or `journal` (`journalSchema.ts`). */
export const VERSIONS: string = `CREATE TABLE IF NOT EXISTS atm.schema_version (
  version int PRIMARY KEY,
  layout text NOT NULL DEFAULT 'functions',
  applied_at timestamptz NOT NULL DEFAULT now()
);`;

/** Who may what, and which limits there are. */
export const MEMBERS: string = `-- Which roles read what of an account, and which machines' roles write into it. A role that is a member of such a role counts too.
CREATE TABLE IF NOT EXISTS atm.members (
  account text NOT NULL CHECK (account <> '' AND length(account) <= 200),
  role text NOT NULL,
  reads boolean NOT NULL,
  writes boolean NOT NULL,
  PRIMARY KEY (account, role)
);

-- What kind of account it is, and what each account of a kind may use: from everybody together. Five hours begin with a request.
CREATE TABLE IF NOT EXISTS atm.accounts (
  account text PRIMARY KEY CHECK (account <> '' AND length(account) <= 200),
  type text NOT NULL CHECK (type IN ('free', 'pro', 'max', 'team', 'enterprise', 'api'))
);
CREATE TABLE IF NOT EXISTS atm.limits (
  type text NOT NULL CHECK (type IN ('free', 'pro', 'max', 'team', 'enterprise', 'api')),
  unit text NOT NULL CHECK (unit IN ('tokens', 'cost', 'requests')),
  period text NOT NULL CHECK (period IN ('5h', 'day', 'week', 'month')),
  amount double precision NOT NULL CHECK (amount > 0 AND amount <= 1e15), -- US dollars where the unit is cost
  resets jsonb, -- {"day": "thursday", "dayOfMonth": 1, "time": "09:00", "zone": "Europe/Berlin"}; what is missing: Monday, the first, 00:00, UTC
  PRIMARY KEY (type, unit, period)
);
`;

export const TABLES: string = `
CREATE SCHEMA IF NOT EXISTS atm;

DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['atm_writer', 'atm_reader'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', wanted); END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the server makes it at this moment
    END;
  END LOOP;
END $$;

${VERSIONS}

${MEMBERS}
-- How far each machine has told of an account. The row is locked while it tells, so what it tells has one order.
CREATE TABLE atm.machines (
  account text NOT NULL,
  machine uuid NOT NULL,
  role text NOT NULL,
  batch bigint NOT NULL DEFAULT 0,
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account, machine)
);

-- Who makes requests: one thread of a session with one model.
CREATE TABLE atm.callers (
  account text NOT NULL,
  caller uuid NOT NULL,
  machine uuid NOT NULL,              -- that told of it first, and may correct it
  ${CALLER},
  PRIMARY KEY (account, caller)
);

-- One model request. The same request told by several machines is one row, in the month of its earliest time.
CREATE TABLE atm.requests (
  account text NOT NULL,
  month date NOT NULL,                -- atm.month_of(at_ms)
  identity uuid NOT NULL,
  caller uuid NOT NULL,
  machine uuid NOT NULL,              -- that told of it first
  also uuid[],                        -- other machines that have it
  at_ms bigint NOT NULL,
  input bigint NOT NULL,
  cache_read bigint NOT NULL,
  cache_write_5m bigint NOT NULL,
  cache_write_1h bigint NOT NULL,
  output bigint NOT NULL,
  reasoning bigint NOT NULL,
  cost_nano bigint,                   -- 1e-9 US dollars, so that sums are exact; NULL = no price known
  estimated boolean NOT NULL,
  starts_task boolean NOT NULL,
  PRIMARY KEY (account, month, identity)
) PARTITION BY RANGE (month);

-- Where each request counts: it is a row of requests there, and nowhere else, whoever tells it with another date or of another account.
-- Whoever changes a request locks its row here first, in the order of identities.
CREATE TABLE atm.places (
  identity uuid PRIMARY KEY,
  account text NOT NULL,
  month date NOT NULL
);

-- What was told of requests that count in another account, which was told of them first. When all its machines take theirs back, a copy counts.
CREATE TABLE atm.copies (LIKE atm.requests INCLUDING CONSTRAINTS, PRIMARY KEY (identity, account));

-- Sums of the requests by quarter of an hour: those of any time zone's days are sums of these.
CREATE TABLE atm.usage_slots (
  account text NOT NULL,
  month date NOT NULL,
  slot int NOT NULL,                  -- at_ms / 900000
  caller uuid NOT NULL,
  ${sumColumns},
  PRIMARY KEY (account, month, slot, caller)
) PARTITION BY RANGE (month);

-- The same by month (UTC): a long window is whole months, and quarter hours at its two ends.
CREATE TABLE atm.usage_months (
  account text NOT NULL,
  month date NOT NULL,
  caller uuid NOT NULL,
  ${sumColumns},
  PRIMARY KEY (account, month, caller)
) PARTITION BY RANGE (month);

-- What a session's items (files, programs, hosts, tools, subagents) were sent and made to generate, by day (UTC): of machines that may tell
-- it. A session that several machines have is the maximum of what they tell.
CREATE TABLE atm.items (
  account text NOT NULL,
  session uuid NOT NULL,
  machine uuid NOT NULL,
  month date NOT NULL,
  day date NOT NULL,
  kind text NOT NULL CHECK (length(kind) <= 300),
  target text NOT NULL CHECK (length(target) <= 1000),
  calls bigint NOT NULL CHECK (calls BETWEEN 0 AND 1e15),
  input bigint NOT NULL CHECK (input BETWEEN 0 AND 1e15),
  cache_read bigint NOT NULL CHECK (cache_read BETWEEN 0 AND 1e15),
  cache_write bigint NOT NULL CHECK (cache_write BETWEEN 0 AND 1e15),
  output bigint NOT NULL CHECK (output BETWEEN 0 AND 1e15),
  cost_nano bigint CHECK (cost_nano BETWEEN 0 AND 1e15), -- NULL = no price known
  PRIMARY KEY (session, machine, account, month, day, kind, target)
) PARTITION BY RANGE (month);

-- The month that a row is stored in; dates that cannot be right are kept together. The same on every machine and at any time.
CREATE FUNCTION atm.month_of(at_ms bigint) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN at_ms >= 1577836800000 AND at_ms < 2208988800000
  THEN date_trunc('month', to_timestamp(at_ms / 1000) AT TIME ZONE 'UTC')::date ELSE date '1970-01-01' END;

CREATE FUNCTION atm.slot_of(at_ms bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(greatest(floor(at_ms / 900000.0), -2147483648), 2147483647)::int;

CREATE FUNCTION atm.ensure_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  suffix text := to_char(month, '_YYYY_MM');
  parts text[] := ARRAY['requests' || suffix, 'usage_months' || suffix, 'usage_slots' || suffix, 'items' || suffix];
  parent text;
  part text;
BEGIN
  -- Asked of the catalog, as what is remembered of names is not renewed by waiting for a lock. An administrator may have dropped some.
  IF (SELECT count(*) FROM pg_catalog.pg_tables t WHERE t.schemaname = 'atm' AND t.tablename = ANY (parts)) = cardinality(parts) THEN RETURN; END IF;
  PERFORM FROM atm.schema_version FOR UPDATE; -- one after the other, on engines without advisory locks too
  FOREACH part IN ARRAY parts LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_tables t WHERE t.schemaname = 'atm' AND t.tablename = part);
    parent := left(part, -8);
    -- Made first and attached then, which lets everyone else go on.
    EXECUTE format('CREATE TABLE atm.%I (LIKE atm.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = %s)', part, parent,
      CASE parent WHEN 'requests' THEN 95 ELSE 75 END);
    EXECUTE format('ALTER TABLE atm.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE atm.%I ATTACH PARTITION atm.%I FOR VALUES FROM (%L) TO (%L)', parent, part, month,
      (month + interval '1 month')::date);
  END LOOP;
END $$;
`;
