//! What stands as SQL in tables and beside them: it is SQL, and names tables and columns that are there.

use std::collections::BTreeSet;

use super::replay::drop::part_of;
use super::{Cx, UNKNOWN_REFERENCE, find_column, inherit, qualified};
use crate::diag::{Code, Sink, did_you_mean};
use crate::expr::{self, query};
use crate::model::ident::{NameRef, QualifiedName, is_plain};
use crate::model::token::{Cursor, tokens};
use crate::model::{PartKey, TableData, VerbatimData};
use crate::source::decl::{DefaultKind, VerbatimDecl};
use crate::source::sql::{is_expression, policy};
use crate::span::Span;

const NO_EXPRESSION: Code = Code::new("expression-not-sql");

/// Reports expressions that are no SQL, and statements and expressions that name what is not there.
pub(super) fn check(cx: &mut Cx<'_>) {
    let statements = std::mem::take(&mut cx.schema.verbatim);
    // `row.name` may call a function of the row.
    let made = statements.iter().filter(|data| ["function", "procedure"].contains(&data.kind.as_str()));
    let routines: Routines = made.filter_map(|data| Some(data.creates.as_ref()?.name.to_string())).collect();
    let (tables, sink) = (&cx.schema.tables, &mut *cx.sink);
    for table in tables.iter().filter(|table| !table.external) {
        expressions(table, &routines, sink);
    }
    for data in &statements {
        statement(data, &routines, cx);
    }
    cx.schema.verbatim = statements;
}

/// The names of the functions that the documents make.
type Routines = BTreeSet<String>;

/// Looks through the expressions of a table.
fn expressions(table: &TableData, routines: &Routines, sink: &mut Sink) {
    for column in &table.columns {
        if let Some(default) = &column.default
            && default.value.kind == DefaultKind::Expression
            && !is_call(&default.value.sql)
        {
            is_sql(&default.value.sql, default.span, sink);
        }
        if let Some(generated) = &column.generated {
            condition(table, &generated.value.expression, routines, generated.span, sink);
        }
    }
    for check in &table.checks {
        condition(table, &check.expression.value, routines, check.expression.span, sink);
    }
    for index in &table.indexes {
        for part in &index.parts {
            if let PartKey::Expression(sql) = &part.key {
                condition(table, sql, routines, index.span, sink);
            }
        }
        if let Some(predicate) = &index.predicate {
            condition(table, predicate, routines, index.span, sink);
        }
    }
}

/// Tells whether a text is a call of a function by a plain name without arguments, as most defaults are.
fn is_call(text: &str) -> bool {
    text.strip_suffix("()").is_some_and(is_plain)
}

/// Reports a text that is no expression.
fn is_sql(text: &str, span: Span, sink: &mut Sink) -> bool {
    let is = is_expression(text);
    if !is {
        let shown: String = text.chars().take(SHOWN).collect();
        sink.error(NO_EXPRESSION, span, format!("`{shown}` is no expression of SQL"))
            .help("write it as PostgreSQL reads it, with every bracket and quote closed");
    }
    is
}

/// How many characters of an expression a message shows.
const SHOWN: usize = 60;

/// Reports an expression that is none, or names a column that its table has not.
fn condition(table: &TableData, text: &str, routines: &Routines, span: Span, sink: &mut Sink) {
    if let Some(name) = expr::compared(text).filter(|name| is_plain(name)) {
        column(table, name, routines, span, sink);
    } else if is_sql(text, span, sink) {
        own_columns(table, text, routines, span, sink);
    }
}

/// Reports the columns of a table that an expression names and that are not there.
fn own_columns(table: &TableData, text: &str, routines: &Routines, span: Span, sink: &mut Sink) {
    let Some(parsed) = expr::parse(text) else { return };
    for name in parsed.own_columns(table.name.value.name.as_str()) {
        column(table, &name, routines, span, sink);
    }
}

/// Reports a column that a table has not, where all of its columns are known.
fn column(table: &TableData, name: &str, routines: &Routines, span: Span, sink: &mut Sink) {
    let is_there = find_column(table, name).is_some() || routines.contains(name);
    if is_there || table.external || has_columns_from_elsewhere(table) {
        return;
    }
    let known: Vec<&str> = table.columns.iter().map(|column| column.name.value.as_str()).collect();
    let hint = if sink.may_suggest() { did_you_mean(name, known) } else { String::new() };
    let message = format!("`{}` has no column `{name}`", table.name.value.plain());
    sink.error(UNKNOWN_REFERENCE, span, message).label(table.name.span, "the table").help(hint);
}

