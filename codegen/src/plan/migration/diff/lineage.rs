//! Tables that get other parents: they leave the tables that they are partitions or heirs of, and join others, with their rows.
//!
//! What leaves does so before anything else is done, and what joins when all else is done. Between, on both sides, it is a table of
//! its own (`own`), which is compared as any other: so it has by then what PostgreSQL demands of what joins.

mod own;
mod parts;
mod tie;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::object::{Key, Kind};
use super::{Lock, Side, Step, Verb, rename, tail};
use crate::model::token::tokens;
use crate::model::{QualifiedName, Schema, Table, TableData, TableId};
use crate::plan::migration::names::{self, Names};
use crate::plan::migration::statement::Statement;
use crate::span::Spanned;
use own::Purpose;
use tie::{Tie, Ties};

/// A side of which tables that move are tables of their own.
pub(super) struct Apart<'a> {
    pub(super) schema: Cow<'a, Schema>,
    /// What takes them out of what is there, or puts them into it.
    pub(super) steps: Vec<Step>,
}

/// Returns both sides with every table that gets other parents as one of its own, with the steps that come before, and those that come
/// behind the rest.
pub(super) fn apart<'a>(old: Side<'a>, new: Side<'a>) -> (Apart<'a>, Apart<'a>) {
    let whole = |side: Side<'a>| Apart { schema: Cow::Borrowed(side.schema), steps: Vec::new() };
    let (was, is) = (Ties::of(old.schema), Ties::of(new.schema));
    if was.is_empty() && is.is_empty() {
        return (whole(old), whole(new));
    }
    let mut moves = Vec::new();
    let pairs = rename::paired(old.schema, new.schema);
    for (after, before) in &pairs {
        let is_same = |a: &Tie, b: &Tie| a.is_of_the_same_kind(b) && pairs.get(&b.parent) == Some(&a.parent);
        let (was, is) = (was.of_table(*before), is.of_table(*after));
        let leaves: Vec<&Tie> = was.iter().filter(|a| !is.iter().any(|b| is_same(a, b))).collect();
        let joins: Vec<&Tie> = is.iter().filter(|b| !was.iter().any(|a| is_same(a, b))).collect();
        if !leaves.is_empty() || !joins.is_empty() {
            moves.push(Move { before: *before, after: *after, leaves, joins });
        } else if let Some(pair) = is.iter().find_map(|b| {
            let a = was.iter().find(|a| is_same(a, b))?;
            (a.is_said_apart != b.is_said_apart && a.bound.is_none()).then_some((a, b))
        }) {
            // `CREATE TABLE … INHERITS (p)`, and a table that `INHERIT p` makes an heir.
            moves.push(Move { before: *before, after: *after, leaves: vec![pair.0], joins: vec![pair.1] });
        }
    }
    if moves.is_empty() {
        return (whole(old), whole(new));
    }
    let (mut from, mut to) = (Sides::new(old, &was, Purpose::Leave), Sides::new(new, &is, Purpose::Join));
    for moved in &moves {
        let [before, after] = [moved.before, moved.after].map(TableId);
        let says_columns = to.says_columns(after, &moved.joins) && from.says_columns(before, &moved.leaves);
        if says_columns && moved.is_only_spelt_otherwise(&to, &from) {
            from.respell(before, &moved.leaves);
            to.respell(after, &moved.joins);
        } else if from.can_be_apart(before, &moved.leaves)
            && to.can_be_apart(after, &moved.joins)
            && to.says_columns(after, &moved.joins)
            && moved.is_otherwise_the_same(&from, &to)
        {
            from.part(before, &moved.leaves, None);
            let data = from.schema.tables.get(moved.before);
            to.part(after, &moved.joins, data);
        }
    }
    to.steps.sort_by_key(|(is_rest, _)| *is_rest);
    (from.done(), to.done())
}

/// A table that gets other parents.
struct Move<'t> {
    /// Its place on the old side.
    before: usize,
    /// Its place on the new side.
    after: usize,
    leaves: Vec<&'t Tie>,
    joins: Vec<&'t Tie>,
}

