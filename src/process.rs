//! The process: arguments, environment, streams, clock, and signals. All of it is injectable, so that tests and the sandbox
//! can replace it.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use directories::ProjectDirs;
use signal_hook::SigId;
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default, register_usize};
use signal_hook::low_level::{emulate_default_handler, unregister};
use terminal_size::{Height, Width, terminal_size_of};

use crate::error::{Error, ErrorKind};

/// The environment variables that strigo reads itself.
pub mod env_vars {
    /// The organization ID.
    pub const ORG_ID: &str = "STRIGO_ORG_ID";
    /// The API key.
    pub const API_KEY: &str = "STRIGO_API_KEY";
    /// Set for an `api_key_command`, so that one which calls strigo does not call itself for ever.
    pub const IN_API_KEY_COMMAND: &str = "STRIGO_IN_API_KEY_COMMAND";
    /// The base URL of the API.
    pub const ENDPOINT: &str = "STRIGO_ENDPOINT";
    /// The profile of the config file.
    pub const PROFILE: &str = "STRIGO_PROFILE";
    /// The path of the config file.
    pub const CONFIG: &str = "STRIGO_CONFIG";
    /// The output format.
    pub const OUTPUT: &str = "STRIGO_OUTPUT";
    /// The timeout of a request, in seconds.
    pub const TIMEOUT: &str = "STRIGO_TIMEOUT";
    /// Where invitations are recorded.
    pub const JOURNAL: &str = "STRIGO_JOURNAL";
    /// The longest total wait of a call, in seconds.
    pub const MAX_WAIT: &str = "STRIGO_MAX_WAIT";
}

/// The signals that ask a process to end. SIGHUP says that the terminal was closed.
const TERMINATION_SIGNALS: &[i32] = &[
    SIGINT,
    SIGTERM,
    #[cfg(unix)]
    SIGHUP,
];

type VarFn = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// The environment variables and the platform's directories.
pub struct Environment {
    var_fn: Box<VarFn>,
    /// The directory of the config file.
    pub config_dir: Option<PathBuf>,
    /// The directory for data that can be fetched again.
    pub cache_dir: Option<PathBuf>,
    /// The directory for data of this machine that cannot.
    pub state_dir: Option<PathBuf>,
}

impl Environment {
    /// Creates an environment with the variables that `var_fn` returns, and without directories.
    pub fn new(var_fn: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Environment { var_fn: Box::new(var_fn), config_dir: None, cache_dir: None, state_dir: None }
    }

    /// Returns the environment of this process. The directories are the platform's, or those of the XDG Base Directory
    /// Specification if its variables are set, which users and tests set on other systems, too.
    pub fn current() -> Self {
        let dirs = ProjectDirs::from("", "", "strigo");
        let env = Environment::new(|name| std::env::var_os(name));
        let xdg = |name| {
            let dir = env.var_os(name).map(PathBuf::from).filter(|dir| dir.is_absolute());
            dir.map(|dir| dir.join("strigo"))
        };
        Environment {
            config_dir: xdg("XDG_CONFIG_HOME").or_else(|| Some(dirs.as_ref()?.config_dir().to_owned())),
            cache_dir: xdg("XDG_CACHE_HOME").or_else(|| Some(dirs.as_ref()?.cache_dir().to_owned())),
            // Only Linux has a place for state.
            state_dir: xdg("XDG_STATE_HOME").or_else(|| {
                let dirs = dirs.as_ref()?;
                Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned())
            }),
            ..env
        }
    }

    /// Returns a variable's value without spaces and line ends around it, which env files from Windows and secret stores
    /// leave there. An empty value counts as unset, because CI systems set variables that have none.
    pub fn var_os(&self, name: &str) -> Option<OsString> {
        let value = (self.var_fn)(name)?.into_string().map_or_else(|value| value, |text| text.trim().into());
        Some(value).filter(|value| !value.is_empty())
    }

    /// Returns a variable's value as text.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the value is not valid UTF-8.
    pub fn var(&self, name: &str) -> Result<Option<String>, Error> {
        let invalid = |_| Error::new(ErrorKind::Config, format!("environment variable {name} is not valid UTF-8"));
        self.var_os(name).map(|value| value.into_string().map_err(invalid)).transpose()
    }

    /// Returns who runs the tool: the user who has started a CI job, or the user of this machine.
    pub fn user(&self) -> String {
        let var = |names: &[&str]| names.iter().find_map(|name| self.var(name).ok()?);
        let of_machine = || match (var(&["USER", "LOGNAME", "USERNAME"]), host_name()) {
            (Some(user), Some(host)) => format!("{user}@{host}"),
            (user, host) => user.or(host).unwrap_or_default(),
        };
        var(&["GITHUB_ACTOR", "GITLAB_USER_LOGIN"]).unwrap_or_else(of_machine)
    }

    /// Whether this is a CI job, whose files vanish with the machine.
    pub fn is_ci(&self) -> bool {
        self.var_os("CI").is_some_and(|value| value != "false" && value != "0")
    }
}

