//! What a `DO` block does with errors: `EXCEPTION WHEN duplicate_object THEN NULL`.
//!
//! The embedded server cannot catch an error within a routine: whatever is raised there is the statement's. Where a block as a
//! whole would take everything back and do nothing more, whoever runs it can do the same from outside.

use squawk_lexer::{TokenKind, tokenize};

/// PostgreSQL's codes by the names that handlers have for them; `docs: errcodes-appendix.html`.
const CONDITIONS: &[(&str, &str)] = &[
    ("check_violation", "23514"),
    ("datatype_mismatch", "42804"),
    ("dependent_objects_still_exist", "2BP01"),
    ("duplicate_alias", "42712"),
    ("duplicate_column", "42701"),
    ("duplicate_function", "42723"),
    ("duplicate_object", "42710"),
    ("duplicate_schema", "42P06"),
    ("duplicate_table", "42P07"),
    ("feature_not_supported", "0A000"),
    ("foreign_key_violation", "23503"),
    ("insufficient_privilege", "42501"),
    ("invalid_foreign_key", "42830"),
    ("invalid_object_definition", "42P17"),
    ("invalid_parameter_value", "22023"),
    ("invalid_schema_name", "3F000"),
    ("invalid_table_definition", "42P16"),
    ("invalid_text_representation", "22P02"),
    ("not_null_violation", "23502"),
    ("object_in_use", "55006"),
    ("object_not_in_prerequisite_state", "55000"),
    ("raise_exception", "P0001"),
    ("syntax_error", "42601"),
    ("undefined_column", "42703"),
    ("undefined_file", "58P01"),
    ("undefined_function", "42883"),
    ("undefined_object", "42704"),
    ("undefined_table", "42P01"),
    ("unique_violation", "23505"),
    ("wrong_object_type", "42809"),
];

/// What `OTHERS` leaves: a cancelled query and a failed assertion.
const NEVER_CAUGHT: [&str; 2] = ["57014", "P0004"];

/// Says whether a text catches errors in a routine anywhere.
pub(crate) fn catches(text: &str) -> bool {
    let words = body_words(text).into_iter().flatten().collect::<Vec<_>>();
    words.windows(2).any(|pair| matches!(pair, [one, other] if one == "exception" && other == "when"))
}

/// Says whether a statement is a `DO` block that takes back all it did and does nothing more where it meets an error of a code.
///
/// A block with handlers within it is none of these: which of them meets the error is not known.
pub(crate) fn forgives(statement: &str, code: &str) -> bool {
    let mut bodies = body_words(statement);
    let (Some(body), true) = (bodies.pop().filter(|_| bodies.is_empty()), is_do(statement)) else {
        return false;
    };
    let mut at = 0;
    let word = |at: usize| body.get(at).map(String::as_str).unwrap_or_default();
    if word(0) == "declare" {
        at = body.iter().position(|word| word == "begin").unwrap_or(body.len());
    }
    if word(at) != "begin" {
        return false;
    }
    // The handlers of the outermost block.
    let Some(start) = outermost_handlers(&body, at) else { return false };
    let handlers = body.get(start..).unwrap_or_default();
    if body
        .windows(2)
        .filter(|pair| matches!(pair, [one, other] if one == "exception" && other == "when"))
        .count()
        != 1
    {
        return false;
    }
    let mut handlers = handlers.split(|word| word == "when").skip(1);
    handlers
        .find_map(|handler| {
            let then = handler.iter().position(|word| word == "then")?;
            let (conditions, does) = handler.split_at_checked(then)?;
            meets(conditions, code).then(|| does_nothing(does.get(1..).unwrap_or_default()))
        })
        .unwrap_or_default()
}

fn is_do(statement: &str) -> bool {
    let mut at = 0;
    for token in tokenize(statement) {
        let part = statement.get(at..at + token.len as usize).unwrap_or_default();
        at += token.len as usize;
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => return part.eq_ignore_ascii_case("do"),
        }
    }
    false
}

/// Returns the words of every dollar-quoted body, in lower case, with `;` and with what stands in quotes as it is.
fn body_words(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    for token in tokenize(text) {
        let part = text.get(at..at + token.len as usize).unwrap_or_default();
        at += token.len as usize;
        if let (TokenKind::Literal { .. }, Some(rest)) = (token.kind, part.strip_prefix('$'))
            && let Some((tag, rest)) = rest.split_once('$')
        {
            let body = rest.strip_suffix(&format!("${tag}$")).unwrap_or(rest);
            found.push(words(body));
        }
    }
    found
}

