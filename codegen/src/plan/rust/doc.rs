//! Doc comments made of the author's words.

/// Turns the author's words into lines of a doc comment.
///
/// The words are no Markdown: what rustdoc or clippy would take for a link, a tag, a heading, a list or an indented block,
/// whose examples would even be run as tests, is escaped. Code between backticks stays code.
pub(super) fn prose(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(line).collect();
    lines.dedup_by(|a, b| a.is_empty() && b.is_empty());
    let content = |line: &String| !line.is_empty();
    let start = lines.iter().position(content).unwrap_or(lines.len());
    let end = lines.iter().rposition(content).map_or(start, |last| last + 1);
    lines.drain(..start);
    lines.truncate(end - start);
    lines
}

/// Puts a text between backticks, so that any text stays one piece of code.
pub(super) fn code(text: &str) -> String {
    let text = visible(text);
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn line(text: &str) -> String {
    let text = visible(text.trim());
    let spans = text.matches('`').count();
    let mut out = String::new();
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        match c {
            '`' if spans.is_multiple_of(2) => in_code = !in_code,
            '`' | '\\' | '[' | ']' | '<' | '>' | '*' | '_' | '|' | '~' if !in_code => out.push('\\'),
            '#' | '-' | '+' | '=' if at == 0 => out.push('\\'),
            '.' | ')' if out.chars().all(|c| c.is_ascii_digit()) && at > 0 => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    // A bare address is a warning of rustdoc's.
    let words = out.split(' ').map(|word| {
        let address = word.starts_with("http://") || word.starts_with("https://");
        if address { format!("<{}>", word.replace('\\', "")) } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Writes out characters that show nothing or turn the direction of text, which rustc refuses in comments.
fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' '.to_string(),
            _ if hidden(c) => format!("U+{:04X}", u32::from(c)),
            _ => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{code, prose};

    #[test]
    fn words_of_authors_are_not_markup() {
        let check = |text: &str, expected: &[&str]| assert_eq!(prose(text), expected, "{text}");
        check("Where `a_b` goes", &["Where `a_b` goes"]);
        check("\n\n  one\n\n\n    two\n", &["one", "", "two"]);
        check("- a list\n# a heading", &["\\- a list", "\\# a heading"]);
        check("1. first", &["1\\. first"]);
        check("see [docs] and Vec<u8>, snake_case", &["see \\[docs\\] and Vec\\<u8\\>, snake\\_case"]);
        check("a lone ` tick", &["a lone \\` tick"]);
        check("```\npanic!()\n```", &["\\`\\`\\`", "panic!()", "\\`\\`\\`"]);
        check("https://example.org/a_b here", &["<https://example.org/a_b> here"]);
        check("turned \u{202e}text", &["turned U+202Etext"]);
        check("   ", &[]);
    }

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code("a_b"), "`a_b`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "the empty text");
    }
}
