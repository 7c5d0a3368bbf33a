//! Lists of values: rows that have to be there, and constants.

mod again;

use super::{Cx, column, is_called, qualified};
use crate::config::{ListRule, ListTarget};
use crate::diag::{Code, did_you_mean};
use crate::model::ident::{QualifiedName, literal};
use crate::model::token::{Cursor, tokens};
use crate::model::{
    ColumnId, Constant, ConstantSet, Fact, PgIdent, PgType, SeedData, SeedRow, TableId, VerbatimData,
};
use crate::source::decl::{Decl, Ident, ListDecl, ListItemDecl, QName, RowsDecl, VerbatimDecl};
use crate::source::markdown::means;
use crate::span::Spanned;

const UNMATCHED: Code = Code::new("config-unmatched");
const ROW_LENGTH: Code = Code::new("row-length");
const SEED_WITHOUT_KEY: Code = Code::new("seed-without-key");
const SEED_KEY: Code = Code::new("seed-key-not-unique");
const UNFILLED: Code = Code::new("seed-without-value");
const REPEATED: Code = Code::new("repeated-value");

/// Makes of every list what `schema.toml` says.
pub(super) fn lower(cx: &mut Cx<'_>, decls: &[Decl]) {
    let lists: Vec<&ListDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::List(data) => Some(data),
            _ => None,
        })
        .collect();
    let config = cx.config;
    for rule in &config.lists {
        // An entry that matches no list is reported where the headings are known: by the Markdown front-end.
        let matching = lists.iter().filter(|list| means(&rule.under, &list.label.node));
        for list in matching {
            match &rule.target {
                ListTarget::Constants { name } => constants(cx, name, list),
                ListTarget::Seed { table, key, columns } => seed(cx, rule, (table, key, columns), list),
            }
        }
    }
}

fn constants(cx: &mut Cx<'_>, name: &Ident, list: &ListDecl) {
    let items: Vec<Constant> = distinct(cx, list)
        .into_iter()
        .map(|item| Constant {
            value: Fact::said(item.value.node.clone(), item.value.span),
            comment: item.note.as_ref().map(|note| note.text.clone()),
        })
        .collect();
    match cx.schema.constants.iter_mut().find(|set| set.name.value == name.node) {
        Some(set) => set.items.extend(items),
        None => cx
            .schema
            .constants
            .push(ConstantSet { name: Fact::said(name.node.clone(), list.label.span), items }),
    }
}

/// Returns the items of a list, each value once; a value that stands twice is reported.
fn distinct<'a>(cx: &mut Cx<'_>, list: &'a ListDecl) -> Vec<&'a ListItemDecl> {
    let mut items: Vec<&ListItemDecl> = Vec::new();
    for item in &list.items {
        match items.iter().find(|known| known.value.node == item.value.node) {
            Some(first) => {
                cx.sink
                    .warning(
                        REPEATED,
                        item.value.span,
                        format!("`{}` stands in the list twice", item.value.node),
                    )
                    .label(first.value.span, "first here")
                    .help("remove one of the two");
            }
            None => items.push(item),
        }
    }
    items
}

fn seed(
    cx: &mut Cx<'_>,
    rule: &ListRule,
    (table, key, columns): (&Ident, &Ident, &[(Ident, Ident)]),
    list: &ListDecl,
) {
    let Some(id) = cx.schema.tables().find(|known| known.name().plain() == table.node).map(|known| known.id)
    else {
        let known: Vec<String> = cx.tables.keys().map(QualifiedName::plain).collect();
        let hint = did_you_mean(&table.node, known.iter().map(String::as_str));
        cx.sink.error(UNMATCHED, table.span, format!("there is no table `{}`", table.node)).help(hint);
        return;
    };
    let names: Vec<Ident> =
        std::iter::once(key.clone()).chain(columns.iter().map(|(column, _)| column.clone())).collect();
    let Some(ids) = cx.columns(id, &names) else { return };
    report_unfilled(cx, rule, id, &ids);
    let known_by = ids.first().map(|column| cx.schema.table(id).column(*column));
    if known_by.is_some_and(|column| !column.is_unique() && !column.is_primary_key()) {
        cx.sink
            .error(SEED_KEY, key.span, format!("`{}.{}` is not unique", table.node, key.node))
            .help("name a column by which a row can be found again: a primary key, or a unique one");
    }
    let mut rows = Vec::new();
    for item in distinct(cx, list) {
        let mut values = vec![literal(&item.value.node)];
        for ((column, template), id_of_column) in columns.iter().zip(ids.iter().skip(1)) {
            let note = item.note.as_ref().map(|note| note.text.as_str());
            if template.node.contains("{note}") && note.is_none() && !is_nullable(cx, id, *id_of_column) {
                cx.sink
                    .error(
                        UNFILLED,
                        item.value.span,
                        format!("nothing is said of `{}` to fill `{}` with", item.value.node, column.node),
                    )
                    .label(template.span, "the column takes the item's note")
                    .help(format!("write `{}` — and what it means behind it", item.value.node));
            }
            values.push(match note {
                None if template.node == "{note}" => "NULL".to_owned(),
                note => literal(&fill(&template.node, &item.value.node, note.unwrap_or_default())),
            });
        }
        rows.push(SeedRow { values, span: item.value.span });
    }
    let key = ids.iter().take(1).copied().collect();
    cx.schema.seeds.push(SeedData { table: id, key, columns: ids, rows, span: list.span });
}

fn is_nullable(cx: &Cx<'_>, table: TableId, column: ColumnId) -> bool {
    cx.schema.table(table).column(column).is_nullable()
}

