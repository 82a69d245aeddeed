//! Retries: every row of the README's table, the rate limit, and requests that must not be sent twice.

use std::time::{Duration, Instant};

use crate::server::{Fault, RateLimit, Sandbox};
use crate::support::{
    CommandOutput, check_all, long_window, request_lines, run, sandbox, strigo_with_endpoint, strigo_with_sandbox,
    unused_endpoint,
};

const ID: &str = "yCoaiix2pRjxMjCn7";
const GET: &[&str] = &["partners", "list", "--columns=id"];
const PATCH: &[&str] = &["partners", "rename", ID, "n", "--columns=id", "--allow-duplicate"];
const POSTS: [&[&str]; 2] = [
    &["partners", "create", "n", "--columns=id", "--allow-duplicate"],
    &["members", "invite", ID, "a@b.co", "--columns=id"],
];

/// Starts a sandbox that injects this fault into every request.
fn sandbox_with_fault(fault: Fault) -> Sandbox {
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(fault);
    sandbox
}

/// Starts a sandbox that injects this fault into the first request only.
fn sandbox_with_single_fault(fault: Fault) -> Sandbox {
    let sandbox = sandbox();
    sandbox.state().faults = [fault].into();
    sandbox
}

fn strigo_with_flags(sandbox: &Sandbox, args: &[&str], flags: &[&str]) -> CommandOutput {
    strigo_with_sandbox(sandbox, &[args, flags].concat())
}

