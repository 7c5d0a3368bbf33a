//! Names of columns in queries, each with what it is of: PostgreSQL prints a view so, whatever its author wrote.
//!
//! Everything that a query reads is given a name of its own, by its place, and every column is named by that: then it is no matter
//! which names the author chose, and which ones PostgreSQL chose where two were the same. What a `*` stands for is written out.
//! Whoever asks has to know every relation; where one is not known, or a name is of none or of two, nothing is resolved.

mod function;
mod output;

use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, Cte, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Join,
    JoinConstraint, JoinOperator, OrderByExpr, Query, Select, SelectItem, SetExpr, TableAlias,
    TableAliasColumnDef, TableFactor, TableWithJoins, Value, ValueWithSpan, VisitMut, VisitorMut,
};

use super::query::{ident, name_output, path_of};
use super::{argument_names, folded, own};

/// A column of something that is read: its name, and its type where that is known.
pub(crate) type Known = (String, Option<String>);

/// Returns the columns that a query gives, which names them as told.
pub(super) fn outputs(ast: &Query, names: &[String], relations: Relations<'_>) -> Option<Vec<Known>> {
    let mut ast = ast.clone();
    function::write_out(&mut ast);
    let mut outputs = Resolver::new(relations).outputs(&ast)?;
    for ((name, _), given) in outputs.iter_mut().zip(names) {
        name.clone_from(given);
    }
    Some(outputs)
}

/// Returns the columns of a table or view, in order; none where it is not known.
pub(crate) type Relations<'a> = &'a dyn Fn(&[String]) -> Option<Vec<Known>>;

/// Names every column in a query by what it is of, and returns the columns of all that it reads.
pub(super) fn query(ast: &mut Query, relations: Relations<'_>) -> Option<Vec<Known>> {
    function::write_out(ast);
    let mut resolver = Resolver::new(relations);
    _ = VisitMut::visit(ast, &mut resolver);
    (!resolver.failed).then_some(resolver.seen)
}

/// Names every column in an expression over a table by what it is of, and returns the columns of all that it reads.
pub(super) fn expr(
    ast: &mut Expr,
    table: &str,
    columns: Vec<Known>,
    relations: Relations<'_>,
) -> Option<Vec<Known>> {
    function::write_out(ast);
    let mut resolver = Resolver::new(relations);
    resolver.seen.extend(columns.iter().cloned());
    let own = Source { alias: "$".to_owned(), ..Source::new(vec![table.to_owned()], columns) };
    resolver.scopes.push(Scope { sources: vec![own], hidden: 0 });
    _ = VisitMut::visit(ast, &mut resolver);
    (!resolver.failed).then_some(resolver.seen)
}

/// Returns the type of a column by its name alone; one that nothing else has where several of the name differ, or it is not known.
pub(crate) fn type_among(seen: &[Known], name: &str) -> String {
    let mut types = seen.iter().filter(|(known, _)| known == name).map(|(_, ty)| ty.as_deref());
    let first = types.next().flatten();
    first.filter(|first| types.all(|ty| ty == Some(first))).unwrap_or("?").to_owned()
}

/// Something that a query reads.
#[derive(Clone, Debug)]
struct Source {
    /// What it is called in the query, with its schema where it has no other name.
    path: Vec<String>,
    /// The name that it is given.
    alias: String,
    columns: Vec<Known>,
    /// Columns that `USING` makes one with those of what stands on the left.
    merged: Vec<String>,
    /// The value of a function, which its name stands for.
    is_value: bool,
    /// Nothing is joined to it from the left.
    is_first: bool,
}

impl Source {
    fn new(path: Vec<String>, columns: Vec<Known>) -> Self {
        Self { path, alias: String::new(), columns, merged: Vec::new(), is_value: false, is_first: true }
    }

    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    /// Tells whether names lead to it: its last one, or all of them.
    fn is(&self, names: &[String]) -> bool {
        self.path == names || names.len() == 1 && self.path.last() == names.last()
    }
}

#[derive(Debug, Default)]
struct Scope {
    sources: Vec<Source>,
    /// How many queries are open that stand among the sources and do not see them.
    hidden: usize,
}

/// Names what `WITH` puts before a query.
type Named = Vec<(String, Vec<Known>)>;

struct Resolver<'a> {
    relations: Relations<'a>,
    scopes: Vec<Scope>,
    /// What the open queries name by `WITH`.
    named: Vec<Named>,
    /// Of the open queries: whether the query is one `SELECT`, which `ORDER BY` sees as well.
    direct: Vec<bool>,
    /// What stands like a column and is none.
    given: Vec<*const Expr>,
    count: usize,
    seen: Vec<Known>,
    failed: bool,
}

