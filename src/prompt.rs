//! Interactive prompts on the terminal.
//!
//! The hidden prompt on Unix is our own. With rpassword in a script that bash runs, Ctrl-C, SIGTERM, and SIGHUP all leave the
//! terminal without echo. A visible prompt needs no care: any signal may end it.

use std::cell::RefCell;
use std::io::{self, BufRead as _, BufReader, Read};

#[cfg(unix)]
use rustix::{event, io::Errno, stdio::stdin, termios};

use crate::error::{Error, ErrorKind};
use crate::output::reporter::Reporter;
use crate::process::{InputStream, SignalMode, Signals};
use crate::text::error_message;

/// Prompts on a terminal, or reads a line from a pipe.
pub(crate) struct Prompt<'a> {
    stdin: RefCell<Box<dyn Read + Send>>,
    is_interactive: bool,
    signals: &'a Signals,
    reporter: &'a Reporter,
}

impl<'a> Prompt<'a> {
    /// Creates a prompt that writes to `reporter` and reads from `stdin`.
    pub(crate) fn new(stdin: InputStream, signals: &'a Signals, reporter: &'a Reporter) -> Self {
        let is_interactive = stdin.is_terminal && reporter.is_terminal();
        Prompt { stdin: RefCell::new(stdin.reader), is_interactive, signals, reporter }
    }

    /// Whether the user can be prompted.
    pub(crate) fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// Prompts until the input is not empty. Empty input selects `default`, if there is one.
    ///
    /// Returns [`ErrorKind::Usage`] at the end of the input.
    pub(crate) fn input(&self, prompt: &str, default: Option<&str>) -> Result<String, Error> {
        self.reporter.prompt(prompt);
        let line = self.finish(self.read(), false)?;
        match default {
            _ if !line.is_empty() => Ok(line),
            Some(default) => Ok(default.to_owned()),
            None => self.input(prompt, None),
        }
    }

    /// Asks a question, and returns whether the answer is yes.
    ///
    /// Returns [`ErrorKind::Usage`] at the end of the input.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Error> {
        let answer = self.input(question, Some("n"))?;
        Ok(matches!(&*answer.trim().to_lowercase(), "y" | "yes"))
    }

    /// Prompts for a secret until the input is not empty, without echoing it.
    ///
    /// Returns [`ErrorKind::Interrupted`] after Ctrl-C, and [`ErrorKind::Usage`] at the end of the input.
    pub(crate) fn password(&self, prompt: &str) -> Result<String, Error> {
        // A signal must not end the process before the terminal is restored.
        self.signals.set_mode(SignalMode::Deferred);
        let line = self.read_hidden(prompt);
        self.signals.set_mode(SignalMode::Exit);
        let line = self.finish(line, true)?;
        if line.is_empty() { self.password(prompt) } else { Ok(line) }
    }

    /// Reads the first line of an input that is not a terminal. It is empty at the end of the input.
    ///
    /// Returns [`ErrorKind::Usage`] if it cannot be read.
    pub(crate) fn read_line(&self) -> Result<String, Error> {
        self.read().map(|line| line.trim().to_owned()).map_err(|error| read_error(&error))
    }

    fn read(&self) -> io::Result<String> {
        let mut line = String::new();
        BufReader::new(&mut *self.stdin.borrow_mut()).read_line(&mut line)?;
        Ok(line)
    }

    /// Reads a line with its newline while the terminal echoes nothing. Both changes of the terminal flush its input: the
    /// second line of a paste is neither echoed nor passed to the shell. Ctrl-Z and Ctrl-\ are off: they would leave the
    /// terminal as it is.
    #[cfg(unix)]
    fn read_hidden(&self, prompt: &str) -> io::Result<String> {
        // POSIX: _POSIX_VDISABLE.
        const DISABLED: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };
        const POLL_INTERVAL: event::Timespec = event::Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
        let before = termios::tcgetattr(stdin())?;
        let mut silent = before.clone();
        silent.local_modes -= termios::LocalModes::ECHO | termios::LocalModes::ECHONL;
        silent.special_codes[termios::SpecialCodeIndex::VSUSP] = DISABLED;
        silent.special_codes[termios::SpecialCodeIndex::VQUIT] = DISABLED;
        termios::tcsetattr(stdin(), termios::OptionalActions::Flush, &silent)?;
        self.reporter.prompt(prompt);
        let mut line = [0; 4096];
        let length = loop {
            match event::poll(&mut [event::PollFd::new(&stdin(), event::PollFlags::IN)], Some(&POLL_INTERVAL)) {
                _ if self.signals.interrupted() => break Err(io::ErrorKind::Interrupted.into()),
                Ok(0) | Err(Errno::INTR) => {}
                // A terminal gives one line at a time.
                _ => break rustix::io::read(stdin(), &mut line).map_err(io::Error::from),
            }
        };
        termios::tcsetattr(stdin(), termios::OptionalActions::Flush, &before)?;
        Ok(String::from_utf8_lossy(&line[..length?]).into_owned())
    }

    #[cfg(windows)]
    fn read_hidden(&self, prompt: &str) -> io::Result<String> {
        self.reporter.prompt(prompt);
        // The caller ends the line.
        let config = rpassword::ConfigBuilder::new().output_discard().build();
        rpassword::read_password_with_config(config).map(|key| key + "\n")
    }

    /// Ends the line of a prompt, unless the Enter was echoed, and returns the input.
    fn finish(&self, line: io::Result<String>, is_hidden: bool) -> Result<String, Error> {
        let line = line.map_err(|error| read_error(&error)).and_then(|line| match line.is_empty() {
            true => Err(Error::new(ErrorKind::Usage, "unexpected end of input; nothing was changed")),
            false => Ok(line.trim().to_owned()),
        });
        if is_hidden || line.is_err() {
            self.reporter.prompt("\n");
        }
        line
    }
}

fn read_error(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::Interrupted => Error::new(ErrorKind::Interrupted, "interrupted; nothing was changed"),
        _ => Error::new(ErrorKind::Usage, format!("cannot read standard input: {}", error_message(error))),
    }
}
