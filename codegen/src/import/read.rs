//! What an import is made of: a source that nobody wrote for this tool.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Unsaid;
use crate::config::{Config, Layout, Pattern, PlatformName};
use crate::diag::Sink;
use crate::model::{self, QualifiedName, Schema, VerbatimData};
use crate::plan::import::{in_order, recognise};
use crate::plan::migration::layout::{self, Broken};
use crate::source::decl::{AlterAction, ConstraintKind, Decl, QName, TableDecl};
use crate::source::{self, Reading};
use crate::span::{FileId, Sources, Span, Spanned};

/// Finds the parts up of migration files, in the order in which their runner takes them, and for which runner they are.
///
/// # Errors
///
/// A file that breaks its layout.
pub fn migrations(files: &[FileId], sources: &mut Sources) -> Result<(Vec<FileId>, Option<Layout>), Broken> {
    let layout = recognise(files.iter().map(|id| (sources.file(*id).path(), sources.file(*id).text())));
    // By folder: names are told apart within one, and `NAME/migration.sql` counts as `NAME.sql` beside the folder.
    let mut folders: BTreeMap<String, BTreeMap<String, FileId>> = BTreeMap::new();
    for id in files {
        let path = sources.file(*id).path();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (above, own) = folder.rsplit_once('/').unwrap_or(("", folder));
        let (folder, name) = match name {
            "migration.sql" => (above, format!("{own}.sql")),
            "up.sql" | "down.sql" => (above, format!("{own}.{name}")),
            _ => (folder, name.to_owned()),
        };
        folders.entry(folder.to_owned()).or_default().insert(name, *id);
    }
    let mut parts = Vec::new();
    for names in folders.values() {
        let laid = layout::read(names.iter().map(|(name, id)| (name.as_str(), sources.file(*id).text())))?;
        for laid in in_order(laid) {
            // A part down whose part up is missing has nothing to take back.
            if laid.up.file.ends_with(".down.sql") {
                continue;
            }
            let Some(id) = names.get(&laid.up.file) else { continue };
            let file = sources.file(*id);
            // A part up stands at the beginning of its file, so that places in it are places in the file.
            let part = if file.text() == laid.up.text {
                *id
            } else {
                let path = file.path().to_owned();
                sources.add(path, laid.up.text)
            };
            parts.push(part);
        }
    }
    Ok((parts, layout))
}

/// By what name places in the dump of a live database are told.
const DUMP: &str = "live-database.sql";

/// The line with which the dump of a live database on Supabase begins.
pub const ON_SUPABASE: &str = "-- platform: supabase";

/// Reads what was written down of a live database, at its word.
pub fn read_dump(text: String, sources: &mut Sources, sink: &mut Sink) -> (Schema, Config, Vec<Unsaid>) {
    read_written(DUMP, text, Vec::new(), sources, sink)
}

/// Reads what was written down of a database, and further files behind it.
fn read_written(
    name: &str,
    text: String,
    further: Vec<FileId>,
    sources: &mut Sources,
    sink: &mut Sink,
) -> (Schema, Config, Vec<Unsaid>) {
    let mut config = Config { literal: true, ..Config::for_name("imported") };
    if text.lines().next() == Some(ON_SUPABASE) {
        config.platform.name = Some(PlatformName::Supabase);
        config.platform.foreign_keys = true;
    }
    let mut inputs = vec![sources.add(name, text)];
    inputs.extend(further);
    read_source(&inputs, sources, &config, sink)
}

/// By what name places in what migrations made are told.
const MADE: &str = "what-the-migrations-made.sql";

/// Reads what a server made of migrations, and behind it those pieces of them that did not run there: each by the number of its
/// part and its place in that.
pub fn read_made(
    parts: &[FileId],
    made: String,
    refused: &[(usize, Range<usize>)],
    sources: &mut Sources,
    sink: &mut Sink,
) -> (Schema, Config, Vec<Unsaid>) {
    // What changes a platform's tables leaves no trace in what is written down.
    let plain = Config { literal: true, ..Config::for_name("imported") };
    let (_, _, of_platform) = read_source(parts, sources, &plain, &mut Sink::default());
    let mut inputs = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let pieces: Vec<_> = refused.iter().filter(|(of, _)| *of == number).map(|(_, range)| range).collect();
        if !pieces.is_empty() {
            let file = sources.file(*part);
            let (path, text) = (file.path().to_owned(), nothing_but(file.text(), &pieces));
            inputs.push(sources.add(path, text));
        }
    }
    let (schema, config, mut unsaid) = read_written(MADE, made, inputs, sources, sink);
    // Of the pieces it is said already.
    let is_known = |one: &Unsaid, unsaid: &[Unsaid]| {
        let place = |one: &Unsaid| one.span.map(|span| sources.position(span));
        unsaid.iter().any(|other| other.what == one.what && place(other) == place(one))
    };
    let of_platform: Vec<Unsaid> = of_platform.into_iter().filter(|one| !is_known(one, &unsaid)).collect();
    unsaid.extend(of_platform);
    (schema, config, unsaid)
}

