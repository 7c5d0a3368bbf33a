//! How to reach a server: a URL or `key=value` pairs read into a configuration, with TLS as they ask for it.
//!
//! What is secret in them stays here: it is taken out of every message.

use std::env;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};

use super::tls::{self, Mode};
use super::{Error, chain};

/// How long a server may take to answer, where the URL does not say.
const PATIENCE: Duration = Duration::from_secs(20);

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

/// What stands for a password.
const HIDDEN: &str = "***";

/// How to reach a server and one of its databases.
#[derive(Clone)]
pub(super) struct Reach {
    config: Config,
    mode: Mode,
    authorities: Option<PathBuf>,
    /// What no message may hold.
    secrets: Vec<String>,
}

impl Reach {
    /// Reaches a server that this process started.
    pub(super) fn local(config: Config) -> Self {
        Self { config, mode: Mode::Disable, authorities: None, secrets: Vec::new() }
    }

    /// Reads a URL or `key=value` pairs. A password that they do not hold is the environment's `PGPASSWORD`.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let failed = |why: String| Error(format!("the database URL cannot be read: {}", redact(url, &why)));
        let Asked { rest, mode, authorities } = Asked::of(url);
        let mode = match &mode {
            None => Mode::Prefer,
            Some(word) => Mode::parse(word).ok_or_else(|| {
                failed(format!(
                    "`sslmode` is none of disable, allow, prefer, require, verify-ca and verify-full: `{word}`"
                ))
            })?,
        };
        let mut config: Config = rest.parse().map_err(|error| failed(chain(&error)))?;
        if config.get_password().is_none()
            && let Ok(password) = env::var("PGPASSWORD")
        {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let mut secrets = secrets(url);
        secrets.extend(config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
        secrets.retain(|secret| !secret.is_empty());
        // Who trusts everybody whom the machine trusts has to know to whom he speaks.
        let is_system = authorities.as_deref() == Some("system");
        let mode = if is_system { Mode::VerifyFull } else { mode };
        let authorities = authorities.filter(|_| !is_system).map(PathBuf::from);
        Ok(Self { config, mode, authorities, secrets })
    }

    /// Returns how to reach another database of the same server.
    pub(super) fn database(&self, name: &str) -> Self {
        let mut reach = self.clone();
        reach.config.dbname(name);
        reach
    }

    /// Connects.
    pub(super) fn connect(&self) -> Result<Client, Error> {
        let mut config = self.config.clone();
        // Notices say only that something was already there or not there; the catalogue says it better.
        config.application_name("truthtable").notice_callback(|_| {});
        let sockets = |host: &Host| !matches!(host, Host::Tcp(_));
        let mode = if config.get_hosts().iter().all(sockets) && !config.get_hosts().is_empty() {
            Mode::Disable
        } else {
            self.mode
        };
        let connected = match mode {
            Mode::Disable => config.ssl_mode(SslMode::Disable).connect(NoTls),
            Mode::Prefer => {
                let tls = tls::connector(mode, self.authorities.as_deref())?;
                config.ssl_mode(SslMode::Prefer).connect(tls)
            }
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => {
                let tls = tls::connector(mode, self.authorities.as_deref())?;
                config.ssl_mode(SslMode::Require).connect(tls)
            }
        };
        connected.map_err(|error| {
            let Error(mut why) = Error::of("the server cannot be reached", &error);
            if why.contains("UnknownIssuer") {
                why.push_str("; name the file of the authority's certificate with `sslrootcert=FILE`");
            }
            Error(self.secrets.iter().fold(why, |why, secret| why.replace(secret, HIDDEN)))
        })
    }

    /// Returns the user's name.
    pub(super) fn user(&self) -> &str {
        self.config.get_user().unwrap_or("postgres")
    }

    /// Returns the database's name.
    pub(super) fn name(&self) -> &str {
        self.config.get_dbname().unwrap_or("postgres")
    }

    /// Returns host and port.
    pub(super) fn address(&self) -> String {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => match self.config.get_hostaddrs().first() {
                Some(address) => address.to_string(),
                None => "localhost".to_owned(),
            },
        };
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        format!("{host}:{port}")
    }
}

/// Returns a text without what is secret in a URL or in `key=value` pairs, and without the passwords of other URLs.
///
/// ```
/// use truthtable_prove::server::redact;
///
/// let url = "postgresql://ann:hunter2@db/shop";
/// assert_eq!(redact(url, "hunter2? no: postgres://bob:x@db"), "***? no: postgres://bob:***@db");
/// ```
pub fn redact(url: &str, text: &str) -> String {
    let mut secrets = secrets(url);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
    let mut places = passwords(&text);
    places.sort_by_key(|place| std::cmp::Reverse(place.start));
    places.into_iter().fold(text, |mut text, place| {
        text.replace_range(place, HIDDEN);
        text
    })
}

