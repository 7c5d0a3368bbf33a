//! Fences: which front-end reads one, and what becomes of one that none reads.

use super::outline::Fence;
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident};
use crate::source::{Frontend, Reading, by_fence};

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
    let mut decls = (frontend.parse)(&fence.body, cx, sink);
    for decl in &mut decls {
        if let Decl::Table(table) = decl
            && table.section.is_none()
        {
            table.section = section.cloned();
        }
    }
    decls
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
    ("cql", "Cassandra"),
    ("cassandra", "Cassandra"),
    ("bigquery", "BigQuery"),
];

fn frontend(fence: &Fence, sink: &mut Sink) -> Option<&'static Frontend> {
    let Some(info) = &fence.info else { return by_content(fence.body.text()) };
    let word = info.node.split([' ', '\t', ',', '{', ':']).next().unwrap_or_default();
    if let Some(frontend) = by_fence(word) {
        // Mermaid draws many things, of which one is a schema.
        let drawn = frontend.language == crate::source::decl::Language::Mermaid;
        return (!drawn || is_er_diagram(fence.body.text())).then_some(frontend);
    }
    let dialect = FOREIGN_DIALECTS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    if let Some((_, name)) = dialect {
        sink.warning(FOREIGN, info.span, format!("this fence is {name}, which is not read"))
            .help("mark it `sql` if PostgreSQL runs it as it stands");
    }
    None
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
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("%%") && !line.starts_with("---"))
        .is_some_and(|line| line.starts_with("erDiagram"))
}
