//! What stands inside a table's parentheses.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind};

use super::kinds::Kind;
use super::signs::{CASSANDRA, CLICKHOUSE, COCKROACH, MYSQL, SNOWFLAKE, SQL_SERVER};
use super::{Foreign, Found, TYPES, index, is_mysql_collation, is_text, prose, tail};
use crate::source::decl::{Prose, ProseKind};
use crate::source::sql::body::Body;
use crate::source::sql::split::Token;
use crate::span::Fragment;

/// What stands inside a table's parentheses.
pub(super) fn items(
    fragment: &Fragment<'_>,
    tokens: &[Token],
    body: Option<&Body>,
    found: &mut Found,
    foreign: &mut Foreign,
) {
    let text = fragment.text();
    let all = body.map(|body| body.items.as_slice()).unwrap_or_default();
    for (number, item) in all.iter().enumerate() {
        let from = tokens.partition_point(|token| token.start < item.start);
        let to = tokens.partition_point(|token| token.start < item.end);
        let Some(inside) = tokens.get(from..to) else { continue };
        if let Some(index) = index::index(fragment, inside, item) {
            foreign.indexes.push(index);
            found.sign(MYSQL, item.clone());
            found.blank(Kind::Index, item.clone());
            // One of the commas around it goes with it: the one before, or behind the first.
            let comma =
                if number == 0 { tokens.get(to) } else { from.checked_sub(1).and_then(|at| tokens.get(at)) };
            if let Some(comma) = comma.filter(|token| matches!(token.kind, TokenKind::Comma)) {
                found.replaced.push((comma.start..comma.end, b' '));
            }
            continue;
        }
        let skipped = skipping(text, inside).map(|first| (CLICKHOUSE, first));
        let family = || tail::family(text, inside).then(|| (COCKROACH, item.clone()));
        if let Some((database, first)) = skipped.or_else(family) {
            found.sign(database, first);
            found.blank(Kind::Storage, item.clone());
            let comma =
                if number == 0 { tokens.get(to) } else { from.checked_sub(1).and_then(|at| tokens.get(at)) };
            if let Some(comma) = comma.filter(|token| matches!(token.kind, TokenKind::Comma)) {
                found.replaced.push((comma.start..comma.end, b' '));
            }
            continue;
        }
        partition_key(text, inside, found);
        outlined(text, inside, found);
        if let (Some(ty), next) = (inside.get(1), inside.get(2)) {
            wrapped(text, inside, found);
            column_type(fragment, ty, next, inside, found, foreign);
        }
        storage(text, inside, found);
        if is_key(text, inside) {
            prefixes(text, inside, found);
        }
        for (at, token) in inside.iter().enumerate().skip(1) {
            let next = inside.get(at + 1);
            let is = |word| token.is_word(text, word);
            const ATTRIBUTES: &[&str] = &["auto_increment", "autoincrement", "unsigned", "zerofill"];
            if ATTRIBUTES.iter().any(|word| is(word)) && !is_attribute(text, inside, at) {
                continue;
            }
            found.signs.word(token.text(text), token.start..token.end);
            tail::kept(text, inside, at, found);
            if is("auto_increment") || is("autoincrement") {
                foreign.increments.push(token.start..token.end);
                found.blank(Kind::Increment, token.start..token.end);
            } else if is("unsigned") || is("zerofill") {
                found.blank(Kind::Unsigned, token.start..token.end);
            } else if is("identity") && next.is_some_and(|next| matches!(next.kind, TokenKind::OpenParen)) {
                let before = inside.get(at - 1).is_some_and(|token| token.is_word(text, "as"));
                let close = inside.iter().skip(at).find(|token| matches!(token.kind, TokenKind::CloseParen));
                let counts = inside
                    .iter()
                    .skip(at + 2)
                    .take_while(|token| !matches!(token.kind, TokenKind::CloseParen))
                    .all(|token| !matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. }));
                // `REFERENCES identity (id)` names a table.
                if let Some(close) = close.filter(|_| !before && counts) {
                    foreign.increments.push(token.start..close.end);
                    found.sign(SQL_SERVER, token.start..close.end);
                    found.blank(Kind::Increment, token.start..close.end);
                }
            } else if is("comment") {
                if let Some(literal) = next.filter(|next| is_text(next)) {
                    foreign.notes.push((token.start, prose(fragment, literal)));
                    found.blank(Kind::Comment, token.start..literal.end);
                }
            } else if is("on") && next.is_some_and(|next| next.is_word(text, "update")) {
                let value = inside
                    .get(at + 2)
                    .filter(|token| token.is_word(text, "current_timestamp") || token.is_word(text, "now"));
                if let Some(value) = value {
                    let call = inside.get(at + 3).filter(|token| matches!(token.kind, TokenKind::OpenParen));
                    let close = call.and_then(|_| {
                        inside.iter().skip(at + 3).find(|token| matches!(token.kind, TokenKind::CloseParen))
                    });
                    found.sign(MYSQL, token.start..value.end);
                    found.blank(Kind::OnUpdate, token.start..close.map_or(value.end, |close| close.end));
                }
            } else if (is("character") && next.is_some_and(|next| next.is_word(text, "set"))) || is("charset")
            {
                let name = inside.get(at + if is("charset") { 1 } else { 2 });
                found.blank(Kind::Charset, token.start..name.map_or(token.end, |name| name.end));
            } else if is("collate") && next.is_some_and(|next| is_mysql_collation(next.text(text))) {
                found.blank(Kind::Charset, token.start..next.map_or(token.end, |next| next.end));
            }
        }
    }
}

