//! How the two parts of a migration lie in one file, and how they are told apart again.

use crate::config::RollbackPolicy;

/// The line behind which everything is commented out.
pub const DOWN_MARK: &str = "-- down";

/// Joins the parts of a migration: the down part is commented out, so that a runner which executes the whole file never drops
/// anything.
pub fn join(up: &str, down: &str, policy: RollbackPolicy, reason: Option<&str>) -> String {
    let reason = reason.map(|reason| format!(" — {}", reason.replace('\n', " "))).unwrap_or_default();
    let mut text = format!("{}\n\n{DOWN_MARK}\n-- rollback: {}{reason}\n", up.trim_end(), policy.as_str());
    for line in down.trim_end().lines() {
        text.push_str(if line.is_empty() { "--" } else { "-- " });
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The parts of a migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What it does.
    pub up: String,
    /// What takes it back, without comment markers.
    pub down: String,
    /// Whether the down part may run.
    pub policy: RollbackPolicy,
}

/// Splits a file that [`join`] made; one without a down part has an empty one that may run.
pub fn split(text: &str) -> Parts {
    let mut lines = text.lines();
    let up: Vec<&str> = lines.by_ref().take_while(|line| *line != DOWN_MARK).collect();
    let mut policy = RollbackPolicy::Free;
    let mut down = Vec::new();
    for line in lines {
        let line = line.strip_prefix("-- ").or_else(|| line.strip_prefix("--")).unwrap_or(line);
        match line.strip_prefix("rollback: ").filter(|_| down.is_empty()) {
            Some(word) => policy = policy_of(word),
            None => down.push(line),
        }
    }
    Parts {
        up: up.join("\n").trim_end().to_owned() + "\n",
        down: down.join("\n").trim_end().to_owned() + "\n",
        policy,
    }
}

fn policy_of(line: &str) -> RollbackPolicy {
    let policies = [RollbackPolicy::StagingOnly, RollbackPolicy::Never];
    policies.into_iter().find(|policy| line.starts_with(policy.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_joined_is_split_again() {
        let (up, down) = ("CREATE TABLE a ();\n", "DO $$\nBEGIN\n\nEND\n$$;\n\nDROP TABLE IF EXISTS a;\n");
        for policy in [RollbackPolicy::Free, RollbackPolicy::StagingOnly, RollbackPolicy::Never] {
            let text = join(up, down, policy, Some("because\nof it"));
            let parts = split(&text);
            assert_eq!(parts, Parts { up: up.to_owned(), down: down.to_owned(), policy });
            let after = text.split_once(DOWN_MARK).unwrap().1;
            assert!(after.lines().all(|line| line.is_empty() || line.starts_with("--")), "{text}");
        }
    }
}
