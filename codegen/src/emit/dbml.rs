//! DBML from a schema, and what DBML has no words for.

use std::fmt::Write as _;

use crate::model::{
    Column, ForeignKeyData, IndexData, KeyData, PartKey, PgType, QualifiedName, Schema, Table,
};
use crate::source::decl::{DefaultKind, RefAction, Timing};
use crate::span::Span;

/// A schema as DBML.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The text, in the one layout.
    pub text: String,
    /// What the text does not say, in the order of the schema.
    pub unsaid: Vec<Unsaid>,
}

/// Something that DBML has no words for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// Where the schema says it.
    pub span: Span,
    /// What it is: `` the predicate of an index of `users` ``.
    pub what: String,
}

/// Writes a schema as DBML.
pub fn document(schema: &Schema) -> Document {
    let mut writer = Writer { schema, document: Document::default() };
    writer.write();
    writer.document.text = crate::source::dbml::format(&writer.document.text);
    writer.document
}

struct Writer<'a> {
    schema: &'a Schema,
    document: Document,
}

impl Writer<'_> {
    fn unsaid(&mut self, span: Span, what: impl Into<String>) {
        self.document.unsaid.push(Unsaid { span, what: what.into() });
    }

    fn line(&mut self, text: &str) {
        self.document.text.push_str(text);
        self.document.text.push('\n');
    }

    fn write(&mut self) {
        let schema = self.schema;
        for namespace in &schema.namespaces {
            let named = |name: &QualifiedName| name.schema.as_ref() == Some(&namespace.value);
            let is_used = schema.own_tables().any(|table| named(table.name()))
                || schema.enums.iter().any(|data| named(&data.name.value));
            if !is_used {
                self.unsaid(namespace.span, format!("the schema `{}`", namespace.value.as_str()));
            }
        }
        for extension in &schema.extensions {
            let of_type = |column: Column<'_>| column.ty().extension() == Some(extension.value.as_str());
            if !schema.own_tables().flat_map(Table::columns).any(of_type) {
                self.unsaid(extension.span, format!("the extension `{}`", extension.value));
            }
        }
        for data in &schema.enums {
            self.line(&format!("Enum {} {{", name(&data.name.value)));
            for label in &data.labels {
                let note = label
                    .comment
                    .as_ref()
                    .map(|it| format!(" [note: {}]", text(&it.value)))
                    .unwrap_or_default();
                self.line(&format!("{}{note}", quoted(&label.label.value)));
            }
            self.line("}");
            if let Some(comment) = &data.comment {
                self.unsaid(
                    comment.span,
                    format!("the description of the enum `{}`", data.name.value.plain()),
                );
            }
        }
        for table in schema.own_tables() {
            self.table(table);
        }
        for table in schema.own_tables() {
            for key in table.data.foreign_keys.iter().filter(|key| key.enforced) {
                self.reference(table, key);
            }
        }
        for (at, module) in schema.modules.iter().enumerate() {
            let members = schema.own_tables().filter(|table| table.data.module.is_some_and(|id| id.0 == at));
            let members: Vec<String> = members.map(|table| name(table.name())).collect();
            if !members.is_empty() {
                let note = module
                    .comment
                    .as_ref()
                    .map(|it| format!(" [note: {}]", text(&it.value)))
                    .unwrap_or_default();
                self.line(&format!(
                    "TableGroup {}{note} {{\n{}\n}}",
                    quoted(&module.name.value),
                    members.join("\n")
                ));
            }
        }
        for data in &schema.verbatim {
            let named = data.creates.as_ref().map(|name| format!(" `{}`", name.plain())).unwrap_or_default();
            self.unsaid(data.text.span, format!("a {} statement{named}", data.kind));
        }
        for seed in &schema.seeds {
            let table = schema.table(seed.table).name().plain();
            self.unsaid(seed.span, format!("{} rows of `{table}`", seed.rows.len()));
        }
    }

    fn table(&mut self, table: Table<'_>) {
        let data = table.data;
        self.line(&format!("Table {} {{", name(table.name())));
        for column in table.columns() {
            self.column(table, column);
        }
        if let Some(comment) = &data.comment {
            self.line(&format!("\nNote: {}", text(&comment.value)));
        }
        self.indexes(table);
        if !data.checks.is_empty() {
            self.line("\nchecks {");
            for check in &data.checks {
                if check.expression.value.contains('`') || check.no_inherit || check.not_valid {
                    self.unsaid(
                        check.expression.span,
                        format!("how a check of `{}` is held", table.name().plain()),
                    );
                }
                let named = check
                    .name
                    .as_ref()
                    .map(|it| format!(" [name: {}]", text(it.value.as_str())))
                    .unwrap_or_default();
                self.line(&format!("{}{named}", expression(&check.expression.value)));
            }
            self.line("}");
        }
        self.line("}");
        let (of, span) = (table.name().plain(), data.span);
        for exclusion in &data.exclusions {
            self.unsaid(exclusion.definition.span, format!("an exclusion constraint of `{of}`"));
        }
        for said in data.tail.iter().chain(&data.alterations) {
            self.unsaid(said.span, format!("`{}` of `{of}`", said.node));
        }
        if let Some(was) = &data.was {
            self.unsaid(was.span, format!("that `{of}` was `{}`", was.value.plain()));
        }
        if data.columns.is_empty() {
            self.unsaid(span, format!("that `{of}` has no columns"));
        }
    }

    fn column(&mut self, table: Table<'_>, column: Column<'_>) {
        let data = column.data;
        let mut settings = Vec::new();
        let key = table.data.primary_key.as_ref();
        let is_primary = key.is_some_and(|key| key.columns.as_slice() == [column.id] && is_plain(key));
        if is_primary {
            settings.push("pk".to_owned());
        }
        let is_unique = |key: &KeyData| key.columns.as_slice() == [column.id] && is_plain(key);
        if table.data.uniques.iter().any(is_unique) {
            settings.push("unique".to_owned());
        }
        // A key says it by itself.
        if data.not_null.is_some() && !is_primary {
            settings.push("not null".to_owned());
        }
        let path = column.path();
        if let Some(identity) = &data.identity {
            if identity.value.always || identity.value.options.is_some() {
                self.unsaid(identity.span, format!("how the identity of `{path}` is made"));
            }
            settings.push("increment".to_owned());
        }
        if let Some(default) = &data.default {
            let sql = &default.value.sql;
            if sql.contains('`') {
                self.unsaid(default.span, format!("the default of `{path}`"));
            } else {
                settings.push(format!("default: {}", self::default(sql, default.value.kind)));
            }
        }
        if let Some(comment) = &data.comment {
            settings.push(format!("note: {}", text(&comment.value)));
        }
        if let Some(generated) = &data.generated {
            self.unsaid(generated.span, format!("the generation expression of `{path}`"));
        }
        if let Some(collation) = &data.collation {
            self.unsaid(collation.span, format!("the collation of `{path}`"));
        }
        if let Some(was) = &data.was {
            self.unsaid(was.span, format!("that `{path}` was `{}`", was.value.as_str()));
        }
        let settings =
            if settings.is_empty() { String::new() } else { format!(" [{}]", settings.join(", ")) };
        self.line(&format!("{} {}{settings}", quoted(column.name()), ty(column.ty())));
    }

    fn indexes(&mut self, table: Table<'_>) {
        let data = table.data;
        let columns = |key: &KeyData| -> Vec<String> {
            table.column_names(&key.columns).into_iter().map(quoted).collect()
        };
        let mut lines = Vec::new();
        let keys = data
            .primary_key
            .iter()
            .map(|key| (key, "pk"))
            .chain(data.uniques.iter().map(|key| (key, "unique")));
        for (key, word) in keys {
            if key.columns.len() == 1 && is_plain(key) {
                continue;
            }
            let named = key
                .name
                .as_ref()
                .map(|it| format!(", name: {}", text(it.value.as_str())))
                .unwrap_or_default();
            lines.push(format!("({}) [{word}{named}]", columns(key).join(", ")));
            if word == "unique" {
                self.unsaid(
                    key.span,
                    format!("that the unique index of `{}` is a constraint", table.name().plain()),
                );
            } else if !key.include.is_empty() || key.timing != Timing::NotDeferrable {
                self.unsaid(key.span, format!("how the primary key of `{}` is held", table.name().plain()));
            }
        }
        for index in &data.indexes {
            lines.extend(self.index(table, index));
        }
        if !lines.is_empty() {
            self.line(&format!("\nindexes {{\n{}\n}}", lines.join("\n")));
        }
    }

    fn index(&mut self, table: Table<'_>, index: &IndexData) -> Option<String> {
        let of = table.name().plain();
        let named = index
            .name
            .as_ref()
            .map_or_else(|| "an index".to_owned(), |name| format!("the index `{}`", name.value.as_str()));
        let mut parts = Vec::new();
        for part in &index.parts {
            match &part.key {
                PartKey::Column(column) => parts.push(quoted(table.column(*column).name())),
                PartKey::Expression(sql) if sql.contains('`') => {
                    self.unsaid(index.span, format!("{named} of `{of}`"));
                    return None;
                }
                PartKey::Expression(sql) => parts.push(expression(sql)),
            }
        }
        let special = index.predicate.is_some()
            || index.storage.is_some()
            || !index.include.is_empty()
            || index.nulls_not_distinct
            || index.parts.iter().any(|part| part.options.is_some());
        if special {
            self.unsaid(index.span, format!("what {named} of `{of}` holds beside its parts"));
        }
        let mut settings = Vec::new();
        if index.unique {
            settings.push("unique".to_owned());
        }
        if let Some(name) = &index.name {
            settings.push(format!("name: {}", text(name.value.as_str())));
        }
        match index.method.as_deref() {
            Some(method @ ("btree" | "hash")) => settings.push(format!("type: {method}")),
            Some(method) => self.unsaid(index.span, format!("the method `{method}` of {named} of `{of}`")),
            None => {}
        }
        if let Some(comment) = &index.comment {
            settings.push(format!("note: {}", text(&comment.value)));
        }
        let settings =
            if settings.is_empty() { String::new() } else { format!(" [{}]", settings.join(", ")) };
        Some(format!("({}){settings}", parts.join(", ")))
    }

    fn reference(&mut self, table: Table<'_>, key: &ForeignKeyData) {
        let referenced = table.schema.table(key.referenced);
        let end = |table: Table<'_>, columns: Vec<&str>| {
            let columns: Vec<String> = columns.into_iter().map(quoted).collect();
            match columns.as_slice() {
                [one] => format!("{}.{one}", name(table.name())),
                many => format!("{}.({})", name(table.name()), many.join(", ")),
            }
        };
        let from = end(table, table.column_names(&key.columns));
        let to = end(referenced, referenced.column_names(&key.referenced_columns));
        let mut settings = Vec::new();
        let mut partial = false;
        for (word, action) in [("delete", &key.on_delete), ("update", &key.on_update)] {
            if let Some(action) = action {
                let (said, whole) = match &action.value {
                    RefAction::NoAction => ("no action", true),
                    RefAction::Restrict => ("restrict", true),
                    RefAction::Cascade => ("cascade", true),
                    RefAction::SetNull(columns) => ("set null", columns.is_empty()),
                    RefAction::SetDefault(columns) => ("set default", columns.is_empty()),
                };
                partial |= !whole;
                settings.push(format!("{word}: {said}"));
            }
        }
        if partial || key.match_full || key.timing != Timing::NotDeferrable || key.not_valid {
            self.unsaid(key.span, format!("how a foreign key of `{}` is held", table.name().plain()));
        }
        if let Some(comment) = &key.comment {
            self.unsaid(
                comment.span,
                format!("the description of a foreign key of `{}`", table.name().plain()),
            );
        }
        let named = key.name.as_ref().map(|it| format!(" {}", quoted(it.value.as_str()))).unwrap_or_default();
        let settings =
            if settings.is_empty() { String::new() } else { format!(" [{}]", settings.join(", ")) };
        self.line(&format!("Ref{named}: {from} > {to}{settings}"));
    }
}

