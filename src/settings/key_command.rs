//! Runs `api_key_command`, which prints the API key, for users who keep it in a password manager.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::http::secret::Secret;
use crate::process::env_vars;
use crate::text::error_message;

/// How long the command may run: enough time to type a passphrase.
pub(crate) const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// The most output that is read, in bytes. A key is one short line.
const MAX_OUTPUT_LEN: u64 = 64 * 1024;

/// How often a command that has printed its line is checked for its end.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Runs `command` (the program and its arguments, without a shell), which `source` defines, and returns the first line of
/// its output. The command may prompt: it inherits standard error, and standard input if that is a terminal. Otherwise it
/// would consume what the script that runs strigo reads from there.
///
/// Returns [`ErrorKind::Config`] if it fails. The error never shows the output.
pub(crate) fn run(command: &[String], source: &str, timeout: Duration) -> Result<Secret, Error> {
    let error = |message: String| {
        Error::new(ErrorKind::Config, message)
            .with_hint("the command must print the key on its first line and exit with status 0")
    };
    let Some((program, args)) = command.split_first() else {
        return Err(error(format!("api_key_command in {source} is empty")));
    };
    let mut process = Command::new(program);
    process.args(args).env_remove(env_vars::API_KEY).stdout(Stdio::piped());
    if !std::io::stdin().is_terminal() {
        process.stdin(Stdio::null());
    }
    let mut child = process.spawn().map_err(|cause| {
        error(format!("cannot run api_key_command '{program}' from {source}: {}", error_message(&cause)))
    })?;
    let failed = |what: String| error(format!("api_key_command from {source} {what}"));
    let deadline = Instant::now() + timeout;
    let output = read_output(&mut child);
    let first_line = output.as_ref().and_then(|output| output.recv_timeout(timeout).ok());
    let is_too_long = || output.as_ref().is_some_and(|output| output.try_recv().is_ok());
    let status = loop {
        let status = child.try_wait();
        // The pipe is closed only after this is known, so that it is not mistaken for a failure of the command.
        let problem = match status {
            _ if is_too_long() => format!("printed more than {} KiB", MAX_OUTPUT_LEN / 1024),
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => {
                std::thread::sleep(POLL_INTERVAL);
                continue;
            }
            Ok(None) => format!("timed out after {}s", timeout.as_secs_f64()),
            Err(cause) => format!("cannot be waited for: {}", error_message(&cause)),
        };
        // Best effort: the problem is reported either way.
        let _ = child.kill().and_then(|()| child.wait());
        return Err(failed(problem));
    };
    if !status.success() {
        return Err(failed(format!("failed: {status}")));
    }
    let key = first_line.and_then(|line| String::from_utf8(line.to_vec()).ok()).map(Secret::new);
    key.filter(|key| !key.is_empty()).ok_or_else(|| failed("did not print a key".to_owned()))
}

/// Reads the command's output in a thread, because a process that the command started may keep the pipe open. Sends the
/// first line, and then an empty one if there is too much output.
fn read_output(child: &mut Child) -> Option<Receiver<Zeroizing<Vec<u8>>>> {
    let mut output = BufReader::new(child.stdout.take()?).take(MAX_OUTPUT_LEN + 1);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(Vec::with_capacity(1024));
        // The receiver may be gone (timed out), and the output may end at any time.
        if output.read_until(b'\n', &mut line).is_ok() {
            let _ = sender.send(line);
        }
        let _ = std::io::copy(&mut output, &mut std::io::sink());
        if output.limit() == 0 {
            let _ = sender.send(Zeroizing::default());
        }
    });
    Some(receiver)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, timeout: Duration) -> Result<Secret, Error> {
        run(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "test", timeout)
    }

    #[test]
    fn key_command_timeout_kills_process() {
        let started = Instant::now();
        for script in ["sleep 20", "echo s3cret; exec sleep 20", "exec >&-; exec sleep 20"] {
            let error = sh(script, Duration::from_millis(200)).unwrap_err();
            assert!(error.to_string().ends_with("timed out after 0.2s"), "{error}");
        }
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn key_command_failure_hides_output() {
        let error = sh("echo s3cret; exit 3", COMMAND_TIMEOUT).unwrap_err();
        assert!(error.to_string().contains("exit status: 3") && !format!("{error:?}").contains("s3cret"), "{error:?}");
        for script in ["true", "echo", "echo '  '; echo s3cret"] {
            assert!(sh(script, COMMAND_TIMEOUT).unwrap_err().to_string().ends_with("did not print a key"));
        }
        assert!(run(&[], "test", COMMAND_TIMEOUT).is_err());
        assert!(run(&["/no/such/program".to_owned()], "test", COMMAND_TIMEOUT).is_err());
    }

    #[test]
    fn key_command_output_is_limited() {
        assert!(sh("echo key; head -c 60000 /dev/zero", COMMAND_TIMEOUT).is_ok());
        let started = Instant::now();
        assert!(sh("sleep 20 & echo key", COMMAND_TIMEOUT).is_ok(), "a process in the background keeps the pipe open");
        for script in ["echo key; cat /dev/zero", "cat /dev/zero", "yes", "echo key; head -c 70000 /dev/zero; sleep 20"]
        {
            let error = sh(script, COMMAND_TIMEOUT).unwrap_err();
            assert!(error.to_string().ends_with("printed more than 64 KiB"), "{error}");
        }
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
