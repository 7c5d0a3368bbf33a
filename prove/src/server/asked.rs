//! What a URL or `key=value` pairs ask for that the client's own parser does not know.

use std::ops::Range;

/// Settings in URLs that are for other clients: they say nothing about how to reach a server.
const OF_OTHERS: &[&str] = &[
    "connection_limit",
    "pgbouncer",
    "pool_timeout",
    "prepared_statements",
    "schema",
    "socket_timeout",
    "statement_cache_size",
];

/// What a URL says of TLS, and the URL without that: the client's own parser knows only half of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The URL or the pairs without it.
    pub(super) rest: String,
    /// `sslmode`.
    pub(super) mode: Option<String>,
    /// `sslrootcert`.
    pub(super) authorities: Option<String>,
    /// `sslcert`.
    pub(super) certificate: Option<String>,
    /// `sslkey`.
    pub(super) key: Option<String>,
}

impl Asked {
    /// Reads a URL or `key=value` pairs.
    pub(super) fn of(url: &str) -> Self {
        let mut asked = Self::default();
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            for (place, key, value) in pairs(url) {
                if !asked.take(&key, value) {
                    asked.rest.push_str(url.get(place).unwrap_or_default());
                    asked.rest.push(' ');
                }
            }
            return asked;
        }
        let past_user = url.find('@').unwrap_or(0);
        let query = url.get(past_user..).and_then(|rest| rest.find('?')).map(|at| past_user + at);
        let Some((head, query)) = query.and_then(|at| url.split_at_checked(at)) else {
            asked.rest = url.to_owned();
            return asked;
        };
        asked.rest = head.to_owned();
        let mut separator = '?';
        for pair in query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !asked.take(key, decoded(value)) {
                asked.rest.push(separator);
                asked.rest.push_str(pair);
                separator = '&';
            }
        }
        asked
    }

    /// Takes from the environment what was not said, by the names that PostgreSQL's own clients read there.
    pub(super) fn or_else(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let said = |name| variable(name).filter(|value| !value.is_empty());
        self.mode = self.mode.or_else(|| said("PGSSLMODE"));
        self.authorities = self.authorities.or_else(|| said("PGSSLROOTCERT"));
        self.certificate = self.certificate.or_else(|| said("PGSSLCERT"));
        self.key = self.key.or_else(|| said("PGSSLKEY"));
        self
    }

    /// Takes a setting that is about TLS or for another client, and says whether it is one.
    fn take(&mut self, key: &str, value: String) -> bool {
        match key {
            "sslmode" => self.mode = Some(value),
            "sslrootcert" => self.authorities = Some(value),
            "sslcert" => self.certificate = Some(value),
            "sslkey" => self.key = Some(value),
            key => return OF_OTHERS.contains(&key),
        }
        true
    }
}

/// Cuts `key=value` pairs apart: where each stands, its key and what its value means.
fn pairs(text: &str) -> Vec<(Range<usize>, String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some((key, after)) = rest.split_once('=') {
        let start = text.len() - rest.len();
        let mut chars = after.trim_start().chars();
        let quoted = chars.as_str().starts_with('\'');
        if quoted {
            chars.next();
        }
        let mut value = String::new();
        loop {
            let before = chars.as_str();
            match chars.next() {
                None => break,
                Some('\'') if quoted => break,
                Some('\\') => value.extend(chars.next()),
                Some(c) if c.is_whitespace() && !quoted => {
                    chars = before.chars();
                    break;
                }
                Some(c) => value.push(c),
            }
        }
        let end = text.len() - chars.as_str().len();
        found.push((start..end, key.trim().to_owned(), value));
        rest = chars.as_str().trim_start();
    }
    if !rest.is_empty() {
        // What is no pair is the client's to complain about.
        found.push((text.len() - rest.len()..text.len(), String::new(), String::new()));
    }
    found
}

/// Returns a text of a URL with its `%41` decoded.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn what_is_said_of_tls_is_taken_out() {
        let check = |url: &str, rest: &str, said: [&str; 4]| {
            let asked = Asked::of(url);
            assert_eq!(asked.rest.trim_end(), rest, "{url}");
            let found = [asked.mode, asked.authorities, asked.certificate, asked.key];
            assert_eq!(found.map(Option::unwrap_or_default), said, "{url}");
        };
        check("postgres://h/db", "postgres://h/db", ["", "", "", ""]);
        check("postgres://u:a?b@h/db?sslmode=require", "postgres://u:a?b@h/db", ["require", "", "", ""]);
        check(
            "postgresql://h/db?connect_timeout=3&sslrootcert=%2Fa%20b&sslmode=verify-full&sslkey=k&user=x&sslcert=c",
            "postgresql://h/db?connect_timeout=3&user=x",
            ["verify-full", "/a b", "c", "k"],
        );
        check(
            "host=h sslmode = verify-ca password='a\\' sslmode=x' sslrootcert='/a b' sslcert=c",
            "host=h password='a\\' sslmode=x'",
            ["verify-ca", "/a b", "c", ""],
        );
        check(
            "postgres://h/db?schema=public&pgbouncer=true&sslmode=prefer",
            "postgres://h/db",
            ["prefer", "", "", ""],
        );
        check("nonsense", "nonsense", ["", "", "", ""]);
    }

    #[test]
    fn the_environment_says_what_the_url_does_not() {
        let variable = |name: &str| match name {
            "PGSSLMODE" => Some("require".to_owned()),
            "PGSSLCERT" => Some("c".to_owned()),
            "PGSSLKEY" => Some(String::new()),
            _ => None,
        };
        let asked = Asked::of("postgres://h/db?sslmode=disable").or_else(variable);
        assert_eq!(asked.mode.as_deref(), Some("disable"));
        assert_eq!((asked.certificate.as_deref(), asked.key), (Some("c"), None));
    }
}
