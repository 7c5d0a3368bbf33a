//! Files against the disk: writing, checking and printing share one comparison.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::emit::FileSet;
use crate::load::{BYTE_ORDER_MARK, is_generated};
use crate::span::{FileId, Sources};

/// How one path differs from what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The path, relative to the workspace.
    pub path: String,
    /// What happens to it.
    pub kind: ChangeKind,
    /// Unified diff from the disk to what should be there.
    pub diff: String,
}

/// What happens to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is missing.
    Create,
    /// It holds something else.
    Update,
    /// A former run made it, and nothing makes it any more.
    Remove,
    /// It lies among the generated files but was not generated; it is never touched.
    Foreign,
}

impl ChangeKind {
    /// Returns the word for a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "missing",
            Self::Update => "differs",
            Self::Remove => "orphan",
            Self::Foreign => "not generated",
        }
    }
}

/// Compares a set of files with the disk; equal files are not listed. Ordered by path.
///
/// # Errors
///
/// A file or folder under one of the set's roots cannot be read.
pub fn compare(files: &FileSet, root: &Path) -> io::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (path, wanted) in files.iter() {
        let found = read(&root.join(path))?;
        let kind = match &found {
            None => ChangeKind::Create,
            Some(found) if found == wanted => continue,
            Some(_) => ChangeKind::Update,
        };
        changes.push(Change {
            path: path.to_owned(),
            kind,
            diff: diff(path, &found.unwrap_or_default(), wanted),
        });
    }
    for folder in files.roots() {
        for path in walk(root, folder)? {
            if files.get(&path).is_some() {
                continue;
            }
            let text = read(&root.join(&path))?.unwrap_or_default();
            let (kind, diff) = match is_generated(&text) {
                true => (ChangeKind::Remove, diff(&path, &text, "")),
                false => (ChangeKind::Foreign, String::new()),
            };
            changes.push(Change { path, kind, diff });
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// Makes the disk equal to a set of files: writes what is missing or differs, removes orphans, leaves the rest alone.
///
/// Everything is first written beside its target, so that a run which fails leaves the tree as it was.
///
/// # Errors
///
/// A file cannot be written or removed.
pub fn apply(files: &FileSet, changes: &[Change], root: &Path) -> io::Result<()> {
    let mut staged: Vec<(tempfile::NamedTempFile, PathBuf)> = Vec::new();
    let mut made = Vec::new();
    let result = stage(files, changes, root, &mut staged, &mut made);
    if result.is_err() {
        drop(staged);
        // Deepest first; a folder that holds anything by now was not made in vain and stays.
        for folder in made.iter().rev() {
            _ = std::fs::remove_dir(folder);
        }
        return result;
    }
    for (file, target) in staged {
        file.persist(&target).map_err(|error| error.error)?;
    }
    for change in changes.iter().filter(|change| change.kind == ChangeKind::Remove) {
        let path = root.join(&change.path);
        std::fs::remove_file(&path)?;
        prune(&path, root);
    }
    Ok(())
}

/// Prints every file behind a line that names it.
///
/// # Errors
///
/// The output cannot be written to.
pub fn print(files: &FileSet, out: &mut impl Write) -> io::Result<()> {
    for (path, text) in files.iter() {
        writeln!(out, "==> {path} <==\n{text}")?;
    }
    Ok(())
}

fn stage(
    files: &FileSet,
    changes: &[Change],
    root: &Path,
    staged: &mut Vec<(tempfile::NamedTempFile, PathBuf)>,
    made: &mut Vec<PathBuf>,
) -> io::Result<()> {
    for change in changes {
        let (ChangeKind::Create | ChangeKind::Update, Some(text)) = (change.kind, files.get(&change.path))
        else {
            continue;
        };
        let target = root.join(&change.path);
        let folder = target.parent().unwrap_or(root);
        let missing: Vec<&Path> = folder.ancestors().take_while(|ancestor| !ancestor.exists()).collect();
        made.extend(missing.into_iter().rev().map(Path::to_path_buf));
        std::fs::create_dir_all(folder)?;
        staged.push((beside(folder, text.as_bytes())?, target));
    }
    Ok(())
}

/// Replaces the text of author's files that were read as `sources`; a byte order mark at their head stays.
///
/// # Errors
///
/// A file cannot be written, or it changed since it was read.
pub fn rewrite(texts: &[(FileId, String)], sources: &Sources, root: &Path) -> io::Result<()> {
    for (file, text) in texts {
        let source = sources.file(*file);
        let path = root.join(source.path());
        let found = std::fs::read_to_string(&path)?;
        let mark = if found.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { "" };
        if found.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&found) != source.text() {
            let message =
                format!("`{}` changed while it was being read; run the command again", source.path());
            return Err(io::Error::other(message));
        }
        let permissions = std::fs::metadata(&path)?.permissions();
        replace(&path, format!("{mark}{text}").as_bytes())?;
        std::fs::set_permissions(&path, permissions)?;
    }
    Ok(())
}

/// Replaces a file at once: whoever reads it sees the old bytes or the new ones.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    beside(folder, bytes)?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a temporary file in a folder.
fn beside(folder: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix(".truthtable-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    readable(file.path())?;
    Ok(file)
}

/// Gives a temporary file, which only its owner may read, the permissions of an ordinary one.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes the folders above a removed file that are empty now, up to the root.
fn prune(path: &Path, root: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != root) {
        if std::fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

/// Reads a file, as text in which bytes that are not UTF-8 are replaced; none where there is no file.
fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
    }
}

/// Returns every file below a folder, relative to the root and sorted; none where there is no folder.
fn walk(root: &Path, folder: &str) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut queue = vec![folder.to_owned()];
    while let Some(folder) = queue.pop() {
        let read = match std::fs::read_dir(root.join(&folder)) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in read {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            // A build made inside a generated crate is nobody's document.
            if entry.file_type()?.is_dir() {
                if entry.file_name() != "target" {
                    queue.push(path);
                }
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}

/// Returns the unified diff from what a file holds to what it should hold.
pub fn diff(path: &str, found: &str, wanted: &str) -> String {
    TextDiff::from_lines(found, wanted)
        .unified_diff()
        .context_radius(3)
        .header(&format!("{path} (on disk)"), &format!("{path} (generated)"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> FileSet {
        let mut set = FileSet::new("shop");
        for (path, text) in files {
            set.add(*path, *text);
        }
        set
    }

    fn kinds(changes: &[Change]) -> Vec<(&str, ChangeKind)> {
        changes.iter().map(|change| (change.path.as_str(), change.kind)).collect()
    }

    #[test]
    fn writes_what_differs_removes_orphans_and_leaves_strangers() {
        let root = tempfile::tempdir().unwrap();
        let generated = format!("-- {} a run\n", crate::load::GENERATED);
        let first = set(&[
            ("generated/shop/migrations/1.sql", &generated),
            ("docs/er/shop/README.md", "<!-- a -->\n"),
        ]);
        apply(&first, &compare(&first, root.path()).unwrap(), root.path()).unwrap();
        assert_eq!(compare(&first, root.path()).unwrap(), []);

        std::fs::write(root.path().join("generated/shop/notes.txt"), "mine").unwrap();
        let second = set(&[("docs/er/shop/README.md", "<!-- b -->\n")]);
        let changes = compare(&second, root.path()).unwrap();
        assert_eq!(
            kinds(&changes),
            [
                ("docs/er/shop/README.md", ChangeKind::Update),
                ("generated/shop/migrations/1.sql", ChangeKind::Remove),
                ("generated/shop/notes.txt", ChangeKind::Foreign),
            ]
        );
        insta::assert_snapshot!(changes[0].diff, @"
        --- docs/er/shop/README.md (on disk)
        +++ docs/er/shop/README.md (generated)
        @@ -1 +1 @@
        -<!-- a -->
        +<!-- b -->
        ");
        apply(&second, &changes, root.path()).unwrap();
        assert!(!root.path().join("generated/shop/migrations").exists());
        assert_eq!(std::fs::read_to_string(root.path().join("generated/shop/notes.txt")).unwrap(), "mine");
    }

    #[test]
    fn an_authors_file_keeps_its_byte_order_mark_and_is_not_overwritten_blindly() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.dbml");
        std::fs::write(&path, "\u{feff}one").unwrap();
        let mut sources = Sources::default();
        let file = sources.add("a.dbml", "one");
        rewrite(&[(file, "two".to_owned())], &sources, root.path()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\u{feff}two");
        assert!(rewrite(&[(file, "three".to_owned())], &sources, root.path()).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\u{feff}two");
    }

    #[test]
    fn a_failed_run_leaves_the_tree_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("generated")).unwrap();
        // A file where a folder is needed makes the second file's folder impossible.
        std::fs::write(root.path().join("docs"), "in the way").unwrap();
        let files = set(&[("generated/shop/a.sql", "a\n"), ("docs/er/shop/README.md", "b\n")]);
        let changes: Vec<Change> = files
            .iter()
            .map(|(path, _)| Change { path: path.to_owned(), kind: ChangeKind::Create, diff: String::new() })
            .rev()
            .collect();
        assert!(apply(&files, &changes, root.path()).is_err());
        assert!(!root.path().join("generated/shop").exists());
    }
}