/// Returns the passwords in a text, as they are written and as they are meant.
fn secrets(text: &str) -> Vec<String> {
    let written = passwords(text).into_iter().filter_map(|place| text.get(place));
    let meant = written.flat_map(|secret| [secret, secret.trim_matches('\'')]);
    meant
        .flat_map(|secret| [secret.to_owned(), decoded(secret)])
        .filter(|secret| !secret.is_empty())
        .collect()
}

/// Finds the passwords in a text: those of URLs and of `password=…`.
fn passwords(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + at + "://".len();
        let rest = text.get(start..).unwrap_or_default();
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`')).unwrap_or(rest.len());
        // A password may hold an `@` that should have been encoded; a host holds none.
        if let Some((user, _)) = rest.get(..end).and_then(|whole| whole.rsplit_once('@'))
            && let Some((name, password)) = user.split_once(':')
        {
            let start = start + name.len() + 1;
            found.push(start..start + password.len());
        }
        from = start + end;
    }
    for key in ["password", "sslpassword"] {
        for (at, _) in text.match_indices(key) {
            let rest = text.get(at + key.len()..).unwrap_or_default();
            let bare = rest.trim_start();
            let Some(value) = bare.strip_prefix('=').map(str::trim_start) else { continue };
            let start = text.len() - value.len();
            let end = match value.strip_prefix('\'') {
                Some(quoted) => quoted.find('\'').map_or(value.len(), |end| end + 2),
                None => value.find(|c: char| c.is_whitespace() || c == '&').unwrap_or(value.len()),
            };
            let place = start..start + end;
            if !found.iter().any(|other| other.start < place.end && place.start < other.end) {
                found.push(place);
            }
        }
    }
    found.retain(|place| !place.is_empty());
    found
}

/// What a URL says of TLS, and the URL without that: the client's own parser knows only half of it.
struct Asked {
    rest: String,
    mode: Option<String>,
    authorities: Option<String>,
}

impl Asked {
    fn of(url: &str) -> Self {
        let mut asked = Self { rest: String::new(), mode: None, authorities: None };
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

    /// Takes a setting that is about TLS or for another client, and says whether it is one.
    fn take(&mut self, key: &str, value: String) -> bool {
        match key {
            "sslmode" => self.mode = Some(value),
            "sslrootcert" => self.authorities = Some(value),
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
fn decoded(text: &str) -> String {
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
    use super::{Asked, redact};

    #[test]
    fn what_is_said_of_tls_is_taken_out() {
        let check = |url: &str, rest: &str, mode: Option<&str>, file: Option<&str>| {
            let asked = Asked::of(url);
            assert_eq!(asked.rest.trim_end(), rest, "{url}");
            assert_eq!((asked.mode.as_deref(), asked.authorities.as_deref()), (mode, file), "{url}");
        };
        check("postgres://h/db", "postgres://h/db", None, None);
        check("postgres://u:a?b@h/db?sslmode=require", "postgres://u:a?b@h/db", Some("require"), None);
        check(
            "postgresql://h/db?connect_timeout=3&sslrootcert=%2Fa%20b&sslmode=verify-full&user=x",
            "postgresql://h/db?connect_timeout=3&user=x",
            Some("verify-full"),
            Some("/a b"),
        );
        check(
            "host=h sslmode = verify-ca password='a\\' sslmode=x' sslrootcert='/a b'",
            "host=h password='a\\' sslmode=x'",
            Some("verify-ca"),
            Some("/a b"),
        );
        check(
            "postgres://h/db?schema=public&pgbouncer=true&sslmode=prefer",
            "postgres://h/db",
            Some("prefer"),
            None,
        );
        check("nonsense", "nonsense", None, None);
    }

    #[test]
    fn passwords_are_hidden() {
        let check = |url: &str, text: &str, expected: &str| assert_eq!(redact(url, text), expected);
        check("postgres://u:p%40ss@h/db", "p@ss p%40ss h", "*** *** h");
        check("host=h password=sesame", "no sesame", "no ***");
        check("host=h password = 'open sesame' user=u", "x", "x");
        check(
            "",
            "at postgres://u:a:b@c@h/db?password=y&x=1 now",
            "at postgres://u:***@h/db?password=***&x=1 now",
        );
        check("", "password='open sesame' user=u", "password=*** user=u");
        check("postgres://u@h/db", "u@h", "u@h");
    }
}
