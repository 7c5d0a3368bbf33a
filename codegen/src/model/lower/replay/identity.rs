//! The sequence by which an identity counts is called after the table and column that were there when it was made.

use super::is_called;
use crate::model::default_name;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, ColumnDecl, Decl};
use crate::span::Spanned;

/// Says the names of the sequences of a table's identities, before it or its `column` gets another name.
pub(super) fn keep_identities(table: &QualifiedName, column: Option<&str>, done: &mut [Decl]) {
    let is_meant = |name: &str| column.is_none_or(|column| column == name);
    for decl in done.iter_mut() {
        match decl {
            Decl::Table(data) if is_called(&data.name, table) => {
                let meant = data.columns.iter_mut().filter(|own| is_meant(&own.name.node));
                meant.for_each(|own| keep(own, table));
            }
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                for action in &mut alter.actions {
                    match action {
                        AlterAction::AddColumn(own) if is_meant(&own.name.node) => keep(own, table),
                        AlterAction::Other(text) => {
                            if let Some(said) = kept_in_change(&text.node, table, &is_meant) {
                                text.node = said;
                            }
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn keep(column: &mut ColumnDecl, table: &QualifiedName) {
    let name = default_name::sequence(table, &column.name.node).name;
    say(column, &name);
}

/// Returns the name that the options of a column's identity give its sequence.
pub(super) fn said(column: &ColumnDecl) -> Option<PgIdent> {
    let options = &column.identity.as_ref()?.options.as_ref()?.node;
    let own = tokens(options);
    let mut cursor = Cursor::new(options, &own);
    _ = cursor.until(|token| token.is("sequence"));
    cursor.eat("sequence name").then(|| cursor.name()).flatten().map(|name| name.name)
}

/// Says the name of the sequence of a column's identity, where its options say none.
pub(super) fn say(column: &mut ColumnDecl, name: &PgIdent) {
    let Some(identity) = &mut column.identity else { return };
    let options = identity.options.as_ref().map_or("", |options| options.node.as_str());
    identity.options = Some(Spanned::new(with_name(options, name), identity.span));
}

/// Returns the options of an identity with a name of its sequence, where they say none; it is in the schema of its table.
fn with_name(options: &str, name: &PgIdent) -> String {
    let own = tokens(options);
    match own.windows(2).any(|pair| matches!(pair, [a, b] if a.is("sequence") && b.is("name"))) {
        true => options.to_owned(),
        false => format!("SEQUENCE NAME {name} {options}").trim_end().to_owned(),
    }
}

/// Returns `ALTER COLUMN c ADD GENERATED … AS IDENTITY` with the name of the sequence.
fn kept_in_change(action: &str, table: &QualifiedName, is_meant: &dyn Fn(&str) -> bool) -> Option<String> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    cursor.eat("alter").then_some(())?;
    _ = cursor.eat("column");
    let column = cursor.ident().filter(|column| is_meant(column.as_str()))?;
    cursor.eat("add generated").then_some(())?;
    let how = cursor.until(|token| token.is("(")).rest().to_owned();
    let options = cursor.group().map_or("", |group| group.rest());
    let name = default_name::sequence(table, column.as_str()).name;
    Some(format!("ALTER COLUMN {column} ADD GENERATED {how} ({})", with_name(options, &name)))
}

/// Renames the sequence by which an identity counts, which says its name among its options.
pub(super) fn rename_sequence(
    column: &mut ColumnDecl,
    table: &QualifiedName,
    sequence: &QualifiedName,
    to: &PgIdent,
) {
    let own = default_name::sequence(table, &column.name.node);
    let Some(identity) = &mut column.identity else { return };
    let options = identity.options.as_ref().map_or("", |options| options.node.as_str());
    let own_tokens = tokens(options);
    let mut cursor = Cursor::new(options, &own_tokens);
    let before = cursor.until(|token| token.is("sequence")).rest().to_owned();
    let said = cursor.eat("sequence name").then(|| cursor.name()).flatten();
    // One that is named without a schema is in that of its table.
    let said =
        said.map(|said| QualifiedName { schema: said.schema.or_else(|| table.schema.clone()), ..said });
    if said.unwrap_or(own) != *sequence {
        return;
    }
    let parts = [before, format!("SEQUENCE NAME {to}"), cursor.rest().to_owned()];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    identity.options = Some(Spanned::new(parts.join(" "), identity.span));
}
