//! What a rule is, and how one is declared.

use crate::config::Level;
use crate::diag::Code;

use super::LintCx;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name, which says what is wrong.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How much its findings weigh where the configuration says nothing.
    pub level: Level,
    /// Its page, in Markdown: the first paragraph says what is wrong, the others why, and examples fail and pass.
    pub doc: &'static str,
    /// Who looks for it.
    pub check: Check,
}

impl Rule {
    /// Returns the code of its findings, which is its name.
    pub fn code(&self) -> Code {
        Code::new(self.name)
    }

    /// Returns its page without the space that begins every line of a documentation comment.
    pub fn page(&self) -> String {
        let lines = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

/// Who looks for the findings of a rule.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The rule itself, on the finished schema.
    Schema(fn(&mut LintCx<'_>)),
    /// Lowering, since the schema cannot be built where it fails; its findings are errors.
    Lowering,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Names of tables, columns and types.
    Naming,
    /// Primary keys and ID prefixes.
    Keys,
    /// Indexes.
    Indexes,
    /// Foreign keys.
    Relations,
    /// Row level security.
    Security,
    /// What the document leaves out.
    Documentation,
    /// The order, names and ways back of migrations.
    Migrations,
    /// Conventions that the document states.
    Conventions,
    /// The document against itself, and against the schema that it counts.
    Consistency,
}

impl Group {
    /// Every group, in the order of the enumeration.
    pub const ALL: [Self; 9] = [
        Self::Naming,
        Self::Keys,
        Self::Indexes,
        Self::Relations,
        Self::Security,
        Self::Documentation,
        Self::Migrations,
        Self::Conventions,
        Self::Consistency,
    ];

    /// Returns the group's name for headings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Naming => "naming",
            Self::Keys => "keys",
            Self::Indexes => "indexes",
            Self::Relations => "relations",
            Self::Security => "security",
            Self::Documentation => "documentation",
            Self::Migrations => "migrations",
            Self::Conventions => "conventions",
            Self::Consistency => "consistency",
        }
    }
}

/// Declares the rule of a file: its documentation, name, group, level and check.
macro_rules! declare_rule {
    ($(#[doc = $doc:literal])+ $name:literal, $group:expr, $level:expr => $check:expr) => {
        /// The rule of this file.
        pub(super) const RULE: $crate::lint::Rule = $crate::lint::Rule {
            name: $name,
            group: $group,
            level: $level,
            doc: concat!($($doc, "\n"),+),
            check: $check,
        };
    };
}
