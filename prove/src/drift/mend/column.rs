//! Columns: as they are made, and altered where they are.

use super::{Cx, MOVES_ROWS, Phase, columns};
use crate::catalog::{Facts, Kind, Object};

/// Why the comment on a `NOT NULL` is left.
pub(super) const UNNAMED: &str =
    "the name of its constraint is not compared, and the comment is made by that name";

impl Cx<'_> {
    /// Alters one attribute of a column.
    pub(super) fn column(
        &mut self,
        object: &Object,
        attribute: &str,
        want: Option<&str>,
        have: Option<&str>,
    ) -> Result<(), &'static str> {
        let parent = object.parent.as_deref().unwrap_or_default();
        let is_set =
            matches!(attribute, "default" | "storage" | "compression" | "statistics target" | "options");
        if self.is_view(parent) && !is_set {
            // That follows from the definition.
            return Ok(());
        }
        let kind = self.kind_of_relation(parent);
        let alter = format!("ALTER {kind} {parent} ALTER COLUMN {}", object.name);
        let change = match (attribute, want) {
            ("not null" | "not null is validated" | "not null is inherited", _) => {
                return self.not_null(object, attribute);
            }
            ("comment of not null", _) => {
                return Err(UNNAMED);
            }
            ("default", Some(default)) => format!("SET DEFAULT {default}"),
            ("default", None) => "DROP DEFAULT".to_owned(),
            ("identity", Some(kind)) if have.is_some() => format!("SET GENERATED {}", kind.to_uppercase()),
            ("identity", Some(kind)) => {
                let options = self.identity_options(object);
                format!("ADD GENERATED {} AS IDENTITY{options}", kind.to_uppercase())
            }
            ("identity", None) => "DROP IDENTITY".to_owned(),
            ("generated", None) => "DROP EXPRESSION".to_owned(),
            ("generated", Some(generated)) => return self.computed(object, generated, have),
            ("storage", Some(letter)) => match storage(letter) {
                Some(word) => format!("SET STORAGE {word}"),
                None => return Err("it is a storage that is not known here"),
            },
            ("storage", None) => {
                match self.live.objects.get(object).and_then(|facts| facts.get("type")).map(String::as_str) {
                    Some(ty) if ty.contains('.') => {
                        return Err(
                            "its type's own storage is not known here; from version 16 on it is `DEFAULT`",
                        );
                    }
                    Some(ty) if ty.starts_with("numeric") || matches!(ty, "inet" | "cidr") => {
                        "SET STORAGE MAIN".to_owned()
                    }
                    _ => "SET STORAGE EXTENDED".to_owned(),
                }
            }
            ("compression", letter) => {
                format!("SET COMPRESSION {}", letter.map_or("default", compression))
            }
            ("statistics target", target) => format!("SET STATISTICS {}", target.unwrap_or("-1")),
            ("options", _) => {
                self.options(&alter, want.unwrap_or_default(), have.unwrap_or_default());
                return Ok(());
            }
            ("position", _) => {
                return Err("the order of columns is that of their making; it takes a new table");
            }
            _ => return Err(MOVES_ROWS),
        };
        self.push(Phase::Change, format!("{alter} {change}"));
        Ok(())
    }

    /// Alters what a column says of NULL.
    fn not_null(&mut self, object: &Object, attribute: &str) -> Result<(), &'static str> {
        let parent = object.parent.as_deref().unwrap_or_default();
        let alter = format!("ALTER {} {parent}", self.kind_of_relation(parent));
        let (wanted, found) = (self.document.objects.get(object), self.live.objects.get(object));
        let (Some(wanted), Some(found)) = (wanted, found) else { return Ok(()) };
        let [wants, has] = [wanted, found].map(|facts| facts.contains_key("not null"));
        let drop = format!("{alter} ALTER COLUMN {} DROP NOT NULL", object.name);
        match (attribute, wants, has) {
            ("not null", true, _) => self.push(Phase::Change, refuse_null(&object.name, &alter, wanted)),
            ("not null", false, _) => self.push(Phase::Change, drop),
            // That goes or comes with it.
            (_, false, _) | (_, _, false) => {}
            ("not null is validated", ..) if is_unproved(wanted) => {
                return Err("rows that are there keep to it already");
            }
            ("not null is validated", ..) => {
                self.push(Phase::Change, format!("{alter} ALTER COLUMN {} SET NOT NULL", object.name));
            }
            _ => {
                self.push(Phase::Change, drop);
                self.push(Phase::Change, refuse_null(&object.name, &alter, wanted));
            }
        }
        Ok(())
    }

    /// Drops a column and adds it as the document has it, with what goes with it.
    fn add_again(&mut self, object: &Object) {
        let Some(parent) = object.parent.clone() else { return };
        let (document, live) = (self.document, self.live);
        self.free(&parent, &object.name);
        self.push_warned(
            Phase::Change,
            format!("ALTER TABLE {parent} DROP COLUMN {}", object.name),
            "Loses the values in it, and rewrites the table while nobody else may read it.",
        );
        self.make(object);
        if let Some(facts) = document.objects.get(object).filter(|facts| facts.contains_key("comment")) {
            self.comment(object, facts);
        }
        let goes_with = |(other, facts): &(&Object, &Facts)| {
            matches!(other.kind, Kind::Index | Kind::Constraint)
                && other.parent.as_ref() == Some(&parent)
                && live.objects.contains_key(*other)
                && facts.get("definition").is_some_and(|text| text.contains(object.name.as_str()))
        };
        let along: Vec<&Object> = document.objects.iter().filter(goes_with).map(|(other, _)| other).collect();
        along.into_iter().for_each(|other| self.make(other));
        if columns(document, &parent).last() != Some(&object.name) {
            let table = Object { kind: Kind::Table, parent: None, name: parent };
            self.leave(format!("{table}: the order of columns"), "an added column is the last");
        }
    }

    /// Has a column computed by another expression.
    fn computed(&mut self, object: &Object, wanted: &str, found: Option<&str>) -> Result<(), &'static str> {
        let parent = object.parent.as_deref().unwrap_or_default();
        let (kind, expression) = wanted.split_once(": ").unwrap_or(("stored", wanted));
        let is_checked = |(other, facts): (&Object, &Facts)| {
            other.kind == Kind::Constraint
                && other.parent.as_deref() == Some(parent)
                && facts.get("definition").is_some_and(|text| text.starts_with("CHECK"))
        };
        let is_same_kind = found.is_some_and(|found| found.starts_with(kind));
        let is_virtual = kind == "virtual";
        if self.version < 17 || !is_same_kind || is_virtual && self.live.objects.iter().any(is_checked) {
            self.add_again(object);
            return Ok(());
        }
        let sql =
            format!("ALTER TABLE {parent} ALTER COLUMN {} SET EXPRESSION AS ({expression})", object.name);
        if is_virtual {
            self.push(Phase::Change, sql);
        } else {
            self.push_warned(Phase::Change, sql, "Rewrites the table while nobody else may read it.");
        }
        Ok(())
    }
}

