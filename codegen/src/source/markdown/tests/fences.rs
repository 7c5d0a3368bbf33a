//! Fences and what a document is made of.

use super::*;

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
fn prisma_fences_of_a_document_are_one_schema() {
    insta::assert_snapshot!(read(
        "## Buyer\n\n```prisma\nmodel Buyer {\n  id    Int    @id\n  items Item[]\n  kind  Kind\n}\n```\n\n## Item\n\n1. The item:\n\n   ```prisma\n   model Item {\n     id      Int    @id\n     buyerId Int\n     buyer   Buyer  @relation(fields: [buyerId], references: [id])\n     fees    Fee[]\n   }\n   ```\n\n```prisma\nenum Kind {\n  PERSON\n}\n```\n\n## Future\n\n```prisma\nmodel Coupon {\n  id Int @id\n}\n```\n"
    ), @r#"
    table `Buyer` 4:7 under `Buyer` 1:4
      `id` 5:3 `integer` 5:9 (written out) [pk 5:16; null=false 5:9]
      `kind` 7:3 `"Kind"` 7:9 (written out) [null=false 7:9]
    table `Item` 16:10 under `Item` 11:4
      `id` 17:6 `integer` 17:14 (written out) [pk 17:21; null=false 17:14]
      `buyerId` 18:6 `integer` 18:14 (written out) [null=false 18:14]
    enum `Kind` 25:6: PERSON
    warning[prisma-unknown-type]: `Fee` is no scalar, enum or model
      --> shop.md:20:14
       |
    20 |      fees    Fee[]
       |              ^^^

    info[planned-table]: this fence stands under a heading about plans and is not generated
      --> shop.md:32:1
       |
    32 | ```prisma
       | ^^^
       |
       = help: give the heading another name once what it says is there
    "#);
}

#[test]
fn tables_are_drawn_as_trees_and_boxes() {
    insta::assert_snapshot!(read(
        "# Shop\n\n```\nbuyers\n├── id\n├── email: varchar(80)\n├── role (owner, member)\n└── timestamps\n\norders (what was bought)\n├── id\n└── buyer_id (FK -> buyers)\n```\n\n```\n┌──────────────────────────┐\n│ fees                     │\n├──────────────────────────┤\n│ PK  id       uuid        │\n│ FK  order_id bigint      │\n│     amount   numeric(8,2) NOT NULL │\n└──────────────────────────┘\n         │\n         ▼\n+----------------+\n| rates          |\n+----------------+\n| id (PK)        |\n| value          |\n+----------------+\n```\n\n```\nsrc\n├── id\n└── main.rs\n```\n\n```\nlib\n├── parser\n│   └── id\n└── lexer\n```\n\n```\n┌───────┐ ┌───────┐\n│ api   │ │ web   │\n├───────┤ ├───────┤\n│ id    │ │ id    │\n└───────┘ └───────┘\n```\n"
    ), @"
    table `buyers` 4:1 under `Shop` 1:3
      `id` 5:5  []
      `email` 6:5 `varchar(80)` 6:12 []
      `role` 7:5  [note `owner | member`]
      `created_at` 8:5 (written out)  []
      `updated_at` 8:5 (written out)  []
    table `orders` 10:1 under `Shop` 1:3
      `id` 11:5  []
      `buyer_id` 12:5  [to buyers 12:15  None]
    table `fees` 17:3 under `Shop` 1:3
      `id` 19:7 `uuid` 19:16 [pk 19:3]
      `order_id` 20:7 `bigint` 20:16 []
      `amount` 21:7 `numeric(8,2)` 21:16 [null=false 21:29]
    table `rates` 26:3 under `Shop` 1:3
      `id` 28:3  [pk 28:7]
      `value` 29:3  []
    ");
}

#[test]
fn columns_alone_in_sql_are_those_of_no_table() {
    insta::assert_snapshot!(read(
        "```sql\n-- Further columns\npaid_at timestamptz, -- when it was paid\nnote text default 'none'\n```\n\n```sql\nselect name\n```\n"
    ), @"
    warning[columns-without-table]: these columns belong to no table that is named
     --> shop.md:2:1
      |
    2 | / -- Further columns
    3 | | paid_at timestamptz, -- when it was paid
    4 | | note text default 'none'
      | |________________________^
      |
      = help: write CREATE TABLE or ALTER TABLE around them

    info[sql-not-schema]: this fence reads or changes rows, which is no part of a schema
     --> shop.md:8:1
      |
    8 | select name
      | ^^^^^^^^^^^
      |
      = help: nothing was read of it
    ");
}
