//! The text of a statement with the schema that its unqualified names mean.

use super::SearchPath;
use super::places;
use crate::model::PgIdent;
use crate::model::ident::{QualifiedName, literal};
use crate::model::token::{Token, stands_for_relation, tokens};
use crate::source::decl::Ident;

/// Words behind which a relation, type or routine is named.
const BEFORE: &[&str] = &[
    "table",
    "view",
    "on",
    "from",
    "join",
    "into",
    "update",
    "only",
    "exists",
    "to",
    "references",
    "sequence",
    "type",
    "domain",
    "function",
    "procedure",
    "trigger",
    "policy",
    "index",
    "of",
    "setof",
    "returns",
    "like",
    "partition",
    "inherit",
    "collate",
    ":",
];

impl SearchPath {
    /// Writes the schema before every name in a statement that stands where a relation, type or routine is named.
    pub(super) fn rewritten(&self, text: &str, schema: &Ident, created: Option<&str>) -> String {
        let own = tokens(text);
        let named = places::named(&own);
        let operators = self.operators_in(&own);
        let schema_name = PgIdent::new(schema.node.clone());
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        let mut first = created;
        for (place, token) in own.iter().enumerate() {
            if token.start < at {
                continue;
            }
            let mut write = |end: usize, new: &str, next: usize| {
                out.push_str(text.get(at..end).unwrap_or_default());
                out.push_str(new);
                at = next;
            };
            let before = place.checked_sub(1).and_then(|before| own.get(before));
            if let Some((end, called)) = operators.get(&place) {
                let sign = text.get(token.start..*end).unwrap_or_default();
                let qualified = format!("{schema_name}.{sign}");
                write(token.start, &if *called { format!("OPERATOR({qualified})") } else { qualified }, *end);
                continue;
            }
            if let Some(sequence) = looked_up(&own, place).filter(|name| self.made.contains(name)) {
                let name = QualifiedName::new(Some(&schema.node), sequence);
                write(token.start, &literal(&name.to_string()), token.end());
                continue;
            }
            let next_is = |sign: &str| own.get(place + 1).is_some_and(|next| next.is(sign));
            let is_here = token.is_name()
                && self.made.contains(token.value.as_ref())
                && before.is_none_or(|before| !before.is("."));
            if !is_here {
                continue;
            }
            let is_called = next_is("(") || next_is(".") && !self.is_alias(&own, token);
            let introduced = named.contains(&place) || is_introduced(&own, place);
            let is_created = first.is_some_and(|name| name == token.value);
            if introduced || is_called || is_created {
                if is_created {
                    first = None;
                }
                write(token.start, &format!("{schema_name}."), token.start);
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// Tells whether a statement gives a relation the name of another one: `FROM t AS u`.
    fn is_alias(&self, own: &[Token<'_>], name: &Token<'_>) -> bool {
        own.windows(2).any(|pair| match pair {
            [before, alias] => {
                let behind_relation = before.is("as")
                    || before.is(")")
                    || before.is_name() && self.made.contains(before.value.as_ref());
                alias.is_name() && alias.value == name.value && behind_relation
            }
            _ => false,
        })
    }
}

/// Functions that take a relation by its name.
const OF_RELATION: &[&str] = &[
    "currval",
    "nextval",
    "pg_indexes_size",
    "pg_partition_ancestors",
    "pg_partition_root",
    "pg_partition_tree",
    "pg_relation_size",
    "pg_table_size",
    "pg_total_relation_size",
    "setval",
];

/// Returns the name without a schema that a text is, where a token is one by which something is looked up: `nextval('q')`,
/// `'t'::regclass`.
fn looked_up(own: &[Token<'_>], at: usize) -> Option<String> {
    let text = own.get(at)?.raw.strip_prefix('\'')?.strip_suffix('\'')?;
    let is = |at: usize, word: &str| own.get(at).is_some_and(|token| token.is(word));
    let taken = at.checked_sub(2).is_some_and(|call| OF_RELATION.iter().any(|name| is(call, name)))
        && is(at.checked_sub(1)?, "(");
    let cast =
        is(at + 1, ":") && is(at + 2, ":") && ["regclass", "regtype"].iter().any(|name| is(at + 3, name));
    let named = tokens(text);
    let [name] = named.as_slice() else { return None };
    ((taken || cast) && name.is_name()).then(|| name.value.to_string())
}

/// Tells whether what stands at a place is the value of a setting: `SET client_min_messages TO notice`.
fn is_value(own: &[Token<'_>], at: usize) -> bool {
    let is = |back: usize, word: &str| {
        at.checked_sub(back).and_then(|at| own.get(at)).is_some_and(|it| it.is(word))
    };
    is(1, "to") && (is(3, "set") || is(3, ".") && is(5, "set"))
}

/// Tells whether a name stands behind a word that wants one, or further on in such a list.
fn is_introduced(own: &[Token<'_>], at: usize) -> bool {
    let is = |at: Option<usize>, word: &str| at.and_then(|at| own.get(at)).is_some_and(|it| it.is(word));
    let mut first = at;
    // `TABLE t, u`: the word stands before the first name of the list.
    while is(first.checked_sub(1), ",")
        && first.checked_sub(2).and_then(|at| own.get(at)).is_some_and(Token::is_name)
    {
        first -= 2;
        while is(first.checked_sub(1), ".") && first >= 2 {
            first -= 2;
        }
    }
    let before = first.checked_sub(1);
    let lists_columns = is(before, "of") && is(first.checked_sub(2), "update")
        || is(before, "on") && own.get(1).is_some_and(|kind| kind.is("statistics"));
    let is_behind = BEFORE.iter().any(|word| is(before, word)) && !lists_columns && !is_value(own, first);
    is_behind
        || is_listed(own.get(..at).unwrap_or_default())
        || is(at.checked_sub(1), ",") && stands_for_relation(own, at)
}

/// Tells whether what follows some words is in the list of an `INHERITS`, or what a sequence is `OWNED BY`: rows are grouped and ordered
/// by columns.
fn is_listed(before: &[Token<'_>]) -> bool {
    if matches!(before, [.., owned, by] if owned.is("owned") && by.is("by")) {
        return true;
    }
    let open = before.iter().rposition(|token| token.is("("));
    let head = open.and_then(|open| open.checked_sub(1)).and_then(|at| before.get(at));
    head.is_some_and(|head| head.is("inherits"))
}
