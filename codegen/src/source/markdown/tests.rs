use super::*;
use crate::config::{self, Config};
use crate::diag::{Colour, to_terminal};
use crate::source::decl::{ListItemDecl, MigrationDecl};
use crate::span::{Sources, Span};

/// Reads `text` under a configuration, and tells every declaration with its place, then the findings.
fn read_with(toml: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let config = if toml.is_empty() {
        Config::for_name("shop")
    } else {
        let file = sources.add("schema.toml", toml);
        config::parse("shop", file, &sources, &mut sink)
    };
    let file = sources.add("shop.md", text);
    let decls = crate::source::read(&[file], &Reading { sources: &sources, config: &config }, &mut sink);
    let mut told: Vec<String> = decls.iter().map(|decl| tell(decl, &sources)).collect();
    told.push(to_terminal(&sink.finish(&sources), &sources, Colour::Off));
    told.join("\n")
}

fn read(text: &str) -> String {
    read_with("", text)
}

fn at(span: Span, sources: &Sources) -> String {
    let position = sources.position(span);
    format!("{}:{}", position.line, position.column)
}

fn tell(decl: &Decl, sources: &Sources) -> String {
    let ident = |ident: &Ident| {
        // The span must hold what it says it holds, unless a shorthand was written out.
        let text = sources.text(ident.span);
        let same = text.split_whitespace().collect::<Vec<_>>().join(" ") == ident.node;
        format!("`{}` {}{}", ident.node, at(ident.span, sources), if same { "" } else { " (written out)" })
    };
    match decl {
        Decl::Prefix(prefix) => format!("prefix {} = {}", ident(&prefix.prefix), ident(&prefix.entity)),
        Decl::Migration(MigrationDecl { file, members: None, .. }) => format!("mention {}", ident(file)),
        Decl::Migration(MigrationDecl { file, members: Some(members), .. }) => {
            let members: Vec<String> = members.iter().map(ident).collect();
            format!("migration {}: {}", ident(file), members.join(", "))
        }
        Decl::List(list) => {
            let item = |item: &ListItemDecl| match &item.note {
                Some(note) => {
                    format!("\n  {} note `{}` {}", ident(&item.value), note.text, at(note.span, sources))
                }
                None => format!("\n  {}", ident(&item.value)),
            };
            format!("list {}:{}", ident(&list.label), list.items.iter().map(item).collect::<String>())
        }
        Decl::Table(table) => {
            let section = table.section.as_ref().map(ident).unwrap_or_default();
            let columns = table.columns.iter().map(|column| {
                let ty = column.ty.as_ref().map(ident).unwrap_or_default();
                let mut facts: Vec<String> = Vec::new();
                facts
                    .extend(column.primary_key.as_ref().map(|mark| format!("pk {}", at(mark.span, sources))));
                facts.extend(column.unique.as_ref().map(|mark| format!("unique {}", at(mark.span, sources))));
                facts.extend(
                    column
                        .nullable
                        .as_ref()
                        .map(|null| format!("null={} {}", null.node, at(null.span, sources))),
                );
                facts.extend(column.default.as_ref().map(|value| {
                    format!("default {:?} {} {}", value.kind, value.value, at(value.span, sources))
                }));
                facts.extend(column.references.iter().map(|key| {
                    let referenced: String = key.referenced.iter().map(ident).collect();
                    format!(
                        "to {} {} {referenced} {:?}",
                        key.table,
                        at(key.span, sources),
                        key.on_delete.as_ref().map(|action| &action.node)
                    )
                }));
                facts.extend(column.notes.iter().map(|note| format!("note `{}`", note.text)));
                format!("\n  {} {ty} [{}]", ident(&column.name), facts.join("; "))
            });
            format!("table {} under {section}{}", ident(&table.name.name), columns.collect::<String>())
        }
        Decl::NamedTable(named) => format!("named {}", ident(&named.name)),
        Decl::Convention(data) => {
            let scope = data.scope.as_ref().map(|scope| format!(" of `{}`", scope.node)).unwrap_or_default();
            let held = data.rule.map(|at| format!(" by rule {at}")).unwrap_or_default();
            format!("convention {}{scope}{held} {}", data.kind.as_str(), at(data.text.span, sources))
        }
        Decl::Access(data) => format!("access to {} {}", data.table, at(data.text.span, sources)),
        Decl::Link(data) => format!("link of {} {}", data.table, at(data.text.span, sources)),
        Decl::Pattern(data) => format!("pattern {}", at(data.span, sources)),
        Decl::Claim(data) => format!("claim {:?} {}", data.kind, ident(&data.text)),
        Decl::Said(data) => format!("said {} {}", data.label.node, ident(&data.text)),
        other => format!("{other:?}"),
    }
}

