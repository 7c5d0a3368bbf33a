//! Catalogue tables made whole: a list of key columns names them without types, and the rest follows from what the document states
//! once for all tables.
//!
//! A table is one of a catalogue when columns of it have no type; of a table with types every column is taken to be said.

mod pattern;
mod stated;

use std::collections::{BTreeMap, BTreeSet};

use pattern::{Patterns, adopt, from_pattern};

use super::access::PolicyPatterns;
use super::alter::counted;
use super::convention::{self, rule};
use super::{Cx, qualified, words};
use crate::diag::{Code, did_you_mean};
use crate::model::ident::QualifiedName;
use crate::model::{InferredData, TableId};
use crate::source::decl::{
    AccessDecl, ColumnDecl, ConstraintKind, ConventionDecl, ConventionKind, Decl, DefaultDecl, DefaultKind,
    ForeignKeyDecl, Ident, Language, LinkDecl, NamedMark, QName, TableDecl, Who,
};
use crate::span::{Span, Spanned};

const UNMATCHED: Code = Code::new("config-unmatched");
const NO_COLUMN: Code = Code::new("relationship-without-column");
const NO_TABLE: Code = Code::new("reference-without-table");

/// Adds to the tables of catalogues what conventions, patterns and words say of them.
pub(super) fn complete(mut decls: Vec<Decl>, cx: &mut Cx<'_>) -> Vec<Decl> {
    if !cx.config.literal {
        stated::linked(&mut decls, cx);
        stated::referenced(&mut decls, cx);
        stated::unknown(&decls, cx);
    }
    let mut all = decls.iter().filter_map(table).flat_map(|table| &table.columns);
    if all.all(|column| column.ty.is_some()) && cx.config.references.columns.is_empty() {
        return decls;
    }
    let mut decls = from_words(decls, cx);
    if !cx.config.literal {
        stated::times(&mut decls, cx);
    }
    decls
}

fn from_words(mut decls: Vec<Decl>, cx: &mut Cx<'_>) -> Vec<Decl> {
    let conventions: Vec<ConventionDecl> = convention::enforced(&decls).cloned().collect();
    let patterns = Patterns::of(&decls);
    let mut links: BTreeMap<QualifiedName, Vec<LinkDecl>> = BTreeMap::new();
    let mut access: BTreeMap<QualifiedName, Vec<AccessDecl>> = BTreeMap::new();
    for decl in &decls {
        match decl {
            Decl::Link(data) => links.entry(qualified(&data.table)).or_default().push(data.clone()),
            Decl::Access(data) => access.entry(qualified(&data.table)).or_default().push(data.clone()),
            _ => {}
        }
    }
    let known: Vec<Known> =
        decls.iter().filter_map(table).enumerate().map(|(at, decl)| Known::new(at, decl)).collect();
    let policies = PolicyPatterns::of(&decls);
    let mut by_name: BTreeMap<QualifiedName, usize> = BTreeMap::new();
    let mut by_words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut by_ends: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for table in &known {
        by_name.entry(table.name.clone()).or_insert(table.at);
        by_words.entry(words::joined(table.name.name.as_str())).or_default().push(table.at);
        for end in table.entry.ends() {
            by_ends.entry(end.to_owned()).or_default().push(table.at);
        }
    }
    let all = All { conventions, patterns, links, access, policies, known, by_name, by_words, by_ends };
    check_config(&all, &decls, cx);
    for (at, decl) in
        decls.iter_mut().filter_map(table_mut).enumerate().filter(|(_, decl)| is_catalogue(decl))
    {
        cx.catalogued.insert(qualified(&decl.name));
        keys(decl, &all, cx);
        if !is_external(decl, cx) {
            from_pattern(decl, &all.patterns);
            references(at, decl, &all, cx);
            owners(decl, &all.policies);
            wanted_by_access(decl, &all, cx);
            let listed = decl.columns.len();
            columns(decl, &all, cx);
            let marked = decl.columns.iter().any(|column| column.primary_key.is_some());
            if decl.columns.len() > listed && !marked {
                keys(decl, &all, cx);
            }
        }
    }
    types_of_references(&mut decls);
    decls
}

fn table(decl: &Decl) -> Option<&TableDecl> {
    match decl {
        Decl::Table(data) => Some(data),
        _ => None,
    }
}

fn table_mut(decl: &mut Decl) -> Option<&mut TableDecl> {
    match decl {
        Decl::Table(data) => Some(data),
        _ => None,
    }
}

