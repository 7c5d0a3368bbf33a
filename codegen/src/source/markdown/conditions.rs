//! Conditions that a document says of a column or a table: "CHECK (price > 0)", `>= 0` beside a number, "`price` must be positive",
//! "`ends_at` must be after `starts_at`".

mod words_for;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::inline::Inline;
use super::{facts, limits, words};
use crate::diag::{Code, Sink};
use crate::expr;
use crate::source::decl::{
    CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Language, TableDecl, Timing,
};
use crate::span::Spanned;
use words_for::{condition, is_condition};

const NOT_UNDERSTOOD: Code = Code::new("check-not-understood");

/// Reads the conditions in what is said of a column into it.
pub(super) fn read(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    // What a database calls `value > 0` needs a type of numbers, where one is said.
    let is_number = column.ty.as_ref().is_none_or(|ty| is_numeric(&ty.node));
    let has_number = || column.ty.is_some() && words::has_number(text.get(range.clone()));
    let names_two = text.codes().len() > 1;
    // Most cells say nothing of the kind, and there are very many.
    if !(may_say_any(text.get(range.clone())) || (is_number && has_number()) || names_two) {
        return;
    }
    let name = column.name.node.clone();
    let mut found = Vec::new();
    for place in explicit(text, range.clone()) {
        let said = text.get(place.clone());
        if is_list(said) || is_values(said) || is_limited(text, &range, &place) {
            continue;
        }
        let sql = condition(said, Some(&name)).unwrap_or_else(|| said.to_owned());
        found.push((sql, place));
    }
    if found.is_empty() && is_number && !words::folded(text.get(range.clone())).contains("check") {
        for part in parts(text, range) {
            let said = text.get(part.clone());
            if let Some(sql) = words_for::bare(said, &name) {
                found.push((sql, part));
            }
        }
    } else if found.is_empty() && names_two {
        // "`ends_at` is after `starts_at`": two names in code, and nothing else.
        let coded = |at: usize, end: bool| {
            text.codes().iter().any(|code| if end { code.end == at } else { code.start == at })
        };
        let both =
            parts(text, range).into_iter().filter(|part| coded(part.start, false) && coded(part.end, true));
        found.extend(both.filter_map(|part| Some((words_for::beside(text.get(part.clone()), &name)?, part))));
    }
    for (sql, place) in found {
        if !column.checks.iter().any(|known| known.expression.node == sql) {
            column.checks.push(check(sql, text, place));
        }
    }
}

/// Reads what stands behind a column's name as a condition on it: "must not be negative", "is greater than zero".
pub(super) fn of_subject(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let place = words::without_stop(text.text(), range);
    let said = text.get(place.clone()).trim_start_matches(['`', '"', ' ', ':']);
    if let Some(sql) = condition(said, Some(&column.name.node)) {
        column.checks.push(check(sql, text, place));
    }
}

/// Tells whether a text has a sign or a word that conditions are written with.
fn may_say_any(text: &str) -> bool {
    const BEGIN: &[&str] = &["check", "(check", "between", "must", "has", "have", "cannot", "can't"];
    text.contains(['<', '>', '=', '≥', '≤'])
        || text.split(char::is_whitespace).any(|word| {
            matches!(word.bytes().next(), Some(b'c' | b'C' | b'(' | b'b' | b'B' | b'm' | b'M' | b'h' | b'H'))
                && BEGIN.iter().any(|begin| {
                    word.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin))
                })
        })
}

/// Reads the conditions of a table in a line: "CHECK (a > b)"; where the line stands below "Constraints", also "`price` must be positive"
/// and `ends_at > starts_at`.
pub(super) fn of_line(
    text: &Inline,
    range: Range<usize>,
    of_constraints: bool,
    table: &TableDecl,
) -> Vec<ConstraintDecl> {
    let is_column = |name: &str| table.columns.iter().any(|column| column.name.node == name);
    let mut found = checks(text, range.clone(), is_column);
    if !found.is_empty() || !of_constraints {
        return found;
    }
    let line = words::without_stop(text.text(), range);
    let slice = text.get(line.clone());
    let end = words::first_of(slice, &[" — ", " – ", " - ", " ("]);
    let line = text.trim(line.start..line.start + end.unwrap_or(slice.len()));
    let all = words::bare(text, line.clone());
    let Some((_, first)) = all.first() else { return found };
    let name = text.get(first.clone()).to_owned();
    if !is_column(&name) || !text.get(line.start..first.start).chars().all(|c| !c.is_alphanumeric()) {
        return found;
    }
    let behind = text.get(first.end..line.end);
    let said = behind.trim_start_matches(['`', '"', ' ', ':']);
    let sql = condition(said, Some(&name)).or_else(|| {
        let whole = text.get(line.clone()).trim_matches(['`', ' ']);
        is_condition(whole).then(|| whole.to_owned())
    });
    found.extend(sql.map(|sql| constraint(sql, text, line)));
    found
}

