//! Columns.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::{self, Meaning};
use super::{Cx, find_column, foreign, types};
use crate::config::DocumentedValues;
use crate::diag::{Code, Diagnostic, Severity, did_you_mean};
use crate::model::ident::{PgIdent, literal};
use crate::model::{
    ColumnData, ColumnId, DefaultExpr, EnumData, Fact, GeneratedData, IdentityData, PgType, TableId,
    ValuesData, ValuesOrigin,
};
use crate::source::decl::{ColumnDecl, DefaultDecl, DefaultKind, Language, Prose, ProseKind};
use crate::span::Span;

const CONFLICTING_TYPE: Code = Code::new("conflicting-column-type");
const CONFLICTING_DEFAULT: Code = Code::new("conflicting-default");
const CONFLICTING_PREFIX: Code = Code::new("conflicting-prefix");
const CONFLICTING_COLUMN: Code = Code::new("conflicting-column");
const CONFLICTING_NULL: Code = Code::new("conflicting-nullability");
const CONFLICTING_VALUES: Code = Code::new("conflicting-values");
const INCREMENT: Code = Code::new("increment-not-integer");
const UNKNOWN_LABEL: Code = Code::new("unknown-enum-value");
/// Why a column is a text where nothing says so.
pub(super) const NO_TYPE: &str = "no type was given";

pub(super) const MISSING_TYPE: Code = Code::new("column-without-type");

/// Adds a column to a table, or merges it with the one of its name; `known` are the table's columns by their names.
pub(super) fn add(
    cx: &mut Cx<'_>,
    table: TableId,
    decl: &ColumnDecl,
    language: Language,
    known: &mut BTreeMap<PgIdent, ColumnId>,
) {
    let data = lower(cx, table, decl, language);
    let next = ColumnId(cx.table(table).columns.len());
    let id = *known.entry(data.name.value.clone()).or_insert(next);
    if id == next {
        cx.table(table).columns.push(data);
    } else {
        merge(cx, table, id, data);
    }
}

fn lower(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl, language: Language) -> ColumnData {
    let ty = column_type(cx, table, decl, language);
    let mut column = ColumnData {
        name: Fact::said(PgIdent::new(&decl.name.node), decl.name.span),
        was: decl.was.as_ref().map(|was| Box::new(Fact::said(PgIdent::new(&was.node), was.span))),
        inherited: false,
        repeats_default: false,
        not_null: decl
            .nullable
            .as_ref()
            .filter(|nullable| !nullable.node)
            .map(|said| Fact::said((), said.span)),
        default: decl.default.as_ref().and_then(|default| {
            if let Some(ours) = foreign::default(cx, default, &ty.value, language) {
                return ours;
            }
            let default = self::default(cx, default, &ty.value)?;
            Some(by_rule(default.value, default.span, decl))
        }),
        identity: decl.identity.as_ref().map(|identity| {
            let options = identity.options.as_ref().map(|options| options.node.clone());
            Box::new(Fact::said(IdentityData { always: identity.always, options }, identity.span))
        }),
        generated: decl.generated.as_ref().map(|generated| {
            let expression = generated.expression.node.clone();
            let data = GeneratedData { expression, stored: generated.stored };
            Box::new(Fact::said(data, generated.expression.span))
        }),
        collation: decl
            .collation
            .as_ref()
            .map(|collation| Box::new(Fact::said(collation.node.clone(), collation.span))),
        values: None,
        prefix: None,
        comment: None,
        ty,
        span: decl.span,
    };
    if let Some(span) = decl.increment {
        let integer = matches!(column.ty.value.builtin_name(), Some("smallint" | "integer" | "bigint"));
        if integer && column.identity.is_none() && column.default.is_none() {
            let identity = IdentityData { always: false, options: None };
            column.identity = Some(Box::new(Fact::said(identity, span)));
        } else if !integer && !is_serial(&column.ty.value) && !is_unknown(&column.ty.value) {
            let ty = &column.ty.value;
            let in_words = matches!(language, Language::Markdown | Language::Mermaid);
            match ty.builtin_name() {
                // "uuid, auto": the database makes it, as it would a number.
                Some("uuid") if in_words => {
                    let made =
                        DefaultExpr { sql: "gen_random_uuid()".to_owned(), kind: DefaultKind::Expression };
                    column.default.get_or_insert(Fact::inferred(made, span, "a uuid that makes itself"));
                }
                _ if in_words && column.default.is_some() => {}
                _ => {
                    let message = format!("`{}` cannot count up: it is `{ty}`", decl.name.node);
                    // Words mean by it as well that the program makes the value.
                    let severity = if in_words { Severity::Warning } else { Severity::Error };
                    cx.sink
                        .report(Diagnostic::new(INCREMENT, severity, span, message))
                        .help("give it an integer type, or a default instead");
                }
            }
        }
    }
    if column.not_null.is_none() && is_serial(&column.ty.value) {
        column.not_null = Some(Fact::inferred((), column.ty.span, "a serial column refuses NULL"));
    }
    describe(cx, &mut column, &decl.notes, language);
    column
}

