//! A column with everything that is said on it.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, Type};

use crate::source::decl::{
    AlterAction, ColumnDecl, ConstraintDecl, ConstraintKind, ForeignKeyDecl, Ident, NamedMark, Prose,
    ProseKind, Timing,
};
use crate::source::sql::constraint;
use crate::source::sql::syntax::Node;
use crate::source::sql::tree::{Place, folded, ident};
use crate::span::{Span, Spanned};

/// A column, and what is said on it that its declaration has no place for.
#[derive(Debug)]
pub(super) struct Read {
    /// The column.
    pub(super) column: ColumnDecl,
    /// Constraints on it that say more than a column's own marks hold, as constraints of the table.
    pub(super) constraints: Vec<ConstraintDecl>,
    /// What is carried as a change of the table behind it.
    pub(super) actions: Vec<AlterAction>,
}

/// Reads a column of a table or of `ADD COLUMN`; `until` cuts off what follows a mistake.
pub(super) fn column(node: Node<'_>, until: usize, place: Place<'_>) -> Option<Read> {
    let name = ident(node.child(SyntaxKind::COLUMN_NAME)?, place)?;
    let ty = node.children().find(|child| Type::can_cast(child.kind()));
    let ty = ty.filter(|ty| ty.extent().1 <= until).map(|ty| folded(ty, place));
    let (start, end) = node.extent();
    let start = match node.kind() {
        SyntaxKind::ADD_COLUMN => node.child(SyntaxKind::COLUMN_NAME).map_or(start, |name| name.extent().0),
        _ => start,
    };
    let mut read = Read {
        column: ColumnDecl::new(name, ty, place.span((start, end.min(until.max(start))))),
        constraints: Vec::new(),
        actions: Vec::new(),
    };
    listed_values(&mut read.column);
    for clause in node.children().filter(|clause| clause.extent().1 <= until) {
        read_clause(&mut read, clause, place);
    }
    Some(read)
}

/// Takes `text (open, paid)`, as sketches write it, for a text with its values.
fn listed_values(column: &mut ColumnDecl) {
    let Some(ty) = &mut column.ty else { return };
    let Some((head, rest)) = ty.node.split_once('(') else { return };
    let head = head.trim();
    if !head.eq_ignore_ascii_case("text") && !head.eq_ignore_ascii_case("varchar") {
        return;
    }
    let values: Vec<&str> =
        rest.trim_end_matches(')').split([',', '|']).map(|value| value.trim().trim_matches('\'')).collect();
    if values.len() > 1 && values.iter().all(|value| value.starts_with(char::is_alphabetic)) {
        column.notes.push(Prose { text: values.join(" | "), span: ty.span, kind: ProseKind::Note });
        ty.node = head.to_owned();
    }
}

fn read_clause(read: &mut Read, clause: Node<'_>, place: Place<'_>) {
    let mark = || NamedMark { name: constraint::name(clause, place).map(Box::new), span: place.span(clause) };
    let nullable = |nullable| Some(Spanned::new(nullable, place.span(clause)));
    let own = || vec![read.column.name.clone()];
    let carried = |node: Node<'_>| {
        // `ADD UNIQUE …` names no column where the constraint stood on one.
        let text = place.node(node);
        Spanned::new(format!("ALTER COLUMN {} SET {}", quoted(&read.column.name.node), text.node), text.span)
    };
    // The parser makes a clause of its first word alone; only a whole one is believed.
    match clause.kind() {
        SyntaxKind::NOT_NULL_CONSTRAINT | SyntaxKind::PRIMARY_KEY_CONSTRAINT if !is_whole(clause) => {}
        SyntaxKind::NOT_NULL_CONSTRAINT => read.column.nullable = nullable(false),
        SyntaxKind::NULL_CONSTRAINT => read.column.nullable = nullable(true),
        SyntaxKind::PRIMARY_KEY_CONSTRAINT if is_plain(clause) => read.column.primary_key = Some(mark()),
        SyntaxKind::UNIQUE_CONSTRAINT if is_plain(clause) => read.column.unique = Some(mark()),
        SyntaxKind::PRIMARY_KEY_CONSTRAINT | SyntaxKind::UNIQUE_CONSTRAINT
            if !constraint::is_held(clause) =>
        {
            let text = with_columns(clause, &read.column.name.node, place);
            read.actions.push(AlterAction::Other(Spanned::new(format!("ADD {text}"), place.span(clause))));
        }
        SyntaxKind::PRIMARY_KEY_CONSTRAINT | SyntaxKind::UNIQUE_CONSTRAINT => {
            let (_, include) = constraint::key(clause, place);
            let kind = if clause.kind() == SyntaxKind::UNIQUE_CONSTRAINT {
                let nulls_not_distinct = constraint::nulls_not_distinct(clause);
                ConstraintKind::Unique { columns: own(), include, nulls_not_distinct }
            } else {
                ConstraintKind::PrimaryKey { columns: own(), include }
            };
            let name = constraint::name(clause, place);
            let span = place.span(clause);
            let timing = constraint::timing(clause);
            read.constraints.push(ConstraintDecl { name, kind, timing, not_valid: false, span });
        }
        SyntaxKind::CHECK_CONSTRAINT | SyntaxKind::REFERENCES_CONSTRAINT if !constraint::is_held(clause) => {
            let text = place.node(clause);
            let behind = match clause.kind() {
                SyntaxKind::CHECK_CONSTRAINT => text.node,
                _ => behind_name(clause, &read.column.name.node, place),
            };
            read.actions.push(AlterAction::Other(Spanned::new(format!("ADD {behind}"), text.span)));
        }
        SyntaxKind::CHECK_CONSTRAINT => read.column.checks.extend(constraint::check(clause, place)),
        SyntaxKind::REFERENCES_CONSTRAINT => {
            let key = constraint::foreign_key(clause, own(), place);
            read.column.references.extend(key);
        }
        SyntaxKind::DEFAULT_CONSTRAINT => {
            if let Some((default, collation)) = constraint::default(clause, place) {
                read.column.default = Some(default);
                read.column.collation = collation.map(Box::new).or(read.column.collation.take());
            }
        }
        SyntaxKind::GENERATED_CONSTRAINT => {
            read.column.identity = constraint::identity(clause, place).map(Box::new);
            read.column.generated = constraint::generated(clause, place).map(Box::new);
        }
        SyntaxKind::COLLATE => {
            read.column.collation =
                clause.child(SyntaxKind::COLLATION_REF).map(|name| Box::new(place.node(name)));
        }
        SyntaxKind::STORAGE | SyntaxKind::COMPRESSION_METHOD => {
            let action = AlterAction::Other(carried(clause));
            read.actions.push(action);
        }
        _ => {}
    }
}

