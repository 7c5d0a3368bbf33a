//! Reading a TOML file key by key, so that every mistake in it is reported at its place and none hides another.

use toml::de::{DeString, DeTable, DeValue};

use crate::diag::{Sink, did_you_mean};
use crate::span::{FileId, Fragment, Span, Spanned};

use super::{INVALID_VALUE, MISSING_KEY, SYNTAX, UNKNOWN_KEY};

/// Parses a TOML text, reporting every syntax error; what could be read is returned.
pub(super) fn parse<'a>(text: &'a str, file: FileId, sink: &mut Sink) -> Table<'a> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let fragment = Fragment::whole(file, text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        sink.error(SYNTAX, fragment.span(range), error.message().to_owned())
            .help("this file is TOML; see docs/guide/schema-toml.md for what it may say");
    }
    let range = document.span();
    Table {
        path: String::new(),
        file,
        span: fragment.span(range),
        entries: entries(document.into_inner(), file),
        known: Vec::new(),
    }
}

/// A key with its place, and its value.
type Entry<'a> = (Spanned<String>, Value<'a>);

/// A value with its place.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// A table whose keys are taken out one by one; what is left at the end is unknown.
#[derive(Debug)]
pub(super) struct Table<'a> {
    path: String,
    file: FileId,
    /// The whole table.
    pub(super) span: Span,
    entries: Vec<Entry<'a>>,
    known: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// Takes a key's value of whatever type.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let at = self.entries.iter().position(|(name, _)| name.node == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &'static str, sink: &mut Sink) -> Option<Spanned<String>> {
        let value = self.take(key)?;
        self.expect_text(value, key, sink)
    }

    /// Takes a text that has to be there.
    pub(super) fn required_text(&mut self, key: &'static str, sink: &mut Sink) -> Option<Spanned<String>> {
        self.known.push(key);
        if !self.entries.iter().any(|(name, _)| name.node == key) {
            sink.error(MISSING_KEY, self.span, format!("{} needs a `{key}`", self.name()))
                .help(format!("add `{key} = \"…\"`"));
        }
        self.text(key, sink)
    }

    /// Takes a boolean.
    pub(super) fn boolean(&mut self, key: &'static str, sink: &mut Sink) -> Option<Spanned<bool>> {
        let value = self.take(key)?;
        match value.node.as_bool() {
            Some(flag) => Some(Spanned::new(flag, value.span)),
            None => {
                self.wrong(&value, key, "`true` or `false`", sink);
                None
            }
        }
    }

    /// Takes one of several words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
        sink: &mut Sink,
    ) -> Option<Spanned<T>> {
        let text = self.text(key, sink)?;
        choose(&text, key, choices, sink)
    }

    /// Takes a list of texts; a single text is a list of one.
    pub(super) fn texts(&mut self, key: &'static str, sink: &mut Sink) -> Vec<Spanned<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        match value.node {
            DeValue::Array(array) => array
                .into_iter()
                .filter_map(|item| {
                    let item = spanned(item, self.file);
                    self.expect_text(item, key, sink)
                })
                .collect(),
            node => self.expect_text(Spanned::new(node, value.span), key, sink).into_iter().collect(),
        }
    }

    /// Takes a table; an absent one is empty.
    pub(super) fn table(&mut self, key: &'static str, sink: &mut Sink) -> Table<'a> {
        let empty = Table {
            path: self.child(key),
            file: self.file,
            span: self.span.at_end(),
            entries: Vec::new(),
            known: Vec::new(),
        };
        let Some(value) = self.take(key) else { return empty };
        match value.node {
            DeValue::Table(table) => Table { span: value.span, entries: entries(table, self.file), ..empty },
            node => {
                self.wrong(
                    &Spanned::new(node, value.span),
                    key,
                    &format!("a table: `[{}]`", self.child(key)),
                    sink,
                );
                empty
            }
        }
    }

    /// Takes an array of tables: `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str, sink: &mut Sink) -> Vec<Table<'a>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let path = self.child(key);
        match value.node {
            DeValue::Array(array) => array
                .into_iter()
                .filter_map(|item| {
                    let item = spanned(item, self.file);
                    match item.node {
                        DeValue::Table(table) => Some(Table {
                            path: path.clone(),
                            file: self.file,
                            span: item.span,
                            entries: entries(table, self.file),
                            known: Vec::new(),
                        }),
                        node => {
                            self.wrong(&Spanned::new(node, item.span), key, "a table", sink);
                            None
                        }
                    }
                })
                .collect(),
            node => {
                self.wrong(&Spanned::new(node, value.span), key, &format!("tables: `[[{path}]]`"), sink);
                Vec::new()
            }
        }
    }

    /// Takes everything that is left, for tables whose keys are the author's own.
    pub(super) fn rest(&mut self) -> Vec<Entry<'a>> {
        std::mem::take(&mut self.entries)
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong(&self, value: &Value<'_>, key: &str, wanted: &str, sink: &mut Sink) {
        let message =
            format!("`{}` must be {wanted}, not {}", self.child(key), article(value.node.type_str()));
        sink.error(INVALID_VALUE, value.span, message).help("see docs/guide/schema-toml.md for every key");
    }

    /// Returns the text in a value, or reports that there is none.
    pub(super) fn expect_text(
        &self,
        value: Value<'_>,
        key: &str,
        sink: &mut Sink,
    ) -> Option<Spanned<String>> {
        match value.node {
            DeValue::String(text) => Some(Spanned::new(text.into_owned(), value.span)),
            node => {
                self.wrong(&Spanned::new(node, value.span), key, "a text", sink);
                None
            }
        }
    }

    /// Reports every key that nobody took.
    pub(super) fn finish(self, sink: &mut Sink) {
        for (key, _) in &self.entries {
            let message = match self.path.as_str() {
                "" => format!("unknown key `{}`", key.node),
                path => format!("unknown key `{}` in `[{path}]`", key.node),
            };
            let mut known = self.known.clone();
            known.sort_unstable();
            known.dedup();
            let listed: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
            sink.error(UNKNOWN_KEY, key.span, message)
                .help(did_you_mean(&key.node, known.iter().copied()))
                .help(format!("known here: {}", listed.join(", ")));
        }
    }

    fn child(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn name(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { format!("`[{}]`", self.path) }
    }
}

