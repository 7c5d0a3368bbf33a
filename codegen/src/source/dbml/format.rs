//! The one layout of a DBML file.
//!
//! Nothing but white space changes: the tokens are the author's, comments included, in the author's lines. A block opens on
//! the line of its header and is indented by two spaces, at most one blank line stays between two lines, and signs have their spaces.

use super::lexer::{Kind, Token, lex};

/// What one more open bracket is indented by.
const INDENT: &str = "  ";

/// Formats a file; gives it back as it is where it holds something that is not closed.
pub fn format(text: &str) -> String {
    let tokens = lex(text);
    if tokens.iter().any(|token| token.kind.unclosed().is_some()) {
        return text.to_owned();
    }
    let mut layout = Layout { text, out: String::with_capacity(text.len()), open: Vec::new(), before: None };
    let mut breaks = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Newline {
            breaks += 1;
        } else {
            let next = tokens.get(at + 1..).unwrap_or_default();
            layout.put(token, breaks, next);
            breaks = 0;
        }
    }
    if !layout.out.is_empty() {
        layout.out.push('\n');
    }
    layout.out
}

/// A file being laid out.
struct Layout<'t> {
    text: &'t str,
    out: String,
    /// Brackets that are open.
    open: Vec<char>,
    /// The token before.
    before: Option<Token>,
}

impl Layout<'_> {
    fn put(&mut self, token: &Token, breaks: usize, next: &[Token]) {
        let raw = token.raw(self.text);
        let closes = matches!(token.kind, Kind::Sign('}' | ']' | ')'));
        if closes {
            self.open.pop();
        }
        if let Some(before) = self.before.take() {
            let lines = self.lines(&before, token, breaks);
            if lines > 0 {
                self.out.extend(std::iter::repeat_n('\n', lines));
                self.out.extend(std::iter::repeat_n(INDENT, self.open.len()));
            } else if self.has_space(&before, token, next) {
                self.out.push(' ');
            }
        }
        // A comment to the end of its line may have white space there.
        self.out.push_str(if matches!(token.kind, Kind::Comment) { raw.trim_end() } else { raw });
        if let Kind::Sign(sign @ ('{' | '[' | '(')) = token.kind {
            self.open.push(sign);
        }
        self.before = Some(*token);
    }

    /// Returns how many line breaks come before a token: two leave a blank line.
    fn lines(&self, before: &Token, token: &Token, breaks: usize) -> usize {
        let is_comment = |token: &Token| matches!(token.kind, Kind::Comment);
        let opens = before.kind == Kind::Sign('{');
        let closes = token.kind == Kind::Sign('}');
        if opens && closes {
            return 0;
        }
        if opens {
            // What is said behind the bracket stays there.
            return usize::from(!(is_comment(token) && breaks == 0));
        }
        if closes {
            return 1;
        }
        if token.kind == Kind::Sign('{') && !is_comment(before) {
            return 0;
        }
        let ends = before.kind == Kind::Sign('}');
        if ends && !(is_comment(token) && breaks == 0) {
            // Blocks of the file stand apart.
            return if self.open.is_empty() { 2 } else { breaks.clamp(1, 2) };
        }
        breaks.min(2)
    }

    /// Tells whether a space stands between two tokens of one line.
    fn has_space(&self, before: &Token, token: &Token, next: &[Token]) -> bool {
        let gap = before.range().end < token.range().start;
        match (&before.kind, &token.kind) {
            (_, Kind::Comment) | (Kind::Comment, _) | (_, Kind::Sign('{')) => true,
            (Kind::Sign('(' | '[' | '.' | '~' | '@'), _) => false,
            (_, Kind::Sign(',' | ')' | ']' | '.' | ':' | ';')) => false,
            (Kind::Sign(',' | ':'), _) => true,
            (Kind::Sign(']'), Kind::Sign('[')) if !gap => false,
            (_, Kind::Sign('[')) => gap || !is_size(next),
            (Kind::Operator, Kind::Number) | (Kind::Operator, Kind::Operator) => gap,
            (Kind::Operator, _) | (_, Kind::Operator) => gap || self.is_relation(before, token),
            _ => gap,
        }
    }

    /// Tells whether an operator joins two names, as that of a relation does.
    fn is_relation(&self, before: &Token, token: &Token) -> bool {
        let operator = if before.kind == Kind::Operator { before } else { token };
        let sign = operator.raw(self.text);
        matches!(sign.trim_matches('?'), "<" | ">" | "-" | "<>")
    }
}

/// Tells whether what follows an opening bracket is the size of an array: `[]`, `[3]`.
fn is_size(next: &[Token]) -> bool {
    match next {
        [first, ..] if first.kind == Kind::Sign(']') => true,
        [first, second, ..] => first.kind == Kind::Number && second.kind == Kind::Sign(']'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn only_white_space_changes() {
        let text = "// of users\nTable users[note:'x']\n{\nid  int[pk ,increment]   // the key\n\n\n\n  tags text[ ]\n indexes{(id,tags)[unique]}\n}\nRef:a.b>users.id\nEnum e { \n a\n\n b }";
        let expected = "// of users\nTable users [note: 'x'] {\n  id int [pk, increment] // the key\n\n  tags text[]\n  indexes {\n    (id, tags) [unique]\n  }\n}\n\nRef: a.b > users.id\nEnum e {\n  a\n\n  b\n}\n";
        assert_eq!(format(text), expected);
        assert_eq!(format(expected), expected);
    }

    #[test]
    fn texts_and_signs_stay_as_they_are() {
        let text = "Table t {\n  a int [default: -1, note: '''\n    two\n      lines\n  ''']\n  b numeric(10, 2) [check: `a>-1`]\n  ~base\n}\n";
        assert_eq!(format(text), text);
    }

    #[test]
    fn what_is_not_closed_is_left_alone() {
        let text = "Table   t {\n note: 'open\n}";
        assert_eq!(format(text), text);
    }
}