#[test]
fn get_is_retried_3_times() {
    let faults = [
        Fault::Html(502),
        Fault::Status(503),
        Fault::Status(504),
        Fault::Status(408),
        Fault::Status(425),
        Fault::ResetBefore,
        Fault::CloseAfter,
        Fault::Truncated,
    ];
    check_all(faults, |fault| {
        let sandbox = sandbox_with_fault(fault.clone());
        let output = strigo_with_flags(&sandbox, GET, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{fault:?} {}", output.stderr);
        assert_eq!(request_lines(&sandbox), ["GET /partners"; 4], "{fault:?}");
        assert_eq!(output.stderr.matches("; waiting for ").count(), 3, "{}", output.stderr);
    });
}

#[test]
fn patch_is_retried_3_times() {
    check_all([Fault::Html(502), Fault::ResetAfter], |fault| {
        let sandbox = sandbox_with_fault(fault.clone());
        let output = strigo_with_flags(&sandbox, PATCH, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{fault:?} {}", output.stderr);
        assert_eq!(sandbox.state().requests.len(), 4, "{fault:?}");
    });
}

#[test]
fn get_and_patch_succeed_after_retry() {
    for fault in [
        Fault::Html(502),
        Fault::Status(503),
        Fault::Status(408),
        Fault::Status(425),
        Fault::ResetAfter,
        Fault::ResetInBody,
        Fault::Truncated,
    ] {
        for args in [GET, PATCH] {
            let sandbox = sandbox_with_single_fault(fault.clone());
            let output = strigo_with_flags(&sandbox, args, &[]);
            assert_eq!(output.code, 0, "{fault:?} {}", output.stderr);
            assert_eq!(sandbox.state().requests.len(), 2, "{fault:?}");
        }
    }
}

#[test]
fn get_is_retried_after_timeout() {
    let sandbox = sandbox_with_single_fault(Fault::Hang);
    assert_eq!(strigo_with_flags(&sandbox, GET, &["--timeout", "0.5"]).code, 0);
    assert_eq!(request_lines(&sandbox), ["GET /partners"; 2]);

    let sandbox = sandbox_with_fault(Fault::Hang);
    let output = strigo_with_flags(&sandbox, GET, &["--timeout", "1"]);
    assert_eq!((output.code, request_lines(&sandbox).len()), (7, 4), "{}", output.stderr);
    assert!(output.stderr.contains("request timed out"), "{}", output.stderr);
}

#[test]
fn get_is_not_retried_on_permanent_errors() {
    for fault in [Fault::Status(500), Fault::Status(501), Fault::Status(422), Fault::Status(401), Fault::Failure] {
        let sandbox = sandbox_with_fault(fault.clone());
        let output = strigo_with_flags(&sandbox, GET, &[]);
        assert_ne!(output.code, 0);
        assert_eq!(request_lines(&sandbox), ["GET /partners"], "{fault:?}");
    }
}

#[test]
fn post_is_not_retried_after_it_was_sent() {
    for args in POSTS {
        for fault in [
            Fault::ResetBefore,
            Fault::ResetAfter,
            Fault::CloseAfter,
            Fault::ResetInBody,
            Fault::Truncated,
            Fault::Html(502),
            Fault::Status(503),
            Fault::Html(504),
            Fault::Status(500),
            Fault::Status(408),
        ] {
            let sandbox = sandbox_with_single_fault(fault.clone());
            let output = strigo_with_flags(&sandbox, args, &[]);
            assert_eq!((output.code, output.stdout.as_str()), (8, ""), "{fault:?} {}", output.stderr);
            assert_eq!(sandbox.state().requests.len(), 1, "{fault:?}");
        }
        // 425 says that the request was not processed (RFC 8470, section 5.2), as 429 does.
        let sandbox = sandbox_with_single_fault(Fault::Status(425));
        let output = strigo_with_flags(&sandbox, args, &[]);
        assert_eq!((output.code, sandbox.state().requests.len()), (0, 2), "{}", output.stderr);
        let sandbox = sandbox_with_single_fault(Fault::Hang);
        let output = strigo_with_flags(&sandbox, args, &["--timeout", "0.3"]);
        assert_eq!((output.code, sandbox.state().requests.len()), (8, 1), "{}", output.stderr);
    }
}

#[test]
fn post_is_not_retried_on_reused_connection() {
    // reqwest and hyper retry some requests on their own. A POST that was sent must not be among them.
    for fault in [Fault::CloseAfter, Fault::ResetAfter, Fault::ResetBefore] {
        let sandbox = sandbox();
        sandbox.state().faults = [Fault::Latency(Duration::ZERO), fault.clone()].into();
        let output = strigo_with_flags(&sandbox, &["members", "invite", "w00t", "a@b.co", "--columns=id"], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (8, ""), "{fault:?} {}", output.stderr);
        assert_eq!(request_lines(&sandbox), ["GET /partners", &format!("POST /partners/{ID}/members")], "{fault:?}");
        let state = sandbox.state();
        assert_eq!(state.requests[0].connection, state.requests[1].connection);
        assert_eq!(state.times_invited("a@b.co"), usize::from(fault != Fault::ResetBefore));
    }
}

#[test]
fn post_is_retried_if_it_was_not_sent() {
    let sandbox = sandbox();
    // The rate-limit wait gives the client time to notice the closed connection before it writes the POST.
    sandbox.state().limit = RateLimit { requests: 1, window: Duration::from_secs(1) };
    sandbox.state().faults = [Fault::CloseIdle].into();
    let output = strigo_with_flags(&sandbox, &["members", "invite", "w00t", "a@b.co", "--columns=id"], &[]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "sandboxMade000001\n"), "{}", output.stderr);
    let state = sandbox.state();
    assert_eq!(state.requests.iter().map(|request| request.connection).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(state.times_invited("a@b.co"), 1);
}

#[test]
fn connection_refused_is_retried_for_all_methods() {
    let endpoint = unused_endpoint();
    check_all([GET, PATCH, POSTS[0], POSTS[1]], |args| {
        let output = run(strigo_with_endpoint(&endpoint, &[args, &["-v"]].concat()));
        assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
        assert_eq!(output.stderr.matches("trace: ").count(), 4, "{}", output.stderr);
        assert!(output.stderr.contains(&format!("cannot connect to {endpoint}: ")), "{}", output.stderr);
        assert!(output.stderr.contains("\nhint: nothing was changed; it is safe to retry\n"), "{}", output.stderr);
    });
}

#[test]
fn status_429_is_retried_after_retry_after() {
    check_all([GET, PATCH, POSTS[0], POSTS[1]], |args| {
        let sandbox = sandbox_with_single_fault(Fault::TooManyRequests(1));
        let started = Instant::now();
        let output = strigo_with_flags(&sandbox, args, &[]);
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!(output.code, 0, "{}", output.stderr);
        let note = "note: the API returned 429 Too Many Requests; waiting for 1s (until ";
        assert!(output.stderr.starts_with(note) && output.stderr.contains(" UTC)\n"), "{}", output.stderr);
        assert_eq!(output.stderr.matches("waiting").count(), 1, "{}", output.stderr);
        assert_eq!(sandbox.state().requests.len(), 2);
    });
}

#[test]
fn status_429_repeated_exits_7() {
    let sandbox = sandbox_with_fault(Fault::TooManyRequests(1));
    let output = strigo_with_flags(&sandbox, &["members", "invite", ID, "a@b.co"], &["--json"]);
    assert_eq!((output.code, sandbox.state().requests.len()), (7, 4), "{}", output.stderr);
    let last: serde_json::Value = serde_json::from_str(output.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["kind"], "unavailable");
    assert_eq!(last["error"]["status"], 429);
}

#[test]
fn retry_after_zero_still_backs_off() {
    let sandbox = sandbox_with_fault(Fault::TooManyRequests(0));
    let started = Instant::now();
    assert_eq!(strigo_with_flags(&sandbox, GET, &[]).code, 7);
    assert!(started.elapsed() >= Duration::from_millis(800));
    assert_eq!(request_lines(&sandbox).len(), 4);
}

#[test]
fn max_wait_limits_waiting() {
    for args in [GET, POSTS[1]] {
        for max_wait in ["0", "0.5"] {
            let sandbox = sandbox_with_single_fault(Fault::TooManyRequests(60));
            let output = strigo_with_flags(&sandbox, args, &["--max-wait", max_wait]);
            assert_eq!((output.code, sandbox.state().requests.len()), (7, 1), "{}", output.stderr);
            assert!(
                output.stderr.contains(&format!("s for the next attempt, increase --max-wait (now {max_wait}s)\n")),
                "{}",
                output.stderr
            );
        }
    }
    let sandbox = sandbox();
    sandbox.state().limit = RateLimit { requests: 1, window: long_window() };
    let output = strigo_with_flags(&sandbox, &["members", "invite", "w00t", "a@b.co"], &["--max-wait", "5"]);
    assert_eq!((output.code, request_lines(&sandbox).len()), (7, 1), "{}", output.stderr);
    let message = "error: cannot invite a@b.co: rate limit reached\nhint: to wait ";
    assert!(output.stderr.contains(message), "{}", output.stderr);
    assert!(output.stderr.ends_with("\nhint: nothing was changed; it is safe to retry\n"), "{}", output.stderr);
}

#[test]
fn rate_limit_waits_for_reset() {
    let sandbox = sandbox();
    sandbox.state().limit = RateLimit { requests: 2, window: Duration::from_secs(1) };
    let emails: Vec<String> = (0..5).map(|index| format!("t{index}@acme.example")).collect();
    let mut args = vec!["members", "invite", "w00t", "--columns=id"];
    args.extend(emails.iter().map(String::as_str));
    let output = strigo_with_sandbox(&sandbox, &args);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stderr.contains("note: rate limit reached; waiting "), "{}", output.stderr);
    let state = sandbox.state();
    assert!(state.requests.iter().all(|request| request.status == 200));
    assert_eq!(state.requests.len(), 6);
}

#[test]
fn connection_is_not_reused_after_long_idle() {
    for (wait, connection) in [(1, 0), (4, 1)] {
        let sandbox = sandbox_with_single_fault(Fault::TooManyRequests(wait));
        assert_eq!(strigo_with_flags(&sandbox, GET, &[]).code, 0);
        let state = sandbox.state();
        assert_eq!(state.requests.iter().map(|request| request.connection).collect::<Vec<_>>(), [0, connection]);
    }
}
