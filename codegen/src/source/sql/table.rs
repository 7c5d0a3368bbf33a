//! `CREATE TABLE`.

use squawk_syntax::SyntaxKind;

use crate::source::decl::{
    AlterAction, AlterTableDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Language, QName, TableDecl,
};
use crate::source::sql::body::{Body, body};
use crate::source::sql::column::{self, list_end};
use crate::source::sql::comments::{self, Attached, attach};
use crate::source::sql::constraint;
use crate::source::sql::report::{self, Cx};
use crate::source::sql::reserved;
use crate::source::sql::split::Statement;
use crate::source::sql::syntax::{Node, Tree};
use crate::source::sql::tree::{self, Place, ident, qname, qualified};
use crate::span::{Span, Spanned};

/// Reads a table.
///
/// Where the statement as a whole has a mistake, its items are read one by one, so that a column costs only itself.
pub(super) fn read(cx: &mut Cx<'_>, statement: &Statement) -> Vec<Decl> {
    let body = body(cx.text(), statement);
    let items = body.as_ref().map(|body| body.items.as_slice()).unwrap_or_default();
    let attached = attach(cx.fragment, &statement.tokens, items);
    let said = cx.sink.diagnostics().len();
    let whole = report::whole(cx, statement);
    let draft = match &whole {
        Some(tree) if tree.errors.is_empty() => from_tree(cx, tree),
        _ => from_items(cx, statement, body.as_ref()),
    };
    let Some(mut draft) = draft else { return Vec::new() };
    if let Some(tree) = whole.filter(|_| cx.sink.diagnostics().len() == said) {
        report::between(cx, statement, &tree);
    }
    describe(cx, &mut draft, attached);
    draft.refine_parent();
    draft.table.if_missing = is_guarded(cx, statement);
    let Draft { table, actions, .. } = draft;
    let changes = (!actions.is_empty()).then(|| {
        Decl::AlterTable(AlterTableDecl {
            table: table.name.clone(),
            only: false,
            if_exists: false,
            actions,
            span: table.span,
        })
    });
    std::iter::once(Decl::Table(table)).chain(changes).collect()
}

/// A table being read.
#[derive(Debug)]
struct Draft {
    table: TableDecl,
    actions: Vec<AlterAction>,
    /// Where each column begins in the fragment's text.
    starts: Vec<usize>,
}

impl Draft {
    fn new(name: QName, span: Span) -> Self {
        let table = TableDecl::new(name, Language::Sql, span);
        Self { table, actions: Vec::new(), starts: Vec::new() }
    }

