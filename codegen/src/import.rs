//! Documents made of what is there: the way back, from a schema to the files that describe it.
//!
//! What is written is read again at once and compared with what it was made of. What is not the same is said in a plainer way, until
//! it is; what cannot be said at all is told with its place.

mod read;

use std::collections::BTreeMap;

use crate::config::{self, Config, Layout};
use crate::diag::Sink;
use crate::emit::FileSet;
use crate::emit::import::{self as print, Document, Settings};
use crate::load::CONFIG_FILE;
use crate::model::{self, ModuleData, Schema, SeedData, Table, TableId};
use crate::plan::import::{self as plan, Observed, Plainly};
use crate::plan::ledger;
use crate::plan::migration::diff::{self, Key, Kind, Refusal, Side, Step};
use crate::plan::rust::crate_name_instead;
use crate::source::{self, Reading};
use crate::span::{Sources, Span};

pub use read::{ON_SUPABASE, has_to_run, migrations, read_dump, read_made, read_source};

/// In which language the documents are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// DBML, with SQL beside it for what DBML has no words for.
    Dbml,
    /// Markdown with SQL in fences.
    Markdown,
    /// SQL.
    Sql,
}

/// What is wanted of an import.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The schema's name, which is its folder's.
    pub name: String,
    /// The language.
    pub target: Target,
    /// For which runner the migrations are, where that is known.
    pub layout: Option<Layout>,
}

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The files, named as they lie in the schema's folder.
    pub files: FileSet,
    /// What the files do not say.
    pub unsaid: Vec<Unsaid>,
}

/// Something that the files do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// Where the source says it.
    pub span: Option<Span>,
    /// What it is.
    pub what: String,
}

/// Makes documents and a `schema.toml` of a schema and the configuration under which it was read.
///
/// # Errors
///
/// The schema cannot be made in SQL at all.
pub fn import(schema: &Schema, config: &Config, wanted: &Wanted) -> Result<Imported, Vec<Refusal>> {
    let whole = plan::explicit(schema, config);
    let word = ledger::literal(config);
    let steps = plan::steps(&whole, &word)?;
    let keys = plan::foreign_keys(&whole, &word);
    let observed = plan::observe(&whole, &steps);
    let importing =
        Importing { whole: &whole, word: &word, steps: &steps, keys: &keys, observed: &observed, wanted };
    let settings = Settings {
        crate_name: crate_name_instead(&wanted.name.replace('_', "-")),
        title: if config.title == config.name { title(&wanted.name) } else { config.title.clone() },
        description: config.description.clone().or_else(|| Some(schema.description.as_ref()?.value.clone())),
        external: external(schema, config),
        platform: config.platform.name,
        foreign_keys: config.platform.foreign_keys,
        layout: wanted.layout.or(Some(config.migrations.layout).filter(|it| *it != Layout::default())),
        literal: None,
        documented_only: false,
    };
    let mut best = importing.attempt(settings.clone())?;
    if !best.left.is_empty() {
        let why = why(&best.left);
        // Values that a description lists are the least that can be too much.
        let is_check = |left: &Left| {
            left.key.as_ref().is_some_and(|key| matches!(key.kind, Kind::Constraint | Kind::Comment))
        };
        if best.left.iter().all(is_check) {
            best = importing.attempt(Settings { documented_only: true, ..settings.clone() })?;
        }
        if !best.left.is_empty() {
            best = importing.attempt(Settings { literal: Some(why), ..settings })?;
        }
    }
    let mut unsaid: Vec<Unsaid> =
        best.left.into_iter().map(|left| Unsaid { span: left.span, what: left.what }).collect();
    unsaid.extend(modules(&whole, &best.made));
    unsaid.extend(beyond(schema, wanted.target));
    Ok(Imported { files: best.files, unsaid })
}

/// What every attempt has in common.
struct Importing<'a> {
    whole: &'a Schema,
    word: &'a Config,
    steps: &'a [Step],
    keys: &'a BTreeMap<(TableId, usize), String>,
    observed: &'a Observed,
    wanted: &'a Wanted,
}

/// Files, and how what they say differs from what they were made of.
struct Attempt {
    files: FileSet,
    left: Vec<Left>,
    made: Schema,
}

/// A difference.
#[derive(Clone, Debug)]
struct Left {
    key: Option<Key>,
    span: Option<Span>,
    what: String,
    /// What would have to be done in a database that the files make.
    told: String,
}

/// How often something is said in a plainer way before it is given up.
const ROUNDS: usize = 5;

