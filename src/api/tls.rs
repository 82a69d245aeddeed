//! TLS by rustls, with `ring` and the system's CA certificates.

use std::env;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::crypto::ring;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

use crate::error::{Error, ErrorKind};
use crate::text::error_message;

/// Creates a configuration that trusts the CAs that the system trusts. With `load_roots` false (the connection is not
/// encrypted), the CA certificates are not read: parsing them is most of the work of a call.
///
/// Returns [`ErrorKind::Config`] if there are no CA certificates.
pub(super) fn client_config(load_roots: bool) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if load_roots {
        let system = load_system_roots();
        roots.add_parsable_certificates(system.certs);
        if roots.is_empty() {
            let cause = system.errors.first().map(|error| format!(": {}", error_message(error))).unwrap_or_default();
            let error = Error::new(ErrorKind::Config, format!("no trusted CA certificates found{cause}"));
            let hint = "install the system's CA certificates (Debian: ca-certificates), or set SSL_CERT_FILE";
            return Err(error.with_hint(hint));
        }
    }
    let config = ClientConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(SystemTimeProvider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(ErrorKind::Unexpected, format!("cannot initialize TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
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
/// and its directory only if there is no bundle: both hold the same certificates, and reading both takes twice the time.
fn load_system_roots() -> CertificateResult {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(all(unix, not(target_os = "macos"))) && !is_set("SSL_CERT_FILE") && !is_set("SSL_CERT_DIR") {
        let bundle = openssl_probe::probe().cert_file;
        if bundle.is_some() {
            let result = load_certs_from_paths(bundle.as_deref(), None);
            if !result.certs.is_empty() {
                return result;
            }
        }
    }
    load_native_certs()
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
