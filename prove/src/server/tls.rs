//! TLS as `sslmode` asks for it, with the meaning that PostgreSQL's own clients give to its words.

use std::path::Path;
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

/// Makes what connects with TLS. The authorities are those of the file, or of this machine where none is given.
pub(super) fn connector(mode: Mode, authorities: Option<&Path>) -> Result<MakeRustlsConnect, Error> {
    // As with PostgreSQL's own clients, a file of authorities is meant to be used.
    let mode = if authorities.is_some() { mode.max(Mode::VerifyCa) } else { mode };
    let trusted = match authorities {
        _ if mode < Mode::VerifyCa => None,
        Some(file) => Some(from_file(file)?),
        None => Some(of_machine()),
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
        by_name: mode == Mode::VerifyFull,
        provider,
    };
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

/// Returns whom this machine trusts, and whom its user trusts for PostgreSQL.
fn of_machine() -> Vec<CertificateDer<'static>> {
    let own = std::env::home_dir().map(|home| home.join(".postgresql/root.crt"));
    let own = own.filter(|file| file.is_file()).and_then(|file| from_file(&file).ok());
    let system = rustls_native_certs::load_native_certs().certs;
    own.into_iter().flatten().chain(system).collect()
}

fn from_file(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let failed = |why: &dyn std::fmt::Display| {
        Error::new(format!("the certificates of `sslrootcert` cannot be read: {}: {why}", file.display()))
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
