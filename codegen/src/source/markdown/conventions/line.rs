//! One line of a document, and the convention that its words state.

use std::cell::OnceCell;
use std::ops::Range;

use super::limit::{self, Word};
use super::terms::{ALL, ALMOST, HAVE, OF_TYPE, TABLE_WORDS, TRIGGER};
use crate::source::decl::{ColumnDecl, ConventionKind, DefaultDecl, DefaultKind, Ident, IndexWords, Who};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{access, facts, patterns, vocabulary, words};
use crate::span::Spanned;

/// One line, word by word.
pub(super) struct Line<'a> {
    text: &'a Inline,
    pub(super) range: Range<usize>,
    lower: String,
    /// Words in lower case, without punctuation, with their places.
    words: Vec<Word<'a>>,
    /// The labels above it.
    labels: &'a [Ident],
    /// The same in lower case, once they are asked for.
    above: OnceCell<String>,
    /// The words that name the tables which it excepts.
    pub(super) except: Option<Ident>,
    /// Where the exception stands, which names no columns.
    cut: Range<usize>,
    /// Whether conditions, negations and tenses are heeded.
    strict: bool,
}

impl<'a> Line<'a> {
    /// Takes a range of text apart; `labels` stand above it, innermost first.
    pub(super) fn new(text: &'a Inline, range: Range<usize>, labels: &'a [Ident]) -> Self {
        let range = text.trim(range);
        let words = words::bare(text, range.clone());
        let exception = limit::exception(&words, range.end);
        let cut = exception.as_ref().map_or(range.end..range.end, |(cut, _)| cut.clone());
        let except = exception.map(|(_, names)| text.ident(names));
        let words = words.into_iter().filter(|(_, at)| !cut.contains(&at.start)).collect();
        let (before, behind) = (text.get(range.start..cut.start), text.get(cut.end..range.end));
        let lower = words::lowered(&format!("{before}{behind}")).into_owned();
        let above = OnceCell::new();
        Self { text, lower, range, words, labels, above, except, cut, strict: true }
    }

    /// Tells whether it states a convention but for a condition, a negation or a tense.
    pub(super) fn states_but_for_limits(mut self) -> bool {
        let heeded = !self.kinds(&[]).is_empty();
        self.strict = false;
        !heeded && !self.kinds(&[]).is_empty()
    }

    /// Tells whether it says of a convention that it does not hold, not of all, or not now; `verb` is the word that states it.
    fn is_denied(&self, verb: Option<usize>) -> bool {
        let until = verb.map_or(self.words.len(), |at| at + 2).min(self.words.len());
        let ahead = self.words.get(..until).unwrap_or(&self.words);
        self.strict && (limit::denies(ahead) || limit::is_loose(&self.lower, &self.words, verb))
    }

    fn above(&self) -> &str {
        self.above.get_or_init(|| {
            let lower: Vec<String> = self.labels.iter().map(|label| label.node.to_lowercase()).collect();
            lower.join("\n")
        })
    }

    fn has(&self, any: &[&str]) -> bool {
        self.words.iter().any(|(word, _)| any.contains(&word.as_ref()))
    }

    fn codes(&self) -> impl Iterator<Item = &Range<usize>> {
        let own = |code: &&Range<usize>| self.range.contains(&code.start) && !self.cut.contains(&code.start);
        self.text.codes().iter().filter(own)
    }

    /// Returns the name of the first function that is called in code.
    fn call(&self) -> Option<Ident> {
        self.codes().find_map(|code| {
            let inside = self.text.get(code.clone());
            let name = inside.get(..inside.find('(')?)?;
            vocabulary::is_name(name).then(|| self.text.ident(code.start..code.start + name.len()))
        })
    }

    /// Returns the conventions that the line states; `beside` are the other items of its list.
    pub(super) fn kinds(&self, beside: &[&Inline]) -> Vec<ConventionKind> {
        let first = self.kind(beside);
        // "Idempotent and reversible" are two in one line.
        let second = matches!(first, Some(ConventionKind::Idempotent)) && self.is_reversible();
        // "Every table has `id uuid primary key` and `created_at`" states a key and columns.
        let columns = match &first {
            Some(ConventionKind::PrimaryKeys { .. }) => self.columns(self.has(ALL)),
            _ => None,
        };
        first.into_iter().chain(second.then_some(ConventionKind::Reversible)).chain(columns).collect()
    }

