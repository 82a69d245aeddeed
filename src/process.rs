//! The process that the tool runs in: arguments, environment and streams, so that all of it can be replaced.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use directories::ProjectDirs;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown};

use crate::error::{Error, Kind};

/// What asks the tool to end.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

type Lookup = dyn Fn(&str) -> Option<OsString>;

/// The environment's variables, and the platform's own places for files.
pub struct Environment {
    lookup: Box<Lookup>,
    config_dir: Option<PathBuf>,
    cache_dir: Option<PathBuf>,
}

impl Environment {
    /// Variables from `lookup`, and no places for files.
    pub fn new(lookup: impl Fn(&str) -> Option<OsString> + 'static) -> Self {
        Environment { lookup: Box::new(lookup), config_dir: None, cache_dir: None }
    }

    /// The real one. The directory is the platform's, by `directories` (on Linux the XDG base directories).
    pub fn current() -> Self {
        let dirs = ProjectDirs::from("", "", "strigo");
        Environment {
            config_dir: dirs.as_ref().map(|dirs| dirs.config_dir().to_owned()),
            cache_dir: dirs.as_ref().map(|dirs| dirs.cache_dir().to_owned()),
            ..Environment::new(|name| std::env::var_os(name))
        }
    }

    /// A variable's value. An empty one counts as not set, as CI systems set what they do not have.
    pub fn os(&self, name: &str) -> Option<OsString> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// A variable's value as text. Fails with [`Kind::Config`] where it is none.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.os(name)
            .map(|value| {
                value.into_string().map_err(|_| Error::new(Kind::Config, format!("the variable {name} is not UTF-8")))
            })
            .transpose()
    }

    /// Where the platform keeps the tool's config file.
    pub fn config_dir(&self) -> Option<&Path> {
        self.config_dir.as_deref()
    }

    /// Where the platform keeps what the tool can do without.
    pub fn cache_dir(&self) -> Option<&Path> {
        self.cache_dir.as_deref()
    }
}

/// A stream that the tool writes to, and whether a person looks at it.
pub struct Stream {
    /// Where the bytes go.
    pub to: Box<dyn Write + Send>,
    /// Whether it is a terminal.
    pub is_terminal: bool,
    /// The terminal's width in columns, where it is known.
    pub width: Option<u16>,
}

impl Stream {
    /// A stream that nobody looks at.
    pub fn piped(to: impl Write + Send + 'static) -> Self {
        Stream { to: Box::new(to), is_terminal: false, width: None }
    }
}

/// Time: as it passes, and as it may be made to pass in a test.
pub trait Clock: Send + Sync {
    /// This moment, for measuring.
    fn now(&self) -> Instant;
    /// This moment, for people and for other machines.
    fn today(&self) -> SystemTime;
    /// Lets so much time pass.
    fn sleep(&self, time: Duration);
}

/// The system's own clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn today(&self) -> SystemTime {
        SystemTime::now()
    }
    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Where the tool reads what is not on its command line.
pub struct Input {
    /// Where the bytes come from.
    pub from: Box<dyn Read + Send>,
    /// Whether a person can be asked.
    pub is_terminal: bool,
}

impl Input {
    /// Nothing to read.
    pub fn empty() -> Self {
        Input { from: Box::new(io::empty()), is_terminal: false }
    }
}

/// Whether the tool has been asked to end, by Ctrl-C or SIGTERM.
#[derive(Debug, Clone, Default)]
pub struct Interrupts {
    happened: Arc<AtomicBool>,
    /// Whether a signal ends the process at once.
    at_once: Arc<AtomicBool>,
    are_watched: Arc<AtomicBool>,
    are_caught: Arc<AtomicBool>,
}

impl Interrupts {
    /// From now on, a signal ends the process at once with the exit code of [`Kind::Interrupted`], whoever sent it.
    pub fn release(&self) {
        self.at_once.store(true, Ordering::Relaxed);
        self.watch();
    }

    /// From now on, the first signal is taken note of instead of ending the process, so that what has begun can be
    /// finished. A second one ends it at once.
    pub fn catch(&self) {
        self.hold();
        if !self.are_caught.swap(true, Ordering::Relaxed) {
            SIGNALS.iter().for_each(|signal| drop(register(*signal, Arc::clone(&self.at_once))));
        }
    }

    /// From now on, signals are taken note of, however many come: for moments that must not be cut short.
    pub fn hold(&self) {
        self.at_once.store(false, Ordering::Relaxed);
        self.watch();
    }

    /// Where a signal cannot be caught it ends the process as before, and a journal copes with that.
    fn watch(&self) {
        if self.are_watched.swap(true, Ordering::Relaxed) {
            return;
        }
        let code = Kind::Interrupted.exit_code().into();
        for signal in SIGNALS {
            let _ = register_conditional_shutdown(signal, code, Arc::clone(&self.at_once))
                .and_then(|_| register(signal, Arc::clone(&self.happened)));
        }
    }

    /// Whether it has been asked to.
    pub fn happened(&self) -> bool {
        self.happened.load(Ordering::Relaxed)
    }
}

/// Standard output without the standard library's own buffer, which looks for newlines: what comes is buffered already.
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    #[cfg(unix)]
    if let Ok(stdout) = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned() {
        return Box::new(std::fs::File::from(stdout));
    }
    Box::new(io::stdout())
}

/// All that the tool takes from its process.
pub struct Process {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// The environment.
    pub env: Environment,
    /// Time.
    pub clock: Box<dyn Clock>,
    /// Whether it has been asked to end.
    pub interrupts: Interrupts,
    /// Where a roster or a key may come from.
    pub stdin: Input,
    /// For data.
    pub stdout: Stream,
    /// For everything else.
    pub stderr: Stream,
}

impl Process {
    /// The real one.
    pub fn current() -> Self {
        // A terminal that does not know its size may have it in COLUMNS, as POSIX has it.
        let by_env = || std::env::var("COLUMNS").ok()?.parse().ok();
        let width = |size: Option<(terminal_size::Width, terminal_size::Height)>| {
            let known = size.map(|(terminal_size::Width(columns), _)| columns).or_else(by_env);
            known.filter(|columns| *columns > 0)
        };
        Process {
            args: std::env::args_os().collect(),
            env: Environment::current(),
            clock: Box::new(SystemClock),
            interrupts: Interrupts::default(),
            stdin: Input { from: Box::new(io::stdin()), is_terminal: io::stdin().is_terminal() },
            stdout: Stream {
                is_terminal: io::stdout().is_terminal(),
                width: width(terminal_size::terminal_size_of(io::stdout())),
                to: unbuffered_stdout(),
            },
            stderr: Stream {
                is_terminal: io::stderr().is_terminal(),
                width: width(terminal_size::terminal_size_of(io::stderr())),
                to: Box::new(io::stderr()),
            },
        }
    }
}
