//! Servers that send what no API sends: endless and enormous bodies, and nonsense about the rate limit.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wait4::Wait4 as _;

use crate::support::{auth_env, check_all, hermetic_env, run, sandbox, strigo_with_endpoint, strigo_with_sandbox};

/// How a server responds to each request: with this head, and then this many bytes of spaces.
#[derive(Debug, Clone, Copy)]
struct Hostile {
    head: &'static str,
    body_len: u64,
}

/// Serves until the process exits. Returns the endpoint and the number of requests.
fn serve(hostile: Hostile) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/api/v1", listener.local_addr().unwrap());
    let request_count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&request_count);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            counter.fetch_add(1, Ordering::SeqCst);
            let chunk = [b' '; 1 << 16];
            let chunks = hostile.body_len / chunk.len() as u64;
            let _ = stream
                .write_all(format!("HTTP/1.1 {}\r\n\r\n", hostile.head).as_bytes())
                .and_then(|()| (0..chunks).try_for_each(|_| stream.write_all(&chunk)));
        }
    });
    (endpoint, request_count)
}

const GET: &[&str] = &["partners", "list"];
const POST: &[&str] = &["partners", "create", "n"];
const ENDLESS: u64 = u64::MAX;

#[test]
fn large_responses_are_refused_within_the_memory_limit() {
    let too_large = "the response is larger than 256 MiB";
    for (hostile, args, code, requests, max_mib, message) in [
        (Hostile { head: "200 OK", body_len: ENDLESS }, GET, 1, 1, 512, too_large),
        (Hostile { head: "200 OK", body_len: ENDLESS }, POST, 8, 1, 512, too_large),
        (Hostile { head: "200 OK\r\ncontent-length: 99999999999", body_len: ENDLESS }, GET, 1, 1, 64, too_large),
        (Hostile { head: "500 Oops", body_len: ENDLESS }, GET, 7, 1, 64, "the API returned 500"),
        (Hostile { head: "404 Not Found", body_len: ENDLESS }, GET, 5, 1, 64, "the API returned 404 Not Found"),
        (Hostile { head: "429 Slow\r\nretry-after: 1e300", body_len: 0 }, GET, 7, 4, 64, "the API returned 429"),
    ] {
        let (endpoint, request_count) = serve(hostile);
        let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(args)
            .env_clear()
            .envs(hermetic_env())
            .envs(auth_env(&endpoint))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let result = child.wait4().unwrap();
        assert!(stderr.contains(message), "{hostile:?}: {stderr}");
        assert_eq!((result.status.code(), request_count.load(Ordering::SeqCst)), (Some(code), requests), "{hostile:?}");
        let mib = result.rusage.maxrss >> 20;
        assert!(mib <= max_mib, "{hostile:?}: {mib} MiB");
    }
}

#[test]
fn rate_limit_of_0_is_reported_at_once() {
    let sandbox = sandbox();
    sandbox.state().limit.requests = 0;
    for args in [GET, POST] {
        let output = strigo_with_sandbox(&sandbox, args);
        assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
        assert!(output.stderr.contains(": the API allows 0 requests per minute\n"), "{}", output.stderr);
        assert!(!output.stderr.contains("waiting"), "{}", output.stderr);
    }
    assert_eq!(sandbox.state().requests.len(), 2);
}

#[test]
fn rate_limit_headers_of_any_value_never_exceed_max_wait() {
    let values = [
        "-1",
        "1e300",
        "inf",
        "NaN",
        "18446744073709551615",
        "99999999999999999999",
        "0x10",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ];
    check_all(values, |value| {
        for head in [
            format!("429 Slow\r\nretry-after: {value}"),
            format!("429 Slow\r\nx-ratelimit-limit: 60\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: {value}"),
            format!("429 Slow\r\nx-ratelimit-limit: {value}\r\nx-ratelimit-remaining: {value}\r\nretry-after: {value}"),
        ] {
            let head: &'static str = format!("{head}\r\ncontent-length: 0\r\nconnection: close").leak();
            let (endpoint, request_count) = serve(Hostile { head, body_len: 0 });
            let output = run(strigo_with_endpoint(&endpoint, &["partners", "list", "--max-wait", "0.2"]));
            assert_eq!(output.code, 7, "{head}: {}", output.stderr);
            assert!(request_count.load(Ordering::SeqCst) <= 2, "{head}");
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn core_dumps_are_off_while_a_key_is_held() {
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(crate::server::Fault::Hang);
    let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(GET)
        .env_clear()
        .envs(hermetic_env())
        .envs(auth_env(&sandbox.endpoint()))
        .spawn()
        .unwrap();
    while sandbox.state().requests.is_empty() {
        std::thread::yield_now();
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
