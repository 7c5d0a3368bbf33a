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
