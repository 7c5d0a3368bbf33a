//! Steps that try a database: with rows, with seeds, with tests.

use std::time::Instant;

use super::{Cx, Log, PGTAP_TITLE, SEEDS_TITLE, listed, plural};
use crate::report::{Check, Step, Verdict};
use crate::server::{Database, Error, Server};
use crate::{behaviour, contents, pgtap, sql};

impl Cx<'_> {
    /// Tries what the database does with rows: checks, triggers, policies.
    pub(super) fn behaviour(&self, database: &mut Database, log: &mut Log<'_>) -> Result<(), Error> {
        let values =
            self.set.document.as_ref().map(|document| document.values.as_slice()).unwrap_or_default();
        let tables = behaviour::rows::Tables::read(&mut database.client)?;
        let mut known = behaviour::Known::new();
        for value in values {
            let table = tables.find(&value.table).map_or(&value.table, |table| &table.sql);
            known.entry(table.clone()).or_default().insert(value.column.clone(), value.good.clone());
        }
        let mut session = behaviour::Session::new(database);
        let said = |table: &str| self.said(table);
        let mut told = |check,
                        what: &str,
                        count: usize,
                        noun: (&str, &str),
                        tried: behaviour::Tried,
                        started: Instant| {
            if count > 0 {
                let noun = if count == 1 { noun.0 } else { noun.1 };
                let title = format!("{what} ({count} {noun})");
                log.done(Step { check, title, verdict: tried.verdict(), elapsed: started.elapsed() });
            }
        };
        let started = Instant::now();
        let tried = behaviour::values::tried_values(&mut session, values, &tables, &known)?;
        let what = "columns take the values listed and refuse others";
        told(Check::Values, what, tried.count, ("column", "columns"), tried, started);
        let started = Instant::now();
        let tried = behaviour::updated::tried_triggers(&mut session, &tables, &known, &said)?;
        let what = "a changed row says when";
        told(Check::UpdatedAt, what, tried.count, ("trigger", "triggers"), tried, started);
        let started = Instant::now();
        let platform = self.platform();
        let tried = behaviour::policies::tried_policies(&mut session, &platform, &tables, &known, &said)?;
        let what = "policies let in and keep out whom they say";
        told(Check::Policies, what, tried.count, ("policy", "policies"), tried, started);
        Ok(())
    }

    /// Returns the database schemas that the platform brings.
    fn platform(&self) -> Vec<String> {
        let stubs = self.set.stubs.iter().flat_map(|stub| sql::created_schemas(&stub.text));
        stubs.filter(|name| name != "public").collect()
    }

    pub(super) fn seed_twice(
        &self,
        database: &mut Database,
        log: &mut Log<'_>,
    ) -> Result<(String, Verdict), Error> {
        let files = plural(self.set.seeds.len(), "file");
        let title = format!("{SEEDS_TITLE} ({files})");
        let mut read = Vec::new();
        for time in ["once", "twice"] {
            for seed in &self.set.seeds {
                log.doing(&format!("seed {} {time}", seed.file));
                if let Err(problem) = self.run(database, seed)? {
                    return Ok((title, self.applied(Some(problem))));
                }
            }
            let contents = contents::read(&mut database.client);
            read.push(contents.map_err(|error| Error::of("the rows cannot be read", &error))?);
        }
        let [first, second] = read.as_slice() else { return Ok((title, Verdict::Proved)) };
        let rows = second.values().map(Vec::len).sum();
        let problems = contents::differences(first, second);
        Ok((format!("{SEEDS_TITLE} ({files}, {})", plural(rows, "row")), Verdict::of(problems)))
    }
    /// Runs pgTAP tests.
    pub(super) fn pgtap(
        &self,
        server: &mut Server,
        database: &mut Database,
        log: &mut Log<'_>,
    ) -> Result<(String, Verdict), Error> {
        let files = plural(self.set.tests.len(), "file");
        let wanted = self.set.tests.iter().flat_map(|test| sql::created_extensions(&test.text)).collect();
        let missing = server.missing_extensions(database, &wanted)?;
        if !missing.is_empty() {
            let reason = format!("the server lacks {}", listed(&missing));
            return Ok((format!("{PGTAP_TITLE} ({files})"), Verdict::unproved(reason)));
        }
        // Made once for all files, each of which would make it and roll that back.
        pgtap::prepare(&mut database.client, &wanted)?;
        let (mut assertions, mut problems) = (0, Vec::new());
        for test in &self.set.tests {
            log.doing(&format!("pgTAP {}", test.file));
            let ran = pgtap::run(&mut database.client, test, self.set.document.as_deref())?;
            assertions += ran.assertions;
            problems.extend(ran.problems);
        }
        let title = format!("{PGTAP_TITLE} ({} in {files})", plural(assertions, "assertion"));
        if !problems.is_empty() && !self.absent.is_empty() {
            let reason = format!("perhaps for the lack of {}", listed(&self.absent));
            return Ok((title, Verdict::Unproved { reason, problems }));
        }
        Ok((title, Verdict::of(problems)))
    }
}
