//! What the statements of one file do together: what one of them drops another may make anew, and others come to depend on that.

use std::collections::BTreeSet;

use super::there;
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, PgType, QualifiedName, default_name};
use crate::plan::migration::statement::Statement;

/// What to know of a file to run one of its statements again.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Names that statements of the file make.
    made: BTreeSet<QualifiedName>,
    /// Tells whether the file has run, by something that it makes and that was not there before; with the place of what makes it.
    has_run: Option<(usize, String)>,
    joins: Vec<Joins>,
}

/// A table that becomes a partition or an heir of another one.
#[derive(Debug)]
struct Joins {
    child: QualifiedName,
    /// What tells that it is one.
    condition: String,
    /// The statements behind which it is none yet, and before which it is none any more.
    places: (Option<usize>, usize),
}

/// What a statement makes or drops.
struct Thing {
    /// Which kinds of things share their names with it: those of tables, of types, of routines.
    kind: &'static str,
    name: QualifiedName,
    /// Of a routine that is dropped, its name with the types of its arguments.
    signature: Option<String>,
}

impl Thing {
    fn new(kind: &'static str, name: QualifiedName) -> Self {
        Self { kind, name, signature: None }
    }

    /// Tells whether it is part of a table.
    fn is_of(&self, table: &QualifiedName) -> bool {
        self.name.schema.as_ref().is_some_and(|own| own.as_str() == table.to_string())
    }

    /// Tells whether it is part of the table that something else is part of.
    fn is_beside(&self, other: &QualifiedName) -> bool {
        self.name.schema == other.schema
    }

    /// Returns what tells that it is there, and nothing of another kind under its name.
    fn is_there(&self) -> Option<String> {
        let kind = match self.kind {
            "function" => "f",
            "procedure" => "p",
            "aggregate" => "a",
            kind => return there::of_kind(kind, &self.name),
        };
        // `t.c%TYPE` is read where a routine is dropped, and not where it is asked for.
        let signature = self.signature.as_deref().filter(|signature| !signature.contains('%'))?;
        Some(there::a_routine(kind, signature))
    }
}

impl File {
    /// Looks at the statements of a file.
    pub(super) fn new(statements: &[&Statement]) -> Self {
        let dropped: BTreeSet<(&str, QualifiedName)> = statements
            .iter()
            .filter_map(|it| dropped(it))
            .flatten()
            .map(|thing| (thing.kind, thing.name))
            .collect();
        let mut file = Self { joins: joins(statements), ..Self::default() };
        file.made.extend(statements.iter().flat_map(|statement| sequences(statement)));
        for (at, thing) in statements.iter().enumerate().filter_map(|(at, it)| Some((at, made(it)?))) {
            // What goes with a table or a column is dropped as well, and nothing says so.
            let is_kept = |kind: &str| match kind {
                "column" => !dropped.iter().any(|(kind, name)| *kind == "table" && thing.is_of(name)),
                "constraint" => {
                    let takes = |kind: &str| matches!(kind, "table" | "column");
                    !dropped
                        .iter()
                        .any(|(kind, name)| takes(kind) && (thing.is_of(name) || thing.is_beside(name)))
                }
                "index" => false,
                _ => true,
            };
            let is_new = !dropped.contains(&(thing.kind, thing.name.clone())) && is_kept(thing.kind);
            file.made.insert(thing.name.clone());
            if is_new && let Some(condition) = there::of_kind(thing.kind, &thing.name) {
                file.has_run = Some((at, condition));
            }
        }
        file
    }

