//! Statements that drop what an earlier run may have left: they spare the script an error and say nothing about the schema.

use std::collections::BTreeSet;

use squawk_lexer::{TokenKind, tokenize};

use crate::source::decl::Decl;
use crate::source::sql::report;
use crate::source::sql::split::Statement;
use crate::source::sql::tree::identifier;

/// The names of what a text has made so far.
#[derive(Debug, Default)]
pub(super) struct Made {
    names: BTreeSet<String>,
}

impl Made {
    /// Adds what was made.
    pub(super) fn add(&mut self, decls: &[Decl]) {
        for decl in decls {
            match decl {
                Decl::Schema(data) => _ = self.names.insert(data.name.node.clone()),
                Decl::Extension(data) => _ = self.names.insert(data.name.node.clone()),
                Decl::Enum(data) => _ = self.names.insert(data.name.name.node.clone()),
                Decl::Table(data) => _ = self.names.insert(data.name.name.node.clone()),
                Decl::Index(data) => {
                    self.names.extend(data.index.name.as_ref().map(|name| name.node.clone()));
                }
                Decl::Verbatim(data) => match &data.creates {
                    Some(name) => _ = self.names.insert(name.name.node.clone()),
                    // What has a name within its table alone: the name is the first behind the words that say what it is.
                    None => self.names.extend(named(&data.text.node, &data.kind)),
                },
                _ => {}
            }
        }
    }

    /// Tells whether a statement is `DROP … IF EXISTS` of what is not made yet.
    pub(super) fn is_spared(&self, text: &str, statement: &Statement) -> bool {
        let mut tokens = statement.significant();
        if !tokens.next().is_some_and(|token| token.is_word(text, "drop")) {
            return false;
        }
        let mut behind = tokens.skip_while(|token| !token.is_word(text, "if")).skip(1);
        if !behind.next().is_some_and(|token| token.is_word(text, "exists")) {
            return false;
        }
        // Names in lists count too; types of arguments and the table behind `ON` are none that matter.
        let mut depth = 0_usize;
        for token in behind {
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                _ if token.is_word(text, "on") => return true,
                _ if depth == 0
                    && report::is_name(token)
                    && self.names.contains(&identifier(token.text(text))) =>
                {
                    return false;
                }
                _ => {}
            }
        }
        true
    }
}

/// Returns the name that stands behind the kind of a statement.
fn named(text: &str, kind: &str) -> Option<String> {
    let last = kind.rsplit(' ').next()?;
    let mut at = 0;
    let mut is_behind = false;
    for raw in tokenize(text) {
        let word = text.get(at..at + raw.len as usize)?;
        at += raw.len as usize;
        match raw.kind {
            TokenKind::Ident | TokenKind::QuotedIdent { .. } if is_behind => return Some(identifier(word)),
            TokenKind::Ident => is_behind = word.eq_ignore_ascii_case(last),
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => return None,
        }
    }
    None
}
