//! TLS and proxies: trusted certificates, certificate errors, and `CONNECT` tunnels.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::support::{CommandOutput, check_all, run, strigo_with_endpoint, unused_endpoint};

const VALID_YEARS: (i32, i32) = (2020, 2120);

/// An HTTPS server with a certificate from its own certificate authority (CA).
struct TlsServer {
    port: u16,
    connections: Arc<AtomicUsize>,
    dir: TempDir,
}

impl TlsServer {
    /// Starts a server with a certificate for the host `name`, valid from the first to the second of `years`.
    fn start(name: &str, years: (i32, i32)) -> Self {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        // Every CA needs a distinct name: a verifier selects CAs by name.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let ca_number = COUNT.fetch_add(1, Ordering::SeqCst);
        ca.distinguished_name.push(DnType::CommonName, format!("Authority {ca_number}"));
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_pem = ca.self_signed(&ca_key).unwrap().pem();
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("ca.pem"), ca_pem).unwrap();

        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
        let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
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
                // Some tests make the client abort the handshake, so errors are ignored.
                let _ = stream.read(&mut [0; 4096]).and_then(|_| {
                    let body = r#"{"data":[{"id":"1","name":"one"}],"result":"success"}"#;
                    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
                    stream.flush()
                });
            }
        });
        TlsServer { port, connections, dir }
    }

    /// Runs `strigo` with `SSL_CERT_FILE` set to this server's CA if `is_trusted`, or else to another CA.
    fn strigo(&self, args: &[&str], is_trusted: bool) -> CommandOutput {
        let mut command = strigo_with_endpoint(&format!("https://localhost:{}/api/v1", self.port), args);
        if is_trusted {
            command.env("SSL_CERT_FILE", self.dir.path().join("ca.pem"));
        } else {
            let other = TlsServer::start("localhost", VALID_YEARS);
            command.env("SSL_CERT_FILE", other.dir.path().join("ca.pem"));
            return run(command);
        }
        run(command)
    }
}

/// A forward proxy that tunnels `CONNECT`, optionally requires a `proxy-authorization` value, and records requests.
struct Proxy {
    address: SocketAddr,
    request_heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(authorization: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy { address: listener.local_addr().unwrap(), request_heads: Arc::default() };
        let request_heads = Arc::clone(&proxy.request_heads);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let request_heads = Arc::clone(&request_heads);
                // An I/O error ends this tunnel only.
                std::thread::spawn(move || drop(tunnel(client, authorization, &request_heads)));
            }
        });
        proxy
    }

    fn request_heads(&self) -> Vec<String> {
        self.request_heads.lock().unwrap().clone()
    }
}

/// Reads a `CONNECT` request, and forwards bytes in both directions until either side closes.
fn tunnel(
    mut client: TcpStream,
    authorization: Option<&str>,
    request_heads: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    request_heads.lock().unwrap().push(head.clone());
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

/// Runs `partners list` against a server with these environment variables.
fn list_with_env(server: &TlsServer, variables: &[(&str, &str)]) -> CommandOutput {
    let mut command = strigo_with_endpoint(&format!("https://localhost:{}/api/v1", server.port), &["partners", "list"]);
    command.env("SSL_CERT_FILE", server.dir.path().join("ca.pem")).envs(variables.iter().copied());
    command.args(["--max-wait", "0"]);
    run(command)
}

#[test]
fn proxy_tunnel_does_not_see_key() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    let proxy = Proxy::start(None);
    let url = format!("http://{}", proxy.address);
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        list_with_env(&server, &[(variable, &url)]).assert(0, "1\tone\n", "");
    }
    let heads = proxy.request_heads();
    assert_eq!(heads.len(), 3);
    for head in &heads {
        assert!(head.starts_with(&format!("CONNECT localhost:{} ", server.port)), "{head}");
        assert!(!head.contains("Bearer") && !head.contains(crate::server::API_KEY), "{head}");
    }
}

#[test]
fn proxy_basic_authentication() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    // `dana:pass` in Base64.
    let proxy = Proxy::start(Some("Basic ZGFuYTpwYXNz"));
    let url = format!("http://dana:pass@{}", proxy.address);
    list_with_env(&server, &[("HTTPS_PROXY", &url)]).assert(0, "1\tone\n", "");
    let output = list_with_env(&server, &[("HTTPS_PROXY", &format!("http://{}", proxy.address))]);
    let expected = format!(
        "error: cannot list partners: the proxy http://{address} (from HTTPS_PROXY) requires valid credentials (407)\n\
         hint: set HTTPS_PROXY to http://USER:PASSWORD@{address}, with special characters percent-encoded\n",
        address = proxy.address
    );
    output.assert(3, "", &expected);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

/// Starts a proxy that sends this response to everything. Returns its address and the number of requests.
fn refusing_proxy(response: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, request_count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&request_count);
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(response.as_bytes());
        }
    });
    (address, request_count)
}

