//! The PostgreSQL on which the proof runs: embedded in this process, started from local binaries, or already running.
//!
//! Whatever it is, it is reached through one client at a time, and everything happens in databases that the proof
//! itself creates, names `truthtable_…` and drops. No other database is ever written to; [`Live`] is one that is read.

mod asked;
mod binaries;
mod embedded;
mod live;
mod place;
mod reach;
mod several;
mod tls;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use postgres::Client;
use postgres::error::SqlState;
use reach::Reach;

pub use live::Live;
pub use place::shortage;
pub use reach::redact;
pub use several::Servers;

/// A running PostgreSQL in which databases can be created.
pub struct Server {
    label: String,
    /// How to reach the server, with its maintenance database.
    reach: Reach,
    extensions: Option<BTreeSet<String>>,
    /// Databases that are there.
    open: BTreeSet<String>,
    /// Databases that are done with, and the roles that were there before each.
    finished: Vec<(String, BTreeSet<String>)>,
    /// A session that nobody uses, in whichever database: to begin one costs as much as a small proof.
    idle: Option<Client>,
    /// The number that the names of the databases bear.
    number: u32,
    /// What the statement that creates a database ends with.
    strategy: &'static str,
    /// Keeps the server alive; stops it and removes its files when dropped.
    guard: Guard,
}

/// A database of the proof's own, with the one client connected to it.
pub struct Database {
    /// The client.
    pub client: Held,
    name: String,
    /// How to reach it again.
    reach: Reach,
    /// The roles that were there before the database was: others are the proof's and go with it.
    roles: BTreeSet<String>,
    /// Whether the server is part of this process: then a request costs more than most statements, and an error cannot be caught
    /// within a routine.
    is_embedded: bool,
}

/// The client of a database, of which there is one at a time.
pub struct Held(Option<Client>);

/// Why a server cannot be had or was lost. Says what to do where anything can be done.
#[derive(Debug)]
pub struct Error(String);

