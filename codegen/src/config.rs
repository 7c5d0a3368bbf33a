//! `schema.toml`: what a schema's author tells the tool that the documents do not say.
//!
//! The file is parsed into its meaning here; every value keeps its place in it, so that a setting which matches nothing
//! can be pointed at. `docs/guide/schema-toml.md` describes every key.

mod drift;
mod migrations;
mod pattern;
mod platform;
mod reader;

pub use drift::{Drift, DriftIgnore};
pub use migrations::{Acknowledgement, Layout, Migrations, RollbackPolicy, RollbackRule};
pub use pattern::{Pattern, glob};
pub use platform::{Platform, PlatformName};

use std::collections::BTreeMap;

use crate::diag::{Code, Sink};
use crate::span::{FileId, Sources, Span, Spanned};
use reader::{Table, choose};

const SYNTAX: Code = Code::new("config-syntax");
const UNKNOWN_KEY: Code = Code::new("config-unknown-key");
const MISSING_KEY: Code = Code::new("config-missing-key");
const INVALID_VALUE: Code = Code::new("config-invalid-value");

/// A schema's configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Name of the schema, which is its folder's.
    pub name: String,
    /// The file, and the place of the whole of it.
    pub span: Option<Span>,
    /// Title of the documents; the name where none is given.
    pub title: String,
    /// One sentence about the schema, for the head of the documents.
    pub description: Option<String>,
    /// Files to read, relative to `schema.toml`; empty means every file beside it that has a reader.
    pub sources: Vec<Spanned<String>>,
    /// Tables that another system owns: referenced and drawn, never created.
    pub external: Vec<Pattern>,
    /// ID prefixes.
    pub prefixes: Prefixes,
    /// What is made of values that only a comment lists; where nothing is said, what is usual in the language of the comment.
    pub documented_values: Option<DocumentedValues>,
    /// Types of columns for which the document gives none.
    pub inferred_types: Vec<InferredType>,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// Conventions that the documents state.
    pub conventions: Vec<ConventionRule>,
    /// Foreign keys that the documents leave to be understood.
    pub references: References,
    /// What lists of values become.
    pub lists: Vec<ListRule>,
    /// The documents are taken at their word: nothing is made that they only imply, such as the index of a foreign key, the check of
    /// values that a comment lists, or a description in the database of what a comment beside a column says.
    pub literal: bool,
    /// What is there before the migrations run.
    pub platform: Platform,
    /// Migrations.
    pub migrations: Migrations,
    /// Rust.
    pub rust: Rust,
    /// Tests of the database.
    pub tests: Tests,
    /// The linter.
    pub lint: Lint,
    /// The comparison with a live database.
    pub drift: Drift,
}

/// How ID prefixes are used.
#[derive(Clone, Debug, Default)]
pub struct Prefixes {
    /// Whether a CHECK constraint holds a key to its prefix.
    pub check: bool,
    /// Which table an entry of the prefix list means, where its words do not tell: "capability bundle" is `bundles`.
    pub tables: BTreeMap<String, Spanned<String>>,
}

/// What is made of values that only a comment or note lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentedValues {
    /// A CHECK constraint, and an enum in Rust.
    Check,
    /// Documentation only.
    Document,
}

/// Types of columns for which the document gives none.
#[derive(Clone, Debug)]
pub struct InferredType {
    /// Columns it holds for: `table.column` or `column`, with `*`.
    pub columns: Pattern,
    /// The type.
    pub ty: Spanned<String>,
}

/// How Markdown is read.
#[derive(Clone, Debug, Default)]
pub struct Markdown {
    /// Headings and lead-ins whose meaning the built-in words do not tell.
    pub labels: Vec<(Pattern, LabelRole)>,
}

/// What stands under a heading or behind a lead-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelRole {
    /// The list of ID prefixes.
    IdPrefixes,
    /// The order of migrations: headings or items that bear a file name, followed by what the file holds.
    MigrationOrder,
    /// Migration file names that are only mentioned.
    MigrationNames,
    /// Nothing that the tool reads.
    Ignore,
}

/// A convention that the documents state and that holds.
#[derive(Clone, Debug)]
pub struct ConventionRule {
    /// The line that states it, or the heading or lead-in under which it is stated.
    pub says: Pattern,
    /// The tables that it speaks of; empty where the words say so.
    pub tables: Vec<Pattern>,
    /// Tables that it does not hold for.
    pub except: Vec<Pattern>,
    /// Columns with their types, for a convention about columns whose words do not give them.
    pub columns: Vec<(Spanned<String>, Spanned<String>)>,
    /// The whole entry.
    pub span: Span,
}