fn words(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    for token in tokenize(body) {
        let part = body.get(at..at + token.len as usize).unwrap_or_default();
        at += token.len as usize;
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { .. }
            | TokenKind::Eof => {}
            TokenKind::Ident => found.push(part.to_lowercase()),
            _ => found.push(part.to_owned()),
        }
    }
    found
}

/// Finds where the handlers of a block begin that opens at a word: behind its `EXCEPTION`.
fn outermost_handlers(body: &[String], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = "";
    for (at, word) in body.iter().enumerate().skip(open) {
        match word.as_str() {
            // `END CASE` ends what `CASE` opened; `END IF` and `END LOOP` end what opened nothing here.
            "begin" => depth += 1,
            "case" if before != "end" => depth += 1,
            "end" if !matches!(body.get(at + 1).map(String::as_str), Some("if" | "loop")) => {
                depth = depth.checked_sub(1)?;
            }
            "exception" if depth == 1 && before != "raise" => return Some(at + 1),
            _ => {}
        }
        before = word;
    }
    None
}

/// Tells whether `a OR b` names a code.
fn meets(conditions: &[String], code: &str) -> bool {
    conditions.split(|word| word == "or").any(|condition| match condition {
        [one] if one == "others" => !NEVER_CAUGHT.contains(&code),
        [one] => CONDITIONS.contains(&(one.as_str(), code)),
        [one, other] if one == "sqlstate" => other.trim_matches('\'') == code,
        _ => false,
    })
}

/// Tells whether the statements of a handler change nothing: `NULL`, or a notice.
fn does_nothing(does: &[String]) -> bool {
    let statements = does.split(|word| word == ";");
    // The last of them is the block's own end.
    statements.filter(|one| !one.is_empty()).all(|one| match one {
        [only] => matches!(only.as_str(), "null" | "end"),
        [first, level, ..] if first == "raise" => {
            matches!(level.as_str(), "notice" | "warning" | "info" | "log" | "debug")
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{catches, forgives};

    #[test]
    fn blocks_that_take_back_what_they_did_and_go_on() {
        let check = |statement: &str, code: &str, expected: bool| {
            assert_eq!(forgives(statement, code), expected, "{statement} {code}");
        };
        let create =
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$";
        check(create, "42710", true);
        check(create, "42P07", false);
        check(
            "-- once\ndo $x$ declare n int; begin perform 1; exception when others then raise notice 'no: %', sqlerrm; end; $x$",
            "42P01",
            true,
        );
        check(
            "DO $$ BEGIN x; EXCEPTION WHEN duplicate_table OR duplicate_object THEN NULL; WHEN others THEN RAISE; END $$",
            "42710",
            true,
        );
        check(
            "DO $$ BEGIN x; EXCEPTION WHEN duplicate_table THEN NULL; WHEN others THEN RAISE; END $$",
            "42710",
            false,
        );
        check("DO $$ BEGIN x; EXCEPTION WHEN SQLSTATE '42710' THEN NULL; END $$", "42710", true);
        check("DO $$ BEGIN x; EXCEPTION WHEN others THEN INSERT INTO log VALUES (1); END $$", "42710", false);
        check("DO $$ BEGIN IF a THEN x; END IF; EXCEPTION WHEN others THEN NULL; END $$", "42710", true);
        check("DO $$ BEGIN BEGIN x; EXCEPTION WHEN others THEN NULL; END; y; END $$", "42710", false);
        check("DO $$ BEGIN RAISE EXCEPTION 'x'; END $$", "P0001", false);
        check("DO $$ BEGIN x; EXCEPTION WHEN others THEN NULL; END $$", "57014", false);
        check(
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN x; EXCEPTION WHEN others THEN NULL; END $$",
            "42710",
            false,
        );
    }

    #[test]
    fn texts_that_catch() {
        assert!(catches(
            "CREATE FUNCTION f() RETURNS void AS $$ BEGIN x; EXCEPTION WHEN others THEN NULL; END $$"
        ));
        assert!(!catches("DO $$ BEGIN RAISE EXCEPTION 'EXCEPTION WHEN'; END $$"));
        assert!(!catches("-- EXCEPTION WHEN"));
    }
}
