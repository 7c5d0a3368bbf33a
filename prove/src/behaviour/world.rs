//! A world of two users: of every table a row of each, made so that what is a user's leads to that user everywhere.
//!
//! A row's values are chosen by what policies look at. Where there is a choice (a state, a flag, a text that is compared with another)
//! the rounds take turns, so that a policy meets rows that it lets in and rows that it keeps out.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Known;
use super::look::{CLAIM, CLAIMS, Look, Looks, Session};
use super::rows::{self, Column, Table, Tables};

/// The two users, each of whom owns a row.
pub(super) const USERS: [&str; 2] =
    ["a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"];

/// How many rounds there are at most.
pub(super) const ROUNDS: usize = 4;

/// How many foreign keys are followed: some lead in circles.
const STEPS: usize = 8;

/// The words by which PostgreSQL calls the role that asks.
const ASKING: [&str; 4] = ["current_user", "session_user", "current_role", "user"];

/// The points in time between which those of policies mostly lie.
const TIMES: [&str; 2] = ["2020-01-01", "2999-01-01"];

/// Everything of which rows are made.
pub(super) struct World<'a> {
    pub(super) tables: &'a Tables,
    pub(super) looks: &'a Looks,
    known: &'a Known,
    /// The roles that ask.
    roles: Vec<String>,
    session: Session,
    /// How columns are looked at, by table and name, once that was asked.
    looked: RefCell<BTreeMap<(String, String), Option<Look>>>,
}

/// A user at a moment: whose a row is, in which round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) user: usize,
    pub(super) round: usize,
}

impl<'a> World<'a> {
    pub(super) fn new(tables: &'a Tables, looks: &'a Looks, known: &'a Known, roles: Vec<String>) -> Self {
        Self { tables, looks, known, roles, session: looks.session(), looked: RefCell::default() }
    }

    /// Returns the statements that put the users' rows into a table, alone; the reason where there can be none.
    pub(super) fn inserts(&self, table: &Table, round: usize) -> Result<Vec<String>, String> {
        (0..USERS.len()).map(|user| table.insert(&self.row(table, Turn { user, round }))).collect()
    }

    /// Returns the settings by which a session says who asks; nobody where there is no user.
    pub(super) fn settings(&self, role: &str, user: Option<usize>, round: usize) -> BTreeMap<String, String> {
        let mut claims = serde_json::Map::new();
        claims.insert("role".to_owned(), role.into());
        let Some(user) = user else {
            // What was said of somebody else is taken back.
            let claimed = self.session.claims.iter().filter_map(|(keys, _)| keys.first());
            let claimed = claimed.map(String::as_str).chain(["sub"]).map(|claim| format!("{CLAIM}{claim}"));
            let none = self.session.settings.iter().map(|(name, _)| name.clone()).chain(claimed);
            let claims = serde_json::Value::from(claims).to_string();
            let said = [(CLAIMS.to_owned(), claims), (format!("{CLAIM}role"), role.to_owned())];
            return none.map(|name| (name, String::new())).chain(said).collect();
        };
        let turn = Turn { user, round };
        if let Some(id) = USERS.get(user) {
            claims.insert("sub".to_owned(), (*id).into());
        }
        for (keys, look) in self.session.claims.iter().filter(|(keys, _)| *keys != ["sub"]) {
            let own = if *keys == ["role"] { role.to_owned() } else { self.said(keys.last(), look, turn) };
            set(&mut claims, keys, chosen(look, own, turn));
        }
        let said = |(name, look): &(String, Look)| {
            (name.clone(), chosen(look, self.said(Some(name), look, turn), turn))
        };
        let mut settings: BTreeMap<String, String> = self.session.settings.iter().map(said).collect();
        // Either spelling is in use; `docs: postgrest.org/en/stable/references/transactions.html`.
        for (claim, value) in &claims {
            if let Some(text) = value.as_str() {
                settings.insert(format!("{CLAIM}{claim}"), text.to_owned());
            }
        }
        settings.insert(CLAIMS.to_owned(), serde_json::Value::from(claims).to_string());
        settings
    }