/// Tells whether a table may have columns that it does not list.
fn has_columns_from_elsewhere(table: &TableData) -> bool {
    let tail = table.tail.as_ref().is_some_and(|tail| {
        let own = tokens(&tail.node);
        inherit::has_parent(&tail.node)
            || own.iter().any(|token| token.is("like") || token.is("of") || token.is("as"))
    });
    let gains = |sql: &str| tokens(sql).iter().any(|token| token.is("inherit") || token.is("of"));
    tail || table.columns.is_empty() || table.alterations.iter().any(|action| gains(&action.node))
}

/// Looks through a statement that is carried.
fn statement(data: &VerbatimData, routines: &Routines, cx: &mut Cx<'_>) {
    let span = data.text.span;
    match data.kind.as_str() {
        "policy" => {
            let Some(policy) = policy::read(&data.text) else { return };
            let name = qualified(&policy.table);
            let Some(table) = known(&name, span, cx) else { return };
            let (tables, sink) = (&cx.schema.tables, &mut *cx.sink);
            let Some(table) = tables.get(table) else { return };
            for condition in [&policy.using, &policy.check].into_iter().flatten() {
                own_columns(table, condition, routines, span, sink);
            }
        }
        "trigger" | "rule" => {
            let decl = VerbatimDecl {
                was: None,
                kind: data.kind.clone(),
                creates: None,
                names: Vec::new(),
                text: data.text.clone(),
                stale: false,
            };
            if let Some((_, table)) = part_of(&decl) {
                known(&table, span, cx);
            }
        }
        "grant" => {
            for name in granted(&data.text.node) {
                known(&name, span, cx);
            }
        }
        "view" | "materialized view" => view(data, routines, cx),
        _ => {}
    }
}

/// Looks through the query of a view, as far as it reads tables and nothing else.
fn view(data: &VerbatimData, routines: &Routines, cx: &mut Cx<'_>) {
    let span = data.text.span;
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.until(|token| token.is("as"));
    cursor.next();
    let text = cursor.rest().trim_end_matches(';');
    let text =
        text.to_ascii_lowercase().find("with no data").map_or(text, |at| text.get(..at).unwrap_or(text));
    let Some(query) = query::parse(text) else { return };
    let mut found = None;
    for path in query.relations().unwrap_or_default() {
        let name = match path.as_slice() {
            [name] => QualifiedName::new(None, name.as_str()),
            [schema, name] => QualifiedName::new(Some(schema), name.as_str()),
            _ => continue,
        };
        found = known(&name, span, cx);
    }
    let (tables, sink) = (&cx.schema.tables, &mut *cx.sink);
    if let (Some(columns), Some(table)) = (query.columns_of_one(), found.and_then(|at| tables.get(at))) {
        columns.iter().for_each(|name| column(table, name, routines, span, sink));
    }
}

/// Returns the place of a table; one that could only be the schema's own and is not there is reported.
fn known(name: &QualifiedName, span: Span, cx: &mut Cx<'_>) -> Option<usize> {
    let schema = name.schema.as_ref().map(|schema| schema.as_str());
    if let Some(id) = cx.tables.get(&NameRef::new(schema, name.name.as_str())) {
        return Some(id.0);
    }
    let plain = name.plain();
    let is_own =
        schema.is_none_or(|_| cx.schema.own_tables().any(|table| table.name().schema == name.schema));
    let is_there = cx.carried.contains(name)
        // `FROM ONLY t` is read as a table of that name.
        || schema.is_none() && name.name.as_str() == "only"
        || cx.config.is_external(&plain)
        // PostgreSQL's own, and sequences that come with a column.
        || name.name.as_str().starts_with("pg_")
        || name.name.as_str().ends_with("_seq");
    if is_own && !is_there {
        let names: Vec<String> = cx.tables.keys().map(QualifiedName::plain).collect();
        let hint = if cx.sink.may_suggest() {
            did_you_mean(&plain, names.iter().map(String::as_str))
        } else {
            String::new()
        };
        let help = if hint.is_empty() {
            format!(
                "define the table, or add \"{plain}\" to `external` in schema.toml where another system owns it"
            )
        } else {
            hint
        };
        // An extension or a block may bring what no statement here makes.
        cx.sink.warning(UNKNOWN_REFERENCE, span, format!("there is no table `{plain}`")).help(help);
    }
    None
}

/// Returns the tables and views on which a `GRANT` gives something.
fn granted(text: &str) -> Vec<QualifiedName> {
    const OTHERS: &[&str] = &[
        "all",
        "database",
        "domain",
        "foreign",
        "function",
        "language",
        "large",
        "parameter",
        "procedure",
        "routine",
        "schema",
        "sequence",
        "tablespace",
        "type",
    ];
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    _ = cursor.until(|token| token.is("on"));
    cursor.next();
    _ = cursor.eat("table");
    if cursor.peek().is_none_or(|token| OTHERS.iter().any(|word| token.is(word))) {
        return Vec::new();
    }
    let list = cursor.until(|token| token.is("to")).split();
    list.into_iter().filter_map(|mut part| part.name().filter(|_| part.is_done())).collect()
}
