use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::diag::{Diagnostic, Edit};
use crate::model::{ColumnId, Index, IndexData, IndexPart, PartKey, Table};
use crate::span::Span;

declare_rule! {
    /// An index serves nothing that another index, the primary key or a unique constraint does not serve.
    ///
    /// It is either the same, or its columns are the leading ones of the other. It costs space, and time on every write.
    /// `cargo xtask lint --fix` removes it where it stands in DBML and has no name and no note.
    ///
    /// ```sql fail
    /// create table members (
    ///   team_id bigint,
    ///   user_id bigint,
    ///   primary key (team_id, user_id)
    /// );
    /// create index on members (team_id);
    /// ```
    ///
    /// ```sql pass
    /// create table members (
    ///   team_id bigint,
    ///   user_id bigint,
    ///   primary key (team_id, user_id)
    /// );
    /// create index on members (user_id);
    /// ```
    ///
    /// ```dbml fail
    /// Table users {
    ///   id int [pk]
    ///   email text [unique]
    ///
    ///   indexes {
    ///     email [unique]
    ///   }
    /// }
    /// ```
    ///
    /// ```dbml pass
    /// Table users {
    ///   id int [pk]
    ///   email text [unique]
    /// }
    /// ```
    "duplicate-index", Group::Indexes, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for table in cx.schema.own_tables() {
        for (at, index) in table.indexes().enumerate() {
            if let Some((other, what)) = served_by(table, index, at) {
                let data = index.data;
                let diagnostic = report(cx, table, &described(index), data.span, other, what);
                if data.removable {
                    let edits = removal(data.span);
                    // A name may be known elsewhere, and a note says something.
                    match (&data.name, &data.comment) {
                        (None, None) => diagnostic.fix("remove the index", edits),
                        _ => diagnostic.unsafe_fix("remove the index", edits),
                    };
                }
            }
        }
        for key in table.data.primary_key.iter().chain(&table.data.uniques) {
            let columns: Vec<&str> = key.columns.iter().map(|column| table.column(*column).name()).collect();
            for repeat in &key.repeats {
                report(cx, table, &columns.join(", "), *repeat, key.span, SERVED_BY_KEY)
                    .fix("remove the index", removal(*repeat));
            }
        }
    }
}

const SERVED_BY_KEY: &str = "this key serves the same look-ups";

fn report<'c>(
    cx: &'c mut LintCx<'_>,
    table: Table<'_>,
    columns: &str,
    span: Span,
    other: Span,
    what: &str,
) -> &'c mut Diagnostic {
    let name = table.name().plain();
    cx.report(&name, span, format!("the index on `{name}({columns})` serves nothing of its own"))
        .label(other, what)
        .help("remove the index")
}

fn removal(span: Span) -> Vec<Edit> {
    vec![Edit { span, replacement: String::new() }]
}

/// Returns the place of what serves everything that an index serves.
fn served_by(table: Table<'_>, index: Index<'_>, at: usize) -> Option<(Span, &'static str)> {
    let data = index.data;
    if !is_btree(data) || data.predicate.is_some() {
        // Only the very same index serves what a special one serves.
        let mut before = table.data.indexes.iter().take(at);
        return before.find(|other| is_same(other, data)).map(|other| (other.span, "this index is the same"));
    }
    let columns = plain_columns(data);
    if let Some(columns) = &columns {
        let mut keys = table.primary_key().into_iter().chain(&table.data.uniques);
        let serves = |key: &[ColumnId]| if data.unique { key == columns } else { key.starts_with(columns) };
        if let Some(key) = keys.find(|key| serves(&key.columns)) {
            return Some((key.span, SERVED_BY_KEY));
        }
    }
    let rivals = table.data.indexes.iter().enumerate().filter(|(other, _)| *other != at);
    for (place, other) in rivals {
        let equal = is_btree(other)
            && other.predicate.is_none()
            && other.parts == data.parts
            && other.include == data.include;
        // Of two equal ones the later is the one too many, but a unique one is never given up for one that is not.
        let given_up = if other.unique == data.unique { place < at } else { other.unique };
        if equal && given_up {
            return Some((other.span, "this index is the same"));
        }
        let longer = is_btree(other) && other.predicate.is_none() && leads(&data.parts, &other.parts);
        if longer && !data.unique && data.include.is_empty() {
            return Some((other.span, "this index begins with the same columns"));
        }
    }
    None
}

fn leads(parts: &[IndexPart], longer: &[IndexPart]) -> bool {
    longer.len() > parts.len() && longer.starts_with(parts)
}

fn is_same(a: &IndexData, b: &IndexData) -> bool {
    a.parts == b.parts
        && a.method == b.method
        && a.unique == b.unique
        && a.predicate == b.predicate
        && a.include == b.include
}

fn is_btree(index: &IndexData) -> bool {
    index.method.as_deref().is_none_or(|method| method == "btree")
}

fn plain_columns(index: &IndexData) -> Option<Vec<ColumnId>> {
    let plain = |part: &IndexPart| match (&part.key, &part.options) {
        (PartKey::Column(column), None) => Some(*column),
        _ => None,
    };
    if index.include.is_empty() { index.parts.iter().map(plain).collect() } else { None }
}

fn described(index: Index<'_>) -> String {
    let parts = index.data.parts.iter().map(|part| match &part.key {
        PartKey::Column(column) => index.table.column(*column).name().to_owned(),
        PartKey::Expression(sql) => format!("({sql})"),
    });
    parts.collect::<Vec<_>>().join(", ")
}
