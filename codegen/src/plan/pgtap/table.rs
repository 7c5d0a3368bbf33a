//! What is tested of a table: columns, keys, checks, foreign keys, indexes.

use super::attached;
use super::{
    Argument, Assertion, Cx, DOES_AS_SAID, Spelt, TestGroup, as_said, assertion, copy, path, qualified, text,
};
use crate::model::token::{Kind as TokenKind, tokens};
use crate::model::{Column, ColumnId, Fact, ForeignKeyData, KeyData, PgType, Table};
use crate::plan::migration::diff::Kind;
use crate::plan::migration::names::Part;
use crate::plan::migration::statement::Statement;
use crate::plan::migration::{constraint, up};
use crate::source::decl::{DefaultKind, RefAction, Timing};
use crate::span::Span;

/// Returns the tests of a table.
pub(super) fn groups(cx: &Cx<'_>, table: Table<'_>) -> Vec<TestGroup> {
    let group = |title, assertions| TestGroup { title, assertions };
    vec![
        group("Table", vec![there(table)]),
        group("Columns", columns(table)),
        group("Keys", keys(cx, table)),
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

/// Makes the assertion about a column's default, or about what it is computed from; none where it counts up.
fn default(column: Column<'_>, of: [Argument; 3]) -> Option<Assertion> {
    let path = column.path();
    if column.data.identity.is_some() {
        return None;
    }
    let spelt = |action: String, described: String, span: Span| {
        let statement = Statement::AlterTable { table: copy(), action };
        as_said(column.table.name(), (Spelt::Expression, column.name()), statement, described, span)
    };
    let name = &column.data.name.value;
    if let Some(generated) = &column.data.generated {
        let kind = if generated.value.stored { "STORED" } else { "VIRTUAL" };
        let (ty, expression) = (column.ty(), &generated.value.expression);
        let action =
            format!("DROP COLUMN {name}, ADD COLUMN {name} {ty} GENERATED ALWAYS AS ({expression}) {kind}");
        return Some(spelt(action, format!("{path} is computed as the documents say"), generated.span));
    }
    let Some(default) = &column.data.default else {
        let counts = *column.ty() != column.ty().without_serial();
        let (function, word) = if counts { ("col_has_default", "a") } else { ("col_hasnt_default", "no") };
        return Some(assertion(function, of, format!("{path} has {word} default"), column.span()));
    };
    let [a, b, c] = of;
    let described = format!("the default of {path} is that of the documents");
    Some(match value(&default.value.sql, default.value.kind, column.ty())? {
        Value::Is(value) => assertion("col_default_is", [a, b, c, value], described, default.span),
        Value::Spelt => {
            spelt(format!("ALTER COLUMN {name} SET DEFAULT {}", default.value.sql), described, default.span)
        }
    })
}

/// What can be asserted of a default.
enum Value {
    /// It is this.
    Is(Argument),
    /// It is what PostgreSQL makes of the documents' words.
    Spelt,
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
        _ => spelt.map_or(Value::Spelt, |spelt| Value::Is(text(*spelt))),
    })
}

fn keys(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let (name, plain) = (table.name(), table.name().plain());
    let key = |function, key: &KeyData, part, described: String| {
        // pgTAP sees only the columns.
        let is_plain =
            key.timing == Timing::NotDeferrable && key.include.is_empty() && !key.nulls_not_distinct;
        if !is_plain {
            return constraint(cx, table, part, key.span);
        }
        let [namespace, own] = qualified(name);
        let columns = Argument::List(listed(table, &key.columns));
        Some(assertion(function, [namespace, own, columns], described, key.span))
    };
    let primary = table.primary_key().and_then(|of| {
        let described = format!("the primary key of {plain} is ({})", listed(table, &of.columns).join(", "));
        key("col_is_pk", of, Part::PrimaryKey, described)
    });
    let uniques = table.data.uniques.iter().enumerate().filter_map(|(at, of)| {
        let described = format!("({}) of {plain} is unique", listed(table, &of.columns).join(", "));
        key("col_is_unique", of, Part::Unique(at), described)
    });
    primary.into_iter().chain(uniques).collect()
}

fn listed(table: Table<'_>, columns: &[ColumnId]) -> Vec<String> {
    table.column_names(columns).into_iter().map(str::to_owned).collect()
}

