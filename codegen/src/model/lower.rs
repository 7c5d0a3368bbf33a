//! Lowering: declarations to the schema.
//!
//! Names are resolved and facts merged in passes: types first, then tables with their columns, then what hangs on columns (keys,
//! checks, indexes), then relations, then what only speaks about tables (comments, prefixes, migrations, lists).

mod access;
mod alter;
mod amend;
mod attach;
mod brief;
mod carriers;
mod claim;
mod column;
mod comment;
mod complete;
mod convention;
mod diagrams;
mod drawn;
mod extension;
mod foreign;
mod former;
mod index;
mod inherit;
mod key;
mod list;
mod marked;
mod meant;
mod migration;
mod models;
mod module;
mod names;
mod once;
mod prefix;
mod prose;
mod reference;
mod relation;
mod replay;
mod ruling;
mod search_path;
mod sound;
mod table;
mod twice;
mod types;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::config::Config;
use crate::diag::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::ident::{NameRef, PgIdent, QualifiedName};
use crate::model::{ColumnId, Fact, Schema, TableData, TableId, VerbatimData};
use crate::source::decl::{Decl, Ident, QName, TableDecl};
use crate::span::{FileId, Span};

/// A reference to a table, column or key that is not there; the linter's rule of the same name documents it.
pub(crate) const UNKNOWN_REFERENCE: Code = Code::new("unknown-reference");
const UNMATCHED: Code = Code::new("config-unmatched");
const EMPTY_TABLE: Code = Code::new("table-without-columns");

use extension::extension;
pub use once::told_once;
pub(crate) use types::BY_ANOTHER_NAME;
pub(crate) use words::joined as plain_name;

