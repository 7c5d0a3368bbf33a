//! Relations in words that call a table or a column a little differently: "Orders.BuyerId → Users.Id" of the tables `orders` and `users`.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::decl::{Decl, EndpointDecl, Language, QName};
use crate::source::markdown::words;

/// A table that the document defines, with its columns by their names without case, separators and plural.
#[derive(Debug)]
struct Known {
    name: QName,
    columns: BTreeMap<String, String>,
}

/// Gives relations in words the names of the only tables, and of their columns, that they can mean.
///
/// Relations in DBML are held to what they say: beside a fence of it, nothing is done.
pub(in super::super) fn settle(decls: &mut [Decl]) {
    let of_dbml = |decl: &Decl| matches!(decl, Decl::Table(table) if table.language == Language::Dbml);
    let is_relation = |decl: &Decl| matches!(decl, Decl::Ref(relation) if !relation.inactive);
    if !decls.iter().any(is_relation) || decls.iter().any(of_dbml) {
        return;
    }
    let mut exact: BTreeSet<String> = BTreeSet::new();
    let mut known: BTreeMap<String, Option<Known>> = BTreeMap::new();
    let tables = |drawn: bool| {
        decls.iter().filter_map(move |decl| match decl {
            Decl::Table(table) if (table.language == Language::Mermaid) == drawn => Some(table),
            _ => None,
        })
    };
    for table in tables(false) {
        let columns = table.columns.iter().map(|column| (stem(&column.name.node), column.name.node.clone()));
        let entry = known.entry(stem(&table.name.name.node));
        if exact.insert(table.name.to_string()) {
            let columns = columns.collect();
            entry
                .and_modify(|known| *known = None)
                .or_insert_with(|| Some(Known { name: table.name.clone(), columns }));
        } else if let Some(known) = entry.or_default() {
            known.columns.extend(columns);
        }
    }
    // A diagram calls a table as it likes; its name elsewhere is the one.
    for table in tables(true) {
        let columns = table.columns.iter().map(|column| (stem(&column.name.node), column.name.node.clone()));
        let columns = columns.collect();
        let new = || Some(Known { name: table.name.clone(), columns });
        known.entry(stem(&table.name.name.node)).or_insert_with(new);
    }
    let ends = decls.iter_mut().filter_map(|decl| match decl {
        Decl::Ref(relation) if !relation.inactive => Some(&mut relation.endpoints),
        _ => None,
    });
    for end in ends.flatten() {
        let is_known = exact.contains(&end.table.to_string()) || end.table.schema.is_some();
        if let Some(Some(meant)) = known.get(&stem(&end.table.name.node)).filter(|_| !is_known) {
            rename(end, meant);
        }
    }
}

fn rename(end: &mut EndpointDecl, meant: &Known) {
    let span = end.table.name.span;
    end.table = meant.name.clone();
    end.table.name.span = span;
    if let Some(schema) = &mut end.table.schema {
        schema.span = span;
    }
    for column in &mut end.columns {
        if let Some(name) = meant.columns.get(&stem(&column.node)) {
            column.node.clone_from(name);
        }
    }
}

fn stem(name: &str) -> String {
    words::stem(name)
}
