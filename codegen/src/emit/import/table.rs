//! A table as a person writes it: what concerns one column at that column, and names only where they are not the usual ones.

use super::Document;
use crate::model::{CheckData, Column, ColumnId, ForeignKeyData, KeyData, PgIdent, QualifiedName, Table};
use crate::plan::migration::diff::Kind;
use crate::source::decl::Timing;

/// A table as text.
pub(super) struct Written {
    /// The statement.
    pub(super) text: String,
    /// The names of the foreign keys that stand in it.
    pub(super) inline: Vec<String>,
}

/// Tells whether a table is written as its step prints it: where its columns come from elsewhere.
pub(super) fn is_written_by_steps(table: Table<'_>) -> bool {
    table.data.tail.is_some() || table.data.columns.is_empty() || table.columns().any(|it| it.data.inherited)
}

/// Writes a table with the foreign keys whose referenced tables are there.
pub(super) fn write(
    document: &Document<'_>,
    table: Table<'_>,
    is_there: &dyn Fn(&ForeignKeyData) -> bool,
) -> Written {
    let step =
        document.steps.iter().find(|step| step.key.kind == Kind::Table && step.key.name == *table.name());
    if is_written_by_steps(table) {
        let mut text = step.map(super::printed).unwrap_or_default();
        for drawn in drawn(table) {
            text = format!("{text}\n\n{drawn}");
        }
        return Written { text, inline: Vec::new() };
    }
    let data = table.data;
    let mut inline = Vec::new();
    let keys: Vec<&ForeignKeyData> =
        data.foreign_keys.iter().filter(|key| is_said(table, key, is_there)).collect();
    for (at, key) in data.foreign_keys.iter().enumerate() {
        if key.enforced && keys.iter().any(|said| std::ptr::eq(*said, key)) {
            inline.extend(document.keys.get(&(table.id, at)).cloned());
        }
    }
    let at_column = |column: ColumnId| keys.iter().find(|key| is_at(key, column));
    let mut lines: Vec<(String, Option<String>)> = Vec::new();
    let names: Vec<String> = table.columns().map(|it| it.data.name.value.to_string()).collect();
    let types: Vec<String> = table.columns().map(|it| it.ty().to_string()).collect();
    let wide = |of: &[String]| of.iter().map(|it| it.chars().count()).max().unwrap_or_default();
    let (name_width, type_width) = (wide(&names).min(32), wide(&types).min(24));
    for ((column, name), ty) in table.columns().zip(&names).zip(&types) {
        let clauses = clauses(table, column, at_column(column.id).copied());
        let line = format!("    {name:name_width$} {ty:type_width$} {clauses}");
        let beside = document.beside(column).filter(|_| {
            !document
                .plainly
                .objects
                .iter()
                .any(|key| key.name == *table.name() && key.part == format!("column {}", column.name()))
        });
        lines.push((line.trim_end().to_owned(), beside.map(str::to_owned)));
    }
    let apart = constraints(table, &keys);
    let gap = if apart.is_empty() { "" } else { "\n" };
    let last = lines.len() + apart.len();
    let mut body = String::new();
    for (at, (line, beside)) in lines.into_iter().enumerate() {
        let comma = if at + 1 == last { "" } else { "," };
        let beside = beside.map(|text| format!(" -- {text}")).unwrap_or_default();
        body.push_str(&format!("{line}{comma}{beside}\n"));
    }
    body.push_str(gap);
    body.push_str(&apart.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join(",\n"));
    if !apart.is_empty() {
        body.push('\n');
    }
    Written { text: format!("CREATE TABLE {} (\n{body});", table.name()), inline }
}

/// Writes the foreign keys to tables of another system, which are drawn and never made.
pub(super) fn drawn(table: Table<'_>) -> Vec<String> {
    let keys = table.data.foreign_keys.iter().filter(|key| is_drawn(table, key));
    keys.map(|key| format!("ALTER TABLE {}\n    ADD {};", table.name(), foreign_key(table, key))).collect()
}

fn is_drawn(table: Table<'_>, key: &ForeignKeyData) -> bool {
    !key.enforced && table.schema.table(key.referenced).data.external
}

fn is_said(table: Table<'_>, key: &ForeignKeyData, is_there: &dyn Fn(&ForeignKeyData) -> bool) -> bool {
    is_drawn(table, key) || (key.enforced && !key.not_valid && is_there(key))
}

/// Tells whether a foreign key can stand at its column.
fn is_at(key: &ForeignKeyData, column: ColumnId) -> bool {
    key.columns.as_slice() == [column]
        && key.name.is_none()
        && !key.match_full
        && key.timing == Timing::NotDeferrable
        && !key.not_valid
}

fn is_key_at(key: &KeyData, column: ColumnId) -> bool {
    key.columns.as_slice() == [column]
        && key.name.is_none()
        && key.include.is_empty()
        && !key.nulls_not_distinct
        && key.timing == Timing::NotDeferrable
}

fn is_check_at(check: &CheckData, column: ColumnId) -> bool {
    check.column == Some(column) && check.name.is_none() && !check.not_valid && !check.no_inherit
}

