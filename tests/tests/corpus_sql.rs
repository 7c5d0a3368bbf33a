//! SQL from the open: `TRUTHTABLE_CORPUS` names the folder that holds `sql/wild` and `diff`.
//!
//! Nothing may be lost: every statement that the lexer sees is covered by a declaration or by a diagnostic.
//! `TRUTHTABLE_SHOW=part-of-a-name` prints what was said of a file.

use std::collections::BTreeMap;
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
    let mut lost = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&corpus).unwrap_or(path).to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(path).expect("a file of the corpus")).into_owned();
        let mut sources = Sources::default();
        let file = sources.add(name.clone(), text.clone());
        let config = Config::for_name("wild");
        let mut sink = Sink::default();
        let decls = source::read(&[file], &Reading { sources: &sources, config: &config }, &mut sink);
        let mut covered = vec![false; text.len() + 1];
        let mut cover = |span: Span| {
            if let Some(bytes) = covered.get_mut(span.range()) {
                bytes.fill(true);
            }
        };
        for decl in &decls {
            *counts.entry(kind(decl)).or_default() += 1;
            cover(span(decl));
            well_spanned(&sources, &name, decl);
        }
        let mut skipped = 0;
        for found in sink.diagnostics() {
            *counts.entry(format!("{:?} {}", found.severity, found.code)).or_default() += 1;
            cover(found.span);
            if found.code.as_str() == "sql-skipped" {
                skipped += 1;
            }
        }
        for start in statements(&text) {
            let line = text[start..].lines().next().unwrap_or_default();
            // A block that only guards statements is accounted for by those.
            let guards = line.to_ascii_lowercase().starts_with("do")
                && covered[start..].iter().take(4000).any(|byte| *byte);
            if !covered[start] && !guards && !is_session(line) {
                lost.push(format!("{name}: {line}"));
            }
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
    assert!(!paths.is_empty(), "the corpus holds no SQL");
    assert!(lost.is_empty(), "{} statements are lost:\n{}", lost.len(), lost.join("\n"));
}

/// Returns where statements begin, told without the reader: a verb at the beginning of a line, outside quotes, comments and
/// parentheses.
fn statements(text: &str) -> Vec<usize> {
    let tree = squawk_syntax::SourceFile::parse(text);
    let root = tree.syntax_node();
    let mut starts: Vec<usize> =
        root.children().map(|statement| usize::from(statement.text_range().start())).collect();
    starts.retain(|start| {
        let word: String = text[*start..].chars().take_while(char::is_ascii_alphabetic).collect();
        let verbs =
            ["create", "alter", "comment", "insert", "grant", "revoke", "do", "drop", "update", "delete"];
        verbs.contains(&word.to_lowercase().as_str())
    });
    starts
}

fn is_session(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    ["set", "begin", "commit", "select", "copy"].contains(&word.trim_end_matches(';'))
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
        Decl::Verbatim(it) => it.text.span,
        other => panic!("SQL declares no {other:?}"),
    }
}

/// Names and types stand in the file where their spans say.
fn well_spanned(sources: &Sources, file: &str, decl: &Decl) {
    let stands = |ident: &Ident| {
        let written = sources.text(ident.span);
        let meant = written.trim_matches(['"', '`']).replace("\"\"", "\"");
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
