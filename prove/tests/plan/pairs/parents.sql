-- from: partition list add detach
CREATE TABLE m (id int, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES IN ('a');
CREATE TABLE m_b PARTITION OF m FOR VALUES IN ('b');
-- to
CREATE TABLE m (id int, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES IN ('a');
CREATE TABLE m_c PARTITION OF m FOR VALUES IN ('c', 'd');
CREATE TABLE m_def PARTITION OF m DEFAULT;

-- from: partition to standalone
CREATE TABLE m (id int NOT NULL, k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- to
CREATE TABLE m (id int NOT NULL, k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a (id int NOT NULL, k date NOT NULL);

-- from: partition bounds
CREATE TABLE m (id int NOT NULL, k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- to
CREATE TABLE m (id int NOT NULL, k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2022-01-01');

-- from: partition sub
CREATE TABLE m (id int NOT NULL, k date NOT NULL, h int NOT NULL) PARTITION BY RANGE (k);
-- to
CREATE TABLE m (id int NOT NULL, k date NOT NULL, h int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (h);
CREATE TABLE m_a_0 PARTITION OF m_a FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE m_a_1 PARTITION OF m_a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX ON m (h);

-- from: partition column add
CREATE TABLE m (id int NOT NULL, k date NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX m_k ON m (k);
-- to
CREATE TABLE m (id int NOT NULL, k date NOT NULL, extra text DEFAULT 'x' NOT NULL, CHECK (id > 0)) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE UNIQUE INDEX m_k ON m (k, id);

-- from: partition pk fk
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE m (id int NOT NULL, k date NOT NULL, p int) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
-- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE m (id int NOT NULL, k date NOT NULL, p int REFERENCES p ON DELETE CASCADE, PRIMARY KEY (id, k)) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE c (id int, k date, FOREIGN KEY (id, k) REFERENCES m (id, k));

-- from: partition default override
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM (1) TO (10);
-- to
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m (s DEFAULT 'own' NOT NULL, CONSTRAINT own CHECK (id < 5)) FOR VALUES FROM (1) TO (10);
CREATE INDEX only_a ON m_a (s);

-- from: partition trigger
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE m (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM (1) TO (10);
-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; END$$;
CREATE TABLE m (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES FROM (1) TO (10);
CREATE TRIGGER t BEFORE INSERT OR UPDATE OF id ON m FOR EACH ROW WHEN (new.id > 3) EXECUTE FUNCTION f();

-- from: plain to partitioned
CREATE TABLE m (id int NOT NULL, k int NOT NULL);
-- to
CREATE TABLE m (id int NOT NULL, k int NOT NULL) PARTITION BY RANGE (k);

-- from: inherits
CREATE TABLE a (id int, n text NOT NULL);
CREATE TABLE b (id int, n text NOT NULL, x int);
-- to
CREATE TABLE a (id int, n text NOT NULL, CHECK (id > 0));
CREATE TABLE b (x int) INHERITS (a);

-- from: inherit column
CREATE TABLE a (id int, n text NOT NULL);
CREATE TABLE b (x int) INHERITS (a);
-- to
CREATE TABLE a (id int, n varchar(30), more date DEFAULT now());
CREATE TABLE b (x int) INHERITS (a);
CREATE TABLE c () INHERITS (a, b);

-- from: typed table
CREATE TYPE tt AS (id int, n text);
-- to
CREATE TYPE tt AS (id int, n text);
CREATE TABLE a OF tt (PRIMARY KEY (id), n DEFAULT 'x');

-- from: like table
CREATE TABLE a (id int PRIMARY KEY, n text DEFAULT 'x' CHECK (n <> ''));
-- to
CREATE TABLE a (id int PRIMARY KEY, n text DEFAULT 'x' CHECK (n <> ''));
CREATE TABLE b (LIKE a INCLUDING ALL, z int);

-- from: create table as
CREATE TABLE a (id int);
-- to
CREATE TABLE a (id int);
CREATE TABLE b AS SELECT 1 AS x, 'y'::text AS y;

-- from: inherit alter default
CREATE TABLE a (id int, n text);
CREATE TABLE b () INHERITS (a);
-- to
CREATE TABLE a (id int, n text);
CREATE TABLE b () INHERITS (a);
ALTER TABLE ONLY b ALTER COLUMN n SET DEFAULT 'x';
ALTER TABLE b ALTER COLUMN id SET NOT NULL;

-- from: partition constraint only
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
-- to
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
CREATE TABLE m_a PARTITION OF m (CONSTRAINT own CHECK (id < 5), PRIMARY KEY (id)) FOR VALUES FROM (1) TO (10);

-- from: partition pgdump
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
-- to
CREATE TABLE m (id int NOT NULL, k int NOT NULL, s text) PARTITION BY RANGE (k);
CREATE TABLE m_a (id int NOT NULL, k int NOT NULL, s text DEFAULT 'x');
ALTER TABLE ONLY m ATTACH PARTITION m_a FOR VALUES FROM (1) TO (10);
ALTER TABLE ONLY m ADD CONSTRAINT m_pk PRIMARY KEY (id, k);
ALTER TABLE ONLY m_a ADD CONSTRAINT m_a_pk PRIMARY KEY (id, k);
CREATE INDEX m_s ON ONLY m (s);
CREATE INDEX m_a_s ON m_a (s);
ALTER INDEX m_pk ATTACH PARTITION m_a_pk;
ALTER INDEX m_s ATTACH PARTITION m_a_s;

-- from: typed table grow
CREATE TYPE tt AS (id int, n text);
CREATE TABLE b OF tt;
-- to
CREATE TYPE tt AS (id int, n text, z int);
CREATE TABLE b OF tt;
