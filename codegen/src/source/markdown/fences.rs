//! Fences: which front-end reads one, and what becomes of one that none reads.

mod language;
mod prisma;

use super::outline::Fence;
use super::tables::UNNAMED;
use super::{patterns, sketch, vocabulary};
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, Language};
use crate::source::{Frontend, Reading, by_fence, ruling, sql};

pub(super) use language::frontend as by_info;
pub(super) use prisma::fill;

const UNCLOSED: Code = Code::new("unclosed-fence");
const FOREIGN: Code = Code::new("foreign-dialect");
const NOT_SCHEMA: Code = Code::new("sql-not-schema");
const NOT_READ: Code = Code::new("fence-not-read");

/// Reads a fence through the front-end of its language; a table in it gets the heading under which it stands.
pub(super) fn read(fence: &Fence, section: Option<&Ident>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    if !fence.closed {
        sink.error(UNCLOSED, fence.marker.span, "this fence is never closed").help(format!(
            "add a line that holds nothing but {} behind the last line of the code",
            fence.marker.node
        ));
    }
    let Some(frontend) = frontend(fence, sink) else { return Vec::new() };
    let decls = match frontend.language {
        Language::Sql if is_columns(fence.body.text()) => {
            let span = fence.body.span(0..fence.body.text().trim_end().len());
            sink.warning(UNNAMED, span, "these columns belong to no table that is named")
                .help("write CREATE TABLE or ALTER TABLE around them");
            Vec::new()
        }
        Language::Sql if reads_or_changes(fence.body.text()) => {
            let span = fence.body.span(0..fence.body.text().trim_end().len());
            sink.info(NOT_SCHEMA, span, "this fence reads or changes rows, which is no part of a schema")
                .help("nothing was read of it");
            Vec::new()
        }
        Language::Sql if is_no_statement(fence.body.text()) => {
            let span = fence.body.span(0..fence.body.text().trim_end().len());
            // Tables written like calls are read once all others are known.
            if !sketch::is_called(fence) {
                sink.info(NOT_SCHEMA, span, "no statement stands in this fence").help(
                    "nothing was read of it; write CREATE or ALTER TABLE around what belongs to a table",
                );
            }
            Vec::new()
        }
        Language::Sql => sql::parse_fence(&fence.body, database(fence), cx, sink),
        // Models of one fence refer to those of another: all are read together.
        Language::Prisma => Vec::new(),
        _ => (frontend.parse)(&fence.body, cx, sink),
    };
    if matches!(frontend.language, Language::Sql | Language::Dbml) && !cx.config.literal {
        ruling::tell_loose(&fence.body, frontend.language, &decls, sink);
    }
    placed(decls, section, fence)
}

/// Tells whether a fence of SQL asks or changes what is in tables and makes nothing: its `INSERT`s are those of a program, and no seeds.
fn reads_or_changes(text: &str) -> bool {
    const MAKES: &[&str] = &["create", "alter", "comment", "grant", "revoke", "drop", "do", "refresh", "set"];
    const WORKS: &[&str] = &["select", "update", "delete", "with", "explain", "call", "merge"];
    let first = |line: &str| {
        let word = line.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        word.to_ascii_lowercase()
    };
    let words: Vec<String> = text.lines().map(first).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(WORKS) && !has(MAKES)
}

/// Tells whether a fence of SQL holds settings, or a piece of a statement: nothing ends as one, and no word speaks of a table.
fn is_no_statement(text: &str) -> bool {
    const VERBS: &[&str] = &[
        "create", "alter", "comment", "grant", "revoke", "drop", "do", "refresh", "set", "insert",
        "truncate", "copy", "begin", "commit", "vacuum", "analyze", "reindex", "cluster", "show", "select",
        "update", "delete", "with", "explain", "call", "merge", "use", "describe", "declare", "execute",
        "pragma",
    ];
    let bare = |line: &str| line.split("--").next().unwrap_or_default().to_lowercase();
    let lines = text.lines().map(bare).filter(|line| !line.trim().is_empty());
    // What stands in parentheses is a part of something: `team_id in (select …)` asks for nothing.
    let mut depth = 0_usize;
    let outer = |line: String| -> String {
        let is_outer = |c: &char| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        };
        line.chars().filter(is_outer).collect()
    };
    let lines: Vec<String> = lines.map(outer).collect();
    let words = |line: &String| -> Vec<String> {
        line.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let speaks = |word: &String| VERBS.contains(&word.as_str()) || word == "table";
    !lines.is_empty()
        && !text.contains([';', '\\'])
        && !lines.iter().any(|line| words(line).iter().any(speaks))
}

