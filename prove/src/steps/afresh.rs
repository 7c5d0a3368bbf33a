//! The schema as the documents say it, created afresh: on another server while the migrations run, where one can be had.

use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::{Cx, differences, plural, read_catalog};
use crate::catalog::Catalog;
use crate::migrations::Script;
use crate::report::{Check, Problem, Step, Verdict};
use crate::server::{Error, Server, Servers};

/// The bytes of SQL from which on it takes longer to create a schema than to start a server.
const LARGE: usize = 64 << 10;

/// The schema that is to be created afresh, or is being.
pub(super) struct Afresh<'s> {
    script: &'s Script,
    making: Option<ScopedJoinHandle<'s, Option<Made>>>,
}

/// What came of it, and how long it took.
struct Made {
    catalog: Result<Catalog, Problem>,
    elapsed: Duration,
}

impl<'s> Afresh<'s> {
    /// Begins with it where it is of any size, and none of the servers has to be waited for.
    pub(super) fn begin<'e>(
        cx: &'s Cx<'_>,
        servers: Option<&'s Servers<'_>>,
        scope: &'s Scope<'s, 'e>,
    ) -> Option<Self> {
        let script = cx.set.document.as_ref()?.afresh.as_ref()?;
        let servers = servers.filter(|_| script.text.len() >= LARGE);
        // A server that fails at it is no word about the schema: then the proof's own makes it.
        let make = |servers: &'s Servers<'_>| {
            scope.spawn(move || servers.with_spare(|server| Made::by(cx, server, script))?.ok())
        };
        Some(Self { script, making: servers.map(make) })
    }

    /// Holds what the migrations made to it.
    pub(super) fn step(self, cx: &Cx<'_>, server: &mut Server, migrated: &Catalog) -> Result<Step, Error> {
        let made = match self.making.and_then(|making| making.join().ok().flatten()) {
            Some(made) => made,
            None => Made::by(cx, server, self.script)?,
        };
        let started = Instant::now();
        let title = "the catalogue is that of the schema created afresh".to_owned();
        let (title, verdict) = match made.catalog {
            Err(problem) => (title, cx.applied(Some(problem))),
            Ok(mut afresh) => {
                let mut migrated = migrated.clone();
                // A column that was added later stands behind the others, which only making the table anew would change.
                for facts in migrated.objects.values_mut().chain(afresh.objects.values_mut()) {
                    facts.retain(|attribute, _| *attribute != "position");
                }
                let problems = differences(&migrated, &afresh, "after the migrations", "created afresh");
                (format!("{title} ({})", plural(afresh.objects.len(), "object")), Verdict::of(problems))
            }
        };
        Ok(Step { check: Check::Afresh, title, verdict, elapsed: made.elapsed + started.elapsed() })
    }
}

impl Made {
    /// Creates the schema in a database of its own.
    fn by(cx: &Cx<'_>, server: &mut Server, script: &Script) -> Result<Self, Error> {
        let started = Instant::now();
        let mut database = server.create_database()?;
        let made = match cx.stubs(&mut database)? {
            Ok(()) => cx.run(&mut database, script)?,
            refused => refused,
        };
        let catalog = match made {
            Ok(()) => Ok(read_catalog(&mut database)?),
            Err(problem) => Err(problem),
        };
        server.drop_database(database);
        Ok(Self { catalog, elapsed: started.elapsed() })
    }
}
