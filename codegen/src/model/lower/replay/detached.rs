//! What a partition keeps of its bounds where it is detached while others use it: `DETACH PARTITION … CONCURRENTLY`.
//!
//! PostgreSQL leaves a check that says them (`DetachAddConstraintIfNeeded` in `src/backend/commands/tablecmds.c`), unless the bounds
//! are those of a hash or other checks of the partition say as much.

use super::reattach::find;
use super::{like, qualified};
use crate::diag::{Code, Sink};
use crate::expr;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::lower::alter::counted;
use crate::model::token::{Cursor, Kind, canonical, mentions_name, text_value, tokens};
use crate::source::decl::{
    AlterAction, AlterTableDecl, CheckDecl, ConstraintDecl, ConstraintKind, Decl, QName, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

const DETACHED: Code = Code::new("detached-concurrently");

/// How many wholes of wholes are looked through.
const DEPTH: usize = 32;

/// Returns the check that a detached partition keeps, before it is detached; says so where that is not known.
pub(super) fn kept(
    whole: &QualifiedName,
    action: &Spanned<String>,
    done: &[Decl],
    sink: &mut Sink,
) -> Option<Decl> {
    let own = tokens(&action.node);
    let mut cursor = Cursor::new(&action.node, &own);
    let part = cursor.eat("detach partition").then(|| cursor.name()).flatten()?;
    if !cursor.eat("concurrently") {
        return None;
    }
    let known = name_of(&part, done).zip(like::at_this_moment(&part, done));
    let bounds = bounds(whole, &part, done, DEPTH);
    let missing = known.as_ref().zip(bounds).and_then(|((_, table), bounds)| missing(table, bounds));
    let (Some((name, _)), Some(missing)) = (known, missing) else {
        let message = format!("what `{}` keeps of its bounds as a check is not known", part.plain());
        sink.error(DETACHED, action.span, message)
            .help("detach it without `CONCURRENTLY`, or drop that check by its name in what follows");
        return None;
    };
    (!missing.is_empty()).then(|| add(name, &missing, action.span))
}

/// Adds a check without a name: PostgreSQL names it like any other.
fn add(table: QName, conditions: &[String], span: Span) -> Decl {
    let conditions: Vec<String> = conditions.iter().map(|condition| format!("({condition})")).collect();
    let expression = Spanned::new(conditions.join(" AND "), span);
    let check = CheckDecl { name: None, expression, no_inherit: false };
    let constraint = ConstraintDecl {
        name: None,
        kind: ConstraintKind::Check(check),
        timing: Timing::default(),
        not_valid: false,
        span,
    };
    Decl::AlterTable(AlterTableDecl {
        table,
        only: false,
        if_exists: false,
        actions: vec![AlterAction::AddConstraint(Box::new(constraint))],
        span,
    })
}

/// A condition that the bounds say, with the column or expression that it is of.
#[derive(Clone)]
struct Condition {
    of: String,
    /// It says no more than that this is not NULL.
    not_null: bool,
    text: String,
}

/// Returns the conditions of the check; none where all of them hold anyway, nothing where it is not known whether they do.
fn missing(table: &TableDecl, bounds: Vec<Condition>) -> Option<Vec<String>> {
    let is_not_null = |of: &str| {
        let is_it = |name: &str| PgIdent::new(name).to_string() == of;
        let in_key = |constraint: &ConstraintDecl| matches!(&constraint.kind, ConstraintKind::PrimaryKey { columns, .. } if columns.iter().any(|own| is_it(&own.node)));
        table.columns.iter().any(|column| {
            let counts = column.ty.as_ref().is_some_and(|ty| counted(&ty.node).is_some());
            let refuses = counts || column.nullable.is_some_and(|nullable| !nullable.node);
            is_it(&column.name.node) && (refuses || column.primary_key.is_some() || column.identity.is_some())
        }) || table.constraints.iter().any(in_key)
    };
    let (held, open): (Vec<_>, Vec<_>) =
        bounds.iter().partition(|bound| bound.not_null && is_not_null(&bound.of));
    let checks = table.columns.iter().flat_map(|column| &column.checks);
    let others = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Check(check) => Some(check),
        _ => None,
    });
    let said: Vec<String> = checks
        .chain(others)
        .flat_map(|check| conjuncts(&check.expression.node))
        .map(|said| canonical(&said))
        .collect();
    let is_said = |bound: &&Condition| said.contains(&plain(&bound.text));
    if open.iter().all(is_said) {
        return Some(Vec::new());
    }
    // A check that says something else of the same columns may say as much in other words.
    let speaks = |said: &String| {
        held.iter().chain(&open).any(|bound| {
            tokens(&bound.of).iter().any(|token| token.is_name() && mentions_name(said, token.value.as_ref()))
        })
    };
    let rest_is_null = open.iter().any(|bound| bound.not_null);
    // What lets NULL through says never that there is none.
    let lets_null = !said.iter().any(|said| said.contains("null"));
    if said.iter().any(speaks) && !(rest_is_null && lets_null) {
        return None;
    }
    Some(bounds.into_iter().map(|bound| bound.text).collect())
}