/// Returns a text of which only some pieces are left, where they were: everything else is blank.
fn nothing_but(text: &str, pieces: &[&Range<usize>]) -> String {
    let blank = |(at, byte): (usize, u8)| {
        let is_kept = byte == b'\n'
            || pieces.iter().any(|piece| piece.contains(&at) || piece.end == at && byte == b';');
        if is_kept { byte } else { b' ' }
    };
    let mut bytes: Vec<u8> = text.bytes().enumerate().map(blank).collect();
    // A statement that its file does not end ends before the next.
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads a source, its files in the order given; tables of a platform that it references and does not define are taken for another
/// system's, and what would change these is returned beside the schema.
pub fn read_source(
    inputs: &[FileId],
    sources: &Sources,
    config: &Config,
    sink: &mut Sink,
) -> (Schema, Config, Vec<Unsaid>) {
    let decls = source::read(inputs, &Reading { sources, inputs: &[], config }, sink);
    let mut config = config.clone();
    let defined: BTreeSet<QualifiedName> = decls.iter().filter_map(defined).collect();
    let is_foreign = |name: &QName| {
        let schema = name.schema.as_ref().map(|schema| schema.node.as_str());
        schema.is_some_and(|schema| PlatformName::Supabase.schemas().contains(&schema))
            && !defined.contains(&qualified(name))
    };
    let mut known: BTreeMap<String, Span> = BTreeMap::new();
    for name in decls.iter().flat_map(referenced).filter(|name| is_foreign(name)) {
        known.entry(qualified(name).plain()).or_insert_with(|| name.span());
    }
    let known: Vec<_> = known.into_iter().filter(|(name, _)| !config.is_external(name)).collect();
    if known.iter().any(|(name, _)| name.starts_with("auth.") || name.starts_with("storage.")) {
        config.platform.name.get_or_insert(PlatformName::Supabase);
        // The platform has them wherever the migrations run.
        config.platform.foreign_keys = true;
    }
    config.external.extend(known.into_iter().map(|(name, span)| Pattern::new(Spanned::new(name, span))));
    let mut unsaid = Vec::new();
    let decls = decls.into_iter().filter(|decl| {
        let (name, span, what) = match decl {
            Decl::AlterTable(data) => (&data.table, data.span, "a change"),
            Decl::Rows(data) => (&data.table, data.span, "rows"),
            Decl::Index(data) => (&data.table, data.index.span, "an index"),
            _ => return true,
        };
        let foreign = is_foreign(name);
        if foreign {
            let what = format!("{what} of the platform's `{name}`");
            unsaid.push(Unsaid { span: Some(span), what });
        }
        !foreign
    });
    let decls = decls.collect();
    let schema = model::lower(decls, &config, sink);
    (schema, config, unsaid)
}

/// How many bytes of a file may tell what wrote it.
const HEAD: usize = 2_000;

/// Tells whether a script does what only a server knows the outcome of, as far as reading it shows: blocks of code, calls of what it
/// made, triggers on what is made. A dump says what there is, and has nothing of the kind.
pub fn has_to_run(text: &str, schema: &Schema, said: &Sink, sources: &Sources) -> bool {
    let head: String = text.chars().take(HEAD).collect();
    let is_foreign = said.diagnostics().iter().any(|found| found.code.as_str() == "foreign-dialect");
    if is_foreign || head.contains("PostgreSQL database dump") || head.contains("Dumped by pg_dump") {
        return false;
    }
    let calls =
        said.diagnostics().iter().filter(|found| found.code.as_str() == "sql-not-schema").any(|found| {
            let statement = sources.text(found.span).trim_start().to_ascii_lowercase();
            statement.starts_with("call") || statement.starts_with("select") && statement.contains('(')
        });
    // What is granted of all that is made later is not granted of what was made before.
    let grants = |data: &VerbatimData| {
        let behind = |span: Span| span.file == data.text.span.file && span.start > data.text.span.start;
        let mut tables = schema.tables.iter().map(|table| table.span);
        let kinds =
            ["function", "procedure", "view", "materialized view", "sequence", "type", "domain", "table"];
        let others = schema.verbatim.iter().filter(|other| kinds.contains(&other.kind.as_str()));
        let mut others = others.map(|other| other.text.span);
        data.kind == "alter default privileges" && (tables.any(behind) || others.any(behind))
    };
    calls
        || schema
            .verbatim
            .iter()
            .any(|data| matches!(data.kind.as_str(), "do" | "event trigger") || grants(data))
}

fn qualified(name: &QName) -> QualifiedName {
    QualifiedName::new(name.schema.as_ref().map(|schema| schema.node.as_str()), name.name.node.clone())
}

fn defined(decl: &Decl) -> Option<QualifiedName> {
    match decl {
        Decl::Table(data) => Some(qualified(&data.name)),
        Decl::Verbatim(data) => data.creates.as_ref().map(qualified),
        _ => None,
    }
}

/// Returns the tables that a declaration references.
fn referenced(decl: &Decl) -> Vec<&QName> {
    match decl {
        Decl::Table(data) => of_table(data),
        Decl::AlterTable(data) => data.actions.iter().flat_map(of_action).collect(),
        Decl::Ref(data) => data.endpoints.iter().map(|end| &end.table).collect(),
        _ => Vec::new(),
    }
}

fn of_action(action: &AlterAction) -> Vec<&QName> {
    match action {
        AlterAction::AddColumn(column) => column.references.iter().map(|key| &key.table).collect(),
        AlterAction::AddConstraint(constraint) => of_constraint(&constraint.kind).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn of_table(data: &TableDecl) -> Vec<&QName> {
    let columns = data.columns.iter().flat_map(|column| &column.references).map(|key| &key.table);
    columns.chain(data.constraints.iter().filter_map(|constraint| of_constraint(&constraint.kind))).collect()
}

fn of_constraint(kind: &ConstraintKind) -> Option<&QName> {
    match kind {
        ConstraintKind::ForeignKey(key) => Some(&key.table),
        _ => None,
    }
}
