//! Row security: every role sees, inserts, updates and deletes the rows that the policies say, and no others.
//!
//! Two rows are made of every table, one of each of two users. What a role may do with them is asked twice: of the table, and of a
//! copy without row security on which the policies' own conditions are evaluated under the same role and user.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, Row};

use super::{Known, Tried, attempt, literal, message, rows, tried};
use crate::report::Problem;
use crate::server::Error;

/// Tables with row security in force, or with policies that are waiting for it.
const TABLES: &str = "
    SELECT c.oid::regclass::text, quote_ident(c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (c.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
        AND c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> ALL ($1)
    ORDER BY 1";

/// Policies of a table.
const POLICIES: &str = "
    SELECT p.polpermissive, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
        ARRAY(SELECT coalesce(r.rolname::text, 'public') FROM unnest(p.polroles) o(oid) LEFT JOIN pg_roles r ON r.oid = o.oid)
    FROM pg_policy p WHERE p.polrelid = to_regclass($1) ORDER BY p.polname";

/// The two users, each of whom owns a row.
const USERS: [&str; 2] = ["a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"];

/// A role for policies that speak of everybody, where the platform has none.
const ANYBODY: &str = "truthtable_anybody";

/// A policy.
#[derive(Debug)]
struct Policy {
    permissive: bool,
    /// `*`, or the first letter of the command, `w` for an update.
    command: String,
    using: Option<String>,
    check: Option<String>,
    roles: Vec<String>,
}

/// Tries the policies of every table but those of the schemas that the platform brings.
pub(crate) fn tried_policies(
    client: &mut Client,
    platform: &[String],
    known: &Known,
) -> Result<Tried, Error> {
    let failed = |error| Error::of("the tables with row security cannot be read", &error);
    let tables: Vec<(String, String)> = client
        .query(TABLES, &[&platform])
        .map_err(failed)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    if tables.is_empty() {
        return Ok(Tried::default());
    }
    tried(client, |client| {
        let mut of_tables = Vec::new();
        for (table, bare) in tables {
            let policies: Vec<Policy> =
                client.query(POLICIES, &[&table]).map_err(failed)?.iter().map(policy).collect();
            of_tables.push((table, bare, policies));
        }
        // Once for all tables: each grant goes through every table.
        let refused = prepare(client, of_tables.iter().flat_map(|(.., policies)| policies))?;
        let mut outcome = Tried::default();
        for (table, bare, policies) in of_tables {
            outcome.count += policies.len();
            let given = known.get(&table).cloned().unwrap_or_default();
            client.batch_execute("SAVEPOINT of_table").map_err(failed)?;
            let result = of_table(client, &table, &bare, &policies, &given, &refused)?;
            client.batch_execute("ROLLBACK TO of_table; RELEASE of_table").map_err(failed)?;
            match result {
                Ok(problems) => outcome.problems.extend(problems),
                Err(why) => outcome.left.push(Problem::new(format!("{table}: {why}"))),
            }
        }
        Ok(outcome)
    })
}

/// Makes the role that is everybody, and gives every role what it may need beside the policies: other tables to look into. Returns the
/// roles to which that could not be given, and why.
fn prepare<'a>(
    client: &mut Client,
    policies: impl Iterator<Item = &'a Policy>,
) -> Result<BTreeMap<String, String>, Error> {
    let made = attempt(client, &format!("CREATE ROLE {ANYBODY}"))?;
    let query = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'";
    let rows = client.query(query, &[]).map_err(|error| Error::of("the schemas cannot be read", &error))?;
    let schemas: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let schemas = schemas.join(", ");
    let mut refused = BTreeMap::new();
    let mut roles = asked(policies);
    match made {
        Ok(()) => _ = roles.insert(ANYBODY),
        Err(error) => _ = refused.insert(ANYBODY.to_owned(), message(&error)),
    }
    for role in roles.into_iter().filter(|role| !refused.contains_key(*role)).collect::<Vec<_>>() {
        let grant = format!(
            "GRANT USAGE ON SCHEMA {schemas} TO \"{role}\"; GRANT SELECT ON ALL TABLES IN SCHEMA {schemas} TO \"{role}\""
        );
        if let Err(error) = attempt(client, &grant)? {
            refused.insert(role.to_owned(), message(&error));
        }
    }
    Ok(refused)
}

/// Returns the roles as which policies are tried.
fn asked<'a>(policies: impl Iterator<Item = &'a Policy>) -> BTreeSet<&'a str> {
    let mut roles: BTreeSet<&str> = policies.flat_map(|policy| &policy.roles).map(String::as_str).collect();
    if roles.remove("public") || roles.is_empty() {
        roles.insert(ANYBODY);
    }
    roles
}

