//! Output: formats, escaping, color, traces, closed pipes, and full disks.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use serde_json::json;

use crate::support::{
    MockApi, auth_env, hermetic_env, run, sandbox, strigo_with_endpoint, strigo_with_sandbox, wait_until,
};

#[test]
fn output_escapes_control_characters() {
    let list = "[{\"id\":\"1\",\"name\":\"\\u001b[31mred\\u001b[0m\\ttab\\nline \u{202e}evil\u{9b}\"}]";
    let escaped = r"\u{1b}[31mred\u{1b}[0m\u{9}tab\u{a}line \u{202e}evil\u{9b}";
    for (format, expected) in [
        ("tsv", format!("1\t{escaped}\n")),
        ("csv", format!("ID,NAME\r\n1,{escaped}\r\n")),
        ("json", "[{\"id\":\"1\",\"name\":\"\\u001b[31mred\\u001b[0m\\ttab\\nline \\u202eevil\\u009b\"}]\n".to_owned()),
    ] {
        let api = MockApi::new().expect_data("GET /partners", "", list);
        api.strigo(&["partners", "list", "--output", format]).assert(0, &expected, "");
    }
    let api = MockApi::new().expect_data("GET /partners", "", list);
    let output = api.strigo(&["partners", "list", "--output", "table"]);
    assert!(output.stdout.contains(escaped) && !output.stdout.contains('\u{1b}'), "{}", output.stdout);
}

#[test]
fn error_output_escapes_control_characters() {
    let body = r#"{"result":"failure","error":{"type":"T","message":"\u001b[2Jgone"}}"#;
    let api = MockApi::new().expect("GET /partners", "", 400, body);
    let output = api.strigo(&["partners", "list"]);
    assert_eq!(output.code, 6);
    assert!(output.stderr.contains(r"\u{1b}[2Jgone") && !output.stderr.contains('\u{1b}'), "{}", output.stderr);
}

#[test]
fn format_env_and_flag_precedence() {
    let sandbox = sandbox();
    let run_with_env = |format: &str, args: &[&str]| {
        let mut command = strigo_with_endpoint(&sandbox.endpoint(), args);
        command.env("STRIGO_OUTPUT", format);
        run(command)
    };
    assert!(run_with_env("csv", &["partners", "list"]).stdout.starts_with("ID,NAME\r\n"));
    assert!(run_with_env("csv", &["partners", "list", "--output", "tsv"]).stdout.starts_with("yCo"));
    assert!(run_with_env("csv", &["partners", "list", "--json"]).stdout.starts_with('['));
    assert!(run_with_env("tsv", &["partners", "list", "--output", "CSV"]).stdout.starts_with("ID,NAME\r\n"));
    assert_eq!(run_with_env("JSON", &["partners", "lst"]).json_error()["kind"], "usage");
    assert!(run_with_env("json", &["--output", "tsv", "partners", "lst"]).stderr.starts_with("error: "));
    assert!(run_with_env("", &["partners", "list"]).stdout.starts_with("yCo"));
    run_with_env("xml", &["partners", "list"]).assert(
        2,
        "",
        "error: invalid value 'xml' for STRIGO_OUTPUT\nhint: possible values: table, tsv, csv, markdown, json\n",
    );
    assert_eq!(run_with_env("json", &["partners", "lst"]).json_error()["kind"], "usage");
}

#[test]
fn format_conflicts_with_json() {
    for args in
        [&["partners", "list", "--json", "--output", "csv"][..], &["--output=tsv", "partners", "list", "--json"]]
    {
        let output = MockApi::new().strigo(args);
        assert_eq!((output.code, output.json_error()["kind"].as_str()), (2, Some("usage")));
    }
}

