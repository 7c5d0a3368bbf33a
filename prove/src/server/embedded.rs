//! PostgreSQL inside this process: nothing to install, nothing that outlives it.
//!
//! The engine's files are unpacked once into the user's cache folder; a cluster is a small folder over them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use pglite_oxide::{PgliteServer, extensions};
use postgres::Config;

use super::Error;
use super::place::{Folder, LOCKS};

/// A cluster that nobody needs after a crash, and in which every session begins with clearing the memory for its buffers.
const SETTINGS: &[(&str, &str)] = &[
    ("max_locks_per_transaction", LOCKS),
    ("shared_buffers", "32MB"),
    ("full_page_writes", "off"),
    ("wal_init_zero", "off"),
];

/// The folder in which this process makes its clusters, and whoever removes it in the end.
static FOLDER: Mutex<Option<Folder>> = Mutex::new(None);

/// A running embedded server. Dropping it stops it and removes its files.
pub(super) struct Embedded {
    _server: PgliteServer,
}

/// Starts the server with those of the extensions that it has installed, though created in no database.
///
/// It serves one connection at a time and opens a backend of its own for each.
pub(super) fn start(wanted: &BTreeSet<String>) -> Result<(Embedded, Config), Error> {
    let failed =
        |why: &dyn std::fmt::Display| Error::new(format!("the embedded PostgreSQL does not start: {why}"));
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    if folder.is_none() {
        let made = Folder::make("embedded").map_err(|error| failed(&error))?;
        // The server makes its folder where temporary folders are made, and takes no other. Who set that before is obeyed.
        let _ = tempfile::env::override_temp_dir(made.path());
        *folder = Some(made);
    }
    drop(folder);
    // Only a temporary cluster has the extensions installed without creating them in each database it opens.
    let server = PgliteServer::builder()
        .temporary()
        .postgres_configs(SETTINGS.iter().copied())
        .extensions(wanted.iter().filter_map(|name| extensions::by_sql_name(name)))
        .start()
        .map_err(|error| failed(&format!("{error:#}")))?;
    let address = server.tcp_addr().ok_or_else(|| failed(&"it has no address"))?;
    let mut reach = Config::new();
    reach.host(&address.ip().to_string()).port(address.port()).user("postgres").dbname("postgres");
    Ok((Embedded { _server: server }, reach))
}

/// Returns those of the extensions that can be installed in an embedded server.
pub(super) fn known(wanted: &BTreeSet<String>) -> BTreeSet<String> {
    wanted.iter().filter(|name| extensions::by_sql_name(name).is_some()).cloned().collect()
}
