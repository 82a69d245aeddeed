//! The key appears nowhere but in the request and in the config file.

use std::path::Path;

use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{run, sandbox, strigo};

/// Each command, and whether the key comes on stdin.
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

/// One fault for each row of the tables of errors and retries, and none.
fn faults() -> Vec<Option<Fault>> {
    let repeated = format!(r#"{{"result":"failure","error":{{"type":"E","message":"{API_KEY} is bad"}}}}"#);
    vec![
        None,
        Some(Fault::Status(401)),
        Some(Fault::Status(403)),
        Some(Fault::Status(404)),
        Some(Fault::Status(422)),
        Some(Fault::TooMany(1)),
        Some(Fault::Status(500)),
        Some(Fault::Html(502)),
        Some(Fault::Failure),
        Some(Fault::Body(repeated.into_bytes())),
        Some(Fault::Body(b"no JSON".to_vec())),
        Some(Fault::Truncated),
        Some(Fault::ResetBefore),
        Some(Fault::ResetAfter),
        Some(Fault::CloseAfter),
        Some(Fault::Hang),
        Some(Fault::Redirect("https://elsewhere.example/".to_owned())),
    ]
}

/// Fails where the key, or a header that would hold it, is in `text`.
#[track_caller]
fn assert_clean(text: &str, what: &dyn std::fmt::Debug) {
    assert!(!text.contains(API_KEY) && !text.contains("Bearer"), "{what:?}: {text}");
}

/// Looks at all files below a directory but the config file.
fn assert_clean_files(dir: &Path, what: &dyn std::fmt::Debug) {
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            assert_clean_files(&entry, what);
        } else if entry.file_name().is_some_and(|name| name != "config.toml") {
            assert_clean(&String::from_utf8_lossy(&std::fs::read(&entry).unwrap()), what);
        }
    }
}

/// What a command needs to be signed in by its file, in a directory that holds all that it may write to.
fn signed_in_by_file(sandbox: &Sandbox) -> TempDir {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir_all(dir.path().join("config/strigo")).unwrap();
    let text = format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\nendpoint = '{}'\n", sandbox.endpoint());
    for place in ["config/strigo/config.toml", "config.toml"] {
        std::fs::write(dir.path().join(place), &text).unwrap();
    }
    dir
}

fn try_all(formats: &[&[&str]]) {
    let sandbox = sandbox();
    for fault in faults() {
        let dir = signed_in_by_file(&sandbox);
        for (command, format) in COMMANDS.iter().flat_map(|command| formats.iter().map(move |format| (command, format)))
        {
            sandbox.state().always = fault.clone();
            let more = ["--verbose", "--max-wait", "0", "--timeout", "0.3"];
            let mut tool = strigo(&[command, format, &more[..]].concat());
            tool.current_dir(dir.path())
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "full")
                .env("TMPDIR", dir.path())
                .env("HOME", dir.path())
                .env("XDG_CONFIG_HOME", dir.path().join("config"))
                .write_stdin(format!("{API_KEY}\n"));
            let ran = run(tool);
            let what = (command, format, &fault);
            assert_clean(&ran.stdout, &what);
            assert_clean(&ran.stderr, &what);
            // Logging in gives what logging out takes away.
            if command[1] == "login" && ran.code != 0 {
                std::fs::copy(dir.path().join("config/strigo/config.toml"), dir.path().join("config.toml")).unwrap();
            }
            let said_something = !ran.stdout.is_empty() || !ran.stderr.is_empty();
            assert!(said_something, "{what:?} was not tried");
        }
        assert_clean_files(dir.path(), &fault);
    }
}

// In parts, so that they run side by side.

#[test]
fn not_in_tables() {
    try_all(&FORMATS[..1]);
}

#[test]
fn not_in_delimited_text() {
    try_all(&FORMATS[1..3]);
}

#[test]
fn not_in_json_nor_ids() {
    try_all(&FORMATS[3..]);
}

/// The key comes by each of the four ways, and while its request is under way the process is looked at.
#[cfg(target_os = "linux")]
#[test]
fn not_in_the_arguments_of_the_process() {
    use std::process::{Command, Stdio};
    let sandbox = sandbox();
    let dir = signed_in_by_file(&sandbox);
    std::fs::write(dir.path().join("key"), API_KEY).unwrap();
    let by_command =
        format!("org_id = '{ORG_ID}'\napi_key_command = ['cat', 'key']\nendpoint = '{}'\n", sandbox.endpoint());
    std::fs::write(dir.path().join("command.toml"), by_command).unwrap();
    let pair = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    for (args, variables) in [
        (&["partners", "list", "--config", "config.toml"][..], &[][..]),
        (&["partners", "list", "--config", "command.toml"], &[]),
        (&["partners", "list", "--config", "config.toml"], &pair),
        (&["auth", "login", "--config", "config.toml", "--org-id", ORG_ID, "--key-stdin"], &[]),
    ] {
        sandbox.state().log.clear();
        sandbox.state().always = Some(Fault::Hang);
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
        while sandbox.state().log.is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "{args:?} has ended");
            std::thread::yield_now();
        }
        assert!(sandbox.state().log[0].header("authorization").unwrap().ends_with(API_KEY));
        let seen = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let seen = String::from_utf8_lossy(&seen).into_owned();
        assert!(seen.contains("config"), "{seen}");
        assert_clean(&seen, &args);
    }
}
