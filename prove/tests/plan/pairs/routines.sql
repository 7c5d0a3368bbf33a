-- from: function overload
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';

-- from: function arg names
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT f(1) AS n;
-- to
CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT f(1) AS n;

-- from: function default removed
CREATE FUNCTION f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT $1';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT $1';

-- from: function options
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT SECURITY DEFINER PARALLEL SAFE LEAKPROOF COST 10 SET search_path = public, pg_temp AS 'BEGIN RETURN 1; END';
COMMENT ON FUNCTION f(int) IS 'c';
REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;

-- from: function returns table
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS $$SELECT 1, 'x'::text$$;

-- from: function to procedure
CREATE FUNCTION f(a int) RETURNS void LANGUAGE sql AS 'SELECT 1';
-- to
CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 1';

-- from: function sql body
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(a) FROM t; END;
-- to
CREATE TABLE t (a int, b int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(a + b) FROM t; END;

-- from: function sql body type
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t; END;
-- to
CREATE TABLE t (a bigint);
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t; END;

-- from: aggregate add
CREATE FUNCTION s(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
-- to
CREATE FUNCTION s(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(int) (SFUNC = s, STYPE = int, INITCOND = '0');

-- from: operator cast
CREATE TYPE pt AS (x int, y int);
-- to
CREATE TYPE pt AS (x int, y int);
CREATE FUNCTION pt_eq(a pt, b pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a.x = b.x';
CREATE OPERATOR === (LEFTARG = pt, RIGHTARG = pt, FUNCTION = pt_eq);
CREATE FUNCTION pt_int(a pt) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a.x';
CREATE CAST (pt AS int) WITH FUNCTION pt_int(pt) AS ASSIGNMENT;

-- from: column default type fn
CREATE FUNCTION gen() RETURNS text LANGUAGE sql AS $$SELECT 'x'::text$$;
CREATE TABLE a (id text DEFAULT gen());
-- to
CREATE FUNCTION gen(n int) RETURNS text LANGUAGE sql AS $$SELECT 'x'::text$$;
CREATE TABLE a (id text DEFAULT gen(3));

-- from: index on function
CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
CREATE TABLE a (t text);
CREATE INDEX i ON a (norm(t));
-- to
CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(t)';
CREATE TABLE a (t text);
CREATE INDEX i ON a (norm(t));

-- from: index function signature
CREATE FUNCTION norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(t)';
CREATE TABLE a (t text, CHECK (norm(t) <> ''), g text GENERATED ALWAYS AS (norm(t)) STORED);
CREATE INDEX i ON a (norm(t));
-- to
CREATE FUNCTION norm(x text) RETURNS varchar LANGUAGE sql IMMUTABLE AS 'SELECT lower(x)';
CREATE TABLE a (t text, CHECK (norm(t) <> ''), g text GENERATED ALWAYS AS (norm(t)) STORED);
CREATE INDEX i ON a (norm(t));

-- from: function uses table type
CREATE TABLE a (id int, n text);
CREATE FUNCTION f(r a) RETURNS text LANGUAGE sql AS 'SELECT r.n';
CREATE VIEW v AS SELECT f(a) AS x FROM a;
-- to
CREATE TABLE a (id int, n varchar(20), z int);
CREATE FUNCTION f(r a) RETURNS text LANGUAGE sql AS 'SELECT r.n';
CREATE VIEW v AS SELECT f(a) AS x FROM a;

-- from: drop function used by trigger
CREATE TABLE a (id int);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE TABLE a (id int);
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION g();

-- from: op class
CREATE TABLE z (i int);
-- to
CREATE TABLE z (i int);
CREATE OPERATOR CLASS int_rev FOR TYPE int USING btree AS OPERATOR 1 > , OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int);

-- from: alter function
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE VIEW v AS SELECT f(1);
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
ALTER FUNCTION f(int) STABLE SECURITY DEFINER;
ALTER FUNCTION f(int) SET search_path = public;
CREATE VIEW v AS SELECT f(1);

-- from: drop table used by function
CREATE TABLE a (id int);
CREATE FUNCTION f() RETURNS SETOF a LANGUAGE sql AS 'SELECT * FROM a';
CREATE VIEW v AS SELECT * FROM f();
-- to
CREATE TABLE z (id int);
