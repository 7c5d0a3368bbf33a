//! A script taken at its word: what it drops is not there at its end, and what it renames has its last name.
//!
//! Documents say what shall be there, and a `DROP` in one is a remark. A dump or a folder of migrations says how it came about.

mod amend;
mod attached;
mod buried;
mod carried;
mod cascade;
mod described;
mod detached;
pub(super) mod drop;
mod foreign;
mod gone;
mod grant;
mod identity;
mod like;
mod name;
mod only;
mod operator;
mod parts;
mod publication;
mod reattach;
mod rename;
mod retyped;
mod rows;
mod schema;
mod scope;
mod search;
mod sequence;
mod setting;
mod stale;
mod star;
mod taken;
mod trigger;
mod types;
mod undone;
mod uses;
mod view;

use std::collections::BTreeSet;

use super::search_path::SearchPath;
use super::{is_called, qualified};
use crate::diag::{Code, Sink};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::routine;
use crate::model::token::{self, Cursor, tokens};
use crate::source::decl::{AlterAction, CommentTarget, Decl, EnumDecl, QName, TableDecl, VerbatimDecl};

const SKIPPED: Code = Code::new("sql-skipped");
const NOT_SCHEMA: Code = Code::new("sql-not-schema");

/// Applies every drop and rename to what stands before it.
pub(super) fn replay(decls: Vec<Decl>, sink: &mut Sink) -> Vec<Decl> {
    let mut done: Vec<Decl> = Vec::with_capacity(decls.len());
    let mut made = Made::default();
    let mut left = reattach::Detached::default();
    let mut path = SearchPath::default();
    // A script that only makes things has the names that planning chooses.
    let mut names = decls.iter().any(changes_names).then(name::Names::default);
    // Few scripts cut a table into parts.
    let has_parts = decls.iter().any(|decl| matches!(decl, Decl::Table(table) if table.tail.as_ref().is_some_and(|tail| token::mentions_name(&tail.node, "partition"))));
    let has_stars = decls.iter().any(star::takes_columns);
    let mut changed = stale::Changed::default();
    for mut decl in decls {
        path.apply(&mut decl);
        changed.note(&decl);
        if let Decl::Verbatim(data) = &decl
            && data.kind == "schema"
            && let Some(said) = schema::authorized(data, &done)
        {
            done.extend(said);
            continue;
        }
        if let Some(changed) = sequence::changed(&decl) {
            name::set_sequence_apart(&changed, &mut done);
            decl = sequence::said(decl, &changed, &done);
        }
        match decl {
            Decl::SearchPath(text) => path.set(&text, &done),
            Decl::Drop(text) => {
                for (read, span) in rows::forget(&text.node, &mut done) {
                    let message =
                        format!("this fills a table from `{}`, which is dropped later", read.plain());
                    sink.warning(NOT_SCHEMA, span, message)
                        .help("it was left out: move data in a migration of your own");
                }
                drop::drop(&text.node, &mut done);
                undone::undo(&text.node, &mut done);
                rows::forget_filled(&mut done);
                if has_parts {
                    parts::forget_gone(&mut done);
                }
                made.forget();
                names.iter_mut().for_each(name::Names::free);
            }
            // `IF NOT EXISTS` leaves the first as it is; a second of one name says the same, or is reported.
            Decl::Index(_) if !made.is_first(&decl, &done) => {}
            Decl::Table(TableDecl { if_missing: guarded, .. })
            | Decl::Enum(EnumDecl { if_missing: guarded, .. })
                if !made.is_first(&decl, &done) && guarded => {}
            Decl::Verbatim(data) if replaces(&data.text.node) => {
                star::freeze_view(&data, &mut done, sink);
                // The last definition holds.
                done.retain(|known| !matches!(known, Decl::Verbatim(known) if is_replaced(known, &data)));
                setting::forget_attributes(&data, &mut done);
                done.push(Decl::Verbatim(data));
            }
            Decl::AlterTable(alter) if alter.if_exists && !is_there(&alter.table, &done) => {
                let message = format!("skipped a change of `{}`, which is not there yet", alter.table);
                sink.info(SKIPPED, alter.span, message);
            }
            Decl::AlterTable(mut alter) => {
                let table = qualified(&alter.table);
                // Indexes go with columns and constraints, and may come again.
                let takes = |action: &AlterAction| match action {
                    AlterAction::DropColumn(_) | AlterAction::DropConstraint(_) => true,
                    AlterAction::Other(text) => {
                        text.node.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("rename"))
                    }
                    _ => false,
                };
                if alter.actions.iter().any(takes) {
                    made.forget();
                }
                trigger::spread(&table, &mut alter.actions, &done);
                trigger::overrule(&table, &alter.actions, alter.only, &mut done);
                star::skip_known(&table, &mut alter.actions, &done);
                if has_stars {
                    star::freeze(&table, &alter.actions, &mut done, sink);
                }
                for action in &alter.actions {
                    retyped::say_type(&table, action, &mut done);
                    match action {
                        AlterAction::DropConstraint(name) => {
                            drop::drop_leaning_on(&table, &name.node, &mut done);
                            drop::drop_made_of_index(&table, &name.node, &mut done);
                            let tables = drop::with_heirs(&done, &table);
                            drop::forget_proof(&tables, &name.node, &mut done);
                            described::forget_constraint(&table, &name.node, &mut done);
                            let schema = table.schema.as_ref().map(PgIdent::as_str);
                            let index = QualifiedName::new(schema, name.node.as_str());
                            attached::drop_attached(&index, &mut done);
                            setting::forget_index(&index, &mut done);
                        }
                        AlterAction::DropColumn(name) => {
                            for table in drop::with_heirs(&done, &table) {
                                gone::forget_column(&table, &name.node, &mut done);
                                setting::forget(&table, &name.node, &setting::ALL, &mut done);
                                cascade::take_along_column(&table, &name.node, &mut done);
                            }
                        }
                        // Its sequence stays.
                        AlterAction::SetDefault(name, _) => {
                            name::set_apart(&table, Some(&name.node), &mut done);
                        }
                        AlterAction::SetType(name, _) => {
                            name::set_apart(&table, Some(&name.node), &mut done);
                            setting::forget_in_all(&table, &name.node, &mut done);
                        }
                        AlterAction::Other(text) => {
                            setting::overrule(&table, &text.node, &mut done);
                            if let Some(name) = retyped(&text.node) {
                                name::set_apart(&table, Some(name.as_str()), &mut done);
                                setting::forget_in_all(&table, name.as_str(), &mut done);
                            }
                        }
                        _ => {}
                    }
                }
                if has_parts
                    && alter.actions.iter().any(|action| matches!(action, AlterAction::DropColumn(_)))
                {
                    parts::forget_gone(&mut done);
                }
                let kept =
                    if alter.only { only::kept(&alter, &done, sink) } else { only::merged(&alter, &done) };
                let kept = only::place(kept, &mut done);
                let count = alter.actions.len();
                let mut renamed = Some(Vec::new());
                alter.actions.retain(|action| match action {
                    AlterAction::Other(text)
                        if {
                            if let Some(names) = names.as_mut().filter(|_| has_parts) {
                                parts::before_rename(&table, &text.node, names, &mut done);
                            }
                            rename::rename_of_table(&table, text, &mut done)
                        } =>
                    {
                        match (rename::renamed_to(&table, &text.node), &mut renamed) {
                            (Some(to), Some(renamed)) => renamed.push(to),
                            _ => renamed = None,
                        }
                        false
                    }
                    AlterAction::Other(text) if left.attach(&table, &text.node, &mut done) => false,
                    AlterAction::Other(text) => {
                        left.before(&table, &text.node, &done);
                        if let Some(names) = names.as_mut().filter(|_| has_parts) {
                            parts::before_detach(&text.node, names, &mut done);
                        }
                        let kept = detached::kept(&table, text, &done, sink);
                        let parts = like::part_ways(&table, &text.node, &mut done);
                        left.behind(&text.node, &done);
                        match (kept, &mut names) {
                            (Some(kept), Some(names)) => names.add(kept, &mut done),
                            (kept, _) => done.extend(kept),
                        }
                        if parts {
                            renamed = None;
                        }
                        !parts
                    }
                    _ => true,
                });
                if alter.actions.len() < count {
                    made.forget();
                    match renamed {
                        Some(all) => names
                            .iter_mut()
                            .for_each(|names| all.iter().for_each(|to| names.rename(to.clone()))),
                        None => names.iter_mut().for_each(name::Names::forget),
                    }
                }
                if !alter.actions.is_empty() {
                    let taken: Vec<_> = match has_parts {
                        true => alter.actions.iter().filter_map(parts::taken_in).collect(),
                        false => Vec::new(),
                    };
                    for part in &taken {
                        name::set_apart(part, None, &mut done);
                    }
                    let span = alter.span;
                    match &mut names {
                        Some(names) => names.add(Decl::AlterTable(alter), &mut done),
                        None => done.push(Decl::AlterTable(alter)),
                    }
                    for part in taken {
                        parts::take_up(&table, Some(&part), span, &mut done);
                    }
                }
                done.extend(kept.into_iter().map(Decl::AlterTable));
            }
            Decl::Verbatim(data) if data.kind == "alter function" && types::is_of_range(&data, &done) => {}
            Decl::Verbatim(data)
                if schema::rename(&data, &mut done)
                    || search::rename(&data, &mut done)
                    || schema::move_type(&data, &mut done)
                    || carried::move_named(&data, &mut done) =>
            {
                made.forget();
                names.iter_mut().for_each(name::Names::forget);
            }
            Decl::Verbatim(data) if has_stars && data.kind == "alter foreign table" => {
                star::freeze_foreign(&data, &mut done, sink);
                if !amend::amend(&data, &mut done) {
                    done.push(Decl::Verbatim(data));
                }
            }
            Decl::Verbatim(data) if amend::amend(&data, &mut done) => {}
            Decl::Verbatim(data) if matches!(data.kind.as_str(), "alter type" | "alter domain") => {
                // A check that stands apart from its domain.
                if data.kind == "alter domain" && undone::undo(&data.text.node, &mut done) {
                } else if types::rename_of_type(&data.text, &mut done) {
                    made.forget();
                } else if !types::change_of_labels(&data.text, &mut done) {
                    types::follow_constraint(&data.text.node, &mut done);
                    done.push(Decl::Verbatim(data));
                }
            }
            Decl::Verbatim(data)
                if matches!(data.kind.as_str(), "grant" | "alter default privileges" | "alter view")
                    && undone::undo(&data.text.node, &mut done) => {}
            Decl::Verbatim(data)
                if data.kind == "alter extension" && types::move_extension(&data, &mut done) => {}
            Decl::Verbatim(data)
                if {
                    if let Some(names) = names.as_mut().filter(|_| has_parts) {
                        parts::before_statement(&data.text.node, names, &mut done);
                    }
                    rename::rename_of_index(&data.text, &mut done)
                } || rename::rename_of_carried(&data.text, &mut done)
                    || carried::rename(&data, &mut done) =>
            {
                made.forget();
                names.iter_mut().for_each(name::Names::forget);
            }
            Decl::Verbatim(data) if view::rename_column(&data, &mut done) => {}
            Decl::Verbatim(data) if carried::set_parameters(&data, &mut done) => {}
            Decl::Verbatim(data) if data.kind == "alter sequence" => {
                if !sequence::free(&data, &mut done) {
                    cascade::forget_owner(&data, &mut done);
                    done.push(Decl::Verbatim(data));
                }
            }
            // The last description holds.
            Decl::Comment(comment) if matches!(comment.target, CommentTarget::Other(_)) => {
                if let CommentTarget::Other(on) = &comment.target {
                    described::overrule(&on.node, &mut done);
                }
                if comment.text.is_some() {
                    done.push(Decl::Comment(comment));
                }
            }
            Decl::Verbatim(data) if data.kind == "revoke" && grant::revoke(&data, &mut done) => {}
            mut other => {
                let index = match &other {
                    Decl::Index(data) if has_parts => Some((qualified(&data.table), data.index.span)),
                    _ => None,
                };
                let behind = match &mut other {
                    Decl::Table(table) => like::expand(table, &done),
                    _ => Vec::new(),
                };
                for decl in std::iter::once(other).chain(behind) {
                    match &mut names {
                        Some(names) => names.add(decl, &mut done),
                        None => done.push(decl),
                    }
                }
                if let Some((whole, span)) = index {
                    parts::take_up(&whole, None, span, &mut done);
                }
            }
        }
    }
    changed.mark(&mut done);
    done
}

