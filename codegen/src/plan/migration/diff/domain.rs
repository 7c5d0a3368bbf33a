//! Domains.

use super::scope::Scope;
use crate::expr;
use crate::model::token::{Cursor, Token, mentions_name};
use crate::model::{PgIdent, PgType, QualifiedName};

/// A domain.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    /// The type under it, with its collation, as SQL.
    pub(super) base: String,
    default: Option<String>,
    not_null: bool,
    checks: Vec<Check>,
}

#[derive(Clone, Debug)]
struct Check {
    name: PgIdent,
    expression: String,
    not_valid: bool,
}

impl Check {
    fn is_same(&self, other: &Self, scope: Scope<'_>) -> bool {
        self.name == other.name
            && self.not_valid == other.not_valid
            && scope.is_same(&self.expression, &other.expression)
    }

    fn clause(&self) -> String {
        let not_valid = if self.not_valid { " NOT VALID" } else { "" };
        format!("CONSTRAINT {} CHECK ({}){not_valid}", self.name, self.expression)
    }
}

fn ends_type(token: &Token<'_>) -> bool {
    ["collate", "default", "constraint", "not", "null", "check"].iter().any(|word| token.is(word))
}

fn ends_default(token: &Token<'_>) -> bool {
    ["constraint", "not", "null", "check", "collate"].iter().any(|word| token.is(word))
}

impl Domain {
    /// Tells whether it refuses some values of the type under it.
    pub(super) fn has_rules(&self) -> bool {
        self.not_null || !self.checks.is_empty()
    }

    /// Tells whether it may refuse NULL: a check that does not speak of it lets it through.
    pub(super) fn may_refuse_null(&self) -> bool {
        self.not_null || self.checks.iter().any(|check| mentions_name(&check.expression, "null"))
    }

    /// Tells whether a column of it has a default without one of its own.
    pub(super) fn has_default(&self) -> bool {
        self.default.is_some()
    }

    /// Reads what follows `CREATE DOMAIN name`.
    pub(super) fn read(cursor: &mut Cursor<'_, '_>, name: &QualifiedName) -> Option<Self> {
        _ = cursor.eat("as");
        let base = PgType::parse(cursor.until(ends_type).rest()).to_string();
        let mut domain = Self { base, default: None, not_null: false, checks: Vec::new() };
        while !cursor.is_done() {
            let constraint = if cursor.eat("constraint") { Some(cursor.ident()?) } else { None };
            if cursor.eat("collate") {
                domain.base = format!("{} COLLATE {}", domain.base, cursor.name()?);
            } else if cursor.eat("default") {
                domain.default = Some(cursor.until(ends_default).rest().to_owned());
            } else if cursor.eat("not null") {
                domain.not_null = true;
            } else if cursor.eat("null") {
                domain.not_null = false;
            } else {
                domain.check(cursor, constraint, name)?;
            }
        }
        Some(domain)
    }

    /// Returns the names of its checks, in order.
    pub(super) fn check_names(&self) -> impl Iterator<Item = &PgIdent> {
        self.checks.iter().map(|check| &check.name)
    }

    fn check(
        &mut self,
        cursor: &mut Cursor<'_, '_>,
        given: Option<PgIdent>,
        domain: &QualifiedName,
    ) -> Option<()> {
        if !cursor.eat("check") {
            return None;
        }
        let expression = expr::unwrap(cursor.group()?.rest()).to_owned();
        let not_valid = cursor.eat("not valid");
        // PostgreSQL names them after the domain and counts up.
        let name = given.or_else(|| {
            (0_usize..)
                .map(|count| if count == 0 { String::new() } else { count.to_string() })
                .map(|count| PgIdent::new(format!("{}_check{count}", domain.name.as_str())))
                .find(|name| self.checks.iter().all(|known| known.name != *name))
        })?;
        self.checks.push(Check { name, expression, not_valid });
        Some(())
    }

