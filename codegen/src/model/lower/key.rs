//! Primary keys, unique constraints, checks and exclusions.

use std::cell::LazyCell;

use super::column::{self, is_text};
use super::{Cx, push};
use crate::diag::Code;
use crate::expr;
use crate::model::ident::{self, PgIdent};
use crate::model::token::{Cursor, tokens};
use crate::model::{
    CheckData, ColumnId, ExclusionData, Fact, IndexData, KeyData, PartKey, TableData, TableId, ValuesData,
    ValuesOrigin,
};
use crate::source::decl::{
    CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Ident, Language, NamedMark, TableDecl, Timing,
};
use crate::span::Span;

const TWO_PRIMARY_KEYS: Code = Code::new("two-primary-keys");
const CONFLICTING_VALUES: Code = Code::new("conflicting-values");

/// Adds the keys and checks that a table's declaration gives.
pub(super) fn table_keys(cx: &mut Cx<'_>, decl: &TableDecl) {
    let Some(id) = cx.find(&decl.name) else { return };
    let marks = decl.columns.iter().filter_map(|column| Some((&column.name, column.primary_key.as_ref()?)));
    let marks: Vec<(&Ident, &NamedMark)> = marks.collect();
    // SQL allows one mark; elsewhere several marks are the columns of one key.
    let size = if decl.language == Language::Sql { 1 } else { marks.len().max(1) };
    for marked in marks.chunks(size) {
        let names: Vec<Ident> = marked.iter().map(|(name, _)| (*name).clone()).collect();
        if let (Some((_, mark)), Some(columns)) = (marked.first(), cx.columns(id, &names)) {
            primary_key(cx, id, key(columns, mark.name.as_deref(), mark.span));
        }
    }
    if matches!(decl.language, Language::Markdown | Language::Mermaid) {
        let marks = decl.columns.iter().filter_map(|column| Some(column.unique.as_ref()?.span));
        cx.worded.extend(marks.chain(decl.constraints.iter().map(|constraint| constraint.span)));
    }
    for column in &decl.columns {
        column_keys(cx, id, column, decl.span);
    }
    for constraint in &decl.constraints {
        constraint_keys(cx, id, constraint, decl.span);
    }
    // PostgreSQL makes one index of a primary key and a unique constraint that say the same in one statement.
    if let Some(key) = cx.table(id).primary_key.clone() {
        let literal = cx.config.literal;
        cx.table(id).uniques.retain(|unique| {
            let is_one = !literal || is_within(decl.span, key.span) && is_within(decl.span, unique.span);
            !is_one || !unique.says_the_same_as(&key)
        });
    }
    for column in &decl.columns {
        column::check_nullable(cx, id, column);
    }
}

fn column_keys(cx: &mut Cx<'_>, id: TableId, decl: &ColumnDecl, statement: Span) {
    if let Some(mark) = &decl.unique
        && let Some(columns) = cx.columns(id, std::slice::from_ref(&decl.name))
    {
        unique(cx, id, key(columns, mark.name.as_deref(), mark.span), Some(statement));
    }
    for check in &decl.checks {
        let column = cx.column(id, &decl.name);
        add_check(cx, id, check, check.name.as_ref(), column, false);
    }
}

fn constraint_keys(cx: &mut Cx<'_>, id: TableId, decl: &ConstraintDecl, statement: Span) {
    let name = decl.name.as_ref();
    match &decl.kind {
        ConstraintKind::PrimaryKey { columns, include } => {
            if let (Some(columns), Some(include)) = (cx.columns(id, columns), cx.columns(id, include)) {
                let timing = decl.timing;
                primary_key(cx, id, KeyData { include, timing, ..key(columns, name, decl.span) });
            }
        }
        ConstraintKind::Unique { columns, include, nulls_not_distinct } => {
            if let (Some(columns), Some(include)) = (cx.columns(id, columns), cx.columns(id, include)) {
                let (timing, nulls_not_distinct) = (decl.timing, *nulls_not_distinct);
                unique(
                    cx,
                    id,
                    KeyData { include, timing, nulls_not_distinct, ..key(columns, name, decl.span) },
                    Some(statement),
                );
            }
        }
        ConstraintKind::Check(check) => {
            add_check(cx, id, check, check.name.as_ref().or(name), None, decl.not_valid);
        }
        ConstraintKind::Exclude(definition) => {
            let (name, timing) = (name.map(ident), decl.timing);
            let exclusion = ExclusionData { name, definition: definition.clone(), timing };
            cx.table(id).exclusions.push(exclusion);
        }
        ConstraintKind::ForeignKey(_) => {}
    }
}

/// Tells whether something is said in a statement.
fn is_within(statement: Span, span: Span) -> bool {
    statement.file == span.file && statement.start <= span.start && span.end <= statement.end
}