#[test]
fn conventions_are_known_by_their_words() {
    let check = |line: &str, expected: &str| {
        let told = read(&format!("## Migrations, naming and indexes\n\n- {line}\n"));
        let told: Vec<&str> = told
            .lines()
            .filter_map(|line| line.strip_prefix("convention "))
            .map(|line| line.rsplit_once(' ').map_or(line, |(line, _)| line))
            .collect();
        assert_eq!(told.join(", "), expected, "{line}");
    };
    for (line, expected) in [
        ("**ALL tables use RLS** - no exceptions", "row-security"),
        ("Enable RLS on new tables at once", "row-security"),
        ("Row Level Security is enabled on every table", "row-security"),
        ("Keep RLS policies simple", ""),
        ("RLS adds overhead to some tables", ""),
        ("All tables have `created_at` and `updated_at`", "columns"),
        ("Every tenant table carries tenant_id", "columns of `tenant`"),
        ("Every table: `id uuid`, `created_at timestamptz default now()`", "columns"),
        ("Use `deleted_at TIMESTAMPTZ` instead of hard deletes", "columns"),
        ("Use `WHERE deleted_at IS NULL` in queries", ""),
        ("`archived_at`: soft delete marker", ""),
        ("All primary keys use UUID (not serial integers)", "primary-keys"),
        ("The primary key is `id`", ""),
        ("Use trigger `update_updated_at_column()` for automatic updates", "update-trigger"),
        ("A trigger calls `now()` for it", ""),
        ("Foreign keys (always)", "foreign-key-indexes"),
        ("Never index all foreign keys", ""),
        ("All tables include indexes on tenant_id, status, and timestamp columns.", "indexes"),
        ("CRM tables add indexes on email and stage columns", "indexes of `CRM`"),
        ("Audit logs use composite indexes on (tenant_id, timestamp DESC)", "indexes of `Audit logs`"),
        ("`orders`: index on (`a`, `b` DESC)", "indexes of `orders`"),
        ("Index strategically - add indexes for common queries", ""),
        ("Array columns (use GIN index)", "type-indexes"),
        ("GIN indexes on selected jsonb columns", ""),
        ("Admin role can access all data", "access"),
        ("Admins of a tenant can see all its data", ""),
        ("Files are named `NNN_name.sql`", "file-names"),
        ("Always reversible - include rollback logic", "reversible"),
        ("Idempotent and reversible", "idempotent, reversible"),
        ("Not idempotent", ""),
        ("Test locally first - use `npx supabase db reset`", ""),
    ] {
        check(line, expected);
    }
}

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
fn a_list_of_prefixes_is_known_by_its_shape() {
    insta::assert_snapshot!(read(
        "## Префікси\n\n- `u_` — користувач\n- `ord_`: order line.\n- `x-` → гаманець\n- `p_` (payment)\n- решта пізніше\n"
    ), @"
    prefix `u_` 3:4 = `користувач` 3:10
    prefix `ord_` 4:4 = `order line` 4:11
    prefix `x-` 5:4 = `гаманець` 5:10
    prefix `p_` 6:4 = `payment` 6:9
    warning[not-a-prefix]: this item of the list of ID prefixes is not understood
     --> shop.md:7:1
      |
    7 | - решта пізніше
      | ^^^^^^^^^^^^^^^
      |
      = help: write the prefix as code, with its separator, and then what bears it: `` `u_` — user``
    ");
}

#[test]
fn words_and_options_are_no_prefixes() {
    insta::assert_snapshot!(read("- `u_` — user\n- run `a` — first\n- call `b` — second\n"), @"");
}

#[test]
fn migrations_are_headings_or_items() {
    insta::assert_snapshot!(read(
        "# Порядок\r\n\r\n### 000001_init.sql\r\n\r\nUsers, Sessions та Keys.\r\n\r\n### `V2__orders.sql`\r\n\r\n- Orders + Lines\r\n- Follow-ups — later\r\n\r\n## Files\r\n\r\n1. `db/003_pay.up.sql`: payments, refunds\r\n2. 004_misc.sql (coupons)\r\n3. 005_rest.sql\r\n"
    ), @"
    migration `000001_init.sql` 3:5: `Users` 5:1, `Sessions` 5:8, `Keys` 5:20
    migration `V2__orders.sql` 7:6: `Orders` 9:3, `Lines` 9:12, `Follow-ups` 10:3
    migration `db/003_pay.up.sql` 14:5: `payments` 14:25, `refunds` 14:35
    migration `004_misc.sql` 15:4: `coupons` 15:18
    mention `005_rest.sql` 16:4
    ");
}

#[test]
fn names_in_running_text_are_mentions() {
    insta::assert_snapshot!(read(
        "Файли: `000001_init.sql`, `000002_users.sql` …\n\nNot one: `schema.sql`, `YYYYMMDD_name.sql`, 2024.\n"
    ), @"
    mention `000001_init.sql` 1:9
    mention `000002_users.sql` 1:28
    ");
}

#[test]
fn what_a_migration_of_the_order_holds_must_be_understood() {
    insta::assert_snapshot!(read_with(
        "[markdown.labels]\n\"Порядок*\" = \"migration-order\"\n",
        "## 5. Порядок (критично)\n\n### 000001_init.sql\n\n```bash\nls\n```\n\n### 000002_b.sql\n\nB.\n"
    ), @"
    mention `000001_init.sql` 3:5
    migration `000002_b.sql` 9:5: `B` 11:1
    warning[migration-without-contents]: what `000001_init.sql` holds is not understood
     --> shop.md:3:5
      |
    3 | ### 000001_init.sql
      |     ^^^^^^^^^^^^^^^
      |
      = help: name its tables behind it or in the paragraph below it, with commas between them
    ");
}

#[test]
fn lists_of_codes() {
    insta::assert_snapshot!(read_with(
        "[[lists]]\nunder = \"Основні topics\"\nconstants = \"Topic\"\n\n[[lists]]\nunder = \"Roles\"\ntable = \"roles\"\nkey = \"code\"\n",
        "## 6.1 Roles\n\n- Owner, Guardian, Member, Visitor.\n- Auditor — reads everything\n\n## Події\n\nОсновні topics:\n\n- `order.placed` — замовлення\n- `plan.Free` / `Pro` / `Team`\n\n## Інше\n\n- `a.b`\n- `c.d` (нотатка)\n\n## Steps\n\n- call `x` first\n- then stop\n"
    ), @r#"
    list `Roles` 1:4 (written out):
      `Owner` 3:3
      `Guardian` 3:10
      `Member` 3:20
      `Visitor` 3:28
      `Auditor` 4:3 note `reads everything` 4:13
    list `Основні topics` 8:1 (written out):
      `order.placed` 10:4 note `замовлення` 10:20
      `plan.Free` 11:4
      `plan.Pro` 11:18 (written out)
      `plan.Team` 11:26 (written out)
    list `Інше` 13:4:
      `a.b` 15:4
      `c.d` 16:4 note `нотатка` 16:9
    info[unmapped-list]: these 2 values are listed, and `schema.toml` does not say what they are
      --> shop.md:15:1
       |
    15 | / - `a.b`
    16 | | - `c.d` (нотатка)
       | |_________________^
       |
       = help: for rows of a table add `[[lists]]`, `under = "Інше"`, `table = "…"`, `key = "…"`
       = help: for constants add `[[lists]]`, `under = "Інше"`, `constants = "…"`
    "#);
}

#[test]
fn an_entry_that_matches_nothing_is_an_error() {
    insta::assert_snapshot!(read_with(
        "[markdown.labels]\n\"Reihenfolg\" = \"migration-order\"\n\n[[lists]]\nunder = \"Rollen\"\nconstants = \"Role\"\n",
        "## Reihenfolge\n\ntext\n\n## Rollen\n\nkeine\n"
    ), @r#"
    error[config-unmatched]: no heading or lead-in matches `Reihenfolg`
     --> schema.toml:2:1
      |
    2 | "Reihenfolg" = "migration-order"
      | ^^^^^^^^^^^^
      |
      = help: did you mean `Reihenfolge`?
      = help: write a heading, or the line with a colon above the list, as it stands in the document; `*` stands for any text

    error[config-unmatched]: no list stands under `Rollen`
     --> schema.toml:5:9
      |
    5 | under = "Rollen"
      |         ^^^^^^^^
      |
      = help: write a heading, or the line with a colon above the list, as it stands in the document; `*` stands for any text
    "#);
}

#[test]
fn an_ignored_section_is_not_read() {
    insta::assert_snapshot!(read_with(
        "[markdown.labels]\n\"Muster\" = \"ignore\"\n",
        "## Muster\n\n### Eins\n\n- `u_` — user\n- `t_` — team\n"
    ), @"");
}

/// Tells each fence of a document: its info, whether it was closed, and where each of its words stands.
fn fences(text: &str) -> String {
    fn walk(blocks: &[Block], out: &mut Vec<outline::Fence>) {
        for block in blocks {
            match block {
                Block::Fence(fence) => out.push(fence.clone()),
                Block::List(list) => list.items.iter().for_each(|item| walk(&item.blocks, out)),
                Block::Paragraph(_) | Block::Table(_) => {}
            }
        }
    }
    let mut sources = Sources::default();
    let file = sources.add("shop.md", text);
    let mut found = Vec::new();
    for section in outline::read(&sources.fragment(file)) {
        walk(&section.blocks, &mut found);
    }
    let told = found.iter().map(|fence| {
        let body = fence.body.text();
        let info = fence.info.as_ref().map_or("none", |info| info.node.as_str());
        let mut words = String::new();
        for word in body.split_whitespace() {
            let start = word.as_ptr() as usize - body.as_ptr() as usize;
            let span = fence.body.span(start..start + word.len());
            assert_eq!(sources.text(span), word, "a word of a fence maps to itself in the file");
            words.push_str(&format!(" {word}@{}", at(span, &sources)));
        }
        let closed = if fence.closed { "" } else { " unclosed" };
        format!("{info} {}{closed}:{words}", at(fence.marker.span, &sources))
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_line_of_a_fence_keeps_its_place() {
    // In a quote, in a list with a tab, in details without a blank line, with CRLF, behind Cyrillic text.
    insta::assert_snapshot!(fences("Текст\n\n> ```sql\n> create\n>   table t\n> ```\n"), @"sql 3:3: create@4:3 table@5:5 t@5:11");
    insta::assert_snapshot!(fences("1. Крок\n\n\t```sql\n\tcreate\n\t\ttable т\n\t```\n"), @"sql 3:2: create@4:2 table@5:3 т@5:9");
    insta::assert_snapshot!(fences("- ~~~dbml\n  Table t\n  ~~~\n"), @"dbml 1:3: Table@2:3 t@2:9");
    insta::assert_snapshot!(fences("<details>\n<summary>Схема</summary>\n```sql\ncreate\n\ntable\n```\n</details>\n"), @"sql 3:1: create@4:1 table@6:1");
    insta::assert_snapshot!(fences("# Є\r\n```sql title=\"a\"\r\ncreate\r\n  table\r\n```\r\n"), @r#"sql title="a" 2:1: create@3:1 table@4:3"#);
    insta::assert_snapshot!(fences("1. ```sql\n   a\n   ```\n2. ```sql\n   b\n   ```\n"), @"
    sql 1:4: a@2:4
    sql 4:4: b@5:4
    ");
    insta::assert_snapshot!(fences("    create table indented\n"), @"none 1:5: create@1:5 table@1:12 indented@1:18");
}

#[test]
fn an_unclosed_fence_ends_where_it_should_have() {
    insta::assert_snapshot!(fences("```sql\na\n\n## Далі\n\n```sql\nb\n```\n"), @"
    sql 1:1 unclosed: a@2:1
    sql 6:1: b@7:1
    ");
    insta::assert_snapshot!(fences("```sql\na\n\n## Next\n\ntext\n"), @"sql 1:1 unclosed: a@2:1");
    insta::assert_snapshot!(fences("````markdown\n```sql\na\n```\n````\n"), @"markdown 1:1: ```sql@2:1 a@3:1 ```@4:1");
    insta::assert_snapshot!(read("Текст\n\n```sql\n-- нічого\n"), @"
    error[unclosed-fence]: this fence is never closed
     --> shop.md:3:1
      |
    3 | ```sql
      | ^^^
      |
      = help: add a line that holds nothing but ``` behind the last line of the code
    ");
}

#[test]
fn deep_nesting_is_read_flat() {
    let deep = format!("{}```sql\n", "- ".repeat(5000));
    assert!(fences(&deep).starts_with("sql 1:10001 unclosed"), "{}", fences(&deep));
    fences(&format!("{}a\n", "> ".repeat(50_000)));
}

#[test]
fn front_matter_is_no_heading() {
    insta::assert_snapshot!(read("---\ntitle: 001_a.sql\n---\n\nText\n"), @"");
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
fn no_beginning_of_a_document_makes_it_panic() {
    let text = "---\nt: 1\n---\n# 1. Дані (`a.b`) db/001_a.sql\r\n\r\nA, B та C…\r\n\r\n| Поле | Тип | Default |\r\n|---|---|---|\r\n| `id`\\|x | uuid (PK → `t.id`( | 'a, (b |\r\n\r\n- **Key Columns:** id (, `x` / `y`)\r\n- `u_` — ü: →\r\n\t- `p.q` / `r` (…\r\n> 1. ~~~sql\r\n>    create table т (\r\n\r\n<details>\r\n```mermaid\r\nerDiagram\r\n A ||--o{ \"Б В\" : \"г\r\n A{ int* x PK,\r\n";
    let (mut unfinished, mut read_through) = (0, 0);
    for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
        let (beginning, rest) = text.split_at(at);
        let told = read(beginning);
        read_through += 1;
        unfinished += usize::from(told.contains("unclosed-fence"));
        // The same without its beginning: every list and table loses its head somewhere.
        read(rest);
    }
    assert!(unfinished > 0 && unfinished < read_through);
}

#[test]
fn sql_of_another_database_is_named() {
    insta::assert_snapshot!(read(
        "Схема:\n\n```sql\nCREATE TABLE `t` (\n  id BIGINT AUTO_INCREMENT PRIMARY KEY\n) ENGINE=InnoDB;\n```\n\n```sqlite\nPRAGMA foreign_keys = ON;\n```\n\n```sql\nPRAGMA user_version;\n```\n"
    ), @"
    table `t` 4:14 (written out) under 
      `id` 5:3 `BIGINT` 5:6 [pk 5:28]
    warning[foreign-dialect]: this fence is written for MySQL
     --> shop.md:5:13
      |
    5 |   id BIGINT AUTO_INCREMENT PRIMARY KEY
      |             ^^^^^^^^^^^^^^
      |
      = help: 1 declaration read of it; 3 places not PostgreSQL's
      = help: write it as PostgreSQL would run it, so that all of it is read

    warning[foreign-dialect]: this fence is written for SQLite
     --> shop.md:9:4
      |
    9 | ```sqlite
      |    ^^^^^^
      |
      = help: 0 declarations read of it; 1 place not PostgreSQL's
      = help: write it as PostgreSQL would run it, so that all of it is read

    warning[foreign-dialect]: this fence is written for SQLite
      --> shop.md:14:1
       |
    14 | PRAGMA user_version;
       | ^^^^^^
       |
       = help: 0 declarations read of it; 1 place not PostgreSQL's
       = help: write it as PostgreSQL would run it, so that all of it is read
    ");
}

#[test]
fn keys_and_indexes_in_bullets_are_no_columns() {
    let read = |text: &str| {
        let mut sources = Sources::default();
        let file = sources.add("shop.md", text);
        let config = Config::for_name("shop");
        let cx = Reading { sources: &sources, config: &config };
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
