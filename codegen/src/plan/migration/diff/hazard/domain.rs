//! What the rules of domains cost the tables that have columns of them.

use std::collections::BTreeSet;

use super::super::Step;
use super::super::domain::Domain;
use super::super::object::{Body, Key, Kind};
use super::super::side::Side;
use super::{Hazard, Risk, find, mentions};
use crate::model::types::type_name;
use crate::model::{PgType, QualifiedName};

/// Returns the domains that a type is made of, the outermost first.
pub(super) fn of<'a>(ty: &PgType, side: &'a Side) -> Vec<&'a Domain> {
    let mut found: Vec<&Domain> = Vec::new();
    let mut ty = ty.clone();
    // A domain is not made of itself, but what cannot be made must not keep us here.
    for _ in 0..16 {
        let name = match &ty {
            PgType::Defined(name) | PgType::Enum(name) => name.clone(),
            PgType::Unknown(text) => type_name(text),
            _ => break,
        };
        let Some(Body::Domain(domain)) = find(Kind::Domain, &name, side) else { break };
        ty = PgType::parse(&domain.base).stored();
        found.push(domain);
    }
    found
}

/// Tells whether a domain is given a rule that PostgreSQL holds the rows against that are there.
pub(super) fn is_checked(step: &Step) -> bool {
    step.key.kind == Kind::Domain
        && (mentions(step, " SET NOT NULL")
            || mentions(step, " VALIDATE ")
            || mentions(step, " ADD CONSTRAINT ") && !mentions(step, " NOT VALID"))
}

/// Returns what a further rule of a domain costs.
pub(super) fn checked(step: &Step, old: &Side) -> Vec<Hazard> {
    let tables = holders(&step.key, old);
    if !is_checked(step) {
        return Vec::new();
    }
    // Tables that are not in the schema may have such columns as well.
    let mut hazards = vec![Hazard::new(
        Risk::MayFail,
        format!("it fails where a row holds a value that `{}` refuses", step.key.name.plain()),
        None,
    )];
    if let Some(first) = tables.first() {
        let more = match tables.len() {
            1 => String::new(),
            count => format!(" and of {} more", count - 1),
        };
        hazards.push(Hazard::new(
            Risk::Scan,
            format!("every row of `{}`{more} is read while nobody can write to it", first.plain()),
            Some("add the rule NOT VALID, so that it holds for new values, and validate it when few write"),
        ));
    }
    hazards
}

/// Returns the tables that have a column whose values a type is part of.
pub(super) fn holders(type_: &Key, side: &Side) -> Vec<QualifiedName> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut open: Vec<usize> = side.find(type_).into_iter().collect();
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        for (user, _) in side.dependents(at) {
            let user_of = side.object(*user);
            match user_of.key.kind {
                Kind::Column => _ = found.insert(user_of.key.name.clone()),
                Kind::Domain | Kind::Composite | Kind::Type => open.push(*user),
                _ => {}
            }
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::told;

    #[test]
    fn a_further_rule_is_held_against_every_row() {
        let change = |rules: &str, table: &str| {
            told(
                &format!("CREATE DOMAIN d AS int; {table}"),
                &format!("CREATE DOMAIN d AS int {rules}; {table}"),
            )
        };
        insta::assert_snapshot!(change("CHECK (VALUE > 0)", "CREATE TABLE t (x d);"), @"
        may-fail: it fails where a row holds a value that `d` refuses
        scan: every row of `t` is read while nobody can write to it
        ");
        insta::assert_snapshot!(change("NOT NULL", "CREATE DOMAIN e AS d; CREATE TABLE t (x e); CREATE TABLE u (x d);"), @"
        may-fail: it fails where a row holds a value that `d` refuses
        scan: every row of `t` and of 1 more is read while nobody can write to it
        ");
        // No table that is known is read, and nothing is refused that a default changes.
        insta::assert_snapshot!(change("CHECK (VALUE > 0)", "CREATE TABLE t (x int);"), @"may-fail: it fails where a row holds a value that `d` refuses");
        assert_eq!(change("DEFAULT 3", "CREATE TABLE t (x d);"), "");
    }

    #[test]
    fn a_new_column_of_a_domain() {
        let added = |domain: &str, column: &str| {
            let old = format!("CREATE DOMAIN d AS {domain}; CREATE TABLE t (x int);");
            told(&old, &format!("CREATE DOMAIN d AS {domain}; CREATE TABLE t (x int, y {column});"))
        };
        insta::assert_snapshot!(added("int CHECK (VALUE > 0)", "d"), @"rewrite: `t` is written anew: its rows are held against the rules of the column's type");
        insta::assert_snapshot!(added("int NOT NULL", "d"), @"
        may-fail: it fails where `t` has rows: the type of `y` takes no NULL
        rewrite: `t` is written anew: its rows are held against the rules of the column's type
        ");
        assert!(!added("int NOT NULL", "d DEFAULT 3").contains("may-fail"));
        assert!(!added("int DEFAULT 3 NOT NULL", "d").contains("may-fail"));
        assert_eq!(added("int", "d"), "");
    }
}
