//! Proofs of several schemas at the same time, told one after the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::migrations::MigrationSet;
use crate::report::{Report, Step};
use crate::server::{Error, Servers};
use crate::steps::{Event, prove};

/// What proofs tell while they run: that of a schema as a whole before that of the next.
#[derive(Debug, Clone)]
pub enum Told {
    /// The proof of a schema begins, on a server that reports call so.
    Begun(String),
    /// It turns to this now.
    Doing(String),
    /// A step has ended.
    Done(Step),
    /// The proof has ended.
    Ended(Report),
}

/// Proves schemas in order, so many at a time, each on one of the servers.
///
/// Fails with the first server that cannot be used or was lost; schemas after that one are not told of.
pub fn prove_all(
    sets: &[MigrationSet],
    servers: &Servers<'_>,
    at_once: usize,
    tell: &mut dyn FnMut(&MigrationSet, &Told),
) -> Result<Vec<Report>, Error> {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, sets.len().max(1)) {
            let (sender, next, stopped) = (sender.clone(), &next, &stopped);
            scope.spawn(move || {
                while let Some((at, set)) = following(sets, next).filter(|_| !stopped.load(Ordering::Relaxed))
                {
                    let ended = proved(set, servers, &|told| send(&sender, at, Ok(told)));
                    stopped.fetch_or(ended.is_err(), Ordering::Relaxed);
                    send(&sender, at, ended.map(Told::Ended));
                }
            });
        }
        // Without it, what is received ends with the proofs.
        drop(sender);
        let mut reports = Vec::new();
        let mut waiting: Vec<VecDeque<Result<Told, Error>>> = sets.iter().map(|_| VecDeque::new()).collect();
        for (at, told) in receiver {
            if let Some(queue) = waiting.get_mut(at) {
                queue.push_back(told);
            }
            while let Some((set, told)) = sets
                .get(reports.len())
                .and_then(|set| Some((set, waiting.get_mut(reports.len())?.pop_front()?)))
            {
                let told = told?;
                tell(set, &told);
                if let Told::Ended(report) = told {
                    reports.push(report);
                }
            }
        }
        Ok(reports)
    })
}

/// Takes the next of the schemas.
fn following<'s>(sets: &'s [MigrationSet], next: &AtomicUsize) -> Option<(usize, &'s MigrationSet)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, sets.get(at)?))
}

fn proved(set: &MigrationSet, servers: &Servers<'_>, tell: &dyn Fn(Told)) -> Result<Report, Error> {
    servers.with(|server| {
        tell(Told::Begun(server.label().to_owned()));
        prove(set, server, Some(servers), &mut |event| match event {
            Event::Doing(what) => tell(Told::Doing(what.to_owned())),
            Event::Done(step) => tell(Told::Done(step.clone())),
        })
    })
}

/// Tells of a schema; nobody listens any more where another has failed.
fn send(sender: &Sender<(usize, Result<Told, Error>)>, at: usize, told: Result<Told, Error>) {
    let _ = sender.send((at, told));
}
