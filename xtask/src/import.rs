//! `import`: documents of what is there.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use truthtable::config::{Config, Layout};
use truthtable::diag::{Code, Severity, Sink};
use truthtable::emit::FileSet;
use truthtable::import::{self, Target, Unsaid, Wanted};
use truthtable::load::{CONFIG_FILE, Loader};
use truthtable::model::Schema;
use truthtable::span::FileId;
use truthtable::write;

use crate::{Exit, prove, report};

const UNSAID: Code = Code::new("import-unsaid");
const LAYOUT: Code = Code::new("migration-layout");
const REFUSED: Code = Code::new("plan-refused");

/// Arguments of `import`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A database's URL, a dump, a folder of migrations, a DBML, Markdown, Prisma or SQL file, or the name of a schema.
    source: String,
    /// The language of the documents.
    #[arg(long, value_enum)]
    to: To,
    /// The folder to write into: `schema/NAME`, where the documents are to stay.
    #[arg(long)]
    out: String,
    /// Name of the schema; that of the folder where it is not given.
    #[arg(long)]
    name: Option<String>,
    /// Replace files that are there.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    /// DBML, and SQL beside it for what DBML has no words for.
    Dbml,
    /// Markdown with SQL in fences.
    Markdown,
    /// SQL.
    Sql,
}

impl From<To> for Target {
    fn from(to: To) -> Self {
        match to {
            To::Dbml => Self::Dbml,
            To::Markdown => Self::Markdown,
            To::Sql => Self::Sql,
        }
    }
}

/// What a source says.
struct Source {
    schema: Schema,
    config: Config,
    layout: Option<Layout>,
    unsaid: Vec<Unsaid>,
}

/// Writes the documents; what they do not say makes the exit code 1.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let folder = arguments.out.trim_end_matches('/');
    let own = folder.rsplit('/').next().filter(|name| !["", ".", ".."].contains(name)).unwrap_or("schema");
    let name = arguments.name.clone().unwrap_or_else(|| own.to_owned());
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let source = match scheme(&arguments.source) {
        Some("postgres" | "postgresql") => database(root, &mut loader, &arguments.source, &mut sink)?,
        // What follows may hold a password.
        Some(other) => {
            eprintln!(
                "error: a database at `{other}://` cannot be read; PostgreSQL's URLs begin with `postgresql://`"
            );
            None
        }
        None => read(root, &mut loader, &arguments.source, &mut sink)?,
    };
    let Some(source) = source else {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Exit::Failure);
    };
    if source.schema.tables.is_empty() && source.schema.enums.is_empty() && source.schema.verbatim.is_empty()
    {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        let what = if scheme(&arguments.source).is_some() { "the database" } else { &arguments.source };
        eprintln!("error: {what} has nothing to import: no table, type, view or function");
        return Ok(Exit::Failure);
    }
    let wanted = Wanted { name, target: arguments.to.into(), layout: source.layout };
    let imported = match import::import(&source.schema, &source.config, &wanted) {
        Ok(imported) => imported,
        Err(refusals) => {
            for refusal in refusals {
                sink.error(REFUSED, refusal.span, refusal.message).help(refusal.help);
            }
            report::say(&sink.finish(&loader.sources), &loader.sources)?;
            return Ok(Exit::Failure);
        }
    };
    let mut files = FileSet::owning([]);
    for (path, text) in imported.files.iter() {
        files.add(format!("{folder}/{path}"), text);
    }
    let own = files.iter().map(|(path, _)| path.to_owned()).filter(|path| root.join(path).exists());
    // A document that was there already would be read together with the new ones.
    let mut taken: BTreeSet<String> = own.collect();
    taken.extend(loader.documents(folder));
    if !taken.is_empty() && !arguments.force {
        let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
        let are = if taken.len() == 1 { "is" } else { "are" };
        eprintln!(
            "error: {} {are} there already; `--force` replaces what the import writes",
            taken.join(", ")
        );
        return Ok(Exit::Failure);
    }
    write::apply(&files, &write::compare(&files, root)?, root)?;
    let mut lost = 0;
    for (path, text) in imported.files.iter() {
        println!("wrote {folder}/{path}, {} lines", text.lines().count());
    }
    for unsaid in source.unsaid.into_iter().chain(imported.unsaid) {
        match unsaid.span {
            Some(span) => _ = sink.warning(UNSAID, span, format!("not imported: {}", unsaid.what)),
            None => eprintln!("warning: not imported: {}", unsaid.what),
        }
        lost += 1;
    }
    let shown: Vec<_> =
        sink.finish(&loader.sources).into_iter().filter(|it| it.severity > Severity::Info).collect();
    report::say(&shown, &loader.sources)?;
    Ok(if shown.is_empty() && lost == 0 { Exit::Clean } else { Exit::Findings })
}