impl Move<'_> {
    /// Tells whether it stays an heir of the same tables, which its own statement says on one side and another one on the other.
    fn is_only_spelt_otherwise(&self, to: &Sides<'_, '_>, from: &Sides<'_, '_>) -> bool {
        let ([a], [b]) = (self.leaves.as_slice(), self.joins.as_slice()) else { return false };
        let is_one = a.bound.is_none() && b.bound.is_none() && a.is_said_apart != b.is_said_apart;
        is_one
            && from.side.schema.table(TableId(a.parent)).name()
                == to.side.schema.table(TableId(b.parent)).name()
            && {
                // A check that comes to the parent when the heir has joined is inherited too.
                let inherited = |side: &Sides<'_, '_>, table: usize, tie: &Tie| -> BTreeSet<String> {
                    let checks = side.own().only_of_parent(TableId(table), tie);
                    checks.into_iter().map(|(_, check)| check.name.to_string()).collect()
                };
                inherited(from, self.before, a) == inherited(to, self.after, b)
            }
    }

    /// Tells whether what stands behind the columns is the same on both sides, parents aside: what it says can only be said when a table
    /// is made.
    fn is_otherwise_the_same(&self, from: &Sides<'_, '_>, to: &Sides<'_, '_>) -> bool {
        let rest = |side: &Sides<'_, '_>, table: usize, ties: &[&Tie]| {
            let data = side.side.schema.table(TableId(table)).data;
            let tail = data.tail.as_ref().map(|tail| tail.node.as_str()).unwrap_or_default();
            tie::without(tail, &side.names_of(ties))
        };
        let (a, b) = (rest(from, self.before, &self.leaves), rest(to, self.after, &self.joins));
        let mut other = tail::read(&b);
        // A whole that it stays a partition of may have another name by now.
        let one = tail::read(&a);
        if one.whole.is_some() && other.whole.is_some() {
            other.whole.clone_from(&one.whole);
        }
        one.is_same_but_bound(&other)
    }
}

/// One side while tables are taken out of it.
struct Sides<'a, 't> {
    side: Side<'a>,
    ties: &'t Ties,
    purpose: Purpose,
    names: Names,
    schema: Cow<'a, Schema>,
    /// Each with whether it is for the rows that belong into no other partition.
    steps: Vec<(bool, Step)>,
}

impl<'a, 't> Sides<'a, 't> {
    fn new(side: Side<'a>, ties: &'t Ties, purpose: Purpose) -> Self {
        let names = names::choose(side.schema, side.config);
        Self { side, ties, purpose, names, schema: Cow::Borrowed(side.schema), steps: Vec::new() }
    }

