//! One SQL statement as text.

use crate::config::RollbackPolicy;
use crate::model::PgIdent;
use crate::model::ident::literal;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::statement::{
    ConstraintBody, ConstraintDef, IndexDef, Statement, TableDef, UpsertDef,
};

/// Lines longer than this are broken where a list allows it.
const WIDTH: usize = 110;

/// Prints a statement with its semicolon and without a line break at its end.
pub(super) fn print(statement: &Statement) -> String {
    match statement {
        Statement::CreateSchema(name) => format!("CREATE SCHEMA IF NOT EXISTS {name};"),
        Statement::CreateExtension(name) => format!("CREATE EXTENSION IF NOT EXISTS {name};"),
        Statement::CreateEnum { name, labels } => {
            let labels: Vec<String> = labels.iter().map(|label| literal(label)).collect();
            format!("CREATE TYPE {name} AS ENUM {};", list(&labels, 20 + name.to_string().len()))
        }
        Statement::CreateTable(table) => create_table(table),
        Statement::AddConstraint { table, constraint } => {
            format!("ALTER TABLE {table}\n    ADD {};", self::constraint(constraint, 8))
        }
        Statement::AlterTable { table, action } => format!("ALTER TABLE {table} {action};"),
        Statement::CreateIndex(index) => create_index(index),
        Statement::Comment { on, text } => format!("COMMENT ON {on} IS {};", literal(text)),
        Statement::Verbatim { text, .. } => format!("{};", text.trim_end_matches([';', ' ', '\n'])),
        Statement::SetAside { kind, name, arguments, aside, .. } => {
            let arguments = arguments.as_ref().map(|arguments| format!("({arguments})")).unwrap_or_default();
            format!("ALTER {kind} {name}{arguments} RENAME TO {aside};")
        }
        Statement::MakeRoom { table, column, aside, .. } => {
            let column = column.as_ref().map(|column| format!(" COLUMN {column}")).unwrap_or_default();
            format!("ALTER TABLE {table} RENAME{column} TO {aside};")
        }
        Statement::Upsert(upsert) => print_upsert(upsert),
        Statement::Drop { kind, name } => format!("DROP {kind} IF EXISTS {name};"),
        Statement::DropConstraint { table, name } => {
            format!("ALTER TABLE IF EXISTS {table} DROP CONSTRAINT IF EXISTS {name};")
        }
        Statement::Guard { policy, file, reason } => guard(*policy, file, reason.as_deref()),
        Statement::Remark(text) => {
            let lines = text.lines().flat_map(|line| line.split('\r'));
            lines.map(|line| format!("-- {line}")).collect::<Vec<_>>().join("\n")
        }
    }
}

/// How many characters a name or a type may have for the lines beside it to be aligned with it: one that is longer stands out by
/// itself rather than pushing what the others say off the page.
const ALIGNED: usize = 64;

fn create_table(table: &TableDef) -> String {
    let names: Vec<String> = table.columns.iter().map(|column| column.name.to_string()).collect();
    let types: Vec<String> = table.columns.iter().map(|column| column.ty.to_string()).collect();
    let widest = |texts: &[String]| {
        texts
            .iter()
            .map(|text| text.chars().count())
            .filter(|width| *width <= ALIGNED)
            .max()
            .unwrap_or_default()
    };
    let (name_width, type_width) = (widest(&names), widest(&types));
    let columns = names.iter().zip(&types).zip(&table.columns).map(|((name, ty), column)| {
        let line = format!("    {name:name_width$} {ty:type_width$} {}", column.clauses.join(" "));
        line.trim_end().to_owned()
    });
    let like = table.like.as_ref().map(|like| format!("    {like}"));
    let columns: Vec<String> = columns.chain(like).collect();
    let constraints: Vec<String> = table
        .constraints
        .iter()
        .map(|constraint| format!("    {}", self::constraint(constraint, 4)))
        .collect();
    let tail = table.tail.as_ref().map(|tail| format!(" {tail}")).unwrap_or_default();
    // A partition and a table of a type have their columns from elsewhere, which is said before the list.
    let (head, tail) = match table.tail.as_deref().and_then(source) {
        Some((head, rest)) => (format!(" {head}"), rest),
        None => (String::new(), tail),
    };
    if columns.is_empty() && constraints.is_empty() {
        let list = if head.is_empty() { " ()" } else { "" };
        return format!("CREATE TABLE {}{head}{list}{tail};", table.name);
    }
    // Constraints stand apart from the columns by an empty line.
    let gap = if columns.is_empty() || constraints.is_empty() { "" } else { ",\n\n" };
    let body = format!("{}{gap}{}", columns.join(",\n"), constraints.join(",\n"));
    format!("CREATE TABLE {}{head} (\n{body}\n){tail};", table.name)
}

