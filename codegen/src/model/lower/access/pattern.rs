//! The patterns for policies that a document shows, and what each of them tests.

use crate::source::decl::{Decl, PatternDecl};
use crate::source::sql::policy::{self, Policy};

/// What the policy patterns of the documents test.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct PolicyPatterns {
    /// The column that says whose a row is, and what it is compared with: `user_id`, `auth.uid()`.
    pub(in super::super) own: Option<(String, String)>,
    /// A test of the reader's role: its text, and the role's name in it.
    pub(in super::super) role: Option<(String, String)>,
    /// A flag, and the test of it: `published`, `published = true`.
    pub(in super::super) flag: Option<(String, String)>,
    /// The roles that the pattern for own rows holds for; empty for all.
    pub(super) roles: Vec<String>,
}

impl PolicyPatterns {
    /// Finds the patterns among the declarations.
    pub(in super::super) fn of(decls: &[Decl]) -> Self {
        let mut patterns = Self::default();
        for decl in decls {
            let Decl::Pattern(PatternDecl { decls, .. }) = decl else { continue };
            for decl in decls {
                let Decl::Verbatim(data) = decl else { continue };
                let Some(policy) = policy::read(&data.text) else { continue };
                patterns.add(&policy);
            }
        }
        patterns
    }

    fn add(&mut self, policy: &Policy) {
        let Some(test) = policy.using.as_ref().or(policy.check.as_ref()) else { return };
        let exists = exists(test);
        if let Some((found, role)) = exists.as_ref().and_then(|found| Some((found.clone(), role_in(found)?)))
        {
            self.role.get_or_insert((found, role));
        }
        let rest = exists.map_or_else(|| test.clone(), |found| test.replace(&found, ""));
        let rest = rest.trim().trim_end_matches(" OR").trim_end_matches(" or").trim();
        let Some((left, right)) = rest.split_once('=') else {
            if is_name(rest) {
                self.flag.get_or_insert((rest.to_owned(), rest.to_owned()));
            }
            return;
        };
        let (left, right) = (left.trim(), right.trim());
        let (column, value) = if is_name(left) { (left, right) } else { (right, left) };
        if !is_name(column) {
            return;
        }
        if value.eq_ignore_ascii_case("true") {
            self.flag.get_or_insert((column.to_owned(), format!("{column} = true")));
        } else if value.contains('(') || value.eq_ignore_ascii_case("current_user") {
            if self.own.is_none() {
                self.roles.clone_from(&policy.roles);
            }
            self.own.get_or_insert((column.to_owned(), value.to_owned()));
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Returns the `EXISTS (…)` of a condition.
fn exists(text: &str) -> Option<String> {
    let start = text.to_ascii_lowercase().find("exists")?;
    let open = start + text.get(start..)?.find('(')?;
    let mut depth = 0_usize;
    for (at, c) in text.get(open..)?.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return text.get(start..=open + at).map(str::to_owned);
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the role that a test compares with: the text behind `role =`, or the only one of `role IN ('…')`.
fn role_in(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find("role")?;
    let rest = text.get(at..)?;
    let open = rest.find('\'')?;
    let between: String = rest.get("role".len()..open)?.split_whitespace().collect();
    let behind = rest.get(open + 1..)?;
    let (role, behind) = behind.split_once('\'')?;
    // Another role in the place of one of several would test for less than the pattern does.
    let alone = between.eq_ignore_ascii_case("in(") && behind.trim_start().starts_with(')');
    (between == "=" || alone).then(|| role.to_owned())
}

#[cfg(test)]
mod tests {
    use super::role_in;

    #[test]
    fn a_test_of_one_role_is_a_pattern() {
        for test in ["p.role = 'admin'", "p.role in ('admin')", "role IN ( 'admin' )"] {
            assert_eq!(role_in(test).as_deref(), Some("admin"), "{test}");
        }
        for test in ["role in ('admin', 'owner')", "role <> 'admin'", "role not in ('admin')"] {
            assert_eq!(role_in(test), None, "{test}");
        }
    }
}
