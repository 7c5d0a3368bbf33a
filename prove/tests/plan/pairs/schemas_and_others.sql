-- from: extension schema
CREATE SCHEMA ext;
CREATE EXTENSION citext;
CREATE TABLE t (x text);
-- to
CREATE SCHEMA ext;
CREATE EXTENSION citext WITH SCHEMA ext;
CREATE TABLE t (x ext.citext);

-- from: comments everything
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a');
CREATE TABLE s.t (id int PRIMARY KEY, x text, CONSTRAINT c CHECK (id > 0));
CREATE INDEX i ON s.t (x);
CREATE SEQUENCE s.q;
-- to
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a');
CREATE TABLE s.t (id int PRIMARY KEY, x text, CONSTRAINT c CHECK (id > 0));
CREATE INDEX i ON s.t (x);
CREATE SEQUENCE s.q;
COMMENT ON SCHEMA s IS 'it''s a schema';
COMMENT ON TYPE s.e IS E'line\nbreak';
COMMENT ON TABLE s.t IS 'table';
COMMENT ON COLUMN s.t.x IS 'column';
COMMENT ON CONSTRAINT c ON s.t IS 'check';
COMMENT ON CONSTRAINT t_pkey ON s.t IS 'pk';
COMMENT ON INDEX s.i IS 'index';
COMMENT ON SEQUENCE s.q IS 'sequence';

-- from: schema move
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (id int);
-- to
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE b.t (id int);

-- from: schema drop all
CREATE SCHEMA a;
CREATE TABLE a.t (id serial PRIMARY KEY);
CREATE TABLE a.u (id int REFERENCES a.t);
CREATE VIEW a.v AS SELECT * FROM a.t;
CREATE FUNCTION a.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE a.e AS ENUM ('x');
-- to
CREATE TABLE z (id int);

-- from: fdw
CREATE EXTENSION postgres_fdw;
-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'x', dbname 'y');
CREATE FOREIGN TABLE ft (id int OPTIONS (column_name 'a'), n text) SERVER far OPTIONS (table_name 'q');

-- from: text search
CREATE TABLE t (x text);
-- to
CREATE TABLE t (x text, v tsvector GENERATED ALWAYS AS (to_tsvector('english', x)) STORED);
CREATE TEXT SEARCH CONFIGURATION mine (COPY = simple);
CREATE INDEX ON t USING gin (v);

-- from: publication
CREATE TABLE t (x text);
-- to
CREATE TABLE t (x text);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert');

-- from: statistics ext
CREATE TABLE t (x text, y int);
CREATE STATISTICS st (ndistinct) ON x, y FROM t;
-- to
CREATE TABLE t (x text, y bigint);
CREATE STATISTICS st (ndistinct, dependencies) ON x, y FROM t;

-- from: collation create
CREATE TABLE t (x text);
-- to
CREATE COLLATION num (PROVIDER = icu, LOCALE = 'en-u-kn-true');
CREATE TABLE t (x text COLLATE num);

-- from: grants
CREATE TABLE a (id int, b text);
GRANT SELECT ON a TO PUBLIC;
-- to
CREATE TABLE a (id int, b text);
GRANT SELECT (id), UPDATE (b) ON a TO PUBLIC;

-- from: access method
CREATE TABLE a (t text);
-- to
CREATE TABLE a (t text) USING heap;

-- from: extension in schema
CREATE SCHEMA ext;
-- to
CREATE SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE TABLE t (x ext.citext DEFAULT 'a'::ext.citext, h ext.hstore);
CREATE INDEX ON t (x);

-- from: default privileges
CREATE SCHEMA s;
-- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;

-- from: fdw mapping
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'z');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (user 'x');

-- from: multi schema same names
CREATE SCHEMA s1; CREATE SCHEMA s2;
CREATE TABLE s1.t (id int PRIMARY KEY);
CREATE TABLE s2.t (id int PRIMARY KEY);
CREATE VIEW s1.v AS SELECT * FROM s2.t;
-- to
CREATE SCHEMA s1; CREATE SCHEMA s2;
CREATE TABLE s1.t (id bigint PRIMARY KEY);
CREATE TABLE s2.t (id int PRIMARY KEY, s1 int REFERENCES s1.t);
CREATE VIEW s1.v AS SELECT id FROM s2.t;
CREATE TYPE s1.e AS ENUM ('a');
CREATE TYPE s2.e AS ENUM ('b');
CREATE TABLE s1.u (x s1.e, y s2.e);

-- from: search path dump
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.a (id integer NOT NULL);
CREATE SEQUENCE public.a_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.a_id_seq OWNED BY public.a.id;
ALTER TABLE ONLY public.a ALTER COLUMN id SET DEFAULT nextval('public.a_id_seq'::regclass);
ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);
-- to
CREATE TABLE a (id bigserial PRIMARY KEY, n text);

-- from: set search path
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE a (id int);
-- to
CREATE SCHEMA app;
SET search_path = app, public;
CREATE TABLE a (id int, n text);
CREATE INDEX ON a (n);
