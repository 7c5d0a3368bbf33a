//! Lines by which a runner knows the parts of a file, where they are part of a statement: they are written so that it does not see
//! them, and means the same to PostgreSQL.
//!
//! A text is written with the escape of one sign, `E'…'`; a body between dollars becomes such a text. A comment, of which nothing
//! depends on the words, has a bar in it.

use std::borrow::Cow;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use super::{DBMATE, DOWN_MARK, GOOSE, POLICY_MARK, SECTIONS, TERN};
use crate::config::Layout;
use crate::plan::migration::again;

/// What Liquibase takes for its own behind one dash or two, whatever the case.
const LIQUIBASE_WORDS: &[&str] =
    &["liquibase", "changeset", "property", "rollback", "precondition", "comment", "validchecksum", "ignore"];

/// Returns a statement, which begins at the beginning of a line, so that the layout's runner and the reader of layouts take no part
/// of it for a mark.
pub fn hidden(layout: Layout, statement: &str) -> Cow<'_, str> {
    let in_texts = places(statement, |rest| takes(layout, rest));
    let in_comments = places(statement, |rest| is_read(rest) || comments_end(layout, rest));
    let (in_texts, in_comments) = match layout {
        // Flyway puts something in the place of these, wherever they stand.
        Layout::Flyway => {
            let all: Vec<usize> = statement.match_indices("${").map(|(at, _)| at).collect();
            (all.clone(), [in_comments, all].concat())
        }
        _ => (in_texts, in_comments),
    };
    if in_texts.is_empty() && in_comments.is_empty() {
        return statement.into();
    }
    rewritten(statement, &in_texts, &in_comments).into()
}

/// Writes a statement with what stands at the given places hidden.
fn rewritten(statement: &str, in_texts: &[usize], in_comments: &[usize]) -> String {
    let mut out = String::with_capacity(statement.len() + 16);
    let mut at = 0;
    let mut is_block = false;
    for token in tokenize(statement) {
        let start = at;
        at += token.len as usize;
        let raw = statement.get(start..at).unwrap_or_default();
        let own = |places: &[usize]| -> Vec<usize> {
            places.iter().filter(|place| (start..at).contains(*place)).map(|place| place - start).collect()
        };
        match token.kind {
            TokenKind::Whitespace => out.push_str(raw),
            TokenKind::LineComment | TokenKind::BlockComment { .. } => {
                out.push_str(&barred(raw, &own(in_comments)));
            }
            TokenKind::Literal { kind } => {
                let inside = again::block(raw).filter(|_| is_block);
                match (inside, own(in_texts)) {
                    (_, own) if own.is_empty() => out.push_str(raw),
                    // What is in the block is a statement as well, and is read as one.
                    (Some((opening, inside, closing)), own) => {
                        let own: Vec<usize> =
                            own.iter().filter_map(|it| it.checked_sub(opening.len())).collect();
                        out.push_str(opening);
                        out.push_str(&rewritten(inside, &own, &[]));
                        out.push_str(closing);
                    }
                    (None, own) => match escaped(raw, kind, &own) {
                        Some(text) => out.push_str(&text),
                        None => out.push_str(raw),
                    },
                }
            }
            _ => {
                is_block = raw.eq_ignore_ascii_case("do");
                out.push_str(raw);
            }
        }
    }
    out
}

/// Returns where the lines of a text that are meant begin, white space aside.
fn places(text: &str, is_meant: impl Fn(&str) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // Nearly every line is neither a comment nor looks like one.
        let gap = line.len() - line.trim_start().len();
        if line.trim_start().starts_with(['-', '/']) && is_meant(text.get(at..).unwrap_or_default()) {
            found.push(at + gap);
        }
        at += line.len();
    }
    found
}

/// Tells whether a layout's runner takes the line that a text begins with for its own, or leaves it out.
fn takes(layout: Layout, text: &str) -> bool {
    match layout {
        // It leaves out every comment of this form, whatever the line is part of.
        Layout::Sections => text.starts_with("-- "),
        _ => comments_end(layout, text),
    }
}

/// Tells whether a layout's runner takes the line that a text begins with for its own.
fn comments_end(layout: Layout, text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    match layout {
        // What stands between the dashes and the word may be a line break.
        Layout::Dbmate => {
            text.strip_prefix("--").is_some_and(|rest| rest.trim_start().starts_with("migrate:"))
        }
        Layout::Goose => line.strip_prefix("--").is_some_and(|rest| rest.trim_start().starts_with("+goose")),
        Layout::Sections => line.starts_with("-- +"),
        Layout::Liquibase => {
            let line = line.trim_start();
            let Some(rest) = line.strip_prefix('-').or_else(|| line.strip_prefix("/*")) else { return false };
            let word = rest.trim_start_matches('-').trim_start().to_ascii_lowercase();
            LIQUIBASE_WORDS.iter().any(|known| word.starts_with(known))
        }
        Layout::Plain
        | Layout::Supabase
        | Layout::Refinery
        | Layout::Sqlx
        | Layout::GolangMigrate
        | Layout::Flyway => false,
    }
}

