//! Conditions as people put them into words.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::expr;
use crate::source::markdown::{facts, vocabulary, words};

/// Returns a condition as SQL: one in words or one that leaves its subject to be understood, else none.
pub(super) fn condition(said: &str, subject: Option<&str>) -> Option<String> {
    let said = plain(said);
    let subject = subject?;
    compared(&said, subject)
        .or_else(|| between(&said, subject))
        .or_else(|| ranged(&said, subject))
        .or_else(|| listed(&said, subject))
        .or_else(|| in_words(&said, subject))
}

/// Returns the condition of a part of a cell that says nothing else: `>= 0`, "between 1 and 5", "must be positive", `price > 0`.
pub(super) fn bare(said: &str, subject: &str) -> Option<String> {
    let said = plain(said);
    let numbers = |said: &str| said.split_whitespace().last().is_some_and(is_number);
    if let Some(sql) = compared(&said, subject).filter(|_| numbers(&said)) {
        return Some(sql);
    }
    if let Some(sql) = between(&said, subject) {
        return Some(sql);
    }
    if let Some(sql) = in_words(&said, subject).or_else(|| worded(&said, subject)) {
        return Some(sql);
    }
    // "price > 0".
    let rest = said.strip_prefix(subject).filter(|rest| rest.starts_with([' ', '<', '>', '=']))?;
    compared(rest.trim_start(), subject)
        .filter(|_| numbers(&said))
        .or_else(|| between(rest.trim_start(), subject))
        .or_else(|| in_words(rest.trim_start(), subject))
}

/// Tells whether a text is an expression that is true or false.
pub(super) fn is_condition(said: &str) -> bool {
    let said = plain(said);
    let lower = words::folded(&said);
    let compares = said.contains(['<', '>', '=', '~'])
        || facts::phrase(&lower, &["between", "in", "like", "ilike", "is null", "is not null", "similar to"])
            .is_some();
    compares && expr::parse(&said).is_some()
}

/// Puts the signs that keyboards lack into SQL's, and takes marks of code away.
fn plain(said: &str) -> String {
    let said = said.replace('≥', ">=").replace('≤', "<=").replace('≠', "<>").replace('`', "");
    expr::unwrap(said.trim().trim_end_matches(['.', ';'])).to_owned()
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Reads `>= 0`, `> 0 AND <= 100`.
fn compared(said: &str, subject: &str) -> Option<String> {
    const SIGNS: &[&str] = &[">=", "<=", "<>", "!=", ">", "<", "="];
    let mut made = Vec::new();
    let lower = words::folded(said);
    let mut at = 0;
    loop {
        let end = lower.get(at..)?.find(" and ").map_or(said.len(), |end| at + end);
        let joined = next_sign(said, at..end, SIGNS);
        let and = if joined.is_some() { 1 } else { " and ".len() };
        let is_last = joined.is_none() && end == said.len();
        let end = joined.unwrap_or(end);
        let piece = said.get(at..end)?.trim();
        let sign = SIGNS.iter().find(|sign| piece.starts_with(**sign))?;
        let operand = piece.get(sign.len()..)?.trim();
        let one = !operand.is_empty()
            && (!operand.contains(' ') || operand.ends_with(')') || operand.ends_with('\''));
        if !one || expr::parse(operand).is_none() {
            return None;
        }
        made.push(format!("{} {sign} {operand}", name(subject)));
        if is_last {
            break;
        }
        at = end + and;
    }
    Some(made.join(" AND "))
}

/// Finds where a further comparison begins behind a number, without "and" between the two: "> 0 < 120".
fn next_sign(said: &str, range: Range<usize>, signs: &[&str]) -> Option<usize> {
    let piece = said.get(range.clone())?;
    let sign = signs.iter().find(|sign| piece.starts_with(**sign))?;
    let rest = piece.get(sign.len()..)?;
    let number = rest.trim_start().split(' ').next().filter(|word| is_number(word))?;
    let end = piece.len() - rest.trim_start().len() + number.len();
    let behind = piece.get(end..)?;
    let goes_on = signs.iter().any(|sign| behind.trim_start().starts_with(sign));
    (behind.starts_with(' ') && goes_on).then_some(range.start + end)
}

/// Returns the ends of `1-5`, `1–5` or `1..5`.
fn ends(said: &str) -> Option<(&str, &str)> {
    let (low, high) = ["..", "–", "—", "-"].iter().find_map(|mark| said.split_once(mark))?;
    let (low, high) = (low.trim(), high.trim_start_matches('.').trim());
    (is_number(low) && is_number(high)).then_some((low, high))
}

/// Reads "1-5" behind CHECK or "must be".
fn ranged(said: &str, subject: &str) -> Option<String> {
    let (low, high) = ends(said.trim())?;
    Some(format!("{} BETWEEN {low} AND {high}", name(subject)))
}

/// Tells whether a text is nothing but the ends of a range of numbers: `1-5`.
pub(super) fn is_range(said: &str) -> bool {
    ends(said.trim()).is_some()
}

/// Reads "between 1 and 5", "1 to 5" behind "from".
fn between(said: &str, subject: &str) -> Option<String> {
    let lower = words::folded(said);
    // "[0, 1]" behind CHECK.
    if let Some((low, high)) = lower
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|inside| inside.split_once(','))
    {
        let (low, high) = (low.trim(), high.trim());
        return (is_number(low) && is_number(high))
            .then(|| format!("{} BETWEEN {low} AND {high}", name(subject)));
    }
    const WORDS: &[(&str, &str)] = &[
        ("between ", " and "),
        ("entre ", " y "),
        ("entre ", " e "),
        ("entre ", " et "),
        ("zwischen ", " und "),
        ("від ", " до "),
        ("от ", " до "),
    ];
    let worded = WORDS.iter().find_map(|(lead, and)| lower.strip_prefix(lead)?.split_once(and));
    let (low, high) = worded?;
    let (low, high) = (low.trim(), high.trim());
    (is_number(low) && is_number(high)).then(|| format!("{} BETWEEN {low} AND {high}", name(subject)))
}