/// Reads the conditions that a text says in SQL, of whatever table: "CHECK (a > b)".
pub(super) fn in_sql(text: &Inline, range: Range<usize>) -> Vec<ConstraintDecl> {
    checks(text, range, |_| false)
}

/// Reads "CHECK (a > b)", and "`price` - CHECK (> 0)" where the first word is a column.
fn checks(text: &Inline, range: Range<usize>, is_column: impl Fn(&str) -> bool) -> Vec<ConstraintDecl> {
    let read = |place: Range<usize>| {
        let before = words::bare(text, range.start..place.start);
        let subject = before.first().map(|(_, place)| text.get(place.clone())).filter(|name| is_column(name));
        // "CHECK (price > 0) was dropped."
        if is_limited(text, &range, &place) {
            return None;
        }
        let said = text.get(place.clone());
        let sql = condition(said, subject).or_else(|| is_condition(said).then(|| said.to_owned()))?;
        Some(constraint(sql, text, place))
    };
    explicit(text, range.clone()).into_iter().filter_map(read).collect()
}

/// Tells whether a text has a check from which its words take something, so that none is made.
pub(super) fn limited(text: &Inline, range: Range<usize>) -> bool {
    let said = text.get(range.clone());
    ["check", "CHECK", "Check"].iter().any(|word| said.contains(word))
        && explicit(text, range.clone()).iter().any(|place| {
            // Lists of values are read as such.
            let said = text.get(place.clone());
            !is_list(said) && !is_values(said) && is_limited(text, &range, place)
        })
}

/// Tells whether the words around a check in a range take from it.
fn is_limited(text: &Inline, range: &Range<usize>, place: &Range<usize>) -> bool {
    let before = words::folded(text.get(range.start..place.start));
    let lead = before.rfind("check").and_then(|at| before.get(..at)).unwrap_or_default();
    let behind = words::folded(text.get(place.end..range.end));
    limits::take_from_check(lead, behind.trim_start_matches([')', '`']))
}

/// Reads the conditions with numbers that sentences below a table say of its columns: "Total must be >= 0."
pub(super) fn in_sentences(text: &Inline, table: &TableDecl) -> Vec<ConstraintDecl> {
    const MUST: &[&str] = &["must", "has to", "have to", "cannot", "can't"];
    let mut found = Vec::new();
    if !MUST.iter().any(|must| text.text().contains(must)) {
        return found;
    }
    for sentence in words::sentences(text.text(), 0..text.text().len()) {
        let place = words::without_stop(text.text(), sentence);
        let Some((word, first)) = words::bare(text, place.clone()).into_iter().next() else { continue };
        let column = table.columns.iter().find(|column| words::lowered(&column.name.node) == word);
        let behind = text.get(first.end..place.end).trim_start_matches(['`', '*', ' ']);
        let says = MUST.iter().any(|must| behind.starts_with(must));
        let Some(column) = column.filter(|_| says) else { continue };
        let of_number =
            |sql: &String| sql.split_whitespace().last().is_some_and(|end| end.parse::<f64>().is_ok());
        let known = |sql: &String| column.checks.iter().any(|check| check.expression.node == *sql);
        let sql = condition(behind, Some(&column.name.node)).filter(|sql| of_number(sql) && !known(sql));
        found.extend(sql.map(|sql| constraint(sql, text, place)));
    }
    found
}

