//! What is to be proved: ordered migrations with their way back, and seeds. Plain data, read from a folder of SQL files.
//!
//! Every layout that the library lays migrations out in is read, by its marks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

pub use truthtable::config::RollbackPolicy as Policy;
use truthtable::emit::pgtap;
use truthtable::plan::migration::layout;

use crate::document::Document;
use crate::sql;

/// A schema's migrations and seeds, in the order in which they are applied.
#[derive(Debug, Clone, Default)]
pub struct MigrationSet {
    /// The name by which the report calls the schema.
    pub name: String,
    /// SQL that the platform would have run before: roles, schemas and functions that the migrations build on.
    pub stubs: Vec<Script>,
    /// The migrations, in order.
    pub migrations: Vec<Migration>,
    /// Files of seed data, applied in order after all migrations.
    pub seeds: Vec<Script>,
    /// pgTAP tests, each in a transaction of its own that it rolls back.
    pub tests: Vec<Script>,
    /// What the documents say, where they are there.
    pub document: Option<Arc<Document>>,
}

/// One step of the schema and the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The file's name without its ending: `000001_init`.
    pub name: String,
    /// What the migration does.
    pub up: Script,
    /// What undoes it, where anything does.
    pub down: Option<Script>,
    /// Whether undoing is allowed.
    pub down_policy: Policy,
    /// Whether the whole file runs inside one transaction opened by the runner.
    pub transactional: bool,
}

/// SQL with the place in a file from which it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file, as the report names it.
    pub file: String,
    /// The SQL, ready to run.
    pub text: String,
    /// The line of the file on which the text starts, from 1.
    pub first_line: usize,
    /// The characters that stand in front of every line in the file and not in the text: 3 for `-- `.
    pub indent: usize,
}

/// A line and a column of a file, both from 1, the column in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// The file, as the report names it.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// Why a folder of migrations cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// A file or folder could not be read.
    Io(PathBuf, io::Error),
    /// A file breaks the layout.
    Layout(Place, String),
    /// The schema's `schema.toml` has errors, told at their places.
    Document(String),
}

impl MigrationSet {
    /// Returns the names of the extensions that any of the files creates: what a server that proves it has to have.
    pub fn extensions(&self) -> BTreeSet<String> {
        let tests = self.tests.iter().flat_map(|script| sql::created_extensions(&script.text));
        self.extensions_of_schema().into_iter().chain(tests).collect()
    }

    /// Returns the names of the extensions that the schema itself creates.
    pub fn extensions_of_schema(&self) -> BTreeSet<String> {
        self.scripts().flat_map(|script| sql::created_extensions(&script.text)).collect()
    }

    /// Returns everything that makes the schema: stubs, migrations, seeds.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Script> {
        let ups = self.migrations.iter().map(|migration| &migration.up);
        self.stubs.iter().chain(ups).chain(&self.seeds)
    }
}

impl Script {
    /// Says whether the file itself says that this part of it may run again: a line that begins with `-- idempotent`.
    pub fn is_idempotent(&self) -> bool {
        self.text.lines().any(|line| line.starts_with("-- idempotent"))
    }

    /// Says whether the script may run inside a transaction that its runner opens: no statement forbids it, none
    /// manages transactions itself, and no first line `-- no-transaction` asks for none.
    pub fn transactional(&self) -> bool {
        let refuses = |one: &sql::Statement| one.forbids_transaction() || one.controls_transaction();
        !self.text.trim_start().starts_with("-- no-transaction")
            && !sql::statements(&self.text).iter().any(refuses)
    }

    /// Returns the place in the file of a byte of the text.
    pub fn place(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        Place {
            file: self.file.clone(),
            line: self.first_line + before.matches('\n').count(),
            column: self.indent + column + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Layout(place, what) => write!(f, "{place}: {what}"),
            Self::Document(told) => write!(f, "the schema cannot be read\n{}", told.trim_end()),
        }
    }
}

impl std::error::Error for ReadError {}

/// Finds every `generated/NAME/migrations` under a root; returns the folders `generated/NAME` by name.
pub fn discover(root: &Path) -> Result<BTreeMap<String, PathBuf>, ReadError> {
    let generated = root.join("generated");
    if !generated.is_dir() {
        return Ok(BTreeMap::new());
    }
    let folders = entries(&generated)?.into_iter().filter(|folder| folder.join("migrations").is_dir());
    Ok(folders.filter_map(|folder| Some((folder.file_name()?.to_str()?.to_owned(), folder))).collect())
}

