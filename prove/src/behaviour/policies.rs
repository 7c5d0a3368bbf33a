//! Row security: every role sees, inserts, updates and deletes the rows that the policies say, and no others.
//!
//! Two rows are made of every table, one of each of two users. What a role may do with them is asked twice: of the table, and of the
//! same rows beside it, on which the policies' own conditions are evaluated under the same role and user. A policy that lets nobody
//! in whatever is tried, or keeps nobody out, is not proved by that, and is said to be unproved.

mod roles;
mod tries;

use std::collections::{BTreeMap, VecDeque};

use postgres::error::SqlState;
use postgres::{Client, Row};

use super::look::Looks;
use super::rows::{Table, Tables};
use super::world::{ROUNDS, USERS, World};
use super::{Known, Refusal, Session, Tried, attempt, attempts, literal, tried};
use crate::migrations::Place;
use crate::report::Problem;
use crate::server::Error;
use roles::{NOBODY, Roles};
use tries::Try;

/// Policies of tables with row security, or that are waiting for it; of the platform's tables only such as have policies.
const POLICIES: &str = "
    SELECT c.oid::regclass::text, c.relrowsecurity, p.polname::text, p.polpermissive, p.polcmd::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
        ARRAY(SELECT coalesce(r.rolname::text, 'public') FROM unnest(p.polroles) o(oid) LEFT JOIN pg_roles r ON r.oid = o.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE (p.oid IS NOT NULL OR c.relrowsecurity AND n.nspname <> ALL ($1))
        AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'
    ORDER BY 1, p.polname";

/// A table with its policies.
#[derive(Debug)]
struct Secured<'a> {
    table: &'a Table,
    /// Where the documents say it.
    said: Option<Place>,
    /// Whether row security is in force.
    is_secured: bool,
    policies: Vec<Policy>,
    /// Why no rows could be made of it, in the last round.
    why: Option<String>,
}

/// A policy, and whom it was seen to let in and keep out.
#[derive(Debug)]
struct Policy {
    name: String,
    permissive: bool,
    /// `*`, or the first letter of the command, `w` for an update.
    command: String,
    using: Condition,
    check: Condition,
    roles: Vec<String>,
}

/// A condition of a policy.
#[derive(Debug, Default)]
struct Condition {
    text: Option<String>,
    lets_in: bool,
    keeps_out: bool,
}

/// Tries the policies of every table; of the schemas that the platform brings, those that were made there since.
pub(crate) fn tried_policies(
    session: &mut Session<'_>,
    platform: &[String],
    tables: &Tables,
    known: &Known,
    said: &dyn Fn(&str) -> Option<Place>,
) -> Result<Tried, Error> {
    let mut secured = secured(session.client(), platform, tables, said)?;
    let looks = Looks::read(session.client(), platform)?;
    let mut outcome = Tried { count: secured.iter().map(|of| of.policies.len()).sum(), ..Tried::default() };
    let (mut queue, mut open): (VecDeque<usize>, VecDeque<usize>) =
        ((0..secured.len()).collect(), VecDeque::new());
    let mut round = 0;
    while round < ROUNDS && !queue.is_empty() {
        session.refresh()?;
        let refused = tried(session, |session| {
            let policies = secured.iter().flat_map(|of| &of.policies);
            let roles = Roles::prepare(session, policies, !platform.is_empty())?;
            if let Err(error) = attempt(session, "SET LOCAL session_replication_role = replica")? {
                return Ok(Some(error.message));
            }
            let world = World::new(tables, &looks, known, roles.all.clone());
            let unmade = fill(session, &world, round)?;
            while let Some(at) = queue.pop_front() {
                let Some(of) = secured.get_mut(at) else { continue };
                of.why = unmade.get(&of.table.sql).cloned();
                let asked = Asked { world: &world, roles: &roles, round };
                let problems = if of.why.is_none() { asked.table(session, of)? } else { Vec::new() };
                if !problems.is_empty() {
                    outcome.problems.extend(problems);
                } else if of.why.is_some() || of.policies.iter().any(|policy| !policy.unseen().is_empty()) {
                    open.push_back(at);
                }
                if session.is_tired() {
                    break;
                }
            }
            Ok(None)
        })?;
        if let Some(why) = refused {
            outcome.left.extend(secured.iter().map(|of| told(of, &why)));
            return Ok(outcome);
        }
        if queue.is_empty() {
            queue = std::mem::take(&mut open);
            round += 1;
        }
    }
    for of in queue.into_iter().filter_map(|at| secured.get(at)) {
        match &of.why {
            Some(why) => outcome.left.push(told(of, why)),
            None => outcome.left.extend(of.policies.iter().flat_map(|policy| {
                let unseen = policy.unseen().into_iter();
                unseen.map(|what| told(of, &format!("policy {}: {what}", policy.name)))
            })),
        }
    }
    Ok(outcome)
}