    /// Returns what tells that the statement at a place has done its work: what it drops has been made anew by then, or what it changes
    /// has joined another table since, with which alone it can be changed from then on.
    pub(super) fn spares(&self, at: usize, statement: &Statement) -> Option<String> {
        if let Statement::AlterTable { table, .. } = statement {
            let is_meant = |joins: &&Joins| {
                let (left, joined) = joins.places;
                joins.child == *table && at < joined && left.is_none_or(|left| left < at)
            };
            return self.joins.iter().find(is_meant).map(|joins| joins.condition.clone());
        }
        // Renamings ask for themselves.
        let Statement::Verbatim { text, .. } = statement else { return None };
        let own = tokens(text);
        let drops = own.first().is_some_and(|verb| verb.is("drop"))
            || own
                .iter()
                .take(6)
                .zip(own.iter().skip(1))
                .any(|(drop, what)| drop.is("drop") && what.is("constraint"));
        drops.then_some(())?;
        let things = dropped(statement)?;
        things.iter().any(|thing| self.made.contains(&thing.name)).then_some(())?;
        // What has come to depend on it would be in the way. What is made before this says nothing of it.
        let has_run = self.has_run.as_ref().filter(|(place, _)| *place > at);
        has_run.map(|(_, condition)| condition.clone()).or_else(|| {
            let thing = things.into_iter().next()?;
            Some(format!("NOT {}", thing.is_there()?))
        })
    }
}

/// Returns the tables that become partitions or heirs of others.
fn joins(statements: &[&Statement]) -> Vec<Joins> {
    let read = |statement: &Statement| {
        let Statement::AlterTable { table, action } = statement else { return None };
        let own = tokens(action);
        let mut cursor = Cursor::new(action, &own);
        let kinds = [
            ("attach partition", (true, true)),
            ("detach partition", (true, false)),
            ("inherit", (false, true)),
            ("no inherit", (false, false)),
        ];
        let (is_part, joins) = cursor.eat_any(&kinds)?;
        let other = cursor.name()?;
        Some(if is_part { (other, table.clone(), joins) } else { (table.clone(), other, joins) })
    };
    let mut left: Vec<(QualifiedName, QualifiedName, usize)> = Vec::new();
    let mut found = Vec::new();
    for (at, (child, parent, joins)) in
        statements.iter().enumerate().filter_map(|(at, it)| Some((at, read(it)?)))
    {
        if joins {
            let before = left.iter().find(|(a, b, _)| *a == child && *b == parent).map(|(.., at)| *at);
            let condition = there::an_heir(&child, &parent);
            found.push(Joins { child, condition, places: (before, at) });
        } else {
            left.push((child, parent, at));
        }
    }
    found
}

const KINDS: &[(&str, &str)] = &[
    ("table", "table"),
    ("foreign table", "foreign table"),
    ("materialized view", "materialized view"),
    ("view", "view"),
    ("index", "index"),
    ("unique index", "index"),
    ("sequence", "sequence"),
    ("type", "type"),
    ("domain", "domain"),
    ("function", "function"),
    ("procedure", "procedure"),
    ("aggregate", "aggregate"),
];

/// Reads a kind and a name.
fn thing(mut cursor: Cursor<'_, '_>) -> Option<Thing> {
    let kind = cursor.eat_any(KINDS)?;
    if cursor.eat("concurrently") {
        return None;
    }
    _ = cursor.eat("if exists") || cursor.eat("if not exists");
    let signature = cursor.rest().to_owned();
    Some(Thing { signature: Some(signature), ..Thing::new(kind, cursor.name()?) })
}

/// A constraint of a domain, whose name is not one of a schema.
fn constraint(domain: &QualifiedName, name: &PgIdent) -> Thing {
    let name = PgIdent::new(format!("{}.{}", domain.name.as_str(), name.as_str()));
    Thing::new("domain constraint", QualifiedName { schema: domain.schema.clone(), name })
}