fn is_catalogue(decl: &TableDecl) -> bool {
    decl.language == Language::Markdown && decl.columns.iter().any(|column| column.ty.is_none())
}

fn is_external(decl: &TableDecl, cx: &Cx<'_>) -> bool {
    cx.config.is_external(&qualified(&decl.name).plain())
}

/// What is looked up beside the table at hand.
struct All {
    conventions: Vec<ConventionDecl>,
    patterns: Patterns,
    links: BTreeMap<QualifiedName, Vec<LinkDecl>>,
    access: BTreeMap<QualifiedName, Vec<AccessDecl>>,
    policies: PolicyPatterns,
    known: Vec<Known>,
    by_name: BTreeMap<QualifiedName, usize>,
    /// Tables by the words of their names, in the singular and joined.
    by_words: BTreeMap<String, Vec<usize>>,
    /// Tables by the first and by the last word of their names.
    by_ends: BTreeMap<String, Vec<usize>>,
}

impl All {
    /// Returns the conventions of a kind that speak of a table.
    fn of<'a>(&'a self, decl: &TableDecl, cx: &Cx<'_>) -> Vec<&'a ConventionDecl> {
        let (name, module) =
            (qualified(&decl.name).plain(), decl.section.as_ref().map(|section| section.node.clone()));
        let covers = |data: &&ConventionDecl| convention::covers(cx, data, &name, module.as_deref());
        self.conventions.iter().filter(covers).collect()
    }

    /// Returns the tables that words mean, those of exactly these words before others.
    fn meant(&self, words: &str) -> Vec<&Known> {
        let exact = self.exactly(words);
        if !exact.is_empty() {
            return exact;
        }
        // A name that begins or ends with the words begins or ends with the first or last of them.
        let ends = words::ends(words);
        let near: BTreeSet<usize> =
            ends.iter().filter_map(|end| self.by_ends.get(end)).flatten().copied().collect();
        let near = near.iter().filter_map(|at| self.known.get(*at)).map(|known| &known.entry);
        let found = words::find_entries(words, near);
        found.into_iter().filter_map(|entry| self.known.get(entry.id.0)).collect()
    }

    /// Returns the tables of exactly these words.
    fn exactly(&self, words: &str) -> Vec<&Known> {
        let found = self.by_words.get(&words::joined(words)).into_iter().flatten();
        found.filter_map(|at| self.known.get(*at)).collect()
    }

    fn named(&self, name: &QName) -> Option<&Known> {
        self.by_name.get(&qualified(name)).and_then(|at| self.known.get(*at))
    }
}

/// A table of the documents.
struct Known {
    at: usize,
    name: QualifiedName,
    written: QName,
    entry: words::Entry,
}

impl Known {
    fn new(at: usize, decl: &TableDecl) -> Self {
        let name = qualified(&decl.name);
        let entry = words::Entry::new(TableId(at), name.name.as_str());
        Self { at, name, written: decl.name.clone(), entry }
    }
}

/// "All primary keys are UUIDs": the column `id` is the key, of that type, with that default.
fn keys(decl: &mut TableDecl, all: &All, cx: &mut Cx<'_>) {
    let external = is_external(decl, cx);
    let conventions = all.of(decl, cx);
    let Some((convention, ty, default)) = conventions.iter().find_map(|data| match &data.kind {
        ConventionKind::PrimaryKeys { ty, default } => Some((*data, ty, default)),
        _ => None,
    }) else {
        first_is_key(decl, cx);
        return;
    };
    let marked = decl.columns.iter().position(|column| column.primary_key.is_some());
    let Some(at) = marked.or_else(|| decl.columns.iter().position(|column| column.name.node == "id")) else {
        return;
    };
    let Some(column) = decl.columns.get_mut(at).filter(|column| column.ty.is_none()) else { return };
    let mut said = ColumnDecl::new(column.name.clone(), ty.clone(), column.span);
    said.default = default.clone().filter(|_| !external);
    said.primary_key = Some(NamedMark { name: None, span: convention.text.span });
    let rule = rule(convention);
    if said.ty.is_some() {
        adopt(column, &said, &rule);
    } else {
        column.primary_key = column.primary_key.take().or(said.primary_key);
    }
    let object = format!("{}.{}", decl.name, column.name.node);
    infer(cx, object, "primary key", rule, convention.text.span);
}

