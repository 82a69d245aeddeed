//! TLS by rustls, with `ring` and the system's CA certificates.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::sign::SigningKey;
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_native_certs::load_native_certs;

use crate::error::{Error, ErrorKind};
use crate::text::error_message;

/// Creates a configuration that trusts the CAs that the system trusts. With `needs_roots` false (the connection is not
/// encrypted), the CA certificates are not read.
///
/// Returns [`ErrorKind::Config`] if there are no CA certificates.
pub(super) fn client_config(needs_roots: bool) -> Result<ClientConfig, Error> {
    let roots = if needs_roots { load_roots()? } else { RootCertStore::empty() };
    let config = ClientConfig::builder_with_details(Arc::new(crypto_provider()), Arc::new(SystemTimeProvider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(ErrorKind::Unexpected, format!("cannot initialize TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// The algorithms of `ring`, without those that sign, which make the executable larger: there are no client certificates.
fn crypto_provider() -> CryptoProvider {
    CryptoProvider { key_provider: &NoPrivateKeys, ..ring::default_provider() }
}

#[derive(Debug)]
struct NoPrivateKeys;

impl KeyProvider for NoPrivateKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("client certificates are not supported".to_owned()))
    }
}

/// The system's time. Unlike that of rustls, it does not panic if the clock is before 1970, but makes the connection fail.
#[derive(Debug)]
struct SystemTimeProvider;

impl TimeProvider for SystemTimeProvider {
    fn current_time(&self) -> Option<UnixTime> {
        SystemTime::now().duration_since(UNIX_EPOCH).ok().map(UnixTime::since_unix_epoch)
    }
}

/// Loads the certificates of `SSL_CERT_FILE` and `SSL_CERT_DIR` if one of them is set. Otherwise loads the system's bundle,
/// and its directory only if the bundle is not enough: both hold the same certificates, and reading both takes longer.
fn load_roots() -> Result<RootCertStore, Error> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty());
    let bundle = match (variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR")) {
        (Some(file), None) => Some(PathBuf::from(file)),
        (None, None) if cfg!(all(unix, not(target_os = "macos"))) => openssl_probe::probe().cert_file,
        _ => None,
    };
    if let Some(roots) = bundle.and_then(|file| read_bundle(&file)).filter(|roots| !roots.is_empty()) {
        return Ok(roots);
    }
    let system = load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        let cause = system.errors.first().map(|error| format!(": {}", error_message(error))).unwrap_or_default();
        let error = Error::new(ErrorKind::Config, format!("no trusted CA certificates found{cause}"));
        let hint = "install the system's CA certificates (Debian: ca-certificates), or set SSL_CERT_FILE";
        return Err(error.with_hint(hint));
    }
    Ok(roots)
}

/// Reads a file of CA certificates, several times as fast as [`load_native_certs`], whose time would be most of a call's.
/// Returns `None` for that function to decide if the file is not readable or not as [`parse_bundle`] expects it.
fn read_bundle(file: &Path) -> Option<RootCertStore> {
    // A pipe could not be read twice.
    if !fs::metadata(file).ok()?.is_file() {
        return None;
    }
    parse_bundle(BufReader::new(File::open(file).ok()?))
}

/// Parses CA certificates in PEM (RFC 7468). Returns `None` if there is anything malformed or of another type.
fn parse_bundle(mut pem: impl BufRead) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (mut line, mut base64, mut der) = (Vec::new(), Vec::new(), Vec::new());
    let mut in_certificate = false;
    while pem.read_until(b'\n', &mut line).ok()? > 0 {
        match (line.trim_ascii_end(), in_certificate) {
            (b"-----BEGIN CERTIFICATE-----", false) => in_certificate = true,
            (b"-----END CERTIFICATE-----", true) => {
                BASE64_STANDARD.decode_vec(&base64, &mut der).ok()?;
                roots.add_parsable_certificates([CertificateDer::from(der.as_slice())]);
                in_certificate = false;
                base64.clear();
                der.clear();
            }
            (line, _) if line.starts_with(b"-----") => return None,
            (line, true) => base64.extend_from_slice(line),
            (_, false) => {}
        }
        line.clear();
    }
    (!in_certificate).then_some(roots)
}