/// Reads the tables with policies, and the policies.
fn secured<'t>(
    client: &mut Client,
    platform: &[String],
    tables: &'t Tables,
    said: &dyn Fn(&str) -> Option<Place>,
) -> Result<Vec<Secured<'t>>, Error> {
    let failed = |error| Error::of("the tables with row security cannot be read", &error);
    let mut secured: Vec<Secured<'_>> = Vec::new();
    for row in client.query(POLICIES, &[&platform]).map_err(failed)? {
        let Some(table) = tables.find(row.get(0)) else { continue };
        if secured.last().is_none_or(|last| last.table.sql != table.sql) {
            let said = said(&table.qualified);
            secured.push(Secured { table, said, is_secured: row.get(1), policies: Vec::new(), why: None });
        }
        if let Some(last) = secured.last_mut() {
            last.policies.extend(policy(&row));
        }
    }
    Ok(secured)
}

fn told(of: &Secured<'_>, why: &str) -> Problem {
    Problem { said: of.said.clone(), ..Problem::new(format!("{}: {why}", of.table.sql)) }
}

/// Makes the rows of every table anew, one of each user; returns the tables that take none, and why.
fn fill(
    session: &mut Session<'_>,
    world: &World<'_>,
    round: usize,
) -> Result<BTreeMap<String, String>, Error> {
    let mut refused = BTreeMap::new();
    let (mut names, mut scripts) = (Vec::new(), Vec::new());
    for table in world.tables.iter() {
        match world.inserts(table, round) {
            Ok(inserts) => {
                names.push(&table.sql);
                scripts.push(filled(table, &inserts));
            }
            Err(why) => _ = refused.insert(table.sql.clone(), why),
        }
    }
    for (name, outcome) in names.into_iter().zip(attempts(session, &scripts)?) {
        if let Err(error) = outcome {
            refused.insert(name.clone(), error.message);
        }
    }
    Ok(refused)
}

/// Returns the script that gives a table some rows and no others.
fn filled(table: &Table, inserts: &[String]) -> String {
    format!("DELETE FROM {}; {}", table.only(), inserts.join("; "))
}

fn policy(row: &Row) -> Option<Policy> {
    let condition = |at| Condition { text: row.get(at), ..Condition::default() };
    Some(Policy {
        name: row.get::<_, Option<String>>(2)?,
        permissive: row.get(3),
        command: row.get(4),
        using: condition(5),
        check: condition(6),
        roles: row.get(7),
    })
}

impl Policy {
    /// Says what was not seen of it, though there must be such rows and users.
    fn unseen(&self) -> Vec<&'static str> {
        let lets_in = |condition: &Condition| condition.lets_in || condition.is("false");
        let keeps_out = |condition: &Condition| condition.keeps_out || condition.is("true");
        let all = [&self.using, &self.check];
        let mut found = Vec::new();
        if !all.into_iter().all(lets_in) {
            found.push("no row and user were found that it lets in");
        }
        if !all.into_iter().all(keeps_out) {
            found.push("no row and user were found that it keeps out");
        }
        found
    }
}

impl Condition {
    /// Tells whether there is nothing to find out about it, since it always says the same, or is not there.
    fn is(&self, constant: &str) -> bool {
        self.text.as_deref().is_none_or(|text| text.trim_matches(['(', ')']) == constant)
    }

    /// Notes how many of two rows it lets in.
    fn note(&mut self, rows: i64) {
        self.lets_in |= rows > 0;
        self.keeps_out |= rows < 2;
    }
}

/// What is at hand when the roles ask for the rows of a table.
struct Asked<'a> {
    world: &'a World<'a>,
    roles: &'a Roles,
    round: usize,
}

/// What the policies say of the rows of a table, and what a role and user get.
#[derive(Debug, Default)]
struct Answer {
    /// How many rows the policies let be seen, updated and deleted.
    allowed: Vec<i64>,
    /// Of each row, whether they let it be inserted.
    insertable: Vec<bool>,
    /// How many rows each condition lets in, in the order of the policies; nothing where that could not be asked.
    each: Vec<i64>,
    /// How many rows were seen, updated, deleted and inserted.
    found: Vec<i64>,
}

