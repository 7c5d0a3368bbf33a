//! Text to statements, by the lexer alone: what one statement breaks stays inside that statement.

mod beginning;
mod compound;
mod copy;
mod unclosed;

use std::ops::Range;

use beginning::begins_statement;
use copy::{copies_stdin, copy_data, reads_stdin};
use squawk_lexer::{TokenKind, tokenize};
pub(crate) use unclosed::is_terminated;
use unclosed::{may_be_unterminated, unterminated};

use super::word::Word;

/// A token and its place in the fragment's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// What is known of the word that it is.
    pub(super) word: Word,
}

impl Token {
    /// Returns the token that the lexer found at a byte of a text.
    pub(super) fn of(raw: &squawk_lexer::Token, text: &str, start: usize) -> Self {
        let end = start + raw.len as usize;
        let word = match raw.kind {
            TokenKind::Ident => text.get(start..end).map(Word::of).unwrap_or_default(),
            _ => Word::default(),
        };
        Self { kind: raw.kind, start, end, word }
    }

    /// Returns what stands for a part of a text that cannot be read.
    pub(super) fn unknown(range: Range<usize>) -> Self {
        Self { kind: TokenKind::Unknown, start: range.start, end: range.end, word: Word::default() }
    }

    /// Returns the token's text.
    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Tells whether it is an unquoted word, the case of its letters aside.
    pub(super) fn is_word(&self, text: &str, word: &str) -> bool {
        matches!(self.kind, TokenKind::Ident) && self.text(text).eq_ignore_ascii_case(word)
    }

    /// Tells whether it means nothing to the parser.
    pub(super) fn is_trivia(&self) -> bool {
        matches!(self.kind, TokenKind::Whitespace) || self.is_comment()
    }

    /// Tells whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment | TokenKind::BlockComment { .. })
    }
}

/// A part of the text.
#[derive(Debug)]
pub(super) enum Piece {
    /// A statement.
    Statement(Statement),
    /// A command to psql: `\connect …` up to the end of its line.
    Meta(Range<usize>),
    /// The rows behind `COPY … FROM stdin`, with the line that ends them.
    Data(Range<usize>),
    /// What stands between two lines `DELIMITER`, which only MySQL has.
    Delimited(Range<usize>),
    /// A line that begins with `#`, which only MySQL takes for a comment.
    Hash(Range<usize>),
}

/// A statement as the lexer sees it.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Every token, comments above it and behind it on its last line included, the final semicolon included.
    pub(super) tokens: Vec<Token>,
    /// From the first word to the last token before the semicolon.
    pub(super) range: Range<usize>,
    /// It ends with a semicolon or with the text.
    pub(super) closed: bool,
    /// Where the `BEGIN` of a routine's body stands that no quotes are around, as other databases write it.
    pub(super) body: Option<usize>,
    /// Parentheses that nothing closes, by their place, outermost first.
    pub(super) open: Vec<usize>,
    /// Quotes, dollar quotes and block comments that nothing closes: each up to the end of its line.
    pub(super) unterminated: Vec<Range<usize>>,
}

impl Statement {
    /// Tells whether parentheses or quotes are never closed.
    pub(super) fn is_unbalanced(&self) -> bool {
        !self.open.is_empty() || !self.unterminated.is_empty()
    }

    /// Returns the tokens inside a range of the text that mean something.
    pub(super) fn within(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = &Token> + Clone {
        let from = self.tokens.partition_point(|token| token.start < range.start);
        let to = self.tokens.partition_point(|token| token.end <= range.end);
        self.tokens.get(from..to).unwrap_or_default().iter().filter(|token| !token.is_trivia())
    }

    /// Returns the tokens that mean something, without the final semicolon.
    pub(super) fn significant(&self) -> impl DoubleEndedIterator<Item = &Token> + Clone {
        self.within(self.range.clone())
    }
}

/// Returns the parts of a text, in order; white space and comments that belong to no statement are left out.
///
/// A statement ends at a semicolon, also inside parentheses that were never closed, and where a line begins
/// with the first two words of another statement.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece> + '_ {
    let mut at = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let mut data = false;
    let mut patience = PATIENCE;
    std::iter::from_fn(move || {
        if std::mem::take(&mut data) {
            let range = copy_data(text, at);
            at = range.end;
            return Some(Piece::Data(range));
        }
        let (piece, next) = piece(text, at, &mut patience)?;
        at = next.max(at);
        data = match &piece {
            Piece::Statement(statement) => reads_stdin(text, statement),
            Piece::Meta(command) => copies_stdin(text.get(command.clone()).unwrap_or_default()),
            Piece::Data(_) | Piece::Delimited(_) | Piece::Hash(_) => false,
        };
        Some(piece)
    })
}