/// Resolves and merges declarations into a schema; what contradicts itself or refers to nothing is reported.
pub fn lower(mut decls: Vec<Decl>, config: &Config, sink: &mut Sink) -> Schema {
    former::take(&mut decls, sink);
    let ruling::Rulings { acknowledged, rollback, .. } = ruling::take(&mut decls, sink);
    convention::settle_exceptions(&mut decls, config);
    models::merge(&mut decls, sink);
    diagrams::merge(&mut decls);
    meant::types(&mut decls);
    let meant = if config.literal { Vec::new() } else { meant::references(&mut decls, config) };
    if config.literal {
        decls = replay::replay(decls, sink);
        prose::forget_comments(&mut decls);
    } else {
        decls = search_path::settled(decls);
    }
    let mut cx = Cx {
        config,
        sink,
        schema: Schema { acknowledged, rollback, ..Schema::default() },
        tables: IndexMap::default(),
        aliases: BTreeMap::new(),
        models: BTreeMap::new(),
        types: BTreeMap::new(),
        carried: BTreeSet::new(),
        worded: BTreeSet::new(),
        catalogued: BTreeSet::new(),
        named: BTreeSet::new(),
        drawn: diagrams::drawn(&decls),
    };
    cx.schema.inferred = meant;
    let mut carried = twice::Carried::default();
    for decl in &decls {
        match decl {
            Decl::Schema(data) => {
                namespace(&mut cx, &data.name);
                let was = data.was.as_ref().map(|was| Fact::said(PgIdent::new(&was.node), was.span));
                cx.schema.former_namespaces.extend(was.map(|was| (PgIdent::new(&data.name.node), was)));
            }
            Decl::Extension(data) => extension(&mut cx, &data.name.node, data.name.span),
            Decl::Enum(data) => types::add_enum(&mut cx, data),
            Decl::Verbatim(data) => {
                types::add_carried(&mut cx, data);
                cx.carried.extend(data.creates.as_ref().map(qualified));
                if carried.is_new(data, &mut cx) {
                    cx.schema.verbatim.push(VerbatimData {
                        kind: data.kind.clone(),
                        creates: data.creates.as_ref().map(qualified),
                        names: data.names.iter().map(qualified).collect(),
                        was: data.was.as_ref().map(types::former),
                        text: data.text.clone(),
                        stale: data.stale,
                    });
                }
            }
            Decl::Project(data) => {
                let note = data.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span));
                column::join_comment(&mut cx.schema.description, note);
            }
            Decl::NamedTable(data) => {
                cx.named.insert(data.name.node.clone());
            }
            Decl::Note(data) => {
                let name = Fact::said(data.name.node.clone(), data.name.span);
                cx.schema.notes.push((name, data.content.node.clone()));
            }
            _ => {}
        }
    }
    let alter::Folded { decls, alterations, repeated } = alter::fold(decls, &mut cx);
    if repeated || !cx.config.literal {
        carriers::compare(&decls, &mut cx);
    }
    let mut decls = complete::complete(decls, &mut cx);
    if !cx.config.literal {
        brief::complete(&mut decls);
    }
    cx.schema.tables.reserve(tables(&decls).count());
    for data in tables(&decls) {
        table::declare(&mut cx, data);
    }
    for (name, text) in alterations {
        if let Some(id) = cx.find(&name) {
            cx.table(id).alterations.push(text);
        }
    }
    inherit::columns(&mut cx);
    for data in tables(&decls) {
        key::table_keys(&mut cx, data);
    }
    for decl in &decls {
        match decl {
            Decl::Table(data) => index::table_indexes(&mut cx, data),
            Decl::Index(data) => index::add_to_named(&mut cx, &data.table, &data.index),
            _ => {}
        }
    }
    for decl in &decls {
        if let Decl::Table(data) = decl {
            index::of_columns(&mut cx, data);
        }
    }
    key::made_of_indexes(&mut cx);
    key::said_by_indexes(&mut cx);
    for decl in &decls {
        match decl {
            Decl::Table(data) => relation::table_foreign_keys(&mut cx, data),
            Decl::Ref(data) if !data.inactive => reference::add_ref(&mut cx, data),
            _ => {}
        }
    }
    // What a diagram draws may be a key that is said further down.
    for decl in &decls {
        if let Decl::Ref(data) = decl
            && data.inactive
        {
            reference::add_ref(&mut cx, data);
        }
    }
    for decl in &decls {
        if let Decl::Table(data) = decl {
            marked::foreign_keys(&mut cx, data);
        }
    }
    drawn::cardinalities(&mut cx, &decls);
    let mut grouped = BTreeMap::new();
    for decl in &decls {
        match decl {
            Decl::Comment(data) => comment::comment(&mut cx, data),
            Decl::Group(data) => module::group(&mut cx, data, &mut grouped),
            Decl::NamedTable(data) => module::named(&mut cx, data),
            Decl::Rows(data) => list::rows(&mut cx, data),
            Decl::Verbatim(data) if data.kind == "insert" => list::filled(&mut cx, data),
            _ => {}
        }
    }
    prefix::lower(&mut cx, &decls);
    migration::lower(&mut cx, &decls);
    list::lower(&mut cx, &decls);
    said(&mut cx, &decls);
    convention::apply(&mut cx, &decls);
    access::apply(&mut cx, &decls);
    claim::lower(&mut cx, &decls);
    check_external(&mut cx);
    check_inferred(&mut cx, &decls);
    check_columns(&mut cx);
    former::check(&cx.schema, cx.sink);
    names::check(&mut cx);
    sound::check(&mut cx);
    extension::extensions_of_types(&mut cx);
    column::still_untyped(&mut cx);
    types::say_seldom(cx.sink);
    cx.schema
}

fn tables(decls: &[Decl]) -> impl Iterator<Item = &TableDecl> {
    decls.iter().filter_map(|decl| match decl {
        Decl::Table(data) => Some(data),
        _ => None,
    })
}

