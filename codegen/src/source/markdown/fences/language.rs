//! The language that an info string names, in the many ways in which people write it.

use crate::source::markdown::words;
use crate::source::{Frontend, by_fence};

/// Returns the language that an info string names, in lower case and without signs: `PL/pgSQL` is `plpgsql`.
///
/// It stands first, or in the forms of other programs behind a dot or in braces: `sql title="x"`, `{.sql .numberLines}`, `{sql}`,
/// `language-sql`, `lang:sql`.
pub(super) fn named(info: &str) -> String {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | '=' | ';' | '(' | '[');
    let mut words = info.split(ends).filter(|word| !word.is_empty()).peekable();
    // Among attributes the classes have dots, of which the first is the language.
    let class =
        info.starts_with('{').then(|| words.clone().find_map(|word| word.strip_prefix('.'))).flatten();
    let is_label = |word: &&str| LABELS.contains(&words::lowered(word).as_ref());
    let first = class.or_else(|| {
        let first = words.next()?;
        if is_label(&first) { words.next() } else { Some(first) }
    });
    let word = first.unwrap_or_default().trim_start_matches('.').to_lowercase();
    let labelled = word.split_once('-').filter(|(label, _)| is_label(label)).map(|(_, word)| word);
    labelled.unwrap_or(&word).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Words that say that a language follows.
const LABELS: &[&str] = &["language", "lang", "code", "highlight", "src", "syntax"];

/// Returns the front-end of the language that an info string names.
pub(in super::super) fn frontend(info: &str) -> Option<&'static Frontend> {
    let word = named(info);
    by_fence(&word)
        .or_else(|| MERMAID.contains(&word.as_str()).then(|| by_fence("mermaid")).flatten())
        .or_else(|| is_postgresql(&word).then(|| by_fence("sql")).flatten())
}

/// Names of Mermaid beside its own.
const MERMAID: &[&str] = &["mmd", "mermaidjs", "mermaider", "erdiagram"];

/// Tells whether a word is put together of names of SQL and PostgreSQL: `sqlpostgresql`, `postgressql`, `ddl`, `postgresql15`.
fn is_postgresql(word: &str) -> bool {
    const PARTS: &[&str] = &["postgresql", "postgres", "pgsql", "psql", "sql", "ddl", "pg"];
    let mut rest = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let mut any = false;
    while !rest.is_empty() {
        let Some(behind) = PARTS.iter().find_map(|part| rest.strip_prefix(part)) else { return false };
        (rest, any) = (behind, true);
    }
    any
}

/// Tells whether an info string says that a fence is in no language at all.
pub(super) fn is_none(info: &str) -> bool {
    matches!(
        named(info).as_str(),
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "raw" | "nohighlight"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_in_every_dress() {
        let check = |info: &str, expected: &str| {
            let found = frontend(info).map_or("", |frontend| frontend.name);
            assert_eq!(found, expected, "{info}");
        };
        for info in [
            "sql",
            "SQL",
            "sql title=\"a b\"",
            "sql,ignore",
            "sql:path/x.sql",
            "{.sql .numberLines}",
            "{sql}",
            "{#one .sql}",
            "{ .sql }",
            ".sql",
            "language-sql",
            "lang-sql",
            "lang:sql",
            "language=sql",
            "sql{1,3}",
            "PL/pgSQL",
            "PLpgSQL",
            "ddl",
            "SQLPostgreSQL",
            "postgres-sql",
            "sql-postgresql",
            "PostgreSQL 15",
            "postgresql15",
            "sql+ddl",
            "psql",
            "pg",
        ] {
            check(info, by_fence("sql").unwrap().name);
        }
        for info in ["mermaid", "{mermaid}", "mmd", "mermaidjs", "{.mermaid}"] {
            check(info, by_fence("mermaid").unwrap().name);
        }
        check("{.dbml}", by_fence("dbml").unwrap().name);
        check("language-prisma", by_fence("prisma").unwrap().name);
        for info in ["plsql", "mysql", "text", "rust", "{r}", "json", "graphql", "pgn", ""] {
            check(info, "");
        }
    }
}