/// Returns the sequences that come with what a statement makes: those of serial columns.
fn sequences(statement: &Statement) -> Vec<QualifiedName> {
    const SERIAL: [&str; 3] = ["serial", "bigserial", "smallserial"];
    match statement {
        Statement::CreateTable(table) => {
            let is_serial = |ty: &PgType| ty.builtin_name().is_some_and(|name| SERIAL.contains(&name));
            let serial = table.columns.iter().filter(|column| is_serial(&column.ty));
            serial.map(|column| default_name::sequence(&table.name, column.name.as_str())).collect()
        }
        Statement::AlterTable { table, action } => {
            let own = tokens(action);
            let mut cursor = Cursor::new(action, &own);
            let column = cursor.eat("add column").then(|| cursor.ident()).flatten();
            let column = column.filter(|_| SERIAL.iter().any(|word| cursor.eat(word)));
            column.map(|column| default_name::sequence(table, column.as_str())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn made(statement: &Statement) -> Option<Thing> {
    let named = |kind, name: &QualifiedName| Some(Thing::new(kind, name.clone()));
    match statement {
        Statement::CreateTable(table) => named("table", &table.name),
        Statement::CreateEnum { name, .. } => named("type", name),
        Statement::CreateIndex(index) if !index.concurrently => {
            let schema = index.table.schema.clone();
            Some(Thing::new("index", QualifiedName { schema, name: index.name.clone() }))
        }
        Statement::AddConstraint { table, constraint } => {
            Some(Thing::new("constraint", there::part_name(table, &constraint.name)))
        }
        Statement::AlterTable { table, action } => {
            let own = tokens(action);
            let mut cursor = Cursor::new(action, &own);
            let column = cursor.eat("add column").then(|| cursor.ident()).flatten()?;
            Some(Thing::new("column", there::part_name(table, &column)))
        }
        Statement::Verbatim { text, .. } => {
            let own = tokens(text);
            let mut cursor = Cursor::new(text, &own);
            if cursor.eat("alter domain") {
                let domain = cursor.name()?;
                let name = cursor.eat("add constraint").then(|| cursor.ident()).flatten()?;
                return Some(constraint(&domain, &name));
            }
            let mut renamed = cursor.clone();
            if renamed.eat("alter") {
                let from = thing(renamed.clone())?;
                _ = renamed.until(|token| token.is("rename"));
                let to = renamed.eat("rename to").then(|| renamed.ident()).flatten()?;
                return Some(Thing::new(from.kind, super::beside(&from.name, to)));
            }
            // What is replaced was there before.
            (cursor.eat("create") && !cursor.eat("or replace")).then_some(())?;
            thing(cursor)
        }
        _ => None,
    }
}

fn dropped(statement: &Statement) -> Option<Vec<Thing>> {
    match statement {
        Statement::AlterTable { table, action } => {
            let own = tokens(action);
            altered(table, Cursor::new(action, &own))
        }
        // What is set aside is there under its name before, and is made anew.
        Statement::SetAside { kind, name, .. } if *kind != "COLLATION" => {
            Some(vec![Thing::new("type", name.clone()), Thing::new("domain", name.clone())])
        }
        Statement::Verbatim { text, .. } => {
            let own = tokens(text);
            let mut cursor = Cursor::new(text, &own);
            if cursor.eat("alter domain") {
                let domain = cursor.name()?;
                let name = cursor.eat("drop constraint").then(|| cursor.ident()).flatten()?;
                return Some(vec![constraint(&domain, &name)]);
            }
            if cursor.eat("alter table") {
                _ = cursor.eat("only");
                let table = cursor.name()?;
                return altered(&table, cursor);
            }
            if cursor.eat("alter") {
                let renamed = thing(cursor.clone())?;
                _ = cursor.until(|token| token.is("rename"));
                return cursor.eat("rename to").then(|| vec![renamed]);
            }
            cursor.eat("drop").then_some(())?;
            Some(vec![thing(cursor)?])
        }
        _ => None,
    }
}

/// Returns what is no longer there under its name when a table is changed, given from the action on.
fn altered(table: &QualifiedName, mut cursor: Cursor<'_, '_>) -> Option<Vec<Thing>> {
    if cursor.eat("rename to") || cursor.eat("set schema") {
        return Some(vec![Thing::new("table", table.clone())]);
    }
    let parts = [
        ("drop column", "column"),
        ("rename column", "column"),
        ("drop constraint", "constraint"),
        ("rename constraint", "constraint"),
    ];
    let kind = cursor.eat_any(&parts)?;
    Some(vec![Thing::new(kind, there::part_name(table, &cursor.ident()?))])
}
