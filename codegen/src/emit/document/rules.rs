//! Pages of the linter's rules: one per rule, and an index.

use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use super::render;
use crate::emit::{FileSet, GENERATED};

/// What a rule's page says.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RulePage<'a> {
    /// The rule's name.
    pub name: &'a str,
    /// The group that it belongs to.
    pub group: &'a str,
    /// Its level where the configuration sets none: `allow`, `info`, `warn`, `deny`.
    pub level: &'a str,
    /// Its documentation as Markdown; the first line is one sentence that says what is wrong.
    pub doc: &'a str,
}

/// The folder of the pages, which holds nothing else.
pub const FOLDER: &str = "docs/rules";

/// Prints a page per rule and `README.md`, the index.
pub fn rule_pages(rules: &[RulePage<'_>]) -> FileSet {
    let header = format!(
        "<!-- {GENERATED} `cargo xtask gen` from the documentation of the linter's rules.\n     \
         Edit that and run it again; changes made here are lost.\n-->"
    );
    let mut files = FileSet::owning([FOLDER]);
    files.add(format!("{FOLDER}/README.md"), index(rules, &header));
    for rule in rules {
        files.add(format!("{FOLDER}/{}.md", rule.name), page(rule, &header));
    }
    files
}

fn page(rule: &RulePage<'_>, header: &str) -> String {
    let doc = unindented(rule.doc);
    render(include_str!("../../templates/rule.md.j2"), context! { rule => Serde(rule), doc, header })
}

fn index(rules: &[RulePage<'_>], header: &str) -> String {
    let mut groups: Vec<&str> = rules.iter().map(|rule| rule.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let entry = |rule: &RulePage<'_>| context! { rule => Serde(rule), summary => summary(rule.doc) };
    let group = |name: &str| {
        let mut members: Vec<&RulePage<'_>> = rules.iter().filter(|rule| rule.group == name).collect();
        members.sort_by_key(|rule| rule.name);
        let rules: Vec<_> = members.into_iter().map(entry).collect();
        context! { name, rules }
    };
    let groups: Vec<_> = groups.into_iter().map(group).collect();
    render(include_str!("../../templates/rules.md.j2"), context! { groups, header })
}

/// Takes away the blank that stands before every line of a doc comment.
fn unindented(doc: &str) -> String {
    let everywhere = doc.lines().all(|line| line.is_empty() || line.starts_with(' '));
    let line = |line: &str| {
        if everywhere { line.strip_prefix(' ').unwrap_or(line).to_owned() } else { line.to_owned() }
    };
    doc.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Returns the first paragraph of a documentation, on one line.
fn summary(doc: &str) -> String {
    let lines = doc.trim().lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_and_a_line_of_the_index() {
        let rules = [
            RulePage {
                name: "prefix-without-table",
                group: "keys",
                level: "warn",
                doc: " The list of prefixes names `x_`\n which no table bears.\n\n Remove it.\n",
            },
            RulePage { name: "fk-without-index", group: "indexes", level: "info", doc: "Slow." },
            RulePage { name: "a-rule", group: "keys", level: "deny", doc: "" },
        ];
        let files = rule_pages(&rules);
        let text: String = files.iter().map(|(path, text)| format!("==> {path}\n{text}")).collect();
        insta::assert_snapshot!(text);
        assert_eq!(files.roots(), ["docs/rules"]);
    }
}
