//! Migration files that the document orders, and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use super::Cx;
use super::words::{self, Entry};
use crate::diag::{Code, did_you_mean};
use crate::model::{Fact, MigrationData, MigrationMember, TableId};
use crate::source::decl::{Decl, Ident, MigrationDecl};
use crate::span::Span;

const UNKNOWN_MEMBER: Code = Code::new("unknown-migration-member");
const AMBIGUOUS_MEMBER: Code = Code::new("ambiguous-migration-member");
const NAME_CONFLICT: Code = Code::new("migration-name-conflict");
const TABLE_TWICE: Code = Code::new("table-in-two-migrations");
const UNMATCHED: Code = Code::new("config-unmatched");

/// Notes the ordered migrations, and reports names that other places give differently.
pub(super) fn lower(cx: &mut Cx<'_>, decls: &[Decl]) {
    let all: Vec<&MigrationDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Migration(data) => Some(data),
            _ => None,
        })
        .collect();
    if all.is_empty() && cx.config.migrations.members.is_empty() {
        return;
    }
    let tables = super::entries(cx);
    let mut placed: BTreeSet<TableId> = BTreeSet::new();
    let named_only: BTreeSet<Span> =
        cx.schema.named.iter().filter(|named| named.file.is_some()).map(|named| named.name.span).collect();
    let known = Tables::new(&tables);
    for decl in &all {
        if let Some(members) = &decl.members {
            add(cx, decl, members, &known, &named_only, &mut placed);
        }
    }
    for decl in all.iter().filter(|decl| decl.members.is_none()) {
        mention(cx, &decl.file);
    }
    check_config(cx, &all, &tables);
}

/// The schema's own tables, by the words of their names.
struct Tables<'a> {
    entries: &'a [Entry],
    by_words: BTreeMap<String, Vec<TableId>>,
}

impl<'a> Tables<'a> {
    fn new(entries: &'a [Entry]) -> Self {
        let mut by_words: BTreeMap<String, Vec<TableId>> = BTreeMap::new();
        for entry in entries {
            by_words.entry(words::joined(&entry.name)).or_default().push(entry.id);
        }
        Self { entries, by_words }
    }
}

fn add(
    cx: &mut Cx<'_>,
    decl: &MigrationDecl,
    words: &[Ident],
    known: &Tables<'_>,
    named_only: &BTreeSet<Span>,
    placed: &mut BTreeSet<TableId>,
) {
    let tables = known.entries;
    let mut members = Vec::new();
    // What is named exactly is taken first, so that a looser word for something else cannot take it.
    let exact: Vec<TableId> =
        words.iter().flat_map(|words| configured(cx, words, known).unwrap_or_default()).collect();
    for words in words {
        // What the document only names in this place is no table of the schema, whatever its name.
        if named_only.contains(&words.span) {
            members.push(MigrationMember { words: words.clone(), tables: Vec::new() });
            continue;
        }
        let found = configured(cx, words, known).unwrap_or_else(|| {
            let taken = |id: &TableId| placed.contains(id) || exact.contains(id);
            let mut loose = words::find(&words.node, tables);
            loose.retain(|table| !taken(&table.id));
            narrow(loose, &exact, tables).into_iter().map(|table| table.id).collect()
        });
        let found = match found.as_slice() {
            [] => {
                report_unknown(cx, words, tables);
                Vec::new()
            }
            [_, _, ..] if configured(cx, words, known).is_none() => {
                report_ambiguous(cx, words, tables, &found);
                Vec::new()
            }
            _ => found,
        };
        for id in &found {
            if placed.contains(id) {
                let name = cx.table(*id).name.value.plain();
                cx.sink
                    .warning(TABLE_TWICE, words.span, format!("`{name}` is in a migration already"))
                    .help("name it in one migration only; it is created in the first");
            } else {
                placed.insert(*id);
            }
        }
        members.push(MigrationMember { words: words.clone(), tables: found });
    }
    let file = Fact::said(decl.file.node.clone(), decl.file.span);
    let known = cx.schema.migrations.iter_mut().find(|known| known.file.value == file.value);
    match known {
        Some(known) => {
            known.file.again(file.span);
            known.members.extend(members);
        }
        None => cx.schema.migrations.push(MigrationData { file, members }),
    }
}

