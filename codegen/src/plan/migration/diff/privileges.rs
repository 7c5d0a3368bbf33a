//! Privileges of one role on one thing, and what makes others of them.

use super::object::{Key, Kind};
use crate::model::privilege::only;
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
    /// What the role may do without them: by what PostgreSQL gives of itself, as the owner, by default privileges that stand before
    /// the thing, by what was given before. `ALL` is everything.
    pub(super) held: Vec<String>,
}

/// Every privilege that there is for a thing.
pub(super) const ALL: &str = "ALL";

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
        if self.is_all(&before.list) && !self.is_all(&self.list) {
            if before.list.iter().any(|(_, passes_on)| *passes_on) {
                self.held = vec![ALL.to_owned()];
            }
            return;
        }
        let is_all = self.is_all(&self.list);
        let is_meant = |word: &str| is_all || self.list.iter().any(|(known, _)| known == word);
        for (_, passes_on) in before.list.iter_mut().filter(|(word, _)| is_meant(word)) {
            *passes_on = false;
        }
        self.list.clear();
    }

    /// Tells whether a list says every privilege that there is for the thing.
    pub(super) fn is_all(&self, list: &[(String, bool)]) -> bool {
        let only = self.only();
        list.iter().any(|(word, _)| word == ALL || Some(word.as_str()) == only)
    }

    /// Returns the only privilege that there is for the thing.
    fn only(&self) -> Option<&'static str> {
        only(&self.spelt)
    }

    /// Tells whether the role may do something without what is said here.
    fn holds(&self, word: &str) -> bool {
        // `TEMP` is the short word for it.
        let is_same = |held: &str| held == word || held == ALL || held == "TEMPORARY" && word == "TEMP";
        self.held.iter().any(|held| is_same(held))
    }

    /// Returns what of a list the role may do without what is said here.
    fn held_of(&self, list: &[(String, bool)]) -> Vec<(String, bool)> {
        let of = |word: &String| (word.clone(), self.of_option);
        if self.is_all(list) && !self.of_option && !self.holds(ALL) {
            return self.held.iter().map(of).collect();
        }
        list.iter().filter(|(word, _)| self.holds(word)).map(|(word, _)| of(word)).collect()
    }

    /// Tells whether it says something of what another, of the same role, says the other way.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.is_all(&self.list) && !other.list.is_empty()
            || self.is_all(&other.list) && !self.list.is_empty()
            || self.list.iter().any(|(word, _)| other.list.iter().any(|(known, _)| known == word))
    }

    /// Notes that another has given something before: it can be taken.
    pub(super) fn hold_what_was_given(&mut self, given: &Self) {
        for (word, _) in &given.list {
            if !self.held.contains(word) {
                self.held.push(word.clone());
            }
        }
    }

    /// Notes that another has taken something before: it is not there but for what is said here.
    pub(super) fn hold_not_what_was_taken(&mut self, taken: &Self) {
        if taken.is_all(&taken.list) {
            self.held.clear();
        } else {
            self.held.retain(|held| !taken.list.iter().any(|(word, _)| word == held));
        }
    }

    /// Forgets that the right to pass on is taken of what is given with it again.
    pub(super) fn pass_on_again(&mut self, given: &Self) {
        self.list.retain(|(word, _)| {
            !given.list.iter().any(|(known, passes_on)| *passes_on && (known == word || known == ALL))
        });
    }

    /// Takes them from what was said the other way before, and what was said from them; nothing is left of what only undoes it.
    pub(super) fn undo(&mut self, before: &mut Self) {
        if self.is_all(&self.list) {
            // What takes where nothing is left to take is said for its own sake.
            if self.takes && self.held.is_empty() && !before.list.is_empty() {
                self.list.clear();
            }
            before.list.clear();
            return;
        }
        // What is left of all but some has no name.
        if self.is_all(&before.list) {
            return;
        }
        let said = std::mem::take(&mut self.list);
        for (word, passes_on) in said {
            let place = before.list.iter().position(|(known, _)| *known == word);
            if let Some(place) = place {
                before.list.remove(place);
            }
            if place.is_none() || !self.takes || self.holds(&word) {
                self.list.push((word, passes_on));
            }
        }
    }

    /// Returns the statements that say them.
    pub(super) fn said(&self) -> Vec<String> {
        self.say(self.takes, &self.list)
    }

    /// Returns the statements that take them back: what was taken is given again as far as it was there, what was given is taken as
    /// far as it was not.
    pub(super) fn undone(&self) -> Vec<String> {
        if self.takes {
            return self.say(false, &self.held_of(&self.list));
        }
        let plain = |list: &[(String, bool)]| list.iter().map(|(word, _)| (word.clone(), false)).collect();
        if self.is_all(&self.list) && !self.held.is_empty() {
            if self.holds(ALL) || self.only().is_some_and(|only| self.holds(only)) {
                return Vec::new();
            }
            let held: Vec<(String, bool)> = self.held.iter().map(|word| (word.clone(), false)).collect();
            let all: Vec<(String, bool)> = plain(&self.list);
            return self.say(true, &all).into_iter().chain(self.say(false, &held)).collect();
        }
        let given: Vec<(String, bool)> = plain(&self.list);
        self.say(true, &given.into_iter().filter(|(word, _)| !self.holds(word)).collect::<Vec<_>>())
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
        let is_all = |word: &str| word == ALL || Some(word) == self.only();
        let has = |list: &[(String, bool)], word: &str| {
            list.iter().any(|(known, _)| known == word || is_all(known))
        };
        let starts_anew = has(&old.list, ALL) && !has(&self.list, ALL);
        let mut statements = Vec::new();
        let gone: Vec<(String, bool)> = old
            .list
            .iter()
            .filter(|(word, _)| !has(&self.list, word))
            .map(|(word, _)| (word.clone(), self.of_option))
            .collect();
        // What was not there could not be taken, and what is there anyway stays.
        let gone = match self.takes {
            true => old.held_of(&gone),
            false => gone.into_iter().filter(|(word, _)| starts_anew || !self.holds(word)).collect(),
        };
        statements.extend(self.say(!self.takes, &gone));
        let passes_on = |list: &[(String, bool)], word: &str| {
            list.iter().any(|(known, on)| *on && (known == word || is_all(known)))
        };
        let kept =
            old.list.iter().filter(|(word, on)| *on && has(&self.list, word) && !passes_on(&self.list, word));
        let kept: Vec<&str> = kept.map(|(word, _)| word.as_str()).collect();
        if !kept.is_empty() {
            let words = self.words(&kept);
            statements.push(format!(
                "{}REVOKE GRANT OPTION FOR {words} ON {} FROM {}",
                self.head(),
                self.on,
                self.whom
            ));
        }
        let comes = |(word, on): &&(String, bool)| {
            starts_anew || !has(&old.list, word) || *on && !passes_on(&old.list, word)
        };
        let mut come: Vec<(String, bool)> = self.list.iter().filter(comes).cloned().collect();
        // Of all of a kind some may be new, and have none yet.
        let is_changed = !come.is_empty() || !statements.is_empty();
        if is_changed && !self.takes && self.head.is_empty() && self.on.starts_with("ALL ") {
            come.clone_from(&self.list);
        }
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

    fn head(&self) -> String {
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
                format!("{}{verb} {} ON {} {way} {}{end}", self.head(), self.words(&list), self.on, self.whom)
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
            held: Vec::new(),
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
        let held = vec![ALL.to_owned()];
        let taken = Privileges { takes: true, of_option: true, held, ..of(&[("SELECT", false)]) };
        assert_eq!(taken.undone(), ["GRANT SELECT ON t TO a WITH GRANT OPTION"]);
        let more = Privileges { takes: true, of_option: true, ..of(&[("INSERT", false)]) };
        assert_eq!(
            more.changes(&taken).join("; "),
            "GRANT SELECT ON t TO a WITH GRANT OPTION; REVOKE GRANT OPTION FOR INSERT ON t FROM a"
        );
    }

    #[test]
    fn what_was_not_there_is_not_given_back() {
        let taken = |words: &[(&str, bool)], held: &[&str]| {
            let held = held.iter().map(|word| (*word).to_owned()).collect();
            Privileges { takes: true, held, ..of(words) }.undone().join("; ")
        };
        assert_eq!(taken(&[("ALL", false)], &[]), "");
        assert_eq!(taken(&[("SELECT", false)], &["INSERT"]), "");
        assert_eq!(taken(&[("ALL", false)], &["SELECT"]), "GRANT SELECT ON t TO a");
        assert_eq!(taken(&[("SELECT", false), ("INSERT", false)], &["INSERT"]), "GRANT INSERT ON t TO a");
        assert_eq!(taken(&[("SELECT", false)], &["ALL"]), "GRANT SELECT ON t TO a");
        // The owner has what he is given anyway.
        let owner = Privileges { held: vec![ALL.to_owned()], ..of(&[("SELECT", false)]) };
        assert!(owner.undone().is_empty());
    }

    #[test]
    fn statements_add_up() {
        let mut all = of(&[("SELECT", false)]);
        all.merge(of(&[("INSERT", true), ("SELECT", false)]));
        assert_eq!(all, of(&[("SELECT", false), ("INSERT", true)]));
        all.merge(of(&[("ALL", true)]));
        assert_eq!(all, of(&[("ALL", true)]));
        assert_eq!(all.undone(), ["REVOKE ALL ON t FROM a"]);
    }
}