#[test]
fn color_follows_flags_and_env() {
    let sandbox = sandbox();
    let is_colored = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command =
            strigo_with_endpoint(&sandbox.endpoint(), &[&["partners", "list", "--output", "table"], args].concat());
        command.envs(variables.iter().copied());
        let output = run(command);
        assert_eq!(output.code, 0);
        output.stdout.contains('\u{1b}')
    };
    assert!(!is_colored(&[], &[]));
    assert!(is_colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(is_colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_colored(&["--color=never"], &[("CLICOLOR_FORCE", "1")]));

    let output = strigo_with_sandbox(&sandbox, &["partners", "get", "unknown", "--color", "always"]);
    assert!(output.stderr.starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m "), "{}", output.stderr);
    let output = strigo_with_sandbox(&sandbox, &["--color", "always", "partners", "lst"]);
    assert!(output.stderr.contains('\u{1b}'));
    let output = strigo_with_sandbox(&sandbox, &["partners", "lst"]);
    assert!(!output.stderr.contains('\u{1b}'));
}

#[test]
fn verbose_traces_requests_without_key() {
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["members", "list", "w00t", "--verbose", "-q"]);
    assert_eq!(output.stdout, "MzkRF9fPnq34SatJB\nBSwKLejmQtSsEyzE9\n");
    let lines: Vec<&str> = output.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", output.stderr);
    assert!(lines[0].starts_with("trace: GET /api/v1/partners: 200 in "), "{}", lines[0]);
    assert!(lines[0].contains("ms (rate limit: 199 of 200 left, resets in "), "{}", lines[0]);
    assert!(lines[1].starts_with("trace: GET /api/v1/partners/yCoaiix2pRjxMjCn7/members: 200 in "));
    assert!(!output.stderr.contains("sandbox-key") && !output.stderr.contains("Bearer"));
    let connections: Vec<usize> = sandbox.state().requests.iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0], "a command must reuse its connection");
}

/// Returns enough partners to exceed the capacity of a pipe.
fn many_partners() -> Vec<serde_json::Value> {
    (0..20_000)
        .map(|index| json!({"id": format!("partner{index}"), "name": format!("Partner number {index}")}))
        .collect()
}

