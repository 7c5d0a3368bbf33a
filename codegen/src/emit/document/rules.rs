//! Pages of the linter's rules and of all other codes: one per rule, one per family of codes, and an index.

use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use super::render;
use crate::config::Level;
use crate::diag::explain::{Family, Weight, told};
use crate::emit::{FileSet, GENERATED};
use crate::lint::Rule;

/// What a rule's page says.
#[derive(Clone, Debug, Serialize)]
pub struct RulePage {
    /// The rule's name.
    pub name: &'static str,
    /// The group that it belongs to.
    pub group: &'static str,
    /// Its level where the configuration sets none.
    pub level: &'static str,
    /// Its documentation as Markdown: the first paragraph says what is wrong; a fence marked `fail` or `pass` is an example.
    pub doc: String,
}

impl From<&Rule> for RulePage {
    fn from(rule: &Rule) -> Self {
        let level = match rule.level {
            Level::Allow => "allow",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Deny => "deny",
        };
        Self { name: rule.name, group: rule.group.as_str(), level, doc: rule.page() }
    }
}

/// The folder of the pages, which holds nothing else.
pub const FOLDER: &str = "docs/rules";

/// Prints a page per rule and per family of codes, and `README.md`, the index.
pub fn rule_pages(rules: &[RulePage], families: &[Family]) -> FileSet {
    let header = |of: &str| {
        format!(
            "<!-- {GENERATED} `cargo xtask gen` from {of}.\n     \
             Edit that and run it again; changes made here are lost.\n-->"
        )
    };
    let of_rules = header("the documentation of the linter's rules");
    let mut files = FileSet::owning([FOLDER]);
    files.add(format!("{FOLDER}/README.md"), index(rules, families, &of_rules));
    for rule in rules {
        files.add(format!("{FOLDER}/{}.md", rule.name), page(rule, &of_rules));
    }
    for family in families {
        let of_family = header(&format!("codegen/src/diag/explain/{}.md", family.name));
        files.add(format!("{FOLDER}/{}.md", family.name), family_page(family, &of_family));
    }
    files
}

fn page(rule: &RulePage, header: &str) -> String {
    let doc = told(&rule.doc);
    render(include_str!("../../templates/rule.md.j2"), context! { rule => Serde(rule), doc, header })
}

fn family_page(family: &Family, header: &str) -> String {
    let told = family.entries().map(|entry| {
        context! { code => entry.code, standing => entry.standing(), doc => told(entry.doc) }
    });
    let entries: Vec<_> = told.collect();
    render(include_str!("../../templates/codes.md.j2"), context! { title => family.title(), entries, header })
}

fn index(rules: &[RulePage], families: &[Family], header: &str) -> String {
    let mut groups: Vec<&str> = rules.iter().map(|rule| rule.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let entry = |rule: &RulePage| context! { rule => Serde(rule), summary => summary(&rule.doc) };
    let group = |name: &str| {
        let mut members: Vec<&RulePage> = rules.iter().filter(|rule| rule.group == name).collect();
        members.sort_by_key(|rule| rule.name);
        let rules: Vec<_> = members.into_iter().map(entry).collect();
        context! { name, rules }
    };
    let groups: Vec<_> = groups.into_iter().map(group).collect();
    let family = |family: &Family| {
        let told = family.entries().map(|entry| {
            let is = match entry.weight {
                Weight::Error => "error",
                Weight::Leniency => "leniency",
                Weight::Warning => "warning",
                Weight::Info => "info",
            };
            context! { code => entry.code, is, summary => summary(entry.doc) }
        });
        context! { name => family.name, title => family.title(), entries => told.collect::<Vec<_>>() }
    };
    let families: Vec<_> = families.iter().map(family).collect();
    render(include_str!("../../templates/rules.md.j2"), context! { groups, families, header })
}

/// Returns the first paragraph of a documentation, on one line.
fn summary(doc: &str) -> String {
    let lines = doc.trim().lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::explain::{self, FAMILIES};
    use crate::lint::RULES;

    #[test]
    fn every_rule_has_a_page_and_a_line_of_the_index() {
        let rule = |name, group, level, doc: &str| RulePage { name, group, level, doc: doc.to_owned() };
        let doc = "The list names `x_`\nwhich no table bears.\n\n```sql fail\nselect 1;\n```\n\n```dbml pass\n```\n";
        let rules = [
            rule("prefix-without-table", "keys", "warn", doc),
            rule("fk-without-index", "indexes", "info", "Slow | bad."),
            rule("a-rule", "keys", "deny", ""),
        ];
        let files = rule_pages(&rules, &[]);
        let text: String = files.iter().map(|(path, text)| format!("==> {path}\n{text}")).collect();
        insta::assert_snapshot!(text);
        assert_eq!(files.roots(), ["docs/rules"]);
    }

    #[test]
    fn every_rule_has_a_page_and_every_code_a_section() {
        let rules: Vec<RulePage> = RULES.iter().map(RulePage::from).collect();
        let files = rule_pages(&rules, FAMILIES);
        assert_eq!(files.iter().count(), RULES.len() + FAMILIES.len() + 1);
        for (path, text) in files.iter() {
            assert!(!text.contains(" fail\n") && !text.contains(" pass\n"), "{path}");
        }
        let text = |name: &str| {
            let path = format!("{FOLDER}/{name}");
            files.iter().find(|(known, _)| *known == path).unwrap().1
        };
        for entry in explain::entries() {
            let page = format!("{}.md", entry.family.name);
            assert!(text(&page).contains(&format!("\n## {}\n\n", entry.code)), "{}", entry.code);
            assert!(text("README.md").contains(&format!("]({page}#{})", entry.code)), "{}", entry.code);
        }
    }
}
