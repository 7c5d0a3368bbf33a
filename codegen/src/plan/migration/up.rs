//! What migrations do.

mod described;
mod index;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Section;
use super::constraint;
use super::diff::{Needs, unchecked};
use super::down;
use super::names::{Names, Part};
use super::place::File;
use super::role;
use super::statement::{ColumnDef, CommentOn, ConstraintDef, Statement, TableDef, parted};
use crate::config::Config;
use crate::model::attachment;
use crate::model::token::{Cursor, tokens};
use crate::model::{Column, PgIdent, PgType, QualifiedName, Schema, Table, TableId, VerbatimData};
use crate::span::Span;

pub(super) use index::needs_index;
pub(in crate::plan) use index::table_indexes;

/// What one file does.
#[derive(Clone, Debug)]
pub(super) struct Up {
    /// Statements by kind.
    pub(super) sections: Vec<Section>,
}

/// Returns what every file does.
pub(super) fn files(schema: &Schema, config: &Config, names: &Names, files: &[File]) -> Vec<Up> {
    let at: BTreeMap<TableId, usize> = files
        .iter()
        .enumerate()
        .flat_map(|(at, file)| file.tables.iter().map(move |table| (*table, at)))
        .collect();
    let needs = Needs::of(schema, config);
    let made = names_of_own(schema);
    let stale: BTreeSet<&str> =
        schema.verbatim.iter().filter(|data| data.stale).map(|data| data.text.node.as_str()).collect();
    let verbatim = place_verbatim(schema, &at, files.len(), &needs);
    let places: Vec<usize> = verbatim.iter().map(|place| place.0).collect();
    let along = described::going_along(schema, &at, &places, &needs);
    let types = place_types(schema, &at);
    // What another system owns is there before anything is made.
    let mut created: BTreeSet<TableId> =
        schema.tables().filter(|table| table.data.external).map(|table| table.id).collect();
    let mut pending: Vec<(TableId, usize)> = Vec::new();
    let mut waiting: Vec<(TableId, usize, TableId)> = Vec::new();
    // A key of the whole takes up those of its partitions, which have to be there before it.
    let attached = schema.verbatim.iter().filter(|data| data.kind == "alter index");
    let attached: Vec<(QualifiedName, QualifiedName)> =
        attached.filter_map(|data| attachment::of(&data.text.node)).collect();
    let mut takes_up: BTreeSet<QualifiedName> = attached.iter().map(|(whole, _)| whole.clone()).collect();
    takes_up.extend(schema.own_tables().flat_map(|part| taking_up(part, config, names)));
    let waits = |table: Table<'_>, constraint: &ConstraintDef| {
        let (schema, name) = (table.name().schema.clone(), constraint.name.clone());
        takes_up.contains(&QualifiedName { schema, name })
    };
    let mut without_key: BTreeSet<TableId> = BTreeSet::new();
    let mut ups = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let mut tables = Vec::new();
        let mut constraints = Vec::new();
        let mut indexes = Vec::new();
        let mut comments = types_comments(schema, &types, index);
        for id in &file.tables {
            let table = schema.table(*id);
            created.insert(*id);
            let mut definition = table_def(table, config, names);
            for (at, key) in table.data.foreign_keys.iter().enumerate().filter(|(_, key)| key.enforced) {
                if created.contains(&key.referenced) && !without_key.contains(&key.referenced) {
                    definition.constraints.push(constraint::foreign_key(table, at, key, names));
                } else {
                    pending.push((*id, at));
                }
            }
            let (later, inline): (Vec<_>, Vec<_>) =
                definition.constraints.into_iter().partition(|constraint| {
                    constraint::stands_apart(table, constraint, names) || waits(table, constraint)
                });
            definition.constraints = inline;
            without_key.extend(later.iter().any(|constraint| waits(table, constraint)).then_some(*id));
            constraints.extend(later.into_iter().map(|constraint| {
                told(Statement::AddConstraint { table: table.name().clone(), constraint })
            }));
            tables.push(told(Statement::CreateTable(definition)));
            for (at, action) in table.data.alterations.iter().enumerate() {
                match referenced(&action.node).and_then(|name| schema.find_table(&name)) {
                    // A foreign key with periods waits for its table, and for that one's key.
                    Some(other) if !other.data.external => waiting.push((*id, at, other.id)),
                    _ => tables.push(alteration(table, at)),
                }
            }
            for (_, index) in table_indexes(table, config, names) {
                let name = QualifiedName { schema: table.name().schema.clone(), name: index.name.clone() };
                indexes.push((name, told(Statement::CreateIndex(index))));
            }
            let described = table_comments(table, config, names).into_iter();
            comments.extend(described.map(|(on, text, _)| told(Statement::Comment { on, text })));
        }
        let (closed, open): (Vec<_>, Vec<_>) = pending.into_iter().partition(|(table, at)| {
            schema
                .table(*table)
                .data
                .foreign_keys
                .get(*at)
                .is_some_and(|key| created.contains(&key.referenced))
        });
        pending = open;
        constraints.extend(closed.into_iter().filter_map(|(id, at)| {
            let table = schema.table(id);
            let key = table.data.foreign_keys.get(at)?;
            let constraint = constraint::foreign_key(table, at, key, names);
            Some(told(Statement::AddConstraint { table: table.name().clone(), constraint }))
        }));
        let (closed, open): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(.., referenced)| created.contains(referenced));
        waiting = open;
        constraints.extend(closed.into_iter().map(|(id, at, _)| alteration(schema.table(id), at)));
        let of = |stage| verbatim_of(schema, &verbatim, &along, &needs, index, stage);
        let sections = [
            (
                "Schemas",
                place_of(&types.namespaces, index)
                    .map(|name| told(Statement::CreateSchema(PgIdent::new(name))))
                    .collect(),
            ),
            (
                "Extensions",
                place_of(&types.extensions, index)
                    .map(|name| told(Statement::CreateExtension(PgIdent::new(name))))
                    .collect(),
            ),
            ("Types", enums(schema, &types, index).map(told).chain(of(Stage::BeforeTables)).collect()),
            ("Tables", tables),
            ("Constraints", constraints),
            ("Indexes", index::parts_first(indexes, &attached)),
            ("Functions, triggers, views and policies", of(Stage::AfterTables)),
            ("Comments", comments),
        ];
        let mut sections = arranged(&needs, sections);
        sections.iter_mut().for_each(|section| leave_unchecked(section, &made, &stale));
        ups.push(Up { sections });
    }
    ups
}

