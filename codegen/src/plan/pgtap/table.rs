//! What is tested of a table: columns, keys, checks, foreign keys, indexes.

use super::attached;
use super::{Argument, Assertion, Cx, TestGroup, assertion, exists, qualified, relation, text};
use crate::model::ident::literal;
use crate::model::token::{Kind as TokenKind, tokens};
use crate::model::{Column, ColumnId, ForeignKeyData, PartKey, PgType, Table};
use crate::plan::migration::diff::Kind;
use crate::plan::migration::names::Part;
use crate::plan::migration::{constraint, up};
use crate::source::decl::DefaultKind;
use crate::span::Span;

/// Returns the tests of a table.
pub(super) fn groups(cx: &Cx<'_>, table: Table<'_>) -> Vec<TestGroup> {
    let group = |title, assertions| TestGroup { title, assertions };
    vec![
        group("Table", vec![there(table)]),
        group("Columns", columns(table)),
        group("Keys", keys(table)),
        group("Checks", checks(cx, table)),
        group("Foreign keys", foreign_keys(cx, table)),
        group("Indexes", indexes(cx, table)),
        group("Triggers and rules", attached::triggers(cx, table)),
        group("Row level security", attached::security(cx, table)),
    ]
}

fn there(table: Table<'_>) -> Assertion {
    let described = format!("the table {} is there", table.name().plain());
    assertion("has_table", qualified(table.name()), described, table.span())
}

fn columns(table: Table<'_>) -> Vec<Assertion> {
    let [namespace, own] = qualified(table.name());
    let of = |column: Column<'_>| [namespace.clone(), own.clone(), text(column.name())];
    let mut assertions = Vec::new();
    // What a table has from another one, which may be a platform's, the documents need not say.
    let tail = table.data.tail.as_ref().map(|tail| tail.node.to_lowercase());
    if tail.is_none_or(|tail| tail.starts_with("partition by")) {
        let names = table.columns().map(|column| column.name().to_owned()).collect();
        let described = format!("{} has these columns and no others", table.name().plain());
        let arguments = [namespace.clone(), own.clone(), Argument::List(names)];
        assertions.push(assertion("columns_are", arguments, described, table.span()));
    }
    for column in table.columns() {
        let (path, ty) = (column.path(), column.ty().without_serial());
        let [a, b, c] = of(column);
        let described = format!("{path} is of the type {ty}");
        assertions.push(assertion(
            "col_type_is",
            [a, b, c, text(ty.to_string())],
            described,
            column.data.ty.span,
        ));
        let (function, word) =
            if column.is_nullable() { ("col_is_null", "takes") } else { ("col_not_null", "refuses") };
        assertions.push(assertion(function, of(column), format!("{path} {word} NULL"), column.span()));
        assertions.extend(default(column, of(column)));
    }
    assertions
}

/// Makes the assertion about a column's default; none where it counts up or is computed.
fn default(column: Column<'_>, of: [Argument; 3]) -> Option<Assertion> {
    let path = column.path();
    if column.data.identity.is_some() || column.data.generated.is_some() {
        return None;
    }
    let Some(default) = &column.data.default else {
        let counts = *column.ty() != column.ty().without_serial();
        let (function, word) = if counts { ("col_has_default", "a") } else { ("col_hasnt_default", "no") };
        return Some(assertion(function, of, format!("{path} has {word} default"), column.span()));
    };
    let [a, b, c] = of;
    Some(match value(&default.value.sql, default.value.kind, column.ty())? {
        Value::Is(value) => {
            let described = format!("the default of {path} is that of the documents");
            assertion("col_default_is", [a, b, c, value], described, default.span)
        }
        Value::Some => assertion("col_has_default", [a, b, c], format!("{path} has a default"), default.span),
    })
}

/// What can be asserted of a default.
enum Value {
    /// It is this.
    Is(Argument),
    /// There is one; PostgreSQL spells it in its own way.
    Some,
}

/// Types of which pgTAP compares values.
const COMPARED: &[&str] = &[
    "bigint",
    "boolean",
    "char",
    "date",
    "double precision",
    "integer",
    "jsonb",
    "numeric",
    "real",
    "smallint",
    "text",
    "uuid",
    "varchar",
];

/// Defaults that PostgreSQL spells as the documents do, but for the case.
const SPELT: &[&str] = &["now()", "gen_random_uuid()", "CURRENT_TIMESTAMP", "CURRENT_DATE"];

/// Returns what can be asserted of a default; nothing of `NULL`, which is one of some types and none of others.
fn value(sql: &str, kind: DefaultKind, ty: &PgType) -> Option<Value> {
    let is_compared = match ty.element() {
        PgType::Enum(_) => true,
        element => element.builtin_name().is_some_and(|name| COMPARED.contains(&name)),
    };
    let parts = tokens(sql);
    let is_text = matches!(parts.as_slice(), [only] if only.kind == TokenKind::Text);
    let spelt = SPELT.iter().find(|known| known.eq_ignore_ascii_case(sql.trim()));
    Some(match kind {
        DefaultKind::Null => return None,
        DefaultKind::Number | DefaultKind::Boolean if is_compared => Value::Is(text(sql)),
        _ if is_text && is_compared => Value::Is(Argument::Sql(sql.to_owned())),
        _ => spelt.map_or(Value::Some, |spelt| Value::Is(text(*spelt))),
    })
}

