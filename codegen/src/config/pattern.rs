//! Names with `*` in them.

use crate::span::{Span, Spanned};

/// A name in which `*` stands for any run of characters; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: Spanned<String>,
}

impl Pattern {
    /// Makes a pattern of a text of `schema.toml`.
    pub fn new(text: Spanned<String>) -> Self {
        Self { text }
    }

    /// Returns the place in `schema.toml`.
    pub fn span(&self) -> Span {
        self.text.span
    }

    /// Returns the pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text.node
    }

    /// Tells whether the pattern matches the whole of a name.
    pub fn matches(&self, name: &str) -> bool {
        glob(&self.text.node, name)
    }
}

/// Tells whether a pattern, in which `*` is any run of characters, matches the whole of a name, without regard to case.
pub fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Sources;

    #[test]
    fn a_star_is_any_run_of_characters() {
        let span = {
            let mut sources = Sources::default();
            let file = sources.add("schema.toml", "");
            sources.fragment(file).span(0..0)
        };
        let check =
            |pattern: &str, name: &str| Pattern::new(Spanned::new(pattern.to_owned(), span)).matches(name);
        assert!(check("auth.*", "auth.users"));
        assert!(!check("auth.*", "authors"));
        assert!(check("*_at", "created_at"));
        assert!(check("*", ""));
        assert!(check("a*b*c", "a-b-b-c"));
        assert!(!check("a*a", "a"));
        assert!(check("Users", "users"));
        assert!(!check("user", "users"));
    }
}