/// A catalogue that lists `id` first means the primary key, also where no convention says so.
fn first_is_key(decl: &mut TableDecl, cx: &mut Cx<'_>) {
    let marked = decl.columns.iter().any(|column| column.primary_key.is_some())
        || decl.constraints.iter().any(|data| matches!(data.kind, ConstraintKind::PrimaryKey { .. }));
    let name = decl.name.to_string();
    if let Some(first) = decl.columns.first_mut().filter(|column| !marked && column.name.node == "id") {
        first.primary_key = Some(NamedMark { name: None, span: first.name.span });
        let rule = "`id` is the first of the columns that are listed".to_owned();
        infer(cx, format!("{name}.id"), "primary key", rule, first.name.span);
    }
}

fn infer(cx: &mut Cx<'_>, object: String, what: impl Into<String>, rule: String, span: Span) {
    cx.schema.inferred.push(InferredData { object, what: what.into(), rule, span });
}

/// The column that a policy pattern compares with the reader's id is of that id's type.
fn owners(decl: &mut TableDecl, policies: &PolicyPatterns) {
    // Supabase's `auth.uid()` gives a UUID.
    let Some((name, _)) = policies.own.as_ref().filter(|(_, value)| value == "auth.uid()") else { return };
    for column in decl.columns.iter_mut().filter(|column| column.ty.is_none() && column.name.node == *name) {
        column.ty = Some(Spanned::new("uuid".to_owned(), column.name.span));
        column.inferred = Some(format!("`{name} = auth.uid()` in a pattern for policies"));
    }
}

/// "All tables have `created_at`": the column is added where it is not listed.
fn columns(decl: &mut TableDecl, all: &All, cx: &mut Cx<'_>) {
    for data in all.of(decl, cx) {
        let ConventionKind::Columns(demanded) = &data.kind else { continue };
        let configured =
            data.rule.and_then(|at| cx.config.conventions.get(at)).map(|rule| rule.columns.clone());
        let rule = rule(data);
        for wanted in demanded {
            let mut model = wanted.clone();
            let given = configured.iter().flatten().find(|(name, _)| name.node == wanted.name.node);
            if let Some((_, text)) = given {
                read_column(&mut model, text);
            }
            if let Some(from) = all.patterns.column(&wanted.name.node) {
                adopt(&mut model, from, &rule);
            }
            model.inferred = Some(rule.clone());
            match decl.columns.iter_mut().find(|column| column.name.node == wanted.name.node) {
                Some(column) => adopt(column, &model, &rule),
                None => {
                    let object = format!("{}.{}", decl.name, wanted.name.node);
                    infer(cx, object, "column", rule.clone(), data.text.span);
                    // The key comes first.
                    let at = if model.name.node == "id" { 0 } else { decl.columns.len() };
                    decl.columns.insert(at, model);
                }
            }
        }
    }
}

/// Reads `timestamptz not null default now()`.
fn read_column(column: &mut ColumnDecl, text: &Spanned<String>) {
    let lower = text.node.to_lowercase();
    let (default, null) = (lower.find(" default "), lower.find(" not null"));
    let end = default.into_iter().chain(null).min().unwrap_or(text.node.len());
    let ty = text.node.get(..end).unwrap_or_default().trim().to_owned();
    column.ty = Some(Spanned::new(ty, text.span));
    if null.is_some() {
        column.nullable = Some(Spanned::new(false, text.span));
    }
    if let Some(at) = default {
        let value = text.node.get(at + " default ".len()..).unwrap_or_default();
        let value = value.strip_suffix(" not null").unwrap_or(value).trim().to_owned();
        column.default = Some(DefaultDecl { kind: DefaultKind::Expression, value, span: text.span });
    }
}