/// Describes what is wrong with a server's certificate, and returns a hint.
pub(super) fn describe_certificate_error(error: &CertificateError) -> (String, &'static str) {
    let (description, hint) = match error {
        CertificateError::UnknownIssuer => (
            "is signed by an unknown authority",
            "if your organization uses its own CA or a TLS-inspecting proxy, set SSL_CERT_FILE to its CA certificate",
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("has expired", "check this machine's clock; if it is right, the server's certificate must be renewed")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "check this machine's clock")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("is not valid for this host name", "check the endpoint's host name; the connection may be intercepted")
        }
        // rustls shows an error of its verifier only in the verifier's debug format.
        CertificateError::Other(_) => (
            "cannot be used for server authentication",
            "the server needs a certificate signed by a CA; to trust a private CA, set SSL_CERT_FILE to its certificate",
        ),
        other => {
            let hint = "the server's certificate must be fixed, or its CA added with SSL_CERT_FILE";
            return (format!("invalid server certificate: {other}"), hint);
        }
    };
    (format!("the server's certificate {description}"), hint)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    fn certificate() -> String {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem().replace("\r\n", "\n")
    }

    /// Parses with the library, which ignores what is malformed.
    fn parse_by_library(pem: &str) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok));
        roots
    }

    #[test]
    fn bundle_has_the_certificates_that_the_library_finds() {
        let (first, second) = (certificate(), certificate());
        let not_a_certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        for (pem, count) in [
            (format!("{first}{second}"), 2),
            (format!("# Root 1\n{first}\n\n# Root 2\n{second}"), 2),
            (first.replace('\n', "\r\n"), 1),
            (first.trim_end().to_owned(), 1),
            (format!("{not_a_certificate}{first}"), 1),
            (String::new(), 0),
        ] {
            let roots = parse_bundle(pem.as_bytes()).unwrap_or_else(|| panic!("{pem}"));
            assert_eq!((roots.len(), &roots.roots), (count, &parse_by_library(&pem).roots), "{pem}");
        }
    }

    #[test]
    fn other_bundle_is_left_to_the_library() {
        let pem = certificate();
        let lines: Vec<&str> = pem.lines().collect();
        for other in [
            lines[..lines.len() - 1].join("\n"),
            format!("{}\n{pem}", lines[0]),
            pem.replacen("MI", "M!", 1),
            pem.replacen("MI", "Proc-Type: 4,ENCRYPTED\n\nMI", 1),
            pem.replacen("MI", "MII", 1),
            pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
            format!("#{pem}"),
            format!("{}\n{pem}", KeyPair::generate().unwrap().serialize_pem()),
        ] {
            assert!(parse_bundle(other.as_bytes()).is_none(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn bundle_never_differs_from_the_library(picks in proptest::collection::vec(0usize..14, 0..12)) {
            let pem = certificate();
            let lines: Vec<&str> = pem.lines().collect();
            let (begin, end, body) = (lines[0], lines[lines.len() - 1], lines[1..lines.len() - 1].join("\n"));
            let fragments = [
                begin, end, &body, &pem, "-----BEGIN TRUSTED CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----",
                "-----END PRIVATE KEY-----", "", " ", "# comment", "MAA=", "MAA", "\t-----BEGIN CERTIFICATE-----", "\r",
            ];
            let mut text = String::new();
            for pick in picks {
                writeln!(text, "{}", fragments[pick]).unwrap();
            }
            if let Some(roots) = parse_bundle(text.as_bytes()) {
                prop_assert_eq!(roots.roots, parse_by_library(&text).roots);
            }
        }
    }
}