#[test]
fn proxy_failure_names_the_proxy_without_its_password() {
    let target = "localhost:9";
    let refused = "it refused to connect";
    let cases = [
        ("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n", 7, 4, refused),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 3, 1, "requires valid credentials (407)"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", 7, 4, refused),
        ("not HTTP\r\n\r\n", 7, 4, refused),
        ("", 7, 4, "it closed the connection"),
    ];
    let calls = [&["partners", "list"][..], &["partners", "create", "n", "--allow-duplicate"]];
    let cases = cases.iter().flat_map(|case| calls.map(|args| (args, case)));
    check_all(cases, |(args, (response, code, requests, expected))| {
        let (address, request_count) = refusing_proxy(response);
        let mut command = strigo_with_endpoint(&format!("https://{target}/api/v1"), args);
        command.env("HTTPS_PROXY", format!("http://dana:s3cret@{address}"));
        let output = run(command);
        assert_eq!((output.code, output.stdout.as_str()), (*code, ""), "{response}: {}", output.stderr);
        let message = format!("the proxy http://{address} (from HTTPS_PROXY)");
        assert!(output.stderr.contains(&message) && output.stderr.contains(expected), "{response}: {}", output.stderr);
        assert!(!output.stderr.contains("s3cret") && !output.stderr.contains("ZGFuYT"), "{}", output.stderr);
        assert_eq!(request_count.load(Ordering::SeqCst), *requests, "{response}");
    });
}

#[test]
fn proxy_that_is_down_is_named() {
    let address = unused_endpoint().trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let mut command = strigo_with_endpoint("https://h.example/api/v1", &["partners", "list", "--max-wait", "0"]);
    command.env("ALL_PROXY", format!("dana:s3cret@{address}"));
    let output = run(command);
    assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
    let expected =
        format!("cannot connect to https://h.example/api/v1 through the proxy http://{address} (from ALL_PROXY): ");
    assert!(output.stderr.contains(&expected) && !output.stderr.contains("s3cret"), "{}", output.stderr);
}

#[test]
fn proxy_that_is_not_a_url_is_an_error() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    // On Windows, both are the same variable.
    let variable = if cfg!(windows) { "HTTPS_PROXY" } else { "https_proxy" };
    let stderr = format!(
        "error: {variable} is not the http:// or https:// URL of a proxy\n\
         hint: set {variable} to a URL such as http://proxy.example:3128, or unset it\n"
    );
    list_with_env(&server, &[(variable, "\"http://proxy.example:3128\"\r")]).assert(3, "", &stderr);
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn no_proxy_bypasses_proxy() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    let proxy = Proxy::start(None);
    let url = format!("http://{}", proxy.address);
    list_with_env(&server, &[("HTTPS_PROXY", &url), ("NO_PROXY", "localhost")]).assert(0, "1\tone\n", "");
    list_with_env(&server, &[("HTTPS_PROXY", &url), ("no_proxy", "127.0.0.1,localhost")]).assert(0, "1\tone\n", "");
    assert!(proxy.request_heads().is_empty());
}

#[test]
fn ssl_cert_file_trusts_private_ca() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    server.strigo(&["partners", "list"], true).assert(0, "1\tone\n", "");
}

/// The recipe of the page on configuration, with another file in place of the system's certificates.
#[cfg(unix)]
#[test]
fn ssl_cert_file_with_both_trusts_public_and_private_servers() {
    let (public, private) = (TlsServer::start("localhost", VALID_YEARS), TlsServer::start("localhost", VALID_YEARS));
    let (ca, dir) = (|server: &TlsServer| server.dir.path().join("ca.pem"), TempDir::new().unwrap());
    std::fs::copy(ca(&private), dir.path().join("private-ca.pem")).unwrap();
    let page = include_str!("../../docs/configuration.md");
    let recipe =
        page.split("```sh\n").find(|block| block.contains("> all-cas.pem")).unwrap().split("```").next().unwrap();
    let system = ca(&public).to_str().unwrap().to_owned();
    let script = recipe.replace("/etc/ssl/certs/ca-certificates.crt", &system) + "printf %s \"$SSL_CERT_FILE\"";
    let output = std::process::Command::new("bash").args(["-ec", &script]).current_dir(dir.path()).output().unwrap();
    let both = String::from_utf8(output.stdout).unwrap();
    for server in [&public, &private] {
        list_with_env(server, &[("SSL_CERT_FILE", &both)]).assert(0, "1\tone\n", "");
    }
    // What it replaces.
    let output = list_with_env(&public, &[("SSL_CERT_FILE", ca(&private).to_str().unwrap())]);
    assert!(output.code == 7 && output.stderr.contains("unknown authority"), "{}", output.stderr);
    assert!(output.stderr.contains("put its certificate and the public ones into one file"), "{}", output.stderr);
}

#[test]
fn malformed_certificates_are_skipped() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    let file = server.dir.path().join("ca.pem");
    let certificate = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, certificate.replacen("MI", "M!", 1) + &certificate).unwrap();
    server.strigo(&["partners", "list"], true).assert(0, "1\tone\n", "");
}