/// Tells whether a key says nothing that a word on its column would not.
fn is_plain(key: &KeyData) -> bool {
    key.name.is_none()
        && key.include.is_empty()
        && !key.nulls_not_distinct
        && key.timing == Timing::NotDeferrable
}

/// Words that begin something else inside a table or at the beginning of an element.
const WORDS: &[&str] = &[
    "as",
    "checks",
    "dep",
    "diagramview",
    "enum",
    "indexes",
    "metadata",
    "note",
    "null",
    "project",
    "records",
    "ref",
    "reuse",
    "table",
    "tablegroup",
    "tablepartial",
    "true",
    "false",
    "use",
];

/// Writes a name, in quotes where it needs them.
fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&name.to_ascii_lowercase().as_str());
    if plain { name.to_owned() } else { format!("\"{}\"", escaped(name, '"')) }
}

fn name(name: &QualifiedName) -> String {
    let own = quoted(name.name.as_str());
    name.schema.as_ref().map_or(own.clone(), |schema| format!("{}.{own}", quoted(schema.as_str())))
}

fn escaped(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => _ = write!(out, "\\{c}"),
            c => out.push(c),
        }
    }
    out
}

/// Writes a text; one of several lines as such where its lines begin with no white space that would be taken off.
fn text(text: &str) -> String {
    let flush = text.lines().all(|line| !line.starts_with(char::is_whitespace));
    let trimmed = text.trim() == text && !text.contains('\r') && !text.contains('\t');
    if text.contains('\n') && flush && trimmed {
        return format!("'''{}'''", text.replace('\\', "\\\\").replace('\'', "\\'"));
    }
    format!("'{}'", escaped(text, '\''))
}