/// Finds what columns without a type refer to: as `schema.toml` says, as the words on relationships say, by their names.
fn references(at: usize, decl: &mut TableDecl, all: &All, cx: &mut Cx<'_>) {
    let table = decl.name.to_string();
    let config = cx.config;
    for column in decl.columns.iter_mut().filter(|column| is_open(column)) {
        let path = format!("{table}.{}", column.name.node);
        let entry = config
            .references
            .columns
            .iter()
            .find(|(pattern, _)| pattern.matches(&path) || pattern.matches(&column.name.node));
        if let Some((pattern, target)) = entry {
            let name = written(target);
            if all.named(&name).is_some() || cx.config.is_external(&target.node) {
                let rule = format!("\"{}\" = \"{}\"", pattern.as_str(), target.node);
                refer(column, name, target.span);
                infer(cx, path, format!("references {}", target.node), rule, target.span);
            }
        }
    }
    let name = qualified(&decl.name);
    for link in all.links.get(&name).into_iter().flatten() {
        linked(at, decl, link, all, cx);
    }
    if !config.references.by_name {
        return;
    }
    for column in decl.columns.iter_mut().filter(|column| is_open(column)) {
        let Some(stem) = column.name.node.strip_suffix("_id") else { continue };
        let path = format!("{table}.{}", column.name.node);
        match all.meant(stem).as_slice() {
            [known] => {
                let name = known.written.clone();
                infer(
                    cx,
                    path,
                    format!("references {name}"),
                    "`by-name = true`".to_owned(),
                    column.name.span,
                );
                refer(column, name, column.name.span);
            }
            found => {
                let names: Vec<String> =
                    found.iter().map(|known| format!("`{}`", known.name.plain())).collect();
                let which = if names.is_empty() { "no table".to_owned() } else { names.join(" or ") };
                cx.sink.info(NO_TABLE, column.name.span, format!("`{path}` may refer to {which}")).help(
                    format!(
                        "say so at the column, `{} (references …)`, or under `[references.columns]`",
                        column.name.node
                    ),
                );
            }
        }
    }
}

/// Tells whether it is open what a column refers to.
fn is_open(column: &ColumnDecl) -> bool {
    column.ty.is_none() && column.references.is_empty() && column.primary_key.is_none()
}

fn written(name: &Ident) -> QName {
    match name.node.split_once('.') {
        Some((schema, table)) => QName {
            schema: Some(Spanned::new(schema.to_owned(), name.span)),
            name: Spanned::new(table.to_owned(), name.span),
        },
        None => QName::bare(name.clone()),
    }
}

fn refer(column: &mut ColumnDecl, table: QName, span: Span) {
    column.references.push(ForeignKeyDecl::new(table, Vec::new(), span));
}

/// "References auth.users and mcp_integrations": the column named after each, or the one that a pattern gives for it.
fn linked(at: usize, decl: &mut TableDecl, link: &LinkDecl, all: &All, cx: &mut Cx<'_>) {
    let rule = format!("“{}”", link.text.node);
    let refers = stated::refers(link);
    for other in &link.others {
        let exact = all.named(other).or_else(|| match all.exactly(&other.name.node).as_slice() {
            [known] => Some(*known),
            _ => None,
        });
        let Some(known) = exact.filter(|known| known.at != at) else { continue };
        let refers_already =
            |column: &ColumnDecl| column.references.iter().any(|key| qualified(&key.table) == known.name);
        if decl.columns.iter().any(refers_already) {
            continue;
        }
        let named = decl.columns.iter_mut().find(|column| {
            let stem = column.name.node.strip_suffix("_id");
            is_open(column)
                && stem.is_some_and(|stem| !words::find(stem, std::slice::from_ref(&known.entry)).is_empty())
        });
        if let Some(column) = named {
            let object = format!("{}.{}", link.table, column.name.node);
            infer(cx, object, format!("references {}", known.name.plain()), rule.clone(), link.text.span);
            refer(column, known.written.clone(), link.text.span);
            continue;
        }
        let given = all.patterns.referencing(&known.name).filter(|_| refers);
        let given = given.filter(|column| !decl.columns.iter().any(|own| own.name.node == column.name.node));
        match given {
            Some(column) => {
                let mut column = column.clone();
                column.name.span = link.text.span;
                column.span = link.text.span;
                let object = format!("{}.{}", link.table, column.name.node);
                infer(
                    cx,
                    object,
                    format!("column, references {}", known.name.plain()),
                    rule.clone(),
                    link.text.span,
                );
                decl.columns.push(column);
            }
            None if refers => {
                let message = format!("no column of `{}` refers to `{}`", link.table, known.name.plain());
                cx.sink
                    .info(NO_COLUMN, other.span(), message)
                    .help("list the column that refers to it, or correct the words");
            }
            None => {}
        }
    }
}

