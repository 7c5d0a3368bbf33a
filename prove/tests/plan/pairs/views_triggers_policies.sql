-- from: trigger kinds
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE TRIGGER one BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE TRIGGER one AFTER INSERT ON a REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f('x');
CREATE CONSTRAINT TRIGGER two AFTER DELETE ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE a DISABLE TRIGGER one;

-- from: trigger enable
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE TRIGGER one BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE TRIGGER one BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE a ENABLE ALWAYS TRIGGER one;
COMMENT ON TRIGGER one ON a IS 'said';

-- from: trigger instead of
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE VIEW v AS SELECT id FROM a;
CREATE TRIGGER one INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE a (id int, t text);
CREATE VIEW v AS SELECT t, id FROM a;
CREATE TRIGGER one INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
GRANT SELECT ON v TO PUBLIC;

-- from: event trigger
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;
-- to
CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION e();

-- from: rule add
CREATE TABLE a (id int, t text);
CREATE TABLE log (id int);
-- to
CREATE TABLE a (id int, t text);
CREATE TABLE log (id int);
CREATE RULE r AS ON INSERT TO a DO ALSO INSERT INTO log VALUES (new.id);

-- from: view options
CREATE TABLE a (id int, t text);
CREATE VIEW v AS SELECT id FROM a;
-- to
CREATE TABLE a (id int, t text);
CREATE VIEW v WITH (security_barrier, security_invoker = true) AS SELECT id FROM a WHERE id > 0 WITH LOCAL CHECK OPTION;
COMMENT ON VIEW v IS 'x';
COMMENT ON COLUMN v.id IS 'y';

-- from: view chain type
CREATE TABLE a (id int, t text, u int);
CREATE VIEW v1 AS SELECT id, u FROM a;
CREATE VIEW v2 AS SELECT u, count(*) FROM v1 GROUP BY u;
CREATE MATERIALIZED VIEW v3 AS SELECT * FROM v2;
CREATE UNIQUE INDEX v3_u ON v3 (u);
COMMENT ON MATERIALIZED VIEW v3 IS 'm';
-- to
CREATE TABLE a (id int, t text, u bigint);
CREATE VIEW v1 AS SELECT id, u FROM a;
CREATE VIEW v2 AS SELECT u, count(*) FROM v1 GROUP BY u;
CREATE MATERIALIZED VIEW v3 AS SELECT * FROM v2;
CREATE UNIQUE INDEX v3_u ON v3 (u);
COMMENT ON MATERIALIZED VIEW v3 IS 'm';

-- from: view to matview
CREATE TABLE a (id int);
CREATE VIEW v AS SELECT id FROM a;
CREATE VIEW w AS SELECT id FROM v;
-- to
CREATE TABLE a (id int);
CREATE MATERIALIZED VIEW v AS SELECT id FROM a;
CREATE VIEW w AS SELECT id FROM v;

-- from: view to table
CREATE TABLE a (id int);
CREATE VIEW v AS SELECT id FROM a;
-- to
CREATE TABLE a (id int);
CREATE TABLE v (id int);

-- from: view star
CREATE TABLE a (id int, t text);
CREATE VIEW v AS SELECT * FROM a;
-- to
CREATE TABLE a (id int, t text, more int);
CREATE VIEW v AS SELECT * FROM a;

-- from: view recursive
CREATE TABLE a (id int, parent int);
-- to
CREATE TABLE a (id int, parent int);
CREATE RECURSIVE VIEW v (id, depth) AS SELECT id, 0 FROM a WHERE parent IS NULL UNION ALL SELECT a.id, v.depth + 1 FROM a JOIN v ON a.parent = v.id;

-- from: matview change deps
CREATE TABLE a (id int, t text);
CREATE MATERIALIZED VIEW m AS SELECT id FROM a WITH NO DATA;
CREATE VIEW v AS SELECT * FROM m;
-- to
CREATE TABLE a (id int, t text);
CREATE MATERIALIZED VIEW m AS SELECT id, t FROM a WITH NO DATA;
CREATE VIEW v AS SELECT * FROM m;

