import { WEEKDAYS } from '../views/resetSetting.ts';

/** Who may do what: roles read the accounts they were let into, and write by functions only. */
export const RIGHTS_FUNCTIONS: string = `
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

-- For the administrator: atm.admit('ada', 'acme', reads => true, writes => true).
CREATE FUNCTION atm.admit(role text, account text, reads boolean DEFAULT true, writes boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO atm.members AS m VALUES (account, role, reads, writes)
  ON CONFLICT ON CONSTRAINT members_pkey DO UPDATE SET reads = excluded.reads, writes = excluded.writes;
  IF reads THEN EXECUTE format('GRANT atm_reader TO %I', role); END IF;
  IF writes THEN EXECUTE format('GRANT atm_writer TO %I', role); END IF;
END $$;

-- For the administrator: atm.set_type('acme', 'max').
CREATE FUNCTION atm.set_type(account text, type text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO atm.accounts AS a VALUES (set_type.account, set_type.type)
  ON CONFLICT ON CONSTRAINT accounts_pkey DO UPDATE SET type = excluded.type
$$;

-- For the administrator: atm.set_limit('max', 'tokens', 'week', 40000000, '{"day": "thursday", "time": "09:00", "zone": "Europe/Berlin"}');
-- without an amount there is none any more.
CREATE FUNCTION atm.set_limit(type text, unit text, period text, amount double precision, resets jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  field text;
  said text;
BEGIN
  FOR field, said IN SELECT * FROM jsonb_each_text(coalesce(resets, '{}')) LOOP
    IF NOT coalesce(CASE field
      WHEN 'day' THEN lower(said) = ANY ('{${WEEKDAYS.join(',')}}')
      WHEN 'dayOfMonth' THEN said ~ '^([1-9]|[12][0-9]|3[01])$'
      WHEN 'time' THEN said ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9]$'
      WHEN 'zone' THEN EXISTS (SELECT FROM pg_catalog.pg_timezone_names z WHERE z.name = said)
    END, false) THEN RAISE EXCEPTION 'no limit resets at % "%"', field, said USING ERRCODE = 'invalid_parameter_value'; END IF;
  END LOOP;
  DELETE FROM atm.limits l WHERE l.type = set_limit.type AND l.unit = set_limit.unit AND l.period = set_limit.period;
  IF amount IS NOT NULL THEN INSERT INTO atm.limits VALUES (type, unit, period, amount, resets); END IF;
END $$;
`;

export const RIGHTS: string = `
ALTER TABLE atm.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.limits ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.machines ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.callers ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.places ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.copies ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.items ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.usage_months ENABLE ROW LEVEL SECURITY;
ALTER TABLE atm.usage_slots ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_my_accounts ON atm.accounts FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_types ON atm.limits FOR SELECT TO atm_reader USING (type IN (SELECT a.type FROM atm.accounts a));
CREATE POLICY of_my_accounts ON atm.machines FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.callers FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.requests FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.items FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.usage_months FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));
CREATE POLICY of_my_accounts ON atm.usage_slots FOR SELECT TO atm_reader USING (account = ANY ((SELECT atm.my_accounts())::text[]));

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA atm FROM PUBLIC;
GRANT USAGE ON SCHEMA atm TO atm_reader, atm_writer;
GRANT SELECT ON atm.schema_version TO atm_reader, atm_writer;
GRANT SELECT ON atm.accounts, atm.limits, atm.machines, atm.callers, atm.requests, atm.items, atm.usage_months, atm.usage_slots TO atm_reader;
GRANT EXECUTE ON FUNCTION atm.my_accounts() TO atm_reader;
GRANT EXECUTE ON FUNCTION atm.hello(uuid) TO atm_reader, atm_writer;
GRANT EXECUTE ON FUNCTION atm.month_of(bigint), atm.slot_of(bigint) TO atm_reader, atm_writer;
GRANT EXECUTE ON FUNCTION atm.push(text, uuid, bigint, jsonb, uuid[], uuid[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
  bigint[], bigint[], boolean[], boolean[]) TO atm_writer;
GRANT EXECUTE ON FUNCTION atm.remove(text, uuid, bigint, uuid[]) TO atm_writer;
GRANT EXECUTE ON FUNCTION atm.tell_items(text, uuid, bigint, uuid, jsonb), atm.forget_items(uuid) TO atm_writer;
`;
