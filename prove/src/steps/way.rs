//! The way of migrations up, and back as far as the policies allow.

use super::{Cx, Log, RAISED, differences, is_never, plural, read_catalog};
use crate::catalog::Catalog;
use crate::migrations::{Migration, Policy, Script};
use crate::report::Problem;
use crate::server::{Database, Error};

/// The catalogues against which later ones are held.
pub(super) struct Marks {
    /// Where the way back ends: before all migrations, or after the one that is never undone.
    pub(super) floor: Catalog,
    /// After all migrations.
    pub(super) first: Catalog,
}

impl Cx<'_> {
    pub(super) fn first_up(
        &self,
        database: &mut Database,
        log: &mut Log<'_>,
    ) -> Result<Result<Marks, Problem>, Error> {
        if let Err(problem) = self.stubs(database)? {
            return Ok(Err(problem));
        }
        let kept = self.stop.map_or(0, |stop| stop + 1);
        let (below, above) =
            self.set.migrations.split_at_checked(kept).unwrap_or((&self.set.migrations, &[]));
        if let Err(problem) = self.up(database, below, log)? {
            return Ok(Err(problem));
        }
        let floor = read_catalog(database)?;
        if let Err(problem) = self.up(database, above, log)? {
            return Ok(Err(problem));
        }
        let first = if above.is_empty() { floor.clone() } else { read_catalog(database)? };
        Ok(Ok(Marks { floor, first }))
    }

    pub(super) fn stubs(&self, database: &mut Database) -> Result<Result<(), Problem>, Error> {
        for stub in &self.set.stubs {
            if let Err(problem) = self.run(database, stub)? {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    }

    pub(super) fn up(
        &self,
        database: &mut Database,
        migrations: &[Migration],
        log: &mut Log<'_>,
    ) -> Result<Result<(), Problem>, Error> {
        for migration in migrations {
            log.doing(&format!("up {}", migration.name));
            if let Err(problem) = self.run(database, &migration.up)? {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    }

    /// Goes back to where the policies say, has those refuse that must, and tells what is wrong on the way.
    pub(super) fn down(
        &self,
        database: &mut Database,
        floor: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<Vec<Problem>, Error> {
        let kept = self.stop.map_or(0, |stop| stop + 1);
        let (below, above) =
            self.set.migrations.split_at_checked(kept).unwrap_or((&self.set.migrations, &[]));
        let mut problems = self.undo(database, above, floor, log)?;
        if !problems.is_empty() {
            return Ok(problems);
        }
        for never in below.iter().filter(|migration| is_never(migration)) {
            log.doing(&format!("down {}", never.name));
            if let Some(down) = &never.down {
                problems.extend(self.refusal(database, down, "never", "anywhere")?);
            }
        }
        problems.extend(differences(
            floor,
            &read_catalog(database)?,
            "before a part down",
            "after it refused",
        ));
        Ok(problems)
    }

    /// Undoes in a fresh database the migrations that lie below one that is never undone: each run of them before that
    /// one is applied.
    pub(super) fn rehearse(&self, database: &mut Database, log: &mut Log<'_>) -> Result<Vec<Problem>, Error> {
        if let Err(problem) = self.stubs(database)? {
            return Ok(vec![problem]);
        }
        for (run, never) in self.runs() {
            let floor = read_catalog(database)?;
            if let Err(problem) = self.up(database, run, log)? {
                return Ok(vec![problem]);
            }
            let problems = self.undo(database, run, &floor, log)?;
            if !problems.is_empty() {
                return Ok(problems);
            }
            for migrations in [run, std::slice::from_ref(never)] {
                if let Err(problem) = self.up(database, migrations, log)? {
                    return Ok(vec![problem]);
                }
            }
        }
        Ok(Vec::new())
    }

    /// Undoes migrations in reverse and tells what is wrong on the way or differs at its end from what was before.
    fn undo(
        &self,
        database: &mut Database,
        migrations: &[Migration],
        floor: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<Vec<Problem>, Error> {
        let mut problems = Vec::new();
        for migration in migrations.iter().rev() {
            log.doing(&format!("down {}", migration.name));
            let Some(down) = &migration.down else {
                let hint = "write what undoes it after a line `-- down`, or say why nothing may: `-- rollback: never — …`";
                let start = migration.up.place(0);
                let problem =
                    Problem::new(format!("{} has no part down", migration.name)).at(start).hint(hint);
                return Ok(vec![problem]);
            };
            if migration.down_policy == Policy::StagingOnly {
                problems.extend(self.refusal(database, down, "staging-only", "outside staging")?);
                let set = "SET truthtable.environment = 'staging'";
                let failed = |error| Error::of("the environment cannot be set", &error);
                database.client.batch_execute(set).map_err(failed)?;
            }
            if let Err(problem) = self.run(database, down)? {
                problems.push(problem);
                return Ok(problems);
            }
        }
        if let Some(first) = migrations.first() {
            let before = format!("before {}", first.name);
            problems.extend(differences(floor, &read_catalog(database)?, &before, "after it was undone"));
        }
        Ok(problems)
    }

    /// Runs a part down that must refuse; tells if it does not, or fails of something else.
    fn refusal(
        &self,
        database: &mut Database,
        down: &Script,
        policy: &str,
        extent: &str,
    ) -> Result<Option<Problem>, Error> {
        Ok(match self.run(database, down)? {
            Ok(()) => {
                let message = format!("the part down runs {extent}, though its policy is `{policy}`");
                Some(Problem::new(message).at(down.place(0)))
            }
            Err(problem) if problem.sqlstate.as_deref() == Some(RAISED) => None,
            Err(problem) => Some(problem),
        })
    }

    /// Returns the runs of migrations that lie below one that is never undone, each with that one.
    fn runs(&self) -> impl Iterator<Item = (&[Migration], &Migration)> {
        let runs = self.set.migrations.split_inclusive(is_never);
        runs.filter_map(|run| run.split_last())
            .filter_map(|(last, run)| is_never(last).then_some((run, last)))
    }

    /// Returns the number of migrations that have to be undone in a database where what lies above is not yet applied.
    pub(super) fn rehearsed(&self) -> usize {
        self.runs().map(|(run, _)| run.len()).sum()
    }

    pub(super) fn down_title(&self) -> String {
        let never = self.set.migrations.iter().filter(|migration| is_never(migration)).count();
        let parts = plural(self.set.migrations.len() - never, "part");
        match never {
            0 => format!("every part down, in reverse, leaves nothing behind ({parts})"),
            _ => format!(
                "every part down undoes its part up ({parts}), or refuses, as its policy says ({never})"
            ),
        }
    }
}
