//! A schema and its findings as compact text.

use crate::diag::Sink;
use crate::model::{Column, ColumnId, Fact, ForeignKey, KeyData, PartKey, Schema, Table};
use crate::span::Sources;

/// Shows everything that a schema holds.
pub(super) fn schema(schema: &Schema) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(schema.namespaces.iter().map(|fact| format!("namespace {}{}", fact.value, times(fact))));
    lines.extend(schema.extensions.iter().map(|fact| format!("extension {}{}", fact.value, times(fact))));
    for data in &schema.enums {
        let labels: Vec<&str> = data.labels.iter().map(|label| label.label.value.as_str()).collect();
        lines.push(format!(
            "enum {}{}: {}{}",
            data.name.value,
            times(&data.name),
            labels.join(", "),
            comment(&data.comment)
        ));
    }
    lines.extend(schema.tables().map(table));
    lines.extend(
        schema
            .modules
            .iter()
            .map(|module| format!("module {}{}", module.name.value, comment(&module.comment))),
    );
    for data in &schema.prefixes {
        let bearer = data.table.map(|id| schema.table(id).name().plain());
        lines.push(format!(
            "prefix {} ({}) -> {}",
            data.prefix.value,
            data.entity.node,
            bearer.unwrap_or("?".into())
        ));
    }
    for data in &schema.migrations {
        let members: Vec<String> = data
            .members
            .iter()
            .map(|member| {
                let tables: Vec<String> =
                    member.tables.iter().map(|id| schema.table(*id).name().plain()).collect();
                format!(
                    "{} -> {}",
                    member.words.node,
                    if tables.is_empty() { "?".to_owned() } else { tables.join("+") }
                )
            })
            .collect();
        lines.push(format!("migration {}{}: {}", data.file.value, times(&data.file), members.join(", ")));
    }
    for data in &schema.seeds {
        let table = schema.table(data.table);
        lines.push(format!(
            "seed {} by ({}): {}",
            table.name(),
            names(table, &data.key),
            names(table, &data.columns)
        ));
        lines.extend(data.rows.iter().map(|row| format!("  ({})", row.values.join(", "))));
    }
    for set in &schema.constants {
        let items: Vec<&str> = set.items.iter().map(|item| item.value.value.as_str()).collect();
        lines.push(format!("constants {}: {}", set.name.value, items.join(", ")));
    }
    lines.extend(schema.named.iter().map(|data| format!("named {}", data.name.node)));
    lines.extend(schema.notes.iter().map(|(name, text)| format!("note {}: {text}", name.value)));
    lines.extend(schema.verbatim.iter().map(|data| format!("{}: {}", data.kind, data.text.node)));
    lines.push(String::new());
    lines.join("\n")
}

/// Shows a table with everything on it.
pub(super) fn table(table: Table<'_>) -> String {
    let data = table.data;
    let external = if data.external { " external" } else { "" };
    let module = table.module().map(|module| format!(" [{}]", module.name.value)).unwrap_or_default();
    let mut lines = vec![format!(
        "table {}{}{external}{module}{}",
        table.name(),
        times(&data.name),
        comment(&data.comment)
    )];
    lines.extend(table.columns().map(column));
    lines.extend(table.primary_key().map(|key| format!("  primary key {}", self::key(table, key))));
    lines.extend(data.uniques.iter().map(|key| format!("  unique {}", self::key(table, key))));
    for check in &data.checks {
        let on = check.column.map(|id| format!(" on {}", table.column(id).name())).unwrap_or_default();
        let not_valid = if check.not_valid { " not valid" } else { "" };
        let name = name(check.name.as_ref());
        lines.push(format!(
            "  check {name}({}){on}{not_valid}{}",
            check.expression.value,
            times(&check.expression)
        ));
    }
    lines.extend(table.foreign_keys().map(foreign_key));
    lines.extend(data.exclusions.iter().map(|data| format!("  exclude {}", data.definition.node)));
    for index in &data.indexes {
        let parts: Vec<String> = index
            .parts
            .iter()
            .map(|part| {
                let key = match &part.key {
                    PartKey::Column(id) => table.column(*id).name().to_owned(),
                    PartKey::Expression(sql) => format!("({sql})"),
                };
                part.options.as_ref().map_or(key.clone(), |options| format!("{key} {options}"))
            })
            .collect();
        let unique = if index.unique { "unique " } else { "" };
        let method = index.method.as_ref().map(|method| format!("using {method} ")).unwrap_or_default();
        let include = if index.include.is_empty() {
            String::new()
        } else {
            format!(" include ({})", names(table, &index.include))
        };
        let predicate = index.predicate.as_ref().map(|sql| format!(" where {sql}")).unwrap_or_default();
        let name = name(index.name.as_ref());
        let parts = parts.join(", ");
        let again = places(index.also.len());
        let comment = comment(&index.comment);
        lines.push(format!("  {unique}index {name}{method}({parts}){include}{predicate}{again}{comment}"));
    }
    lines.extend(data.alterations.iter().map(|sql| format!("  alter {}", sql.node)));
    lines.join("\n")
}

