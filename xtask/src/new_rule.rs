//! `new-rule`: begins a rule of the linter in the tool's own workspace.

use std::io;
use std::path::Path;

use truthtable::diag::explain::{self, FAMILIES};
use truthtable::emit::FileSet;
use truthtable::emit::document::rules::{FOLDER, RulePage, rule_pages};
use truthtable::lint::{self, Group, RULES};
use truthtable::write;

use crate::Exit;

/// The file that lists the rules.
const REGISTRY: &str = "codegen/src/lint.rs";

/// Arguments of `new-rule`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The rule's name in kebab-case: what is wrong, such as `fk-without-index`, and not what to do about it.
    name: String,
    /// What the rule is about.
    #[arg(long, default_value = "consistency", value_parser = groups())]
    group: String,
}

fn groups() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Group::ALL.map(Group::as_str))
}

/// Writes the rule's file with an example that fails and one that passes, registers it, and writes its page.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let name = arguments.name.as_str();
    if let Err(why) = check_name(name) {
        eprintln!("error: {why}");
        return Ok(Exit::Failure);
    }
    let module = name.replace('-', "_");
    let (registry, source) = (root.join(REGISTRY), format!("codegen/src/lint/{module}.rs"));
    let Ok(known) = std::fs::read_to_string(&registry) else {
        eprintln!(
            "error: there is no `{REGISTRY}` here; rules are begun in the workspace of the tool itself"
        );
        return Ok(Exit::Failure);
    };
    if root.join(&source).exists() {
        eprintln!("error: `{source}` is there already");
        return Ok(Exit::Failure);
    }
    let Some(registered) = register(&known, &module) else {
        eprintln!("error: `{REGISTRY}` has no list of modules and rules to add the rule to");
        return Ok(Exit::Failure);
    };
    let doc = documentation(name);
    let mut files = FileSet::owning([]);
    files.add(source.clone(), rule(name, &arguments.group, &doc));
    files.add(REGISTRY, registered);
    // The same page that `gen` writes once the tool is built with the rule in it.
    let page = RulePage {
        name: String::leak(name.to_owned()),
        group: String::leak(arguments.group.clone()),
        level: "warn",
        doc,
    };
    let pages: Vec<RulePage> = RULES.iter().map(RulePage::from).chain([page]).collect();
    for (path, text) in rule_pages(&pages, FAMILIES).iter() {
        if path == format!("{FOLDER}/{name}.md") || path == format!("{FOLDER}/README.md") {
            files.add(path, text);
        }
    }
    write::apply(&files, &write::compare(&files, root)?, root)?;
    for (path, _) in files.iter() {
        println!("wrote {path}");
    }
    println!("say in `{source}` what the rule finds and why, and find it; then:");
    println!("    cargo test -p truthtable lint    runs the examples of its page");
    println!("    cargo xtask gen                  writes the page anew");
    Ok(Exit::Clean)
}

/// Says why a name cannot be a rule's.
fn check_name(name: &str) -> Result<(), String> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    // Two words at least, so that no name is a keyword of Rust.
    if name.split('-').count() < 2 || !name.split('-').all(is_word) {
        return Err(format!(
            "`{name}` is no name of a rule: write words in lower case with `-` between them"
        ));
    }
    if lint::find(name).is_some() || explain::find(name).is_some() {
        return Err(format!("`{name}` is a rule or code already; `cargo xtask explain {name}` shows it"));
    }
    Ok(())
}

/// Returns the page with examples that work as they stand.
fn documentation(name: &str) -> String {
    format!(
        "A table is called `replace_me`: say here what `{name}` finds.\n\n\
         Say here why it matters, and what to do about it.\n\n\
         ```sql fail\ncreate table replace_me (id bigint primary key);\n```\n\n\
         ```sql pass\ncreate table notes (id bigint primary key);\n```\n"
    )
}

/// Returns the rule's file.
fn rule(name: &str, group: &str, doc: &str) -> String {
    let comment: String =
        doc.lines().map(|line| format!("    /// {line}").trim_end().to_owned() + "\n").collect();
    let (first, rest) = group.split_at(1);
    let group = first.to_uppercase() + rest;
    format!(
        r#"use super::{{Check, Group, LintCx}};
use crate::config::Level;

declare_rule! {{
{comment}    "{name}", Group::{group}, Level::Warn => Check::Schema(check)
}}

fn check(cx: &mut LintCx<'_>) {{
    for table in cx.schema.own_tables() {{
        let name = table.name().plain();
        if name == "replace_me" {{
            cx.report(&name, table.span(), format!("`{{name}}` is a name of an example"))
                .help("say what to do");
        }}
    }}
}}
"#
    )
}

/// Adds a rule's module to the list of modules and the rule to the list of rules, both in the order of names.
fn register(text: &str, module: &str) -> Option<String> {
    let with_module = insert(text, "mod ", ";", module)?;
    insert(&with_module, "    ", "::RULE,", module)
}

/// Adds a line to the lines that begin and end in the same way, before the first whose middle is greater.
fn insert(text: &str, begin: &str, end: &str, name: &str) -> Option<String> {
    let middle = |line: &str| line.strip_prefix(begin)?.strip_suffix(end).map(str::to_owned);
    let lines: Vec<&str> = text.lines().collect();
    // The module of the macro stands before all others and is no rule's, and the one of tests behind them.
    let is_listed = |at: usize, line: &str| {
        let attributed =
            at.checked_sub(1).and_then(|at| lines.get(at)).is_some_and(|line| line.starts_with('#'));
        middle(line).filter(|_| !attributed)
    };
    let listed: Vec<(usize, String)> =
        lines.iter().enumerate().filter_map(|(at, line)| Some((at, is_listed(at, line)?))).collect();
    let (last, _) = listed.last()?;
    let at = listed.iter().find(|(_, other)| other.as_str() > name).map_or(last + 1, |(at, _)| *at);
    let new = format!("{begin}{name}{end}");
    let lines = lines.iter().take(at).copied().chain([new.as_str()]).chain(lines.iter().skip(at).copied());
    Some(lines.collect::<Vec<_>>().join("\n") + "\n")
}
