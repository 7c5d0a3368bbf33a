//! What is granted and taken back.

use super::{is_called, qualified};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::privilege::{KINDS, is_runner, of_everybody};
use crate::model::token::{Cursor, canonical, may_mention, tokens};
use crate::source::decl::{AlterAction, Decl, QName, VerbatimDecl};

/// Takes back what was granted before; tells whether nothing is left to say of it.
pub(super) fn revoke(by: &VerbatimDecl, done: &mut Vec<Decl>) -> bool {
    let Some(wanted) = Said::read(&by.text.node).filter(|said| said.verb == Verb::Takes) else {
        return false;
    };
    let (mut found, mut is_over) = (Vec::new(), false);
    done.retain_mut(|decl| {
        // What of the privileges is there without them is known only where everything is.
        let data = match decl {
            Decl::Verbatim(data) => data,
            Decl::AlterTable(alter) => {
                is_over |= alter.actions.iter().any(|action| match action {
                    AlterAction::Other(action) => says_owner(&action.node),
                    _ => false,
                });
                return true;
            }
            _ => return true,
        };
        is_over |= data.kind == "alter default privileges"
            || data.kind.starts_with("alter ") && says_owner(&data.text.node);
        if !matches!(data.kind.as_str(), "grant" | "revoke")
            || !may_reach(by, data)
            || !wanted.roles.iter().any(|role| may_mention(&data.text.node, role.trim_end()))
        {
            return true;
        }
        let Some(said) = Said::read(&data.text.node).filter(|said| said.verb != Verb::Takes) else {
            return true;
        };
        match wanted.reach(&said) {
            Reach::None => return true,
            // Others of what it is about keep what they have.
            Reach::Part => {
                is_over |= said.verb == Verb::Gives;
                return true;
            }
            Reach::Whole => {}
        }
        let left: Vec<&Privilege> = said.list.iter().filter(|one| !wanted.takes(one)).collect();
        // Whoever has a privilege no more has no right to pass it on that could have been taken.
        if said.verb == Verb::Gives {
            found.extend(said.list.iter().filter(|one| wanted.takes(one)).cloned());
            is_over |= left.iter().any(|one| one.0 == "all");
        }
        if left.len() < said.list.len() && !left.is_empty() {
            let own = tokens(&data.text.node);
            let mut cursor = Cursor::new(&data.text.node, &own);
            _ = cursor.until(|token| token.is("on") || token.is("to") || token.is("from"));
            let verb = if said.verb == Verb::Gives { "GRANT" } else { "REVOKE GRANT OPTION FOR" };
            data.text.node = format!("{verb} {} {}", spelt(&left), cursor.rest());
        }
        !left.is_empty()
    });
    let is_met = |one: &Privilege| one.0 == "all" || found.contains(one);
    !is_over && !found.is_empty() && !wanted.may_be_held() && wanted.list.iter().all(is_met)
}

/// Tells whether two statements may be about one thing: those that name none are about all of a kind, or about roles.
fn may_reach(by: &VerbatimDecl, other: &VerbatimDecl) -> bool {
    let is_of_all = |data: &VerbatimDecl| data.names.is_empty() || may_mention(&data.text.node, "in schema");
    let names_it = |name: &QName| other.names.iter().any(|known| known.name.node == name.name.node);
    is_of_all(by) || is_of_all(other) || by.names.iter().any(names_it)
}

/// Tells whether a statement says whose something is.
fn says_owner(text: &str) -> bool {
    tokens(text).windows(2).any(|pair| matches!(pair, [a, b] if a.is("owner") && b.is("to")))
}

/// Takes a relation that is gone out of a statement that gives or takes privileges; tells whether that is about nothing else.
pub(super) fn forget(decl: &mut Decl, gone: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    if !matches!(data.kind.as_str(), "grant" | "revoke")
        || !data.names.iter().any(|name| is_called(name, gone))
    {
        return false;
    }
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let given = cursor.until(|token| token.is("on"));
    cursor.next();
    let kind = cursor.eat_any(&[("table", "TABLE "), ("sequence", "SEQUENCE ")]).unwrap_or_default();
    let list = cursor.until(|token| token.is("to") || token.is("from"));
    let left = match without(list, |mut part| part.name().as_ref() == Some(gone)) {
        Left::Nothing => return true,
        Left::All => return false,
        Left::Some(left) => left,
    };
    data.text.node = format!("{} ON {kind}{left} {}", given.rest(), cursor.rest());
    data.names.retain(|name| qualified(name) != *gone);
    false
}

/// Takes a schema that is gone out of privileges on everything of it, those of things to come included; tells whether they were on it
/// alone.
pub(super) fn forget_schema(decl: &mut Decl, gone: &PgIdent) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    if !matches!(data.kind.as_str(), "grant" | "revoke" | "alter default privileges")
        || !may_mention(&data.text.node, gone.as_str())
    {
        return false;
    }
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let head = cursor.until(|token| token.is("in"));
    if !cursor.eat("in schema") {
        return false;
    }
    let ends = ["to", "from", "grant", "revoke"];
    let list = cursor.until(|token| ends.iter().any(|word| token.is(word)));
    let left = match without(list, |mut part| part.ident().as_ref() == Some(gone)) {
        Left::Nothing => return true,
        Left::All => return false,
        Left::Some(left) => left,
    };
    data.text.node = format!("{} IN SCHEMA {left} {}", head.rest(), cursor.rest());
    data.names.retain(|name| name.schema.is_some() || name.name.node != gone.as_str());
    false
}

