//! The API key must not appear anywhere except in the `authorization` header and in the config file.

use std::path::Path;

use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{run, sandbox, strigo};

/// All commands that use the key. All get the key on stdin, which only `--key-stdin` reads.
const COMMANDS: [&[&str]; 13] = [
    &["partners", "list"],
    &["partners", "get", "w00t"],
    &["partners", "get", "yCoaiix2pRjxMjCn7"],
    &["partners", "create", "New"],
    &["partners", "create", "New", "--if-not-exists"],
    &["partners", "create", "New", "--dry-run"],
    &["partners", "rename", "yCoaiix2pRjxMjCn7", "New"],
    &["members", "list", "yCoaiix2pRjxMjCn7"],
    &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "c@d.co", "--journal", "journal.jsonl", "--skip-members"],
    &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "--dry-run"],
    &["auth", "status"],
    &["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--config", "config.toml"],
    &["auth", "logout", "--config", "config.toml"],
];

const FORMATS: [&[&str]; 5] =
    [&["--format", "table"], &["--format", "tsv"], &["--format", "csv"], &["--json"], &["--quiet"]];

/// Returns no fault, and a fault for each row of the README's tables of errors and retries.
fn faults() -> Vec<Option<Fault>> {
    let echoed_key = format!(r#"{{"result":"failure","error":{{"type":"E","message":"{API_KEY} is bad"}}}}"#);
    vec![
        None,
        Some(Fault::Status(401)),
        Some(Fault::Status(403)),
        Some(Fault::Status(404)),
        Some(Fault::Status(422)),
        Some(Fault::TooManyRequests(1)),
        Some(Fault::Status(500)),
        Some(Fault::Html(502)),
        Some(Fault::Failure),
        Some(Fault::Body(echoed_key.into_bytes())),
        Some(Fault::Body(b"no JSON".to_vec())),
        Some(Fault::Truncated),
        Some(Fault::ResetBefore),
        Some(Fault::ResetAfter),
        Some(Fault::CloseAfter),
        Some(Fault::Hang),
        Some(Fault::Redirect("https://elsewhere.example/".to_owned())),
    ]
}

/// Panics if `text` contains the key or an `authorization` value.
#[track_caller]
fn assert_no_key(text: &str, context: &dyn std::fmt::Debug) {
    assert!(!text.contains(API_KEY) && !text.contains("Bearer"), "{context:?}: {text}");
}

/// Checks all files below a directory, except config files.
fn assert_no_key_in_files(dir: &Path, context: &dyn std::fmt::Debug) {
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            assert_no_key_in_files(&entry, context);
        } else if entry.file_name().is_some_and(|name| name != "config.toml") {
            assert_no_key(&String::from_utf8_lossy(&std::fs::read(&entry).unwrap()), context);
        }
    }
}

/// Creates a directory for everything that a command may write, with config files that contain the credentials.
fn dir_with_config(sandbox: &Sandbox) -> TempDir {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir_all(dir.path().join("config/strigo")).unwrap();
    let text = format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\nendpoint = '{}'\n", sandbox.endpoint());
    for path in ["config/strigo/config.toml", "config.toml"] {
        std::fs::write(dir.path().join(path), &text).unwrap();
    }
    dir
}

/// Runs every command with every fault in these formats, with all diagnostics enabled.
fn check_all_commands(formats: &[&[&str]]) {
    let sandbox = sandbox();
    for fault in faults() {
        let dir = dir_with_config(&sandbox);
        for (command, format) in COMMANDS.iter().flat_map(|command| formats.iter().map(move |format| (command, format)))
        {
            sandbox.state().default_fault = fault.clone();
            let flags = ["--verbose", "--max-wait", "0", "--timeout", "0.3"];
            let mut strigo_command = strigo(&[command, format, &flags[..]].concat());
            strigo_command
                .current_dir(dir.path())
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "full")
                .env("TMPDIR", dir.path())
                .env("HOME", dir.path())
                .env("XDG_CONFIG_HOME", dir.path().join("config"))
                .write_stdin(format!("{API_KEY}\n"));
            let output = run(strigo_command);
            let context = (command, format, &fault);
            assert_no_key(&output.stdout, &context);
            assert_no_key(&output.stderr, &context);
            // The next command is `auth logout`, which needs the credentials that a successful login would have saved.
            if command[1] == "login" && output.code != 0 {
                std::fs::copy(dir.path().join("config/strigo/config.toml"), dir.path().join("config.toml")).unwrap();
            }
            let has_output = !output.stdout.is_empty() || !output.stderr.is_empty();
            assert!(has_output, "{context:?} printed nothing");
        }
        assert_no_key_in_files(dir.path(), &fault);
    }
}

// Several tests instead of one, so that they run in parallel.

#[test]
fn api_key_not_in_table_output() {
    check_all_commands(&FORMATS[..1]);
}

#[test]
fn api_key_not_in_tsv_or_csv_output() {
    check_all_commands(&FORMATS[1..3]);
}

#[test]
fn api_key_not_in_json_or_quiet_output() {
    check_all_commands(&FORMATS[3..]);
}

/// Passes the key in each of the four supported ways, and inspects the command line while the request is in flight.
#[cfg(target_os = "linux")]
#[test]
fn api_key_not_in_process_arguments() {
    use std::process::{Command, Stdio};
    let sandbox = sandbox();
    let dir = dir_with_config(&sandbox);
    std::fs::write(dir.path().join("key"), API_KEY).unwrap();
    let command_config =
        format!("org_id = '{ORG_ID}'\napi_key_command = ['cat', 'key']\nendpoint = '{}'\n", sandbox.endpoint());
    std::fs::write(dir.path().join("command.toml"), command_config).unwrap();
    let env_credentials = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    for (args, variables) in [
        (&["partners", "list", "--config", "config.toml"][..], &[][..]),
        (&["partners", "list", "--config", "command.toml"], &[]),
        (&["partners", "list", "--config", "config.toml"], &env_credentials),
        (&["auth", "login", "--config", "config.toml", "--org-id", ORG_ID, "--key-stdin"], &[]),
    ] {
        sandbox.state().requests.clear();
        sandbox.state().default_fault = Some(Fault::Hang);
        let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(args)
            .env_clear()
            .envs(crate::support::hermetic_env())
            .envs(variables.iter().copied())
            .current_dir(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{API_KEY}\n").as_bytes()).unwrap();
        while sandbox.state().requests.is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "{args:?} exited early");
            std::thread::yield_now();
        }
        assert!(sandbox.state().requests[0].header("authorization").unwrap().ends_with(API_KEY));
        let cmdline = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let cmdline = String::from_utf8_lossy(&cmdline).into_owned();
        assert!(cmdline.contains("config"), "{cmdline}");
        assert_no_key(&cmdline, &args);
    }
}
