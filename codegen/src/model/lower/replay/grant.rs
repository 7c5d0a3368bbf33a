//! What is granted and taken back.

use super::{is_called, qualified};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, canonical, tokens};
use crate::source::decl::Decl;

/// Takes back what was granted before; tells whether all of it was.
pub(super) fn revoke(text: &str, done: &mut Vec<Decl>) -> bool {
    let Some((wanted, what)) = privileges(text, "revoke", "from") else { return false };
    let mut found = false;
    done.retain_mut(|decl| {
        let Decl::Verbatim(data) = decl else { return true };
        let is_all = |list: &[String]| list.iter().any(|one| one == "all" || one == "all privileges");
        // Whoever has a privilege no more has no right to pass it on that could have been taken.
        if let Some((list, on)) = options(&data.text.node).filter(|_| data.kind == "revoke")
            && on == what
        {
            return !(is_all(&wanted) || list.iter().all(|one| wanted.contains(one)));
        }
        let Some((given, on)) = privileges(&data.text.node, "grant", "to").filter(|_| data.kind == "grant")
        else {
            return true;
        };
        if on != what {
            return true;
        }
        let left: Vec<String> = given.iter().filter(|one| !wanted.contains(one)).cloned().collect();
        if is_all(&wanted) || left.is_empty() {
            found = true;
            return false;
        }
        if left.len() < given.len() {
            found = true;
            let own = tokens(&data.text.node);
            let mut cursor = Cursor::new(&data.text.node, &own);
            _ = cursor.until(|token| token.is("on") || token.is("to"));
            data.text.node = format!("GRANT {} {}", left.join(", "), cursor.rest());
        }
        true
    });
    found
}

/// Takes a relation that is gone out of a statement that gives or takes privileges; tells whether that is about nothing else.
pub(super) fn forget(decl: &mut Decl, gone: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    if !matches!(data.kind.as_str(), "grant" | "revoke")
        || !data.names.iter().any(|name| is_called(name, gone))
    {
        return false;
    }
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let given = cursor.until(|token| token.is("on"));
    cursor.next();
    let table = if cursor.eat("table") { "TABLE " } else { "" };
    let list = cursor.until(|token| token.is("to") || token.is("from")).split();
    let left: Vec<&str> = list
        .into_iter()
        .filter(|part| part.clone().name().as_ref() != Some(gone))
        .map(|part| part.rest())
        .collect();
    if left.is_empty() {
        return true;
    }
    data.text.node = format!("{} ON {table}{} {}", given.rest(), left.join(", "), cursor.rest());
    data.names.retain(|name| qualified(name) != *gone);
    false
}

/// Splits what takes the right to pass privileges on.
fn options(text: &str) -> Option<(Vec<String>, String)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("revoke grant option for").then(|| parts(cursor, "from")).flatten()
}

/// Splits what gives or takes privileges into these, and on what and to whom.
fn privileges(text: &str, verb: &str, joint: &str) -> Option<(Vec<String>, String)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    // Who may not pass privileges on keeps them.
    if !cursor.eat(verb) || cursor.eat("grant option for") || cursor.eat("admin option for") {
        return None;
    }
    parts(cursor, joint)
}

fn parts(mut cursor: Cursor<'_, '_>, joint: &str) -> Option<(Vec<String>, String)> {
    let list = cursor.until(|token| token.is("on") || token.is(joint));
    let list = list.split().iter().map(|one| canonical(one.rest())).collect();
    let on = cursor.until(|token| token.is(joint));
    let on = canonical(on.rest().strip_prefix("table ").unwrap_or(on.rest()));
    cursor.next();
    let whom = cursor.until(|token| {
        token.is("with") || token.is("cascade") || token.is("restrict") || token.is("granted")
    });
    Some((list, format!("{on} to {}", canonical(whom.rest()))))
}
