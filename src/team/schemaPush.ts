/** What a request is besides its key, and what of it a correction may change. */
const CORRECTED =
  'month, machine, also, caller, at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, cost_nano, estimated, starts_task';
const corrected = CORRECTED.split(', ')
  .map((column) => `merged.${column}`)
  .join(', ');

/** The only ways in which a machine changes anything. */
export const PUSH_FUNCTIONS: string = `
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

-- Two tellings of one request. The machine that alone has it corrects it; what several have is the maximum of each field, and what was
-- recorded exactly beats what was estimated.
CREATE FUNCTION atm.merge(kept atm.requests, told atm.requests, has_copies boolean) RETURNS atm.requests LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF kept.account = told.account THEN
    IF kept.machine = told.machine AND kept.also IS NULL AND NOT has_copies THEN RETURN told; END IF;
    IF kept.machine <> told.machine AND NOT coalesce(told.machine = ANY (kept.also), false) THEN
      kept.also := array_append(kept.also, told.machine);
    END IF;
  END IF;
  kept.output := CASE WHEN kept.estimated = told.estimated THEN greatest(kept.output, told.output)
    WHEN kept.estimated THEN told.output ELSE kept.output END;
  kept.estimated := kept.estimated AND told.estimated;
  kept.at_ms := least(kept.at_ms, told.at_ms);
  kept.month := atm.month_of(kept.at_ms);
  kept.input := greatest(kept.input, told.input);
  kept.cache_read := greatest(kept.cache_read, told.cache_read);
  kept.cache_write_5m := greatest(kept.cache_write_5m, told.cache_write_5m);
  kept.cache_write_1h := greatest(kept.cache_write_1h, told.cache_write_1h);
  kept.reasoning := greatest(kept.reasoning, told.reasoning);
  kept.cost_nano := greatest(kept.cost_nano, told.cost_nano);
  kept.starts_task := kept.starts_task OR told.starts_task;
  RETURN kept;
END $$;

-- A request without one of the machines that have it; without any its machine is NULL.
CREATE FUNCTION atm.without(known atm.requests, gone uuid) RETURNS atm.requests LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF known.machine = gone THEN
    known.machine := known.also[1];
    known.also := nullif(known.also[2:], '{}');
  ELSE
    known.also := nullif(array_remove(known.also, gone), '{}');
  END IF;
  RETURN known;
END $$;

-- Writes a row of requests anew, in its month, which may be another one by now.
CREATE FUNCTION atm.rewrite(kept atm.requests, merged atm.requests) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE atm.requests r SET (${CORRECTED}) = ROW(${corrected})
  WHERE r.account = kept.account AND r.month = kept.month AND r.identity = kept.identity;
  IF merged.month <> kept.month THEN UPDATE atm.places p SET month = merged.month WHERE p.identity = kept.identity; END IF;
END $$;

-- Takes what a machine tells of the requests of an account: all of it or nothing, and telling it again changes nothing.
CREATE FUNCTION atm.push(
  of_account text, of_machine uuid, number bigint, of_callers jsonb, identities uuid[], caller_ids uuid[], times_ms bigint[],
  inputs bigint[], cache_reads bigint[], cache_writes_5m bigint[], cache_writes_1h bigint[], outputs bigint[], reasonings bigint[],
  costs_nano bigint[], are_estimated boolean[], start_tasks boolean[]
) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  all_told atm.requests[];
  known_before atm.requests[];
  told atm.requests;
  kept atm.requests;
  copied atm.requests;
  merged atm.requests;
  place atm.places;
  changes atm.usage_slots[];
  each_month date;
  has_copies boolean;
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
  SELECT array_agg(ROW(of_account, atm.month_of(b.at_ms), b.identity, b.caller, of_machine, NULL, b.at_ms, b.input, b.cache_read,
    b.cache_write_5m, b.cache_write_1h, b.output, b.reasoning, b.cost_nano, b.estimated, b.starts_task)::atm.requests ORDER BY b.identity)
  INTO all_told
  FROM (
    SELECT DISTINCT ON (u.identity) u.* FROM unnest(identities, caller_ids, times_ms, inputs, cache_reads, cache_writes_5m, cache_writes_1h,
      outputs, reasonings, costs_nano, are_estimated, start_tasks) AS u(identity, caller, at_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, cost_nano, estimated, starts_task) ORDER BY u.identity) b;

  -- What is new counts here from now on.
  WITH claimed AS (
    INSERT INTO atm.places SELECT t.identity, t.account, t.month FROM unnest(all_told) t ORDER BY t.identity
    ON CONFLICT (identity) DO NOTHING RETURNING identity
  ), inserted AS (
    INSERT INTO atm.requests SELECT t.* FROM unnest(all_told) t WHERE t.identity IN (SELECT c.identity FROM claimed c)
    RETURNING identity
  )
  SELECT array_agg(atm.slot_row(t, 1)) FILTER (WHERE i.identity IS NOT NULL),
    array_agg(t ORDER BY t.identity) FILTER (WHERE i.identity IS NULL)
  INTO changes, known_before
  FROM unnest(all_told) t LEFT JOIN inserted i ON i.identity = t.identity;

  FOREACH told IN ARRAY coalesce(known_before, '{}') LOOP
    SELECT p.* INTO place FROM atm.places p WHERE p.identity = told.identity FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a request was taken out at this moment' USING ERRCODE = 'serialization_failure';
    END IF;
    has_copies := EXISTS (SELECT FROM atm.copies c WHERE c.identity = told.identity AND c.account <> place.account);
    IF place.account <> of_account THEN
      SELECT c.* INTO copied FROM atm.copies c WHERE c.identity = told.identity AND c.account = of_account;
      IF FOUND THEN DELETE FROM atm.copies c WHERE c.identity = told.identity AND c.account = of_account; END IF;
      merged := CASE WHEN copied.identity IS NULL THEN told ELSE atm.merge(copied, told, false) END;
      INSERT INTO atm.copies SELECT merged.*;
      -- Only who may write there corrects what is there.
      CONTINUE WHEN NOT atm.may_write(place.account);
    END IF;
    SELECT r.* INTO kept FROM atm.requests r
    WHERE r.account = place.account AND r.month = place.month AND r.identity = told.identity;
    -- Where the administrator dropped its month, it stays dropped.
    CONTINUE WHEN NOT FOUND;
    merged := atm.merge(kept, told, has_copies);
    CONTINUE WHEN merged IS NOT DISTINCT FROM kept;
    PERFORM atm.rewrite(kept, merged);
    changes := array_append(changes, atm.slot_row(kept, -1));
    changes := array_append(changes, atm.slot_row(merged, 1));
  END LOOP;
  PERFORM atm.add_to_sums(changes);
  RETURN cardinality(identities);
END $$;

-- Takes out what a machine has no more in an account, unless another machine has it there. What another account has of it counts then.
CREATE FUNCTION atm.remove(of_account text, of_machine uuid, number bigint, identities uuid[])
RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE
  gone uuid;
  place atm.places;
  known atm.requests;
  rest atm.requests;
  heir atm.requests;
  changes atm.usage_slots[];
BEGIN
  IF cardinality(identities) > 10000 THEN RAISE EXCEPTION 'more than 10000 rows in one batch' USING ERRCODE = 'ATM03'; END IF;
  PERFORM atm.begin_batch(of_account, of_machine, number);
  FOR gone IN SELECT DISTINCT i FROM unnest(identities) i ORDER BY i LOOP
    SELECT p.* INTO place FROM atm.places p WHERE p.identity = gone FOR UPDATE;
    CONTINUE WHEN NOT FOUND;
    IF place.account <> of_account THEN
      SELECT c.* INTO known FROM atm.copies c WHERE c.identity = gone AND c.account = of_account;
      CONTINUE WHEN NOT FOUND;
      rest := atm.without(known, of_machine);
      DELETE FROM atm.copies c WHERE c.identity = gone AND c.account = of_account;
      IF rest.machine IS NOT NULL THEN INSERT INTO atm.copies SELECT rest.*; END IF;
      CONTINUE;
    END IF;
    SELECT r.* INTO known FROM atm.requests r
    WHERE r.account = place.account AND r.month = place.month AND r.identity = gone;
    CONTINUE WHEN NOT FOUND;
    rest := atm.without(known, of_machine);
    IF rest.machine IS NOT NULL THEN
      IF rest IS DISTINCT FROM known THEN PERFORM atm.rewrite(known, rest); END IF;
      CONTINUE;
    END IF;
    DELETE FROM atm.requests r WHERE r.account = known.account AND r.month = known.month AND r.identity = gone;
    changes := array_append(changes, atm.slot_row(known, -1));
    SELECT c.* INTO heir FROM atm.copies c WHERE c.identity = gone ORDER BY c.account LIMIT 1;
    IF FOUND THEN
      DELETE FROM atm.copies c WHERE c.identity = gone AND c.account = heir.account;
      PERFORM atm.ensure_month(heir.month);
      INSERT INTO atm.requests SELECT heir.*;
      UPDATE atm.places p SET account = heir.account, month = heir.month WHERE p.identity = gone;
      changes := array_append(changes, atm.slot_row(heir, 1));
    ELSE
      DELETE FROM atm.places p WHERE p.identity = gone;
    END IF;
  END LOOP;
  PERFORM atm.add_to_sums(changes);
  RETURN coalesce(cardinality(changes), 0);
END $$;

-- Takes what a machine has of a session's items, in place of what it told of it before; without an account it has none of it any more.
CREATE FUNCTION atm.tell_items(of_account text, of_machine uuid, number bigint, of_session uuid, told jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
DECLARE each_month date;
BEGIN
  IF jsonb_array_length(told) > 100000 THEN RAISE EXCEPTION 'more than 100000 items of a session' USING ERRCODE = 'ATM03'; END IF;
  IF of_account IS NOT NULL THEN PERFORM atm.begin_batch(of_account, of_machine, number); END IF;
  DELETE FROM atm.items i WHERE i.session = of_session AND i.machine = of_machine AND atm.may_write(i.account);
  IF of_account IS NULL THEN RETURN; END IF;
  FOR each_month IN SELECT DISTINCT date_trunc('month', t.day)::date FROM jsonb_to_recordset(told) AS t(day date)
    LOOP PERFORM atm.ensure_month(each_month); END LOOP;
  INSERT INTO atm.items
  SELECT of_account, of_session, of_machine, date_trunc('month', t.day)::date, t.day, t.kind, t.target, sum(t.calls), sum(t.input),
    sum(t.cache_read), sum(t.cache_write), sum(t.output), sum(t.cost_nano)
  FROM jsonb_to_recordset(told) AS t(day date, kind text, target text, calls bigint, input bigint, cache_read bigint, cache_write bigint,
    output bigint, cost_nano bigint)
  GROUP BY t.day, t.kind, t.target;
END $$;

-- Takes out all items that a machine told: its user allows it no more.
CREATE FUNCTION atm.forget_items(of_machine uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = atm, pg_temp AS $$
  DELETE FROM atm.items i WHERE i.machine = of_machine AND atm.may_write(i.account)
$$;
`;
