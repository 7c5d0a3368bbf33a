//! TLS as the URL asks for it, on local binaries with certificates of this test's own.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedKey, DnType, IsCa, Issuer, KeyPair};
use truthtable_prove::server::{Live, Server};

/// A server to reach, and the folder of the certificates.
struct Fixture {
    server: Server,
    folder: tempfile::TempDir,
}

impl Fixture {
    /// Starts a server; none where no binaries are found.
    fn start() -> Option<Self> {
        match Server::binaries(None) {
            Ok(server) => Some(Self { server, folder: tempfile::tempdir().unwrap() }),
            Err(error) => {
                eprintln!("skipped: {error}");
                None
            }
        }
    }

    /// Gives the server a certificate and its key, and turns TLS on.
    fn present(&mut self, certificate: &str, key: &str) {
        self.place(&[("server.crt", certificate), ("server.key", key)]);
        self.run("ALTER SYSTEM SET ssl = on");
        self.run("SELECT pg_reload_conf()");
    }

    /// Has the server write its own files: it may run as another user.
    fn place(&mut self, files: &[(&str, &str)]) {
        for (file, text) in files {
            let lines: Vec<String> = text.lines().map(|line| format!("('{line}')")).collect();
            let lines = lines.join(", ");
            let program = format!("rm -f {file}; umask 077; cat > {file}");
            let copy = format!("COPY (SELECT line FROM (VALUES {lines}) l (line)) TO PROGRAM '{program}'");
            self.run(&copy);
        }
    }

    fn run(&mut self, sql: &str) {
        let mut database = self.server.create_database().unwrap();
        database.client.batch_execute(sql).unwrap();
        self.server.drop_database(database);
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn url(&self, host: &str, mode: &str, authority: Option<&Path>) -> String {
        let url = self.server.url().replace("127.0.0.1", host);
        let authority = authority.map(|file| format!("&sslrootcert={}", file.display())).unwrap_or_default();
        format!("{url}?sslmode={mode}{authority}")
    }

    /// Says whether a connection is encrypted, or why there is none.
    fn reach(&self, host: &str, mode: &str, authority: Option<&Path>) -> Result<bool, String> {
        let url = self.url(host, mode, authority);
        assert_eq!(Server::at_url(&url).is_ok(), Live::open(&url).is_ok());
        Live::open(&url).map(|live| live.is_encrypted()).map_err(|error| error.to_string())
    }
}

#[test]
fn a_certificate_that_signed_itself() {
    let Some(mut fixture) = Fixture::start() else { return };
    assert_eq!(fixture.reach("127.0.0.1", "prefer", None), Ok(false));
    let refused = fixture.reach("127.0.0.1", "require", None).unwrap_err();
    assert!(refused.contains("server does not support TLS"), "{refused}");

    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fixture.present(&cert.pem(), &signing_key.serialize_pem());
    let own = fixture.file("own.pem", &cert.pem());
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = fixture.file("other.pem", &other.cert.pem());
    for (mode, encrypted) in [("disable", false), ("prefer", true), ("require", true)] {
        assert_eq!(fixture.reach("127.0.0.1", mode, None), Ok(encrypted), "{mode}");
    }
    assert_eq!(fixture.reach("127.0.0.1", "verify-ca", Some(&own)), Ok(true));
    assert_eq!(fixture.reach("localhost", "verify-full", Some(&own)), Ok(true));
    let refused = fixture.reach("127.0.0.1", "verify-full", Some(&own)).unwrap_err();
    assert!(refused.contains("certificate not valid for name"), "{refused}");
    for mode in ["require", "verify-ca", "verify-full"] {
        assert!(fixture.reach("localhost", mode, Some(&other)).is_err(), "{mode}");
    }
    let refused = fixture.reach("localhost", "verify-full", None).unwrap_err();
    assert!(refused.contains("sslrootcert=FILE"), "{refused}");
}

#[test]
fn a_certificate_that_an_authority_signed() {
    let Some(mut fixture) = Fixture::start() else { return };
    let authority = Authority::new("ours");
    let file = fixture.file("authority.pem", &authority.pem);
    let [certificate, key] = authority.sign(&["localhost"], "server");
    fixture.present(&certificate, &key);
    assert_eq!(fixture.reach("localhost", "verify-full", Some(&file)), Ok(true));
    assert_eq!(fixture.reach("127.0.0.1", "verify-ca", Some(&file)), Ok(true));
    assert!(fixture.reach("127.0.0.1", "verify-full", Some(&file)).is_err());
    assert!(fixture.reach("localhost", "verify-full", None).is_err());
    let empty = fixture.file("empty.pem", "");
    let refused = fixture.reach("localhost", "verify-full", Some(&empty)).unwrap_err();
    assert!(refused.contains("empty.pem: it holds none"), "{refused}");
}

/// An authority that signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Signs a certificate for a host or, without one, for a user; returns it and its key.
    fn sign(&self, hosts: &[&str], name: &str) -> [String; 2] {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        [params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem()]
    }
}