impl Importing<'_> {
    /// Writes the files under some settings, saying plainly what is not understood otherwise.
    fn attempt(&self, settings: Settings) -> Result<Attempt, Vec<Refusal>> {
        let mut plainly = Plainly::default();
        let mut attempt = self.write(&settings, &plainly)?;
        for _ in 1..ROUNDS {
            if attempt.left.is_empty() || !self.is_mendable(&attempt.left, &settings, &mut plainly) {
                break;
            }
            attempt = self.write(&settings, &plainly)?;
        }
        Ok(attempt)
    }

    /// Notes what is to be said more plainly; tells whether that could help.
    fn is_mendable(&self, left: &[Left], settings: &Settings, plainly: &mut Plainly) -> bool {
        let is_comment = |left: &Left| left.key.as_ref().is_some_and(|key| key.kind == Kind::Comment);
        // Without literal reading things are made that no plainer words prevent.
        if settings.literal.is_none() && !left.iter().all(is_comment) {
            return false;
        }
        let mut more = false;
        for key in left.iter().filter_map(|left| left.key.as_ref()) {
            let is_table = self.whole.find_table(&key.name).is_some_and(|table| !table.data.external);
            let by_itself =
                matches!(key.kind, Kind::Comment | Kind::Index | Kind::ForeignKey | Kind::Default);
            if by_itself && plainly.objects.insert(key.clone()) {
                more = true;
            } else if is_table && self.wanted.target != Target::Sql {
                more |= plainly.tables.insert(key.name.clone());
            }
        }
        more
    }

    fn write(&self, settings: &Settings, plainly: &Plainly) -> Result<Attempt, Vec<Refusal>> {
        let document = Document {
            schema: self.whole,
            steps: self.steps,
            title: &settings.title,
            comments: settings.literal.is_none(),
            prose: self.wanted.target == Target::Markdown,
            plainly,
            keys: self.keys,
        };
        let mut files = FileSet::default();
        match self.wanted.target {
            Target::Sql => files.add("schema.sql", print::script(&document)),
            Target::Markdown => {
                let (markdown, sql) = print::markdown(&document);
                files.add("schema.md", markdown);
                if let Some(sql) = sql {
                    files.add("schema.sql", sql);
                }
            }
            Target::Dbml => {
                let (dbml, sql) = print::dbml(&document, &plan::split(self.whole, self.word, plainly)?);
                files.add("schema.dbml", dbml);
                if let Some(sql) = sql {
                    files.add("schema.sql", sql);
                }
            }
        }
        files.add(CONFIG_FILE, print::settings(settings, self.observed));
        let (made, left) = self.compare(&files);
        Ok(Attempt { files, left, made })
    }

    /// Reads the files as `gen` would, and tells how what they say differs.
    fn compare(&self, files: &FileSet) -> (Schema, Vec<Left>) {
        let (made, config, mut left) = read_back(files, &self.wanted.name);
        let old = Side { schema: &made, config: &config };
        match diff::diff(old, Side { schema: self.whole, config: self.word }) {
            Ok(steps) => left.extend(steps.into_iter().map(|step| {
                let span = self.whole.find_table(&step.key.name).map(|table| table.span());
                let span = match step.verb {
                    diff::Verb::Drop => span,
                    diff::Verb::Create | diff::Verb::Alter | diff::Verb::Replace => Some(step.span),
                };
                Left {
                    what: format!("{} `{}`", step.key.kind.label(), step.key.plain()),
                    told: match step.verb {
                        diff::Verb::Drop => format!("{} {}", step.key.kind.label(), step.key.plain()),
                        verb => format!(
                            "another {} {} ({})",
                            step.key.kind.label(),
                            step.key.plain(),
                            verb.as_str()
                        ),
                    },
                    key: Some(step.key),
                    span,
                }
            })),
            Err(refusals) => left.extend(refusals.into_iter().map(|refusal| Left {
                key: None,
                span: None,
                told: refusal.message.clone(),
                what: refusal.message,
            })),
        }
        left.extend(rows(self.whole, &made));
        (made, left)
    }
}

