//! `ALTER TABLE`, folded into the declarations that it changes.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::amend::amend;
use super::{Cx, attach, push, qualified};
use crate::diag::{Code, did_you_mean};
use crate::model::default_name::{check_column, elements, object_name};
use crate::model::token::mentions_name;
use crate::model::{PgIdent, PgType, QualifiedName, VerbatimData};
use crate::source::decl::{
    AlterAction, AlterTableDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Ident, IndexDecl,
    IndexKey, Language, NamedMark, QName, TableDecl,
};
use crate::span::Spanned;

const DUPLICATE_TABLE: Code = Code::new("duplicate-table");
const DUPLICATE_COLUMN: Code = Code::new("duplicate-column");
const NO_TABLE: Code = Code::new("alter-of-no-table");
const DROP_BEFORE: Code = Code::new("drop-before-definition");
const UNKNOWN_CONSTRAINT: Code = Code::new("unknown-constraint");

/// Declarations whose tables are as they end up.
pub(super) struct Folded {
    pub(super) decls: Vec<Decl>,
    /// Changes that the model does not hold, as SQL, with their tables.
    pub(super) alterations: Vec<(QName, Spanned<String>)>,
    /// Whether a table is declared in more than one place.
    pub(super) repeated: bool,
}

/// Removes declarations of tables that contradict earlier ones, and applies every change to the declaration of its table, so
/// that later steps see each table as it ends up.
pub(super) fn fold(decls: Vec<Decl>, cx: &mut Cx<'_>) -> Folded {
    let mut tables: IndexMap<QualifiedName, Vec<TableDecl>, FxBuildHasher> = IndexMap::default();
    let mut alters = Vec::new();
    // The places of tables among the declarations are kept: they are the order of the document.
    let mut places: Vec<Result<Decl, QualifiedName>> = Vec::with_capacity(decls.len());
    for decl in decls {
        match decl {
            Decl::Table(table) => {
                let name = qualified(&table.name);
                let known = tables.entry(name.clone()).or_default();
                if !contradicts(known, &table, cx) {
                    push(known, table);
                    places.push(Err(name));
                }
            }
            Decl::AlterTable(alter) => alters.push(alter),
            other => places.push(Ok(other)),
        }
    }
    let mut alterations = Vec::new();
    let mut dropped: BTreeSet<(QualifiedName, String)> = BTreeSet::new();
    let mut parts = attach::Parts::default();
    let heirs = Heirs::of(&tables, &alters);
    for alter in alters {
        let mut passed = parts.passed_on(&alter);
        passed.extend(heirs.changes(&alter, &tables));
        if cx.config.literal {
            parts.note(&alter);
        }
        for alter in std::iter::once(alter).chain(passed) {
            let name = qualified(&alter.table);
            match tables.get_mut(&name) {
                Some(decls) => apply(alter, &name, decls, &mut alterations, &mut dropped, cx),
                None if cx.carried.contains(&name) => carry(alter, &name, cx),
                None => no_table(&alter.table, tables.keys(), cx),
            }
        }
    }
    if cx.config.literal {
        attach::fold(&mut tables, &mut alterations, cx);
    }
    let repeated = tables.values().any(|decls| decls.len() > 1);
    let mut tables: IndexMap<QualifiedName, std::vec::IntoIter<TableDecl>, FxBuildHasher> =
        tables.into_iter().map(|(name, decls)| (name, decls.into_iter())).collect();
    let decls = places
        .into_iter()
        .filter_map(|place| match place {
            Ok(Decl::Index(index)) => {
                let name = qualified(&index.table);
                // A script has lost those that stood before the drop when it was replayed.
                let mut gone = dropped.iter().filter(|(table, _)| *table == name && !cx.config.literal);
                (!gone.any(|(_, column)| names_column(&index.index, column))).then_some(Decl::Index(index))
            }
            Ok(other) => Some(other),
            Err(name) => tables.get_mut(&name)?.next().map(Decl::Table),
        })
        .collect();
    Folded { decls, alterations, repeated }
}

/// By table, the partitions and heirs that say in their own declaration whose they are.
struct Heirs(BTreeMap<QualifiedName, Vec<QualifiedName>>);