    fn is_reversible(&self) -> bool {
        let stem = |stem: &str| self.words.iter().any(|(word, _)| word.starts_with(stem));
        let all = self.has(ALL);
        let says = stem("reversible") || (all && self.has(&["rollback", "rollbacks"]));
        let about = || self.above().contains("migration") || stem("migration");
        says && !self.has(limit::NOT) && (all || (self.words.len() <= 10 && about()))
    }

    fn kind(&self, beside: &[&Inline]) -> Option<ConventionKind> {
        if self.words.len() > 40 || self.range.is_empty() {
            return None;
        }
        if let Some(name) = self.file_name() {
            return Some(ConventionKind::FileNames(name));
        }
        let all = self.has(ALL);
        let short = self.words.len() <= 10;
        let starts = |stem: &str| self.words.first().is_some_and(|(word, _)| word.starts_with(stem));
        let stem = |stem: &str| self.words.iter().any(|(word, _)| word.starts_with(stem));
        let migrations = || self.above().contains("migration") || stem("migration");
        let not = self.has(limit::NOT);
        if stem("idempotent") && !not && (all || (short && migrations()) || starts("idempotent")) {
            return Some(ConventionKind::Idempotent);
        }
        if self.is_reversible() {
            return Some(ConventionKind::Reversible);
        }
        let security = self.has(&["rls"])
            || self.lower.contains("row level security")
            || self.lower.contains("row-level security");
        let enables = self.has(&["enable", "enabled", "enables", "use", "uses", "on", "have", "has"]);
        if security
            && enables
            && self.has(TABLE_WORDS)
            && (all || self.has(&["new"]))
            && !self.has(&["policies"])
        {
            let table = self.words.iter().position(|(word, _)| TABLE_WORDS.contains(&word.as_ref()));
            let behind = table.and_then(|at| self.words.get(at + 1..)).unwrap_or_default();
            let narrowed = self.strict
                && behind
                    .first()
                    .is_some_and(|word| limit::narrows(std::slice::from_ref(word)) && word.0 != "for");
            return (!self.is_denied(None) && !narrowed).then_some(ConventionKind::RowSecurity);
        }
        // "`set_updated_at()` runs on all tables" is a trigger's as well.
        let is_trigger = |word: &str| TRIGGER.iter().any(|known| word.starts_with(known));
        if (TRIGGER.iter().any(|word| stem(word)) || (all && self.has(TABLE_WORDS)))
            && !self.is_denied(self.words.iter().position(|(word, _)| is_trigger(word)))
            && let Some(function) = self.call().filter(|name| keeps_time(&name.node))
        {
            return Some(ConventionKind::UpdateTrigger { column: updated_column(&function), function });
        }
        if self.lower.contains("primary key") && self.is_of_all_keys() {
            let verbs = ["use", "uses", "are", "is", "must", "have", "has"];
            let verb = self.words.iter().position(|(word, _)| verbs.contains(&word.as_ref()));
            if self.is_denied(verb.or(Some(0))) {
                return None;
            }
            let ty = self
                .words
                .iter()
                .find(|(word, _)| vocabulary::is_type(word))
                .map(|(_, at)| self.text.ident(at.clone()));
            let default = self.generated().or_else(|| {
                beside.iter().find_map(|text| Line::new(text, 0..text.text().len(), &[]).generated())
            });
            return (ty.is_some() || default.is_some())
                .then_some(ConventionKind::PrimaryKeys { ty, default });
        }
        let about_indexes = || stem("index") || stem("indic") || self.above().contains("index");
        if self.lower.contains("foreign key") && all && about_indexes() && !not && !self.is_denied(None) {
            return Some(ConventionKind::ForeignKeyIndexes);
        }
        if let Some(parts) = self.indexes().filter(|_| !self.is_denied(None)) {
            return Some(ConventionKind::Indexes(parts));
        }
        if let Some(kind) = self.type_indexes().filter(|_| about_indexes()) {
            return Some(kind);
        }
        self.columns(all).or_else(|| self.access())
    }

    /// Tells whether the line speaks of all primary keys, or of those of all tables, and not of one column ("Unique identifier of each
    /// user (primary key)").
    fn is_of_all_keys(&self) -> bool {
        let keys = self.lower.contains("primary keys")
            || ALL.iter().any(|word| self.lower.contains(&format!("{word} primary key")));
        self.has(ALL) && (keys || self.has(TABLE_WORDS))
    }

    /// Returns the pattern of migrations' names, where the line or a label above it speaks of names.
    fn file_name(&self) -> Option<Ident> {
        let name = patterns::file_name(self.text)?;
        let about = |text: &str| {
            ["naming", "named", "format", "pattern", "convention", "file name"]
                .iter()
                .any(|word| text.contains(word))
        };
        (self.lower.contains(&name.node.to_lowercase()) && (about(&self.lower) || about(self.above())))
            .then_some(name)
    }

