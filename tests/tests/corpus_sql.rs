//! SQL from the open: `TRUTHTABLE_CORPUS` names the folder that holds `sql/wild` and `diff`.
//!
//! Nothing may be lost: every statement that the lexer sees is covered by a declaration or by a diagnostic.
//! `TRUTHTABLE_SHOW=part-of-a-name` prints what was said of a file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::{Severity, Sink};
use truthtable::source::decl::{AlterAction, Decl, DefaultKind, Ident};
use truthtable::source::{self, Reading};
use truthtable::span::{Sources, Span};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            into.push(path);
        }
    }
}

#[test]
fn every_statement_is_accounted_for() {
    let Some(corpus) = truthtable_tests::corpus() else { return };
    let show = std::env::var("TRUTHTABLE_SHOW").ok();
    let mut paths = Vec::new();
    files(&corpus.join("sql/wild"), &mut paths);
    files(&corpus.join("diff"), &mut paths);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut fates: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut lost = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&corpus).unwrap_or(path).to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(path).expect("a file of the corpus")).into_owned();
        let mut sources = Sources::default();
        let file = sources.add(name.clone(), text.clone());
        let config = Config::for_name("wild");
        let mut sink = Sink::default();
        let decls =
            source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
        let mut covered = vec![None; text.len() + 1];
        let mut cover = |span: Span, fate: &'static str| {
            if let Some(bytes) = covered.get_mut(span.range()) {
                bytes.fill(Some(fate));
            }
        };
        for found in sink.diagnostics() {
            cover(found.span, "reported");
            // A mistake is shown at its place, and what it costs beside it.
            found.labels.iter().for_each(|label| cover(label.span, "reported"));
        }
        for decl in &decls {
            *counts.entry(kind(decl)).or_default() += 1;
            let fate = if matches!(decl, Decl::Verbatim(_)) { "carried as it stands" } else { "modelled" };
            cover(span(decl), fate);
            well_spanned(&sources, &name, decl);
        }
        let (mut skipped, mut session) = (0, 0);
        let is_foreign = sink.diagnostics().iter().any(|found| found.code.as_str() == "foreign-dialect");
        let is_cleared = sink.diagnostics().iter().any(|found| found.message.contains("of clearing away"));
        for found in sink.diagnostics() {
            *counts.entry(format!("{:?} {}", found.severity, found.code)).or_default() += 1;
            if found.code.as_str() == "sql-skipped" {
                skipped += 1;
            }
        }
        for statement in statements(&text) {
            let word = first_word(&text[statement.clone()]);
            let line = text[statement.clone()].lines().next().unwrap_or_default();
            let fate = if let Some(fate) = covered[statement.start] {
                fate
            } else if word == "do" && covered[statement.clone()].iter().any(Option::is_some) {
                // A block that only guards statements is accounted for by those.
                "read through what it guards"
            } else if word == "drop" && clears(&text[statement.clone()]) && is_cleared {
                "counted among what clears away"
            } else if is_foreign {
                "counted among what is not PostgreSQL's"
            } else if SESSION.contains(&word.as_str()) || sets_something(&text[statement.clone()]) {
                session += 1;
                "counted among what only concerns a session"
            } else {
                let at = text[..statement.start].matches('\n').count() + 1;
                lost.push(format!("{name}:{at}: {line}"));
                "lost"
            };
            *fates.entry((word, fate)).or_default() += 1;
        }
        // What only concerns a session is reported once, with its number.
        if session > 0 && skipped == 0 {
            lost.push(format!("{name}: {session} statements of a session, and nothing says so"));
        }
        if show.as_deref().is_some_and(|part| !part.is_empty() && name.contains(part)) {
            println!("{name}: {} declarations, {skipped} kinds skipped", decls.len());
            for found in sink.diagnostics().iter().filter(|found| found.severity > Severity::Info) {
                let at = sources.position(found.span);
                println!("  {}:{} {} {}", at.line, at.column, found.code, found.message);
            }
        }
    }
    println!("{} files", paths.len());
    for (what, count) in &counts {
        println!("{count:>7} {what}");
    }
    for ((word, fate), count) in &fates {
        println!("{count:>7} {word}: {fate}");
    }
    assert!(!paths.is_empty(), "the corpus holds no SQL");
    assert!(lost.is_empty(), "{} statements are lost:\n{}", lost.len(), lost.join("\n"));
}

