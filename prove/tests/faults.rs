//! What goes wrong around a proof: it is told clearly, and nothing is left behind.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use truthtable_prove::server::Server;

/// Waits for something to come about.
fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "{what} does not come about");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn workspace(sql: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("generated/shop/migrations");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("1_init.sql"), sql).unwrap();
    root
}

fn clusters(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.filter(|path| path.join("data").exists()).collect()
}

/// Makes a folder that the user who runs the server may write to as well.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

/// Starts a proof on local binaries, whose folders stand in `temporary`.
fn proof(root: &Path, temporary: &Path) -> Child {
    let mut proof = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"));
    proof.args(["--server-binaries", "auto", "--root"]).arg(root).env("TMPDIR", temporary);
    proof.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_killed_proof_leaves_no_server_and_no_folder() {
    if Server::binaries(None).is_err() {
        _ = writeln!(std::io::stderr(), "NOT TESTED: no local PostgreSQL is found");
        return;
    }
    let root = workspace("SELECT pg_sleep(600);\n");
    let temporary = open_folder();
    let mut proof = proof(root.path(), temporary.path());
    let server = wait("a running server", || {
        let file = clusters(temporary.path()).first()?.join("data/postmaster.pid");
        std::fs::read_to_string(file).ok()?.lines().next()?.parse::<u32>().ok()
    });
    proof.kill().unwrap();
    proof.wait().unwrap();
    wait("the end of the server's folder", || clusters(temporary.path()).is_empty().then_some(()));
    if Path::new("/proc/self").exists() {
        wait("the end of the server", || (!Path::new(&format!("/proc/{server}")).exists()).then_some(()));
    }
}

/// Whenever a proof is killed, no server of it goes on, and no folder stays.
#[test]
fn a_proof_that_is_killed_at_any_moment_leaves_nothing() {
    if Server::binaries(None).is_err() {
        _ = writeln!(std::io::stderr(), "NOT TESTED: no local PostgreSQL is found");
        return;
    }
    let root = workspace("SELECT pg_sleep(600);\n");
    let temporary = open_folder();
    for moment in [20, 60, 120, 250, 400, 600, 900, 1500] {
        let mut killed = proof(root.path(), temporary.path());
        std::thread::sleep(Duration::from_millis(moment));
        killed.kill().unwrap();
        killed.wait().unwrap();
    }
    if Path::new("/proc/self").exists() {
        wait("the end of every server", || running_in(temporary.path()).is_empty().then_some(()));
    }
    wait("the end of every folder", || {
        let entries = std::fs::read_dir(temporary.path()).unwrap();
        (entries.count() == 0).then_some(())
    });
}

/// Returns the processes whose command line names a folder.
fn running_in(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .filter(|line| line.contains(folder))
        .collect()
}

/// What is in use stays, and so does what others made.
#[test]
fn folders_in_use_stay() {
    let temporary = tempfile::tempdir().unwrap();
    let root = workspace("SELECT 1;\n");
    let folder = |name: &str| {
        let folder = temporary.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    };
    let held = folder("truthtable-embedded-held");
    let lock = std::fs::File::create(held.join("in-use")).unwrap();
    lock.lock().unwrap();
    let left = folder("truthtable-embedded-left");
    std::fs::write(left.join("in-use"), "").unwrap();
    let (fresh, other) = (folder("truthtable-binaries-fresh"), folder("truthtable-other"));
    let proof = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"))
        .arg("--root")
        .arg(root.path())
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    assert_ne!(proof.status.code(), Some(2), "{}", String::from_utf8_lossy(&proof.stderr));
    assert_eq!([&held, &left, &fresh, &other].map(|folder| folder.exists()), [true, false, true, true]);
}

/// The embedded server lives in a folder that goes even with a process that cannot clean up.
#[test]
fn a_killed_proof_on_the_embedded_server_leaves_no_folder() {
    let root = workspace("SELECT pg_sleep(600);\n");
    let temporary = tempfile::tempdir().unwrap();
    let entries = || std::fs::read_dir(temporary.path()).unwrap().count();
    // A shell without job control has what it runs in the background ignore the signal, and so do the programs that that runs.
    let interrupt = (!is_interrupt_ignored()).then_some("-INT");
    for signal in ["-KILL", "-TERM"].into_iter().chain(interrupt) {
        let mut proof = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"))
            .arg("--root")
            .arg(root.path())
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait("a folder", || (entries() > 0).then_some(()));
        std::thread::sleep(Duration::from_millis(500));
        Command::new("kill").args([signal, &proof.id().to_string()]).status().unwrap();
        proof.wait().unwrap();
        wait("the end of the folder", || (entries() == 0).then_some(()));
    }
}

/// Tells whether this process, and with it every one that it starts, ignores SIGINT; where there is no `/proc`, none is taken to.
fn is_interrupt_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    // The second signal of all.
    ignored & 0b10 != 0
}

