//! `ALTER TABLE`.

use squawk_lexer::TokenKind;
use squawk_syntax::SyntaxKind;

use crate::source::decl::{AlterAction, AlterTableDecl, Decl, QName};
use crate::source::sql::body::items;
use crate::source::sql::column::{self, plain_type};
use crate::source::sql::comments::attach;
use crate::source::sql::constraint;
use crate::source::sql::dialect::FOREIGN;
use crate::source::sql::report::{self, Cx};
use crate::source::sql::split::Statement;
use crate::source::sql::syntax::{self, Node};
use crate::source::sql::tree::{Place, ident, path, qname};

/// Reads the changes of a table; where the statement has a mistake, they are read one by one.
pub(super) fn read(cx: &mut Cx<'_>, statement: &Statement) -> Vec<Decl> {
    let span = cx.fragment.span(statement.range.clone());
    let only = is_only(cx.text(), statement);
    let if_exists = is_conditional(cx.text(), statement);
    let decl =
        |table, actions| vec![Decl::AlterTable(AlterTableDecl { table, only, if_exists, actions, span })];
    let said = cx.sink.diagnostics().len();
    let whole = report::whole(cx, statement);
    if let Some(tree) = &whole
        && tree.errors.is_empty()
        && let Some(table) = table(tree.statement(), cx.place)
    {
        let mut actions = tree
            .statement()
            .children()
            .filter(|action| {
                action.kind() != SyntaxKind::TABLE_RELATION_NAME && action.kind() != SyntaxKind::IF_EXISTS
            })
            .flat_map(|action| actions(action, cx.place))
            .collect::<Vec<_>>();
        describe(cx, statement, &mut actions);
        restore_names(cx, &mut actions);
        return decl(table, actions);
    }
    let Some((header, parts)) = split(cx.text(), statement) else {
        report::nameless(cx, "ALTER TABLE", span);
        return Vec::new();
    };
    let header = cx.parsed(statement, header).to_owned() + " ";
    let (listed, own) = (format!("{header}ADD "), header.len());
    let mut all = Vec::new();
    for range in parts {
        if report::placeholder(cx, statement, range.clone()) {
            continue;
        }
        let header = if continues(cx, statement, &range) { &listed } else { &header };
        let Some(part) = report::part(cx, statement, header, range, "") else { continue };
        // The header's own place is lost here: it stands before the part.
        let action = part
            .tree
            .statement()
            .children()
            .find(|action| action.extent().0 >= own && action.kind() != SyntaxKind::TABLE_RELATION_NAME);
        let trusted = part.until == usize::MAX;
        match action {
            Some(action) if trusted => all.extend(actions(action, part.place)),
            Some(action) if action.kind() == SyntaxKind::ADD_COLUMN => {
                let column = column::column(action, part.until, part.place);
                all.extend(column.map(|read| AlterAction::AddColumn(Box::new(read.column))));
            }
            _ => {}
        }
    }
    restore_names(cx, &mut all);
    if let Some(tree) = whole.filter(|_| cx.sink.diagnostics().len() == said) {
        report::between(cx, statement, &tree);
    }
    let table = syntax::parse(&header).and_then(|tree| table(tree.statement(), cx.place));
    match table {
        Some(table) if !all.is_empty() => decl(table, all),
        _ => Vec::new(),
    }
}

fn table(node: Node<'_>, place: Place<'_>) -> Option<QName> {
    qname(node.child(SyntaxKind::TABLE_RELATION_NAME)?, place)
}

/// Reads one action; a column can bring constraints of the table with it.
fn actions(node: Node<'_>, place: Place<'_>) -> Vec<AlterAction> {
    let other = || vec![AlterAction::Other(place.node(node))];
    match node.kind() {
        SyntaxKind::ADD_COLUMN => {
            let Some(mut read) = column::column(node, usize::MAX, place) else { return other() };
            read.column.if_missing = node.child(SyntaxKind::IF_NOT_EXISTS).is_some();
            let constraints = read.constraints.into_iter().map(|it| AlterAction::AddConstraint(Box::new(it)));
            std::iter::once(AlterAction::AddColumn(Box::new(read.column)))
                .chain(constraints)
                .chain(read.actions)
                .collect()
        }
        SyntaxKind::ADD_CONSTRAINT => {
            let constraint = node.children().next().and_then(|inner| constraint::constraint(inner, place));
            constraint.map_or_else(other, |constraint| vec![AlterAction::AddConstraint(Box::new(constraint))])
        }
        SyntaxKind::ALTER_COLUMN => alter_column(node, place).map_or_else(other, |action| vec![action]),
        SyntaxKind::DROP_COLUMN => {
            let name = node.child(SyntaxKind::COLUMN_NAME_REF).and_then(|name| ident(name, place));
            name.map_or_else(other, |name| vec![AlterAction::DropColumn(name)])
        }
        SyntaxKind::DROP_CONSTRAINT => {
            let name = node.child(SyntaxKind::CONSTRAINT_NAME_REF).and_then(|name| path(name, place).pop());
            name.map_or_else(other, |name| vec![AlterAction::DropConstraint(name)])
        }
        _ => other(),
    }
}

