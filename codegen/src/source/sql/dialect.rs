//! What other databases write: named, and replaced byte for byte by what PostgreSQL reads, so that every place stays right.

use std::collections::BTreeMap;
use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use crate::diag::{Code, Sink};
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl, Prose, ProseKind};
use crate::source::sql::body::{Body, body};
use crate::source::sql::split::{Statement, Token};
use crate::source::sql::tree;
use crate::span::{Fragment, Span, Spanned};

const FOREIGN: Code = Code::new("sql-not-postgresql");

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
}

/// Finds what is not PostgreSQL's in a statement and reports it, each kind once.
pub(super) fn mend(fragment: &Fragment<'_>, statement: &mut Statement, sink: &mut Sink) -> Foreign {
    let text = fragment.text();
    if !statement.significant().any(|token| is_suspicious(text, token)) {
        return Foreign::default();
    }
    // Names first: what follows reads names.
    let mut found = Found::default();
    names(text, statement, &mut found);
    let mut foreign = Foreign::default();
    if !found.replaced.is_empty() {
        let mended = apply(text, statement, &found.replaced);
        relex(statement, &mended);
    }
    let tokens: Vec<Token> = statement.significant().copied().collect();
    if tokens.iter().take(3).any(|token| token.is_word(text, "table")) {
        let body = body(text, statement);
        items(fragment, &tokens, body.as_ref(), &mut found, &mut foreign);
        // The parentheses of a change are those of a type or a key.
        if tokens.first().is_some_and(|first| first.is_word(text, "create")) {
            options(fragment, &tokens, body.as_ref(), &mut found, &mut foreign);
        }
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
    }
    foreign
}

/// Reports a statement that only another database has.
pub(super) fn whole(fragment: &Fragment<'_>, statement: &Statement, sink: &mut Sink) -> bool {
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
        (None, None) => return false,
    };
    let span = fragment.span(statement.range.clone());
    sink.warning(FOREIGN, span, format!("`{name}` is a statement of another database and was left out"))
        .help("remove it: PostgreSQL has no such statement");
    true
}

/// A kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Backtick,
    Bracket,
    Backslash,
    Increment,
    Unsigned,
    Comment,
    OnUpdate,
    Charset,
    Width,
    Type,
    Elements,
    Wrapped,
    Partition,
    Enum,
    Index,
    Options,
}

impl Kind {
    fn what(self) -> &'static str {
        match self {
            Self::Backtick => "names in backticks, read as quoted names",
            Self::Bracket => "names in brackets, read as quoted names",
            Self::Backslash => "a backslash escapes no quote in a plain text",
            Self::Increment => "read as a column that counts up by itself",
            Self::Unsigned => "numbers without a sign; the type was read without it",
            Self::Comment => "a description inside the statement, read as one",
            Self::OnUpdate => "a default on update; it was left out",
            Self::Charset => "a character set; it was left out",
            Self::Width => "a display width; the type is kept as it is written",
            Self::Type => "no type of that name; it is kept as it is written",
            Self::Elements => "the types of what a collection holds; they were left out",
            Self::Wrapped => "said about a type inside it; the type was read without it",
            Self::Partition => "a partition key inside the primary key, read as columns of the key",
            Self::Enum => "an enumeration in the place of a type; it is kept as it is written",
            Self::Index => "an index inside the table, read as one",
            Self::Options => "options of another database's tables; they were left out",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Backtick | Self::Bracket => "write \"…\", or the bare name",
            Self::Backslash => "double the quote: '', or write E'…'",
            Self::Increment => "write GENERATED ALWAYS AS IDENTITY",
            Self::Unsigned => "add CHECK (… >= 0) where it matters",
            Self::Comment => "write COMMENT ON … IS '…'",
            Self::OnUpdate => "set it in a trigger",
            Self::Charset => "a database has one encoding; a column can have COLLATE",
            Self::Width => "write integer, bigint or smallint alone",
            Self::Type => "write PostgreSQL's type: timestamp, text, bytea, numeric, smallint …",
            Self::Elements => "write an array (text[]), or jsonb",
            Self::Wrapped => "write the type alone; a column takes NULL unless it says NOT NULL",
            Self::Partition => "write one list of columns; PARTITION BY says how a table is cut",
            Self::Enum => "write CREATE TYPE … AS ENUM (…) and name the type, or a CHECK",
            Self::Index => "write CREATE INDEX … ON … (…)",
            Self::Options => "remove them",
        }
    }
}

