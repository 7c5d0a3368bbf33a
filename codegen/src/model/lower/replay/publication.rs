//! Changes of publications, written into the statement that makes them.

use super::drop::is_named;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, Token, tokens};
use crate::source::decl::{Decl, VerbatimDecl};

/// What a publication publishes.
#[derive(Debug, Default)]
struct Publication {
    all: bool,
    /// Tables and schemas, each as it is said.
    what: Vec<String>,
    /// Parameters, each with its value.
    parameters: Vec<(String, String)>,
}

/// Applies `ALTER PUBLICATION name …` from behind the name of its kind; tells whether it did.
pub(super) fn alter(mut cursor: Cursor<'_, '_>, names: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let Some(name) = cursor.name() else { return false };
    let made = done.iter_mut().find(|decl| is_named(decl, "publication", &name, None));
    let Some(Decl::Verbatim(made)) = made else { return false };
    let Some(mut publication) = Publication::read(&made.text.node) else { return false };
    if publication.apply(cursor).is_none() {
        return false;
    }
    made.text.node = publication.written(&name);
    made.names.extend(names.names.iter().cloned());
    true
}

impl Publication {
    fn read(create: &str) -> Option<Self> {
        let own = tokens(create);
        let mut cursor = Cursor::new(create, &own);
        if !cursor.eat("create publication") {
            return None;
        }
        cursor.name()?;
        let mut publication = Self::default();
        if cursor.eat("for all tables") {
            publication.all = true;
        } else if cursor.eat("for") {
            publication.what = listed(cursor.until(|token| token.is("with")));
        }
        if cursor.eat("with") {
            publication.parameters = parameters(cursor.group()?);
        }
        cursor.is_done().then_some(publication)
    }

    fn apply(&mut self, mut change: Cursor<'_, '_>) -> Option<()> {
        if change.eat("add") {
            self.what.extend(listed(change));
        } else if change.eat("drop") {
            for gone in listed(change) {
                let gone = subject(&gone);
                self.what.retain(|known| subject(known) != gone);
            }
        } else if change.eat("set") {
            match change.group() {
                Some(list) => {
                    for (name, value) in parameters(list) {
                        self.parameters.retain(|(known, _)| *known != name);
                        self.parameters.push((name, value));
                    }
                }
                None => self.what = listed(change),
            }
        } else {
            return None;
        }
        Some(())
    }

    fn written(&self, name: &QualifiedName) -> String {
        let mut text = format!("CREATE PUBLICATION {name}");
        if self.all {
            text += " FOR ALL TABLES";
        } else if !self.what.is_empty() {
            text += &format!(" FOR {}", self.what.join(", "));
        }
        if !self.parameters.is_empty() {
            let parameters = self.parameters.iter().map(|(name, value)| match value.as_str() {
                "" => name.clone(),
                value => format!("{name} = {value}"),
            });
            text += &format!(" WITH ({})", parameters.collect::<Vec<_>>().join(", "));
        }
        text
    }
}

/// Returns a list of tables and schemas, each with the word for what it is, which need not be said again behind a comma.
fn listed(list: Cursor<'_, '_>) -> Vec<String> {
    let mut kind = "TABLE";
    let mut found = Vec::new();
    for mut part in list.split() {
        if part.eat("tables in schema") || part.eat("all tables in schema") {
            kind = "TABLES IN SCHEMA";
        } else if part.eat("table") {
            kind = "TABLE";
        }
        found.push(format!("{kind} {}", part.rest()));
    }
    found
}

/// Returns what is published, without which of its columns and rows.
fn subject(said: &str) -> String {
    let own = tokens(said);
    let mut cursor = Cursor::new(said, &own);
    let ends = |token: &Token<'_>| token.is("(") || token.is("where") || token.is("*");
    let words = cursor.until(ends);
    crate::model::token::canonical(words.rest()).replace("table only ", "table ")
}

fn parameters(list: Cursor<'_, '_>) -> Vec<(String, String)> {
    let parameter = |mut part: Cursor<'_, '_>| {
        let name = part.until(|token| token.is("=")).rest().to_lowercase();
        part.next();
        (name, part.rest().to_owned())
    };
    list.split().into_iter().map(parameter).collect()
}