/// Returns the condition of an index over some rows as SQL; none where it is none, or is about anything but columns of the table.
pub(super) fn of_rows(said: &str, columns: &BTreeSet<String>) -> Option<String> {
    let sql = words_for::quoted(said, columns);
    let sql = words_for::texts(&sql, columns).unwrap_or(sql);
    // "where is_current".
    let flag = sql.trim_start_matches("not ").trim();
    let is_flag = columns.contains(flag) && (flag.starts_with("is_") || flag.starts_with("has_"));
    let known = |name: &String| columns.iter().any(|column| column == name || column.to_lowercase() == *name);
    let named = expr::parse(&sql).filter(|_| is_flag || is_condition(&sql))?.columns();
    (!named.is_empty() && named.iter().all(known)).then_some(sql)
}

fn constraint(sql: String, text: &Inline, place: Range<usize>) -> ConstraintDecl {
    let span = text.span(place.clone());
    let kind = ConstraintKind::Check(check(sql, text, place));
    ConstraintDecl { name: None, kind, timing: Timing::NotDeferrable, not_valid: false, span }
}

fn check(sql: String, text: &Inline, place: Range<usize>) -> CheckDecl {
    CheckDecl { name: None, expression: Spanned::new(sql, text.span(place)), no_inherit: false }
}

/// Takes away, and tells, conditions that PostgreSQL would not take: those that are no expression, and those about something else than
/// columns of their table.
pub(super) fn settle(decls: &mut [Decl], sink: &mut Sink) {
    let has_any = |table: &TableDecl| {
        let is_check = |one: &ConstraintDecl| matches!(one.kind, ConstraintKind::Check(_));
        table.columns.iter().any(|column| !column.checks.is_empty()) || table.constraints.iter().any(is_check)
    };
    // Most tables have none: what they are called and hold matters to nobody.
    let of_words = decls.iter().filter_map(|decl| match decl {
        Decl::Table(table) if table.language == Language::Markdown && has_any(table) => Some(table),
        _ => None,
    });
    let asked: BTreeSet<String> = of_words.map(|table| table.name.to_string()).collect();
    if asked.is_empty() {
        return;
    }
    let mut columns: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for decl in decls.iter() {
        if let Decl::Table(table) = decl
            && asked.contains(&table.name.to_string())
        {
            let names = table.columns.iter().map(|column| column.name.node.clone());
            columns.entry(table.name.to_string()).or_default().extend(names);
        }
    }
    for decl in decls.iter_mut() {
        let Decl::Table(table) = decl else { continue };
        if table.language != Language::Markdown || !has_any(table) {
            continue;
        }
        let of_table = columns.get(&table.name.to_string()).cloned().unwrap_or_default();
        let name = table.name.to_string();
        let mut takes = |check: &mut CheckDecl| fits(check, &of_table, &name, sink);
        for column in &mut table.columns {
            column.checks.retain_mut(&mut takes);
        }
        table.constraints.retain_mut(|constraint| match &mut constraint.kind {
            ConstraintKind::Check(check) => takes(check),
            _ => true,
        });
    }
}

fn fits(check: &mut CheckDecl, columns: &BTreeSet<String>, table: &str, sink: &mut Sink) -> bool {
    let quoted = words_for::quoted(&check.expression.node, columns);
    let quoted = words_for::texts(&quoted, columns).unwrap_or(quoted);
    let queries = facts::phrase(&words::folded(&quoted), &["select"]).is_some();
    let named = expr::parse(&quoted).filter(|_| is_condition(&quoted)).map(|parsed| parsed.columns());
    let stranger = named.as_ref().map(|named| {
        named
            .iter()
            .find(|name| !columns.iter().any(|column| column == *name || column.to_lowercase() == **name))
    });
    let message = match stranger {
        Some(_) if queries => "a check cannot query tables, so this one is not made".to_owned(),
        Some(None) => {
            check.expression.node = quoted;
            return true;
        }
        Some(Some(name)) => {
            format!("this check names `{name}`, which is no column of `{table}`, and is not made")
        }
        None => "this check is not understood, and is not made".to_owned(),
    };
    sink.warning(NOT_UNDERSTOOD, check.expression.span, message)
        .help("write the condition as SQL over columns of the table: `CHECK (price > 0)`");
    false
}

