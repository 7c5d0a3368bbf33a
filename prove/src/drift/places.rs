//! Where the generated migrations make an object, read off their statements.

use squawk_lexer::{TokenKind, tokenize};

use super::names;
use crate::catalog::{Kind, Object};
use crate::migrations::{MigrationSet, Place, Script};
use crate::sql;

/// The statements of all migrations, in order.
pub(super) struct Places<'a> {
    statements: Vec<Statement<'a>>,
}

/// One statement, as far as finding an object in it takes.
struct Statement<'a> {
    script: &'a Script,
    text: &'a str,
    start: usize,
    tokens: Vec<Token>,
}

/// A name or word, or a sign that stands between names.
struct Token {
    /// A name as PostgreSQL folds it, or the sign.
    text: String,
    kind: Form,
    at: usize,
    /// How many parentheses are open before it.
    depth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Bare,
    Quoted,
    Sign,
}

impl<'a> Places<'a> {
    /// Reads the statements of a schema's migrations.
    pub(super) fn of(set: &'a MigrationSet) -> Self {
        let scripts = set.migrations.iter().map(|migration| &migration.up);
        let statements = scripts.flat_map(|script| {
            let statements = sql::statements(&script.text).into_iter();
            statements.filter_map(|statement| {
                let text = script.text.get(statement.range.clone())?;
                Some(Statement { script, text, start: statement.range.start, tokens: tokens(text) })
            })
        });
        Self { statements: statements.collect() }
    }

    /// Finds where an object, or an attribute of it, is said last.
    pub(super) fn find(&self, object: &Object, attribute: Option<&str>) -> Option<Place> {
        let said = |word: &str| self.last(|statement| statement.says_of(word, object));
        match attribute {
            Some("comment") => said("comment"),
            Some("privileges") => said("grant").or_else(|| said("revoke")),
            Some(_) => self.last(|statement| statement.alters(object)),
            None => None,
        }
        .or_else(|| self.last(|statement| statement.makes(object)))
        .or_else(|| {
            // What has no name of its own in the text is part of what has one.
            let parent = object.parent.clone()?;
            [Kind::Table, Kind::View, Kind::Type]
                .into_iter()
                .find_map(|kind| self.find(&Object { kind, parent: None, name: parent.clone() }, None))
        })
    }

    /// Returns the statement that makes an object which is no part of another.
    pub(super) fn statement(&self, object: &Object) -> Option<&'a str> {
        let made = self.statements.iter().rev().find(|statement| statement.makes(object).is_some());
        made.map(|statement| statement.text)
    }

    fn last(&self, at: impl Fn(&Statement<'a>) -> Option<usize>) -> Option<Place> {
        let found = self.statements.iter().rev().find_map(|statement| Some((statement, at(statement)?)));
        found.map(|(statement, at)| statement.script.place(statement.start + at))
    }
}

