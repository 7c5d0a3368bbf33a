//! What stands behind a table's columns or those of an index, in one spelling: parents, partition keys and bounds, storage parameters.

use super::is_same_expression;
use crate::expr;
use crate::model::QualifiedName;
use crate::model::token::{Cursor, Kind, Token, canonical, tokens};

/// What stands behind the columns, taken apart.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// What can only be said when the table is made, the elements of a partition key left out.
    fixed: String,
    /// The elements of a partition key.
    partitioned_by: Vec<String>,
    /// Storage parameters.
    pub(super) parameters: Vec<Parameter>,
    /// The table that it is a partition of.
    pub(super) whole: Option<QualifiedName>,
    /// Which rows of that it holds, as written behind the whole's name: `FOR VALUES …`, `DEFAULT`.
    pub(super) bound: String,
}

/// A storage parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    /// Its name, in lower case.
    pub(super) name: String,
    /// Its value as written; empty where it is only named, which sets it.
    pub(super) value: String,
}

impl Parameter {
    /// Tells whether two parameters are set to the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let plain = |value: &str| {
            let inner = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(value);
            let said = inner.trim().to_lowercase();
            if said.is_empty() { "true".to_owned() } else { said }
        };
        self.name == other.name && plain(&self.value) == plain(&other.value)
    }
}

impl Tail {
    /// Tells whether both say the same of what can only be said when the table is made.
    pub(super) fn is_same_fixed(&self, other: &Self) -> bool {
        self.is_same_bound(other) && self.is_same_but_bound(other)
    }

    /// Tells whether both hold the same rows of a whole.
    pub(super) fn is_same_bound(&self, other: &Self) -> bool {
        let spelt = |bound: &str| canonical(&tokens(bound).iter().map(spelt).collect::<Vec<_>>().join(" "));
        self.bound == other.bound || spelt(&self.bound) == spelt(&other.bound)
    }

    /// Tells whether both say the same but for the rows of a whole that they hold.
    pub(super) fn is_same_but_bound(&self, other: &Self) -> bool {
        self.fixed == other.fixed
            && self.whole == other.whole
            && self.partitioned_by.len() == other.partitioned_by.len()
            && self.partitioned_by.iter().zip(&other.partitioned_by).all(|(a, b)| is_same_expression(a, b))
    }
}

/// Reads what stands behind the columns.
pub(super) fn read(text: &str) -> Tail {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let mut tail = Tail::default();
    let mut last = None;
    while let Some(token) = cursor.peek() {
        if token.is("with") && last.is_none_or(|last: &Token<'_>| !last.is("values")) {
            let behind = cursor.clone();
            cursor.next();
            if let Some(list) = cursor.group() {
                tail.parameters.extend(parameters(list));
                last = Some(token);
                continue;
            }
            cursor = behind;
        }
        // What PostgreSQL stores tables in where nothing is said.
        if cursor.eat("using heap") {
            continue;
        }
        // Tables had numbers for their rows; now they never have.
        if cursor.eat("without oids") {
            continue;
        }
        let of = cursor.clone();
        if cursor.eat("partition of")
            && let Some(whole) = cursor.name()
        {
            tail.whole = Some(whole);
            tail.bound = bound(&mut cursor);
            continue;
        }
        cursor = of;
        let by = cursor.clone();
        if cursor.eat("partition by")
            && let Some(strategy) = cursor.ident()
            && let Some(key) = cursor.group()
        {
            tail.fixed += &format!("partition by {} ", strategy.as_str().to_lowercase());
            tail.partitioned_by =
                key.split().iter().map(|part| expr::unwrap(part.rest()).to_owned()).collect();
            continue;
        }
        cursor = by;
        cursor.next();
        tail.fixed += spelt(token);
        tail.fixed.push(' ');
        last = Some(token);
    }
    tail.fixed = canonical(&tail.fixed);
    tail
}

/// Reads which rows of a whole a partition holds.
fn bound(cursor: &mut Cursor<'_, '_>) -> String {
    let from = cursor.clone();
    cursor.eat_bound();
    let (all, rest) = (from.rest(), cursor.rest());
    all.get(..all.len() - rest.len()).unwrap_or_default().trim().to_owned()
}

/// Tells whether two indexes are stored in the same way.
pub(super) fn is_same_storage(old: Option<&str>, new: Option<&str>) -> bool {
    let (old, new) = (read(old.unwrap_or_default()), read(new.unwrap_or_default()));
    let all_in = |one: &Tail, other: &Tail| {
        one.parameters.iter().all(|it| other.parameters.iter().any(|known| known.is_same(it)))
    };
    old.is_same_fixed(&new) && all_in(&old, &new) && all_in(&new, &old)
}

fn parameters(list: Cursor<'_, '_>) -> impl Iterator<Item = Parameter> {
    let read = |mut part: Cursor<'_, '_>| {
        let name = part.until(|token| token.is("=")).rest().to_lowercase();
        part.next();
        Parameter { name, value: part.rest().to_owned() }
    };
    // Whether rows have numbers is nothing that can be said any more, but for `false`.
    list.split().into_iter().map(read).filter(|parameter| parameter.name != "oids")
}

/// Returns what a token says: a number in quotes, as bounds of partitions may be, stands for the number.
fn spelt<'t>(token: &Token<'t>) -> &'t str {
    let inner = token.raw.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let is_number =
        |text: &&str| text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok();
    inner.filter(|_| token.kind == Kind::Text).filter(is_number).unwrap_or(token.raw)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_spelt_otherwise_is_the_same() {
        let same = |a: &str, b: &str| {
            let (a, b) = (read(a), read(b));
            let parameters = a.parameters.iter().zip(&b.parameters).all(|(a, b)| a.is_same(b));
            a.is_same_fixed(&b) && a.parameters.len() == b.parameters.len() && parameters
        };
        for (a, b) in [
            ("PARTITION BY RANGE (((a + b)))", "partition by range ((a + b))"),
            (
                "PARTITION OF p FOR VALUES FROM ('-10') TO (5)",
                "PARTITION OF p FOR VALUES FROM (-10) TO ('5')",
            ),
            (
                "PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
                "partition of public.p for values with (modulus 2, remainder 0)",
            ),
            (
                "WITH (fillfactor='70', autovacuum_enabled)",
                "with (FILLFACTOR = 70, autovacuum_enabled = true)",
            ),
            ("WITHOUT OIDS", "WITH (oids = false)"),
        ] {
            assert!(same(a, b), "{a} | {b}");
        }
        for (a, b) in [
            ("PARTITION OF p FOR VALUES IN ('1')", "PARTITION OF p FOR VALUES IN ('a')"),
            ("PARTITION BY RANGE (a)", "PARTITION BY RANGE (b)"),
            ("PARTITION BY RANGE (a)", "PARTITION BY LIST (a)"),
            ("WITH (fillfactor=70)", "WITH (fillfactor=80)"),
            ("INHERITS (a)", "INHERITS (b)"),
        ] {
            assert!(!same(a, b), "{a} | {b}");
        }
    }
}
