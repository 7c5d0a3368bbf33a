//! Types that both sides have, altered where they are.

use super::make::quoted;
use super::{Cx, Phase};
use crate::catalog::{Facts, Kind, Object};
use crate::drift::names;

/// Why an enumeration is not made anew.
const HELD: &str = "it takes a new type, and more is of the old one than columns and what can be made anew with them; a value \
                    that only has another name takes `ALTER TYPE … RENAME VALUE`";

impl Cx<'_> {
    /// Alters an attribute of a type.
    pub(super) fn a_type(
        &mut self,
        object: &Object,
        attribute: &str,
        wanted: &Facts,
        want: Option<&str>,
        have: Option<&str>,
    ) -> Result<(), &'static str> {
        let name = &object.name;
        match (attribute, want) {
            ("labels", Some(want)) => {
                let (want, have) = (labels(want), labels(have.unwrap_or_default()));
                if !is_within(&have, &want) {
                    return self.enumerate_anew(object, &want);
                }
                let mut before: Option<&String> = None;
                for label in &want {
                    if !have.contains(label) {
                        let place = before.map_or_else(
                            || have.first().map(|first| format!(" BEFORE {first}")).unwrap_or_default(),
                            |before| format!(" AFTER {before}"),
                        );
                        self.push(Phase::Types, format!("ALTER TYPE {name} ADD VALUE {label}{place}"));
                    }
                    before = Some(label);
                }
            }
            ("default", Some(default)) => {
                self.push(Phase::Change, format!("ALTER DOMAIN {name} SET DEFAULT {default}"))
            }
            ("default", None) => self.push(Phase::Change, format!("ALTER DOMAIN {name} DROP DEFAULT")),
            ("not null", Some(_)) => self.push(Phase::Change, format!("ALTER DOMAIN {name} SET NOT NULL")),
            ("not null", None) => self.push(Phase::Change, format!("ALTER DOMAIN {name} DROP NOT NULL")),
            ("comments of fields", comments) => {
                let kept: Vec<&str> =
                    comments.unwrap_or_default().lines().filter_map(|line| line.split(": ").next()).collect();
                let fields = have.unwrap_or_default().lines().filter_map(|line| line.split(": ").next());
                for field in fields.filter(|field| !kept.contains(field)) {
                    self.push(Phase::Words, format!("COMMENT ON COLUMN {name}.{field} IS NULL"));
                }
                self.field_comments(
                    name,
                    wanted.get("comments of fields").map(String::as_str).unwrap_or_default(),
                );
            }
            ("fields", Some(want)) => return self.fields(name, want, have.unwrap_or_default()),
            _ => return Err("it takes a new type"),
        }
        Ok(())
    }

    /// Makes an enumeration anew, since PostgreSQL takes no value out of one and moves none, and has its columns be of the new one.
    fn enumerate_anew(&mut self, object: &Object, labels: &[String]) -> Result<(), &'static str> {
        let (name, live) = (&object.name, self.live);
        let array = format!("{name}[]");
        let is_of = |facts: &Facts| facts.get("type").is_some_and(|ty| ty == name || *ty == array);
        let (mut columns, mut held) = (Vec::new(), Vec::new());
        for (other, facts) in live.objects.iter().filter(|(other, _)| *other != object) {
            let is_column = other.kind == Kind::Column && is_of(facts);
            let is_table = other.parent.as_deref().is_some_and(|parent| !self.is_view(parent));
            let names_it = |(attribute, value): (&String, &String)| {
                !(is_column && (attribute == "type" || attribute == "default"))
                    && value.contains(name.as_str())
            };
            if (is_table || !is_column) && facts.iter().any(names_it) {
                let is_remade = matches!(
                    other.kind,
                    Kind::Constraint | Kind::Index | Kind::View | Kind::Policy | Kind::Trigger | Kind::Rule
                );
                if !is_remade || !self.document.objects.contains_key(other) {
                    return Err(HELD);
                }
                // What is of a parent's goes and comes with it.
                if !facts.contains_key("inherited") && !facts.contains_key("part of") {
                    held.push(other);
                }
            }
            if is_column && is_table {
                columns.push((other, facts));
            }
        }
        held.into_iter().for_each(|other| self.replace(other));
        let (schema, bare) = names::split(name);
        let before = format!("{bare}_before");
        let old = format!("{}.{}", quoted(&schema), quoted(&before));
        self.push(Phase::Types, format!("ALTER TYPE {name} RENAME TO {}", quoted(&before)));
        self.push(Phase::Types, format!("CREATE TYPE {name} AS ENUM ({})", labels.join(", ")));
        for (column, facts) in columns {
            let table = column.parent.as_deref().unwrap_or_default();
            self.free(table, &column.name);
            let alter = format!("ALTER TABLE {table} ALTER COLUMN {}", column.name);
            if facts.contains_key("default") {
                self.push(Phase::Change, format!("{alter} DROP DEFAULT"));
            }
            let ty = facts.get("type").map(String::as_str).unwrap_or_default();
            let text = if ty.ends_with("[]") { "text[]" } else { "text" };
            self.push_warned(
                Phase::Change,
                format!("{alter} TYPE {ty} USING {}::{text}::{ty}", column.name),
                // Whether a value that is gone and one that is new are one is not guessed.
                "Rewrites the table while nobody else may read it; fails where a value is none of the new ones. One that only \
                 has another name keeps its rows by `ALTER TYPE … RENAME VALUE` instead.",
            );
            let default = self.document.objects.get(column).and_then(|facts| facts.get("default"));
            if let Some(default) = default {
                self.push(Phase::Change, format!("{alter} SET DEFAULT {default}"));
            }
        }
        self.push(Phase::Words, format!("DROP TYPE {old}"));
        if let Some(facts) = self.document.objects.get(object) {
            if facts.contains_key("comment") {
                self.comment(object, facts);
            }
            if let Some(wanted) = facts.get("privileges") {
                self.privileges(object, facts, wanted, "USAGE to public");
            }
        }
        Ok(())
    }

    /// Adds, drops and retypes the fields of a composite type, where that leaves them in the order that is wanted.
    fn fields(&mut self, name: &str, want: &str, have: &str) -> Result<(), &'static str> {
        let (want, have) = (fields(want), fields(have));
        let find = |fields: &[(String, String)], name: &str| {
            fields.iter().find(|(field, _)| field == name).map(|(_, ty)| ty.clone())
        };
        let kept = have.iter().filter(|(field, _)| find(&want, field).is_some());
        let added = want.iter().filter(|(field, _)| find(&have, field).is_none());
        if !kept.chain(added).map(|(field, _)| field).eq(want.iter().map(|(field, _)| field)) {
            return Err("its fields would stand in another order; it takes a new type");
        }
        let alter = format!("ALTER TYPE {name}");
        for (field, _) in have.iter().filter(|(field, _)| find(&want, field).is_none()) {
            self.push_warned(
                Phase::Change,
                format!("{alter} DROP ATTRIBUTE {field}"),
                "Loses the values in it.",
            );
        }
        for (field, ty) in &want {
            match find(&have, field) {
                None => self.push(Phase::Change, format!("{alter} ADD ATTRIBUTE {field} {ty}")),
                Some(found) if found != *ty => {
                    self.push_warned(
                        Phase::Change,
                        format!("{alter} ALTER ATTRIBUTE {field} TYPE {ty}"),
                        "Fails where a column is of the type.",
                    );
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Cuts a list of fields apart: name, and what follows it.
fn fields(list: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut depth) = (0, false, 0_usize);
    for (at, c) in list.char_indices().chain([(list.len(), ',')]) {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                let field = list.get(start..at).unwrap_or_default().trim();
                let end = match field.strip_prefix('"') {
                    Some(rest) => rest.find("\" ").map(|end| end + 2),
                    None => field.find(' '),
                };
                if let Some((name, ty)) = end.and_then(|end| field.split_at_checked(end)) {
                    found.push((name.to_owned(), ty.trim().to_owned()));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// Cuts a list of quoted labels apart; they keep their quotes.
fn labels(list: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = list;
    while let Some(start) = rest.find('\'') {
        let tail = rest.get(start + 1..).unwrap_or_default();
        let mut end = 0;
        // A quote inside stands twice.
        while let Some(at) = tail.get(end..).and_then(|tail| tail.find('\'')) {
            end += at + 1;
            if !tail.get(end..).is_some_and(|after| after.starts_with('\'')) {
                break;
            }
            end += 1;
        }
        found.push(format!("'{}", tail.get(..end).unwrap_or_default()));
        rest = tail.get(end..).unwrap_or_default();
    }
    found
}

/// Tells whether the second list is the first with more in between.
fn is_within(few: &[String], many: &[String]) -> bool {
    let mut rest = many.iter();
    few.iter().all(|one| rest.any(|other| other == one))
}

#[cfg(test)]
mod tests {
    use super::{fields, is_within, labels};

    #[test]
    fn labels_come_apart() {
        assert_eq!(labels("'sad', 'it''s, ok', 'x'''"), ["'sad'", "'it''s, ok'", "'x'''"]);
        assert_eq!(labels(""), Vec::<String>::new());
        let list = |text| labels(text);
        assert!(is_within(&list("'a', 'c'"), &list("'a', 'b', 'c'")));
        assert!(!is_within(&list("'c', 'a'"), &list("'a', 'b', 'c'")));
    }

    #[test]
    fn fields_come_apart() {
        let told =
            |list| fields(list).into_iter().map(|(name, ty)| format!("{name}|{ty}")).collect::<Vec<_>>();
        assert_eq!(
            told("a numeric(10,2), \"b, \"\"c\" text COLLATE \"C\""),
            ["a|numeric(10,2)", "\"b, \"\"c\"|text COLLATE \"C\""]
        );
    }
}