fn clauses(table: Table<'_>, column: Column<'_>, key: Option<&ForeignKeyData>) -> String {
    let data = column.data;
    let mut clauses: Vec<String> = Vec::new();
    clauses.extend(data.collation.as_ref().map(|collation| format!("COLLATE {}", collation.value)));
    let is_primary = table.data.primary_key.as_ref().is_some_and(|key| is_key_at(key, column.id));
    if is_primary {
        clauses.push("PRIMARY KEY".to_owned());
    } else if data.not_null.is_some() {
        clauses.push("NOT NULL".to_owned());
    }
    if table.data.uniques.iter().any(|key| is_key_at(key, column.id)) {
        clauses.push("UNIQUE".to_owned());
    }
    clauses.extend(data.default.as_ref().map(|default| format!("DEFAULT {}", default.value.sql)));
    if let Some(identity) = &data.identity {
        let when = if identity.value.always { "ALWAYS" } else { "BY DEFAULT" };
        let options = identity.value.options.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        clauses.push(format!("GENERATED {when} AS IDENTITY{options}"));
    }
    if let Some(generated) = &data.generated {
        let kind = if generated.value.stored { "STORED" } else { "VIRTUAL" };
        clauses.push(format!("GENERATED ALWAYS AS ({}) {kind}", generated.value.expression));
    }
    for check in table.data.checks.iter().filter(|check| is_check_at(check, column.id)) {
        clauses.push(format!("CHECK ({})", check.expression.value));
    }
    clauses.extend(key.map(|key| references(table, key)));
    clauses.join(" ")
}

/// Writes the constraints that stand at no column.
fn constraints(table: Table<'_>, keys: &[&ForeignKeyData]) -> Vec<String> {
    let data = table.data;
    let mut lines = Vec::new();
    let columns = |of: &[ColumnId]| idents(table, of);
    let of_key = |key: &KeyData, word: &str| {
        let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let include = match key.include.as_slice() {
            [] => String::new(),
            include => format!(" INCLUDE ({})", columns(include)),
        };
        let head = named(key.name.as_ref().map(|name| &name.value));
        format!("{head}{word}{nulls} ({}){include}{}", columns(&key.columns), key.timing.clause())
    };
    let is_apart = |key: &KeyData| key.columns.first().is_none_or(|column| !is_key_at(key, *column));
    lines.extend(data.primary_key.iter().filter(|key| is_apart(key)).map(|key| of_key(key, "PRIMARY KEY")));
    let mut at_columns: Vec<ColumnId> = Vec::new();
    for (at, key) in data.uniques.iter().enumerate() {
        // It is said by a statement of its own.
        if table.repeats_key(at) {
            continue;
        }
        // Two of the same column: the second stands by itself.
        let again = key.columns.first().is_some_and(|column| at_columns.contains(column));
        if is_apart(key) || again {
            lines.push(of_key(key, "UNIQUE"));
        } else {
            at_columns.extend(&key.columns);
        }
    }
    for check in data.checks.iter().filter(|check| !check.not_valid) {
        if check.column.is_none_or(|column| !is_check_at(check, column)) {
            let head = named(check.name.as_ref().map(|name| &name.value));
            let tail = if check.no_inherit { " NO INHERIT" } else { "" };
            lines.push(format!("{head}CHECK ({}){tail}", check.expression.value));
        }
    }
    for exclusion in &data.exclusions {
        let head = named(exclusion.name.as_ref().map(|name| &name.value));
        lines.push(format!("{head}EXCLUDE {}{}", exclusion.definition.node, exclusion.timing.clause()));
    }
    let mut taken: Vec<ColumnId> = Vec::new();
    for key in keys {
        let column = key.columns.first().copied();
        match column.filter(|column| is_at(key, *column) && !taken.contains(column)) {
            Some(column) => taken.push(column),
            None => lines.push(foreign_key(table, key)),
        }
    }
    lines
}

fn foreign_key(table: Table<'_>, key: &ForeignKeyData) -> String {
    let head = named(key.name.as_ref().map(|name| &name.value));
    format!("{head}FOREIGN KEY ({}) {}", idents(table, &key.columns), references(table, key))
}

fn references(table: Table<'_>, key: &ForeignKeyData) -> String {
    let referenced = table.schema.table(key.referenced);
    let name: &QualifiedName = referenced.name();
    let mut text = format!("REFERENCES {name} ({})", idents(referenced, &key.referenced_columns));
    if key.match_full {
        text.push_str(" MATCH FULL");
    }
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if let Some(action) = action {
            text.push_str(&format!(" ON {event} {}", action.value));
        }
    }
    text.push_str(key.timing.clause());
    if key.not_valid {
        text.push_str(" NOT VALID");
    }
    text
}

fn named(name: Option<&PgIdent>) -> String {
    name.map(|name| format!("CONSTRAINT {name} ")).unwrap_or_default()
}

fn idents(table: Table<'_>, columns: &[ColumnId]) -> String {
    let names = columns.iter().map(|column| table.column(*column).data.name.value.to_string());
    names.collect::<Vec<_>>().join(", ")
}
