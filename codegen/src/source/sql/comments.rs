//! Which comment belongs to what.

mod section;

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

use crate::source::decl::{Prose, ProseKind};
use crate::source::sql::split::Token;
use crate::span::Fragment;
use section::Heading;

/// The comments of one statement, by what they belong to.
#[derive(Debug, Default)]
pub(super) struct Attached {
    /// Of the statement as a whole.
    pub(super) statement: Vec<Prose>,
    items: Vec<(usize, Vec<Prose>)>,
}

impl Attached {
    /// Returns the comments of the item that begins at byte `start`.
    pub(super) fn of(&self, start: usize) -> Vec<Prose> {
        let found = self.items.binary_search_by_key(&start, |(item, _)| *item);
        found.ok().and_then(|at| self.items.get(at)).map(|(_, prose)| prose.clone()).unwrap_or_default()
    }
}

/// Finds what each comment of a statement belongs to; `items` are its parts, in order.
///
/// A comment behind something on its line belongs to the item that ends there, also where the comma stands before it; one in
/// lines of its own belongs to what begins on the line below, unless a blank line comes between or it heads several items. A comment in
/// the line of the opening parenthesis, above the statement or behind its end belongs to the statement. A comment that
/// continues, below, one behind an item and starts in the same column is part of it.
pub(super) fn attach(fragment: &Fragment<'_>, tokens: &[Token], items: &[Range<usize>]) -> Attached {
    let text = fragment.text();
    let mut attached = Attached {
        statement: Vec::new(),
        items: items.iter().map(|item| (item.start, Vec::new())).collect(),
    };
    // Most statements have none.
    if !tokens.iter().any(Token::is_comment) {
        return attached;
    }
    let mut give = |owner: Owner, comments: &[Token]| {
        let into = match owner {
            Owner::Nobody => return,
            Owner::Statement => &mut attached.statement,
            Owner::Item(at) => match attached.items.get_mut(at) {
                Some((_, prose)) => prose,
                None => return,
            },
        };
        into.extend(prose(fragment, comments));
    };
    let mut previous: Option<Token> = None;
    let mut lines = 1_usize;
    let mut trailing: Option<(Owner, Vec<Token>)> = None;
    let mut block: Vec<Token> = Vec::new();
    let mut apart = false;
    let mut headings: Vec<Heading> = Vec::new();
    let mut blanks: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !token.is_comment() {
            let breaks = newlines(text, token);
            if token.is_trivia() {
                lines += breaks;
                if lines > 1 {
                    // A blank line: what stands above it belongs to nothing below.
                    inside(items, previous, tokens.get(at..))
                        .into_iter()
                        .for_each(|owner| give(owner, &block));
                    block.clear();
                }
                continue;
            }
            if lines > 1 {
                blanks.extend(items.binary_search_by_key(&token.start, |item| item.start));
            }
            match inside(items, previous, tokens.get(at..)).unwrap_or_else(|| begins(items, previous, token))
            {
                Owner::Item(item) if !block.is_empty() && starts(items, item, token) => {
                    headings.push(Heading { item, comments: std::mem::take(&mut block), apart });
                }
                owner => give(owner, &std::mem::take(&mut block)),
            }
            if let Some((owner, comments)) = trailing.take() {
                give(owner, &comments);
            }
            previous = Some(*token);
            lines = 0;
            continue;
        }
        let own_line = lines > 0;
        let close = lines <= 1;
        if block.is_empty() {
            apart =
                lines > 1 || previous.is_some_and(|previous| matches!(previous.kind, TokenKind::OpenParen));
        }
        lines = 0;
        if own_line {
            let continues =
                trailing.as_ref().and_then(|(_, comments)| comments.last()).is_some_and(|above| {
                    close && block.is_empty() && column(text, above.start) == column(text, token.start)
                });
            match trailing.as_mut() {
                Some((_, comments)) if continues => comments.push(*token),
                _ => block.push(*token),
            }
            continue;
        }
        if !block.is_empty() {
            // `/* a */ /* b */` in a line of their own.
            block.push(*token);
            continue;
        }
        if let Some((owner, comments)) = trailing.take() {
            give(owner, &comments);
        }
        let next = next_on_line(text, tokens.get(at + 1..).unwrap_or_default());
        let owner = match (previous, next) {
            (Some(comma), Some(next)) if matches!(comma.kind, TokenKind::Comma) => {
                begins(items, Some(comma), &next)
            }
            (Some(previous), _) => ends(items, &previous),
            (None, _) => Owner::Statement,
        };
        trailing = Some((owner, vec![*token]));
    }
    if let Some((owner, comments)) = trailing {
        give(owner, &comments);
    }
    let titles = section::titles(text, items, &headings, &blanks);
    for (heading, _) in headings.iter().zip(titles).filter(|(_, is_title)| !is_title) {
        if let Some((_, notes)) = attached.items.get_mut(heading.item) {
            // What stands above an item was said before what stands behind it.
            notes.splice(0..0, prose(fragment, &heading.comments));
        }
    }
    attached
}

