//! What the statements of a first migration need of one another.

use std::collections::BTreeMap;

use super::carried::OWNED_BY;
use super::carried::base::SHELL;
use super::collect;
use super::object::{Body, Key, Kind, Object, Strength};
use super::side::Side;
use super::untouched::Untouched;
use crate::config::Config;
use crate::model::token::tokens;
use crate::model::{PgIdent, QualifiedName, Schema, VerbatimData};
use crate::plan::migration::names;
use crate::plan::migration::statement::{ConstraintBody, Statement};
use crate::span::Span;

/// Everything that a schema makes, with what each thing needs.
#[derive(Debug)]
pub(in crate::plan::migration) struct Needs {
    side: Side,
    /// What a carried statement or an alteration makes, by its place.
    said: BTreeMap<Span, Vec<usize>>,
}

impl Needs {
    /// Finds out what the things of a schema need.
    pub(in crate::plan::migration) fn of(schema: &Schema, config: &Config) -> Self {
        let names = names::choose(schema, config);
        let whole = super::Side { schema, config };
        let side = Side::new(collect::objects(whole, &names, &Untouched::default()));
        let mut said: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
        for (at, object) in side.objects.iter().enumerate() {
            let is_column = matches!(object.key.kind, Kind::Column | Kind::Default);
            // What nobody announces is announced by its functions.
            let is_implied = object.key.part == SHELL && said.contains_key(&object.span);
            if object.comes_with.is_none() && !is_column && !is_ownership(object) && !is_implied {
                said.entry(object.span).or_default().push(at);
            }
        }
        Self { side, said }
    }

    /// Returns the places of statements, each behind those that make what it needs, the given order else kept; `said` is where a
    /// statement stands in the documents, for one that is carried.
    pub(in crate::plan::migration) fn order(&self, statements: &[(&Statement, Option<Span>)]) -> Vec<usize> {
        let mut makers: Vec<Option<usize>> = vec![None; self.side.objects.len()];
        for (at, (statement, said)) in statements.iter().enumerate() {
            for object in self.made(statement, *said) {
                if let Some(maker) = makers.get_mut(object) {
                    maker.get_or_insert(at);
                }
            }
        }
        let maker = |object: usize| {
            let mut object = object;
            // A column comes with its table, its default with it.
            for _ in 0..4 {
                match makers.get(object).copied().flatten() {
                    Some(maker) => return Some(maker),
                    None => object = self.side.find(self.side.object(object).comes_with.as_ref()?)?,
                }
            }
            None
        };
        let mut firm: Vec<Vec<usize>> = vec![Vec::new(); statements.len()];
        let is_sql: Vec<bool> = statements.iter().map(|(statement, _)| is_read_at_once(statement)).collect();
        let said = |at: usize| statements.get(at).and_then(|(_, said)| *said);
        let wish = |own: usize, needed: usize| Wish {
            is_late: !is_sql.get(own).copied().unwrap_or_default(),
            is_said_behind: said(own).zip(said(needed)).is_none_or(|(own, needed)| needed >= own),
        };
        let mut loose: BTreeMap<Wish, Vec<(usize, usize)>> = BTreeMap::new();
        for object in 0..self.side.objects.len() {
            let Some(own) = maker(object) else { continue };
            for (needed, strength) in self.side.needs(object) {
                let Some(needed) = maker(*needed).filter(|needed| *needed != own) else { continue };
                match (strength, firm.get_mut(own)) {
                    (Strength::Order, _) => {
                        loose.entry(wish(own, needed)).or_default().push((own, needed));
                    }
                    (_, Some(firm)) => firm.push(needed),
                    (_, None) => {}
                }
            }
        }
        let mut order = behind_their_needs(&firm);
        for wishes in loose.into_values() {
            order = fulfil(wishes, &mut firm, order);
        }
        order
    }

    /// Returns the things that a statement makes.
    fn made(&self, statement: &Statement, said: Option<Span>) -> Vec<usize> {
        let bare = |name: &PgIdent| QualifiedName { schema: None, name: name.clone() };
        let at_place = || said.and_then(|said| self.said.get(&said)).cloned().unwrap_or_default();
        let key = match statement {
            Statement::CreateSchema(name) => Key::new(Kind::Schema, &bare(name), ""),
            Statement::CreateExtension(name) => Key::new(Kind::Extension, &bare(name), ""),
            Statement::CreateEnum { name, .. } => Key::new(Kind::Enum, name, ""),
            Statement::CreateIndex(index) => Key::new(Kind::Index, &index.table, index.name.as_str()),
            Statement::CreateTable(table) => {
                let constraints = table.constraints.iter().map(|constraint| {
                    let kind = if constraint.is_foreign_key() { Kind::ForeignKey } else { Kind::Constraint };
                    Key::new(kind, &table.name, constraint.name.as_str())
                });
                let keys = std::iter::once(Key::new(Kind::Table, &table.name, "")).chain(constraints);
                return keys.filter_map(|key| self.side.find(&key)).collect();
            }
            Statement::AddConstraint { table, constraint } => {
                let kind = if constraint.is_foreign_key() { Kind::ForeignKey } else { Kind::Constraint };
                Key::new(kind, table, constraint.name.as_str())
            }
            Statement::AlterTable { table, .. } => {
                let mut made = at_place();
                made.retain(|at| self.side.object(*at).key.name == *table);
                return made;
            }
            // Where one place says several statements, their order is the one that was given to them.
            _ => return Some(at_place()).filter(|made| made.len() == 1).unwrap_or_default(),
        };
        self.side.find(&key).into_iter().collect()
    }

