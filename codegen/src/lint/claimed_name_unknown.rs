use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::diag::did_you_mean;
use crate::model::{EnumData, PgType, Schema, Table, plain_name};
use crate::source::decl::{ClaimKind, Ident, Subject};

declare_rule! {
    /// The document lists columns or values that the schema is said to have, and it has them not.
    ///
    /// Lists below a heading that says that types or values match ("All types match", "API contract") are looked up: the columns of a
    /// table, where brackets may say that a field is computed or comes from a relation, and all values of an enumerated type. So are
    /// columns that are counted by their type ("JSONB columns (3)"), and enumerated types below their number ("Enums (12)"), each of which
    /// is listed once.
    ///
    /// ````md fail
    /// ## All types match
    ///
    /// **Order type:**
    /// - id, total
    ///
    /// ```sql
    /// create table orders (id bigint primary key, amount integer);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// ## All types match
    ///
    /// **Order type:**
    /// - id, amount, total (computed)
    ///
    /// ```sql
    /// create table orders (id bigint primary key, amount integer);
    /// ```
    /// ````
    "claimed-name-unknown", Group::Consistency, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let schema = cx.schema;
    for data in &schema.claims {
        match &data.claim.kind {
            ClaimKind::Names { of, names } => {
                let table = data.table.map(|id| schema.table(id));
                match (data.data_type.and_then(|at| schema.enums.get(at)), table) {
                    (Some(data), _) => values(cx, of, names, data),
                    (None, Some(table)) => columns(cx, names, table),
                    (None, None) => misspelt(cx, of),
                }
            }
            ClaimKind::Count(count) => {
                let Some(listed) = &count.listed else { continue };
                match &count.subject {
                    Subject::Columns(ty) => {
                        listed.names.iter().for_each(|name| of_type(cx, name, &PgType::parse(ty)));
                    }
                    Subject::Enums => types(cx, &listed.names),
                    _ => {}
                }
            }
            ClaimKind::Indexed(_) | ClaimKind::KeysOfType(_) => {}
        }
    }
}

/// Looks up the enumerated types that stand below their number, where the schema has most of them.
fn types(cx: &mut LintCx<'_>, names: &[Ident]) {
    let known = enums(cx.schema);
    let has = |name: &Ident| known.iter().any(|known| plain_name(known) == plain_name(&name.node));
    if names.iter().filter(|name| has(name)).count() * 2 <= names.len() {
        return;
    }
    for (at, name) in names.iter().enumerate() {
        let alike = |earlier: &&Ident| plain_name(&earlier.node) == plain_name(&name.node);
        if let Some(first) = names.get(..at).unwrap_or_default().iter().find(alike) {
            cx.report(&name.node, name.span, format!("`{}` is listed twice", name.node))
                .label(first.span, "listed here first")
                .help("remove one of the two, or correct its name");
        } else if !has(name) {
            cx.report(&name.node, name.span, format!("there is no enumerated type `{}`", name.node))
                .help(did_you_mean(&name.node, known.iter().map(String::as_str)))
                .help("correct the list, or add the type");
        }
    }
}

/// Reports a name that neither a table nor an enumerated type has and that is nearly one's; any other may be of another program.
fn misspelt(cx: &mut LintCx<'_>, of: &Ident) {
    let tables = cx.schema.own_tables().map(|table| table.name().plain());
    let known: Vec<String> = tables.chain(enums(cx.schema)).collect();
    let near = did_you_mean(&of.node, known.iter().map(String::as_str));
    if !near.is_empty() && of.node.chars().count() > 3 {
        cx.report(&of.node, of.span, format!("there is neither a table nor a type `{}`", of.node)).help(near);
    }
}

fn enums(schema: &Schema) -> Vec<String> {
    schema.enums.iter().map(|data| data.name.value.plain()).collect()
}

fn columns(cx: &mut LintCx<'_>, names: &[Ident], table: Table<'_>) {
    for name in names {
        let plain = plain_name(&name.node);
        let known = table.columns().any(|column| plain_name(column.name()) == plain);
        // Prisma's relation fields are named after the table at the other end.
        let other = |other: Table<'_>| plain_name(&other.name().plain()).ends_with(&plain);
        let keys = table.foreign_keys().map(|key| key.referenced());
        let relation = keys.chain(table.referenced_by().map(|key| key.table)).any(other);
        if !(known || relation) {
            let of = table.name().plain();
            cx.report(&of, name.span, format!("`{of}` has no column `{}`", name.node))
                .label(table.span(), "the table")
                .help("correct the list, or say in brackets where the field comes from: `(computed)`");
        }
    }
}

fn values(cx: &mut LintCx<'_>, of: &Ident, names: &[Ident], data: &EnumData) {
    let labels: Vec<&str> = data.labels.iter().map(|label| label.label.value.as_str()).collect();
    let name = data.name.value.plain();
    for value in names.iter().filter(|value| !labels.contains(&value.node.as_str())) {
        cx.report(&name, value.span, format!("`{name}` has no value `{}`", value.node))
            .label(data.name.span, "the type")
            .help(format!("it has {}", counting::names(labels.iter().copied())));
    }
    let missing = data.labels.iter().filter(|label| !names.iter().any(|name| name.node == label.label.value));
    for label in missing {
        let value = &label.label.value;
        cx.report(&name, of.span, format!("the values of `{name}` are listed without `{value}`"))
            .label(label.label.span, "the value")
            .help("add it to the list, or remove it from the type");
    }
}

/// Returns a name without case and separators.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Looks up `table.column` in a list of columns of one type.
fn of_type(cx: &mut LintCx<'_>, name: &Ident, wanted: &PgType) {
    let Some((of, column)) = name.node.rsplit_once('.') else { return };
    let table = cx.schema.own_tables().find(|table| plain_name(&table.name().plain()) == plain_name(of));
    let Some(table) = table else {
        let schema = cx.schema;
        // Of a table that lives elsewhere nothing is known, and a report without a schema beside it is held to none.
        let lives_elsewhere =
            schema.tables().any(|table| plain_name(&table.name().plain()) == plain_name(of));
        if lives_elsewhere || schema.own_tables().next().is_none() {
            return;
        }
        let tables: Vec<String> = schema.own_tables().map(|table| table.name().plain()).collect();
        cx.report(&name.node, name.span, format!("there is no table `{of}`"))
            .help(did_you_mean(of, tables.iter().map(String::as_str)))
            .help("correct the list, or add the table");
        return;
    };
    // A column in code is called as it is written, but for case and separators: `toolPolicies` is not `tool_policy`.
    let found = table.columns().find(|found| folded(found.name()) == folded(column));
    match found {
        None => {
            cx.report(&name.node, name.span, format!("`{}` has no column `{column}`", table.name().plain()))
                .label(table.span(), "the table")
                .help("correct the list, or add the column");
        }
        Some(found) if found.ty() != wanted => {
            cx.report(
                &name.node,
                name.span,
                format!("`{}` is `{}` and not `{wanted}`", found.path(), found.ty()),
            )
            .label(found.data.ty.span, "its type")
            .help("correct the list, or the type");
        }
        Some(_) => {}
    }
}
