//! What stands on a schema's page: every name, link, mark and order that the templates print.
//!
//! A page is read on a forge, so links go to headings by the slugs that a forge gives them ([`anchor`]) and to the author's
//! files by relative paths ([`place`]). Texts are kept as the author wrote them; escaping is the printer's.

pub mod anchor;
pub mod diagram;
pub mod dictionary;
pub mod finding;
pub mod layout;
pub mod list;
pub mod place;
pub mod security;

use serde::Serialize;

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;
use crate::span::Sources;
use anchor::Anchors;
use dictionary::Footnotes;
use place::{Link, Places};

/// What stands on a schema's page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocumentPlan {
    /// Title.
    pub title: String,
    /// One sentence about the schema.
    pub description: Option<String>,
    /// Contents, in page order.
    pub contents: Vec<Entry>,
    /// Numbers at a glance.
    pub figures: Vec<Figure>,
    /// The diagram of the whole schema; without columns where the schema is large.
    pub diagram: Option<diagram::Diagram>,
    /// The drawing that needs no renderer.
    pub drawing: Option<layout::Drawing>,
    /// Tables, module by module.
    pub groups: Vec<dictionary::TableGroup>,
    /// Enumerated types.
    pub enums: Vec<list::EnumEntry>,
    /// Columns whose values a check or the prose lists.
    pub values: Vec<list::ValuesEntry>,
    /// The list of ID prefixes.
    pub prefixes: Vec<list::PrefixEntry>,
    /// Migration files, in order.
    pub migrations: Vec<list::MigrationEntry>,
    /// Rows that have to be there.
    pub seeds: Vec<list::SeedEntry>,
    /// Sets of constants.
    pub constants: Vec<list::ConstantsEntry>,
    /// Tables that are named but not defined.
    pub named: Vec<list::NamedEntry>,
    /// Conventions that the documents state and that hold.
    pub conventions: Vec<list::ConventionEntry>,
    /// What follows from rules and stands nowhere itself.
    pub inferred: Vec<list::InferredEntry>,
    /// Statements that are carried through as they stand.
    pub verbatim: Vec<list::VerbatimEntry>,
    /// Free-standing notes.
    pub notes: Vec<list::NoteEntry>,
    /// What was found, by kind.
    pub findings: Vec<finding::Finding>,
    /// The rules by which facts were inferred, numbered from one.
    pub footnotes: Vec<String>,
}

/// An entry of the contents.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The heading.
    pub heading: Link,
    /// Headings below it.
    pub children: Vec<Entry>,
}

/// A number at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What is counted.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

/// A part of the page with a heading of its own; in page order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// Numbers at a glance.
    Figures,
    /// The diagram.
    Diagram,
    /// The data dictionary.
    Tables,
    /// Enumerated types.
    Enums,
    /// Columns with listed values.
    Values,
    /// ID prefixes.
    Prefixes,
    /// Migration files.
    Migrations,
    /// Seed rows.
    Seeds,
    /// Sets of constants.
    Constants,
    /// Tables that are only named.
    Named,
    /// Conventions that the documents state.
    Conventions,
    /// What follows from rules.
    Inferred,
    /// Carried statements.
    Verbatim,
    /// Notes.
    Notes,
    /// Findings.
    Findings,
}

impl Section {
    /// Every section, in page order.
    pub const ALL: [Self; 15] = [
        Self::Figures,
        Self::Diagram,
        Self::Tables,
        Self::Enums,
        Self::Values,
        Self::Prefixes,
        Self::Migrations,
        Self::Seeds,
        Self::Constants,
        Self::Named,
        Self::Conventions,
        Self::Inferred,
        Self::Verbatim,
        Self::Notes,
        Self::Findings,
    ];

    /// Returns the heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Figures => "At a glance",
            Self::Diagram => "Diagram",
            Self::Tables => "Tables",
            Self::Enums => "Enumerated types",
            Self::Values => "Listed values",
            Self::Prefixes => "ID prefixes",
            Self::Migrations => "Migrations",
            Self::Seeds => "Seed rows",
            Self::Constants => "Constants",
            Self::Named => "Named, not defined",
            Self::Conventions => "Conventions",
            Self::Inferred => "Inferred objects",
            Self::Verbatim => "Other objects",
            Self::Notes => "Notes",
            Self::Findings => "Findings",
        }
    }
}

