//! Fences: which front-end reads one, and what becomes of one that none reads.

use super::outline::Fence;
use super::patterns;
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, Language};
use crate::source::{Frontend, Reading, by_fence};
use crate::span::{Fragment, Span};

const UNCLOSED: Code = Code::new("unclosed-fence");
const FOREIGN: Code = Code::new("foreign-dialect");

/// Reads a fence through the front-end of its language; a table in it gets the heading under which it stands.
pub(super) fn read(fence: &Fence, section: Option<&Ident>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    if !fence.closed {
        sink.error(UNCLOSED, fence.marker.span, "this fence is never closed").help(format!(
            "add a line that holds nothing but {} behind the last line of the code",
            fence.marker.node
        ));
    }
    let Some(frontend) = frontend(fence, sink) else { return Vec::new() };
    // A fence that is said to be PostgreSQL's is taken at its word.
    let is_any_sql = frontend.language == Language::Sql
        && fence.info.as_ref().is_none_or(|info| info.node.to_lowercase().starts_with("sql"));
    // The info string may name the database, or a sign in the text gives it away.
    let info = fence.info.as_ref();
    let named = info.and_then(|info| Some((dialect(first_word(&info.node))?, info.span)));
    let foreign = named.or_else(|| is_any_sql.then(|| foreign_dialect(&fence.body)).flatten());
    let mut decls = match foreign {
        Some((database, sign)) => read_foreign(fence, frontend, database, sign, cx, sink),
        None => (frontend.parse)(&fence.body, cx, sink),
    };
    for decl in &mut decls {
        if let Decl::Table(table) = decl
            && table.section.is_none()
        {
            table.section = section.cloned();
        }
    }
    patterns::wrap(decls, section, fence.body.span(0..fence.body.text().len()))
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
];

fn first_word(info: &str) -> &str {
    info.split([' ', '\t', ',', '{', ':']).next().unwrap_or_default()
}

fn frontend(fence: &Fence, sink: &mut Sink) -> Option<&'static Frontend> {
    let Some(info) = &fence.info else { return by_content(fence.body.text()) };
    let word = first_word(&info.node);
    if let Some(frontend) = by_fence(word) {
        // Mermaid draws many things, of which one is a schema.
        let drawn = frontend.language == Language::Mermaid;
        return (!drawn || is_er_diagram(fence.body.text())).then_some(frontend);
    }
    if dialect(word).is_some() {
        return by_fence("sql");
    }
    if DOCUMENTS.iter().any(|name| word.eq_ignore_ascii_case(name)) {
        let sign = MONGO_SIGNS.iter().find_map(|sign| Some((*sign, fence.body.text().find(sign)?)));
        let named = word.to_ascii_lowercase().starts_with("mongo").then_some(info.span);
        let place = sign.map(|(sign, at)| fence.body.span(at..at + sign.len())).or(named);
        if let Some(place) = place {
            sink.warning(FOREIGN, place, "this fence is written for MongoDB, and nothing was read of it")
                .help("describe the table in a table of columns, or as SQL");
        }
    }
    None
}

/// Returns the database that the first word of an info string names, where it is another one.
fn dialect(word: &str) -> Option<&'static str> {
    FOREIGN_DIALECTS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, database)| *database)
}

/// Info strings of languages in which MongoDB is spoken to.
const DOCUMENTS: &[&str] =
    &["javascript", "js", "typescript", "ts", "json", "jsonc", "bson", "mongo", "mongodb", "mongosh"];

/// What only MongoDB has.
const MONGO_SIGNS: &[&str] =
    &["db.createCollection(", "$jsonSchema", "mongoose.Schema", "new Schema(", "ObjectId"];

/// What only one other database writes.
const SIGNS: &[(&str, &str)] = &[
    ("engine=innodb", "MySQL"),
    ("engine = innodb", "MySQL"),
    ("auto_increment", "MySQL"),
    ("on update current_timestamp", "MySQL"),
    ("mergetree", "ClickHouse"),
    ("lowcardinality(", "ClickHouse"),
    ("pragma ", "SQLite"),
    ("without rowid", "SQLite"),
    ("create keyspace", "Cassandra"),
    ("clustering order by", "Cassandra"),
    ("frozen<", "Cassandra"),
    (" autoincrement", "SQLite"),
    ("identity(1,1)", "SQL Server"),
    ("nvarchar(", "SQL Server"),
    ("uniqueidentifier", "SQL Server"),
    ("getdate()", "SQL Server"),
    ("varchar2(", "Oracle"),
];

/// Tells which other database a fence is written for, with the place of what gives it away.
fn foreign_dialect(body: &Fragment<'_>) -> Option<(&'static str, Span)> {
    let lower = body.text().to_ascii_lowercase();
    let (at, sign, database) =
        SIGNS.iter().filter_map(|(sign, database)| Some((lower.find(sign)?, sign, *database))).min()?;
    Some((database, body.span(at..at + sign.trim_end().len())))
}

/// Reads what PostgreSQL's reader understands of another database's SQL; that the rest is foreign is said once.
fn read_foreign(
    fence: &Fence,
    frontend: &Frontend,
    database: &str,
    sign: Span,
    cx: &Reading<'_>,
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut unheard = Sink::default();
    let decls = (frontend.parse)(&fence.body, cx, &mut unheard);
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    sink.warning(FOREIGN, sign, format!("this fence is written for {database}"))
        .help(format!(
            "{} read of it; {} not PostgreSQL's",
            count(decls.len(), "declaration"),
            count(unheard.diagnostics().len(), "place"),
        ))
        .help("write it as PostgreSQL would run it, so that all of it is read");
    decls
}

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
