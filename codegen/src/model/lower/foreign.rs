//! Defaults as other databases write them: PostgreSQL has the value by another name, or has none.

use super::Cx;
use crate::diag::Code;
use crate::model::ident::QualifiedName;
use crate::model::{DefaultExpr, Fact, PgType};
use crate::source::decl::{DefaultDecl, DefaultKind, Language};

pub(super) const FOREIGN_DEFAULT: Code = Code::new("foreign-default");

/// Why a column has another default than the one that is written.
const BY_ANOTHER_NAME: &str = "PostgreSQL's way to write the default";

/// What a default of another database means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// When the row is made.
    Now,
    /// When the row is made, in seconds since 1970.
    Seconds,
    /// An identifier that nobody else has.
    Identifier,
    /// What PostgreSQL has nothing for.
    Nothing,
}

/// Functions of other databases that PostgreSQL has not, or not in this form.
const FUNCTIONS: &[(&str, Meant)] = &[
    ("curdate", Meant::Now),
    ("current_date", Meant::Now),
    ("current_time", Meant::Now),
    ("current_timestamp", Meant::Now),
    ("curtime", Meant::Now),
    ("date", Meant::Now),
    ("datetime", Meant::Now),
    ("generateuuidv4", Meant::Identifier),
    ("getdate", Meant::Now),
    ("getutcdate", Meant::Now),
    ("julianday", Meant::Nothing),
    ("newid", Meant::Identifier),
    ("newsequentialid", Meant::Identifier),
    ("now", Meant::Now),
    ("strftime", Meant::Nothing),
    ("suser_sname", Meant::Nothing),
    ("sys_guid", Meant::Identifier),
    ("sysdate", Meant::Now),
    ("sysdatetime", Meant::Now),
    ("sysdatetimeoffset", Meant::Now),
    ("systimestamp", Meant::Now),
    ("sysutcdatetime", Meant::Now),
    ("time", Meant::Now),
    ("unix_timestamp", Meant::Seconds),
    ("unixepoch", Meant::Seconds),
    ("utc_date", Meant::Now),
    ("utc_timestamp", Meant::Now),
    ("uuid", Meant::Identifier),
    ("uuid_short", Meant::Nothing),
];

/// Reads a default of a document that is no script for PostgreSQL: one in another database's words is told and read as PostgreSQL's, or
/// told and left out. Returns none where it is PostgreSQL's own.
pub(super) fn default(
    cx: &mut Cx<'_>,
    decl: &DefaultDecl,
    ty: &PgType,
    language: Language,
) -> Option<Option<Fact<DefaultExpr>>> {
    if cx.config.literal || language == Language::Prisma {
        return None;
    }
    let written = decl.value.trim();
    let (sql, kind) = match decl.kind {
        DefaultKind::Number | DefaultKind::Expression if ty.builtin_name() == Some("boolean") => {
            (truth(bare(written))?.to_owned(), DefaultKind::Boolean)
        }
        DefaultKind::Expression => {
            let meant = function(cx, bare(written))?;
            match ours(meant, ty) {
                Some(sql) => (sql.to_owned(), DefaultKind::Expression),
                None => {
                    let message = format!("`{written}` is no default of PostgreSQL, and left out");
                    cx.sink
                        .warning(FOREIGN_DEFAULT, decl.span, message)
                        .help("write what PostgreSQL would run");
                    return Some(None);
                }
            }
        }
        _ => return None,
    };
    let message = format!("`{written}` is no default of PostgreSQL for `{ty}`, and read as `{sql}`");
    cx.sink
        .warning(FOREIGN_DEFAULT, decl.span, message)
        .help(format!("write `{sql}`, or the default that is meant"));
    Some(Some(Fact::inferred(DefaultExpr { sql, kind }, decl.span, BY_ANOTHER_NAME)))
}

/// Takes off the parentheses in which SQLite and MySQL write an expression.
fn bare(mut text: &str) -> &str {
    while let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        text = inner.trim();
    }
    text
}

/// Reads a number or a bit as a truth value.
fn truth(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "0" | "b'0'" => Some("false"),
        "1" | "b'1'" => Some("true"),
        _ => None,
    }
}

/// Returns what a call of a function means that PostgreSQL has not, and that the documents do not define.
fn function(cx: &Cx<'_>, text: &str) -> Option<Meant> {
    let lower = text.to_ascii_lowercase();
    let (name, arguments) = match lower.split_once('(') {
        Some((name, rest)) => (name.trim_end(), Some(rest.strip_suffix(')')?.trim())),
        None => (lower.as_str(), None),
    };
    let own = QualifiedName::new(None, name);
    let (_, meant) = FUNCTIONS.iter().find(|(theirs, _)| *theirs == name)?;
    if cx.carried.contains(&own) {
        return None;
    }
    let Some(arguments) = arguments else {
        // A word of Oracle's; PostgreSQL has the others.
        return ["sysdate", "systimestamp"].contains(&name).then_some(*meant);
    };
    let parts: Vec<&str> = arguments.split(',').map(|part| part.trim().trim_matches(['\'', '"'])).collect();
    let is_digits = !arguments.is_empty() && arguments.bytes().all(|byte| byte.is_ascii_digit());
    Some(match (name, parts.as_slice()) {
        // PostgreSQL's own: `now()`, `current_timestamp(3)`.
        ("now", [""]) => return None,
        ("current_time" | "current_timestamp", _) if is_digits => return None,
        ("strftime", ["%s", "now"]) => Meant::Seconds,
        (
            "date" | "datetime" | "time" | "unixepoch",
            ["now"] | ["now", "localtime" | "utc" | "subsec"] | [""],
        ) => *meant,
        // A conversion of PostgreSQL's that looks like a call.
        ("date" | "time", _) => return None,
        (_, [""]) => *meant,
        _ if is_digits && *meant == Meant::Now => Meant::Now,
        _ => Meant::Nothing,
    })
}

/// Returns what PostgreSQL has for a meaning in a column of a type.
fn ours(meant: Meant, ty: &PgType) -> Option<&'static str> {
    Some(match (meant, ty.builtin_name()?) {
        (Meant::Now | Meant::Seconds, "timestamp" | "timestamptz") => "now()",
        (Meant::Now | Meant::Seconds, "date") => "CURRENT_DATE",
        (Meant::Now, "time") => "LOCALTIME",
        (Meant::Now, "timetz") => "CURRENT_TIME",
        (Meant::Now, "text" | "varchar") => "now()::text",
        (Meant::Seconds, "integer" | "bigint" | "numeric" | "double precision") => {
            "extract(epoch FROM now())"
        }
        (Meant::Identifier, "uuid") => "gen_random_uuid()",
        (Meant::Identifier, "text" | "varchar") => "gen_random_uuid()::text",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_bits() {
        assert_eq!(bare("((datetime('now')))"), "datetime('now')");
        assert_eq!(truth("B'1'"), Some("true"));
        assert_eq!(truth("2"), None);
    }
}
