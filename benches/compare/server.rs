//! An nginx server on loopback, over HTTP and HTTPS, that serves partner lists as static files and accepts invitations.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, DnType, IsCa, KeyPair};

/// Paths of the system CA bundle on Debian, Fedora, and macOS.
const SYSTEM_BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// How long to wait for nginx to accept connections.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// The response body to every invitation.
const INVITATION: &str = r#"{"data":{"created_at":"2019-01-07T15:42:21.932Z","email":"trainer@partner-company.com","id":"8unc2Gt4sGcqJgBqX","link":"https://app.strigo.io/team/invite/LKOONmxKR2XcsbgKaz79xVVkAaPQyQ8PrX_1fVv3qFp","partner_id":"yCoaiix2pRjxMjCn7","status":"pending"},"result":"success"}"#;

/// A running nginx server. It is stopped on drop.
pub struct Server {
    nginx: Child,
    dir: PathBuf,
    http_port: u16,
    https_port: u16,
}

impl Server {
    /// Starts nginx with all of its files in `dir`. For each of `counts`, it serves a list of that many partners at
    /// `/COUNT/partners`.
    pub fn start(dir: &Path, counts: &[usize]) -> Result<Self, Box<dyn Error>> {
        for count in counts {
            let list = dir.join(format!("www/{count}"));
            fs::create_dir_all(&list)?;
            write_partners(BufWriter::new(File::create(list.join("partners"))?), *count)?;
        }
        let (http_port, https_port) = (free_port()?, free_port()?);
        write_certificates(dir)?;
        fs::write(dir.join("nginx.conf"), nginx_config(dir, http_port, https_port))?;
        let nginx = Command::new("nginx")
            .arg("-c")
            .arg(dir.join("nginx.conf"))
            .arg("-p")
            .arg(dir)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start nginx: {error}"))?;
        let server = Server { nginx, dir: dir.to_owned(), http_port, https_port };
        let deadline = Instant::now() + START_TIMEOUT;
        while std::net::TcpStream::connect(("127.0.0.1", https_port)).is_err() {
            if Instant::now() > deadline {
                return Err(format!("nginx did not start within {}s", START_TIMEOUT.as_secs()).into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Returns the HTTP endpoint that serves `count` partners.
    pub fn http(&self, count: usize) -> String {
        format!("http://127.0.0.1:{}/{count}", self.http_port)
    }

    /// Returns the HTTPS endpoint that serves `count` partners.
    pub fn https(&self, count: usize) -> String {
        format!("https://localhost:{}/{count}", self.https_port)
    }

    /// Returns the path of a CA bundle with the system's authorities and the one that signed the server's certificate.
    pub fn ca_bundle(&self) -> PathBuf {
        self.dir.join("bundle.pem")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM, because the master process cannot stop its workers on SIGKILL.
        let kill = Command::new("kill").arg(self.nginx.id().to_string()).status();
        if kill.is_err() {
            let _ = self.nginx.kill();
        }
        let _ = self.nginx.wait();
    }
}

/// Writes a list of `count` partners in small pieces. On Linux, the peak memory of a child process includes the peak of
/// its parent before `exec`, so that building the list in memory would distort the measurements.
fn write_partners(mut out: impl Write, count: usize) -> io::Result<()> {
    const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    out.write_all(b"{\"data\": [")?;
    for index in 0..count {
        let separator = if index == 0 { "" } else { ", " };
        // IDs have 17 letters. Names include characters that need escaping in JSON, and multi-byte characters.
        let (mut id, mut state) = (String::with_capacity(17), index.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index);
        for _ in 0..17 {
            id.push(LETTERS[state % 52].into());
            state = (state / 52).wrapping_add(index.rotate_left(7) ^ 0x5DEE_CE66);
        }
        let name = ["Acme Training", "Öztürk & Söhne GmbH", "Globex \\\"Learning\\\" Ltd", "研修パートナー株式会社"]
            [index % 4];
        write!(out, "{separator}{{\"id\": \"{id}\", \"name\": \"{name} {index}\"}}")?;
    }
    out.write_all(b"], \"result\": \"success\"}")?;
    out.flush()
}

/// Returns a port that is free now. Another process could take it before nginx does.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Writes a server certificate with its key, and a CA bundle that validates it.
fn write_certificates(dir: &Path) -> Result<(), Box<dyn Error>> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "strigo benchmark authority");
    let authority_pem = authority.self_signed(&authority_key)?.pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    fs::write(dir.join("server.pem"), certificate.pem())?;
    fs::write(dir.join("server.key"), key.serialize_pem())?;
    let system_bundle = SYSTEM_BUNDLES.iter().find_map(|path| fs::read_to_string(path).ok());
    let system_bundle = system_bundle.ok_or("system CA bundle not found")?;
    fs::write(dir.join("bundle.pem"), format!("{system_bundle}\n{authority_pem}"))?;
    Ok(())
}

fn nginx_config(dir: &Path, http_port: u16, https_port: u16) -> String {
    let dir = dir.display();
    format!(
        "daemon off;
worker_processes 1;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    default_type application/json;
    sendfile on;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{http_port};
        listen 127.0.0.1:{https_port} ssl;
        ssl_certificate {dir}/server.pem;
        ssl_certificate_key {dir}/server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root {dir}/www;
        location ~ /members$ {{ return 200 '{INVITATION}'; }}
    }}
}}
"
    )
}
