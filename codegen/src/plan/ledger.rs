//! What was released: which migrations, with their checksums, and the model that they make.
//!
//! The ledger and the model lie beside the migrations, as text that a person can read and a merge can compare. A released file is
//! never generated again; what the documents say beyond the released model becomes the next migration.

mod file;
mod numbers;

use std::collections::BTreeMap;

use crate::config::{Config, Layout};
use crate::diag::{Code, Sink};
use crate::load::{Kept, LEDGER_FILE, MODEL_FILE};
use crate::model::Schema;
use crate::plan::migration::again::run_once;
use crate::plan::migration::diff::{self, Side};
use crate::plan::migration::layout::{self, Broken, Laid};
use crate::source::{self, Reading};
use crate::span::{FileId, Sources, Spanned};
pub use file::{Entry, Ledger, checksum, print};
use numbers::{by_hand, check_late, check_numbers, check_order};
pub use numbers::{by_hand_before, check_pending};

const MISSING: Code = Code::new("ledger-missing");
const EDITED: Code = Code::new("released-migration-edited");
const REMOVED: Code = Code::new("released-migration-removed");
const MODEL: Code = Code::new("released-model-edited");
const DISAGREES: Code = Code::new("released-model-disagrees");
const OTHER_LAYOUT: Code = Code::new("released-in-another-layout");
const LAYOUT: Code = Code::new("migration-layout");

/// What was released.
#[derive(Clone, Debug)]
pub struct Released {
    /// The migrations with their checksums.
    pub ledger: Ledger,
    /// What they make.
    pub model: Schema,
    /// The configuration under which the model is read: taken at its word.
    pub config: Config,
    /// Names of migration files that were neither released nor generated.
    pub by_hand: Vec<String>,
    /// The released files and those of the ledger, by name below the schema's generated folder, as they lie on disk.
    pub files: BTreeMap<String, String>,
}

/// Reads what was released; what is wrong with it is reported, and none is returned where no plan can stand on it.
pub fn read(kept: &Kept, sources: &Sources, config: &Config, sink: &mut Sink) -> Option<Released> {
    let name = &config.name;
    let ledger_file = ledger_file(kept, sources, name, sink)?;
    let ledger = file::parse(ledger_file, sources, sink)?;
    let start = |id: FileId| sources.fragment(id).span(0..0);
    let on_disk = on_disk(kept, sources);
    let mut sound = check_order(&ledger, sink)
        & check_numbers(&ledger, &on_disk, sources, sink)
        & check_late(&ledger, kept, sources, sink)
        & check_parts(&ledger, &on_disk, sink);
    let files = released_files(&ledger, &on_disk, sources, sink);
    sound &= files.is_some();
    let Some(model_file) = kept.model else {
        sink.error(MODEL, start(ledger_file), "the released model is not there")
            .help("bring `released.sql` back from version control")
            .help(format!("`cargo xtask release {name} --replay` makes it of the released migrations"));
        return None;
    };
    let model_text = sources.file(model_file).text();
    if checksum(model_text) != ledger.model {
        sink.error(MODEL, start(model_file), "the released model is not the one of the ledger")
            .help("restore both from version control")
            .help(format!(
                "after a merge, `cargo xtask release {name} --replay` makes it of the released migrations"
            ));
        sound = false;
    }
    let mut files = files.filter(|_| sound)?;
    check_layout(&ledger, &files, config, sink);
    let literal = literal(config);
    let model = read_model(&[model_file], sources, &literal, sink)?;
    let replayed = replay(&ledger, &files, config, sink)?;
    let (before, after) =
        (Side { schema: &replayed, config: &literal }, Side { schema: &model, config: &literal });
    // A difference that cannot be planned is one as well.
    let (first, more) = match diff::diff(before, after) {
        Ok(steps) => {
            let told =
                |step: &diff::Step| format!("{} `{}` differs", step.key.kind.label(), step.key.plain());
            (steps.first().map(told), steps.len().saturating_sub(1))
        }
        Err(refusals) => {
            let told = refusals.first().map(|refusal| refusal.message.clone());
            (
                Some(told.unwrap_or_else(|| "they cannot be compared".to_owned())),
                refusals.len().saturating_sub(1),
            )
        }
    };
    if let Some(first) = first {
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        let message = format!("the released migrations do not make the released model: {first}{more}");
        sink.error(DISAGREES, start(model_file), message)
            .help("restore both from version control")
            .help(format!("after a merge, `cargo xtask release {name} --replay` makes the model anew"));
        return None;
    }
    let by_hand = by_hand(&ledger.migrations, &on_disk, sources).map(|(file, _)| file.to_owned()).collect();
    files.insert(LEDGER_FILE.to_owned(), sources.file(ledger_file).text().to_owned());
    files.insert(MODEL_FILE.to_owned(), model_text.to_owned());
    Some(Released { ledger, model, config: literal, by_hand, files })
}

