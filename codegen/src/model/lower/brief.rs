//! Types that words or a diagram give in short: `decimal` of a column that is `decimal(15, 2)` where its table is defined says nothing else.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::{qualified, words};
use crate::model::{PgType, QualifiedName};
use crate::source::decl::{Decl, Language, TableDecl};

/// Gives types that are told without arguments those that another part of the documents gives them.
pub(super) fn complete(decls: &mut [Decl]) {
    // Another part can give a type only where a table stands in several, which few do.
    let mut seen: IndexSet<QualifiedName, FxBuildHasher> = IndexSet::default();
    let mut several: BTreeSet<QualifiedName> = BTreeSet::new();
    for table in super::tables(decls) {
        let (at, is_new) = seen.insert_full(qualified(&table.name));
        if !is_new {
            several.extend(seen.get_index(at).cloned());
        }
    }
    let mut told: BTreeMap<(QualifiedName, String), String> = BTreeMap::new();
    let parts = super::tables(decls).filter(|_| !several.is_empty());
    for table in parts.filter(|table| several.contains(&qualified(&table.name))) {
        for column in &table.columns {
            if let Some(ty) = column.ty.as_ref().filter(|ty| arguments(&ty.node) == Some(true)) {
                let key = (qualified(&table.name), words::joined(&column.name.node));
                told.entry(key).or_insert_with(|| ty.node.clone());
            }
        }
    }
    if told.is_empty() {
        return;
    }
    let is_brief = |table: &&mut TableDecl| matches!(table.language, Language::Markdown | Language::Mermaid);
    let tables = decls.iter_mut().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    });
    for table in tables.filter(is_brief) {
        let name = qualified(&table.name);
        for column in &mut table.columns {
            let Some(ty) = column.ty.as_mut().filter(|ty| arguments(&ty.node) == Some(false)) else {
                continue;
            };
            let whole = told.get(&(name.clone(), words::joined(&column.name.node)));
            if let Some(whole) = whole.filter(|whole| of_one_name(whole, &ty.node)) {
                ty.node.clone_from(whole);
            }
        }
    }
}

/// Tells whether a type of PostgreSQL has arguments; none for any other.
fn arguments(ty: &str) -> Option<bool> {
    match PgType::parse(ty) {
        PgType::Builtin { args, .. } => Some(!args.is_empty()),
        _ => None,
    }
}

fn of_one_name(one: &str, other: &str) -> bool {
    PgType::parse(one).builtin_name() == PgType::parse(other).builtin_name()
}