/// Takes `PARTITION OF name` or `OF type` off what stands behind a table's name.
fn source(tail: &str) -> Option<(&str, String)> {
    let tokens = tokens(tail);
    let mut cursor = Cursor::new(tail, &tokens);
    if !cursor.eat("partition of") && !cursor.eat("of") {
        return None;
    }
    cursor.name()?;
    let end = cursor.peek().map_or(tail.len(), |token| token.start);
    let (head, rest) = tail.split_at_checked(end)?;
    let rest = if rest.is_empty() { String::new() } else { format!(" {rest}") };
    Some((head.trim_end(), rest))
}

fn constraint(constraint: &ConstraintDef, indent: usize) -> String {
    let body = match &constraint.body {
        ConstraintBody::PrimaryKey { columns, include } => {
            format!("PRIMARY KEY ({}){}", names(columns), included(include))
        }
        ConstraintBody::Unique { columns, include, nulls_not_distinct } => {
            let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            format!("UNIQUE{nulls} ({}){}", names(columns), included(include))
        }
        ConstraintBody::Check { expression, no_inherit } => {
            format!("CHECK ({expression}){}", if *no_inherit { " NO INHERIT" } else { "" })
        }
        ConstraintBody::ForeignKey { columns, table, referenced, match_full, on_delete, on_update } => {
            let mut text =
                format!("FOREIGN KEY ({}) REFERENCES {table} ({})", names(columns), names(referenced));
            if *match_full {
                text.push_str(" MATCH FULL");
            }
            for (event, chosen) in [("DELETE", on_delete), ("UPDATE", on_update)] {
                if let Some(chosen) = chosen {
                    text.push_str(&format!(" ON {event} {chosen}"));
                }
            }
            text
        }
        ConstraintBody::Exclude(definition) => format!("EXCLUDE {definition}"),
    };
    let timing = constraint.timing.clause();
    let not_valid = if constraint.not_valid { " NOT VALID" } else { "" };
    let head = format!("CONSTRAINT {}", constraint.name);
    let rest = format!("{body}{timing}{not_valid}");
    if indent + head.len() + 1 + rest.len() <= WIDTH {
        return format!("{head} {rest}");
    }
    format!("{head}\n{}{rest}", " ".repeat(indent + 4))
}

fn create_index(index: &IndexDef) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let method = index.method.as_ref().map(|method| format!("USING {method} ")).unwrap_or_default();
    let mut tail = included(&index.include);
    if index.nulls_not_distinct {
        tail.push_str(" NULLS NOT DISTINCT");
    }
    if let Some(storage) = &index.storage {
        tail.push_str(&format!(" {storage}"));
    }
    if let Some(predicate) = &index.predicate {
        tail.push_str(&format!(" WHERE {predicate}"));
    }
    let parts = index.parts.join(", ");
    let how = if index.concurrently { "CONCURRENTLY " } else { "" };
    format!("CREATE {unique}INDEX {how}{} ON {} {method}({parts}){tail};", index.name, index.table)
}

