//! Cuts a script into its statements, and answers the few questions about a statement on which its execution depends.
//!
//! Statements are sent one by one, so that a failure can be told with the statement that caused it.

mod handler;

use std::collections::BTreeSet;
use std::ops::Range;

pub(crate) use handler::{catches, forgives};
use squawk_lexer::{TokenKind, tokenize};

/// One statement of a script: where it stands and the words that say what kind of statement it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The bytes of the script from the first token to the last, without the semicolon and the comments around.
    pub range: Range<usize>,
    /// The bare words outside any parentheses, in upper case, in order. A quoted identifier stands as it is, without quotes.
    words: Vec<String>,
}

/// Returns the statements of a script in order. Comments and empty statements are none.
///
/// A semicolon inside quotes, comments, dollar quotes, parentheses or the body of a `BEGIN ATOMIC` function ends
/// nothing, as in psql.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut current: Option<Statement> = None;
    let (mut at, mut parens, mut bodies) = (0, 0_usize, 0_usize);
    for token in tokenize(text) {
        let range = at..at + token.len as usize;
        at = range.end;
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => continue,
            TokenKind::Eof => break,
            TokenKind::Semi if parens == 0 && bodies == 0 => {
                found.extend(current.take());
                continue;
            }
            _ => {}
        }
        let statement = current.get_or_insert_with(|| Statement { range: range.clone(), words: Vec::new() });
        statement.range.end = range.end;
        match token.kind {
            TokenKind::OpenParen => parens += 1,
            TokenKind::CloseParen => parens = parens.saturating_sub(1),
            TokenKind::Ident => {
                let word = text.get(range).unwrap_or_default().to_ascii_uppercase();
                if defines_routine(&statement.words) {
                    match word.as_str() {
                        "BEGIN" | "CASE" => bodies += 1,
                        "END" => bodies = bodies.saturating_sub(1),
                        _ => {}
                    }
                }
                if parens == 0 {
                    statement.words.push(word);
                }
            }
            TokenKind::QuotedIdent { .. } if parens == 0 => {
                let quoted = text.get(range).unwrap_or_default();
                statement.words.push(quoted.trim_matches('"').replace("\"\"", "\""));
            }
            _ => {}
        }
    }
    found.extend(current);
    found
}

impl Statement {
    /// Says whether the statement opens, ends or names a transaction, so that its file manages its own.
    pub fn controls_transaction(&self) -> bool {
        matches!(
            self.first_words(),
            ["BEGIN" | "COMMIT" | "ROLLBACK" | "END" | "ABORT" | "SAVEPOINT" | "RELEASE", ..]
                | ["START" | "PREPARE", "TRANSACTION", ..]
        )
    }

    /// Says whether PostgreSQL refuses the statement inside a transaction block.
    pub fn forbids_transaction(&self) -> bool {
        let concurrently = self.words.iter().any(|word| word == "CONCURRENTLY");
        match self.first_words() {
            ["VACUUM", ..]
            | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
            | ["ALTER", "SYSTEM", ..] => true,
            ["CREATE" | "DROP", "INDEX" | "UNIQUE", ..] | ["REINDEX", ..] | ["ALTER", "TABLE", ..] => {
                concurrently
            }
            _ => false,
        }
    }

    /// Says whether the statement is a `COPY` that expects data from its client or gives it data.
    pub fn copies_through_client(&self) -> bool {
        self.words.first().is_some_and(|word| word == "COPY")
            && self.words.iter().any(|word| matches!(word.as_str(), "STDIN" | "STDOUT"))
    }

    /// Says whether the statement changes what all databases of a server share: roles, databases, tablespaces, settings.
    pub fn is_server_wide(&self) -> bool {
        match self.first_words() {
            ["CREATE" | "ALTER" | "DROP", "USER", third] => third != "MAPPING",
            ["CREATE" | "ALTER" | "DROP", second, _] => {
                matches!(second, "ROLE" | "GROUP" | "DATABASE" | "TABLESPACE" | "SYSTEM")
            }
            _ => false,
        }
    }

    /// Says whether the statement is about the server or about another database than the one it runs in.
    pub fn is_about_server(&self) -> bool {
        let [first, second, _] = self.first_words();
        matches!(first, "CREATE" | "ALTER" | "DROP") && matches!(second, "DATABASE" | "TABLESPACE" | "SYSTEM")
    }

    /// Says whether the statement takes back what is not yet committed, or may.
    pub fn takes_back(&self) -> bool {
        matches!(self.first_words()[0], "ROLLBACK" | "ABORT" | "SAVEPOINT" | "PREPARE")
    }

    /// Says whether the statement is there to run code, as `SELECT f()` and `DO` are.
    pub fn runs_code(&self) -> bool {
        matches!(self.first_words()[0], "SELECT" | "WITH" | "DO" | "CALL")
    }

    /// Says whether the statement does without what it is about: `DROP … IF EXISTS`, `ALTER … IF EXISTS`.
    pub fn spares_missing(&self) -> bool {
        self.words.windows(2).any(|pair| matches!(pair, [one, other] if one == "IF" && other == "EXISTS"))
    }

    /// Returns the name, in lower case and without its schema, of the table, view, type or sequence that the statement creates.
    pub fn created(&self) -> Option<String> {
        const KINDS: [&str; 4] = ["TABLE", "VIEW", "TYPE", "SEQUENCE"];
        let mut words = self.words.iter().map(String::as_str);
        words.next().filter(|word| *word == "CREATE")?;
        words.by_ref().take(3).find(|word| KINDS.contains(word))?;
        let mut names = words.filter(|word| !matches!(*word, "IF" | "NOT" | "EXISTS"));
        let first = names.next()?;
        // `CREATE TABLE shop.orders (…)` has nothing else outside of its parentheses.
        let last =
            names.next().filter(|word| !matches!(*word, "AS" | "PARTITION" | "INHERITS" | "WITH" | "OF"));
        Some(last.unwrap_or(first).to_lowercase())
    }

