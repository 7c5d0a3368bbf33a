//! Where clusters are made, and how large.

use std::env;
use std::path::{Path, PathBuf};

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