fn checks(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let said = table.checks().iter().enumerate();
    let mut parts: Vec<(Part, Span)> =
        said.map(|(at, check)| (Part::Check(at), check.expression.span)).collect();
    for column in table.columns() {
        let values = column.data.values.as_ref().map(|values| values.values.span);
        parts.extend(values.map(|span| (Part::Values(column.id), span)));
        let prefix = column.data.prefix.as_ref().map(|prefix| prefix.span);
        parts.extend(prefix.map(|span| (Part::Prefix(column.id), span)));
    }
    let exclusions = table.data.exclusions.iter().enumerate();
    parts.extend(exclusions.map(|(at, exclusion)| (Part::Exclusion(at), exclusion.definition.span)));
    parts.into_iter().filter_map(|(part, span)| constraint(cx, table, part, span)).collect()
}

/// Makes the assertion about a constraint of a table; none where no constraint is made of that part.
fn constraint(cx: &Cx<'_>, table: Table<'_>, part: Part, span: Span) -> Option<Assertion> {
    let name = cx.names.get(table.id, part);
    let constraints = constraint::of_table(table, cx.config, &cx.names);
    let constraint = constraints.into_iter().find(|constraint| constraint.name == name)?;
    let described =
        format!("{} has the constraint {} as the documents say", table.name().plain(), name.as_str());
    let statement = Statement::AddConstraint { table: copy(), constraint };
    Some(as_said(table.name(), (Spelt::Constraint, name.as_str()), statement, described, span))
}

fn foreign_keys(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let data = table.data;
    let enforced = || data.foreign_keys.iter().enumerate().filter(|(_, key)| key.enforced);
    let is_only =
        |key: &ForeignKeyData| enforced().filter(|(_, other)| other.columns == key.columns).count() == 1;
    let mut assertions = Vec::new();
    for (at, key) in enforced() {
        let referenced = cx.schema.table(key.referenced);
        let tail = referenced.data.tail.as_ref().map(|tail| tail.node.to_lowercase());
        // pgTAP sees one foreign key of the same columns, and none on a partitioned table.
        if is_only(key) && tail.is_none_or(|tail| !tail.starts_with("partition by")) {
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
            assertions.push(assertion("fk_ok", arguments, described, key.span));
        }
        let name = cx.names.get(table.id, Part::ForeignKey(at));
        let described = format!("the foreign key {} does what the documents say", name.as_str());
        let arguments = [text(path(table.name())), text(name.as_str()), text(does(key))];
        assertions.push(assertion(DOES_AS_SAID, arguments, described, key.span));
    }
    assertions
}

/// Tells what a foreign key does, as the helper does.
fn does(key: &ForeignKeyData) -> String {
    let action = |action: &Option<Fact<RefAction>>| {
        let (word, columns) = match action.as_ref().map(|action| &action.value) {
            None | Some(RefAction::NoAction) => ("NO ACTION", &[][..]),
            Some(RefAction::Restrict) => ("RESTRICT", &[][..]),
            Some(RefAction::Cascade) => ("CASCADE", &[][..]),
            Some(RefAction::SetNull(columns)) => ("SET NULL", &columns[..]),
            Some(RefAction::SetDefault(columns)) => ("SET DEFAULT", &columns[..]),
        };
        if columns.is_empty() { word.to_owned() } else { format!("{word} ({})", columns.join(", ")) }
    };
    let matching = if key.match_full { "MATCH FULL " } else { "" };
    let (update, delete) = (action(&key.on_update), action(&key.on_delete));
    let not_valid = if key.not_valid { " NOT VALID" } else { "" };
    format!("{matching}ON UPDATE {update} ON DELETE {delete}{}{not_valid}", key.timing.clause())
}

fn indexes(cx: &Cx<'_>, table: Table<'_>) -> Vec<Assertion> {
    let indexes = up::table_indexes(table, cx.config, &cx.names).into_iter().map(|(part, mut index)| {
        let span = match part {
            Part::Index(at) => table.data.indexes.get(at).map(|index| index.span),
            Part::ForeignKeyIndex(at) => table.data.foreign_keys.get(at).map(|key| key.span),
            _ => None,
        };
        let name = index.name.as_str().to_owned();
        let described = format!("{} has the index {name} as the documents say", table.name().plain());
        index.table = copy();
        let statement = Statement::CreateIndex(index);
        as_said(table.name(), (Spelt::Index, &name), statement, described, span.unwrap_or(table.span()))
    });
    // Indexes that are carried through as they stand.
    let carried = attached::parts(cx, table, Kind::Index).map(|(name, statement)| {
        let [a, b] = qualified(table.name());
        let described = format!("{} has the index {name}", table.name().plain());
        assertion("has_index", [a, b, text(name)], described, statement.span)
    });
    indexes.chain(carried).collect()
}
