//! Rows that a script moves: those of tables that are dropped are nowhere.

use super::{drop, is_called, qualified};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, may_mention, tokens};
use crate::source::decl::Decl;
use crate::span::Span;

/// Removes the rows that are put into tables which a `DROP TABLE` names, or taken from there; returns what is taken, and where.
pub(super) fn forget(text: &str, done: &mut Vec<Decl>) -> Vec<(QualifiedName, Span)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let mut taken = Vec::new();
    if !cursor.eat("drop table") {
        return taken;
    }
    _ = cursor.eat("if exists");
    for gone in cursor.split().into_iter().filter_map(|mut part| part.name()) {
        if !done.iter().any(|decl| drop::is_named(decl, "table", &gone, None)) {
            continue;
        }
        done.retain(|decl| {
            let Decl::Verbatim(data) = decl else { return true };
            if data.kind != "insert" || !may_mention(&data.text.node, gone.name.as_str()) {
                return true;
            }
            let own = tokens(&data.text.node);
            let mut cursor = Cursor::new(&data.text.node, &own);
            _ = cursor.until(|token| token.is("into"));
            if cursor.eat("into") && cursor.name().as_ref() == Some(&gone) {
                return false;
            }
            let takes = data.names.iter().any(|named| is_called(named, &gone));
            taken.extend(takes.then(|| (gone.clone(), data.text.span)));
            !takes
        });
    }
    taken
}

/// Forgets that a materialized view was filled which is no longer there.
pub(super) fn forget_filled(done: &mut Vec<Decl>) {
    let is_filling = |decl: &Decl| matches!(decl, Decl::Verbatim(data) if data.kind == "refresh");
    if !done.iter().any(is_filling) {
        return;
    }
    let views: Vec<QualifiedName> = done
        .iter()
        .filter_map(|decl| match decl {
            Decl::Verbatim(data) if data.kind == "materialized view" => data.creates.as_ref().map(qualified),
            _ => None,
        })
        .collect();
    done.retain(|decl| match decl {
        Decl::Verbatim(data) if data.kind == "refresh" => {
            let own = tokens(&data.text.node);
            let mut cursor = Cursor::new(&data.text.node, &own);
            _ = cursor.eat("refresh materialized view");
            _ = cursor.eat("concurrently");
            cursor.name().is_none_or(|name| views.contains(&name))
        }
        _ => true,
    });
}
