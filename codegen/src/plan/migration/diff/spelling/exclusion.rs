//! Exclusion constraints.

use crate::expr;
use crate::model::token::{self, Cursor, canonical, tokens};
use crate::plan::migration::diff::index::Element;
use crate::plan::migration::diff::scope::Scope;
use crate::plan::migration::diff::tail;

/// Tells whether two exclusion constraints demand the same, each from what stands behind `EXCLUDE` to its end.
pub(in super::super) fn is_same(old: &str, new: &str, scope: Scope<'_>) -> bool {
    token::is_same(old, new)
        || matches!((Exclusion::read(old), Exclusion::read(new)), (Some(old), Some(new)) if old.is_same(&new, scope))
}

struct Exclusion {
    method: String,
    /// What is compared, and with which operator.
    elements: Vec<(Element, String)>,
    /// What stands between the elements and the condition: what is stored beside them, and how.
    storage: String,
    condition: Option<String>,
    /// When it is checked.
    rest: String,
}

impl Exclusion {
    fn read(text: &str) -> Option<Self> {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let method = if cursor.eat("using") { cursor.ident()?.to_string() } else { "btree".to_owned() };
        let element = |mut part: Cursor<'_, '_>| {
            let compared = part.until(|token| token.is("with"));
            part.eat("with").then(|| (Element::read(compared.rest(), &method), canonical(part.rest())))
        };
        let elements = cursor.group()?.split().into_iter().map(element).collect::<Option<Vec<_>>>()?;
        let storage = cursor.until(|token| token.is("where")).rest().to_owned();
        let condition = match cursor.eat("where") {
            true => Some(expr::unwrap(cursor.group()?.rest()).to_owned()),
            false => None,
        };
        Some(Self { method, elements, storage, condition, rest: canonical(cursor.rest()) })
    }

    fn is_same(&self, other: &Self, scope: Scope<'_>) -> bool {
        let is_same_element = |((a, with), (b, by)): (&(Element, String), &(Element, String))| {
            with == by && a.is_same(b, scope)
        };
        self.method == other.method
            && tail::is_same_storage(Some(&self.storage), Some(&other.storage))
            && self.rest == other.rest
            && self.elements.len() == other.elements.len()
            && self.elements.iter().zip(&other.elements).all(is_same_element)
            && scope.is_same_option(self.condition.as_deref(), other.condition.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_that_are_the_same() {
        let check = |old: &str, new: &str, expected: bool| {
            assert_eq!(is_same(old, new, Scope::unknown()), expected, "{old} and {new}");
        };
        check("(room with =)", "USING btree (room WITH =)", true);
        check(
            "using gist (room with =, during with &&) where (state in ('open'))",
            "USING gist (room WITH =, during WITH &&) WHERE ((state = 'open'::text))",
            true,
        );
        check("using gist (room with =) where (a > 0)", "using gist (room with =)", false);
        check("using gist (room with =)", "using gist (room with <>)", false);
        check("using gist (lower(a) with =)", "USING gist (lower(a) WITH =)", true);
        check("(a with =) where (a > 0) deferrable", "(a with =) where (a > 0)", false);
    }
}
