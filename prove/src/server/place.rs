//! Where clusters are made, and how large; and what killed processes left there.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

/// Free bytes that a file system in memory must have to hold a cluster: one with some hundred tables takes a tenth of it.
const ENOUGH: u64 = 2 << 30;

/// The setting `max_locks_per_transaction` of a cluster: a part down that drops a thousand tables locks each of them with its indexes in
/// one transaction.
pub(super) const LOCKS: &str = "512";

/// Returns the folder in which a cluster is made: memory where the system offers enough of it, because making and dropping
/// databases is mostly making and dropping files; a `TMPDIR` that is set is obeyed.
pub(super) fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let free = || rustix::fs::statvfs(memory).map_or(0, |of| of.f_bavail.saturating_mul(of.f_frsize));
    if env::var_os("TMPDIR").is_none() && free() >= ENOUGH { memory.to_owned() } else { env::temp_dir() }
}

/// What the names of folders begin with in which clusters are made.
const PREFIX: &str = "truthtable-";

/// The file in such a folder that its process holds locked as long as it lives, however it ends.
const LOCK: &str = "in-use";

/// How old a folder without that file is when nobody can be about to lock it any more.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes a folder for a cluster of some kind, and the lock that keeps it; removes those that killed processes left.
pub(super) fn folder(kind: &str) -> io::Result<(TempDir, File)> {
    let place = place();
    remove_abandoned(&place);
    loop {
        let folder = tempfile::Builder::new().prefix(&format!("{PREFIX}{kind}-")).tempdir_in(&place)?;
        let lock = File::create_new(folder.path().join(LOCK))?;
        // Whoever looks for abandoned folders right now may have been faster: the folder goes, and another is made.
        if lock.try_lock().is_ok() {
            return Ok((folder, lock));
        }
    }
}

/// Removes the folders that no living process holds. A server that still runs in one ends by itself within a minute, as
/// PostgreSQL does without its folder.
fn remove_abandoned(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| {
            ["binaries", "embedded"].iter().any(|kind| name.starts_with(&format!("{PREFIX}{kind}-")))
        });
        let path = entry.path();
        let is_old = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            modified.ok().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > OLD)
        };
        let is_abandoned = || match File::open(path.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound && is_old(),
        };
        if is_ours && is_abandoned() {
            // What is somebody else's stays theirs to remove.
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Free bytes below which a disk is called full: PostgreSQL writes its log in files of this size.
const LITTLE: u64 = 16 << 20;

/// Says that there is no room where clusters are made, if there is none. The server itself may call that by other words.
pub fn shortage() -> Option<String> {
    let place = place();
    let free = rustix::fs::statvfs(&place).ok().map(|of| of.f_bavail.saturating_mul(of.f_frsize))?;
    (free < LITTLE).then(|| {
        format!(
            "{} has no room left for a server: make some, or name another folder in TMPDIR",
            place.display()
        )
    })
}
