//! TLS: what is trusted, and what is said of a certificate that is not.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::support::{Ran, run, strigo_at};

/// An HTTPS server with a certificate of an authority of its own.
struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
    dir: TempDir,
}

impl TlsServer {
    /// `name` is what the certificate is for, and `years` when it is valid.
    fn start(name: &str, years: (i32, i32)) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        // Each has a name of its own, as authorities have.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        authority.distinguished_name.push(DnType::CommonName, format!("Authority {number}"));
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("authority.pem"), authority_pem).unwrap();

        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        let certificate = params.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let (counter, config) = (Arc::clone(&connections), Arc::new(config));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
                // A handshake that the client breaks off is what some tests are about.
                let _ = stream.read(&mut [0; 4096]).and_then(|_| {
                    let body = r#"{"data":[{"id":"1","name":"one"}],"result":"success"}"#;
                    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
                    stream.flush()
                });
            }
        });
        TlsServer { port, connections, dir }
    }

    /// Runs a command with the authority trusted, or not.
    fn strigo(&self, args: &[&str], is_trusted: bool) -> Ran {
        let mut command = strigo_at(&format!("https://localhost:{}/api/v1", self.port), args);
        if is_trusted {
            command.env("SSL_CERT_FILE", self.dir.path().join("authority.pem"));
        } else {
            let other = TlsServer::start("localhost", VALID);
            command.env("SSL_CERT_FILE", other.dir.path().join("authority.pem"));
            return run(command);
        }
        run(command)
    }
}

const VALID: (i32, i32) = (2020, 2120);

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let server = TlsServer::start("localhost", VALID);
    server.strigo(&["partners", "list"], true).expect(0, "1\tone\n", "");
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_apart_and_not_tried_again() {
    for (name, years, is_trusted, part, advice) in [
        ("localhost", VALID, false, "signed by an unknown authority", "SSL_CERT_FILE"),
        ("localhost", (2019, 2020), true, "has expired", "clock"),
        ("localhost", (2119, 2120), true, "is not valid yet", "clock"),
        ("other.example", VALID, true, "is for another host name", "host name"),
    ] {
        for args in [&["partners", "list"][..], &["partners", "create", "n"]] {
            let server = TlsServer::start(name, years);
            let ran = server.strigo(args, is_trusted);
            assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{}", ran.stderr);
            let said = format!("no connection to https://localhost:{}/api/v1: the server's certificate", server.port);
            assert!(ran.stderr.contains(&said) && ran.stderr.contains(part), "{}", ran.stderr);
            assert!(ran.stderr.contains(advice) && !ran.stderr.contains("waiting"), "{}", ran.stderr);
            assert_eq!(server.connections.load(Ordering::SeqCst), 1, "{part}");
        }
    }
}

#[test]
fn without_any_trusted_certificate_it_says_so() {
    for file in ["/no/such/file.pem", "/dev/null"] {
        let mut command = strigo_at("https://localhost:9/api/v1", &["partners", "list"]);
        command.env("SSL_CERT_FILE", file);
        let ran = run(command);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains("no trusted certificates were found"), "{}", ran.stderr);
    }
}
