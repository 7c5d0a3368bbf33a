//! TLS as the URL asks for it, on local binaries with certificates of this test's own.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedKey, IsCa, Issuer, KeyPair};
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
        let mut database = self.server.create_database().unwrap();
        // The server writes its own files: it may run as another user.
        for (file, text) in [("server.crt", certificate), ("server.key", key)] {
            let lines: Vec<String> = text.lines().map(|line| format!("('{line}')")).collect();
            let lines = lines.join(", ");
            let program = format!("rm -f {file}; umask 077; cat > {file}");
            let copy = format!("COPY (SELECT line FROM (VALUES {lines}) l (line)) TO PROGRAM '{program}'");
            database.client.batch_execute(&copy).unwrap();
        }
        database.client.batch_execute("ALTER SYSTEM SET ssl = on").unwrap();
        database.client.batch_execute("SELECT pg_reload_conf()").unwrap();
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
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let file = fixture.file("authority.pem", &authority.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    fixture.present(&params.signed_by(&key, &issuer).unwrap().pem(), &key.serialize_pem());
    assert_eq!(fixture.reach("localhost", "verify-full", Some(&file)), Ok(true));
    assert_eq!(fixture.reach("127.0.0.1", "verify-ca", Some(&file)), Ok(true));
    assert!(fixture.reach("127.0.0.1", "verify-full", Some(&file)).is_err());
    assert!(fixture.reach("localhost", "verify-full", None).is_err());
    let empty = fixture.file("empty.pem", "");
    let refused = fixture.reach("localhost", "verify-full", Some(&empty)).unwrap_err();
    assert!(refused.contains("empty.pem: it holds none"), "{refused}");
}
