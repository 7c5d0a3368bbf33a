//! Just enough of a program's text: what stands in its brackets, past texts and comments.

use std::ops::Range;

/// Returns where the bracket that opens at a byte closes.
pub(super) fn close(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in code(text, open) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Splits a range at the commas that stand in no brackets, without what is blank.
pub(super) fn parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, range.start);
    for (at, c) in code(text, range.start).take_while(|(at, _)| *at < range.end) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(bare(text, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(bare(text, start..range.end));
    found.retain(|part| !part.is_empty());
    found
}

/// Narrows a range to what stands between white space and comments in front.
pub(super) fn bare(text: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start;
    loop {
        let rest = text.get(start..range.end).unwrap_or_default();
        let trimmed = rest.trim_start();
        start += rest.len() - trimmed.len();
        let skipped = match () {
            () if trimmed.starts_with("//") => trimmed.find('\n').unwrap_or(trimmed.len()),
            () if trimmed.starts_with("/*") => trimmed.find("*/").map_or(trimmed.len(), |at| at + 2),
            () => 0,
        };
        if skipped == 0 {
            let end = start + trimmed.trim_end().len();
            return start..end;
        }
        start += skipped;
    }
}

/// Returns the characters of a text from a byte on that stand in no text and no comment; quotes themselves are left out.
fn code(text: &str, from: usize) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut chars = text.get(from..).unwrap_or_default().char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            match c {
                '\'' | '"' | '`' => {
                    while let Some((_, inner)) = chars.next() {
                        if inner == '\\' {
                            chars.next();
                        } else if inner == c {
                            break;
                        }
                    }
                }
                '/' if chars.peek().is_some_and(|(_, next)| *next == '/') => {
                    while chars.next_if(|(_, next)| *next != '\n').is_some() {}
                }
                '/' if chars.peek().is_some_and(|(_, next)| *next == '*') => {
                    let mut star = false;
                    for (_, next) in chars.by_ref().skip(1) {
                        if star && next == '/' {
                            break;
                        }
                        star = next == '*';
                    }
                }
                _ => return Some((from + at, c)),
            }
        }
    })
}

/// A call in a chain: `varchar("email", { length: 20 })`, `.notNull()`.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The function's name, without its type arguments.
    pub(super) name: Range<usize>,
    /// What stands in its brackets, one range an argument.
    pub(super) arguments: Vec<Range<usize>>,
    /// The call.
    pub(super) place: Range<usize>,
}

/// Reads a chain of calls: `uuid("id").primaryKey().defaultRandom()`.
pub(super) fn chain(text: &str, range: Range<usize>) -> Vec<Call> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = text.get(at..range.end).unwrap_or_default();
        let inset = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '.').len();
        let start = at + inset;
        let word = text.get(start..range.end).unwrap_or_default();
        let length =
            word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(word.len());
        if length == 0 {
            break;
        }
        let mut open = start + length;
        // `$type<Settings>()`.
        if text.get(open..range.end).is_some_and(|rest| rest.starts_with('<')) {
            let Some(end) = text.get(open..range.end).and_then(|rest| rest.find(">(")) else { break };
            open += end + 1;
        }
        let is_call = text.get(open..range.end).is_some_and(|rest| rest.starts_with('('));
        let Some(end) = close(text, open).filter(|end| is_call && *end < range.end) else { break };
        found.push(Call {
            name: start..start + length,
            arguments: parts(text, open + 1..end),
            place: start..end + 1,
        });
        at = end + 1;
    }
    found
}

/// Returns the text inside the quotes of a literal.
pub(super) fn literal(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let said = text.get(range.clone())?;
    let quote = said.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    let inner = said.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(range.start + 1..range.end - 1)
}

/// Returns what stands in the brackets that a range is.
pub(super) fn within(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let said = text.get(range.clone())?;
    let pairs = [('(', ')'), ('[', ']'), ('{', '}')];
    let fits = pairs.iter().any(|(open, shut)| said.starts_with(*open) && said.ends_with(*shut));
    (fits && said.len() > 1).then_some(range.start + 1..range.end - 1)
}

/// Returns the values of an object by their names: `{ length: 20, mode: "date" }`.
pub(super) fn fields(text: &str, range: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let Some(inside) = within(text, range) else { return Vec::new() };
    let field = |part: Range<usize>| {
        let said = text.get(part.clone())?;
        let colon = said.find(':')?;
        let name = bare(text, part.start..part.start + colon);
        let name = literal(text, &name).unwrap_or(name);
        Some((name, bare(text, part.start + colon + 1..part.end)))
    };
    parts(text, inside).into_iter().filter_map(field).collect()
}