/// Returns a column as `CREATE TABLE` says it.
pub(super) fn column(name: &str, facts: &Facts) -> String {
    let get = |name: &str| facts.get(name).map(String::as_str);
    let mut sql = format!("{name} {}", get("type").unwrap_or_default());
    if let Some(compression) = get("compression") {
        sql.push_str(&format!(" COMPRESSION {}", self::compression(compression)));
    }
    if let Some(collation) = get("collation") {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(generated) = get("generated") {
        let (kind, expression) = generated.split_once(": ").unwrap_or(("stored", generated));
        sql.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {}", kind.to_uppercase()));
    }
    if let Some(identity) = get("identity") {
        sql.push_str(&format!(" GENERATED {} AS IDENTITY", identity.to_uppercase()));
    } else if let Some(default) = get("default") {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if get("not null").is_some() && !is_said_apart(facts) {
        sql.push_str(" NOT NULL");
    }
    sql
}

/// Tells whether a column's `NOT NULL` needs a statement of its own: it leaves rows that are there, or heirs, out.
pub(super) fn is_said_apart(facts: &Facts) -> bool {
    is_unproved(facts) || is_kept_from_heirs(facts)
}

fn is_unproved(facts: &Facts) -> bool {
    facts.contains_key("not null is validated")
}

fn is_kept_from_heirs(facts: &Facts) -> bool {
    facts.contains_key("not null is inherited")
}

/// Returns what has a column refuse NULL, behind `ALTER TABLE …`.
pub(super) fn refuse_null(name: &str, alter: &str, wanted: &Facts) -> String {
    if !is_said_apart(wanted) {
        return format!("{alter} ALTER COLUMN {name} SET NOT NULL");
    }
    let heirs = if is_kept_from_heirs(wanted) { " NO INHERIT" } else { "" };
    let rows = if is_unproved(wanted) { " NOT VALID" } else { "" };
    format!("{alter} ADD NOT NULL {name}{heirs}{rows}")
}

/// Returns the word for a storage that the catalogue tells by a letter.
pub(super) fn storage(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "p" => "PLAIN",
        "e" => "EXTERNAL",
        "m" => "MAIN",
        "x" => "EXTENDED",
        _ => return None,
    })
}

/// Returns the word for a compression that the catalogue tells by a letter.
fn compression(letter: &str) -> &'static str {
    if letter == "l" { "lz4" } else { "pglz" }
}
