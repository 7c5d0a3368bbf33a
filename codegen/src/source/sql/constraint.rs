//! Constraints, defaults and what else follows a column's type.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, Expr};

use crate::source::decl::{
    CheckDecl, ConstraintDecl, ConstraintKind, DefaultDecl, DefaultKind, ForeignKeyDecl, GeneratedDecl,
    Ident, IdentityDecl, RefAction, Timing,
};
use crate::source::sql::syntax::Node;
use crate::source::sql::tree::{Place, ident, idents, qname};
use crate::span::Spanned;

/// Reads a constraint that stands apart from a column; gives none where a declaration cannot hold all that it says.
pub(super) fn constraint(node: Node<'_>, place: Place<'_>) -> Option<ConstraintDecl> {
    if !is_held(node) {
        return None;
    }
    let name = name(node, place);
    let kind = match node.kind() {
        SyntaxKind::PRIMARY_KEY_CONSTRAINT => {
            let (columns, include) = key(node, place);
            ConstraintKind::PrimaryKey { columns, include }
        }
        SyntaxKind::UNIQUE_CONSTRAINT => {
            let (columns, include) = key(node, place);
            ConstraintKind::Unique { columns, include, nulls_not_distinct: nulls_not_distinct(node) }
        }
        SyntaxKind::CHECK_CONSTRAINT => ConstraintKind::Check(check(node, place)?),
        SyntaxKind::FOREIGN_KEY_CONSTRAINT => {
            ConstraintKind::ForeignKey(foreign_key(node, Vec::new(), place)?)
        }
        SyntaxKind::EXCLUDE_CONSTRAINT => {
            let (_, end) = last_of_exclusion(node);
            let start = node.token(SyntaxKind::EXCLUDE_KW).map(|keyword| keyword.bounds().1)?;
            let text = place.text((start, end));
            let start = start + text.len() - text.trim_start().len();
            ConstraintKind::Exclude(place.spanned((start, end)))
        }
        _ => return None,
    };
    Some(ConstraintDecl {
        name,
        kind,
        timing: timing(node),
        not_valid: node.child(SyntaxKind::NOT_VALID).is_some(),
        span: place.span(node),
    })
}

/// Tells whether a declaration can hold all that a constraint says: not storage parameters, an index built before,
/// `NOT ENFORCED`, `MATCH PARTIAL`, or periods.
pub(super) fn is_held(node: Node<'_>) -> bool {
    let foreign = [
        SyntaxKind::WITH_PARAMS,
        SyntaxKind::CONSTRAINT_INDEX_TABLESPACE,
        SyntaxKind::USING_INDEX_NAME,
        SyntaxKind::NOT_ENFORCED,
        SyntaxKind::MATCH_PARTIAL,
        SyntaxKind::OVERLAPS_KW,
        SyntaxKind::PERIOD_KW,
        SyntaxKind::ERROR,
    ];
    if node.kind() == SyntaxKind::EXCLUDE_CONSTRAINT {
        // Its text is kept whole.
        return node.child(SyntaxKind::NOT_ENFORCED).is_none();
    }
    !node.kinds().any(|kind| foreign.contains(&kind))
}

/// Returns a constraint's own name.
pub(super) fn name(node: Node<'_>, place: Place<'_>) -> Option<Ident> {
    let clause = node.child(SyntaxKind::CONSTRAINT_NAME_CLAUSE)?;
    ident(clause.child(SyntaxKind::CONSTRAINT_NAME)?, place)
}

/// Returns when a constraint is checked.
pub(super) fn timing(node: Node<'_>) -> Timing {
    if node.child(SyntaxKind::INITIALLY_DEFERRED_CONSTRAINT_OPTION).is_some() {
        Timing::InitiallyDeferred
    } else if node.child(SyntaxKind::DEFERRABLE_CONSTRAINT_OPTION).is_some() {
        Timing::InitiallyImmediate
    } else {
        Timing::NotDeferrable
    }
}

