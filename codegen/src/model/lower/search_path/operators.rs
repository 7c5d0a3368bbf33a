//! Operators that a script makes in the schema of its search path.

use std::collections::BTreeMap;

use super::SearchPath;
use super::places::OPERATORS;
use crate::model::operator::{is_built_in, sign};
use crate::model::token::{Kind, Token, tokens};
use crate::source::decl::Decl;

impl SearchPath {
    /// Notes the operators that statements have made in a schema by their whole name.
    pub(super) fn collect_operators(&mut self, schema: Option<&str>, done: &[Decl]) {
        self.signs.clear();
        let Some(schema) = schema else { return };
        for decl in done {
            if let Decl::Verbatim(data) = decl
                && data.kind == "operator"
            {
                let own = tokens(&data.text.node);
                let is_in = own.get(2).is_some_and(|name| name.value == schema)
                    && own.get(3).is_some_and(|dot| dot.is("."));
                self.signs
                    .extend(sign(&own, 4).filter(|_| is_in).map(|(behind, _)| written(&own, 4, behind)));
            }
        }
    }

    /// Notes the operator that a statement makes without saying where.
    pub(super) fn note_operator(&mut self, decl: &Decl) {
        let Decl::Verbatim(data) = decl else { return };
        if data.kind != "operator" {
            return;
        }
        let own = tokens(&data.text.node);
        if own.get(1).is_some_and(|word| word.is("operator"))
            && let Some((behind, _)) = sign(&own, 2)
        {
            self.signs.insert(written(&own, 2, behind));
        }
    }

    /// Returns where a statement names operators of the schema: the place of the first token, with the byte behind the sign and whether
    /// it stands where `OPERATOR(…)` is wanted.
    pub(super) fn operators_in(&self, own: &[Token<'_>]) -> BTreeMap<usize, (usize, bool)> {
        let mut found = BTreeMap::new();
        if self.signs.is_empty() {
            return found;
        }
        let makes = own.get(1).is_some_and(|word| word.is("operator"));
        let mut at = 0;
        while at < own.len() {
            let Some((behind, end)) = sign(own, at) else {
                at += 1;
                continue;
            };
            let raw = written(own, at, behind);
            let before = |back: usize| at.checked_sub(back).and_then(|at| own.get(at));
            let is_word = |token: Option<&Token<'_>>, word: &str| token.is_some_and(|token| token.is(word));
            let numbered =
                before(1).is_some_and(|it| it.kind == Kind::Number) && is_word(before(2), "operator");
            let is_head = is_word(before(1), "operator") || numbered;
            let is_qualified = is_word(before(1), ".");
            let is_option = is_word(before(1), "=")
                && before(2).is_some_and(|name| OPERATORS.iter().any(|word| name.is(word)));
            let is_here = self.signs.contains(&raw);
            // One that PostgreSQL has too may be meant where an expression names it, but not where it is made or changed; what an operator is
            // the counterpart of is made beside it.
            let is_meant = is_here && (is_head || !is_built_in(&raw)) || is_option && makes;
            if is_meant && !is_qualified {
                found.insert(at, (end, !is_head));
            }
            at = behind;
        }
        found
    }
}

/// Returns a sign as it is written.
fn written(own: &[Token<'_>], at: usize, behind: usize) -> String {
    own.get(at..behind).unwrap_or_default().iter().map(|token| token.raw).collect()
}
