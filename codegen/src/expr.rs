//! SQL expressions: what they name, and what they say.
//!
//! `sqlparser` reads them into a typed tree; nothing is ever printed from that tree, since its printer loses escapes.

pub(crate) mod depth;
mod literal;
mod operator;
mod own;
pub(crate) mod query;
mod read;
pub(crate) mod resolve;
mod same;
mod types;

pub use types::Columns;

use sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr as Ast, Function, FunctionArg, FunctionArguments, Value,
    visit_expressions,
};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    ast: Ast,
}

/// Reads an expression; none where `sqlparser` cannot, or where it nests so deeply that walking its tree would
/// overflow the stack.
pub fn parse(text: &str) -> Option<Expr> {
    let mut parser = read::parser(text)?;
    let ast = parser.parse_expr().ok()?;
    read::is_at_end(&parser).then_some(Expr { ast })
}

/// Takes parentheses off that enclose the whole of an expression.
pub fn unwrap(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        if !is_balanced(inside) {
            break;
        }
        text = inside.trim();
    }
    text
}

/// Returns the name in `name operator number`, which most checks are, without reading it as an expression; a keyword may be the name.
pub(crate) fn compared(text: &str) -> Option<&str> {
    let text = unwrap(text);
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit();
    let end = text.find(|c| !is_name(c)).filter(|end| *end > 0)?;
    let (name, rest) = text.split_at_checked(end)?;
    let number =
        ["<=", ">=", "<>", "<", ">", "="].iter().find_map(|sign| rest.trim_start().strip_prefix(sign))?;
    let number = number.trim_start();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

/// Tells whether every parenthesis outside quotes closes one that was opened before it.
fn is_balanced(text: &str) -> bool {
    let (mut depth, mut quote) = (0_i64, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth < 0 {
                    return false;
                }
            }
            (None, _) => {}
        }
    }
    depth == 0 && quote.is_none()
}

impl Expr {
    /// Returns the columns that it names, each once, in order; qualified names without their qualifier.
    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        // `(home).street` names the column alone, not what is inside of its type.
        let mut fields: Vec<*const Ast> = Vec::new();
        let _ = visit_expressions(&self.ast, |expr| {
            let name = match expr {
                Ast::CompoundFieldAccess { access_chain, .. } => {
                    fields.extend(access_chain.iter().filter_map(|access| match access {
                        AccessExpr::Dot(field) => Some(std::ptr::from_ref(field)),
                        AccessExpr::Subscript(_) => None,
                    }));
                    None
                }
                Ast::Function(call) => {
                    // `f(days => 1)` names what the function takes.
                    fields.extend(argument_names(call));
                    None
                }
                Ast::Identifier(_) if fields.contains(&std::ptr::from_ref(expr)) => None,
                Ast::Identifier(name) => Some(name),
                Ast::CompoundIdentifier(names) => names.last(),
                _ => None,
            };
            if let Some(name) = name {
                let name = folded(name);
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
            std::ops::ControlFlow::<()>::Continue(())
        });
        columns
    }

    /// Returns the column and the values where the expression is nothing but `c IN ('a', 'b')`, with no casts: it may be written
    /// anew without a change of meaning.
    pub fn plain_in_list(&self) -> Option<(String, Vec<String>)> {
        match &self.ast {
            Ast::InList { expr, list, negated: false } => {
                let plain = |expr: &Ast| matches!(expr, Ast::Identifier(_) | Ast::Value(_));
                (plain(expr) && list.iter().all(plain)).then(|| self.in_list()).flatten()
            }
            _ => None,
        }
    }

    /// Returns the functions that it calls, each once, in order, with their schemas as written (`auth.uid`).
    pub fn functions(&self) -> Vec<String> {
        let mut functions: Vec<String> = Vec::new();
        let _ = visit_expressions(&self.ast, |expr| {
            if let Ast::Function(call) = expr {
                let parts = call.name.0.iter().filter_map(|part| part.as_ident()).map(folded);
                let name = parts.collect::<Vec<_>>().join(".");
                if !functions.contains(&name) {
                    functions.push(name);
                }
            }
            std::ops::ControlFlow::<()>::Continue(())
        });
        functions
    }

