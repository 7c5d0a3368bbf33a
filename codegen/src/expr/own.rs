//! Columns that an expression has from the table it belongs to, and not from a query inside of it.

use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, Expr as Ast, Query, Select, SelectItem, SetExpr, TableFactor, Visit, Visitor,
};

use super::{Expr, folded, query};

impl Expr {
    /// Returns the columns of its own table that it names, each once, in order; what a query inside of it names is left out.
    ///
    /// A qualified name is a column where its qualifier is `table`.
    pub(crate) fn own_columns(&self, table: &str) -> Vec<String> {
        let mut found = Found { table, depth: 0, columns: Vec::new(), fields: Vec::new() };
        _ = Visit::visit(&self.ast, &mut found);
        found.columns
    }
}

impl query::Query {
    /// Returns the columns that a query over one table, and nothing else, takes and compares; none where it is more than that.
    pub(crate) fn columns_of_one(&self) -> Option<Vec<String>> {
        let SetExpr::Select(select) = self.body() else { return None };
        let [from] = select.from.as_slice() else { return None };
        let TableFactor::Table { name, alias, args: None, .. } = &from.relation else { return None };
        if !from.joins.is_empty() || self.relations()?.len() != 1 || is_more(select) {
            return None;
        }
        let own = name.0.last().and_then(|part| part.as_ident()).map(folded)?;
        let table = alias.as_ref().map_or(own, |alias| folded(&alias.name));
        let mut found = Found { table: &table, depth: 0, columns: Vec::new(), fields: Vec::new() };
        for item in &select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                _ = Visit::visit(expr, &mut found);
            }
        }
        _ = Visit::visit(&select.selection, &mut found);
        Some(found.columns)
    }
}

/// Tells whether a query takes columns from anywhere else, or is read otherwise than PostgreSQL does: to that `top(1) AS a` calls a
/// function.
fn is_more(select: &Select) -> bool {
    !select.lateral_views.is_empty() || select.into.is_some() || select.top.is_some()
}

/// Names that are no columns although they stand like one.
const GIVEN: &[&str] = &[
    "cmax",
    "cmin",
    "ctid",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "localtime",
    "localtimestamp",
    "nfc",
    "nfd",
    "nfkc",
    "nfkd",
    "oid",
    "session_user",
    "system_user",
    "tableoid",
    "user",
    "xmax",
    "xmin",
];

/// Tells whether a name without quotes is none of a column.
pub(super) fn is_given(name: &str) -> bool {
    GIVEN.contains(&name)
}

struct Found<'a> {
    table: &'a str,
    depth: usize,
    columns: Vec<String>,
    /// What stands behind a dot: `(home).street` names the column alone, not what is inside of its type.
    fields: Vec<*const Ast>,
}

impl Visitor for Found<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Ast) -> ControlFlow<()> {
        let name = match expr {
            _ if self.depth > 0 => None,
            Ast::CompoundFieldAccess { access_chain, .. } => {
                self.fields.extend(access_chain.iter().filter_map(|access| match access {
                    AccessExpr::Dot(field) => Some(std::ptr::from_ref(field)),
                    AccessExpr::Subscript(_) => None,
                }));
                None
            }
            // `f(days => 1)` names what the function takes.
            Ast::Function(call) => {
                self.fields.extend(super::argument_names(call));
                None
            }
            Ast::Identifier(_) if self.fields.contains(&std::ptr::from_ref(expr)) => None,
            Ast::Identifier(name) => {
                let is_given = name.quote_style.is_none() && GIVEN.contains(&folded(name).as_str());
                // A table by itself is a whole row.
                Some(name).filter(|name| !is_given && folded(name) != self.table)
            }
            Ast::CompoundIdentifier(names) => match names.as_slice() {
                [table, name] if folded(table) == self.table => {
                    Some(name).filter(|name| !GIVEN.contains(&folded(name).as_str()))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(name) = name.map(folded)
            && !self.columns.contains(&name)
        {
            self.columns.push(name);
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    #[test]
    fn columns_of_the_table_alone() {
        let check = |sql: &str, expected: &[&str]| {
            assert_eq!(parse(sql).unwrap().own_columns("orders"), expected, "{sql}");
        };
        check("orders.buyer_id = auth.uid() and State <> 'x'", &["buyer_id", "state"]);
        check("exists (select 1 from people p where p.id = orders.id and p.role = 'a')", &[]);
        check("exists (select 1 from people where id = 1) or total > 0", &["total"]);
        check("current_user = owner and (home).street = 'a' and orders is not null", &["owner", "home"]);
        check("extract(year from at) > 2000 and now() > at::date + interval '1 day'", &["at"]);
        check("span > make_interval(days => n) and orders.ctid is not null", &["span", "n"]);
        check("(data ->> 'n')::int > 3 and tags[1] = any (array['a'])", &["data", "tags"]);
    }

    #[test]
    fn columns_of_a_query_over_one_table() {
        let check = |sql: &str, expected: Option<&[&str]>| {
            let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            assert_eq!(query::parse(sql).unwrap().columns_of_one(), expected, "{sql}");
        };
        check(
            "select id, lower(o.name) as n from orders o where total > 0 order by n",
            Some(&["id", "name", "total"]),
        );
        check("select * from orders", Some(&[]));
        check("select a from orders join b on true", None);
        check("with x as (select 1 as a) select a from x", None);
        check("select (select max(n) from b) from orders", None);
    }
}
