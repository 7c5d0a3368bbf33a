//! Enumerations: of the database's own types, of columns that hold one of several texts, and of sets of constants.

use std::collections::BTreeMap;

use super::ident::{RustIdent, Scope};
use super::keys::{Keys, Place, is_reference};
use super::types::{RustType, Scalar, rust_type};
use super::{EnumPlan, Planning, Variant, doc, give};
use crate::diag::Sink;
use crate::model::{Column, Fact, QualifiedName, TableId, ValuesOrigin};
use crate::span::Span;

/// Every enumeration.
#[derive(Debug, Default)]
pub(super) struct Enums {
    /// Enumerated types of the database, in order.
    pub(super) native: Vec<(QualifiedName, EnumPlan)>,
    /// By the column that holds the values.
    pub(super) columns: BTreeMap<Place, EnumPlan>,
    /// Sets of constants, in order.
    pub(super) constants: Vec<EnumPlan>,
}

/// Plans every enumeration.
pub(super) fn plan(names: &BTreeMap<TableId, RustIdent>, keys: &Keys, cx: &mut Planning<'_>) -> Enums {
    let mut enums = Enums::default();
    let schema = cx.schema;
    for data in schema.enums.iter().filter(|data| !data.labels.is_empty()) {
        let plain = data.name.value.plain();
        let name = cx.name(RustIdent::pascal(data.name.value.name.as_str()), data.name.span, &plain);
        let labels = data.labels.iter().map(|label| {
            let comment = label.comment.as_ref().map(|comment| comment.value.as_str());
            (label.label.value.as_str(), label.label.span, comment)
        });
        let variants = variants(labels, cx.sink);
        let text = described(data.comment.as_ref(), format!("A value of the type {}.", doc::code(&plain)));
        let native = Some(data.name.value.to_string());
        let what = format!("a value of the type `{plain}`");
        enums.native.push((data.name.value.clone(), EnumPlan { name, doc: text, what, native, variants }));
    }
    for table in schema.own_tables() {
        let Some(row) = names.get(&table.id) else { continue };
        for column in table.columns().filter(|column| !keys.contains_key(&column.place())) {
            if let Some(values) = listed(column) {
                let name = row.within("", RustIdent::pascal(column.name()).as_str());
                let name = cx.name(name, column.span(), &column.path());
                let variants =
                    variants(values.value.iter().map(|value| (value.as_str(), values.span, None)), cx.sink);
                let path = doc::code(&column.path());
                let text = vec![format!("A value of {path}.")];
                let what = format!("a value of `{}`", column.path());
                let plan = EnumPlan { name, doc: text, what, native: None, variants };
                enums.columns.insert(column.place(), plan);
            }
        }
    }
    for set in schema.constants.iter().filter(|set| !set.items.is_empty()) {
        let name = cx.name(RustIdent::pascal(&set.name.value), set.name.span, &set.name.value);
        let items = set
            .items
            .iter()
            .map(|item| (item.value.value.as_str(), item.value.span, item.comment.as_deref()));
        let variants = variants(items, cx.sink);
        let text = vec![format!("A value of the set {}.", doc::code(&set.name.value))];
        let what = format!("a value of the set `{}`", set.name.value);
        enums.constants.push(EnumPlan { name, doc: text, what, native: None, variants });
    }
    enums
}

/// Returns the texts that a column is held to.
fn listed(column: Column<'_>) -> Option<&Fact<Vec<String>>> {
    let data = column.data.values.as_ref()?;
    let held = match data.origin {
        ValuesOrigin::Check | ValuesOrigin::DocumentedChecked => true,
        ValuesOrigin::Documented => false,
    };
    let text = rust_type(column.ty()) == RustType::Scalar(Scalar::Text);
    (held && text && !is_reference(column) && !data.values.value.is_empty()).then_some(&data.values)
}

fn variants<'a>(
    values: impl Iterator<Item = (&'a str, Span, Option<&'a str>)>,
    sink: &mut Sink,
) -> Vec<Variant> {
    let mut scope = Scope::with_reserved(&[]);
    let mut variants: Vec<Variant> = Vec::new();
    for (value, span, comment) in values {
        if variants.iter().any(|variant| variant.value == value) {
            continue;
        }
        let name = give(&mut scope, RustIdent::pascal(value), span, value, sink);
        let said = comment.map(doc::prose).filter(|lines| !lines.is_empty());
        let doc = said.unwrap_or_else(|| vec![format!("The value {}.", doc::code(value))]);
        variants.push(Variant { name, value: value.to_owned(), doc });
    }
    variants
}

fn described(comment: Option<&Fact<String>>, otherwise: String) -> Vec<String> {
    let said = comment.map(|comment| doc::prose(&comment.value)).filter(|lines| !lines.is_empty());
    said.unwrap_or_else(|| vec![otherwise])
}