fn expression(sql: &str) -> String {
    format!("`{sql}`")
}

fn default(sql: &str, kind: DefaultKind) -> String {
    match kind {
        DefaultKind::Number | DefaultKind::Boolean | DefaultKind::Null => sql.to_owned(),
        DefaultKind::String | DefaultKind::EnumValue => {
            match sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
                Some(inner) => text(&inner.replace("''", "'")),
                None => expression(sql),
            }
        }
        DefaultKind::Expression => expression(sql),
    }
}

/// Writes a type; one that is more than a word and its size in parentheses stands in quotes.
fn ty(ty: &PgType) -> String {
    let element = |name: &QualifiedName| self::name(name);
    match ty {
        PgType::Enum(name) | PgType::Defined(name) => element(name),
        other => {
            let written = other.to_string();
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let (head, rest) = written.split_at(written.find(|c| !word(c)).unwrap_or(written.len()));
            let sized = rest.is_empty()
                || (rest.starts_with('(')
                    && rest.ends_with(')')
                    && rest.chars().all(|c| word(c) || "(), ".contains(c)))
                || rest.chars().all(|c| c == '[' || c == ']');
            if sized && !head.is_empty() {
                written.replace(", ", ",")
            } else {
                format!("\"{}\"", escaped(&written, '"'))
            }
        }
    }
}
