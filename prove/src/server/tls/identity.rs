//! Who the client is: its own certificate and the key to it, for servers that ask for one.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::from_file;
use crate::server::Error;

/// Where PostgreSQL's own clients look in a user's folder.
const CERTIFICATE: &str = ".postgresql/postgresql.crt";
const KEY: &str = ".postgresql/postgresql.key";

/// The files that were named; without, those in the user's folder are taken where they are there.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// A certificate with those of its authorities, and its key.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    /// The file of the certificate.
    file: PathBuf,
}

impl Files {
    /// Reads them; none where no certificate was named and the user's folder has none.
    pub(super) fn read(&self) -> Result<Option<Identity>, Error> {
        let Some(file) = self.certificate() else {
            return match &self.key {
                None => Ok(None),
                Some(key) => Err(Error::new(format!(
                    "`sslkey` names {}, and no certificate is named: name its file with `sslcert=FILE`",
                    key.display()
                ))),
            };
        };
        let chain = from_file("sslcert", &file)?;
        let Some(key) = self.key.clone().or_else(|| of_user(KEY)) else {
            return Err(Error::new(format!(
                "no key is named for the certificate {}: name its file with `sslkey=FILE`",
                file.display()
            )));
        };
        Ok(Some(Identity { chain, key: read_key(&key)?, file }))
    }

    /// Returns what to do about a server that refuses the client for its certificate or for want of one.
    pub(super) fn advice(&self, why: &str) -> Option<String> {
        let own = self.certificate();
        if why.contains("requires a valid client certificate") || why.contains("CertificateRequired") {
            return Some(
                "name the files of yours and of its key with `sslcert=FILE` and `sslkey=FILE`".to_owned(),
            );
        }
        let file = own?.display().to_string();
        if why.contains("certificate authentication failed") {
            return Some(format!(
                "the common name of the certificate {file} has to be the user's, or the server's pg_ident.conf has to \
                 map it to the user"
            ));
        }
        const DISTRUST: &[&str] =
            &["UnknownCA", "BadCertificate", "CertificateUnknown", "DecryptError", "AccessDenied"];
        if DISTRUST.iter().any(|alert| why.contains(&format!("fatal alert: {alert}"))) {
            return Some(format!(
                "the server does not trust the certificate {file}: one is wanted that an authority of its `ssl_ca_file` \
                 signed"
            ));
        }
        let is_over = why.contains("fatal alert: CertificateExpired");
        is_over.then(|| format!("the certificate {file} is not valid any more: have it renewed"))
    }

    fn certificate(&self) -> Option<PathBuf> {
        self.certificate.clone().or_else(|| of_user(CERTIFICATE))
    }
}

impl Identity {
    /// Says why TLS does not take it.
    pub(super) fn refused(&self, error: &rustls::Error) -> Error {
        let file = self.file.display();
        match error {
            rustls::Error::InconsistentKeys(_) => {
                Error::new(format!("the key of `sslkey` is not that of the certificate {file}"))
            }
            error => Error::new(format!("the certificate {file} cannot be used with its key: {error}")),
        }
    }
}

/// Returns a file of the user's folder that is there.
fn of_user(path: &str) -> Option<PathBuf> {
    Some(env::home_dir()?.join(path)).filter(|file| file.is_file())
}

/// Reads a key, in whichever of its forms. No message repeats anything of it.
fn read_key(file: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let failed = |why: &dyn fmt::Display| {
        Error::new(format!("the key of `sslkey` cannot be read: {}: {why}", file.display()))
    };
    let bytes = fs::read(file).map_err(|error| failed(&error))?;
    if let Some(why) = open_to_others(file) {
        return Err(failed(&why));
    }
    if !bytes.starts_with(b"-----") && !bytes.windows(10).any(|window| window == b"-----BEGIN") {
        return PrivateKeyDer::try_from(bytes).map_err(|_| failed(&"it holds no key"));
    }
    if bytes.windows(9).any(|window| window == b"ENCRYPTED") {
        let plain = "it is encrypted, and a passphrase is not asked for: `openssl pkey -in FILE -out OTHER` writes it plainly";
        return Err(failed(&plain));
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| failed(&"it holds no key"))
}

/// Says why a key is none that only its owner knows, as PostgreSQL's own clients have it.
#[cfg(unix)]
fn open_to_others(file: &Path) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(file).ok()?;
    let forbidden = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    (metadata.mode() & forbidden != 0)
        .then_some("others may read it: take their right with `chmod 0600`, or `0640` where root owns it")
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<&'static str> {
    None
}
