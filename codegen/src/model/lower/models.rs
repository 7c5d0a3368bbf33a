//! Prisma models and the documents that speak of them: "User" in a report is the table `users` that the model maps to.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::diag::{Code, Sink, did_you_mean};
use crate::model::PgType;
use crate::source::decl::{AlterAction, ColumnDecl, Decl, Ident, Language, QName, TableDecl};

const NOT_IN_MODEL: Code = Code::new("column-not-in-model");

/// Prisma's scalar types, which say less of a column than the model itself does: each with PostgreSQL's types that it stands for, the
/// usual one first.
const SCALARS: &[(&str, &[&str])] = &[
    ("BigInt", &["bigint", "bigserial"]),
    ("Boolean", &["boolean"]),
    ("Bytes", &["bytea"]),
    ("DateTime", &["timestamp", "timestamptz", "date", "time", "timetz"]),
    ("Decimal", &["numeric", "money"]),
    ("Float", &["double precision", "real"]),
    ("Int", &["integer", "smallint", "serial", "smallserial", "oid"]),
    ("Json", &["jsonb", "json"]),
    ("String", &["text", "varchar", "char", "bpchar", "uuid", "xml", "inet", "bit", "varbit", "citext"]),
];

/// What a model says of its table.
struct Model {
    table: QName,
    /// Names and types of its columns, by their names without case and separators.
    columns: BTreeMap<String, (String, Option<String>)>,
}

/// Gives tables and columns that Markdown and diagrams call by the names of Prisma models and fields the names that they have in
/// the database.
///
/// A model says all of its columns: one that a document adds to it is reported and not made. A relation is no column.
pub(super) fn merge(decls: &mut [Decl], sink: &mut Sink) {
    let mut models: BTreeMap<String, Option<Model>> = BTreeMap::new();
    let mut declared = BTreeSet::new();
    for decl in decls.iter() {
        let Decl::Table(data) = decl else { continue };
        if data.language == Language::Prisma {
            let names: BTreeSet<String> =
                data.alias.iter().chain([&data.name.name]).map(|name| words::joined(&name.node)).collect();
            for name in names {
                // Two models of one name mean neither.
                models.entry(name).and_modify(|known| *known = None).or_insert_with(|| Some(model(data)));
            }
        }
        if is_schema(data.language) {
            declared.insert(data.name.to_string());
        }
    }
    if models.is_empty() {
        return;
    }
    let find = |name: &QName| models.get(&words::joined(&name.name.node)).and_then(Option::as_ref);
    let rename = |name: &mut QName| {
        if name.schema.is_none()
            && !declared.contains(&name.name.node)
            && let Some(model) = find(name)
        {
            name.schema =
                model.table.schema.as_ref().map(|schema| Ident::new(schema.node.clone(), name.name.span));
            name.name.node.clone_from(&model.table.name.node);
        }
    };
    for decl in decls {
        match decl {
            Decl::Table(data) if !is_schema(data.language) => {
                rename(&mut data.name);
                if let Some(model) = find(&data.name) {
                    let is_model = |ty: &Ident| models.contains_key(&words::joined(&ty.node));
                    data.columns.retain(|column| {
                        let relation = column.ty.as_ref().is_some_and(is_model);
                        let known = model.columns.contains_key(&words::joined(&column.name.node));
                        if !known && !relation {
                            not_in_model(&column.name, model, sink);
                        }
                        known
                    });
                    data.columns.iter_mut().for_each(|column| of_field(column, model));
                }
                data.columns
                    .iter_mut()
                    .flat_map(|column| &mut column.references)
                    .for_each(|key| rename(&mut key.table));
            }
            Decl::AlterTable(data) => {
                rename(&mut data.table);
                let Some(model) = find(&data.table) else { continue };
                for action in &mut data.actions {
                    if let AlterAction::AddColumn(column) = action {
                        of_field(column, model);
                    }
                }
            }
            Decl::Ref(data) => data.endpoints.iter_mut().for_each(|end| rename(&mut end.table)),
            Decl::Access(data) => rename(&mut data.table),
            Decl::Link(data) => rename(&mut data.table),
            Decl::NamedTable(data) => {
                let mut name = QName::bare(data.name.clone());
                rename(&mut name);
                data.name = name.name;
            }
            _ => {}
        }
    }
}

fn not_in_model(column: &Ident, model: &Model, sink: &mut Sink) {
    let known = model.columns.values().map(|(name, _)| name.as_str());
    sink.warning(
        NOT_IN_MODEL,
        column.span,
        format!("`{}` is no column of the model of `{}`", column.node, model.table),
    )
    .label(model.table.span(), "the model's table")
    .help(did_you_mean(&column.node, known))
    .help("add the field to the model, or take the column out of the document; nothing is made of it");
}

fn is_schema(language: Language) -> bool {
    !matches!(language, Language::Markdown | Language::Mermaid)
}

fn model(data: &TableDecl) -> Model {
    let columns = data.columns.iter().map(|column| {
        let (name, ty) = (&column.name.node, column.ty.as_ref().map(|ty| ty.node.clone()));
        (words::joined(name), (name.clone(), ty))
    });
    Model { table: data.name.clone(), columns: columns.collect() }
}

/// Gives a column the name that the model's field has in the database, and its type where the document gives none, or only Prisma's
/// word for it.
fn of_field(column: &mut ColumnDecl, model: &Model) {
    let Some((name, ty)) = model.columns.get(&words::joined(&column.name.node)) else { return };
    column.name.node.clone_from(name);
    let says_less = column.ty.as_ref().is_none_or(|given| {
        let word = given.node.trim_end_matches(['?', ']', '[']);
        let same = ty.as_ref().is_some_and(|ty| words::joined(ty) == words::joined(word));
        same || SCALARS.iter().any(|(scalar, types)| *scalar == word && can_be(types, ty.as_deref()))
    });
    let scalar = |word: &str| SCALARS.iter().find(|(scalar, _)| *scalar == word);
    if !says_less
        && let Some(given) = &mut column.ty
        && let Some((_, [usual, ..])) = scalar(given.node.trim_end_matches(['?', ']', '[']))
    {
        // What contradicts the model is said in PostgreSQL's words.
        given.node = (*usual).to_owned();
    }
    if says_less {
        let span = column.ty.as_ref().map_or(column.name.span, |given| given.span);
        column.ty = ty.as_ref().map(|ty| Ident::new(ty.clone(), span));
    }
}

/// Tells whether a column's type may be one of these; of one that is not PostgreSQL's own it is not known.
fn can_be(types: &[&str], ty: Option<&str>) -> bool {
    let Some(parsed) = ty.map(PgType::parse) else { return true };
    match parsed.element() {
        PgType::Builtin { name, .. } => types.contains(name),
        _ => true,
    }
}
