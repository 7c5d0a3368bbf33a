//! Parsing of a statement or a part of one, with what is wrong said at its place.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::diag::{Code, Diagnostic, Sink};
use crate::expr::depth;
use crate::source::sql::body::is_placeholder;
use crate::source::sql::dialect::{self, Foreign};
use crate::source::sql::split::{Statement, Token};
use crate::source::sql::syntax::{self, Tree};
use crate::source::sql::tree::{LONGEST_NAME, Place, identifier, whole_identifier};
use crate::span::{Fragment, Span};

pub(super) const SYNTAX: Code = Code::new("sql-syntax");
pub(super) const UNTERMINATED: Code = Code::new("sql-unterminated");
pub(super) const TOO_DEEP: Code = Code::new("sql-too-deep");
pub(super) const PLACEHOLDER: Code = Code::new("sql-placeholder");
const LONG_NAME: Code = Code::new("sql-long-name");
pub(super) const NO_SEMICOLON: Code = Code::new("sql-no-semicolon");

/// What the reading of one statement needs.
#[derive(Debug)]
pub(super) struct Cx<'a> {
    /// The text.
    pub(super) fragment: &'a Fragment<'a>,
    /// Where the statement stands.
    pub(super) place: Place<'a>,
    /// What is not PostgreSQL's in it.
    pub(super) foreign: Foreign,
    /// The text is a script that runs as it stands.
    pub(super) literal: bool,
    /// Where it is reported to.
    pub(super) sink: &'a mut Sink,
}

impl<'a> Cx<'a> {
    /// Returns the fragment's text.
    pub(super) fn text(&self) -> &'a str {
        self.fragment.text()
    }

    /// Returns bytes of the fragment as they are to be parsed.
    pub(super) fn parsed(&self, statement: &Statement, range: Range<usize>) -> &str {
        let text = match &self.foreign.mended {
            Some(mended) => range
                .start
                .checked_sub(statement.range.start)
                .zip(range.end.checked_sub(statement.range.start))
                .and_then(|(start, end)| mended.get(start..end)),
            None => self.fragment.text().get(range),
        };
        text.unwrap_or_default()
    }
}

/// Reports what the lexer saw to be wrong with a statement.
pub(super) fn shape(cx: &mut Cx<'_>, statement: &Statement) {
    for broken in &statement.unterminated {
        let quote = cx.text().get(broken.clone()).unwrap_or_default();
        let (what, close) = match quote {
            _ if quote.starts_with("/*") => ("comment", "`*/`"),
            _ if quote.starts_with('"') => ("quoted name", "`\"`"),
            _ if quote.starts_with('$') => ("dollar-quoted text", "the same dollar quote"),
            _ => ("text", "`'`"),
        };
        let span = cx.fragment.span(broken.clone());
        cx.sink
            .error(UNTERMINATED, span, format!("this {what} is never closed"))
            .help(format!("close it with {close}; the lines below are read as if it ended with its line"));
    }
    for open in statement.open.iter().take(1) {
        let span = cx.fragment.span(*open..*open + 1);
        cx.sink
            .error(UNTERMINATED, span, "this parenthesis is never closed")
            .help("close it with `)` before the statement ends");
    }
    for token in
        statement.significant().filter(|token| is_name(token) && token.end - token.start > LONGEST_NAME)
    {
        let name = whole_identifier(token.text(cx.text()));
        let kept = identifier(token.text(cx.text()));
        if kept.len() < name.len() {
            let span = cx.fragment.span(token.start..token.end);
            cx.sink
                .warning(
                    LONG_NAME,
                    span,
                    format!("`{name}` is longer than PostgreSQL keeps: it is called `{kept}`"),
                )
                .help("write a name of at most 63 bytes");
        }
    }
    if !statement.closed && statement.open.is_empty() {
        let span = cx.fragment.span(statement.range.clone());
        cx.sink
            .warning(NO_SEMICOLON, span.at_end(), "no semicolon between this statement and the next")
            .help("end the statement with `;`");
    }
}

/// Parses a whole statement; gives none where its tokens alone show that it cannot be right.
pub(super) fn whole(cx: &Cx<'_>, statement: &Statement) -> Option<Tree> {
    if !statement.unterminated.is_empty() || !statement.open.is_empty() {
        return None;
    }
    // Every level takes a token, or stands inside of one that is a text.
    let may_be_deep = statement.tokens.len() >= depth::LIMIT
        || statement.tokens.iter().any(|token| token.end - token.start >= depth::LIMIT);
    if may_be_deep && is_too_deep(cx, statement.significant()) {
        return None;
    }
    let parsed = cx.parsed(statement, statement.range.clone());
    if cx.foreign.mended.is_some() {
        return syntax::parse(parsed);
    }
    let from = statement.tokens.partition_point(|token| token.start < statement.range.start);
    let to = statement.tokens.partition_point(|token| token.end <= statement.range.end);
    syntax::parse_tokens(parsed, statement.tokens.get(from..to).unwrap_or_default())
}

