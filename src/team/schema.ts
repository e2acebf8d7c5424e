/**
 * The tables of a team's store: the entry at index `n` leads from version `n` to `n + 1`. Append only; a released entry never changes. Plain
 * SQL and PL/pgSQL, run in one transaction by a role that may create roles and schemas.
 *
 * Every table has the account in its primary key, so that an engine which scales out can distribute by it; what a machine tells of one
 * account is one transaction on one shard. What grows is partitioned by month.
 */
export const TEAM_MIGRATIONS: readonly string[] = [
  `
CREATE SCHEMA atm;

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

CREATE TABLE atm.schema_version (version int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());

-- Which roles read what of an account, and which machines' roles write into it. A role that is a member of such a role counts too.
CREATE TABLE atm.members (
  account text NOT NULL CHECK (account <> '' AND length(account) <= 200),
  role text NOT NULL,
  reads boolean NOT NULL,
  writes boolean NOT NULL,
  PRIMARY KEY (account, role)
);

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
  session uuid NOT NULL,
  user_name text NOT NULL CHECK (length(user_name) <= 200),
  workspace text NOT NULL CHECK (length(workspace) <= 1000),
  agent text NOT NULL CHECK (length(agent) <= 100),
  agent_name text NOT NULL CHECK (length(agent_name) <= 300),
  provider text NOT NULL CHECK (length(provider) <= 300),
  model text NOT NULL CHECK (length(model) <= 300),
  PRIMARY KEY (account, caller)
);

-- One model request. The same request told by several machines is one row.
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

-- Sums of the requests by quarter of an hour: those of any time zone's days are sums of these.
CREATE TABLE atm.usage_slots (
  account text NOT NULL,
  month date NOT NULL,
  slot int NOT NULL,                  -- at_ms / 900000
  caller uuid NOT NULL,
  tasks bigint NOT NULL,
  turns bigint NOT NULL,
  input bigint NOT NULL,
  cache_read bigint NOT NULL,
  cache_write_5m bigint NOT NULL,
  cache_write_1h bigint NOT NULL,
  output bigint NOT NULL,
  reasoning bigint NOT NULL,
  cost_nano bigint NOT NULL,
  unpriced_turns bigint NOT NULL,
  estimated_turns bigint NOT NULL,
  PRIMARY KEY (account, month, slot, caller)
) PARTITION BY RANGE (month);

-- The same by month (UTC): a long window is whole months, and quarter hours at its two ends.
CREATE TABLE atm.usage_months (
  account text NOT NULL,
  month date NOT NULL,
  caller uuid NOT NULL,
  tasks bigint NOT NULL,
  turns bigint NOT NULL,
  input bigint NOT NULL,
  cache_read bigint NOT NULL,
  cache_write_5m bigint NOT NULL,
  cache_write_1h bigint NOT NULL,
  output bigint NOT NULL,
  reasoning bigint NOT NULL,
  cost_nano bigint NOT NULL,
  unpriced_turns bigint NOT NULL,
  estimated_turns bigint NOT NULL,
  PRIMARY KEY (account, month, caller)
) PARTITION BY RANGE (month);

-- The month that a row is stored in; dates that cannot be right are kept together. The same on every machine and at any time.
CREATE FUNCTION atm.month_of(at_ms bigint) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN at_ms >= 1577836800000 AND at_ms < 2208988800000
  THEN date_trunc('month', to_timestamp(at_ms / 1000) AT TIME ZONE 'UTC')::date ELSE date '1970-01-01' END;

CREATE FUNCTION atm.slot_of(at_ms bigint) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(greatest(floor(at_ms / 900000.0), -2147483648), 2147483647)::int;

CREATE FUNCTION atm.ensure_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  parent text;
  part text;
BEGIN
  IF to_regclass('atm.usage_slots_' || to_char(month, 'YYYY_MM')) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('atm.ensure_month'));
  -- What another one made meanwhile: from the table, as what is remembered of names is not renewed by waiting for such a lock.
  IF EXISTS (SELECT FROM pg_catalog.pg_tables t WHERE t.schemaname = 'atm' AND t.tablename = 'usage_slots_' || to_char(month, 'YYYY_MM'))
    THEN RETURN; END IF;
  FOREACH parent IN ARRAY ARRAY['requests', 'usage_months', 'usage_slots'] LOOP
    part := parent || '_' || to_char(month, 'YYYY_MM');
    -- Made first and attached then, which lets everyone else go on.
    EXECUTE format('CREATE TABLE atm.%I (LIKE atm.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS) WITH (fillfactor = %s)', part, parent,
      CASE parent WHEN 'requests' THEN 95 ELSE 75 END);
    EXECUTE format('ALTER TABLE atm.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE atm.%I ATTACH PARTITION atm.%I FOR VALUES FROM (%L) TO (%L)', parent, part, month,
      (month + interval '1 month')::date);
  END LOOP;
END $$;

CREATE FUNCTION atm.my_accounts() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atm, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT m.account), '{}') FROM atm.members m JOIN pg_catalog.pg_roles r ON r.rolname = m.role
  WHERE m.reads AND pg_has_role(session_user, r.oid, 'MEMBER')
$$;

CREATE FUNCTION atm.may_write(wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atm, pg_temp AS $$
  SELECT EXISTS (SELECT FROM atm.members m JOIN pg_catalog.pg_roles r ON r.rolname = m.role
    WHERE m.account = wanted AND m.writes AND pg_has_role(session_user, r.oid, 'MEMBER'))
$$;

-- What a machine needs to know before it tells anything: accounts, what it may do with each, and the number of its last batch there.
CREATE FUNCTION atm.hello(machine uuid) RETURNS TABLE (account text, reads boolean, writes boolean, batch bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = atm, pg_temp AS $$
  SELECT m.account, bool_or(m.reads), bool_or(m.writes), coalesce(max(o.batch), 0)
  FROM atm.members m JOIN pg_catalog.pg_roles r ON r.rolname = m.role
    LEFT JOIN atm.machines o ON o.account = m.account AND o.machine = hello.machine
  WHERE pg_has_role(session_user, r.oid, 'MEMBER') GROUP BY m.account ORDER BY m.account
$$;

-- Lets in the next batch of a machine, and nothing that was sent before it and lingered on the way.
CREATE FUNCTION atm.begin_batch(of_account text, of_machine uuid, number bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE latest bigint;
BEGIN
  IF NOT atm.may_write(of_account) THEN
    RAISE EXCEPTION 'role % may not write into this account', session_user USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO atm.machines (account, machine, role) VALUES (of_account, of_machine, session_user) ON CONFLICT DO NOTHING;
  SELECT m.batch INTO latest FROM atm.machines m WHERE m.account = of_account AND m.machine = of_machine FOR UPDATE;
  IF number <= latest THEN RAISE EXCEPTION 'batch % was told before', number USING ERRCODE = 'ATM02'; END IF;
  UPDATE atm.machines m SET batch = number, role = session_user, last_seen = now()
  WHERE m.account = of_account AND m.machine = of_machine;
END $$;

-- Adds what a statement found to have changed to the sums. Sorted, so that two machines with the same sessions wait for each other in line.
CREATE FUNCTION atm.add_to_sums(of_account text, changes atm.usage_slots[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
  INSERT INTO atm.usage_slots AS u
  SELECT of_account, c.month, c.slot, c.caller, sum(c.tasks), sum(c.turns), sum(c.input), sum(c.cache_read), sum(c.cache_write_5m),
    sum(c.cache_write_1h), sum(c.output), sum(c.reasoning), sum(c.cost_nano), sum(c.unpriced_turns), sum(c.estimated_turns)
  FROM unnest(changes) c GROUP BY c.month, c.slot, c.caller ORDER BY c.month, c.slot, c.caller
  ON CONFLICT (account, month, slot, caller) DO UPDATE SET
    tasks = u.tasks + excluded.tasks, turns = u.turns + excluded.turns, input = u.input + excluded.input,
    cache_read = u.cache_read + excluded.cache_read, cache_write_5m = u.cache_write_5m + excluded.cache_write_5m,
    cache_write_1h = u.cache_write_1h + excluded.cache_write_1h, output = u.output + excluded.output,
    reasoning = u.reasoning + excluded.reasoning, cost_nano = u.cost_nano + excluded.cost_nano,
    unpriced_turns = u.unpriced_turns + excluded.unpriced_turns, estimated_turns = u.estimated_turns + excluded.estimated_turns;
  INSERT INTO atm.usage_months AS u
  SELECT of_account, c.month, c.caller, sum(c.tasks), sum(c.turns), sum(c.input), sum(c.cache_read), sum(c.cache_write_5m),
    sum(c.cache_write_1h), sum(c.output), sum(c.reasoning), sum(c.cost_nano), sum(c.unpriced_turns), sum(c.estimated_turns)
  FROM unnest(changes) c GROUP BY c.month, c.caller ORDER BY c.month, c.caller
  ON CONFLICT (account, month, caller) DO UPDATE SET
    tasks = u.tasks + excluded.tasks, turns = u.turns + excluded.turns, input = u.input + excluded.input,
    cache_read = u.cache_read + excluded.cache_read, cache_write_5m = u.cache_write_5m + excluded.cache_write_5m,
    cache_write_1h = u.cache_write_1h + excluded.cache_write_1h, output = u.output + excluded.output,
    reasoning = u.reasoning + excluded.reasoning, cost_nano = u.cost_nano + excluded.cost_nano,
    unpriced_turns = u.unpriced_turns + excluded.unpriced_turns, estimated_turns = u.estimated_turns + excluded.estimated_turns
$$;

-- What a request adds to the sums (times 1), or takes from them (times -1).
CREATE FUNCTION atm.slot_row(r atm.requests, times int) RETURNS atm.usage_slots LANGUAGE sql IMMUTABLE
RETURN ROW(r.account, r.month, atm.slot_of(r.at_ms), r.caller, times * r.starts_task::int, times, times * r.input, times * r.cache_read,
  times * r.cache_write_5m, times * r.cache_write_1h, times * r.output, times * r.reasoning, times * coalesce(r.cost_nano, 0),
  times * (r.cost_nano IS NULL)::int, times * r.estimated::int)::atm.usage_slots;

-- Two tellings of one request. The machine that alone has it corrects it; what several have is the maximum of each field, and what was
-- recorded exactly beats what was estimated.
CREATE FUNCTION atm.merge(kept atm.requests, told atm.requests) RETURNS atm.requests LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF kept.machine = told.machine AND kept.also IS NULL THEN RETURN told; END IF;
  IF kept.machine <> told.machine AND NOT coalesce(told.machine = ANY (kept.also), false) THEN
    kept.also := array_append(kept.also, told.machine);
  END IF;
  kept.output := CASE WHEN kept.estimated = told.estimated THEN greatest(kept.output, told.output)
    WHEN kept.estimated THEN told.output ELSE kept.output END;
  kept.estimated := kept.estimated AND told.estimated;
  kept.at_ms := least(kept.at_ms, told.at_ms);
  kept.input := greatest(kept.input, told.input);
  kept.cache_read := greatest(kept.cache_read, told.cache_read);
  kept.cache_write_5m := greatest(kept.cache_write_5m, told.cache_write_5m);
  kept.cache_write_1h := greatest(kept.cache_write_1h, told.cache_write_1h);
  kept.reasoning := greatest(kept.reasoning, told.reasoning);
  kept.cost_nano := greatest(kept.cost_nano, told.cost_nano);
  kept.starts_task := kept.starts_task OR told.starts_task;
  RETURN kept;
END $$;

-- Takes what a machine tells of the requests of an account: all of it or nothing, and telling it again changes nothing.
CREATE FUNCTION atm.push(
  of_account text, of_machine uuid, number bigint, of_callers jsonb, identities uuid[], caller_ids uuid[], times_ms bigint[],
  inputs bigint[], cache_reads bigint[], cache_writes_5m bigint[], cache_writes_1h bigint[], outputs bigint[], reasonings bigint[],
  costs_nano bigint[], are_estimated boolean[], start_tasks boolean[]
) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  told atm.requests[];
  before atm.requests[];
  after atm.requests[];
  locked int;
  changes atm.usage_slots[];
  each_month date;
  added uuid[];
BEGIN
  IF cardinality(identities) > 10000 OR jsonb_array_length(of_callers) > 10000 THEN
    RAISE EXCEPTION 'more than 10000 rows in one batch' USING ERRCODE = 'ATM03';
  END IF;
  PERFORM atm.begin_batch(of_account, of_machine, number);

  INSERT INTO atm.callers AS c
  SELECT of_account, n.caller, of_machine, n.session, n.user_name, n.workspace, n.agent, n.agent_name, n.provider, n.model
  FROM jsonb_to_recordset(of_callers) AS n(caller uuid, session uuid, user_name text, workspace text, agent text, agent_name text,
    provider text, model text)
  ORDER BY n.caller
  ON CONFLICT (account, caller) DO UPDATE SET
    user_name = excluded.user_name, workspace = excluded.workspace, agent_name = excluded.agent_name
  WHERE c.machine = excluded.machine
    AND (c.user_name, c.workspace, c.agent_name) IS DISTINCT FROM (excluded.user_name, excluded.workspace, excluded.agent_name);

  IF coalesce(cardinality(identities), 0) = 0 THEN RETURN 0; END IF;
  IF EXISTS (SELECT FROM unnest(inputs || cache_reads || cache_writes_5m || cache_writes_1h || outputs || reasonings) v
      WHERE v < 0 OR v > 1000000000000) OR EXISTS (SELECT FROM unnest(costs_nano) v WHERE v < 0 OR v > 1000000000000000) THEN
    RAISE EXCEPTION 'a request with impossible figures' USING ERRCODE = 'ATM03';
  END IF;
  FOR each_month IN SELECT DISTINCT atm.month_of(t) FROM unnest(times_ms) t LOOP PERFORM atm.ensure_month(each_month); END LOOP;

  -- What is new is certainly this transaction's; what is not stands there, as committed by now.
  WITH inserted AS (
    INSERT INTO atm.requests AS r
    SELECT of_account, atm.month_of(b.at_ms), b.identity, b.caller, of_machine, NULL, b.at_ms, b.input, b.cache_read, b.cache_write_5m,
      b.cache_write_1h, b.output, b.reasoning, b.cost_nano, b.estimated, b.starts_task
    FROM unnest(identities, caller_ids, times_ms, inputs, cache_reads, cache_writes_5m, cache_writes_1h, outputs, reasonings, costs_nano,
      are_estimated, start_tasks) AS b(identity, caller, at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,
      cost_nano, estimated, starts_task)
    ORDER BY b.identity
    ON CONFLICT (account, month, identity) DO NOTHING
    RETURNING r.*
  ), summed AS (
    SELECT i.month, atm.slot_of(i.at_ms) AS slot, i.caller, count(*) FILTER (WHERE i.starts_task) AS tasks, count(*) AS turns,
      sum(i.input) AS input, sum(i.cache_read) AS cache_read, sum(i.cache_write_5m) AS cache_write_5m,
      sum(i.cache_write_1h) AS cache_write_1h, sum(i.output) AS output, sum(i.reasoning) AS reasoning,
      coalesce(sum(i.cost_nano), 0) AS cost_nano, count(*) FILTER (WHERE i.cost_nano IS NULL) AS unpriced,
      count(*) FILTER (WHERE i.estimated) AS estimated
    FROM inserted i GROUP BY 1, 2, 3
  ), slots AS (
    INSERT INTO atm.usage_slots AS u
    SELECT of_account, s.* FROM summed s ORDER BY s.month, s.slot, s.caller
    ON CONFLICT (account, month, slot, caller) DO UPDATE SET
      tasks = u.tasks + excluded.tasks, turns = u.turns + excluded.turns, input = u.input + excluded.input,
      cache_read = u.cache_read + excluded.cache_read, cache_write_5m = u.cache_write_5m + excluded.cache_write_5m,
      cache_write_1h = u.cache_write_1h + excluded.cache_write_1h, output = u.output + excluded.output,
      reasoning = u.reasoning + excluded.reasoning, cost_nano = u.cost_nano + excluded.cost_nano,
      unpriced_turns = u.unpriced_turns + excluded.unpriced_turns, estimated_turns = u.estimated_turns + excluded.estimated_turns
  ), months AS (
    INSERT INTO atm.usage_months AS u
    SELECT of_account, s.month, s.caller, sum(s.tasks), sum(s.turns), sum(s.input), sum(s.cache_read), sum(s.cache_write_5m),
      sum(s.cache_write_1h), sum(s.output), sum(s.reasoning), sum(s.cost_nano), sum(s.unpriced), sum(s.estimated)
    FROM summed s GROUP BY s.month, s.caller ORDER BY s.month, s.caller
    ON CONFLICT (account, month, caller) DO UPDATE SET
      tasks = u.tasks + excluded.tasks, turns = u.turns + excluded.turns, input = u.input + excluded.input,
      cache_read = u.cache_read + excluded.cache_read, cache_write_5m = u.cache_write_5m + excluded.cache_write_5m,
      cache_write_1h = u.cache_write_1h + excluded.cache_write_1h, output = u.output + excluded.output,
      reasoning = u.reasoning + excluded.reasoning, cost_nano = u.cost_nano + excluded.cost_nano,
      unpriced_turns = u.unpriced_turns + excluded.unpriced_turns, estimated_turns = u.estimated_turns + excluded.estimated_turns
  )
  SELECT array_agg(i.identity) INTO added FROM inserted i;
  IF coalesce(cardinality(added), 0) < cardinality(identities) THEN
    SELECT array_agg(ROW(of_account, atm.month_of(b.at_ms), b.identity, b.caller, of_machine, NULL, b.at_ms, b.input, b.cache_read,
      b.cache_write_5m, b.cache_write_1h, b.output, b.reasoning, b.cost_nano, b.estimated, b.starts_task)::atm.requests ORDER BY b.identity)
    INTO told
    FROM unnest(identities, caller_ids, times_ms, inputs, cache_reads, cache_writes_5m, cache_writes_1h, outputs, reasonings, costs_nano,
      are_estimated, start_tasks) AS b(identity, caller, at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,
      cost_nano, estimated, starts_task);
    -- Each row by its key, whatever the planner believes about the tables: they may never have been analysed.
    PERFORM FROM unnest(told) t, LATERAL (
      SELECT FROM atm.requests r WHERE r.account = of_account AND r.month = t.month AND r.identity = t.identity FOR UPDATE) known;
    GET DIAGNOSTICS locked = ROW_COUNT;
    IF locked < cardinality(told) THEN
      RAISE EXCEPTION 'a request was taken out at this moment' USING ERRCODE = 'serialization_failure';
    END IF;
    SELECT array_agg(k.before), array_agg(k.after) INTO before, after
    FROM unnest(told) t, LATERAL (
      SELECT r AS before, atm.merge(r, t) AS after
      FROM atm.requests r WHERE r.account = of_account AND r.month = t.month AND r.identity = t.identity OFFSET 0) k
    WHERE NOT coalesce(t.identity = ANY (added), false) AND k.before IS DISTINCT FROM k.after;
    INSERT INTO atm.requests AS r SELECT a.* FROM unnest(after) a
    ON CONFLICT (account, month, identity) DO UPDATE SET caller = excluded.caller, also = excluded.also, at_ms = excluded.at_ms,
      input = excluded.input, cache_read = excluded.cache_read, cache_write_5m = excluded.cache_write_5m,
      cache_write_1h = excluded.cache_write_1h, output = excluded.output, reasoning = excluded.reasoning, cost_nano = excluded.cost_nano,
      estimated = excluded.estimated, starts_task = excluded.starts_task;
    SELECT array_agg(s) INTO changes
    FROM (SELECT atm.slot_row(b, -1) AS s FROM unnest(before) b UNION ALL SELECT atm.slot_row(a, 1) FROM unnest(after) a) both_sides;
    PERFORM atm.add_to_sums(of_account, changes);
  END IF;
  RETURN cardinality(identities);
END $$;

-- Takes out what a machine has no more in that place, unless another machine has it there.
CREATE FUNCTION atm.remove(of_account text, of_machine uuid, number bigint, identities uuid[], times_ms bigint[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  known atm.requests;
  changes atm.usage_slots[];
BEGIN
  IF cardinality(identities) > 10000 THEN RAISE EXCEPTION 'more than 10000 rows in one batch' USING ERRCODE = 'ATM03'; END IF;
  PERFORM atm.begin_batch(of_account, of_machine, number);
  FOR known IN
    SELECT k.* FROM (SELECT g.identity, atm.month_of(g.at_ms) AS month FROM unnest(identities, times_ms) AS g(identity, at_ms) ORDER BY 1) t,
      LATERAL (SELECT r.* FROM atm.requests r WHERE r.account = of_account AND r.month = t.month AND r.identity = t.identity FOR UPDATE) k
    WHERE k.machine = of_machine OR of_machine = ANY (k.also)
  LOOP
    IF known.also IS NULL THEN
      DELETE FROM atm.requests r WHERE r.account = of_account AND r.month = known.month AND r.identity = known.identity;
      changes := array_append(changes, atm.slot_row(known, -1));
    ELSE
      UPDATE atm.requests r SET
        machine = CASE WHEN known.machine = of_machine THEN known.also[1] ELSE known.machine END,
        also = nullif(CASE WHEN known.machine = of_machine THEN known.also[2:] ELSE array_remove(known.also, of_machine) END, '{}')
      WHERE r.account = of_account AND r.month = known.month AND r.identity = known.identity;
    END IF;
  END LOOP;
  PERFORM atm.add_to_sums(of_account, changes);
  RETURN coalesce(cardinality(changes), 0);
END $$;

-- For the administrator: atm.admit('ada', 'acme', reads => true, writes => true).
CREATE FUNCTION atm.admit(role text, account text, reads boolean DEFAULT true, writes boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO atm.members AS m VALUES (account, role, reads, writes)
  ON CONFLICT ON CONSTRAINT members_pkey DO UPDATE SET reads = excluded.reads, writes = excluded.writes;
  IF reads THEN EXECUTE format('GRANT atm_reader TO %I', role); END IF;
  IF writes THEN EXECUTE format('GRANT atm_writer TO %I', role); END IF;
END $$;

ALTER TABLE atm.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.machines ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.callers ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.usage_months ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.usage_slots ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_my_accounts ON atm.machines FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.callers FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.requests FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.usage_months FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.usage_slots FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA atm FROM PUBLIC;
GRANT USAGE ON SCHEMA atm TO atm_reader, atm_writer;
GRANT SELECT ON atm.schema_version TO atm_reader, atm_writer;
GRANT SELECT ON atm.machines, atm.callers, atm.requests, atm.usage_months, atm.usage_slots TO atm_reader;
GRANT EXECUTE ON FUNCTION atm.my_accounts() TO atm_reader;
GRANT EXECUTE ON FUNCTION atm.hello(uuid) TO atm_reader, atm_writer;
GRANT EXECUTE ON FUNCTION atm.month_of(bigint), atm.slot_of(bigint) TO atm_reader, atm_writer;
GRANT EXECUTE ON FUNCTION atm.push(text, uuid, bigint, jsonb, uuid[], uuid[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
  bigint[], bigint[], boolean[], boolean[]) TO atm_writer;
GRANT EXECUTE ON FUNCTION atm.remove(text, uuid, bigint, uuid[], bigint[]) TO atm_writer;
`,
];

/** The version that this program works with. */
export const TEAM_VERSION: number = TEAM_MIGRATIONS.length;
