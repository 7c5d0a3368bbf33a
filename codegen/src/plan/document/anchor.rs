//! Addresses of headings, as a forge makes them.

use std::collections::{BTreeMap, BTreeSet};

use super::Section;
use super::dictionary::Group;
use super::place::Link;
use crate::model::{EnumData, ModuleId, QualifiedName, Schema, Table, TableId};

/// Returns the address that GitHub gives a heading: lower case, everything dropped but letters, digits, marks, `_`, `-`
/// and blanks, and every blank a hyphen.
pub fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || is_mark(*c) || "_- ".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Tells whether a character is a combining mark of the blocks that headings meet; Unicode's full table is not in `std`.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}'
        | '\u{93a}'..='\u{94f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Gives every heading of a page its address; equal ones are numbered in page order.
#[derive(Clone, Debug, Default)]
pub struct Slugs {
    taken: BTreeSet<String>,
    repeated: BTreeMap<String, usize>,
}

impl Slugs {
    /// Returns the address of the page's next heading.
    pub fn next(&mut self, heading: &str) -> String {
        let base = slug(heading);
        let mut address = base.clone();
        while !self.taken.insert(address.clone()) {
            let count = self.repeated.entry(base.clone()).or_default();
            *count += 1;
            address = format!("{base}-{count}");
        }
        address
    }
}

/// The addresses of everything on the page that is linked to.
#[derive(Clone, Debug)]
pub struct Anchors {
    sections: BTreeMap<Section, String>,
    groups: BTreeMap<Option<ModuleId>, Link>,
    tables: BTreeMap<TableId, String>,
    enums: BTreeMap<QualifiedName, String>,
}

impl Anchors {
    /// Walks the headings in page order.
    pub fn new(schema: &Schema, title: &str, groups: &[Group], shown: impl Fn(Section) -> bool) -> Self {
        let mut slugs = Slugs::default();
        slugs.next(&heading(title));
        slugs.next(CONTENTS);
        let mut anchors = Self {
            sections: BTreeMap::new(),
            groups: BTreeMap::new(),
            tables: BTreeMap::new(),
            enums: BTreeMap::new(),
        };
        for section in Section::ALL.into_iter().filter(|section| shown(*section)) {
            anchors.sections.insert(section, slugs.next(section.title()));
            if section == Section::Tables {
                anchors.tables(schema, groups, &mut slugs);
            }
            if section == Section::Enums {
                for data in &schema.enums {
                    let address = slugs.next(&heading(&data.name.value.plain()));
                    anchors.enums.insert(data.name.value.clone(), address);
                }
            }
        }
        anchors
    }

    fn tables(&mut self, schema: &Schema, groups: &[Group], slugs: &mut Slugs) {
        for group in groups {
            if let Some(title) = &group.title {
                let href = Some(format!("#{}", slugs.next(&heading(title))));
                self.groups.insert(group.module, Link { text: heading(title), href });
            }
            for id in &group.tables {
                let address = slugs.next(&heading(&schema.table(*id).name().plain()));
                self.tables.insert(*id, address);
            }
        }
    }

    /// Returns the link to a section.
    pub fn section(&self, section: Section) -> Link {
        link(section.title(), self.sections.get(&section))
    }

    /// Returns the link to a group of tables that has a heading.
    pub fn group(&self, group: &Group) -> Option<Link> {
        self.groups.get(&group.module).cloned()
    }

    /// Returns the link to a table.
    pub fn table(&self, table: Table<'_>) -> Link {
        link(&table.name().plain(), self.tables.get(&table.id))
    }

    /// Returns the link to an enumerated type.
    pub fn enumeration(&self, data: &EnumData) -> Link {
        link(&data.name.value.plain(), self.enums.get(&data.name.value))
    }
}

/// The heading above the contents.
pub const CONTENTS: &str = "Contents";

/// Returns a text as a heading shows it: one line, single blanks.
pub fn heading(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn link(text: &str, address: Option<&String>) -> Link {
    Link { text: heading(text), href: address.map(|address| format!("#{address}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_the_forge() {
        let check = |heading: &str, expected: &str| assert_eq!(slug(heading), expected, "{heading}");
        check("team_members", "team_members");
        check("auth.users", "authusers");
        check("Users & Auth", "users--auth");
        check("Named, not defined", "named-not-defined");
        check("Канали / Повідомлення", "канали--повідомлення");
        check("a-b`c`<d>", "a-bcd");
        check("Order \"Status\" №5", "order-status-5");
        check("e\u{301}t\u{e9}", "e\u{301}t\u{e9}");
        check("🚀 go", "-go");
    }

    #[test]
    fn equal_headings_are_numbered() {
        let mut slugs = Slugs::default();
        let given = ["users", "Users", "users-1", "users", "us.ers"].map(|heading| slugs.next(heading));
        assert_eq!(given, ["users", "users-1", "users-1-1", "users-2", "users-3"]);
    }
}
