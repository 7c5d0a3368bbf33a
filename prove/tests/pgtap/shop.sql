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