    /// Adds an item of the list in parentheses; gives back what it is where a declaration has no place for it.
    fn add(&mut self, item: Node<'_>, until: usize, place: Place<'_>) -> Added {
        match item.kind() {
            SyntaxKind::COLUMN => match column::column(item, until, place) {
                Some(read) => {
                    self.starts.push(place.range(item).start);
                    self.table.columns.push(read.column);
                    self.table.constraints.extend(read.constraints);
                    self.actions.extend(read.actions);
                    Added::Held
                }
                None => Added::Unread,
            },
            SyntaxKind::LIKE_CLAUSE => {
                self.tail(place.node(item), ", ");
                Added::Held
            }
            SyntaxKind::NOT_NULL_CONSTRAINT => self.not_null(item, place),
            _ if item.extent().1 > until => Added::Unread,
            _ => match constraint::constraint(item, place) {
                // A mistake stands where its columns should.
                Some(constraint) if until < usize::MAX && is_of_nothing(&constraint) => Added::Unread,
                Some(mut constraint) => {
                    // A table that is made has no rows: PostgreSQL takes the constraint for valid, whatever is written.
                    constraint.not_valid = false;
                    if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                        key.not_valid = false;
                    }
                    self.table.constraints.push(constraint);
                    Added::Held
                }
                None if constraint::is_held(item) => Added::Unread,
                None => {
                    let text = place.node(item);
                    self.actions
                        .push(AlterAction::Other(Spanned::new(format!("ADD {}", text.node), text.span)));
                    Added::Held
                }
            },
        }
    }

    /// `NOT NULL column`, as an item of its own.
    fn not_null(&mut self, item: Node<'_>, place: Place<'_>) -> Added {
        let name = item.child(SyntaxKind::COLUMN_NAME_REF).and_then(|name| ident(name, place));
        let column =
            name.and_then(|name| self.table.columns.iter_mut().find(|column| column.name.node == name.node));
        match column {
            Some(column) => {
                column.nullable = Some(Spanned::new(false, place.span(item)));
                Added::Held
            }
            None => Added::Unread,
        }
    }

    /// Makes changes of the columns that a partition or a typed table has from elsewhere of those that it lists without a type.
    fn refine_parent(&mut self) {
        let tail = self.table.tail.as_ref().map_or("", |tail| tail.node.as_str());
        if !["partition of ", "of "]
            .iter()
            .any(|head| tail.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head)))
        {
            return;
        }
        let columns = std::mem::take(&mut self.table.columns).into_iter();
        let (refined, own): (Vec<ColumnDecl>, _) = columns.partition(|column| column.ty.is_none());
        self.table.columns = own;
        refined.into_iter().for_each(|column| self.refine(column));
    }

    fn refine(&mut self, mut column: ColumnDecl) {
        self.table.constraints.extend(column::constraints_of(&mut column));
        let name = column.name;
        if column.default.is_some() {
            self.actions.push(AlterAction::SetDefault(name.clone(), column.default));
        }
        if column.nullable.is_some_and(|nullable| !nullable.node) {
            self.actions.push(AlterAction::SetNotNull(name, true));
        }
    }

    fn tail(&mut self, text: Spanned<String>, separator: &str) {
        let text = Spanned::new(comments::removed(text.node), text.span);
        if text.node.is_empty() {
            return;
        }
        self.table.tail = Some(match self.table.tail.take() {
            Some(tail) => {
                Spanned::new(format!("{}{separator}{}", tail.node, text.node), tail.span.to(text.span))
            }
            None => text,
        });
    }
}

/// Tells whether a key has no columns.
fn is_of_nothing(constraint: &ConstraintDecl) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            columns.is_empty()
        }
        ConstraintKind::ForeignKey(key) => key.columns.is_empty(),
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
    }
}

enum Added {
    Held,
    Unread,
}

fn from_tree(cx: &mut Cx<'_>, tree: &Tree) -> Option<Draft> {
    let place = cx.place;
    let node = tree.statement();
    let name_node = node.child(SyntaxKind::TABLE_NAME)?;
    let mut draft = Draft::new(qname(name_node, place)?, place.span(node));
    if node.child(SyntaxKind::UNLOGGED).is_some() {
        let span = draft.table.name.span();
        draft.actions.push(AlterAction::Other(Spanned::new("SET UNLOGGED".to_owned(), span)));
    }
    let list = node.child(SyntaxKind::TABLE_ARG_LIST);
    // A column is large: a list that grows would copy them and keep room for more.
    draft.table.columns.reserve_exact(list.map_or(0, |list| list.children_of(SyntaxKind::COLUMN).count()));
    for item in list.into_iter().flat_map(Node::children) {
        if let Added::Unread = draft.add(item, usize::MAX, place) {
            report::unread(cx, place.span(item));
        }
    }
    let name_end = name_node.extent().1;
    let end = extent_without_semicolon(node);
    match list {
        Some(list) => {
            draft.tail(trimmed(place, name_end, list.extent().0), " ");
            draft.tail(trimmed(place, list_end(list), end), " ");
        }
        None => draft.tail(trimmed(place, name_end, end), " "),
    }
    Some(draft)
}