fn print_upsert(upsert: &UpsertDef) -> String {
    let rows: Vec<String> = upsert.rows.iter().map(|row| format!("    ({})", row.join(", "))).collect();
    let overriding = if upsert.overriding { "\nOVERRIDING SYSTEM VALUE" } else { "" };
    let conflict = match upsert.key.as_slice() {
        [] => "ON CONFLICT DO NOTHING".to_owned(),
        key if upsert.update.is_empty() => format!("ON CONFLICT ({}) DO NOTHING", names(key)),
        key => {
            let set: Vec<String> =
                upsert.update.iter().map(|column| format!("{column} = EXCLUDED.{column}")).collect();
            let own: Vec<String> =
                upsert.update.iter().map(|column| format!("{}.{column}", upsert.table.name)).collect();
            let new: Vec<String> = upsert.update.iter().map(|column| format!("EXCLUDED.{column}")).collect();
            // A row that is as it should be is left alone, so that triggers do not fire and nothing is written.
            format!(
                "ON CONFLICT ({}) DO UPDATE SET\n    {}\nWHERE ({}) IS DISTINCT FROM ({})",
                names(key),
                set.join(",\n    "),
                own.join(", "),
                new.join(", ")
            )
        }
    };
    let (table, columns) = (&upsert.table, names(&upsert.columns));
    format!("INSERT INTO {table} ({columns}){overriding} VALUES\n{}\n{conflict};", rows.join(",\n"))
}

fn guard(policy: RollbackPolicy, file: &str, reason: Option<&str>) -> String {
    let detail =
        reason.map(|reason| format!("\n{{indent}}USING DETAIL = {}", literal(reason))).unwrap_or_default();
    let raise = |indent: &str, message: &str| {
        format!(
            "{indent}RAISE EXCEPTION {}{};",
            literal(&message.replace('%', "%%")),
            detail.replace("{indent}", &format!("{indent}    "))
        )
    };
    let body = match policy {
        RollbackPolicy::Free => return String::new(),
        RollbackPolicy::StagingOnly => {
            let message =
                format!("{file} is rolled back only where truthtable.environment is local or staging");
            let raise = raise("        ", &message);
            format!(
                "    IF coalesce(current_setting('truthtable.environment', true), '') NOT IN ('local', 'staging') THEN\n{raise}\n    END IF;"
            )
        }
        RollbackPolicy::Never => {
            raise("    ", &format!("{file} is never rolled back; write a migration that goes forward"))
        }
    };
    // What the reason says may look like the quote.
    let tag = (0..).map(|count| if count == 0 { "$guard$".to_owned() } else { format!("$guard{count}$") });
    let tag = tag.into_iter().find(|tag| !body.contains(tag.as_str())).unwrap_or_default();
    format!("DO {tag}\nBEGIN\n{body}\nEND\n{tag};")
}

fn names(names: &[PgIdent]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn included(include: &[PgIdent]) -> String {
    if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", names(include)) }
}

/// Prints a list in parentheses: on one line where it fits behind `before` characters, else an entry a line.
fn list(entries: &[String], before: usize) -> String {
    let line = entries.join(", ");
    if before + line.len() + 3 <= WIDTH {
        return format!("({line})");
    }
    format!("(\n    {}\n)", entries.join(",\n    "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PgIdent, PgType, QualifiedName};
    use crate::plan::migration::statement::ColumnDef;

    #[test]
    fn a_reason_ends_no_guard() {
        let text = guard(RollbackPolicy::Never, "1.sql", Some("see $guard$ and $guard1$"));
        assert!(text.starts_with("DO $guard2$\n") && text.ends_with("\n$guard2$;"), "{text}");
        assert!(guard(RollbackPolicy::Never, "1.sql", None).starts_with("DO $guard$\n"));
    }

    /// A type longer than Rust's formatting can pad to is a document's typing error, and no reason to stop.
    #[test]
    fn a_type_without_end_stands_by_itself() {
        let column = |name: &str, ty: &str| ColumnDef {
            name: PgIdent::new(name),
            ty: PgType::parse(ty),
            clauses: vec!["NOT NULL".into()],
        };
        let long = "x".repeat(usize::from(u16::MAX) + 1);
        let table = TableDef {
            name: QualifiedName::new(None, "t"),
            columns: vec![column("id", "bigint"), column("note", "text"), column("odd", &long)],
            constraints: Vec::new(),
            like: None,
            tail: None,
        };
        insta::assert_snapshot!(create_table(&table).replace(&long, "…"), @"
        CREATE TABLE t (
            id   bigint NOT NULL,
            note text   NOT NULL,
            odd  … NOT NULL
        );
        ");
    }
}
