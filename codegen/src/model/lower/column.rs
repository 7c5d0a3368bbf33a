//! Columns.

use super::prose::{self, Meaning};
use super::{Cx, find_column, types};
use crate::config::DocumentedValues;
use crate::diag::Code;
use crate::model::ident::{PgIdent, literal};
use crate::model::{
    ColumnData, ColumnId, DefaultExpr, Fact, GeneratedData, IdentityData, PgType, TableId, ValuesData,
    ValuesOrigin,
};
use crate::source::decl::{ColumnDecl, DefaultDecl, DefaultKind, Prose, ProseKind};
use crate::span::Span;

const CONFLICTING_TYPE: Code = Code::new("conflicting-column-type");
const CONFLICTING_DEFAULT: Code = Code::new("conflicting-default");
const CONFLICTING_PREFIX: Code = Code::new("conflicting-prefix");
const MISSING_TYPE: Code = Code::new("column-without-type");

/// Adds a column to a table, or merges it with the one of its name.
pub(super) fn add(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl) {
    let data = lower(cx, table, decl);
    match find_column(cx.table(table), &decl.name.node) {
        Some(id) => merge(cx, table, id, data),
        None => cx.table(table).columns.push(data),
    }
}

fn lower(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl) -> ColumnData {
    let ty = column_type(cx, table, decl);
    let mut column = ColumnData {
        name: Fact::said(PgIdent::new(&decl.name.node), decl.name.span),
        was: decl.was.as_ref().map(|was| Fact::said(PgIdent::new(&was.node), was.span)),
        not_null: decl
            .nullable
            .as_ref()
            .filter(|nullable| !nullable.node)
            .map(|said| Fact::said((), said.span)),
        default: decl.default.as_ref().and_then(default),
        identity: decl.identity.as_ref().map(|identity| {
            let options = identity.options.as_ref().map(|options| options.node.clone());
            Fact::said(IdentityData { always: identity.always, options }, identity.span)
        }),
        generated: decl.generated.as_ref().map(|generated| {
            let expression = generated.expression.node.clone();
            Fact::said(GeneratedData { expression, stored: generated.stored }, generated.expression.span)
        }),
        collation: decl
            .collation
            .as_ref()
            .map(|collation| Fact::said(collation.node.clone(), collation.span)),
        values: None,
        prefix: None,
        comment: None,
        ty,
        span: decl.span,
    };
    if let Some(span) = decl.increment {
        let integer = matches!(column.ty.value.builtin_name(), Some("smallint" | "integer" | "bigint"));
        if integer && column.identity.is_none() && column.default.is_none() {
            column.identity = Some(Fact::said(IdentityData { always: false, options: None }, span));
        }
    }
    describe(cx, &mut column, &decl.notes);
    column
}

fn column_type(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl) -> Fact<PgType> {
    if let Some(ty) = &decl.ty {
        return Fact::said(types::resolve(cx, ty), ty.span);
    }
    let path = format!("{}.{}", cx.table(table).name.value.plain(), decl.name.node);
    let config = cx.config;
    let rule = config
        .inferred_types
        .iter()
        .find(|rule| rule.columns.matches(&path) || rule.columns.matches(&decl.name.node));
    if let Some(rule) = rule {
        let ty = types::resolve(cx, &rule.ty);
        let rule = format!("\"{}\" = \"{}\"", rule.columns.as_str(), rule.ty.node);
        return Fact::inferred(ty, decl.name.span, rule);
    }
    if cx.table(table).external {
        return Fact::inferred(PgType::builtin("text"), decl.name.span, "a column of an external table");
    }
    cx.sink
        .error(MISSING_TYPE, decl.name.span, format!("the document gives no type for `{path}`"))
        .help("write the type, or state a rule for such columns under `[types.inferred]` in schema.toml");
    Fact::inferred(PgType::builtin("text"), decl.name.span, "no type was given")
}

/// Returns a default as SQL; `null` is what a column has without one.
fn default(decl: &DefaultDecl) -> Option<Fact<DefaultExpr>> {
    let sql = match decl.kind {
        DefaultKind::Null => return None,
        DefaultKind::String | DefaultKind::EnumValue => literal(&decl.value),
        DefaultKind::Boolean => decl.value.to_lowercase(),
        DefaultKind::Number | DefaultKind::Expression => decl.value.clone(),
    };
    Some(Fact::said(DefaultExpr { sql, kind: decl.kind }, decl.span))
}