/// Tells whether a constraint of two words has both.
fn is_whole(clause: Node<'_>) -> bool {
    clause.has(SyntaxKind::NULL_KW) || clause.has(SyntaxKind::KEY_KW)
}

/// Tells whether a column's key says nothing that its keyword does not.
fn is_plain(clause: Node<'_>) -> bool {
    let parameters = clause.child(SyntaxKind::INDEX_PARAMETERS);
    parameters.is_none_or(|parameters| parameters.children().next().is_none())
        && constraint::timing(clause) == Timing::NotDeferrable
}

/// Returns `REFERENCES …` as a constraint of the table: with its name in front and the column's.
fn behind_name(clause: Node<'_>, column: &str, place: Place<'_>) -> String {
    let (start, end) = clause.extent();
    let from = clause.token(SyntaxKind::REFERENCES_KW).map_or(start, |keyword| keyword.bounds().0);
    let name = place.text((start, from));
    format!("{name}FOREIGN KEY ({}) {}", quoted(column), place.text((from, end)))
}

/// Returns a key of a column as a constraint of the table: with the column in parentheses behind its words.
fn with_columns(clause: Node<'_>, column: &str, place: Place<'_>) -> String {
    let (start, end) = clause.extent();
    let keyword = clause.token(SyntaxKind::KEY_KW).or_else(|| clause.token(SyntaxKind::UNIQUE_KW));
    let nulls = clause.child(SyntaxKind::INDEX_PARAMETERS).and_then(|parameters| {
        let kinds = [SyntaxKind::NULLS_NOT_DISTINCT, SyntaxKind::NULLS_DISTINCT];
        kinds.into_iter().find_map(|kind| parameters.child(kind))
    });
    let words = keyword.map_or(start, |keyword| keyword.bounds().1);
    let words = nulls.map_or(words, |nulls| nulls.extent().1);
    format!("{} ({}) {}", place.text((start, words)), quoted(column), place.text((words, end)).trim_start())
}

/// Returns an identifier in double quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns the type that `ALTER COLUMN … TYPE` sets, unless it also says how values are converted.
pub(super) fn plain_type(node: Node<'_>, place: Place<'_>) -> Option<Ident> {
    let plain = node.child(SyntaxKind::USING_EXPR).is_none() && node.child(SyntaxKind::COLLATE).is_none();
    let ty = node.children().find(|child| Type::can_cast(child.kind()))?;
    plain.then(|| folded(ty, place))
}

/// Returns the byte one past a table's argument list.
pub(super) fn list_end(list: Node<'_>) -> usize {
    list.token(SyntaxKind::R_PAREN).map_or_else(|| list.extent().1, |close| close.bounds().1)
}

/// Takes the constraints that are said on a column off it; gives them as its table would say them.
pub(crate) fn constraints_of(column: &mut ColumnDecl) -> Vec<ConstraintDecl> {
    let own = vec![column.name.clone()];
    let mut found = Vec::new();
    let mut add = |name: Option<Ident>, kind: ConstraintKind, span: Span| {
        found.push(ConstraintDecl { name, kind, timing: Timing::NotDeferrable, not_valid: false, span });
    };
    let mark = |mark: NamedMark| (mark.name.map(|name| *name), mark.span);
    if let Some((name, span)) = column.primary_key.take().map(mark) {
        add(name, ConstraintKind::PrimaryKey { columns: own.clone(), include: Vec::new() }, span);
    }
    if let Some((name, span)) = column.unique.take().map(mark) {
        let kind =
            ConstraintKind::Unique { columns: own.clone(), include: Vec::new(), nulls_not_distinct: false };
        add(name, kind, span);
    }
    for check in std::mem::take(&mut column.checks) {
        let span = check.expression.span;
        add(check.name.clone(), ConstraintKind::Check(check), span);
    }
    for key in std::mem::take(&mut column.references) {
        let (name, span) = (key.name.clone(), key.span);
        add(name, ConstraintKind::ForeignKey(ForeignKeyDecl { columns: own.clone(), ..key }), span);
    }
    found
}