impl Asked<'_> {
    /// Has every role and user ask for the rows of a table; tells where one gets other rows than its policies say.
    fn table(&self, session: &mut Session<'_>, of: &mut Secured<'_>) -> Result<Vec<Problem>, Error> {
        let table = of.table;
        let Some(settable) = table.settable() else {
            of.why = Some("it has no column that an update can set".to_owned());
            return Ok(Vec::new());
        };
        let inserts = match self.world.inserts(table, self.round) {
            Ok(inserts) => inserts,
            Err(why) => {
                of.why = Some(why);
                return Ok(Vec::new());
            }
        };
        let mut asking: Vec<(String, Option<usize>)> = Vec::new();
        for role in self.roles.of(&of.policies) {
            if let Some(why) = self.roles.refused.get(role) {
                of.why = Some(why.clone());
                return Ok(Vec::new());
            }
            let users = if role == NOBODY { 0 } else { USERS.len() };
            asking.extend((0..users).map(|user| (role.to_owned(), Some(user))));
            if role == NOBODY || self.round > 0 {
                asking.push((role.to_owned(), None));
            }
        }
        let tries: Vec<Try> =
            asking.iter().map(|(role, user)| self.prepare(of, (role, *user), &inserts, settable)).collect();
        let answers = tries::run(session, &tries)?;
        let mut problems = Vec::new();
        for ((role, user), answer) in asking.iter().zip(answers) {
            self.judge(of, (role, *user), answer, &mut problems);
        }
        Ok(problems)
    }

    fn prepare(
        &self,
        of: &Secured<'_>,
        (role, user): (&str, Option<usize>),
        inserts: &[String],
        settable: &str,
    ) -> Try {
        let only = of.table.only();
        let settings = self.settings(role, user);
        Try {
            fill: filled(of.table, inserts),
            rows: format!(
                "SELECT set_config('{ROWS}', (SELECT array_agg(t ORDER BY ctid)::text FROM {only} t), true)"
            ),
            empty: format!("DELETE FROM {only}"),
            asker: format!("{settings}; SET LOCAL ROLE {}", quoted(role)),
            expected: self.expected(of, role, true),
            plainly: self.expected(of, role, false),
            see: format!("SELECT count(*) FROM {only}"),
            update: format!("UPDATE {only} SET {settable} = {settable}"),
            places: format!("SELECT ctid FROM {only}"),
            delete: format!("DELETE FROM {only}"),
            inserts: inserts.to_vec(),
            without: (0..inserts.len())
                .map(|at| format!("DELETE FROM {only} WHERE ctid = (SELECT ctid FROM {only} ORDER BY ctid OFFSET {at} LIMIT 1)"))
                .collect(),
            insertable: (1..=inserts.len()).map(|at| self.insertable(of, role, at)).collect(),
        }
    }

    /// Takes an answer to what a role and user asked.
    fn judge(
        &self,
        of: &mut Secured<'_>,
        (role, user): (&str, Option<usize>),
        answer: Result<Answer, Refusal>,
        problems: &mut Vec<Problem>,
    ) {
        let who = match user {
            Some(user) => format!("`{role}` as user {}", user + 1),
            None => format!("`{role}` without a user"),
        };
        let Answer { mut allowed, insertable, each, found } = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let said = error.message;
                if error.code.as_ref() == Some(&SqlState::INVALID_OBJECT_DEFINITION) {
                    let problem = told(of, &format!("{who} gets an error instead of rows: {said}"));
                    problems.push(problem.hint(
                        "a policy that reads its own table asks itself: have a SECURITY DEFINER function look there",
                    ));
                } else if user.is_some() {
                    // Who has not signed in has not what a policy may need.
                    of.why = Some(format!("{who}: {said}"));
                }
                return;
            }
        };
        allowed.push(i64::try_from(insertable.iter().filter(|is| **is).count()).unwrap_or_default());
        for ((verb, allowed), found) in VERBS.iter().zip(&allowed).zip(&found) {
            if allowed != found {
                let why = format!("{who} {verb} {found} of 2 rows, and its policies say {allowed}");
                problems.push(told(of, &why));
            }
        }
        let mut counts = each.into_iter();
        for policy in of.policies.iter_mut().filter(|policy| self.roles.holds(policy, role)) {
            for condition in [&mut policy.using, &mut policy.check] {
                if let Some(rows) = condition.text.as_ref().and_then(|_| counts.next()) {
                    condition.note(rows);
                }
            }
        }
    }

    /// Returns the statement by which a session says who asks.
    fn settings(&self, role: &str, user: Option<usize>) -> String {
        let settings = self.world.settings(role, user, self.round);
        let set = settings
            .iter()
            .map(|(name, value)| format!("set_config({}, {}, true)", literal(name), literal(value)));
        format!("SELECT {}", set.collect::<Vec<_>>().join(", "))
    }

    /// Returns a query that says whether the policies let a role insert one of the rows.
    fn insertable(&self, of: &Secured<'_>, role: &str, at: usize) -> String {
        let held = of.policies.iter().filter(|policy| self.roles.holds(policy, role));
        let conditions: Vec<(&Policy, String, String)> = held
            .map(|policy| {
                let new = policy.check.text.as_ref().or(policy.using.text.as_ref());
                (policy, String::new(), new.map_or_else(|| "true".to_owned(), |text| format!("({text})")))
            })
            .collect();
        let rows = format!("unnest((current_setting('{ROWS}')::{}[])[{at}:{at}])", of.table.sql);
        let condition = combined(&conditions, "a", true);
        format!(
            "SELECT {} OR coalesce({condition}, false) FROM {rows} AS {}",
            free(of),
            quoted(&of.table.name)
        )
    }

    /// Returns a query that counts the rows for which the policies allow a role each command, and where it is asked for those that
    /// each condition lets in.
    fn expected(&self, of: &Secured<'_>, role: &str, each: bool) -> String {
        let held: Vec<&Policy> = of.policies.iter().filter(|policy| self.roles.holds(policy, role)).collect();
        let (mut inner, mut counts) = (Vec::new(), Vec::new());
        // Named or as they stand, the conditions of each policy.
        let conditions: Vec<(&Policy, String, String)> = held
            .into_iter()
            .enumerate()
            .map(|(at, policy)| {
                let mut named = |letter: &str, condition: &Condition| {
                    let text = condition.text.as_ref()?;
                    if !each {
                        return Some(format!("({text})"));
                    }
                    inner.push(format!("({text}) AS {letter}{at}"));
                    counts.push(format!("count(*) FILTER (WHERE {letter}{at})"));
                    Some(format!("{letter}{at}"))
                };
                let (using, check) = (named("u", &policy.using), named("c", &policy.check));
                let always = || "true".to_owned();
                (policy, using.clone().unwrap_or_else(always), check.or(using).unwrap_or_else(always))
            })
            .collect();
        let condition = |command: &str, check: bool| combined(&conditions, command, check);
        let visible = condition("r", false);
        let changed = format!("{visible} AND {} AND {}", condition("w", false), condition("w", true));
        // Who is above row security gets every row.
        let above = |condition: &str| format!("truthtable_free OR {condition}");
        let mut commands: Vec<String> = [visible, changed, condition("d", false)]
            .map(|condition| format!("count(*) FILTER (WHERE {})", above(&condition)))
            .to_vec();
        commands.push(format!("array_agg(coalesce({}, false))", above(&condition("a", true))));
        commands.extend(counts);
        let table = of.table;
        let free = free(of);
        let rows = format!("unnest(current_setting('{ROWS}')::{}[]) AS {}", table.sql, quoted(&table.name));
        let commands = commands.join(", ");
        match each {
            true => {
                inner.push(format!("{free} AS truthtable_free"));
                format!("SELECT {commands} FROM (SELECT {} FROM {rows} OFFSET 0) AS tried", inner.join(", "))
            }
            false => {
                format!("SELECT {commands} FROM {rows}, (SELECT {free} AS truthtable_free OFFSET 0) AS asked")
            }
        }
    }
}

