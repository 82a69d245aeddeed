//! What reaches stdout and stderr, and what a reader that goes away does.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command as Process, Stdio};

use serde_json::json;

use crate::support::{Api, hermetic_env, run, sandbox, signed_in, strigo_at, strigo_in};

#[test]
fn text_from_elsewhere_is_made_harmless() {
    let list = "[{\"id\":\"1\",\"name\":\"\\u001b[31mred\\u001b[0m\\ttab\\nline \u{202e}evil\u{9b}\"}]";
    let seen = r"\u{1b}[31mred\u{1b}[0m\u{9}tab\u{a}line \u{202e}evil\u{9b}";
    for (format, expected) in [
        ("tsv", format!("1\t{seen}\n")),
        ("csv", format!("ID,NAME\r\n1,{seen}\r\n")),
        ("json", "[{\"id\":\"1\",\"name\":\"\\u001b[31mred\\u001b[0m\\ttab\\nline \\u202eevil\\u009b\"}]\n".to_owned()),
    ] {
        let api = Api::new().data("GET /partners", "", list);
        api.strigo(&["partners", "list", "--format", format]).expect(0, &expected, "");
    }
    let api = Api::new().data("GET /partners", "", list);
    let ran = api.strigo(&["partners", "list", "--format", "table"]);
    assert!(ran.stdout.contains(seen) && !ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}

#[test]
fn what_the_api_says_in_an_error_is_made_harmless() {
    let body = r#"{"result":"failure","error":{"type":"T","message":"\u001b[2Jgone"}}"#;
    let api = Api::new().on("GET /partners", "", 400, body);
    let ran = api.strigo(&["partners", "list"]);
    assert_eq!(ran.code, 6);
    assert!(ran.stderr.contains(r"\u{1b}[2Jgone") && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
}

#[test]
fn the_format_comes_from_the_environment_too() {
    let sandbox = sandbox();
    let with = |format: &str, args: &[&str]| {
        let mut command = strigo_at(&sandbox.endpoint(), args);
        command.env("STRIGO_FORMAT", format);
        run(command)
    };
    assert!(with("csv", &["partners", "list"]).stdout.starts_with("ID,NAME\r\n"));
    assert!(with("csv", &["partners", "list", "--format", "tsv"]).stdout.starts_with("yCo"));
    assert!(with("csv", &["partners", "list", "--json"]).stdout.starts_with('['));
    assert!(with("tsv", &["partners", "list", "--format", "CSV"]).stdout.starts_with("ID,NAME\r\n"));
    assert_eq!(with("JSON", &["partners", "lst"]).json_error()["kind"], "usage");
    assert!(with("json", &["partners", "lst", "--format", "tsv"]).stderr.starts_with("error: "));
    assert!(with("", &["partners", "list"]).stdout.starts_with("yCo"));
    with("xml", &["partners", "list"]).expect(
        2,
        "",
        "error: STRIGO_FORMAT is 'xml', which is no format.\nThe formats are table, tsv, csv and json.\n",
    );
    assert_eq!(with("json", &["partners", "lst"]).json_error()["kind"], "usage");
}

#[test]
fn two_formats_are_one_too_many() {
    for args in
        [&["partners", "list", "--json", "--format", "csv"][..], &["--format=tsv", "partners", "list", "--json"]]
    {
        let ran = Api::new().strigo(args);
        assert_eq!((ran.code, ran.json_error()["kind"].as_str()), (2, Some("usage")));
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let sandbox = sandbox();
    let colored = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = strigo_at(&sandbox.endpoint(), &[&["partners", "list", "--format", "table"], args].concat());
        command.envs(variables.iter().copied());
        let ran = run(command);
        assert_eq!(ran.code, 0);
        ran.stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color=never"], &[("CLICOLOR_FORCE", "1")]));

    let ran = strigo_in(&sandbox, &["partners", "get", "nobody", "--color", "always"]);
    assert!(ran.stderr.starts_with("\u{1b}[1;31merror:\u{1b}[0m "), "{}", ran.stderr);
    let ran = strigo_in(&sandbox, &["partners", "lst", "--color", "always"]);
    assert!(ran.stderr.contains('\u{1b}'));
    let ran = strigo_in(&sandbox, &["partners", "lst"]);
    assert!(!ran.stderr.contains('\u{1b}'));
}

#[test]
fn verbose_shows_requests_and_never_the_key() {
    let sandbox = sandbox();
    let ran = strigo_in(&sandbox, &["members", "list", "w00t", "--verbose", "-q"]);
    assert_eq!(ran.stdout, "MzkRF9fPnq34SatJB\nBSwKLejmQtSsEyzE9\n");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stderr);
    assert!(lines[0].starts_with("trace: GET /api/v1/partners: 200 in "), "{}", lines[0]);
    assert!(lines[0].contains(" ms; 199 of 200 requests left for "), "{}", lines[0]);
    assert!(lines[1].starts_with("trace: GET /api/v1/partners/yCoaiix2pRjxMjCn7/members: 200 in "));
    assert!(!ran.stderr.contains("sandbox-key") && !ran.stderr.contains("Bearer"));
    let requests: Vec<usize> = sandbox.state().log.iter().map(|received| received.connection).collect();
    assert_eq!(requests, [0, 0], "one connection serves a whole command");
}

/// More than any pipe holds.
fn many_partners() -> Vec<serde_json::Value> {
    (0..20_000).map(|at| json!({"id": format!("partner{at}"), "name": format!("Partner number {at}")})).collect()
}

#[test]
fn a_reader_that_goes_away_ends_the_tool_quietly() {
    let sandbox = sandbox();
    sandbox.state().partners = many_partners();
    for format in ["tsv", "json", "csv", "table"] {
        let mut child = Process::new(env!("CARGO_BIN_EXE_strigo"))
            .args(["partners", "list", "--format", format])
            .env_clear()
            .envs(hermetic_env())
            .envs(signed_in(&sandbox.endpoint()))
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
fn a_full_disk_is_told() {
    let sandbox = sandbox();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (args, part) in [
        (&["partners", "list"][..], ""),
        (&["partners", "create", "n"], "Partner 'n' was created all the same"),
        (&["partners", "rename", "nur", "n"], "Partner 'nur' was renamed all the same"),
        (&["members", "invite", "w00t", "a@b.co"], "1 invited all the same"),
        (&["completions", "bash"], ""),
    ] {
        let output = Process::new(env!("CARGO_BIN_EXE_strigo"))
            .args(args)
            .env_clear()
            .envs(hermetic_env())
            .envs(signed_in(&sandbox.endpoint()))
            .stdout(full())
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("cannot write the result to stdout: No space left"), "{stderr}");
        assert!(stderr.contains(part), "{stderr}");
        assert_eq!(output.status.code(), Some(1), "{args:?}");
    }
}

#[test]
fn half_a_surrogate_pair_is_shown_as_what_it_is() {
    let api = Api::new().data("GET /partners", "", r#"[{"id":"1","name":"a\ud800b"}]"#);
    let ran = api.strigo(&["partners", "list"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.starts_with("1\ta\u{fffd}"), "{}", ran.stdout);
}

/// A list that makes sense for a while is not shown as if that were all of it, as long as it is not too long to be held
/// back.
#[test]
fn a_list_that_breaks_off_is_not_shown() {
    let rows: Vec<String> = (0..500).map(|at| format!(r#"{{"id":"p{at}","name":"P"}}"#)).collect();
    let body = format!(r#"[{},{{"name":"no ID"}},{{"id":"z"}}]"#, rows.join(","));
    for format in ["table", "tsv", "csv"] {
        let api = Api::new().data("GET /partners", "", &body);
        let ran = api.strigo(&["partners", "list", "--format", format]);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{format}");
        assert!(ran.stderr.contains("does not hold a partner as documented: missing field `id`"), "{}", ran.stderr);
    }
}