    /// Splits a sequence that is said to go with a column whose default calls it: it has to be there before the column, and
    /// can go with it only behind.
    pub(in crate::plan::migration) fn split(&self, data: &VerbatimData) -> Option<(String, String)> {
        let words = tokens(&data.text.node);
        if data.kind != "sequence"
            || !words.windows(2).any(|pair| matches!(pair, [a, b] if a.is("owned") && b.is("by")))
        {
            return None;
        }
        let at = *self.said.get(&data.text.span)?.first()?;
        let sequence = self.side.object(at);
        let Body::Sequence(body) = &sequence.body else { return None };
        let called = |at: &(usize, Strength)| self.side.object(at.0).key.kind == Kind::Default;
        let owned = self.side.find(&Key::new(Kind::Setting, &sequence.key.name, OWNED_BY))?;
        let Body::Setting { set, .. } = &self.side.object(owned).body else { return None };
        self.side.dependents(at).iter().any(called).then(|| (body.create(&sequence.key.name), set.clone()))
    }

    /// Returns what a carried statement describes: the place where each thing is said, and the names of the tables that have to be there
    /// for it, its own and those that a foreign key refers to.
    pub(in crate::plan::migration) fn described(&self, said: Span) -> Vec<(Span, Vec<&QualifiedName>)> {
        let made = self.said.get(&said).into_iter().flatten();
        let needs = made.filter(|at| self.side.object(**at).key.kind == Kind::Comment);
        let things = needs.flat_map(|at| self.side.needs(*at)).map(|(thing, _)| self.side.object(*thing));
        things
            .map(|thing| {
                let mut names = vec![&thing.key.name];
                if let Body::Constraint(constraint) = &thing.body
                    && let ConstraintBody::ForeignKey { table, .. } = &constraint.body
                {
                    names.push(table);
                }
                (thing.span, names)
            })
            .collect()
    }

    /// Returns the names of what needs what a carried statement makes: of a part of a table, that of the table.
    pub(in crate::plan::migration) fn users(&self, said: Span) -> impl Iterator<Item = &QualifiedName> {
        let made = self.said.get(&said).into_iter().flatten();
        let users = made.flat_map(|at| self.side.dependents(*at));
        users
            .filter(|(_, strength)| *strength != Strength::Order)
            .map(|(user, _)| &self.side.object(*user).key.name)
    }
}

/// Tells whether it is the fact that a sequence goes with a column, which has the place of the sequence.
fn is_ownership(object: &Object) -> bool {
    object.key.kind == Kind::Setting && object.key.part == OWNED_BY
}

/// Tells whether something is among what another thing needs, however far.
fn reaches(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) {
            open.extend(needs.get(at).into_iter().flatten());
        }
    }
    false
}

/// How much a statement wants another one before it, the most urgent first: a body in SQL is read when its routine is made, one in
/// another language when it is called; and what a script says in that order did run so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wish {
    is_late: bool,
    is_said_behind: bool,
}

/// Tells whether what a statement names is looked for when it runs: not for the body of a routine in a language of its own.
fn is_read_at_once(statement: &Statement) -> bool {
    let Statement::Verbatim { text, .. } = statement else { return true };
    let own = tokens(text);
    let language = own.windows(2).find_map(|pair| match pair {
        [word, name] if word.is("language") => Some(name.value.trim_matches('\'').to_ascii_lowercase()),
        _ => None,
    });
    language.is_none_or(|language| language == "sql")
}

/// Puts what should come before another statement there unless it waits for that itself; what moves one may part others.
fn fulfil(mut wishes: Vec<(usize, usize)>, firm: &mut [Vec<usize>], mut order: Vec<usize>) -> Vec<usize> {
    loop {
        let mut places = vec![0_usize; order.len()];
        for (place, at) in order.iter().enumerate() {
            if let Some(known) = places.get_mut(*at) {
                *known = place;
            }
        }
        let (parted, kept): (Vec<_>, Vec<_>) =
            wishes.into_iter().partition(|(own, needed)| places.get(*needed) > places.get(*own));
        wishes = kept;
        let mut is_changed = false;
        for (own, needed) in parted {
            if !reaches(firm, needed, own)
                && let Some(firm) = firm.get_mut(own)
            {
                firm.push(needed);
                is_changed = true;
            }
        }
        if !is_changed {
            // What is less urgent does not part them again.
            for (own, needed) in wishes {
                if let Some(firm) = firm.get_mut(own) {
                    firm.push(needed);
                }
            }
            return order;
        }
        order = behind_their_needs(firm);
    }
}

/// Puts what each thing needs before it, without recursion; in a circle, what was met first comes last.
fn behind_their_needs(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut begun = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    for start in 0..needs.len() {
        let mut stack = vec![(start, false)];
        while let Some((at, expanded)) = stack.pop() {
            if expanded {
                order.push(at);
            } else if let Some(begun) = begun.get_mut(at).filter(|begun| !**begun) {
                *begun = true;
                stack.push((at, true));
                let mut before = needs.get(at).cloned().unwrap_or_default();
                before.sort_unstable();
                stack.extend(before.into_iter().rev().map(|needed| (needed, false)));
            }
        }
    }
    order
}
