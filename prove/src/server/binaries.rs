//! PostgreSQL from binaries on this machine: a cluster of its own in a temporary folder, gone with this process.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use postgres::Config;

use super::Error;
use super::place::{Folder, LOCKS};
use super::reach::Reach;

/// How long a cluster may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the server until the standard input ends, which it does when this process does, however it ends; then stops it.
const KEEPER: &str = r#"trap '' HUP; "$1/postgres" -D "$2/data" >"$2/log" 2>&1 & server=$!
cat >/dev/null; kill -INT $server 2>/dev/null; wait $server"#;

/// A running server. Dropping it stops it and removes its files.
pub(super) struct Postmaster {
    keeper: Child,
    /// Goes after the server.
    _folder: Folder,
}

/// How many ports are tried: somebody else may take one between its choice and its use.
const PORTS: usize = 5;

/// Creates a cluster and starts a server on it that listens on 127.0.0.1 alone.
pub(super) fn start(folder: Option<&Path>) -> Result<(Postmaster, Config), Error> {
    let binaries = match folder {
        Some(folder) => folder.to_owned(),
        None => find().ok_or_else(|| {
            Error::new("no local PostgreSQL is found: neither `initdb` and `postgres` on the PATH nor a \
                        /usr/lib/postgresql/VERSION/bin; install PostgreSQL, name the folder of its binaries, \
                        or use the embedded server")
        })?,
    };
    start_on(&binaries, free_port)
}

/// Starts a server on the first of some ports that nobody else has taken by then.
fn start_on(
    binaries: &Path,
    mut port: impl FnMut() -> Result<u16, Error>,
) -> Result<(Postmaster, Config), Error> {
    for _ in 0..PORTS {
        if let Some(running) = start_once(binaries, port()?)? {
            return Ok(running);
        }
    }
    Err(Error::new(format!(
        "the local PostgreSQL does not start: {PORTS} ports were taken before it could use them"
    )))
}

/// Creates a cluster and starts a server on it; none where its port is taken.
fn start_once(binaries: &Path, port: u16) -> Result<Option<(Postmaster, Config)>, Error> {
    let outer = Folder::make("binaries").map_err(|error| io("a temporary folder", &error))?;
    let owner = Owner::of_server()?;
    let cluster = outer.path().to_owned();
    owner.give(&cluster)?;

    let mut initdb = owner.command(binaries.join("initdb"));
    // In the folder, which an `initdb` that outlives us would make again if it had to find it.
    initdb.current_dir(&cluster).args(["-D", "data"]);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    let made = initdb.stdin(Stdio::null()).output().map_err(|error| io("`initdb`", &error))?;
    if !made.status.success() {
        let why = String::from_utf8_lossy(&made.stderr);
        return Err(Error::new(format!("`initdb` creates no cluster: {}", why.trim())));
    }
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nfsync = off\n\
         synchronous_commit = off\nfull_page_writes = off\nautovacuum = off\nmax_locks_per_transaction = {LOCKS}\n\
         dynamic_shared_memory_type = mmap\n"
    );
    fs::OpenOptions::new()
        .append(true)
        .open(cluster.join("data/postgresql.conf"))
        .and_then(|mut file| file.write_all(settings.as_bytes()))
        .map_err(|error| io("the cluster's configuration", &error))?;

    let mut keeper = owner.command("/bin/sh");
    keeper.args(["-c", KEEPER, "sh"]).arg(binaries).arg(&cluster);
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let keeper = keeper.spawn().map_err(|error| io("the server", &error))?;
    let mut postmaster = Postmaster { keeper, _folder: outer };
    let mut reach = Config::new();
    reach.host("127.0.0.1").port(port).user("postgres").dbname("postgres");
    reach.connect_timeout(Duration::from_secs(2));
    let is_ready = postmaster.wait_until_ready(&reach, &cluster.join("log"))?;
    Ok(is_ready.then_some((postmaster, reach)))
}

