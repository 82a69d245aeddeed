//! Each row of the table of retries, the rate limit, and what must never be sent twice.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::server::{Fault, RateLimit, Sandbox};
use crate::support::{Ran, requests, run, sandbox, strigo_at, strigo_in};

const ID: &str = "yCoaiix2pRjxMjCn7";
const GET: &[&str] = &["partners", "list", "-q"];
const PATCH: &[&str] = &["partners", "rename", ID, "n", "-q"];
const POSTS: [&[&str]; 2] = [&["partners", "create", "n", "-q"], &["members", "invite", ID, "a@b.co", "-q"]];

/// A sandbox where each request meets this fault.
fn always(fault: Fault) -> Sandbox {
    let sandbox = sandbox();
    sandbox.state().always = Some(fault);
    sandbox
}

/// A sandbox where the first request meets this fault.
fn once(fault: Fault) -> Sandbox {
    let sandbox = sandbox();
    sandbox.state().faults = [fault].into();
    sandbox
}

fn with(sandbox: &Sandbox, args: &[&str], more: &[&str]) -> Ran {
    strigo_in(sandbox, &[args, more].concat())
}

#[test]
fn reading_and_setting_are_tried_three_more_times() {
    for fault in [Fault::Html(502), Fault::Status(503), Fault::Status(504), Fault::ResetBefore, Fault::CloseAfter] {
        let sandbox = always(fault.clone());
        let ran = with(&sandbox, GET, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{fault:?} {}", ran.stderr);
        assert_eq!(requests(&sandbox), ["GET /partners"; 4], "{fault:?}");
        assert_eq!(ran.stderr.matches("; waiting ").count(), 3, "{}", ran.stderr);
    }
}

#[test]
fn setting_is_tried_three_more_times() {
    for fault in [Fault::Html(502), Fault::ResetAfter] {
        let sandbox = always(fault.clone());
        let ran = with(&sandbox, PATCH, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{fault:?} {}", ran.stderr);
        assert_eq!(sandbox.state().log.len(), 4, "{fault:?}");
    }
}

#[test]
fn reading_goes_on_as_soon_as_it_can() {
    for fault in [Fault::Html(502), Fault::Status(503), Fault::Status(504), Fault::ResetAfter, Fault::ResetInBody] {
        for args in [GET, PATCH] {
            let sandbox = once(fault.clone());
            let ran = with(&sandbox, args, &[]);
            assert_eq!(ran.code, 0, "{fault:?} {}", ran.stderr);
            assert_eq!(sandbox.state().log.len(), 2, "{fault:?}");
        }
    }
}

#[test]
fn a_timeout_is_tried_again_where_that_is_safe() {
    let sandbox = once(Fault::Hang);
    assert_eq!(with(&sandbox, GET, &["--timeout", "0.5"]).code, 0);
    assert_eq!(requests(&sandbox), ["GET /partners"; 2]);

    let sandbox = always(Fault::Hang);
    let ran = with(&sandbox, GET, &["--timeout", "0.2"]);
    assert_eq!((ran.code, requests(&sandbox).len()), (7, 4), "{}", ran.stderr);
    assert!(ran.stderr.contains("the server did not answer in time"), "{}", ran.stderr);
}

#[test]
fn other_errors_are_not_tried_again() {
    for fault in [
        Fault::Status(500),
        Fault::Status(501),
        Fault::Status(422),
        Fault::Status(401),
        Fault::Failure,
        Fault::Truncated,
    ] {
        let sandbox = always(fault.clone());
        let ran = with(&sandbox, GET, &[]);
        assert_ne!(ran.code, 0);
        assert_eq!(requests(&sandbox), ["GET /partners"], "{fault:?}");
    }
}

#[test]
fn what_was_sent_and_may_have_happened_is_never_sent_again() {
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
        ] {
            let sandbox = once(fault.clone());
            let ran = with(&sandbox, args, &[]);
            assert_eq!((ran.code, ran.stdout.as_str()), (8, ""), "{fault:?} {}", ran.stderr);
            assert_eq!(sandbox.state().log.len(), 1, "{fault:?}");
        }
        let sandbox = once(Fault::Hang);
        let ran = with(&sandbox, args, &["--timeout", "0.3"]);
        assert_eq!((ran.code, sandbox.state().log.len()), (8, 1), "{}", ran.stderr);
    }
}

#[test]
fn a_kept_connection_that_dies_under_a_post_is_no_exception() {
    // reqwest and hyper send some requests again by themselves; one that has left must not be among them.
    for fault in [Fault::CloseAfter, Fault::ResetAfter, Fault::ResetBefore] {
        let sandbox = sandbox();
        sandbox.state().faults = [Fault::Latency(Duration::ZERO), fault.clone()].into();
        let ran = with(&sandbox, &["members", "invite", "w00t", "a@b.co", "-q"], &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (8, ""), "{fault:?} {}", ran.stderr);
        assert_eq!(requests(&sandbox), ["GET /partners", &format!("POST /partners/{ID}/members")], "{fault:?}");
        let state = sandbox.state();
        assert_eq!(state.log[0].connection, state.log[1].connection);
        assert_eq!(state.times_invited("a@b.co"), usize::from(fault != Fault::ResetBefore));
    }
}

