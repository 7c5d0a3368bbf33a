//! What a line of prose rules about migrations: `rollback: never — why`, `acknowledge: data-loss of users.nick — why`.

mod loose;

use crate::config::RollbackPolicy;
use crate::diag::did_you_mean;
pub(in crate::source) use loose::tell as tell_loose;

/// What one line says.
pub(crate) enum Ruling<'a> {
    /// Whether what it stands beside may be rolled back, and why.
    Rollback(RollbackPolicy, Option<&'a str>),
    /// A hazard that somebody has looked at, by its name, where it does not stand beside it the object, and why it is taken.
    Acknowledge(&'static str, Option<&'a str>, &'a str),
}

/// The hazards by the names that a plan gives them.
pub(crate) const RISKS: [&str; 8] =
    ["data-loss", "may-fail", "rewrite", "scan", "transaction", "lock", "breaks-clients", "exposure"];

/// Reads a line of prose.
pub(crate) fn ruling(line: &str) -> Option<Ruling<'_>> {
    let (word, rest) = parted(line)?;
    let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let (first, rest) = rest.split_at_checked(end)?;
    let first = first.trim_matches('`').trim_end_matches('.');
    if word.eq_ignore_ascii_case("rollback") {
        let policies = [RollbackPolicy::Free, RollbackPolicy::StagingOnly, RollbackPolicy::Never];
        let policy = policies.into_iter().find(|policy| policy.as_str().eq_ignore_ascii_case(first))?;
        let reason = behind_dash(rest);
        return (reason.is_some() || rest.trim().is_empty()).then_some(Ruling::Rollback(policy, reason));
    }
    if word.eq_ignore_ascii_case("acknowledge") {
        let risk = RISKS.into_iter().find(|risk| risk.eq_ignore_ascii_case(first))?;
        if let Some(reason) = behind_dash(rest) {
            return Some(Ruling::Acknowledge(risk, None, reason));
        }
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("of ").or_else(|| rest.strip_prefix("at ")).unwrap_or(rest).trim_start();
        let (at, rest) = rest.split_once(char::is_whitespace)?;
        return Some(Ruling::Acknowledge(risk, Some(at.trim_matches('`')), behind_dash(rest)?));
    }
    None
}

/// Tells whether a line of prose is meant to rule about migrations, be it understood or not.
pub(crate) fn is_meant(line: &str) -> bool {
    let Some((word, rest)) = parted(line) else { return false };
    // `Rollback: DROP TABLE users;` and the like say how, and not whether.
    let is_policy = || {
        let first = rest.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        ["free", "staging", "never"].iter().any(|policy| first.starts_with(policy))
            || !did_you_mean(&first, ["free", "staging-only", "never"]).is_empty()
    };
    word.eq_ignore_ascii_case("acknowledge") || (word.eq_ignore_ascii_case("rollback") && is_policy())
}

/// Splits a line, which may be an item of a list, at its colon; the word before that may be set in bold.
fn parted(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let line = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).unwrap_or(line);
    let (word, rest) = line.split_once(':')?;
    let marks = ['*', '_', '`'];
    Some((word.trim().trim_matches(marks), rest.trim_start_matches(marks).trim()))
}

/// Tells whether one of the lines of a text is.
pub(crate) fn speaks(text: &str) -> bool {
    text.lines().any(is_meant)
}

/// Returns what stands behind a dash at the beginning of a text.
fn behind_dash(text: &str) -> Option<&str> {
    let text = text.trim();
    let rest = ["—", "–", "--", "-"].iter().find_map(|dash| text.strip_prefix(dash))?.trim();
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_and_not_understood_is_known() {
        for line in [
            "rollback: staging only — x",
            "- rollback: nevr",
            "Rollback: never in production",
            "acknowledge: it",
        ] {
            assert!(is_meant(line) && ruling(line).is_none(), "{line}");
        }
        for line in ["Rollback: see the runbook", "rollback: DROP TABLE t;", "rollback:", "a: never", "never"]
        {
            assert!(!is_meant(line), "{line}");
        }
    }

    #[test]
    fn lines_that_speak_of_migrations() {
        let told = |line: &str| match ruling(line) {
            Some(Ruling::Rollback(policy, reason)) => {
                format!("{}, {}", policy.as_str(), reason.unwrap_or("no reason"))
            }
            Some(Ruling::Acknowledge(risk, at, reason)) => {
                format!("{risk} at {}, {reason}", at.unwrap_or("this"))
            }
            None => "prose".to_owned(),
        };
        let lines = [
            "rollback: never — money has been booked",
            "Rollback: `staging-only`",
            "rollback: free.",
            "- **Rollback:** staging-only — tests",
            "rollback: staging only",
            "Rollback: never in production",
            "Rollback: see the runbook",
            "acknowledge: data-loss of users.nick — nobody reads it",
            "acknowledge: rewrite - the table is small",
            "acknowledge: scan `orders` -- at night",
            "acknowledge: data-loss of users.nick",
            "Acknowledge: receipt — of mail",
        ];
        let lines = lines.map(|line| format!("{line}: {}", told(line)));
        insta::assert_snapshot!(lines.join("\n"), @"
        rollback: never — money has been booked: never, money has been booked
        Rollback: `staging-only`: staging-only, no reason
        rollback: free.: free, no reason
        - **Rollback:** staging-only — tests: staging-only, tests
        rollback: staging only: prose
        Rollback: never in production: prose
        Rollback: see the runbook: prose
        acknowledge: data-loss of users.nick — nobody reads it: data-loss at users.nick, nobody reads it
        acknowledge: rewrite - the table is small: rewrite at this, the table is small
        acknowledge: scan `orders` -- at night: scan at orders, at night
        acknowledge: data-loss of users.nick: prose
        Acknowledge: receipt — of mail: prose
        ");
    }
}