/// Tells whether a fence of SQL shows nothing but columns of a table that it does not name: `paid_at timestamptz, -- …`.
fn is_columns(text: &str) -> bool {
    const VERBS: &[&str] = &["select", "set", "show", "use", "call", "declare", "add", "returns", "with"];
    let bare = text.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
    let mut lines = bare.filter(|line| !line.is_empty()).peekable();
    let is_column = |line: &str| {
        let Some((name, ty)) = line.split_once(char::is_whitespace) else { return false };
        let is_verb = VERBS.iter().any(|verb| name.eq_ignore_ascii_case(verb));
        vocabulary::is_name(name) && !is_verb && !line.contains(';') && vocabulary::is_type(ty.trim_start())
    };
    lines.peek().is_some() && lines.all(is_column)
}

/// Gives the tables of a fence the heading under which it stands.
fn placed(mut decls: Vec<Decl>, section: Option<&Ident>, fence: &Fence) -> Vec<Decl> {
    for decl in &mut decls {
        if let Decl::Table(table) = decl
            && table.section.is_none()
        {
            table.section = section.cloned();
        }
    }
    patterns::wrap(decls, section, fence.body.span(0..fence.body.text().len()))
}

/// Returns what the info string says of the database; one that is said to be PostgreSQL's is taken at its word.
fn database(fence: &Fence) -> sql::Database<'static> {
    let Some(info) = &fence.info else { return sql::Database::Unsaid };
    let word = language::named(&info.node);
    match dialect(&word) {
        Some(name) => sql::Database::Other(name, info.span),
        None if matches!(word.as_str(), "sql" | "ddl") || language::is_none(&info.node) => {
            sql::Database::Unsaid
        }
        None => sql::Database::PostgreSql,
    }
}

/// Databases whose SQL is not PostgreSQL's, as info strings name them.
const FOREIGN_DIALECTS: &[(&str, &str)] = &[
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("sqlite", "SQLite"),
    ("sqlite3", "SQLite"),
    ("clickhouse", "ClickHouse"),
    ("tsql", "SQL Server"),
    ("mssql", "SQL Server"),
    ("plsql", "Oracle"),
    ("oracle", "Oracle"),
    ("sqlserver", "SQL Server"),
    ("cql", "Cassandra"),
    ("cassandra", "Cassandra"),
    ("bigquery", "BigQuery"),
    ("snowflake", "Snowflake"),
    ("cockroachdb", "CockroachDB"),
    ("crdb", "CockroachDB"),
    ("hive", "Hive"),
    ("hiveql", "Hive"),
    ("hql", "Hive"),
    ("spark", "Spark"),
    ("sparksql", "Spark"),
    ("databricks", "Spark"),
    ("redshift", "Redshift"),
    ("duckdb", "DuckDB"),
    ("tidb", "TiDB"),
    ("db2", "Db2"),
    ("trino", "Trino"),
    ("presto", "Trino"),
];

fn frontend(fence: &Fence, sink: &mut Sink) -> Option<&'static Frontend> {
    // A drawing stays one where it is marked as SQL for the colours.
    if fence.is_drawing() {
        return None;
    }
    let Some(info) = &fence.info else { return by_content(fence.body.text()) };
    let word = language::named(&info.node);
    if dialect(&word).is_some() {
        return by_fence("sql");
    }
    if let Some(frontend) = by_info(&info.node) {
        // Mermaid draws many things, of which one is a schema: the front-end tells so.
        return Some(frontend);
    }
    if language::is_none(&info.node) {
        // Plain text shows models of programs too.
        let is_read = |frontend: &&Frontend| matches!(frontend.language, Language::Sql | Language::Mermaid);
        return by_content(fence.body.text()).filter(is_read);
    }
    if DOCUMENTS.contains(&word.as_str()) {
        let text = fence.body.text();
        let sign =
            DOCUMENT_SIGNS.iter().find_map(|(sign, database)| Some((*database, *sign, text.find(sign)?)));
        let named = word.to_ascii_lowercase().starts_with("mongo").then_some(("MongoDB", info.span));
        let place = sign.map(|(database, sign, at)| (database, fence.body.span(at..at + sign.len())));
        if let Some((database, place)) = place.or(named) {
            let message = format!("this fence is written for {database}, and nothing was read of it");
            sink.warning(FOREIGN, place, message).help("describe the table in a table of columns, or as SQL");
        }
    }
    unread(fence, info, sink);
    None
}

