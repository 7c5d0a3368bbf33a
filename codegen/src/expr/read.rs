//! Makes a parser of SQL text that also reads what PostgreSQL prints and `sqlparser` does not read.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::depth;

/// Makes the parser of a text; none where the text is no tokens, or nests so deeply that walking its tree would overflow the stack.
pub(super) fn parser(text: &str) -> Option<Parser<'static>> {
    if depth::is_text_too_deep(text) {
        return None;
    }
    let mut tokens = Tokenizer::new(&PostgreSqlDialect {}, text).tokenize_with_location().ok()?;
    drop_from_of_trim(&mut tokens);
    Some(Parser::new(&PostgreSqlDialect {}).with_tokens_with_locations(tokens))
}

/// Tells whether a parser has read all of its text.
pub(super) fn is_at_end(parser: &Parser<'_>) -> bool {
    parser.peek_token_ref().token == Token::EOF
}

/// Takes the `FROM` out of `TRIM(BOTH FROM a)`, as PostgreSQL prints `trim(a)` since version 14: the parser takes the side alone.
fn drop_from_of_trim(tokens: &mut Vec<TokenWithSpan>) {
    let word = |token: Option<&TokenWithSpan>| match token.map(|it| &it.token) {
        Some(Token::Word(word)) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    };
    if !tokens.iter().any(|token| word(Some(token)) == Some(Keyword::TRIM)) {
        return;
    }
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        let mut before = kept.iter().rev().filter(|it| !matches!(it.token, Token::Whitespace(_)));
        let is_needless = word(Some(&token)) == Some(Keyword::FROM)
            && matches!(word(before.next()), Some(Keyword::BOTH | Keyword::LEADING | Keyword::TRAILING))
            && before.next().is_some_and(|it| it.token == Token::LParen)
            && word(before.next()) == Some(Keyword::TRIM);
        if !is_needless {
            kept.push(token);
        }
    }
    *tokens = kept;
}
