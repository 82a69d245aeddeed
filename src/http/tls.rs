//! TLS by rustls, with `ring` and the system's CA certificates.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

use crate::error::{Error, ErrorKind};
use crate::text::error_message;

/// Creates a configuration that trusts the CAs of `ca_bundle`, or else those that the system trusts, or those of
/// `SSL_CERT_FILE` and `SSL_CERT_DIR`. With `needs_roots` false (the connection is not encrypted), no CA certificates are
/// read.
///
/// Returns [`ErrorKind::Config`] if there are no CA certificates.
pub(super) fn client_config(
    needs_roots: bool,
    ca_bundle: Option<&Path>,
    ca_variable: &str,
) -> Result<ClientConfig, Error> {
    let roots = if needs_roots { load_roots(ca_bundle, ca_variable)? } else { RootCertStore::empty() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(ErrorKind::Unexpected, format!("cannot initialize TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn load_roots(ca_bundle: Option<&Path>, ca_variable: &str) -> Result<RootCertStore, Error> {
    let found = ca_bundle.map_or_else(load_native_certs, |file| load_certs_from_paths(Some(file), None));
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let cause = found.errors.first().map(|error| format!(": {}", error_message(error))).unwrap_or_default();
        let place = ca_bundle.map(|file| format!(" in '{}'", file.display())).unwrap_or_default();
        let error = Error::new(ErrorKind::Config, format!("no trusted CA certificates found{place}{cause}"));
        return Err(error.with_hint(match ca_bundle {
            Some(_) => format!("{ca_variable} must name a file of certificates in the PEM format"),
            None => format!("install the system's CA certificates (Debian: ca-certificates), or set {ca_variable}"),
        }));
    }
    Ok(roots)
}

/// Describes what is wrong with a server's certificate, and returns a hint.
pub(super) fn describe_certificate_error(error: &CertificateError, ca_variable: &str) -> (String, String) {
    let trust_ca = format!("put its certificate and the public ones into one file, and set {ca_variable} to it");
    let (description, hint) = match error {
        CertificateError::UnknownIssuer => (
            "is signed by an unknown authority",
            format!("if your organization uses its own CA or a TLS-inspecting proxy, {trust_ca}"),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            "has expired",
            "check this machine's clock; if it is right, the server's certificate must be renewed".into(),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "check this machine's clock".into())
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            "is not valid for this host name",
            "check the endpoint's host name; the connection may be intercepted".into(),
        ),
        // rustls shows an error of its verifier only in the verifier's debug format.
        CertificateError::Other(_) => (
            "cannot be used for server authentication",
            format!("the server needs a certificate signed by a CA; to trust a private CA, {trust_ca}"),
        ),
        other => {
            return (format!("invalid server certificate: {other}"), "the server's certificate must be fixed".into());
        }
    };
    (format!("the server's certificate {description}"), hint)
}
