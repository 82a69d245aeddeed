//! Asks a person something on the terminal.

use std::io::{self, Read};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Kind};
use crate::output::notes::Notes;
use crate::process::{Input, Interrupts};
use crate::text::cause;

/// How long Ctrl-C may go unnoticed: less than it takes to press it twice.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Longest line that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Somebody who can be asked, or a pipe that can be read.
pub(crate) struct Prompt<'a> {
    stdin: Arc<Mutex<Box<dyn Read + Send>>>,
    has_person: bool,
    interrupts: &'a Interrupts,
    notes: &'a Notes,
}

impl<'a> Prompt<'a> {
    /// Asks on `notes`, and reads the answers from `stdin`.
    pub(crate) fn new(stdin: Input, interrupts: &'a Interrupts, notes: &'a Notes) -> Self {
        let has_person = stdin.is_terminal && notes.is_terminal();
        Prompt { stdin: Arc::new(Mutex::new(stdin.from)), has_person, interrupts, notes }
    }

    /// Whether somebody is there.
    pub(crate) fn has_person(&self) -> bool {
        self.has_person
    }

    /// Asks until there is an answer that is not empty, or `usual` is taken by an empty one.
    ///
    /// Fails with [`Kind::Interrupted`] after Ctrl-C, and with [`Kind::Usage`] where the input ends.
    pub(crate) fn ask(&self, question: &str, usual: Option<&str>) -> Result<String, Error> {
        loop {
            // What ends the waiting without an answer leaves the cursor behind the question.
            let answer = self.line(question, false).inspect_err(|_| self.notes.question("\n"))?;
            match (answer.is_empty(), usual) {
                (false, _) => return Ok(answer.to_string()),
                (true, Some(usual)) => return Ok(usual.to_owned()),
                (true, None) => {}
            }
        }
    }

    /// The same for a secret: what is typed is not shown.
    ///
    /// Fails as [`Prompt::ask`] does, and with [`Kind::Config`] where the terminal cannot hide it.
    pub(crate) fn ask_unseen(&self, question: &str) -> Result<Zeroizing<String>, Error> {
        loop {
            let answer = self.line(question, true);
            // The Enter that ended it was not shown either.
            self.notes.question("\n");
            match answer? {
                answer if answer.is_empty() => {}
                answer => return Ok(answer),
            }
        }
    }

    /// The first line of an input that nobody types. Fails with [`Kind::Usage`] where there is none.
    pub(crate) fn read_piped(&self) -> Result<Zeroizing<String>, Error> {
        let line = read_line(&self.stdin).map_err(|error| unreadable(&error))?;
        Ok(cleaned(&line.unwrap_or_default()))
    }

    /// One line, read by a thread of its own, so that Ctrl-C can end the waiting for it and the terminal is left as it
    /// was found.
    fn line(&self, question: &str, unseen: bool) -> Result<Zeroizing<String>, Error> {
        self.interrupts.hold();
        let hidden = unseen.then(hidden::Echo::hide).transpose().map_err(|error| {
            Error::new(Kind::Config, format!("this terminal cannot hide what is typed: {}", cause(&error)))
                .hint("Give the key with --key-stdin.")
        })?;
        // Nothing that is typed once this can be read is shown.
        self.notes.question(question);
        let (sender, answer) = mpsc::channel();
        let stdin = Arc::clone(&self.stdin);
        std::thread::spawn(move || {
            // Nobody listens any more after Ctrl-C.
            let _ = sender.send(read_line(&stdin));
        });
        let line = loop {
            match answer.recv_timeout(LOOK_EVERY) {
                _ if self.interrupts.happened() => {
                    return Err(Error::new(Kind::Interrupted, "interrupted, so nothing was changed"));
                }
                Ok(line) => break line.map_err(|error| unreadable(&error))?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break None,
            }
        };
        // In this order, or a signal between the two would leave the terminal as it is.
        drop(hidden);
        self.interrupts.release();
        let ended = || Error::new(Kind::Usage, "the input ended without an answer, so nothing was changed");
        line.map(|line| cleaned(&line)).ok_or_else(ended)
    }
}

fn unreadable(error: &io::Error) -> Error {
    Error::new(Kind::Usage, format!("cannot read stdin: {}", cause(error)))
}

/// A line without its newline; `None` at the end of the input. Byte by byte, so that what follows stays where it is.
fn read_line(stdin: &Mutex<Box<dyn Read + Send>>) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut stdin = stdin.lock().unwrap_or_else(PoisonError::into_inner);
    let mut line = Zeroizing::new(Vec::with_capacity(1024));
    let mut byte = [0];
    loop {
        match stdin.read(&mut byte) {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => return Ok(Some(line)),
            Ok(_) if byte[0] == b'\n' => return Ok(Some(line)),
            Ok(_) if line.len() == LONGEST => return Err(io::Error::other("the line is too long")),
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// What was meant: without the sequences that arrow keys and a paste send (ECMA-48: CSI and SS3), other control
/// characters and the space around. What is not UTF-8 becomes U+FFFD, which no ID and no key can have.
fn cleaned(line: &[u8]) -> Zeroizing<String> {
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
mod hidden {
    use std::io;

    use rustix::stdio::stdin;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    /// No character at all (POSIX: `_POSIX_VDISABLE`).
    const DISABLED: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

    /// Turned off until it is dropped. What was typed before or is left over then is thrown away: the second line of a
    /// paste is neither shown nor left to the shell.
    pub(super) struct Echo(Termios);

    impl Echo {
        pub(super) fn hide() -> io::Result<Self> {
            let before = tcgetattr(stdin())?;
            let mut hidden = before.clone();
            hidden.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
            // Suspended or ended with a core, the process could not turn it on again.
            for code in [SpecialCodeIndex::VSUSP, SpecialCodeIndex::VQUIT] {
                hidden.special_codes[code] = DISABLED;
            }
            tcsetattr(stdin(), OptionalActions::Flush, &hidden)?;
            Ok(Echo(before))
        }
    }

    impl Drop for Echo {
        fn drop(&mut self) {
            // A terminal that is gone needs no echo.
            let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
        }
    }
}

#[cfg(not(unix))]
mod hidden {
    use std::io;

    pub(super) enum Echo {}

    impl Echo {
        pub(super) fn hide() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(line: &str) -> String {
        cleaned(line.as_bytes()).to_string()
    }

    #[test]
    fn keys_that_move_the_cursor_leave_nothing() {
        assert_eq!(clean(" k\u{1b}[D\u{1b}[Aey\u{1b}OC\u{1b}[3~\r"), "key");
        assert_eq!(clean("\u{1b}[200~pasted\u{1b}[201~"), "pasted");
        assert_eq!(clean("\u{1b}[1;5Dx\u{7f}\u{3}"), "x");
        assert_eq!(clean("x\u{1b}[12"), "x");
        assert_eq!(clean("x\u{1b}"), "x");
    }

    proptest! {
        #[test]
        fn an_answer_has_no_control_characters(line in any::<Vec<u8>>()) {
            prop_assert!(!cleaned(&line).contains(char::is_control));
        }

        #[test]
        fn plain_text_is_taken_as_it_is(line in "[!-~]{0,40}") {
            prop_assert_eq!(clean(&line), line);
        }
    }
}
