//! How to reach a server: a URL or `key=value` pairs read into a configuration, with TLS as they ask for it.
//!
//! What is secret in them stays here: it is taken out of every message.

use std::env;
use std::ops::Range;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};

use super::asked::{Asked, decoded};
use super::tls::{Mode, Tls};
use super::{Error, chain};

/// How long a server may take to answer, where the URL does not say.
const PATIENCE: Duration = Duration::from_secs(20);

/// What stands for a password.
const HIDDEN: &str = "***";

/// How to reach a server and one of its databases.
#[derive(Clone)]
pub(super) struct Reach {
    config: Config,
    tls: Tls,
    /// What no message may hold.
    secrets: Vec<String>,
}

impl Reach {
    /// Reaches a server that this process started.
    pub(super) fn local(config: Config) -> Self {
        Self { config, tls: Tls::disabled(), secrets: Vec::new() }
    }

    /// Reads a URL or `key=value` pairs. What they do not say is what the environment says by the names that PostgreSQL's
    /// own clients read: `PGHOST`, `PGPORT`, `PGUSER`, `PGDATABASE`, `PGPASSWORD`, `PGSSLMODE` and the like.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let failed = |why: String| Error(format!("the database URL cannot be read: {}", redact(url, &why)));
        let scheme = url.split_once("://").map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| !scheme.contains('=') && !["postgres", "postgresql"].contains(&scheme))
        {
            return Err(failed("it does not begin with `postgresql://`".to_owned()));
        }
        let asked = Asked::of(url).or_else(|name| env::var(name).ok());
        let mut config: Config = asked.rest.parse().map_err(|error| failed(chain(&error)))?;
        let tls = Tls::of(asked).map_err(failed)?;
        let unsaid = |is_unsaid: bool, name: &str| is_unsaid.then(|| env::var(name).ok()).flatten();
        let has_host = !config.get_hosts().is_empty() || !config.get_hostaddrs().is_empty();
        if let Some(host) = unsaid(!has_host, "PGHOST") {
            config.host(&host);
        }
        if let Some(port) = unsaid(config.get_ports().is_empty(), "PGPORT") {
            config.port(port.parse().map_err(|_| failed(format!("`PGPORT` is no port: `{port}`")))?);
        }
        if let Some(user) = unsaid(config.get_user().is_none(), "PGUSER") {
            config.user(&user);
        }
        if let Some(name) = unsaid(config.get_dbname().is_none(), "PGDATABASE") {
            config.dbname(&name);
        }
        if let Some(password) = unsaid(config.get_password().is_none(), "PGPASSWORD") {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        let mut secrets = secrets(url);
        secrets.extend(config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
        secrets.retain(|secret| !secret.is_empty());
        Ok(Self { config, tls, secrets })
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
        // A socket of this machine has no TLS.
        let is_local = !config.get_hosts().is_empty() && config.get_hosts().iter().all(sockets);
        let connected = match self.tls.mode {
            _ if is_local => config.ssl_mode(SslMode::Disable).connect(NoTls),
            Mode::Disable => config.ssl_mode(SslMode::Disable).connect(NoTls),
            Mode::Prefer => config.ssl_mode(SslMode::Prefer).connect(self.tls.connector()?),
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => {
                config.ssl_mode(SslMode::Require).connect(self.tls.connector()?)
            }
        };
        connected.map_err(|error| {
            let Error(mut why) = Error::of("the server cannot be reached", &error);
            why.push_str(&format!(", at {}", self.address()));
            if let Some(advice) = self.tls.advice(&why) {
                why.push_str("; ");
                why.push_str(&advice);
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

#[cfg(test)]
mod tests {
    use super::redact;

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
