//! Sequences: what their options mean, and how one becomes another.

use crate::model::default_name;
use crate::model::token::{Cursor, Kind, tokens};
use crate::model::{PgIdent, QualifiedName};

/// A sequence's options; what is none is PostgreSQL's default for the others.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Sequence {
    /// `smallint` or `integer`; none is `bigint`.
    pub(super) ty: Option<&'static str>,
    increment: Option<i64>,
    min: Option<i64>,
    max: Option<i64>,
    start: Option<i64>,
    cache: Option<i64>,
    cycle: bool,
    pub(super) unlogged: bool,
    /// The name that the options of an identity give it.
    name: Option<QualifiedName>,
    /// The column that it goes with.
    pub(super) owner: Option<(QualifiedName, PgIdent)>,
}

impl Sequence {
    /// Makes the sequence of a serial or identity column of a type.
    pub(super) fn of_type(ty: &str) -> Self {
        let ty = match ty {
            "smallint" => Some("smallint"),
            "integer" => Some("integer"),
            _ => None,
        };
        Self { ty, ..Self::default() }
    }

    /// Reads the options of a column's identity.
    pub(super) fn with_options(mut self, text: &str) -> Option<Self> {
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        if let Some(mut inside) = cursor.clone().group() {
            return self.read(&mut inside).then_some(self);
        }
        self.read(&mut cursor).then_some(self)
    }