#[derive(Debug, Default)]
struct Found {
    kinds: BTreeMap<Kind, Vec<Range<usize>>>,
    /// Ranges of the text with the byte that stands in for each of theirs.
    replaced: Vec<(Range<usize>, u8)>,
}

impl Found {
    fn say(&mut self, kind: Kind, range: Range<usize>) {
        self.kinds.entry(kind).or_default().push(range);
    }

    fn blank(&mut self, kind: Kind, range: Range<usize>) {
        self.replaced.push((range.clone(), b' '));
        self.say(kind, range);
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
];

/// Tells whether a token gives reason to look closer; most statements have none.
fn is_suspicious(text: &str, token: &Token) -> bool {
    match token.kind {
        TokenKind::Backtick | TokenKind::OpenBracket => true,
        TokenKind::Literal { kind: LiteralKind::Str { .. } } => token.text(text).ends_with("\\'"),
        TokenKind::Ident => {
            const WORDS: &[&str] = &[
                "auto_increment",
                "autoincrement",
                "unsigned",
                "zerofill",
                "engine",
                "charset",
                "comment",
                "current_timestamp",
                "enum",
                "set",
                "int",
                "integer",
                "bigint",
                "smallint",
                "key",
                "index",
                "identity",
                "rowid",
                "strict",
                "character",
                "fulltext",
                "double",
                "now",
                "map",
                "list",
                "frozen",
                "tuple",
                "clustering",
                "nullable",
                "char",
                "byte",
                "primary",
            ];
            let word = token.text(text);
            let is = |known: &&str| word.eq_ignore_ascii_case(known);
            word.len() <= 17 && (WORDS.iter().any(is) || TYPES.iter().any(is))
        }
        _ => false,
    }
}

/// Names in backticks and brackets, and quotes behind a backslash.
fn names(text: &str, statement: &Statement, found: &mut Found) {
    let tokens: Vec<Token> = statement.significant().copied().collect();
    let mut open: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| tokens.get(at));
        match token.kind {
            TokenKind::Backtick => {
                found.replaced.push((token.start..token.end, b'"'));
                match open.take() {
                    Some(start) => found.say(Kind::Backtick, start..token.end),
                    None => open = Some(token.start),
                }
            }
            TokenKind::OpenBracket if previous.is_none_or(|previous| leads_to_name(text, previous)) => {
                let (Some(name), Some(close)) = (tokens.get(at + 1), tokens.get(at + 2)) else { continue };
                if matches!((name.kind, close.kind), (TokenKind::Ident, TokenKind::CloseBracket)) {
                    found.replaced.push((token.start..token.end, b'"'));
                    found.replaced.push((close.start..close.end, b'"'));
                    found.say(Kind::Bracket, token.start..close.end);
                }
            }
            TokenKind::Lt if previous.is_some_and(|previous| takes_types(text, previous, token)) => {
                let Some(end) = closing(tokens.get(at..).unwrap_or_default()) else { continue };
                found.blank(Kind::Elements, token.start..end);
            }
            TokenKind::Literal { kind: LiteralKind::Str { .. } } if token.text(text).ends_with("\\'") => {
                // `'C:\'` is whole; `'it\'s'` goes on with a word.
                let next = text.get(token.end..).and_then(|rest| rest.chars().next());
                if next.is_some_and(char::is_alphanumeric) {
                    found.say(Kind::Backslash, token.end.saturating_sub(2)..token.end);
                }
            }
            _ => {}
        }
    }
}

/// Tells whether `<` opens the types of what a collection holds: `map<text, int>`.
fn takes_types(text: &str, before: &Token, open: &Token) -> bool {
    let collections = ["map", "list", "set", "frozen", "tuple", "array", "struct", "vector"];
    before.end == open.start && collections.iter().any(|word| before.is_word(text, word))
}