/// A server that lets in whom a certificate names, and nobody else.
#[test]
fn a_server_that_asks_for_a_certificate() {
    let Some(mut fixture) = Fixture::start() else { return };
    let (authority, other) = (Authority::new("ours"), Authority::new("others"));
    let [certificate, key] = authority.sign(&["localhost"], "server");
    fixture.present(&certificate, &key);
    fixture.place(&[("root.crt", &authority.pem)]);
    fixture.run("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
    fixture.run("SELECT pg_reload_conf()");
    let rules = "hostssl all postgres 127.0.0.1/32 cert clientcert=verify-full\nhostnossl all postgres 127.0.0.1/32 trust";
    fixture.place(&[("pg_hba.conf", rules)]);
    fixture.run("SELECT pg_reload_conf()");

    let root = fixture.file("root.pem", &authority.pem);
    let own = |name: &str, [certificate, key]: [String; 2]| {
        let files =
            [fixture.file(&format!("{name}.crt"), &certificate), fixture.file(&format!("{name}.key"), &key)];
        for file in &files {
            set_mode(file, 0o600);
        }
        files.map(|file| file.display().to_string())
    };
    let right = own("right", authority.sign(&[], "postgres"));
    let bob = own("bob", authority.sign(&[], "bob"));
    let stranger = own("stranger", other.sign(&[], "postgres"));
    let folder = fixture.folder.path().display().to_string();
    let reach = |mode: &str, certificate: Option<&str>, key: Option<&str>| {
        let url = fixture.url("localhost", mode, Some(&root));
        let named = |setting, file: Option<&str>| file.map(|file| format!("&{setting}={file}"));
        let files = [named("sslcert", certificate), named("sslkey", key)].map(Option::unwrap_or_default);
        let outcome = Live::open(&format!("{url}{}{}", files[0], files[1]));
        outcome
            .map(|live| live.is_encrypted())
            .map_err(|error| anywhere(&error.to_string()).replace(&folder, "DIR"))
    };
    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        assert_eq!(reach(mode, Some(&right[0]), Some(&right[1])), Ok(true), "{mode}");
    }
    let open = own("open", authority.sign(&[], "postgres"));
    set_mode(Path::new(&open[1]), 0o644);
    let encrypted = fixture.file(
        "encrypted.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    set_mode(&encrypted, 0o600);
    let missing = format!("{folder}/missing.crt");
    let told: Vec<String> = [
        (None, None),
        (None, Some(&right[1])),
        (Some(&right[0]), None),
        (Some(&missing), Some(&right[1])),
        (Some(&right[0]), Some(&bob[1])),
        (Some(&right[0]), Some(&right[0])),
        (Some(&right[0]), Some(&encrypted.display().to_string())),
        (Some(&open[0]), Some(&open[1])),
        (Some(&bob[0]), Some(&bob[1])),
        (Some(&stranger[0]), Some(&stranger[1])),
    ]
    .into_iter()
    .map(|(certificate, key)| {
        reach("verify-full", certificate.map(|it| &**it), key.map(|it| &**it)).unwrap_err()
    })
    .collect();
    let url = fixture.url("localhost", "disable", None).replace("postgres@", "ann@");
    let without = anywhere(&Live::open(&url).err().unwrap().to_string());
    insta::assert_snapshot!(format!("{}\n{without}", told.join("\n")));
}

/// Returns what is told of a server on this machine without its port, which is any that was free.
fn anywhere(told: &str) -> String {
    match told.split_once("localhost:") {
        Some((before, behind)) => {
            format!("{before}localhost:PORT{}", behind.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => told.to_owned(),
    }
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}