/// Makes a key of columns.
pub(super) fn key(columns: Vec<ColumnId>, name: Option<&Ident>, span: Span) -> KeyData {
    KeyData {
        name: name.map(ident),
        columns,
        include: Vec::new(),
        nulls_not_distinct: false,
        timing: Timing::NotDeferrable,
        span,
        also: Vec::new(),
        repeats: Vec::new(),
    }
}

/// Makes a fact of a name.
pub(super) fn ident(name: &Ident) -> Fact<PgIdent> {
    Fact::said(PgIdent::new(&name.node), name.span)
}

/// Sets a table's primary key, or merges it with the one that is there.
pub(super) fn primary_key(cx: &mut Cx<'_>, id: TableId, new: KeyData) {
    let table = cx.table(id);
    match &mut table.primary_key {
        None => table.primary_key = Some(new),
        Some(known) if known.columns == new.columns => again(known, new),
        Some(known) => {
            let (first, name) = (known.span, table.name.value.plain());
            cx.sink
                .error(TWO_PRIMARY_KEYS, new.span, format!("`{name}` has two primary keys"))
                .label(first, "the first")
                .help("make one of them a unique constraint");
        }
    }
}

/// Adds a unique constraint, or merges it with one that says the same; taken at its word, a script makes two of what two statements
/// say.
fn unique(cx: &mut Cx<'_>, id: TableId, new: KeyData, statement: Option<Span>) {
    let literal = cx.config.literal;
    let table = cx.table(id);
    let same = |known: &&mut KeyData| {
        let is_one = statement
            .is_some_and(|statement| is_within(statement, known.span) && is_within(statement, new.span));
        (!literal || is_one)
            && known.columns == new.columns
            && known.include == new.include
            && known.nulls_not_distinct == new.nulls_not_distinct
    };
    match table.uniques.iter_mut().find(same) {
        Some(known) => again(known, new),
        None => push(&mut table.uniques, new),
    }
}

/// Takes back the keys that words ask for and a named index is, as Prisma makes one of `@unique`: a fact said twice is one.
pub(super) fn said_by_indexes(cx: &mut Cx<'_>) {
    if cx.config.literal {
        return;
    }
    for at in 0..cx.schema.tables.len() {
        let id = TableId(at);
        let worded = std::mem::take(&mut cx.worded);
        let table = cx.table(id);
        let TableData { uniques, indexes, .. } = table;
        uniques.retain(|key| {
            let in_words =
                key.name.is_none() && key.also.iter().chain([&key.span]).all(|said| worded.contains(said));
            let is_key = |index: &&mut IndexData| {
                let parts = index.parts.iter().map(|part| match (&part.key, &part.options) {
                    (PartKey::Column(column), None) => Some(*column),
                    _ => None,
                });
                let plain = index.unique && index.predicate.is_none() && index.include.is_empty();
                plain && index.name.is_some() && parts.eq(key.columns.iter().copied().map(Some))
            };
            let Some(index) = indexes.iter_mut().find(is_key).filter(|_| in_words) else { return true };
            index.also.push(key.span);
            false
        });
        cx.worded = worded;
    }
}

/// Makes keys of the indexes that `ADD CONSTRAINT … USING INDEX` names: the index takes the constraint's name and is part of it.
pub(super) fn made_of_indexes(cx: &mut Cx<'_>) {
    for at in 0..cx.schema.tables.len() {
        let id = TableId(at);
        for action in std::mem::take(&mut cx.table(id).alterations) {
            let made = UsingIndex::read(&action.node).and_then(|using| {
                let table = cx.table(id);
                let of =
                    |index: &IndexData| index.name.as_ref().is_some_and(|name| name.value == using.index);
                let index = table.indexes.iter().position(of)?;
                let columns = table.indexes.get(index)?.parts.iter().map(|part| match part.key {
                    PartKey::Column(column) => Some(column),
                    PartKey::Expression(_) => None,
                });
                let columns = columns.collect::<Option<Vec<_>>>()?;
                let index = table.indexes.remove(index);
                let name = Some(Fact::said(using.name.clone(), action.span));
                let (include, nulls_not_distinct) = (index.include, index.nulls_not_distinct);
                let (timing, span) = (using.timing, action.span);
                let key = KeyData {
                    name,
                    columns,
                    include,
                    nulls_not_distinct,
                    timing,
                    span,
                    also: vec![index.span],
                    repeats: Vec::new(),
                };
                Some((using.primary, key))
            });
            match made {
                Some((true, key)) => primary_key(cx, id, key),
                Some((false, key)) => unique(cx, id, key, None),
                None => cx.table(id).alterations.push(action),
            }
        }
    }
}

