//! Interactive prompts on the terminal.
//!
//! The prompt on Unix is our own, because rpassword, inquire, and dialoguer each lack one of these: SIGTERM at the prompt
//! restores the terminal; the lines of a paste after the first do not reach the shell; Ctrl-C works at the visible prompt,
//! too, and is reported as an interrupt. On Windows, rpassword reads the key.

use std::io::{self, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::output::reporter::Reporter;
use crate::process::{InputStream, SignalMode, Signals};
use crate::text::error_message;

/// How often a prompt checks for an interrupt: more often than Ctrl-C can be pressed twice.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The longest line that is read, in bytes.
const MAX_LINE_LEN: usize = 64 * 1024;

/// Prompts on a terminal, or reads lines from a pipe.
pub(crate) struct Prompt<'a> {
    stdin: Arc<Mutex<Box<dyn Read + Send>>>,
    is_interactive: bool,
    signals: &'a Signals,
    reporter: &'a Reporter,
}

impl<'a> Prompt<'a> {
    /// Creates a prompt that writes to `reporter` and reads from `stdin`.
    pub(crate) fn new(stdin: InputStream, signals: &'a Signals, reporter: &'a Reporter) -> Self {
        let is_interactive = stdin.is_terminal && reporter.is_terminal();
        Prompt { stdin: Arc::new(Mutex::new(stdin.reader)), is_interactive, signals, reporter }
    }

    /// Whether the user can be prompted.
    pub(crate) fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// Prompts until the input is not empty. Empty input selects `default`, if there is one.
    ///
    /// Returns [`ErrorKind::Interrupted`] after Ctrl-C, and [`ErrorKind::Usage`] at the end of the input.
    pub(crate) fn input(&self, prompt: &str, default: Option<&str>) -> Result<String, Error> {
        self.prompt_until_valid(prompt, default, false).map(|input| input.to_string())
    }

    /// Prompts for a secret until the input is not empty, without echoing it.
    ///
    /// Returns the errors of [`Prompt::input`], and [`ErrorKind::Config`] if the terminal cannot turn off echo.
    pub(crate) fn password(&self, prompt: &str) -> Result<Zeroizing<String>, Error> {
        self.prompt_until_valid(prompt, None, true)
    }

    fn prompt_until_valid(
        &self,
        prompt: &str,
        default: Option<&str>,
        hide_input: bool,
    ) -> Result<Zeroizing<String>, Error> {
        loop {
            let input = self.prompt_line(prompt, hide_input);
            // On error, or if the Enter was not echoed, the cursor is still on the prompt's line.
            if hide_input || input.is_err() {
                self.reporter.prompt("\n");
            }
            match (input?, default) {
                (input, _) if !input.is_empty() => return Ok(input),
                (_, Some(default)) => return Ok(Zeroizing::new(default.to_owned())),
                (_, None) => {}
            }
        }
    }

    /// Reads the first line of an input that is not a terminal. It is empty at the end of the input.
    ///
    /// Returns [`ErrorKind::Usage`] if it cannot be read.
    pub(crate) fn read_line(&self) -> Result<Zeroizing<String>, Error> {
        let line = read_line(&self.stdin).map_err(|error| stdin_error(&error))?;
        Ok(strip_control_sequences(&line.unwrap_or_default()))
    }

