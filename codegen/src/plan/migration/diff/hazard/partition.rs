//! What partitions and heirs that come and go cost the tables that they are part of, and themselves.

use std::collections::BTreeSet;

use super::super::Step;
use super::super::object::{Body, Key, Kind, Object};
use super::super::setting::ROW_SECURITY;
use super::super::side::Side;
use super::super::tail;
use super::{Hazard, Lock, Risk, mentions, waits};
use crate::model::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::statement::{ConstraintBody, Statement};

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
    found.extend(of_default(&step.key.name, of, old));
    found
}

/// Returns what it costs the partition that holds the rows of no other.
fn of_default(part: &QualifiedName, of: &QualifiedName, old: &Side) -> Vec<Hazard> {
    let is_default = |object: &&Object| {
        object.key.name != *part
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

/// A table that joins others as their partition or heir, or leaves them, by a statement of its own.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    parent: QualifiedName,
    child: QualifiedName,
    is_part: bool,
    pub(super) joins: bool,
}

/// Tells which table a step has join or leave which.
pub(super) fn moved(step: &Step) -> Option<Moved> {
    if step.key.kind != Kind::Setting {
        return None;
    }
    let own = tokens(&step.key.part);
    let mut cursor = Cursor::new(&step.key.part, &own);
    let is_part = cursor.eat_any(&[("partition", true), ("inherit", false)])?;
    let (of, other) = (step.key.name.clone(), cursor.name()?);
    let (parent, child) = if is_part { (of, other) } else { (other, of) };
    let leaves = mentions(step, "DETACH PARTITION") || mentions(step, "NO INHERIT");
    Some(Moved { parent, child, is_part, joins: !leaves })
}

impl Moved {
    /// Returns the lock that it takes on what was there before: a whole can be used while a partition joins it, which cannot itself.
    pub(super) fn lock(&self, made: &BTreeSet<QualifiedName>) -> Lock {
        match (self.is_part && !self.joins, made.contains(&self.child), made.contains(&self.parent)) {
            (true, ..) | (_, false, _) => Lock::AccessExclusive,
            (false, true, false) => Lock::ShareUpdateExclusive,
            (false, true, true) => Lock::None,
        }
    }

    /// Returns what it costs, and what it does to those who use the tables.
    pub(super) fn hazards(
        &self,
        step: &Step,
        (old, new): (&Side, &Side),
        made: &BTreeSet<QualifiedName>,
    ) -> Vec<Hazard> {
        let (child, parent) = (self.child.plain(), self.parent.plain());
        let (is_new, is_of_new) = (made.contains(&self.child), made.contains(&self.parent));
        let mut found = Vec::new();
        if self.joins && self.is_part {
            if !is_new {
                found.extend(within_bounds(&child));
            }
            if !is_of_new {
                found.extend(of_default(&self.child, &self.parent, old));
            }
        }
        if self.is_part && !self.joins {
            let safer = "detach it concurrently, outside a transaction";
            found.push(waits(&parent, Some(safer)));
            if is_referenced(&self.parent, old) {
                found.push(Hazard::new(
                    Risk::MayFail,
                    format!("it fails where a row of `{child}` is referenced through `{parent}`"),
                    Some("have such rows refer to others first, or delete them"),
                ));
            }
        }
        let added = step.statements.iter().filter_map(|statement| match statement {
            Statement::AddConstraint { table, .. } if !made.contains(table) => Some(table.plain()),
            _ => None,
        });
        found.extend(added.map(|table| {
            let message = format!("every row of `{table}` and its heirs is read while nobody can use them");
            Hazard::new(Risk::Scan, message, Some("say the checks of the parent in the heir too"))
        }));
        if !is_new && !is_of_new {
            let message = match self.joins {
                true => format!("whoever reads or changes `{parent}` comes upon the rows of `{child}` too"),
                false => {
                    format!("whoever reads or changes `{parent}` comes upon the rows of `{child}` no more")
                }
            };
            found.push(Hazard::new(Risk::BreaksClients, message, None));
        }
        let is_guarded = |side: &Side, table: &QualifiedName| {
            side.find(&Key::new(Kind::Setting, table, ROW_SECURITY)).is_some()
        };
        if self.joins && !is_new && is_guarded(new, &self.child) && !is_guarded(new, &self.parent) {
            found.push(Hazard::new(
                Risk::Exposure,
                format!("the rows of `{child}` are shown to whoever may read `{parent}`, which has no row security"),
                Some("switch row security on for the parent first, with policies of its own"),
            ));
        }
        found
    }
}

/// Returns what it costs that the rows of a table have to be within bounds.
pub(super) fn within_bounds(table: &str) -> Vec<Hazard> {
    vec![
        Hazard::new(
            Risk::MayFail,
            format!("it fails where `{table}` holds a row outside of its new bounds"),
            None,
        ),
        Hazard::new(
            Risk::Scan,
            format!("every row of `{table}` is read while nobody can use it"),
            Some(
                "add a check that says the new bounds, NOT VALID, and validate it before: then nothing is read",
            ),
        ),
    ]
}

/// Tells whether a foreign key refers to a table.
fn is_referenced(table: &QualifiedName, side: &Side) -> bool {
    let refers = |object: &Object| match &object.body {
        Body::Constraint(constraint) => {
            matches!(&constraint.body, ConstraintBody::ForeignKey { table: to, .. } if to == table)
        }
        _ => false,
    };
    side.objects.iter().any(refers)
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

    #[test]
    fn what_joins_and_leaves_keeps_its_rows_and_says_what_that_costs() {
        let apart = "CREATE TABLE year (id int, at date);";
        let key = "CREATE TABLE note (year int REFERENCES log);";
        let log = LOG.replace("id int", "id int PRIMARY KEY").replace("(at)", "(id)");
        insta::assert_snapshot!(told(&[LOG, apart].concat(), &[LOG, YEAR].concat()), @"
        may-fail: it fails where `year` holds a row outside of its new bounds
        scan: every row of `year` is read while nobody can use it
        breaks-clients: whoever reads or changes `log` comes upon the rows of `year` too
        ");
        insta::assert_snapshot!(told(&[LOG, YEAR].concat(), &[LOG, apart].concat()), @"
        lock: it waits for every query of `log`, and whoever comes waits for it
        breaks-clients: whoever reads or changes `log` comes upon the rows of `year` no more
        ");
        let part = "CREATE TABLE rest PARTITION OF log DEFAULT;";
        let alone = "CREATE TABLE rest (id int PRIMARY KEY, at date);";
        let leaves = told(&[log.as_str(), part, key].concat(), &[log.as_str(), alone, key].concat());
        assert!(
            leaves.contains("may-fail: it fails where a row of `rest` is referenced through `log`"),
            "{leaves}"
        );
        let guarded = "ALTER TABLE year ENABLE ROW LEVEL SECURITY;";
        let joins = told(&[LOG, apart, guarded].concat(), &[LOG, YEAR, guarded].concat());
        assert!(
            joins.contains("exposure: the rows of `year` are shown to whoever may read `log`"),
            "{joins}"
        );
    }

    #[test]
    fn an_heir_that_does_not_say_its_columns_is_made_anew() {
        let parent = "CREATE TABLE parent (a int CHECK (a > 0));";
        let (apart, heir) =
            ("CREATE TABLE heir (a int, b int);", "CREATE TABLE heir (b int) INHERITS (parent);");
        insta::assert_snapshot!(told(&[parent, apart].concat(), &[parent, heir].concat()), @"data-loss: every row of `heir` is lost");
        let by_itself = "ALTER TABLE heir INHERIT parent;";
        let said = "CREATE TABLE heir (a int CONSTRAINT parent_a_check CHECK (a > 0), b int)";
        let (one, other) =
            ([parent, said, " INHERITS (parent);"].concat(), [parent, said, ";", by_itself].concat());
        assert_eq!(told(&one, &other), "");
    }
}
