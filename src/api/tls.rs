//! TLS by rustls, with `ring` and the system's certificate store.

use std::env;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

use crate::error::{Error, Kind};
use crate::text::cause;

/// A configuration that trusts what the system trusts. Where `needed` is false (the connection is not encrypted) the
/// store is not read: decoding it is most of the work of a call.
///
/// Fails with [`Kind::Config`] where no certificate can be found.
pub(super) fn config(needed: bool) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if needed {
        let found = system_certificates();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let why = found.errors.first().map(|error| format!(": {}", cause(error))).unwrap_or_default();
            return Err(Error::new(
                Kind::Config,
                format!("no trusted certificates were found to check the server's against{why}"),
            )
            .hint("Install the system's CA certificates (Debian: ca-certificates), or name a file in SSL_CERT_FILE."));
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(Kind::Unexpected, format!("cannot set up TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` where they are set. Otherwise the system's bundle, and only where there is none
/// its directory: both hold the same certificates, and reading both takes twice the time.
fn system_certificates() -> CertificateResult {
    let asked_for = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(all(unix, not(target_os = "macos"))) && !asked_for("SSL_CERT_FILE") && !asked_for("SSL_CERT_DIR") {
        let bundle = openssl_probe::probe().cert_file;
        if bundle.is_some() {
            let found = load_certs_from_paths(bundle.as_deref(), None);
            if !found.certs.is_empty() {
                return found;
            }
        }
    }
    load_native_certs()
}
