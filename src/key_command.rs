//! The command that prints the API key, for those who keep it in a password manager.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;

use crate::api::credentials::ApiKey;
use crate::error::{Error, Kind};
use crate::text::cause;

/// How long the command may take: time enough to type a passphrase.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// How often a command that has printed its line is looked at, until it has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Runs `command` (the program and its arguments, without a shell), which `place` has, and takes the first line that it
/// prints for the key. It may ask questions: its standard input and error are the tool's own.
///
/// Fails with [`Kind::Config`], and never shows what was printed.
pub(crate) fn run(command: &[String], place: &str, longest: Duration) -> Result<ApiKey, Error> {
    let wrong = |why: &str| {
        Error::new(Kind::Config, format!("the api_key_command of {place} {why}"))
            .hint("Run it by hand to see what it does: it has to print the key on its first line, and to succeed.")
    };
    let Some((program, arguments)) = command.split_first() else {
        return Err(wrong("is empty"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| wrong(&format!("cannot be run ({program}): {}", cause(&error))))?;
    let deadline = Instant::now() + longest;
    let line = first_line(&mut child, longest);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(LOOK_EVERY),
            Ok(None) => {
                // Whether it can be ended or not, nothing more is wanted of it.
                let _ = child.kill().and_then(|()| child.wait());
                return Err(wrong(&format!("did not end within {} s", longest.as_secs_f64())));
            }
            Err(error) => return Err(wrong(&format!("cannot be waited for: {}", cause(&error)))),
        }
    };
    if !status.success() {
        return Err(wrong(&format!("failed ({status})")));
    }
    let key = line.and_then(|line| String::from_utf8(line.to_vec()).ok()).map(ApiKey::new);
    key.filter(|key| !key.is_empty()).ok_or_else(|| wrong("printed no key"))
}

/// The first line that the command prints, if it comes in time. The rest is read and dropped, so that the command is not
/// ended by a closed pipe.
fn first_line(child: &mut Child, longest: Duration) -> Option<Zeroizing<Vec<u8>>> {
    let mut output = BufReader::new(child.stdout.take()?);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(Vec::with_capacity(1024));
        if output.read_until(b'\n', &mut line).is_ok() {
            // Nobody listens any more once the time is over.
            let _ = sender.send(line);
        }
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
    receiver.recv_timeout(longest).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, longest: Duration) -> Result<ApiKey, Error> {
        run(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "test", longest)
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended() {
        let started = Instant::now();
        for script in ["sleep 20", "echo s3cret; exec sleep 20", "exec >&-; exec sleep 20"] {
            let error = sh(script, Duration::from_millis(200)).unwrap_err();
            assert!(error.to_string().ends_with("did not end within 0.2 s"), "{error}");
        }
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn its_failure_shows_the_status_and_not_the_output() {
        let error = sh("echo s3cret; exit 3", LONGEST).unwrap_err();
        assert!(error.to_string().contains("exit status: 3") && !format!("{error:?}").contains("s3cret"), "{error:?}");
        for script in ["true", "echo", "echo '  '; echo s3cret"] {
            assert!(sh(script, LONGEST).unwrap_err().to_string().ends_with("printed no key"));
        }
        assert!(run(&[], "test", LONGEST).is_err());
        assert!(run(&["/no/such/program".to_owned()], "test", LONGEST).is_err());
    }

    #[test]
    fn more_than_a_pipe_holds_does_no_harm() {
        assert!(sh("echo key; head -c 300000 /dev/zero", LONGEST).is_ok());
    }
}
