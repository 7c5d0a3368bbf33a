//! The one place where the tool reads from disk: schema folders, their configuration and their documents.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use crate::config::{self, Config};
use crate::diag::{Code, Sink, did_you_mean};
use crate::source;
use crate::span::{FileId, Fragment, Sources, normalise};

const NO_CONFIG: Code = Code::new("no-schema-toml");
const UNREADABLE: Code = Code::new("unreadable-file");
const NOT_UTF8: Code = Code::new("not-utf-8");
const NO_SOURCES: Code = Code::new("no-sources");
const UNKNOWN_SCHEMA: Code = Code::new("unknown-schema");

/// Name of the configuration file of a schema.
pub const CONFIG_FILE: &str = "schema.toml";

/// Folder of the workspace that holds the schemas.
pub const SCHEMA_FOLDER: &str = "schema";

/// What some editors put at the head of a file.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A schema as it lies on disk.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its configuration.
    pub config: Config,
    /// Its documents, by path.
    pub inputs: Vec<FileId>,
}

/// A folder to read from, and everything read so far.
#[derive(Debug)]
pub struct Loader {
    root: PathBuf,
    /// Every file read.
    pub sources: Sources,
    files: BTreeMap<String, FileId>,
}

impl Loader {
    /// Makes a loader for a workspace; paths in diagnostics are relative to `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), sources: Sources::default(), files: BTreeMap::new() }
    }

    /// Returns the names of the workspace's schemas, sorted: the folders of `schema/`.
    pub fn schema_names(&self) -> Vec<String> {
        entries(&self.root.join(SCHEMA_FOLDER))
            .into_iter()
            .filter(|(_, is_dir)| *is_dir)
            .map(|(name, _)| name)
            .collect()
    }

    /// Loads a schema of the workspace by name; one that is not there is reported with the names that are.
    pub fn schema(&mut self, name: &str, sink: &mut Sink) -> Option<Loaded> {
        let names = self.schema_names();
        if names.iter().any(|known| known == name) {
            return self.folder(&format!("{SCHEMA_FOLDER}/{name}"), sink);
        }
        let file = self.empty(&format!("{SCHEMA_FOLDER}/{name}/{CONFIG_FILE}"));
        let known = names.iter().map(String::as_str);
        sink.error(
            UNKNOWN_SCHEMA,
            self.sources.fragment(file).span(0..0),
            format!("there is no schema `{name}`"),
        )
        .help(did_you_mean(name, known))
        .help(match names.as_slice() {
            [] => format!("make the folder `{SCHEMA_FOLDER}/{name}` with a `{CONFIG_FILE}` in it"),
            _ => format!("`{SCHEMA_FOLDER}/` holds {}", names.join(", ")),
        });
        None
    }

    /// Loads whatever a source is: a document, a folder, or the name of a schema of the workspace.
    ///
    /// A folder without a `schema.toml` is every document in it, taken at its word where all of them are SQL.
    pub fn source(&mut self, source: &str, sink: &mut Sink) -> Option<Loaded> {
        let path = self.root.join(source);
        if path.is_file() {
            return self.document(source, sink);
        }
        if !path.is_dir() {
            return self.schema(source, sink);
        }
        if path.join(CONFIG_FILE).is_file() {
            return self.folder(source, sink);
        }
        let folder = normalise(source);
        let documents = self.documents(&folder);
        let literal = documents.iter().all(|document| document.ends_with(".sql"));
        let inputs = documents.iter().filter_map(|document| self.read(document, sink)).collect::<Vec<_>>();
        self.imports(&inputs, sink);
        let name = folder.rsplit('/').next().unwrap_or(&folder).to_owned();
        Some(Loaded { config: Config { literal, ..Config::for_name(name) }, inputs })
    }

    /// Returns the paths of the documents in a folder, sorted.
    fn documents(&self, folder: &str) -> Vec<String> {
        entries(&self.root.join(folder))
            .into_iter()
            .filter(|(entry, is_dir)| !is_dir && source::by_extension(entry).is_some())
            .map(|(entry, _)| format!("{folder}/{entry}"))
            .collect()
    }

    /// Loads the schema in a folder, given relative to the root.
    pub fn folder(&mut self, folder: &str, sink: &mut Sink) -> Option<Loaded> {
        let folder = normalise(folder);
        let name = folder.rsplit('/').next().unwrap_or(&folder).to_owned();
        let path = format!("{folder}/{CONFIG_FILE}");
        if !self.root.join(&path).is_file() {
            let file = self.empty(&path);
            sink.error(
                NO_CONFIG,
                self.sources.fragment(file).span(0..0),
                format!("`{folder}` has no `{CONFIG_FILE}`"),
            )
            .help(format!("write one; an empty `{CONFIG_FILE}` reads every document beside it"));
            return None;
        }
        let config_file = self.read(&path, sink)?;
        let mut config = config::parse(&name, config_file, &self.sources, sink);
        if let Some(stub) = &config.platform.stub {
            let path = normalise(&format!("{folder}/{}", stub.node));
            config.platform.stub_text = std::fs::read_to_string(self.root.join(&path)).ok();
            if config.platform.stub_text.is_none() {
                sink.error(UNREADABLE, stub.span, format!("`{}` cannot be read", stub.node))
                    .help(format!("paths are relative to this file; looked for `{path}`"));
            }
        }
        let mut inputs = Vec::new();
        if config.sources.is_empty() {
            let stub =
                config.platform.stub.as_ref().map(|stub| normalise(&format!("{folder}/{}", stub.node)));
            for document in self.documents(&folder).iter().filter(|document| Some(*document) != stub.as_ref())
            {
                inputs.extend(self.read(document, sink));
            }
        } else {
            for named in &config.sources {
                let path = normalise(&format!("{folder}/{}", named.node));
                if self.root.join(&path).is_file() {
                    inputs.extend(self.read(&path, sink));
                } else {
                    let message = format!("`{}` is not a file", named.node);
                    sink.error(UNREADABLE, named.span, message)
                        .help(format!("paths are relative to this file; looked for `{path}`"));
                }
            }
        }
        if inputs.is_empty() && !sink.has_errors() {
            let span = self.sources.fragment(config_file).span(0..0);
            sink.error(NO_SOURCES, span, format!("`{folder}` holds no document that can be read"))
                .help("put a .dbml, .md, .sql or .prisma file beside this one, or name files with `sources = [\"…\"]`");
        }
        self.imports(&inputs, sink);
        Some(Loaded { config, inputs })
    }

    /// Loads one document; a `schema.toml` beside it holds for it.
    pub fn document(&mut self, path: &str, sink: &mut Sink) -> Option<Loaded> {
        let path = normalise(path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside =
            if folder.is_empty() { CONFIG_FILE.to_owned() } else { format!("{folder}/{CONFIG_FILE}") };
        let name = folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("schema");
        let config = match self.root.join(&beside).is_file().then(|| self.read(&beside, sink)).flatten() {
            Some(file) => config::parse(name, file, &self.sources, sink),
            // A file of SQL with no configuration beside it is a dump or a script: it says all that it means.
            None => Config { literal: path.ends_with(".sql"), ..Config::for_name(name) },
        };
        let inputs: Vec<FileId> = self.read(&path, sink).into_iter().collect();
        self.imports(&inputs, sink);
        Some(Loaded { config, inputs })
    }

    /// Reads the files that documents import, and those that these import; what is not there is left to the front-end, which
    /// knows the place that names it.
    fn imports(&mut self, inputs: &[FileId], sink: &mut Sink) {
        let mut queue: VecDeque<FileId> = inputs.iter().copied().collect();
        while let Some(file) = queue.pop_front() {
            let source = self.sources.file(file);
            let Some(frontend) = source::by_extension(source.path()) else { continue };
            let folder = source.path().rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            for import in (frontend.imports)(source.text()) {
                let path = normalise(&format!("{folder}/{import}"));
                if !self.files.contains_key(&path) && self.root.join(&path).is_file() {
                    queue.extend(self.read(&path, sink));
                }
            }
        }
    }

    /// Reads a file once; bytes that are not UTF-8 are reported and replaced.
    fn read(&mut self, path: &str, sink: &mut Sink) -> Option<FileId> {
        if let Some(file) = self.files.get(path) {
            return Some(*file);
        }
        let bytes = match std::fs::read(self.root.join(path)) {
            Ok(bytes) => bytes,
            Err(error) => {
                let file = self.empty(path);
                sink.error(
                    UNREADABLE,
                    self.sources.fragment(file).span(0..0),
                    format!("cannot read `{path}`: {error}"),
                )
                .help("check the path and the file's permissions");
                return None;
            }
        };
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(valid))
            }
        };
        // A byte order mark is no part of the text, and would be read as a part of its first word.
        let (text, bad) = match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => (rest.to_owned(), bad.map(|at| at.saturating_sub(BYTE_ORDER_MARK.len()))),
            None => (text, bad),
        };
        let file = self.sources.add(path, text);
        self.files.insert(path.to_owned(), file);
        if let Some(at) = bad {
            let text = self.sources.file(file).text();
            let span = Fragment::whole(file, text).span(at..at + '\u{fffd}'.len_utf8());
            sink.error(NOT_UTF8, span, "this is not UTF-8").help("save the file as UTF-8");
        }
        Some(file)
    }

    /// Registers a path at which there is nothing to read, so that a diagnostic can name it.
    fn empty(&mut self, path: &str) -> FileId {
        self.sources.add(path, "")
    }
}

/// Returns the names in a folder, sorted, each with whether it is a folder; hidden ones are left out.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let Ok(read) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<(String, bool)> = read
        .filter_map(Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().is_dir()))
        .filter(|(name, _)| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}
