//! `watch`: `gen` whenever a document is saved.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};
use truthtable::load::SCHEMA_FOLDER;

use crate::Exit;
use crate::generate::{self, GenArguments};

/// How long nothing must happen before a change is taken for finished: an editor saves in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// Arguments of `watch`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Schemas to generate; all where none is named.
    names: Vec<String>,
    /// Treat leniencies towards a format's official tool as errors.
    #[arg(long)]
    strict: bool,
}

/// What wakes the loop up.
enum Signal {
    /// A document may have changed.
    Changed,
    /// The disk cannot be watched any more.
    Lost(notify::Error),
    /// Somebody pressed Ctrl-C.
    Stop,
}

/// Generates once and then after every change of a document, until Ctrl-C.
///
/// Only `schema/` is watched, and no generated file lies there: what is written wakes nobody up. Ctrl-C while files are written
/// waits until they are.
pub(crate) fn run(root: &Path, arguments: Arguments) -> io::Result<Exit> {
    let (sender, signals) = channel();
    let stop = sender.clone();
    ctrlc::set_handler(move || _ = stop.send(Signal::Stop)).map_err(io::Error::other)?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Nobody listens any more once the loop has ended.
        _ = match event {
            Ok(event) if is_change(&event) => sender.send(Signal::Changed),
            Ok(_) => Ok(()),
            Err(error) => sender.send(Signal::Lost(error)),
        };
    })
    .map_err(io::Error::other)?;
    watcher.watch(&root.join(SCHEMA_FOLDER), RecursiveMode::Recursive).map_err(io::Error::other)?;
    let documents = GenArguments { names: arguments.names, print: false, strict: arguments.strict };
    loop {
        // What goes wrong with one save may be right with the next.
        if let Err(error) = generate::generate(root, &documents) {
            eprintln!("error: {error}");
        }
        println!("watching {SCHEMA_FOLDER}/, Ctrl-C ends it");
        match next(&signals) {
            Signal::Changed => {}
            Signal::Lost(error) => return Err(io::Error::other(error)),
            Signal::Stop => return Ok(Exit::Clean),
        }
    }
}

/// Waits for a signal, and behind a change until no other follows.
fn next(signals: &Receiver<Signal>) -> Signal {
    match signals.recv() {
        Ok(Signal::Changed) => {}
        Ok(other) => return other,
        // The handler of Ctrl-C holds a sender for as long as the program runs.
        Err(_) => return Signal::Stop,
    }
    loop {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Changed) => {}
            Ok(other) => return other,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Signal::Changed,
        }
    }
}

/// Tells whether an event may change what documents say: nothing that only reads, and no file that an editor keeps for itself.
fn is_change(event: &Event) -> bool {
    let own = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp") || name == "4913"
    };
    !matches!(event.kind, EventKind::Access(_)) && !event.paths.iter().all(own)
}