/// Reads files as they would be read in a schema's folder; errors are differences.
fn read_back(files: &FileSet, name: &str) -> (Schema, Config, Vec<Left>) {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let mut inputs = Vec::new();
    let mut config = Config::for_name(name);
    for (path, text) in files.iter() {
        let file = sources.add(path, text);
        if path == CONFIG_FILE {
            config = config::parse(name, file, &sources, &mut sink);
        } else {
            inputs.push(file);
        }
    }
    let decls =
        source::read(&inputs, &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    let schema = model::lower(decls, &config, &mut sink);
    let errors = sink.finish(&sources).into_iter().filter(|it| it.severity == crate::diag::Severity::Error);
    let left = errors.map(|error| {
        let what = format!(
            "{} (line {} of {})",
            error.message,
            sources.position(error.span).line,
            sources.file(error.span.file).path()
        );
        Left { key: None, span: None, told: what.clone(), what }
    });
    let left = left.collect();
    (schema, config, left)
}

/// Tells which rows that have to be there are not.
fn rows(whole: &Schema, made: &Schema) -> Vec<Left> {
    let is_same = |(one, of): (&SeedData, &Schema), (other, of_other): (&SeedData, &Schema)| {
        let (table, other_table) = (of.table(one.table), of_other.table(other.table));
        table.name() == other_table.name()
            && table.column_names(&one.columns) == other_table.column_names(&other.columns)
            && one.rows.iter().map(|row| &row.values).eq(other.rows.iter().map(|row| &row.values))
    };
    let is_lost = |seed: &&SeedData| {
        !seed.rows.is_empty() && !made.seeds.iter().any(|other| is_same((*seed, whole), (other, made)))
    };
    let lost = whole.seeds.iter().filter(is_lost).map(|seed| {
        let what = format!("{} rows of `{}`", seed.rows.len(), whole.table(seed.table).name().plain());
        Left { key: None, span: Some(seed.span), told: what.clone(), what }
    });
    lost.collect()
}

/// Tells which tables are not in their modules.
fn modules(whole: &Schema, made: &Schema) -> Vec<Unsaid> {
    fn module<'a>(schema: &'a Schema, table: Table<'a>) -> Option<&'a ModuleData> {
        schema.modules.get(table.data.module?.0)
    }
    let mut unsaid = Vec::new();
    for table in whole.own_tables() {
        let Some(own) = module(whole, table) else { continue };
        let there = made.find_table(table.name()).and_then(|table| module(made, table));
        if there.is_none_or(|there| there.name.value != own.name.value) {
            let what = format!("that `{}` belongs to `{}`", table.name().plain(), own.name.value);
            unsaid.push(Unsaid { span: Some(table.span()), what });
        }
    }
    unsaid
}

/// Returns the tables of another system that are drawn.
fn external(schema: &Schema, config: &Config) -> Vec<String> {
    let drawn = schema.tables().filter(|table| table.data.external);
    let is_used =
        |id| schema.own_tables().any(|table| table.data.foreign_keys.iter().any(|key| key.referenced == id));
    let names = drawn.filter(|table| config.is_external(&table.name().plain()) && is_used(table.id));
    names.map(|table| table.name().plain()).collect()
}

/// Tells what an import has no place for, whatever its language.
fn beyond(schema: &Schema, target: Target) -> Vec<Unsaid> {
    let mut unsaid = Vec::new();
    let mut say = |span: Span, what: String| unsaid.push(Unsaid { span: Some(span), what });
    if let Some(first) = schema.prefixes.first() {
        say(first.prefix.span, format!("the list of {} ID prefixes", schema.prefixes.len()));
    }
    if let Some(first) = schema.migrations.first() {
        say(first.file.span, format!("the order of {} migration files", schema.migrations.len()));
    }
    for set in &schema.constants {
        say(set.name.span, format!("the constants `{}`", set.name.value));
    }
    for named in &schema.named {
        say(named.name.span, format!("the table `{}`, which is only named", named.name.node));
    }
    for (name, _) in &schema.notes {
        say(name.span, format!("the note `{}`", name.value));
    }
    for convention in &schema.conventions {
        say(convention.text.span, format!("the convention “{}”", convention.text.value));
    }
    for table in schema.own_tables() {
        let was = table.data.was.iter().map(|was| was.span);
        for span in was.chain(table.columns().filter_map(|column| Some(column.data.was.as_ref()?.span))) {
            say(span, format!("the former name of something of `{}`", table.name().plain()));
        }
        for key in table.data.foreign_keys.iter().filter(|key| !key.enforced) {
            if !schema.table(key.referenced).data.external {
                say(key.span, format!("a relation of `{}` that is no foreign key", table.name().plain()));
            }
        }
    }
    for label in schema.enums.iter().flat_map(|data| &data.labels) {
        if let Some(comment) = label.comment.as_ref().filter(|_| target != Target::Dbml) {
            say(comment.span, format!("what the label `{}` means", label.label.value));
        }
    }
    unsaid
}

/// Returns what would be made beside the source's, a few of each kind.
fn why(left: &[Left]) -> Vec<String> {
    const SHOWN: usize = 8;
    let mut lines: Vec<String> = left.iter().take(SHOWN).map(|left| left.told.clone()).collect();
    if left.len() > SHOWN {
        lines.push(format!("and {} more", left.len() - SHOWN));
    }
    lines
}

/// Makes a title of a name: `shop_core` is `Shop core`.
fn title(name: &str) -> String {
    let words: Vec<&str> = name.split(['_', '-']).filter(|word| !word.is_empty()).collect();
    let words = words.join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
