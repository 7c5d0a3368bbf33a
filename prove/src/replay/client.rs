//! What a script says to `psql` and not to the server: its commands, and the rows behind `COPY … FROM stdin`.

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

const COMMAND: &str = "it is a command to psql";
const ROWS: &str = "rows in the form of COPY are for psql, and are passed over";

/// Sets apart what is for the client: returns the text with blanks in its place, and where it stands, with the reason.
pub(super) fn set_apart(text: &str) -> (String, Vec<(Range<usize>, &'static str)>) {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    let mut from = 0;
    // What follows rows or a command is cut into tokens anew: a quote in a row opens nothing.
    while let Some((range, why)) = next(text, from) {
        from = range.end;
        found.push((range, why));
    }
    let mut kept = text.to_owned();
    for (range, _) in &found {
        let apart = text.get(range.clone()).unwrap_or_default();
        let blank: String = apart.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(range.clone(), &blank);
    }
    (kept, found)
}

/// Finds the next piece for the client behind a place.
fn next(text: &str, from: usize) -> Option<(Range<usize>, &'static str)> {
    let rest = text.get(from..)?;
    let mut at = from;
    let mut words: Vec<String> = Vec::new();
    let mut start = from;
    for token in tokenize(rest) {
        let range = at..at + token.len as usize;
        at = range.end;
        let own = text.get(range.clone())?;
        match token.kind {
            TokenKind::Eof => return None,
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => continue,
            TokenKind::Semi => {
                let copies = words.first().is_some_and(|word| word == "COPY");
                if copies && words.iter().any(|word| word == "STDIN") {
                    return Some((start..end_of_rows(text, range.end), ROWS));
                }
                words.clear();
                continue;
            }
            _ => {}
        }
        if own.starts_with('\\') && is_first_of_line(text, range.start) {
            return Some((range.start..end_of_line(text, range.start), COMMAND));
        }
        if words.is_empty() {
            start = range.start;
        }
        words.push(own.to_ascii_uppercase());
    }
    None
}

fn is_first_of_line(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
}

fn end_of_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end)
}

/// Returns the end of the line `\.`, or of the text.
fn end_of_rows(text: &str, from: usize) -> usize {
    let mut at = from;
    while at < text.len() {
        let end = end_of_line(text, at);
        if text.get(at..end).is_some_and(|line| line.trim_end() == "\\.") {
            return end;
        }
        at = end + 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::set_apart;

    #[test]
    fn what_is_for_psql_is_set_apart() {
        let check = |text: &str, kept: &str, apart: &[&str]| {
            let (left, found) = set_apart(text);
            assert_eq!(left.len(), text.len());
            assert_eq!(left.split_whitespace().collect::<Vec<_>>().join(" "), kept);
            let found: Vec<&str> = found.into_iter().map(|(range, _)| text.get(range).unwrap()).collect();
            assert_eq!(found, apart);
        };
        check("\\connect shop\nSELECT 1;", "SELECT 1;", &["\\connect shop"]);
        check("SELECT '\n\\x\n';", "SELECT ' \\x ';", &[]);
        check(
            "COPY t (a) FROM stdin;\nit's\n\\.\nSELECT 'b';\n  \\echo дім",
            "SELECT 'b';",
            &["COPY t (a) FROM stdin;\nit's\n\\.", "\\echo дім"],
        );
        check("COPY t FROM stdin;\n1", "", &["COPY t FROM stdin;\n1"]);
        check("COPY t FROM '/stdin'; SELECT 1;", "COPY t FROM '/stdin'; SELECT 1;", &[]);
    }
}