    fn own(&self) -> own::Own<'_> {
        own::Own { side: self.side, names: &self.names, ties: self.ties, purpose: self.purpose }
    }

    fn names_of(&self, ties: &[&Tie]) -> BTreeSet<QualifiedName> {
        ties.iter().map(|tie| self.side.schema.table(TableId(tie.parent)).name().clone()).collect()
    }

    /// Tells whether a table can be made one of its own, and joined again: PostgreSQL has no way for tables of a type, and which
    /// exclusion of a partition is that of its whole nothing tells.
    fn can_be_apart(&self, table: TableId, ties: &[&Tie]) -> bool {
        let is_typed = |table: Table<'_>| {
            let tail = table.data.tail.as_ref();
            tail.is_some_and(|tail| tokens(&tail.node).first().is_some_and(|it| it.is("of")))
        };
        !is_typed(self.side.schema.table(table))
            && self.ties.are_known(table.0)
            && ties.iter().all(|tie| {
                let parent = self.side.schema.table(TableId(tie.parent));
                !parent.data.external && !is_typed(parent) && parent.data.exclusions.is_empty()
            })
    }

    /// Tells whether an heir says itself the columns that it has from parents: one that joins keeps its columns as its own, and PostgreSQL
    /// has no way to make them the parent's alone.
    fn says_columns(&self, table: TableId, ties: &[&Tie]) -> bool {
        ties.iter().all(|tie| !self.own().has_unsaid_columns(table, tie))
    }

    /// Has a statement of its own say that a table is an heir.
    fn respell(&mut self, table: TableId, ties: &[&Tie]) {
        for tie in ties.iter().filter(|tie| !tie.is_said_apart) {
            let parent = self.side.schema.table(TableId(tie.parent)).name().clone();
            self.make_own(table, ties, None);
            if let Some(data) = self.schema.to_mut().tables.get_mut(table.0) {
                data.alterations.push(Spanned::new(format!("INHERIT {parent}"), tie.span));
            }
        }
    }

    /// Makes a table one of its own in the schema, and the steps that do so in a database or take it back; `before` is what it was on
    /// the old side.
    fn part(&mut self, table: TableId, ties: &[&Tie], before: Option<&TableData>) {
        let (behind, unsaid) = self.make_own(table, ties, before);
        let name = self.side.schema.table(table).name().clone();
        for (at, tie) in ties.iter().enumerate() {
            let parent = self.side.schema.table(TableId(tie.parent)).name().clone();
            let (verb, joins) = match self.purpose {
                Purpose::Leave => (Verb::Drop, false),
                Purpose::Join => (Verb::Create, true),
            };
            let alter = |table: &QualifiedName, action: String| Statement::AlterTable {
                table: table.clone(),
                action,
            };
            let (key, statement) = match (&tie.bound, joins) {
                (Some(bound), true) => (
                    Key::new(Kind::Setting, &parent, format!("partition {name}")),
                    alter(&parent, format!("ATTACH PARTITION {name} {bound}")),
                ),
                (Some(_), false) => (
                    Key::new(Kind::Setting, &parent, format!("partition {name}")),
                    alter(&parent, format!("DETACH PARTITION {name}")),
                ),
                (None, true) => (
                    Key::new(Kind::Setting, &name, format!("inherit {parent}")),
                    alter(&name, format!("INHERIT {parent}")),
                ),
                (None, false) => (
                    Key::new(Kind::Setting, &name, format!("inherit {parent}")),
                    alter(&name, format!("NO INHERIT {parent}")),
                ),
            };
            let unsaid = unsaid.get(at).map(Vec::as_slice).unwrap_or_default();
            let mut statements: Vec<Statement> = unsaid
                .iter()
                .map(|(table, check)| alter(table, format!("DROP CONSTRAINT {}", check.name)))
                .collect();
            statements.push(statement);
            statements.extend(unsaid.iter().map(|(table, check)| Statement::AddConstraint {
                table: table.clone(),
                constraint: check.clone(),
            }));
            if joins && at + 1 == ties.len() {
                statements.extend(behind.iter().map(|action| alter(&name, action.node.clone())));
            }
            let step = Step {
                verb,
                key,
                span: tie.span,
                lock: Lock::None,
                statements,
                hazards: Vec::new(),
                after: Vec::new(),
                for_label: false,
            };
            self.steps.push((tie.is_rest(), step));
        }
    }

    /// Makes a table one of its own in the schema; returns what has to be said of it again when it joins, and, by its tie, the checks of
    /// parents that it does not say itself.
    fn make_own(
        &mut self,
        table: TableId,
        ties: &[&Tie],
        before: Option<&TableData>,
    ) -> (Vec<Spanned<String>>, Vec<Vec<own::Unsaid>>) {
        let own = own::Own { side: self.side, names: &self.names, ties: self.ties, purpose: self.purpose };
        let unsaid = match self.purpose {
            Purpose::Leave => Vec::new(),
            Purpose::Join => ties.iter().map(|tie| own.unsaid_checks(table, tie)).collect(),
        };
        let schema = self.schema.to_mut();
        let behind = schema.tables.get_mut(table.0).map(|data| own.make(table, (ties, before), data));
        own.let_go(table, ties, schema);
        (behind.unwrap_or_default(), unsaid)
    }

    fn done(self) -> Apart<'a> {
        Apart { schema: self.schema, steps: self.steps.into_iter().map(|(_, step)| step).collect() }
    }
}
