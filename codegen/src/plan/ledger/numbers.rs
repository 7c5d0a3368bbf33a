//! Numbers of migrations: each once, in order, and none that comes too late.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Entry, Ledger};
use super::{file, on_disk};
use crate::diag::{Code, Sink};
use crate::load::{Kept, LEDGER_FILE, is_generated};
use crate::plan::migration::Migration;
use crate::plan::migration::layout;
use crate::span::{FileId, Sources, Span, Spanned};

const ORDER: Code = Code::new("released-migrations-out-of-order");
const SAME_NUMBER: Code = Code::new("migration-number-twice");
const TOO_LOW: Code = Code::new("migration-number-too-low");

/// Returns the migration files that were neither released nor generated.
pub(super) fn by_hand<'a>(
    released: &[Spanned<Entry>],
    on_disk: &BTreeMap<&'a str, FileId>,
    sources: &Sources,
) -> impl Iterator<Item = (&'a str, FileId)> {
    let is_released = |name: &str| released.iter().any(|entry| entry.node.files.contains_key(name));
    let is_by_hand = |name: &str, id: FileId| !is_released(name) && !is_generated(sources.file(id).text());
    let files: Vec<_> =
        on_disk.iter().map(|(name, id)| (*name, *id)).filter(|(name, id)| is_by_hand(name, *id)).collect();
    files.into_iter()
}

/// Reports files made by hand that have the number of one which is going to be released.
pub fn check_pending(pending: &[Migration], kept: &Kept, sources: &Sources, sink: &mut Sink) {
    let released = match kept.ledger.map(|file| file::parse(file, sources, &mut Sink::default())) {
        Some(Some(ledger)) => ledger.migrations,
        // What is wrong with it has been said.
        Some(None) => return,
        None => Vec::new(),
    };
    for (file, id) in by_hand(&released, &on_disk(kept, sources), sources) {
        let name = file.trim_end_matches(".sql");
        let same =
            |migration: &&Migration| number(&migration.file).is_some_and(|it| number(name) == Some(it));
        if let Some(migration) = pending.iter().find(same).filter(|_| !is_down(file)) {
            let span = sources.fragment(id).span(0..0);
            let pending = migration.file.trim_end_matches(".sql");
            sink.error(SAME_NUMBER, span, format!("`{name}` and `{pending}` have the same number"))
                .help("the first is not generated: give it another number, or say in the documents what it does and remove it");
        }
    }
}

/// Tells whether a file is the part down beside a part up, which is no migration of its own.
fn is_down(file: &str) -> bool {
    file.ends_with(".down.sql") || file.starts_with('U')
}

/// Returns the files made by hand, by name, that come before the last of some released migrations: those that were there when it was
/// released.
pub fn by_hand_before<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    kept: &Kept,
    sources: &Sources,
) -> BTreeSet<String> {
    let entries: Vec<&Entry> = entries.into_iter().collect();
    let last = entries.iter().filter_map(|entry| number(&entry.name)).max();
    let is_released = |file: &str| entries.iter().any(|entry| entry.files.contains_key(file));
    let is_before = |file: &str| number(file).is_some_and(|number| Some(number) < last);
    let files = on_disk(kept, sources).into_iter();
    let files = files.filter(|(file, id)| !is_generated(sources.file(*id).text()) && !is_released(file));
    files.map(|(file, _)| file).filter(|file| !is_down(file) && is_before(file)).map(str::to_owned).collect()
}

/// Reports files made by hand that come before the last released migration and were not there when it was released: databases that
/// have that one get them out of order, or never.
pub(super) fn check_late(ledger: &Ledger, kept: &Kept, sources: &Sources, sink: &mut Sink) -> bool {
    let entries = || ledger.migrations.iter().map(|entry| &entry.node);
    let last = entries().max_by_key(|entry| number(&entry.name)).map(|entry| entry.name.as_str());
    // A number that two have is told as such.
    let is_taken = |file: &str| entries().any(|entry| number(&entry.name) == number(file));
    let files = on_disk(kept, sources);
    let mut sound = true;
    for file in by_hand_before(entries(), kept, sources) {
        if ledger.by_hand.contains(&file) || is_taken(&file) {
            continue;
        }
        let (Some(id), Some(last)) = (files.get(file.as_str()), last) else { continue };
        let span = sources.fragment(*id).span(0..0);
        sink.error(TOO_LOW, span, format!("`{file}` is not released and comes before `{last}`, which is"))
            .label(ledger.span, "released by this ledger")
            .help("give it a number behind the last released one: a database that has that one gets it out of order, or never")
            .help(format!("where it was there before, and every database has it, list it in `{LEDGER_FILE}`: by-hand = [\"{file}\"]"));
        sound = false;
    }
    sound
}

/// Reports migrations that do not come in the order of their numbers.
pub(super) fn check_order(ledger: &Ledger, sink: &mut Sink) -> bool {
    let mut sound = true;
    for pair in ledger.migrations.windows(2) {
        let [before, after] = pair else { continue };
        if number(&before.node.name) > number(&after.node.name) {
            let message = format!("`{}` stands behind `{}`", after.node.name, before.node.name);
            sink.error(ORDER, after.span, message)
                .label(before.span, "this one has the higher number")
                .help("restore the order in which they were released; runners go by the number");
            sound = false;
        }
    }
    let mut seen: BTreeMap<u128, &Spanned<Entry>> = BTreeMap::new();
    for entry in &ledger.migrations {
        let Some(number) = number(&entry.node.name) else { continue };
        if let Some(other) = seen.insert(number, entry) {
            twice(&other.node.name, &entry.node.name, entry.span, sink).label(other.span, "the other one");
            sound = false;
        }
    }
    sound
}

/// Reports numbers that several files of the folder bear; a generated file that is not released will have the next free one.
pub(super) fn check_numbers(
    ledger: &Ledger,
    files: &BTreeMap<&str, FileId>,
    sources: &Sources,
    sink: &mut Sink,
) -> bool {
    let others = by_hand(&ledger.migrations, files, sources).map(|(name, _)| name);
    let released = ledger.migrations.iter().flat_map(|entry| entry.node.files.keys().map(String::as_str));
    let names: BTreeSet<&str> = others.chain(released).collect();
    let texts = files.iter().map(|(name, id)| (*name, sources.file(*id).text()));
    let texts = texts.filter(|(name, _)| names.contains(name));
    // A file that breaks its layout is reported when it is replayed.
    let Ok(laid) = layout::read(texts) else { return true };
    let mut sound = true;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for pair in laid.windows(2) {
        let [before, after] = pair else { continue };
        if number(&before.name).is_some()
            && number(&before.name) == number(&after.name)
            && names.insert(&after.name)
        {
            let Some(id) = files.get(after.up.file.as_str()) else { continue };
            let span = sources.fragment(*id).span(0..0);
            twice(&before.name, &after.name, span, sink);
            sound = false;
        }
    }
    sound
}

fn twice<'s>(one: &str, other: &str, span: Span, sink: &'s mut Sink) -> &'s mut crate::diag::Diagnostic {
    sink.error(SAME_NUMBER, span, format!("`{one}` and `{other}` have the same number"))
        .help("two branches took it: give the one that no database has yet the next number, as a file and in the ledger")
}

pub(super) fn number(name: &str) -> Option<u128> {
    layout::version(name).0.parse().ok()
}
