//! Which type stands in which file.

use std::collections::{BTreeMap, BTreeSet};

use super::enums::Enums;
use super::ident::{RustIdent, Scope};
use super::keys::{Keys, Place};
use super::types::{RustType, Scalar};
use super::{RowPlan, RustFile, RustItem, doc, table_code};
use crate::model::{Schema, TableId};

/// Arranges the types in files: one for each module of the schema where it has several, else one for each table.
pub(super) fn arrange(
    schema: &Schema,
    keys: Keys,
    enums: Enums,
    rows: Vec<(TableId, RowPlan)>,
) -> Vec<RustFile> {
    let mut scope: Scope<()> = Scope::with_reserved(&[]);
    let mut keys = keys;
    let mut columns = enums.columns;
    let mut files: Vec<RustFile> = Vec::new();
    let mut module_files: BTreeMap<usize, usize> = BTreeMap::new();
    let modules: BTreeSet<_> = schema.own_tables().filter_map(|table| table.data.module).collect();
    let file = |wanted: &str, doc: Vec<String>, scope: &mut Scope<()>| {
        let (module, _) = scope.give(RustIdent::module(wanted), ());
        RustFile { module, doc, uses: BTreeSet::new(), items: Vec::new() }
    };

    let native: Vec<RustItem> = enums.native.into_iter().map(|(_, plan)| RustItem::Enum(plan)).collect();
    let constants: Vec<RustItem> = enums.constants.into_iter().map(RustItem::Enum).collect();
    for (name, text, items) in [
        ("enums", "The database's enumerated types.", native),
        ("constants", "Sets of constants.", constants),
    ] {
        if !items.is_empty() {
            files.push(RustFile { items, ..file(name, vec![text.to_owned()], &mut scope) });
        }
    }
    for (id, row) in rows {
        let table = schema.table(id);
        let module = table.data.module.filter(|_| modules.len() > 1).zip(table.module());
        let known = module.and_then(|(module, _)| module_files.get(&module.0).copied());
        let at = known.unwrap_or(files.len());
        if known.is_none() {
            let (name, text) = match module {
                Some((id, data)) => {
                    module_files.insert(id.0, at);
                    let mut text = doc::prose(&data.name.value);
                    if let Some(comment) = &data.comment {
                        text.push(String::new());
                        text.extend(doc::prose(&comment.value));
                    }
                    (data.name.value.clone(), text)
                }
                None => (table.name().plain(), vec![format!("The table {}.", table_code(table))]),
            };
            files.push(file(&name, text, &mut scope));
        }
        let Some(file) = files.get_mut(at) else { continue };
        let of_table = |place: &Place| place.0 == id;
        file.items.extend(taken(&mut keys, of_table).into_iter().map(RustItem::Id));
        file.items.extend(taken(&mut columns, of_table).into_iter().map(RustItem::Enum));
        file.items.push(RustItem::Row(row));
    }
    if !keys.is_empty() {
        let items = keys.into_values().map(RustItem::Id).collect();
        let text = vec!["Identifiers of tables that other systems own.".to_owned()];
        files.push(RustFile { items, ..file("external", text, &mut scope) });
    }
    for file in &mut files {
        file.uses = uses(&file.items);
    }
    files.sort_by(|a, b| a.module.cmp(&b.module));
    files
}

/// Takes the entries out whose place fits.
fn taken<T>(from: &mut BTreeMap<Place, T>, fits: impl Fn(&Place) -> bool) -> Vec<T> {
    from.extract_if(.., |place, _| fits(place)).map(|(_, value)| value).collect()
}

/// Returns the names that items take from other files.
fn uses(items: &[RustItem]) -> BTreeSet<RustIdent> {
    let mut uses = BTreeSet::new();
    let mut own = BTreeSet::new();
    for item in items {
        match item {
            RustItem::Id(id) => {
                own.insert(id.name.clone());
                uses.extend(id.prefix.is_some().then(|| RustIdent::pascal("InvalidValue")));
            }
            RustItem::Enum(plan) => {
                own.insert(plan.name.clone());
                uses.insert(RustIdent::pascal("InvalidValue"));
            }
            RustItem::Row(row) => {
                uses.extend(row.fields.iter().filter_map(|field| match field.ty.innermost() {
                    RustType::Named(name) => Some(name.clone()),
                    RustType::Scalar(Scalar::Interval) => Some(RustIdent::pascal("Interval")),
                    RustType::Scalar(Scalar::Vector) => Some(RustIdent::pascal("Vector")),
                    RustType::Scalar(_) | RustType::List(_) | RustType::Optional(_) => None,
                }))
            }
        }
    }
    uses.difference(&own).cloned().collect()
}