fn from_items(cx: &mut Cx<'_>, statement: &Statement, body: Option<&Body>) -> Option<Draft> {
    let span = cx.fragment.span(statement.range.clone());
    let Some(name) = name(cx, statement) else {
        report::nameless(cx, "CREATE TABLE", span);
        return None;
    };
    let mut draft = Draft::new(name, span);
    let Some(body) = body else { return Some(draft) };
    for item in &body.items {
        if report::placeholder(cx, statement, item.clone()) {
            continue;
        }
        let known = draft.table.columns.len();
        let reserved = reserved::name(cx, statement, item.clone());
        let Some(part) = report::part(cx, statement, "CREATE TABLE t (", item.clone(), ")") else {
            continue;
        };
        let list = part.tree.statement().child(SyntaxKind::TABLE_ARG_LIST);
        // What follows the first is what the parser made of a mistake in it.
        let first = list.into_iter().flat_map(Node::children).next();
        if let Some(first) = first
            && let Added::Unread = draft.add(first, part.until, part.place)
            && part.until == usize::MAX
        {
            report::unread(cx, part.place.span(first));
        }
        if let (Some(name), Some(column)) = (reserved, draft.table.columns.get_mut(known)) {
            column.name.node = name;
        }
    }
    if let Some(end) = body.end.filter(|end| *end < statement.range.end) {
        let rest = end..statement.range.end;
        let part = report::part(cx, statement, "CREATE TABLE t ()", rest.clone(), "");
        if part.is_some_and(|part| part.until == usize::MAX) {
            let text = cx.text().get(rest.clone()).unwrap_or_default();
            let start = rest.start + text.len() - text.trim_start().len();
            let text = text.trim();
            draft.tail(Spanned::new(text.to_owned(), cx.fragment.span(start..start + text.len())), " ");
        }
    }
    Some(draft)
}

/// Tells whether a table is made only where there is none of its name.
fn is_guarded(cx: &Cx<'_>, statement: &Statement) -> bool {
    let text = cx.text();
    let behind = statement.significant().skip_while(|token| !token.is_word(text, "table")).skip(1);
    behind.take(3).zip(["if", "not", "exists"]).filter(|(token, word)| token.is_word(text, word)).count() == 3
}

/// Returns the table's name by its tokens: the dotted words behind `TABLE` and `IF NOT EXISTS`.
fn name(cx: &Cx<'_>, statement: &Statement) -> Option<QName> {
    let text = cx.text();
    let mut tokens =
        statement.significant().skip_while(|token| !token.is_word(text, "table")).skip(1).peekable();
    for word in ["if", "not", "exists"] {
        tokens.next_if(|token| token.is_word(text, word));
    }
    let mut parts = Vec::new();
    while let Some(part) = tokens.next_if(|token| report::is_name(token)) {
        parts.push(Spanned::new(tree::identifier(part.text(text)), cx.fragment.span(part.start..part.end)));
        if tokens.next_if(|token| matches!(token.kind, squawk_lexer::TokenKind::Dot)).is_none() {
            break;
        }
    }
    qualified(parts)
}

/// Gives the table and its columns what is said of them beside the list.
fn describe(cx: &mut Cx<'_>, draft: &mut Draft, attached: Attached) {
    let foreign = std::mem::take(&mut cx.foreign);
    draft.table.notes = attached.statement.clone();
    for name in foreign.names {
        if let Some(column) = draft.table.columns.iter_mut().find(|column| column.name.span == name.span) {
            column.name = name;
        }
    }
    for (column, start) in draft.table.columns.iter_mut().zip(&draft.starts) {
        column.notes.extend(attached.of(*start));
    }
    // Columns by the byte at which each begins: what stands behind it is said of it.
    let owner = |at: usize| draft.starts.partition_point(|start| *start <= at).checked_sub(1);
    for range in foreign.increments {
        if let Some(column) = owner(range.start).and_then(|at| draft.table.columns.get_mut(at)) {
            column.increment = Some(cx.fragment.span(range));
        }
    }
    for (at, note) in foreign.notes {
        if let Some(column) = owner(at).and_then(|at| draft.table.columns.get_mut(at)) {
            column.notes.push(note);
        }
    }
    draft.table.notes.extend(foreign.note);
    draft.table.indexes.extend(foreign.indexes);
}

fn trimmed(place: Place<'_>, start: usize, end: usize) -> Spanned<String> {
    let text = place.text((start, end));
    let start = start + text.len() - text.trim_start().len();
    place.spanned((start, start + text.trim().len()))
}

/// Returns the byte where a statement ends, its semicolon left out.
fn extent_without_semicolon(node: Node<'_>) -> usize {
    let end = node.extent().1;
    node.token(SyntaxKind::SEMICOLON).map_or(end, |semicolon| semicolon.bounds().0)
}
