//! What other databases write: named, and replaced byte for byte by what PostgreSQL reads, so that every place stays right.

mod index;
mod items;
mod kinds;
mod names;
mod options;
mod placeholders;
mod routine;
mod signs;
mod suspicion;
mod tail;

use std::collections::BTreeMap;
use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use crate::diag::{Code, Sink};
use crate::expr;
use crate::source::decl::{
    AlterAction, AlterTableDecl, Decl, DefaultDecl, DefaultKind, Ident, IndexDecl, Prose, ProseKind, QName,
};
use crate::source::sql::body::body;
use crate::source::sql::split::{Statement, Token};
use crate::source::sql::{tree, unread};
use crate::span::{Fragment, Spanned};
pub(super) use index::added;
use kinds::Kind;
pub(super) use routine::{delimited, routine};
pub(super) use signs::Signs;
pub(super) use suspicion::suspicious;

pub(super) const FOREIGN: Code = Code::new("sql-not-postgresql");

/// What was read of another database's language in a statement.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    /// The statement with it replaced; none where there is nothing of the kind.
    pub(super) mended: Option<String>,
    /// Places of `AUTO_INCREMENT` and its like.
    pub(super) increments: Vec<Range<usize>>,
    /// Descriptions of columns given by `COMMENT '…'`, by their places.
    pub(super) notes: Vec<(usize, Prose)>,
    /// Description of the table given by `COMMENT = '…'`.
    pub(super) note: Option<Prose>,
    /// Indexes given inside the table.
    pub(super) indexes: Vec<IndexDecl>,
    /// What tells which database it is.
    pub(super) signs: Signs,
    /// Placeholders that were read over.
    pub(super) placeholders: Vec<Range<usize>>,
    /// Columns whose names the parser does not take for such, each with the place of its name.
    pub(super) names: Vec<Ident>,
}

/// Finds what is not PostgreSQL's in a statement and reports it, each kind once.
pub(super) fn mend(fragment: &Fragment<'_>, statement: &mut Statement, sink: &mut Sink) -> Foreign {
    let text = fragment.text();
    if !suspicion::is_due(text, statement) {
        return Foreign::default();
    }
    // Names first: what follows reads names.
    let mut found = Found::default();
    let tokens: Vec<Token> = statement.significant().copied().collect();
    placeholders::leave_out(text, &tokens, &mut found);
    names::names(text, statement, &mut found);
    let mut foreign = Foreign::default();
    if !found.replaced.is_empty() {
        let mended = apply(text, statement, &found.replaced);
        relex(statement, &mended);
    }
    let tokens: Vec<Token> = statement.significant().copied().collect();
    if tokens.iter().take(3).any(|token| token.is_word(text, "table")) {
        let body = body(text, statement);
        items::items(fragment, &tokens, body.as_ref(), &mut found, &mut foreign);
        // The parentheses of a change are those of a type or a key.
        if tokens.first().is_some_and(|first| first.is_word(text, "create")) {
            options::options(fragment, &tokens, body.as_ref(), &mut found, &mut foreign);
        } else {
            items::storage(text, &tokens, &mut found);
        }
        checked(text, &tokens, &mut found);
        foreign.names = unread::exclusions(fragment, &tokens, &mut found.replaced);
    } else if tokens.iter().take(4).any(|token| token.is_word(text, "index")) {
        items::storage(text, &tokens, &mut found);
        items::prefixes(text, &tokens, &mut found);
    }
    for (kind, places) in &found.kinds {
        let Some(first) = places.first() else { continue };
        let written = text.get(first.clone()).unwrap_or_default();
        let more = match places.len() {
            1 => String::new(),
            count => format!(" ({count} times in this statement)"),
        };
        let written = super::report::clip(written);
        sink.warning(
            FOREIGN,
            fragment.span(first.clone()),
            format!("`{written}` is not PostgreSQL: {}{more}", kind.what()),
        )
        .help(kind.help());
    }
    if !found.replaced.is_empty() {
        let mended = apply(text, statement, &found.replaced);
        relex(statement, &mended);
        foreign.mended = Some(mended);
        // What was left out at its end is no part of it.
        if let Some(last) = statement.significant().last().map(|last| last.end) {
            statement.range.end = last;
        }
    }
    foreign.signs = found.signs;
    foreign.placeholders = found.placeholders;
    foreign
}

