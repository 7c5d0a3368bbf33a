//! DBML documents, what is read of them and what is said about them.

use std::fmt::Write;

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::inspect::to_text;
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

/// Reads a document and returns what was understood, then what was said, with lines and columns.
fn told(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let config = Config::for_name("a");
    let mut sink = Sink::default();
    let decls =
        source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    let mut out = to_text(&decls, &sources);
    for found in sink.finish(&sources) {
        let at = sources.position(found.span);
        let (severity, code) = (found.severity.as_str(), found.code);
        writeln!(out, "{}:{} {severity}[{code}] {}", at.line, at.column, found.message).unwrap();
        for label in &found.labels {
            let at = sources.position(label.span);
            writeln!(out, "    {}:{} {}", at.line, at.column, label.text).unwrap();
        }
        for help in &found.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    out
}

#[test]
fn the_language() {
    insta::assert_snapshot!(told(
        r#"// Магазин
Project shop {
  database_type: 'PostgreSQL'
  Note: 'All of it.'
}

Enum core.status {
  open [note: 'just made']
  "on hold"
}

TablePartial stamped [headercolor: #fff] {
  created_at timestamptz [not null, default: `now()`]
  updated_at timestamptz
}

Table core.orders as O [headercolor: #3498DB, note: 'What was ordered.'] {
  id bigint [pk, increment]
  state core.status [not null, default: core.status.open]
  total "numeric(10, 2)" [default: -1.50, check: `total > -2`] // in euros
  tags text[]
  parent_id bigint [ref: > core.orders.id, note: '''
    Two
      lines
  ''']
  ~stamped
  updated_at timestamp

  indexes {
    (state, created_at) [name: 'by_state', type: btree]
    `lower(total::text)` [unique]
  }
  checks {
    `id > 0` [name: 'positive']
  }
}

Table lines {
  order_id bigint
  number smallint
  Note { 'What stands in an order.' }
  indexes {
    (order_id, number) [pk]
  }
}

Ref belongs: lines.order_id > O.id [delete: cascade, update: no action]
Ref { lines.(order_id, number) - core.orders.(id, parent_id) }

TableGroup sales [note: 'Sold.'] {
  O
  lines
}

Note reminder {
  'Ask about taxes.'
}

records lines(order_id, number) {
  1, 2
  , null
}
"#
    ));
}

#[test]
fn every_mistake_is_said_and_none_hides_another() {
    insta::assert_snapshot!(told(
        r#"Table users {
  id integer [pk
  name
  email varchar(80) [unqiue, not null]
  status text [default: 'open]
  id integer
}

Tabel posts {
  id integer
}

Table posts [colour: #fff] {
  id integer [pk]
  user_id integer [ref: > user.id]
  note text
  indexes {
    title
  }
}

Ref: posts.user_id > users.ident
Ref: posts.id > posts.id
Ref: posts.user_id users.id

Enum state {
  open
  open
}

TableGroup g {
  posts
  nowhere
}

Table last {
  id integer [pk]
"#
    ));
}

#[test]
fn what_is_lenient_and_what_stands_before_the_schema() {
    insta::assert_snapshot!(told(
        "Files\nteam/schema.dbml\n\n120 lines\n\n// The schema\nTable a {\n  id int [pk]\n  b_id int [ref: > b.id]\n}\nTable b { id int [pk] }\nRef: a.b_id > b.id [note: 'belongs to']\n"
    ));
}

#[test]
fn places_count_characters_of_the_authors_text() {
    insta::assert_snapshot!(told(
        "Table \"замовлення\" {\r\n  \"ідентифікатор\" int [pk, note: 'ключ'] // перший\r\n  \"клієнт\" int [ref: > \"клієнти\".id]\r\n}\r\n"
    ));
}

/// The form in which DBML's own model has what is read.
#[test]
fn the_official_model() {
    let text = "Table a {\n  id int [note: '']\n  b text [note: '\\\\q \\\\ud83d\\\\ude00']\n  c text [note: \'\'\'\n  \'\'\']\n\n  indexes {\n    (id, `lower(b)`)\n  }\n}\n";
    let text = text.replace("\\\\", "\\");
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let mut sink = Sink::default();
    let decls = source::read(
        &[file],
        &Reading { sources: &sources, inputs: &[], config: &Config::for_name("a") },
        &mut sink,
    );
    let model = truthtable::inspect::to_json(&decls, &sink.finish(&sources), &sources);
    let notes: Vec<_> =
        model["tables"][0]["columns"].as_array().unwrap().iter().map(|it| it["note"].clone()).collect();
    assert_eq!(serde_json::json!(notes), serde_json::json!([null, "q \u{1f600}", "  "]));
    let parts = &model["tables"][0]["indexes"][0]["columns"];
    let expected = serde_json::json!([{ "kind": "expression", "value": "lower(b)" }, { "kind": "column", "value": "id" }]);
    assert_eq!(*parts, expected);
}
