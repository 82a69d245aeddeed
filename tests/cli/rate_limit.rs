//! The rate limit over several one-minute windows, in no real time: `strigo` runs in this process and shares a fake clock
//! with the sandbox, which advances by sleeps.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use serde_json::json;

use crate::in_process::{FakeClock, run_in_process, success};
use crate::server::{RateLimit, Sandbox, State};

/// Sends `count` invitations at 60 requests per minute, starting `into_window` after the beginning of a window, with
/// `latency` per request. Returns the elapsed time and stderr.
fn invite(count: usize, into_window: Duration, latency: Duration) -> (Duration, String) {
    let clock = FakeClock::new(into_window);
    let server_clock = clock.clone();
    let mut state = State::sample();
    state.limit = RateLimit { requests: 60, window: Duration::from_secs(60) };
    let sandbox = Sandbox::start_with_clock(0, state, move || {
        server_clock.advance(latency);
        server_clock.system_start + server_clock.elapsed()
    })
    .unwrap();
    let roster: String = (0..count).map(|index| format!("t{index}@acme.example\n")).collect();
    let (code, stdout, stderr) = run_in_process(
        &sandbox,
        &clock,
        &["members", "invite", "yCoaiix2pRjxMjCn7", "--from", "-", "--columns=id"],
        &roster,
    );
    assert_eq!((code, stdout.lines().count()), (success(), count), "{stderr}");
    assert!(sandbox.state().requests.iter().all(|request| request.status == 200), "a request exceeded the rate limit");
    (clock.elapsed(), stderr)
}

#[test]
fn rate_limit_total_wait_is_near_minimum() {
    for (into_window, latency) in [(0, 0), (900, 5), (30_900, 30), (59_500, 100), (12_345, 400)] {
        let (into_window, latency) = (Duration::from_millis(into_window), Duration::from_millis(latency));
        let (elapsed, stderr) = invite(240, into_window, latency);
        // The minimum time is that of the windows that must begin, plus the latency of the requests in the last one.
        // Those are three more windows, unless the requests are so slow that the first window is not used up.
        let used_in_first = if latency.is_zero() {
            60
        } else {
            60.min((Duration::from_secs(60) - into_window).div_duration_f64(latency) as usize)
        };
        let windows = (240 - used_in_first).div_ceil(60) as u32;
        let in_last = (240 - used_in_first - 60 * (windows as usize - 1)) as u32;
        let minimum = Duration::from_secs(60) * windows - into_window + latency * in_last;
        assert!(elapsed >= minimum - latency, "{elapsed:?}, minimum {minimum:?}");
        assert!(elapsed.as_secs_f64() <= minimum.as_secs_f64() * 1.02, "{elapsed:?}, minimum {minimum:?}");
        // No wait is needed if the first window ends before it is used up.
        let waits = windows as usize - usize::from(used_in_first < 60);
        assert_eq!(stderr.matches("rate limit reached; waiting for ").count(), waits, "{stderr}");
    }
}

#[test]
fn rate_limit_estimate_is_printed_first() {
    let clock = FakeClock::new(Duration::ZERO);
    let server_clock = clock.clone();
    let mut state = State::sample();
    state.limit = RateLimit { requests: 60, window: Duration::from_secs(60) };
    let sandbox =
        Sandbox::start_with_clock(0, state, move || server_clock.system_start + server_clock.elapsed()).unwrap();
    let roster: String = std::iter::once("email,partner\n".to_owned())
        .chain((0..240).map(|index| format!("t{index}@b.co,w00t\n")))
        .collect();
    let (code, _, stderr) =
        run_in_process(&sandbox, &clock, &["members", "invite", "--from", "-", "--columns=id"], &roster);
    assert_eq!(code, success());
    let first = stderr.lines().next().unwrap();
    assert_eq!(first, "note: inviting 240 people to 'w00t' at 60 requests per minute: about 4 min");
    assert!(stderr.contains(" of 240 invitations processed, about 3 min left"), "{stderr}");
    assert!(stderr.contains(" (until 09:01:00 UTC)"), "{stderr}");
    assert!(stderr.ends_with("note: 240 invited\n"), "{stderr}");
}

#[test]
fn rate_limit_is_used_up_by_status_of_many_partners() {
    const PARTNERS: usize = 300;
    let clock = FakeClock::new(Duration::from_secs(1));
    let server_clock = clock.clone();
    let mut state = State::sample();
    state.limit = RateLimit { requests: 60, window: Duration::from_secs(60) };
    state.partners =
        (0..PARTNERS).map(|index| json!({"id": format!("p{index}"), "name": format!("Partner {index}")})).collect();
    let sandbox = Sandbox::start_with_clock(0, state, move || {
        server_clock.in_flight.fetch_add(1, SeqCst);
        server_clock.system_start + server_clock.elapsed()
    })
    .unwrap();
    let rows = (0..3 * PARTNERS).map(|index| format!("t{index}@acme.example,Partner {}\n", index % PARTNERS));
    let roster: String = std::iter::once("email,partner\n".to_owned()).chain(rows).collect();
    let args = ["members", "status", "--from", "-", "--columns", "email,state", "--verbose"];
    let (code, stdout, stderr) = run_in_process(&sandbox, &clock, &args, &roster);
    assert_eq!((code, stdout.matches("\tnot_invited\n").count()), (success(), 3 * PARTNERS), "{stderr}");
    let requests = sandbox.state().requests.len();
    assert_eq!(requests, 1 + PARTNERS, "one request per partner, and one for their list");
    assert!(sandbox.state().requests.iter().all(|request| request.status == 200), "a request exceeded the rate limit");
    // The first window began a second ago.
    let minimum = 60.0 * ((requests - 1) / 60) as f64 - 1.0;
    let elapsed = clock.elapsed().as_secs_f64();
    assert!(elapsed >= minimum && elapsed <= minimum * 1.02, "{elapsed} s, minimum {minimum} s");
}