/// Takes what notes and comments say about a column: its prefix, its values, its description.
fn describe(cx: &mut Cx<'_>, column: &mut ColumnData, notes: &[Prose]) {
    let mut texts: Vec<(&str, String, Span)> = Vec::new();
    for note in notes {
        let Meaning { prefix, values, text } = prose::read(&note.text);
        if let Some(prefix) = prefix {
            match &mut column.prefix {
                Some(known) if known.value != prefix => {
                    let message = format!("`{prefix}` here, `{}` there", known.value);
                    let other = known.span;
                    cx.conflict(CONFLICTING_PREFIX, note.span, message, other, "the other prefix".to_owned());
                }
                Some(known) => known.again(note.span),
                None => column.prefix = Some(Fact::said(prefix, note.span)),
            }
        }
        if let Some(values) = values.filter(|_| is_text(&column.ty.value) && column.values.is_none()) {
            let origin = match cx.config.documented_values {
                DocumentedValues::Check => ValuesOrigin::DocumentedChecked,
                DocumentedValues::Document => ValuesOrigin::Documented,
            };
            column.values = Some(ValuesData { values: Fact::said(values, note.span), origin });
        }
        let kind = match note.kind {
            ProseKind::Note => "note",
            ProseKind::Comment => "comment",
        };
        if !text.is_empty() && !texts.iter().any(|(_, known, _)| *known == text) {
            texts.push((kind, text, note.span));
        }
    }
    // A note is written to be read; a comment beside it adds to it.
    texts.sort_by_key(|(kind, ..)| *kind != "note");
    if let Some((_, _, span)) = texts.first() {
        let all: Vec<&str> = texts.iter().map(|(_, text, _)| text.as_str()).collect();
        column.comment = Some(Fact::said(all.join("; "), *span));
    }
}

/// Tells whether values of a type are written as texts.
pub(super) fn is_text(ty: &PgType) -> bool {
    match ty {
        PgType::Builtin { name, .. } => matches!(*name, "text" | "varchar" | "char"),
        PgType::Extension { name, .. } => *name == "citext",
        PgType::Enum(_) | PgType::Defined(_) | PgType::Array(_) | PgType::Unknown(_) => false,
    }
}

/// Merges what two places say about a column.
fn merge(cx: &mut Cx<'_>, table: TableId, id: ColumnId, new: ColumnData) {
    let path = format!("{}.{}", cx.table(table).name.value.plain(), new.name.value.as_str());
    let Some(known) = cx.table(table).columns.get_mut(id.0) else { return };
    known.name.again(new.name.span);
    let mut conflicts = Vec::new();
    if known.ty.value == new.ty.value {
        known.ty.again(new.ty.span);
    } else if known.ty.inferred.is_some() && new.ty.inferred.is_none() {
        known.ty = new.ty;
    } else if new.ty.inferred.is_none() {
        let message = format!("`{path}` is `{}` here", new.ty.value);
        conflicts.push((
            CONFLICTING_TYPE,
            new.ty.span,
            message,
            known.ty.span,
            format!("`{}` here", known.ty.value),
        ));
    }
    match (&mut known.default, new.default) {
        (Some(a), Some(b)) if a.value == b.value => a.again(b.span),
        (Some(a), Some(b)) => {
            let message = format!("the default of `{path}` is `{}` here", b.value.sql);
            conflicts.push((CONFLICTING_DEFAULT, b.span, message, a.span, format!("`{}` here", a.value.sql)));
        }
        (slot @ None, new) => *slot = new,
        (Some(_), None) => {}
    }
    if known.not_null.is_none() {
        known.not_null = new.not_null;
    }
    known.identity = known.identity.take().or(new.identity);
    known.generated = known.generated.take().or(new.generated);
    known.collation = known.collation.take().or(new.collation);
    known.values = known.values.take().or(new.values);
    known.prefix = known.prefix.take().or(new.prefix);
    known.comment = known.comment.take().or(new.comment);
    known.was = known.was.take().or(new.was);
    for (code, span, message, other, there) in conflicts {
        cx.conflict(code, span, message, other, there);
    }
}

/// Makes a column refuse NULL, or reports that a place says it takes it.
pub(super) fn set_not_null(cx: &mut Cx<'_>, table: TableId, id: ColumnId, not_null: bool, span: Span) {
    let Some(column) = cx.table(table).columns.get_mut(id.0) else { return };
    match (&mut column.not_null, not_null) {
        (Some(known), true) => known.again(span),
        (slot @ None, true) => *slot = Some(Fact::said((), span)),
        (slot @ Some(_), false) => *slot = None,
        (None, false) => {}
    }
}

/// Sets or drops a column's default.
pub(super) fn set_default(cx: &mut Cx<'_>, table: TableId, id: ColumnId, decl: Option<&DefaultDecl>) {
    if let Some(column) = cx.table(table).columns.get_mut(id.0) {
        column.default = decl.and_then(default);
    }
}