impl Statement<'_> {
    /// Returns where in the statement an object is made.
    fn makes(&self, object: &Object) -> Option<usize> {
        let (make, change) = (self.begins("create"), self.begins("alter"));
        match (object.kind, object.parent.as_deref()) {
            (Kind::Column, Some(parent)) if make => {
                let at = self.target(&["table"], parent)?;
                self.named(at, object, |before| {
                    before.depth <= 1 && matches!(before.text.as_str(), "(" | ",")
                })
            }
            (Kind::Column, Some(parent)) if change => {
                let at = self.target(&["table"], parent)?;
                self.named(at, object, |before| before.is("add"))
            }
            (Kind::Constraint, Some(parent)) if make || change => {
                let at = self.target(&["table", "domain"], parent)?;
                self.named(at, object, |before| before.text == "constraint")
            }
            (Kind::Index | Kind::Trigger | Kind::Rule | Kind::Policy, Some(parent)) if make => {
                // These are named without a schema, which is that of their table.
                let at = self.own_name(words(object.kind), &names::split(&object.name).1)?;
                self.mentions(&names::split(parent).1).then_some(at)
            }
            (_, Some(_)) => None,
            (Kind::Other, None) if make => {
                // `publication news`, `operator family public.numbers USING btree`: every word has to be there.
                let said = tokens(&object.name);
                let mut said = said.iter().filter(|token| token.kind != Form::Sign && token.text != "public");
                said.all(|token| self.mentions(&token.text)).then_some(0)
            }
            (Kind::DefaultPrivileges, None) if change => {
                self.tokens.get(1).is_some_and(|token| token.is("default")).then_some(0)
            }
            (_, None) if make => self.target(words(object.kind), &object.name),
            (_, None) => None,
        }
    }

    /// Returns where in the statement an object is altered that another has made.
    fn alters(&self, object: &Object) -> Option<usize> {
        if !self.begins("alter") {
            return None;
        }
        match &object.parent {
            None => self.target(words(object.kind), &object.name),
            Some(parent) => {
                let at = self.target(&["table", "domain", "view"], parent)?;
                let said = ["alter", "constraint", "trigger", "add"];
                self.named(at, object, |before| said.contains(&before.text.as_str()))
            }
        }
    }

    /// Returns where a statement that begins with a word speaks of an object.
    fn says_of(&self, word: &str, object: &Object) -> Option<usize> {
        let parent = object.parent.as_ref().is_none_or(|parent| self.mentions(&names::split(parent).1));
        (self.begins(word) && parent && self.mentions(&names::split(&object.name).1)).then_some(0)
    }

    /// Returns where the statement, behind one of the words, names what it is about, if that is this qualified name.
    fn target(&self, words: &[&str], name: &str) -> Option<usize> {
        let (schema, name) = names::split(name);
        let mut rest = self.behind(words)?;
        let first = rest.next()?;
        let (said_schema, said) = match rest.next() {
            Some(dot) if dot.text == "." => (first.text.as_str(), rest.next()?.text.as_str()),
            _ => ("public", first.text.as_str()),
        };
        let unqualified = words.contains(&"schema") || words.contains(&"extension");
        (said == name && (unqualified || said_schema == schema)).then_some(first.at)
    }

    /// Returns where the statement, behind one of the words, names what it is about, if that is this bare name.
    fn own_name(&self, words: &[&str], name: &str) -> Option<usize> {
        self.behind(words)?.next().filter(|token| token.text == name).map(|token| token.at)
    }

    /// Returns what follows the kind of object in a statement, if it is one of the words, without the words that mean no name.
    fn behind(&self, words: &[&str]) -> Option<impl Iterator<Item = &Token>> {
        let modifies = |token: &&Token| MODIFIERS.iter().any(|word| token.is(word));
        let mut rest = self.tokens.iter().skip(1).skip_while(modifies);
        rest.next().filter(|kind| words.iter().any(|word| kind.is(word)))?;
        let filler = |token: &&Token| {
            ["if", "not", "exists", "only", "concurrently"].iter().any(|word| token.is(word))
        };
        Some(rest.skip_while(filler))
    }

    /// Returns where, behind a place, an object is named by its own name, given which token has to stand before that.
    fn named(&self, at: usize, object: &Object, before: impl Fn(&Token) -> bool) -> Option<usize> {
        let own = names::split(&object.name).1;
        let filler = |token: &&Token| ["column", "if", "not", "exists"].iter().any(|word| token.is(word));
        let behind = self.tokens.iter().enumerate().filter(|(_, token)| token.at > at && token.text == own);
        let mut named = behind.filter(|(index, _)| {
            let previous = self.tokens.iter().take(*index).rev().find(|token| !filler(token));
            previous.is_some_and(&before)
        });
        named.next().map(|(_, token)| token.at)
    }

    fn mentions(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| token.kind != Form::Sign && token.text == name)
    }

    fn begins(&self, word: &str) -> bool {
        self.tokens.first().is_some_and(|token| token.is(word))
    }
}

impl Token {
    fn is(&self, word: &str) -> bool {
        self.kind == Form::Bare && self.text == word
    }
}

/// Words that stand between the verb of a statement and the kind of object.
const MODIFIERS: &[&str] = &[
    "constraint",
    "foreign",
    "global",
    "local",
    "materialized",
    "or",
    "recursive",
    "replace",
    "temp",
    "temporary",
    "unique",
    "unlogged",
];