/// Reads "in (1, 2, 3)".
fn listed(said: &str, subject: &str) -> Option<String> {
    let lower = words::folded(said);
    let inside = lower.strip_prefix("in (")?.strip_suffix(')')?;
    let numbers = inside.split(',').all(|value| is_number(value.trim()));
    numbers.then(|| format!("{} IN ({inside})", name(subject)))
}

/// Words that say what a value has to be.
const MUST: &[&str] = &[
    "must always be ",
    "must be ",
    "has to be ",
    "have to be ",
    "is always ",
    "is ",
    "cannot be ",
    "can't be ",
    "must not be ",
    "має бути ",
    "мусить бути ",
    "повинен бути ",
    "повинна бути ",
    "повинно бути ",
    "не може бути ",
    "должен быть ",
    "должна быть ",
    "должно быть ",
    "не может быть ",
    "debe ser ",
    "no puede ser ",
    "deve ser ",
    "não pode ser ",
    "doit être ",
    "ne peut pas être ",
    "muss ",
    "darf nicht ",
];

/// Those of [`MUST`] that say what it may not be.
const REFUSES: &[&str] = &[
    "cannot be ",
    "can't be ",
    "must not be ",
    "не може бути ",
    "не может быть ",
    "no puede ser ",
    "não pode ser ",
    "ne peut pas être ",
    "darf nicht ",
];

/// Words for the signs of SQL; of two that begin alike the longer stands first.
const SIGNS: &[(&str, &str)] = &[
    ("greater than or equal to ", ">="),
    ("greater or equal to ", ">="),
    ("less than or equal to ", "<="),
    ("less or equal to ", "<="),
    ("greater than ", ">"),
    ("more than ", ">"),
    ("larger than ", ">"),
    ("less than ", "<"),
    ("smaller than ", "<"),
    ("at least ", ">="),
    ("at most ", "<="),
    ("above ", ">"),
    ("below ", "<"),
    ("later than ", ">"),
    ("earlier than ", "<"),
    ("after ", ">"),
    ("before ", "<"),
    ("different from ", "<>"),
    ("equal to ", "="),
    ("більше або дорівнює ", ">="),
    ("менше або дорівнює ", "<="),
    ("не менше ", ">="),
    ("не більше ", "<="),
    ("більше ніж ", ">"),
    ("більше за ", ">"),
    ("більшим за ", ">"),
    ("більшою за ", ">"),
    ("більше ", ">"),
    ("менше ніж ", "<"),
    ("менше за ", "<"),
    ("меншим за ", "<"),
    ("меншою за ", "<"),
    ("менше ", "<"),
    ("больше или равно ", ">="),
    ("меньше или равно ", "<="),
    ("не менее ", ">="),
    ("не меньше ", ">="),
    ("не более ", "<="),
    ("не больше ", "<="),
    ("больше ", ">"),
    ("меньше ", "<"),
    ("mayor o igual que ", ">="),
    ("mayor o igual a ", ">="),
    ("menor o igual que ", "<="),
    ("menor o igual a ", "<="),
    ("mayor que ", ">"),
    ("mayor a ", ">"),
    ("al menos ", ">="),
    ("como mínimo ", ">="),
    ("como máximo ", "<="),
    ("posterior a ", ">"),
    ("anterior a ", "<"),
    ("maior ou igual a ", ">="),
    ("menor ou igual a ", "<="),
    ("maior do que ", ">"),
    ("maior que ", ">"),
    ("menor do que ", "<"),
    ("menor que ", "<"),
    ("menor a ", "<"),
    ("pelo menos ", ">="),
    ("no mínimo ", ">="),
    ("no máximo ", "<="),
    ("supérieur ou égal à ", ">="),
    ("supérieure ou égale à ", ">="),
    ("inférieur ou égal à ", "<="),
    ("inférieure ou égale à ", "<="),
    ("supérieur à ", ">"),
    ("supérieure à ", ">"),
    ("inférieur à ", "<"),
    ("inférieure à ", "<"),
    ("au moins ", ">="),
    ("au plus ", "<="),
    ("größer oder gleich ", ">="),
    ("größer gleich ", ">="),
    ("kleiner oder gleich ", "<="),
    ("kleiner gleich ", "<="),
    ("größer als ", ">"),
    ("kleiner als ", "<"),
    ("mindestens ", ">="),
    ("höchstens ", "<="),
];

