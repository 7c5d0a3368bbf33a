//! Keys and checks of a table that a line, a row or a cell says, and what their words take from them.

use super::*;
use crate::source::decl::{ConstraintDecl, ConstraintKind, IndexDecl, TableDecl};

/// Returns the keys of several columns and the checks that the tables of a document have.
fn held(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let config = Config::for_name("shop");
    let file = sources.add("shop.md", text);
    let cx = Reading { sources: &sources, inputs: &[], config: &config };
    let decls = crate::source::read(&[file], &cx, &mut Sink::default());
    let mut found = Vec::new();
    let joined = |names: &[Ident]| {
        let names: Vec<&str> = names.iter().map(|name| name.node.as_str()).collect();
        names.join(", ")
    };
    let constraint = |data: &ConstraintDecl| match &data.kind {
        ConstraintKind::PrimaryKey { columns, .. } => Some(format!("primary ({})", joined(columns))),
        ConstraintKind::Unique { columns, .. } => Some(format!("unique ({})", joined(columns))),
        ConstraintKind::Check(check) => Some(format!("check {}", check.expression.node)),
        _ => None,
    };
    let index = |data: &IndexDecl| {
        let rows = data.predicate.as_ref().map(|sql| sql.node.as_str()).unwrap_or_default();
        format!("index {} where {rows}", data.parts.len())
    };
    for table in decls.iter().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    }) {
        let table: &TableDecl = table;
        found.extend(table.constraints.iter().filter_map(constraint));
        found.extend(table.indexes.iter().map(index));
        for column in &table.columns {
            found.extend(column.unique.iter().map(|_| format!("unique {}", column.name.node)));
            found.extend(column.checks.iter().map(|check| format!("check {}", check.expression.node)));
            found.extend(
                column.notes.iter().filter(|note| note.text == "guest | kind").map(|_| "values".to_owned()),
            );
        }
    }
    found
}

/// Puts a line where a document may say it of a table: among the columns in bullets, below them, in a table of constraints, and in the cell
/// of one of its columns.
fn places(line: &str) -> [String; 4] {
    let columns = "| `id` | uuid | PK |\n| `guest` | uuid | |\n| `left_at` | timestamptz | |\n";
    let head = "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n";
    [
        format!(
            "### stays\n\n- `id`: uuid, PK\n- `guest`: uuid\n- `kind`: text\n- `left_at`: timestamptz\n- {line}\n"
        ),
        format!("{head}{columns}| `kind` | text | |\n\n**Constraints:**\n\n- {line}\n"),
        format!(
            "{head}{columns}| `kind` | text | |\n\n#### Constraints\n\n| Name | SQL |\n|---|---|\n| a | {line} |\n"
        ),
        format!("{head}{columns}| `kind` | text | {line} |\n"),
    ]
}

#[test]
fn a_key_of_several_columns_is_theirs_together() {
    for text in places("UNIQUE (guest, kind)") {
        assert_eq!(held(&text), ["unique (guest, kind)"], "{text}");
    }
    for text in places("UNIQUE (guest, kind) — a guest has one of a kind") {
        assert_eq!(held(&text), ["unique (guest, kind)"], "{text}");
    }
    for text in places("UNIQUE (guest, kind) WHERE left_at IS NULL") {
        assert_eq!(held(&text), ["index 2 where left_at IS NULL"], "{text}");
    }
}

#[test]
fn what_is_taken_from_a_key_or_a_check_leaves_none() {
    for line in [
        "UNIQUE (guest, kind) for open rows",
        "UNIQUE (guest, kind) while left_at is null",
        "UNIQUE (guest, kind) — planned",
        "UNIQUE (guest, kind) (removed)",
        "was UNIQUE (guest, kind)",
        "UNIQUE (guest, kind) not enforced",
        "no UNIQUE (guest, kind)",
        "CHECK (kind <> 'x') (removed)",
        "CHECK (kind <> 'x') — planned",
        "CHECK (kind <> 'x') for active rows",
        "was CHECK (kind <> 'x')",
        "no CHECK (kind <> 'x')",
        "CHECK (kind <> 'x') if open",
    ] {
        for text in places(line) {
            assert_eq!(held(&text), [] as [String; 0], "{text}");
        }
    }
    for line in [
        "CHECK (kind <> 'x')",
        "CHECK (kind <> 'x') — no stay without",
        "must not be so: CHECK (kind <> 'x')",
    ] {
        for text in places(line) {
            assert_eq!(held(&text), ["check kind <> 'x'"], "{text}");
        }
    }
}

#[test]
fn a_key_of_some_rows_in_a_cell_is_told() {
    let [.., cell] = places("UNIQUE (guest, kind) for open rows");
    assert!(read(&cell).contains("check-not-understood"));
}
