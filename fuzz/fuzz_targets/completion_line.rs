//! Completion: whatever a shell passes, there is no panic, and each candidate continues the word at the cursor.
//!
//! The input is the arguments after `strigo __complete`, separated by NUL.

#![no_main]

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt as _;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libfuzzer_sys::fuzz_target;
use strigo_cli::Process;
use strigo_cli::commands::completion;
use strigo_cli::process::{Environment, InputStream, OutputStream, Signals, SystemClock};

/// The directory of a config file that has profiles without API keys.
const CONFIG_DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/profiles");

fuzz_target!(|data: &[u8]| {
    let args: Vec<OsString> = data.split(|byte| *byte == 0).map(|arg| OsString::from_vec(arg.to_vec())).collect();
    // Without a directory for the cache, no request is sent and no process is started.
    let mut env = Environment::new(|_| None);
    env.config_dir = Some(CONFIG_DIR.into());
    let output = Buffer::default();
    let stream = |writer| OutputStream { writer, is_terminal: false, width: None };
    let process = Process {
        args: Vec::new(),
        env,
        clock: Box::new(SystemClock),
        signals: Signals::default(),
        stdin: InputStream::empty(),
        stdout: stream(Box::new(output.clone())),
        stderr: stream(Box::new(io::sink())),
    };
    let exit_code = completion::answer(&args, process);
    let output = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    if exit_code != ExitCode::SUCCESS {
        assert_eq!(output, "");
    }
    if args[0] == "zsh" || args[0] == "fish" {
        let word = args[args.len() - 1].to_string_lossy();
        assert!(output.lines().all(|line| line.starts_with(&*word)), "{output:?}");
    }
});

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