/// What is left of a list without what is gone.
enum Left {
    All,
    /// As it is written then.
    Some(String),
    Nothing,
}

/// Leaves parts of a list out.
fn without<'t, 'c>(list: Cursor<'t, 'c>, is_gone: impl Fn(Cursor<'t, 'c>) -> bool) -> Left {
    let all = list.split();
    let left: Vec<&str> =
        all.iter().filter(|part| !is_gone((*part).clone())).map(|part| part.rest()).collect();
    match left.len() {
        0 => Left::Nothing,
        count if count == all.len() => Left::All,
        _ => Left::Some(left.join(", ")),
    }
}

/// A privilege, or a role, with the column that it is on.
type Privilege = (String, Option<String>);

/// What a statement does with privileges.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Gives,
    Takes,
    /// It takes the right to pass them on.
    TakesOption,
}

/// How far what is taken is what was given.
enum Reach {
    None,
    Part,
    Whole,
}

/// A statement that gives or takes privileges, taken apart.
struct Said {
    verb: Verb,
    list: Vec<Privilege>,
    /// What they are on, each behind its kind; one without a name for membership in roles.
    things: Vec<String>,
    roles: Vec<String>,
}

impl Said {
    fn read(text: &str) -> Option<Self> {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let verbs =
            [("grant", Verb::Gives), ("revoke grant option for", Verb::TakesOption), ("revoke", Verb::Takes)];
        let verb = cursor.eat_any(&verbs)?;
        // Who may not pass a role on is a member still.
        if cursor.eat("admin option for") {
            return None;
        }
        let way = if verb == Verb::Gives { "to" } else { "from" };
        let mut list = Vec::new();
        for mut part in cursor.until(|token| token.is("on") || token.is(way)).split() {
            let word = canonical(part.until(|token| token.is("(")).rest());
            let word = word.trim_end().trim_end_matches(" privileges").to_owned();
            match part.group() {
                Some(columns) => {
                    let columns = columns.split().into_iter().map(|column| canonical(column.rest()));
                    list.extend(columns.map(|column| (word.clone(), Some(column))));
                }
                None => list.push((word, None)),
            }
        }
        let has_things = cursor.eat("on");
        let kind = if has_things { cursor.eat_any(&KINDS).unwrap_or("TABLE") } else { "" };
        let kind = kind.to_lowercase();
        let things = cursor.until(|token| token.is(way)).split();
        let mut things: Vec<String> =
            things.iter().map(|thing| format!("{kind} {}", canonical(thing.rest()))).collect();
        if !has_things {
            things = vec![String::new()];
        }
        cursor.next();
        let ends = ["with", "cascade", "restrict", "granted"];
        let roles = cursor.until(|token| ends.iter().any(|end| token.is(end))).split();
        let roles = roles.into_iter().map(|mut role| {
            _ = role.eat("group");
            canonical(role.rest())
        });
        Some(Self { verb, list, things, roles: roles.collect() })
    }

    /// Tells whether it takes a privilege: with one on a table go those on its columns.
    fn takes(&self, one: &Privilege) -> bool {
        let is_it = |(word, column): &Privilege| {
            (word == "all" || *word == one.0) && (column.is_none() || *column == one.1)
        };
        self.list.iter().any(is_it)
    }

    /// Tells how far it is about what another is about.
    fn reach(&self, other: &Self) -> Reach {
        let things = other.things.iter().filter(|thing| self.things.contains(thing)).count();
        let roles = other.roles.iter().filter(|role| self.roles.contains(role)).count();
        let is_of_all = |said: &Self| said.things.iter().any(|thing| thing.starts_with("all "));
        let is_whole = things == other.things.len() && roles == other.roles.len();
        match (things > 0 && roles > 0, is_whole) {
            (true, true) => Reach::Whole,
            (true, false) => Reach::Part,
            // What is on all of a kind may be on it.
            (false, _) if roles > 0 && (is_of_all(self) || is_of_all(other)) => Reach::Part,
            (false, _) => Reach::None,
        }
    }

    /// Tells whether a role may have without its being given what is taken from it.
    fn may_be_held(&self) -> bool {
        let is_open = || self.things.iter().any(|thing| !of_everybody(thing.trim_end()).is_empty());
        self.roles.iter().any(|role| {
            let role = role.trim_end();
            is_runner(role) || role == "public" && is_open()
        })
    }
}

/// Returns a list of privileges as SQL.
fn spelt(list: &[&Privilege]) -> String {
    let one = |(word, column): &&Privilege| match column {
        Some(column) => format!("{word} ({})", column.trim_end()),
        None => (*word).clone(),
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}
