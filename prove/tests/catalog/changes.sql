CREATE EXTENSION pg_trgm
COMMENT ON EXTENSION plpgsql IS 'ours'
CREATE SCHEMA more
COMMENT ON SCHEMA public IS 'ours'
GRANT USAGE ON SCHEMA "odd ""schema""" TO PUBLIC
REVOKE CREATE ON SCHEMA "odd ""schema""" FROM CURRENT_USER
CREATE TYPE public.mood2 AS ENUM ('a')
ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue'
ALTER TYPE public.mood ADD VALUE 'more' AFTER 'sad'
COMMENT ON TYPE public.mood IS 'how'
REVOKE USAGE ON TYPE public.mood FROM PUBLIC
GRANT USAGE ON TYPE public.positive TO pg_monitor
ALTER DOMAIN public.positive SET DEFAULT 2
ALTER DOMAIN public.positive DROP NOT NULL
ALTER DOMAIN public.positive ADD CONSTRAINT below CHECK (VALUE < 9)
ALTER DOMAIN public.positive ADD CONSTRAINT below CHECK (VALUE < 9) NOT VALID
COMMENT ON DOMAIN public.positive IS 'x'
COMMENT ON CONSTRAINT above_zero ON DOMAIN public.positive IS 'x'
ALTER TYPE public.pair ADD ATTRIBUTE third int
ALTER TYPE public.pair ALTER ATTRIBUTE "right" TYPE text COLLATE "POSIX"
COMMENT ON TYPE public.span IS 'x'
DROP TYPE public.span; CREATE TYPE public.span AS RANGE (subtype = float8, subtype_diff = float8mi)
DROP TYPE public.span; CREATE TYPE public.span AS RANGE (subtype = float8, multirange_type_name = public.spans)
CREATE TYPE public.shell
CREATE TYPE public.based; CREATE FUNCTION public.based_in(cstring) RETURNS public.based LANGUAGE internal IMMUTABLE STRICT AS 'int4in'; CREATE FUNCTION public.based_out(public.based) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out'; CREATE TYPE public.based (INPUT = public.based_in, OUTPUT = public.based_out, LIKE = int4)
ALTER SEQUENCE public.numbers AS integer
ALTER SEQUENCE public.numbers INCREMENT 3
ALTER SEQUENCE public.numbers MINVALUE -5
ALTER SEQUENCE public.numbers MAXVALUE 500
ALTER SEQUENCE public.numbers START 9
ALTER SEQUENCE public.numbers CACHE 5
ALTER SEQUENCE public.numbers NO CYCLE
ALTER SEQUENCE public.numbers OWNED BY public.scratch.a
COMMENT ON SEQUENCE public.numbers IS 'x'
GRANT USAGE ON SEQUENCE public.numbers TO PUBLIC
ALTER SEQUENCE public.parents_id_seq INCREMENT 10
CREATE TABLE public.fresh (a int)
DROP TABLE public.heirs
ALTER TABLE public.scratch ADD COLUMN d int
ALTER TABLE public.scratch RENAME COLUMN a TO aa
ALTER TABLE public.parents ALTER COLUMN size TYPE bigint
ALTER TABLE public.parents ALTER COLUMN name DROP NOT NULL
ALTER TABLE public.parents ALTER COLUMN total SET NOT NULL
ALTER TABLE public.parents ALTER COLUMN total DROP DEFAULT
ALTER TABLE public.parents ALTER COLUMN id DROP IDENTITY
ALTER TABLE public.parents ALTER COLUMN id SET GENERATED ALWAYS
ALTER TABLE public.parents ALTER COLUMN doubled DROP EXPRESSION
ALTER TABLE public.parents ALTER COLUMN tags SET STORAGE MAIN
ALTER TABLE public.parents ALTER COLUMN tags SET COMPRESSION pglz
ALTER TABLE public.parents ALTER COLUMN tags SET STATISTICS 7
ALTER TABLE public.parents ALTER COLUMN tags SET (n_distinct = 7)
ALTER TABLE public.scratch ALTER COLUMN c TYPE text COLLATE "C"
ALTER TABLE public.parents SET (fillfactor = 50)
ALTER TABLE public.parents SET (toast.autovacuum_enabled = false)
ALTER TABLE public.scratch SET LOGGED
ALTER TABLE public.parents REPLICA IDENTITY NOTHING
ALTER TABLE public.parents REPLICA IDENTITY USING INDEX parents_name_key
ALTER TABLE public.parents CLUSTER ON parents_name_key
ALTER TABLE public.heirs NO INHERIT public.scratch
ALTER TABLE public.heirs ADD COLUMN a2 int; ALTER TABLE public.scratch ADD COLUMN a2 int
ALTER TABLE public.events DETACH PARTITION public.events_2025
ALTER TABLE public.events_2025 ALTER COLUMN kind SET DEFAULT 'x'
ALTER TABLE public.events_2025 ADD CONSTRAINT kind_known CHECK (kind <> '')
CREATE TABLE public.listed (a int) PARTITION BY LIST (a)
CREATE TABLE public.typed OF public.pair
COMMENT ON TABLE public.parents IS 'x'
COMMENT ON COLUMN public.parents.id IS 'x'
ALTER TABLE public.parents ADD CONSTRAINT again UNIQUE (total)
ALTER TABLE public.parents ADD CONSTRAINT again UNIQUE (total) DEFERRABLE INITIALLY DEFERRED
ALTER TABLE public.parents ADD CONSTRAINT again UNIQUE NULLS NOT DISTINCT (total)
ALTER TABLE public.parents RENAME CONSTRAINT total_range TO range_of_total
ALTER TABLE public.parents DROP CONSTRAINT parents_name_key
ALTER TABLE "odd ""schema"""."Children" ALTER CONSTRAINT "Children_parent_fkey" NOT DEFERRABLE
ALTER TABLE "odd ""schema"""."Children" ALTER CONSTRAINT "Children_parent_fkey" DEFERRABLE INITIALLY DEFERRED
ALTER TABLE "odd ""schema"""."Children" DROP CONSTRAINT "Children_parent_fkey", ADD CONSTRAINT "Children_parent_fkey" FOREIGN KEY (parent) REFERENCES public.parents (id) ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE
ALTER TABLE "odd ""schema"""."Children" DROP CONSTRAINT "Children_parent_fkey", ADD CONSTRAINT "Children_parent_fkey" FOREIGN KEY (parent) REFERENCES public.parents (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE NOT VALID
ALTER TABLE "odd ""schema"""."Children" DROP CONSTRAINT unchecked, ADD CONSTRAINT unchecked CHECK ("Id" > 0) NO INHERIT NOT VALID
COMMENT ON CONSTRAINT parents_pkey ON public.parents IS 'x'
CREATE INDEX ON public.parents (total)
CREATE UNIQUE INDEX ON public.parents (total)
DROP INDEX public.scratch_expression; CREATE INDEX scratch_expression ON public.scratch (lower(c), a) INCLUDE (b) WHERE b IS NOT NULL
DROP INDEX public.scratch_expression; CREATE INDEX scratch_expression ON public.scratch (lower(c) DESC NULLS LAST, a) INCLUDE (b) WHERE b > 0
DROP INDEX public.scratch_expression; CREATE INDEX scratch_expression ON public.scratch (lower(c) text_pattern_ops DESC NULLS LAST, a) INCLUDE (b) WHERE b IS NOT NULL
ALTER INDEX public.scratch_expression SET (fillfactor = 60)
ALTER INDEX public.scratch_expression ALTER COLUMN 1 SET STATISTICS 61
COMMENT ON INDEX public.scratch_expression IS 'x'
CREATE INDEX lone ON ONLY public.events (at)
CREATE STATISTICS public.more ON a, c FROM public.scratch
DROP STATISTICS public.scratch_ab; CREATE STATISTICS public.scratch_ab (ndistinct) ON a, b FROM public.scratch; ALTER STATISTICS public.scratch_ab SET STATISTICS 70
ALTER STATISTICS public.scratch_ab SET STATISTICS 71
COMMENT ON STATISTICS public.scratch_ab IS 'x'
CREATE VIEW public.sad AS SELECT 1 AS one
CREATE OR REPLACE VIEW public.happy AS SELECT id, name FROM public.parents
CREATE OR REPLACE VIEW public.happy WITH (security_barrier) AS SELECT id, name FROM public.parents WHERE mood = 'happy'
CREATE OR REPLACE VIEW public.happy AS SELECT id, name FROM public.parents WHERE mood = 'happy' WITH LOCAL CHECK OPTION
ALTER VIEW public.happy ALTER COLUMN name SET DEFAULT 'x'
COMMENT ON VIEW public.happy IS 'x'
COMMENT ON COLUMN public.happy.name IS 'x'
GRANT SELECT ON public.happy TO PUBLIC
CREATE RULE happy_delete AS ON DELETE TO public.happy DO INSTEAD NOTHING
ALTER MATERIALIZED VIEW public.counted SET (fillfactor = 60)
ALTER MATERIALIZED VIEW public.counted CLUSTER ON counted_n
ALTER MATERIALIZED VIEW public.counted ALTER COLUMN n SET STATISTICS 9
CREATE OR REPLACE FUNCTION public.add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN a - b
CREATE OR REPLACE FUNCTION public.add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN a + b
CREATE FUNCTION public.add(a text) RETURNS text LANGUAGE sql AS 'SELECT $1'
ALTER FUNCTION public.add(int, int) STABLE
ALTER FUNCTION public.add(int, int) COST 7
ALTER FUNCTION public.add(int, int) CALLED ON NULL INPUT
ALTER FUNCTION public.add(int, int) PARALLEL UNSAFE
ALTER FUNCTION public.add(int, int) LEAKPROOF
ALTER FUNCTION public.add(int, int) SECURITY DEFINER
ALTER FUNCTION public.add(int, int) SET work_mem = '8MB'
COMMENT ON FUNCTION public.add(int, int) IS 'x'
REVOKE EXECUTE ON FUNCTION public.add(int, int) FROM PUBLIC
ALTER FUNCTION public.touch() DEPENDS ON EXTENSION plpgsql
CREATE OR REPLACE PROCEDURE public.nothing() LANGUAGE sql AS 'SELECT 1'
COMMENT ON PROCEDURE public.nothing() IS 'x'
DROP AGGREGATE public.summed (int); CREATE AGGREGATE public.summed (int) (sfunc = int4pl, stype = int, initcond = '1')
COMMENT ON AGGREGATE public.summed (int) IS 'x'
CREATE OR REPLACE TRIGGER parents_touch BEFORE UPDATE OF name ON public.parents FOR EACH ROW EXECUTE FUNCTION public.touch()
ALTER TABLE public.parents ENABLE TRIGGER parents_touch
ALTER TABLE public.parents ENABLE ALWAYS TRIGGER parents_touch
COMMENT ON TRIGGER parents_touch ON public.parents IS 'x'
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.parents DEFERRABLE FOR EACH ROW EXECUTE FUNCTION public.touch()
ALTER TRIGGER parents_touch ON public.parents DEPENDS ON EXTENSION plpgsql
ALTER TABLE public.scratch DISABLE RULE no_delete
CREATE OR REPLACE RULE no_delete AS ON DELETE TO public.scratch WHERE old.a > 1 DO INSTEAD NOTHING
COMMENT ON RULE no_delete ON public.scratch IS 'x'
ALTER TABLE public.parents DISABLE ROW LEVEL SECURITY
ALTER TABLE public.parents NO FORCE ROW LEVEL SECURITY
ALTER POLICY own ON public.parents USING (id > 9)
ALTER POLICY own ON public.parents WITH CHECK (id > 9)
ALTER POLICY own ON public.parents TO pg_monitor
DROP POLICY own ON public.parents; CREATE POLICY own ON public.parents AS PERMISSIVE FOR UPDATE TO PUBLIC USING (id > 0) WITH CHECK (id > 1)
DROP POLICY own ON public.parents; CREATE POLICY own ON public.parents AS RESTRICTIVE FOR ALL TO PUBLIC USING (id > 0) WITH CHECK (id > 1)
COMMENT ON POLICY own ON public.parents IS 'x'
GRANT UPDATE ON public.parents TO PUBLIC
GRANT SELECT ON public.parents TO pg_monitor WITH GRANT OPTION
REVOKE INSERT ON public.parents FROM CURRENT_USER
GRANT UPDATE (total) ON public.parents TO PUBLIC
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO PUBLIC
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC
ALTER DEFAULT PRIVILEGES REVOKE INSERT ON TABLES FROM CURRENT_USER
CREATE CAST (public.mood AS bigint) WITH INOUT
CREATE CAST (public.mood AS bigint) WITH INOUT AS ASSIGNMENT
COMMENT ON COLLATION public.german IS 'x'
CREATE COLLATION public.plain FROM "POSIX"
CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8
CREATE DEFAULT CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8
CREATE CONVERSION public.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION public.conv IS 'x'
CREATE TEXT SEARCH CONFIGURATION public.search (COPY = pg_catalog.simple)
CREATE TEXT SEARCH DICTIONARY public.dict (TEMPLATE = simple, ACCEPT = false)
CREATE TEXT SEARCH PARSER public.parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)
CREATE TEXT SEARCH TEMPLATE public.templ (LEXIZE = dsimple_lexize)
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler
CREATE FUNCTION public.none() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION public.none()
CREATE TRANSFORM FOR public.pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION prsd_lextype(internal))
DROP OPERATOR public.=== (int, int); CREATE OPERATOR public.=== (function = int4eq, leftarg = int, rightarg = int, commutator = OPERATOR(public.===))
COMMENT ON OPERATOR public.=== (int, int) IS 'x'
COMMENT ON OPERATOR CLASS public.backwards USING btree IS 'x'
COMMENT ON OPERATOR FAMILY public.numbers_family USING btree IS 'x'
ALTER PUBLICATION news ADD TABLE public.events
ALTER PUBLICATION news SET (publish_via_partition_root = true)
COMMENT ON PUBLICATION news IS 'x'
CREATE PUBLICATION allofit FOR ALL TABLES
CREATE SUBSCRIPTION sub CONNECTION 'host=x' PUBLICATION p WITH (connect = false)
COMMENT ON FOREIGN DATA WRAPPER far IS 'x'
COMMENT ON SERVER away IS 'x'
ALTER FOREIGN TABLE public.distant OPTIONS (SET path '/y')
ALTER FOREIGN TABLE public.distant ADD CONSTRAINT positive CHECK (a > 0)
COMMENT ON LANGUAGE again IS 'x'
ALTER TYPE public.mood OWNER TO pg_monitor
ALTER TABLE public.parents OWNER TO pg_monitor
ALTER INDEX public.scratch_expression DEPENDS ON EXTENSION plpgsql
ALTER MATERIALIZED VIEW public.counted DEPENDS ON EXTENSION plpgsql