/// Reports columns that must have a value and get none.
fn report_unfilled(cx: &mut Cx<'_>, rule: &ListRule, id: TableId, filled: &[ColumnId]) {
    let unfilled: Vec<String> = cx
        .schema
        .table(id)
        .columns()
        .filter(|column| !filled.contains(&column.id) && !column.is_nullable())
        .filter(|column| {
            column.data.default.is_none() && column.data.identity.is_none() && column.data.generated.is_none()
        })
        .filter(|column| !column.ty().builtin_name().is_some_and(|name| name.ends_with("serial")))
        .map(|column| column.name().to_owned())
        .collect();
    for column in unfilled {
        cx.sink
            .error(UNFILLED, rule.span, format!("nothing fills `{column}`, which must have a value"))
            .help(format!("add `columns = {{ {column} = \"…\" }}` to the entry"));
    }
}

/// Fills a template; see `[[lists]]` in the guide to schema.toml.
fn fill(template: &str, value: &str, note: &str) -> String {
    template.replace("{value}", value).replace("{slug}", &slug(value)).replace("{note}", note)
}

/// Replaces every run of characters other than letters and digits by `_`.
fn slug(value: &str) -> String {
    let parts: Vec<&str> =
        value.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.join("_").to_lowercase()
}

/// Adds rows that a document gives with their columns.
pub(super) fn rows(cx: &mut Cx<'_>, decl: &RowsDecl) {
    if cx.find(&decl.table).is_none() && of_platform(cx, &decl.table) {
        carry(cx, decl);
        return;
    }
    let Some(id) = cx.resolve(&decl.table) else { return };
    let names = if decl.columns.is_empty() {
        let all = cx.table(id).columns.iter().map(|column| column.name.value.as_str().to_owned());
        all.map(|name| Spanned::new(name, decl.table.span())).collect()
    } else {
        decl.columns.clone()
    };
    let Some(columns) = cx.columns(id, &names) else { return };
    let types: Vec<PgType> =
        columns.iter().map(|column| cx.schema.table(id).column(*column).ty().clone()).collect();
    let mut rows = Vec::new();
    for row in &decl.rows {
        let span = row.first().zip(row.last()).map_or(decl.span, |(first, last)| first.span.to(last.span));
        if row.len() != columns.len() {
            let message = format!("{} values stand for {} columns", row.len(), columns.len());
            cx.sink.error(ROW_LENGTH, span, message).help("give every row a value per column");
            continue;
        }
        let values = row.iter().zip(&types).map(|(value, ty)| column::value(cx, value, ty)).collect();
        rows.push(SeedRow { values, span });
    }
    // The rows are known by the primary key where they give it, else by a unique constraint that they fill.
    let table = cx.table(id);
    let keys = table.primary_key.iter().chain(&table.uniques);
    let key = keys.map(|key| &key.columns).find(|key| key.iter().all(|column| columns.contains(column)));
    let key = key.cloned().unwrap_or_else(|| {
        let message = format!("nothing tells whether these rows of `{}` are there already", decl.table);
        cx.sink
            .warning(SEED_WITHOUT_KEY, decl.span, message)
            .help("give the primary key or a unique column, so that the seed can be applied twice");
        Vec::new()
    });
    cx.schema.seeds.push(SeedData { table: id, key, columns, rows, span: decl.span });
}

/// Reports an `INSERT` that is carried and fills a table which is not there. Schemas and extensions from elsewhere have tables of
/// their own.
pub(super) fn filled(cx: &mut Cx<'_>, data: &VerbatimDecl) {
    let words = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &words);
    _ = cursor.until(|token| token.is("into"));
    let Some(table) = cursor.eat("into").then(|| cursor.name()).flatten() else { return };
    let Some(written) = data.names.iter().find(|name| is_called(name, &table)) else { return };
    let is_elsewhere = match &table.schema {
        Some(schema) => !cx.schema.namespaces.iter().any(|known| known.value == *schema),
        None => !cx.schema.extensions.is_empty(),
    };
    let known = cx.find(written);
    if known.is_none() && !is_elsewhere && !cx.carried.contains(&table) {
        _ = cx.resolve(written);
    }
    if let Some(id) = known {
        again::tell(cx, data, id);
    }
}

/// Tells whether a table is in a schema that the platform has in every database.
fn of_platform(cx: &Cx<'_>, table: &QName) -> bool {
    let platform = cx.config.platform.name;
    platform
        .zip(table.schema.as_ref())
        .is_some_and(|(platform, schema)| platform.schemas().contains(&schema.node.as_str()))
}

/// Carries rows of a table that is the platform's: nothing is known of its columns and keys.
fn carry(cx: &mut Cx<'_>, decl: &RowsDecl) {
    let table = qualified(&decl.table);
    let unknown = PgType::Unknown(String::new());
    let rows: Vec<String> = decl
        .rows
        .iter()
        .map(|row| {
            let values: Vec<String> = row.iter().map(|value| column::value(cx, value, &unknown)).collect();
            format!("({})", values.join(", "))
        })
        .collect();
    let columns: Vec<String> = decl.columns.iter().map(|name| PgIdent::new(&name.node).to_string()).collect();
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    let text = format!("INSERT INTO {table}{columns} VALUES {} ON CONFLICT DO NOTHING", rows.join(", "));
    cx.schema.verbatim.push(VerbatimData {
        was: None,
        kind: "insert".to_owned(),
        creates: None,
        names: vec![table],
        text: Spanned::new(text, decl.span),
        stale: false,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        assert_eq!(
            fill("cap_{slug}: {value} ({note})", "chat.Message-send", "Send"),
            "cap_chat_message_send: chat.Message-send (Send)"
        );
    }
}