/// Reads `platform.sql`, `migrations/*.sql`, `seeds/*.sql` and what is below `pgtap/` of a folder, in the order of their names.
///
/// Files are named in reports by their path relative to `root`.
pub fn read(folder: &Path, root: &Path, name: &str) -> Result<MigrationSet, ReadError> {
    let migrations = folder.join("migrations");
    let mut files = Vec::new();
    for path in sql_files(&migrations)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, read_script(&path, root)?));
    }
    let found = of_files(&files)?;
    let scripts = |name: &str| {
        let folder = folder.join(name);
        let files = if folder.is_dir() { sql_files(&folder)? } else { Vec::new() };
        files.iter().map(|path| read_script(path, root)).collect::<Result<Vec<_>, _>>()
    };
    let seeds = scripts("seeds")?;
    let tests = [scripts(pgtap::FOLDER)?, scripts(&format!("{}/tables", pgtap::FOLDER))?].concat();
    let platform = folder.join("platform.sql");
    let stubs = if platform.is_file() { vec![read_script(&platform, root)?] } else { Vec::new() };
    Ok(MigrationSet {
        name: name.to_owned(),
        stubs,
        migrations: found,
        seeds,
        tests,
        document: Document::read(root, name).map_err(ReadError::Document)?.map(Arc::new),
    })
}

/// Reads one SQL file.
pub fn read_script(path: &Path, root: &Path) -> Result<Script, ReadError> {
    let text = fs::read_to_string(path).map_err(|error| ReadError::Io(path.to_owned(), error))?;
    let file = path.strip_prefix(root).unwrap_or(path);
    // One spelling of a path on every system.
    let file = file.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    Ok(Script { file, text, first_line: 1, indent: 0 })
}

/// Takes migrations out of their files, given by name and script.
///
/// ```
/// use truthtable_prove::migrations::{Policy, Script, of_files};
///
/// let text = "CREATE TABLE t ();\n\n-- down\n-- rollback: staging-only — holds money\n-- DROP TABLE t;\n";
/// let file = Script { file: "shop/1.sql".into(), text: text.into(), first_line: 1, indent: 0 };
/// let [migration] = of_files(&[("1.sql".to_owned(), file)]).unwrap().try_into().unwrap();
/// assert_eq!(migration.up.text, "CREATE TABLE t ();\n\n");
/// assert_eq!(migration.down.unwrap().text, "DROP TABLE t;\n");
/// assert_eq!(migration.down_policy, Policy::StagingOnly);
/// ```
pub fn of_files(files: &[(String, Script)]) -> Result<Vec<Migration>, ReadError> {
    let path = |name: &str| {
        let known = files.iter().find(|(file, _)| file == name);
        known.map_or_else(|| name.to_owned(), |(_, script)| script.file.clone())
    };
    let texts = files.iter().map(|(name, script)| (name.as_str(), script.text.as_str()));
    let laid = layout::read(texts).map_err(|broken| {
        let place = Place { file: path(&broken.file), line: broken.line, column: 1 };
        ReadError::Layout(place, broken.message)
    })?;
    let script = |part: layout::Part| Script {
        file: path(&part.file),
        text: part.text,
        first_line: part.first_line,
        indent: part.indent,
    };
    let migration = |laid: layout::Laid| {
        let up = script(laid.up);
        let transactional = !laid.no_transaction && up.transactional();
        let down = laid.down.map(script).filter(|down| !sql::statements(&down.text).is_empty());
        Migration { name: laid.name, up, down, down_policy: laid.policy, transactional }
    };
    Ok(laid.into_iter().map(migration).collect())
}

fn sql_files(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut files = entries(folder)?;
    files.retain(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "sql"));
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |error| ReadError::Io(folder.to_owned(), error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::{Migration, Policy, Script, of_files};

    fn read(text: &str) -> Migration {
        let file = Script { file: "m.sql".into(), text: text.into(), first_line: 1, indent: 0 };
        of_files(&[("m.sql".to_owned(), file)]).unwrap().pop().unwrap()
    }

    #[test]
    fn a_down_part_of_comments_alone_is_no_way_back() {
        let migration = read("SELECT 1;\r\n-- down\r\n-- rollback: never\r\n-- -- nothing\r\n");
        assert_eq!((migration.down, migration.down_policy), (None, Policy::Never));
    }

    #[test]
    fn a_place_in_the_down_part_is_a_place_in_the_file() {
        let text = "x;\n\n-- down\n-- rollback: free\n--\n-- DROP\n--   TABLE «т» y;\n";
        let down = read(text).down.unwrap();
        assert_eq!(down.text, "\nDROP\n  TABLE «т» y;\n");
        assert_eq!(down.place(down.text.find('y').unwrap()).to_string(), "m.sql:7:16");
        assert_eq!(text.lines().nth(6).unwrap().chars().nth(15), Some('y'));
    }

    #[test]
    fn a_migration_runs_in_a_transaction_where_it_may() {
        assert!(read("CREATE INDEX i ON t (a);").transactional);
        assert!(!read("CREATE INDEX CONCURRENTLY i ON t (a);").transactional);
        assert!(!read("-- no-transaction\nSELECT 1;").transactional);
    }
}