/// Returns the column whose type a change sets: `ALTER COLUMN name TYPE …`.
fn retyped(action: &str) -> Option<PgIdent> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if !cursor.eat("alter") {
        return None;
    }
    _ = cursor.eat("column");
    let name = cursor.ident()?;
    (cursor.eat("type") || cursor.eat("set data type")).then_some(name)
}

/// Tells whether what has no name may be called by another one than its table and columns say at the end.
fn changes_names(decl: &Decl) -> bool {
    match decl {
        Decl::Drop(_) => true,
        Decl::AlterTable(alter) => alter.actions.iter().any(|action| {
            matches!(
                action,
                AlterAction::DropColumn(_) | AlterAction::DropConstraint(_) | AlterAction::Other(_)
            )
        }),
        // What an expression calls has its name in those of indexes.
        Decl::Verbatim(data) => matches!(
            data.kind.as_str(),
            "alter index"
                | "alter sequence"
                | "alter function"
                | "alter routine"
                | "alter aggregate"
                | "alter type"
                | "alter domain"
        ),
        _ => false,
    }
}

/// The names of what can be made once.
#[derive(Debug, Default)]
struct Made {
    /// None where something went or was renamed since they were gathered.
    names: Option<BTreeSet<QualifiedName>>,
}

impl Made {
    /// Notes that names may have become free or others be taken.
    fn forget(&mut self) {
        self.names = None;
    }

