//! The columns of tables and views of one side.

use super::super::object::{Body, Key, Kind, Object};
use super::super::side::Side;
use super::super::spelling::view;
use super::type_name;
use crate::expr::resolve::Known;
use crate::model::{QualifiedName, token};

/// How many views may stand on one another before nothing is known of the columns.
const DEEPEST: usize = 8;

/// Returns the columns of a table or view, in order; none where not all of them are known.
pub(super) fn columns(side: &Side, name: &QualifiedName) -> Option<Vec<Known>> {
    within(side, name, 0)
}

fn within(side: &Side, name: &QualifiedName, depth: usize) -> Option<Vec<Known>> {
    if let Some(table) = side.find(&Key::new(Kind::Table, name, "")) {
        return of_table(side, table);
    }
    let mut views = side.named(name).iter().filter_map(|at| match &side.object(*at).body {
        Body::Carried { create, .. } => view::parts(create),
        _ => None,
    });
    let (names, query) = views.next().filter(|_| depth < DEEPEST)?;
    query.outputs(&names, &|path| within(side, &token::name_of(path), depth + 1))
}

fn of_table(side: &Side, table: usize) -> Option<Vec<Known>> {
    let object = side.object(table);
    if has_more(object) {
        return None;
    }
    let parts = side.dependents(table).iter().map(|(part, _)| *part);
    let is_own = |part: &usize| {
        let key = &side.object(*part).key;
        key.kind == Kind::Column && key.name == object.key.name
    };
    let mut columns: Vec<usize> = parts.filter(is_own).collect();
    columns.sort_unstable();
    columns.dedup();
    let known = columns.into_iter().map(|at| {
        let column = side.object(at);
        let ty = match &column.body {
            Body::Column(data) => type_name(side, data.ty()),
            _ => None,
        };
        (column.key.part.to_string(), ty)
    });
    Some(known.collect())
}

/// Tells whether a table has columns of another one, which are not said of it.
fn has_more(object: &Object) -> bool {
    match &object.body {
        Body::Table(table) => {
            table.like.is_some()
                || table.tail.as_ref().is_some_and(|tail| {
                    ["inherits", "partition of", "of"].iter().any(|words| begins(tail, words))
                })
        }
        _ => true,
    }
}

fn begins(tail: &str, words: &str) -> bool {
    let own = token::tokens(tail);
    let mut cursor = token::Cursor::new(tail, &own);
    cursor.eat(words)
}
