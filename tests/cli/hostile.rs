//! Servers that send what no API sends: endless and enormous bodies, and nonsense about the rate limit.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wait4::Wait4 as _;

use crate::in_process::{FakeClock, exit_code, run_in_process_with};
use crate::support::{auth_env, check_all, hermetic_env, sandbox};

/// How a server responds to each request: with these bytes, and then with this many MiB of the same character.
#[derive(Clone)]
struct Hostile {
    start: Vec<u8>,
    rest: u8,
    rest_mib: u64,
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
            let chunk = [hostile.rest; 1 << 16];
            let _ = stream
                .write_all(&hostile.start)
                .and_then(|()| (0..hostile.rest_mib << 4).try_for_each(|_| stream.write_all(&chunk)));
        }
    });
    (endpoint, request_count)
}

/// Returns a response with this status line, these headers, and this body.
fn response(head: &str, body: impl AsRef<[u8]>) -> Hostile {
    let length = body.as_ref().len();
    let head = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    Hostile { start: [head.as_bytes(), body.as_ref()].concat(), rest: 0, rest_mib: 0 }
}

/// Returns a response whose body, after `start`, never ends.
fn endless(head: &str, start: &[u8]) -> Hostile {
    let head = format!("HTTP/1.1 {head}\r\n\r\n");
    Hostile { start: [head.as_bytes(), start].concat(), rest: b' ', rest_mib: u64::MAX >> 4 }
}

/// Compresses `text` as gzip (RFC 1952) with a flush at its end, so that the output can be repeated: the start, and what may
/// follow several times.
fn gzip(text: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let header = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut block = Vec::with_capacity(text.len() + 1024);
    flate2::Compress::new(flate2::Compression::best(), false)
        .compress_vec(text, &mut block, flate2::FlushCompress::Full)
        .unwrap();
    (header, block)
}