#[test]
fn partners_list_broken_pipe_exits_0() {
    let sandbox = sandbox();
    sandbox.state().partners = many_partners();
    for format in ["tsv", "json", "csv", "table"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(["partners", "list", "--output", format])
            .env_clear()
            .envs(hermetic_env())
            .envs(auth_env(&sandbox.endpoint()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        if format == "json" {
            reader.read_exact(&mut [0; 8]).unwrap();
        } else {
            reader.read_line(&mut String::new()).unwrap();
        }
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn stdout_disk_full_exits_1() {
    let sandbox = sandbox();
    let full_disk = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (args, expected) in [
        (&["partners", "list"][..], ""),
        (&["partners", "create", "n", "--allow-duplicate"], "partner 'n' was created despite this error"),
        (&["partners", "rename", "nur", "n", "--allow-duplicate"], "partner 'nur' was renamed despite this error"),
        (&["members", "invite", "w00t", "a@b.co"], "a@b.co was invited, but the link was not printed"),
        (&["completion", "bash"], ""),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(args)
            .env_clear()
            .envs(hermetic_env())
            .envs(auth_env(&sandbox.endpoint()))
            .stdout(full_disk())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("cannot write to standard output: No space left"), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
}

#[test]
fn lone_surrogate_in_name_is_an_error_except_in_json() {
    let list = r#"[{"id":"1","name":"a\ud800b"}]"#;
    let output = MockApi::new().expect_data("GET /partners", "", list).strigo(&["partners", "list"]);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(output.stderr.starts_with("error: cannot list partners: cannot parse the response: "), "{}", output.stderr);
    assert!(output.stderr.ends_with("\nhint: use --json to see the API's data unparsed\n"), "{}", output.stderr);
    let api = MockApi::new().expect_data("GET /partners", "", list);
    api.strigo(&["partners", "list", "--json"]).assert(0, &format!("{list}\n"), "");
}

/// A part of a list could look complete.
#[test]
fn partners_list_malformed_item_prints_nothing() {
    let rows: Vec<String> = (0..500).map(|index| format!(r#"{{"id":"p{index}","name":"P"}}"#)).collect();
    let body = format!(r#"[{},{{"name":"no ID"}},{{"id":"z"}}]"#, rows.join(","));
    for format in ["table", "tsv", "csv"] {
        let api = MockApi::new().expect_data("GET /partners", "", &body);
        let output = api.strigo(&["partners", "list", "--output", format]);
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{format}");
        assert!(
            output.stderr.contains("cannot parse the response: data[500]: missing field `id`"),
            "{}",
            output.stderr
        );
    }
}

/// Returns a connected pair of streams, the first in non-blocking mode.
#[cfg(unix)]
fn non_blocking_pair() -> (std::os::fd::OwnedFd, std::os::unix::net::UnixStream) {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    (ours.into(), theirs)
}

#[cfg(unix)]
#[test]
fn output_waits_for_a_non_blocking_stdout() {
    let sandbox = sandbox();
    sandbox.state().partners = (0..20_000).map(|id| json!({"id": id.to_string(), "name": "x".repeat(100)})).collect();
    let (stdout, mut reader) = non_blocking_pair();
    let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(["partners", "list", "--output", "tsv"])
        .env_clear()
        .envs(hermetic_env())
        .envs(auth_env(&sandbox.endpoint()))
        .stdout(stdout)
        .spawn()
        .unwrap();
    // The stream is full as soon as the first request is answered, since nothing is read before.
    wait_until(|| !sandbox.state().requests.is_empty());
    let mut output = String::new();
    reader.read_to_string(&mut output).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(output.lines().count(), 20_000);
    assert!(output.lines().all(|line| line.ends_with(&"x".repeat(100))));
}

#[cfg(unix)]
#[test]
fn input_waits_for_a_non_blocking_stdin() {
    use std::io::Write as _;
    let sandbox = sandbox();
    let (stdin, mut writer) = non_blocking_pair();
    let child = Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(["members", "invite", "yCoaiix2pRjxMjCn7", "--from", "-", "-q"])
        .env_clear()
        .envs(hermetic_env())
        .envs(auth_env(&sandbox.endpoint()))
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    for part in ["a@b", ".co\nc@d.co"] {
        std::thread::sleep(std::time::Duration::from_millis(50));
        writer.write_all(part.as_bytes()).unwrap();
    }
    drop(writer);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "sandboxMade000001\nsandboxMade000002\n");
    assert!(output.status.success());
}

/// Excel reads CSV without the mark in the encoding of its country.
#[test]
fn byte_order_mark_is_for_csv() {
    let sandbox = sandbox();
    let list = |more: &[&str]| strigo_with_sandbox(&sandbox, &[&["partners", "list", "nur"], more].concat());
    list(&["--bom", "-o", "csv"]).assert(0, "\u{feff}ID,NAME\r\nntvXb3L2qdPbayRKZ,nur\r\n", "");
    for format in [&["-o", "tsv"][..], &["--json"], &["-q", "-o", "csv"], &[]] {
        let output = list(&[&["--bom"], format].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains("--bom can only be used with CSV"), "{}", output.stderr);
    }
    // Once, also where rows come one by one.
    let invite = ["members", "invite", "nur", "a@b.co", "c@d.co", "-o", "csv", "--bom", "--columns", "email"];
    let output = strigo_with_sandbox(&sandbox, &invite);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (0, "\u{feff}EMAIL\r\na@b.co\r\nc@d.co\r\n"),
        "{}",
        output.stderr
    );
}

#[test]
fn quiet_is_quiet_unless_something_is_wrong() {
    let sandbox = sandbox();
    let dir = tempfile::TempDir::new().unwrap();
    let journal = dir.path().join("j.jsonl");
    let invite = |emails: &[&str], more: &[&str]| {
        let args = [&["members", "invite", "nur", "-q"], emails, more].concat();
        let mut command = strigo_with_endpoint(&sandbox.endpoint(), &args);
        command.env("STRIGO_JOURNAL", &journal);
        run(command)
    };
    invite(&["a@b.co", "c@d.co", "A@b.co"], &[]).assert(0, "sandboxMade000001\nsandboxMade000002\n", "");
    invite(&["a@b.co"], &[]).assert(0, "", "");
    sandbox.state().faults =
        [crate::server::Fault::Latency(std::time::Duration::ZERO), crate::server::Fault::Status(422)].into();
    let output = invite(&["e@f.co", "g@h.co"], &[]);
    assert_eq!((output.code, output.stdout.as_str()), (9, "sandboxMade000003\n"), "{}", output.stderr);
    assert!(output.stderr.starts_with("error: cannot invite e@f.co"), "{}", output.stderr);
    assert!(output.stderr.contains("not all invitations were sent: 1 invited, 1 failed"), "{}", output.stderr);
    for json in [&["--json"][..], &["-o", "json"]] {
        let output = invite(&["x@y.co"], json);
        assert!(output.code == 2 && output.stderr.contains("--quiet cannot be used with JSON"), "{}", output.stderr);
    }
}