/// Returns a text without its comments, and without the space around what is left.
pub(super) fn removed(text: String) -> String {
    if !text.contains("--") && !text.contains("/*") {
        return text;
    }
    let (mut kept, mut at) = (String::with_capacity(text.len()), 0);
    for token in tokenize(&text) {
        let end = at + token.len as usize;
        match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            _ => kept.push_str(text.get(at..end).unwrap_or_default()),
        }
        at = end;
    }
    kept.trim().to_owned()
}

/// Tells whether an item begins with a token.
fn starts(items: &[Range<usize>], item: usize, token: &Token) -> bool {
    items.get(item).is_some_and(|item| item.start == token.start)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Statement,
    Item(usize),
    Nobody,
}

/// Returns the item that holds both the token before a comment and the token behind it.
fn inside(items: &[Range<usize>], previous: Option<Token>, rest: Option<&[Token]>) -> Option<Owner> {
    let next = rest?.iter().find(|token| !token.is_trivia())?;
    let before = holding(items, previous?.start)?;
    (holding(items, next.start) == Some(before)).then_some(Owner::Item(before))
}

/// Returns what begins with a token.
fn begins(items: &[Range<usize>], previous: Option<Token>, token: &Token) -> Owner {
    match holding(items, token.start) {
        Some(at) => Owner::Item(at),
        None if previous.is_none() => Owner::Statement,
        None => Owner::Nobody,
    }
}

/// Returns what ends with a token: the comma behind an item counts as part of it.
fn ends(items: &[Range<usize>], token: &Token) -> Owner {
    if let Some(at) = holding(items, token.start) {
        return Owner::Item(at);
    }
    match token.kind {
        TokenKind::Comma => {
            let before = items.partition_point(|item| item.end <= token.start);
            before.checked_sub(1).map_or(Owner::Nobody, Owner::Item)
        }
        _ => Owner::Statement,
    }
}

fn holding(items: &[Range<usize>], at: usize) -> Option<usize> {
    let candidate = items.partition_point(|item| item.end <= at);
    items.get(candidate).is_some_and(|item| item.contains(&at)).then_some(candidate)
}

/// Returns the next token that means something, where it stands on the same line.
fn next_on_line(text: &str, rest: &[Token]) -> Option<Token> {
    let next = rest.iter().find(|token| !token.is_trivia() || newlines(text, token) > 0)?;
    (!next.is_trivia()).then_some(*next)
}

fn newlines(text: &str, token: &Token) -> usize {
    token.text(text).bytes().filter(|byte| *byte == b'\n').count()
}

/// Returns how many characters stand before a byte on its line.
fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    before.get(start..).unwrap_or_default().chars().count()
}

/// Makes one piece of prose of comments that belong together; none where they hold no words.
fn prose(fragment: &Fragment<'_>, comments: &[Token]) -> Option<Prose> {
    let mut lines: Vec<&str> = Vec::new();
    let mut range: Option<Range<usize>> = None;
    for comment in comments {
        let whole = comment.text(fragment.text());
        for line in whole.lines() {
            let words = words(line, comment.kind);
            if words.is_empty() {
                continue;
            }
            let start = comment.start + (words.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
            let first = range.map_or(start, |range| range.start);
            range = Some(first..start + words.len());
            lines.push(words);
        }
    }
    range.map(|range| Prose { text: lines.join("\n"), span: fragment.span(range), kind: ProseKind::Comment })
}

/// Returns what a line of a comment says, without markers and ornament.
fn words(line: &str, kind: TokenKind) -> &str {
    let mut words = line.trim();
    if matches!(kind, TokenKind::LineComment) {
        words = words.trim_start_matches('-');
    } else {
        words = words.strip_prefix("/*").unwrap_or(words);
        words = words.strip_suffix("*/").unwrap_or(words);
        words = words.trim_start().trim_start_matches('*').trim_end_matches('*');
    }
    words = words.trim();
    for ornament in ["===", "---", "###", "***", "~~~", "───", "═══"] {
        let mark = ornament.chars().next().unwrap_or_default();
        if words.starts_with(ornament) {
            words = words.trim_start_matches(mark).trim();
        }
        if words.ends_with(ornament) {
            words = words.trim_end_matches(mark).trim();
        }
    }
    if words.chars().any(char::is_alphanumeric) { words } else { "" }
}
