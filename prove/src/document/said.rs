//! Where documents say what: an object of the catalogue, or what stands in a statement of a migration.

use std::collections::BTreeMap;
use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};
use truthtable::emit;
use truthtable::load::Loader;
use truthtable::model::{
    ColumnId, Fact, IndexData, PartKey, PgIdent, QualifiedName, Schema, Table, VerbatimData,
};
use truthtable::plan::migration::diff::Step;
use truthtable::plan::pgtap::TestPlan;
use truthtable::span::Span;

use crate::catalog::{Kind, Object};
use crate::drift::names;
use crate::migrations::Place;
use crate::sql;

/// Among how many words of a statement what it makes is looked for.
const HEAD: usize = 4;

/// Documents that were read, and what came of them.
#[derive(Debug)]
pub(super) struct Said {
    loader: Loader,
    schema: Schema,
    /// Where the documents say what a statement makes or tests, by its tokens.
    statements: BTreeMap<String, Span>,
}

impl Said {
    pub(super) fn new(loader: Loader, schema: Schema, steps: &[Step], tests: &TestPlan) -> Self {
        let mut statements = BTreeMap::new();
        for step in steps {
            let text = emit::sql::script(&step.statements);
            for statement in sql::statements(&text) {
                let text = text.get(statement.range).unwrap_or_default();
                statements.entry(joined(text)).or_insert(step.span);
            }
        }
        let groups = tests.files.iter().flat_map(|file| &file.groups);
        for assertion in groups.flat_map(|group| &group.assertions) {
            statements.insert(joined(&emit::pgtap::statement(assertion)), assertion.span);
        }
        Self { loader, schema, statements }
    }

    /// Finds where an object is said, or the table that it is a part of.
    pub(super) fn object(&self, object: &Object) -> Option<Place> {
        let named = |name: &str| {
            let (schema, name) = names::split(name);
            QualifiedName::new(Some(&schema), name)
        };
        let span = match (&object.parent, object.kind) {
            (None, Kind::Table) => self.schema.find_table(&named(&object.name))?.span(),
            (None, Kind::Type) => self.schema.find_enum(&named(&object.name))?.name.span,
            (Some(parent), kind) => {
                let table = self.schema.find_table(&named(parent))?;
                let own = names::split(&object.name).1;
                part(table, kind, &own).unwrap_or(table.span())
            }
            (None, _) => return None,
        };
        Some(place(&self.loader, span))
    }

    /// Finds where the documents say what stands in a statement of a migration at a byte: as closely as the word that is there
    /// can be found again.
    pub(super) fn behind(&self, statement: &str, at: usize) -> Option<Place> {
        let words = words(statement);
        let table = self.table(statement, &words);
        let creates_table = is(statement, words.first(), "create") && is(statement, words.get(1), "table");
        // Of a table the statement is about all of it, of anything else about just that.
        let whole = self.statements.get(&joined(statement)).copied().filter(|_| !creates_table);
        let part = || match creates_table {
            true => of_line(table?, statement, &words, at),
            false => named_part(table?, statement, &words),
        };
        let of_table = || table.map(|table| table.span());
        let span = whole.or_else(part).or_else(of_table).or_else(|| self.carried(statement, &words))?;
        Some(self.word(span, statement, at).unwrap_or_else(|| place(&self.loader, span)))
    }

    /// Returns the table that a statement makes or changes: the first that it names.
    fn table<'a>(&'a self, statement: &str, words: &[Range<usize>]) -> Option<Table<'a>> {
        // A routine or a view reads tables and is no part of one.
        let apart = ["function", "procedure", "view", "aggregate", "do"];
        if words.iter().take(HEAD).any(|word| apart.iter().any(|kind| is(statement, Some(word), kind))) {
            return None;
        }
        words.iter().enumerate().find_map(|(index, word)| {
            let first = unquoted(statement, word);
            let next = words.get(index + 1).filter(|next| statement.get(word.end..next.start) == Some("."));
            self.schema.find_table(&match next {
                Some(second) => QualifiedName::new(Some(&first), unquoted(statement, second)),
                None => QualifiedName::new(None, first),
            })
        })
    }

    /// Finds a statement that is carried from the documents as it stands there, by the name that it makes.
    fn carried(&self, statement: &str, words: &[Range<usize>]) -> Option<Span> {
        let named = |data: &&VerbatimData| {
            let name = data.creates.as_ref().map(|name| name.name.as_str());
            name.is_some_and(|name| words.iter().take(HEAD).any(|word| unquoted(statement, word) == name))
        };
        self.schema.verbatim.iter().find(named).map(|data| data.text.span)
    }

    /// Finds the word that stands in a statement at a byte again in the documents: at the same place of a statement that is
    /// carried as it stands, else in the text of the span or on its line.
    fn word(&self, span: Span, statement: &str, at: usize) -> Option<Place> {
        let ends = |text: &str| text.find(|c: char| !sql::is_of_word(c)).unwrap_or(text.len());
        let start = statement.get(..at)?.trim_end_matches(sql::is_of_word).len();
        let wanted = statement.get(start..at + ends(statement.get(at..)?))?;
        if wanted.is_empty() {
            return None;
        }
        let carried = self.loader.sources.text(span);
        let is_carried = joined(carried) == joined(statement);
        let (text, nth) = match is_carried {
            true => (carried, sql::occurrences(statement, wanted).take_while(|found| *found < start).count()),
            false => {
                let whole = self.loader.sources.file(span.file).text();
                let rest = whole.get(usize::try_from(span.start).ok()?..)?;
                let line = rest.lines().next()?;
                (if carried.len() > line.len() { carried } else { line }, 0)
            }
        };
        let ahead = text.get(..sql::occurrences(text, wanted).nth(nth)?)?;
        let mut place = place(&self.loader, span);
        place.line += ahead.matches('\n').count();
        place.column = match ahead.rsplit_once('\n') {
            Some((_, line)) => line.chars().count() + 1,
            None => place.column + ahead.chars().count(),
        };
        Some(place)
    }
}

