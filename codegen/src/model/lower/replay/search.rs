//! Text search objects get another name or schema: what names them does so in texts (`to_tsvector('harbour', …)`) and in options.

use super::carried::{called_next, say};
use super::drop::is_named;
use super::{qualified, schema};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, Token, name_of, replaced, text_value, tokens};
use crate::source::decl::{CommentTarget, Decl, QName, VerbatimDecl};
use crate::span::Spanned;

/// The functions whose first argument may be the name of a configuration; of a dictionary for the last.
const TAKING: [&str; 9] = [
    "to_tsvector",
    "json_to_tsvector",
    "jsonb_to_tsvector",
    "to_tsquery",
    "plainto_tsquery",
    "phraseto_tsquery",
    "websearch_to_tsquery",
    "ts_headline",
    "ts_lexize",
];

/// Applies `ALTER TEXT SEARCH … RENAME TO …` and `SET SCHEMA …`; tells whether it did.
pub(super) fn rename(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let Some(kind) = data.kind.strip_prefix("alter ").filter(|kind| kind.starts_with("text search ")) else {
        return false;
    };
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let (true, Some(from)) = (cursor.eat(&data.kind), cursor.name()) else { return false };
    let to = called_next(&mut cursor, &from);
    let Some(to) = to.filter(|_| cursor.is_done() || cursor.eat(";")) else { return false };
    if !done.iter().any(|decl| is_named(decl, kind, &from, None)) {
        return false;
    }
    for decl in done {
        let is_made = is_named(decl, kind, &from, None);
        match decl {
            Decl::Verbatim(known) if is_made || known.kind == data.kind && is_about(known, &from) => {
                _ = say(known, &from.name, &to.to_string());
                known.creates.iter_mut().chain(&mut known.names).for_each(|name| call(name, &from, &to));
            }
            Decl::Verbatim(known) if known.kind.contains("text search ") => {
                known.names.iter_mut().for_each(|name| call(name, &from, &to));
                known.text.node = replaced(&known.text.node, |own, at| {
                    let (count, name) = name_at(own, at)?;
                    (is_option(kind, own, at) && name == from).then(|| (count, to.to_string()))
                });
            }
            Decl::Comment(comment) => {
                if let CommentTarget::Other(on) = &mut comment.target
                    && is_of(&on.node, kind, &from)
                {
                    on.node = format!("{} {to}", kind.to_uppercase());
                }
            }
            // The body of a routine and the arguments of a trigger are texts whenever they are read.
            Decl::Verbatim(known) if known.kind == "trigger" => {}
            _ => schema::visit(decl, &|_| {}, &|text| {
                *text = replaced(text, |own, at| said_in_text(own, at, &from, &to));
            }),
        }
    }
    true
}

/// Gives what is called by one name another.
fn call(name: &mut QName, from: &QualifiedName, to: &QualifiedName) {
    if qualified(name) == *from {
        let span = name.name.span;
        name.schema = to.schema.as_ref().map(|schema| Spanned::new(schema.as_str().to_owned(), span));
        to.name.as_str().clone_into(&mut name.name.node);
    }
}

fn is_about(data: &VerbatimDecl, name: &QualifiedName) -> bool {
    is_of(&data.text.node, &data.kind, name)
}

fn is_of(text: &str, head: &str, name: &QualifiedName) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat(head) && cursor.name().as_ref() == Some(name)
}

/// Reads the name that begins at a token, with the number of its tokens.
fn name_at(own: &[Token<'_>], at: usize) -> Option<(usize, QualifiedName)> {
    let part = |at: usize| own.get(at).filter(|token| token.is_name()).map(|token| token.value.to_string());
    let first = part(at)?;
    let second = own.get(at + 1).filter(|dot| dot.is(".")).and_then(|_| part(at + 2));
    Some(match second {
        Some(name) => (3, name_of(&[first, name])),
        None => (1, name_of(&[first])),
    })
}

/// Tells whether a name stands where an option of another text search object wants one of a kind.
fn is_option(kind: &str, own: &[Token<'_>], at: usize) -> bool {
    let is = |back: usize, word: &str| {
        at.checked_sub(back).and_then(|at| own.get(at)).is_some_and(|token| token.is(word))
    };
    match kind {
        "text search configuration" => is(1, "=") && is(2, "copy"),
        "text search parser" => is(1, "=") && is(2, "parser"),
        "text search template" => is(1, "=") && is(2, "template"),
        // Behind `WITH` and `REPLACE` stand dictionaries alone.
        _ => {
            let before = own.get(..at).unwrap_or_default();
            let is_listed = before.iter().any(|token| token.is("with") || token.is("replace"));
            is_listed && !is(1, ".")
        }
    }
}

/// Returns the text that names a configuration or dictionary under its new name, where one begins at a token.
fn said_in_text(
    own: &[Token<'_>],
    at: usize,
    from: &QualifiedName,
    to: &QualifiedName,
) -> Option<(usize, String)> {
    let written = text_value(own.get(at)?.raw)?;
    let words = tokens(&written);
    let (count, name) = name_at(&words, 0)?;
    if count != words.len() || name != *from {
        return None;
    }
    let before = |back: usize| at.checked_sub(back).and_then(|at| own.get(at));
    let is_behind = |offset: usize, word: &str| own.get(at + offset).is_some_and(|token| token.is(word));
    let is_cast = is_behind(1, ":")
        && is_behind(2, ":")
        && (is_behind(3, "regconfig") || is_behind(3, "regdictionary"));
    let is_argument = before(1).is_some_and(|open| open.is("("))
        && before(2).is_some_and(|call| TAKING.iter().any(|name| call.is(name)))
        && (is_behind(1, ",") || is_cast);
    (is_cast || is_argument).then(|| (1, crate::model::ident::literal(&to.to_string())))
}