    /// Returns the function that makes keys: "Generated via `gen_random_uuid()`".
    fn generated(&self) -> Option<DefaultDecl> {
        let says =
            self.words.iter().any(|(word, _)| word.starts_with("generat") || word.starts_with("default"))
                || self.lower.contains("primary key");
        let code = self.codes().find(|code| {
            let inside = self.text.get((*code).clone());
            inside.ends_with(')') && inside.contains('(') && !inside.contains(' ')
        })?;
        let value = self.text.ident(code.clone());
        says.then_some(DefaultDecl { kind: DefaultKind::Expression, value: value.node, span: value.span })
    }

    /// "All tables have `created_at` and `updated_at`"; "use `deleted_at timestamptz` instead of hard deletes".
    fn columns(&self, all: bool) -> Option<ConventionKind> {
        if self.words.len() > 25 || self.words.iter().any(|(word, _)| word.starts_with("index")) {
            return None;
        }
        let soft = |text: &str| text.contains("soft delete") || text.contains("soft-delete");
        let begins_with_code = self.codes().next().is_some_and(|code| code.start <= self.range.start + 1);
        let deletes = !begins_with_code
            && (soft(&self.lower) || soft(self.above()) || self.lower.contains("instead of hard delete"));
        let table = self.words.iter().position(|(word, _)| TABLE_WORDS.contains(&word.as_ref()));
        let have = self.words.iter().position(|(word, _)| HAVE.contains(&word.as_ref()));
        let colon = table
            .and_then(|at| self.words.get(at))
            .filter(|(_, at)| self.text.get(at.end..self.range.end).starts_with(':'));
        let from = have.and_then(|at| self.words.get(at)).or(colon).map(|(_, at)| at.end);
        // "All telemetry of the platform, using two primary tables" speaks of two.
        let of_all = table.zip(self.words.iter().position(|(word, _)| ALL.contains(&word.as_ref())));
        let of_all = of_all.is_some_and(|(table, all)| all.max(table) - all.min(table) <= 4);
        let almost = self.words.windows(2).any(|pair| {
            matches!(pair, [(almost, _), (all, _)]
                if ALMOST.contains(&almost.as_ref()) && ALL.contains(&all.as_ref()))
        });
        if almost {
            return None;
        }
        let about_tables = all && of_all && from.is_some();
        if !(about_tables || deletes) {
            return None;
        }
        // "All tables that hold personal data have …" speaks of some.
        let between =
            table.zip(have).and_then(|(table, have)| self.words.get(table + 1..have)).unwrap_or_default();
        if about_tables && (self.is_denied(have) || (self.strict && limit::narrows(between))) {
            return None;
        }
        let coded: Vec<ColumnDecl> = self.codes().filter_map(|code| self.column(code.clone())).collect();
        let named = || {
            let words = self
                .words
                .iter()
                .filter(|(word, at)| from.is_some_and(|from| at.start >= from) && word.contains('_'));
            words.filter_map(|(_, at)| self.column(at.clone())).collect::<Vec<_>>()
        };
        let mut columns = if coded.is_empty() && about_tables { named() } else { coded };
        // "`created_at` and `updated_at` of type `TIMESTAMPTZ`" gives the type of both.
        let types: Vec<Ident> = self
            .codes()
            .filter(|code| {
                let code = self.text.get((*code).clone());
                vocabulary::is_type(code) && !code.contains('_')
            })
            .map(|code| self.text.ident(code.clone()))
            .collect();
        // "… columns of type timestamptz" says it without code.
        let spoken = || {
            let of_type = self.words.windows(2).find_map(|pair| match pair {
                [(kind, _), (word, at)] if OF_TYPE.contains(&kind.as_ref()) => {
                    (vocabulary::is_type(word) && !word.contains('_')).then_some(at)
                }
                _ => None,
            });
            of_type.map(|at| self.text.ident(at.clone()))
        };
        let types = if types.is_empty() { spoken().into_iter().collect() } else { types };
        if let [ty] = types.as_slice() {
            columns.retain(|column| column.name.span != ty.span);
            for column in columns.iter_mut().filter(|column| column.ty.is_none()) {
                column.ty = Some(ty.clone());
            }
        }
        (!columns.is_empty()).then_some(ConventionKind::Columns(columns))
    }