fn policy(row: &Row) -> Policy {
    Policy {
        permissive: row.get(0),
        command: row.get(1),
        using: row.get(2),
        check: row.get(3),
        roles: row.get(4),
    }
}

/// Tries the policies of one table; says why where that cannot be done.
fn of_table(
    client: &mut Client,
    table: &str,
    bare: &str,
    policies: &[Policy],
    known: &BTreeMap<String, Vec<String>>,
    refused: &BTreeMap<String, String>,
) -> Result<Result<Vec<Problem>, String>, Error> {
    let columns = rows::columns(client, table)?;
    let mut inserts = Vec::new();
    for (at, user) in USERS.iter().enumerate() {
        let value = |values: &Vec<String>| values.get(at).or(values.first()).cloned();
        let mut given: BTreeMap<String, String> =
            known.iter().filter_map(|(column, values)| Some((column.clone(), value(values)?))).collect();
        for column in columns.iter().filter(|column| !known.contains_key(column.name())) {
            if let Some(value) = column.of_user(user, at) {
                given.insert(column.name().to_owned(), value);
            }
        }
        match rows::insert(table, &columns, &given) {
            Ok(insert) => inserts.push(insert),
            Err(why) => return Ok(Err(why)),
        }
    }
    // Rows come without their parents, and no trigger changes them.
    let copy = format!(
        "SET LOCAL session_replication_role = replica; DELETE FROM {table}; {}; \
         CREATE TEMPORARY TABLE truthtable_copy AS SELECT * FROM {table}; GRANT SELECT ON truthtable_copy TO PUBLIC",
        inserts.join("; ")
    );
    if let Err(error) = attempt(client, &copy)? {
        return Ok(Err(message(&error)));
    }
    let mut problems = Vec::new();
    for role in asked(policies.iter()) {
        if let Some(why) = refused.get(role) {
            return Ok(Err(why.clone()));
        }
        if let Err(error) = attempt(client, &format!("GRANT ALL ON {table} TO \"{role}\""))? {
            return Ok(Err(message(&error)));
        }
        for (at, user) in USERS.iter().enumerate() {
            let session = session(role, user, policies);
            let who = format!("`{role}` as user {}", at + 1);
            for command in ["r", "a", "w", "d"] {
                let asked = Asked { table, bare, policies, role, session: &session, inserts: &inserts };
                match asked.try_command(client, command)? {
                    Ok((allowed, found)) if allowed == found => {}
                    Ok((allowed, found)) => problems.push(Problem::new(format!(
                        "{table}: {who} {} {found} of 2 rows, and its policies say {allowed}",
                        verb(command)
                    ))),
                    Err(why) => return Ok(Err(format!("{who}: {why}"))),
                }
            }
        }
    }
    Ok(Ok(problems))
}

fn verb(command: &str) -> &'static str {
    match command {
        "a" => "inserts",
        "w" => "updates",
        "d" => "deletes",
        _ => "sees",
    }
}

/// Returns the settings by which policies know who asks, and the role that asks.
fn session(role: &str, user: &str, policies: &[Policy]) -> String {
    let claims = format!("{{\"sub\": \"{user}\", \"role\": \"{role}\"}}");
    let mut settings: BTreeMap<String, String> = BTreeMap::from([
        ("request.jwt.claims".to_owned(), claims),
        ("request.jwt.claim.sub".to_owned(), user.to_owned()),
        ("request.jwt.claim.role".to_owned(), role.to_owned()),
    ]);
    // A tenant that a program sets by itself is that of the user.
    let texts = policies.iter().flat_map(|policy| policy.using.iter().chain(&policy.check));
    for rest in texts.flat_map(|text| text.split("current_setting('").skip(1)) {
        if let Some((name, _)) = rest.split_once('\'') {
            settings.entry(name.to_owned()).or_insert_with(|| user.to_owned());
        }
    }
    let set: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("set_config({}, {}, true)", literal(name), literal(value)))
        .collect();
    format!("SELECT {}; SET LOCAL ROLE \"{role}\"", set.join(", "))
}

/// A role and a user who ask for the rows of a table.
struct Asked<'a> {
    table: &'a str,
    bare: &'a str,
    policies: &'a [Policy],
    role: &'a str,
    session: &'a str,
    inserts: &'a [String],
}

