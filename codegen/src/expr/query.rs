//! Queries in one spelling, so that equal ones are found equal.

use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, DataType, Distinct, Expr, Ident, JoinOperator, ObjectName, ObjectNamePart, OrderByExpr,
    OrderByKind, OrderBySort, Query as Ast, Select, SelectItem, SetExpr, TableFactor, TableWithJoins, Visit,
    VisitMut, Visitor, VisitorMut, visit_expressions_mut,
};

use super::resolve::{self, Known, Relations};
use super::types::Columns;
use super::{folded, read, same};

/// A query.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    ast: Ast,
}

/// Reads a query; none where `sqlparser` cannot, or where it nests so deeply that walking its tree would overflow the stack.
pub(crate) fn parse(text: &str) -> Option<Query> {
    let mut parser = read::parser(text)?;
    let ast = *parser.parse_query().ok()?;
    read::is_at_end(&parser).then_some(Query { ast })
}

impl Query {
    /// Returns the tables and views that it reads, as paths; none where its columns may come from anything else.
    pub(crate) fn relations(&self) -> Option<Vec<Vec<String>>> {
        let mut sources = Sources::default();
        _ = Visit::visit(&self.ast, &mut sources);
        (!sources.others && sources.queries == 1).then_some(sources.relations)
    }

    /// Returns what it is made of without its order and its limits.
    pub(super) fn body(&self) -> &SetExpr {
        &self.ast.body
    }

    /// Tells whether it takes all columns that something has, whichever they are.
    pub(crate) fn takes_all_columns(&self) -> bool {
        let mut stars = Stars(false);
        _ = Visit::visit(&self.ast, &mut stars);
        stars.0
    }

    /// Returns it in the one spelling: parentheses, casts and the case of words as in expressions, the schema `public` left out,
    /// every column of its result named, and, where it reads one table, no column by the name of that.
    ///
    /// `names` are those that a view gives its columns.
    pub(crate) fn spelt(&self, names: &[String], columns: Columns<'_>) -> Query {
        let is_plain = self.relations().is_some();
        let mut ast = self.ast.clone();
        let mut speller = Speller { columns };
        _ = VisitMut::visit(&mut ast, &mut speller);
        _ = visit_expressions_mut(&mut ast, |expr| {
            same::finish(expr);
            ControlFlow::<()>::Continue(())
        });
        if is_plain {
            unqualify(&mut ast);
        }
        if let Some(select) = first(&mut ast.body) {
            for (item, name) in select.projection.iter_mut().zip(names) {
                if let SelectItem::ExprWithAlias { alias, .. } = item {
                    *alias = ident(name);
                }
            }
        }
        Query { ast }
    }

    /// Returns it with every column named by what it is of, and the columns of all that it reads; none where that is not known.
    pub(crate) fn resolved(&self, relations: Relations<'_>) -> Option<(Query, Vec<Known>)> {
        let mut ast = self.ast.clone();
        let seen = resolve::query(&mut ast, relations)?;
        Some((Query { ast }, seen))
    }

    /// Returns the columns that it gives, the first ones by the names that a view gives them; none where that is not known.
    pub(crate) fn outputs(&self, names: &[String], relations: Relations<'_>) -> Option<Vec<Known>> {
        resolve::outputs(&self.ast, names, relations)
    }

    /// Tells whether two queries in the one spelling are the same.
    pub(crate) fn is_as_spelt(&self, other: &Query) -> bool {
        self.ast == other.ast
    }
}

/// What a query reads.
#[derive(Default)]
struct Sources {
    queries: usize,
    relations: Vec<Vec<String>>,
    /// Whether something else than a table or view gives columns.
    others: bool,
}

impl Visitor for Sources {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Ast) -> ControlFlow<()> {
        self.queries += 1;
        self.others |= query.with.is_some();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, args: None, alias, .. }
                if alias.as_ref().is_none_or(|alias| alias.columns.is_empty()) =>
            {
                self.relations.push(path_of(name));
            }
            TableFactor::NestedJoin { alias: None, .. } => {}
            _ => self.others = true,
        }
        ControlFlow::Continue(())
    }
}

struct Stars(bool);

impl Visitor for Stars {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.0 |= select
            .projection
            .iter()
            .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)));
        ControlFlow::Continue(())
    }
}

/// Brings every part of a query into the one spelling.
struct Speller<'a> {
    columns: Columns<'a>,
}