-- from: view uses function
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE VIEW v AS SELECT f(1);
-- to
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
CREATE VIEW v AS SELECT f(1);

-- from: policy kinds
CREATE TABLE a (id int, t text);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a USING (id > 0);
-- to
CREATE TABLE a (id int, t text);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a AS RESTRICTIVE FOR UPDATE TO public USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY q ON a FOR INSERT WITH CHECK (t <> '');
COMMENT ON POLICY q ON a IS 'why';

-- from: policy column type
CREATE TABLE a (id int, t text);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a USING (id > 0);
-- to
CREATE TABLE a (id bigint, t text);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a USING (id > 0);

-- from: policy with check removed
CREATE TABLE a (id int, t text);
CREATE POLICY p ON a USING (id > 0) WITH CHECK (id > 5);
-- to
CREATE TABLE a (id int, t text);
CREATE POLICY p ON a USING (id > 0);

-- from: rls off
CREATE TABLE a (id int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
ALTER TABLE a FORCE ROW LEVEL SECURITY;
-- to
CREATE TABLE a (id int);

-- from: trigger function body
CREATE TABLE a (t text, u timestamptz);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN new.u = now(); RETURN new; END$$;
CREATE TRIGGER tr BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE TABLE a (t text, u timestamptz);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN new.u = clock_timestamp(); RETURN new; END$$;
CREATE TRIGGER tr BEFORE UPDATE ON a FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION f();

-- from: view column default
CREATE TABLE a (id int, n text);
CREATE VIEW v AS SELECT id, n FROM a;
-- to
CREATE TABLE a (id int, n text);
CREATE VIEW v AS SELECT id, n FROM a;
ALTER VIEW v ALTER COLUMN n SET DEFAULT 'x';

-- from: view rule count star
CREATE TABLE a (id int);
CREATE VIEW c AS SELECT count(*) AS n FROM a;
CREATE MATERIALIZED VIEW d AS SELECT x.*, 1 AS one FROM a x;
CREATE VIEW e AS SELECT one FROM d;
GRANT SELECT ON d TO PUBLIC;
-- to
CREATE TABLE a (id int, more text);
CREATE VIEW c AS SELECT count(*) AS n FROM a;
CREATE MATERIALIZED VIEW d AS SELECT x.*, 1 AS one FROM a x;
CREATE VIEW e AS SELECT one FROM d;
GRANT SELECT ON d TO PUBLIC;

-- from: trigger on view chain
CREATE TABLE a (id int, t text);
CREATE VIEW v AS SELECT id, t FROM a;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TRIGGER one INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON UPDATE TO v DO INSTEAD NOTHING;
COMMENT ON VIEW v IS 'x';
ALTER VIEW v ALTER COLUMN t SET DEFAULT 'q';
-- to
CREATE TABLE a (id bigint, t text);
CREATE VIEW v AS SELECT id, t FROM a;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TRIGGER one INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON UPDATE TO v DO INSTEAD NOTHING;
COMMENT ON VIEW v IS 'x';
ALTER VIEW v ALTER COLUMN t SET DEFAULT 'q';

-- from: policy uses other table
CREATE TABLE m (uid int, team int);
CREATE TABLE a (id int, team int);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a USING (EXISTS (SELECT 1 FROM m WHERE m.team = a.team));
-- to
CREATE TABLE m (uid int, team bigint);
CREATE TABLE a (id int, team bigint);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON a USING (EXISTS (SELECT 1 FROM m WHERE m.team = a.team));

-- from: policy function
CREATE FUNCTION ok(int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE TABLE a (id int);
CREATE POLICY p ON a USING (ok(id));
-- to
CREATE FUNCTION ok(bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE TABLE a (id bigint);
CREATE POLICY p ON a USING (ok(id));