/// Returns the ledger's file; reports that it is gone where the released model is not.
fn ledger_file(kept: &Kept, sources: &Sources, name: &str, sink: &mut Sink) -> Option<FileId> {
    if let (None, Some(model)) = (kept.ledger, kept.model) {
        let span = sources.fragment(model).span(0..0);
        sink.error(
            MISSING,
            span,
            format!("`{name}` was released, and `{LEDGER_FILE}` is not there any more"),
        )
        .help(
            "bring it back from version control: without it the released migrations would be generated anew",
        )
        .help(format!("where nothing was released after all, remove `{MODEL_FILE}` as well"));
    }
    kept.ledger
}

/// Reports that the released files are none that the layout's runner reads.
fn check_layout(ledger: &Ledger, files: &BTreeMap<String, String>, config: &Config, sink: &mut Sink) {
    let wanted = config.migrations.layout;
    let is_other = |file: &&String| {
        let text = files.get(&format!("migrations/{file}"));
        text.is_some_and(|text| !layout::is_of(wanted, file, text))
    };
    let other =
        ledger.migrations.iter().find_map(|entry| Some((entry, entry.node.files.keys().find(is_other)?)));
    if let Some((entry, file)) = other {
        let named = Layout::ALL.iter().find(|(_, layout)| *layout == wanted);
        let name = named.map(|(name, _)| *name).unwrap_or_default();
        sink.warning(
            OTHER_LAYOUT,
            entry.span,
            format!("`{file}` was released in another layout than `{name}`"),
        )
        .help("a runner that meets it stops there or passes over it: set `layout` back to what it was")
        .help("where every database that there will be has run it, nothing is to be done");
    }
}

/// Reports entries that list the part up of a migration, and not the part down that lies beside it: that would be nobody's.
fn check_parts(ledger: &Ledger, on_disk: &BTreeMap<&str, FileId>, sink: &mut Sink) -> bool {
    let mut sound = true;
    for entry in &ledger.migrations {
        let files = &entry.node.files;
        let downs = files.keys().filter_map(|file| layout::part_down(file));
        let left = downs.filter(|down| !files.contains_key(down) && on_disk.contains_key(down.as_str()));
        for down in left {
            let message = format!("`{}` has a part down, `{down}`, that it does not list", entry.node.name);
            sink.error(file::SYNTAX, entry.span, message)
                .help("restore the ledger from version control: an entry lists both files");
            sound = false;
        }
    }
    sound
}

/// Returns the migration files of a schema's folder by name.
fn on_disk<'a>(kept: &Kept, sources: &'a Sources) -> BTreeMap<&'a str, FileId> {
    let name = |id: FileId| {
        let path = sources.file(id).path();
        path.rsplit('/').next().unwrap_or(path)
    };
    kept.migrations.iter().map(|id| (name(*id), *id)).collect()
}

/// Returns the texts of the released files by their path; reports those that are not what was released.
fn released_files(
    ledger: &Ledger,
    on_disk: &BTreeMap<&str, FileId>,
    sources: &Sources,
    sink: &mut Sink,
) -> Option<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut sound = true;
    let released =
        ledger.migrations.iter().flat_map(|entry| entry.node.files.iter().map(move |file| (entry, file)));
    for (entry, (file, sum)) in released {
        let Some(id) = on_disk.get(file.as_str()) else {
            let message = format!("`{file}` was released and is not there any more");
            sink.error(REMOVED, entry.span, message)
                .help("bring it back from version control: databases that have it can only go on from there");
            sound = false;
            continue;
        };
        let text = sources.file(*id).text();
        if checksum(text) != *sum {
            let span = sources.fragment(*id).span(0..0);
            sink.error(EDITED, span, format!("`{file}` was released and has been changed since"))
                .label(entry.span, "released here")
                .help("restore it from version control")
                .help("say the change in the documents: it becomes the next migration");
            sound = false;
        }
        files.insert(format!("migrations/{file}"), text.to_owned());
    }
    sound.then_some(files)
}