impl<'a> Resolver<'a> {
    fn new(relations: Relations<'a>) -> Self {
        Self {
            relations,
            scopes: Vec::new(),
            named: Vec::new(),
            direct: Vec::new(),
            given: Vec::new(),
            count: 0,
            seen: Vec::new(),
            failed: false,
        }
    }

    fn fail(&mut self) -> ControlFlow<()> {
        self.failed = true;
        ControlFlow::Break(())
    }

    /// Returns the columns of a relation that a query names.
    fn relation(&self, path: &[String]) -> Option<Vec<Known>> {
        if let [name] = path {
            let named = self.named.iter().rev().flat_map(|named| named.iter().rev());
            if let Some((_, columns)) = named.into_iter().find(|(known, _)| known == name) {
                return Some(columns.clone());
            }
        }
        (self.relations)(path)
    }

    /// Returns what stands behind `FROM`, in order.
    fn sources(&self, from: &[TableWithJoins]) -> Option<Vec<Source>> {
        let mut sources = Vec::new();
        for table in from {
            self.add_joined(table, &mut sources)?;
        }
        Some(sources)
    }

    fn add_joined(&self, table: &TableWithJoins, sources: &mut Vec<Source>) -> Option<()> {
        self.add(&table.relation, sources)?;
        for join in &table.joins {
            let before = sources.len();
            self.add(&join.relation, sources)?;
            let merged = merged(join)?;
            if !merged.is_empty() && sources.len() != before + 1 {
                return None;
            }
            // Of a name that both sides have, the left one is meant.
            for source in sources.iter_mut().skip(before) {
                source.is_first = false;
                source.merged.extend(merged.iter().cloned());
            }
        }
        Some(())
    }

    fn add(&self, factor: &TableFactor, sources: &mut Vec<Source>) -> Option<()> {
        let mut is_value = false;
        let (path, columns) = match factor {
            TableFactor::Table { name, alias, args: None, with_ordinality: false, .. } => {
                let path: Vec<String> = path_of(name);
                let columns = self.relation(&path)?;
                match alias {
                    Some(alias) if alias.columns.is_empty() => (vec![folded(&alias.name)], columns),
                    Some(_) => return None,
                    None => (path, columns),
                }
            }
            TableFactor::Derived { subquery, alias: Some(alias), .. } => {
                let columns = match alias.columns.as_slice() {
                    [] => self.outputs(subquery)?,
                    names => renamed(self.outputs(subquery)?, names),
                };
                (vec![folded(&alias.name)], columns)
            }
            TableFactor::Function { alias: Some(alias), with_ordinality: false, .. }
                if !alias.columns.is_empty() =>
            {
                is_value = alias.columns.len() == 1;
                let columns = alias.columns.iter().map(|column| (folded(&column.name), None)).collect();
                (vec![folded(&alias.name)], columns)
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                return self.add_joined(table_with_joins, sources);
            }
            _ => return None,
        };
        sources.push(Source { is_value, ..Source::new(path, columns) });
        Some(())
    }

    /// Returns the columns that a query gives, without a look at what stands around it.
    fn outputs(&self, query: &Query) -> Option<Vec<Known>> {
        if query.with.is_some() {
            return None;
        }
        self.outputs_of(&query.body)
    }

    fn outputs_of(&self, body: &SetExpr) -> Option<Vec<Known>> {
        match body {
            SetExpr::Select(select) => {
                let sources = self.sources(&select.from)?;
                let mut outputs = Vec::new();
                for item in &select.projection {
                    output::add(item, &sources, &mut outputs)?;
                }
                Some(outputs)
            }
            SetExpr::Query(query) => self.outputs(query),
            SetExpr::SetOperation { left, .. } => {
                // Which type both have together is not looked at.
                Some(self.outputs_of(left)?.into_iter().map(|(name, _)| (name, None)).collect())
            }
            SetExpr::Values(values) => {
                let row = values.rows.first()?;
                Some((1..=row.content.len()).map(|at| (format!("column{at}"), None)).collect())
            }
            _ => None,
        }
    }

    /// Adds what `WITH` names, one after the other.
    fn name_ctes(&mut self, ctes: &[Cte], recursive: bool) -> Option<()> {
        self.named.push(Vec::new());
        for (at, cte) in ctes.iter().enumerate() {
            // Without `RECURSIVE` a name leads to what has it outside, until what it names is behind it.
            let later = ctes.get(at..).unwrap_or_default().iter().map(|cte| folded(&cte.alias.name));
            if !recursive && later.into_iter().any(|name| output::reads(&cte.query, &name)) {
                return None;
            }
            let name = folded(&cte.alias.name);
            let outputs = renamed(self.outputs(&cte.query)?, &cte.alias.columns);
            self.named.last_mut()?.push((name, outputs));
        }
        Some(())
    }

