//! What was called otherwise before: `was: old_name` in what is said of it.

use crate::diag::{Code, Sink};
use crate::model::Schema;
use crate::source::decl::{AlterAction, ColumnDecl, Decl, Prose, is_unread, take_former_name};
use crate::span::Span;

const UNREAD: Code = Code::new("former-name-unread");

/// Takes former names out of what is said of tables, columns, enumerated types and their labels.
pub(super) fn take(decls: &mut [Decl], sink: &mut Sink) {
    for decl in decls {
        match decl {
            Decl::Table(table) => {
                for note in &mut table.notes {
                    let named = take_former_name(note);
                    table.was = table.was.take().or(named);
                    report(note, sink);
                }
                table.notes.retain(|note| !note.text.is_empty());
                table.columns.iter_mut().for_each(|column| take_of_column(column, sink));
            }
            Decl::AlterTable(alter) => {
                for action in &mut alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        take_of_column(column, sink);
                    }
                }
            }
            Decl::Enum(data) => {
                let named = data.note.as_mut().and_then(take_former_name);
                data.was = data.was.take().or(named);
                data.note.iter().for_each(|note| report(note, sink));
                data.note = data.note.take().filter(|note| !note.text.is_empty());
                for value in &mut data.values {
                    let named = value.note.as_mut().and_then(take_former_name).map(|name| name.name);
                    value.was = value.was.take().or(named);
                    value.note.iter().for_each(|note| report(note, sink));
                    value.note = value.note.take().filter(|note| !note.text.is_empty());
                }
            }
            _ => {}
        }
    }
}

fn take_of_column(column: &mut ColumnDecl, sink: &mut Sink) {
    for note in &mut column.notes {
        let named = take_former_name(note).map(|name| Box::new(name.name));
        column.was = column.was.take().or(named);
        report(note, sink);
    }
    column.notes.retain(|note| !note.text.is_empty());
}

fn report(note: &Prose, sink: &mut Sink) {
    if is_unread(&note.text) {
        sink.warning(
            UNREAD,
            note.span,
            "what stands behind `was:` is not read as a name, and renames nothing",
        )
        .help("write `was: old_name` at the end, or on a line of its own; a name with spaces in quotes");
    }
}

/// Reports former names that two things claim, and those that go round in a circle: nothing is renamed by them.
pub(super) fn check(schema: &Schema, sink: &mut Sink) {
    let tables = schema.tables.iter().filter_map(|table| {
        let was = table.was.as_ref()?;
        Some((table.name.value.plain(), was.value.plain(), was.span))
    });
    among(&tables.collect::<Vec<_>>(), sink);
    for table in &schema.tables {
        let columns = table.columns.iter().filter_map(|column| {
            let was = column.was.as_ref()?;
            Some((column.name.value.as_str().to_owned(), was.value.as_str().to_owned(), was.span))
        });
        among(&columns.collect::<Vec<_>>(), sink);
    }
}

fn among(stated: &[(String, String, Span)], sink: &mut Sink) {
    for (at, (name, was, span)) in stated.iter().enumerate() {
        if let Some((other, _, first)) = stated.iter().take(at).find(|(_, known, _)| known == was) {
            let message =
                format!("`{was}` is said to be `{other}` now as well as `{name}`: only `{other}` can be it");
            sink.warning(UNREAD, *span, message)
                .label(*first, "said here first")
                .help("remove one of the two");
        }
        let mut seen = vec![name];
        let mut next = was;
        while let Some((found, before, _)) = stated.iter().find(|(found, ..)| found == next) {
            if found == name {
                let message =
                    format!("`{name}` was `{was}`, and that goes round in a circle: nothing is renamed");
                sink.warning(UNREAD, *span, message)
                    .help("rename one of them to a third name first, and release that");
                break;
            }
            if seen.contains(&found) {
                break;
            }
            seen.push(found);
            next = before;
        }
    }
}