#[cfg(unix)]
#[test]
fn certificates_can_come_from_a_pipe() {
    let server = TlsServer::start("localhost", VALID_YEARS);
    let mut command = strigo_with_endpoint(&format!("https://localhost:{}/api/v1", server.port), &["partners", "list"]);
    command.env("SSL_CERT_FILE", "/dev/stdin").pipe_stdin(server.dir.path().join("ca.pem")).unwrap();
    run(command).assert(0, "1\tone\n", "");
}

#[test]
fn certificate_error_is_explained_and_not_retried() {
    for (name, years, is_trusted, expected, hint) in [
        ("localhost", VALID_YEARS, false, "signed by an unknown authority", "SSL_CERT_FILE"),
        ("localhost", (2019, 2020), true, "has expired", "clock"),
        ("localhost", (2119, 2120), true, "is not valid yet", "clock"),
        ("other.example", VALID_YEARS, true, "is not valid for this host name", "host name"),
    ] {
        for args in [&["partners", "list"][..], &["partners", "create", "n", "--allow-duplicate"]] {
            let server = TlsServer::start(name, years);
            let output = server.strigo(args, is_trusted);
            assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
            let message =
                format!("cannot connect to https://localhost:{}/api/v1: the server's certificate", server.port);
            assert!(output.stderr.contains(&message) && output.stderr.contains(expected), "{}", output.stderr);
            assert!(output.stderr.contains(hint) && !output.stderr.contains("waiting"), "{}", output.stderr);
            assert_eq!(server.connections.load(Ordering::SeqCst), 1, "{expected}");
        }
    }
}

/// Lists the partners of a server that does this with the connection. Returns its endpoint, too.
fn list_without_tls(serve: fn(TcpStream)) -> (String, CommandOutput) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://localhost:{}/api/v1", server.local_addr().unwrap().port());
    std::thread::spawn(move || serve(server.accept().unwrap().0));
    let ca = TlsServer::start("localhost", VALID_YEARS);
    let mut command = strigo_with_endpoint(&endpoint, &["partners", "list", "--max-wait", "0"]);
    command.env("SSL_CERT_FILE", ca.dir.path().join("ca.pem"));
    (endpoint, run(command))
}

#[test]
fn server_that_does_not_speak_tls_is_named() {
    let (endpoint, output) = list_without_tls(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        // Until the client closes: closing first could lose the response.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = format!("error: cannot list partners: cannot connect to {endpoint}: the server does not speak TLS\n");
    output.assert(
        7,
        "",
        &format!(
            "{error}hint: nothing was changed; it is safe to retry\nhint: check the port, and whether it is http://\n"
        ),
    );
}

/// A server that does not speak TLS may also just close the connection.
#[test]
fn connection_that_is_closed_before_tls_is_explained() {
    // Unread bytes would make it a reset.
    let (endpoint, output) = list_without_tls(|mut stream| drop(stream.read(&mut [0; 4096])));
    let error = format!("cannot connect to {endpoint}: the server closed the connection during the TLS handshake\n");
    assert!(output.code == 7 && output.stderr.contains(&error), "{}", output.stderr);
}

#[test]
fn tls_without_trusted_certificates_exits_3() {
    for file in ["/no/such/file.pem", "/dev/null"] {
        let mut command = strigo_with_endpoint("https://localhost:9/api/v1", &["partners", "list"]);
        command.env("SSL_CERT_FILE", file);
        let output = run(command);
        assert_eq!((output.code, output.stdout.as_str()), (3, ""), "{}", output.stderr);
        assert!(output.stderr.contains("no trusted CA certificates found"), "{}", output.stderr);
    }
}

/// A store may have another CA than the API.
#[test]
fn ca_bundle_is_that_of_the_store() {
    let (store, api) = (TlsServer::start("localhost", VALID_YEARS), TlsServer::start("localhost", VALID_YEARS));
    let run_with = |ca_bundle: &std::path::Path| {
        let api_url = format!("https://localhost:{}/api/v1", api.port);
        let mut command = strigo_with_endpoint(&api_url, &["journal", "show", "--journal", "s3://jobs/x"]);
        command.args(["--max-wait", "0"]).env("SSL_CERT_FILE", api.dir.path().join("ca.pem"));
        command.env("AWS_ENDPOINT_URL_S3", format!("https://localhost:{}", store.port));
        command.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "secret").env("AWS_CA_BUNDLE", ca_bundle);
        run(command)
    };
    let output = run_with(&store.dir.path().join("ca.pem"));
    assert!(output.code == 2 && output.stderr.contains("journal.json is not a record"), "{}", output.stderr);
    let output = run_with(&api.dir.path().join("ca.pem"));
    assert!(output.stderr.contains("is signed by an unknown authority"), "{}", output.stderr);
    assert!(output.stderr.contains("and set AWS_CA_BUNDLE to it"), "{}", output.stderr);
    let output = run_with(&store.dir.path().join("missing.pem"));
    let message = "missing.pem': failed to read";
    assert!(output.code == 3 && output.stderr.contains(message), "{}", output.stderr);
    assert!(
        output.stderr.ends_with("hint: AWS_CA_BUNDLE must name a file of certificates in the PEM format\n"),
        "{}",
        output.stderr
    );
}
