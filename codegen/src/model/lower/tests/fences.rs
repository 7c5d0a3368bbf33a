//! Fences in every dress, through to the tables that come of them.

use super::{read, show};
use crate::model::lower;

#[test]
fn what_defines_tables_is_read_or_told() {
    let document = "# Shop

```{.sql .numberLines}
create table one (id int primary key);
```

```PL/pgSQL
create table two (id int primary key);
```

```text
create table three (id int primary key);
```

```bash
create table unread (id int primary key);
```

<pre lang=\"sql\">
create table four (id int primary key, n int check (n &lt; 5 and n &gt; 0), t text default 'a &amp; b');
</pre>

<pre><code class=\"language-sql\">
create table <b>five</b> (id int primary key);
</code></pre>

:::mermaid
erDiagram
  six {
    int *id
  }
:::
";
    let (sources, decls, config, mut sink) = read(&[("shop.md", document)]);
    let schema = lower(decls, &config, &mut sink);
    let names: Vec<String> = schema.tables().map(|table| table.name().plain()).collect();
    assert_eq!(names, ["one", "two", "three", "four", "five", "six"]);
    let shown = show::schema(&schema);
    assert!(shown.contains("n < 5 and n > 0") && shown.contains("'a & b'"), "{shown}");
    let found = show::findings(sink, &sources);
    let found: Vec<&str> = found.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        found,
        ["shop.md:16:1 warning[fence-not-read] this stands in a fence of `bash`, and is not read"]
    );
}

#[test]
fn diagrams_say_how_many_rows_belong_together() {
    let document = "erDiagram
  users { uuid id PK }
  settings {
    int id PK
    uuid user_id FK
  }
  posts {
    int id PK
    uuid user_id FK
  }
  notes {
    int id PK
    int user_id FK
  }
  tags { int id PK }
  users ||--o| settings : has
  users |o--o{ posts : writes
  users ||--o{ notes : keeps
  posts }o--o{ tags : has
";
    let (sources, decls, config, mut sink) = read(&[("shop.mmd", document)]);
    let schema = lower(decls, &config, &mut sink);
    // What is drawn at the ends holds nothing.
    let settings = schema.tables().find(|known| known.name().plain() == "settings").unwrap();
    let column = settings.find_column("user_id").unwrap();
    assert!(column.data.not_null.is_none() && settings.data.uniques.is_empty());
    assert_eq!(settings.data.foreign_keys.len(), 1);
    let found = show::findings(sink, &sources);
    let found: Vec<&str> = found.lines().filter(|line| line.contains("warning")).collect();
    assert_eq!(
        found,
        [
            "shop.mmd:18:3 warning[drawn-key-of-other-type] the diagram has `notes.user_id`, of type `integer`, refer to `users.id`, of type `uuid`: no foreign key is made",
            "shop.mmd:19:3 warning[relation-without-columns] no table joins `posts` and `tags`",
        ]
    );
}