/// Returns the statement that stands between two bytes of a text: one inside the text of another.
pub(super) fn statement_at(text: &str, start: usize, end: usize) -> Option<Statement> {
    match piece(text.get(..end)?, start, &mut { PATIENCE })? {
        (Piece::Statement(statement), _) => Some(statement),
        _ => None,
    }
}

/// How many unclosed quotes of one text are mended; each costs a pass over what follows it.
const PATIENCE: usize = 64;

/// What the statement being collected is, as far as it decides where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// Nothing that another statement could stand in.
    Nothing,
    /// Statements in parentheses: a rule.
    Bracketed,
    /// Statements without semicolons: a schema's elements, what is explained or prepared.
    Elements,
    /// Queries, one of which may insert.
    Queries,
    /// A routine, whose body may be `BEGIN ATOMIC … END`.
    Routine,
}

fn piece(text: &str, from: usize, patience: &mut usize) -> Option<(Piece, usize)> {
    let mut statement = Statement { tokens: Vec::with_capacity(room(text, from)), ..Statement::default() };
    let mut at = from;
    let mut holds = Holds::Nothing;
    let mut words = 0_usize;
    let mut atomic = 0_usize;
    // The byte behind the body of a routine of another database.
    let mut foreign = 0_usize;
    let mut previous: Option<Token> = None;
    let mut line_start = true;
    let mut tokens = tokenize(text.get(at..)?);
    // Behind an unclosed quote the tokens begin anew.
    while let Some(raw) = tokens.next() {
        let token = Token::of(&raw, text, at);
        let started = previous.is_some();
        if !started && line_start && is_hash(text.get(token.start..).unwrap_or_default()) {
            let end = line_end(text, token.start);
            return Some((Piece::Hash(token.start..end), end));
        }
        if may_be_unterminated(token.kind)
            && let Some(mut broken) = unterminated(text, &token, &statement, words > 0)
        {
            *patience = patience.saturating_sub(1);
            if *patience == 0 {
                broken.end = text.len();
            }
            // What follows the line of the opening quote is read as if the quote were not there.
            statement.tokens.retain(|kept| kept.start < broken.start);
            at = broken.end;
            tokens = tokenize(text.get(at..)?);
            let kept = Token::unknown(broken.clone());
            if !started {
                statement.range = broken.clone();
            }
            statement.range.end = broken.end;
            statement.tokens.push(kept);
            statement.unterminated.push(broken);
            previous = Some(kept);
            line_start = false;
            continue;
        }
        if token.is_trivia() {
            line_start |= token.text(text).contains('\n');
            statement.tokens.push(token);
            at = token.end;
            continue;
        }
        if matches!(token.kind, TokenKind::Unknown)
            && token.text(text) == "\\"
            && (line_start || statement.open.is_empty())
        {
            if started {
                // `SELECT … \gexec`: the command ends the statement and is a piece of its own.
                statement.closed = true;
                return Some((Piece::Statement(statement), at));
            }
            let end = line_end(text, at);
            return Some((Piece::Meta(token.start..end), end));
        }
        if !started
            && line_start
            && let Some(range) = compound::delimited(text, &token)
        {
            let end = range.end;
            return Some((Piece::Delimited(range), end));
        }
        if line_start
            && atomic == 0
            && token.start >= foreign
            && previous.is_some_and(|previous| may_end(text, &previous, holds, &token))
        {
            return Some((Piece::Statement(statement), at));
        }
        // `GO` by itself on a line ends what stands before it, to the tools of SQL Server.
        let is_go = line_start && token.is_word(text, "go") && atomic == 0 && {
            text.get(token.end..line_end(text, token.end)).unwrap_or_default().trim().is_empty()
        };
        if is_go && started {
            statement.closed = true;
            return Some((Piece::Statement(statement), at));
        }
        if !started {
            statement.range.start = token.start;
        }
        if is_go {
            statement.range.end = token.end;
            statement.tokens.push(token);
            statement.closed = true;
            return Some((Piece::Statement(statement), token.end));
        }
        line_start = false;
        if text.as_bytes().get(token.start) == Some(&b'$')
            && token.start >= foreign
            && let Some(end) = previous.and_then(|previous| compound::lone_dollars(text, &previous, &token))
        {
            (foreign, statement.body) = (end, Some(token.start));
        }
        match token.kind {
            TokenKind::Semi => {
                let inside = atomic > 0
                    || token.start < foreign
                    || (holds == Holds::Bracketed && !statement.open.is_empty());
                statement.tokens.push(token);
                at = token.end;
                if inside {
                    statement.range.end = token.end;
                    continue;
                }
                if !started {
                    // An empty statement: what stood above it belongs to nothing.
                    statement = Statement::default();
                    continue;
                }
                statement.closed = true;
                at = trailing(text, at, &mut statement.tokens);
                return Some((Piece::Statement(statement), at));
            }
            TokenKind::OpenParen => statement.open.push(token.start),
            TokenKind::CloseParen => {
                statement.open.pop();
            }
            TokenKind::Ident => {
                words += 1;
                if words <= 5 && holds == Holds::Nothing {
                    holds = held(text, &statement, &token, words);
                }
                if holds == Holds::Routine {
                    let is = |word| token.is_word(text, word);
                    let after_begin = previous.is_some_and(|previous| previous.is_word(text, "begin"));
                    if statement.body.is_none() && *patience > 1 && compound::opens(text, &token) {
                        match compound::body_end(text, token.start) {
                            Some(end) => (foreign, statement.body) = (end, Some(token.start)),
                            None => *patience -= 1,
                        }
                    }
                    if atomic == 0 && is("atomic") && after_begin {
                        atomic = 1;
                    } else if atomic > 0 && is("case") {
                        atomic += 1;
                    } else if atomic > 0 && is("end") {
                        atomic -= 1;
                    }
                }
            }
            _ => {}
        }
        statement.range.end = token.end;
        statement.tokens.push(token);
        previous = Some(token);
        at = token.end;
    }
    previous?;
    statement.closed = true;
    Some((Piece::Statement(statement), text.len()))
}

