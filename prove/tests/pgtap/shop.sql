CREATE TYPE state AS ENUM ('new', 'paid');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;

CREATE TABLE users (
  id integer PRIMARY KEY,
  name text,
  email text NOT NULL UNIQUE,
  created_at timestamptz DEFAULT now()
);
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();

CREATE TABLE orders (
  id integer PRIMARY KEY,
  user_id integer NOT NULL REFERENCES users (id),
  state state NOT NULL DEFAULT 'new',
  total numeric(10, 2) CHECK (total > 0)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON orders FOR SELECT USING (true);

CREATE TABLE lines (
  id integer PRIMARY KEY,
  order_id integer NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  code text NOT NULL DEFAULT lower('NEW') || '-1',
  price numeric(10, 2) NOT NULL CHECK (price > 0 AND price < 1000),
  doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
  place integer,
  UNIQUE (order_id, place) DEFERRABLE
);
CREATE INDEX lines_cheap ON lines (lower(code), place DESC) WHERE price < 10;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY cheap ON lines FOR SELECT USING (price < 10);
CREATE POLICY own ON lines FOR UPDATE USING (EXISTS (SELECT 1 FROM orders o WHERE o.id = order_id));