    /// Returns the word behind another, in lower case.
    pub fn word_after(&self, word: &str) -> Option<String> {
        let at = self.words.iter().position(|own| own == word)?;
        Some(self.words.get(at + 1)?.to_lowercase())
    }

    /// Returns what the statement does to which extension: `("CREATE", "vector")`.
    pub fn extension(&self) -> Option<(&str, String)> {
        let mut words = self.words.iter().map(String::as_str);
        let verb = words.next()?;
        if verb == "COMMENT" {
            words.next().filter(|word| *word == "ON")?;
        }
        words.next().filter(|word| *word == "EXTENSION")?;
        let name = words.find(|word| !matches!(*word, "IF" | "NOT" | "EXISTS"))?;
        // Unquoted names fold to lower case, and no extension in use has an upper-case letter in its name.
        Some((verb, name.to_ascii_lowercase()))
    }

    fn first_words(&self) -> [&str; 3] {
        let mut words = self.words.iter().map(String::as_str);
        std::array::from_fn(|_| words.next().unwrap_or_default())
    }
}

/// Returns the names of the extensions that a script creates.
pub fn created_extensions(text: &str) -> BTreeSet<String> {
    let statements = statements(text);
    let touched = statements.iter().filter_map(Statement::extension);
    touched.filter(|(verb, _)| *verb == "CREATE").map(|(_, name)| name).collect()
}

/// Returns the names of the database schemas that a script creates.
pub fn created_schemas(text: &str) -> BTreeSet<String> {
    let statements = statements(text);
    let name = |one: &Statement| {
        let words: Vec<&str> = text.get(one.range.clone())?.split_whitespace().collect();
        let is = |at: usize, word: &str| words.get(at).is_some_and(|own| own.eq_ignore_ascii_case(word));
        let at = if is(2, "IF") { 5 } else { 2 };
        (is(0, "CREATE") && is(1, "SCHEMA"))
            .then(|| words.get(at).map(|name| name.trim_matches('"').to_owned()))?
    };
    statements.iter().filter_map(name).collect()
}

/// Returns where a word stands in a text, also within quotes.
pub(crate) fn occurrences<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_of_word) && !after.is_some_and(is_of_word)
    })
}

pub(crate) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn defines_routine(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str);
    words.next() == Some("CREATE")
        && words
            .find(|word| !matches!(*word, "OR" | "REPLACE"))
            .is_some_and(|word| matches!(word, "FUNCTION" | "PROCEDURE"))
}

#[cfg(test)]
mod tests {
    use super::{created_extensions, statements};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> =
            statements(text).iter().map(|one| text.get(one.range.clone()).unwrap()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn statements_end_at_semicolons() {
        check("", &[]);
        check("-- nothing\n;;/* at all */", &[]);
        check("SELECT 1; -- one\nSELECT 2", &["SELECT 1", "SELECT 2"]);
    }

    #[test]
    fn semicolons_inside_something_end_nothing() {
        check(
            "SELECT ';', \";\", $a$;$a$, E'\\';' /* ; */ ; x",
            &["SELECT ';', \";\", $a$;$a$, E'\\';'", "x"],
        );
        check(
            "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2); x",
            &["CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)", "x"],
        );
        check(
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; x",
            &[
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                "x",
            ],
        );
        check("BEGIN; COMMIT;", &["BEGIN", "COMMIT"]);
        check(
            "CREATE TABLE t (begin int, \"end\" int); x",
            &["CREATE TABLE t (begin int, \"end\" int)", "x"],
        );
    }

    #[test]
    fn statements_say_what_they_need_of_a_transaction() {
        let forbids = |text: &str| statements(text)[0].forbids_transaction();
        assert!(forbids("create index concurrently i on t (a)"));
        assert!(forbids("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"));
        assert!(forbids("ALTER TABLE p DETACH PARTITION c CONCURRENTLY"));
        assert!(forbids("VACUUM t"));
        assert!(!forbids("CREATE INDEX i ON t (a)"));
        assert!(!forbids("ALTER TYPE mood ADD VALUE 'calm'"));
        assert!(statements("begin")[0].controls_transaction());
        assert!(statements("START TRANSACTION")[0].controls_transaction());
        assert!(!statements("CREATE TABLE begin ()")[0].controls_transaction());
    }

    #[test]
    fn statements_say_whether_they_reach_beyond_their_database() {
        let wide = |text: &str| statements(text)[0].is_server_wide();
        assert!(wide("CREATE ROLE reader"));
        assert!(wide("alter user reader with nologin"));
        assert!(!wide("CREATE USER MAPPING FOR reader SERVER far"));
        assert!(!wide("CREATE TABLE role ()"));
        assert!(statements("copy t (a, b) from stdin with (format csv)")[0].copies_through_client());
        assert!(!statements("COPY t FROM '/stdin'")[0].copies_through_client());
    }

    #[test]
    fn extensions_are_found_however_they_are_spelt() {
        let text = "create extension vector; CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public;
                    -- CREATE EXTENSION commented;
                    SELECT 'CREATE EXTENSION quoted';";
        assert_eq!(Vec::from_iter(created_extensions(text)), ["uuid-ossp", "vector"]);
    }
}
