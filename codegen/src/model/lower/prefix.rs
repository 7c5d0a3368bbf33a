//! ID prefixes: the document's list, and the tables that bear them.

use super::Cx;
use super::words::{self, Entry};
use crate::diag::{Code, did_you_mean};
use crate::model::{Fact, PrefixData, TableId};
use crate::source::decl::{Decl, PrefixDecl};

const UNMATCHED: Code = Code::new("config-unmatched");

/// Notes the list of prefixes, with the table that each entry means.
pub(super) fn lower(cx: &mut Cx<'_>, decls: &[Decl]) {
    let list: Vec<&PrefixDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Prefix(data) => Some(data),
            _ => None,
        })
        .collect();
    if list.is_empty() && cx.config.prefixes.tables.is_empty() {
        return;
    }
    let tables = super::entries(cx);
    for decl in &list {
        let table = meant(cx, decl, &tables);
        cx.schema.prefixes.push(PrefixData {
            prefix: Fact::said(decl.prefix.node.clone(), decl.prefix.span),
            entity: decl.entity.clone(),
            table,
        });
        if let Some(table) = table {
            bear(cx, decl, table);
        }
    }
    check_config(cx, &list, &tables);
}

/// Returns the table that an entry means: as configured, by its words, by a key whose comment gives the same prefix, or by the
/// last of its words.
fn meant(cx: &mut Cx<'_>, decl: &PrefixDecl, tables: &[Entry]) -> Option<TableId> {
    let entity = decl.entity.node.trim();
    let by_name = |name: &str| tables.iter().find(|table| table.name == name).map(|table| table.id);
    if let Some(name) = cx.config.prefixes.tables.get(entity) {
        return by_name(&name.node);
    }
    let one = |found: Vec<&Entry>| match found.as_slice() {
        [table] => Some(table.id),
        _ => None,
    };
    let commented = || {
        let found = cx.schema.own_tables().find(|table| {
            let bears = |column: crate::model::Column<'_>| {
                column.is_primary_key()
                    && column.data.prefix.as_ref().is_some_and(|prefix| prefix.value == decl.prefix.node)
            };
            table.columns().any(bears)
        });
        found.map(|table| table.id)
    };
    one(words::exact(entity, tables))
        .or_else(commented)
        .or_else(|| one(words::find(entity, tables)))
        .or_else(|| one(words::exact(words::last_word(entity), tables)))
}

/// Gives the key of a table the prefix of the list; one that its comment gives is kept, and the linter compares the two.
fn bear(cx: &mut Cx<'_>, decl: &PrefixDecl, table: TableId) {
    let data = cx.table(table);
    let Some([key]) = data.primary_key.as_ref().map(|key| key.columns.as_slice()) else { return };
    let key = *key;
    // A key that references another table bears that table's prefix.
    if data.foreign_keys.iter().any(|reference| reference.columns == [key]) {
        return;
    }
    let Some(column) = data.columns.get_mut(key.0) else { return };
    match &mut column.prefix {
        Some(known) if known.value == decl.prefix.node => known.again(decl.prefix.span),
        Some(_) => {}
        None => column.prefix = Some(Box::new(Fact::said(decl.prefix.node.clone(), decl.prefix.span))),
    }
}

/// Reports entries of `[prefixes.tables]` that match no entry of the list or no table.
fn check_config(cx: &mut Cx<'_>, list: &[&PrefixDecl], tables: &[Entry]) {
    for (words, table) in &cx.config.prefixes.tables {
        if !list.iter().any(|decl| decl.entity.node.trim() == words) {
            let known = list.iter().map(|decl| decl.entity.node.trim());
            cx.sink
                .error(UNMATCHED, table.span, format!("no entry of the prefix list says `{words}`"))
                .help(did_you_mean(words, known));
        }
        if !tables.iter().any(|entry| entry.name == table.node) {
            let known = tables.iter().map(|entry| entry.name.as_str());
            cx.sink
                .error(UNMATCHED, table.span, format!("there is no table `{}`", table.node))
                .help(did_you_mean(&table.node, known));
        }
    }
}
