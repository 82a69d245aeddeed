//! Every exit code of the README's table, with its text and JSON error.

use serde_json::json;

use crate::server::Fault;
use crate::support::{
    MockApi, command_with_default_signals, run, sandbox, shell_code, strigo, strigo_with_endpoint, strigo_with_sandbox,
    unused_endpoint, wait_until,
};

fn failure_body(name: &str, message: &str) -> String {
    format!(r#"{{"result":"failure","error":{{"type":"{name}","message":"{message}"}}}}"#)
}

/// Runs `strigo` with `--json`, and checks the exit code, the error kind, and that the message contains `expected`.
#[track_caller]
fn check_error(api: MockApi, args: &[&str], code: i32, kind: &str, expected: &str) {
    let output = api.strigo(&[args, &["--json"]].concat());
    let error = output.json_error();
    assert_eq!(output.code, code, "{error}");
    assert_eq!(error["kind"], kind);
    assert_eq!(error["exit_code"], code);
    assert_eq!(error["retryable"], kind == "unavailable");
    assert!(error["message"].as_str().unwrap().contains(expected), "{error}");
}

const LIST: &[&str] = &["partners", "list"];

#[test]
fn malformed_response_exits_1() {
    for (body, expected) in [
        ("", "empty body"),
        ("<html></html>", "not valid JSON"),
        ("7", "expected an object"),
        ("{\"result\":\"success\",\"data\":[", "not valid JSON"),
        ("{\"result\":\"success\"}", "missing `data`"),
        ("{\"data\":[]}", "`result` is neither"),
        ("{\"status\":\"ok\",\"message\":\"Healthy\"}", "`result` is neither"),
    ] {
        check_error(MockApi::new().expect("GET /partners", "", 200, body), LIST, 1, "unexpected", expected);
    }
    let invalid_utf8 = b"{\"result\":\"success\",\"data\":[{\"id\":\"\xff\"}]}";
    check_error(
        MockApi::new().expect("GET /partners", "", 200, invalid_utf8),
        LIST,
        1,
        "unexpected",
        "not valid UTF-8",
    );
    let api = MockApi::new().expect_data("GET /partners", "", r#"[{"id":7}]"#);
    let output = api.strigo(LIST);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(output.stderr.contains("cannot parse the response"), "{}", output.stderr);
}

#[test]
fn truncated_response_exits_7() {
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(Fault::Truncated);
    let output = strigo_with_sandbox(&sandbox, LIST);
    assert_eq!((output.code, output.stdout.as_str()), (7, ""));
    assert!(output.stderr.contains("cannot read the response: "), "{}", output.stderr);
    assert_eq!(sandbox.state().requests.len(), 4);
}

#[test]
fn redirect_exits_1() {
    let (source, target) = (sandbox(), sandbox());
    source.state().default_fault = Some(Fault::Redirect(format!("{}/partners", target.endpoint())));
    let output = strigo_with_sandbox(&source, LIST);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    assert!(
        output.stderr.contains(&format!("307 Temporary Redirect (redirect to {}", target.endpoint())),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("redirects are not followed"));
    let output = strigo_with_sandbox(&source, &["partners", "create", "n", "--allow-duplicate"]);
    assert_eq!((output.code, output.stdout.as_str()), (8, ""));
    assert!(
        output.stderr.contains("redirects are not followed") && output.stderr.contains("may or may not"),
        "{}",
        output.stderr
    );
    assert!(target.state().requests.is_empty());
}

#[test]
fn usage_error_exits_2() {
    for args in [
        &["partners", "lst"][..],
        &["partners", "get"],
        &["nonsense"],
        &["partners", "list", "--nonsense"],
        &["members", "invite", "w00t"],
        &["members", "invite", "yCoaiix2pRjxMjCn7", "nonsense"],
        &["partners", "list", "--output", "xml"],
    ] {
        check_error(MockApi::new(), args, 2, "usage", "");
        let output = MockApi::new().strigo(args);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
    }
    let output = run(strigo(&["partners", "lst", "--json"]));
    let error = output.json_error();
    assert_eq!(error["message"], "unrecognized subcommand 'lst'");
}

#[test]
fn config_error_exits_3() {
    let output = run(strigo(&["partners", "list", "--json"]));
    assert_eq!((output.code, output.json_error()["kind"].as_str()), (3, Some("config")));
}

#[test]
fn denied_exits_4() {
    let body = failure_body("Unauthorized", "no.");
    let output = MockApi::new().expect("GET /partners", "", 401, &body).strigo(LIST);
    output.assert(
        4,
        "",
        "error: cannot list partners: the API returned 401 Unauthorized (no)\nhint: check the \
         credentials from STRIGO_ORG_ID and STRIGO_API_KEY; an organization owner can find them at \
         https://app.strigo.io/settings#account\n",
    );
    let output = MockApi::new().expect("GET /partners", "", 403, "").strigo(&["partners", "list", "--json"]);
    let error = output.json_error();
    assert_eq!((output.code, error["kind"].as_str(), error["status"].as_u64()), (4, Some("denied"), Some(403)));
    let hint = "the credentials from STRIGO_ORG_ID and STRIGO_API_KEY do not have permission for this request";
    assert_eq!(error["hints"], json!([hint]));
}

#[test]
fn not_found_exits_5() {
    let body = failure_body("PartnerNotFound", "Partner not found");
    let api = MockApi::new().expect("GET /partners/yCoaiix2pRjxMjCn7", "", 404, &body);
    let output = api.strigo(&["partners", "get", "yCoaiix2pRjxMjCn7", "--json"]);
    let error = output.json_error();
    assert_eq!((output.code, error["kind"].as_str(), error["status"].as_u64()), (5, Some("not_found"), Some(404)));
    assert_eq!(error["type"], "PartnerNotFound");
    let api = MockApi::new().expect_data("GET /partners", "", "[]");
    check_error(api, &["partners", "get", "unknown"], 5, "not_found", "no partner with that name");
}

#[test]
fn rejected_lists_validation_errors() {
    let body = r#"{"result":"failure","error":{"type":"RequestValidationError","message":"Invalid","errors":[
        {"location":"body","param":"email","msg":"Must be a valid email address"},
        {"location":"body","param":"x","msg":"Second"}, {"odd": 1.0}]}}"#;
    let args = ["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co"];
    let api = || MockApi::new().expect("POST /partners/yCoaiix2pRjxMjCn7/members", r#"{"email":"a@b.co"}"#, 422, body);
    api().strigo(&args).assert(
        6,
        "",
        "error: cannot invite a@b.co: the API returned 422 Unprocessable Entity (RequestValidationError: Invalid):\n  \
         email: Must be a valid email address (in the body)\n  x: Second (in the body)\n  {\"odd\": 1.0}\n",
    );
    let output = api().strigo(&[&args[..], &["--json"]].concat());
    let error = output.json_error();
    assert_eq!((output.code, error["kind"].as_str(), error["status"].as_u64()), (6, Some("rejected"), Some(422)));
    assert_eq!(error["errors"][1]["msg"], "Second");
    assert!(output.stderr.contains(r#"{"odd":1.0}"#), "{}", output.stderr);
}

#[test]
fn rejected_lists_top_level_validation_errors() {
    let body = r#"{"result":"failure","error":{"type":"T"},"errors":[{"location":"body","param":"name","msg":"Bad"}]}"#;
    let output = MockApi::new().expect("GET /partners", "", 422, body).strigo(LIST);
    assert!(output.stderr.contains("\n  name: Bad (in the body)"), "{}", output.stderr);
}

#[test]
fn api_key_in_error_response_is_redacted() {
    let body = failure_body("Unauthorized", "bad token sandboxOrg:sandbox-key-0123456789");
    for (format, status) in [("tsv", 401), ("json", 401), ("tsv", 200), ("json", 200), ("json", 503)] {
        let api = MockApi::new().expect("GET /partners", "", status, &body);
        let output = api.strigo(&["partners", "list", "--output", format, "-v", "--max-wait", "0"]);
        assert!(
            output.stderr.contains("sandboxOrg:***") && !output.stderr.contains("sandbox-key"),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn not_found_html_suggests_checking_endpoint() {
    let output = MockApi::new().expect("GET /partners", "", 404, "<html>").strigo(LIST);
    assert_eq!(output.code, 5);
    assert!(output.stderr.contains("check the endpoint"), "{}", output.stderr);
}

#[test]
fn rename_error_states_if_change_may_have_applied() {
    let sandbox = sandbox();
    for (fault, may_have_applied) in
        [(Fault::ResetAfter, true), (Fault::Status(500), true), (Fault::TooManyRequests(9), false)]
    {
        sandbox.state().default_fault = Some(fault.clone());
        let output = strigo_with_sandbox(
            &sandbox,
            &["partners", "rename", "yCoaiix2pRjxMjCn7", "n", "--allow-duplicate", "--max-wait", "0"],
        );
        assert_eq!(output.code, 7);
        assert_eq!(
            output.stderr.contains("the change may already have been applied"),
            may_have_applied,
            "{fault:?} {}",
            output.stderr
        );
        assert_eq!(output.stderr.contains("nothing was changed"), !may_have_applied, "{fault:?} {}", output.stderr);
    }
    // The first attempt is applied, the second one is rejected by the rate limit.
    sandbox.state().default_fault = None;
    sandbox.state().faults = [Fault::ResetAfter, Fault::TooManyRequests(400)].into();
    let output = strigo_with_sandbox(
        &sandbox,
        &["partners", "rename", "yCoaiix2pRjxMjCn7", "n", "--allow-duplicate", "--max-wait", "60"],
    );
    assert_eq!(output.code, 7);
    assert!(output.stderr.contains("the change may already have been applied"), "{}", output.stderr);
}

#[test]
fn result_failure_with_status_200_exits_6() {
    let body = failure_body("SomeFailure", "It cannot be");
    check_error(
        MockApi::new().expect("GET /partners", "", 200, &body),
        LIST,
        6,
        "rejected",
        "SomeFailure: It cannot be",
    );
    let api = MockApi::new().expect("POST /partners", r#"{"name":"n"}"#, 200, &body);
    check_error(api, &["partners", "create", "n", "--allow-duplicate"], 6, "rejected", "SomeFailure: It cannot be");
    check_error(MockApi::new().expect("GET /partners", "", 418, ""), LIST, 6, "rejected", "418");
}

#[test]
fn unavailable_exits_7() {
    // All of these are retried without --max-wait 0. Retries are tested in retries.rs.
    let args = ["partners", "list", "--max-wait", "0"];
    check_error(
        MockApi::new().expect("GET /partners", "", 500, ""),
        &args,
        7,
        "unavailable",
        "500 Internal Server Error",
    );
    check_error(MockApi::new().expect("GET /partners", "", 502, "<html>"), &args, 7, "unavailable", "502 Bad Gateway");
    check_error(
        MockApi::new().expect("GET /partners", "", 429, "Too many requests"),
        &args,
        7,
        "unavailable",
        "429 Too Many",
    );
    let mut command = strigo_with_endpoint(&unused_endpoint(), &args);
    command.arg("--json");
    let output = run(command);
    let error = output.json_error();
    assert_eq!((output.code, error["kind"].as_str()), (7, Some("unavailable")));
    assert!(error["message"].as_str().unwrap().contains("cannot connect to http://127.0.0.1:"), "{error}");
    assert!(error.get("status").is_none());
}

#[test]
fn outcome_unknown_exits_8_with_hint() {
    let sandbox = sandbox();
    for fault in [
        Fault::CloseAfter,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::ResetInBody,
        Fault::Html(502),
        Fault::Status(500),
    ] {
        sandbox.state().default_fault = Some(fault.clone());
        sandbox.state().requests.clear();
        let output = strigo_with_sandbox(&sandbox, &["partners", "create", "O'Neil", "--json", "--allow-duplicate"]);
        let error = output.json_error();
        assert_eq!((output.code, error["kind"].as_str()), (8, Some("outcome_unknown")), "{fault:?}");
        let is_closed = matches!(fault, Fault::CloseAfter | Fault::ResetAfter);
        let message = "the server closed the connection without sending a response";
        assert_eq!(error["message"].as_str().unwrap().contains(message), is_closed, "{fault:?} {error}");
        let hints = error["hints"].as_array().unwrap();
        let check = "the partner may or may not have been created; run `strigo partners get \"name:O'Neil\"` to check";
        assert!(hints.contains(&json!(check)), "{hints:?}");
        assert_eq!(hints.last().unwrap(), "with --if-not-exists, it is safe to retry");
        let output = strigo_with_sandbox(&sandbox, &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co"]);
        assert_eq!((output.code, output.stdout.as_str()), (8, ""), "{fault:?}");
        assert!(output.stderr.contains("may or may not have been sent"), "{}", output.stderr);
        assert_eq!(sandbox.state().requests.len(), 2, "{fault:?}");
    }
    for body in
        ["", "{}", "not json", r#"{"result":"success","data":{"name":"n"}}"#, r#"{"result":"success","data":[]}"#]
    {
        let api = MockApi::new().expect("POST /partners", r#"{"name":"n"}"#, 200, body);
        check_error(
            api,
            &["partners", "create", "n", "--allow-duplicate"],
            8,
            "outcome_unknown",
            "cannot create partner 'n'",
        );
    }
}

#[test]
fn partial_exits_9() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Status(422)].into();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "w00t", "a@b.co", "c@d.co", "--json", "-v"]);
    // The first request lists the partners, so the fault affects that request and nothing is sent.
    assert_eq!(output.code, 6, "{}", output.stderr);
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(422)].into();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "w00t", "a@b.co", "c@d.co", "--json"]);
    let last: serde_json::Value = serde_json::from_str(output.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((output.code, last["error"]["kind"].as_str()), (9, Some("partial")));
}

/// Shells, CI systems, and process supervisors send these signals.
#[cfg(unix)]
#[test]
fn process_dies_of_the_signal() {
    use std::process::{Command, Stdio};
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let sandbox = crate::support::sandbox();
        sandbox.state().default_fault = Some(crate::server::Fault::Hang);
        let mut child = command_with_default_signals(env!("CARGO_BIN_EXE_strigo"))
            .args(["partners", "list"])
            .env_clear()
            .envs(crate::support::hermetic_env())
            .envs(crate::support::auth_env(&sandbox.endpoint()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until(|| !sandbox.state().requests.is_empty());
        let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(status.success());
        assert_eq!(shell_code(child.wait().unwrap()), code, "{signal}");
    }
}

/// A script that reads the JSON sees what its shell sees.
#[cfg(unix)]
#[test]
fn json_of_an_interrupted_run_has_the_exit_code_of_the_signal() {
    use std::process::Stdio;
    for (signal, code) in [("TERM", 143), ("HUP", 129)] {
        let sandbox = sandbox();
        // The signal must come while the first request is in flight.
        sandbox.state().default_fault = Some(Fault::Latency(std::time::Duration::from_millis(2000)));
        let mut command = command_with_default_signals(env!("CARGO_BIN_EXE_strigo"));
        command.args(["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "c@d.co", "--json"]).env_clear();
        command.envs(crate::support::hermetic_env()).envs(crate::support::auth_env(&sandbox.endpoint()));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until(|| !sandbox.state().requests.is_empty());
        let status = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(status.unwrap().success());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let error: serde_json::Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["exit_code"], code, "{stderr}");
        assert_eq!((shell_code(output.status), &error["error"]["kind"]), (code, &"interrupted".into()), "{stderr}");
    }
}

/// The shell of a terminal that is closed sends the signal to its jobs, and so does the kernel.
#[cfg(unix)]
#[test]
fn hang_up_that_comes_twice_finishes_the_invitation_in_flight() {
    use std::process::Stdio;
    let (sandbox, dir) = (sandbox(), tempfile::TempDir::new().unwrap());
    let journal = dir.path().join("j.jsonl");
    sandbox.state().default_fault = Some(Fault::Latency(std::time::Duration::from_millis(2000)));
    let mut command = command_with_default_signals(env!("CARGO_BIN_EXE_strigo"));
    command.args(["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "c@d.co", "--journal"]).arg(&journal);
    command.env_clear().envs(crate::support::hermetic_env()).envs(crate::support::auth_env(&sandbox.endpoint()));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(|| sandbox.state().max_in_flight > 0);
    for _ in 0..2 {
        let status = std::process::Command::new("kill").args(["-s", "HUP", &child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(shell_code(output.status), 129, "{stderr}");
    assert!(stderr.contains("(1 invited, 1 not attempted): interrupted\n"), "{stderr}");
    let text = std::fs::read_to_string(journal).unwrap();
    assert!(text.lines().last().unwrap().contains("\"invited\""), "{text}");
}

/// One Ctrl-C ends the loop of a shell, too: bash goes on with the next round if a program exits instead.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_loop_of_bash() {
    use std::process::Stdio;
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(Fault::Latency(std::time::Duration::from_millis(300)));
    let script =
        format!("for p in w00t nur newa; do {} members invite $p a@b.co c@d.co; done", env!("CARGO_BIN_EXE_strigo"));
    let mut command = command_with_default_signals("bash");
    command.args(["--norc", "-c", &script]).envs(crate::support::auth_env(&sandbox.endpoint()));
    command.env("STRIGO_JOURNAL", "none").stdout(Stdio::null()).stderr(Stdio::piped());
    // A process group of its own, which gets the signal as a whole, as in a terminal.
    let child = std::os::unix::process::CommandExt::process_group(&mut command, 0).spawn().unwrap();
    wait_until(|| sandbox.state().requests.iter().any(|request| request.method == "POST"));
    let group = format!("-{}", child.id());
    assert!(std::process::Command::new("kill").args(["-s", "INT", "--", &group]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(shell_code(output.status), 130, "{stderr}");
    // Its summary is written before it dies.
    assert_eq!(stderr.matches("not all invitations were sent").count(), 1, "{stderr}");
    assert!(sandbox.state().invitations.iter().all(|(partner, _)| partner == "yCoaiix2pRjxMjCn7"));
}

#[cfg(target_os = "linux")]
#[test]
fn signal_that_is_ignored_from_the_start_stays_ignored() {
    use std::process::{Command, Stdio};
    for (ignored, sent, code) in
        [("INT", "INT", 0), ("TERM", "TERM", 0), ("HUP", "HUP", 0), ("INT", "TERM", 143), ("TERM", "INT", 130)]
    {
        for args in ["partners list -q", "members invite nur a@b.co c@d.co -q"] {
            let sandbox = sandbox();
            // A signal that is not ignored must come while the request is in flight.
            let latency = if ignored == sent { 200 } else { 2000 };
            sandbox.state().default_fault = Some(Fault::Latency(std::time::Duration::from_millis(latency)));
            let script = format!("trap '' {ignored}; exec {} {args}", env!("CARGO_BIN_EXE_strigo"));
            let mut child = command_with_default_signals("bash")
                .args(["--norc", "-c", &script])
                .envs(crate::support::auth_env(&sandbox.endpoint()))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            wait_until(|| sandbox.state().max_in_flight > 0);
            let status = Command::new("kill").args(["-s", sent, &child.id().to_string()]).status().unwrap();
            assert!(status.success());
            assert_eq!(shell_code(child.wait().unwrap()), code, "{ignored} ignored, {sent} sent: {args}");
        }
    }
}

/// The test harness would catch the panic, so that it happens in a process of its own: this program, running one test.
#[test]
fn panic_exits_1_and_asks_for_a_report() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "errors::panicking_process", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("error: internal error at tests/cli/errors.rs:"), "{stderr}");
    let end = ": the cause\nhint: this is a bug in strigo; please report it with the command and the output of `strigo \
               --version`\n";
    assert!(stderr.ends_with(end), "{stderr}");
}

#[test]
#[ignore = "run by panic_exits_1_and_asks_for_a_report"]
fn panicking_process() {
    strigo_cli::install_panic_hook();
    panic!("the cause");
}