/// Returns what stands behind each "CHECK" that goes on with a condition: in its brackets, or up to the end of what is said.
fn explicit(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let lower = words::folded(text.get(range.clone()));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(lead) = lower.get(at..).and_then(|rest| facts::phrase(rest, &["check"])) {
        let end = at + lead.end;
        at = end;
        let rest = lower.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', ':']);
        let start = range.start + end + (rest.len() - trimmed.len());
        let place = match balanced(text.get(start..range.end)) {
            Some(length) => text.trim(start + 1..start + length - 1),
            None => open_ended(text, start..range.end),
        };
        // "Checks", "check the balance" are prose.
        let said = text.get(place.clone());
        let bracketed = place.start > start;
        let begins = said.starts_with(['<', '>', '=', '≥', '≤', '['])
            || words_for::is_range(said)
            || ["in (", "between "].iter().any(|word| words::folded(said).starts_with(word));
        if !place.is_empty() && (begins || is_condition(said) || (bracketed && is_like_condition(said))) {
            at = at.max(place.end - range.start);
            found.push(place);
        }
    }
    found
}

/// Tells whether words in brackets behind "CHECK" are meant to be a condition, well written or not.
fn is_like_condition(said: &str) -> bool {
    said.contains(['<', '>', '=', '~'])
        || facts::phrase(&words::folded(said), &["between", "in", "like", "is null", "is not null"]).is_some()
}

/// Returns how long what stands in the brackets with which a text begins is, the brackets included.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 1 => return Some(at + 1),
            ')' if !quoted => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Returns a condition without brackets around it: a code span, or what stands before a comma, a full stop or a dash.
fn open_ended(text: &Inline, range: Range<usize>) -> Range<usize> {
    if let Some(code) = text.codes().iter().find(|code| code.contains(&range.start)) {
        return text.trim(range.start..code.end.min(range.end));
    }
    let mut depth = 0_usize;
    for (at, c) in text.get(range.clone()).char_indices() {
        let rest = text.get(range.start + at..range.end);
        let dash = [" — ", " – ", " - ", ". "].iter().any(|mark| rest.starts_with(mark));
        match c {
            '(' | '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ')' if depth == 0 => return text.trim(range.start..range.start + at),
            ')' => depth -= 1,
            ',' | ';' | '|' | '\n' if depth == 0 => return text.trim(range.start..range.start + at),
            _ if dash && depth == 0 => return text.trim(range.start..range.start + at),
            _ => {}
        }
    }
    words::without_stop(text.text(), range)
}

/// Tells whether a condition is a list of texts, which is read as the values of its column.
fn is_list(said: &str) -> bool {
    let lower = words::folded(said);
    let of_texts = lower.split_once("in (").is_some_and(|(before, list)| {
        // Words without quotes in a whole condition may be columns.
        let texts = before.is_empty() || list.trim_start().starts_with(['\'', '"']);
        texts
            && !before.trim_end().ends_with("not")
            && !before.contains(" and ")
            && !list.starts_with(|c: char| c.is_ascii_digit())
    });
    of_texts && !lower.contains(" or ") && !lower.contains(") and ")
}

/// Tells whether what stands in the brackets is values with bars or slashes between them.
fn is_values(said: &str) -> bool {
    !said.contains(['<', '>', '=', '(', '*', '+']) && said.contains(['/', '|'])
}

/// Splits a range at the commas, semicolons and full stops outside brackets.
fn parts(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, range.start);
    let slice = text.get(range.clone());
    for (at, c) in slice.char_indices() {
        let stop =
            c == '.' && slice.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '\n' if depth == 0 => {
                found.push(text.trim(start..range.start + at));
                start = range.start + at + 1;
            }
            '。' if depth == 0 => {
                found.push(text.trim(start..range.start + at));
                start = range.start + at + c.len_utf8();
            }
            _ if stop && depth == 0 => {
                found.push(text.trim(start..range.start + at));
                start = range.start + at + 1;
            }
            _ => {}
        }
    }
    found.push(text.trim(start..range.end));
    found.retain(|part| !part.is_empty());
    found
}

fn is_numeric(ty: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "int",
        "bigint",
        "smallint",
        "tinyint",
        "numeric",
        "decimal",
        "number",
        "float",
        "real",
        "double",
        "money",
        "serial",
        "bigserial",
        "smallserial",
        "integer",
        "int2",
        "int4",
        "int8",
        "long",
        "currency",
    ];
    let word = ty.trim_matches('`').split(['(', ' ', '?', '[']).next().unwrap_or_default();
    NUMBERS.contains(&words::folded(word).as_ref())
}