/// `INDEX name expression TYPE minmax GRANULARITY 1`, by which ClickHouse skips what a query does not want; returns its first word's place.
fn skipping(text: &str, item: &[Token]) -> Option<Range<usize>> {
    let first =
        item.first().filter(|first| first.is_word(text, "index") || first.is_word(text, "projection"))?;
    let has = |word: &str| item.iter().skip(2).any(|token| token.is_word(text, word));
    (has("type") && has("granularity") || first.is_word(text, "projection") && has("select"))
        .then_some(first.start..first.end)
}

/// `CLUSTERED`, `WITH (PAD_INDEX = OFF) ON [PRIMARY]`: how SQL Server stores what an item declares.
pub(super) fn storage(text: &str, item: &[Token], found: &mut Found) {
    for (at, token) in item.iter().enumerate() {
        let is = |word| token.is_word(text, word);
        let next = item.get(at + 1);
        let end = match next {
            _ if is("clustered") || is("nonclustered") => {
                let is_before = next.is_some_and(|next| next.is_word(text, "index"));
                let is_behind = at.checked_sub(1).and_then(|at| item.get(at)).is_some_and(|before| {
                    ["key", "unique", "create"].iter().any(|word| before.is_word(text, word))
                });
                let of_index = at > 1 && item.first().is_some_and(|first| first.is_word(text, "index"));
                if !is_before && !is_behind && !of_index {
                    continue;
                }
                token.end
            }
            _ if is("rowguidcol") && at > 1 && is_attribute(text, item, at) => token.end,
            // A key has no direction: `PRIMARY KEY CLUSTERED ([id] ASC)`.
            _ if is("asc") && found.kinds.contains_key(&Kind::Storage) && is_key(text, item) => token.end,
            Some(next) if is("not") && next.is_word(text, "for") => {
                let what = item.get(at + 2).filter(|what| what.is_word(text, "replication"));
                let Some(what) = what else { continue };
                what.end
            }
            Some(next) if is("with") && matches!(next.kind, TokenKind::OpenParen) => {
                let options = item.get(at + 2..).unwrap_or_default();
                let Some(close) = closing(options) else { continue };
                const OPTIONS: &[&str] = &[
                    "pad_index",
                    "statistics_norecompute",
                    "ignore_dup_key",
                    "allow_row_locks",
                    "data_compression",
                ];
                let mut inside = options.iter().take_while(|token| token.start < close.start);
                if !inside.any(|token| OPTIONS.iter().any(|word| token.is_word(text, word))) {
                    continue;
                }
                close.end
            }
            Some(next) if (is("on") || is("textimage_on")) && next.text(text).starts_with('[') => {
                // `CREATE INDEX … ON [t] (…)` names the table.
                let names_table = item
                    .get(at + 2)
                    .is_some_and(|behind| matches!(behind.kind, TokenKind::Dot | TokenKind::OpenParen));
                if names_table {
                    continue;
                }
                next.end
            }
            _ => continue,
        };
        found.sign(SQL_SERVER, token.start..end);
        found.blank(Kind::Storage, token.start..end);
    }
}

