//! What a partition that comes costs the table that it is part of.

use std::collections::BTreeSet;

use super::super::Step;
use super::super::object::{Body, Kind, Object};
use super::super::side::Side;
use super::super::tail;
use super::{Hazard, Lock, Risk, mentions, waits};
use crate::model::QualifiedName;
use crate::model::token::{Cursor, tokens};

/// Returns the table that was there before and of which a step makes a partition.
pub(super) fn whole_of(step: &Step, new: &Side, made: &BTreeSet<QualifiedName>) -> Option<QualifiedName> {
    if step.key.kind != Kind::Table {
        return None;
    }
    let whole = whole(new.object(new.find(&step.key)?))?.0;
    (!made.contains(&whole)).then_some(whole)
}

/// Returns the table that an object is a partition of, and which of its rows it holds.
fn whole(object: &Object) -> Option<(QualifiedName, String)> {
    let Body::Table(table) = &object.body else { return None };
    let read = tail::read(table.tail.as_deref()?);
    Some((read.whole?, read.bound))
}

/// Returns what a new partition of a table costs that was there before.
pub(super) fn made(step: &Step, of: &QualifiedName, old: &Side) -> Vec<Hazard> {
    let safer = Some(
        "make it a table of its own, LIKE the whole, and attach it: then readers and writers of the whole go on",
    );
    let mut found = vec![waits(&of.plain(), safer)];
    found.extend(of_default(step, of, old));
    found
}

/// Returns what a partition that is attached costs beside itself.
pub(super) fn attached(step: &Step, of: &QualifiedName, old: &Side) -> Vec<Hazard> {
    of_default(step, of, old)
}

/// Returns what it costs the partition that holds the rows of no other.
fn of_default(step: &Step, of: &QualifiedName, old: &Side) -> Vec<Hazard> {
    let is_default = |object: &&Object| {
        object.key.name != step.key.name
            && (whole(object)
                .is_some_and(|(whole, bound)| whole == *of && bound.eq_ignore_ascii_case("default"))
                || is_attached_as_default(object, of))
    };
    let Some(rest) = old.objects.iter().find(is_default) else { return Vec::new() };
    let rest = match &rest.key.kind {
        Kind::Setting => rest.key.part.strip_prefix("partition ").unwrap_or_default().to_owned(),
        _ => rest.key.name.plain(),
    };
    vec![
        Hazard::new(
            Risk::MayFail,
            format!("it fails where `{rest}` holds a row that belongs into the new partition"),
            Some("move such rows first"),
        ),
        Hazard::new(
            Risk::Scan,
            format!("every row of `{rest}` is read while nobody can use it"),
            Some(
                "add a check to it that none of its rows belongs into the new one, NOT VALID, and validate it before: then nothing is read",
            ),
        ),
    ]
}

/// Tells whether a statement of its own attaches a partition of a table for what belongs into no other.
fn is_attached_as_default(object: &Object, of: &QualifiedName) -> bool {
    let Body::Setting { set, .. } = &object.body else { return false };
    if object.key.name != *of || !object.key.part.starts_with("partition ") {
        return false;
    }
    let own = tokens(set);
    let mut cursor = Cursor::new(set, &own);
    _ = cursor.until(|token| token.is("attach"));
    cursor.eat("attach partition") && cursor.name().is_some() && cursor.eat("default")
}

/// Tells whether a step attaches or detaches a table by a statement of its own, and which.
pub(super) fn moved(step: &Step) -> Option<Move> {
    if step.key.kind != Kind::Setting || !step.key.part.starts_with("partition ") {
        return None;
    }
    match mentions(step, "DETACH PARTITION") {
        true => Some(Move::Out),
        false => Some(Move::In),
    }
}

/// Where a table goes that is or becomes a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    In,
    Out,
}

impl Move {
    /// Returns the lock that it takes on the whole.
    pub(super) fn lock(self) -> Lock {
        match self {
            Self::In => Lock::ShareUpdateExclusive,
            Self::Out => Lock::AccessExclusive,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::told;

    const LOG: &str = "CREATE TABLE log (id int, at date) PARTITION BY RANGE (at);";
    const REST: &str = "CREATE TABLE rest PARTITION OF log DEFAULT;";
    const YEAR: &str = "CREATE TABLE year PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');";

    #[test]
    fn a_new_partition_keeps_those_waiting_who_use_the_whole() {
        insta::assert_snapshot!(told(LOG, &[LOG, YEAR].concat()), @"lock: it waits for every query of `log`, and whoever comes waits for it");
        insta::assert_snapshot!(told(&[LOG, REST].concat(), &[LOG, REST, YEAR].concat()), @"
        lock: it waits for every query of `log`, and whoever comes waits for it
        may-fail: it fails where `rest` holds a row that belongs into the new partition
        scan: every row of `rest` is read while nobody can use it
        ");
        // Where the whole is new, nobody uses it.
        assert_eq!(told("", &[LOG, REST, YEAR].concat()), "");
    }

    #[test]
    fn one_that_a_dump_attaches_is_made_as_one() {
        let apart = "CREATE TABLE year (id int, at date); ALTER TABLE ONLY log ATTACH PARTITION year FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');";
        let rest = "CREATE TABLE rest (id int, at date); ALTER TABLE ONLY log ATTACH PARTITION rest DEFAULT;";
        insta::assert_snapshot!(told(&[LOG, rest].concat(), &[LOG, rest, apart].concat()), @"
        lock: it waits for every query of `log`, and whoever comes waits for it
        may-fail: it fails where `rest` holds a row that belongs into the new partition
        scan: every row of `rest` is read while nobody can use it
        ");
        insta::assert_snapshot!(told(LOG, &[LOG, apart].concat()), @"lock: it waits for every query of `log`, and whoever comes waits for it");
    }
}
