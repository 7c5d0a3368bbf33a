//! SQL as words: how carried statements and expressions are compared and taken apart.

mod cursor;
mod text;

use std::borrow::Cow;

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use super::ident::{PgIdent, QualifiedName, literal};
pub(crate) use cursor::Cursor;
pub(crate) use text::value as text_value;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A keyword or an unquoted name.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A text, dollar quotes included.
    Text,
    /// A number.
    Number,
    /// Anything else.
    Sign,
}

/// A token that means something.
#[derive(Clone, Debug)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    /// As written.
    pub(crate) raw: &'t str,
    /// First byte in the text.
    pub(crate) start: usize,
    /// What it means: words in lower case, quoted names without their quotes.
    pub(crate) value: Cow<'t, str>,
}

impl Token<'_> {
    /// Tells whether it is this keyword or sign.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.value == word
    }

    /// Tells whether it can be a name.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }

    /// Returns one past its last byte in the text.
    pub(crate) fn end(&self) -> usize {
        self.start + self.raw.len()
    }
}

/// Returns the tokens of a text; white space, comments and a final semicolon are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::with_capacity(text.len().div_ceil(4));
    let mut at = 0;
    for token in tokenize(text) {
        let start = at;
        at += token.len as usize;
        let raw = text.get(start..at).unwrap_or_default();
        let kind = match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => continue,
            TokenKind::Ident => Kind::Word,
            TokenKind::QuotedIdent { .. } => Kind::Quoted,
            TokenKind::Literal { kind: LiteralKind::Int { .. } | LiteralKind::Numeric { .. } } => {
                Kind::Number
            }
            TokenKind::Literal { .. } => Kind::Text,
            _ => Kind::Sign,
        };
        let value = match kind {
            Kind::Word if raw.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                raw.to_ascii_lowercase().into()
            }
            Kind::Quoted => {
                let inner = raw.strip_prefix('"').unwrap_or(raw);
                inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\"").into()
            }
            Kind::Word | Kind::Text | Kind::Number | Kind::Sign => raw.into(),
        };
        found.push(Token { kind, raw, start, value });
    }
    if found.last().is_some_and(|last| last.is(";")) {
        found.pop();
    }
    found
}

/// Returns one spelling of a statement: keywords and names in one case, texts in one kind of quotes, `public.`, `pg_catalog.` and
/// `OR REPLACE` left out.
pub(crate) fn canonical(text: &str) -> String {
    let tokens = tokens(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next_is = |word: &str| tokens.get(at + 1).is_some_and(|next| next.is(word));
        at += match token {
            // Names are looked for in `pg_catalog` first, and in `public`.
            token
                if token.is_name()
                    && ["public", "pg_catalog"].contains(&token.value.as_ref())
                    && next_is(".") =>
            {
                2
            }
            token if at < 3 && token.is("or") && next_is("replace") => 2,
            token
                if token.is("procedure")
                    && at > 0
                    && tokens.get(at - 1).is_some_and(|before| before.is("execute")) =>
            {
                out.push_str("function ");
                1
            }
            token => {
                match token.kind {
                    // A quoted name that would fold to itself is the same name.
                    Kind::Word | Kind::Quoted => {
                        let plain = token
                            .value
                            .chars()
                            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                        out.push_str(if plain { &token.value } else { token.raw });
                    }
                    Kind::Text => out.push_str(&text::canonical(token.raw)),
                    Kind::Number | Kind::Sign => out.push_str(token.raw),
                }
                out.push(' ');
                1
            }
        };
    }
    out
}

/// Tells whether two statements are the same but for their spelling.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    a == b || canonical(a) == canonical(b)
}