impl Postmaster {
    /// Waits until the server answers; says whether it does, rather than having found its port taken.
    fn wait_until_ready(&mut self, reach: &Config, log: &Path) -> Result<bool, Error> {
        let started = Instant::now();
        loop {
            let log = fs::read_to_string(log).unwrap_or_default();
            if log.contains("FATAL:  could not create any TCP/IP sockets") {
                return Ok(false);
            }
            // Before it says so, somebody else may be listening at its port, and never answer.
            let mut error = None;
            if log.contains("database system is ready to accept connections") {
                match Reach::local(reach.clone()).connect() {
                    Ok(_) => return Ok(true),
                    Err(refused) => error = Some(refused.to_string()),
                }
            }
            let failed =
                log.lines().find(|line| line.contains("FATAL:  could not") || line.contains("PANIC:"));
            if failed.is_some() || started.elapsed() > PATIENCE {
                let why =
                    failed.map(str::to_owned).or(error).unwrap_or_else(|| "it does not answer".to_owned());
                return Err(Error::new(format!("the local PostgreSQL does not start: {why}")));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The user as whom the server runs: ourselves, unless we are root, whom PostgreSQL refuses.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn of_server() -> Result<Self, Error> {
        if !is_root() {
            return Ok(Self(None));
        }
        let users = fs::read_to_string("/etc/passwd").map_err(|error| io("/etc/passwd", &error))?;
        let user = ["postgres", "nobody"].iter().find_map(|name| passwd_entry(&users, name));
        match user {
            Some(user) => Ok(Self(Some(user))),
            None => Err(Error::new(
                "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor \
                                    a user `nobody` to run it; run as another user or use the embedded server",
            )),
        }
    }

    #[cfg(unix)]
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        // The folder we are in may be closed to that user. A group of its own keeps an interrupt at the terminal
        // from reaching the server before its keeper.
        command.current_dir("/").process_group(0);
        command
    }

    #[cfg(not(unix))]
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        Command::new(program)
    }

    #[cfg(unix)]
    fn give(&self, folder: &Path) -> Result<(), Error> {
        let Some((user, group)) = self.0 else { return Ok(()) };
        std::os::unix::fs::chown(folder, Some(user), Some(group))
            .map_err(|error| io("the cluster's folder", &error))
    }

    #[cfg(not(unix))]
    fn give(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    // What we create is ours: its owner says who we are without asking the system through unsafe code.
    tempfile::tempfile().and_then(|file| file.metadata()).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn passwd_entry(users: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields = users
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let _password = fields.next()?;
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Returns the folder of the newest binaries under /usr/lib/postgresql, else of those on the PATH.
fn find() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max();
    let on_path = || env::split_paths(&env::var_os("PATH")?).find(complete);
    newest.map(|(_, folder)| folder).or_else(on_path)
}

fn free_port() -> Result<u16, Error> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| io("a free port", &error))
}

fn io(what: &str, error: &std::io::Error) -> Error {
    Error::new(format!("{what} cannot be had: {error}"))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{find, free_port, passwd_entry, start_on};

    #[test]
    fn a_port_that_somebody_takes_is_given_up_for_another() {
        let Some(binaries) = find() else {
            eprintln!("skipped: no local PostgreSQL");
            return;
        };
        let held = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let taken = held.local_addr().unwrap().port();
        let mut ports = vec![free_port().unwrap(), taken];
        let (_postmaster, reach) = start_on(&binaries, || Ok(ports.pop().unwrap())).unwrap();
        assert_ne!(reach.get_ports(), [taken]);
        let refused = start_on(&binaries, || Ok(taken)).err().unwrap().to_string();
        assert!(refused.contains("5 ports were taken"), "{refused}");
        drop(held);
    }

    #[test]
    fn users_are_found_by_their_whole_name() {
        let users = "nobodyelse:x:1:2::/:\nnobody:x:65534:65533:nobody:/:/bin/sh\nbroken\n";
        assert_eq!(passwd_entry(users, "nobody"), Some((65534, 65533)));
        assert_eq!(passwd_entry(users, "postgres"), None);
        assert_eq!(passwd_entry(users, "broken"), None);
    }
}