/// Returns the scheme of a URL.
fn scheme(source: &str) -> Option<&str> {
    let (scheme, _) = source.split_once("://")?;
    scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)).then_some(scheme)
}

/// Has the package that talks to databases write down what one holds, and reads that at its word.
fn database(root: &Path, loader: &mut Loader, url: &str, sink: &mut Sink) -> io::Result<Option<Source>> {
    // In the environment, where other users of the machine do not see its password.
    let variable = [("DATABASE_URL", url)];
    let Some(text) = prove::ask("truthtable-import", root, &[], &variable, "")? else { return Ok(None) };
    let (schema, config, unsaid) = import::read_dump(text, &mut loader.sources, sink);
    Ok(Some(Source { schema, config, layout: None, unsaid }))
}

/// Reads whatever the source is: a folder of nothing but SQL holds migrations.
fn read(root: &Path, loader: &mut Loader, source: &str, sink: &mut Sink) -> io::Result<Option<Source>> {
    let path = root.join(source);
    let is_folder = path.is_dir() && !path.join(CONFIG_FILE).is_file();
    let is_other = |document: &String| !document.ends_with(".sql");
    if is_folder && !loader.documents(source.trim_end_matches('/')).iter().any(is_other) {
        return migrations(root, loader, source, sink);
    }
    let Some(loaded) = loader.source(source, sink) else { return Ok(None) };
    if path.is_file() && source.ends_with(".sql") && loaded.config.literal {
        return script(root, loader, &loaded.inputs, sink).map(Some);
    }
    let (schema, config, unsaid) = import::read_source(&loaded.inputs, &loader.sources, &loaded.config, sink);
    Ok(Some(Source { schema, config, layout: None, unsaid }))
}

/// Reads a file of SQL; where it does what only a server knows the outcome of, a server runs it.
fn script(root: &Path, loader: &mut Loader, files: &[FileId], sink: &mut Sink) -> io::Result<Source> {
    // What takes back what the file does is no part of it.
    let found = import::migrations(files, &mut loader.sources).ok().filter(|(parts, _)| !parts.is_empty());
    let (parts, layout) = found.unwrap_or_else(|| (files.to_vec(), None));
    let mut said = sink.fresh();
    let config = Config { literal: true, ..Config::for_name("imported") };
    let (schema, config, unsaid) = import::read_source(&parts, &loader.sources, &config, &mut said);
    let text = parts.first().map(|part| loader.sources.file(*part).text()).unwrap_or_default();
    if import::has_to_run(text, &schema, &said, &loader.sources)
        && let Some(source) = made(root, loader, &parts, layout, sink)?
    {
        return Ok(source);
    }
    sink.absorb(said);
    Ok(Source { schema, config, layout, unsaid })
}

/// Has a server run the migrations of a folder, and reads what they made; where none can be had, the migrations themselves.
fn migrations(root: &Path, loader: &mut Loader, source: &str, sink: &mut Sink) -> io::Result<Option<Source>> {
    let files = loader.scripts(source, sink);
    let (parts, layout) = match import::migrations(&files, &mut loader.sources) {
        Ok(found) => found,
        Err(broken) => {
            let named = |id: &&FileId| loader.sources.file(**id).path().ends_with(&broken.file);
            if let Some(file) = files.iter().find(named) {
                let span = loader.sources.fragment(*file).span(0..0);
                let message = format!("`{}`, line {}: {}", broken.file, broken.line, broken.message);
                sink.error(LAYOUT, span, message);
            }
            return Ok(None);
        }
    };
    if parts.is_empty() {
        nothing(source, &root.join(source));
        return Ok(None);
    }
    if let Some(source) = made(root, loader, &parts, layout, sink)? {
        return Ok(Some(source));
    }
    let config = Config { literal: true, ..Config::for_name("imported") };
    let (schema, config, unsaid) = import::read_source(&parts, &loader.sources, &config, sink);
    Ok(Some(Source { schema, config, layout, unsaid }))
}

