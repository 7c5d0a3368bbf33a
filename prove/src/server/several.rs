//! Several servers of one kind, for proofs that run at the same time.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Error, Server};

/// How a server is had.
type Start<'a> = dyn Fn() -> Result<Server, Error> + Sync + 'a;

/// Servers of one kind, started as they are needed and no more than some number.
pub struct Servers<'a> {
    start: &'a Start<'a>,
    state: Mutex<State>,
    /// Told whenever one is given back.
    returned: Condvar,
}

/// What there is of servers, and what there may be.
struct State {
    free: Vec<Server>,
    /// How many more may be started.
    room: usize,
}

impl<'a> Servers<'a> {
    /// Makes no server yet, and at most so many later.
    pub fn new(most: usize, start: &'a Start<'a>) -> Self {
        let state = State { free: Vec::new(), room: most };
        Self { start, state: Mutex::new(state), returned: Condvar::new() }
    }

    /// Has a server do something, as soon as there is one that nobody uses. One that fails is not used again.
    pub fn with<T>(&self, run: impl FnOnce(&mut Server) -> Result<T, Error>) -> Result<T, Error> {
        let busy = |state: &mut State| state.free.is_empty() && state.room == 0;
        let state = self.returned.wait_while(self.state(), busy).unwrap_or_else(PoisonError::into_inner);
        self.take(state)
            .unwrap_or_else(|| Err(Error::new("no server is to be had")))
            .and_then(|server| self.run(server, run))
    }

    /// Has a server that nobody uses do something; none where that would have to be waited for.
    pub fn with_spare<T>(
        &self,
        run: impl FnOnce(&mut Server) -> Result<T, Error>,
    ) -> Option<Result<T, Error>> {
        let taken = self.take(self.state())?;
        Some(taken.and_then(|server| self.run(server, run)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a free server, or starts one.
    fn take(&self, mut state: MutexGuard<'_, State>) -> Option<Result<Server, Error>> {
        if let Some(server) = state.free.pop() {
            return Some(Ok(server));
        }
        state.room = state.room.checked_sub(1)?;
        drop(state);
        let started = (self.start)();
        if started.is_err() {
            self.give_back(None);
        }
        Some(started)
    }

    fn run<T>(
        &self,
        mut server: Server,
        run: impl FnOnce(&mut Server) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let done = run(&mut server);
        self.give_back(done.is_ok().then_some(server));
        done
    }

    /// Takes a server back, or the room for one.
    fn give_back(&self, server: Option<Server>) {
        let mut state = self.state();
        match server {
            Some(server) => state.free.push(server),
            None => state.room += 1,
        }
        self.returned.notify_one();
    }
}