impl Heirs {
    /// Finds them, where anything is changed that is changed in them too.
    fn of(
        tables: &IndexMap<QualifiedName, Vec<TableDecl>, FxBuildHasher>,
        alters: &[AlterTableDecl],
    ) -> Self {
        let mut heirs: BTreeMap<QualifiedName, Vec<QualifiedName>> = BTreeMap::new();
        if alters.iter().any(|alter| spread(alter).next().is_some()) {
            for (name, decl) in
                tables.iter().flat_map(|(name, decls)| decls.iter().map(move |decl| (name, decl)))
            {
                for parent in decl.tail.iter().flat_map(|tail| super::inherit::parents(&tail.node)) {
                    heirs.entry(parent).or_default().push(name.clone());
                }
            }
        }
        Self(heirs)
    }

    /// Returns what a change does to the partitions and heirs that are there before it.
    fn changes(
        &self,
        alter: &AlterTableDecl,
        tables: &IndexMap<QualifiedName, Vec<TableDecl>, FxBuildHasher>,
    ) -> Vec<AlterTableDecl> {
        let actions: Vec<AlterAction> = spread(alter).cloned().collect();
        let (mut passed, mut seen) = (Vec::new(), BTreeSet::new());
        let mut open: Vec<QualifiedName> =
            if actions.is_empty() { Vec::new() } else { vec![qualified(&alter.table)] };
        while let Some(parent) = open.pop() {
            for heir in self.0.get(&parent).into_iter().flatten() {
                let decl = tables.get(heir).and_then(|decls| decls.first());
                let is_there = |decl: &&TableDecl| {
                    decl.span.file == alter.span.file && decl.span.end <= alter.span.start
                };
                let Some(decl) = decl.filter(is_there).filter(|_| seen.insert(heir.clone())) else {
                    continue;
                };
                let (table, actions) = (decl.name.clone(), actions.clone());
                passed.push(AlterTableDecl {
                    table,
                    only: true,
                    if_exists: false,
                    actions,
                    span: alter.span,
                });
                open.push(heir.clone());
            }
        }
        passed
    }
}

/// Returns what a change does to columns of a table and its heirs alike: their defaults, and that they take NULL again.
fn spread(alter: &AlterTableDecl) -> impl Iterator<Item = &AlterAction> {
    let actions = alter.actions.iter().filter(|_| !alter.only);
    actions.filter(|action| matches!(action, AlterAction::SetDefault(..) | AlterAction::SetNotNull(_, false)))
}

/// Tells whether a table is declared again in the same language with other columns, and reports it.
///
/// Two languages may each give a part of a table, a catalogue its key columns and a fence all of them; within one language a
/// second definition with other columns is a mistake.
fn contradicts(known: &[TableDecl], decl: &TableDecl, cx: &mut Cx<'_>) -> bool {
    let columns = |decl: &TableDecl| -> BTreeSet<String> {
        decl.columns.iter().map(|column| column.name.node.clone()).collect()
    };
    // Those of one language that are known agree with one another.
    let first = known.iter().find(|first| first.language == decl.language);
    // Diagrams show parts: of two that draw one table each may leave out what the other has.
    let drawn = decl.language == Language::Mermaid;
    let first = first.filter(|first| !drawn && columns(first) != columns(decl));
    if let Some(first) = first {
        let message = format!("the table `{}` is defined again with other columns", decl.name);
        let diagnostic = cx
            .sink
            .error(DUPLICATE_TABLE, decl.name.span(), message)
            .label(first.name.span(), "defined here first")
            .help("remove one of the two definitions, or give the second table another name");
        let heading = |table: &TableDecl| table.section.as_ref().map(|section| section.span);
        if decl.section.is_some() && heading(first) != heading(decl) {
            diagnostic.help(
                "if they are of two databases, make a schema of each, with the document among its `sources` and the other's heading as \"ignore\" among its labels",
            );
        }
    }
    first.is_some()
}