/// Tells whether a unique constraint takes NULLs for equal.
pub(super) fn nulls_not_distinct(node: Node<'_>) -> bool {
    node.child(SyntaxKind::INDEX_PARAMETERS)
        .is_some_and(|parameters| parameters.child(SyntaxKind::NULLS_NOT_DISTINCT).is_some())
}

/// Reads the columns of a key, and those stored beside it.
pub(super) fn key(node: Node<'_>, place: Place<'_>) -> (Vec<Ident>, Vec<Ident>) {
    let Some(parameters) = node.child(SyntaxKind::INDEX_PARAMETERS) else {
        return (Vec::new(), Vec::new());
    };
    let columns = parameters
        .child(SyntaxKind::CONSTRAINT_COLUMN_REF_LIST)
        .map(|list| idents(list, SyntaxKind::COLUMN_NAME_REF, place))
        .unwrap_or_default();
    let include = parameters
        .child(SyntaxKind::CONSTRAINT_INCLUDE_CLAUSE)
        .and_then(|clause| clause.child(SyntaxKind::COLUMN_REF_LIST))
        .map(|list| idents(list, SyntaxKind::COLUMN_NAME_REF, place))
        .unwrap_or_default();
    (columns, include)
}

/// Reads a check.
pub(super) fn check(node: Node<'_>, place: Place<'_>) -> Option<CheckDecl> {
    Some(CheckDecl {
        name: name(node, place),
        expression: place.node(expression(node)?),
        no_inherit: node.child(SyntaxKind::NO_INHERIT).is_some(),
    })
}

/// Reads a foreign key; one given on a column (`REFERENCES …`) takes that column.
pub(super) fn foreign_key(node: Node<'_>, columns: Vec<Ident>, place: Place<'_>) -> Option<ForeignKeyDecl> {
    let mut lists = node.children().filter(|child| child.kind() == SyntaxKind::FOREIGN_KEY_COLUMN_LIST);
    let read = |list: Node<'_>| idents(list, SyntaxKind::COLUMN_NAME_REF, place);
    let own = node.kind() == SyntaxKind::FOREIGN_KEY_CONSTRAINT;
    let columns = if own { read(lists.next()?) } else { columns };
    let referenced = if own {
        lists.next().map(read).unwrap_or_default()
    } else {
        idents(node, SyntaxKind::COLUMN_NAME_REF, place)
    };
    let action = |kind| node.child(kind).and_then(|action| ref_action(action, place));
    Some(ForeignKeyDecl {
        name: name(node, place),
        columns,
        table: qname(node.child(SyntaxKind::TABLE_NAME_REF)?, place)?,
        referenced,
        on_delete: action(SyntaxKind::ON_DELETE_ACTION),
        on_update: action(SyntaxKind::ON_UPDATE_ACTION),
        match_full: node.child(SyntaxKind::MATCH_FULL).is_some(),
        timing: timing(node),
        not_valid: node.child(SyntaxKind::NOT_VALID).is_some(),
        span: place.span(node),
    })
}

/// Reads a default from the node that holds its expression.
///
/// `DEFAULT 'x' COLLATE "C"` gives the column a collation, not the default: the grammar of PostgreSQL takes no `COLLATE` in a
/// default. The collation is returned beside it.
pub(super) fn default(node: Node<'_>, place: Place<'_>) -> Option<(DefaultDecl, Option<Ident>)> {
    let mut value = expression(node)?;
    let mut collation = None;
    if value.kind() == SyntaxKind::COLLATE {
        collation = value.child(SyntaxKind::COLLATION_REF).map(|reference| place.node(reference));
        value = expression(value)?;
    }
    Some((literal(value, place), collation))
}

