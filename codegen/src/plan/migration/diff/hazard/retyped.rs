//! What a change of a column's type costs the table that it is in.

use super::super::Step;
use super::super::object::{Body, ColumnBody, Key, Kind, Object};
use super::super::retype::{self, Cost};
use super::super::side::Side;
use super::{Hazard, Risk, domain, find, mentions, waits};
use crate::model::PgType;
use crate::plan::migration::statement::ConstraintBody;

/// Returns what a column costs that gets another type.
pub(super) fn cost(step: &Step, (was, old): (&ColumnBody, &Side), (is, new): (&ColumnBody, &Side)) -> Hazard {
    let table = step.key.name.plain();
    let rewrite = || {
        Hazard::new(
            Risk::Rewrite,
            format!("`{table}` and its indexes are written anew while nobody can use it"),
            Some("add a column of the new type, fill it in batches, and swap the two"),
        )
    };
    // Values of a domain with rules of its own are looked at one by one.
    let (Some(before), Some(after)) = (base(was.ty(), old, false), base(is.ty(), new, true)) else {
        return rewrite();
    };
    let by_text = mentions(step, "::text::") && !matches!(before.builtin_name(), Some("text" | "varchar"));
    let is_domain = before != *was.ty() || after != *is.ty();
    let is_anew = was.ty() == is.ty() && mentions(step, " USING ");
    let found = match before == after && is_domain {
        _ if by_text || is_anew && !is_domain => Cost::Rewrite,
        true => Cost::Free,
        false => retype::cost(&before, &after),
    };
    match found {
        Cost::Rewrite => rewrite(),
        Cost::Indexes if has_index(&step.key, new, |_| true) => Hazard::new(
            Risk::Scan,
            format!("every row of `{table}` is read to build indexes anew while nobody can use it"),
            Some("drop the indexes first, and create them concurrently behind it"),
        ),
        Cost::Indexes | Cost::Free => waits(&table, None),
    }
}

/// Returns the type under a domain; none where a domain has rules and these matter.
fn base(ty: &PgType, side: &Side, with_rules: bool) -> Option<PgType> {
    let under = domain::of(ty, side);
    if with_rules && under.iter().any(|domain| domain.has_rules()) {
        return None;
    }
    let last = under.last();
    Some(last.map_or_else(|| ty.clone(), |domain| PgType::parse(&domain.base).stored()))
}

/// Returns how many characters the longest label of an enumerated type has.
pub(super) fn longest_label(ty: &PgType, side: &Side) -> Option<i32> {
    let (PgType::Enum(name) | PgType::Defined(name)) = ty else { return None };
    let Some(Body::Enum(labels)) = find(Kind::Enum, name, side) else { return None };
    let longest = labels.iter().map(|label| label.chars().count()).max()?;
    i32::try_from(longest).ok()
}

/// Tells whether a column is in an index of some kind, also in that of a key.
pub(super) fn has_index(column: &Key, side: &Side, is_meant: impl Fn(&Object) -> bool) -> bool {
    let Some(at) = side.find(column) else { return false };
    side.dependents(at).iter().map(|(user, _)| side.object(*user)).any(|user| {
        let has_one = match &user.body {
            Body::Index(_) => true,
            Body::Constraint(it) => {
                !matches!(it.body, ConstraintBody::Check { .. } | ConstraintBody::ForeignKey { .. })
            }
            _ => false,
        };
        has_one && is_meant(user)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::told;

    fn change(before: &str, from: &str, to: &str) -> String {
        told(&format!("{before} CREATE TABLE t (x {from});"), &format!("{before} CREATE TABLE t (x {to});"))
    }

    #[test]
    fn domains_are_seen_through() {
        let text = "CREATE DOMAIN d AS text;";
        let lock = "lock: it waits for every query of `t`, and whoever comes waits for it\n";
        assert_eq!(change(text, "d", "text"), lock);
        assert!(change(text, "text", "d").contains(lock));
        assert!(change("CREATE DOMAIN d AS text CHECK (VALUE <> '');", "text", "d").contains("rewrite"));
        assert!(change("CREATE DOMAIN d AS int;", "d", "bigint").contains("rewrite"));
    }

    #[test]
    fn indexes_alone_are_built_anew() {
        insta::assert_snapshot!(change("", "varchar(9) UNIQUE", "bpchar UNIQUE"), @"scan: every row of `t` is read to build indexes anew while nobody can use it");
        insta::assert_snapshot!(change("", "varchar(9)", "bpchar"), @"lock: it waits for every query of `t`, and whoever comes waits for it");
        insta::assert_snapshot!(change("", "text PRIMARY KEY", r#"text COLLATE "C" PRIMARY KEY"#), @"scan: every row of `t` is read to build indexes anew while nobody can use it");
    }

    #[test]
    fn what_loses_something_may_be_the_same_then() {
        assert!(
            change("", "timestamp UNIQUE", "date UNIQUE")
                .contains("may-fail: it fails where two rows of `t` have the same key then")
        );
        assert!(!change("", "timestamp", "date").contains("may-fail"));
        assert!(!change("", "integer UNIQUE", "bigint UNIQUE").contains("may-fail"));
        assert!(change("CREATE EXTENSION citext;", "text UNIQUE", "citext UNIQUE").contains("may-fail"));
    }

    #[test]
    fn labels_have_their_length() {
        let mood = "CREATE TYPE mood AS ENUM ('sad', 'merry');";
        assert!(!change(mood, "mood", "varchar(5)").contains("may-fail"));
        assert!(change(mood, "mood", "varchar(4)").contains("is longer than the new type holds"));
    }
}
