//! Where clusters are made, and how large; and what killed processes left there.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

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

/// Removes a folder when the standard input ends, which it does when this process does, however it ends. Whatever still
/// writes there is outlasted.
const KEEPER: &str = r#"trap '' HUP INT TERM; cat >/dev/null; while ! rm -rf "$1"; do sleep 0.1; done"#;

/// A folder for a cluster, which goes when it is dropped and with this process.
pub(super) struct Folder {
    path: PathBuf,
    /// Lives until the pipe to it is closed.
    keeper: Option<Child>,
    /// Says that the folder is in use.
    _lock: File,
}

impl Folder {
    /// Makes a folder for a cluster of some kind; removes those that killed processes left.
    pub(super) fn make(kind: &str) -> io::Result<Self> {
        let place = place();
        remove_abandoned(&place);
        loop {
            let folder = tempfile::Builder::new().prefix(&format!("{PREFIX}{kind}-")).tempdir_in(&place)?;
            // Where there is no shell, a killed process leaves its folder behind.
            let keeper = keeper().arg(folder.path()).spawn().ok();
            let lock = File::create_new(folder.path().join(LOCK))?;
            // Whoever looks for abandoned folders right now may have been faster: the folder goes, and another is made.
            if lock.try_lock().is_ok() {
                return Ok(Self { path: folder.keep(), keeper, _lock: lock });
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

fn keeper() -> Command {
    let mut keeper = Command::new("/bin/sh");
    keeper.args(["-c", KEEPER, "sh"]);
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own keeps an interrupt at the terminal from it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    keeper
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