    /// Gives the sources of a `SELECT` their names, in it and in `sources`.
    fn give_names(&mut self, from: &mut [TableWithJoins], sources: &mut [Source]) {
        let mut sources = sources.iter_mut();
        for table in from {
            self.give_name(table, &mut sources);
        }
    }

    fn give_name(&mut self, table: &mut TableWithJoins, sources: &mut dyn Iterator<Item = &mut Source>) {
        let joined = table.joins.iter_mut().map(|join| &mut join.relation);
        for factor in std::iter::once(&mut table.relation).chain(joined) {
            match factor {
                TableFactor::Table { alias, .. }
                | TableFactor::Derived { alias, .. }
                | TableFactor::Function { alias, .. } => {
                    let Some(source) = sources.next() else { return };
                    self.count += 1;
                    source.alias = format!("${}", self.count);
                    let name = ident(&source.alias);
                    match alias {
                        Some(alias) => {
                            alias.name = name;
                            alias.explicit = false;
                        }
                        None => {
                            *alias =
                                Some(TableAlias { explicit: false, name, columns: Vec::new(), at: None });
                        }
                    }
                }
                TableFactor::NestedJoin { table_with_joins, .. } => self.give_name(table_with_joins, sources),
                _ => {}
            }
        }
    }

    /// Returns the name by which a column is known, given the names in front of it.
    fn column(&self, qualifier: &[String], column: &str) -> Option<Expr> {
        for scope in self.scopes.iter().rev().filter(|scope| scope.hidden == 0) {
            let mut found = scope.sources.iter().filter(|source| match qualifier {
                [] => source.has(column) && !source.merged.iter().any(|name| name == column),
                names => source.is(names),
            });
            let Some(source) = found.next() else { continue };
            if found.next().is_some() || !source.has(column) {
                return None;
            }
            return Some(Expr::CompoundIdentifier(vec![ident(&source.alias), ident(column)]));
        }
        None
    }

    /// Returns what is called so, in the nearest query that has it.
    fn source(&self, names: &[String]) -> Option<&Source> {
        let scopes = self.scopes.iter().rev().filter(|scope| scope.hidden == 0);
        scopes.flat_map(|scope| scope.sources.iter()).find(|source| source.is(names))
    }

    /// Returns the value of a function by the function's name.
    fn value(&self, name: &str) -> Option<Expr> {
        let source = self.source(&[name.to_owned()]).filter(|source| source.is_value)?;
        let (column, _) = source.columns.first()?;
        Some(Expr::CompoundIdentifier(vec![ident(&source.alias), ident(column)]))
    }

    /// Writes whole rows that a function is given as PostgreSQL does; tells whether it is known what they are rows of.
    fn write_rows(&mut self, args: &mut FunctionArguments) -> bool {
        let FunctionArguments::List(list) = args else { return true };
        for arg in &mut list.args {
            let FunctionArg::Unnamed(arg) = arg else { continue };
            let (names, is_star) = match &*arg {
                FunctionArgExpr::QualifiedWildcard(name) => (path_of(name), true),
                FunctionArgExpr::Expr(Expr::Identifier(name)) => (vec![folded(name)], false),
                _ => continue,
            };
            let is_column = || names.first().is_some_and(|name| self.column(&[], name).is_some());
            if !is_star && is_column() {
                continue;
            }
            match self.source(&names) {
                Some(source) if is_star || !source.is_value => {
                    *arg = FunctionArgExpr::QualifiedWildcard(vec![ident(&source.alias)].into());
                }
                Some(_) => {}
                None if is_star => return false,
                None => {}
            }
        }
        true
    }
}

/// Returns the columns that a join makes one; none of a join that is not read.
fn merged(join: &Join) -> Option<Vec<String>> {
    let (constraint, is_left) = match &join.join_operator {
        JoinOperator::Join(it)
        | JoinOperator::Inner(it)
        | JoinOperator::Left(it)
        | JoinOperator::LeftOuter(it) => (it, true),
        JoinOperator::Right(it)
        | JoinOperator::RightOuter(it)
        | JoinOperator::FullOuter(it)
        | JoinOperator::CrossJoin(it) => (it, false),
        _ => return None,
    };
    match constraint {
        JoinConstraint::On(_) | JoinConstraint::None => Some(Vec::new()),
        JoinConstraint::Using(names) if is_left => Some(names.iter().flat_map(path_of).collect()),
        JoinConstraint::Using(_) | JoinConstraint::Natural => None,
    }
}

/// Gives the first columns the names that stand behind an alias.
fn renamed(mut columns: Vec<Known>, names: &[TableAliasColumnDef]) -> Vec<Known> {
    for ((name, _), given) in columns.iter_mut().zip(names) {
        *name = folded(&given.name);
    }
    columns
}