/// `ALTER TABLE a WITH CHECK ADD …` of SQL Server: whether what is there is looked at.
fn checked(text: &str, tokens: &[Token], found: &mut Found) {
    for trio in tokens.windows(3) {
        let [with, check, add] = trio else { continue };
        let is_check = check.is_word(text, "check") || check.is_word(text, "nocheck");
        if with.is_word(text, "with") && is_check && add.is_word(text, "add") {
            found.sign(signs::SQL_SERVER, with.start..check.end);
            found.blank(Kind::Storage, with.start..check.end);
        }
    }
}

/// Makes one token of a name in brackets.
fn joined_names(tokens: &mut Vec<Token>) {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.iter().copied().peekable();
    while let Some(token) = rest.next() {
        match (token.kind, rest.peek().copied()) {
            (TokenKind::OpenBracket, Some(name)) if matches!(name.kind, TokenKind::Ident) => {
                rest.next();
                let close = rest.next_if(|close| matches!(close.kind, TokenKind::CloseBracket));
                joined.push(Token {
                    end: close.map_or(name.end, |close| close.end),
                    ..Token { start: token.start, ..name }
                });
            }
            _ => joined.push(token),
        }
    }
    *tokens = joined;
}

/// Reads `ALTER TABLE t ADD CONSTRAINT d DEFAULT (0) FOR c`, with which SQL Server gives a column its default.
pub(super) fn default_for(
    fragment: &Fragment<'_>,
    statement: &Statement,
    signs: &mut Signs,
    sink: &mut Sink,
) -> Option<Decl> {
    let text = fragment.text();
    let mut tokens: Vec<Token> = statement.significant().copied().collect();
    joined_names(&mut tokens);
    let [.., last_but_one, column] = tokens.as_slice() else { return None };
    let (name, behind) = addition(fragment, &tokens)?;
    let default = behind.iter().take(3).find(|token| token.is_word(text, "default"))?;
    if !last_but_one.is_word(text, "for") {
        return None;
    }
    let place = default.end..last_but_one.start;
    let written = text.get(place.clone())?;
    let value = expr::unwrap(written);
    let start = place.start + written.find(value)?;
    let bare = value.strip_prefix(['N', 'n']).filter(|rest| rest.starts_with('\'')).unwrap_or(value);
    let inner = bare.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let (kind, value_text) = match inner {
        Some(inner) => (DefaultKind::String, inner.replace("''", "'")),
        None if bare.parse::<f64>().is_ok() => (DefaultKind::Number, bare.to_owned()),
        None => (DefaultKind::Expression, bare.to_owned()),
    };
    let span = fragment.span(statement.range.clone());
    signs.sure(signs::SQL_SERVER, last_but_one.start..column.end);
    sink.warning(
        FOREIGN,
        fragment.span(last_but_one.start..column.end),
        "`DEFAULT … FOR` is not PostgreSQL: a default given apart from its column, read as one",
    )
    .help("write ALTER TABLE … ALTER COLUMN … SET DEFAULT …");
    let value = DefaultDecl { kind, value: value_text, span: fragment.span(start..start + value.len()) };
    let action = AlterAction::SetDefault(named(fragment, column), Some(value));
    Some(Decl::AlterTable(AlterTableDecl {
        table: name,
        only: false,
        if_exists: false,
        actions: vec![action],
        span,
    }))
}

/// Splits `ALTER TABLE name ADD …` into the table's name and what stands behind `ADD`.
fn addition<'t>(fragment: &Fragment<'_>, tokens: &'t [Token]) -> Option<(QName, &'t [Token])> {
    let text = fragment.text();
    let [alter, table, rest @ ..] = tokens else { return None };
    if !alter.is_word(text, "alter") || !table.is_word(text, "table") {
        return None;
    }
    let add = rest.iter().position(|token| token.is_word(text, "add"))?;
    let (head, behind) = rest.split_at_checked(add)?;
    let names = head.iter().filter(|token| super::report::is_name(token)).map(|token| named(fragment, token));
    let name = match names.collect::<Vec<Ident>>().as_slice() {
        [name] => QName::bare(name.clone()),
        [schema, name] => QName { schema: Some(schema.clone()), name: name.clone() },
        _ => return None,
    };
    Some((name, behind.get(1..)?))
}

