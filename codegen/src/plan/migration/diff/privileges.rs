//! Privileges of one role on one thing, and what makes others of them.

use super::object::{Key, Kind};
use crate::model::token::{Cursor, canonical};
use crate::model::{PgIdent, QualifiedName};

/// What one role may do with one thing, or what is taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Privileges {
    /// `ALTER DEFAULT PRIVILEGES` with whose and where; empty for what is there.
    pub(super) head: String,
    /// They are taken, not given.
    pub(super) takes: bool,
    /// Nothing but the right to pass them on is taken.
    pub(super) of_option: bool,
    /// In the order in which they are said, each with whether it may be passed on.
    pub(super) list: Vec<(String, bool)>,
    /// What they are on, as SQL: `TABLE t`.
    pub(super) on: String,
    /// The only column that they are on.
    pub(super) column: Option<PgIdent>,
    /// The role, as SQL.
    pub(super) whom: String,
    /// What they are on, in the one spelling.
    pub(super) spelt: String,
    /// What they are on by its name; of all of a kind in a schema, the schema.
    pub(super) thing: Option<QualifiedName>,
    /// Everybody has them unless somebody takes them away, and nobody does.
    pub(super) by_default: bool,
}

/// Every privilege that there is for a thing.
const ALL: &str = "ALL";

impl Privileges {
    /// Returns the name of these privileges.
    pub(super) fn key(&self) -> String {
        if self.of_option { self.key_of_option() } else { self.key_of(self.takes) }
    }

    /// Returns the name of the same role's privileges on the same thing, given or taken.
    pub(super) fn key_of(&self, takes: bool) -> String {
        let column = self.column.as_ref().map_or(String::new(), |column| format!(".{column}"));
        let way = if takes { "from" } else { "to" };
        let whom = canonical(&self.whom);
        let key = format!("on {}{column} {way} {}", self.spelt, whom.trim_end());
        if self.head.is_empty() { key } else { format!("{} {key}", canonical(&self.head).trim_end()) }
    }

    /// Returns the name of the same role's rights to pass privileges on the same thing on, taken.
    pub(super) fn key_of_option(&self) -> String {
        format!("option {}", self.key_of(true))
    }

    /// Takes the right to pass privileges on from those that were given before; of all but some it is left to say.
    pub(super) fn undo_option(&mut self, before: &mut Self) {
        let is_all = |list: &[(String, bool)]| list.iter().any(|(word, _)| word == ALL);
        if is_all(&before.list) && !is_all(&self.list) {
            return;
        }
        let is_meant = |word: &str| is_all(&self.list) || self.list.iter().any(|(known, _)| known == word);
        for (_, passes_on) in before.list.iter_mut().filter(|(word, _)| is_meant(word)) {
            *passes_on = false;
        }
        self.list.clear();
    }

    /// Forgets that the right to pass on is taken of what is given with it again.
    pub(super) fn pass_on_again(&mut self, given: &Self) {
        self.list.retain(|(word, _)| {
            !given.list.iter().any(|(known, passes_on)| *passes_on && (known == word || known == ALL))
        });
    }

    /// Takes them from what was said the other way before, and what was said from them; nothing is left of what only undoes it.
    pub(super) fn undo(&mut self, before: &mut Self) {
        let is_all = |list: &[(String, bool)]| list.iter().any(|(word, _)| word == ALL);
        let is_everybody = self.everybody_has_some();
        if is_all(&self.list) || is_all(&before.list) {
            // What is left of all but some has no name; everybody has what nobody gave him.
            if is_all(&self.list) && (self.takes || is_all(&before.list)) {
                // What is given back had been there before anybody said so.
                self.by_default |= !self.takes && is_all(&before.list);
                before.list.clear();
                if !is_everybody && self.takes {
                    self.list.clear();
                }
            }
            return;
        }
        self.by_default |= !self.takes
            && !before.list.is_empty()
            && self.list.iter().all(|(word, _)| before.list.iter().any(|(known, _)| known == word));
        let said = std::mem::take(&mut self.list);
        for (word, passes_on) in said {
            let place = before.list.iter().position(|(known, _)| *known == word);
            if let Some(place) = place {
                before.list.remove(place);
            }
            if place.is_none() || is_everybody || !self.takes {
                self.list.push((word, passes_on));
            }
        }
    }