/// Returns the statements as another reader sees them: everything between semicolons that are in no quote, comment, parenthesis or
/// body, without the data behind `COPY` and what is said to psql.
fn statements(text: &str) -> Vec<Range<usize>> {
    let parsed = squawk_syntax::SourceFile::parse(&without_rows(text));
    let root = parsed.syntax_node();
    let nodes = root.children().map(|node| {
        let range = node.text_range();
        usize::from(range.start())..usize::from(range.end())
    });
    // Where that reader has a mistake of its own it begins statements in their middle: only first words count.
    nodes.filter(|range| FIRST.contains(&first_word(&text[range.clone()]).as_str())).collect()
}

/// Returns a text with blanks for the rows behind `COPY … FROM stdin`.
fn without_rows(text: &str) -> String {
    let (mut out, mut is_row) = (String::with_capacity(text.len()), false);
    for line in text.split_inclusive('\n') {
        let was_row = is_row;
        is_row = match is_row {
            true => line.trim_end() != "\\.",
            false => first_word(line) == "copy" && line.trim_end().to_lowercase().ends_with("from stdin;"),
        };
        if was_row {
            out.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }))
        } else {
            out.push_str(line)
        }
    }
    out
}

/// Words that begin a statement.
const FIRST: &[&str] = &[
    "abort",
    "alter",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "delete",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "with",
];

/// Words that begin a statement which says nothing about a schema.
const SESSION: &[&str] = &[
    "abort",
    "analyze",
    "begin",
    "checkpoint",
    "cluster",
    "commit",
    "copy",
    "discard",
    "end",
    "listen",
    "load",
    "lock",
    "notify",
    "reindex",
    "release",
    "reset",
    "rollback",
    "savepoint",
    "set",
    "show",
    "start",
    "unlisten",
    "vacuum",
];

fn first_word(text: &str) -> String {
    text.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_lowercase()
}

/// Tells whether a query only sets something for the session or the position of a sequence.
fn sets_something(text: &str) -> bool {
    let folded: String = text.split_whitespace().collect::<String>().to_lowercase();
    ["selectpg_catalog.set_config(", "selectpg_catalog.setval("].iter().any(|head| folded.starts_with(head))
}

/// Tells whether a statement drops something only where it is there.
fn clears(text: &str) -> bool {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").contains(" if exists ")
}

fn kind(decl: &Decl) -> String {
    match decl {
        Decl::Verbatim(verbatim) => format!("verbatim {}", verbatim.kind),
        Decl::AlterTable(alter) => {
            let other = alter.actions.iter().all(|action| matches!(action, AlterAction::Other(_)));
            if other { "alter table, carried" } else { "alter table" }.to_owned()
        }
        other => format!("{other:?}").split('(').next().unwrap_or_default().to_lowercase(),
    }
}

fn span(decl: &Decl) -> Span {
    match decl {
        Decl::Schema(it) => it.span,
        Decl::Extension(it) => it.span,
        Decl::Enum(it) => it.span,
        Decl::Table(it) => it.span,
        Decl::AlterTable(it) => it.span,
        Decl::Index(it) => it.index.span,
        Decl::Comment(it) => it.span,
        Decl::Rows(it) => it.span,
        Decl::SearchPath(data) => data.span,
        Decl::Verbatim(it) => it.text.span,
        other => panic!("SQL declares no {other:?}"),
    }
}

/// Names and types stand in the file where their spans say.
fn well_spanned(sources: &Sources, file: &str, decl: &Decl) {
    let stands = |ident: &Ident| {
        let written = sources.text(ident.span);
        let meant = written.trim_matches(['"', '`', '[', ']']).replace("\"\"", "\"");
        assert!(
            meant.eq_ignore_ascii_case(&ident.node) || written.contains("U&"),
            "{file}: {written} is {}",
            ident.node
        );
    };
    let Decl::Table(table) = decl else { return };
    stands(&table.name.name);
    for column in &table.columns {
        stands(&column.name);
        if let Some(ty) = &column.ty {
            let folded: String = sources.text(ty.span).split_whitespace().collect();
            let said: String = ty.node.split_whitespace().collect();
            assert!(folded.starts_with(&said[..said.len().min(3)]), "{file}: type {said} at {folded}");
        }
        if let Some(default) =
            column.default.as_ref().filter(|default| default.kind == DefaultKind::Expression)
        {
            assert_eq!(sources.text(default.span), default.value, "{file}");
        }
    }
}
