//! The process that the tool runs in: arguments, environment and streams, so that all of it can be replaced.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use directories::ProjectDirs;

use crate::error::{Error, Kind};

type Lookup = dyn Fn(&str) -> Option<OsString>;

/// The environment's variables, and the platform's own places for files.
pub struct Environment {
    lookup: Box<Lookup>,
    config_dir: Option<PathBuf>,
}

impl Environment {
    /// Variables from `lookup`; the config file's own place is in `config_dir`.
    pub fn new(lookup: impl Fn(&str) -> Option<OsString> + 'static, config_dir: Option<PathBuf>) -> Self {
        Environment { lookup: Box::new(lookup), config_dir }
    }

    /// The real one. The directory is the platform's, by `directories` (on Linux the XDG base directories).
    pub fn current() -> Self {
        let dirs = ProjectDirs::from("", "", "strigo");
        Environment::new(|name| std::env::var_os(name), dirs.map(|dirs| dirs.config_dir().to_owned()))
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
    pub fn config_dir(&self) -> Option<&PathBuf> {
        self.config_dir.as_ref()
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

/// All that the tool takes from its process.
pub struct Process {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// The environment.
    pub env: Environment,
    /// For data.
    pub stdout: Stream,
    /// For everything else.
    pub stderr: Stream,
}

impl Process {
    /// The real one.
    pub fn current() -> Self {
        let width = |size: Option<(terminal_size::Width, terminal_size::Height)>| {
            size.map(|(terminal_size::Width(columns), _)| columns).filter(|columns| *columns > 0)
        };
        Process {
            args: std::env::args_os().collect(),
            env: Environment::current(),
            stdout: Stream {
                is_terminal: io::stdout().is_terminal(),
                width: width(terminal_size::terminal_size_of(io::stdout())),
                to: Box::new(io::stdout()),
            },
            stderr: Stream {
                is_terminal: io::stderr().is_terminal(),
                width: width(terminal_size::terminal_size_of(io::stderr())),
                to: Box::new(io::stderr()),
            },
        }
    }
}
