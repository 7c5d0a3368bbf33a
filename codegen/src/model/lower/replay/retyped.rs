//! A default of a column that gets another type: PostgreSQL has read it as a value of the type before, and goes on doing so.

use super::{drop, is_called, like, retyped};
use crate::model::PgIdent;
use crate::model::ident::{QualifiedName, literal};
use crate::model::token::{Cursor, Kind, is_same, tokens};
use crate::source::decl::{AlterAction, Decl, DefaultDecl, DefaultKind};

/// Says of what type a text is that stands as a column's default, before a change gives the column another type.
pub(super) fn say_type(table: &QualifiedName, action: &AlterAction, done: &mut [Decl]) {
    let (column, new) = match action {
        AlterAction::SetType(column, ty) => (PgIdent::new(&column.node), ty.node.clone()),
        AlterAction::Other(text) => match (retyped(&text.node), behind_type(&text.node)) {
            (Some(column), Some(ty)) => (column, ty),
            _ => return,
        },
        _ => return,
    };
    let (tables, column) = (drop::with_heirs(done, table), column.as_str());
    let Some(at) = like::at_this_moment(table, done) else { return };
    let own = at.columns.into_iter().find(|own| own.name.node == column);
    let Some(old) = own.and_then(|own| own.ty).and_then(|ty| without_length(&ty.node)) else { return };
    if without_length(&new).is_none_or(|new| is_same(&new, &old)) {
        return;
    }
    let say = |default: &mut DefaultDecl| {
        if default.kind == DefaultKind::String {
            default.kind = DefaultKind::Expression;
            default.value = format!("{}::{old}", literal(&default.value));
        }
    };
    for decl in done.iter_mut() {
        match decl {
            Decl::Table(data) if tables.iter().any(|table| is_called(&data.name, table)) => {
                let own = data.columns.iter_mut().filter(|own| own.name.node == column);
                own.filter_map(|own| own.default.as_mut()).for_each(say);
            }
            Decl::AlterTable(alter) if tables.iter().any(|table| is_called(&alter.table, table)) => {
                for action in &mut alter.actions {
                    match action {
                        AlterAction::AddColumn(own) if own.name.node == column => {
                            own.default.as_mut().into_iter().for_each(say);
                        }
                        AlterAction::SetDefault(own, Some(default)) if own.node == column => say(default),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the type of `ALTER COLUMN name TYPE type …`.
fn behind_type(action: &str) -> Option<String> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    _ = cursor.until(|token| token.is("type"));
    cursor.next()?;
    Some(cursor.until(|token| token.is("using") || token.is("collate")).rest().to_owned())
}

/// Returns a type without the length that its values have at most, as a cast to it is written that changes none of them; none where
/// it has no such form.
fn without_length(ty: &str) -> Option<String> {
    let own = tokens(ty);
    let mut cursor = Cursor::new(ty, &own);
    if ["bit", "interval"].iter().any(|word| cursor.clone().eat(word)) || cursor.clone().eat("national") {
        return None;
    }
    // `char` alone is one character long.
    if cursor.eat("character varying") || cursor.eat("varchar") {
        let rest = behind_length(&mut cursor);
        return Some(format!("varchar{rest}"));
    }
    if cursor.eat("character") || cursor.eat("char") {
        let rest = behind_length(&mut cursor);
        return Some(format!("bpchar{rest}"));
    }
    let is_plain = own.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Number | Kind::Sign));
    let before = cursor.until(|token| token.is("(")).rest().trim_end().to_owned();
    is_plain.then(|| format!("{before}{}", behind_length(&mut cursor)))
}

fn behind_length(cursor: &mut Cursor<'_, '_>) -> String {
    _ = cursor.group();
    let rest = cursor.rest().trim();
    match rest.chars().next() {
        Some(first) if first.is_alphanumeric() => format!(" {rest}"),
        _ => rest.to_owned(),
    }
}