/// Returns the condition that policies put on a command, each given with its conditions on a row as it is and as it is to be.
fn combined(conditions: &[(&Policy, String, String)], command: &str, check: bool) -> String {
    let of = |permissive: bool| {
        let held = conditions.iter().filter(move |(policy, ..)| {
            policy.permissive == permissive && (policy.command == "*" || policy.command == command)
        });
        held.map(|(_, using, new)| if check { new.as_str() } else { using.as_str() }).collect::<Vec<_>>()
    };
    let (permissive, restrictive) = (of(true), of(false));
    let any = if permissive.is_empty() { "false".to_owned() } else { permissive.join(" OR ") };
    let all = restrictive.iter().map(|text| format!(" AND {text}")).collect::<String>();
    format!("(({any}){all})")
}

/// Returns what says whether whoever asks is above the row security of a table.
fn free(of: &Secured<'_>) -> String {
    match of.is_secured {
        true => format!("NOT row_security_active({}::regclass::oid)", literal(&of.table.sql)),
        false => "false".to_owned(),
    }
}

/// The setting that holds the rows of a table, beside it and past its policies.
const ROWS: &str = "truthtable.rows";

/// What the commands do, in the order in which they are tried.
const VERBS: [&str; 4] = ["sees", "updates", "deletes", "inserts"];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