/// Reports comments behind `#`, at the first.
pub(super) fn hashes(fragment: &Fragment<'_>, lines: &[Range<usize>], signs: &mut Signs, sink: &mut Sink) {
    let Some(first) = lines.first() else { return };
    signs.likely(signs::MYSQL, first.clone());
    let count = match lines.len() {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    };
    let message = format!("`#` begins no comment in PostgreSQL: {count} left out");
    sink.warning(FOREIGN, fragment.span(first.clone()), message).help("write `--`");
}

/// Reports `ALTER TABLE t CHECK CONSTRAINT c`, with which SQL Server turns a constraint on again; tells whether it is one.
pub(super) fn turned_on(
    fragment: &Fragment<'_>,
    statement: &Statement,
    signs: &mut Signs,
    sink: &mut Sink,
) -> bool {
    let text = fragment.text();
    let mut tokens: Vec<Token> = statement.significant().copied().collect();
    joined_names(&mut tokens);
    let [alter, table, .., check, constraint, name] = tokens.as_slice() else { return false };
    let is_change = alter.is_word(text, "alter") && table.is_word(text, "table");
    let is_check = check.is_word(text, "check") || check.is_word(text, "nocheck");
    if !is_change || !is_check || !constraint.is_word(text, "constraint") {
        return false;
    }
    signs.sure(signs::SQL_SERVER, check.start..name.end);
    sink.warning(
        FOREIGN,
        fragment.span(check.start..name.end),
        "`CHECK CONSTRAINT` is not PostgreSQL: a constraint is turned on again; it was left out",
    )
    .help("remove it: a constraint of PostgreSQL holds from the first");
    true
}

/// Returns where placeholders stand in a statement, outside of its quotes.
pub(super) fn placeholders(text: &str, statement: &Statement) -> Vec<Range<usize>> {
    let may_be_one = |token: &Token| {
        matches!(token.kind, TokenKind::OpenCurly | TokenKind::Colon | TokenKind::At | TokenKind::Percent)
    };
    if !statement.significant().any(may_be_one) {
        return Vec::new();
    }
    let tokens: Vec<Token> = statement.significant().copied().collect();
    placeholders::all(text, &tokens)
}

/// Reports a statement that only another database has.
pub(super) fn whole(
    fragment: &Fragment<'_>,
    statement: &Statement,
    signs: &mut Signs,
    sink: &mut Sink,
) -> bool {
    let text = fragment.text();
    const VERBS: &[&str] = &["pragma", "use", "delimiter", "go", "describe", "attach", "optimize", "source"];
    const PAIRS: &[(&str, &str)] = &[
        ("create", "keyspace"),
        ("alter", "keyspace"),
        ("drop", "keyspace"),
        ("lock", "tables"),
        ("unlock", "tables"),
    ];
    let mut words = statement.significant();
    let Some(first) = words.next() else { return false };
    let second = words.next();
    let pair = PAIRS.iter().find(|(one, other)| {
        first.is_word(text, one) && second.is_some_and(|second| second.is_word(text, other))
    });
    let name = match (VERBS.iter().find(|verb| first.is_word(text, verb)), pair) {
        (Some(verb), _) => verb.to_uppercase(),
        (None, Some((one, other))) => format!("{} {}", one.to_uppercase(), other.to_uppercase()),
        // By itself on a line it runs what stands above it, to Oracle's tools.
        (None, None) if first.text(text) == "/" && second.is_none() => "/".to_owned(),
        // Rows are none of a schema; `INTO` tells that they are for PostgreSQL.
        (None, None)
            if first.is_word(text, "insert")
                && second.is_some_and(|second| !second.is_word(text, "into")) =>
        {
            "INSERT".to_owned()
        }
        (None, None) => return false,
    };
    let place = first.start..first.end;
    match name.as_str() {
        "PRAGMA" | "ATTACH" => signs.sure(signs::SQLITE, place),
        "GO" => signs.sure(signs::SQL_SERVER, place),
        "INSERT" => signs.hint(signs::SQL_SERVER, place),
        "/" => signs.sure(signs::ORACLE, place),
        "DELIMITER" | "LOCK TABLES" | "UNLOCK TABLES" | "OPTIMIZE" | "SOURCE" => {
            signs.sure(signs::MYSQL, place);
        }
        "USE" | "DESCRIBE" => signs.hint(signs::MYSQL, place),
        _ => signs.sure(signs::CASSANDRA, place),
    }
    let span = fragment.span(statement.range.clone());
    sink.warning(FOREIGN, span, format!("`{name}` is a statement of another database and was left out"))
        .help("remove it: PostgreSQL has no such statement");
    true
}