    /// Takes over options; tells whether all of them were understood.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_, '_>) -> bool {
        while !cursor.is_done() {
            let read = if cursor.eat("as") {
                match cursor.next().map(|token| token.value.as_ref()) {
                    Some("smallint" | "int2") => self.ty = Some("smallint"),
                    Some("integer" | "int" | "int4") => self.ty = Some("integer"),
                    Some("bigint" | "int8") => self.ty = None,
                    _ => return false,
                }
                true
            } else if cursor.eat("increment by") || cursor.eat("increment") {
                number(cursor).map(|n| self.increment = Some(n)).is_some()
            } else if cursor.eat("no minvalue") {
                self.min = None;
                true
            } else if cursor.eat("minvalue") {
                number(cursor).map(|n| self.min = Some(n)).is_some()
            } else if cursor.eat("no maxvalue") {
                self.max = None;
                true
            } else if cursor.eat("maxvalue") {
                number(cursor).map(|n| self.max = Some(n)).is_some()
            } else if cursor.eat("start with") || cursor.eat("start") {
                number(cursor).map(|n| self.start = Some(n)).is_some()
            } else if cursor.eat("restart with") || cursor.eat("restart") {
                // Where it goes on is its state, not its definition.
                _ = number(cursor);
                true
            } else if cursor.eat("cache") {
                number(cursor).map(|n| self.cache = Some(n)).is_some()
            } else if cursor.eat("no cycle") {
                self.cycle = false;
                true
            } else if cursor.eat("cycle") {
                self.cycle = true;
                true
            } else if cursor.eat("owned by none") {
                self.owner = None;
                true
            } else if cursor.eat("owned by") {
                self.owned_by(cursor)
            } else if cursor.eat("sequence name") {
                self.name = cursor.name();
                self.name.is_some()
            } else if cursor.eat("set unlogged") {
                self.unlogged = true;
                true
            } else if cursor.eat("set logged") {
                self.unlogged = false;
                true
            } else {
                cursor.eat("set")
            };
            if !read {
                return false;
            }
        }
        true
    }

    fn owned_by(&mut self, cursor: &mut Cursor<'_, '_>) -> bool {
        let mut path = Vec::new();
        while let Some(part) = cursor.ident() {
            path.push(part.as_str().to_owned());
            if !cursor.eat(".") {
                break;
            }
        }
        let Some(column) = path.pop().filter(|_| !path.is_empty()) else { return false };
        self.owner = Some((crate::model::token::name_of(&path), PgIdent::new(column)));
        true
    }

    fn increment(&self) -> i64 {
        self.increment.unwrap_or(1)
    }

    fn limits(&self) -> (i64, i64) {
        match self.ty {
            Some("smallint") => (i64::from(i16::MIN), i64::from(i16::MAX)),
            Some("integer") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        }
    }

    fn min(&self) -> i64 {
        self.min.unwrap_or(if self.increment() > 0 { 1 } else { self.limits().0 })
    }

    fn max(&self) -> i64 {
        self.max.unwrap_or(if self.increment() > 0 { self.limits().1 } else { -1 })
    }

    fn start(&self) -> i64 {
        self.start.unwrap_or(if self.increment() > 0 { self.min() } else { self.max() })
    }

    /// Returns the name of the sequence of an identity.
    pub(super) fn name_of_identity(&self, table: &QualifiedName, column: &str) -> QualifiedName {
        match &self.name {
            // It is in the schema of its table, whether that is said or not.
            Some(name) => QualifiedName { schema: table.schema.clone(), name: name.name.clone() },
            None => default_name::sequence(table, column),
        }
    }

    /// Tells whether another one of the same column is given the same name, or none as well.
    pub(super) fn is_called_as(&self, other: &Self) -> bool {
        self.name.as_ref().map(|name| &name.name) == other.name.as_ref().map(|name| &name.name)
    }

    /// Returns the options by which it differs from another, as clauses.
    pub(super) fn changes(&self, from: &Self) -> Vec<String> {
        let mut clauses = Vec::new();
        if self.ty != from.ty {
            clauses.push(format!("AS {}", self.ty.unwrap_or("bigint")));
        }
        let mut number = |name: &str, new: i64, old: i64| {
            if new != old {
                clauses.push(format!("{name} {new}"));
            }
        };
        number("INCREMENT BY", self.increment(), from.increment());
        number("MINVALUE", self.min(), from.min());
        number("MAXVALUE", self.max(), from.max());
        number("START WITH", self.start(), from.start());
        number("CACHE", self.cache.unwrap_or(1), from.cache.unwrap_or(1));
        if self.cycle != from.cycle {
            clauses.push(if self.cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
        }
        clauses
    }

    /// Returns the clause that moves a sequence whose beginning is out of its new bounds; PostgreSQL refuses the bounds otherwise.
    pub(super) fn restart(&self, from: &Self) -> Option<String> {
        let out = from.start() < self.min() || from.start() > self.max();
        out.then(|| format!("RESTART WITH {}", self.start()))
    }

    /// Returns what moves it, called as SQL says, behind the values that a column holds already: it would give them out again.
    /// Where there are none it stays where it begins.
    pub(super) fn move_behind(&self, called: &str, column: &PgIdent, table: &QualifiedName) -> String {
        let start = self.start();
        let last = if self.increment() > 0 { "max" } else { "min" };
        let within = match (self.increment() > 0, self.max, self.min) {
            (true, Some(max), _) => format!("BETWEEN {start} AND {max}"),
            (true, None, _) => format!(">= {start}"),
            (false, _, Some(min)) => format!("BETWEEN {min} AND {start}"),
            (false, _, None) => format!("<= {start}"),
        };
        format!("SELECT setval({called}, {last}({column})) FROM {table} HAVING {last}({column}) {within}")
    }

    /// Returns what makes it; whose it is is said when that is there.
    pub(super) fn create(&self, name: &QualifiedName) -> String {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let ty = self.ty.map(|ty| format!(" AS {ty}")).unwrap_or_default();
        let clauses = self.changes(&Self { ty: self.ty, ..Self::default() });
        let clauses: String = clauses.iter().map(|clause| format!(" {clause}")).collect();
        format!("CREATE {unlogged}SEQUENCE {name}{ty}{clauses}")
    }
}

fn number(cursor: &mut Cursor<'_, '_>) -> Option<i64> {
    let minus = cursor.eat("-");
    let token = cursor.peek().filter(|token| token.kind == Kind::Number)?;
    // The lowest number has no positive counterpart.
    let sign = if minus { "-" } else { "" };
    let value = format!("{sign}{}", token.raw.replace('_', "")).parse().ok();
    cursor.next();
    value
}