    /// Prompts for one line. A thread of its own reads it, so that Ctrl-C can end the wait and the terminal is restored.
    fn prompt_line(&self, prompt: &str, hide_input: bool) -> Result<Zeroizing<String>, Error> {
        self.signals.set_mode(SignalMode::Deferred);
        let echo_off = hide_input.then(echo::EchoGuard::disable).transpose().map_err(|error| {
            Error::new(ErrorKind::Config, format!("cannot turn off terminal echo: {}", error_message(&error)))
                .with_hint("pipe the key to `strigo auth login --key-stdin`")
        })?;
        // Echo is already off: print the prompt only now.
        self.reporter.prompt(prompt);
        let (sender, receiver) = mpsc::channel();
        let stdin = Arc::clone(&self.stdin);
        std::thread::spawn(move || {
            let line = if hide_input { echo::read_hidden_line(&stdin) } else { read_line(&stdin) };
            // The receiver may be gone (interrupted).
            let _ = sender.send(line);
        });
        let line = loop {
            match receiver.recv_timeout(POLL_INTERVAL) {
                _ if self.signals.interrupted() => {
                    return Err(Error::new(ErrorKind::Interrupted, "interrupted; nothing was changed"));
                }
                Ok(line) => break line.map_err(|error| stdin_error(&error))?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        // Restore echo before signals may terminate the process.
        #[cfg_attr(windows, expect(clippy::drop_non_drop))]
        drop(echo_off);
        self.signals.set_mode(SignalMode::Exit);
        let end_of_input = || Error::new(ErrorKind::Usage, "unexpected end of input; nothing was changed");
        line.map(|line| strip_control_sequences(&line)).ok_or_else(end_of_input)
    }
}

fn stdin_error(error: &io::Error) -> Error {
    Error::new(ErrorKind::Usage, format!("cannot read standard input: {}", error_message(error)))
}

/// Reads a line without its newline, or `None` at the end of the input. It reads single bytes, because the bytes after the
/// line belong to the next reader.
fn read_line(stdin: &Mutex<Box<dyn Read + Send>>) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    let mut byte = [0];
    loop {
        match stdin.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => return Ok(Some(line)),
            Ok(_) if byte[0] == b'\n' => return Ok(Some(line)),
            Ok(_) if line.len() == MAX_LINE_LEN => return Err(io::Error::other("line is longer than 64 KiB")),
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Removes the sequences that arrow keys and a bracketed paste send (ECMA-48: CSI and SS3), other control characters, and
/// the whitespace around the rest. Invalid UTF-8 becomes U+FFFD, which no ID and no key contains.
fn strip_control_sequences(line: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(line).into_owned());
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                Some('[') => drop(chars.find(|c| ('@'..='~').contains(c))),
                Some('O') => drop(chars.next()),
                _ => {}
            },
            c if c.is_control() => {}
            c => kept.push(c),
        }
    }
    Zeroizing::new(kept.trim().to_owned())
}

#[cfg(unix)]
mod echo {
    use std::io;

    use rustix::stdio::stdin;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    pub(super) use super::read_line as read_hidden_line;

    /// The value that disables a special character (POSIX: `_POSIX_VDISABLE`).
    const VDISABLE: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

    /// Turns off echo until it is dropped. Both flush the input: the second line of a paste is neither echoed nor passed to
    /// the shell.
    pub(super) struct EchoGuard(Termios);

    impl EchoGuard {
        pub(super) fn disable() -> io::Result<Self> {
            let before = tcgetattr(stdin())?;
            let mut silent = before.clone();
            silent.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
            // Disable Ctrl-Z and Ctrl-\: the process could not restore echo.
            for code in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
                silent.special_codes[code] = VDISABLE;
            }
            tcsetattr(stdin(), OptionalActions::Flush, &silent)?;
            Ok(EchoGuard(before))
        }
    }

    impl Drop for EchoGuard {
        fn drop(&mut self) {
            // If the terminal is gone, there is nothing to restore.
            let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
        }
    }
}

#[cfg(windows)]
mod echo {
    use std::io::{self, Read};
    use std::sync::Mutex;

    use zeroize::Zeroizing;

    /// rpassword turns echo off and on itself.
    pub(super) struct EchoGuard;

    impl EchoGuard {
        pub(super) fn disable() -> io::Result<Self> {
            Ok(EchoGuard)
        }
    }

    /// Reads a line from the console, which on Windows is where the terminal's input comes from.
    pub(super) fn read_hidden_line(_: &Mutex<Box<dyn Read + Send>>) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        // The caller writes the newline.
        let config = rpassword::ConfigBuilder::new().output_discard().build();
        Ok(Some(Zeroizing::new(rpassword::read_password_with_config(config)?.into_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(line: &str) -> String {
        strip_control_sequences(line.as_bytes()).to_string()
    }

    #[test]
    fn input_strips_cursor_sequences() {
        assert_eq!(clean(" k\u{1b}[D\u{1b}[Aey\u{1b}OC\u{1b}[3~\r"), "key");
        assert_eq!(clean("\u{1b}[200~pasted\u{1b}[201~"), "pasted");
        assert_eq!(clean("\u{1b}[1;5Dx\u{7f}\u{3}"), "x");
        assert_eq!(clean("x\u{1b}[12"), "x");
        assert_eq!(clean("x\u{1b}"), "x");
    }

    proptest! {
        #[test]
        fn input_strips_all_control_characters(line in any::<Vec<u8>>()) {
            prop_assert!(!strip_control_sequences(&line).contains(char::is_control));
        }

        #[test]
        fn input_keeps_plain_text(line in "[!-~]{0,40}") {
            prop_assert_eq!(clean(&line), line);
        }
    }
}
