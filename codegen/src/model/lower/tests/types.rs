//! Types and defaults: PostgreSQL's, the document's own, those of other databases, and nobody's.

use super::check;

lowered!(types_that_nobody_knows, "shop.sql": r#"
create table orders (
  id uuid primary key,
  placed datetime,
  title string,
  stat ordr_state,
  list jsonbb[],
  customer costumer_view
);
create view costumer_view as select 1;
create type order_state as enum ('open');
"#);

lowered!(types_inferred, "a.sql": "create table t (id text primary key, made_at, other);\n", "schema.toml": r#"
[types.inferred]
"*_at" = "timestamptz"
"*_count" = "integer"
"#);

lowered!(one_unknown_type_in_many_columns, "a.sql": r#"
create table a (b blobs, c blobs, d blobs, e blobs, f blobs, g blobs, h clobs);
"#);

lowered!(defaults_of_other_databases, "a.sql": r#"
create function newid() returns uuid language sql as 'select gen_random_uuid()';
create table a (
  id uuid default newid(),
  other uuid default (uuid()),
  code varchar(36) default sys_guid(),
  b boolean default 0,
  c boolean default (1),
  d date default (date('now')),
  e timestamptz default (datetime('now', 'localtime')),
  f bigint default unix_timestamp(),
  g date default julianday('now'),
  h timestamp default current_timestamp(3),
  i timestamp default now(3),
  j integer default getdate(),
  k time default curtime()
);
"#);

lowered!(enumerated_types, "a.sql": r#"
create type state as enum ('open', 'paid', 'open');
create type core.state as enum ('open');
create type level as enum ('low');
create type level as enum ('low', 'high');
create table t (id integer primary key, a state default 'lost', b core.state default 'open', c level[] default '{low}');
comment on type level is 'How high.';
"#);
