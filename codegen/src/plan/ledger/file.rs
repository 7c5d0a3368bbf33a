//! The ledger's file.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::diag::{Code, Sink};
use crate::span::{FileId, Sources, Span, Spanned};

/// A ledger that is not one.
pub(super) const SYNTAX: Code = Code::new("ledger-syntax");

/// What the ledger says.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The checksum of the released model's text.
    pub model: String,
    /// Files made by hand that were there when a migration behind them was released, by name.
    pub by_hand: BTreeSet<String>,
    /// The released migrations, in their order.
    pub migrations: Vec<Spanned<Entry>>,
    /// The file.
    pub span: Span,
}

/// A released migration.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name: that of its file without the ending.
    pub name: String,
    /// Its files with their checksums, by name.
    pub files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLedger {
    model: String,
    #[serde(default, rename = "by-hand")]
    by_hand: BTreeSet<String>,
    #[serde(default)]
    migration: Vec<toml::Spanned<RawEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    name: String,
    files: BTreeMap<String, String>,
}

/// Reads a ledger; one that cannot be read is reported.
pub(super) fn parse(file: FileId, sources: &Sources, sink: &mut Sink) -> Option<Ledger> {
    let fragment = sources.fragment(file);
    match toml::from_str::<RawLedger>(fragment.text()) {
        Ok(raw) => {
            let migrations = raw.migration.into_iter().map(|entry| {
                let span = fragment.span(entry.span());
                let RawEntry { name, files } = entry.into_inner();
                Spanned::new(Entry { name, files }, span)
            });
            let RawLedger { model, by_hand, .. } = raw;
            Some(Ledger { model, by_hand, migrations: migrations.collect(), span: fragment.span(0..0) })
        }
        Err(error) => {
            let span = fragment.span(error.span().unwrap_or(0..0));
            sink.error(SYNTAX, span, error.message().to_owned()).help(
                "restore the ledger from version control; after a merge, keep the entries of both sides",
            );
            None
        }
    }
}

/// Prints the ledger of a schema: an entry a migration, so that a merge can compare them. `model` is the checksum of the model, and
/// `by_hand` are the files that were there before the last of the migrations and are none of them.
pub fn print<'a>(
    schema: &str,
    model: &str,
    by_hand: &BTreeSet<String>,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> String {
    let mut text = format!(
        "# Released by `cargo xtask release {schema}`: these files and `released.sql` are not generated again.\n\nmodel = \"{model}\"\n"
    );
    if !by_hand.is_empty() {
        let lines: String = by_hand.iter().map(|file| format!("    {},\n", quoted(file))).collect();
        _ = write!(text, "by-hand = [\n{lines}]\n");
    }
    for entry in entries {
        _ = write!(text, "\n[[migration]]\nname = {}\n\n[migration.files]\n", quoted(&entry.name));
        for (file, sum) in &entry.files {
            _ = writeln!(text, "{} = \"{sum}\"", quoted(file));
        }
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Returns the SHA-256 of a text in hexadecimal, whichever line endings the file has on disk.
pub fn checksum(text: &str) -> String {
    let mut sum = String::with_capacity(64);
    for byte in Sha256::digest(text.replace("\r\n", "\n").as_bytes()) {
        _ = write!(sum, "{byte:02x}");
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let mut sources = Sources::default();
        let files = [("1_a.down.sql", "x"), ("1_a.up.sql", "y")];
        let files = files.into_iter().map(|(file, text)| (file.to_owned(), checksum(text))).collect();
        let entry = Entry { name: "1_a \"b\"".to_owned(), files };
        let by_hand = ["2_c.sql", "3_\"d\".sql"].map(str::to_owned).into();
        let text = print("shop", &checksum(""), &by_hand, [&entry]);
        let file = sources.add("generated/shop/ledger.toml", text.as_str());
        let mut sink = Sink::default();
        let read = parse(file, &sources, &mut sink).unwrap();
        assert_eq!(
            print("shop", &read.model, &read.by_hand, read.migrations.iter().map(|entry| &entry.node)),
            text
        );
        assert_eq!(sources.text(read.migrations[0].span).lines().next(), Some("[[migration]]"));
    }

    #[test]
    fn line_endings_change_no_checksum() {
        assert_eq!(checksum("a\r\nb\n"), checksum("a\nb\n"));
        assert_eq!(checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
