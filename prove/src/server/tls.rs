//! TLS as `sslmode` asks for it, with the meaning that PostgreSQL's own clients give to its words.

mod identity;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Error;
use super::asked::Asked;

/// How far a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// Not at all.
    Disable,
    /// Where the server has TLS; whoever it is.
    Prefer,
    /// Always; whoever the server is.
    Require,
    /// Always, and a known authority signed the server's certificate.
    VerifyCa,
    /// Always, and the certificate is for the host that was asked for.
    VerifyFull,
}

impl Mode {
    /// Reads a word of `sslmode`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "disable" => Self::Disable,
            // A client that only allows TLS connects without it first; what it reaches, this one reaches as well.
            "allow" | "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => return None,
        })
    }
}

/// What a connection asks of TLS.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    pub(super) mode: Mode,
    /// The file of those who may have signed the server's certificate; without, those whom this machine trusts.
    authorities: Option<PathBuf>,
    /// The files of the client's own certificate and key.
    identity: identity::Files,
}

impl Tls {
    /// None at all.
    pub(super) fn disabled() -> Self {
        Self { mode: Mode::Disable, authorities: None, identity: identity::Files::default() }
    }

    /// Reads what was asked for, or says what cannot be understood of it.
    pub(super) fn of(asked: Asked) -> Result<Self, String> {
        let mode = match &asked.mode {
            None => Mode::Prefer,
            Some(word) => Mode::parse(word).ok_or_else(|| {
                format!(
                    "`sslmode` is none of disable, allow, prefer, require, verify-ca and verify-full: `{word}`"
                )
            })?,
        };
        let identity = identity::Files {
            certificate: asked.certificate.map(PathBuf::from),
            key: asked.key.map(PathBuf::from),
        };
        // Who trusts everybody whom the machine trusts has to know to whom he speaks.
        if asked.authorities.as_deref() == Some("system") {
            return Ok(Self { mode: Mode::VerifyFull, authorities: None, identity });
        }
        Ok(Self { mode, authorities: asked.authorities.map(PathBuf::from), identity })
    }

    /// Makes what connects.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, Error> {
        let trusted = match &self.authorities {
            // As with PostgreSQL's own clients, a file of authorities is meant to be used, whatever the mode.
            Some(file) => Some(from_file("sslrootcert", file)?),
            None => (self.mode >= Mode::VerifyCa).then(of_machine),
        };
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::new(format!("TLS cannot be used: {error}")))?;
        let verifier = Verifier {
            roots: trusted.as_ref().map(|trusted| {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(trusted.iter().cloned());
                roots
            }),
            trusted: trusted.unwrap_or_default(),
            by_name: self.mode == Mode::VerifyFull,
            provider,
        };
        let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        let config = match self.identity.read()? {
            None => config.with_no_client_auth(),
            Some(own) => {
                let refused = |error| own.refused(&error);
                config.with_client_auth_cert(own.chain.clone(), own.key.clone_key()).map_err(refused)?
            }
        };
        Ok(MakeRustlsConnect::new(config))
    }

    /// Returns what to do about a connection that is refused for want of the right certificate.
    pub(super) fn advice(&self, why: &str) -> Option<String> {
        if why.contains("UnknownIssuer") {
            return Some("name the file of the authority's certificate with `sslrootcert=FILE`".to_owned());
        }
        if self.mode == Mode::Disable && why.contains("no encryption") {
            return Some("ask for TLS with `sslmode=require`".to_owned());
        }
        self.identity.advice(why)
    }
}

/// Returns whom this machine trusts, and whom its user trusts for PostgreSQL.
fn of_machine() -> Vec<CertificateDer<'static>> {
    let own = std::env::home_dir().map(|home| home.join(".postgresql/root.crt"));
    let own = own.filter(|file| file.is_file()).and_then(|file| from_file("sslrootcert", &file).ok());
    let system = rustls_native_certs::load_native_certs().certs;
    own.into_iter().flatten().chain(system).collect()
}

/// Reads the certificates of a file that a setting names.
fn from_file(setting: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let failed = |why: &dyn std::fmt::Display| {
        Error::new(format!("the certificates of `{setting}` cannot be read: {}: {why}", file.display()))
    };
    let read = CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))?;
    let certificates = read.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
    if certificates.is_empty() { Err(failed(&"it holds none")) } else { Ok(certificates) }
}

/// Holds a server's certificate to what the mode asks for.
#[derive(Debug)]
struct Verifier {
    /// Who may have signed it; none where anybody may.
    roots: Option<RootCertStore>,
    /// The same as certificates: a server's own may be among them.
    trusted: Vec<CertificateDer<'static>>,
    /// Whether it has to be for the host that was asked for.
    by_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let certificate = ParsedCertificate::try_from(end_entity)?;
        // A certificate that signed itself is its own authority, whatever it says that it may be used for.
        if !self.trusted.contains(end_entity) {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, algorithms)?;
        }
        if self.by_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
