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
                format!("\n  {} {ty}", ident(&column.name))
            });
            format!("table {} under {section}{}", ident(&table.name.name), columns.collect::<String>())
        }
        other => format!("{other:?}"),
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
    list `6.1 Roles` 1:4:
      `Owner` 3:3
      `Guardian` 3:10
      `Member` 3:20
      `Visitor` 3:28
      `Auditor` 4:3 note `reads everything` 4:13
    list `Основні topics:` 8:1:
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