/// Returns what a number or a name in a list stands for: an expression of the result, unless the name is one of a column.
fn meant(by: &Expr, projection: &[SelectItem], is_column: impl Fn(&str) -> bool) -> Option<Expr> {
    let of = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr.clone()),
        _ => None,
    };
    match by {
        Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => {
            of(projection.get(number.parse::<usize>().ok()?.checked_sub(1)?)?)
        }
        Expr::Identifier(name) if !is_column(&folded(name)) => {
            let name = folded(name);
            of(projection.iter().find(
                |item| matches!(item, SelectItem::ExprWithAlias { alias, .. } if folded(alias) == name),
            )?)
        }
        _ => None,
    }
}

impl VisitorMut for Resolver<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        let is_direct = matches!(query.body.as_ref(), SetExpr::Select(_));
        self.direct.push(is_direct);
        let named = query.with.as_ref().map(|with| self.name_ctes(&with.cte_tables, with.recursive));
        match named {
            Some(None) => return self.fail(),
            Some(Some(())) => {}
            None => self.named.push(Vec::new()),
        }
        // Of what is made of several queries the names of the result are those of its first, and printed by their place.
        if !is_direct && let Some(order) = &mut query.order_by {
            let Some(outputs) = self.outputs_of(&query.body) else { return self.fail() };
            if !output::orders_by_place(order, &outputs) {
                return self.fail();
            }
        }
        if let (SetExpr::Select(select), Some(order)) = (query.body.as_ref(), query.order_by.as_mut()) {
            let stars = |item: &SelectItem| {
                matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
            };
            let has_stars = select.projection.iter().any(stars);
            for OrderByExpr { expr, .. } in output::ordered(order) {
                let is_number = matches!(expr, Expr::Value(_));
                if is_number && has_stars {
                    return self.fail();
                }
                if let Some(meant) = meant(expr, &select.projection, |_| false) {
                    *expr = meant;
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        output::name_by_first(&mut query.body);
        self.named.pop();
        if self.direct.pop() == Some(true) {
            self.scopes.pop();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let Some(mut sources) = self.sources(&select.from) else { return self.fail() };
        let mut projection = Vec::new();
        for item in std::mem::take(&mut select.projection) {
            match output::written_out(item, &sources) {
                Some(items) => projection.extend(items),
                None => return self.fail(),
            }
        }
        projection.iter_mut().for_each(name_output);
        select.projection = projection;
        if let GroupByExpr::Expressions(list, _) = &mut select.group_by {
            let is_column = |name: &str| sources.iter().any(|source| source.has(name));
            for by in list {
                if let Some(meant) = meant(by, &select.projection, is_column) {
                    *by = meant;
                }
            }
        }
        if let Some(Distinct::On(list)) = &mut select.distinct {
            for by in list {
                if let Some(meant) = meant(by, &select.projection, |_| false) {
                    *by = meant;
                }
            }
        }
        self.give_names(&mut select.from, &mut sources);
        self.seen.extend(sources.iter().flat_map(|source| source.columns.iter().cloned()));
        self.scopes.push(Scope { sources, hidden: 0 });
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _select: &mut Select) -> ControlFlow<()> {
        if self.direct.last() != Some(&true) {
            self.scopes.pop();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let (TableFactor::Derived { lateral: false, .. }, Some(scope)) = (factor, self.scopes.last_mut()) {
            scope.hidden += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let (TableFactor::Derived { lateral: false, .. }, Some(scope)) = (factor, self.scopes.last_mut()) {
            scope.hidden = scope.hidden.saturating_sub(1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::CompoundFieldAccess { access_chain, .. } => {
                self.given.extend(access_chain.iter().filter_map(|access| match access {
                    AccessExpr::Dot(field) => Some(std::ptr::from_ref(field)),
                    AccessExpr::Subscript(_) => None,
                }));
            }
            Expr::Function(call) => {
                self.given.extend(argument_names(call));
                if !self.write_rows(&mut call.args) {
                    return self.fail();
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let resolved = match &*expr {
            _ if self.given.contains(&std::ptr::from_ref(expr)) => return ControlFlow::Continue(()),
            Expr::QualifiedWildcard(..) => None,
            Expr::Identifier(name) if name.quote_style.is_none() && own::is_given(&folded(name)) => {
                return ControlFlow::Continue(());
            }
            Expr::Identifier(name) => {
                let name = folded(name);
                self.column(&[], &name).or_else(|| self.value(&name))
            }
            Expr::CompoundIdentifier(names) => {
                let names: Vec<String> = names.iter().map(folded).collect();
                names.split_last().and_then(|(column, qualifier)| self.column(qualifier, column))
            }
            _ => return ControlFlow::Continue(()),
        };
        match resolved {
            Some(resolved) => *expr = resolved,
            None => return self.fail(),
        }
        ControlFlow::Continue(())
    }
}