/// Returns for how many tokens to make room: a list that grows is copied.
///
/// Most statements end with the first semicolon, and a token takes some three bytes with the white space behind it.
fn room(text: &str, from: usize) -> usize {
    const FARTHEST: usize = 4_096;
    let ahead = text.as_bytes().get(from..).unwrap_or_default();
    let ahead = ahead.get(..FARTHEST).unwrap_or(ahead);
    ahead.iter().position(|byte| *byte == b';').map_or(64, |length| length / 3 + 8)
}

/// Tells what a statement may hold, once its `words`-th word is known.
fn held(text: &str, statement: &Statement, word: &Token, words: usize) -> Holds {
    let is = |name| word.is_word(text, name);
    if words == 1 {
        return match () {
            () if is("explain") || is("prepare") => Holds::Elements,
            () if is("with") => Holds::Queries,
            () => Holds::Nothing,
        };
    }
    let created =
        statement.significant_words(text).next().is_some_and(|first| first.eq_ignore_ascii_case("create"));
    match () {
        () if !created => Holds::Nothing,
        () if words == 2 && is("schema") => Holds::Elements,
        () if is("rule") => Holds::Bracketed,
        () if is("function") || is("procedure") || is("trigger") => Holds::Routine,
        () => Holds::Nothing,
    }
}

impl Statement {
    /// Returns the unquoted words collected so far.
    fn significant_words<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.tokens
            .iter()
            .filter(|token| matches!(token.kind, TokenKind::Ident))
            .map(|token| token.text(text))
    }
}

/// Tells whether a statement may end between two tokens, because another begins at the second, which begins a line.
fn may_end(text: &str, previous: &Token, holds: Holds, token: &Token) -> bool {
    let holds_it = match holds {
        Holds::Bracketed | Holds::Elements => true,
        Holds::Queries => token.is_word(text, "insert"),
        Holds::Routine | Holds::Nothing => false,
    };
    // `FROM comment ON …` reads a table that is called `comment`.
    let names = ["from", "join", "table", "into", "update", "references", "as"];
    !holds_it && begins_statement(text, token) && !names.iter().any(|word| previous.is_word(text, word))
}

/// Takes comments behind a semicolon on its line; returns where the next piece begins.
fn trailing(text: &str, mut at: usize, into: &mut Vec<Token>) -> usize {
    let line = line_end(text, at);
    let rest = text.get(at..line).unwrap_or_default();
    if !rest.trim_start().starts_with("--") && !rest.trim_start().starts_with("/*") {
        return at;
    }
    for raw in tokenize(text.get(at..).unwrap_or_default()) {
        let token = Token::of(&raw, text, at);
        let last = token.start >= line || !token.is_trivia() || !is_terminated(token.kind);
        if last || (!token.is_comment() && token.text(text).contains('\n')) {
            break;
        }
        into.push(token);
        at = token.end;
    }
    at
}

/// Tells whether a text begins with `#` rather than with what a template puts in: `#{schema}`.
fn is_hash(text: &str) -> bool {
    text.starts_with('#') && !text.starts_with("#{")
}

/// Returns where the line ends, its end mark left out.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length)
}
