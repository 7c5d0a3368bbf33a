//! Steps about migrations: applied, applied twice, undone, applied again.

use std::time::Instant;

use super::way::Marks;
use super::{Cx, Log, PGTAP_TITLE, SEEDS_TITLE, differences, is_foreign_key, plural, read_catalog};
use crate::catalog::Catalog;
use crate::foreign_keys;
use crate::migrations::Migration;
use crate::report::{Check, Problem, Step, Verdict};
use crate::server::{Database, Error, Server};

const DOWN_TITLE: &str = "every part down, in reverse, leaves nothing behind";

const CATALOG_TITLE: &str = "the catalogue is the same the second time";

/// What is in the database in which every migration is to be applied again.
enum Left {
    /// What the way back left: nothing but the platform's.
    Emptied,
    /// The database is fresh, and so many migrations are applied.
    Fresh(Option<usize>),
}

impl Cx<'_> {
    /// Tries the migrations and what they made; returns the catalogue after them, where they apply.
    pub(super) fn migrated(
        &self,
        server: &mut Server,
        mut database: Database,
        refused: Option<Problem>,
        log: &mut Log<'_>,
    ) -> Result<Option<Catalog>, Error> {
        let Some(Marks { floor, first }) = self.first_time(&mut database, refused, log)? else {
            let skipped = "the migrations were not applied";
            log.skip(Check::Down, DOWN_TITLE, skipped);
            log.skip(Check::Catalog, CATALOG_TITLE, skipped);
            self.skip_rows(skipped, log);
            server.drop_database(database);
            return Ok(None);
        };
        self.twice(&mut database, &first, log)?;
        self.foreign_keys(&mut database, &first, log)?;
        let (mut database, left) = self.back(server, database, &floor, log)?;
        if self.second_time(&mut database, &left, &first, log)? {
            self.behaviour(&mut database, log)?;
            if !self.set.seeds.is_empty() {
                log.step(Check::Seeds, |log| self.seed_twice(&mut database, log))?;
            }
            if !self.set.tests.is_empty() {
                log.step(Check::Pgtap, |log| self.pgtap(server, &mut database, log))?;
            }
        } else {
            let skipped = "the migrations were not applied again";
            log.skip(Check::Catalog, CATALOG_TITLE, skipped);
            self.skip_rows(skipped, log);
        }
        server.drop_database(database);
        Ok(Some(first))
    }

    /// Says of what needs the schema that it was not tried.
    fn skip_rows(&self, why: &str, log: &mut Log<'_>) {
        if !self.set.seeds.is_empty() {
            log.skip(Check::Seeds, SEEDS_TITLE, why);
        }
        if !self.set.tests.is_empty() {
            log.skip(Check::Pgtap, PGTAP_TITLE, why);
        }
    }

    fn first_time(
        &self,
        database: &mut Database,
        refused: Option<Problem>,
        log: &mut Log<'_>,
    ) -> Result<Option<Marks>, Error> {
        let mut marks = None;
        log.step(Check::Up, |log| {
            let title = format!("every migration applies, in order ({})", self.counted());
            if let Some(problem) = refused {
                let reason = "on a server that is not the proof's own".to_owned();
                return Ok((title, Verdict::Unproved { reason, problems: vec![problem] }));
            }
            let problem = match self.first_up(database, log)? {
                Ok(found) => {
                    marks = Some(found);
                    None
                }
                Err(problem) => Some(problem),
            };
            Ok((title, self.applied(problem)))
        })?;
        Ok(marks)
    }

    /// Runs again what may run twice.
    fn twice(&self, database: &mut Database, first: &Catalog, log: &mut Log<'_>) -> Result<(), Error> {
        let twice = self.set.migrations.iter().filter(|migration| migration.up.is_idempotent());
        let twice: Vec<Migration> = twice.cloned().collect();
        if twice.is_empty() {
            return Ok(());
        }
        log.step(Check::Idempotent, |log| {
            let problem = self.up(database, &twice, log)?.err();
            let mut problems: Vec<Problem> = problem.into_iter().collect();
            if problems.is_empty() {
                let second = read_catalog(database)?;
                problems = differences(first, &second, "after the first time", "after the second");
            }
            let count = plural(twice.len(), "migration");
            Ok((format!("what may run twice does so without effect ({count})"), self.verdict(problems)))
        })
    }

    fn foreign_keys(&self, database: &mut Database, first: &Catalog, log: &mut Log<'_>) -> Result<(), Error> {
        if !first.objects.iter().any(|(object, facts)| is_foreign_key(object, facts)) {
            return Ok(());
        }
        log.step(Check::ForeignKeysIndexed, |_| {
            let (keys, problems) = foreign_keys::unindexed(&mut database.client, &|table| self.said(table))?;
            let keys = plural(keys, "foreign key");
            // At their word, the documents have no other indexes than they say.
            let literal = self.set.document.as_ref().is_some_and(|document| document.literal);
            let verdict = match problems.as_slice() {
                [_, ..] if literal => {
                    let reason =
                        "`literal` in schema.toml makes no index that the documents do not have".to_owned();
                    Verdict::Unproved { reason, problems }
                }
                _ => Verdict::of(problems),
            };
            Ok((format!("an index reaches the rows of every foreign key ({keys})"), verdict))
        })
    }

    /// Goes the way back; returns a database in which the migrations can be applied again.
    fn back(
        &self,
        server: &mut Server,
        mut database: Database,
        floor: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<(Database, Left), Error> {
        let started = Instant::now();
        let mut problems = self.down(&mut database, floor, log)?;
        // Where the way back ends early or in a failure, the second time has to start from nothing.
        let mut left = Left::Emptied;
        if self.stop.is_some() || !problems.is_empty() {
            server.drop_database(database);
            database = server.create_database()?;
            left = Left::Fresh(None);
        }
        if problems.is_empty() && self.rehearsed() > 0 {
            problems = self.rehearse(&mut database, log)?;
            left = Left::Fresh(self.stop.map(|stop| stop + 1));
            if !problems.is_empty() {
                server.drop_database(database);
                database = server.create_database()?;
                left = Left::Fresh(None);
            }
        }
        let (verdict, elapsed) = (self.verdict(problems), started.elapsed());
        log.done(Step { check: Check::Down, title: self.down_title(), verdict, elapsed });
        Ok((database, left))
    }

    /// Applies the migrations again and holds the catalogue to that of the first time; says whether they apply.
    fn second_time(
        &self,
        database: &mut Database,
        left: &Left,
        first: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<bool, Error> {
        let mut again = false;
        log.step(Check::UpAgain, |log| {
            let (place, applied) = match left {
                Left::Emptied => ("", Some(0)),
                Left::Fresh(applied) => (" in a fresh database", *applied),
            };
            let stubbed = if applied.is_some() { None } else { self.stubs(database)?.err() };
            let rest = self.set.migrations.get(applied.unwrap_or_default()..).unwrap_or_default();
            let problem = match stubbed {
                None => self.up(database, rest, log)?.err(),
                stubbed => stubbed,
            };
            again = problem.is_none();
            let title = format!("every migration applies again{place} ({})", self.counted());
            Ok((title, self.applied(problem)))
        })?;
        if again {
            log.step(Check::Catalog, |_| {
                let second = read_catalog(database)?;
                let problems = differences(first, &second, "after the first time", "after the second");
                let objects = plural(second.objects.len(), "object");
                Ok((format!("{CATALOG_TITLE} ({objects})"), Verdict::of(problems)))
            })?;
        }
        Ok(again)
    }
}