/// Returns one spelling of a condition whose numbers may stand between quotes.
fn plain(text: &str) -> String {
    let own = tokens(text);
    let words = own.iter().map(|token| match text_value(token.raw).filter(|_| token.kind == Kind::Text) {
        Some(value) if value.parse::<i64>().is_ok() => value,
        _ => token.raw.to_owned(),
    });
    canonical(&words.collect::<Vec<_>>().join(" "))
}

/// Takes an expression apart at its outermost `AND`s.
fn conjuncts(expression: &str) -> Vec<String> {
    let expression = expr::unwrap(expression);
    let own = tokens(expression);
    let mut cursor = Cursor::new(expression, &own);
    let mut parts = Vec::new();
    while !cursor.is_done() {
        parts.push(cursor.until(|token| token.is("and")).rest());
        cursor.next();
    }
    match parts.as_slice() {
        [one] => vec![(*one).to_owned()],
        parts => parts.iter().flat_map(|part| conjuncts(part)).collect(),
    }
}

/// Returns what the bounds of a partition say, those of its wholes first.
fn bounds(
    whole: &QualifiedName,
    part: &QualifiedName,
    done: &[Decl],
    depth: usize,
) -> Option<Vec<Condition>> {
    let depth = depth.checked_sub(1)?;
    let (of, bound) = bound_of(part, done).filter(|(of, _)| of == whole)?;
    let mut all = match bound_of(&of, done) {
        Some((outer, _)) => bounds(&outer, &of, done, depth)?,
        None => Vec::new(),
    };
    let table = like::at_this_moment(whole, done)?;
    let tail = find(whole, done)?.tail.as_ref()?;
    let own = tokens(&tail.node);
    let mut cursor = Cursor::new(&tail.node, &own);
    let by = [("partition by range", "range"), ("partition by list", "list"), ("partition by hash", "hash")];
    let strategy = loop {
        match cursor.eat_any(&by) {
            Some(strategy) => break strategy,
            None => cursor.next()?,
        };
    };
    let keys: Vec<Key> =
        cursor.group()?.split().into_iter().map(|key| Key::read(key, &table)).collect::<Option<_>>()?;
    let own = tokens(&bound);
    let bound = Cursor::new(&bound, &own);
    match strategy {
        "hash" => {}
        "list" => all.extend(of_list(keys.first()?, bound)?),
        _ => all.extend(of_range(&keys, bound)?),
    }
    Some(all)
}

/// What a whole is divided by.
struct Key {
    text: String,
    /// The type of a column.
    ty: Option<String>,
}

impl Key {
    fn read(key: Cursor<'_, '_>, table: &TableDecl) -> Option<Self> {
        let mut cursor = key;
        if let Some(expression) = cursor.group() {
            let text = format!("({})", expression.rest());
            return cursor.is_done().then_some(Self { text, ty: None });
        }
        let written = cursor.rest();
        let name = cursor.ident()?;
        if cursor.group().is_some() {
            return cursor.is_done().then(|| Self { text: written.to_owned(), ty: None });
        }
        let column = table.columns.iter().find(|column| column.name.node == name.as_str())?;
        let ty = column.ty.as_ref()?.node.as_str();
        let ty = counted(ty).unwrap_or(ty);
        // The bounds of a column are made to fit it.
        let base = ty.split('(').next().unwrap_or_default().trim();
        let fits = base == ty || ["varchar", "character varying"].contains(&base.to_lowercase().as_str());
        (cursor.is_done() && fits && !ty.contains('['))
            .then(|| Self { text: name.to_string(), ty: Some(base.to_owned()) })
    }

    fn not_null(&self) -> Condition {
        Condition { of: self.text.clone(), not_null: true, text: format!("{} IS NOT NULL", self.text) }
    }

    fn is(&self, operator: &str, value: &str) -> String {
        format!("{} {operator} {value}", self.text)
    }

    /// Makes a condition of itself.
    fn condition(&self, text: String) -> Condition {
        Condition { of: self.text.clone(), not_null: false, text }
    }
}

/// Reads a value of a bound, as a text: what stands beside it has its type then.
fn value(cursor: Cursor<'_, '_>) -> Option<String> {
    let mut cursor = cursor;
    let sign = if cursor.eat("-") { "-" } else { "" };
    let token = cursor.next()?;
    let value = match token.kind {
        Kind::Text if sign.is_empty() => text_value(token.raw)?,
        _ if sign.is_empty() && (token.is("true") || token.is("false")) => token.value.to_string(),
        _ if token.raw.starts_with(|c: char| c.is_ascii_digit()) => format!("{sign}{}", token.raw),
        _ => return None,
    };
    if cursor.eat(": :") {
        _ = cursor.name();
    }
    cursor.is_done().then(|| format!("'{}'", value.replace('\'', "''")))
}

