//! The rows behind `COPY … FROM stdin`.

use std::ops::Range;

use super::{Statement, line_end};

/// Tells whether rows follow the statement.
pub(super) fn reads_stdin(text: &str, statement: &Statement) -> bool {
    let mut tokens = statement.significant();
    if !tokens.next().is_some_and(|first| first.is_word(text, "copy")) {
        return false;
    }
    let mut from = false;
    for token in tokens {
        if from && token.is_word(text, "stdin") {
            return true;
        }
        from = token.is_word(text, "from");
    }
    false
}

/// Tells whether rows follow a command to psql: `\copy t from stdin`.
pub(super) fn copies_stdin(command: &str) -> bool {
    let words: Vec<String> = command.split_whitespace().map(str::to_ascii_lowercase).collect();
    words.first().is_some_and(|first| first == "\\copy")
        && words.windows(2).any(
            |pair| matches!(pair, [from, stdin] if from == "from" && stdin.trim_end_matches(';') == "stdin"),
        )
}

/// Returns the rows that begin on the next line, up to and with the line `\.` that ends them.
pub(super) fn copy_data(text: &str, from: usize) -> Range<usize> {
    let start = (line_end(text, from) + 1).min(text.len());
    let mut at = start;
    while at < text.len() {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        at = (end + 1).min(text.len());
        if line.trim_end() == "\\." {
            return start..end;
        }
    }
    start..text.len()
}
