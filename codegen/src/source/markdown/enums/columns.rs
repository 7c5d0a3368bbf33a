//! Lists of values below "Enums" that are called like a column and not like its type: "Status: `open`, `paid`" of the column `status`.

use crate::source::decl::{ColumnDecl, Decl, EnumDecl, Language, Prose, ProseKind, TableDecl};
use crate::source::markdown::words;

/// Gives the columns that lists are called like their values.
///
/// A list belongs to the only column of its name, or to the column of the table that its name begins with: "OrderStatus" to
/// `orders.status`.
pub(super) fn hold(lists: &[EnumDecl], read: &mut [Vec<Decl>]) {
    for list in lists {
        let named = plain(&list.name.name.node);
        let of_table = |table: &TableDecl, column: &ColumnDecl| {
            let table = words::singular(&plain(&table.name.name.node));
            named.strip_prefix(table.as_str()).is_some_and(|rest| rest == plain(&column.name.node))
        };
        let found = count(read, &of_table);
        let of_name = |_: &TableDecl, column: &ColumnDecl| plain(&column.name.node) == named;
        let values: Vec<&str> = list.values.iter().map(|value| value.name.node.as_str()).collect();
        let values = Prose { text: values.join(" | "), span: list.span, kind: ProseKind::Note };
        if found == 1 {
            give(read, &of_table, &values);
        } else if found == 0 && count(read, &of_name) == 1 {
            give(read, &of_name, &values);
        }
    }
}

type Fits<'a> = &'a dyn Fn(&TableDecl, &ColumnDecl) -> bool;

fn count(read: &[Vec<Decl>], fits: Fits<'_>) -> usize {
    let tables = read.iter().flatten().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    });
    tables.map(|table| table.columns.iter().filter(|column| fits(table, column)).count()).sum()
}

fn give(read: &mut [Vec<Decl>], fits: Fits<'_>, values: &Prose) {
    for decl in read.iter_mut().flatten() {
        let Decl::Table(table) = decl else { continue };
        if table.language != Language::Markdown {
            continue;
        }
        let at = table.columns.iter().position(|column| fits(table, column));
        if let Some(column) = at.and_then(|at| table.columns.get_mut(at)).filter(|column| is_open(column)) {
            if let Some(ty) = column.ty.as_mut().filter(|ty| ty.node.eq_ignore_ascii_case("enum")) {
                ty.node = "text".to_owned();
            }
            column.notes.push(values.clone());
        }
    }
}

/// Tells whether a column may hold texts, and no values of it are known.
fn is_open(column: &ColumnDecl) -> bool {
    const TEXTS: &[&str] = &["text", "string", "varchar", "enum", "char"];
    let is_text = column.ty.as_ref().is_none_or(|ty| {
        let word = ty.node.split(['(', ' ']).next().unwrap_or_default();
        TEXTS.contains(&word.to_ascii_lowercase().as_str())
    });
    is_text && column.notes.iter().all(|note| !note.text.contains(" | "))
}

fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}