#[test]
fn a_post_that_never_left_a_closed_connection_goes_to_a_new_one() {
    let sandbox = sandbox();
    // The wait for the limit gives the closing time to arrive before the POST is written.
    sandbox.state().limit = RateLimit { requests: 1, window: Duration::from_secs(1) };
    sandbox.state().faults = [Fault::CloseIdle].into();
    let ran = with(&sandbox, &["members", "invite", "w00t", "a@b.co", "-q"], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "sandboxMade000001\n"), "{}", ran.stderr);
    let state = sandbox.state();
    assert_eq!(state.log.iter().map(|received| received.connection).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(state.times_invited("a@b.co"), 1);
}

#[test]
fn without_a_connection_everything_is_tried_again() {
    // Nobody listens there once the listener is dropped.
    let endpoint = format!("http://{}/api/v1", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    for args in [GET, PATCH, POSTS[0], POSTS[1]] {
        let ran = run(strigo_at(&endpoint, &[args, &["-v"]].concat()));
        assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("trace: ").count(), 4, "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("no connection to {endpoint}: Connection refused")), "{}", ran.stderr);
        assert!(ran.stderr.contains("it is safe to run this again"), "{}", ran.stderr);
    }
}

#[test]
fn after_429_everything_is_tried_again_when_the_server_says() {
    for args in [GET, PATCH, POSTS[0], POSTS[1]] {
        let sandbox = once(Fault::TooMany(1));
        let started = Instant::now();
        let ran = with(&sandbox, args, &[]);
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let note = "note: the API answered 429 Too Many Requests; waiting 1 s, until ";
        assert!(ran.stderr.starts_with(note) && ran.stderr.ends_with(" UTC\n"), "{}", ran.stderr);
        assert_eq!(sandbox.state().log.len(), 2);
    }
}

#[test]
fn a_429_that_stays_is_unavailable() {
    let sandbox = always(Fault::TooMany(1));
    let ran = with(&sandbox, POSTS[1], &["--json"]);
    assert_eq!((ran.code, sandbox.state().log.len()), (7, 4), "{}", ran.stderr);
    let last: serde_json::Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["kind"], "unavailable");
    assert_eq!(last["error"]["status"], 429);
}

#[test]
fn a_server_that_says_now_is_given_time_all_the_same() {
    let sandbox = always(Fault::TooMany(0));
    let started = Instant::now();
    assert_eq!(with(&sandbox, GET, &[]).code, 7);
    assert!(started.elapsed() >= Duration::from_millis(800));
    assert_eq!(requests(&sandbox).len(), 4);
}

#[test]
fn no_call_waits_longer_than_it_may() {
    for args in [GET, POSTS[1]] {
        for max_wait in ["0", "0.5"] {
            let sandbox = once(Fault::TooMany(60));
            let started = Instant::now();
            let ran = with(&sandbox, args, &["--max-wait", max_wait]);
            assert!(started.elapsed() < Duration::from_secs(30));
            assert_eq!((ran.code, sandbox.state().log.len()), (7, 1), "{}", ran.stderr);
            assert!(ran.stderr.contains(&format!("--max-wait allows {max_wait} s")), "{}", ran.stderr);
        }
    }
    let sandbox = sandbox();
    sandbox.state().limit = RateLimit { requests: 1, window: Duration::from_secs(3600) };
    let ran = with(&sandbox, &["members", "invite", "w00t", "a@b.co"], &["--max-wait", "5"]);
    assert_eq!((ran.code, requests(&sandbox).len()), (7, 1), "{}", ran.stderr);
    assert!(ran.stderr.contains("the rate limit is used up, so nothing was sent"), "{}", ran.stderr);
}

#[test]
fn the_limit_is_obeyed_rather_than_hit() {
    let sandbox = sandbox();
    sandbox.state().limit = RateLimit { requests: 2, window: Duration::from_secs(1) };
    let emails: Vec<String> = (0..5).map(|at| format!("t{at}@acme.example")).collect();
    let mut args = vec!["members", "invite", "w00t", "-q"];
    args.extend(emails.iter().map(String::as_str));
    let ran = strigo_in(&sandbox, &args);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("note: the rate limit is used up; waiting "), "{}", ran.stderr);
    let state = sandbox.state();
    assert!(state.log.iter().all(|received| received.status == 200));
    assert_eq!(state.log.len(), 6);
}

#[test]
fn a_connection_that_was_idle_for_long_is_not_used_again() {
    for (wait, connection) in [(1, 0), (4, 1)] {
        let sandbox = once(Fault::TooMany(wait));
        assert_eq!(with(&sandbox, GET, &[]).code, 0);
        let state = sandbox.state();
        assert_eq!(state.log.iter().map(|received| received.connection).collect::<Vec<_>>(), [0, connection]);
    }
}
