//! Runs `strigo` in this process, with a clock that does not take real time.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use strigo_cli::Process;
use strigo_cli::process::{Clock, Environment, InputStream, OutputStream, Signals};

use crate::server::{API_KEY, ORG_ID, Sandbox};
use crate::support::{store_env, wait_until};

/// A clock that advances only by sleeps and by the latency of requests. Threads that sleep
/// at the same time sleep together. A sleep of a few milliseconds waits for another thread, so that it takes real time too.
#[derive(Clone)]
pub struct FakeClock {
    start: Instant,
    elapsed: Arc<Mutex<Duration>>,
    pub system_start: SystemTime,
    /// The number of requests whose response has not been recorded yet. Meanwhile no thread may leap over a minute.
    pub in_flight: Arc<AtomicUsize>,
}

impl FakeClock {
    /// Creates a clock that starts this long after the beginning of a rate-limit window.
    pub fn new(into_window: Duration) -> Self {
        let system_start = UNIX_EPOCH + Duration::from_secs(1_800_000_000) + into_window;
        FakeClock { start: Instant::now(), elapsed: Arc::default(), system_start, in_flight: Arc::default() }
    }

    pub fn advance(&self, duration: Duration) {
        *self.elapsed.lock().unwrap() += duration;
    }

    pub fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.start + self.elapsed()
    }
    fn system_time(&self) -> SystemTime {
        // The local clock is an hour ahead of the server's: waits must depend on the server's clock only.
        self.system_start + self.elapsed() + Duration::from_secs(3600)
    }
    fn sleep(&self, duration: Duration) {
        let end = self.elapsed() + duration;
        if duration > Duration::from_millis(5) {
            wait_until(|| self.in_flight.load(SeqCst) == 0);
            // So that no window passes while another thread, which may send, waits for a busy processor.
            std::thread::sleep(duration / 1000);
        } else {
            std::thread::sleep(duration);
        }
        let mut elapsed = self.elapsed.lock().unwrap();
        *elapsed = end.max(*elapsed);
    }
}

/// A writer whose contents can be read after the writer was moved.
#[derive(Clone, Default)]
struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

/// The standard error of a verbose run, which shows each response that was recorded.
struct RequestLog {
    text: SharedBuffer,
    in_flight: Arc<AtomicUsize>,
}

impl Write for RequestLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.windows(8).any(|window| window == b": 200 in") {
            self.in_flight.fetch_sub(1, SeqCst);
        }
        self.text.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl SharedBuffer {
    fn to_text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs `strigo` in this process with this clock. Returns the exit code as debug text, stdout, and stderr.
pub fn run_in_process(sandbox: &Sandbox, clock: &FakeClock, args: &[&str], stdin: &str) -> (String, String, String) {
    run_in_process_with(sandbox, clock, args, stdin, &[])
}

/// Like [`run_in_process`], with more variables.
pub fn run_in_process_with(
    sandbox: &Sandbox,
    clock: &FakeClock,
    args: &[&str],
    stdin: &str,
    variables: &[(&'static str, &str)],
) -> (String, String, String) {
    let more = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
    let (endpoint, variables) = (sandbox.endpoint(), more.chain(store_env(sandbox)).collect::<Vec<_>>());
    let default = move |name: &str| match name {
        "STRIGO_ENDPOINT" => Some(endpoint.clone()),
        "STRIGO_ORG_ID" => Some(ORG_ID.to_owned()),
        "STRIGO_API_KEY" => Some(API_KEY.to_owned()),
        "STRIGO_JOURNAL" => Some("none".to_owned()),
        _ => None,
    };
    let var = move |name: &str| {
        let given = variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| value.clone());
        given.or_else(|| default(name)).map(Into::into)
    };
    let (stdout, stderr) = (SharedBuffer::default(), SharedBuffer::default());
    let pipe = |writer| OutputStream { writer, is_terminal: false, width: None };
    let request_log = RequestLog { text: stderr.clone(), in_flight: Arc::clone(&clock.in_flight) };
    let code = strigo_cli::run(Process {
        args: std::iter::once("strigo").chain(args.iter().copied()).map(Into::into).collect(),
        env: Environment::new(var),
        clock: Box::new(clock.clone()),
        signals: Signals::default(),
        stdin: InputStream { reader: Box::new(std::io::Cursor::new(stdin.to_owned())), is_terminal: false },
        stdout: pipe(Box::new(stdout.clone())),
        stderr: pipe(Box::new(request_log)),
    });
    (format!("{code:?}"), stdout.to_text(), stderr.to_text())
}

/// Returns the debug text of an exit code.
pub fn exit_code(code: u8) -> String {
    format!("{:?}", ExitCode::from(code))
}

/// Returns the debug text of [`ExitCode::SUCCESS`].
pub fn success() -> String {
    format!("{:?}", ExitCode::SUCCESS)
}
