//! Columns of views get other names: what a view selects then says so itself.

use super::drop::is_named;
use super::is_called;
use crate::model::default_name::element;
use crate::model::ident::PgIdent;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{CommentTarget, Decl, IndexKey, VerbatimDecl};

/// Applies `ALTER VIEW … RENAME COLUMN … TO …`, also of a materialized view; tells whether it did.
///
/// A view that other statements name is left alone: what they select would have to be written anew.
pub(super) fn rename_column(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let kinds = [("alter view", "view"), ("alter materialized view", "materialized view")];
    let Some(kind) = cursor.eat_any(&kinds) else { return false };
    _ = cursor.eat("if exists");
    let (Some(name), true) = (cursor.name(), cursor.eat("rename")) else { return false };
    _ = cursor.eat("column");
    let (Some(from), true, Some(to)) = (cursor.ident(), cursor.eat("to"), cursor.ident()) else {
        return false;
    };
    let names_it = |decl: &Decl| matches!(decl, Decl::Verbatim(data) if data.names.iter().any(|it| is_called(it, &name)));
    if done.iter().any(names_it) {
        return false;
    }
    let Some(Decl::Verbatim(made)) = done.iter_mut().find(|decl| is_named(decl, kind, &name, None)) else {
        return false;
    };
    let Some(text) = selected_as(&made.text.node, kind, &from, &to) else { return false };
    made.text.node = text;
    for decl in done {
        match decl {
            Decl::Index(index) if is_called(&index.table, &name) => {
                for part in &mut index.index.parts {
                    match &mut part.key {
                        IndexKey::Column(column) if column.node == from.as_str() => {
                            to.as_str().clone_into(&mut column.node);
                        }
                        IndexKey::Column(_) => {}
                        IndexKey::Expression(sql) => {
                            super::rename::rewritten(&mut sql.node, from.as_str(), to.as_str())
                        }
                    }
                }
            }
            Decl::Comment(comment) => {
                if let CommentTarget::Column(of, column) = &mut comment.target
                    && is_called(of, &name)
                    && column.node == from.as_str()
                {
                    to.as_str().clone_into(&mut column.node);
                }
            }
            _ => {}
        }
    }
    true
}

/// Returns the statement that makes a view with one of its columns under another name; none where its text does not say what the
/// column is.
fn selected_as(create: &str, kind: &str, from: &PgIdent, to: &PgIdent) -> Option<String> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    let last = kind.rsplit(' ').next()?;
    _ = cursor.until(|token| token.is(last));
    cursor.next();
    _ = cursor.eat("if not exists");
    cursor.name()?;
    let replaced = |start: usize, end: usize, by: String| {
        let mut text = create.to_owned();
        text.replace_range(start..end, &by);
        text
    };
    // The names may be listed behind that of the view.
    if let Some(listed) = cursor.clone().group() {
        let column = listed.split().into_iter().find_map(|mut part| {
            let token = part.next()?;
            (token.is_name() && token.value == from.as_str()).then_some(token)
        })?;
        return Some(replaced(column.start, column.end(), to.to_string()));
    }
    let mut found = selected(&mut cursor)?.into_iter().filter_map(|item| {
        let mut words = item.clone();
        let mut all = Vec::new();
        while let Some(token) = words.next() {
            all.push(token);
        }
        let last = *all.last()?;
        if let [.., before, _] = all.as_slice()
            && before.is("as")
        {
            let is_it = last.is_name() && last.value == from.as_str();
            return is_it.then(|| (last.start, last.end(), to.to_string()));
        }
        (element(item.rest()) == from.as_str()).then(|| (last.end(), last.end(), format!(" AS {to}")))
    });
    let (start, end, by) = found.next()?;
    found.next().is_none().then(|| replaced(start, end, by))
}

/// Returns what the query of a view selects, behind the view's name.
pub(super) fn selected<'a, 't>(cursor: &mut Cursor<'a, 't>) -> Option<Vec<Cursor<'a, 't>>> {
    const ENDS: [&str; 12] = [
        "from",
        "where",
        "group",
        "having",
        "union",
        "intersect",
        "except",
        "order",
        "limit",
        "offset",
        "window",
        "with",
    ];
    _ = cursor.until(|token| token.is("as"));
    cursor.eat("as").then_some(())?;
    cursor.eat("select").then_some(())?;
    if cursor.eat("distinct") && cursor.eat("on") {
        cursor.group()?;
    }
    Some(cursor.until(|token| ENDS.iter().any(|word| token.is(word))).split())
}
