//! Blocks around statements that may run a second time: how they are written, and how they are taken off again to read what they do.

use std::borrow::Cow;

/// What every block begins with.
const OPENING: &str = "DO $again";

/// What its quote begins with.
const QUOTE: &str = "$again";

/// Wraps a statement in a block that runs it unless something holds.
pub(crate) fn unless(condition: &str, text: &str) -> String {
    let tag = tag(&format!("{condition}{text}"));
    format!("DO {tag}\nBEGIN\nIF NOT ({condition}) THEN\n{text}\nEND IF;\nEND\n{tag};")
}

/// Wraps a statement in a block that passes over what says that it has run before.
pub(crate) fn passing_over(errors: &str, text: &str) -> String {
    let tag = tag(text);
    format!("DO {tag}\nBEGIN\n{text}\nEXCEPTION WHEN {errors} THEN NULL;\nEND\n{tag};")
}

/// Returns a dollar quote that a text does not hold.
fn tag(text: &str) -> String {
    (0..).map(|count| format!("$again{count}$")).find(|tag| !text.contains(tag.as_str())).unwrap_or_default()
}

/// Splits the text of such a block into its opening quote, what is between the quotes, and the closing one.
pub(crate) fn block(quoted: &str) -> Option<(&str, &str, &str)> {
    let tag = quoted.get(..quoted.get(1..)?.find('$')? + 2).filter(|_| quoted.starts_with(QUOTE))?;
    let (opening, rest) = quoted.split_at_checked(tag.len())?;
    let (inside, closing) = rest.split_at_checked(rest.len().checked_sub(tag.len())?)?;
    Some((opening, inside, closing))
}

/// Returns a script with the statements of such blocks in their place: what it does when it runs once.
pub fn run_once(script: &str) -> Cow<'_, str> {
    if !script.contains(OPENING) {
        return script.into();
    }
    let mut out = String::new();
    let mut rest = script;
    while let Some(at) = rest.find(OPENING) {
        let (before, block) = rest.split_at(at);
        out.push_str(before);
        match inside(block) {
            Some((statement, behind)) => {
                out.push_str(statement);
                rest = behind;
            }
            None => {
                let (opening, behind) = block.split_at(OPENING.len());
                out.push_str(opening);
                rest = behind;
            }
        }
    }
    (out + rest).into()
}

/// Returns the statement in the block that a text begins with, and what stands behind the block.
fn inside(text: &str) -> Option<(&str, &str)> {
    let (tag, body) = text.strip_prefix("DO ")?.split_once('\n')?;
    let (body, behind) = body.split_once(&format!("\nEND\n{tag};"))?;
    let body = body.strip_prefix("BEGIN\n")?;
    let statement = match body.strip_prefix("IF NOT (") {
        Some(body) => body.split_once(") THEN\n")?.1.strip_suffix("\nEND IF;")?,
        None => body.rsplit_once("\nEXCEPTION WHEN ")?.0,
    };
    // What is spared itself may be in a block of its own.
    Some((statement, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_taken_off_again() {
        let quoted = "CREATE FUNCTION f() RETURNS int AS $again0$ SELECT 1; $again0$ LANGUAGE sql;";
        for statement in ["CREATE TYPE e AS ENUM ('a; b');", "ALTER TABLE t\n    ADD CHECK (a > 1);", quoted]
        {
            for block in [
                unless("to_regtype('e') IS NOT NULL", statement),
                passing_over("duplicate_object", statement),
            ] {
                let script = format!("SELECT 1;\n{block}\nSELECT 2;");
                assert_eq!(run_once(&script), format!("SELECT 1;\n{statement}\nSELECT 2;"));
            }
        }
        assert_eq!(
            run_once("DO $again0$ BEGIN NULL; END $again0$;"),
            "DO $again0$ BEGIN NULL; END $again0$;"
        );
    }
}
