//! Where squawk could find a mistake that its grammar lets pass.
//!
//! Its validation looks at some kinds of node alone, and at most of those for something rare. What is said here of a kind holds for
//! the version that the workspace pins; a test compares it with squawk itself.

use squawk_parser::{is_col_name_keyword, is_reserved_keyword, is_type_func_name_keyword};
use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, Expr, Type};

use super::{Node, Token, Tree};

/// The longest operator that PostgreSQL reads.
const LONGEST_OPERATOR: usize = 63;

/// Tells whether a text without a mistake of grammar has to be looked at further.
pub(super) fn is_due(tree: &Tree) -> bool {
    let root = tree.root();
    root.children().nth(1).is_some()
        || root.all_tokens().any(is_escaped)
        || root.descendants().any(is_doubtful)
}

/// Tells whether a token has to do with escapes of Unicode.
fn is_escaped(token: Token<'_>) -> bool {
    match token.kind() {
        SyntaxKind::UESCAPE_KW => true,
        SyntaxKind::IDENT => token.text().get(1..2) == Some("&"),
        _ => false,
    }
}

fn is_doubtful(node: Node<'_>) -> bool {
    match node.kind() {
        SyntaxKind::AGGREGATE
        | SyntaxKind::ARRAY_EXPR
        | SyntaxKind::ATOMIC_BODY
        | SyntaxKind::CREATE_AGGREGATE
        | SyntaxKind::CREATE_FUNCTION
        | SyntaxKind::CREATE_PROCEDURE
        | SyntaxKind::DISTINCT_ON
        | SyntaxKind::DO
        | SyntaxKind::EXCEPT_TABLE_CLAUSE
        | SyntaxKind::FUNCTION_FROM_ITEM
        | SyntaxKind::FUNCTION_SIG
        | SyntaxKind::FUNC_OPTION_LIST
        | SyntaxKind::JOIN_EXPR
        | SyntaxKind::JSON_ARRAY_FN
        | SyntaxKind::JSON_OBJECT_FN
        | SyntaxKind::NON_STANDARD_PARAM
        | SyntaxKind::PAREN_FROM_ITEM
        | SyntaxKind::PARTITION_FOR_VALUES_WITH
        | SyntaxKind::PERCENT_TYPE
        | SyntaxKind::PLPGSQL_BLOCK
        | SyntaxKind::PLPGSQL_CASE_STMT
        | SyntaxKind::PLPGSQL_CASE_WHEN
        | SyntaxKind::PLPGSQL_COMP_OPTION_PRINT_STRICT_PARAMS
        | SyntaxKind::PLPGSQL_ELSIF_CLAUSE
        | SyntaxKind::PLPGSQL_FETCH_STMT
        | SyntaxKind::PLPGSQL_FOR_CURSOR_STMT
        | SyntaxKind::PLPGSQL_FOR_I_STMT
        | SyntaxKind::PLPGSQL_FOR_QUERY_STMT
        | SyntaxKind::PLPGSQL_IF_STMT
        | SyntaxKind::PLPGSQL_PERCENT_ROWTYPE
        | SyntaxKind::PROCEDURE_SIG
        | SyntaxKind::RELATION_FROM_ITEM
        | SyntaxKind::ROUTINE_SIG
        | SyntaxKind::RULE_STMT_LIST
        | SyntaxKind::SELECT
        | SyntaxKind::SELECT_CLAUSE
        | SyntaxKind::SELECT_INTO
        | SyntaxKind::SET_COLUMN_LIST
        | SyntaxKind::SET_SINGLE_COLUMN
        | SyntaxKind::STORAGE_MODE
        | SyntaxKind::TO_CONFIG_VALUE => true,
        SyntaxKind::BIN_EXPR => !is_plain_operation(node),
        SyntaxKind::CALL_EXPR => !is_plain_call(node),
        SyntaxKind::COLUMN => !node.children().any(|child| Type::can_cast(child.kind())),
        SyntaxKind::CUSTOM_OP => node.text().len() > LONGEST_OPERATOR,
        SyntaxKind::LITERAL => !is_plain_literal(node),
        SyntaxKind::NAME_REF => {
            begins(node, |kind| kind != SyntaxKind::CURRENT_SCHEMA_KW && is_type_func_name_keyword(kind))
        }
        SyntaxKind::PREFIX_EXPR => node.child(SyntaxKind::CUSTOM_OP).is_some(),
        SyntaxKind::TABLE_NAME => begins(node, is_type_func_name_keyword),
        kind if Type::can_cast(kind) => node.child(SyntaxKind::ARG_LIST).is_some_and(|list| !are_plain(list)),
        _ => false,
    }
}

/// Tells what the first token of a node is.
fn begins(node: Node<'_>, is: impl FnOnce(SyntaxKind) -> bool) -> bool {
    node.tokens().next().is_some_and(|token| is(token.kind()))
}

/// Tells whether an operation is neither `OVERLAPS` nor `IN` anything but a list.
fn is_plain_operation(node: Node<'_>) -> bool {
    let is_in = node.token(SyntaxKind::IN_KW).is_some() || node.child(SyntaxKind::NOT_IN).is_some();
    node.token(SyntaxKind::OVERLAPS_KW).is_none() && (!is_in || operand(node).is_some_and(is_list))
}

/// Returns what stands behind the operator.
fn operand(operation: Node<'_>) -> Option<Node<'_>> {
    operation.children().filter(|child| Expr::can_cast(child.kind())).nth(1)
}

fn is_list(node: Node<'_>) -> bool {
    match node.kind() {
        SyntaxKind::PAREN_EXPR => true,
        SyntaxKind::TUPLE_EXPR => {
            node.token(SyntaxKind::ROW_KW).is_none()
                && node.children().any(|child| Expr::can_cast(child.kind()))
        }
        _ => false,
    }
}

/// Tells whether a call is one of a function by a name that is no keyword.
fn is_plain_call(node: Node<'_>) -> bool {
    node.children().all(|child| match child.kind() {
        SyntaxKind::ANY_FN | SyntaxKind::ALL_FN | SyntaxKind::SOME_FN => false,
        SyntaxKind::NAME_REF => !begins(child, |kind| is_col_name_keyword(kind) || is_reserved_keyword(kind)),
        _ => true,
    })
}

/// Tells whether a literal is one token that can stand anywhere and holds no escapes of Unicode.
fn is_plain_literal(node: Node<'_>) -> bool {
    let mut tokens = node.all_tokens().map(Token::kind);
    let first = tokens.next();
    tokens.next().is_none() && !matches!(first, Some(SyntaxKind::DEFAULT_KW | SyntaxKind::UNICODE_ESC_STRING))
}

/// Tells whether the modifiers of a type are numbers.
fn are_plain(list: Node<'_>) -> bool {
    list.children().all(|arg| {
        arg.kind() == SyntaxKind::ARG
            && arg.children().all(|value| value.kind() == SyntaxKind::LITERAL)
            && arg.all_tokens().all(|token| token.kind() == SyntaxKind::INT_NUMBER)
    })
}
