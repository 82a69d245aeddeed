//! TLS: what is trusted, and what is said of a certificate that is not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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

/// A forward proxy as companies have them: it tunnels `CONNECT`, perhaps only for who knows the password, and keeps what
/// it was asked.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(authorization: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let asked = Arc::clone(&proxy.asked);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let asked = Arc::clone(&asked);
                // A client that goes away ends its own tunnel alone.
                std::thread::spawn(move || drop(tunnel(client, authorization, &asked)));
            }
        });
        proxy
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn tunnel(mut client: TcpStream, authorization: Option<&str>, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    asked.lock().unwrap().push(head.clone());
    let expected = authorization.map(|value| format!("proxy-authorization: {}", value.to_lowercase()));
    if expected.is_some_and(|expected| !head.to_lowercase().contains(&expected)) {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    }
    let target = head.split(' ').nth(1).unwrap_or_default();
    let server = TcpStream::connect(target)?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
    std::io::copy(&mut { server }, &mut client).map(drop)
}

/// Runs `partners list` against a server through whatever these variables say.
fn list_through(server: &TlsServer, variables: &[(&str, &str)]) -> Ran {
    let mut command = strigo_at(&format!("https://localhost:{}/api/v1", server.port), &["partners", "list"]);
    command.env("SSL_CERT_FILE", server.dir.path().join("authority.pem")).envs(variables.iter().copied());
    command.args(["--max-wait", "0"]);
    run(command)
}

#[test]
fn a_proxy_carries_the_connection_and_never_sees_the_key() {
    let server = TlsServer::start("localhost", VALID);
    let proxy = Proxy::start(None);
    let url = format!("http://{}", proxy.address);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        list_through(&server, &[(variable, &url)]).expect(0, "1\tone\n", "");
    }
    let asked = proxy.asked();
    assert_eq!(asked.len(), 3);
    for head in &asked {
        assert!(head.starts_with(&format!("CONNECT localhost:{} ", server.port)), "{head}");
        assert!(!head.contains("Bearer") && !head.contains(crate::server::API_KEY), "{head}");
    }
}

#[test]
fn a_proxy_may_ask_for_a_password() {
    let server = TlsServer::start("localhost", VALID);
    // dana:pass in Base64.
    let proxy = Proxy::start(Some("Basic ZGFuYTpwYXNz"));
    let url = format!("http://dana:pass@{}", proxy.address);
    list_through(&server, &[("HTTPS_PROXY", &url)]).expect(0, "1\tone\n", "");
    let ran = list_through(&server, &[("HTTPS_PROXY", &format!("http://{}", proxy.address))]);
    assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("proxy authorization required"), "{}", ran.stderr);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn some_hosts_are_reached_without_the_proxy() {
    let server = TlsServer::start("localhost", VALID);
    let proxy = Proxy::start(None);
    let url = format!("http://{}", proxy.address);
    list_through(&server, &[("HTTPS_PROXY", &url), ("NO_PROXY", "localhost")]).expect(0, "1\tone\n", "");
    assert!(proxy.asked().is_empty());
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
