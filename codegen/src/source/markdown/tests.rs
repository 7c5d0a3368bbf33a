mod columns;
mod fences;
mod half_keys;
mod half_said;
mod halves;
mod limits;
mod names;
mod rows;
mod values;
mod words;

use super::*;
use crate::config::{self, Config};
use crate::diag::{Colour, to_terminal};
use crate::source::decl::{IndexKey, IndexPartDecl, ListItemDecl, MigrationDecl};
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
    let decls =
        crate::source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
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
        Decl::Enum(data) => {
            let values: Vec<&str> = data.values.iter().map(|value| value.name.node.as_str()).collect();
            format!("enum {}: {}", ident(&data.name.name), values.join(" | "))
        }
        Decl::Index(data) => {
            let part = |part: &IndexPartDecl| match &part.key {
                IndexKey::Column(name) => ident(name),
                IndexKey::Expression(text) => text.node.clone(),
            };
            let parts: Vec<String> = data.index.parts.iter().map(part).collect();
            let name = data.index.name.as_ref().map(ident).unwrap_or_default();
            let unique = if data.index.unique.is_some() { " unique" } else { "" };
            let rows = data.index.predicate.as_ref();
            let rows =
                rows.map(|sql| format!(" where {} {}", sql.node, at(sql.span, sources))).unwrap_or_default();
            format!("index {name} on {}: {}{unique}{rows}", data.table, parts.join(", "))
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
        Decl::Ruling(data) => {
            let tables: Vec<String> = data.tables.iter().map(ToString::to_string).collect();
            format!("ruling {}: {}", tables.join(", "), ident(&data.text))
        }
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
        ("Each entity has an `id` (bigint) and a `created_at` column", "columns"),
        ("Every table has `id uuid primary key` and `created_at`", "primary-keys, columns"),
        ("Use `deleted_at TIMESTAMPTZ` instead of hard deletes", "columns"),
        ("Use `WHERE deleted_at IS NULL` in queries", ""),
        ("`archived_at`: soft delete marker", ""),
        ("All primary keys use UUID (not serial integers)", "primary-keys"),
        ("The primary key is `id`", ""),
        ("Use trigger `update_updated_at_column()` for automatic updates", "update-trigger"),
        ("`update_updated_at_column()` runs on all core tables", "update-trigger of `core`"),
        ("Тригер `set_updated_at()` на всіх таблицях", "update-trigger"),
        ("`set_updated_at()` is described below", ""),
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
        ("All tables except `logs` have `updated_at timestamptz`", "columns"),
        ("Not all tables have `created_at`", ""),
        ("All tables used to have `legacy_id int`", ""),
        ("All tables will have `tenant_id uuid`", ""),
        ("All tables may have `deleted_at`", ""),
        ("All tables that hold personal data have `deleted_at`", ""),
        ("All tables have `deleted_at` if they hold personal data", ""),
        ("All tables have `deleted_at` where needed", ""),
        ("All tables in the billing module have `shop_id`", ""),
        ("Ні, не всі таблиці мають `created_at`", ""),
        ("Nicht alle Tabellen haben `created_at`", ""),
        ("No todas las tablas tienen `created_at`", ""),
        ("Усі таблиці, крім `logs`, мають `created_at`", "columns"),
        ("Alle Tabellen außer `logs` haben `created_at`", "columns"),
        ("All tables have `code text not null`", "columns"),
        ("RLS is not enabled on all tables", ""),
        ("RLS will be enabled on all tables", ""),
        ("RLS is enabled on all tables that hold personal data", ""),
        ("RLS is enabled on all tables (except `logs`)", "row-security"),
        ("Not all primary keys use UUID", ""),
        ("Primary keys are not always UUID in all tables", ""),
        ("Optional GIN indexes for JSONB (commented)", ""),
        ("Usually all foreign keys are indexed", ""),
        ("Test locally first - use `npx supabase db reset`", ""),
    ] {
        check(line, expected);
    }
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
