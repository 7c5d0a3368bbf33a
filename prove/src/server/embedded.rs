//! PostgreSQL inside this process: nothing to install, nothing that outlives it.
//!
//! The engine's files are unpacked once into the user's cache folder; a cluster is a small folder over them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use pglite_oxide::{PgliteServer, extensions};
use postgres::Config;

use super::Error;
use super::place::place;

/// The file in a cluster's folder that says whose it is, locked for as long as its process lives.
const LOCK: &str = "truthtable.lock";

/// A running embedded server. Dropping it stops it and removes its files.
pub(super) struct Embedded {
    _lock: File,
    _server: PgliteServer,
}

/// Starts the server with those of the extensions that it has installed, though created in no database.
///
/// It serves one connection at a time and opens a backend of its own for each.
pub(super) fn start(wanted: &BTreeSet<String>) -> Result<(Embedded, Config), Error> {
    let failed =
        |why: &dyn std::fmt::Display| Error::new(format!("the embedded PostgreSQL does not start: {why}"));
    let place = place();
    sweep(&place);
    // The server makes its folder where temporary folders are made, and takes no other. Who set that before is obeyed.
    let _ = tempfile::env::override_temp_dir(&place);
    // Only a temporary cluster has the extensions installed without creating them in each database it opens.
    let server = PgliteServer::builder()
        .temporary()
        .postgres_config("max_locks_per_transaction", super::place::LOCKS)
        .extensions(wanted.iter().filter_map(|name| extensions::by_sql_name(name)))
        .start()
        .map_err(|error| failed(&format!("{error:#}")))?;
    let lock = mark(server.root()).map_err(|error| failed(&error))?;
    let address = server.tcp_addr().ok_or_else(|| failed(&"it has no address"))?;
    let mut reach = Config::new();
    reach.host(&address.ip().to_string()).port(address.port()).user("postgres").dbname("postgres");
    Ok((Embedded { _lock: lock, _server: server }, reach))
}

/// Returns those of the extensions that can be installed in an embedded server.
pub(super) fn known(wanted: &BTreeSet<String>) -> BTreeSet<String> {
    wanted.iter().filter(|name| extensions::by_sql_name(name).is_some()).cloned().collect()
}

/// Marks a cluster's folder as in use for as long as this process lives.
fn mark(folder: &Path) -> io::Result<File> {
    // Locked before it gets the name by which others look for it.
    let unnamed = folder.join("truthtable.new");
    let lock = File::create(&unnamed)?;
    lock.lock()?;
    fs::rename(unnamed, folder.join(LOCK))?;
    Ok(lock)
}

/// Removes the clusters of processes that were killed before they could.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        // The system unlocks what a dead process held. Somebody else's folder cannot be opened or removed.
        let abandoned = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if abandoned {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{mark, sweep};

    #[test]
    fn only_abandoned_folders_are_swept() {
        let [used, unmarked, abandoned] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let lock = mark(used.path()).unwrap();
        drop(mark(abandoned.path()).unwrap());
        sweep(&std::env::temp_dir());
        assert!(used.path().exists());
        assert!(unmarked.path().exists());
        assert!(!abandoned.path().exists());
        drop(lock);
    }
}