impl VisitorMut for Speller<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        select.from.iter_mut().for_each(flatten);
        if matches!(select.distinct, Some(Distinct::All)) {
            select.distinct = None;
        }
        select.projection.iter_mut().for_each(name_output);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { alias: Some(alias), .. }
            | TableFactor::Derived { alias: Some(alias), .. } => {
                alias.explicit = false;
            }
            TableFactor::NestedJoin { table_with_joins, .. } => flatten(table_with_joins),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_order_by_expr(&mut self, by: &mut OrderByExpr) -> ControlFlow<()> {
        let options = &mut by.options;
        if matches!(options.sort, Some(OrderBySort::Asc)) {
            options.sort = None;
        }
        let falls = match options.sort {
            None => Some(false),
            Some(OrderBySort::Desc) => Some(true),
            Some(_) => None,
        };
        if falls.is_some() && options.nulls_first == falls {
            options.nulls_first = None;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &mut ObjectName) -> ControlFlow<()> {
        without_public(name);
        ControlFlow::Continue(())
    }

    fn pre_visit_ident(&mut self, name: &mut Ident) -> ControlFlow<()> {
        *name = ident(&folded(name));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(call) => without_public(&mut call.name),
            Expr::Cast { data_type, .. } => without_public_type(data_type),
            Expr::CompoundIdentifier(names)
                if names.len() == 3 && names.first().is_some_and(|name| folded(name) == "public") =>
            {
                names.remove(0);
            }
            _ => {}
        }
        same::rewrite(expr, self.columns);
        ControlFlow::Continue(())
    }
}

/// Brings an expression with queries in it into the one spelling.
pub(super) fn spell(expr: &mut Expr, columns: Columns<'_>) {
    _ = VisitMut::visit(expr, &mut Speller { columns });
    _ = visit_expressions_mut(expr, |expr| {
        same::finish(expr);
        ControlFlow::<()>::Continue(())
    });
}

/// Returns the names of a path.
pub(super) fn path_of(name: &ObjectName) -> Vec<String> {
    name.0.iter().filter_map(ObjectNamePart::as_ident).map(folded).collect()
}

/// Makes an identifier that is read as this name, whatever its case.
pub(super) fn ident(name: &str) -> Ident {
    if name.to_lowercase() == name { Ident::new(name) } else { Ident::with_quote('"', name) }
}

fn without_public(name: &mut ObjectName) {
    if name.0.len() == 2
        && name.0.first().and_then(ObjectNamePart::as_ident).is_some_and(|name| folded(name) == "public")
    {
        name.0.remove(0);
    }
}

fn without_public_type(ty: &mut DataType) {
    match ty {
        DataType::Custom(name, _) => without_public(name),
        DataType::Array(sqlparser::ast::ArrayElemTypeDef::SquareBracket(element, _)) => {
            without_public_type(element);
        }
        _ => {}
    }
}

/// Takes the parentheses off the joins that come first anyway, and the words off joins that say nothing.
fn flatten(table: &mut TableWithJoins) {
    while let TableFactor::NestedJoin { table_with_joins, alias: None } = &mut table.relation {
        let inner = std::mem::replace(
            table_with_joins.as_mut(),
            TableWithJoins { relation: nothing(), joins: Vec::new() },
        );
        table.relation = inner.relation;
        let behind = std::mem::replace(&mut table.joins, inner.joins);
        table.joins.extend(behind);
    }
    for join in &mut table.joins {
        let operator = std::mem::replace(
            &mut join.join_operator,
            JoinOperator::Join(sqlparser::ast::JoinConstraint::None),
        );
        join.join_operator = match operator {
            JoinOperator::Inner(constraint) => JoinOperator::Join(constraint),
            JoinOperator::LeftOuter(constraint) => JoinOperator::Left(constraint),
            JoinOperator::RightOuter(constraint) => JoinOperator::Right(constraint),
            other => other,
        };
    }
}

/// Returns what stands for a table while that is moved.
fn nothing() -> TableFactor {
    let empty = TableWithJoins {
        relation: TableFactor::Table {
            name: ObjectName(Vec::new()),
            alias: None,
            args: None,
            with_hints: Vec::new(),
            version: None,
            with_ordinality: false,
            partitions: Vec::new(),
            json_path: None,
            sample: None,
            index_hints: Vec::new(),
        },
        joins: Vec::new(),
    };
    empty.relation
}

