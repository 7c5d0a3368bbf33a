-- == recursion
CREATE TABLE profiles (id uuid PRIMARY KEY, role text NOT NULL);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON profiles FOR SELECT USING (EXISTS (SELECT 1 FROM profiles p WHERE p.id = auth.uid() AND p.role = 'admin'));

-- == not in force
CREATE TABLE notes (id uuid PRIMARY KEY, owner_id uuid NOT NULL);
CREATE POLICY own ON notes USING (owner_id = auth.uid());

-- == nobody meets it
CREATE TABLE notes (id uuid PRIMARY KEY, owner_id uuid NOT NULL, body text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON notes USING (md5(body) = 'none');
CREATE POLICY wide ON notes FOR SELECT USING (length(body) > 0);

-- == no such rows
CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE pairs (id uuid PRIMARY KEY, pair pair NOT NULL, code text NOT NULL CHECK (code ~ '^[A-Z]{7}$'));
ALTER TABLE pairs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pairs USING (id = auth.uid());