/// Returns the body of a list of partners as a complete gzip file.
fn gzip_partners() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(partners(r#"{"id":"1","name":"one"}"#).as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn partners(items: &str) -> String {
    format!(r#"{{"result":"success","data":[{items}]}}"#)
}

const GET: &[&str] = &["partners", "list"];
const POST: &[&str] = &["partners", "create", "n", "--allow-duplicate"];

/// A fault, a call, and what must come of it: the exit code, the number of requests, the peak memory in MiB, and the message.
type Row = (Hostile, &'static [&'static str], i32, usize, u64, &'static str);

fn rows() -> Vec<Row> {
    let too_large = "the response is larger than 256 MiB";
    let incomplete = "(received 15 of 100 bytes)";
    let cut_off = || Hostile {
        start: b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"result\":\"succ".to_vec(),
        ..response("", "")
    };
    let (gzip_header, gzip_block) = gzip(&[b' '; 1 << 20]);
    let gzip_bomb = [gzip_header, gzip_block.repeat(300)].concat();
    let gzip = "200 OK\r\ncontent-encoding: gzip";
    let long_name = partners(&format!(r#"{{"id":"1","name":"{}"}}"#, "n".repeat(1_000_000)));
    let entries = vec![r#"{"location":"body","param":"name","msg":"bad"}"#; 10_000].join(",");
    let many_errors = format!(r#"{{"result":"failure","error":{{"type":"E","message":"m","errors":[{entries}]}}}}"#);
    let many_headers = || Hostile { start: b"HTTP/1.1 200 OK\r\nx: ".to_vec(), rest: b'x', rest_mib: u64::MAX >> 4 };
    let no_limit = "429 Slow\r\nx-ratelimit-limit: 0\r\nx-ratelimit-remaining: 0\r\nretry-after: 60";
    vec![
        (endless("200 OK", b""), GET, 1, 1, 512, too_large),
        (endless("200 OK", b""), POST, 8, 1, 512, too_large),
        (endless("200 OK\r\ncontent-length: 99999999999", b""), GET, 1, 1, 512, too_large),
        (endless("500 Oops", b""), GET, 7, 1, 64, "the API returned 500"),
        (endless("404 Not Found", b""), GET, 5, 1, 64, "the API returned 404 Not Found"),
        (many_headers(), GET, 1, 1, 64, "invalid HTTP response: message head is too large"),
        (many_headers(), POST, 8, 1, 64, "invalid HTTP response: message head is too large"),
        (response(gzip, gzip_partners()), GET, 0, 1, 64, ""),
        (response(gzip, &gzip_bomb), GET, 1, 1, 512, too_large),
        (response(gzip, "not gzip data"), GET, 7, 4, 64, "cannot read the response: "),
        (response(gzip, &gzip_partners()[..30]), GET, 7, 4, 64, "cannot read the response: "),
        (response(gzip, "not gzip data"), POST, 8, 1, 64, "cannot read the response: "),
        (response("200 OK\r\ncontent-encoding: br", "x"), GET, 1, 1, 64, "invalid response: not valid JSON"),
        (response("200 OK\r\ncontent-encoding: br", "x"), POST, 8, 1, 64, "invalid response: not valid JSON"),
        (cut_off(), GET, 7, 4, 64, incomplete),
        (cut_off(), POST, 8, 1, 64, incomplete),
        (response("408 Request Timeout", ""), GET, 7, 4, 64, "the API returned 408 Request Timeout"),
        (response("408 Request Timeout", ""), POST, 8, 1, 64, "the API returned 408 Request Timeout"),
        (response("425 Too Early", ""), GET, 7, 4, 64, "the API returned 425 Too Early"),
        (response("425 Too Early", ""), POST, 7, 4, 64, "the API returned 425 Too Early"),
        (response("429 Slow\r\nretry-after: 1e300", ""), GET, 7, 4, 64, "the API returned 429"),
        (response(no_limit, ""), GET, 7, 1, 64, "the API allows 0 requests per minute"),
        (response(no_limit, ""), POST, 7, 1, 64, "the API allows 0 requests per minute"),
        (response("200 OK", &long_name), GET, 0, 1, 64, ""),
        (response("200 OK", &long_name), &["partners", "get", "name:m"], 5, 1, 64, "no partner with that name"),
        (response("422 No", &many_errors), POST, 6, 1, 64, "the API returned 422"),
        (
            response("422 No", &many_errors),
            &["partners", "create", "n", "--json", "--allow-duplicate"],
            6,
            1,
            64,
            "\"errors\":[{",
        ),
    ]
}

/// The peak memory of a process counts from the size of the one that started it, and that of all tests together is large.
/// So the table is checked by a process of its own: this program, running one test.
#[test]
fn hostile_responses_end_calls_within_bounds() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hostile::table_in_a_small_process", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[test]
#[ignore = "run by hostile_responses_end_calls_within_bounds"]
fn table_in_a_small_process() {
    check_all(rows(), |(hostile, args, code, requests, max_mib, message)| {
        let context = format!("{args:?}: {:.200}", String::from_utf8_lossy(&hostile.start));
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
        assert!(stderr.contains(message), "{context}: {stderr:.1000}");
        assert_eq!((result.status.code(), request_count.load(Ordering::SeqCst)), (Some(code), requests), "{context}");
        let (mib, cpu_time) = (result.rusage.maxrss >> 20, result.rusage.utime);
        assert!(mib <= max_mib, "{context}: {mib} MiB");
        // Time on the processor, in a build that is not optimized: what grows with the square of the size takes minutes.
        assert!(cpu_time < Duration::from_secs(20), "{context}: {cpu_time:?}");
    });
}

/// Whatever the API says, the waits of a call take no longer in all than it may wait.
#[test]
fn rate_limit_headers_of_any_value_never_exceed_max_wait() {
    const MAX_WAIT: Duration = Duration::from_secs(3);
    let sandbox = sandbox();
    let wait = |value: &str| {
        let heads = [
            format!("429 Slow\r\nretry-after: {value}"),
            format!("429 Slow\r\nx-ratelimit-limit: 60\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: {value}"),
            format!("429 Slow\r\nx-ratelimit-limit: {value}\r\nx-ratelimit-remaining: {value}\r\nretry-after: {value}"),
        ];
        heads.map(|head| {
            let (endpoint, _) = serve(response(&head, ""));
            let (clock, args) = (FakeClock::new(Duration::ZERO), ["partners", "list", "--max-wait", "3"]);
            let variables = [("STRIGO_ENDPOINT", &*endpoint)];
            let (code, _, stderr) = run_in_process_with(&sandbox, &clock, &args, "", &variables);
            assert_eq!(code, exit_code(7), "{head}: {stderr}");
            assert!(clock.elapsed() <= MAX_WAIT, "{head}: {:?}: {stderr}", clock.elapsed());
            clock.elapsed()
        })
    };
    for value in [
        "-1",
        "0",
        "2",
        "4",
        "1e300",
        "inf",
        "NaN",
        "18446744073709551615",
        "99999999999999999999",
        "0x10",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        wait(value);
    }
    // It is this clock that is waited by.
    assert!(wait("1")[0] >= Duration::from_secs(1));
}