/// Returns where the `>` that belongs to the first token ends; none where it does not come before a bracket closes.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::Lt => depth += 1,
            TokenKind::Gt => {
                depth -= 1;
                if depth == 0 {
                    return Some(token.end);
                }
            }
            TokenKind::Ident | TokenKind::Comma => {}
            _ => return None,
        }
    }
    None
}

fn leads_to_name(text: &str, token: &Token) -> bool {
    let words = ["table", "exists", "references", "constraint", "on", "index"];
    matches!(token.kind, TokenKind::OpenParen | TokenKind::Comma | TokenKind::Dot)
        || words.iter().any(|word| token.is_word(text, word))
}

/// What stands inside a table's parentheses.
fn items(
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
        if let Some(index) = index(fragment, inside, item) {
            foreign.indexes.push(index);
            found.blank(Kind::Index, item.clone());
            // One of the commas around it goes with it: the one before, or behind the first.
            let comma =
                if number == 0 { tokens.get(to) } else { from.checked_sub(1).and_then(|at| tokens.get(at)) };
            if let Some(comma) = comma.filter(|token| matches!(token.kind, TokenKind::Comma)) {
                found.replaced.push((comma.start..comma.end, b' '));
            }
            continue;
        }
        partition_key(text, inside, found);
        if let (Some(ty), next) = (inside.get(1), inside.get(2)) {
            wrapped(text, inside, found);
            column_type(text, ty, next, found);
        }
        for (at, token) in inside.iter().enumerate().skip(1) {
            let next = inside.get(at + 1);
            let is = |word| token.is_word(text, word);
            if is("auto_increment") || is("autoincrement") {
                foreign.increments.push(token.start..token.end);
                found.blank(Kind::Increment, token.start..token.end);
            } else if is("unsigned") || is("zerofill") {
                found.blank(Kind::Unsigned, token.start..token.end);
            } else if is("identity") && next.is_some_and(|next| matches!(next.kind, TokenKind::OpenParen)) {
                let before = inside.get(at - 1).is_some_and(|token| token.is_word(text, "as"));
                let close = inside.iter().skip(at).find(|token| matches!(token.kind, TokenKind::CloseParen));
                if let Some(close) = close.filter(|_| !before) {
                    foreign.increments.push(token.start..close.end);
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

/// `PRIMARY KEY ((day, place), at)`: the inner brackets of Cassandra.
fn partition_key(text: &str, item: &[Token], found: &mut Found) {
    let [primary, key, outer, inner, rest @ ..] = item else { return };
    let opens = |token: &Token| matches!(token.kind, TokenKind::OpenParen);
    let is_key = primary.is_word(text, "primary") && key.is_word(text, "key") && opens(outer) && opens(inner);
    let close = rest.iter().find(|token| matches!(token.kind, TokenKind::CloseParen));
    if let Some(close) = close.filter(|_| is_key) {
        found.replaced.push((inner.start..inner.end, b' '));
        found.replaced.push((close.start..close.end, b' '));
        found.say(Kind::Partition, inner.start..close.end);
    }
}

/// `Nullable(String)`, `LowCardinality(String)` of ClickHouse, `VARCHAR2(100 CHAR)` of Oracle: what stands around or inside a type and is none.
fn wrapped(text: &str, item: &[Token], found: &mut Found) {
    let mut rest = item.get(1..).unwrap_or_default();
    while let [wrapper, open, inner @ ..] = rest
        && (wrapper.is_word(text, "nullable") || wrapper.is_word(text, "lowcardinality"))
        && matches!(open.kind, TokenKind::OpenParen)
    {
        let mut depth = 1_usize;
        let close = inner.iter().find(|token| {
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(close) = close else { return };
        found.replaced.push((wrapper.start..open.end, b' '));
        found.replaced.push((close.start..close.end, b' '));
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

fn column_type(text: &str, ty: &Token, next: Option<&Token>, found: &mut Found) {
    if !matches!(ty.kind, TokenKind::Ident) {
        return;
    }
    let word = ty.text(text);
    let opens = next.is_some_and(|next| matches!(next.kind, TokenKind::OpenParen));
    let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    let precise = next.is_some_and(|next| next.is_word(text, "precision"));
    if is(TYPES) || (is(&["double"]) && !precise) {
        found.say(Kind::Type, ty.start..ty.end);
    } else if opens && is(&["int", "integer", "bigint", "smallint"]) {
        found.say(Kind::Width, ty.start..ty.end);
    } else if opens && is(&["enum", "set"]) {
        found.say(Kind::Enum, ty.start..ty.end);
    }
}

/// Reads `KEY name (…)`, `UNIQUE INDEX name (…)` and their like; a column called `key` or `index` is none.
fn index(fragment: &Fragment<'_>, tokens: &[Token], item: &Range<usize>) -> Option<IndexDecl> {
    let text = fragment.text();
    let mut rest = tokens.iter().peekable();
    let mut unique: Option<Span> = None;
    if let Some(first) = rest.next_if(|token| token.is_word(text, "unique")) {
        unique = Some(fragment.span(first.start..first.end));
    } else {
        rest.next_if(|token| token.is_word(text, "fulltext") || token.is_word(text, "spatial"));
    }
    rest.next_if(|token| token.is_word(text, "key") || token.is_word(text, "index"))?;
    let name = rest.next_if(|token| super::report::is_name(token));
    rest.next_if(|token| matches!(token.kind, TokenKind::OpenParen))?;
    let mut parts = Vec::new();
    while let Some(column) = rest.next() {
        if !super::report::is_name(column) {
            return None;
        }
        // A prefix length, which is left out; a direction.
        let mut options = None;
        let mut depth = 0_usize;
        let closed = loop {
            let token = rest.next()?;
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen if depth == 0 => break true,
                TokenKind::CloseParen => depth -= 1,
                TokenKind::Comma if depth == 0 => break false,
                TokenKind::Ident if depth == 0 => {
                    let range = token.start..token.end;
                    options = Some(Spanned::new(token.text(text).to_owned(), fragment.span(range)));
                }
                _ => {}
            }
        };
        parts.push(IndexPartDecl { key: IndexKey::Column(named(fragment, column)), options });
        if closed {
            break;
        }
    }
    Some(IndexDecl {
        name: name.map(|name| named(fragment, name)),
        parts,
        method: None,
        unique,
        primary_key: None,
        nulls_not_distinct: false,
        include: Vec::new(),
        predicate: None,
        storage: None,
        note: None,
        removable: false,
        span: fragment.span(item.clone()),
    })
}

/// What stands behind a table's parentheses.
fn options(
    fragment: &Fragment<'_>,
    tokens: &[Token],
    body: Option<&Body>,
    found: &mut Found,
    foreign: &mut Foreign,
) {
    let text = fragment.text();
    let Some(end) = body.and_then(|body| body.end) else { return };
    let Some(rest) = tokens.get(tokens.partition_point(|token| token.start < end)..) else { return };
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return };
    const WORDS: &[&str] = &[
        "engine",
        "default",
        "auto_increment",
        "charset",
        "character",
        "collate",
        "comment",
        "row_format",
        "strict",
    ];
    let rowid = first.is_word(text, "without") && last.is_word(text, "rowid");
    let clustering =
        first.is_word(text, "with") && rest.get(1).is_some_and(|next| next.is_word(text, "clustering"));
    if !rowid && !clustering && !WORDS.iter().any(|word| first.is_word(text, word)) {
        return;
    }
    let mut comment = rest.iter().skip_while(|token| !token.is_word(text, "comment")).skip(1);
    let literal = comment.by_ref().find(|token| !matches!(token.kind, TokenKind::Eq));
    foreign.note = literal.filter(|literal| is_text(literal)).map(|literal| prose(fragment, literal));
    found.blank(Kind::Options, first.start..last.end);
}

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
        for raw in tokenize(mended.get(part).unwrap_or_default()) {
            let end = at + raw.len as usize;
            tokens.push(Token { kind: raw.kind, start: at, end });
            at = end;
        }
        // A quote that was never closed keeps the token that stands for it.
        if !broken.is_empty() {
            tokens.push(Token { kind: TokenKind::Unknown, start: broken.start, end: broken.end });
        }
        at = broken.end;
    }
    tokens.extend(statement.tokens.iter().copied().filter(|token| token.start >= range.end));
    statement.tokens = tokens;
}