/// Gives a column of a result the name that PostgreSQL gives it; where that is not known, one that only the same words have.
pub(super) fn name_output(item: &mut SelectItem) {
    let SelectItem::UnnamedExpr(expr) = item else { return };
    let alias = match output_name(expr) {
        Some(name) => ident(&name),
        None => Ident::with_quote('"', format!("?{expr}?")),
    };
    let expr = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
    *item = SelectItem::ExprWithAlias { expr, alias };
}

/// Returns the name that PostgreSQL gives a column of a result, of what has one for sure: that of what it is taken from, else the
/// one for what has no name.
pub(super) fn output_name(expr: &Expr) -> Option<String> {
    let is_nameless = |expr: &Expr| match expr {
        Expr::BinaryOp { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::InList { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::ILike { .. } => true,
        Expr::Value(value) => !matches!(value.value, sqlparser::ast::Value::Boolean(_)),
        _ => false,
    };
    let mut inner = expr;
    while let Expr::Nested(nested) = inner {
        inner = nested;
    }
    let weak = match inner {
        Expr::Case { else_result, .. } => {
            Some(else_result.as_deref().and_then(figured).unwrap_or_else(|| "case".to_owned()))
        }
        inner => is_nameless(inner).then(|| "?column?".to_owned()),
    };
    figured(inner).or(weak)
}

/// Returns the name that PostgreSQL gives a column of a result (`FigureColname` in `src/backend/parser/parse_target.c`), of what
/// has one for sure.
fn figured(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(folded(name)),
        Expr::CompoundIdentifier(names) => names.last().map(folded),
        Expr::Function(call) => call.name.0.last().and_then(ObjectNamePart::as_ident).map(folded),
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => figured(inner),
        Expr::Exists { .. } => Some("exists".to_owned()),
        Expr::Array(_) => Some("array".to_owned()),
        Expr::CompoundFieldAccess { access_chain, .. } => match access_chain.last()? {
            AccessExpr::Dot(field) => figured(field),
            AccessExpr::Subscript(_) => None,
        },
        _ => None,
    }
}

/// Returns the first `SELECT` of a query, which names the columns of its result.
fn first(body: &mut SetExpr) -> Option<&mut Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::SetOperation { left, .. } => first(left),
        SetExpr::Query(query) => first(&mut query.body),
        _ => None,
    }
}

/// Takes the name of the table off the columns of every `SELECT` that reads only one.
fn unqualify(ast: &mut Ast) {
    if let SetExpr::Select(select) = ast.body.as_mut()
        && let Some(own) = OwnNames::of(select)
        && let Some(OrderByKind::Expressions(list)) = ast.order_by.as_mut().map(|by| &mut by.kind)
    {
        list.iter_mut().for_each(|by| _ = visit_expressions_mut(by, |expr| own.shorten(expr)));
    }
    unqualify_selects(&mut ast.body);
}

fn unqualify_selects(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            if let Some(own) = OwnNames::of(select) {
                _ = visit_expressions_mut(select.as_mut(), |expr| own.shorten(expr));
            }
        }
        SetExpr::SetOperation { left, right, .. } => {
            unqualify_selects(left);
            unqualify_selects(right);
        }
        _ => {}
    }
}

/// What the only table of a `SELECT` is called in it.
struct OwnNames {
    table: String,
    /// Names of the result that stand for something else than the column of that name: `ORDER BY` means them first.
    taken: Vec<String>,
}

impl OwnNames {
    fn of(select: &Select) -> Option<Self> {
        let [TableWithJoins { relation: TableFactor::Table { name, alias, .. }, joins }] =
            select.from.as_slice()
        else {
            return None;
        };
        if !joins.is_empty() {
            return None;
        }
        let table = match alias {
            Some(alias) => alias.name.value.clone(),
            None => name.0.last().and_then(ObjectNamePart::as_ident)?.value.clone(),
        };
        let taken = select.projection.iter().filter_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                let is_own = match expr {
                    Expr::Identifier(name) => name.value == alias.value,
                    Expr::CompoundIdentifier(names) => {
                        matches!(names.as_slice(), [of, name] if of.value == table && name.value == alias.value)
                    }
                    _ => false,
                };
                (!is_own).then(|| alias.value.clone())
            }
            _ => None,
        });
        Some(Self { taken: taken.collect(), table })
    }

    fn shorten(&self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(names) = expr
            && let [of, name] = names.as_slice()
            && of.value == self.table
            && !self.taken.contains(&name.value)
        {
            *expr = Expr::Identifier(name.clone());
        }
        ControlFlow::Continue(())
    }
}