/// Returns the words by which a statement calls a kind of object.
fn words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Extension => &["extension"],
        Kind::Schema => &["schema"],
        Kind::Type => &["type", "domain"],
        Kind::Sequence => &["sequence"],
        Kind::Table => &["table"],
        Kind::View => &["view"],
        Kind::Function => &["function", "procedure", "aggregate"],
        Kind::Index => &["index"],
        Kind::Trigger => &["trigger"],
        Kind::Rule => &["rule"],
        Kind::Policy => &["policy"],
        Kind::Column | Kind::Constraint | Kind::DefaultPrivileges | Kind::Other => &[],
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut at, mut depth) = (0, 0_usize);
    let mut found = Vec::new();
    for token in tokenize(text) {
        let start = at;
        at += token.len as usize;
        let said = text.get(start..at).unwrap_or_default();
        let (said, kind) = match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { .. }
            | TokenKind::Eof => continue,
            TokenKind::Ident => (said.to_lowercase(), Form::Bare),
            TokenKind::QuotedIdent { .. } => (names::parts(said).concat(), Form::Quoted),
            _ => (said.to_owned(), Form::Sign),
        };
        if token.kind == TokenKind::CloseParen {
            depth = depth.saturating_sub(1);
        } else if token.kind == TokenKind::OpenParen {
            depth += 1;
        }
        found.push(Token { text: said, kind, at: start, depth });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::catalog::{Kind, Object};
    use crate::migrations::{MigrationSet, Script, of_files};

    const FILE: &str = "-- A shop.
CREATE TABLE orders (
    id bigint NOT NULL,
    total numeric(10, 2) CHECK (total > 0),
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
CREATE TABLE \"Odd\".\"T\" (\"A b\" int);
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_total_idx ON orders (total);
ALTER TABLE orders ADD COLUMN note text, ALTER COLUMN total SET NOT NULL;
COMMENT ON COLUMN orders.total IS 'x';
GRANT SELECT ON orders TO ann;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE POLICY own ON orders USING (true);
CREATE PUBLICATION news FOR TABLE orders;
";

    #[test]
    fn objects_are_found_where_they_are_made() {
        let file = Script { file: "1.sql".into(), text: FILE.into(), first_line: 1, indent: 0 };
        let set = MigrationSet {
            name: "shop".into(),
            migrations: of_files(&[("1.sql".into(), file)]).unwrap(),
            ..MigrationSet::default()
        };
        let places = Places::of(&set);
        let check = |kind, parent: Option<&str>, name: &str, attribute, expected: &str| {
            let object = Object { kind, parent: parent.map(str::to_owned), name: name.to_owned() };
            let place =
                places.find(&object, attribute).map(|place| format!("{}:{}", place.line, place.column));
            assert_eq!(place.as_deref().unwrap_or("nowhere"), expected, "{object} {attribute:?}");
        };
        let orders = Some("public.orders");
        check(Kind::Table, None, "public.orders", None, "2:14");
        check(Kind::Table, None, "public.order", None, "nowhere");
        check(Kind::Table, None, "other.orders", None, "nowhere");
        check(Kind::Column, orders, "total", Some("type"), "9:55");
        check(Kind::Column, orders, "total", None, "4:5");
        check(Kind::Column, orders, "id", Some("type"), "3:5");
        check(Kind::Column, orders, "note", None, "9:31");
        check(Kind::Column, orders, "total", Some("comment"), "10:1");
        check(Kind::Constraint, orders, "orders_pkey", None, "5:16");
        // What has no name in the text is where its table is.
        check(Kind::Constraint, orders, "orders_total_check", None, "2:14");
        check(Kind::Column, Some("\"Odd\".\"T\""), "\"A b\"", None, "7:25");
        check(Kind::Index, orders, "public.orders_total_idx", Some("definition"), "8:41");
        check(Kind::Table, None, "public.orders", Some("privileges"), "11:1");
        check(Kind::Function, None, "public.touch()", None, "12:28");
        check(Kind::Policy, orders, "own", Some("using"), "13:15");
        check(Kind::Other, None, "publication news", Some("tables"), "14:1");
        check(Kind::Other, None, "publication olds", None, "nowhere");
    }
}