fn of_list(key: &Key, mut bound: Cursor<'_, '_>) -> Option<Vec<Condition>> {
    let list = bound.eat("for values in").then(|| bound.group()).flatten()?.split();
    let with_null = list.iter().any(|value| value.rest().eq_ignore_ascii_case("null"));
    let values: Vec<String> = list
        .into_iter()
        .filter(|value| !value.rest().eq_ignore_ascii_case("null"))
        .map(value)
        .collect::<Option<_>>()?;
    let one_of = match values.as_slice() {
        [] => None,
        [one] => Some(key.is("=", one)),
        values => {
            let ty = key.ty.as_ref()?;
            let ty = match ty.to_lowercase().as_str() {
                "varchar" | "character varying" => "text",
                _ => ty,
            };
            let quoted: Vec<String> = values
                .iter()
                .filter_map(|value| text_value(value))
                .map(|value| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
                .collect();
            let list = format!("{{{}}}", quoted.join(",")).replace('\'', "''");
            Some(format!("{} = ANY ('{list}'::{ty}[])", key.text))
        }
    };
    let is_null = format!("{} IS NULL", key.text);
    Some(match (one_of, with_null) {
        (None, _) => vec![key.condition(is_null)],
        (Some(one_of), true) => vec![key.condition(format!("({is_null}) OR ({one_of})"))],
        (Some(one_of), false) => vec![key.not_null(), key.condition(one_of)],
    })
}

/// A bound of a range in one column.
#[derive(Clone, PartialEq, Eq)]
enum End {
    Least,
    Most,
    At(String),
}

/// Returns what a range says (`get_qual_for_range` in `src/backend/partitioning/partbounds.c`).
fn of_range(keys: &[Key], mut bound: Cursor<'_, '_>) -> Option<Vec<Condition>> {
    let end = |cursor: Cursor<'_, '_>| match cursor.rest().to_lowercase().as_str() {
        "minvalue" => Some(End::Least),
        "maxvalue" => Some(End::Most),
        _ => value(cursor).map(End::At),
    };
    let ends = |cursor: Option<Cursor<'_, '_>>| -> Option<Vec<End>> {
        cursor?.split().into_iter().map(end).collect::<Option<Vec<_>>>().filter(|all| all.len() == keys.len())
    };
    let from = bound.eat("for values from").then(|| ends(bound.group())).flatten()?;
    let to = bound.eat("to").then(|| ends(bound.group())).flatten()?;
    let mut all: Vec<Condition> = keys.iter().map(Key::not_null).collect();
    let mut first = 0;
    // What both say of the first columns, they say once.
    for ((key, low), high) in keys.iter().zip(&from).zip(&to) {
        match (low, high) {
            (End::At(a), End::At(b)) if a == b => all.push(key.condition(key.is("=", a))),
            _ => break,
        }
        first += 1;
    }
    let (keys, from, to) = (keys.get(first..)?, from.get(first..)?, to.get(first..)?);
    all.extend(side(keys, from, (">", ">="), |next| matches!(next, None | Some(End::Least))));
    all.extend(side(keys, to, ("<", "<="), |next| matches!(next, Some(End::Most))));
    Some(all)
}

/// Returns what one end of a range says: `a > 1 OR a = 1 AND b >= 2`; `takes` tells whether it takes the value itself, by what follows.
fn side(
    keys: &[Key],
    ends: &[End],
    (strict, loose): (&str, &str),
    takes: impl Fn(Option<&End>) -> bool,
) -> Option<Condition> {
    let mut before: Vec<String> = Vec::new();
    let mut ways: Vec<String> = Vec::new();
    for (at, (key, end)) in keys.iter().zip(ends).enumerate() {
        let End::At(value) = end else { break };
        let operator = if takes(ends.get(at + 1)) { loose } else { strict };
        let mut way = before.clone();
        way.push(key.is(operator, value));
        ways.push(way.join(" AND "));
        before.push(key.is("=", value));
    }
    let names: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
    let text = match ways.as_slice() {
        [] => return None,
        [one] => one.clone(),
        ways => ways.iter().map(|way| format!("({way})")).collect::<Vec<_>>().join(" OR "),
    };
    Some(Condition { of: names.join(" "), not_null: false, text })
}

/// Returns the whole and the bounds of a partition, as it was made or attached.
fn bound_of(part: &QualifiedName, done: &[Decl]) -> Option<(QualifiedName, String)> {
    let read = |text: &str, words: &str| {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let name = cursor.eat(words).then(|| cursor.name()).flatten()?;
        // What an own list of columns says stands before the bounds in no tail.
        let from = cursor.clone();
        cursor.eat_bound();
        let behind = cursor.rest().len();
        let all = from.rest();
        Some((name, all.get(..all.len() - behind)?.trim().to_owned()))
    };
    let made = || {
        let tail = find(part, done)?.tail.as_ref()?;
        read(&tail.node, "partition of")
    };
    let attached = done.iter().rev().find_map(|decl| {
        let Decl::AlterTable(alter) = decl else { return None };
        alter.actions.iter().find_map(|action| match action {
            AlterAction::Other(text) => read(&text.node, "attach partition")
                .filter(|(name, _)| name == part)
                .map(|(_, bound)| (qualified(&alter.table), bound)),
            _ => None,
        })
    });
    made().or(attached)
}

fn name_of(name: &QualifiedName, done: &[Decl]) -> Option<QName> {
    find(name, done).map(|table| table.name.clone())
}