/// Makes the ledger's entries of migration files, given by name and text.
///
/// # Errors
///
/// A file breaks its layout.
pub fn entries<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Vec<Entry>, Broken> {
    let files: BTreeMap<&str, &str> = files.collect();
    let laid = layout::read(files.iter().map(|(file, text)| (*file, *text)))?;
    let sums = |laid: &Laid| {
        let names = [Some(&laid.up.file), laid.down.as_ref().map(|down| &down.file)];
        let sum = |name: &String| Some((name.clone(), checksum(files.get(name.as_str())?)));
        names.into_iter().flatten().filter_map(sum).collect()
    };
    Ok(laid.iter().map(|laid| Entry { name: laid.name.clone(), files: sums(laid) }).collect())
}

/// Returns the ledger, and what the released migrations make; what is wrong with the files is reported.
pub fn replay_kept(
    kept: &Kept,
    sources: &Sources,
    config: &Config,
    sink: &mut Sink,
) -> Option<(Ledger, Schema)> {
    let ledger = file::parse(ledger_file(kept, sources, &config.name, sink)?, sources, sink)?;
    if ledger.migrations.is_empty() {
        sink.error(DISAGREES, ledger.span, "the ledger lists no migration: there is nothing to replay")
            .help("restore it, and `released.sql`, from version control")
            .help("where nothing was released after all, remove both");
        return None;
    }
    let on_disk = on_disk(kept, sources);
    let sound = check_order(&ledger, sink)
        & check_numbers(&ledger, &on_disk, sources, sink)
        & check_parts(&ledger, &on_disk, sink);
    let files = released_files(&ledger, &on_disk, sources, sink).filter(|_| sound)?;
    let made = replay(&ledger, &files, config, sink)?;
    Some((ledger, made))
}

/// Returns the configuration under which generated SQL is read back: at its word, with the same tables owned by others.
pub fn literal(config: &Config) -> Config {
    let (external, platform) = (config.external.clone(), config.platform.clone());
    Config { literal: true, external, platform, ..Config::for_name(config.name.clone()) }
}

/// Returns what the parts up of the ledger's migrations make, one after the other; none where a file cannot be read.
fn replay(
    ledger: &Ledger,
    files: &BTreeMap<String, String>,
    config: &Config,
    sink: &mut Sink,
) -> Option<Schema> {
    let texts =
        files.iter().filter_map(|(path, text)| Some((path.strip_prefix("migrations/")?, text.as_str())));
    let laid = match layout::read(texts) {
        Ok(laid) => laid,
        Err(broken) => {
            let at = ledger.migrations.iter().find(|entry| entry.node.files.contains_key(&broken.file));
            let message = format!("`{}`, line {}: {}", broken.file, broken.line, broken.message);
            sink.error(LAYOUT, at.map_or(ledger.span, |entry| entry.span), message)
                .help("restore the file from version control");
            return None;
        }
    };
    // The number of the next migration, and the order, are read from the names.
    let is_named = |entry: &&Spanned<Entry>| {
        let of = |laid: &Laid| {
            laid.name == entry.node.name && entry.node.files.contains_key(laid.up.file.as_str())
        };
        laid.iter().any(of)
    };
    if let Some(entry) = ledger.migrations.iter().find(|entry| !is_named(entry)) {
        let message = format!("`{}` is the name of none of its files", entry.node.name);
        sink.error(file::SYNTAX, entry.span, message).help("restore the ledger from version control");
        return None;
    }
    let parts: Vec<&str> = laid.iter().map(|laid| laid.up.text.as_str()).collect();
    Some(read_back(&run_once(&parts.join("\n")), config))
}

/// Returns the schema that generated SQL makes.
pub(crate) fn read_back(text: &str, config: &Config) -> Schema {
    let mut sources = Sources::default();
    let file = sources.add("migrations.sql", text);
    // What is to be said about these files was said when they were generated.
    let mut silent = Sink::default();
    let literal = literal(config);
    let decls =
        source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &literal }, &mut silent);
    crate::model::lower(decls, &literal, &mut silent)
}

/// Reads the model; one that is no SQL is reported.
fn read_model(files: &[FileId], sources: &Sources, config: &Config, sink: &mut Sink) -> Option<Schema> {
    let mut own = Sink::default();
    let decls = source::read(files, &Reading { sources, inputs: &[], config }, &mut own);
    let model = crate::model::lower(decls, config, &mut own);
    let failed = own.has_errors();
    if failed {
        sink.absorb(own);
    }
    (!failed).then_some(model)
}