/// Returns the name of this machine, if it is known.
fn host_name() -> Option<String> {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_str().ok().map(str::to_owned);
    #[cfg(windows)]
    let name = std::env::var("COMPUTERNAME").ok();
    name.filter(|name| !name.is_empty())
}

/// How often a stream in non-blocking mode is tried that is not ready.
const READY_POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A stream that waits even if it is in non-blocking mode. Another process that shares a pipe or a terminal can set that
/// mode for all of them, as Node.js does.
struct Blocking<S>(S);

impl<S> Blocking<S> {
    fn retry<T>(&mut self, mut operation: impl FnMut(&mut S) -> io::Result<T>) -> io::Result<T> {
        loop {
            match operation(&mut self.0) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(READY_POLL_INTERVAL),
                result => return result,
            }
        }
    }
}

impl<S: Write> Write for Blocking<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.retry(|stream| stream.write(bytes))
    }
    fn flush(&mut self) -> io::Result<()> {
        self.retry(S::flush)
    }
}

impl<S: Read> Read for Blocking<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.retry(|stream| stream.read(buffer))
    }
}

/// Standard output or standard error.
pub struct OutputStream {
    /// Receives the bytes.
    pub writer: Box<dyn Write + Send>,
    /// Whether this is a terminal.
    pub is_terminal: bool,
    /// The terminal's width in columns, if this is one and its width is known.
    pub width: Option<u16>,
}

impl OutputStream {
    fn current(stream: impl Write + Send + IsTerminal + 'static, size: Option<(Width, Height)>) -> Self {
        let is_terminal = stream.is_terminal();
        // A terminal that does not report its size may have it in COLUMNS (POSIX, "Environment Variables"). Elsewhere the
        // variable is that of a terminal which does not receive the output.
        let from_env = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = size.map(|(Width(columns), _)| columns).or_else(from_env);
        let width = width.filter(|columns| is_terminal && *columns > 0);
        OutputStream { is_terminal, width, writer: Box::new(Blocking(stream)) }
    }
}

/// A source of time. Tests replace it, so that waits for the rate limit take no real time.
pub trait Clock: Send + Sync {
    /// Returns the monotonic time, for measuring.
    fn now(&self) -> Instant;
    /// Returns the wall-clock time, for display and for comparison with a server's clock.
    fn system_time(&self) -> SystemTime;
    /// Waits for `duration`.
    fn sleep(&self, duration: Duration);
}

/// How often a wait checks whether it is interrupted.
pub(crate) const INTERRUPT_POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Waits for `duration`, or until `is_interrupted`. Returns whether all of the time has passed.
pub(crate) fn sleep_unless(clock: &dyn Clock, duration: Duration, is_interrupted: impl Fn() -> bool) -> bool {
    let end = clock.now() + duration;
    loop {
        if is_interrupted() {
            return false;
        }
        let left = end.saturating_duration_since(clock.now());
        if left.is_zero() {
            return true;
        }
        clock.sleep(left.min(INTERRUPT_POLL_INTERVAL));
    }
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// Standard input.
pub struct InputStream {
    /// Provides the bytes.
    pub reader: Box<dyn Read + Send>,
    /// Whether this is a terminal.
    pub is_terminal: bool,
}

impl InputStream {
    /// Creates an empty input.
    pub fn empty() -> Self {
        InputStream { reader: Box::new(io::empty()), is_terminal: false }
    }
}

/// What SIGINT, SIGTERM, and SIGHUP do. In the end the process dies of the signal, so that a shell ends a loop around it.
///
/// | mode | first signal | second signal |
/// |---|---|---|
/// | `Exit` | ends it | |
/// | `Graceful` | is recorded | ends it, unless it is SIGHUP |
/// | `Deferred` | is recorded | is recorded |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalMode {
    /// For commands that can stop at any time.
    Exit,
    /// For batches, which finish the request in flight.
    Graceful,
    /// For short sections that must not be cut off.
    Deferred,
}

