//! Carried statements that are said twice: alike they are one fact, in other words a conflict.

use std::collections::BTreeMap;

use super::replay::drop::part_of;
use super::replay::replaces;
use super::{Cx, qualified};
use crate::diag::Code;
use crate::expr;
use crate::model::ident::QualifiedName;
use crate::model::routine;
use crate::model::token::{Cursor, canonical, is_same, tokens};
use crate::source::decl::VerbatimDecl;
use crate::source::sql::policy;
use crate::span::{Span, Spanned};

const CONFLICTING_DEFINITION: Code = Code::new("conflicting-definition");
const REDEFINED: Code = Code::new("redefined");

/// What tells one carried thing from every other: the kind of thing, its name, and of which table it is or what it takes.
type Key = (&'static str, QualifiedName, String);

/// What is carried so far, by what it makes: the place among the carried statements, and in the documents.
#[derive(Debug, Default)]
pub(super) struct Carried(BTreeMap<Key, (usize, Span)>);

impl Carried {
    /// Tells whether a statement makes something that is not made yet; what is made already is the same thing, or reported.
    ///
    /// `CREATE OR REPLACE` says itself that it takes the place of what stands before it.
    pub(super) fn is_new(&mut self, data: &VerbatimDecl, cx: &mut Cx<'_>) -> bool {
        let Some(key) = key(data) else { return true };
        let (class, name) = (key.0, key.1.plain());
        let Some((at, first)) = self.0.get(&key).copied() else {
            self.0.insert(key, (cx.schema.verbatim.len(), data.text.span));
            return true;
        };
        let Some(known) = cx.schema.verbatim.get(at) else { return true };
        if says_the_same(&data.kind, &known.text, &data.text) {
            return false;
        }
        if replaces(&data.text.node) {
            cx.sink
                .warning(REDEFINED, data.text.span, format!("the {class} `{name}` is another one here"))
                .label(first, "first given here")
                .help("the last one holds; take the other out where nobody needs it");
            let names = data.names.iter().map(qualified).collect();
            if let Some(known) = cx.schema.verbatim.get_mut(at) {
                (known.text, known.names) = (data.text.clone(), names);
            }
            self.0.insert(key, (at, data.text.span));
        // A script says by `IF NOT EXISTS` that what is there stays as it is.
        } else if !(cx.config.literal && is_guarded(&data.text.node)) {
            let message = format!("the {class} `{name}` is another one here");
            cx.conflict(
                CONFLICTING_DEFINITION,
                data.text.span,
                message,
                first,
                "first given here".to_owned(),
            );
        }
        false
    }
}

/// Returns what a statement makes, where there can be one of it.
fn key(data: &VerbatimDecl) -> Option<Key> {
    let creates = || data.creates.as_ref().map(qualified);
    let whole = |class| Some((class, creates()?, String::new()));
    // Its name is one within its table.
    let part = |class| {
        let (name, table) = part_of(data)?;
        Some((class, QualifiedName { schema: None, name }, table.to_string()))
    };
    match data.kind.as_str() {
        "policy" => part("policy"),
        "trigger" => part("trigger"),
        "rule" => part("rule"),
        "view" => whole("view"),
        "materialized view" => whole("materialized view"),
        "sequence" => whole("sequence"),
        "domain" => whole("domain"),
        "type" if !is_shell(&data.text.node) => whole("type"),
        "collation" => whole("collation"),
        "statistics" => whole("statistics object"),
        "foreign table" => whole("foreign table"),
        "event trigger" => whole("event trigger"),
        "publication" => whole("publication"),
        "server" => whole("server"),
        // Several of one name differ in what they take.
        "function" => Some(("function", creates()?, routine::signature_of(&data.text.node)?)),
        "procedure" => Some(("procedure", creates()?, routine::signature_of(&data.text.node)?)),
        _ => None,
    }
}

/// Tells whether a statement only announces a type, which another one makes: `CREATE TYPE pair`.
pub(super) fn is_shell(text: &str) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create type") && cursor.name().is_some() && cursor.is_done()
}

/// Tells whether two statements of a kind make the same thing, in whichever spelling.
fn says_the_same(kind: &str, known: &Spanned<String>, new: &Spanned<String>) -> bool {
    if spelling(&known.node) == spelling(&new.node) {
        return true;
    }
    let (Some(known), Some(new)) = (policy::read(known), policy::read(new)) else { return false };
    let condition = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => match (expr::parse(a), expr::parse(b)) {
            (Some(a), Some(b)) => a.is_same(&b),
            _ => is_same(a, b),
        },
        (a, b) => a == b,
    };
    kind == "policy"
        && known.permissive == new.permissive
        && known.command == new.command
        && known.roles == new.roles
        && condition(&known.using, &new.using)
        && condition(&known.check, &new.check)
}

/// Returns a statement as it is compared: in one spelling, and without `IF NOT EXISTS`.
fn spelling(text: &str) -> String {
    canonical(text).replacen("if not exists ", "", 1)
}

/// Tells whether a statement makes its thing only where it is not there.
fn is_guarded(text: &str) -> bool {
    let own = tokens(text);
    own.windows(3)
        .take(4)
        .any(|three| matches!(three, [a, b, c] if a.is("if") && b.is("not") && c.is("exists")))
}