/// On a server of somebody else's the next proof drops what a killed one left.
#[test]
fn databases_of_a_killed_proof_are_dropped_by_the_next() {
    let Ok(elsewhere) = Server::binaries(None) else {
        _ = writeln!(std::io::stderr(), "NOT TESTED: no local PostgreSQL is found");
        return;
    };
    let root = workspace("SELECT pg_sleep(600);\n");
    let mut client = postgres::Client::connect(&elsewhere.url(), postgres::NoTls).unwrap();
    let mut left = || {
        let query = "SELECT count(*) FROM pg_database WHERE datname LIKE 'truthtable%'";
        client.query_one(query, &[]).unwrap().get::<_, i64>(0)
    };
    let mut proof = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"))
        .args(["--database-url", &elsewhere.url(), "--root"])
        .arg(root.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait("a database", || (left() == 1).then_some(()));
    // What is in use stays.
    drop(Server::at_url(&elsewhere.url()).unwrap());
    assert_eq!(left(), 1);
    proof.kill().unwrap();
    proof.wait().unwrap();
    wait("the end of the database", || {
        drop(Server::at_url(&elsewhere.url()).unwrap());
        (left() == 0).then_some(())
    });
}

#[test]
fn a_server_that_dies_is_told_with_the_statement() {
    if Server::binaries(None).is_err() {
        _ = writeln!(std::io::stderr(), "NOT TESTED: no local PostgreSQL is found");
        return;
    }
    let root = workspace("SELECT 1;\nSELECT pg_sleep(600);\n");
    let temporary = tempfile::tempdir().unwrap();
    std::fs::set_permissions(temporary.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let proof = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"))
        .args(["--server-binaries", "auto", "--root"])
        .arg(root.path())
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // While the cluster is made, the file speaks of other servers.
    let server = wait("the statement", || {
        let file = clusters(temporary.path()).first()?.join("data/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        let mut lines = text.lines();
        let (server, port) = (lines.next()?, lines.nth(2)?);
        let url = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
        let mut client = postgres::Client::connect(&url, postgres::NoTls).ok()?;
        let query =
            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
        client.query_opt(query, &[]).ok()??;
        Some(server.to_owned())
    });
    // At once, and without a word to its clients.
    Command::new("kill").args(["-QUIT", &server]).status().unwrap();
    let output = proof.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    let place = "generated/shop/migrations/1_init.sql:2:1: the server was lost at this statement";
    assert!(told.contains(place), "{told}");
    wait("the end of the server's folder", || clusters(temporary.path()).is_empty().then_some(()));
}

#[test]
fn a_disk_without_room_is_told_and_nothing_stays() {
    if Server::binaries(None).is_err() {
        _ = writeln!(std::io::stderr(), "NOT TESTED: no local PostgreSQL is found");
        return;
    }
    let root = workspace("SELECT 1;\n");
    let temporary = tempfile::tempdir().unwrap();
    std::fs::set_permissions(temporary.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    // No file may become larger than this, as on a disk that is full; a signal that would end the writer is ignored.
    let output = Command::new("/bin/sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_truthtable-prove"),
        ])
        .args(["--server-binaries", "auto", "--root"])
        .arg(root.path())
        .env("TMPDIR", temporary.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("`initdb` creates no cluster: ") && told.contains("File too large"), "{told}");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_temporary_folder_that_cannot_be_had_is_told() {
    let root = workspace("SELECT 1;\n");
    let output = Command::new(env!("CARGO_BIN_EXE_truthtable-prove"))
        .args(["--server-binaries", "/usr/bin", "--root"])
        .arg(root.path())
        .env("TMPDIR", root.path().join("missing"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("a temporary folder cannot be had: "), "{told}");
}

#[test]
fn a_port_at_which_something_else_listens_is_told() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let url = format!("postgresql://someone:hunter2@127.0.0.1:{port}/shop?sslmode=disable");
    let error = Server::at_url(&url).err().unwrap().to_string();
    other.join().unwrap();
    assert!(error.starts_with("the server cannot be reached: "), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
