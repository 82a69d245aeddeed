//! The rate limit over whole windows of a minute, in no time: the tool and the sandbox share a clock that a sleep moves.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use strigo_cli::Process;
use strigo_cli::process::{Clock, Environment, Input, Interrupts, Stream};

use crate::server::{API_KEY, ORG_ID, RateLimit, Sandbox, State};

/// Time that passes only where somebody sleeps or asks the server.
#[derive(Clone)]
struct FakeClock {
    began: Instant,
    passed: Arc<Mutex<Duration>>,
    wall: SystemTime,
}

impl FakeClock {
    /// A clock that stands so long behind the beginning of a window.
    fn new(into_window: Duration) -> Self {
        let wall = UNIX_EPOCH + Duration::from_secs(1_800_000_000) + into_window;
        FakeClock { began: Instant::now(), passed: Arc::default(), wall }
    }

    fn pass(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }

    fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.began + self.passed()
    }
    fn today(&self) -> SystemTime {
        // A local clock that is an hour wrong must do no harm.
        self.wall + self.passed() + Duration::from_secs(3600)
    }
    fn sleep(&self, time: Duration) {
        self.pass(time);
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs the tool in this process with that clock; returns its exit code, stdout and stderr.
fn run(sandbox: &Sandbox, clock: &FakeClock, args: &[&str], stdin: &str) -> (String, String, String) {
    let endpoint = sandbox.endpoint();
    let lookup = move |name: &str| match name {
        "STRIGO_API_ENDPOINT" => Some(endpoint.clone().into()),
        "STRIGO_ORG_ID" => Some(ORG_ID.into()),
        "STRIGO_API_KEY" => Some(API_KEY.into()),
        _ => None,
    };
    let (stdout, stderr) = (Buffer::default(), Buffer::default());
    let code = strigo_cli::run(Process {
        args: std::iter::once("strigo").chain(args.iter().copied()).map(Into::into).collect(),
        env: Environment::new(lookup),
        clock: Box::new(clock.clone()),
        interrupts: Interrupts::default(),
        stdin: Input { from: Box::new(std::io::Cursor::new(stdin.to_owned())), is_terminal: false },
        stdout: Stream::piped(stdout.clone()),
        stderr: Stream::piped(stderr.clone()),
    });
    (format!("{code:?}"), stdout.text(), stderr.text())
}

const SUCCESS: &str = "ExitCode(unix_exit_status(0))";

/// Invites so many at 60 a minute, from so far into a window, each request taking `latency`. Returns the time that
/// passed, and what was said.
fn invite(count: usize, into_window: Duration, latency: Duration) -> (Duration, String) {
    let clock = FakeClock::new(into_window);
    let server_clock = clock.clone();
    let mut state = State::sample();
    state.limit = RateLimit { requests: 60, window: Duration::from_secs(60) };
    let sandbox = Sandbox::start_with_clock(0, state, move || {
        server_clock.pass(latency);
        server_clock.wall + server_clock.passed()
    })
    .unwrap();
    let roster: String = (0..count).map(|at| format!("t{at}@acme.example\n")).collect();
    let (code, stdout, stderr) =
        run(&sandbox, &clock, &["members", "invite", "yCoaiix2pRjxMjCn7", "--from", "-", "-q"], &roster);
    assert_eq!((code.as_str(), stdout.lines().count()), (SUCCESS, count), "{stderr}");
    assert!(sandbox.state().log.iter().all(|received| received.status == 200), "a 429 was provoked");
    (clock.passed(), stderr)
}

#[test]
fn many_invitations_take_what_the_limit_demands_and_hardly_more() {
    for (into_window, latency) in [(0, 0), (900, 5), (30_900, 30), (59_500, 100), (12_345, 400)] {
        let (into_window, latency) = (Duration::from_millis(into_window), Duration::from_millis(latency));
        let (passed, stderr) = invite(240, into_window, latency);
        // What the windows demand, if each began with its first request and its requests took no time of their own:
        // three more windows must begin, unless the requests are so slow that the first is not used up.
        let used_in_first = if latency.is_zero() {
            60
        } else {
            60.min((Duration::from_secs(60) - into_window).div_duration_f64(latency) as usize)
        };
        let windows = (240 - used_in_first).div_ceil(60) as u32;
        let in_last = (240 - used_in_first - 60 * (windows as usize - 1)) as u32;
        let demanded = Duration::from_secs(60) * windows - into_window + latency * in_last;
        assert!(passed >= demanded - latency, "{passed:?} {demanded:?}");
        assert!(passed.as_secs_f64() <= demanded.as_secs_f64() * 1.02, "{passed:?} for {demanded:?}");
        // A first window that ends before it is used up needs no wait.
        let waits = windows as usize - usize::from(used_in_first < 60);
        assert_eq!(stderr.matches("the rate limit is used up; waiting ").count(), waits, "{stderr}");
    }
}

#[test]
fn the_time_is_told_beforehand_where_the_limit_is_known() {
    let clock = FakeClock::new(Duration::ZERO);
    let server_clock = clock.clone();
    let mut state = State::sample();
    state.limit = RateLimit { requests: 60, window: Duration::from_secs(60) };
    let sandbox = Sandbox::start_with_clock(0, state, move || server_clock.wall + server_clock.passed()).unwrap();
    let roster: String =
        std::iter::once("email,partner\n".to_owned()).chain((0..240).map(|at| format!("t{at}@b.co,w00t\n"))).collect();
    let (code, _, stderr) = run(&sandbox, &clock, &["members", "invite", "--from", "-", "-q"], &roster);
    assert_eq!(code, SUCCESS);
    let first = stderr.lines().next().unwrap();
    assert_eq!(first, "note: 240 invitations to send: at 60 requests a minute, this takes about 4 min.");
    assert!(stderr.contains(" of 240 done; about 3 min left"), "{stderr}");
    assert!(stderr.contains(", until 09:01:00 UTC"), "{stderr}");
    assert!(stderr.ends_with("note: 240 invited, 0 skipped, 0 failed, 0 unknown, 0 not tried.\n"), "{stderr}");
}
