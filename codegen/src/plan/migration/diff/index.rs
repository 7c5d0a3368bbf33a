//! Indexes: whether two are the same.

use super::scope::Scope;
use super::tail;
use crate::expr;
use crate::model::token::{Cursor, canonical, tokens};
use crate::plan::migration::statement::IndexDef;

/// Tells whether two indexes are the same but for their names.
pub(super) fn is_same(old: &IndexDef, new: &IndexDef, scope: Scope<'_>) -> bool {
    let predicate = scope.is_same_option(old.predicate.as_deref(), new.predicate.as_deref());
    let method =
        |index: &IndexDef| index.method.as_ref().map_or_else(|| "btree".to_owned(), ToString::to_string);
    let parts =
        |index: &IndexDef| index.parts.iter().map(|it| Element::read(it, &method(index))).collect::<Vec<_>>();
    let (before, after) = (parts(old), parts(new));
    old.table == new.table
        && old.unique == new.unique
        && method(old) == method(new)
        && old.include == new.include
        && old.nulls_not_distinct == new.nulls_not_distinct
        && tail::is_same_storage(old.storage.as_deref(), new.storage.as_deref())
        && predicate
        && before.len() == after.len()
        && before.iter().zip(&after).all(|(a, b)| a.is_same(b, scope))
}

/// Tells whether two statements make the same index but for its name, as on a materialized view.
pub(super) fn is_same_statement(old: &str, new: &str, scope: Scope<'_>) -> bool {
    matches!((read_on(old, "on"), read_on(new, "on")), (Some(old), Some(new)) if is_same(&old, &new, scope))
}

/// Reads an index over a table without its partitions, of which it has none without one of its own; none where it says something
/// that is not known.
pub(super) fn read(create: &str) -> Option<IndexDef> {
    read_on(create, "on only")
}

/// Reads an index, with the words that stand before what it is over.
fn read_on(create: &str, on: &str) -> Option<IndexDef> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    cursor.eat("create").then_some(())?;
    let unique = cursor.eat("unique");
    cursor.eat("index").then_some(())?;
    _ = cursor.eat("if not exists");
    let name = cursor.ident()?;
    cursor.eat(on).then_some(())?;
    let table = cursor.name()?;
    let method = if cursor.eat("using") { Some(cursor.ident()?.to_string()) } else { None };
    let parts = cursor.group()?.split().iter().map(|part| part.rest().to_owned()).collect();
    let include = if cursor.eat("include") {
        cursor.group()?.split().into_iter().map(|mut part| part.ident()).collect::<Option<_>>()?
    } else {
        Vec::new()
    };
    let nulls_not_distinct = cursor.eat("nulls not distinct");
    let storage = cursor.until(|token| token.is("where")).rest();
    let storage = (!storage.is_empty()).then(|| storage.to_owned());
    let predicate = cursor.eat("where").then(|| expr::unwrap(cursor.rest()).to_owned());
    Some(IndexDef {
        name,
        table,
        unique,
        concurrently: false,
        method: method.filter(|method| method != "btree"),
        parts,
        include,
        nulls_not_distinct,
        storage,
        predicate,
    })
}

/// An element of an index, taken apart; what PostgreSQL takes where nothing is said is left out.
pub(super) struct Element {
    /// The column or expression, without the parentheses around it.
    key: String,
    /// The collation, the operator class with its parameters.
    options: String,
    descending: bool,
    nulls_first: bool,
}

impl Element {
    /// Reads one, of an index by an access method.
    pub(super) fn read(text: &str, method: &str) -> Self {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let begins = |word: &str| ["collate", "asc", "desc", "nulls"].contains(&word);
        let whole = cursor.rest();
        if cursor.clone().group().is_none() {
            _ = cursor.name();
        }
        _ = cursor.group();
        let key = whole.get(..whole.len() - cursor.rest().len()).unwrap_or_default();
        let options = cursor.until(|token| begins(&token.value) && !token.is("collate"));
        let options: Vec<String> =
            canonical(options.rest()).split(' ').filter(|it| !it.is_empty()).map(ToOwned::to_owned).collect();
        let class = options.iter().position(|word| is_usual(word, method));
        let options =
            options.iter().enumerate().filter(|(at, _)| Some(*at) != class).map(|(_, word)| word.as_str());
        let options = options.collect::<Vec<_>>().join(" ");
        let descending = cursor.eat("desc");
        _ = cursor.eat("asc");
        let nulls_first = cursor.eat("nulls first") || descending && !cursor.eat("nulls last");
        Self { key: expr::unwrap(key).to_owned(), options, descending, nulls_first }
    }

    /// Tells whether two are the same but for their spelling.
    pub(super) fn is_same(&self, other: &Self, scope: Scope<'_>) -> bool {
        self.options == other.options
            && self.descending == other.descending
            && self.nulls_first == other.nulls_first
            && scope.is_same(&self.key, &other.key)
    }
}

/// Tells whether an operator class is the one that PostgreSQL takes for the type that it is for (`opcdefault` in `pg_opclass`).
fn is_usual(class: &str, method: &str) -> bool {
    const ORDERED: &[&str] = &[
        "array_ops",
        "bit_ops",
        "bool_ops",
        "bytea_ops",
        "char_ops",
        "date_ops",
        "enum_ops",
        "float4_ops",
        "float8_ops",
        "inet_ops",
        "int2_ops",
        "int4_ops",
        "int8_ops",
        "interval_ops",
        "jsonb_ops",
        "macaddr8_ops",
        "macaddr_ops",
        "money_ops",
        "multirange_ops",
        "name_ops",
        "numeric_ops",
        "oid_ops",
        "oidvector_ops",
        "pg_lsn_ops",
        "range_ops",
        "record_ops",
        "text_ops",
        "tid_ops",
        "time_ops",
        "timestamp_ops",
        "timestamptz_ops",
        "timetz_ops",
        "tsquery_ops",
        "tsvector_ops",
        "uuid_ops",
        "varbit_ops",
        "xid8_ops",
    ];
    match method {
        "btree" | "hash" => ORDERED.contains(&class),
        "gin" => ["array_ops", "jsonb_ops", "tsvector_ops"].contains(&class),
        "gist" => [
            "box_ops",
            "circle_ops",
            "multirange_ops",
            "point_ops",
            "poly_ops",
            "range_ops",
            "tsquery_ops",
            "tsvector_ops",
        ]
        .contains(&class),
        "spgist" => {
            ["box_ops", "inet_ops", "poly_ops", "quad_point_ops", "range_ops", "text_ops"].contains(&class)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Scope};

    #[test]
    fn elements_that_mean_the_same() {
        let same = |a: &str, b: &str| {
            Element::read(a, "btree").is_same(&Element::read(b, "btree"), Scope::unknown())
        };
        for (a, b) in [
            ("a int4_ops", "a"),
            ("a ASC NULLS LAST", "a"),
            ("a DESC NULLS FIRST", "a desc"),
            ("(lower(a))", "lower(a)"),
            ("((a || b))", "(a || b)"),
            ("a COLLATE \"C\" text_ops", "a collate \"C\""),
        ] {
            assert!(same(a, b), "{a} | {b}");
        }
        for (a, b) in [
            ("a text_pattern_ops", "a"),
            ("a DESC NULLS LAST", "a DESC"),
            ("a NULLS FIRST", "a"),
            ("a COLLATE \"C\"", "a"),
            ("a", "b"),
        ] {
            assert!(!same(a, b), "{a} | {b}");
        }
        assert!(!Element::read("a inet_ops", "gist").is_same(&Element::read("a", "gist"), Scope::unknown()));
    }
}
