//! Functions that stand behind `FROM`, written as PostgreSQL prints them: with `LATERAL`, and with the names of their columns.

use std::ops::ControlFlow;

use sqlparser::ast::{
    FunctionArg, FunctionArgExpr, Ident, ObjectName, TableAlias, TableAliasColumnDef, TableFactor,
    TableFunctionArgs, VisitMut, VisitorMut,
};

use super::super::folded;
use super::super::query::path_of;

/// Functions that give one value at a time, which is called as the function is in the query.
const OF_ONE: &[&str] = &[
    "generate_series",
    "generate_subscripts",
    "json_object_keys",
    "jsonb_object_keys",
    "jsonb_path_query",
    "regexp_split_to_table",
    "string_to_table",
    "unnest",
];

/// Functions whose columns have names of their own.
const OF_COLUMNS: &[(&[&str], &[&str])] = &[
    (
        &[
            "json_array_elements",
            "json_array_elements_text",
            "jsonb_array_elements",
            "jsonb_array_elements_text",
        ],
        &["value"],
    ),
    (&["json_each", "json_each_text", "jsonb_each", "jsonb_each_text"], &["key", "value"]),
];

/// Writes every function behind `FROM` out.
pub(super) fn write_out<T: VisitMut>(ast: &mut T) {
    _ = VisitMut::visit(ast, &mut Functions);
}

struct Functions;

impl VisitorMut for Functions {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let unnamed = |expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr));
        let (name, args, alias) = match factor {
            TableFactor::Table {
                name,
                args: Some(TableFunctionArgs { args, settings: None }),
                alias,
                with_ordinality: false,
                ..
            } => (name.clone(), std::mem::take(args), alias.take()),
            TableFactor::UNNEST {
                alias, array_exprs, with_offset: false, with_ordinality: false, ..
            } => {
                let args = std::mem::take(array_exprs).into_iter().map(unnamed).collect();
                (ObjectName::from(vec![Ident::new("unnest")]), args, alias.take())
            }
            TableFactor::Function { name, args, with_ordinality: false, alias, .. } => {
                (name.clone(), std::mem::take(args), alias.take())
            }
            _ => return ControlFlow::Continue(()),
        };
        let alias = named(&name, args.len(), alias);
        *factor = TableFactor::Function { lateral: true, name, args, with_ordinality: false, alias };
        ControlFlow::Continue(())
    }
}

/// Gives a function's result its name, and its columns theirs where they are known.
fn named(name: &ObjectName, count: usize, alias: Option<TableAlias>) -> Option<TableAlias> {
    let path = path_of(name);
    let function = path.last()?;
    let mut alias = alias.unwrap_or_else(|| TableAlias {
        explicit: false,
        name: Ident::with_quote('"', function.as_str()),
        columns: Vec::new(),
        at: None,
    });
    let of_columns = OF_COLUMNS.iter().find(|(names, _)| names.contains(&function.as_str()));
    let columns: Vec<String> = match of_columns {
        Some((_, columns)) => columns.iter().map(|column| (*column).to_owned()).collect(),
        // Of several arrays it gives a column each.
        None if OF_ONE.contains(&function.as_str()) && (count == 1 || function != "unnest") => {
            vec![folded(&alias.name)]
        }
        None => Vec::new(),
    };
    let quoted = |name: String| TableAliasColumnDef { name: Ident::with_quote('"', name), data_type: None };
    alias.columns.extend(columns.into_iter().skip(alias.columns.len()).map(quoted));
    Some(alias)
}
