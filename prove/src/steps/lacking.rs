//! Extensions that a server lacks: what is said of them, and what their lack may have caused.

use std::collections::BTreeSet;

use truthtable::emit::sql::stand_in;

use super::listed;
use crate::report::{Problem, Verdict};

/// PostgreSQL's codes for what the lack of an extension leads to: no such type or operator class, function, table, schema.
const LACKING: &[&str] = &["42704", "42883", "42P01", "3F000"];

/// What a message speaks of where it is about something of an extension; of others nothing is known.
const BROUGHT: &[(&str, &[&str])] = &[
    ("moddatetime", &["moddatetime"]),
    ("pg_cron", &["cron"]),
    ("pg_net", &["net."]),
    ("pgcrypto", &["armor", "crypt", "digest", "gen_", "hmac", "pgp_"]),
    ("pgmq", &["pgmq"]),
    ("pgsodium", &["pgsodium"]),
    ("uuid-ossp", &["uuid_"]),
];

/// Tells whether an extension may bring what a message says is not there.
fn may_bring(extension: &str, message: &str) -> bool {
    let known = BROUGHT.iter().find(|(name, _)| *name == extension);
    known.is_none_or(|(_, marks)| marks.iter().any(|mark| message.contains(mark)))
}

/// Returns those of the extensions that a server lacks for whose lack a problem may have come about.
pub(super) fn to_blame(absent: &BTreeSet<String>, problem: &Problem) -> BTreeSet<String> {
    let lacking = problem.sqlstate.as_deref().is_some_and(|code| LACKING.contains(&code));
    absent.iter().filter(|name| lacking && may_bring(name, &problem.message)).cloned().collect()
}

/// Tells which of the extensions that are wanted a server has.
pub(super) fn extensions_there(wanted: &BTreeSet<String>, absent: &BTreeSet<String>) -> (String, Verdict) {
    let title = format!("the server has every extension: {}", listed(wanted));
    if absent.is_empty() {
        return (title, Verdict::Proved);
    }
    let (stood_in, skipped) =
        absent.iter().cloned().partition::<BTreeSet<_>, _>(|name| stand_in::is_there(name));
    let mut reason = format!("it lacks {}", listed(absent));
    if !skipped.is_empty() {
        reason.push_str(&format!("; what is said of {} was skipped", listed(&skipped)));
    }
    if !stood_in.is_empty() {
        reason.push_str(&format!("; functions stood in for those of {}", listed(&stood_in)));
    }
    (title, Verdict::unproved(reason))
}