/// `PRIMARY KEY (name(20))`, `CREATE FULLTEXT INDEX`: how MySQL says how much of a column an index holds, and what kind it is.
pub(super) fn prefixes(text: &str, tokens: &[Token], found: &mut Found) {
    for (at, token) in tokens.iter().enumerate().take(2) {
        if at == 1 && (token.is_word(text, "fulltext") || token.is_word(text, "spatial")) {
            found.sign(MYSQL, token.start..token.end);
            found.blank(Kind::Prefix, token.start..token.end);
        }
    }
    for part in tokens.windows(5) {
        let [before, name, open, length, close] = part else { continue };
        let is_part = matches!(before.kind, TokenKind::OpenParen | TokenKind::Comma)
            && matches!(name.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. })
            && matches!(open.kind, TokenKind::OpenParen)
            && matches!(length.kind, TokenKind::Literal { kind: LiteralKind::Int { .. } })
            && matches!(close.kind, TokenKind::CloseParen);
        if is_part {
            found.sign(MYSQL, open.start..close.end);
            found.blank(Kind::Prefix, open.start..close.end);
        }
    }
}

/// Tells whether a word may say something about the column of an item, and is no name of another thing: `REFERENCES unsigned (id)`.
fn is_attribute(text: &str, item: &[Token], at: usize) -> bool {
    let is_behind_name = at.checked_sub(1).and_then(|at| item.get(at)).is_some_and(|before| {
        !matches!(before.kind, TokenKind::Dot | TokenKind::OpenParen | TokenKind::Comma)
            && !before.is_word(text, "references")
    });
    let is_name =
        item.get(at + 1).is_some_and(|next| matches!(next.kind, TokenKind::Dot | TokenKind::OpenParen));
    is_behind_name && !is_name
}

fn is_key(text: &str, item: &[Token]) -> bool {
    item.iter().take(4).any(|token| token.is_word(text, "primary") || token.is_word(text, "unique"))
}

/// `PRIMARY KEY ((day, place), at)`: the inner brackets of Cassandra.
fn partition_key(text: &str, item: &[Token], found: &mut Found) {
    let [primary, key, outer, inner, rest @ ..] = item else { return };
    let opens = |token: &Token| matches!(token.kind, TokenKind::OpenParen);
    let is_key = primary.is_word(text, "primary") && key.is_word(text, "key") && opens(outer) && opens(inner);
    let close = rest.iter().find(|token| matches!(token.kind, TokenKind::CloseParen));
    if let Some(close) = close.filter(|_| is_key) {
        found.replaced.push((inner.start..inner.end, b' '));
        found.replaced.push((close.start..close.end, b' '));
        found.sign(CASSANDRA, inner.start..close.end);
        found.say(Kind::Partition, inner.start..close.end);
    }
}

/// `USER-DEFINED` and `ARRAY`, as the catalogue's own views and tools that print from them have the place of a type that they do not name.
///
/// What a default is cast to goes with it: `'open'::order_state` is a text for a text.
fn outlined(text: &str, item: &[Token], found: &mut Found) {
    let [_, first, rest @ ..] = item else { return };
    let end = match rest {
        [dash, defined, ..]
            if first.is_word(text, "user") && dash.text(text) == "-" && defined.is_word(text, "defined") =>
        {
            found.replaced.push((first.start..defined.end, b' '));
            found.write(first.start, "text");
            defined.end
        }
        [next, ..] if matches!(next.kind, TokenKind::OpenParen | TokenKind::OpenBracket) => return,
        _ if first.is_word(text, "array") => {
            // `text[]` by the name that the catalogue has for it, which is as long.
            found.write(first.start, "_text");
            first.end
        }
        _ => return,
    };
    found.say(Kind::Outlined, first.start..end);
    let is_colon = |at: usize| item.get(at).is_some_and(|token| matches!(token.kind, TokenKind::Colon));
    let Some(cast) =
        (1..item.len()).find(|at| is_colon(*at) && is_colon(*at + 1) && is_text_before(item, *at))
    else {
        return;
    };
    let of_type = |token: &&Token| {
        matches!(
            token.kind,
            TokenKind::Colon
                | TokenKind::Ident
                | TokenKind::Dot
                | TokenKind::OpenBracket
                | TokenKind::CloseBracket
        ) && !token.is_word(text, "not")
            && !token.is_word(text, "check")
            && !token.is_word(text, "unique")
    };
    let named = item.iter().skip(cast).take_while(of_type);
    found.replaced.extend(named.map(|token| (token.start..token.end, b' ')));
}

fn is_text_before(item: &[Token], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| item.get(before)).is_some_and(is_text)
}