/// Keeps, of several tables that words may mean, those named after another table of the same file: beside "Teams", "Members"
/// is `team_members` and not `project_members`.
fn narrow<'a>(found: Vec<&'a Entry>, exact: &[TableId], tables: &[Entry]) -> Vec<&'a Entry> {
    if found.len() < 2 {
        return found;
    }
    let beside: Vec<&Entry> = tables.iter().filter(|table| exact.contains(&table.id)).collect();
    let near: Vec<&Entry> = found
        .iter()
        .copied()
        .filter(|table| beside.iter().any(|other| words::is_named_after(table, other)))
        .collect();
    if near.is_empty() { found } else { near }
}

/// Returns the tables that words mean beyond doubt: as configured, or named exactly.
fn configured(cx: &Cx<'_>, words: &Ident, known: &Tables<'_>) -> Option<Vec<TableId>> {
    let said = |known: &str| known.trim().eq_ignore_ascii_case(words.node.trim());
    if let Some((_, names)) = cx.config.migrations.members.iter().find(|(known, _)| said(&known.node)) {
        let by_name =
            |name: &Ident| known.entries.iter().find(|table| table.name == name.node).map(|table| table.id);
        return Some(names.iter().filter_map(by_name).collect());
    }
    let joined = Some(words::joined(&words.node)).filter(|joined| !joined.is_empty())?;
    match known.by_words.get(&joined).map(Vec::as_slice) {
        Some([table]) => Some(vec![*table]),
        _ => None,
    }
}

fn report_unknown(cx: &mut Cx<'_>, words: &Ident, tables: &[Entry]) {
    let known = tables.iter().map(|table| table.name.as_str());
    cx.sink
        .warning(UNKNOWN_MEMBER, words.span, format!("no table is meant by `{}`", words.node))
        .help(did_you_mean(&words.node, known))
        .help(format!(
            "name the table, or add \"{}\" under `[migrations.members]` in schema.toml",
            words.node
        ));
}

fn report_ambiguous(cx: &mut Cx<'_>, words: &Ident, tables: &[Entry], found: &[TableId]) {
    let names: Vec<String> = tables
        .iter()
        .filter(|table| found.contains(&table.id))
        .map(|table| format!("`{}`", table.name))
        .collect();
    cx.sink
        .warning(AMBIGUOUS_MEMBER, words.span, format!("`{}` may mean {}", words.node, names.join(" or ")))
        .help(format!(
            "name the table, or add \"{}\" under `[migrations.members]` in schema.toml",
            words.node
        ));
}

/// Compares a file name that is only mentioned with the one of the same number in the order.
fn mention(cx: &mut Cx<'_>, file: &Ident) {
    let number = number(&file.node);
    let ordered = cx.schema.migrations.iter_mut().find(|known| known.file.value == file.node);
    if let Some(known) = ordered {
        known.file.again(file.span);
        return;
    }
    let rival = cx.schema.migrations.iter().find(|known| {
        let same = !number.is_empty() && self::number(&known.file.value) == number;
        // Every service counts its own files.
        same && (folder(&known.file.value) == folder(&file.node) || folder(&file.node).is_empty())
    });
    if let Some(rival) = rival {
        let message = format!("migration {number} is called `{}` here", file.node);
        let (there, name) = (rival.file.span, rival.file.value.clone());
        cx.sink
            .warning(NAME_CONFLICT, file.span, message)
            .label(there, format!("`{name}` in the migration order"))
            .help("make the two names agree; the order is what is generated");
    }
}

/// Returns the number at the head of a file's name, without Flyway's `V`.
fn number(file: &str) -> &str {
    let file = file.rsplit('/').next().unwrap_or(file);
    let digits = file.strip_prefix(['V', 'v']).unwrap_or(file);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end).unwrap_or_default()
}

/// Returns the folder of a file's name; empty where it stands in none.
fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Reports entries of `[migrations.members]` whose words stand nowhere or whose tables are not there.
fn check_config(cx: &mut Cx<'_>, all: &[&MigrationDecl], tables: &[Entry]) {
    let members = || all.iter().filter_map(|decl| decl.members.as_ref()).flatten();
    for (words, names) in &cx.config.migrations.members {
        if !members().any(|member| member.node.trim().eq_ignore_ascii_case(words.node.trim())) {
            let hint = did_you_mean(&words.node, members().map(|member| member.node.as_str()));
            cx.sink.error(UNMATCHED, words.span, format!("no migration holds `{}`", words.node)).help(hint);
        }
        for name in names.iter().filter(|name| !tables.iter().any(|table| table.name == name.node)) {
            let hint = did_you_mean(&name.node, tables.iter().map(|table| table.name.as_str()));
            cx.sink.error(UNMATCHED, name.span, format!("there is no table `{}`", name.node)).help(hint);
        }
    }
}