    fn row(&self, table: &Table, turn: Turn) -> BTreeMap<String, String> {
        let value = |column: &Column| {
            let is_known = self.known(table, column).is_some();
            let is_given = column.needed || column.is_key || is_known || self.look(table, column).is_some();
            let value = if is_given { self.value(table, column, turn, STEPS) } else { None };
            Some((column.name.clone(), value?))
        };
        table.columns.iter().filter_map(value).collect()
    }

    /// Returns the value of a column in a user's row; none where that of its type serves.
    fn value(&self, table: &Table, column: &Column, turn: Turn, steps: usize) -> Option<String> {
        let look = self.look(table, column);
        // What is compared with a literal is that, wherever it leads: parents are not asked for.
        if let Some((referenced, key)) = &column.references
            && look.as_ref().is_none_or(|look| look.literals.is_empty())
            && steps > 0
            && let Some(referenced) = self.tables.find(referenced)
            && let Some(key) = referenced.column(key)
            && (referenced.sql != table.sql || key.name != column.name)
            && let Some(value) = self.value(referenced, key, turn, steps - 1)
        {
            return Some(value);
        }
        if let Some(values) = self.known(table, column) {
            return turn.of(values);
        }
        if !column.labels.is_empty() {
            return turn.of(&column.labels);
        }
        let number = (turn.user + 1).to_string();
        match (column.category.0.as_str(), column.category.1.as_str()) {
            ("U", "uuid") => USERS.get(turn.user).map(|id| (*id).to_owned()),
            ("S", _) => Some(self.text(column, look.as_ref(), turn)),
            ("N", name) if column.sample.as_deref() == Some("1") || name == "oid" => {
                let look = look.unwrap_or_default();
                let numbers = look.literals.iter().filter_map(|text| text.parse::<i64>().ok());
                // What is compared with a number lies on both of its sides.
                let mut all: Vec<String> = if column.is_key {
                    Vec::new()
                } else {
                    numbers.flat_map(|it| [it, it + 1, it - 1]).map(|it| it.to_string()).collect()
                };
                all.push(number);
                turn.of(&all)
            }
            ("B", _) => turn.of(&["true", "false"].map(str::to_owned)),
            ("D", "time" | "timetz") => None,
            ("D", _) => turn.of(&TIMES.map(str::to_owned)),
            ("A", _) => {
                let look = look?;
                let element = column.ty.trim_end_matches("[]");
                let own = match element {
                    "uuid" => USERS.get(turn.user).map(|id| (*id).to_owned())?,
                    "text" | "character varying" => format!("x{}", turn.user),
                    _ => number,
                };
                let of_element = turn.of(&[look.literals.clone(), vec![own]].concat())?;
                Some(format!("{{\"{}\"}}", of_element.replace('\\', "\\\\").replace('"', "\\\"")))
            }
            ("U", "json" | "jsonb") => {
                let mut object = serde_json::Map::new();
                for (keys, look) in &look?.keys {
                    set(&mut object, keys, chosen(look, self.said(keys.last(), look, turn), turn));
                }
                Some(serde_json::Value::from(object).to_string())
            }
            _ => None,
        }
    }