    /// Tells whether they are those of everybody on a thing with which everybody may do something that nobody gave him.
    fn everybody_has_some(&self) -> bool {
        const CLOSED: [&str; 6] = ["table", "sequence", "schema", "all tables", "all sequences", "foreign"];
        let is_open =
            self.spelt == "schema public" || !CLOSED.iter().any(|kind| self.spelt.starts_with(kind));
        self.whom.eq_ignore_ascii_case("public") && is_open
    }

    /// Returns the statements that say them.
    pub(super) fn said(&self) -> Vec<String> {
        self.say(self.takes, &self.list)
    }

    /// Returns the statement that takes them back, if one has to.
    pub(super) fn undone(&self) -> String {
        if self.by_default {
            return String::new();
        }
        self.say(!self.takes, &self.plain()).join("; ")
    }

    /// Returns what is taken back: of a right to pass privileges on, they are given with it again.
    fn plain(&self) -> Vec<(String, bool)> {
        self.list.iter().map(|(word, _)| (word.clone(), self.of_option)).collect()
    }

    /// Adds what another statement says of the same role and thing.
    pub(super) fn merge(&mut self, other: Self) {
        for (word, passes_on) in other.list {
            match self.list.iter_mut().find(|(known, _)| *known == word) {
                Some((_, known)) => *known |= passes_on,
                None => self.list.push((word, passes_on)),
            }
        }
        // Who may do all may do each.
        if let Some((_, all)) = self.list.iter().find(|(word, _)| word == ALL).cloned() {
            self.list.retain(|(word, passes_on)| word == ALL || *passes_on && !all);
        }
    }

    /// Returns them with each by its name, of a kind of things that has the same ones in every version of PostgreSQL.
    fn one_by_one(&self) -> Self {
        const ALL_OF: [(&str, &[&str]); 9] = [
            ("sequence ", &["USAGE", "SELECT", "UPDATE"]),
            ("schema ", &["USAGE", "CREATE"]),
            ("type ", &["USAGE"]),
            ("language ", &["USAGE"]),
            ("foreign data wrapper ", &["USAGE"]),
            ("foreign server ", &["USAGE"]),
            ("function ", &["EXECUTE"]),
            ("procedure ", &["EXECUTE"]),
            ("routine ", &["EXECUTE"]),
        ];
        let all = ALL_OF.iter().find(|(kind, _)| self.spelt.starts_with(kind));
        let Some((_, words)) = all.filter(|_| self.column.is_none()) else { return self.clone() };
        let each = |(word, on): &(String, bool)| match word.as_str() {
            ALL => words.iter().map(|word| ((*word).to_owned(), *on)).collect(),
            _ => vec![(word.clone(), *on)],
        };
        Self { list: self.list.iter().flat_map(each).collect(), ..self.clone() }
    }

    /// Returns the statements that make them of former ones.
    pub(super) fn changes(&self, old: &Self) -> Vec<String> {
        self.one_by_one().changed(&old.one_by_one())
    }

    fn changed(&self, old: &Self) -> Vec<String> {
        let has =
            |list: &[(String, bool)], word: &str| list.iter().any(|(known, _)| known == word || known == ALL);
        let starts_anew = has(&old.list, ALL) && !has(&self.list, ALL);
        let mut statements = Vec::new();
        let gone: Vec<(String, bool)> = old
            .list
            .iter()
            .filter(|(word, _)| !has(&self.list, word))
            .map(|(word, _)| (word.clone(), self.of_option))
            .collect();
        statements.extend(self.say(!self.takes, &gone));
        let passes_on = |list: &[(String, bool)], word: &str| {
            list.iter().any(|(known, on)| *on && (known == word || known == ALL))
        };
        let kept =
            old.list.iter().filter(|(word, on)| *on && has(&self.list, word) && !passes_on(&self.list, word));
        let kept: Vec<&str> = kept.map(|(word, _)| word.as_str()).collect();
        if !kept.is_empty() {
            let words = self.words(&kept);
            statements.push(format!(
                "{}REVOKE GRANT OPTION FOR {words} ON {} FROM {}",
                self.before(),
                self.on,
                self.whom
            ));
        }
        let comes = |(word, on): &&(String, bool)| {
            starts_anew || !has(&old.list, word) || *on && !passes_on(&old.list, word)
        };
        let come: Vec<(String, bool)> = self.list.iter().filter(comes).cloned().collect();
        statements.extend(self.say(self.takes, &come));
        statements
    }