/// What lowering works on.
struct Cx<'a> {
    config: &'a Config,
    sink: &'a mut Sink,
    schema: Schema,
    tables: IndexMap<QualifiedName, TableId, FxBuildHasher>,
    /// Second names of tables, which hold in their own file.
    aliases: BTreeMap<(FileId, String), TableId>,
    /// Tables by the names of the Prisma models that they are made of.
    models: BTreeMap<String, TableId>,
    /// The schema's own types: enumerated ones with their place among the enumerated types, others with none.
    types: BTreeMap<QualifiedName, Option<usize>>,
    /// What carried statements create: views, functions, types.
    carried: BTreeSet<QualifiedName>,
    /// Where words or a drawing say that values are unique.
    worded: BTreeSet<Span>,
    /// Tables that are named and not defined, perhaps by the entities of a diagram.
    named: BTreeSet<String>,
    /// Tables of which only key columns are listed, without types.
    catalogued: BTreeSet<QualifiedName>,
    /// Tables that a diagram draws and neither SQL nor another language of schemas defines.
    drawn: BTreeSet<QualifiedName>,
}

impl Cx<'_> {
    /// Returns the data of a table.
    #[expect(
        clippy::indexing_slicing,
        reason = "a TableId is made for a table of this schema, and none is removed"
    )]
    fn table(&mut self, id: TableId) -> &mut TableData {
        &mut self.schema.tables[id.0]
    }

    /// Returns the table of a name, if it is there.
    fn find(&self, name: &QName) -> Option<TableId> {
        let alias = || self.aliases.get(&(name.name.span.file, name.name.node.clone()));
        let schema = name.schema.as_ref().map(|schema| schema.node.as_str());
        self.tables.get(&NameRef::new(schema, &name.name.node)).or_else(alias).copied()
    }

    /// Returns the table of a name, or reports that there is none.
    fn resolve(&mut self, name: &QName) -> Option<TableId> {
        if let Some(id) = self.find(name) {
            return Some(id);
        }
        let names = || self.tables.keys().map(QualifiedName::plain);
        let known: Vec<String> = self.sink.may_suggest().then(names).into_iter().flatten().collect();
        let hint = did_you_mean(&name.to_string(), known.iter().map(String::as_str));
        let help = if hint.is_empty() {
            format!(
                "define the table, or add \"{name}\" to `external` in schema.toml where another system owns it"
            )
        } else {
            hint
        };
        self.sink.error(UNKNOWN_REFERENCE, name.span(), format!("there is no table `{name}`")).help(help);
        None
    }

    /// Returns the column of a name, or reports that there is none.
    fn column(&mut self, table: TableId, name: &Ident) -> Option<ColumnId> {
        let data = self.table(table);
        if let Some(id) = find_column(data, &name.node) {
            return Some(id);
        }
        let (table, span) = (data.name.value.plain(), data.name.span);
        let known: Vec<String> = data.columns.iter().map(|c| c.name.value.as_str().to_owned()).collect();
        let known = if self.sink.may_suggest() { known } else { Vec::new() };
        let hint = did_you_mean(&name.node, known.iter().map(String::as_str));
        self.sink
            .error(UNKNOWN_REFERENCE, name.span, format!("`{table}` has no column `{}`", name.node))
            .label(span, "the table")
            .help(hint);
        None
    }

    /// Returns the columns of names; none when one of them is not there, which is reported.
    fn columns(&mut self, table: TableId, names: &[Ident]) -> Option<Vec<ColumnId>> {
        let found: Vec<Option<ColumnId>> = names.iter().map(|name| self.column(table, name)).collect();
        found.into_iter().collect()
    }

    /// Reports that two places say different things.
    fn conflict(
        &mut self,
        code: Code,
        span: Span,
        message: String,
        other: Span,
        there: String,
    ) -> &mut Diagnostic {
        self.sink.error(code, span, message).label(other, there).help("make the two places say the same")
    }
}

/// Returns a name as PostgreSQL knows it.
fn qualified(name: &QName) -> QualifiedName {
    QualifiedName::new(name.schema.as_ref().map(|schema| schema.node.as_str()), name.name.node.clone())
}

