use std::collections::BTreeMap;

use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::diag::Diagnostic;
use crate::span::{FileId, Span};

declare_rule! {
    /// A table, column or enumerated type is not named in `snake_case`.
    ///
    /// PostgreSQL folds names that are not quoted to lower case. A name with capitals, spaces or other signs has to be quoted in
    /// every statement that anyone ever writes, and one forgotten quote names something else.
    ///
    /// The columns of a table are one finding, and so are three tables of a document, and a document that has another casing throughout.
    ///
    /// ```sql fail
    /// create table "UserAccounts" (id bigint primary key);
    /// ```
    ///
    /// ```sql pass
    /// create table user_accounts (id bigint primary key);
    /// ```
    "name-not-snake-case", Group::Naming, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let mut files: BTreeMap<FileId, Names> = BTreeMap::new();
    let schema = cx.schema;
    for table in schema.own_tables() {
        let (path, name) = (table.name().plain(), table.name().name.as_str().to_owned());
        let columns = table.columns().map(|column| (column.path(), column.name().to_owned(), column.span()));
        look_at(cx, &mut files, Kind::Table, &path, [(path.clone(), name, table.data.name.span)]);
        look_at(cx, &mut files, Kind::Column, &path, columns);
    }
    for data in &schema.enums {
        let (path, name) = (data.name.value.plain(), data.name.value.name.as_str().to_owned());
        look_at(cx, &mut files, Kind::Type, &path, [(path.clone(), name, data.name.span)]);
    }
    for names in files.into_values() {
        if names.are_another_casing() {
            of_document(cx, &names.others);
            continue;
        }
        let (tables, others): (Vec<Other>, Vec<Other>) =
            names.others.into_iter().partition(|other| other.kind == Kind::Table);
        match tables.as_slice() {
            [_, _, _, ..] => of_tables(cx, &tables),
            _ => tables.chunks(1).for_each(|one| of_one(cx, one)),
        }
        // What a table calls its columns is one finding.
        for found in others.chunk_by(|a, b| a.kind == Kind::Column && b.kind == Kind::Column && a.of == b.of)
        {
            of_one(cx, found);
        }
    }
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    Column,
    Type,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Type => "type",
        }
    }
}

/// A name that is not in `snake_case`.
#[derive(Debug)]
struct Other {
    kind: Kind,
    /// The table of a column; of anything else its own path.
    of: String,
    name: String,
    span: Span,
}

/// The names of one file.
#[derive(Debug, Default)]
struct Names {
    others: Vec<Other>,
    /// How many are of several words with `_` between them.
    snakes: usize,
}

impl Names {
    /// Tells whether the document has a casing of its own, which is one finding and not one for every name.
    fn are_another_casing(&self) -> bool {
        self.others.len() >= MANY && self.others.len() >= 4 * self.snakes
    }
}

/// How many names in another casing may be one.
const MANY: usize = 8;

/// How many further places are shown.
const SHOWN: usize = 5;

fn look_at(
    cx: &mut LintCx<'_>,
    files: &mut BTreeMap<FileId, Names>,
    kind: Kind,
    of: &str,
    names: impl IntoIterator<Item = (String, String, Span)>,
) {
    for (path, name, span) in names {
        let file = files.entry(span.file).or_default();
        if snake_case(&name) == name {
            file.snakes += usize::from(name.contains('_'));
        } else if !cx.is_silenced(&path) {
            file.others.push(Other { kind, of: of.to_owned(), name, span });
        }
    }
}

/// Reports a name, or several columns of one table.
fn of_one(cx: &mut LintCx<'_>, found: &[Other]) {
    let Some((first, others)) = found.split_first() else { return };
    let message = match others {
        [] => format!("the {} `{}` is not named in snake_case", first.kind.as_str(), first.name),
        _ => format!(
            "{} columns of `{}` are not named in snake_case, `{}` the first",
            found.len(),
            first.of,
            first.name
        ),
    };
    let help = called(&first.name);
    show(cx.report_several(first.span, message), others).help(help);
}

/// Tells what to call a thing instead.
fn called(name: &str) -> String {
    match snake_case(name).as_str() {
        "" => "choose a name of lower-case letters, digits and `_`".to_owned(),
        snake => format!("call it `{snake}`"),
    }
}

/// Reports the tables of a document of which only the columns are in `snake_case`.
fn of_tables(cx: &mut LintCx<'_>, found: &[Other]) {
    let Some((first, others)) = found.split_first() else { return };
    let message = format!("{} tables are not named in snake_case, `{}` the first", found.len(), first.name);
    let help = called(&first.name);
    show(cx.report_several(first.span, message), others).help(help);
}

/// Reports a document that has a casing of its own throughout.
fn of_document(cx: &mut LintCx<'_>, found: &[Other]) {
    let Some((first, others)) = found.split_first() else { return };
    let counts = [Kind::Table, Kind::Column, Kind::Type].map(|kind| {
        let count = found.iter().filter(|other| other.kind == kind).count();
        let ending = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{ending}", kind.as_str()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let message = format!("this document does not name things in snake_case: {}", counts.join(", "));
    show(cx.report_several(first.span, message), others).help(
        "rename them, or set `name-not-snake-case = \"allow\"` under `[lint.levels]` where the casing is meant",
    );
}

fn show<'a>(diagnostic: &'a mut Diagnostic, others: &[Other]) -> &'a mut Diagnostic {
    for other in others.iter().take(SHOWN) {
        diagnostic.label(other.span, "nor this one");
    }
    if others.len() > SHOWN {
        diagnostic.help(format!("{} more are not shown", others.len() - SHOWN));
    }
    diagnostic
}

/// Returns a name in `snake_case`; of letters without a lower-case ASCII form nothing is left.
pub(crate) fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_lower && !out.ends_with('_') {
            out.push('_');
        }
        match c {
            'a'..='z' | '0'..='9' | '_' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            _ if out.is_empty() || out.ends_with('_') => {}
            _ => out.push('_'),
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    let out = out.trim_end_matches(|c| c == '_' && !name.ends_with('_'));
    if out.starts_with(|c: char| c.is_ascii_digit()) { format!("_{out}") } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn what_a_name_should_have_been() {
        let check = |name: &str, expected: &str| assert_eq!(snake_case(name), expected);
        check("user_accounts", "user_accounts");
        check("UserAccounts", "user_accounts");
        check("userID", "user_id");
        check("say hi!", "say_hi");
        check("2fa", "_2fa");
        check("таблиця", "");
        check("_private", "_private");
    }
}