/// Returns the choice that a text names, or reports that it names none.
pub(super) fn choose<T: Copy>(
    text: &Spanned<String>,
    key: &str,
    choices: &[(&str, T)],
    sink: &mut Sink,
) -> Option<Spanned<T>> {
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text.node) {
        return Some(Spanned::new(*choice, text.span));
    }
    let listed: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
    sink.error(INVALID_VALUE, text.span, format!("`{}` is no value of `{key}`", text.node))
        .help(did_you_mean(&text.node, choices.iter().map(|(name, _)| *name)))
        .help(format!("it takes {}", listed.join(", ")));
    None
}

/// The key under which [`single`] puts its value.
pub(super) const VALUE: &str = "value";

/// Makes a table of one entry of a table whose keys are the author's own, so that its value is read like any other.
pub(super) fn single<'a>(key: &Spanned<String>, value: Value<'a>) -> Table<'a> {
    Table {
        path: key.node.clone(),
        file: key.span.file,
        span: value.span,
        entries: vec![(Spanned::new(VALUE.to_owned(), key.span), value)],
        known: Vec::new(),
    }
}

fn entries(table: DeTable<'_>, file: FileId) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = table
        .into_iter()
        .map(|(key, value)| {
            let key = spanned(key, file).map(DeString::into_owned);
            (key, spanned(value, file))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

fn spanned<T>(value: toml::Spanned<T>, file: FileId) -> Spanned<T> {
    let range = value.span();
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Spanned::new(value.into_inner(), Span::new(file, offset(range.start), offset(range.end)))
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}
