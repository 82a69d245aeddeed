//! The API key must not appear anywhere except in the `authorization` header and in the config file.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{check_all, run, sandbox, store_env, strigo, strigo_with_endpoint, wait_until};

/// All commands but `man` and `completion`, which read no credentials. All get the key on stdin, which only `--key-stdin`
/// reads.
const COMMANDS: [&[&str]; 24] = [
    &["partners", "list"],
    &["partners", "list", "--members"],
    &["partners", "get", "w00t"],
    &["partners", "get", "yCoaiix2pRjxMjCn7"],
    &["partners", "create", "New"],
    &["partners", "create", "New", "--if-not-exists"],
    &["partners", "create", "Other", "--dry-run"],
    &["partners", "rename", "yCoaiix2pRjxMjCn7", "Renamed"],
    &["members", "list", "yCoaiix2pRjxMjCn7"],
    &["members", "list", "--all"],
    &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "c@d.co", "--journal", "journal.jsonl"],
    &["members", "status", "--journal", "journal.jsonl"],
    &["members", "show", "a@b.co", "--journal", "journal.jsonl"],
    &["members", "search", "@"],
    &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "--dry-run"],
    &["journal", "show", "--journal", "journal.jsonl"],
    &["journal", "resolve", "a@b.co", "--invited", "--partner", "yCoaiix2pRjxMjCn7", "--journal", "journal.jsonl"],
    &["journal", "copy", "s3://jobs/copy", "--journal", "journal.jsonl"],
    &["api", "GET", "/partners", "--include"],
    &["api", "POST", "/partners", "--data", r#"{"name":"Posted"}"#],
    &["auth", "status"],
    &["auth", "switch", "--top-level"],
    &["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--config", "config.toml"],
    &["auth", "logout", "--config", "config.toml"],
];

/// Quiet output is TSV.
const FORMATS: [&[&str]; 5] =
    [&["--output", "table"], &["--output", "csv"], &["--output", "markdown"], &["--json"], &["--quiet"]];

/// Returns a fault for each row of the README's tables of errors and retries.
fn faults() -> Vec<Option<Fault>> {
    let echoed_key = format!(r#"{{"result":"failure","error":{{"type":"E","message":"{API_KEY} is bad"}}}}"#);
    vec![
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

/// Runs every command with each of these faults in each of these formats, with all diagnostics enabled.
fn check_all_commands(faults: &[Option<Fault>], formats: &[&[&str]]) {
    for (fault, format) in faults.iter().flat_map(|fault| formats.iter().map(move |format| (fault, format))) {
        let sandbox = sandbox();
        sandbox.state().limit.requests = u64::MAX;
        let dir = dir_with_config(&sandbox);
        for command in &COMMANDS {
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
                .envs(store_env(&sandbox))
                .write_stdin(format!("{API_KEY}\n"));
            let output = run(strigo_command);
            let context = (command, format, &fault);
            assert_no_key(&output.stdout, &context);
            assert_no_key(&output.stderr, &context);
            assert!(output.code == 0 || fault.is_some(), "{context:?}: {}", output.stderr);
            // The next command is `auth logout`, which needs the credentials that a successful login would have saved.
            if command[1] == "login" && output.code != 0 {
                std::fs::copy(dir.path().join("config/strigo/config.toml"), dir.path().join("config.toml")).unwrap();
            }
            let has_output = !output.stdout.is_empty() || !output.stderr.is_empty();
            let is_quiet = *format == ["--quiet"] && output.code == 0;
            assert!(has_output || is_quiet, "{context:?} printed nothing");
        }
        assert_no_key_in_files(dir.path(), &fault);
    }
}

#[test]
fn api_key_not_in_output_in_any_format() {
    check_all_commands(&[None], &FORMATS);
}

// Errors have two formats. Several tests instead of one, so that they run in parallel.

#[test]
fn api_key_not_in_errors() {
    check_all_commands(&faults(), &FORMATS[..1]);
}

#[test]
fn api_key_not_in_json_errors() {
    check_all_commands(&faults(), &FORMATS[3..4]);
}

/// Serves the same response, as bytes, to each request until the process exits. Returns the endpoint.
fn serve(response: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/api/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&response);
        }
    });
    endpoint
}