impl Asked<'_> {
    /// Returns how many rows the policies allow a command for, and how many it gets.
    fn try_command(&self, client: &mut Client, command: &str) -> Result<Result<(i64, i64), String>, Error> {
        let failed = |error| Error::of("a savepoint cannot be set", &error);
        client.batch_execute("SAVEPOINT command").map_err(failed)?;
        let result = self.run(client, command);
        client.batch_execute("ROLLBACK TO command; RELEASE command; RESET ROLE").map_err(failed)?;
        Ok(result.map_err(|error| message(&error)))
    }

    fn run(&self, client: &mut Client, command: &str) -> Result<(i64, i64), postgres::Error> {
        if command == "a" {
            client.batch_execute(&format!("DELETE FROM {}", self.table))?;
        }
        client.batch_execute(self.session)?;
        let condition = match command {
            "a" => self.condition("a", true),
            // An update reads the columns that it sets, so that the row has to be visible as well.
            "w" => format!(
                "{} AND {} AND {}",
                self.condition("r", false),
                self.condition("w", false),
                self.condition("w", true)
            ),
            command => self.condition(command, false),
        };
        let count =
            format!("SELECT count(*) FROM pg_temp.truthtable_copy AS {} WHERE {condition}", self.bare);
        let allowed: i64 = client.query_one(count.as_str(), &[])?.get(0);
        let found = match command {
            "r" => client.query_one(format!("SELECT count(*) FROM {}", self.table).as_str(), &[])?.get(0),
            "a" => {
                let mut taken = 0;
                for insert in self.inserts {
                    client.batch_execute("SAVEPOINT row")?;
                    match client.batch_execute(insert) {
                        Ok(()) => taken += 1,
                        Err(error)
                            if error.code() == Some(&postgres::error::SqlState::INSUFFICIENT_PRIVILEGE) =>
                        {
                            client.batch_execute("ROLLBACK TO row")?;
                        }
                        Err(error) => return Err(error),
                    }
                }
                taken
            }
            "w" => {
                // Row by row: one that the policies refuse in its new form fails the whole statement.
                let rows = client.query(format!("SELECT ctid::text FROM {}", self.table).as_str(), &[])?;
                let mut taken = 0;
                for row in rows {
                    let ctid: String = row.get(0);
                    let update = format!(
                        "UPDATE {0} SET {1} = {1} WHERE ctid = '{ctid}'",
                        self.table,
                        self.first_column(client)?
                    );
                    client.batch_execute("SAVEPOINT row")?;
                    match client.execute(update.as_str(), &[]) {
                        Ok(count) => taken += i64::try_from(count).unwrap_or_default(),
                        Err(error)
                            if error.code() == Some(&postgres::error::SqlState::INSUFFICIENT_PRIVILEGE) =>
                        {
                            client.batch_execute("ROLLBACK TO row")?;
                        }
                        Err(error) => return Err(error),
                    }
                }
                taken
            }
            _ => i64::try_from(client.execute(format!("DELETE FROM {}", self.table).as_str(), &[])?)
                .unwrap_or_default(),
        };
        Ok((allowed, found))
    }

    /// Returns a column that an update can set.
    fn first_column(&self, client: &mut Client) -> Result<String, postgres::Error> {
        let query = "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 \
                     AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a' ORDER BY attnum DESC LIMIT 1";
        Ok(client.query_one(query, &[&self.table])?.get(0))
    }

    /// Returns the condition that the policies put on a command: of the row as it is, or as it is to be.
    fn condition(&self, command: &str, check: bool) -> String {
        let is_of = |policy: &&Policy| {
            (policy.command == "*" || policy.command == command)
                && policy.roles.iter().any(|role| role == "public" || role == self.role)
        };
        let text = |policy: &Policy| {
            let text =
                if check { policy.check.as_ref().or(policy.using.as_ref()) } else { policy.using.as_ref() };
            format!("({})", text.map_or("true", String::as_str))
        };
        let of = |permissive: bool| {
            let policies = self.policies.iter().filter(is_of).filter(move |it| it.permissive == permissive);
            policies.map(text).collect::<Vec<String>>()
        };
        let (permissive, restrictive) = (of(true), of(false));
        let any = if permissive.is_empty() { "false".to_owned() } else { permissive.join(" OR ") };
        let all = restrictive.iter().map(|text| format!(" AND {text}")).collect::<String>();
        format!("(({any}){all})")
    }
}
