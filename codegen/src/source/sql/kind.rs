//! What kind of statement it is, by its first words.

use crate::source::sql::split::{Statement, Token};

/// A kind of statement, by what is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `CREATE TABLE`, except one made by a query.
    Table,
    /// `ALTER TABLE`.
    AlterTable,
    /// `CREATE INDEX`.
    Index,
    /// `CREATE TYPE`; the tree tells which.
    Type,
    /// `CREATE SCHEMA`.
    Schema,
    /// `CREATE EXTENSION`.
    Extension,
    /// `COMMENT ON`.
    Comment,
    /// `INSERT`.
    Insert,
    /// Carried as it stands.
    Verbatim(String),
    /// Says nothing about the schema, and is counted: transactions, settings, what psql is told.
    Session,
    /// It makes what every database has.
    Given(&'static str),
    /// Works on what is there rather than say what shall be there.
    NotSchema(String),
    /// Begins with no word that PostgreSQL knows at the beginning of a statement.
    Unknown,
}

/// How many words tell the kind of a statement at most.
const LOOKED_AT: usize = 8;

/// Tells what kind of statement it is.
pub(super) fn kind(text: &str, statement: &Statement) -> Kind {
    let is_word = |token: &&Token| matches!(token.kind, squawk_lexer::TokenKind::Ident);
    let mut head = String::with_capacity(64);
    for token in statement.significant().take_while(is_word).take(LOOKED_AT) {
        head.push_str(token.text(text));
        head.push(' ');
    }
    head.make_ascii_lowercase();
    let words: Vec<&str> = head.split_terminator(' ').collect();
    match words.as_slice() {
        ["create", rest @ ..] => created(rest),
        ["alter", "table", ..] => Kind::AlterTable,
        // Large objects are data, and have numbers for names.
        [verb @ ("alter" | "comment" | "grant" | "revoke" | "security"), rest @ ..]
            if rest.windows(2).any(|pair| pair == ["large", "object"]) =>
        {
            Kind::NotSchema(format!("{} … LARGE OBJECT", verb.to_uppercase()))
        }
        ["alter", rest @ ..] if !rest.is_empty() => Kind::Verbatim(format!("alter {}", object(rest))),
        ["comment", "on", ..] => Kind::Comment,
        ["insert", ..] => Kind::Insert,
        [verb @ ("grant" | "revoke" | "do" | "refresh"), ..] => Kind::Verbatim((*verb).to_owned()),
        ["security", "label", ..] => Kind::Verbatim("security label".to_owned()),
        ["import", "foreign", "schema", ..] => Kind::Verbatim("import foreign schema".to_owned()),
        ["reassign", "owned", ..] => Kind::Verbatim("reassign owned".to_owned()),
        [
            "begin" | "start" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" | "set"
            | "reset" | "show" | "discard" | "listen" | "notify" | "unlisten" | "lock" | "analyze" | "vacuum"
            | "checkpoint" | "copy" | "load" | "reindex" | "cluster",
            ..,
        ] => Kind::Session,
        // What pg_dump begins and ends with.
        ["select", "pg_catalog", ..] => match is_setting(text, statement) {
            true => Kind::Session,
            false => Kind::NotSchema("SELECT".to_owned()),
        },
        ["drop", rest @ ..] if !rest.is_empty() => {
            Kind::NotSchema(format!("DROP {}", object(rest).to_uppercase()))
        }
        [
            verb @ ("select" | "update" | "delete" | "merge" | "truncate" | "with" | "values" | "table"
            | "explain" | "prepare" | "execute" | "deallocate" | "call" | "declare" | "fetch"
            | "move" | "close"),
            ..,
        ] => Kind::NotSchema(verb.to_uppercase()),
        _ => Kind::Unknown,
    }
}

fn created(words: &[&str]) -> Kind {
    let words = match words {
        ["or", "replace", rest @ ..] => rest,
        all => all,
    };
    match words {
        ["global" | "local", "temp" | "temporary", "table", ..] | ["temp" | "temporary", "table", ..] => {
            Kind::NotSchema("CREATE TEMPORARY TABLE".to_owned())
        }
        ["table", ..] | ["unlogged", "table", ..] => Kind::Table,
        ["index", ..] | ["unique", "index", ..] => Kind::Index,
        ["clustered" | "nonclustered" | "fulltext" | "spatial", "index", ..]
        | ["unique", "clustered" | "nonclustered", "index", ..] => Kind::Index,
        ["type", ..] => Kind::Type,
        ["schema", ..] => Kind::Schema,
        // A database holds schemas and is part of none.
        ["database", ..] => Kind::NotSchema("CREATE DATABASE".to_owned()),
        // Old dumps make it, as a language and as an extension.
        ["extension", "plpgsql" | "\"plpgsql\"", ..]
        | ["extension", "if", "not", "exists", "plpgsql" | "\"plpgsql\"", ..] => {
            Kind::Given("CREATE EXTENSION plpgsql")
        }
        ["extension", ..] => Kind::Extension,
        ["language", "plpgsql"] | ["procedural", "language", "plpgsql"] => {
            Kind::Given("CREATE LANGUAGE plpgsql")
        }
        [] => Kind::Unknown,
        rest => {
            let kind = object(rest);
            if KINDS.contains(&kind.as_str()) { Kind::Verbatim(kind) } else { Kind::Unknown }
        }
    }
}

/// What `CREATE` makes beside what has a declaration of its own.
const KINDS: &[&str] = &[
    "access method",
    "aggregate",
    "cast",
    "collation",
    "conversion",
    "domain",
    "event trigger",
    "foreign data wrapper",
    "foreign table",
    "function",
    "group",
    "language",
    "materialized view",
    "operator",
    "operator class",
    "operator family",
    "policy",
    "procedure",
    "property graph",
    "publication",
    "role",
    "rule",
    "sequence",
    "server",
    "statistics",
    "subscription",
    "tablespace",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "transform",
    "trigger",
    "user",
    "user mapping",
    "view",
];

/// Returns the kind of object that words behind a verb name, in lower case.
fn object(words: &[&str]) -> String {
    let taken: &[&str] = match words {
        ["constraint", "trigger", ..] => &["trigger"],
        ["recursive" | "temp" | "temporary", "view", ..] => &["view"],
        ["temp" | "temporary" | "unlogged", "sequence", ..] => &["sequence"],
        ["trusted" | "procedural", "language", ..] => &["language"],
        [
            "materialized" | "event" | "access" | "operator" | "user" | "foreign" | "text" | "property"
            | "default" | "large",
            ..,
        ] => {
            let length = match words {
                ["foreign", "data", ..] | ["text", "search", ..] => 3,
                ["operator", "class" | "family", ..] | ["user", "mapping", ..] => 2,
                ["operator" | "user", ..] => 1,
                _ => 2,
            };
            words.get(..length).unwrap_or(words)
        }
        _ => words.get(..1).unwrap_or(words),
    };
    taken.join(" ")
}

/// Tells whether a `SELECT` only sets a parameter or a sequence's position.
fn is_setting(text: &str, statement: &Statement) -> bool {
    statement
        .significant()
        .take(4)
        .any(|token| token.is_word(text, "set_config") || token.is_word(text, "setval"))
}
