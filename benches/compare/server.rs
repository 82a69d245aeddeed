//! nginx on loopback, with TLS, serving lists of partners as files and taking invitations.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, DnType, IsCa, KeyPair};

/// Where Debian and its like, Fedora and its like, and macOS keep the system's authorities.
const SYSTEM_BUNDLES: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// What is answered to an invitation.
const INVITATION: &str = r#"{"data":{"created_at":"2019-01-07T15:42:21.932Z","email":"trainer@partner-company.com","id":"8unc2Gt4sGcqJgBqX","link":"https://app.strigo.io/team/invite/LKOONmxKR2XcsbgKaz79xVVkAaPQyQ8PrX_1fVv3qFp","partner_id":"yCoaiix2pRjxMjCn7","status":"pending"},"result":"success"}"#;

/// It ends when it is dropped.
pub struct Server {
    nginx: Child,
    dir: PathBuf,
    http: u16,
    https: u16,
}

impl Server {
    /// Starts it in `dir`, with a list of so many partners at `/COUNT/partners`.
    pub fn start(dir: &Path, counts: &[usize]) -> Result<Self, Box<dyn Error>> {
        for count in counts {
            let list = dir.join(format!("www/{count}"));
            fs::create_dir_all(&list)?;
            write_partners(BufWriter::new(File::create(list.join("partners"))?), *count)?;
        }
        let (http, https) = (free_port()?, free_port()?);
        write_certificates(dir)?;
        fs::write(dir.join("nginx.conf"), configuration(dir, http, https))?;
        let nginx = Command::new("nginx")
            .arg("-c")
            .arg(dir.join("nginx.conf"))
            .arg("-p")
            .arg(dir)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("nginx cannot be started: {error}"))?;
        let server = Server { nginx, dir: dir.to_owned(), http, https };
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", https)).is_err() {
            if Instant::now() > deadline {
                return Err("nginx does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// An endpoint without TLS.
    pub fn http(&self, count: usize) -> String {
        format!("http://127.0.0.1:{}/{count}", self.http)
    }

    /// An endpoint with TLS.
    pub fn https(&self, count: usize) -> String {
        format!("https://localhost:{}/{count}", self.https)
    }

    /// The system's authorities and the server's own.
    pub fn bundle(&self) -> PathBuf {
        self.dir.join("bundle.pem")
    }

    /// The size in bytes of a list.
    pub fn body_size(&self, count: usize) -> io::Result<u64> {
        Ok(fs::metadata(self.dir.join(format!("www/{count}/partners")))?.len())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its master ends its workers if it is asked to.
        let asked = Command::new("kill").arg(self.nginx.id().to_string()).status();
        if asked.is_err() {
            let _ = self.nginx.kill();
        }
        let _ = self.nginx.wait();
    }
}

/// Written bit by bit: what this process once held, Linux counts as memory of those that it starts.
fn write_partners(mut out: impl Write, count: usize) -> io::Result<()> {
    const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    out.write_all(b"{\"data\": [")?;
    for at in 0..count {
        let separator = if at == 0 { "" } else { ", " };
        // IDs of 17 letters, and names of the length and the letters that companies have.
        let (mut id, mut rest) = (String::with_capacity(17), at.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ at);
        for _ in 0..17 {
            id.push(LETTERS[rest % 52].into());
            rest = (rest / 52).wrapping_add(at.rotate_left(7) ^ 0x5DEE_CE66);
        }
        let name =
            ["Acme Training", "Öztürk & Söhne GmbH", "Globex \\\"Learning\\\" Ltd", "研修パートナー株式会社"][at % 4];
        write!(out, "{separator}{{\"id\": \"{id}\", \"name\": \"{name} {at}\"}}")?;
    }
    out.write_all(b"], \"result\": \"success\"}")?;
    out.flush()
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

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
    let system = SYSTEM_BUNDLES.iter().find_map(|path| fs::read_to_string(path).ok());
    let system = system.ok_or("the system's certificate bundle is not where it is looked for")?;
    fs::write(dir.join("bundle.pem"), format!("{system}\n{authority_pem}"))?;
    Ok(())
}

fn configuration(dir: &Path, http: u16, https: u16) -> String {
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
        listen 127.0.0.1:{http};
        listen 127.0.0.1:{https} ssl;
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