/// Reads a value: a literal as what it means, anything else as SQL.
pub(super) fn literal(node: Node<'_>, place: Place<'_>) -> DefaultDecl {
    let written = place.node(node);
    let decl = |kind, value| DefaultDecl { kind, value, span: written.span };
    let mut parts = node.tokens();
    let first = parts.next().map(|token| token.kind());
    let second = parts.next().map(|token| token.kind());
    let number = |kind| matches!(kind, Some(SyntaxKind::INT_NUMBER | SyntaxKind::NUMERIC_NUMBER));
    match node.kind() {
        SyntaxKind::LITERAL => match first {
            kind if number(kind) => decl(DefaultKind::Number, written.node.clone()),
            Some(SyntaxKind::TRUE_KW | SyntaxKind::FALSE_KW) => {
                decl(DefaultKind::Boolean, written.node.to_ascii_lowercase())
            }
            Some(SyntaxKind::NULL_KW) => decl(DefaultKind::Null, written.node.to_ascii_lowercase()),
            Some(SyntaxKind::BIT_STRING | SyntaxKind::BYTE_STRING) | None => {
                decl(DefaultKind::Expression, written.node.clone())
            }
            Some(_) => match node.string() {
                Some(text) => decl(DefaultKind::String, text),
                None => decl(DefaultKind::Expression, written.node.clone()),
            },
        },
        SyntaxKind::PREFIX_EXPR
            if first == Some(SyntaxKind::MINUS) && number(second) && parts.next().is_none() =>
        {
            decl(DefaultKind::Number, written.node.clone())
        }
        _ => decl(DefaultKind::Expression, written.node.clone()),
    }
}

/// Reads `GENERATED … AS IDENTITY`.
pub(super) fn identity(node: Node<'_>, place: Place<'_>) -> Option<IdentityDecl> {
    let clause = node.child(SyntaxKind::GENERATED_IDENTITY)?;
    let options = clause.child(SyntaxKind::SEQUENCE_OPTION_LIST).map(|list| {
        let (start, end) = list.extent();
        place.spanned((start + 1, end.saturating_sub(1).max(start + 1)))
    });
    Some(IdentityDecl {
        always: clause.child(SyntaxKind::GENERATED_ALWAYS).is_some(),
        options,
        span: place.span(node),
    })
}

/// Reads `GENERATED ALWAYS AS (…)`.
pub(super) fn generated(node: Node<'_>, place: Place<'_>) -> Option<GeneratedDecl> {
    let clause = node.child(SyntaxKind::GENERATED_STORED)?;
    Some(GeneratedDecl {
        expression: place.node(expression(clause)?),
        stored: clause.child(SyntaxKind::STORED).is_some(),
    })
}

/// Returns the first expression directly under a node.
pub(super) fn expression(node: Node<'_>) -> Option<Node<'_>> {
    node.children().find(|child| Expr::can_cast(child.kind()))
}

fn ref_action(node: Node<'_>, place: Place<'_>) -> Option<Spanned<RefAction>> {
    let action = node.children().next()?;
    let columns = || {
        let list = action.child(SyntaxKind::COLUMN_REF_LIST);
        let list = list.map(|list| idents(list, SyntaxKind::COLUMN_NAME_REF, place)).unwrap_or_default();
        list.into_iter().map(|column| column.node).collect()
    };
    let meaning = match action.kind() {
        SyntaxKind::NO_ACTION => RefAction::NoAction,
        SyntaxKind::RESTRICT => RefAction::Restrict,
        SyntaxKind::CASCADE => RefAction::Cascade,
        SyntaxKind::SET_NULL_COLUMNS => RefAction::SetNull(columns()),
        SyntaxKind::SET_DEFAULT_COLUMNS => RefAction::SetDefault(columns()),
        _ => return None,
    };
    Some(Spanned::new(meaning, place.span(action)))
}

/// Returns where the text of an exclusion constraint ends: before its timing, which has a field of its own.
fn last_of_exclusion(node: Node<'_>) -> (usize, usize) {
    let own = |kind| {
        matches!(
            kind,
            SyntaxKind::CONSTRAINT_INDEX_METHOD
                | SyntaxKind::CONSTRAINT_EXCLUSION_LIST
                | SyntaxKind::CONSTRAINT_INCLUDE_CLAUSE
                | SyntaxKind::WITH_PARAMS
                | SyntaxKind::CONSTRAINT_INDEX_TABLESPACE
                | SyntaxKind::WHERE_CONDITION_CLAUSE
        )
    };
    node.children()
        .filter(|child| own(child.kind()))
        .last()
        .map_or_else(|| node.extent(), |child| child.extent())
}