fn is_too_deep<'t>(cx: &Cx<'_>, tokens: impl Iterator<Item = &'t Token>) -> bool {
    depth::is_too_deep(tokens.map(|token| (token.kind, token.text(cx.text()))))
}

/// A part of a statement, parsed with something before and behind it.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// The tree.
    pub(super) tree: Tree,
    /// Where its text stands.
    pub(super) place: Place<'a>,
    /// The byte of the parsed text behind which nothing is to be trusted.
    pub(super) until: usize,
}

/// Parses a part of a statement with `before` and `behind` around it, and reports its first mistake.
pub(super) fn part<'a>(
    cx: &mut Cx<'a>,
    statement: &Statement,
    before: &str,
    range: Range<usize>,
    behind: &str,
) -> Option<Part<'a>> {
    // A quote that is never closed is reported already: what stands before it is read.
    let broken = statement.unterminated.iter().find(|broken| range.contains(&broken.start));
    let end = broken.map_or(range.end, |broken| broken.start);
    let readable = range.start..end;
    if readable.len() >= depth::LIMIT && is_too_deep(cx, statement.within(readable.clone())) {
        too_deep(cx, cx.fragment.span(range));
        return None;
    }
    let written = cx.parsed(statement, readable.clone());
    let written = if broken.is_some() { written.trim_end() } else { written };
    let Some(tree) = syntax::parse(&format!("{before}{written}{behind}")) else {
        unread(cx, cx.fragment.span(range));
        return None;
    };
    let place = cx.place.behind(range.start, before.len());
    let limit = before.len() + written.len();
    let first = tree.errors.first().map(|error| usize::from(error.range().start()).min(limit));
    if let (Some(error), None) = (tree.errors.first(), broken) {
        let start = usize::from(error.range().start()).clamp(before.len(), limit);
        let at = range.start + start - before.len();
        let span = cx.fragment.span(word_at(cx.text(), statement, at, range.end));
        syntax(cx, span, error.message());
    }
    let until = first.unwrap_or(usize::MAX).min(broken.map_or(usize::MAX, |_| limit));
    Some(Part { tree, place, until })
}

/// Reports what is wrong with a statement each part of which is right.
pub(super) fn between(cx: &mut Cx<'_>, statement: &Statement, tree: &Tree) {
    if let Some(error) = tree.errors.first() {
        let at = statement.range.start + usize::from(error.range().start());
        let span = cx.fragment.span(word_at(cx.text(), statement, at, statement.range.end));
        syntax(cx, span, error.message());
    }
}

/// Reports the first mistake of a statement that was parsed as a whole and left out.
pub(super) fn first_error(cx: &mut Cx<'_>, statement: &Statement, tree: &Tree) {
    if let Some(error) = tree.errors.first() {
        let at = statement.range.start + usize::from(error.range().start());
        let span = cx.fragment.span(word_at(cx.text(), statement, at, statement.range.end));
        let whole = cx.fragment.span(statement.range.clone());
        syntax(cx, span, error.message()).label(whole, "this statement was left out");
    }
}

/// Reports a mistake of syntax with the parser's words.
fn syntax<'s>(cx: &'s mut Cx<'_>, span: Span, message: &str) -> &'s mut Diagnostic {
    // Nothing is lost by it, and where a document leaves columns out it often stands before the words that say so.
    if message.contains("trailing comma") && !cx.literal {
        return cx
            .sink
            .warning(SYNTAX, span, format!("not PostgreSQL: {}", readable(message)))
            .help("take the comma away");
    }
    cx.sink
        .error(SYNTAX, span, format!("not PostgreSQL: {}", readable(message)))
        .help("what stands before it was read, and so is what follows the next comma or semicolon")
}

/// Returns the parser's words without the names of its tokens: `expected R_PAREN` is "expected `)`".
pub(super) fn readable(message: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_end_matches(',');
        let comma = word.get(bare.len()..).unwrap_or_default();
        let symbol = match bare {
            "L_PAREN" => "`(`",
            "R_PAREN" => "`)`",
            "L_BRACK" => "`[`",
            "R_BRACK" => "`]`",
            "COMMA" => "`,`",
            "SEMICOLON" => "`;`",
            "DOT" => "`.`",
            "EQ" => "`=`",
            "EOF" => "the end",
            "IDENT" => "a name",
            "STRING" => "a text",
            "INT_NUMBER" => "a number",
            _ => match bare.strip_suffix("_KW") {
                Some(keyword) => return format!("`{keyword}`{comma}"),
                None => return word.to_owned(),
            },
        };
        format!("{symbol}{comma}")
    };
    let mut words: Vec<String> = message.trim_end_matches('.').split_whitespace().map(word).collect();
    if let Some(first) = words.first_mut().and_then(|first| first.get_mut(..1)) {
        first.make_ascii_lowercase();
    }
    words.join(" ")
}