/// Receives SIGINT (Ctrl-C), SIGTERM, and SIGHUP.
#[derive(Debug, Default)]
pub struct Signals {
    /// The last signal that was recorded, or 0.
    received: Arc<AtomicUsize>,
    exit_on_signal: Arc<AtomicBool>,
    /// `None` until the handlers are installed.
    handlers: Mutex<Option<Handlers>>,
}

#[derive(Debug)]
struct Handlers {
    /// The signals that are handled.
    signals: Vec<i32>,
    /// The handlers that make the second signal exit.
    second_signal: Vec<SigId>,
}

impl Signals {
    /// Sets what signals do from now on. A signal whose handler cannot be installed ends the process as usual, which a
    /// journal survives.
    pub fn set_mode(&self, mode: SignalMode) {
        let mut handlers = self.handlers.lock().unwrap_or_else(PoisonError::into_inner);
        self.exit_on_signal.store(mode == SignalMode::Exit, Ordering::Relaxed);
        let Handlers { signals, second_signal } = handlers.get_or_insert_with(|| self.install_handlers());
        for id in second_signal.drain(..) {
            unregister(id);
        }
        if mode == SignalMode::Graceful {
            // Handlers run in the order of their registration: these take effect after the first signal.
            // The shell of a terminal that is closed and the kernel both send SIGHUP: a second one is no wish of anyone.
            let impatient = signals.iter().filter(|signal| **signal == SIGINT || **signal == SIGTERM);
            let registered = impatient.map(|signal| register(*signal, Arc::clone(&self.exit_on_signal)));
            second_signal.extend(registered.flatten());
        }
    }

    /// Installs the handlers. A signal that is ignored from the start stays ignored: `nohup` and `trap '' INT` rely on it.
    fn install_handlers(&self) -> Handlers {
        let ignored = ignored_signals();
        let signals: Vec<i32> =
            TERMINATION_SIGNALS.iter().copied().filter(|signal| ignored & (1 << (signal - 1)) == 0).collect();
        for signal in &signals {
            let _ = register_conditional_default(*signal, Arc::clone(&self.exit_on_signal))
                .and_then(|_| register_usize(*signal, Arc::clone(&self.received), *signal as usize));
        }
        Handlers { signals, second_signal: Vec::new() }
    }

    /// Whether a signal has been recorded.
    pub fn interrupted(&self) -> bool {
        self.received.load(Ordering::Relaxed) != 0
    }

    /// Returns the exit code of a process that dies of the signal that was recorded, as a shell sees it.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        u8::try_from(self.received.load(Ordering::Relaxed))
            .ok()
            .filter(|signal| *signal != 0)
            .map(|signal| 128 + signal)
    }

    /// Ends the process by the signal that was recorded, if there is one.
    pub(crate) fn end_process(&self) {
        let signal = self.received.load(Ordering::Relaxed);
        if signal != 0 {
            let _ = emulate_default_handler(signal as i32);
        }
    }
}

/// Returns the signals that are ignored, the lowest bit being signal 1. Only Linux tells without unsafe code, in
/// proc_pid_status(5); elsewhere none counts as ignored.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Everything that the tool uses of its process.
pub struct Process {
    /// The arguments, starting with the program's name.
    pub args: Vec<OsString>,
    /// The environment.
    pub env: Environment,
    /// The clock.
    pub clock: Box<dyn Clock>,
    /// SIGINT and SIGTERM.
    pub signals: Signals,
    /// May provide a roster, a request body, or an API key.
    pub stdin: InputStream,
    /// Receives data.
    pub stdout: OutputStream,
    /// Receives everything else.
    pub stderr: OutputStream,
}

impl Process {
    /// Returns this process.
    pub fn current() -> Self {
        // A console without this shows the sequences for colors as text.
        #[cfg(windows)]
        let _ = enable_ansi_support::enable_ansi_support();
        // Otherwise a limit on the size of files ends the process by this signal, in the middle of a record. With any
        // handler, the write fails instead, as on a full disk.
        #[cfg(unix)]
        let _ = register(SIGXFSZ, Arc::default());
        Process {
            args: std::env::args_os().collect(),
            env: Environment::current(),
            clock: Box::new(SystemClock),
            signals: Signals::default(),
            stdin: InputStream { is_terminal: io::stdin().is_terminal(), reader: Box::new(Blocking(io::stdin())) },
            stdout: OutputStream::current(io::stdout(), terminal_size_of(io::stdout())),
            stderr: OutputStream::current(io::stderr(), terminal_size_of(io::stderr())),
        }
    }
}