/// Tells whether a type is one that was reported already.
fn is_unknown(ty: &PgType) -> bool {
    matches!(ty.element(), PgType::Unknown(_))
}

fn is_serial(ty: &PgType) -> bool {
    matches!(ty.builtin_name(), Some("smallserial" | "serial" | "bigserial"))
}

/// Makes a fact of a column, marked as inferred where all of the column's facts are.
fn by_rule<T>(value: T, span: Span, decl: &ColumnDecl) -> Fact<T> {
    match &decl.inferred {
        Some(rule) => Fact::inferred(value, span, rule),
        None => Fact::said(value, span),
    }
}

fn column_type(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl, language: Language) -> Fact<PgType> {
    if let Some(ty) = &decl.ty {
        // A script that runs has PostgreSQL's types and none else.
        let in_words = matches!(language, Language::Markdown | Language::Mermaid);
        if in_words || !(cx.config.literal || language == Language::Prisma) {
            let mut found = types::resolve_of_others(cx, ty);
            if let Some(rule) = &decl.inferred {
                found.infer(rule);
            }
            return found;
        }
        let resolved = types::resolve(cx, ty);
        return by_rule(resolved, ty.span, decl);
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
    if decl.increment.is_some() {
        return Fact::inferred(PgType::builtin("bigint"), decl.name.span, "it counts up");
    }
    cx.sink
        .error(MISSING_TYPE, decl.name.span, format!("the document gives no type for `{path}`"))
        .help("write the type, or state a rule for such columns under `[types.inferred]` in schema.toml");
    Fact::inferred(PgType::builtin("text"), decl.name.span, NO_TYPE)
}

/// Takes back that a column has no type where another part of the documents says it.
pub(super) fn still_untyped(cx: &mut Cx<'_>) {
    if !cx.sink.diagnostics().iter().any(|found| found.code == MISSING_TYPE) {
        return;
    }
    let columns = cx.schema.tables().flat_map(|table| table.columns());
    let open = columns.filter(|column| column.data.ty.rule() == Some(NO_TYPE));
    let open: BTreeSet<String> = open.map(|column| column.path()).collect();
    let is_open =
        |found: &Diagnostic| found.message.split('`').nth(1).is_some_and(|path| open.contains(path));
    cx.sink.revise(|found| (found.code != MISSING_TYPE || is_open(&found)).then_some(found));
}

/// Returns a default as SQL; `null` is what a column has without one.
fn default(cx: &mut Cx<'_>, decl: &DefaultDecl, ty: &PgType) -> Option<Fact<DefaultExpr>> {
    if decl.kind == DefaultKind::Null && !(cx.config.literal && is_kept_null(ty)) {
        return None;
    }
    let sql = value(cx, decl, ty);
    let mut sql = counted(&sql).unwrap_or(sql);
    // As PostgreSQL keeps it.
    if cx.config.literal && sql.starts_with("nextval('") && sql.ends_with("')") {
        sql.insert_str(sql.len() - 1, "::regclass");
    }
    Some(Fact::said(DefaultExpr { sql, kind: decl.kind }, decl.span))
}

/// Tells whether PostgreSQL keeps the default `NULL` of a type: where the value has to pass through the type's length or a domain, it
/// is no plain constant.
fn is_kept_null(ty: &PgType) -> bool {
    match ty.element() {
        PgType::Builtin { name, args, .. } => *name != "interval" && !args.is_empty(),
        PgType::Defined(_) => true,
        _ => false,
    }
}

/// Writes `nextval('public.orders_id_seq')` without the schema that is never written.
fn counted(sql: &str) -> Option<String> {
    let (call, rest) = sql.split_at_checked("nextval(".len())?;
    let rest = rest.strip_prefix("'public.").filter(|_| call.eq_ignore_ascii_case("nextval("))?;
    Some(format!("nextval('{rest}"))
}

/// Writes a value as SQL; one that is no label of the column's enumerated type is reported.
pub(super) fn value(cx: &mut Cx<'_>, decl: &DefaultDecl, ty: &PgType) -> String {
    match decl.kind {
        DefaultKind::Null => "NULL".to_owned(),
        DefaultKind::String => literal(&label(cx, &decl.value, decl.span, ty)),
        DefaultKind::EnumValue => {
            let last = decl.value.rsplit('.').next().unwrap_or(&decl.value);
            let known = cx.schema.enum_of(ty).is_some_and(|data| has_label(data, &decl.value));
            // DBML writes a label behind the name of its type: `order_state.open`.
            let written = if known { &decl.value } else { last };
            literal(&label(cx, written, decl.span, ty))
        }
        DefaultKind::Boolean => decl.value.to_lowercase(),
        DefaultKind::Number | DefaultKind::Expression => decl.value.trim().to_owned(),
    }
}

fn has_label(data: &EnumData, text: &str) -> bool {
    data.labels.iter().any(|label| label.label.value == text)
}

fn label(cx: &mut Cx<'_>, text: &str, span: Span, ty: &PgType) -> String {
    // The text of an array holds several labels.
    if let (PgType::Enum(_), Some(data)) = (ty, cx.schema.enum_of(ty))
        && !has_label(data, text)
    {
        let labels: Vec<&str> = data.labels.iter().map(|label| label.label.value.as_str()).collect();
        let listed: Vec<String> = labels.iter().take(LISTED).map(|label| format!("`{label}`")).collect();
        let more = labels.len().saturating_sub(LISTED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let name = data.name.value.plain();
        let hint = if cx.sink.may_suggest() { did_you_mean(text, labels) } else { String::new() };
        cx.sink
            .error(UNKNOWN_LABEL, span, format!("`{text}` is no label of `{name}`"))
            .help(hint)
            .help(format!("it has {}{more}", listed.join(", ")));
    }
    text.to_owned()
}

/// How many labels of a type are listed in a message.
const LISTED: usize = 20;

/// Takes what notes and comments say about a column: its prefix, its values, its description.
fn describe(cx: &mut Cx<'_>, column: &mut ColumnData, notes: &[Prose], language: Language) {
    let mut texts: Vec<(ProseKind, String, Span)> = Vec::new();
    for note in notes {
        // Taken at its word, a description is to be read and means nothing else.
        let text = if cx.config.literal { note.text.clone() } else { understand(cx, column, note, language) };
        if !text.is_empty() && !texts.iter().any(|(_, known, _)| *known == text) {
            texts.push((note.kind, text, note.span));
        }
    }
    // A note is written to be read; a comment beside it adds to it.
    texts.sort_by_key(|(kind, ..)| *kind != ProseKind::Note);
    if let Some((_, _, span)) = texts.first() {
        let mut joined = String::new();
        for (_, text, _) in &texts {
            // A sentence that has ended is followed by the next; anything else goes on.
            let joint = if joined.is_empty() {
                ""
            } else if joined.ends_with(['.', '!', '?']) {
                " "
            } else {
                "; "
            };
            joined.push_str(joint);
            joined.push_str(text);
        }
        column.comment = Some(Fact::said(joined, *span));
    }
}

/// Takes a prefix and a list of values out of a piece of prose, and returns what is to be read.
pub(super) fn understand(
    cx: &mut Cx<'_>,
    column: &mut ColumnData,
    note: &Prose,
    language: Language,
) -> String {
    let Meaning { prefix, values, text } = prose::read(&note.text);
    if let Some(prefix) = prefix {
        merge_prefix(cx, column, Fact::said(prefix, note.span));
    }
    if let Some(values) = values.filter(|_| is_text(&column.ty.value)) {
        // What Prisma's own migrations make has no such constraint.
        let unsaid =
            if language == Language::Prisma { DocumentedValues::Document } else { DocumentedValues::Check };
        let origin = match cx.config.documented_values.unwrap_or(unsaid) {
            DocumentedValues::Check => ValuesOrigin::DocumentedChecked,
            DocumentedValues::Document => ValuesOrigin::Documented,
        };
        merge_values(cx, column, ValuesData { values: Fact::said(values, note.span), origin });
    }
    text
}

fn merge_prefix(cx: &mut Cx<'_>, column: &mut ColumnData, new: Fact<String>) {
    match &mut column.prefix {
        Some(known) if known.value != new.value => {
            let message = format!("`{}` here, `{}` there", new.value, known.value);
            let other = known.span;
            cx.conflict(CONFLICTING_PREFIX, new.span, message, other, "the other prefix".to_owned());
        }
        Some(known) => known.again(new.span),
        slot @ None => *slot = Some(Box::new(new)),
    }
}

fn merge_values(cx: &mut Cx<'_>, column: &mut ColumnData, new: ValuesData) {
    let sorted = |values: &[String]| {
        let mut sorted = values.to_vec();
        sorted.sort();
        sorted
    };
    match &mut column.values {
        Some(known) if sorted(&known.values.value) != sorted(&new.values.value) => {
            let message = format!("`{}` holds other values here", column.name.value.as_str());
            let (other, there) = (known.values.span, format!("{} here", known.values.value.join(", ")));
            cx.conflict(CONFLICTING_VALUES, new.values.span, message, other, there);
        }
        Some(known) => known.values.again(new.values.span),
        slot @ None => *slot = Some(Box::new(new)),
    }
}

/// Tells whether values of a type are written as texts.
pub(super) fn is_text(ty: &PgType) -> bool {
    match ty {
        PgType::Builtin { name, .. } => matches!(*name, "text" | "varchar" | "char" | "bpchar"),
        PgType::Extension { name, .. } => *name == "citext",
        // Programs and other databases call a text by names of their own: `String(20)`, `nvarchar(10)`.
        PgType::Unknown(written) => {
            let word = written.split('(').next().unwrap_or_default().trim().to_lowercase();
            ["string", "str", "nvarchar", "varchar2", "nvarchar2", "tinytext"].contains(&word.as_str())
        }
        PgType::Enum(_) | PgType::Defined(_) | PgType::Array(_) => false,
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
    } else if (known.ty.rule().is_some() && new.ty.rule().is_none()) || is_unknown(&known.ty.value) {
        known.ty = new.ty;
    } else if new.ty.rule().is_none() && !is_unknown(&new.ty.value) {
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
    match (&mut known.not_null, new.not_null) {
        (Some(a), Some(b)) => a.again(b.span),
        (slot @ None, new) => *slot = new,
        (Some(_), None) => {}
    }
    conflicts.extend(merge_fact(&mut known.identity, new.identity, &path, "counts"));
    conflicts.extend(merge_fact(&mut known.generated, new.generated, &path, "is generated"));
    conflicts.extend(merge_fact(&mut known.collation, new.collation, &path, "is collated"));
    conflicts.extend(merge_fact(&mut known.was, new.was, &path, "was named"));
    join_comment(&mut known.comment, new.comment);
    for (code, span, message, other, there) in conflicts {
        cx.conflict(code, span, message, other, there);
    }
    if new.prefix.is_none() && new.values.is_none() {
        return;
    }
    // Taken out, because a conflict between them is reported through the whole context.
    let Some(known) = cx.table(table).columns.get_mut(id.0) else { return };
    let mut known = known.clone();
    if let Some(prefix) = new.prefix {
        merge_prefix(cx, &mut known, *prefix);
    }
    if let Some(values) = new.values {
        merge_values(cx, &mut known, *values);
    }
    if let Some(slot) = cx.table(table).columns.get_mut(id.0) {
        *slot = known;
    }
}

type Conflict = (Code, Span, String, Span, String);

/// Merges a fact with the one that is known; returns the conflict where they differ.
fn merge_fact<T: PartialEq>(
    slot: &mut Option<Box<Fact<T>>>,
    new: Option<Box<Fact<T>>>,
    path: &str,
    does: &str,
) -> Option<Conflict> {
    match (slot, new) {
        (_, None) => None,
        (Some(known), Some(new)) if known.value == new.value => {
            known.again(new.span);
            None
        }
        (Some(known), Some(new)) => {
            let message = format!("`{path}` {does} in another way here");
            Some((CONFLICTING_COLUMN, new.span, message, known.span, "than here".to_owned()))
        }
        (slot, new) => {
            *slot = new;
            None
        }
    }
}

/// Adds to a description what another place says; the same words twice are one fact.
pub(super) fn join_comment(comment: &mut Option<Fact<String>>, new: Option<Fact<String>>) {
    match (comment, new) {
        (_, None) => {}
        (Some(known), Some(new)) => {
            if !known.value.contains(&new.value) {
                known.value = format!("{}\n{}", known.value, new.value);
            }
            known.again(new.span);
        }
        (slot, new) => *slot = new,
    }
}

/// Reports columns that a declaration lets take NULL although another place, or the primary key, refuses it.
pub(super) fn check_nullable(cx: &mut Cx<'_>, table: TableId, decl: &ColumnDecl) {
    let Some(nullable) = decl.nullable.as_ref().filter(|nullable| nullable.node) else { return };
    let Some(id) = find_column(cx.table(table), &decl.name.node) else { return };
    let column = cx.schema.table(table).column(id);
    let path = column.path();
    let refused = match (&column.data.not_null, column.table.primary_key()) {
        (Some(said), _) => Some((said.span, "NULL is refused here")),
        (None, Some(key)) if column.in_primary_key() => Some((key.span, "a primary key refuses NULL")),
        _ => None,
    };
    if let Some((other, there)) = refused {
        let message = format!("`{path}` may be NULL here and not elsewhere");
        cx.conflict(CONFLICTING_NULL, nullable.span, message, other, there.to_owned());
    }
}
