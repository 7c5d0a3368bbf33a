//! Signs of operators.

use super::token::{Kind, Token};

/// Tells whether PostgreSQL has an operator of this sign itself.
pub(crate) fn is_built_in(sign: &str) -> bool {
    const SIGNS: &str = " + - * / % ^ & | # ~ << >> = <> != < > <= >= || @> <@ && -> ->> #> #>> ? ?| ?& @@ @@@ \
        ~~ ~~* !~~ !~~* ~* !~ !~* ^@ <-> -|- &< &> |/ ||/ @ @-@ ## ?# ?- ?-| ?|| ~= |>> <<| &<| |&> #- @? ";
    SIGNS.contains(&format!(" {sign} "))
}

/// Reads the sign that begins at a token: returns the place behind it, and the byte behind it.
pub(crate) fn sign(own: &[Token<'_>], at: usize) -> Option<(usize, usize)> {
    let is_part = |token: &&Token<'_>| {
        token.kind == Kind::Sign && token.raw.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c))
    };
    let first = own.get(at).filter(is_part)?;
    let mut end = first.end();
    let mut behind = at + 1;
    while let Some(next) = own.get(behind).filter(is_part).filter(|next| next.start == end) {
        end = next.end();
        behind += 1;
    }
    Some((behind, end))
}