fn keys(table: Table<'_>) -> Vec<Assertion> {
    let (name, plain) = (table.name(), table.name().plain());
    let of = |columns: &[ColumnId]| {
        let [namespace, own] = qualified(name);
        [namespace, own, Argument::List(listed(table, columns))]
    };
    let primary = table.primary_key().map(|key| {
        let described = format!("the primary key of {plain} is ({})", listed(table, &key.columns).join(", "));
        assertion("col_is_pk", of(&key.columns), described, key.span)
    });
    let uniques = table.data.uniques.iter().map(|key| {
        let described = format!("({}) of {plain} is unique", listed(table, &key.columns).join(", "));
        assertion("col_is_unique", of(&key.columns), described, key.span)
    });
    primary.into_iter().chain(uniques).collect()
}

fn listed(table: Table<'_>, columns: &[ColumnId]) -> Vec<String> {
    table.column_names(columns).into_iter().map(str::to_owned).collect()
}

fn checks(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let mut parts: Vec<(Part, char, Span)> = Vec::new();
    let said = table.checks().iter().enumerate();
    parts.extend(said.map(|(at, check)| (Part::Check(at), 'c', check.expression.span)));
    for column in table.columns() {
        if let Some(values) = &column.data.values
            && constraint::documented_values(table, column.id).is_some()
        {
            parts.push((Part::Values(column.id), 'c', values.values.span));
        }
        if let Some(prefix) = &column.data.prefix
            && cx.config.prefixes.check
            && constraint::key_prefix(table, column.id).is_some()
        {
            parts.push((Part::Prefix(column.id), 'c', prefix.span));
        }
    }
    let exclusions = table.data.exclusions.iter().enumerate();
    parts.extend(exclusions.map(|(at, exclusion)| (Part::Exclusion(at), 'x', exclusion.definition.span)));
    parts.into_iter().map(|(part, kind, span)| named(cx, table, part, kind, span)).collect()
}

/// Makes the assertion that a table has a constraint of a name.
fn named(cx: &Cx<'_>, table: Table<'_>, part: Part, kind: char, span: Span) -> Assertion {
    let name = cx.names.get(table.id, part);
    let query = format!(
        "SELECT FROM pg_constraint WHERE conrelid = {} AND conname = {} AND contype = '{kind}'",
        relation(table.name()),
        literal(name.as_str())
    );
    exists(query, format!("{} has the constraint {}", table.name().plain(), name.as_str()), span)
}

fn foreign_keys(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let data = table.data;
    let enforced = || data.foreign_keys.iter().enumerate().filter(|(_, key)| key.enforced);
    let is_only =
        |key: &ForeignKeyData| enforced().filter(|(_, other)| other.columns == key.columns).count() == 1;
    enforced()
        .map(|(at, key)| {
            let referenced = cx.schema.table(key.referenced);
            let tail = referenced.data.tail.as_ref().map(|tail| tail.node.to_lowercase());
            // pgTAP sees one foreign key of the same columns, and none on a partitioned table.
            if !is_only(key) || tail.is_some_and(|tail| tail.starts_with("partition by")) {
                return named(cx, table, Part::ForeignKey(at), 'f', key.span);
            }
            let (own, others) = (listed(table, &key.columns), listed(referenced, &key.referenced_columns));
            let described = format!(
                "{} ({}) references {} ({})",
                table.name().plain(),
                own.join(", "),
                referenced.name().plain(),
                others.join(", ")
            );
            let ([a, b], [d, e]) = (qualified(table.name()), qualified(referenced.name()));
            let arguments = [a, b, Argument::List(own), d, e, Argument::List(others)];
            assertion("fk_ok", arguments, described, key.span)
        })
        .collect()
}

fn indexes(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let mut assertions = Vec::new();
    for (part, index) in up::table_indexes(table, cx.config, &cx.names) {
        let (columns, span) = match part {
            Part::Index(at) => table.data.indexes.get(at).map(|index| {
                let columns = index.parts.iter().map(|part| match part.key {
                    PartKey::Column(column) => Some(column),
                    PartKey::Expression(_) => None,
                });
                (columns.collect::<Option<Vec<_>>>(), index.span)
            }),
            Part::ForeignKeyIndex(at) => {
                table.data.foreign_keys.get(at).map(|key| (Some(key.columns.clone()), key.span))
            }
            _ => None,
        }
        .unwrap_or((None, table.span()));
        let of = || {
            let [namespace, own] = qualified(table.name());
            [namespace, own, text(index.name.as_str())]
        };
        let (plain, name) = (table.name().plain(), index.name.as_str());
        let ([a, b, c], described) = (of(), format!("{plain} has the index {name}"));
        assertions.push(match columns {
            Some(columns) => {
                let keys = constraint::idents(table, &columns);
                let columns = Argument::Identifiers(keys.into_iter().chain(index.include.clone()).collect());
                assertion("has_index", [a, b, c, columns], described, span)
            }
            None => assertion("has_index", [a, b, c], described, span),
        });
        if index.unique {
            assertions.push(assertion("index_is_unique", of(), format!("the index {name} is unique"), span));
        }
        if let Some(method) = &index.method {
            let ([a, b, c], described) = (of(), format!("the index {name} is of the method {method}"));
            assertions.push(assertion("index_is_type", [a, b, c, text(method)], described, span));
        }
    }
    // Indexes that are carried through as they stand.
    assertions.extend(attached::parts(cx, table, Kind::Index).map(|(name, statement)| {
        let [a, b] = qualified(table.name());
        let described = format!("{} has the index {name}", table.name().plain());
        assertion("has_index", [a, b, text(name)], described, statement.span)
    }));
    assertions
}