/// `Nullable(String)`, `LowCardinality(String)` of ClickHouse, `VARCHAR2(100 CHAR)` of Oracle: what stands around or inside a type and is none.
fn wrapped(text: &str, item: &[Token], found: &mut Found) {
    let mut rest = item.get(1..).unwrap_or_default();
    if let [array, open, inner @ ..] = rest
        && array.is_word(text, "array")
        && matches!(open.kind, TokenKind::OpenParen)
        && let Some(close) = closing(inner)
    {
        // `Array(Nullable(String))` is longer than `String[]`.
        let written = element(text.get(array.start..close.end).unwrap_or_default());
        found.replaced.push((array.start..close.end, b' '));
        found.write(array.start, &written);
        found.sign(CLICKHOUSE, array.start..close.end);
        found.say(Kind::Array, array.start..close.end);
        return;
    }
    while let [wrapper, open, inner @ ..] = rest
        && (wrapper.is_word(text, "nullable") || wrapper.is_word(text, "lowcardinality"))
        && matches!(open.kind, TokenKind::OpenParen)
    {
        let close = closing(inner);
        let Some(close) = close else { return };
        found.replaced.push((wrapper.start..open.end, b' '));
        found.replaced.push((close.start..close.end, b' '));
        found.sign(CLICKHOUSE, wrapper.start..open.end);
        found.say(Kind::Wrapped, wrapper.start..open.end);
        rest = inner;
    }
    if let [_, open, number, unit, close, ..] = rest
        && matches!((open.kind, close.kind), (TokenKind::OpenParen, TokenKind::CloseParen))
        && matches!(number.kind, TokenKind::Literal { .. })
        && (unit.is_word(text, "char") || unit.is_word(text, "byte"))
    {
        found.blank(Kind::Wrapped, unit.start..unit.end);
    }
}

/// Returns the bracket that closes the one before the tokens.
fn closing(inner: &[Token]) -> Option<&Token> {
    let mut depth = 1_usize;
    inner.iter().find(|token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// Writes a type of ClickHouse's without what stands around it, and its arrays as PostgreSQL does.
fn element(ty: &str) -> String {
    let inside = |wrapper: &str| {
        let (head, rest) = ty.trim().split_once('(')?;
        head.trim().eq_ignore_ascii_case(wrapper).then(|| rest.strip_suffix(')')).flatten()
    };
    match (inside("array"), inside("nullable").or_else(|| inside("lowcardinality"))) {
        (Some(inner), _) => format!("{}[]", element(inner)),
        (None, Some(inner)) => element(inner),
        (None, None) => ty.trim().to_owned(),
    }
}

/// The type of a column, which stands behind its name; `item` are the tokens of the whole column.
fn column_type(
    fragment: &Fragment<'_>,
    ty: &Token,
    next: Option<&Token>,
    item: &[Token],
    found: &mut Found,
    foreign: &mut Foreign,
) {
    let text = fragment.text();
    if !matches!(ty.kind, TokenKind::Ident) {
        return;
    }
    let word = ty.text(text);
    let opens = next.is_some_and(|next| matches!(next.kind, TokenKind::OpenParen));
    let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    let precise = next.is_some_and(|next| next.is_word(text, "precision"));
    if is(&["double"]) && !precise {
        // The two are of one length, so that every place stays right.
        found.write(ty.start, "float8");
        found.say(Kind::Double, ty.start..ty.end);
    } else if is(TYPES) {
        if is(&["variant", "timestamp_ntz", "timestamp_ltz"]) {
            found.sign(SNOWFLAKE, ty.start..ty.end);
        }
        found.say(Kind::Type, ty.start..ty.end);
    } else if opens && is(&["int", "integer", "bigint", "smallint"]) {
        found.say(Kind::Width, ty.start..ty.end);
    } else if opens && is(&["set"]) {
        found.say(Kind::Set, ty.start..ty.end);
    } else if opens && is(&["enum", "enum8", "enum16"]) {
        let close =
            item.iter().find(|token| token.start > ty.end && matches!(token.kind, TokenKind::CloseParen));
        let values: Vec<&str> = item
            .iter()
            .filter(|token| is_text(token) && close.is_some_and(|close| token.end <= close.start))
            .map(|token| token.text(text).trim_matches('\''))
            .collect();
        match (close, next) {
            (Some(close), Some(open)) if !values.is_empty() => {
                found.replaced.push((ty.start..ty.end, b' '));
                found.write(ty.start, "text");
                found.replaced.push((open.start..close.end, b' '));
                let span = fragment.span(ty.start..close.end);
                let note = Prose { text: values.join(" | "), span, kind: ProseKind::Note };
                foreign.notes.push((ty.start, note));
            }
            _ => {}
        }
        let database = if is(&["enum"]) { MYSQL } else { CLICKHOUSE };
        found.sign(database, ty.start..ty.end);
        found.say(Kind::Enum, ty.start..ty.end);
    }
}