    /// Reads `name`, or `name` with its type and what else is said of it.
    fn column(&self, range: Range<usize>) -> Option<ColumnDecl> {
        let inside = self.text.get(range.clone());
        let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let (name, rest) = inside.split_at_checked(end)?;
        let rest = rest.trim();
        let is_column =
            vocabulary::is_name(name) && !name.contains('.') && name.chars().any(char::is_lowercase);
        let typed = vocabulary::is_type(rest);
        let lower = rest.to_lowercase();
        let facts = ["default", "not null", "primary", "references", "unique"]
            .iter()
            .any(|word| lower.starts_with(word));
        if !is_column || !(rest.is_empty() || typed || facts) {
            return None;
        }
        let behind = range.start + end;
        let mut column =
            ColumnDecl::new(self.text.ident(range.start..behind), None, self.text.span(range.clone()));
        let from =
            if typed { facts::read_type(self.text, behind, &mut column).min(range.end) } else { behind };
        facts::read(self.text, from..range.end, &mut column);
        // "`id` (uuid)", "an `id` column (bigint, not null)".
        let after = self.text.get(range.end..self.range.end);
        let words = after.trim_start_matches(" column").trim_start_matches(" field");
        if let Some((inside, _)) = words.strip_prefix(" (").and_then(|rest| rest.split_once(')'))
            && column.ty.is_none()
            && vocabulary::is_type(inside)
        {
            let start = self.range.end - words.len() + " (".len();
            let end = facts::read_type(self.text, start, &mut column).min(start + inside.len());
            facts::read(self.text, end..start + inside.len(), &mut column);
        }
        Some(column)
    }

    /// "Admin role can access all data".
    fn access(&self) -> Option<ConventionKind> {
        let data = ["data", "everything", "records", "rows", "anything"];
        if !self.has(&data) || !self.has(&["all", "own", "everything"]) || !self.has(&["can", "may"]) {
            return None;
        }
        let clauses = access::clauses(self.text, self.range.clone(), "");
        let known = !clauses.is_empty()
            && clauses
                .iter()
                .all(|clause| matches!(clause.who, Who::Owner | Who::Roles(_)) && clause.only.is_none());
        known.then_some(ConventionKind::Access(clauses))
    }

    /// "… include indexes on tenant_id, status, and timestamp columns", "… on (tenant_id, timestamp DESC)".
    fn indexes(&self) -> Option<Vec<Vec<IndexWords>>> {
        let word = self
            .words
            .iter()
            .position(|(word, _)| ["index", "indexes", "indices", "indexed"].contains(&word.as_ref()))?;
        let (on, at) = self.words.get(word + 1)?;
        let about = self.has(ALL) || self.has(TABLE_WORDS) || self.subject(word).is_some();
        if on != "on" || !about {
            return None;
        }
        let mut parts = Vec::new();
        for thing in words::things(self.text.text(), at.end..self.range.end) {
            let inside = self.text.get(thing.clone());
            if let Some(list) = inside.strip_prefix('(') {
                let list = list.split(')').next().unwrap_or_default();
                let start = thing.start + 1;
                let columns = words::things(self.text.text(), start..start + list.len());
                let columns: Option<Vec<IndexWords>> =
                    columns.into_iter().map(|part| self.index_part(part)).collect();
                parts.push(columns?);
            } else {
                // "the `status` column": what is named is the code, or the word before "columns".
                parts.push(vec![self.index_part(thing)?]);
            }
        }
        (!parts.is_empty()).then_some(parts)
    }

    /// "Array columns (use GIN index)", "full-text search (tsvector with GIN)".
    fn type_indexes(&self) -> Option<ConventionKind> {
        if self.words.len() > 12 || self.has(&["selected", "some", "certain", "specific"]) {
            return None;
        }
        let is_type = |word: &str| {
            ["array", "arrays", "jsonb", "json", "tsvector", "geometry", "geography"].contains(&word)
        };
        let find = |is: &dyn Fn(&str) -> bool| {
            let (word, at) = self.words.iter().find(|(word, _)| is(word))?;
            Some(Spanned::new(word.trim_end_matches('s').to_owned(), self.text.span(at.clone())))
        };
        let ty = find(&is_type)?;
        let method = find(&|word| ["gin", "gist", "brin"].contains(&word))?;
        if self.is_denied(None) {
            return None;
        }
        Some(ConventionKind::TypeIndexes { ty, method })
    }

