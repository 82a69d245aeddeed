//! Runs `api_key_command`, which prints the API key, for users who keep it in a password manager.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::api::credentials::ApiKey;
use crate::error::{Error, ErrorKind};
use crate::text::error_message;

/// How long the command may run: enough time to type a passphrase.
pub(crate) const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a command that has printed its line is checked for its end.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Runs `command` (the program and its arguments, without a shell), which `source` defines, and returns the first line of
/// its output. The command may prompt: it inherits standard input and standard error.
///
/// Returns [`ErrorKind::Config`] if it fails. The error never shows the output.
pub(crate) fn run(command: &[String], source: &str, timeout: Duration) -> Result<ApiKey, Error> {
    let error = |message: String| {
        Error::new(ErrorKind::Config, message)
            .with_hint("the command must print the key on its first line and exit with status 0")
    };
    let Some((program, args)) = command.split_first() else {
        return Err(error(format!("api_key_command in {source} is empty")));
    };
    let mut child = Command::new(program).args(args).stdout(Stdio::piped()).spawn().map_err(|cause| {
        error(format!("cannot run api_key_command '{program}' from {source}: {}", error_message(&cause)))
    })?;
    let failed = |what: String| error(format!("api_key_command from {source} {what}"));
    let deadline = Instant::now() + timeout;
    let line = read_first_line(&mut child, timeout);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => std::thread::sleep(POLL_INTERVAL),
            Ok(None) => {
                // Best effort: the timeout is reported either way.
                let _ = child.kill().and_then(|()| child.wait());
                return Err(failed(format!("timed out after {}s", timeout.as_secs_f64())));
            }
            Err(cause) => return Err(failed(format!("cannot be waited for: {}", error_message(&cause)))),
        }
    };
    if !status.success() {
        return Err(failed(format!("failed: {status}")));
    }
    let key = line.and_then(|line| String::from_utf8(line.to_vec()).ok()).map(ApiKey::new);
    key.filter(|key| !key.is_empty()).ok_or_else(|| failed("did not print a key".to_owned()))
}

/// Returns the first line of the command's output, if it comes in time. The rest is read and dropped, so that the command
/// does not fail with a closed pipe.
fn read_first_line(child: &mut Child, timeout: Duration) -> Option<Zeroizing<Vec<u8>>> {
    let mut output = BufReader::new(child.stdout.take()?);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = Zeroizing::new(Vec::with_capacity(1024));
        if output.read_until(b'\n', &mut line).is_ok() {
            // The receiver may be gone (timed out).
            let _ = sender.send(line);
        }
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
    receiver.recv_timeout(timeout).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, timeout: Duration) -> Result<ApiKey, Error> {
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
    fn key_command_output_may_exceed_pipe_buffer() {
        assert!(sh("echo key; head -c 300000 /dev/zero", COMMAND_TIMEOUT).is_ok());
    }
}