/// Foreign keys that the documents leave to be understood.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Whether a column that is named after a table (`customer_id`) and has no type refers to it.
    pub by_name: bool,
    /// Columns (`table.column` or `column`, with `*`) and the tables that they refer to.
    pub columns: Vec<(Pattern, Spanned<String>)>,
}

/// What a list of values becomes.
#[derive(Clone, Debug)]
pub struct ListRule {
    /// The heading or lead-in above the list.
    pub under: Pattern,
    /// What it becomes.
    pub target: ListTarget,
    /// The whole entry.
    pub span: Span,
}

/// What a list of values becomes.
#[derive(Clone, Debug)]
pub enum ListTarget {
    /// Rows of a table.
    Seed {
        /// The table.
        table: Spanned<String>,
        /// The column by which a row is known, which takes the value.
        key: Spanned<String>,
        /// Other columns. In the text `{value}` stands for the value, `{slug}` for the value with every run of
        /// other characters than letters and digits replaced by `_`, `{note}` for what the document says of it.
        columns: Vec<(Spanned<String>, Spanned<String>)>,
    },
    /// A set of constants.
    Constants {
        /// Name of the set in `PascalCase`.
        name: Spanned<String>,
    },
}

/// Rust.
#[derive(Clone, Debug)]
pub struct Rust {
    /// Name of the crate.
    pub crate_name: String,
}

/// Tests of the database.
#[derive(Clone, Debug, Default)]
pub struct Tests {
    /// Whether pgTAP tests are written.
    pub pgtap: bool,
}

/// The linter.
#[derive(Clone, Debug, Default)]
pub struct Lint {
    /// Levels that differ from the rules' own.
    pub levels: Vec<(Spanned<String>, Level)>,
    /// Places where a rule is silenced.
    pub allow: Vec<Allow>,
}

/// How much a rule's findings weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Information.
    Info,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

/// A place where a rule is silenced.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The rule.
    pub rule: Spanned<String>,
    /// The objects: `table` or `table.column`, with `*`.
    pub at: Pattern,
    /// Why.
    pub reason: Spanned<String>,
    /// The whole entry.
    pub span: Span,
}

impl Config {
    /// Returns the configuration of a schema for which nobody wrote one.
    pub fn for_name(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            span: None,
            title: name.clone(),
            description: None,
            sources: Vec::new(),
            external: Vec::new(),
            prefixes: Prefixes::default(),
            documented_values: None,
            inferred_types: Vec::new(),
            markdown: Markdown::default(),
            conventions: Vec::new(),
            references: References::default(),
            lists: Vec::new(),
            migrations: Migrations::default(),
            literal: false,
            platform: Platform::default(),
            rust: Rust { crate_name: name.replace('_', "-") },
            tests: Tests::default(),
            lint: Lint::default(),
            drift: Drift::default(),
            name,
        }
    }

    /// Tells whether another system owns the table of this name, given with its schema where it has one.
    pub fn is_external(&self, table: &str) -> bool {
        self.external.iter().any(|pattern| pattern.matches(table))
    }
}

/// Reads a `schema.toml`; what cannot be read is reported and left at its default.
pub fn parse(name: &str, file: FileId, sources: &Sources, sink: &mut Sink) -> Config {
    let mut config = Config::for_name(name);
    let mut root = reader::parse(sources.file(file).text(), file, sink);
    config.span = Some(Span::new(file, 0, 0));
    if let Some(title) = root.text("title", sink) {
        config.title = title.node;
    }
    config.description = root.text("description", sink).map(|text| text.node);
    config.sources = root.texts("sources", sink);
    config.external = root.texts("external", sink).into_iter().map(Pattern::new).collect();

    let mut prefixes = root.table("prefixes", sink);
    config.prefixes.check = prefixes.boolean("check", sink).is_some_and(|flag| flag.node);
    config.prefixes.tables = author_keys(prefixes.table("tables", sink), sink)
        .into_iter()
        .map(|(words, table)| (words.node, table))
        .collect();
    prefixes.finish(sink);

    let mut values = root.table("values", sink);
    let documented = [("check", DocumentedValues::Check), ("document", DocumentedValues::Document)];
    if let Some(choice) = values.choice("documented", &documented, sink) {
        config.documented_values = Some(choice.node);
    }
    values.finish(sink);

    let mut types = root.table("types", sink);
    config.inferred_types = author_keys(types.table("inferred", sink), sink)
        .into_iter()
        .map(|(columns, ty)| InferredType { columns: Pattern::new(columns), ty })
        .collect();
    types.finish(sink);

    let mut markdown = root.table("markdown", sink);
    config.markdown.labels = labels(markdown.table("labels", sink), sink);
    markdown.finish(sink);

    config.conventions =
        root.tables("conventions", sink).into_iter().filter_map(|entry| convention(entry, sink)).collect();
    let mut references = root.table("references", sink);
    config.references.by_name = references.boolean("by-name", sink).is_some_and(|flag| flag.node);
    config.references.columns = author_keys(references.table("columns", sink), sink)
        .into_iter()
        .map(|(columns, table)| (Pattern::new(columns), table))
        .collect();
    references.finish(sink);

    config.lists =
        root.tables("lists", sink).into_iter().filter_map(|entry| list_rule(entry, sink)).collect();
    config.platform = platform::read(root.table("platform", sink), sink);
    config.literal = root.boolean("literal", sink).is_some_and(|flag| flag.node);
    config.migrations = migrations::read(&mut root, sink);

    let mut rust = root.table("rust", sink);
    if let Some(name) = rust.text("crate", sink) {
        config.rust.crate_name = name.node;
    }
    rust.finish(sink);

    let mut tests = root.table("tests", sink);
    config.tests.pgtap = tests.boolean("pgtap", sink).is_some_and(|flag| flag.node);
    tests.finish(sink);

    config.lint = lint(root.table("lint", sink), sink);
    config.drift = drift::read(root.table("drift", sink), sink);
    root.finish(sink);
    config
}

