//! What takes every column of a table by `*` keeps those that the table had at that moment.

use super::uses::{merges, takes_all_of};
use super::{drop, is_called, qualified};
use crate::diag::{Code, Sink};
use crate::model::default_name::element;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::star::written_out;
use crate::model::token::{Cursor, is_same, may_mention, mentions_name, replaced, tokens};
use crate::source::decl::{AlterAction, Decl, VerbatimDecl};

const STAR: Code = Code::new("star-of-changed-table");

/// How many tables may stand between a table and the first of its parents; an end to circles.
const DEPTH: usize = 32;

/// Tells whether a declaration may take the columns of a table by `*`, or join by them, once and for all.
pub(super) fn takes_columns(decl: &Decl) -> bool {
    matches!(decl, Decl::Verbatim(data) if is_kept(data))
}

/// Tells whether PostgreSQL keeps what a statement means: the body of a routine in quotes is read again whenever it runs.
fn is_kept(data: &VerbatimDecl) -> bool {
    match data.kind.as_str() {
        "view" | "materialized view" | "rule" => true,
        "function" | "procedure" => may_mention(&data.text.node, "atomic"),
        _ => false,
    }
}

/// Removes the columns that are added only where they are missing, and are not.
pub(super) fn skip_known(table: &QualifiedName, actions: &mut Vec<AlterAction>, done: &[Decl]) {
    if actions.iter().any(|action| matches!(action, AlterAction::AddColumn(column) if column.if_missing))
        && let Some(known) = columns(table, done, 0)
    {
        actions.retain(|action| match action {
            AlterAction::AddColumn(column) if column.if_missing => {
                !known.iter().any(|known| known.as_str() == column.name.node)
            }
            _ => true,
        });
    }
}

/// Writes out every `*` that stands for the columns of a table which is about to get other ones.
pub(super) fn freeze(table: &QualifiedName, actions: &[AlterAction], done: &mut [Decl], sink: &mut Sink) {
    let renamed: Vec<PgIdent> = actions
        .iter()
        .filter_map(|action| match action {
            AlterAction::Other(text) => renamed_column(&text.node),
            _ => None,
        })
        .collect();
    if renamed.is_empty() && !actions.iter().any(|action| matches!(action, AlterAction::AddColumn(_))) {
        return;
    }
    for table in drop::with_heirs(done, table) {
        let names_it = |decl: &Decl| matches!(decl, Decl::Verbatim(data) if data.names.iter().any(|name| is_called(name, &table)) && is_kept(data));
        let users: Vec<usize> = (0..done.len()).filter(|at| done.get(*at).is_some_and(names_it)).collect();
        for at in users {
            if let Some(Decl::Verbatim(data)) = done.get_mut(at) {
                data.text.node = spelled(&data.text.node);
            }
            let Some(Decl::Verbatim(data)) = done.get(at) else { continue };
            let (text, span) = (data.text.node.as_str(), data.text.span);
            if let Some(column) = renamed.iter().find(|column| merges(text, column.as_str())) {
                let message = format!("this joins by the column `{column}`, which gets another name later");
                sink.error(STAR, span, message).help("join with `ON`");
            }
            let shared = actions.iter().find_map(|action| match action {
                AlterAction::AddColumn(column) if mentions_name(text, "natural") => {
                    let mut others = data.names.iter().map(qualified).filter(|other| *other != table);
                    let has = |other: QualifiedName| {
                        columns(&other, done, 0)
                            .is_none_or(|known| known.iter().any(|known| known.as_str() == column.name.node))
                    };
                    others.any(has).then_some(&column.name.node)
                }
                _ => None,
            });
            if let Some(column) = shared {
                let message = format!("this joins by every shared column, and `{column}` becomes one later");
                sink.error(STAR, span, message).help("join with `ON`");
            }
            if !takes_all_of(data, &table) {
                continue;
            }
            let columns_of = |name: &QualifiedName| columns(name, done, 0);
            let written = columns_of(&table).and_then(|_| written_out(text, &columns_of));
            put(written, at, &table, done, sink);
        }
    }
}

