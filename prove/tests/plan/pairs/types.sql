-- from: enum reorder
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (x e NOT NULL DEFAULT 'a', y e[] DEFAULT '{a}', CHECK (x <> 'b'));
CREATE INDEX ti ON t (x) WHERE x = 'c';
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a';
CREATE FUNCTION f(p e) RETURNS e LANGUAGE sql AS 'SELECT p';
-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE TABLE t (x e NOT NULL DEFAULT 'a', y e[] DEFAULT '{a}', CHECK (x <> 'b'));
CREATE INDEX ti ON t (x) WHERE x = 'c';
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a';
CREATE FUNCTION f(p e) RETURNS e LANGUAGE sql AS 'SELECT p';

-- from: enum quote
CREATE TYPE e AS ENUM ('it''s');
-- to
CREATE TYPE e AS ENUM ('before', 'it''s', 'o''clock', 'last');
CREATE TABLE t (x e DEFAULT 'o''clock');

-- from: enum in domain composite
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e CHECK (value <> 'b');
CREATE TYPE c AS (x e, y int);
CREATE TABLE t (x d, y c);
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE DOMAIN d AS e CHECK (value <> 'b');
CREATE TYPE c AS (x e, y int);
CREATE TABLE t (x d, y c);

-- from: enum to text
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e DEFAULT 'a');
-- to
CREATE TABLE t (x text DEFAULT 'a');

-- from: enum other enum
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE g AS ENUM ('a', 'b', 'c');
CREATE TABLE t (x e DEFAULT 'a');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE g AS ENUM ('a', 'b', 'c');
CREATE TABLE t (x g DEFAULT 'c');

-- from: domain all
CREATE DOMAIN d AS text CHECK (value <> '');
CREATE TABLE t (x d);
-- to
CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT longer CHECK (length(value) > 1);
COMMENT ON DOMAIN d IS 'c';
CREATE TABLE t (x d);

-- from: domain base type
CREATE DOMAIN d AS int CHECK (value > 0);
CREATE TABLE t (x d, y int);
-- to
CREATE DOMAIN d AS bigint CHECK (value > 0);
CREATE TABLE t (x d, y int);

-- from: composite alter
CREATE TYPE c AS (x int, y int);
CREATE TABLE t (v text);
-- to
CREATE TYPE c AS (x bigint, z text, w date);
CREATE TABLE t (v text);

-- from: composite used
CREATE TYPE c AS (x int, y int);
CREATE TABLE t (v c);
-- to
CREATE TYPE c AS (x int, y int, z text);
CREATE TABLE t (v c);

-- from: range type
CREATE TABLE t (v text);
-- to
CREATE TYPE fr AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TABLE t (v text, r fr);

-- from: table and type same names
CREATE TABLE a (id int);
-- to
CREATE TYPE b AS ENUM ('x');
CREATE TABLE a (id int, b b DEFAULT 'x'::b, c b[] NOT NULL DEFAULT ARRAY['x'::b]);

-- from: enum chain
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE DOMAIN dd AS d NOT NULL;
CREATE TYPE c AS (x d, y int);
CREATE TABLE t (x dd DEFAULT 'a', y c, z c[], w d[]);
CREATE VIEW v AS SELECT (y).x, x AS q FROM t;
-- to
CREATE TYPE e AS ENUM ('b', 'c');
CREATE DOMAIN d AS e;
CREATE DOMAIN dd AS d NOT NULL;
CREATE TYPE c AS (x d, y int);
CREATE TABLE t (x dd DEFAULT 'b', y c, z c[], w d[]);
CREATE VIEW v AS SELECT (y).x, x AS q FROM t;

-- from: enum function arg
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e);
CREATE FUNCTION f(p e DEFAULT 'a') RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t WHERE x = p';
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF new.x = 'a'::e THEN RETURN new; END IF; RETURN old; END$$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (new.x = 'a') EXECUTE FUNCTION g();
-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TABLE t (x e);
CREATE FUNCTION f(p e DEFAULT 'a') RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t WHERE x = p';
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF new.x = 'a'::e THEN RETURN new; END IF; RETURN old; END$$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (new.x = 'a') EXECUTE FUNCTION g();

-- from: domain swap check default
CREATE DOMAIN d AS int DEFAULT 3 CHECK (value > 0);
CREATE TABLE t (x d DEFAULT 5, CHECK (x < 100), UNIQUE (x));
CREATE TABLE u (y d REFERENCES t (x));
CREATE FUNCTION f(d) RETURNS d LANGUAGE sql AS 'SELECT $1';
-- to
CREATE DOMAIN d AS bigint DEFAULT 3 CHECK (value > 0);
CREATE TABLE t (x d DEFAULT 5, CHECK (x < 100), UNIQUE (x));
CREATE TABLE u (y d REFERENCES t (x));
CREATE FUNCTION f(d) RETURNS d LANGUAGE sql AS 'SELECT $1';
