//! What an author says of migrations beside a table: `rollback: never — why`, `acknowledge: data-loss of users.nick — why`.

use super::qualified;
use crate::config::{Acknowledgement, Pattern, RollbackRule};
use crate::diag::{Code, Sink};
use crate::source::decl::{AlterAction, ColumnDecl, Decl, Prose, RulingDecl};
use crate::source::ruling::{Ruling, is_meant, ruling};
use crate::span::{Span, Spanned};

const NOT_UNDERSTOOD: Code = Code::new("ruling-not-understood");

/// What documents say of migrations.
#[derive(Debug, Default)]
pub(super) struct Rulings {
    pub(super) acknowledged: Vec<Acknowledgement>,
    pub(super) rollback: Vec<RollbackRule>,
    /// Lines that begin like one and are none.
    left: Vec<(Span, String)>,
}

/// Takes the lines that speak of migrations out of what is said of tables, columns, groups and the whole.
pub(super) fn take(decls: &mut [Decl], sink: &mut Sink) -> Rulings {
    let mut found = Rulings::default();
    let tables = || {
        decls.iter().filter_map(|decl| match decl {
            Decl::Table(table) => Some(qualified(&table.name).plain()),
            _ => None,
        })
    };
    // Only what is said of the whole is said of all tables.
    let is_whole = decls.iter().any(|decl| matches!(decl, Decl::Project(_)));
    let whole: Vec<String> = if is_whole { tables().collect() } else { Vec::new() };
    for decl in decls {
        match decl {
            Decl::Project(project) => {
                found.of_notes(&mut project.note, None, &whole);
                project.note = project.note.take().filter(|note| !note.text.is_empty());
            }
            Decl::Group(group) => {
                let tables: Vec<String> = group.tables.iter().map(|name| qualified(name).plain()).collect();
                found.of_notes(&mut group.note, None, &tables);
                group.note = group.note.take().filter(|note| !note.text.is_empty());
            }
            Decl::Table(table) => {
                if table.notes.is_empty() && table.columns.iter().all(|column| column.notes.is_empty()) {
                    continue;
                }
                let name = qualified(&table.name).plain();
                found.of_notes(&mut table.notes, Some(&name), std::slice::from_ref(&name));
                table.notes.retain(|note| !note.text.is_empty());
                table.columns.iter_mut().for_each(|column| found.of_column(column, &name));
            }
            Decl::AlterTable(alter) => {
                let name = qualified(&alter.table).plain();
                for action in &mut alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        found.of_column(column, &name);
                    }
                }
            }
            Decl::Ruling(data) => found.of_line(data),
            _ => {}
        }
    }
    for (span, line) in std::mem::take(&mut found.left) {
        sink.warning(NOT_UNDERSTOOD, span, format!("this rules nothing about migrations: `{line}`"))
            .help("write `rollback: never — why`, `rollback: staging-only — why` or `rollback: free` beside a table, a group or the whole")
            .help("or `acknowledge: data-loss of TABLE.COLUMN — why`");
    }
    found
}

impl Rulings {
    fn of_column(&mut self, column: &mut ColumnDecl, table: &str) {
        // What rules has a colon behind its first word.
        if !column.notes.iter().any(|note| note.text.contains(':')) {
            column.notes.retain(|note| !note.text.is_empty());
            return;
        }
        let about = format!("{table}.{}", column.name.node);
        // A file makes a table with all its columns, and is taken back as a whole.
        self.of_notes(&mut column.notes, Some(&about), &[table.to_owned()]);
        column.notes.retain(|note| !note.text.is_empty());
    }

    /// Reads a line that stands by itself.
    fn of_line(&mut self, data: &RulingDecl) {
        let tables: Vec<String> = data.tables.iter().map(|name| qualified(name).plain()).collect();
        let about = match tables.as_slice() {
            [table] => Some(table.as_str()),
            _ => None,
        };
        let kind = crate::source::decl::ProseKind::Note;
        let mut note = Prose { text: data.text.node.clone(), span: data.text.span, kind };
        self.of_notes([&mut note], about, &tables);
    }

    /// Reads notes about one thing; `tables` are those whose way back it may rule.
    fn of_notes<'a>(
        &mut self,
        notes: impl IntoIterator<Item = &'a mut Prose>,
        about: Option<&str>,
        tables: &[String],
    ) {
        for note in notes {
            let mut rest = Vec::new();
            for line in note.text.lines() {
                match ruling(line) {
                    Some(Ruling::Rollback(policy, reason)) if !tables.is_empty() => {
                        self.rollback.extend(tables.iter().map(|table| RollbackRule {
                            names: Pattern::new(Spanned::new(table.clone(), note.span)),
                            of_modules: false,
                            policy: Spanned::new(policy, note.span),
                            reason: reason.map(str::to_owned),
                        }));
                    }
                    Some(Ruling::Acknowledge(risk, at, reason)) if at.or(about).is_some() => {
                        let at = at.or(about).unwrap_or_default().to_owned();
                        self.acknowledged.push(Acknowledgement {
                            risk: Spanned::new(risk.to_owned(), note.span),
                            at: Pattern::new(Spanned::new(at, note.span)),
                            reason: Spanned::new(reason.to_owned(), note.span),
                            span: note.span,
                        });
                    }
                    _ => {
                        if is_meant(line) {
                            self.left.push((note.span, line.trim().to_owned()));
                        }
                        rest.push(line);
                    }
                }
            }
            if rest.len() < note.text.lines().count() {
                note.text = rest.join("\n").trim().to_owned();
            }
        }
    }
}
