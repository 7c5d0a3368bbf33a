//! Statements that only undo what one before them did: neither is said any more.

use crate::model::token::{self, Cursor, may_mention, tokens};
use crate::model::undo;
use crate::source::decl::{CommentTarget, Decl, VerbatimDecl};

/// Removes the last statement of which this one is the undoing; tells whether there was one.
pub(super) fn undo(text: &str, done: &mut Vec<Decl>) -> bool {
    let plain = |text: &str| {
        let words = token::canonical(text).replace(" if exists ", " ");
        words.trim_end().trim_end_matches(" cascade").to_owned()
    };
    let wanted = plain(text);
    // What gives undoes what takes, and what alters what alters: nothing else need be read.
    let verb = text.split_whitespace().next().unwrap_or_default();
    let (gives, alters) = (verb.eq_ignore_ascii_case("grant"), verb.eq_ignore_ascii_case("alter"));
    let gives_by_default = wanted.starts_with("alter default privileges");
    let drops = !gives && !alters;
    let may_be = |data: &VerbatimDecl| {
        let kind = data.kind.as_str();
        (!drops || undo::MADE_WITHOUT_NAME.contains(&kind))
            && (!gives || kind == "revoke" && names_all(data, &wanted))
            && (!alters || kind.starts_with("alter "))
    };
    let undone = |data: &VerbatimDecl| {
        if !may_be(data) {
            return false;
        }
        let text = data.text.node.as_str();
        let tokens = tokens(text);
        let cursor = Cursor::new(text, &tokens);
        let given_back = (data.kind == "revoke" || gives_by_default) && is_given_back(text);
        let undoing = match data.kind.as_str() {
            _ if given_back => None,
            kind if kind.starts_with("alter ") && kind != "alter default privileges" => {
                undo::alteration(cursor)
            }
            kind => undo::statement(kind, cursor),
        };
        undoing.is_some_and(|undoing| plain(&undoing) == wanted)
    };
    let found = done.iter().rposition(|decl| matches!(decl, Decl::Verbatim(data) if undone(data)));
    if let Some(at) = found {
        done.remove(at);
        if let Some(gone) = wanted.strip_prefix("drop ") {
            done.retain(|decl| !describes(decl, gone));
        }
    }
    found.is_some()
}

/// Tells whether a declaration describes what the words name with which it was dropped.
fn describes(decl: &Decl, gone: &str) -> bool {
    let Decl::Comment(comment) = decl else { return false };
    matches!(&comment.target, CommentTarget::Other(on) if token::canonical(&on.node).trim() == gone.trim())
}

/// Tells whether a statement may be about everything that another names.
fn names_all(data: &VerbatimDecl, wanted: &str) -> bool {
    data.names.iter().all(|name| may_mention(wanted, &name.name.node))
}

/// Tells whether what a statement takes may have been given before: what everybody may do from the beginning is known of routines and
/// types alone, and nobody else has it.
fn is_given_back(text: &str) -> bool {
    let said = token::canonical(text);
    let said = said.trim_end();
    let is_open = ["function", "procedure", "routine", "type"]
        .iter()
        .any(|kind| said.contains(&format!(" on {kind} ")) || said.contains(&format!(" on {kind}s from ")));
    let takes = said.starts_with("revoke ") || said.contains(" revoke ");
    takes && !(is_open && said.ends_with(" from public") && !said.contains(" in schema "))
}
