//! Policies: whether two statements make the same one.

use super::scope::Scope;
use crate::model::token::{Cursor, Token, canonical, tokens};

/// What a policy says.
struct Policy {
    restrictive: bool,
    command: String,
    roles: Vec<String>,
    using: Option<String>,
    check: Option<String>,
}

/// Tells whether two policies of one name on one table are the same but for their spelling.
pub(super) fn is_same(old: &str, new: &str, scope: Scope<'_>) -> bool {
    let (Some(old), Some(new)) = (read(old), read(new)) else { return false };
    old.restrictive == new.restrictive
        && old.command == new.command
        && old.roles == new.roles
        && scope.is_same_option(old.using.as_deref(), new.using.as_deref())
        && scope.is_same_option(old.check.as_deref(), new.check.as_deref())
}

/// Tells whether a policy only takes away from what others let through.
pub(super) fn is_restrictive(text: &str) -> bool {
    read(text).is_some_and(|policy| policy.restrictive)
}

/// Tells whether a policy surely lets more through than another, which it takes the place of: for more roles or commands, or under a
/// condition that is a part of the former one, or of which that is a part.
pub(super) fn is_wider(old: &str, new: &str) -> bool {
    let (Some(old), Some(new)) = (read(old), read(new)) else { return false };
    if old.restrictive || new.restrictive {
        return old.restrictive && !new.restrictive;
    }
    let more_roles = !old.roles.is_empty()
        && (new.roles.is_empty() || new.roles.iter().any(|role| !old.roles.contains(role)));
    let more_commands = old.command != "all" && new.command == "all";
    let is_loosened = |old: &Option<String>, new: &Option<String>| match (old, new) {
        (Some(old), None) => !is_true(old),
        (Some(old), Some(new)) => {
            let (was, is) = (canonical(old), canonical(new));
            let parts = |text: &str, word: &str| operands(text, word).contains(&was);
            was != is
                && !is_true(old)
                && (is_true(new) || parts(new, "or") || operands(old, "and").contains(&is))
        }
        (None, _) => false,
    };
    more_roles
        || more_commands
        || is_loosened(&old.using, &new.using)
        || new.check.is_some() && is_loosened(&old.check, &new.check)
}

/// Tells whether a policy lets every row be read.
pub(super) fn lets_all_through(text: &str) -> bool {
    read(text).is_some_and(|policy| {
        !policy.restrictive
            && ["all", "select"].contains(&policy.command.as_str())
            && policy.using.as_deref().is_none_or(is_true)
    })
}

fn is_true(condition: &str) -> bool {
    canonical(condition).trim_matches(['(', ')', ' ']) == "true"
}

/// Returns the parts of a condition that a word joins, where nothing else joins them.
fn operands(condition: &str, word: &str) -> Vec<String> {
    let own = tokens(condition);
    let mut cursor = Cursor::new(condition, &own);
    let mut found = Vec::new();
    while !cursor.is_done() {
        let mut part = cursor.until(|token| token.is("or") || token.is("and"));
        let text = canonical(part.rest());
        found.push(match part.group().filter(|_| part.is_done()) {
            Some(inside) => canonical(inside.rest()),
            None => text,
        });
        match cursor.next() {
            Some(joint) if !joint.is(word) => return Vec::new(),
            _ => {}
        }
    }
    found
}

fn read(text: &str) -> Option<Policy> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let begins = |token: &Token<'_>| ["as", "for", "to", "using", "with"].iter().any(|word| token.is(word));
    if !cursor.eat("create policy") {
        return None;
    }
    cursor.ident()?;
    cursor.eat("on").then_some(())?;
    cursor.name()?;
    let mut policy =
        Policy { restrictive: false, command: "all".to_owned(), roles: Vec::new(), using: None, check: None };
    while !cursor.is_done() {
        if cursor.eat("as") {
            policy.restrictive = cursor.ident()?.as_str() == "restrictive";
        } else if cursor.eat("for") {
            cursor.ident()?.as_str().clone_into(&mut policy.command);
        } else if cursor.eat("to") {
            let roles = cursor.until(begins).split();
            policy.roles = roles.iter().map(|role| canonical(role.rest())).collect();
        } else if cursor.eat("using") {
            policy.using = Some(cursor.group()?.rest().to_owned());
        } else if cursor.eat("with check") {
            policy.check = Some(cursor.group()?.rest().to_owned());
        } else {
            return None;
        }
    }
    policy.roles.sort_unstable();
    // Everybody is meant where nobody is named.
    if policy.roles == ["public "] {
        policy.roles.clear();
    }
    Some(policy)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    fn is_same(old: &str, new: &str) -> bool {
        super::is_same(old, new, Scope::unknown())
    }

    #[test]
    fn spelling_is_no_difference() {
        let written = "create policy p on t for all to public using (a = 1) with check (b > 0)";
        assert!(is_same(written, "CREATE POLICY p ON public.t USING ((a = 1)) WITH CHECK ((b > 0))"));
        assert!(!is_same(written, "CREATE POLICY p ON public.t USING ((a = 2)) WITH CHECK ((b > 0))"));
        assert!(!is_same(written, "CREATE POLICY p ON t FOR UPDATE USING (a = 1) WITH CHECK (b > 0)"));
        assert!(!is_same("create policy p on t to a using (x)", "create policy p on t to b using (x)"));
    }
}
