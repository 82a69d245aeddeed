//! Runs `api_key_command`, which prints the API key, for users who keep it in a password manager.

use std::io::{self, IsTerminal as _};
use std::process::{Command, Stdio};

use crate::error::{Error, ErrorKind};
use crate::http::secret::Secret;
use crate::process::env_vars;
use crate::text::error_message;

/// Runs `command` (the program and its arguments, without a shell), which `source` defines, and returns the first line of
/// its output. The command may prompt: it inherits standard error, and standard input if that is a terminal. Otherwise it
/// would consume what the script that runs strigo reads from there.
///
/// Returns [`ErrorKind::Config`] if it fails. The error never shows the output.
pub(super) fn run(command: &[String], source: &str) -> Result<Secret, Error> {
    let error = |message: String| {
        Error::new(ErrorKind::Config, message)
            .with_hint("the command must print the key on its first line and exit with status 0")
    };
    let Some((program, args)) = command.split_first() else {
        return Err(error(format!("api_key_command in {source} is empty")));
    };
    let mut process = Command::new(program);
    process.args(args).env_remove(env_vars::API_KEY).env(env_vars::IN_API_KEY_COMMAND, "1").stderr(Stdio::inherit());
    process.stdin(if io::stdin().is_terminal() { Stdio::inherit() } else { Stdio::null() });
    let output = process.output().map_err(|cause| {
        error(format!("cannot run api_key_command '{program}' from {source}: {}", error_message(&cause)))
    })?;
    let failed = |what: &str| Err(error(format!("api_key_command from {source} {what}")));
    let key = Secret::new(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned());
    match output.status {
        status if !status.success() => failed(&format!("failed: {status}")),
        _ if key.is_empty() => failed("did not print a key"),
        _ => Ok(key),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Result<Secret, Error> {
        run(&["sh".to_owned(), "-c".to_owned(), script.to_owned()], "test")
    }

    #[test]
    fn key_is_the_first_line() {
        assert_eq!(sh("echo ' key '; echo more").unwrap().expose(), "key");
        assert!(sh("echo key; head -c 60000 /dev/zero").is_ok());
    }

    #[test]
    fn key_command_failure_hides_output() {
        let error = sh("echo s3cret; exit 3").unwrap_err();
        assert!(error.to_string().contains("exit status: 3") && !format!("{error:?}").contains("s3cret"), "{error:?}");
        for script in ["true", "echo", "echo '  '; echo s3cret"] {
            assert!(sh(script).unwrap_err().to_string().ends_with("did not print a key"));
        }
        assert!(run(&[], "test").is_err());
        assert!(run(&["/no/such/program".to_owned()], "test").is_err());
    }
}