enum Guard {
    Embedded(#[expect(dead_code, reason = "held for its destructor")] embedded::Embedded),
    Binaries(#[expect(dead_code, reason = "held for its destructor")] binaries::Postmaster),
    /// The session by whose number the databases are called as long as they are in use.
    Elsewhere(#[expect(dead_code, reason = "held until the end")] Client),
}

impl Server {
    /// Starts a PostgreSQL inside this process, with those of the extensions that it has.
    pub fn embedded(extensions: &BTreeSet<String>) -> Result<Self, Error> {
        let (guard, reach) = embedded::start(extensions)?;
        let mut server = Self::new(Reach::local(reach), Guard::Embedded(guard));
        server.extensions = Some(embedded::known(extensions));
        server.label = format!("embedded {}", server.ask_version()?);
        Ok(server)
    }

    /// Starts a PostgreSQL from local binaries: those in a folder, or with `None` those that are found.
    pub fn binaries(folder: Option<&Path>) -> Result<Self, Error> {
        let (guard, reach) = binaries::start(folder)?;
        let mut server = Self::new(Reach::local(reach), Guard::Binaries(guard));
        server.label = format!("{} from local binaries", server.ask_version()?);
        if let Some(client) = &mut server.idle
            && number(client)? >= 15
        {
            server.strategy = COPIED;
        }
        Ok(server)
    }

    /// Uses a server that is running, with TLS where the URL asks for it. Its databases are left alone; ours are created
    /// beside them, and those that a killed proof left there are dropped.
    pub fn at_url(url: &str) -> Result<Self, Error> {
        let reach = Reach::parse(url)?;
        let mut session = reach.connect()?;
        let number = session_number(&mut session)?;
        drop_abandoned(&mut session)?;
        let mut server = Self::new(reach, Guard::Elsewhere(session));
        server.number = number;
        server.label = format!("{} at {}", server.ask_version()?, server.reach.address());
        Ok(server)
    }

    /// Returns how a report names the server: `embedded PostgreSQL 17.5`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the URL at which a client on this machine reaches the server's maintenance database, without a password. The
    /// embedded server lets it in where no session of ours is open: after [`Server::rest`].
    pub fn url(&self) -> String {
        format!("postgresql://{}@{}/{}", self.reach.user(), self.reach.address(), self.reach.name())
    }

    /// Says whether the server is somebody else's too, so that nothing beyond the proof's own databases may change.
    pub fn is_shared(&self) -> bool {
        matches!(self.guard, Guard::Elsewhere(_))
    }

    /// Creates an empty database and connects to it.
    pub fn create_database(&mut self) -> Result<Database, Error> {
        let name = self.create()?;
        self.open.insert(name.clone());
        let reach = self.reach.database(&name);
        let mut client = reach.connect()?;
        self.drop_finished(&mut client)?;
        let roles = roles(&mut client)?;
        let is_embedded = matches!(self.guard, Guard::Embedded(_));
        Ok(Database { client: Held(Some(client)), name, reach, roles, is_embedded })
    }

    /// Gives a database up. It is dropped, with the roles made in it, after the next is created or with the server.
    pub fn drop_database(&mut self, database: Database) {
        let Database { client: Held(client), name, roles, .. } = database;
        self.finished.push((name, roles));
        self.idle = client;
    }

    /// Ends the session that is kept for creating the next database, so that the embedded server lets others in.
    pub fn rest(&mut self) {
        self.idle = None;
    }

    /// Returns those of the extensions that the server does not have.
    pub fn missing_extensions(
        &mut self,
        database: &mut Database,
        wanted: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Error> {
        let known = "SELECT name::text FROM pg_available_extensions";
        let known = texts(&mut database.client, known, "the server does not list its extensions")?;
        Ok(wanted.difference(&known).cloned().collect())
    }

    /// Says whether the server was started with the extensions, so far as that has to be said before it starts.
    pub fn serves(&self, wanted: &BTreeSet<String>) -> bool {
        self.extensions.as_ref().is_none_or(|held| embedded::known(wanted).is_subset(held))
    }

    fn new(reach: Reach, guard: Guard) -> Self {
        let (label, open) = (String::new(), BTreeSet::new());
        let (number, strategy) = (std::process::id(), "");
        Self {
            label,
            reach,
            extensions: None,
            open,
            finished: Vec::new(),
            idle: None,
            number,
            strategy,
            guard,
        }
    }

    /// Creates a database and returns its name. No session is open after it, since the embedded server has one at a time.
    fn create(&mut self) -> Result<String, Error> {
        if let Some(mut client) = self.idle.take() {
            // What a migration left of its session or set for its database may keep others from being created there.
            let created = match client.batch_execute(CLEAN) {
                Ok(()) => create(&mut client, self.number, self.strategy).ok(),
                Err(_) => None,
            };
            // One that is broken has nothing more to say.
            let _ = client.close();
            if let Some(name) = created {
                return Ok(name);
            }
        }
        let mut client = self.reach.connect()?;
        let name = create(&mut client, self.number, self.strategy)?;
        close(client)?;
        Ok(name)
    }

    fn drop_finished(&mut self, client: &mut Client) -> Result<(), Error> {
        for (name, before) in std::mem::take(&mut self.finished) {
            drop_database(client, &name)?;
            self.open.remove(&name);
            // On a shared server a new role is somebody else's: the proof makes none there.
            let made = if self.is_shared() { BTreeSet::new() } else { roles(client)? };
            for role in made.difference(&before) {
                let role = role.replace('"', "\"\"");
                client
                    .batch_execute(&format!("DROP ROLE \"{role}\""))
                    .map_err(|error| Error::of("a role that a migration made cannot be dropped", &error))?;
            }
        }
        Ok(())
    }

    fn ask_version(&mut self) -> Result<String, Error> {
        let mut client = self.reach.connect()?;
        let version = version(&mut client)?;
        self.idle = Some(client);
        Ok(version)
    }
}

impl Database {
    /// Returns the client alone.
    ///
    /// # Errors
    ///
    /// There is none, since the last session could not be followed by another.
    pub fn into_client(mut self) -> Result<Client, Error> {
        self.client.0.take().ok_or_else(|| Error::new("the session with the server has ended"))
    }

    /// Goes on with a new session; what the old one left open is undone.
    pub fn reconnect(&mut self) -> Result<(), Error> {
        // The embedded server has one session at a time. The old one may have failed already, and has nothing more to say.
        let _ = self.client.0.take().map(Client::close);
        let mut client = self.reach.connect()?;
        // The embedded server does not give a session the settings of its database.
        let failed = |error| Error::of("a new session cannot be begun", &error);
        client.batch_execute(crate::apply::RESET).map_err(failed)?;
        self.client = Held(Some(client));
        Ok(())
    }

    /// Says whether the server is part of this process.
    pub(crate) fn is_embedded(&self) -> bool {
        self.is_embedded
    }

    /// Returns the major version of the server.
    pub fn version(&mut self) -> Result<u32, Error> {
        number(&mut self.client)
    }
}

impl std::ops::Deref for Held {
    type Target = Client;

    #[expect(
        clippy::expect_used,
        reason = "there is none only while another is had, and after that failed nobody asks"
    )]
    fn deref(&self) -> &Client {
        self.0.as_ref().expect("a client")
    }
}

impl std::ops::DerefMut for Held {
    #[expect(
        clippy::expect_used,
        reason = "there is none only while another is had, and after that failed nobody asks"
    )]
    fn deref_mut(&mut self) -> &mut Client {
        self.0.as_mut().expect("a client")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The embedded server waits for its session to end.
        self.idle = None;
        // The server outlives us only when it is somebody else's; then nothing of ours may stay in it.
        if matches!(self.guard, Guard::Elsewhere(_)) {
            for name in std::mem::take(&mut self.open) {
                if let Ok(mut client) = self.reach.connect() {
                    let _ = drop_database(&mut client, &name);
                }
            }
        }
    }
}