/// "Public read for published articles": the flag that the document's own pattern tests is a column.
fn wanted_by_access(decl: &mut TableDecl, all: &All, cx: &mut Cx<'_>) {
    for access in all.access.get(&qualified(&decl.name)).into_iter().flatten() {
        for clause in access
            .clauses
            .iter()
            .filter(|clause| !matches!(clause.who, Who::Unknown | Who::Limited(_) | Who::Platform))
        {
            let Some(word) = &clause.only else { continue };
            let flag = word.node.to_lowercase();
            let is_listed = decl.columns.iter().any(|column| {
                column.name.node == flag
                    || column.name.node == format!("is_{flag}")
                    || column.notes.iter().any(|note| note.text.split('|').any(|value| value.trim() == flag))
            });
            let in_pattern = all.policies.flag.as_ref().is_some_and(|(known, _)| *known == flag);
            if is_listed || !in_pattern {
                continue;
            }
            let rule = format!("“{}”", clause.text.node);
            let ty = Spanned::new("boolean".to_owned(), word.span);
            let mut column = ColumnDecl::new(Spanned::new(flag.clone(), word.span), Some(ty), word.span);
            column.inferred = Some(rule.clone());
            infer(cx, format!("{}.{flag}", decl.name), "column", rule, clause.text.span);
            decl.columns.push(column);
        }
    }
}

/// Gives every column that refers to a table, and has no type, the type of what it refers to.
fn types_of_references(decls: &mut [Decl]) {
    let mut keys: BTreeMap<QualifiedName, Ident> = BTreeMap::new();
    let mut columns: BTreeMap<(QualifiedName, String), Ident> = BTreeMap::new();
    for decl in decls.iter().filter_map(table) {
        for column in &decl.columns {
            if let Some(ty) = &column.ty {
                columns
                    .entry((qualified(&decl.name), column.name.node.clone()))
                    .or_insert_with(|| ty.clone());
            }
        }
        let key = decl.columns.iter().find(|column| column.primary_key.is_some());
        let key = key.or_else(|| decl.columns.iter().find(|column| column.name.node == "id"));
        if let Some(ty) = key.and_then(|column| column.ty.clone()) {
            keys.entry(qualified(&decl.name)).or_insert(ty);
        }
    }
    for column in decls.iter_mut().filter_map(table_mut).flat_map(|decl| &mut decl.columns) {
        if column.ty.is_some() {
            continue;
        }
        let Some(reference) = column.references.first().filter(|key| key.referenced.len() < 2) else {
            continue;
        };
        let referenced = qualified(&reference.table);
        // "→ plans.code": the column that is named.
        if let [name] = reference.referenced.as_slice()
            && name.node != "id"
            && let Some(ty) = columns.get(&(referenced.clone(), name.node.clone()))
        {
            let ty = counted(&ty.node).map_or_else(|| ty.node.clone(), str::to_owned);
            column.ty = Some(Spanned::new(ty, column.name.span));
            column.inferred = Some(format!("the type of `{}.{}`", referenced.plain(), name.node));
            continue;
        }
        if let Some((name, ty)) = keys.get_key_value(&referenced) {
            let implied =
                reference.referenced.is_empty() || reference.referenced.iter().all(|c| c.node == "id");
            if implied {
                // Of a key that counts up, only the key does.
                let ty = counted(&ty.node).map_or_else(|| ty.node.clone(), str::to_owned);
                column.ty = Some(Spanned::new(ty, column.name.span));
                column.inferred = Some(format!("the type of the key of `{}`", name.plain()));
            }
        }
    }
}

/// Reports entries of `[references.columns]` that match no column or name no table.
fn check_config(all: &All, decls: &[Decl], cx: &mut Cx<'_>) {
    let config = cx.config;
    for (pattern, target) in &config.references.columns {
        let matches = decls.iter().filter_map(table).filter(|decl| is_catalogue(decl)).any(|decl| {
            decl.columns.iter().any(|column| {
                pattern.matches(&column.name.node)
                    || pattern.matches(&format!("{}.{}", decl.name, column.name.node))
            })
        });
        if !matches {
            cx.sink
                .error(UNMATCHED, pattern.span(), format!("no column without a type is named `{}`", pattern.as_str()))
                .help("remove the entry; it holds only for tables of which the documents list columns without types");
        }
        let is_known = all.named(&written(target)).is_some() || config.is_external(&target.node);
        if !is_known {
            let known: Vec<String> = all.known.iter().map(|known| known.name.plain()).collect();
            let hint = did_you_mean(&target.node, known.iter().map(String::as_str));
            cx.sink.error(UNMATCHED, target.span, format!("there is no table `{}`", target.node)).help(hint);
        }
    }
}
