//! The files of one run, before they meet the disk.

use std::collections::BTreeMap;

/// Generated files by their path, relative to the workspace and with forward slashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSet {
    roots: Vec<String>,
    files: BTreeMap<String, String>,
}

impl FileSet {
    /// Makes an empty set for a schema, which owns `generated/NAME/` and `docs/er/NAME/`.
    pub fn new(name: &str) -> Self {
        Self { roots: vec![format!("generated/{name}"), format!("docs/er/{name}")], files: BTreeMap::new() }
    }

    /// Makes an empty set that owns these folders.
    pub fn owning<'a>(folders: impl IntoIterator<Item = &'a str>) -> Self {
        Self { roots: folders.into_iter().map(str::to_owned).collect(), files: BTreeMap::new() }
    }

    /// Returns the folder of the schema's migrations and crate.
    pub fn generated(name: &str, path: &str) -> String {
        format!("generated/{name}/{path}")
    }

    /// Returns the folder of the schema's documents.
    pub fn document(name: &str, path: &str) -> String {
        format!("docs/er/{name}/{path}")
    }

    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// Returns the folders that belong to the set alone: a generated file in them that the set does not hold is an orphan.
    pub fn roots(&self) -> &[String] {
        &self.roots
    }

    /// Returns every file, by path.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Returns the text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }
}