#[test]
fn api_key_repeated_by_a_server_is_not_shown() {
    let unicode: String = API_KEY.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let (echoes, forbidden) = ([API_KEY, &unicode], [API_KEY, &unicode]);
    let mut responses = Vec::new();
    for echo in echoes {
        let partner = |fields: &str| format!(r#"{{"result":"success","data":[{{"id":"a"}},{fields}]}}"#);
        let failure = |error: &str| format!(r#"{{"result":"failure","error":{error}}}"#);
        responses.extend([
            ("200 OK", String::new(), partner(&format!(r#"{{"id":"{echo}","name":"is {echo}"}}"#))),
            ("200 OK", String::new(), partner(&format!(r#"{{"id":"x","name":["{echo}"]}}"#))),
            ("200 OK", String::new(), partner(&format!(r#""{echo}""#))),
            ("200 OK", String::new(), partner(&format!(r#"{{"id":"x","{echo}":"{echo}"}}"#))),
            ("200 OK", String::new(), format!(r#"{{"result":"{echo}","data":"{echo}"}}"#)),
            ("200 OK", String::new(), format!(r#"{{"result":["{echo}"],"{echo}":1}}"#)),
            ("200 OK", String::new(), failure(&format!(r#"{{"type":"{echo}","message":"{echo}"}}"#))),
            ("422 No", String::new(), failure(&format!(r#"{{"type":"E","errors":[{{"msg":"bad {echo}"}}]}}"#))),
            ("422 No", String::new(), failure(&format!(r#"{{"type":"E","errors":[{{"{echo}":["{echo}"]}}]}}"#))),
            ("422 No", String::new(), failure(&format!(r#"{{"{echo}":"{echo}"}}"#))),
            ("422 No", String::new(), failure(&format!(r#"["{echo}"]"#))),
            ("401 No", String::new(), format!("<p>{echo}</p>")),
        ]);
        // Header values are not JSON, so that nothing decodes them.
        if echo != unicode {
            let header =
                format!("location: https://h.example/?key={echo}\r\nx-echo: {echo}\r\nretry-after: {echo}\r\n");
            responses
                .extend(["200 OK", "302 Found", "429 Slow"].map(|status| (status, header.clone(), "{}".to_owned())));
        }
    }
    check_all(responses, |(status, headers, body)| {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
        let endpoint = serve([head.as_bytes(), body.as_bytes()].concat());
        for args in [
            &["partners", "list", "--output", "table"][..],
            &["partners", "list", "--json"],
            &["partners", "create", "n", "--if-not-exists"],
            &["members", "invite", "x", "a@b.example", "--skip-members", "--json"],
            &["api", "GET", "/partners", "--include"],
        ] {
            let output = run(strigo_with_endpoint(&endpoint, &[args, &["--verbose", "--max-wait", "0"]].concat()));
            let text = output.stdout + &output.stderr;
            for form in forbidden {
                assert!(!text.contains(form), "{args:?} {status} {headers}{body}: {text}");
            }
            assert!(args[0] != "api" || text.contains("***"), "{args:?} {status} {headers}{body}: {text}");
        }
    });
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
    let endpoint = sandbox.endpoint();
    let env_credentials = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY), ("STRIGO_ENDPOINT", &endpoint)];
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
        child.stdin.take().unwrap().write_all(format!("{API_KEY}\n").as_bytes()).unwrap();
        wait_until(|| !sandbox.state().requests.is_empty());
        assert!(sandbox.state().requests[0].header("authorization").unwrap().ends_with(API_KEY));
        let cmdline = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let cmdline = String::from_utf8_lossy(&cmdline).into_owned();
        assert!(cmdline.contains("config"), "{cmdline}");
        assert_no_key(&cmdline, &args);
    }
}