/// Carries a change of something that is carried itself: old dumps change sequences and views by `ALTER TABLE`.
fn carry(alter: AlterTableDecl, name: &QualifiedName, cx: &mut Cx<'_>) {
    for action in alter.actions {
        if let AlterAction::Other(text) = action {
            cx.schema.verbatim.push(VerbatimData {
                kind: "alter table".to_owned(),
                creates: None,
                names: vec![name.clone()],
                was: None,
                text: text.map(|text| format!("ALTER TABLE {name} {text}")),
                stale: false,
            });
        } else {
            let message = format!("`{}` is no table, and this change of it is not understood", name.plain());
            cx.sink
                .warning(NO_TABLE, alter.span, message)
                .help("write `ALTER VIEW` or `ALTER SEQUENCE`, which is carried through");
        }
    }
}

fn no_table<'a>(name: &QName, known: impl Iterator<Item = &'a QualifiedName>, cx: &mut Cx<'_>) {
    let known: Vec<String> = known.map(QualifiedName::plain).collect();
    let hint = did_you_mean(&name.to_string(), known.iter().map(String::as_str));
    let help = if hint.is_empty() { "define the table, or remove the statement".to_owned() } else { hint };
    cx.sink.error(super::UNKNOWN_REFERENCE, name.span(), format!("there is no table `{name}`")).help(help);
}

fn apply(
    alter: AlterTableDecl,
    name: &QualifiedName,
    decls: &mut [TableDecl],
    alterations: &mut Vec<(QName, Spanned<String>)>,
    dropped: &mut BTreeSet<(QualifiedName, String)>,
    cx: &mut Cx<'_>,
) {
    // A script that can be run again takes away first what it is about to make.
    let before = decls
        .first()
        .is_some_and(|first| first.span.file == alter.span.file && alter.span.end <= first.span.start);
    for action in alter.actions {
        // A column is changed wherever it is declared; what is added goes to the first declaration.
        match action {
            AlterAction::AddColumn(column) => add_column(decls, name, *column, cx),
            AlterAction::AddConstraint(constraint) => {
                if let Some(first) = decls.first_mut() {
                    first.constraints.push(*constraint);
                }
            }
            AlterAction::SetNotNull(column, not_null) if is_inherited(decls, &column) => {
                let verb = if not_null { "SET" } else { "DROP" };
                let action = format!("ALTER COLUMN {} {verb} NOT NULL", PgIdent::new(&column.node));
                alterations.push((alter.table.clone(), Spanned::new(action, column.span)));
            }
            AlterAction::SetDefault(column, default) if is_inherited(decls, &column) => {
                let ty = PgType::Unknown(String::new());
                let verb = default.map(|default| super::column::value(cx, &default, &ty));
                let verb = verb.map_or_else(|| "DROP DEFAULT".to_owned(), |sql| format!("SET DEFAULT {sql}"));
                let action = format!("ALTER COLUMN {} {verb}", PgIdent::new(&column.node));
                alterations.push((alter.table.clone(), Spanned::new(action, column.span)));
            }
            AlterAction::SetNotNull(column, not_null) => change(decls, name, &column, cx, |decl| {
                // Taking NULL again is what a column does about which nothing is said.
                decl.nullable = not_null.then(|| Spanned::new(false, column.span));
            }),
            AlterAction::SetDefault(column, default) => change(decls, name, &column, cx, |decl| {
                decl.default = default.clone();
                counts_no_more(decl);
            }),
            AlterAction::SetType(column, ty) => {
                change(decls, name, &column, cx, |decl| {
                    decl.ty = Some(ty.clone());
                    // A type that is set without a collation has its own.
                    decl.collation = None;
                });
            }
            AlterAction::DropColumn(gone) | AlterAction::DropConstraint(gone) if before => {
                cx.sink
                    .info(
                        DROP_BEFORE,
                        gone.span,
                        format!("`{}` is dropped before `{}` is defined", gone.node, name.plain()),
                    )
                    .help("the schema is what the definition says; the statement can go");
            }
            AlterAction::DropColumn(column) => {
                drop_column(decls, name, &column, cx);
                dropped.insert((name.clone(), column.node));
            }
            AlterAction::DropConstraint(constraint) => drop_constraint(decls, name, &constraint, cx),
            AlterAction::Other(text) if amend(&text, decls) => {}
            AlterAction::Other(text) => alterations.push((alter.table.clone(), text)),
        }
    }
}