impl Error {
    /// Says what failed and, where the server said why, that.
    pub fn of(what: &str, error: &postgres::Error) -> Self {
        match error.as_db_error() {
            Some(said) => Self(format!("{what}: {}", said.message())),
            None => Self(format!("{what}: {}", chain(error))),
        }
    }

    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Makes a session fit for creating a database, whatever was done in it.
const CLEAN: &str = "ROLLBACK; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;
    SET search_path = pg_catalog; SET default_transaction_read_only = off";

/// How many databases this process has asked for, on whichever servers: two of them may be one.
static CREATED: AtomicUsize = AtomicUsize::new(0);

/// How a database is made in a cluster of our own: its files are copied. From version 15 on they go through the log unless that is
/// asked for, which spares others that share the server a checkpoint and takes twice as long.
const COPIED: &str = " STRATEGY FILE_COPY";

/// Creates a database under a name that nobody has.
fn create(client: &mut Client, number: u32, strategy: &str) -> Result<String, Error> {
    loop {
        let count = CREATED.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("truthtable_{number}_{count}");
        // template0: what a site put into template1 is no part of the schema.
        let sql = format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'{strategy}");
        match client.batch_execute(&sql) {
            Ok(()) => return Ok(name),
            // A server of this number was killed, and its databases are there.
            Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => {}
            Err(error) => return Err(Error::of("a database for the proof cannot be created", &error)),
        }
    }
}

/// Returns the number that no other session of the server has.
fn session_number(client: &mut Client) -> Result<u32, Error> {
    let query = "SELECT pg_backend_pid()::text";
    let number = texts(client, query, "the server does not number the session")?;
    let number = number.first().and_then(|text| text.parse().ok());
    number.ok_or_else(|| Error::new("the server does not number the session"))
}

/// Drops the databases of proofs that were killed: no session has their number any more.
fn drop_abandoned(client: &mut Client) -> Result<(), Error> {
    let query = r"SELECT datname::text FROM pg_database
        WHERE datname ~ '^truthtable_\d+_\d+$' AND pg_has_role(datdba, 'USAGE')
            AND split_part(datname, '_', 2) NOT IN (SELECT pid::text FROM pg_stat_activity)";
    for name in texts(client, query, "the server does not list its databases")? {
        // Its last statement may still run. Where another proof is faster, or the server says no, it is in nobody's way.
        let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
    Ok(())
}

fn close(client: Client) -> Result<(), Error> {
    client.close().map_err(|error| Error::of("the server closed the connection", &error))
}

fn drop_database(client: &mut Client, name: &str) -> Result<(), Error> {
    client
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))
        .map_err(|error| Error::of(&format!("the database {name} cannot be dropped"), &error))
}

/// Returns how a report names a server's version: `PostgreSQL 15.4`.
fn version(client: &mut Client) -> Result<String, Error> {
    let version = texts(client, "SHOW server_version", "the server does not tell its version")?;
    Ok(version_label(version.first().map_or("?", String::as_str)))
}

/// Returns how a report names a version: `PostgreSQL 15.4` of `15.4 (Debian 15.4-1)`, whose builder says nothing.
fn version_label(version: &str) -> String {
    format!("PostgreSQL {}", version.split_whitespace().next().unwrap_or("?"))
}

/// Returns a server's major version.
fn number(client: &mut Client) -> Result<u32, Error> {
    let version = texts(client, "SHOW server_version_num", "the server does not tell its version")?;
    let number = version.first().and_then(|text| text.parse::<u32>().ok());
    number.map(|number| number / 10_000).ok_or_else(|| Error::new("the server does not tell its version"))
}

fn roles(client: &mut Client) -> Result<BTreeSet<String>, Error> {
    let query = "SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_'";
    texts(client, query, "the server does not list its roles")
}

/// Returns the first column of every row, which must be text.
fn texts(client: &mut Client, query: &str, failure: &str) -> Result<BTreeSet<String>, Error> {
    let failed = |error: postgres::Error| Error::of(failure, &error);
    let rows = client.query(query, &[]).map_err(failed)?;
    rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(failed)
}

/// Returns an error with its causes, which the client keeps out of its own message.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