#[derive(Debug, Default)]
struct Found {
    kinds: BTreeMap<Kind, Vec<Range<usize>>>,
    /// Ranges of the text with the byte that stands in for each of theirs.
    replaced: Vec<(Range<usize>, u8)>,
    signs: Signs,
    placeholders: Vec<Range<usize>>,
}

impl Found {
    fn say(&mut self, kind: Kind, range: Range<usize>) {
        self.kinds.entry(kind).or_default().push(range);
    }

    fn blank(&mut self, kind: Kind, range: Range<usize>) {
        self.replaced.push((range.clone(), b' '));
        self.say(kind, range);
    }

    /// Writes a word in the place of one that is as long.
    fn write(&mut self, at: usize, word: &str) {
        self.replaced
            .extend(word.bytes().enumerate().map(|(number, byte)| (at + number..at + number + 1, byte)));
    }

    fn sign(&mut self, database: &'static str, place: Range<usize>) {
        self.signs.sure(database, place);
    }

    fn hint(&mut self, database: &'static str, place: Range<usize>) {
        self.signs.hint(database, place);
    }
}

const TYPES: &[&str] = &[
    "datetime",
    "datetime2",
    "datetime64",
    "smalldatetime",
    "tinyint",
    "mediumint",
    "tinytext",
    "mediumtext",
    "longtext",
    "blob",
    "tinyblob",
    "mediumblob",
    "longblob",
    "nvarchar",
    "nchar",
    "ntext",
    "varchar2",
    "nvarchar2",
    "clob",
    "uniqueidentifier",
    "varbinary",
    "lowcardinality",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "fixedstring",
    "number",
    "variant",
    "timestamp_ntz",
    "timestamp_ltz",
];

fn named(fragment: &Fragment<'_>, token: &Token) -> Ident {
    Spanned::new(tree::identifier(token.text(fragment.text())), fragment.span(token.start..token.end))
}

fn is_text(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Literal { kind: LiteralKind::Str { .. } })
}

fn is_mysql_collation(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["utf8", "latin1_", "ascii_", "ucs2_", "nocase", "rtrim", "binary"]
        .iter()
        .any(|known| name.starts_with(known))
}

fn prose(fragment: &Fragment<'_>, literal: &Token) -> Prose {
    let text = literal.text(fragment.text());
    let inner = text.strip_prefix('\'').unwrap_or(text);
    let inner = inner.strip_suffix('\'').unwrap_or(inner);
    Prose {
        text: inner.replace("''", "'"),
        span: fragment.span(literal.start..literal.end),
        kind: ProseKind::Note,
    }
}

/// Returns the statement with bytes replaced; newlines stay, so that comments keep their lines.
fn apply(text: &str, statement: &Statement, replaced: &[(Range<usize>, u8)]) -> String {
    let base = statement.range.start;
    let mut bytes = text.get(statement.range.clone()).unwrap_or_default().as_bytes().to_vec();
    for (range, by) in replaced {
        let range = range.start.saturating_sub(base)..range.end.saturating_sub(base);
        for byte in bytes.get_mut(range).into_iter().flatten().filter(|byte| **byte != b'\n') {
            *byte = *by;
        }
    }
    // Only whole characters are replaced, by ASCII.
    String::from_utf8(bytes)
        .unwrap_or_else(|_| text.get(statement.range.clone()).unwrap_or_default().to_owned())
}

/// Reads the tokens of the replaced text in the place of the statement's own.
fn relex(statement: &mut Statement, mended: &str) {
    let range = statement.range.clone();
    let mut tokens: Vec<Token> =
        statement.tokens.iter().copied().filter(|token| token.end <= range.start).collect();
    let ends = statement.unterminated.iter().cloned().chain(std::iter::once(range.end..range.end));
    let mut at = range.start;
    for broken in ends {
        let part = at.saturating_sub(range.start)..broken.start.saturating_sub(range.start);
        let part = mended.get(part).unwrap_or_default();
        let mut within = 0;
        for raw in tokenize(part) {
            let token = Token::of(&raw, part, within);
            within = token.end;
            tokens.push(Token { start: at + token.start, end: at + token.end, ..token });
        }
        // A quote that was never closed keeps the token that stands for it.
        if !broken.is_empty() {
            tokens.push(Token::unknown(broken.clone()));
        }
        at = broken.end;
    }
    tokens.extend(statement.tokens.iter().copied().filter(|token| token.start >= range.end));
    statement.tokens = tokens;
}