/// Has a server run scripts and reads what they made; none where no server can be had, which is said.
fn made(
    root: &Path,
    loader: &mut Loader,
    parts: &[FileId],
    layout: Option<Layout>,
    sink: &mut Sink,
) -> io::Result<Option<Source>> {
    let texts: Vec<&str> = parts.iter().map(|part| loader.sources.file(*part).text()).collect();
    let input = serde_json::to_string(&texts)?;
    let made = prove::ask("truthtable-import", root, &["--scripts".to_owned()], &[], &input)?;
    let Some(made) = made else {
        eprintln!(
            "warning: the migrations did not run: they are read, and what only a server knows of them is missed"
        );
        return Ok(None);
    };
    let made: Made = serde_json::from_str(&made)?;
    made.left.iter().for_each(|left| eprintln!("note: left out: {left}"));
    for Refused { script, start, why, .. } in &made.refused {
        let Some(part) = parts.get(*script) else { continue };
        let position = loader.sources.position(loader.sources.fragment(*part).span(*start..*start));
        let (path, line, column) = (loader.sources.file(*part).path(), position.line, position.column);
        eprintln!("note: {path}:{line}:{column}: {} does not run this, so it was read: {why}", made.server);
    }
    let refused: Vec<_> = made.refused.iter().map(|one| (one.script, one.start..one.end)).collect();
    let (schema, config, mut unsaid) =
        import::read_made(parts, made.sql, &refused, &mut loader.sources, sink);
    unsaid.extend(made.lost.into_iter().map(|what| Unsaid { span: None, what }));
    Ok(Some(Source { schema, config, layout, unsaid }))
}

/// What migrations made on a server.
#[derive(serde::Deserialize)]
struct Made {
    server: String,
    /// What makes the same.
    sql: String,
    /// What that leaves out.
    left: Vec<String>,
    /// Rows of which no two runs leave the same.
    lost: Vec<String>,
    refused: Vec<Refused>,
}

/// A piece of a migration that did not run.
#[derive(serde::Deserialize)]
struct Refused {
    script: usize,
    start: usize,
    end: usize,
    why: String,
}

/// Says that a folder has nothing to read, and what else to do where its migrations are programs.
fn nothing(source: &str, path: &Path) {
    eprintln!(
        "error: `{source}` holds nothing to read: no .sql file in it or in the folders in it, and no .dbml, .md or .prisma file"
    );
    if let Some((program, language)) = program(path) {
        eprintln!(
            "help: {} is written in {language}, and only its own runner can run it: run the migrations on an empty database, and import that by its URL",
            program.display()
        );
    }
}

/// Finds a file in a folder, or in the folders in it, that may be a migration in a language other than SQL; gives the language.
fn program(folder: &Path) -> Option<(PathBuf, &'static str)> {
    let mut entries: Vec<PathBuf> = folder.read_dir().ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let own = entries.iter().find_map(|path| {
        let language = match path.extension()?.to_str()? {
            "py" => "Python",
            "rb" => "Ruby",
            "js" | "cjs" | "mjs" => "JavaScript",
            "ts" | "mts" => "TypeScript",
            "php" => "PHP",
            "go" => "Go",
            "java" | "kt" => "a language of the JVM",
            "cs" => "C#",
            "ex" | "exs" => "Elixir",
            "rs" => "Rust",
            "xml" => "XML",
            "yaml" | "yml" => "YAML",
            "json" => "JSON",
            _ => return None,
        };
        Some((path.clone(), language))
    });
    own.or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|folder| program(folder)))
}