/// `ADD CONSTRAINT … USING INDEX`; without a name the constraint has that of the index.
pub(super) struct UsingIndex {
    pub(super) name: PgIdent,
    primary: bool,
    pub(super) index: PgIdent,
    timing: Timing,
}

impl UsingIndex {
    pub(super) fn read(action: &str) -> Option<Self> {
        let tokens = tokens(action);
        let mut cursor = Cursor::new(action, &tokens);
        let named = if cursor.eat("add constraint") { Some(cursor.ident()?) } else { None };
        if named.is_none() && !cursor.eat("add") {
            return None;
        }
        let primary = cursor.eat_any(&[("primary key", true), ("unique", false)])?;
        if !cursor.eat("using index") {
            return None;
        }
        let index = cursor.ident()?;
        let name = named.unwrap_or_else(|| index.clone());
        let timing = if cursor.eat("not deferrable") || cursor.is_done() {
            Timing::NotDeferrable
        } else {
            _ = cursor.eat("deferrable");
            match cursor.eat("initially deferred") {
                true => Timing::InitiallyDeferred,
                false => Timing::InitiallyImmediate,
            }
        };
        Some(Self { name, primary, index, timing })
    }
}

/// Notes that a key was said again.
fn again(known: &mut KeyData, new: KeyData) {
    if known.span != new.span && !known.also.contains(&new.span) {
        known.also.push(new.span);
    }
    known.name = known.name.take().or(new.name);
}

fn add_check(
    cx: &mut Cx<'_>,
    id: TableId,
    decl: &CheckDecl,
    name: Option<&Ident>,
    column: Option<ColumnId>,
    not_valid: bool,
) {
    let text = &decl.expression.node;
    let parsed = LazyCell::new(|| expr::parse(text));
    let compared = expr::compared(text).filter(|name| ident::is_plain(name));
    let list = if compared.is_some() { None } else { parsed.as_ref().and_then(expr::Expr::in_list) };
    let listed = list.as_ref().and_then(|(column, _)| super::find_column(cx.table(id), column));
    let only = match compared {
        Some(name) => super::find_column(cx.table(id), name),
        None => parsed.as_ref().and_then(|parsed| match parsed.columns().as_slice() {
            [one] => super::find_column(cx.table(id), one),
            _ => None,
        }),
    };
    let sql = expr::unwrap(text);
    // A database keeps two constraints of one meaning.
    let literal = cx.config.literal;
    let same = |known: &&mut CheckData| {
        // A script gets as many constraints as it makes, however alike they are.
        let named = match (known.name.as_ref(), name) {
            (Some(known), Some(name)) => known.value.as_str() == name.node,
            _ => !literal,
        };
        let alike = known.expression.value == sql
            || !literal
                && parsed.as_ref().is_some_and(|parsed| {
                    expr::parse(&known.expression.value).is_some_and(|known| known.is_same(parsed))
                });
        named && alike && known.not_valid == not_valid
    };
    if let Some(known) = cx.table(id).checks.iter_mut().find(same) {
        known.expression.again(decl.expression.span);
        known.name = known.name.take().or(name.map(ident));
        return;
    }
    let check = CheckData {
        name: name.map(ident),
        expression: Fact::said(sql.to_owned(), decl.expression.span),
        column: if compared.is_some() || parsed.is_some() { only } else { column },
        no_inherit: decl.no_inherit,
        not_valid,
    };
    push(&mut cx.table(id).checks, check);
    if let (Some(column), Some((_, values))) = (listed, list) {
        check_values(cx, id, column, values, decl.expression.span);
    }
}

/// Notes the values that a check allows; a comment that lists others is a conflict.
fn check_values(cx: &mut Cx<'_>, id: TableId, column: ColumnId, values: Vec<String>, span: Span) {
    let table = cx.table(id).name.value.plain();
    let Some(data) = cx.table(id).columns.get_mut(column.0) else { return };
    if !is_text(&data.ty.value) {
        return;
    }
    let path = format!("{table}.{}", data.name.value.as_str());
    let documented = data.values.take();
    let checked = ValuesData { values: Fact::said(values.clone(), span), origin: ValuesOrigin::Check };
    data.values = Some(Box::new(checked));
    let Some(documented) = documented else { return };
    let mut sorted = (values, documented.values.value);
    sorted.0.sort();
    sorted.1.sort();
    if sorted.0 != sorted.1 {
        let message = format!("the check allows other values for `{path}` than its description lists");
        let other = documented.values.span;
        cx.conflict(CONFLICTING_VALUES, span, message, other, format!("lists {}", sorted.1.join(", ")));
    } else if let Some(data) = cx.table(id).columns.get_mut(column.0)
        && let Some(values) = &mut data.values
    {
        values.values.again(documented.values.span);
    }
}