fn column(column: Column<'_>) -> String {
    let data = column.data;
    let mut line = format!("  {} {}{}", data.name.value, data.ty.value, times(&data.ty));
    if let Some(rule) = data.ty.rule() {
        line.push_str(&format!(" {{{rule}}}"));
    }
    if data.not_null.is_some() {
        line.push_str(" not null");
    }
    if let Some(default) = &data.default {
        line.push_str(&format!(" default {}{}", default.value.sql, times(default)));
    }
    if let Some(identity) = &data.identity {
        line.push_str(if identity.value.always { " identity always" } else { " identity" });
    }
    if let Some(generated) = &data.generated {
        line.push_str(&format!(" generated ({})", generated.value.expression));
    }
    if let Some(prefix) = &data.prefix {
        line.push_str(&format!(" prefix {}{}", prefix.value, times(prefix)));
    }
    if let Some(values) = &data.values {
        let listed = values.values.value.join("|");
        line.push_str(&format!(" values {listed} {:?}{}", values.origin, times(&values.values)));
    }
    format!("{line}{}", comment(&data.comment))
}

fn foreign_key(key: ForeignKey<'_>) -> String {
    let data = key.data;
    let mut line = format!("  foreign key {}{key}", name(data.name.as_ref()));
    if let Some(action) = &data.on_delete {
        line.push_str(&format!(" on delete {:?}", action.value));
    }
    if let Some(action) = &data.on_update {
        line.push_str(&format!(" on update {:?}", action.value));
    }
    if !data.enforced {
        line.push_str(" not enforced");
    }
    format!("{line}{}{}", places(data.also.len()), comment(&data.comment))
}

fn key(table: Table<'_>, key: &KeyData) -> String {
    let distinct = if key.nulls_not_distinct { " nulls not distinct" } else { "" };
    format!("{}({}){distinct}{}", name(key.name.as_ref()), names(table, &key.columns), places(key.also.len()))
}

fn names(table: Table<'_>, ids: &[ColumnId]) -> String {
    table.column_names(ids).join(", ")
}

fn name<T: std::fmt::Display>(name: Option<&Fact<T>>) -> String {
    name.map(|name| format!("{} ", name.value)).unwrap_or_default()
}

fn comment(comment: &Option<Fact<String>>) -> String {
    comment.as_ref().map(|comment| format!(" -- {}", comment.value.replace('\n', " / "))).unwrap_or_default()
}

fn times<T>(fact: &Fact<T>) -> String {
    places(fact.also().len())
}

fn places(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" ×{}", more + 1) }
}

/// Shows findings one by one, with every place that they point at and what they advise.
pub(super) fn findings(sink: Sink, sources: &Sources) -> String {
    let place = |span| {
        let position = sources.position(span);
        format!("{}:{}:{}", sources.file(span.file).path(), position.line, position.column)
    };
    let mut shown = String::new();
    for found in sink.finish(sources) {
        let severity = found.severity.as_str();
        shown.push_str(&format!("{} {severity}[{}] {}\n", place(found.span), found.code, found.message));
        for label in &found.labels {
            shown.push_str(&format!("    {} {}\n", place(label.span), label.text));
        }
        for help in &found.help {
            shown.push_str(&format!("    help: {help}\n"));
        }
    }
    shown
}
