//! References in words to tables that are called a little differently: "FK to users" where the table is `User`.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::words;
use crate::config::Config;
use crate::model::InferredData;
use crate::source::decl::{
    ColumnDecl, ConstraintKind, Decl, ForeignKeyDecl, Ident, Language, QName, TableDecl,
};

/// Gives references of Markdown documents the name of the only table that they can mean; returns what was inferred.
///
/// Case, separators and plural make no difference where nothing has the name as it is written and exactly one table has it otherwise.
/// Fences of SQL, DBML and Prisma are held to what they say: a database would not forgive them either.
pub(super) fn references(decls: &mut [Decl], config: &Config) -> Vec<InferredData> {
    let names = decls.iter().filter_map(|decl| match decl {
        Decl::Table(data) => Some(&data.name),
        Decl::Verbatim(data) => data.creates.as_ref(),
        _ => None,
    });
    let named: IndexSet<String, FxBuildHasher> = names.map(QName::to_string).collect();
    let is_open = |key: &ForeignKeyDecl| {
        key.table.schema.is_none()
            && !named.contains(&key.table.to_string())
            && !config.is_external(&super::qualified(&key.table).plain())
    };
    // Most references have the name as it is written.
    if !decls.iter().any(|decl| keys_in_words(decl).any(is_open)) {
        return Vec::new();
    }
    let mut known = BTreeSet::new();
    let mut by_words: BTreeMap<String, Option<Known>> = BTreeMap::new();
    for decl in decls.iter() {
        let name = match decl {
            Decl::Table(data) => &data.name,
            Decl::Verbatim(data) => match &data.creates {
                Some(name) => name,
                None => continue,
            },
            _ => continue,
        };
        if !known.insert(name.to_string()) {
            continue;
        }
        let Decl::Table(data) = decl else { continue };
        let table = Known { name: data.name.clone(), columns: columns(data) };
        let entry = by_words.entry(words::joined(&data.name.name.node));
        entry.and_modify(|known| *known = None).or_insert(Some(table));
    }
    let mut inferred = Vec::new();
    for decl in decls.iter_mut() {
        let Decl::Table(data) = decl else { continue };
        if data.language != Language::Markdown {
            continue;
        }
        let table = data.name.to_string();
        let own = data.columns.iter_mut().flat_map(|ColumnDecl { name, references, .. }| {
            let name: &Ident = name;
            references.iter_mut().map(move |key| (Some(&name.node), key))
        });
        let of_table = data.constraints.iter_mut().filter_map(|constraint| match &mut constraint.kind {
            ConstraintKind::ForeignKey(key) => Some((None, key)),
            _ => None,
        });
        for (column, key) in own.chain(of_table).filter(|(_, key)| is_open(key)) {
            let object = column.map_or_else(|| table.clone(), |column| format!("{table}.{column}"));
            let meant = by_words.get(&words::joined(&key.table.name.node)).and_then(Option::as_ref);
            if let Some(meant) = meant {
                let written = key.table.name.node.clone();
                rename(key, meant);
                inferred.push(InferredData {
                    object,
                    what: format!("references {}", key.table),
                    rule: format!("`{written}` is the table of the same words"),
                    span: key.span,
                });
            }
        }
    }
    inferred
}

/// Returns the foreign keys that a table in words has.
fn keys_in_words(decl: &Decl) -> impl Iterator<Item = &ForeignKeyDecl> {
    let table = match decl {
        Decl::Table(table) if table.language == Language::Markdown => Some(table),
        _ => None,
    };
    table.into_iter().flat_map(|table| {
        let of_table = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        });
        table.columns.iter().flat_map(|column| &column.references).chain(of_table)
    })
}

/// Gives enumerated types of Markdown documents the names that they have where SQL, DBML or Prisma defines them: `OrderState` is
/// `order_state`.
pub(super) fn types(decls: &mut [Decl]) {
    let mut defined: BTreeMap<String, String> = BTreeMap::new();
    for decl in decls.iter() {
        if let Decl::Enum(data) = decl
            && data.language != Language::Markdown
            && data.name.schema.is_none()
        {
            defined.insert(words::joined(&data.name.name.node), data.name.name.node.clone());
        }
    }
    let rename = |name: &mut Ident| {
        if let Some(known) = defined.get(&words::joined(&name.node)) {
            name.node.clone_from(known);
        }
    };
    let mut renamed = BTreeSet::new();
    for decl in decls.iter_mut() {
        if let Decl::Enum(data) = decl
            && data.language == Language::Markdown
        {
            renamed.insert(data.name.name.node.clone());
            rename(&mut data.name.name);
        }
    }
    for decl in decls.iter_mut() {
        let Decl::Table(data) = decl else { continue };
        let types = data.columns.iter_mut().filter_map(|column| column.ty.as_mut());
        types
            .filter(|ty| data.language == Language::Markdown && renamed.contains(&ty.node))
            .for_each(&rename);
    }
}

/// A table of the documents.
struct Known {
    name: QName,
    columns: BTreeSet<String>,
}

fn columns(data: &TableDecl) -> BTreeSet<String> {
    data.columns.iter().map(|column| column.name.node.clone()).collect()
}

fn rename(key: &mut ForeignKeyDecl, meant: &Known) {
    let span = key.table.name.span;
    key.table.name = Ident { node: meant.name.name.node.clone(), span };
    key.table.schema = meant.name.schema.as_ref().map(|schema| Ident { node: schema.node.clone(), span });
    for column in &mut key.referenced {
        let alike = |known: &&String| words::joined(known) == words::joined(&column.node);
        if !meant.columns.contains(&column.node)
            && let Some(name) = meant.columns.iter().find(alike)
        {
            column.node.clone_from(name);
        }
    }
}