/// Returns a text with one name in the place of another, wherever that stands.
pub(crate) fn renamed(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for token in tokens(text).iter().filter(|token| token.is_name() && token.value == from) {
        out.push_str(text.get(at..token.start).unwrap_or_default());
        out.push_str(&PgIdent::new(to).to_string());
        at = token.end();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Gives a column its new name where privileges list it: `SELECT (a)`.
pub(crate) fn renamed_in_lists(text: &str, from: &str, to: &PgIdent) -> String {
    replaced(text, |own, at| {
        let token = own.get(at)?;
        let depth =
            own.get(..at)?.iter().map(|it| i32::from(it.is("(")) - i32::from(it.is(")"))).sum::<i32>();
        (depth > 0 && token.is_name() && token.value == from).then(|| (1, to.to_string()))
    })
}

/// Tells whether a name is one of those behind the word: `COMMENT ON SCHEMA a`, `GRANT USAGE ON SCHEMA a, b`.
pub(crate) fn is_among_schemas(own: &[Token<'_>], at: usize) -> bool {
    let before = own.get(..at).unwrap_or_default();
    let apart =
        |(back, token): &(usize, &Token<'_>)| if back % 2 == 0 { token.is(",") } else { token.is_name() };
    let listed = before.iter().rev().enumerate().take_while(apart).count();
    // Names and commas take turns: the word stands before the first name.
    let word = before.len().checked_sub(listed / 2 * 2 + 1).and_then(|at| before.get(at));
    word.is_some_and(|word| word.is("schema"))
}

/// Writes a text with some of its tokens replaced: `with` gives how many at a place, and by what.
pub(crate) fn replaced(text: &str, with: impl Fn(&[Token<'_>], usize) -> Option<(usize, String)>) -> String {
    let own = tokens(text);
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for (at, token) in own.iter().enumerate() {
        if token.start < written {
            continue;
        }
        if let Some((count, new)) = with(&own, at)
            && let Some(last) = own.get(at + count - 1)
        {
            out.push_str(text.get(written..token.start).unwrap_or_default());
            out.push_str(&new);
            written = last.end();
        }
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out
}

/// Returns a text with one name of a table in the place of another: where it stands for the table, and before columns.
pub(crate) fn renamed_relation(text: &str, from: &QualifiedName, to: &QualifiedName) -> String {
    replaced(text, |own, at| {
        let token = own.get(at)?;
        let before = at.checked_sub(1).and_then(|at| own.get(at));
        if token.raw == literal(&from.to_string()) {
            return Some((1, literal(&to.to_string())));
        }
        if !token.is_name() || before.is_some_and(|dot| dot.is(".")) {
            return None;
        }
        let part = |offset: usize| {
            let dot = own.get(at + offset - 1).is_some_and(|dot| dot.is("."));
            own.get(at + offset).filter(|part| dot && part.is_name())
        };
        let second = part(2).map(|part| part.value.to_string());
        let is_qualified = second.is_some_and(|name| name_of(&[token.value.to_string(), name]) == *from);
        if is_qualified {
            return Some((3, to.to_string()));
        }
        if from.schema.is_some() || token.value != from.name.as_str() {
            return None;
        }
        let is_relation = stands_for_relation(own, at);
        let is_owner = before.is_some_and(|before| before.is("by"))
            && at.checked_sub(2).and_then(|at| own.get(at)).is_some_and(|owned| owned.is("owned"));
        if is_owner {
            return Some((1, to.to_string()));
        }
        Some((1, if is_relation && part(2).is_none() { to.to_string() } else { to.name.to_string() }))
    })
}

/// Tells whether a name stands where that of a relation does: behind the words that want one, or further on in such a list.
pub(crate) fn stands_for_relation(tokens: &[Token<'_>], at: usize) -> bool {
    const BEFORE: [&str; 15] = [
        "from",
        "join",
        "on",
        "into",
        "update",
        "only",
        "table",
        "of",
        "partition",
        "inherit",
        "view",
        "sequence",
        "exists",
        "like",
        "truncate",
    ];
    let is = |at: Option<usize>, word: &str| at.and_then(|at| tokens.get(at)).is_some_and(|it| it.is(word));
    let mut before = at.checked_sub(1);
    if !is(before, ",") && !is(before, "(") {
        return BEFORE.iter().any(|word| is(before, word));
    }
    let mut depth = 0_usize;
    while let Some(place) = before {
        if is(before, ")") {
            depth += 1;
        } else if is(before, "(") {
            if depth == 0 {
                return is(place.checked_sub(1), "inherits");
            }
            depth -= 1;
        } else if depth == 0 && is(before, "from") {
            return true;
        } else if depth == 0
            && ["select", "where", "on", "by", "set", "values", "using", "returning"]
                .iter()
                .any(|word| is(before, word))
        {
            return false;
        }
        before = place.checked_sub(1);
    }
    false
}

/// Tells whether a text may hold a name, whatever its case: reading it for words takes longer.
pub(crate) fn may_mention(text: &str, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    // A quote in a name is written twice.
    name.is_empty()
        || name.contains(&b'"')
        || text.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name))
}

/// Tells whether a name stands in a text.
pub(crate) fn mentions_name(text: &str, name: &str) -> bool {
    tokens(text).iter().any(|token| token.is_name() && token.value == name)
}

/// A name in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Its parts.
    pub(crate) path: Vec<String>,
    /// What it stands for, by what is around it.
    pub(crate) role: Role,
}

/// What a name in an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A column, or a table before one.
    Value,
    /// A function.
    Call,
    /// A type.
    Type,
    /// A relation that a text names: `nextval('s')`.
    Relation,
}

impl Mention {
    /// Returns the name with the schema that it may have.
    pub(crate) fn name(&self) -> QualifiedName {
        name_of(&self.path)
    }
}

/// Makes a name of the last two parts of a path.
pub(crate) fn name_of(path: &[String]) -> QualifiedName {
    let name = path.last().cloned().unwrap_or_default();
    let schema = path.len().checked_sub(2).and_then(|at| path.get(at));
    QualifiedName::new(schema.map(String::as_str), name)
}

/// Returns the names in an expression, in order.
pub(crate) fn mentions(text: &str) -> Vec<Mention> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if token.kind == Kind::Text {
            found.extend(relation(&tokens, at));
        }
        if !token.is_name() {
            at += 1;
            continue;
        }
        let start = at;
        let mut path = vec![token.value.to_string()];
        while tokens.get(at + 1).is_some_and(|dot| dot.is("."))
            && let Some(part) = tokens.get(at + 2).filter(|part| part.is_name())
        {
            path.push(part.value.to_string());
            at += 2;
        }
        at += 1;
        let is =
            |at: Option<usize>, word: &str| at.and_then(|at| tokens.get(at)).is_some_and(|it| it.is(word));
        let before = start.checked_sub(1);
        let cast = is(before, ":") && is(start.checked_sub(2), ":");
        let role = if cast || is(before, "as") {
            Role::Type
        } else if is(Some(at), "(") {
            Role::Call
        } else {
            Role::Value
        };
        found.push(Mention { path, role });
    }
    found
}

/// Reads a text that names a relation: one cast to `regclass`, or what `nextval` is given.
fn relation(tokens: &[Token<'_>], at: usize) -> Option<Mention> {
    let is = |offset: isize, word: &str| {
        at.checked_add_signed(offset).and_then(|at| tokens.get(at)).is_some_and(|token| token.is(word))
    };
    let cast = is(1, ":") && is(2, ":") && is(3, "regclass");
    let called = is(-1, "(") && (is(-2, "nextval") || is(-2, "currval") || is(-2, "setval"));
    let text = tokens.get(at)?.raw.strip_prefix('\'')?.strip_suffix('\'')?;
    let path =
        self::tokens(text).iter().filter(|part| part.is_name()).map(|part| part.value.to_string()).collect();
    (cast || called).then_some(Mention { path, role: Role::Relation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_difference() {
        assert!(is_same(
            "CREATE OR REPLACE VIEW public.\"v\" AS SELECT 1;",
            "create view V as /* one */ select 1"
        ));
        assert!(!is_same("SELECT 'A'", "SELECT 'a'"));
        assert!(!is_same("SELECT \"A\"", "SELECT a"));
    }

    #[test]
    fn names_stand_for_what_is_around_them() {
        let found = mentions("s.f(a) + b::app.mood + nextval('app.q'::regclass)");
        let found: Vec<(String, Role)> = found.into_iter().map(|it| (it.path.join("."), it.role)).collect();
        let expected = [
            ("s.f", Role::Call),
            ("a", Role::Value),
            ("b", Role::Value),
            ("app.mood", Role::Type),
            ("nextval", Role::Call),
            ("app.q", Role::Relation),
            ("regclass", Role::Type),
        ];
        assert_eq!(found, expected.map(|(name, role)| (name.to_owned(), role)));
    }

    #[test]
    fn a_relation_is_renamed_where_it_is_named() {
        let check = |text: &str, expected: &str| {
            let (from, to) = (QualifiedName::new(None, "t"), QualifiedName::new(Some("s"), "t"));
            assert_eq!(renamed_relation(text, &from, &to), expected);
        };
        check("CREATE VIEW v AS SELECT t.a, t FROM u, t", "CREATE VIEW v AS SELECT t.a, t FROM u, s.t");
        check("PARTITION OF public.t FOR VALUES IN (1)", "PARTITION OF s.t FOR VALUES IN (1)");
        check("INHERITS (u, t)", "INHERITS (u, s.t)");
        check("nextval('t'::regclass)", "nextval('s.t'::regclass)");
        let (from, to) = (QualifiedName::new(Some("s"), "t"), QualifiedName::new(None, "u"));
        assert_eq!(renamed_relation("s.t.a + t.a + x.t", &from, &to), "u.a + t.a + x.t");
    }

    #[test]
    fn groups_are_passed_over_whole() {
        let text = "f(a, (b, c)) rest";
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        assert_eq!(cursor.name().unwrap().plain(), "f");
        let parts = cursor.group().unwrap().split();
        let parts: Vec<&str> = parts.iter().map(Cursor::rest).collect();
        assert_eq!(parts, ["a", "(b, c)"]);
        assert_eq!(cursor.rest(), "rest");
    }
}