    /// Tells whether they are on all of a kind in a schema, and an object is one of these.
    pub(super) fn reach(&self, key: &Key) -> bool {
        let is_one = match self.on.strip_prefix("ALL ").and_then(|rest| rest.split(' ').next()) {
            Some("TABLES") => {
                matches!(key.kind, Kind::Table | Kind::View | Kind::MaterializedView)
                    || key.kind == Kind::Other && key.part == "foreign table"
            }
            // A table brings those of its columns.
            Some("SEQUENCES") => matches!(key.kind, Kind::Sequence | Kind::Table | Kind::Column),
            Some("FUNCTIONS" | "PROCEDURES" | "ROUTINES") => key.kind == Kind::Routine,
            _ => false,
        };
        is_one && self.reach_schema(&key.name)
    }

    /// Tells whether they are on all of a kind in the schema of a name.
    pub(super) fn reach_schema(&self, name: &QualifiedName) -> bool {
        let schema = name.schema.as_ref().map_or("public", PgIdent::as_str);
        self.on.starts_with("ALL ") && self.thing.as_ref().is_some_and(|of| of.name.as_str() == schema)
    }

    fn before(&self) -> String {
        if self.head.is_empty() { String::new() } else { format!("{} ", self.head) }
    }

    fn say(&self, takes: bool, list: &[(String, bool)]) -> Vec<String> {
        let of = |passes_on: bool| -> Vec<&str> {
            list.iter().filter(|(_, on)| *on == passes_on).map(|(word, _)| word.as_str()).collect()
        };
        let (verb, way) = match takes {
            true if self.of_option => ("REVOKE GRANT OPTION FOR", "FROM"),
            true => ("REVOKE", "FROM"),
            false => ("GRANT", "TO"),
        };
        [(of(false), ""), (of(true), " WITH GRANT OPTION")]
            .into_iter()
            .filter(|(list, _)| !list.is_empty())
            .map(|(list, end)| {
                format!(
                    "{}{verb} {} ON {} {way} {}{end}",
                    self.before(),
                    self.words(&list),
                    self.on,
                    self.whom
                )
            })
            .collect()
    }

    fn words(&self, list: &[&str]) -> String {
        let column = self.column.as_ref().map_or(String::new(), |column| format!(" ({column})"));
        list.iter().map(|word| format!("{word}{column}")).collect::<Vec<_>>().join(", ")
    }
}