/// Decides what stands on the page; findings are those that `sink` holds by now.
pub fn plan(schema: &Schema, sources: &Sources, config: &Config, sink: &Sink) -> DocumentPlan {
    let places = Places::new(sources, &config.name);
    let findings = finding::findings(sink, &places);
    let groups = dictionary::groups(schema);
    let shown = |section: Section| match section {
        Section::Figures => true,
        Section::Diagram | Section::Tables => !schema.tables.is_empty(),
        Section::Enums => !schema.enums.is_empty(),
        Section::Values => schema.tables.iter().flat_map(|t| &t.columns).any(|c| c.values.is_some()),
        Section::Prefixes => !schema.prefixes.is_empty(),
        Section::Migrations => !schema.migrations.is_empty(),
        Section::Seeds => !schema.seeds.is_empty(),
        Section::Constants => !schema.constants.is_empty(),
        Section::Named => !schema.named.is_empty(),
        Section::Conventions => !schema.conventions.is_empty(),
        Section::Inferred => !schema.inferred.is_empty(),
        Section::Verbatim => !schema.verbatim.is_empty(),
        Section::Notes => !schema.notes.is_empty(),
        Section::Findings => !findings.is_empty(),
    };
    let anchors = Anchors::new(schema, &config.title, &groups, shown);
    let mut footnotes = Footnotes::default();
    let cx = Cx { schema, config, places: &places, anchors: &anchors };
    let large = schema.tables.len() > diagram::LARGE;
    DocumentPlan {
        title: config.title.clone(),
        description: config.description.clone(),
        contents: contents(&cx, &groups, shown),
        figures: figures(schema),
        diagram: shown(Section::Diagram)
            .then(|| if large { diagram::overview(schema) } else { diagram::whole(schema) }),
        drawing: shown(Section::Diagram).then(|| layout::drawing(schema, &config.title)),
        groups: dictionary::plan(&cx, &groups, large, &mut footnotes),
        enums: list::enums(&cx),
        values: list::values(&cx, &mut footnotes),
        prefixes: list::prefixes(&cx),
        migrations: list::migrations(&cx),
        seeds: list::seeds(&cx),
        constants: list::constants(&cx),
        named: list::named(&cx),
        conventions: list::conventions(&cx),
        inferred: list::inferred(&cx),
        verbatim: list::verbatim(&cx),
        notes: list::notes(schema),
        findings,
        footnotes: footnotes.into_rules(),
    }
}

/// What the parts of the page are planned from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cx<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) config: &'a Config,
    pub(crate) places: &'a Places<'a>,
    pub(crate) anchors: &'a Anchors,
}

fn contents(cx: &Cx<'_>, groups: &[dictionary::Group], shown: impl Fn(Section) -> bool) -> Vec<Entry> {
    let leaf = |heading| Entry { heading, children: Vec::new() };
    let tables = |group: &dictionary::Group| -> Vec<Entry> {
        group.tables.iter().map(|id| leaf(cx.anchors.table(cx.schema.table(*id)))).collect()
    };
    let group = |group: &dictionary::Group| match cx.anchors.group(group) {
        Some(heading) => vec![Entry { heading, children: tables(group) }],
        None => tables(group),
    };
    Section::ALL
        .into_iter()
        .filter(|section| shown(*section))
        .map(|section| Entry {
            heading: cx.anchors.section(section),
            children: match section {
                Section::Tables => groups.iter().flat_map(group).collect(),
                Section::Enums => cx.schema.enums.iter().map(|e| leaf(cx.anchors.enumeration(e))).collect(),
                _ => Vec::new(),
            },
        })
        .collect()
}

fn figures(schema: &Schema) -> Vec<Figure> {
    let own = || schema.own_tables();
    let figures = [
        ("tables", own().count()),
        ("tables of other systems", schema.tables.len() - own().count()),
        ("columns", own().map(|table| table.data.columns.len()).sum()),
        ("foreign keys", own().map(|table| table.data.foreign_keys.len()).sum()),
        ("unique constraints", own().map(|table| table.data.uniques.len()).sum()),
        ("checks", own().map(|table| table.data.checks.len()).sum()),
        ("indexes", own().map(|table| table.data.indexes.len()).sum()),
        ("enumerated types", schema.enums.len()),
        ("ID prefixes", schema.prefixes.len()),
        ("migration files", schema.migrations.len()),
        ("seed rows", schema.seeds.iter().map(|seed| seed.rows.len()).sum()),
        ("constants", schema.constants.iter().map(|set| set.items.len()).sum()),
        ("tables named, not defined", schema.named.len()),
    ];
    figures
        .into_iter()
        .filter(|(what, count)| *count > 0 || *what == "tables")
        .map(|(what, count)| Figure { what, count })
        .collect()
}
