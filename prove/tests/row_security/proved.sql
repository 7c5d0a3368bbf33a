-- == owner
CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES auth.users (id), body text NOT NULL);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Users see their notes" ON notes FOR SELECT USING (auth.uid() = user_id);
CREATE POLICY "Users write their notes" ON notes FOR INSERT WITH CHECK (auth.uid() = user_id);
CREATE POLICY "Users change their notes" ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
CREATE POLICY "Users drop their notes" ON notes FOR DELETE USING (auth.uid() = user_id);

-- == serial key and a text owner
CREATE TABLE logs (id bigserial PRIMARY KEY, who text DEFAULT (auth.uid())::text, line serial NOT NULL);
ALTER TABLE logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON logs FOR ALL TO authenticated USING (who = auth.uid()::text);

-- == membership
CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE members (team_id bigint REFERENCES teams (id), user_id uuid REFERENCES auth.users (id), role text NOT NULL DEFAULT 'member', PRIMARY KEY (team_id, user_id));
CREATE TABLE projects (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id bigint REFERENCES teams (id), name text);
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON teams FOR SELECT USING (EXISTS (SELECT 1 FROM members m WHERE m.team_id = teams.id AND m.user_id = auth.uid()));
CREATE POLICY seen ON projects FOR SELECT USING (team_id IN (SELECT team_id FROM members WHERE user_id = auth.uid()));
CREATE POLICY kept ON projects FOR ALL USING (EXISTS (SELECT 1 FROM members WHERE members.team_id = projects.team_id AND members.user_id = auth.uid() AND members.role IN ('owner', 'admin')));

-- == admins by a function
CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users (id), role text NOT NULL DEFAULT 'user', email text);
CREATE FUNCTION is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT EXISTS (SELECT 1 FROM profiles WHERE id = auth.uid() AND role = 'admin')
$$;
CREATE TABLE settings (key text PRIMARY KEY, value jsonb NOT NULL);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON profiles FOR SELECT USING (id = auth.uid() OR is_admin());
CREATE POLICY admins ON settings FOR ALL TO authenticated USING (is_admin()) WITH CHECK (is_admin());
CREATE POLICY everybody ON settings FOR SELECT TO anon, authenticated USING (true);

-- == an enumeration of roles
CREATE TYPE member_role AS ENUM ('viewer', 'editor', 'owner');
CREATE TABLE accounts (id uuid PRIMARY KEY, role member_role NOT NULL DEFAULT 'viewer');
CREATE TABLE pages (id uuid PRIMARY KEY, title text NOT NULL, is_public boolean NOT NULL DEFAULT false, published_at timestamptz);
ALTER TABLE pages ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_pages ON pages FOR SELECT USING (is_public AND published_at <= now());
CREATE POLICY editors ON pages FOR UPDATE USING ((SELECT role FROM accounts WHERE accounts.id = auth.uid()) = ANY (ARRAY['editor'::member_role, 'owner'::member_role]));

-- == claims of a token
CREATE TABLE orders (id uuid PRIMARY KEY, org_id uuid NOT NULL, email text, state text NOT NULL DEFAULT 'open');
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_org ON orders FOR SELECT USING (org_id = ((auth.jwt() -> 'app_metadata') ->> 'org_id')::uuid);
CREATE POLICY by_mail ON orders FOR SELECT USING (email = (auth.jwt() ->> 'email'));
CREATE POLICY staff ON orders FOR UPDATE USING ((auth.jwt() -> 'app_metadata' ->> 'role') = 'staff') WITH CHECK (state <> 'closed');
CREATE POLICY by_role ON orders FOR DELETE USING (auth.role() = 'service_role');
CREATE POLICY signed_in ON orders FOR INSERT WITH CHECK (auth.role() = 'authenticated');

-- == a tenant that a program sets
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE invoices (id bigint PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants (id), total numeric NOT NULL CHECK (total >= 0));
CREATE TABLE lines (id bigint PRIMARY KEY, shop_id integer NOT NULL);
CREATE FUNCTION current_shop() RETURNS integer LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN current_setting('app.shop', true); END $$;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON invoices USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY of_shop ON lines USING (shop_id = current_shop());

-- == restrictive
CREATE TABLE cases (id uuid PRIMARY KEY, owner_id uuid NOT NULL, locked boolean NOT NULL DEFAULT false, weight integer NOT NULL);
ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON cases USING (owner_id = auth.uid());
CREATE POLICY open ON cases AS RESTRICTIVE FOR UPDATE USING (NOT locked);
CREATE POLICY light ON cases AS RESTRICTIVE FOR INSERT WITH CHECK (weight < 100);

-- == service role and roles of one's own
CREATE ROLE editor NOLOGIN;
CREATE ROLE chief NOLOGIN IN ROLE editor;
CREATE TABLE drafts (id integer PRIMARY KEY, state text NOT NULL);
ALTER TABLE drafts ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON drafts TO service_role USING (true) WITH CHECK (true);
CREATE POLICY editors ON drafts FOR SELECT TO editor USING (state = 'draft');
CREATE POLICY chiefs ON drafts FOR DELETE TO chief USING (state = 'dead');
CREATE POLICY mine ON drafts FOR INSERT TO editor WITH CHECK (state = 'draft');

-- == files
INSERT INTO storage.buckets (id, name, public) VALUES ('avatars', 'avatars', true);
CREATE POLICY "Avatars are public" ON storage.objects FOR SELECT USING (bucket_id = 'avatars');
CREATE POLICY "Users upload into their folder" ON storage.objects FOR INSERT TO authenticated
    WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = auth.uid()::text);
CREATE POLICY "Users drop their files" ON storage.objects FOR DELETE USING (auth.uid() = owner);
CREATE POLICY "By the text of the owner" ON storage.objects FOR UPDATE USING (owner_id = (SELECT auth.uid()::text));

-- == arrays and JSON
CREATE TABLE rooms (id uuid PRIMARY KEY, people uuid[] NOT NULL DEFAULT '{}', tags text[], data jsonb NOT NULL DEFAULT '{}');
ALTER TABLE rooms ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON rooms FOR SELECT USING (auth.uid() = ANY (people));
CREATE POLICY tagged ON rooms FOR SELECT USING ('public' = ANY (tags));
CREATE POLICY kind ON rooms FOR DELETE USING ((data ->> 'kind') = 'scratch');

-- == whoever asks
CREATE TABLE own_rows (id integer PRIMARY KEY, name text NOT NULL);
ALTER TABLE own_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON own_rows USING (name = CURRENT_USER);
CREATE POLICY nobody ON own_rows FOR DELETE USING (false);

-- == user metadata
CREATE TABLE reports (id integer PRIMARY KEY, body text);
ALTER TABLE reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON reports USING (auth.uid() IN (SELECT id FROM auth.users WHERE raw_user_meta_data ->> 'role' = 'admin'));

-- == partitions
CREATE TABLE events (id uuid NOT NULL, owner_id uuid NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_all PARTITION OF events DEFAULT;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON events USING (owner_id = auth.uid());