    /// Tells whether nothing of its name is made by what stands before it.
    fn is_first(&mut self, decl: &Decl, done: &[Decl]) -> bool {
        let names = self.names.get_or_insert_with(|| done.iter().filter_map(made_once).collect());
        made_once(decl).is_none_or(|name| names.insert(name))
    }
}

/// Returns the name of what can be made once.
fn made_once(decl: &Decl) -> Option<QualifiedName> {
    match decl {
        Decl::Table(table) => Some(qualified(&table.name)),
        Decl::Enum(data) => Some(qualified(&data.name)),
        Decl::Index(data) if data.index.name.is_some() => Some(drop::index_name(&data.table, &data.index)),
        _ => None,
    }
}

/// Tells whether a statement before made something of a name.
fn is_there(name: &QName, done: &[Decl]) -> bool {
    let name = qualified(name);
    done.iter().any(|decl| match decl {
        Decl::Table(table) => is_called(&table.name, &name),
        Decl::Index(data) => drop::index_name(&data.table, &data.index) == name,
        Decl::Verbatim(data) => data.creates.as_ref().is_some_and(|made| is_called(made, &name)),
        _ => false,
    })
}

/// Tells whether a statement takes the place of an earlier one: `CREATE OR REPLACE`.
pub(super) fn replaces(text: &str) -> bool {
    let mut words = text.split_whitespace().skip(1).take(2);
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("or"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("replace"))
}

fn is_replaced(known: &VerbatimDecl, by: &VerbatimDecl) -> bool {
    let is_named_alike = || {
        known
            .creates
            .as_ref()
            .zip(by.creates.as_ref())
            .is_some_and(|(a, b)| a.name.node == b.name.node && qualified(a) == qualified(b))
    };
    if known.kind != by.kind {
        return false;
    }
    match by.kind.as_str() {
        "trigger" | "rule" => drop::part_of(known).is_some_and(|part| Some(part) == drop::part_of(by)),
        "view" => is_named_alike(),
        _ => {
            is_named_alike()
                && routine::signature_of(&known.text.node) == routine::signature_of(&by.text.node)
        }
    }
}