/// Finds the part of a table that a line of the statement which creates it is about: every column and every constraint has a
/// line of its own.
fn of_line(table: Table<'_>, statement: &str, words: &[Range<usize>], at: usize) -> Option<Span> {
    let line = statement.get(..at)?.rfind('\n')? + 1;
    let mut words = words.iter().filter(|word| word.start >= line);
    let first = words.next();
    if is(statement, first, "constraint") {
        return part(table, Kind::Constraint, &unquoted(statement, words.next()?));
    }
    part(table, Kind::Column, &unquoted(statement, first?))
}

/// Finds the part of a table that a statement names: `ALTER TABLE t ADD CONSTRAINT c`, `COMMENT ON COLUMN t.c`.
fn named_part(table: Table<'_>, statement: &str, words: &[Range<usize>]) -> Option<Span> {
    let named = |kind| words.iter().skip(1).find_map(|word| part(table, kind, &unquoted(statement, word)));
    [Kind::Constraint, Kind::Index, Kind::Column].into_iter().find_map(named)
}

/// Finds where a table says a part of it, by its name or by that which PostgreSQL would give it.
fn part(table: Table<'_>, kind: Kind, own: &str) -> Option<Span> {
    let named = |name: Option<&Fact<PgIdent>>, columns: &[ColumnId], ending: &str| match name {
        Some(name) => name.value.as_str() == own,
        None => {
            let middle: String = table.column_names(columns).iter().map(|name| format!("_{name}")).collect();
            own == format!("{}{middle}_{ending}", table.name().name.as_str())
        }
    };
    match kind {
        Kind::Column => table.find_column(own).map(|column| column.span()),
        Kind::Index => {
            let columns = |index: &IndexData| {
                let keys = index.parts.iter().filter_map(|part| match part.key {
                    PartKey::Column(column) => Some(column),
                    PartKey::Expression(_) => None,
                });
                keys.collect::<Vec<_>>()
            };
            let mut indexes = table.data.indexes.iter();
            let found = indexes.find(|index| named(index.name.as_ref(), &columns(index), "idx"));
            found.map(|index| index.span)
        }
        Kind::Constraint => {
            let data = table.data;
            let keys = data.uniques.iter().map(|key| (key, key.columns.as_slice(), "key"));
            let mut keys = keys.chain(data.primary_key.iter().map(|key| (key, &[][..], "pkey")));
            let key = keys.find(|(key, columns, ending)| named(key.name.as_ref(), columns, ending));
            let reference =
                || data.foreign_keys.iter().find(|key| named(key.name.as_ref(), &key.columns, "fkey"));
            let check = || {
                data.checks.iter().find(|check| named(check.name.as_ref(), check.column.as_slice(), "check"))
            };
            let key = key.map(|(key, ..)| key.span);
            key.or_else(|| reference().map(|key| key.span))
                .or_else(|| check().map(|check| check.expression.span))
        }
        _ => None,
    }
}

/// Returns where a span begins.
pub(super) fn place(loader: &Loader, span: Span) -> Place {
    let position = loader.sources.position(span);
    Place {
        file: loader.sources.file(span.file).path().to_owned(),
        line: position.line as usize,
        column: position.column as usize,
    }
}

/// Returns a statement's tokens, so that only what they are is compared.
fn joined(statement: &str) -> String {
    let mut at = 0;
    let mut text = String::new();
    for token in tokenize(statement) {
        let range = at..at + token.len as usize;
        at = range.end;
        if !matches!(
            token.kind,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } | TokenKind::Semi
        ) {
            text.push_str(statement.get(range).unwrap_or_default());
            text.push(' ');
        }
    }
    text
}

/// Returns where the words of a text stand, quoted names among them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut found = Vec::new();
    for token in tokenize(text) {
        let range = at..at + token.len as usize;
        at = range.end;
        if matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. }) {
            found.push(range);
        }
    }
    found
}

/// Returns what a word of a statement means: names as PostgreSQL folds them.
fn unquoted(statement: &str, word: &Range<usize>) -> String {
    let word = statement.get(word.clone()).unwrap_or_default();
    match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => word.to_lowercase(),
    }
}

fn is(statement: &str, word: Option<&Range<usize>>, wanted: &str) -> bool {
    let word = word.and_then(|word| statement.get(word.clone()));
    word.is_some_and(|word| word.eq_ignore_ascii_case(wanted))
}
