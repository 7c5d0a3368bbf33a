//! Tables and columns without SQL.

use super::*;

#[test]
fn brackets_behind_key_columns_say_what_they_are() {
    insta::assert_snapshot!(read(
        "### `customers`\n- **Purpose:** Whoever buys\n- **Key Columns:** id (PK), owner_id (FK to users), org_id (FK), plan_id → plans, status (enum: active, paused, gone), kind ('a' | 'b'), meta (jsonb), score (int, default 0), email (text, unique, not null), region_id (references regions(id) on delete cascade)\n- **Indexes:** `customers_email` (email), GIN on meta, (owner_id, status DESC), unique(email, org_id)\n"
    ), @"
    table `customers` 1:6 under `customers` 1:6
      `id` 3:20  [pk 3:24]
      `owner_id` 3:29  [to users 3:39  None]
      `org_id` 3:53  []
      `plan_id` 3:66  [to plans 3:74  None]
      `status` 3:83  [note `active | paused | gone`]
      `kind` 3:120  [note `a | b`]
      `meta` 3:138 `jsonb` 3:144 []
      `score` 3:152 `int` 3:159 [default Number 0 3:172]
      `email` 3:176 `text` 3:183 [unique 3:189; null=false 3:197]
      `region_id` 3:208  [to regions 3:219 `id` 3:238 Some(Cascade)]
    link of customers 3:53
    ");
}

#[test]
fn pipe_tables_of_columns() {
    insta::assert_snapshot!(read(
        "## 2. 📦 Замовлення `orders`\n\n| Поле | Тип | Обмеження | Опис |\n|---|---|---|---|\n| `id` | uuid | PK, default `gen_random_uuid()` | |\n| **buyer_id** | uuid NOT NULL | FK → users.id on delete cascade | хто купує |\n| total | `numeric(10,2)` (nullable) | default 0 | |\n| | text | | |\n\n## Table: lines (рядки)\n\n### Fields\n\n| Field | Type | Required | Default |\n|---|---|---|---|\n| order_id | bigint unsigned | ✅ | |\n| state | text | no | 'new' |\n\n### Fields of control\n\n| Field | Type |\n|---|---|\n| note | text? |\n"
    ), @"
    table `orders` 1:21 under `2. 📦 Замовлення orders` 1:4 (written out)
      `id` 5:4 `uuid` 5:10 [pk 5:17; default Expression gen_random_uuid() 5:30]
      `buyer_id` 6:5 `uuid` 6:18 [null=false 6:23; to users 6:34 `id` 6:45 Some(Cascade); note `хто купує`]
      `total` 7:3 `numeric(10,2)` 7:12 [null=true 7:28; default Number 0 7:48]
    table `lines` 10:11 under `Fields` 12:5
      `order_id` 16:3 `bigint unsigned` 16:14 [null=false 16:32]
      `state` 17:3 `text` 17:11 [null=true 17:18; default String new 17:23]
      `note` 23:3 `text` 23:10 [null=true 23:14]
    warning[not-a-column]: this row of a table of columns names no column
     --> shop.md:8:1
      |
    8 | | | text | | |
      | ^^^^^^^^^^^^^^
      |
      = help: write one column's name in the first cell
    ");
}

#[test]
fn other_pipe_tables_are_prose() {
    insta::assert_snapshot!(read(
        "## Services\n\n| Name | Port |\n|---|---|\n| db | 5432 |\n\n## Some options\n\n| Name | Type |\n|---|---|\n| verbose | bool |\n\n## Future `coupons`\n\n| Column | Type |\n|---|---|\n| id | uuid |\n"
    ), @"
    warning[columns-without-table]: these columns belong to no table that is named
      --> shop.md:9:1
       |
     9 | / | Name | Type |
    10 | | |---|---|
    11 | | | verbose | bool |
       | |__________________^
       |
       = help: name the table, as code, in the heading above them

    info[planned-table]: this table stands under a heading about plans and is not generated
      --> shop.md:15:1
       |
    15 | / | Column | Type |
    16 | | |---|---|
    17 | | | id | uuid |
       | |_____________^
       |
       = help: give the heading another name once what it says is there
    ");
}

#[test]
fn bullets_describe_a_table() {
    insta::assert_snapshot!(read(
        "#### `app.orders`\r\n- **Purpose:** Що замовлено\r\n- **Key Columns:** id, buyer_id (references auth.users), status\r\n- **Status Values:** open, paid\r\n- **Indexes:** buyer_id, whatever people search\r\n- **Migration:** `20250101000000_orders.sql`\r\n\r\n### lines\r\n\r\n- `id`: `INTEGER` (Primary Key)\r\n- order_id: uuid, FK → orders.id, NOT NULL\r\n- state (text) — one of a few\r\n\r\n### `carts`\r\n\r\nKey fields: `id`, `buyer_id`, timestamps.\r\n\r\n## Steps\r\n\r\n- build: text of the page\r\n- date: whenever\r\n"
    ), @"
    table `orders` 1:11 under `app.orders` 1:7
      `id` 3:20  []
      `buyer_id` 3:24  [to auth.users 3:34  None]
      `status` 3:58  [note `open | paid`]
    migration `20250101000000_orders.sql` 6:19: `orders` 1:11
    table `lines` 8:5 under `lines` 8:5
      `id` 10:4 `INTEGER` 10:10 [pk 10:20]
      `order_id` 11:3 `uuid` 11:13 [null=false 11:35; to orders 11:19 `id` 11:31 None]
      `state` 12:3 `text` 12:10 [note `one of a few`]
    table `carts` 14:6 under `carts` 14:6
      `id` 16:14  []
      `buyer_id` 16:20  []
    warning[index-not-understood]: `whatever people search` is no column to index
     --> shop.md:5:26
      |
    5 | - **Indexes:** buyer_id, whatever people search␍
      |                          ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write columns with commas between them, several of one index in brackets
    ");
}

#[test]
fn tables_that_are_only_named() {
    insta::assert_snapshot!(read(
        "## 4.1 Writer Tables (office/001_writer.sql)\nDocuments, document_versions.\n\n## Notes\n\nOne, two.\n"
    ), @"
    migration `office/001_writer.sql` 1:23: `Documents` 2:1, `document_versions` 2:12
    named `documents` 2:1 (written out)
    named `document_versions` 2:12
    ");
}

#[test]
fn keys_and_indexes_in_bullets_are_no_columns() {
    let read = |text: &str| {
        let mut sources = Sources::default();
        let file = sources.add("shop.md", text);
        let config = Config::for_name("shop");
        let cx = Reading { sources: &sources, inputs: &[], config: &config };
        let decls = crate::source::read(&[file], &cx, &mut Sink::default());
        let tables = decls.into_iter().filter_map(|decl| match decl {
            Decl::Table(table) => {
                let names: Vec<String> =
                    table.columns.iter().map(|column| column.name.node.clone()).collect();
                Some(format!("{}({}) {}", table.name, names.join(", "), table.constraints.len()))
            }
            _ => None,
        });
        tables.collect::<Vec<_>>()
    };
    let check = |text: &str, expected: &[&str]| assert_eq!(read(text), expected, "{text}");
    check(
        "## `members`\n- `team_id`: INTEGER\n- `user_id`: INTEGER\n- *Composite Primary Key*: `(team_id, user_id)`\n",
        &["members(team_id, user_id) 1"],
    );
    check("## `logs`\n- `day` DATE\n\nIndexes:\n- idx_logs_day (`date`)\n", &["logs(day) 0"]);
    check("## Storage\n\n`events` stores:\n\n- `user_id`\n- `kind`\n", &["events(user_id, kind) 0"]);
    check(
        "## `nodes`\n\nNodes live here. Important columns:\n\n- `id`: the key.\n- `data`, `hex`: what it holds.\n",
        &["nodes(id, data, hex) 0"],
    );
}

#[test]
fn a_table_is_described_wherever_it_is_named() {
    insta::assert_snapshot!(read(
        "## Tables\n\n**orders**\n- Purpose: bought things\n- Columns: id, total (numeric(10,2), not null, default 0)\n- RLS: users read own orders\n\n**`order_lines`**:\n\n* **Fields** — `id` (uuid, PK), `order_id` (uuid, FK → orders.id)\n* **Purpose** — parts of an order\n\n## People\n\n- `users` — whoever buys\n  - Key Columns: id, email (unique), role\n  - Role Values: admin, buyer\n- `sessions`\n  - Key Columns: id, user_id\n  - Relationships: belongs to users\n\n### `carts`\n\n**Key Columns:**\n- `id`\n- `state`\n\n**State Values:**\n- `open` — still filling\n- `gone`\n\n**RLS:** Off\n**Security:** nothing secret\n"
    ), @"
    table `orders` 3:3 under `Tables` 1:4
      `id` 5:12  []
      `total` 5:16 `numeric(10,2)` 5:23 [null=false 5:38; default Number 0 5:56]
    access to orders 6:8
    table `order_lines` 8:4 under `Tables` 1:4
      `id` 10:17 `uuid` 10:22 [pk 10:28]
      `order_id` 10:34 `uuid` 10:45 [to orders 10:51 `id` 10:63 None]
    table `users` 15:4 under `People` 13:4
      `id` 16:18  []
      `email` 16:22  [unique 16:29]
      `role` 16:38  [note `admin | buyer`]
    table `sessions` 18:4 under `People` 13:4
      `id` 19:18  []
      `user_id` 19:22  []
    link of sessions 20:20
    table `carts` 22:6 under `People` 13:4
      `id` 25:4  []
      `state` 26:4  [note `open | gone`]
    said RLS `Off` 32:10
    said Security `nothing secret` 33:15
    info[said-in-words]: RLS of `carts` stands here in words and is not generated
      --> shop.md:32:10
       |
    32 | **RLS:** Off
       |          ^^^
       |
       = help: write it in an SQL fence where the database is to enforce it

    info[said-in-words]: Security of `carts` stands here in words and is not generated
      --> shop.md:33:15
       |
    33 | **Security:** nothing secret
       |               ^^^^^^^^^^^^^^
       |
       = help: write it in an SQL fence where the database is to enforce it
    ");
}

#[test]
fn where_a_key_leads_is_no_type() {
    insta::assert_snapshot!(read(
        "## posts\n\n| Column | Type |\n|---|---|\n| id | SERIAL PK |\n| user_id | FK → users.id |\n| editor_id | Foreign key -> users(id) |\n| hub_id | uuid FK → hubs.id |\n"
    ), @"
    table `posts` 1:4 under `posts` 1:4
      `id` 5:3 `SERIAL` 5:8 [pk 5:15]
      `user_id` 6:3  [to users 6:13 `id` 6:24 None]
      `editor_id` 7:3  [to users 7:15 `id` 7:36 None]
      `hub_id` 8:3 `uuid` 8:12 [to hubs 8:17 `id` 8:27 None]
    ");
}

#[test]
fn indexes_in_sentences_and_by_another_number() {
    insta::assert_snapshot!(read(
        "## orders\n\n| Column | Type |\n|---|---|\n| id | uuid |\n| shop_id | uuid |\n| mail | text |\n| at | date |\n\nIndexes: (shop_id, at), mail.\n\nIndex on (at) for lists. Unique index on (shop_id, mail). Index on nothing of it. Index on (mail) where at is null.\n\n## Person\n\n- id (uuid, PK)\n- mail (text)\n- index (id, mail)\n\n## Indexes\n\n- Order: [mail, at] (unique composite index)\n- People: mail\n"
    ), @"
    table `orders` 1:4 under `orders` 1:4
      `id` 5:3 `uuid` 5:8 []
      `shop_id` 6:3 `uuid` 6:13 []
      `mail` 7:3 `text` 7:10 []
      `at` 8:3 `date` 8:8 []
    index  on orders: `shop_id` 10:11, `at` 10:20
    index  on orders: `mail` 10:25
    index  on orders: `at` 12:11
    index  on orders: `shop_id` 12:43, `mail` 12:52 unique
    index  on orders: `mail` 12:93 where at is null 12:105
    table `Person` 14:4 under `Person` 14:4
      `id` 16:3 `uuid` 16:7 [pk 16:13]
      `mail` 17:3 `text` 17:9 []
    index  on Person: `id` 18:10, `mail` 18:14
    index  on orders: `mail` 22:11, `at` 22:17 unique
    index  on Person: `mail` 23:11
    ");
}

#[test]
fn what_a_key_does_stands_in_brackets_behind_its_table() {
    insta::assert_snapshot!(read(
        "## pets\n\n| Column | Type | Notes |\n|---|---|---|\n| owner_id | uuid | FK → owners (cascade) |\n| keeper_id | uuid | FK → owners (ON DELETE SET NULL) |\n| friend_id | uuid | FK to the owner (they may come) |\n"
    ), @"
    table `pets` 1:4 under `pets` 1:4
      `owner_id` 5:3 `uuid` 5:14 [to owners 5:21  Some(Cascade); note `FK → owners (cascade)`]
      `keeper_id` 6:3 `uuid` 6:15 [to owners 6:22  Some(SetNull([])); note `FK → owners (ON DELETE SET NULL)`]
      `friend_id` 7:3 `uuid` 7:15 [note `FK to the owner (they may come)`]
    ");
}