/// Tells whether the reader of layouts takes the line that a text begins with for a mark where it is a comment.
fn is_read(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let marks = [DBMATE.up, GOOSE.up, SECTIONS.up, TERN.up];
    line.trim_end() == DOWN_MARK
        || line.starts_with(POLICY_MARK)
        || marks.iter().any(|mark| super::read::is_mark(line, mark))
}

/// Puts a bar into a comment behind the signs at the given places.
fn barred(comment: &str, places: &[usize]) -> String {
    let mut out = String::with_capacity(comment.len() + places.len());
    let mut from = 0;
    for place in places {
        let signs = comment.get(*place..).unwrap_or_default();
        let end = place + if signs.starts_with("--") || signs.starts_with("/*") { 2 } else { 1 };
        out.push_str(comment.get(from..end).unwrap_or_default());
        out.push('|');
        from = end;
    }
    out.push_str(comment.get(from..).unwrap_or_default());
    out
}

/// Writes a text with the signs at the given places as escapes; none where it is of a kind that has no such form.
fn escaped(raw: &str, kind: LiteralKind, places: &[usize]) -> Option<String> {
    let (opening, escapes, doubles) = match kind {
        LiteralKind::Str { .. } => (1, false, true),
        LiteralKind::EscStr { .. } => (2, true, true),
        LiteralKind::DollarQuotedString { .. } => (raw.get(1..)?.find('$')? + 2, false, false),
        _ => return None,
    };
    let closing = if doubles { 1 } else { opening };
    let inside = raw.get(opening..raw.len().checked_sub(closing)?)?;
    let is_hidden = |at: usize| places.contains(&(at + opening));
    let mut out = "E'".to_owned();
    let mut signs = inside.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            _ if is_hidden(at) => out.push_str(&format!("\\x{:02x}", u32::from(sign))),
            '\\' if escapes => match signs.next() {
                // What needs no escape may have one.
                Some((at, next)) if is_hidden(at) => out.push_str(&format!("\\x{:02x}", u32::from(next))),
                Some((_, next)) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            '\\' => out.push_str("\\\\"),
            '\'' if !doubles => out.push_str("''"),
            _ => out.push(sign),
        }
    }
    out.push('\'');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_sees_no_mark_within_a_statement() {
        let check = |layout: Layout, statement: &str, expected: &str| {
            assert_eq!(hidden(layout, statement), expected, "{layout:?}");
        };
        let text = "COMMENT ON TABLE t IS 'it''s\n-- migrate:down\n\\ -- +goose Up';";
        check(Layout::Plain, text, text);
        check(Layout::Goose, text, text);
        check(
            Layout::Dbmate,
            text,
            "COMMENT ON TABLE t IS E'it''s\n\\x2d- migrate:down\n\\\\ -- +goose Up';",
        );
        let body = "CREATE FUNCTION f() AS $f$\n-- it's \\n\n--\n migrate:up\n$f$;";
        check(Layout::Dbmate, body, "CREATE FUNCTION f() AS E'\n-- it''s \\\\n\n\\x2d-\n migrate:up\n';");
        // sql-migrate leaves out whole lines.
        check(Layout::Sections, "SELECT $$\n-- a\n--b\n$$;", "SELECT E'\n\\x2d- a\n--b\n';");
        check(Layout::Sections, "-- a\n-- +migrate Down\nSELECT 1;", "-- a\n--| +migrate Down\nSELECT 1;");
        check(Layout::Goose, "SELECT E'\\'\n--+goose Down';", "SELECT E'\\'\n\\x2d-+goose Down';");
        check(
            Layout::Liquibase,
            "SELECT '\n - ChangeSet a:b\n  --rollback x\n-- we comment\n-- Comment: y\n/* liquibase rollback';",
            "SELECT E'\n \\x2d ChangeSet a:b\n  \\x2d-rollback x\n-- we comment\n\\x2d- Comment: y\n\\x2f* liquibase rollback';",
        );
        check(
            Layout::Flyway,
            "SELECT '${a}', E'\\${b}' /* ${c} */;",
            "SELECT E'\\x24{a}', E'\\x24{b}' /* $|{c} */;",
        );
        check(Layout::Sqlx, "SELECT '${a}';", "SELECT '${a}';");
    }

    #[test]
    fn a_comment_within_a_statement_is_no_mark() {
        for layout in [Layout::Plain, Layout::Sqlx, Layout::Flyway, Layout::Goose] {
            let statement = "SELECT 1\n-- down\n-- rollback: never\n/*\n-- migrate:up x\n*/;";
            let expected = "SELECT 1\n--| down\n--| rollback: never\n/*\n--| migrate:up x\n*/;";
            assert_eq!(hidden(layout, statement), expected, "{layout:?}");
        }
    }

    #[test]
    fn what_runs_twice_stays_a_block() {
        let made = again::unless("x IS NOT NULL", "ALTER TABLE t ADD CHECK (a <> '\n-- migrate:up');");
        let hidden = hidden(Layout::Dbmate, &made);
        assert_eq!(again::run_once(&hidden), "ALTER TABLE t ADD CHECK (a <> E'\n\\x2d- migrate:up');");
    }
}