/// Reads a list of privileges, each with the columns that it is on; none where it says something else too.
pub(super) fn listed(list: Cursor<'_, '_>) -> Option<Vec<(String, Vec<PgIdent>)>> {
    let read = |mut part: Cursor<'_, '_>| {
        let word = part.until(|token| token.is("(")).rest().to_uppercase();
        let word = if word == "ALL PRIVILEGES" { ALL.to_owned() } else { word };
        let columns = match part.group() {
            Some(columns) => columns.split().iter_mut().map(Cursor::ident).collect::<Option<Vec<_>>>()?,
            None => Vec::new(),
        };
        (part.is_done() && !word.is_empty()).then_some((word, columns))
    };
    list.split().into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &[(&str, bool)]) -> Privileges {
        Privileges {
            head: String::new(),
            takes: false,
            of_option: false,
            list: list.iter().map(|(word, on)| ((*word).to_owned(), *on)).collect(),
            on: "t".to_owned(),
            column: None,
            whom: "a".to_owned(),
            spelt: "table t".to_owned(),
            thing: None,
            by_default: false,
        }
    }

    #[test]
    fn only_what_differs_is_said() {
        let change = |old: &[(&str, bool)], new: &[(&str, bool)]| of(new).changes(&of(old)).join("; ");
        assert_eq!(change(&[("SELECT", false)], &[("SELECT", false)]), "");
        assert_eq!(
            change(&[("SELECT", false), ("INSERT", false)], &[("UPDATE", false), ("SELECT", false)]),
            "REVOKE INSERT ON t FROM a; GRANT UPDATE ON t TO a"
        );
        assert_eq!(
            change(&[("ALL", false)], &[("SELECT", false)]),
            "REVOKE ALL ON t FROM a; GRANT SELECT ON t TO a"
        );
        assert_eq!(change(&[("SELECT", false)], &[("ALL", false)]), "GRANT ALL ON t TO a");
        assert_eq!(
            change(&[("SELECT", true)], &[("SELECT", false)]),
            "REVOKE GRANT OPTION FOR SELECT ON t FROM a"
        );
        assert_eq!(
            change(&[("SELECT", false)], &[("SELECT", true)]),
            "GRANT SELECT ON t TO a WITH GRANT OPTION"
        );
        assert_eq!(change(&[("SELECT", true)], &[("ALL", true)]), "GRANT ALL ON t TO a WITH GRANT OPTION");
    }

    #[test]
    fn what_is_taken_back_is_as_if_it_had_not_been_given() {
        let left = |given: &[(&str, bool)], taken: &[(&str, bool)]| {
            let (mut given, mut taken) = (of(given), Privileges { takes: true, ..of(taken) });
            taken.undo(&mut given);
            given.said().into_iter().chain(taken.said()).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(left(&[("SELECT", false)], &[("SELECT", false)]), "");
        assert_eq!(left(&[("SELECT", false)], &[("ALL", false)]), "");
        assert_eq!(
            left(&[("SELECT", false), ("INSERT", false)], &[("SELECT", false)]),
            "GRANT INSERT ON t TO a"
        );
        assert_eq!(
            left(&[("ALL", false)], &[("SELECT", false)]),
            "GRANT ALL ON t TO a; REVOKE SELECT ON t FROM a"
        );
    }

    #[test]
    fn the_right_to_pass_on_is_taken() {
        let left = |given: &[(&str, bool)], taken: &[(&str, bool)]| {
            let (mut given, mut taken) =
                (of(given), Privileges { takes: true, of_option: true, ..of(taken) });
            taken.undo_option(&mut given);
            given.said().into_iter().chain(taken.said()).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            left(&[("SELECT", true), ("INSERT", true)], &[("SELECT", false)]),
            "GRANT SELECT ON t TO a; GRANT INSERT ON t TO a WITH GRANT OPTION"
        );
        assert_eq!(left(&[("SELECT", true)], &[("ALL", false)]), "GRANT SELECT ON t TO a");
        assert_eq!(left(&[("ALL", true)], &[("ALL", false)]), "GRANT ALL ON t TO a");
        assert_eq!(
            left(&[("ALL", true)], &[("SELECT", false)]),
            "GRANT ALL ON t TO a WITH GRANT OPTION; REVOKE GRANT OPTION FOR SELECT ON t FROM a"
        );
        let taken = Privileges { takes: true, of_option: true, ..of(&[("SELECT", false)]) };
        assert_eq!(taken.undone(), "GRANT SELECT ON t TO a WITH GRANT OPTION");
        let more = Privileges { takes: true, of_option: true, ..of(&[("INSERT", false)]) };
        assert_eq!(
            more.changes(&taken).join("; "),
            "GRANT SELECT ON t TO a WITH GRANT OPTION; REVOKE GRANT OPTION FOR INSERT ON t FROM a"
        );
    }

    #[test]
    fn statements_add_up() {
        let mut all = of(&[("SELECT", false)]);
        all.merge(of(&[("INSERT", true), ("SELECT", false)]));
        assert_eq!(all, of(&[("SELECT", false), ("INSERT", true)]));
        all.merge(of(&[("ALL", true)]));
        assert_eq!(all, of(&[("ALL", true)]));
        assert_eq!(all.undone(), "REVOKE ALL ON t FROM a");
    }
}