/// Returns the word that begins at or behind a byte, so that a mistake points at something.
fn word_at(text: &str, statement: &Statement, at: usize, end: usize) -> Range<usize> {
    let from = statement.tokens.partition_point(|token| token.end <= at);
    let rest = statement.tokens.get(from..).unwrap_or_default();
    let next = rest.iter().take_while(|token| token.start < end).find(|token| !token.is_trivia());
    match next {
        Some(token) => token.start..token.end,
        None => at.min(text.len())..at.min(text.len()),
    }
}

/// Reports a part of a statement that could be parsed and not understood.
pub(super) fn unread(cx: &mut Cx<'_>, span: Span) {
    cx.sink
        .error(SYNTAX, span, "this could not be understood and was left out")
        .help("write it as PostgreSQL's manual gives it, or report it as a fault of the reader");
}

/// Reports nesting past the limit.
pub(super) fn too_deep(cx: &mut Cx<'_>, span: Span) {
    cx.sink
        .error(TOO_DEEP, span, format!("nested more than {} levels deep", depth::LIMIT))
        .help("split the expression");
}

/// Reports a statement that names nothing.
pub(super) fn nameless(cx: &mut Cx<'_>, what: &str, span: Span) {
    cx.sink.error(SYNTAX, span, format!("`{what}` without a name")).help("give it a name");
}

/// Tells whether a part is a placeholder such as `...`, and reports it.
pub(super) fn placeholder(cx: &mut Cx<'_>, statement: &Statement, range: Range<usize>) -> bool {
    let Some(first) = statement.within(range.clone()).next() else { return false };
    let text = cx.text();
    let is = is_placeholder(text, first);
    // `<columns>`, `{{ columns }}`, `[…]`.
    let bracketed = matches!(first.kind, TokenKind::Lt | TokenKind::OpenCurly | TokenKind::OpenBracket);
    if !is && !bracketed {
        return false;
    }
    let written = text.get(range.clone()).unwrap_or_default();
    let span = cx.fragment.span(range);
    cx.sink
        .warning(PLACEHOLDER, span, format!("`{}` stands for something that is not written", clip(written)))
        .help("write it out; nothing is made of it");
    true
}

/// Reports a statement of which nothing is made because of the placeholders in it; tells whether there are any.
pub(super) fn placeholders(cx: &mut Cx<'_>, statement: &Statement) -> bool {
    let found = dialect::placeholders(cx.text(), statement);
    let Some(first) = found.first() else { return false };
    let written = clip(cx.text().get(first.clone()).unwrap_or_default());
    let (place, whole) = (cx.fragment.span(first.clone()), cx.fragment.span(statement.range.clone()));
    cx.sink
        .warning(PLACEHOLDER, place, format!("`{written}` stands for something that is not written"))
        .label(whole, "this statement was left out")
        .help("write it out; nothing is made of it");
    true
}

/// Reports a placeholder that was read over, at the first place where it stands.
pub(super) fn read_over(fragment: &Fragment<'_>, places: &[Range<usize>], sink: &mut Sink) {
    let Some(first) = places.first() else { return };
    let written = clip(fragment.text().get(first.clone()).unwrap_or_default());
    let more = if places.len() == 1 { String::new() } else { format!(" ({} times)", places.len()) };
    let message = format!("`{written}` stands for something that is not written, and was read over{more}");
    sink.warning(PLACEHOLDER, fragment.span(first.clone()), message)
        .help("write it out; names are read without it");
}

/// Returns the beginning of a text on one line, for a message.
pub(super) fn clip(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

/// Tells whether a token can be a part of a name.
pub(super) fn is_name(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. })
}

/// Reports that a statement could not be parsed at all, and why where that is not said already.
pub(super) fn unparsed(cx: &mut Cx<'_>, statement: &Statement) {
    let span = cx.fragment.span(statement.range.clone());
    if !statement.unterminated.is_empty() || !statement.open.is_empty() {
        cx.sink.error(SYNTAX, span, "this statement was left out").help("close what is not closed in it");
    } else if is_too_deep(cx, statement.significant()) {
        too_deep(cx, span);
    } else {
        unread(cx, span);
    }
}