/// Reads "must be positive", "must be at least 1", "must be after starts_at".
fn in_words(said: &str, subject: &str) -> Option<String> {
    let lower = words::folded(said);
    let must = MUST.iter().find(|must| lower.starts_with(**must))?;
    let refuses = REFUSES.contains(must);
    let (rest, lower) = (said.get(must.len()..)?.trim(), lower.get(must.len()..)?.trim());
    // "Muss größer als 0 sein".
    let length = lower.strip_suffix(" sein").map_or(lower.len(), str::len);
    let (rest, lower) = (rest.get(..length)?, lower.get(..length)?);
    let subject_name = name(subject);
    if refuses {
        return match lower {
            "negative"
            | "negativo"
            | "negativa"
            | "négatif"
            | "négative"
            | "negativ"
            | "від'ємним"
            | "від'ємною"
            | "отрицательным"
            | "отрицательной" => Some(format!("{subject_name} >= 0")),
            "zero" => Some(format!("{subject_name} <> 0")),
            "empty" => Some(format!("{subject_name} <> ''")),
            _ => None,
        };
    }
    match lower {
        "positive"
        | "a positive number"
        | "a positive integer"
        | "positivo"
        | "positiva"
        | "positif"
        | "positiv"
        | "додатним"
        | "додатною"
        | "додатнім"
        | "положительным"
        | "положительной" => {
            return Some(format!("{subject_name} > 0"));
        }
        "non-negative" | "nonnegative" | "not negative" | "zero or positive" | "positive or zero" => {
            return Some(format!("{subject_name} >= 0"));
        }
        "non-empty" | "not empty" => return Some(format!("{subject_name} <> ''")),
        "lowercase" | "lower case" | "lower-case" => {
            return Some(format!("{subject_name} = lower({subject_name})"));
        }
        _ => {}
    }
    let range = || ranged(rest, subject);
    if let Some(sql) = between(rest, subject).or_else(range).or_else(|| compared(rest, subject)) {
        return Some(sql);
    }
    let (words, sign) = SIGNS.iter().find(|(words, _)| lower.starts_with(words))?;
    let operand = rest.get(words.len()..)?.trim();
    let operand = match operand.to_lowercase().as_str() {
        "zero" | "cero" | "zéro" | "null" | "нуля" | "нуль" | "ноль" => "0",
        "one" => "1",
        _ => operand,
    };
    let one = is_number(operand) || (vocabulary::is_name(operand) && operand.is_ascii());
    one.then(|| format!("{subject_name} {sign} {operand}"))
}

/// Reads "greater than 0", "at least 1" without anything that says that it has to be so: a number and no more stands behind it.
fn worded(said: &str, subject: &str) -> Option<String> {
    // "After 30 days" and "below 100" may say when, or where.
    const PLACES: &[&str] = &["above ", "below ", "after ", "before ", "later than ", "earlier than "];
    let lower = words::folded(said);
    let (words, sign) = SIGNS.iter().find(|(words, _)| lower.starts_with(words))?;
    let operand = said.get(words.len()..)?.trim();
    (is_number(operand) && !PLACES.contains(words)).then(|| format!("{} {sign} {operand}", name(subject)))
}

/// Reads "ends_at is after starts_at" of a column of any type, behind which another one stands.
pub(super) fn beside(said: &str, subject: &str) -> Option<String> {
    let rest = said.strip_prefix(subject)?.strip_prefix(' ')?;
    in_words(rest, subject)
}

/// Writes a column's name as PostgreSQL takes it.
fn name(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Sets the values of `state IN (open, paid)` in quotes, where none of them is a column.
pub(super) fn texts(sql: &str, columns: &BTreeSet<String>) -> Option<String> {
    let lower = words::folded(sql);
    let at = lower.find(" in (")?;
    let (subject, list) = (sql.get(..at)?, sql.get(at + " in (".len()..)?.strip_suffix(')')?);
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let is_word = |value: &&str| vocabulary::is_name(value) && !columns.contains(*value);
    let of_words = columns.contains(subject.trim_matches('"')) && values.iter().all(is_word);
    of_words.then(|| {
        let quoted: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
        format!("{subject} IN ({})", quoted.join(", "))
    })
}

/// Sets the names of columns in quotes that PostgreSQL would fold to others.
pub(super) fn quoted(sql: &str, columns: &BTreeSet<String>) -> String {
    let sql = plain(sql);
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql.as_str();
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '\'' | '"' => {
                rest.get(1..).and_then(|inside| inside.find(c)).map_or(rest.len(), |length| length + 2)
            }
            _ if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
            }
            _ => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if columns.contains(piece) {
            out.push_str(&name(piece));
        } else {
            out.push_str(piece);
        }
        rest = behind;
    }
    out
}
