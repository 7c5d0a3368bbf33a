//! Fences that show a pattern to copy: what stands in them is for a table that the reader has to fill in.

use super::inline::Inline;
use crate::source::decl::{Decl, Ident, PatternDecl, QName};
use crate::source::sql::policy;
use crate::span::Span;

/// Makes one declaration of a fence that is a pattern; gives the declarations back of one that is not.
///
/// It is a pattern when every table that it makes or speaks of bears a name that stands for any table.
pub(super) fn wrap(decls: Vec<Decl>, heading: Option<&Ident>, span: Span) -> Vec<Decl> {
    let subjects: Vec<String> = decls.iter().filter_map(subject).collect();
    let is_pattern = !subjects.is_empty() && subjects.iter().all(|name| is_placeholder(name));
    if !is_pattern {
        return decls;
    }
    vec![Decl::Pattern(PatternDecl { name: heading.cloned(), decls, span })]
}

/// Returns the table that a declaration is about.
fn subject(decl: &Decl) -> Option<String> {
    let name = |name: &QName| Some(name.name.node.to_lowercase());
    match decl {
        Decl::Table(table) => name(&table.name),
        Decl::AlterTable(alter) => name(&alter.table),
        Decl::Index(index) => name(&index.table),
        Decl::Verbatim(data) if data.kind == "policy" => {
            policy::read(&data.text).and_then(|policy| name(&policy.table))
        }
        _ => None,
    }
}

/// Tells whether a name stands for any table.
fn is_placeholder(name: &str) -> bool {
    let whole = [
        "table",
        "tablename",
        "table_name",
        "tbl",
        "mytable",
        "my_table",
        "yourtable",
        "your_table",
        "your_table_name",
        "my_table_name",
        "the_table",
        "some_table",
        "any_table",
        "new_table",
        "example_table",
        "example",
        "sample_table",
        "target_table",
        "table1",
        "foo",
        "foobar",
        "xxx",
    ];
    whole.contains(&name)
}

/// Tells whether a text is the pattern of a migration file's name: `YYYYMMDDHHMMSS_descriptive_name.sql`.
pub(super) fn is_file_name(text: &str) -> bool {
    let text = text.trim();
    let stands_for_number = ["YYYY", "NNN", "XXX", "###", "<", "{", "[", "000N"];
    text.ends_with(".sql")
        && !text.contains(char::is_whitespace)
        && stands_for_number.iter().any(|mark| text.contains(mark))
}

/// Returns the code span of a text that is the pattern of a file's name.
pub(super) fn file_name(text: &Inline) -> Option<Ident> {
    let code = text.codes().iter().find(|code| is_file_name(text.get((*code).clone())))?;
    Some(text.ident(code.clone()))
}