/// Returns a carried alteration of a table.
fn alteration(table: Table<'_>, at: usize) -> Told {
    let action = table.data.alterations.get(at);
    let statement = Statement::AlterTable {
        table: table.name().clone(),
        action: action.map(|action| action.node.clone()).unwrap_or_default(),
    };
    (statement, action.map(|action| action.span))
}

/// Returns the table to which a carried foreign key refers.
pub(super) fn referenced(action: &str) -> Option<QualifiedName> {
    let tokens = tokens(action);
    let mut cursor = Cursor::new(action, &tokens);
    cursor.eat("add").then_some(())?;
    while !cursor.next()?.is("references") {}
    cursor.name()
}

/// A statement, with its place where the documents say it as it stands.
type Told = (Statement, Option<Span>);

fn told(statement: Statement) -> Told {
    (statement, None)
}

/// Makes the sections of a file: those given, unless something in them needs what a later one makes; that comes before it then.
fn arranged<const N: usize>(needs: &Needs, sections: [(&'static str, Vec<Told>); N]) -> Vec<Section> {
    let statements: Vec<(&'static str, Told)> = sections
        .into_iter()
        .flat_map(|(title, statements)| statements.into_iter().map(move |told| (title, told)))
        .collect();
    let order = needs.order(&statements.iter().map(|(_, (it, said))| (it, *said)).collect::<Vec<_>>());
    let mut statements: Vec<Option<(&'static str, Told)>> = statements.into_iter().map(Some).collect();
    let mut sections: Vec<Section> = Vec::new();
    for at in order {
        let Some((title, (statement, _))) = statements.get_mut(at).and_then(Option::take) else { continue };
        match sections.last_mut().filter(|section| section.title == title) {
            Some(section) => section.statements.push(statement),
            None => sections.push(Section { title: title.to_owned(), statements: vec![statement] }),
        }
    }
    sections
}

/// Returns what the schema makes, by name.
fn names_of_own(schema: &Schema) -> BTreeSet<&QualifiedName> {
    let tables = schema.tables().map(|table| table.name());
    let enums = schema.enums.iter().map(|data| &data.name.value);
    tables.chain(enums).chain(schema.verbatim.iter().filter_map(|data| data.creates.as_ref())).collect()
}

/// Turns PostgreSQL's look into the body off around what makes a routine whose body says of things of its own schema not where they are,
/// or names what is no more.
fn leave_unchecked(section: &mut Section, made: &BTreeSet<&QualifiedName>, stale: &BTreeSet<&str>) {
    let statements = std::mem::take(&mut section.statements);
    for statement in statements {
        let is_unchecked = matches!(&statement, Statement::Verbatim { text, .. }
            if stale.contains(text.as_str()) || unchecked::is_unchecked(text, |name| made.contains(&name)));
        let around =
            |text: &str| is_unchecked.then(|| Statement::Verbatim { text: text.to_owned(), drop: None });
        section.statements.extend(around(unchecked::BEFORE));
        section.statements.push(statement);
        section.statements.extend(around(unchecked::BEHIND));
    }
}

/// In which file a type, schema or extension is created, by name.
#[derive(Debug)]
struct Types {
    namespaces: Vec<(String, usize)>,
    extensions: Vec<(String, usize)>,
    enums: Vec<(QualifiedName, usize)>,
}

/// Puts what tables need into the first file that needs it, and what nothing needs into the first of all.
fn place_types(schema: &Schema, at: &BTreeMap<TableId, usize>) -> Types {
    let columns: Vec<(Column<'_>, usize)> = schema
        .own_tables()
        .flat_map(|table| table.columns())
        .filter_map(|column| Some((column, *at.get(&column.table.id)?)))
        .collect();
    let first = |needs: &dyn Fn(Column<'_>) -> bool| {
        columns.iter().filter(|(column, _)| needs(*column)).map(|(_, file)| *file).min().unwrap_or_default()
    };
    let enums: Vec<(QualifiedName, usize)> = schema
        .enums
        .iter()
        .map(|data| {
            let name = data.name.value.clone();
            let file = first(&|column| *column.ty().element() == PgType::Enum(name.clone()));
            (name, file)
        })
        .collect();
    let namespaces = schema.namespaces.iter().map(|name| {
        let is_in = |other: &QualifiedName| other.schema.as_ref() == Some(&name.value);
        let of_tables = schema
            .own_tables()
            .filter(|table| is_in(table.name()))
            .filter_map(|table| at.get(&table.id).copied())
            .min();
        let of_enums = enums.iter().filter(|(other, _)| is_in(other)).map(|(_, file)| *file).min();
        (name.value.as_str().to_owned(), of_tables.into_iter().chain(of_enums).min().unwrap_or_default())
    });
    let extensions = schema.extensions.iter().map(|name| {
        let file = first(&|column| column.ty().extension() == Some(name.value.as_str()));
        (name.value.clone(), file)
    });
    Types { namespaces: namespaces.collect(), extensions: extensions.collect(), enums }
}

fn place_of(names: &[(String, usize)], index: usize) -> impl Iterator<Item = &str> {
    names.iter().filter(move |(_, file)| *file == index).map(|(name, _)| name.as_str())
}

fn enums<'a>(schema: &'a Schema, types: &'a Types, index: usize) -> impl Iterator<Item = Statement> + 'a {
    let here = types.enums.iter().filter(move |(_, file)| *file == index);
    here.filter_map(|(name, _)| schema.find_enum(name)).map(|data| Statement::CreateEnum {
        name: data.name.value.clone(),
        labels: data.labels.iter().map(|label| label.label.value.clone()).collect(),
    })
}

fn types_comments(schema: &Schema, types: &Types, index: usize) -> Vec<Told> {
    let here = types.enums.iter().filter(move |(_, file)| *file == index);
    here.filter_map(|(name, _)| schema.find_enum(name))
        .filter_map(|data| {
            let text = data.comment.as_ref()?.value.clone();
            Some(told(Statement::Comment { on: CommentOn::Type(data.name.value.clone()), text }))
        })
        .collect()
}

/// Returns the keys of the whole that take up a key of its partition, which demands the same.
fn taking_up(part: Table<'_>, config: &Config, names: &Names) -> Vec<QualifiedName> {
    let Some(whole) = part.whole() else { return Vec::new() };
    let keys = |table| {
        let mut constraints = constraint::of_table(table, config, names);
        constraints.retain(|constraint| constraint.body.is_key());
        constraints
    };
    let own = keys(part);
    if own.is_empty() {
        return Vec::new();
    }
    let mut taking = keys(whole);
    taking.retain(|key| own.iter().any(|own| own.body == key.body && own.timing == key.timing));
    let schema = &whole.name().schema;
    taking.into_iter().map(|key| QualifiedName { schema: schema.clone(), name: key.name }).collect()
}

pub(super) fn table_def(table: Table<'_>, config: &Config, names: &Names) -> TableDef {
    let tail = table.data.tail.as_ref().map(|tail| tail.node.clone());
    let (like, tail) = tail.map_or((None, None), |tail| parted(&tail));
    TableDef {
        name: table.name().clone(),
        columns: table.columns().filter(|column| !column.data.inherited).map(column_def).collect(),
        constraints: constraint::of_table(table, config, names),
        like,
        tail,
    }
}

pub(super) fn column_def(column: Column<'_>) -> ColumnDef {
    let data = column.data;
    let identity = usize::from(data.identity.is_some());
    let generated = usize::from(data.generated.is_some());
    let said =
        usize::from(data.collation.is_some()) + usize::from(data.default.is_some()) + identity + generated;
    let is_nullable = column.is_nullable();
    let mut clauses: Vec<Cow<'static, str>> = Vec::with_capacity(said + usize::from(!is_nullable));
    clauses.extend(data.collation.as_ref().map(|collation| format!("COLLATE {}", collation.value).into()));
    // The primary key says so of its columns; written out, a reader sees it at the column too.
    if !is_nullable {
        clauses.push("NOT NULL".into());
    }
    clauses.extend(data.default.as_ref().map(|default| format!("DEFAULT {}", default.value.sql).into()));
    if let Some(identity) = &data.identity {
        let when = if identity.value.always { "ALWAYS" } else { "BY DEFAULT" };
        clauses.push(match (&identity.value.options, identity.value.always) {
            (Some(options), _) => format!("GENERATED {when} AS IDENTITY ({options})").into(),
            (None, true) => "GENERATED ALWAYS AS IDENTITY".into(),
            (None, false) => "GENERATED BY DEFAULT AS IDENTITY".into(),
        });
    }
    if let Some(generated) = &data.generated {
        let kind = if generated.value.stored { "STORED" } else { "VIRTUAL" };
        clauses.push(format!("GENERATED ALWAYS AS ({}) {kind}", generated.value.expression).into());
    }
    ColumnDef { name: data.name.value.clone(), ty: data.ty.value.clone(), clauses }
}

/// Returns what the documents say of a table and its parts, and where.
pub(in crate::plan) fn table_comments(
    table: Table<'_>,
    config: &Config,
    names: &Names,
) -> Vec<(CommentOn, String, Span)> {
    let mut comments = Vec::new();
    if let Some(text) = &table.data.comment {
        comments.push((CommentOn::Table(table.name().clone()), text.value.clone(), text.span));
    }
    for column in table.columns() {
        if let Some((text, span)) = column_comment(column, config) {
            let on = CommentOn::Column(table.name().clone(), column.data.name.value.clone());
            comments.push((on, text, span));
        }
    }
    for (at, index) in table.data.indexes.iter().enumerate() {
        if let Some(text) = &index.comment {
            let schema = table.name().schema.clone();
            let name = QualifiedName { schema, name: names.get(table.id, Part::Index(at)) };
            comments.push((CommentOn::Index(name), text.value.clone(), text.span));
        }
    }
    for (at, key) in table.data.foreign_keys.iter().enumerate().filter(|(_, key)| key.enforced) {
        if let Some(text) = &key.comment {
            let on = CommentOn::Constraint(names.get(table.id, Part::ForeignKey(at)), table.name().clone());
            comments.push((on, text.value.clone(), text.span));
        }
    }
    comments
}

/// Returns what the document says of a column, and its prefix where it gives one.
fn column_comment(column: Column<'_>, config: &Config) -> Option<(String, Span)> {
    let data = column.data;
    let span = data.comment.as_ref().map(|it| it.span).or(data.prefix.as_ref().map(|it| it.span))?;
    let text = data.comment.as_ref().map(|comment| comment.value.clone());
    let prefix = data
        .prefix
        .as_ref()
        .filter(|_| !config.literal)
        .map(|prefix| format!("Begins with `{}`.", prefix.value));
    let text = match (text, prefix) {
        (Some(text), Some(prefix)) => Some(format!("{}. {prefix}", text.trim_end_matches('.'))),
        (text, prefix) => text.or(prefix),
    };
    Some((text?, span))
}

/// When a carried statement runs within its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    BeforeTables,
    AfterTables,
}

/// Returns the file and stage of every carried statement: what tables may need comes before them, what names tables into the
/// file of the last of them, the rest into the last file.
fn place_verbatim(
    schema: &Schema,
    at: &BTreeMap<TableId, usize>,
    files: usize,
    needs: &Needs,
) -> Vec<(usize, Stage)> {
    let by_name: BTreeMap<&QualifiedName, usize> =
        schema.own_tables().filter_map(|table| Some((table.name(), *at.get(&table.id)?))).collect();
    let file_of = |data: &VerbatimData| data.names.iter().filter_map(|name| by_name.get(name).copied()).max();
    let mut placed: Vec<(usize, Stage)> = Vec::new();
    let mut made: BTreeMap<&QualifiedName, usize> = BTreeMap::new();
    for data in &schema.verbatim {
        let named = file_of(data);
        // A view on a view, a trigger's function: what an earlier carried statement creates is needed as well.
        let carried = data.names.iter().filter_map(|name| made.get(name).copied()).max();
        let is_type = matches!(
            data.kind.as_str(),
            "domain"
                | "type"
                | "sequence"
                | "collation"
                | "range"
                | "extension"
                | "language"
                | "access method"
        );
        let place = match named.max(carried) {
            None if is_type => (0, Stage::BeforeTables),
            Some(file) if is_type && named.is_none() => (file, Stage::BeforeTables),
            None if data.kind == "function" => (0, Stage::AfterTables),
            None => {
                // What needs no table comes where a table needs it first.
                let users = needs.users(data.text.span).filter_map(|name| by_name.get(name).copied());
                (users.min().unwrap_or(files.saturating_sub(1)), Stage::AfterTables)
            }
            Some(file) => (file, Stage::AfterTables),
        };
        if let Some(created) = &data.creates {
            let file = made.entry(created).or_default();
            *file = place.0.max(*file);
        }
        placed.push(place);
    }
    // A description stands with what it describes.
    let places: Vec<usize> = placed.iter().map(|place| place.0).collect();
    for (at, file) in described::places(schema, &by_name, &places, needs) {
        if let Some(place) = placed.get_mut(at) {
            *place = (file, Stage::AfterTables);
        }
    }
    placed
}

fn verbatim_of(
    schema: &Schema,
    placed: &[(usize, Stage)],
    along: &BTreeSet<Span>,
    needs: &Needs,
    index: usize,
    stage: Stage,
) -> Vec<Told> {
    let here = schema.verbatim.iter().zip(placed).filter(move |(_, place)| place.0 == index);
    let mut statements: Vec<(&VerbatimData, Told)> = Vec::new();
    for (data, (_, own)) in here {
        let said = Some(data.text.span);
        let drop = Some(data).filter(|data| !along.contains(&data.text.span));
        let drop = drop.and_then(|data| down::of_carried(schema, data)).map(Box::new);
        let carried = |text| Statement::Verbatim { text, drop };
        match needs.split(data) {
            Some((text, _)) if stage == Stage::BeforeTables => statements.push((data, (carried(text), said))),
            Some((_, text)) => statements.push((data, told(Statement::Verbatim { text, drop: None }))),
            None if *own == stage => {
                let (text, tokens) = (&data.text.node, tokens(&data.text.node));
                let role = role::made_where_missing(&data.kind, text, Cursor::new(text, &tokens));
                let text = role.map_or_else(|| text.clone(), |(_, made)| made);
                statements.push((data, (carried(text), said)));
            }
            None => {}
        }
    }
    // Triggers and policies name functions, and functions what an extension brings, without the tool being able to tell in every
    // case.
    statements.sort_by_key(|(data, _)| match data.kind.as_str() {
        "extension" | "language" => 0,
        "function" => 1,
        _ => 2,
    });
    statements.into_iter().map(|(_, told)| told).collect()
}
