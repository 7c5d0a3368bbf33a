//! How statements call objects, and what is said of any object: comments and privileges.

use std::collections::{BTreeMap, BTreeSet};

use super::make::quoted;
use super::{Cx, Phase, others};
use crate::catalog::{Facts, GIVEN_UP, Kind, OWNER, Object};

/// Returns the word for a routine of a form.
pub(super) fn routine(form: &str) -> &'static str {
    match form {
        "procedure" => "PROCEDURE",
        "aggregate" => "AGGREGATE",
        _ => "FUNCTION",
    }
}

/// Returns the privileges that objects have where nobody says anything of default privileges.
pub(super) fn by_default(object: &Object) -> &'static str {
    match object.name.rsplit_once(" on ") {
        Some((_, "functions")) => "EXECUTE to public",
        Some((_, "types")) => "USAGE to public",
        _ => "",
    }
}

/// Returns a text as a literal.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Returns the options of one list that the other has not, or has otherwise: `fillfactor=70`.
fn beyond(all: &str, other: &str) -> Vec<String> {
    let other: BTreeSet<&str> = other.split(", ").collect();
    all.split(", ").filter(|one| !one.is_empty() && !other.contains(one)).map(str::to_owned).collect()
}

impl Cx<'_> {
    /// Returns how `COMMENT ON` and `GRANT ON` call an object.
    pub(super) fn called(&self, object: &Object, facts: &Facts) -> String {
        let name = &object.name;
        let form = facts.get("form").map(String::as_str).unwrap_or_default();
        let parent = object.parent.as_deref().unwrap_or_default();
        match object.kind {
            Kind::Extension => format!("EXTENSION {name}"),
            Kind::Schema => format!("SCHEMA {name}"),
            Kind::Type if form == "domain" => format!("DOMAIN {name}"),
            Kind::Type => format!("TYPE {name}"),
            Kind::Sequence => format!("SEQUENCE {name}"),
            Kind::Table if form == "foreign" => format!("FOREIGN TABLE {name}"),
            Kind::Table => format!("TABLE {name}"),
            Kind::Column => format!("COLUMN {parent}.{name}"),
            Kind::Constraint => {
                let domain = if self.holder(parent) == "DOMAIN" { "DOMAIN " } else { "" };
                format!("CONSTRAINT {name} ON {domain}{parent}")
            }
            Kind::Index => format!("INDEX {name}"),
            Kind::View if form == "materialized" => format!("MATERIALIZED VIEW {name}"),
            Kind::View => format!("VIEW {name}"),
            Kind::Function => format!("{} {name}", routine(form)),
            Kind::Trigger | Kind::Rule | Kind::Policy => {
                format!("{} {name} ON {parent}", object.kind.noun().to_uppercase())
            }
            Kind::Other => others::called(name),
            Kind::DefaultPrivileges => name.clone(),
        }
    }

    pub(super) fn comment(&mut self, object: &Object, facts: &Facts) {
        // `pg_dump` says of a public schema without a comment that it is empty.
        let none = if object.kind == Kind::Schema && object.name == "public" { "''" } else { "NULL" };
        let text = facts.get("comment").map_or_else(|| none.to_owned(), |text| literal(text));
        self.push(Phase::Words, format!("COMMENT ON {} IS {text}", self.called(object, facts)));
    }

    /// Gives an object to its owner, where one is named.
    pub(super) fn own(&mut self, object: &Object, facts: &Facts) {
        match facts.get(OWNER) {
            Some(owner) => {
                let called = match object.kind {
                    Kind::Function => format!("ROUTINE {}", object.name),
                    _ => self.called(object, facts),
                };
                self.push(Phase::Words, format!("ALTER {called} OWNER TO {owner}"));
            }
            None => self.leave(
                format!("{object}: {OWNER}"),
                "the document names no owner: it is whoever runs the migrations",
            ),
        }
    }

    /// Gives an owner back what the document leaves it, and takes what it does not; both are lists as the catalogue tells them.
    pub(super) fn give_up(&mut self, object: &Object, facts: &Facts, wanted: &str, found: &str) {
        let name = literal(&object.name);
        let owner = match object.kind {
            Kind::Table | Kind::View | Kind::Sequence => {
                format!("relowner FROM pg_class WHERE oid = {name}::regclass")
            }
            Kind::Schema => format!("nspowner FROM pg_namespace WHERE oid = {name}::regnamespace"),
            Kind::Type => format!("typowner FROM pg_type WHERE oid = {name}::regtype"),
            _ => {
                return self.leave(
                    format!("{object}: {GIVEN_UP}"),
                    "the catalogue does not name the owner of whom to revoke them",
                );
            }
        };
        let on = self.grantable(object, facts);
        for (verb, word, list) in
            [("REVOKE", "FROM", beyond(wanted, found)), ("GRANT", "TO", beyond(found, wanted))]
        {
            if !list.is_empty() {
                let statement =
                    literal(&format!("{verb} {} ON {} {word} %s", list.join(", "), on.replace('%', "%%")));
                self.push(
                    Phase::Words,
                    format!(
                        "DO $$ BEGIN\n    EXECUTE format({statement}, (SELECT quote_ident(pg_get_userbyid(o.owner)) \
                         FROM (SELECT {owner}) AS o(owner)));\nEND $$"
                    ),
                );
            }
        }
    }

    /// Returns how grants call an object.
    fn grantable(&self, object: &Object, facts: &Facts) -> String {
        match (object.kind, &object.parent) {
            (Kind::Column, Some(parent)) => format!("TABLE {parent}"),
            (Kind::Table | Kind::View, _) => format!("TABLE {}", object.name),
            (Kind::Function, _) => format!("ROUTINE {}", object.name),
            (Kind::Other, _) if object.name.starts_with("server ") => format!("FOREIGN {}", object.name),
            (Kind::Other, _) if object.name.starts_with("foreign-data ") => {
                object.name.replacen("foreign-data wrapper", "FOREIGN DATA WRAPPER", 1)
            }
            _ => self.called(object, facts),
        }
    }

    /// Grants what is wanted and revokes what is there beyond it; both are lists as the catalogue tells them.
    pub(super) fn privileges(&mut self, object: &Object, facts: &Facts, wanted: &str, found: &str) {
        let column = (object.kind == Kind::Column).then_some(object.name.as_str());
        let on = self.grantable(object, facts);
        for (verb, word, list) in
            [("REVOKE", "FROM", beyond(found, wanted)), ("GRANT", "TO", beyond(wanted, found))]
        {
            for one in list {
                let (bare, option) = match one.strip_suffix(" with grant option") {
                    Some(bare) => (bare, if verb == "GRANT" { " WITH GRANT OPTION" } else { "" }),
                    None => (one.as_str(), ""),
                };
                let Some((privilege, who)) = bare.split_once(" to ") else { continue };
                let who = if who == "public" { "PUBLIC" } else { who };
                let privilege =
                    column.map_or_else(|| privilege.to_owned(), |name| format!("{privilege} ({name})"));
                self.push(Phase::Words, format!("{verb} {privilege} ON {on} {word} {who}{option}"));
            }
        }
    }

    /// Changes default privileges: `of ann on tables in public`.
    pub(super) fn default_privileges(&mut self, object: &Object, wanted: &str, found: &str) {
        let rest = object.name.strip_prefix("of ").unwrap_or(&object.name);
        let Some((role, rest)) = rest.rsplit_once(" on ") else { return };
        let (kind, schema) = match rest.split_once(" in ") {
            Some((kind, schema)) => (kind, format!(" IN SCHEMA {schema}")),
            None => (rest, String::new()),
        };
        for (verb, word, list) in
            [("REVOKE", "FROM", beyond(found, wanted)), ("GRANT", "TO", beyond(wanted, found))]
        {
            for one in list {
                let (bare, option) = match one.strip_suffix(" with grant option") {
                    Some(bare) if verb == "GRANT" => (bare, " WITH GRANT OPTION"),
                    bare => (bare.unwrap_or(&one), ""),
                };
                let Some((privilege, who)) = bare.split_once(" to ") else { continue };
                let who = if who == "public" { "PUBLIC" } else { who };
                self.push(
                    Phase::Words,
                    format!(
                        "ALTER DEFAULT PRIVILEGES FOR ROLE {role}{schema} {verb} {privilege} ON {} {word} {who}{option}",
                        kind.to_uppercase()
                    ),
                );
            }
        }
    }

    /// Gives the owner of default privileges back what it took from itself.
    pub(super) fn give_back(&mut self, object: &Object, privileges: &str) {
        let rest = object.name.strip_prefix("of ").unwrap_or(&object.name);
        let Some((role, kind)) = rest.rsplit_once(" on ").filter(|_| !privileges.is_empty()) else { return };
        let kind = kind.to_uppercase();
        let sql = format!("ALTER DEFAULT PRIVILEGES FOR ROLE {role} GRANT {privileges} ON {kind} TO {role}");
        self.push(Phase::Words, sql);
    }

    /// Adds, sets and drops the options of something foreign: `path=/x, format=csv`. What may be a secret is in no catalogue that is
    /// compared, and stays as it is.
    pub(super) fn foreign_options(
        &mut self,
        alter: &str,
        wanted: &str,
        found: &str,
    ) -> Result<(), &'static str> {
        let options = |list: &str| {
            let all = list.split(", ").filter_map(|one| one.split_once('='));
            all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>()
        };
        let (want, have) = (options(wanted), options(found));
        let is_secret = |(_, value): (&String, &String)| value == "***";
        let differs = |from: &BTreeMap<String, String>, to: &BTreeMap<String, String>| {
            from.iter().any(|(name, value)| is_secret((name, value)) && to.get(name) != Some(value))
        };
        // A value with a comma in it does not come apart as it was put together.
        let is_whole = |list: &str, options: &BTreeMap<String, String>| {
            list.is_empty() || list.split(", ").count() == options.len()
        };
        if differs(&want, &have)
            || differs(&have, &want)
            || !is_whole(wanted, &want)
            || !is_whole(found, &have)
        {
            return Err("an option that may be a secret, or is not told apart, is not written");
        }
        let mut changes = Vec::new();
        for (name, value) in &want {
            let verb = match have.get(name) {
                Some(known) if known == value => continue,
                Some(_) => "SET",
                None => "ADD",
            };
            changes.push(format!("{verb} {} {}", quoted(name), literal(value)));
        }
        changes.extend(
            have.keys().filter(|name| !want.contains_key(*name)).map(|name| format!("DROP {}", quoted(name))),
        );
        self.push(Phase::Change, format!("{alter} OPTIONS ({})", changes.join(", ")));
        Ok(())
    }

    /// Sets and resets options: `fillfactor=70, autovacuum_enabled=off`.
    pub(super) fn options(&mut self, alter: &str, wanted: &str, found: &str) {
        let set = beyond(wanted, found);
        if !set.is_empty() {
            let set: Vec<String> = set
                .iter()
                .map(|one| match one.split_once('=') {
                    Some((name, value)) => format!("{name} = {}", literal(value)),
                    None => one.clone(),
                })
                .collect();
            self.push(Phase::Change, format!("{alter} SET ({})", set.join(", ")));
        }
        let names = |list: &str| {
            let all = list.split(", ").filter(|one| !one.is_empty());
            all.map(|one| one.split_once('=').map_or(one, |(name, _)| name).to_owned())
                .collect::<BTreeSet<_>>()
        };
        let gone: Vec<String> = names(found).difference(&names(wanted)).cloned().collect();
        if !gone.is_empty() {
            self.push(Phase::Change, format!("{alter} RESET ({})", gone.join(", ")));
        }
    }
}