    /// Takes over what `ALTER DOMAIN name` is followed by; tells whether it was understood.
    pub(super) fn alter(&mut self, cursor: &mut Cursor<'_, '_>, name: &QualifiedName) -> bool {
        if cursor.eat("set default") {
            self.default = Some(cursor.rest().to_owned());
            return true;
        }
        let known = if cursor.eat("drop default") {
            self.default = None;
            true
        } else if cursor.eat("set not null") {
            self.not_null = true;
            true
        } else if cursor.eat("drop not null") {
            self.not_null = false;
            true
        } else if cursor.eat("add") {
            let given = if cursor.eat("constraint") { cursor.ident() } else { None };
            self.check(cursor, given, name).is_some()
        } else if cursor.eat("drop constraint") {
            _ = cursor.eat("if exists");
            let gone = cursor.ident();
            self.checks.retain(|check| Some(&check.name) != gone.as_ref());
            _ = cursor.eat("cascade") || cursor.eat("restrict");
            gone.is_some()
        } else if cursor.eat("rename constraint") {
            let (from, to) = (cursor.ident(), cursor.eat("to").then(|| cursor.ident()).flatten());
            let check = self.checks.iter_mut().find(|check| Some(&check.name) == from.as_ref());
            check.zip(to).map(|(check, to)| check.name = to).is_some()
        } else if cursor.eat("validate constraint") {
            let name = cursor.ident();
            let check = self.checks.iter_mut().find(|check| Some(&check.name) == name.as_ref());
            check.map(|check| check.not_valid = false).is_some()
        } else {
            false
        };
        known && cursor.is_done()
    }

    /// Returns the expressions that it holds.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().map(|check| check.expression.as_str()).chain(self.default.as_deref())
    }

    /// Returns what makes it.
    pub(super) fn create(&self, name: &QualifiedName) -> Vec<String> {
        let mut text = format!("CREATE DOMAIN {name} AS {}", self.base);
        if let Some(default) = &self.default {
            text += &format!(" DEFAULT {default}");
        }
        if self.not_null {
            text += " NOT NULL";
        }
        for check in self.checks.iter().filter(|check| !check.not_valid) {
            text += &format!("\n    {}", check.clause());
        }
        let later = self.checks.iter().filter(|check| check.not_valid);
        let later = later.map(|check| format!("ALTER DOMAIN {name} ADD {}", check.clause()));
        std::iter::once(text).chain(later).collect()
    }

    /// Returns it without what an expression says that is lost, and the statements that take this away.
    pub(super) fn without(&self, lost: impl Fn(&str) -> bool, name: &QualifiedName) -> (Self, Vec<String>) {
        let mut rest = self.clone();
        rest.default = rest.default.filter(|default| !lost(default));
        rest.checks.retain(|check| !lost(&check.expression));
        let actions = rest.changes(self, name, Scope::unknown()).unwrap_or_default();
        (rest, actions)
    }

    /// Returns the statements that make it of another one; none where the type under it differs.
    pub(super) fn changes(&self, from: &Self, name: &QualifiedName, scope: Scope<'_>) -> Option<Vec<String>> {
        if !crate::model::token::is_same(&self.base, &from.base) {
            return None;
        }
        let mut actions = Vec::new();
        for check in &from.checks {
            if !self.checks.iter().any(|other| check.is_same(other, scope)) {
                actions.push(format!("DROP CONSTRAINT {}", check.name));
            }
        }
        let same_default = match (&from.default, &self.default) {
            (Some(from), Some(default)) => scope.is_same_default(from, default),
            (from, default) => from.is_none() && default.is_none(),
        };
        if !same_default {
            actions.push(match &self.default {
                Some(default) => format!("SET DEFAULT {default}"),
                None => "DROP DEFAULT".to_owned(),
            });
        }
        if self.not_null != from.not_null {
            actions.push(if self.not_null { "SET NOT NULL" } else { "DROP NOT NULL" }.to_owned());
        }
        for check in &self.checks {
            if !from.checks.iter().any(|other| check.is_same(other, scope)) {
                actions.push(format!("ADD {}", check.clause()));
            }
        }
        Some(actions.into_iter().map(|action| format!("ALTER DOMAIN {name} {action}")).collect())
    }
}