const LABEL_ROLES: &[(&str, LabelRole)] = &[
    ("id-prefixes", LabelRole::IdPrefixes),
    ("migration-order", LabelRole::MigrationOrder),
    ("migration-names", LabelRole::MigrationNames),
    ("ignore", LabelRole::Ignore),
];

fn labels(table: Table<'_>, sink: &mut Sink) -> Vec<(Pattern, LabelRole)> {
    author_keys(table, sink)
        .into_iter()
        .filter_map(|(label, role)| {
            let role = choose(&role, &label.node, LABEL_ROLES, sink)?;
            Some((Pattern::new(label), role.node))
        })
        .collect()
}

fn convention(mut entry: Table<'_>, sink: &mut Sink) -> Option<ConventionRule> {
    let span = entry.span;
    let says = entry.required_text("says", sink);
    let mut patterns = |key| entry.texts(key, sink).into_iter().map(Pattern::new).collect::<Vec<Pattern>>();
    let (tables, except) = (patterns("tables"), patterns("except"));
    let columns = author_keys(entry.table("columns", sink), sink);
    entry.finish(sink);
    Some(ConventionRule { says: Pattern::new(says?), tables, except, columns, span })
}

fn list_rule(mut entry: Table<'_>, sink: &mut Sink) -> Option<ListRule> {
    let span = entry.span;
    let under = entry.required_text("under", sink);
    let constants = entry.text("constants", sink);
    let target = if let Some(name) = constants {
        Some(ListTarget::Constants { name })
    } else {
        let table = entry.required_text("table", sink);
        let key = entry.required_text("key", sink);
        let columns = author_keys(entry.table("columns", sink), sink);
        table.zip(key).map(|(table, key)| ListTarget::Seed { table, key, columns })
    };
    entry.finish(sink);
    Some(ListRule { under: Pattern::new(under?), target: target?, span })
}

fn lint(mut table: Table<'_>, sink: &mut Sink) -> Lint {
    let levels =
        [("allow", Level::Allow), ("info", Level::Info), ("warn", Level::Warn), ("deny", Level::Deny)];
    let levels = author_keys(table.table("levels", sink), sink)
        .into_iter()
        .filter_map(|(rule, level)| {
            let level = choose(&level, &rule.node, &levels, sink)?.node;
            Some((rule, level))
        })
        .collect();
    let allow = table
        .tables("allow", sink)
        .into_iter()
        .filter_map(|mut entry| {
            let span = entry.span;
            let rule = entry.required_text("rule", sink);
            let at = entry.required_text("at", sink);
            let reason = entry.required_text("reason", sink);
            entry.finish(sink);
            Some(Allow { rule: rule?, at: Pattern::new(at?), reason: reason?, span })
        })
        .collect();
    table.finish(sink);
    Lint { levels, allow }
}

/// Takes the entries of a table whose keys are the author's own and whose values are texts.
fn author_keys(mut table: Table<'_>, sink: &mut Sink) -> Vec<(Spanned<String>, Spanned<String>)> {
    table
        .rest()
        .into_iter()
        .filter_map(|(key, value)| {
            let text = table.expect_text(value, &key.node, sink)?;
            Some((key, text))
        })
        .collect()
}

#[cfg(test)]
mod tests;