    fn index_part(&self, thing: Range<usize>) -> Option<IndexWords> {
        let skip = ["column", "columns", "field", "fields", "the", "all", "asc", "desc", "both"];
        let words = words::each(self.text.text(), thing.clone());
        let descending = words.iter().any(|word| self.text.get(word.clone()).eq_ignore_ascii_case("desc"));
        let named: Vec<&Range<usize>> = words
            .iter()
            .filter(|word| !skip.contains(&words::lowered(self.text.get((*word).clone())).as_ref()))
            .collect();
        let [name] = named.as_slice() else { return None };
        let column = self.text.ident((*name).clone());
        vocabulary::is_name(&column.node).then_some(IndexWords { column, descending })
    }

    /// Returns the words that say which tables are meant.
    pub(super) fn scope(&self, kind: &ConventionKind) -> Option<Ident> {
        match kind {
            ConventionKind::Indexes(_) => {
                let word = self
                    .words
                    .iter()
                    .position(|(word, _)| word.starts_with("index") || word.starts_with("indic"))?;
                self.subject(word)
            }
            ConventionKind::UpdateTrigger { .. }
            | ConventionKind::RowSecurity
            | ConventionKind::Columns(_) => self.qualified_tables(matches!(kind, ConventionKind::Columns(_))),
            _ => None,
        }
    }

    /// "Audit logs use …", "CRM tables add …": the words before the verb; none where they mean every table.
    fn subject(&self, before: usize) -> Option<Ident> {
        let verbs = [
            "add", "adds", "use", "uses", "include", "includes", "have", "has", "need", "needs", "get",
            "carry",
        ];
        let verb = self.words.iter().take(before).position(|(word, _)| verbs.contains(&word.as_ref()));
        // "`invoices`: index on (a, b)" sets the table apart by a colon or a dash.
        let apart = || {
            let (_, first) = self.words.first().filter(|_| before == 1)?;
            let behind = self.text.get(first.end..self.range.end).trim_start_matches(['`', ' ']);
            behind.starts_with([':', '—', '–', '-']).then_some(1)
        };
        self.words_between(0, verb.or_else(apart)?)
    }

    /// "all core tables", "every CRM table": the words between.
    fn qualified_tables(&self, columns: bool) -> Option<Ident> {
        let table = self.words.iter().position(|(word, _)| TABLE_WORDS.contains(&word.as_ref()))?;
        let all = self.words.iter().take(table).rposition(|(word, _)| ALL.contains(&word.as_ref()));
        // "Sensitive tables (orders, messages)" gives them one by one.
        let behind = self.words.get(table).map_or(self.range.end, |(_, at)| at.end);
        let rest = self.text.get(behind..self.range.end);
        if let Some(inside) =
            rest.strip_prefix(" (").and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside)
            && !self.cut.contains(&(behind + 2))
        {
            return Some(self.text.ident(behind + 2..behind + 2 + inside.len()));
        }
        match all {
            Some(all) => self.words_between(all + 1, table),
            None => {
                self.words_between(0, table).filter(|words| words.node.split(' ').count() <= 2 && !columns)
            }
        }
    }

    fn words_between(&self, from: usize, to: usize) -> Option<Ident> {
        let skip = |word: &str| {
            ALL.contains(&word)
                || TABLE_WORDS.contains(&word)
                || [
                    "the", "las", "los", "as", "os", "die", "der", "les", "our", "new", "database", "on",
                    "enable", "rls", "row", "level", "security",
                ]
                .contains(&word)
        };
        let kept: Vec<&Range<usize>> =
            self.words.get(from..to)?.iter().filter(|(word, _)| !skip(word)).map(|(_, at)| at).collect();
        let (first, last) = (kept.first()?, kept.last()?);
        Some(self.text.ident(first.start..last.end))
    }
}

/// Tells by its name whether a function keeps the time of the last change.
fn keeps_time(function: &str) -> bool {
    let lower = function.to_lowercase();
    ["update", "touch", "modif", "timestamp", "set_"].iter().any(|word| lower.contains(word))
}

/// Returns the column that a trigger function keeps, by the function's name: `update_updated_at_column`, `set_modified_at`.
fn updated_column(function: &Ident) -> Ident {
    let name = &function.node;
    let stem = ["update_", "set_", "touch_", "refresh_", "trigger_set_", "moddatetime_", "handle_"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or_default();
    let stem = stem.strip_suffix("_column").or_else(|| stem.strip_suffix("_trigger")).unwrap_or(stem);
    let column = if stem.ends_with("_at") || stem.ends_with("_on") { stem } else { "updated_at" };
    Spanned::new(column.to_owned(), function.span)
}