    /// Tells whether two expressions are the same but for their spelling.
    ///
    /// Spelling is: the case of keywords and unquoted names, quotes around a name that needs none, parentheses that
    /// change nothing, `CAST` or `::`, `!=` or `<>`, names of a type (`int4`, `integer`), `IN (…)` or `= ANY (ARRAY[…])`, and
    /// the casts to text that PostgreSQL adds to literals and to what is compared with them.
    pub fn is_same(&self, other: &Expr) -> bool {
        self.spelt(&types::unknown, None).is_as_spelt(&other.spelt(&types::unknown, None))
    }

    /// Returns it in the one spelling, where the types of the columns are known, and that of what it is assigned to, as the default
    /// of a column: then the casts that PostgreSQL adds to any value are spelling too, and those that an author asks for are not.
    pub fn spelt(&self, columns: Columns<'_>, assigned: Option<&str>) -> Expr {
        Expr { ast: same::normal(&self.ast, columns, assigned) }
    }

    /// Returns it in the one spelling with every column named by what it is of, where it has queries in it and stands over a table of
    /// which the columns are known; none where something that they read is not.
    pub(crate) fn spelt_over(
        &self,
        table: &str,
        columns: Vec<resolve::Known>,
        relations: resolve::Relations<'_>,
    ) -> Option<Expr> {
        let mut ast = self.ast.clone();
        let seen = resolve::expr(&mut ast, table, columns, relations)?;
        query::spell(&mut ast, &|name| Some(resolve::type_among(&seen, name)));
        Some(Expr { ast })
    }

    /// Tells whether it has queries in it.
    pub(crate) fn has_queries(&self) -> bool {
        same::has_queries(&self.ast)
    }

    /// Tells whether two expressions in the one spelling are the same.
    pub fn is_as_spelt(&self, other: &Expr) -> bool {
        self.ast == other.ast
    }

    /// Returns the column and the values where the expression holds one column to a list of texts: `c IN ('a', 'b')`,
    /// `c = ANY (ARRAY['a', 'b'])`, `c = 'a' OR c = 'b'`; with `c IS NULL OR` in front and with casts, as `pg_dump` prints them.
    pub fn in_list(&self) -> Option<(String, Vec<String>)> {
        in_list(&self.ast)
    }
}

/// Returns the names of what a function is given by name, which stand like columns.
fn argument_names(call: &Function) -> impl Iterator<Item = *const Ast> {
    let args = match &call.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    args.iter().filter_map(|arg| match arg {
        FunctionArg::ExprNamed { name, .. } => Some(std::ptr::from_ref(name)),
        _ => None,
    })
}

fn in_list(expr: &Ast) -> Option<(String, Vec<String>)> {
    match expr {
        Ast::Nested(inner) => in_list(inner),
        Ast::InList { expr, list, negated: false } => {
            Some((column(expr)?, list.iter().map(text).collect::<Option<Vec<String>>>()?))
        }
        Ast::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } => {
            Some((column(left)?, array(right)?))
        }
        Ast::BinaryOp { left, op: BinaryOperator::Eq, right } => Some((column(left)?, vec![text(right)?])),
        Ast::BinaryOp { left, op: BinaryOperator::Or, right } => {
            if let Some(tested) = null_test(left) {
                return in_list(right).filter(|(column, _)| *column == tested);
            }
            if let Some(tested) = null_test(right) {
                return in_list(left).filter(|(column, _)| *column == tested);
            }
            let (column, mut values) = in_list(left)?;
            let (other, more) = in_list(right)?;
            values.extend(more);
            (column == other).then_some((column, values))
        }
        _ => None,
    }
}

fn null_test(expr: &Ast) -> Option<String> {
    match expr {
        Ast::Nested(inner) => null_test(inner),
        Ast::IsNull(inner) => column(inner),
        _ => None,
    }
}

fn column(expr: &Ast) -> Option<String> {
    match expr {
        Ast::Identifier(name) => Some(folded(name)),
        Ast::CompoundIdentifier(names) => names.last().map(folded),
        Ast::Nested(inner) | Ast::Cast { expr: inner, .. } => column(inner),
        _ => None,
    }
}

fn folded(name: &sqlparser::ast::Ident) -> String {
    if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() }
}

fn text(expr: &Ast) -> Option<String> {
    match expr {
        Ast::Nested(inner) | Ast::Cast { expr: inner, .. } => text(inner),
        Ast::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn array(expr: &Ast) -> Option<Vec<String>> {
    match expr {
        Ast::Nested(inner) | Ast::Cast { expr: inner, .. } => array(inner),
        Ast::Array(array) => array.elem.iter().map(text).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