fn alter_column(node: Node<'_>, place: Place<'_>) -> Option<AlterAction> {
    let name = ident(node.child(SyntaxKind::COLUMN_NAME_REF)?, place)?;
    let option = node.children().find(|option| option.kind() != SyntaxKind::COLUMN_NAME_REF)?;
    match option.kind() {
        SyntaxKind::SET_NOT_NULL => Some(AlterAction::SetNotNull(name, true)),
        SyntaxKind::DROP_NOT_NULL => Some(AlterAction::SetNotNull(name, false)),
        SyntaxKind::SET_DEFAULT => {
            let (default, collation) = constraint::default(option, place)?;
            collation.is_none().then_some(AlterAction::SetDefault(name, Some(default)))
        }
        SyntaxKind::DROP_DEFAULT => Some(AlterAction::SetDefault(name, None)),
        SyntaxKind::SET_TYPE => Some(AlterAction::SetType(name, plain_type(option, place)?)),
        _ => None,
    }
}

/// Tells whether a part goes on with a list of constraints behind one `ADD`, as SQL Server has it; reports it.
fn continues(cx: &mut Cx<'_>, statement: &Statement, part: &Range) -> bool {
    let text = cx.fragment.text();
    let Some(first) = statement.within(part.clone()).next().copied() else { return false };
    let begins = ["constraint", "primary", "foreign", "unique"].iter().any(|word| first.is_word(text, word));
    if begins {
        let span = cx.fragment.span(first.start..first.end);
        cx.sink
            .warning(
                FOREIGN,
                span,
                "a constraint behind a comma is not PostgreSQL: `ADD` is missing; read as if it stood there",
            )
            .help("write ADD before it");
    }
    begins
}

/// Gives columns the names that the parser was not shown.
fn restore_names(cx: &Cx<'_>, actions: &mut [AlterAction]) {
    for name in &cx.foreign.names {
        for action in actions.iter_mut() {
            if let AlterAction::AddColumn(column) = action
                && column.name.span == name.span
            {
                column.name = name.clone();
            }
        }
    }
}

/// Gives each added column the comments that belong to it.
fn describe(cx: &Cx<'_>, statement: &Statement, actions: &mut [AlterAction]) {
    let Some((_, parts)) = split(cx.text(), statement) else { return };
    let attached = attach(cx.fragment, &statement.tokens, &parts);
    for action in actions {
        if let AlterAction::AddColumn(column) = action {
            let ends = |part: &Range| cx.fragment.span(part.clone()).end;
            let inside = parts.get(parts.partition_point(|part| ends(part) <= column.span.start));
            column.notes.extend(inside.map(|part| attached.of(part.start)).unwrap_or_default());
        }
    }
}

/// Tells whether a change does nothing where there is no such table: `ALTER TABLE IF EXISTS`.
fn is_conditional(text: &str, statement: &Statement) -> bool {
    statement.significant().nth(2).is_some_and(|token| token.is_word(text, "if"))
        && statement.significant().nth(3).is_some_and(|token| token.is_word(text, "exists"))
}

/// Tells whether a change is said of the table alone.
fn is_only(text: &str, statement: &Statement) -> bool {
    const HEAD: &[&str] = &["alter", "table", "if", "exists"];
    let mut behind =
        statement.significant().skip_while(|token| HEAD.iter().any(|word| token.is_word(text, word)));
    behind.next().is_some_and(|token| token.is_word(text, "only"))
}

type Range = std::ops::Range<usize>;

/// Splits a statement into what stands before its first action and the actions.
fn split(text: &str, statement: &Statement) -> Option<(Range, Vec<Range>)> {
    let mut tokens = statement.significant().peekable();
    let start = tokens.peek()?.start;
    let mut end = start;
    for word in ["alter", "table", "if", "exists", "only"] {
        while let Some(token) = tokens.next_if(|token| token.is_word(text, word)) {
            end = token.end;
        }
    }
    let named = tokens.next_if(|token| report::is_name(token))?;
    end = end.max(named.end);
    while tokens.next_if(|token| matches!(token.kind, TokenKind::Dot)).is_some() {
        end = tokens.next_if(|token| report::is_name(token))?.end;
    }
    if let Some(star) = tokens.next_if(|token| matches!(token.kind, TokenKind::Star)) {
        end = star.end;
    }
    Some((start..end, items(text, tokens, statement.is_unbalanced(), &mut None)))
}