/// Reports statements that define something in a fence of another language.
fn unread(fence: &Fence, info: &Ident, sink: &mut Sink) {
    let text = fence.body.text();
    let Some((at, line)) = defining(text) else { return };
    let span = fence.body.span(at..at + line.len());
    sink.warning(NOT_READ, span, format!("this stands in a fence of `{}`, and is not read", info.node))
        .label(info.span, "the language")
        .help("write `sql` behind the backticks where it belongs to the schema");
}

/// Returns the first line that defines a table or a type in SQL, with where it begins.
fn defining(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|written| {
        let line = written.trim();
        let start = at + (written.len() - written.trim_start().len());
        at += written.len();
        let mut words = line.split([' ', '\t', '(']).filter(|word| !word.is_empty()).map(str::to_lowercase);
        let (first, second) = (words.next()?, words.next()?);
        let defines =
            matches!((first.as_str(), second.as_str()), ("create", "table" | "type") | ("alter", "table"));
        (defines && words.next().is_some()).then_some((start, line))
    })
}

/// Returns the database that the language of an info string names, where it is another one.
fn dialect(word: &str) -> Option<&'static str> {
    FOREIGN_DIALECTS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, database)| *database)
}

/// Info strings of languages in which databases of documents are spoken to.
const DOCUMENTS: &[&str] = &[
    "javascript",
    "js",
    "typescript",
    "ts",
    "json",
    "jsonc",
    "bson",
    "mongo",
    "mongodb",
    "mongosh",
    "yaml",
    "yml",
];

/// What only one database of documents has.
const DOCUMENT_SIGNS: &[(&str, &str)] = &[
    ("db.createCollection(", "MongoDB"),
    ("$jsonSchema", "MongoDB"),
    ("mongoose.Schema", "MongoDB"),
    ("new Schema(", "MongoDB"),
    ("ObjectId", "MongoDB"),
    ("\"$oid\"", "MongoDB"),
    ("KeySchema", "DynamoDB"),
    ("AttributeDefinitions", "DynamoDB"),
    ("firebase.firestore", "Firestore"),
    ("serverTimestamp()", "Firestore"),
    ("rules_version", "Firestore"),
];

/// Tells the language of a fence without an info string by how its lines begin.
fn by_content(text: &str) -> Option<&'static Frontend> {
    if is_er_diagram(text) {
        return by_fence("mermaid");
    }
    text.lines().find_map(|line| {
        let line = line.trim();
        let mut words = line.split_whitespace().map(str::to_lowercase);
        let (first, second) = (words.next()?, words.next().unwrap_or_default());
        let opens = line.ends_with('{');
        match first.as_str() {
            "create" if CREATES.contains(&second.trim_end_matches('(')) => by_fence("sql"),
            "alter" if second == "table" => by_fence("sql"),
            "table" | "ref" | "tablegroup" if opens => by_fence("dbml"),
            "ref:" => by_fence("dbml"),
            "model" | "datasource" | "generator" if opens => by_fence("prisma"),
            _ => None,
        }
    })
}

/// What may follow CREATE in a statement that describes a schema.
const CREATES: &[&str] = &[
    "table",
    "unlogged",
    "type",
    "domain",
    "extension",
    "schema",
    "index",
    "unique",
    "view",
    "materialized",
    "sequence",
    "function",
    "or",
    "trigger",
    "policy",
];

fn is_er_diagram(text: &str) -> bool {
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("%%")).peekable();
    // A title may stand before the diagram, between two lines of dashes.
    if lines.next_if(|line| line.starts_with("---")).is_some() {
        lines.find(|line| line.starts_with("---"));
    }
    lines.next().is_some_and(|line| line.starts_with("erDiagram"))
}