/// Writes out every `*` that stands for the columns of a foreign table which is about to get other ones.
pub(super) fn freeze_foreign(change: &VerbatimDecl, done: &mut [Decl], sink: &mut Sink) {
    let own = tokens(&change.text.node);
    let mut cursor = Cursor::new(&change.text.node, &own);
    _ = cursor.eat("alter foreign table");
    _ = cursor.eat("if exists");
    let Some(table) = cursor.name() else { return };
    let gets_others = cursor.split().into_iter().any(|mut action| {
        action.eat("add") && !action.eat("constraint")
            || action.eat("rename") && !(action.eat("to") || action.eat("constraint"))
    });
    if !gets_others {
        return;
    }
    let takes = |decl: &Decl| {
        matches!(decl, Decl::Verbatim(data) if data.names.iter().any(|name| is_called(name, &table)) && is_kept(data)
            && takes_all_of(data, &table))
    };
    let users: Vec<usize> = (0..done.len()).filter(|at| done.get(*at).is_some_and(takes)).collect();
    for at in users {
        let Some(Decl::Verbatim(data)) = done.get(at) else { continue };
        let columns_of = |name: &QualifiedName| columns(name, done, 0);
        let written = written_out(&data.text.node, &columns_of);
        put(written, at, &table, done, sink);
    }
}

/// Writes out every `*` that stands for the columns of a view which is about to get more of them.
pub(super) fn freeze_view(by: &VerbatimDecl, done: &mut [Decl], sink: &mut Sink) {
    let Some(view) = by.creates.as_ref().map(qualified).filter(|_| by.kind == "view") else { return };
    let made = done.iter().find_map(|decl| match decl {
        Decl::Verbatim(data)
            if data.kind == "view" && data.creates.as_ref().map(qualified).as_ref() == Some(&view) =>
        {
            Some(data.text.node.clone())
        }
        _ => None,
    });
    let Some(made) = made.filter(|made| !is_same(made, &by.text.node)) else { return };
    let (was, is) = (view_columns(&made), view_columns(&by.text.node));
    if matches!((&was, &is), (Some(was), Some(is)) if was.len() == is.len()) {
        return;
    }
    let takes = |decl: &Decl| {
        matches!(decl, Decl::Verbatim(data) if data.names.iter().any(|name| is_called(name, &view)) && is_kept(data)
            && takes_all_of(data, &view))
    };
    let users: Vec<usize> = (0..done.len()).filter(|at| done.get(*at).is_some_and(takes)).collect();
    for at in users {
        let Some(Decl::Verbatim(data)) = done.get(at) else { continue };
        let columns_of = |name: &QualifiedName| match (&was, *name == view) {
            (was, true) => was.clone(),
            (_, false) => columns(name, done, 0),
        };
        let written = was.as_ref().and_then(|_| written_out(&data.text.node, &columns_of));
        put(written, at, &view, done, sink);
    }
}

/// Returns a query with `SELECT * FROM t` in the place of `TABLE t`.
fn spelled(text: &str) -> String {
    if !mentions_name(text, "table") {
        return text.to_owned();
    }
    replaced(text, |own, at| {
        let before = own.get(at.checked_sub(1)?)?;
        let begins = ["as", "(", "union", "all", "except", "intersect"].iter().any(|word| before.is(word));
        let is_query = own.get(at)?.is("table") && begins && own.get(at + 1)?.is_name();
        is_query.then(|| (1, "SELECT * FROM".to_owned()))
    })
}

/// Gives a statement its text with the columns written out, or says that they are not known.
fn put(written: Option<String>, at: usize, of: &QualifiedName, done: &mut [Decl], sink: &mut Sink) {
    let Some(Decl::Verbatim(data)) = done.get_mut(at) else { return };
    match written {
        Some(written) => data.text.node = written,
        None => {
            let message = format!("this takes every column of `{}`, which gets other ones later", of.plain());
            sink.error(STAR, data.text.span, message)
                .help("name the columns in the place of `*`: which they are is not known here");
        }
    }
}

/// Returns the column to which a change gives another name: `RENAME a TO b`.
fn renamed_column(action: &str) -> Option<PgIdent> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if !cursor.eat("rename") || cursor.eat("to") || cursor.eat("constraint") {
        return None;
    }
    _ = cursor.eat("column");
    cursor.ident()
}

