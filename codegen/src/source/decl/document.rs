//! What documents say beside tables: prefixes, migrations, lists, rows, names, and statements that are carried through.

use super::{DefaultDecl, Ident, Prose, QName};
use crate::span::{Span, Spanned};

/// An ID prefix: `` `u_` — user``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixDecl {
    /// The prefix as written, with its separator.
    pub prefix: Ident,
    /// The words that say what bears it.
    pub entity: Ident,
    /// The whole item.
    pub span: Span,
}

/// A migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDecl {
    /// The file's name as written.
    pub file: Ident,
    /// The words that say what it holds, one entry per thing ("Follow-ups"); none where the file is only mentioned.
    pub members: Option<Vec<Ident>>,
    /// The whole place: heading and list, item, or mention.
    pub span: Span,
}

/// A list of values under a label: seed data or constants, as `schema.toml` maps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListDecl {
    /// The heading or lead-in above it, as the author wrote it.
    pub label: Ident,
    /// Its values.
    pub items: Vec<ListItemDecl>,
    /// The whole list.
    pub span: Span,
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItemDecl {
    /// The value; a shorthand (`` `plan.Free` / `Pro` ``) is written out.
    pub value: Ident,
    /// What the document says of it.
    pub note: Option<Prose>,
}

/// Rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsDecl {
    /// The table.
    pub table: QName,
    /// The columns that the values fill.
    pub columns: Vec<Ident>,
    /// The rows; each holds a value per column.
    pub rows: Vec<Vec<DefaultDecl>>,
    /// The whole declaration.
    pub span: Span,
}

/// A table that is named but not defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTableDecl {
    /// The words that name it.
    pub name: Ident,
    /// The heading under which it is named.
    pub section: Option<Ident>,
    /// The file that makes it, where the document says so.
    pub file: Option<Ident>,
}

/// A statement of a known kind that is carried through as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbatimDecl {
    /// Its kind in lower case: `function`, `trigger`, `policy`, `view` …
    pub kind: String,
    /// What it creates, where that can be told.
    pub creates: Option<QName>,
    /// What it names, as far as that can be told: it comes after these.
    pub names: Vec<QName>,
    /// The name that what it creates had before.
    pub was: Option<QName>,
    /// The statement without its final semicolon.
    pub text: Spanned<String>,
    /// What the body of a routine names was changed behind it: PostgreSQL would not take the body any more.
    pub stale: bool,
}