/// Tells whether a table has a column that is not among its own from a parent.
fn is_inherited(decls: &[TableDecl], column: &Ident) -> bool {
    let mut own = decls.iter().flat_map(|decl| &decl.columns);
    let has_parent =
        |decl: &TableDecl| decl.tail.as_ref().is_some_and(|tail| super::inherit::has_parent(&tail.node));
    own.all(|own| own.name.node != column.node) && decls.iter().any(has_parent)
}

/// Makes a serial column, which gets another default or none, one of the type that it stands for.
pub(super) fn counts_no_more(column: &mut ColumnDecl) {
    let Some(ty) = &mut column.ty else { return };
    let Some(plain) = counted(&ty.node) else { return };
    plain.clone_into(&mut ty.node);
    column.nullable = Some(Spanned::new(false, ty.span));
}

/// Returns the type that a serial type stands for.
pub(super) fn counted(ty: &str) -> Option<&'static str> {
    match ty.to_ascii_lowercase().as_str() {
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        "smallserial" | "serial2" => Some("smallint"),
        _ => None,
    }
}

fn add_column(decls: &mut [TableDecl], table: &QualifiedName, column: ColumnDecl, cx: &mut Cx<'_>) {
    let mut known = decls.iter().flat_map(|decl| &decl.columns);
    if let Some(known) = known.find(|known| known.name.node == column.name.node) {
        let ty = |column: &ColumnDecl| column.ty.as_ref().map(|ty| PgType::parse(&ty.node));
        if ty(known) == ty(&column) || column.if_missing && cx.config.literal {
            // `ADD COLUMN IF NOT EXISTS` of a column that is there says nothing new, and in a script does nothing.
            return;
        }
        let message = format!("`{}` has a column `{}` already", table.plain(), column.name.node);
        cx.sink
            .error(DUPLICATE_COLUMN, column.name.span, message)
            .label(known.name.span, "given here first")
            .help("rename or remove one of the two");
    } else if let Some(first) = decls.first_mut() {
        first.columns.push(column);
    }
}

fn change(
    decls: &mut [TableDecl],
    table: &QualifiedName,
    column: &Ident,
    cx: &mut Cx<'_>,
    mut change: impl FnMut(&mut ColumnDecl),
) {
    let mut found = false;
    for decl in
        decls.iter_mut().flat_map(|decl| &mut decl.columns).filter(|decl| decl.name.node == column.node)
    {
        change(decl);
        found = true;
    }
    if !found {
        no_column(decls, table, column, cx);
    }
}

fn no_column(decls: &[TableDecl], table: &QualifiedName, column: &Ident, cx: &mut Cx<'_>) {
    let names = decls.iter().flat_map(|decl| &decl.columns).map(|column| column.name.node.as_str());
    let hint = did_you_mean(&column.node, names);
    let help = if hint.is_empty() { "define the column, or remove the statement".to_owned() } else { hint };
    let message = format!("`{}` has no column `{}`", table.plain(), column.node);
    cx.sink.error(super::UNKNOWN_REFERENCE, column.span, message).help(help);
}

/// Removes a column with the constraints and indexes that name it, as PostgreSQL does.
fn drop_column(decls: &mut [TableDecl], table: &QualifiedName, column: &Ident, cx: &mut Cx<'_>) {
    if !decls.iter().flat_map(|decl| &decl.columns).any(|decl| decl.name.node == column.node) {
        // A script that runs says `IF EXISTS`.
        if !cx.config.literal {
            no_column(decls, table, column, cx);
        }
        return;
    }
    let names = |idents: &[Ident]| idents.iter().any(|ident| ident.node == column.node);
    for decl in decls {
        decl.columns.retain(|known| known.name.node != column.node);
        decl.constraints.retain(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
                !names(columns)
            }
            ConstraintKind::ForeignKey(key) => !names(&key.columns),
            ConstraintKind::Check(check) => !mentions_name(&check.expression.node, &column.node),
            ConstraintKind::Exclude(text) => !mentions_name(&text.node, &column.node),
        });
        decl.indexes.retain(|index| !names_column(index, &column.node));
    }
}

