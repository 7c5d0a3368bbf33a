//! Markdown that shows a text exactly as it is.
//!
//! What the author wrote is text, not markup: every character that CommonMark, GitHub's tables, mathematics or shortcodes
//! would take for their own is escaped, so that it also holds inside a table's cell.

/// Returns a text on one line, line breaks as `<br>`.
pub(crate) fn inline(text: &str) -> String {
    let lines: Vec<String> = text.trim().lines().map(|line| escape_line(line.trim())).collect();
    lines.join("<br>")
}

/// Returns a text as paragraphs: blank lines part them, other line breaks stay.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut paragraphs: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.trim().lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => last.push(block_safe(&escape_line(line))),
            Some(last) if last.is_empty() => {}
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs.into_iter().map(|lines| lines.join("<br>\n")).collect::<Vec<_>>().join("\n\n")
}

/// Returns a heading's text: one line, single blanks.
pub(crate) fn heading(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A closing run of `#` would be taken for the heading's end.
    escape_line(&text).replace('#', "\\#")
}

/// Returns a text as code; what a code span cannot hold in a table's cell becomes an HTML element.
pub(crate) fn code(text: &str) -> String {
    let awkward = |c: char| "`|\\".contains(c) || c.is_control();
    let plain = !text.contains(awkward) && text.trim() == text && !text.is_empty();
    if plain {
        return format!("`{text}`");
    }
    let mut html = String::from("<code>");
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || "() ,.=;".contains(c) => html.push(c),
            c if c.is_control() => html.push(' '),
            c => html.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    html.push_str("</code>");
    html
}

/// Returns a link to `href`, or the text alone; the text is already Markdown.
pub(crate) fn link(markdown: &str, href: Option<&str>) -> String {
    match href {
        Some(href) => format!("[{markdown}]({href})"),
        None => markdown.to_owned(),
    }
}

/// Escapes a line for the middle of a paragraph or cell; well-formed code spans stay code.
fn escape_line(line: &str) -> String {
    let mut markdown = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('`') {
        let span = after.split_once('`').filter(|(inside, _)| !inside.is_empty() && inside.trim() == *inside);
        escape_text(before, &mut markdown);
        match span {
            Some((inside, behind)) if !behind.starts_with('`') => {
                markdown.push_str(&code(inside));
                rest = behind;
            }
            _ => {
                markdown.push_str("\\`");
                rest = after;
            }
        }
    }
    escape_text(rest, &mut markdown);
    markdown
}

fn escape_text(text: &str, markdown: &mut String) {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let joins = before.is_alphanumeric() && after.is_alphanumeric();
        match c {
            '\\' | '*' | '[' | ']' | '|' | '~' | '$' => markdown.extend(['\\', c]),
            // Inside a word an underscore is only itself.
            '_' if !joins => markdown.push_str("\\_"),
            // `:name:` is a picture on a forge.
            ':' if after.is_alphanumeric() || after == '+' => {
                let shortcode = chars.clone().find(|c| !(c.is_alphanumeric() || "_+-".contains(*c)));
                markdown.push_str(if shortcode == Some(':') { "\\:" } else { ":" });
            }
            '<' => markdown.push_str("&lt;"),
            '>' => markdown.push_str("&gt;"),
            '&' => markdown.push_str("&amp;"),
            c if c.is_control() => markdown.push(' '),
            c => markdown.push(c),
        }
        before = c;
    }
}

/// Escapes what begins a block at the start of a line: lists, headings, rules.
fn block_safe(line: &str) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let (number, behind) = line.split_at_checked(digits).unwrap_or((line, ""));
    match line.chars().next() {
        Some('#' | '+' | '-' | '=') => format!("\\{line}"),
        Some(c) if c.is_ascii_digit() && behind.starts_with(['.', ')']) => format!("{number}\\{behind}"),
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    const HOSTILE: &[&str] = &[
        "plain words",
        "a | b | c",
        "a\\|b \\",
        "*bold* _it_ __x__ snake_case_name **",
        "<script>alert(1)</script> &amp; &lt;",
        "[link](http://example.org) ![i](x) [^1] [x]",
        "~~gone~~ $x$ $event:server :smile: 1:1",
        "- item",
        "1. item",
        "12) item",
        "# heading #",
        "> quote",
        "=== ---",
        "***",
        "tick ` alone",
        "`` two ``",
        "є — «ї» 🚀",
        "\\* \\` \\_",
    ];

    /// Reads Markdown and returns its text, in which code is as good as words.
    fn shown(markdown: &str) -> String {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::InlineHtml(html) if html.contains("code>") => {}
                Event::Start(
                    Tag::Paragraph | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell,
                )
                | Event::End(_) => {}
                other => panic!("{other:?} in {markdown}"),
            }
        }
        text
    }

    #[test]
    fn text_is_shown_as_it_is() {
        for text in HOSTILE {
            assert_eq!(shown(&paragraphs(text)), *text);
            let table = format!("| x | y |\n|---|---|\n| {} | end |\n", inline(text));
            assert_eq!(shown(&table), format!("xy{text}end"), "{table}");
        }
    }

    #[test]
    fn code_is_shown_as_it_is() {
        for text in HOSTILE.iter().chain(&["a`b", "``", "a|b", "|", "\\", "a\\|b", "&amp;", "<b>"]) {
            let table = format!("| x | y |\n|---|---|\n| {} | end |\n", code(text));
            assert_eq!(shown(&table), format!("xy{text}end"), "{table}");
        }
    }

    #[test]
    fn words_keep_their_code() {
        assert_eq!(inline("set `a|b` or `id`"), "set <code>a&#124;b</code> or `id`");
        assert_eq!(inline("one\r\n  two\n"), "one<br>two");
        assert_eq!(paragraphs("one\ntwo\n\n\n- three"), "one<br>\ntwo\n\n\\- three");
        assert_eq!(heading("a\nb # c #"), "a b \\# c \\#");
    }
}