/// Returns the columns of a view, as far as its statement says them.
fn view_columns(create: &str) -> Option<Vec<PgIdent>> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    _ = cursor.until(|token| token.is("view"));
    cursor.next();
    _ = cursor.eat("if not exists");
    cursor.name()?;
    if let Some(listed) = cursor.group() {
        return listed.split().into_iter().map(|mut part| part.ident()).collect();
    }
    let items = super::view::selected(&mut cursor)?;
    let name = |item: Cursor<'_, '_>| {
        let mut words = Vec::new();
        let mut rest = item.clone();
        while let Some(word) = rest.next() {
            words.push(word);
        }
        match words.as_slice() {
            [.., last] if last.is("*") => None,
            [.., r#as, last] if r#as.is("as") => Some(PgIdent::new(last.value.as_ref())),
            [.., before, last] if last.is_name() && (before.is_name() || before.is(")")) => {
                Some(PgIdent::new(last.value.as_ref()))
            }
            _ => Some(PgIdent::new(element(item.rest()))),
        }
    };
    items.into_iter().map(name).collect()
}

/// Returns the columns that a table or view has by now; none where they are not known.
pub(super) fn columns_of(name: &QualifiedName, done: &[Decl]) -> Option<Vec<PgIdent>> {
    columns(name, done, 0).or_else(|| {
        done.iter().find_map(|decl| match decl {
            Decl::Verbatim(data)
                if matches!(data.kind.as_str(), "view" | "materialized view")
                    && data.creates.as_ref().is_some_and(|made| is_called(made, name)) =>
            {
                view_columns(&data.text.node)
            }
            _ => None,
        })
    })
}

/// Returns the columns that a table has by now, in their order; none where that is not known.
fn columns(name: &QualifiedName, done: &[Decl], depth: usize) -> Option<Vec<PgIdent>> {
    let is_it = |decl: &&Decl| matches!(decl, Decl::Table(table) if is_called(&table.name, name));
    let Some(Decl::Table(table)) = done.iter().find(is_it) else { return foreign_columns(name, done) };
    let mut found: Vec<PgIdent> = Vec::new();
    let add = |found: &mut Vec<PgIdent>, column: PgIdent| {
        if !found.contains(&column) {
            found.push(column);
        }
    };
    if let Some(tail) = &table.tail {
        let parents = super::super::inherit::parents(&tail.node);
        let is_elsewhere = tokens(&tail.node).first().is_some_and(|first| first.is("like") || first.is("of"));
        if is_elsewhere || depth == DEPTH || parents.iter().any(|parent| has_grown(parent, done)) {
            return None;
        }
        for parent in parents {
            columns(&parent, done, depth + 1)?.into_iter().for_each(|column| add(&mut found, column));
        }
    }
    table.columns.iter().for_each(|column| add(&mut found, PgIdent::new(&column.name.node)));
    for decl in done {
        let Decl::AlterTable(alter) = decl else { continue };
        if !is_called(&alter.table, name) {
            continue;
        }
        for action in &alter.actions {
            match action {
                AlterAction::AddColumn(column) => add(&mut found, PgIdent::new(&column.name.node)),
                AlterAction::DropColumn(column) => found.retain(|known| known.as_str() != column.node),
                _ => {}
            }
        }
    }
    Some(found)
}

/// Returns the columns of a foreign table, which its statement says.
fn foreign_columns(name: &QualifiedName, done: &[Decl]) -> Option<Vec<PgIdent>> {
    let create = done.iter().find_map(|decl| match decl {
        Decl::Verbatim(data)
            if data.kind == "foreign table"
                && data.creates.as_ref().is_some_and(|it| is_called(it, name)) =>
        {
            Some(data.text.node.as_str())
        }
        _ => None,
    })?;
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    // A partition or heir has columns from elsewhere.
    if own.iter().any(|token| token.is("partition") || token.is("inherits")) {
        return None;
    }
    _ = cursor.until(|token| token.is("("));
    let parts = cursor.group()?.split();
    let columns = parts.into_iter().filter(|part| {
        let begins = |words: &str| part.clone().eat(words);
        !["constraint", "check", "like"].iter().any(|words| begins(words))
    });
    columns.map(|mut part| part.ident()).collect()
}

/// Tells whether a table got columns by changes: those that its heirs have from it may stand behind their own.
fn has_grown(table: &QualifiedName, done: &[Decl]) -> bool {
    done.iter().any(|decl| {
        matches!(decl, Decl::AlterTable(alter) if is_called(&alter.table, table)
            && alter.actions.iter().any(|action| matches!(action, AlterAction::AddColumn(_))))
    })
}