/// Tells whether an index has a column in it, which it does not outlive.
pub(super) fn names_column(index: &IndexDecl, column: &str) -> bool {
    let key = |key: &IndexKey| match key {
        IndexKey::Column(name) => name.node == column,
        IndexKey::Expression(text) => mentions_name(&text.node, column),
    };
    index.parts.iter().any(|part| key(&part.key))
        || index.include.iter().any(|name| name.node == column)
        || index.predicate.as_ref().is_some_and(|text| mentions_name(&text.node, column))
}

/// Removes a constraint by its name, or by the one that PostgreSQL gives where the author gave none.
fn drop_constraint(decls: &mut [TableDecl], table: &QualifiedName, wanted: &Ident, cx: &mut Cx<'_>) {
    let mut found = false;
    let mut gone = |name: Option<&Ident>, default: &dyn Fn() -> String| {
        let is = name.map_or_else(|| default() == wanted.node, |name| name.node == wanted.node);
        found |= is;
        is
    };
    let bare = table.name.as_str();
    for decl in decls {
        for column in &mut decl.columns {
            let on = |suffix: &str| object_name(bare, &column.name.node, suffix);
            let mark = |mark: &Option<NamedMark>| mark.as_ref().and_then(|mark| mark.name.clone());
            if column.primary_key.is_some()
                && gone(mark(&column.primary_key).as_deref(), &|| object_name(bare, "", "pkey"))
            {
                column.primary_key = None;
                // PostgreSQL goes on refusing NULL.
                column.nullable = Some(Spanned::new(false, wanted.span));
            }
            if column.unique.is_some() && gone(mark(&column.unique).as_deref(), &|| on("key")) {
                column.unique = None;
            }
            column.checks.retain(|check| {
                let default = || object_name(bare, &check_column(&check.expression.node), "check");
                !gone(check.name.as_ref(), &default)
            });
            column.references.retain(|key| !gone(key.name.as_ref(), &|| on("fkey")));
        }
        let mut refusing: Vec<String> = Vec::new();
        decl.constraints.retain(|constraint| {
            let gone = gone(constraint.name.as_ref(), &|| default_name(bare, constraint));
            if let (true, ConstraintKind::PrimaryKey { columns, .. }) = (gone, &constraint.kind) {
                refusing.extend(columns.iter().map(|column| column.node.clone()));
            }
            !gone
        });
        for column in decl.columns.iter_mut().filter(|column| refusing.contains(&column.name.node)) {
            column.nullable = Some(Spanned::new(false, wanted.span));
        }
    }
    if !found {
        let message = format!("`{}` has no constraint `{}`", table.plain(), wanted.node);
        cx.sink
            .warning(UNKNOWN_CONSTRAINT, wanted.span, message)
            .help("correct the name, or remove the statement");
    }
}

/// Returns the name of a table constraint: the author's, or PostgreSQL's own.
pub(super) fn name_of(table: &str, constraint: &ConstraintDecl) -> String {
    constraint.name.as_ref().map_or_else(|| default_name(table, constraint), |name| name.node.clone())
}

/// Returns the name that PostgreSQL gives a table constraint.
fn default_name(table: &str, constraint: &ConstraintDecl) -> String {
    let (columns, label) = words_of_name(&constraint.kind);
    object_name(table, &columns, label)
}

/// Returns the columns and the label of which PostgreSQL makes the name of a constraint.
pub(super) fn words_of_name(kind: &ConstraintKind) -> (String, &'static str) {
    let joined = |columns: &[Ident], more: &[Ident]| {
        columns.iter().chain(more).map(|column| column.node.as_str()).collect::<Vec<_>>().join("_")
    };
    match kind {
        ConstraintKind::PrimaryKey { .. } => (String::new(), "pkey"),
        ConstraintKind::Unique { columns, include, .. } => (joined(columns, include), "key"),
        ConstraintKind::ForeignKey(key) => (joined(&key.columns, &[]), "fkey"),
        ConstraintKind::Check(check) => (check_column(&check.expression.node), "check"),
        ConstraintKind::Exclude(text) => (elements(&text.node).join("_"), "excl"),
    }
}