    /// Returns a text of a user.
    fn text(&self, column: &Column, look: Option<&Look>, turn: Turn) -> String {
        let Turn { user, round } = turn;
        let id = USERS.get(user).copied().unwrap_or_default();
        let fits = |text: &String| column.width.is_none_or(|width| text.chars().count() <= width);
        let likely = rows::text(&column.name, column.width, user);
        if let Some(look) = look {
            let own = if look.is_path {
                format!("{id}/{id}/{id}/x")
            } else if column.name.contains("email") {
                likely.clone()
            } else {
                id.to_owned()
            };
            let mut others = if column.is_key { Vec::new() } else { look.literals.clone() };
            if look.peers.iter().any(|peer| ASKING.contains(&peer.as_str())) {
                others.extend(self.roles.iter().cloned());
            }
            let all: Vec<String> = if look.is_path || others.is_empty() {
                // Whose it is matters, and what else it is with others in turns.
                let all: Vec<String> = [own, format!("x{user}")].into_iter().filter(fits).collect();
                return all
                    .get(round.checked_rem(all.len()).unwrap_or_default())
                    .cloned()
                    .unwrap_or_else(|| user.to_string());
            } else {
                [others, vec![own, format!("x{user}")]].concat()
            };
            let all: Vec<String> = all.into_iter().filter(fits).collect();
            return turn.of(&all).unwrap_or_else(|| user.to_string());
        }
        // A check that is not known may want another text than the first.
        let all = [likely, format!("x{user}"), format!("EXAMPLE_{user}"), format!("{user}{user}")];
        let text = all.iter().cycle().skip(round).take(all.len()).find(|text| fits(text));
        text.cloned().unwrap_or_else(|| user.to_string())
    }

    /// Returns what a claim or setting says of a user: that which is compared with it, or what a column of its name holds.
    fn said(&self, name: Option<&String>, look: &Look, turn: Turn) -> String {
        let id = USERS.get(turn.user).copied().unwrap_or_default().to_owned();
        match look.cast.as_deref() {
            Some("uuid") => return id,
            Some("int" | "int2" | "int4" | "int8" | "integer" | "bigint" | "smallint" | "numeric") => {
                return (turn.user + 1).to_string();
            }
            Some("bool" | "boolean") => return turn.of(&["true", "false"].map(str::to_owned)).unwrap_or(id),
            _ => {}
        }
        // `app.current_tenant_id` says what `tenant_id` holds.
        let last = name.and_then(|name| name.rsplit('.').next()).unwrap_or_default();
        let last = last.strip_prefix("current_").unwrap_or(last);
        let names = look.peers.iter().map(String::as_str).chain([last]);
        let mut columns = names
            .flat_map(|name| self.tables.iter().filter_map(move |table| Some((table, table.column(name)?))));
        let found = columns.find(|(table, column)| {
            column.references.is_some() || column.needed || self.look(table, column).is_some()
        });
        found.and_then(|(table, column)| self.value(table, column, turn, STEPS)).unwrap_or(id)
    }

    fn known(&self, table: &Table, column: &Column) -> Option<&[String]> {
        let values = self.known.get(&table.sql)?.get(&column.name)?;
        (!values.is_empty()).then_some(values.as_slice())
    }

    fn look(&self, table: &Table, column: &Column) -> Option<Look> {
        let key = (table.sql.clone(), column.name.clone());
        if let Some(known) = self.looked.borrow().get(&key) {
            return known.clone();
        }
        let look = self.looks.column(&table.sql, &table.name, &column.name);
        self.looked.borrow_mut().insert(key, look.clone());
        look
    }
}

impl Turn {
    /// Returns the one of some values whose turn it is: another for each user, and another each round.
    fn of(self, values: &[String]) -> Option<String> {
        values.get((self.user + self.round).checked_rem(values.len())?).cloned()
    }
}

/// Returns what a claim says: its own, or one of those with which it is compared, in turns.
fn chosen(look: &Look, own: String, turn: Turn) -> String {
    let all = [look.literals.clone(), vec![own.clone()]].concat();
    turn.of(&all).unwrap_or(own)
}

/// Sets what stands under some keys, one in another.
fn set(object: &mut serde_json::Map<String, serde_json::Value>, keys: &[String], value: String) {
    let Some((first, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        object.insert(first.clone(), value.into());
        return;
    }
    let inner = object.entry(first.clone()).or_insert_with(|| serde_json::Map::new().into());
    if !inner.is_object() {
        *inner = serde_json::Map::new().into();
    }
    if let Some(inner) = inner.as_object_mut() {
        set(inner, rest, value);
    }
}
