//! What every code of a diagnostic means, told with an example that has it and one that has not.
//!
//! `explain/*.md` hold a section per code, a file per [`Family`]; the linter's rules bring their own pages. The first line of a
//! section is its [`Weight`], and `fix` behind it where `lint --fix` mends what is found. Its first paragraph says what was found.
//!
//! Tests run every example in a workspace of its own, through the command line. The info string of a fence says what it is:
//!
//! | info string | meaning |
//! |---|---|
//! | `LANGUAGE fail` | a document, or with `toml` the `schema.toml`, in which the code is found and no other |
//! | `LANGUAGE pass` | one in which nothing is found |
//! | `LANGUAGE beside PATH` | a file beside the documents of the examples that follow |
//! | `LANGUAGE released` | the document of a release on which the examples that follow stand |
//! | `toml` | the `schema.toml` of the examples that follow |
//! | `sh fail`, `sh pass` | commands that are typed in such a workspace |

/// Codes that belong together, and what is told of each.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name, which names its page.
    pub name: &'static str,
    text: &'static str,
}

/// Every family, by name.
pub const FAMILIES: &[Family] = &[
    Family { name: "configuration", text: include_str!("explain/configuration.md") },
    Family { name: "dbml", text: include_str!("explain/dbml.md") },
    Family { name: "markdown", text: include_str!("explain/markdown.md") },
    Family { name: "mermaid", text: include_str!("explain/mermaid.md") },
    Family { name: "migrations", text: include_str!("explain/migrations.md") },
    Family { name: "prisma", text: include_str!("explain/prisma.md") },
    Family { name: "rust", text: include_str!("explain/rust.md") },
    Family { name: "schema", text: include_str!("explain/schema.md") },
    Family { name: "sql", text: include_str!("explain/sql.md") },
];

impl Family {
    /// Returns its title.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or(self.name)
    }

    /// Returns what is told of its codes, in the order of the page.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let family = *self;
        sections(self.text).into_iter().map(move |section| {
            let (code, rest) = section.split_once('\n').unwrap_or((section, ""));
            let (weight, doc) = rest.trim_start().split_once('\n').unwrap_or((rest, ""));
            let (weight, is_fixed) =
                weight.strip_suffix(", fix").map_or((weight, false), |weight| (weight, true));
            Entry { code, family, weight: Weight::of(weight), is_fixed, doc: doc.trim() }
        })
    }
}

/// Returns what stands behind each `## ` that begins a line outside of fences.
fn sections(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let (mut at, mut fence) = (0, None);
    for line in text.split_inclusive('\n') {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None if line.starts_with(HEADING) => starts.push(at),
            Some(opened) if ticks == opened => fence = None,
            _ => {}
        }
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let bounds = starts.iter().zip(ends);
    bounds.filter_map(|(start, end)| text.get(start + HEADING.len()..end)).collect()
}

/// How the heading of a section begins.
const HEADING: &str = "## ";

/// What is told of a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: &'static str,
    /// Where it belongs.
    pub family: Family,
    /// How much it weighs.
    pub weight: Weight,
    /// Whether `lint --fix` mends it.
    pub is_fixed: bool,
    /// The rest, in Markdown: the first paragraph says what was found, the others why it matters, then examples.
    pub doc: &'static str,
}

impl Entry {
    /// Says in a line how much it weighs, who may change that, and whether there is a fix.
    pub fn standing(&self) -> String {
        let fix = if self.is_fixed { " `cargo xtask lint --fix` mends it." } else { "" };
        format!("{}{fix}", self.weight.as_str())
    }
}

/// How much the diagnostics of a code weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Always an error.
    Error,
    /// A warning that is an error in a strict run, and whose level the configuration sets.
    Leniency,
    /// Always a warning.
    Warning,
    /// Always a remark.
    Info,
}

impl Weight {
    fn of(word: &str) -> Self {
        match word {
            "leniency" => Self::Leniency,
            "warning" => Self::Warning,
            "info" => Self::Info,
            _ => Self::Error,
        }
    }

    /// Says it in a sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "An error: nothing is written while it stands, and no setting changes that.",
            Self::Leniency => {
                "A warning, an error under `--strict`; `[lint.levels]` in `schema.toml` sets another level."
            }
            Self::Warning => "A warning, whose level is fixed.",
            Self::Info => "A remark, whose level is fixed; it never fails a run.",
        }
    }
}

/// Returns what is told of a code.
pub fn find(code: &str) -> Option<Entry> {
    entries().find(|entry| entry.code == code)
}

/// Returns what is told of every code, by family.
pub fn entries() -> impl Iterator<Item = Entry> {
    FAMILIES.iter().flat_map(Family::entries)
}

/// Says in words what the fences of a page are; a forge shows only the language of one.
pub fn told(doc: &str) -> String {
    let line = |line: &str| match line.strip_prefix("```").and_then(|info| info.split_once(' ')) {
        Some((language, "fail")) => format!("Found:\n\n```{language}"),
        Some((language, "pass")) => format!("Not found:\n\n```{language}"),
        Some((language, "released")) => format!("Released:\n\n```{language}"),
        Some((language, info)) => match info.strip_prefix("beside ") {
            Some(path) => format!("In `{path}`:\n\n```{language}"),
            None => line.to_owned(),
        },
        None => line.to_owned(),
    };
    doc.trim().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_sorted_and_begin_with_a_weight_and_a_sentence() {
        assert!(FAMILIES.is_sorted_by_key(|family| family.name));
        for family in FAMILIES {
            let codes: Vec<&str> = family.entries().map(|entry| entry.code).collect();
            assert!(codes.is_sorted() && !codes.is_empty(), "{}: {codes:?}", family.name);
            assert!(family.text.starts_with("# "), "{}", family.name);
        }
        for entry in entries() {
            let first = entry.doc.split("\n\n").next().unwrap_or_default();
            assert!(first.ends_with('.') && first.lines().count() <= 2, "{}: {first}", entry.code);
            let section = format!("\n## {}\n\n", entry.code);
            let (_, behind) = entry.family.text.split_once(&section).unwrap();
            let weight = behind.lines().next().unwrap().trim_end_matches(", fix");
            assert!(["error", "leniency", "warning", "info"].contains(&weight), "{}: {weight}", entry.code);
        }
    }

    #[test]
    fn fences_are_told_in_words() {
        let doc =
            "It is wrong.\n\n```dbml fail\nx\n```\n\n```sql beside base.sql\ny\n```\n\n```toml\nz\n```\n";
        let told = told(doc);
        assert_eq!(
            told,
            "It is wrong.\n\nFound:\n\n```dbml\nx\n```\n\nIn `base.sql`:\n\n```sql\ny\n```\n\n```toml\nz\n```"
        );
    }
}