/// Tells whether a name as it is written is this one.
fn is_called(written: &QName, name: &QualifiedName) -> bool {
    let schema = written.schema.as_ref().map(|schema| schema.node.as_str());
    written.name.node == name.name.as_str()
        && schema.filter(|schema| *schema != "public") == name.schema.as_ref().map(PgIdent::as_str)
}

/// Adds to a list that mostly holds one thing: of itself it would make room for four at once, and all of them are large.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len().max(1));
    }
    list.push(item);
}

fn find_column(table: &TableData, name: &str) -> Option<ColumnId> {
    table.columns.iter().position(|column| column.name.value.as_str() == name).map(ColumnId)
}

/// Returns the tables of this schema, prepared for comparison with words.
fn entries(cx: &Cx<'_>) -> Vec<words::Entry> {
    cx.schema.own_tables().map(|table| words::Entry::new(table.id, &table.name().plain())).collect()
}

/// Notes a schema that something is in or that is asked for.
fn namespace(cx: &mut Cx<'_>, name: &Ident) {
    if name.node == "public" {
        return;
    }
    match cx.schema.namespaces.iter_mut().find(|known| known.value.as_str() == name.node) {
        Some(known) => known.again(name.span),
        None => cx.schema.namespaces.push(Fact::said(PgIdent::new(&name.node), name.span)),
    }
}

/// Keeps what documents say and nothing is made of as notes, one for everything under one label.
fn said(cx: &mut Cx<'_>, decls: &[Decl]) {
    for decl in decls {
        let Decl::Said(data) = decl else { continue };
        let about = data.about.as_ref().map(|about| format!("{}: ", about.node)).unwrap_or_default();
        let name = format!("{about}{}", data.label.node);
        match cx.schema.notes.iter_mut().find(|(known, _)| known.value == name) {
            Some((known, text)) => {
                known.again(data.text.span);
                text.push('\n');
                text.push_str(&data.text.node);
            }
            None => cx.schema.notes.push((Fact::said(name, data.text.span), data.text.node.clone())),
        }
    }
}

/// Reports entries of `external` that match no table.
fn check_external(cx: &mut Cx<'_>) {
    if cx.config.external.is_empty() {
        return;
    }
    let names: Vec<String> = cx.tables.keys().map(QualifiedName::plain).collect();
    for pattern in &cx.config.external {
        if !names.iter().any(|name| pattern.matches(name)) {
            let message = format!("no table is named `{}`", pattern.as_str());
            cx.sink
                .error(UNMATCHED, pattern.span(), message)
                .help(did_you_mean(pattern.as_str(), names.iter().map(String::as_str)))
                .help("remove the entry, or name a table that the documents define or reference");
        }
    }
}

/// Reports entries of `[types.inferred]` that match no column without a type.
fn check_inferred(cx: &mut Cx<'_>, decls: &[Decl]) {
    let untyped: Vec<(String, &str)> = tables(decls)
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .filter(|(_, column)| column.ty.is_none())
        .map(|(table, column)| {
            let name = column.name.node.as_str();
            (format!("{}.{name}", qualified(&table.name).plain()), name)
        })
        .collect();
    for rule in &cx.config.inferred_types {
        let matches =
            |(path, name): &(String, &str)| rule.columns.matches(path) || rule.columns.matches(name);
        if !untyped.iter().any(matches) {
            let message = format!("no column without a type is named `{}`", rule.columns.as_str());
            cx.sink
                .error(UNMATCHED, rule.columns.span(), message)
                .help("remove the entry; it holds only where the documents give no type");
        }
    }
}

/// Reports tables of which no column is known, which PostgreSQL could create but nobody means.
fn check_columns(cx: &mut Cx<'_>) {
    for table in cx.schema.own_tables() {
        if table.data.columns.is_empty() && table.data.tail.is_none() {
            let message = format!("no column of `{}` could be read", table.name().plain());
            cx.sink.warning(EMPTY_TABLE, table.span(), message).help("give the table at least one column");
        }
    }
}

#[cfg(test)]
mod tests;
