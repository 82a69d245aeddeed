//! Each row of the table of exit codes, in words and as JSON.

use std::net::TcpListener;

use crate::server::Fault;
use crate::support::{Api, run, sandbox, strigo, strigo_at, strigo_in};

/// An endpoint where nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/api/v1", listener.local_addr().unwrap())
}

fn failure(name: &str, message: &str) -> String {
    format!(r#"{{"result":"failure","error":{{"type":"{name}","message":"{message}"}}}}"#)
}

#[track_caller]
fn check(api: Api, args: &[&str], code: i32, kind: &str, part: &str) {
    let ran = api.strigo(&[args, &["--json"]].concat());
    let error = ran.json_error();
    assert_eq!(ran.code, code, "{error}");
    assert_eq!(error["kind"], kind);
    assert_eq!(error["exit_code"], code);
    assert_eq!(error["retryable"], kind == "unavailable");
    assert!(error["message"].as_str().unwrap().contains(part), "{error}");
}

const LIST: &[&str] = &["partners", "list"];

#[test]
fn unexpected_is_an_answer_without_sense() {
    for (body, part) in [
        ("", "its answer is empty"),
        ("<html></html>", "is not the JSON object"),
        ("[]", "is not the JSON object"),
        ("{\"result\":\"success\",\"data\":[", "cannot be read as JSON"),
        ("{\"result\":\"success\"}", "has no `data`"),
        ("{\"result\":\"success\",\"data\":{}}", "is not a list of partners"),
        ("{\"data\":[]}", "has no `result`"),
        ("{\"status\":\"ok\",\"message\":\"Healthy\"}", "has no `result`"),
    ] {
        check(Api::new().on("GET /partners", "", 200, body), LIST, 1, "unexpected", part);
    }
    let not_text = b"{\"result\":\"success\",\"data\":[{\"id\":\"\xff\"}]}";
    check(Api::new().on("GET /partners", "", 200, not_text), LIST, 1, "unexpected", "not UTF-8");
    let api = Api::new().data("GET /partners", "", r#"[{"id":7}]"#);
    let ran = api.strigo(LIST);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("does not hold a partner as documented"), "{}", ran.stderr);
}

#[test]
fn unexpected_is_an_answer_cut_short() {
    let sandbox = sandbox();
    sandbox.state().always = Some(Fault::Truncated);
    let ran = strigo_in(&sandbox, LIST);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("broke off after "), "{}", ran.stderr);
    assert_eq!(sandbox.state().log.len(), 1);
}

#[test]
fn unexpected_is_a_redirect() {
    let (here, there) = (sandbox(), sandbox());
    here.state().always = Some(Fault::Redirect(format!("{}/partners", there.endpoint())));
    let ran = strigo_in(&here, LIST);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains(&format!("307 Temporary Redirect, pointing to {}", there.endpoint())),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("Redirects are not followed"));
    let ran = strigo_in(&here, &["partners", "create", "n"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (8, ""));
    assert!(
        ran.stderr.contains("Redirects are not followed") && ran.stderr.contains("may or may not"),
        "{}",
        ran.stderr
    );
    assert!(there.state().log.is_empty());
}

#[test]
fn usage() {
    for args in [
        &["partners", "lst"][..],
        &["partners", "get"],
        &["nonsense"],
        &["partners", "list", "--nonsense"],
        &["members", "invite", "w00t"],
        &["members", "invite", "yCoaiix2pRjxMjCn7", "nonsense"],
        &["partners", "list", "--format", "xml"],
    ] {
        check(Api::new(), args, 2, "usage", "");
        let ran = Api::new().strigo(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    let ran = run(strigo(&["partners", "lst", "--json"]));
    let error = ran.json_error();
    assert_eq!(error["message"], "unrecognized subcommand 'lst'");
    assert!(error["hint"].as_str().unwrap().contains("a similar subcommand exists: 'list'"));
}

#[test]
fn config() {
    let ran = run(strigo(&["partners", "list", "--json"]));
    assert_eq!((ran.code, ran.json_error()["kind"].as_str()), (3, Some("config")));
}

#[test]
fn denied() {
    let body = failure("Unauthorized", "no.");
    let ran = Api::new().on("GET /partners", "", 401, &body).strigo(LIST);
    ran.expect(
        4,
        "",
        "error: cannot list the partners: the API answered 401 Unauthorized (Unauthorized: no).\nThe organization ID and \
         the API key came from STRIGO_ORG_ID and STRIGO_API_KEY. Its owner finds both at \
         https://app.strigo.io/settings#account.\n",
    );
    let ran = Api::new().on("GET /partners", "", 403, "").strigo(&["partners", "list", "--json"]);
    let error = ran.json_error();
    assert_eq!((ran.code, error["kind"].as_str(), error["status"].as_u64()), (4, Some("denied"), Some(403)));
    assert!(error["hint"].as_str().unwrap().contains("do not allow this call"));
}

#[test]
fn not_found() {
    let body = failure("PartnerNotFound", "Partner not found");
    let api = Api::new().on("GET /partners/yCoaiix2pRjxMjCn7", "", 404, &body);
    let ran = api.strigo(&["partners", "get", "yCoaiix2pRjxMjCn7", "--json"]);
    let error = ran.json_error();
    assert_eq!((ran.code, error["kind"].as_str(), error["status"].as_u64()), (5, Some("not_found"), Some(404)));
    assert_eq!(error["type"], "PartnerNotFound");
    let api = Api::new().data("GET /partners", "", "[]");
    check(api, &["partners", "get", "nobody"], 5, "not_found", "no partner has that name");
}

#[test]
fn rejected_shows_every_entry() {
    let body = r#"{"result":"failure","error":{"type":"RequestValidationError","message":"Invalid","errors":[
        {"location":"body","param":"email","msg":"Must be a valid email address"},
        {"location":"body","param":"x","msg":"Second"}, {"odd": 1.0}]}}"#;
    let args = ["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co"];
    let api = || Api::new().on("POST /partners/yCoaiix2pRjxMjCn7/members", r#"{"email":"a@b.co"}"#, 422, body);
    api().strigo(&args).expect(
        6,
        "",
        "error: cannot invite a@b.co: the API answered 422 Unprocessable Entity (RequestValidationError: Invalid):\n  \
         email: Must be a valid email address (in the body)\n  x: Second (in the body)\n  {\"odd\": 1.0}\n",
    );
    let ran = api().strigo(&[&args[..], &["--json"]].concat());
    let error = ran.json_error();
    assert_eq!((ran.code, error["kind"].as_str(), error["status"].as_u64()), (6, Some("rejected"), Some(422)));
    assert_eq!(error["errors"][1]["msg"], "Second");
    assert!(ran.stderr.contains(r#"{"odd":1.0}"#), "{}", ran.stderr);
}

#[test]
fn entries_beside_the_error_are_shown_too() {
    let body = r#"{"result":"failure","error":{"type":"T"},"errors":[{"location":"body","param":"name","msg":"Bad"}]}"#;
    let ran = Api::new().on("GET /partners", "", 422, body).strigo(LIST);
    assert!(ran.stderr.contains("\n  name: Bad (in the body)"), "{}", ran.stderr);
}

#[test]
fn a_key_that_the_api_repeats_goes_no_further() {
    let body = failure("Unauthorized", "bad token sandboxOrg:sandbox-key-0123456789");
    for (format, status) in [("tsv", 401), ("json", 401), ("tsv", 200), ("json", 200), ("json", 503)] {
        let api = Api::new().on("GET /partners", "", status, &body);
        let ran = api.strigo(&["partners", "list", "--format", format, "-v", "--max-wait", "0"]);
        assert!(ran.stderr.contains("sandboxOrg:***") && !ran.stderr.contains("sandbox-key"), "{}", ran.stderr);
    }
}

#[test]
fn a_404_that_is_not_the_apis_points_to_the_endpoint() {
    let ran = Api::new().on("GET /partners", "", 404, "<html>").strigo(LIST);
    assert_eq!(ran.code, 5);
    assert!(ran.stderr.contains("check the endpoint"), "{}", ran.stderr);
}

#[test]
fn what_may_have_been_set_is_not_said_to_be_unchanged() {
    let sandbox = sandbox();
    for (fault, is_open) in [(Fault::ResetAfter, true), (Fault::Status(500), true), (Fault::TooMany(9), false)] {
        sandbox.state().always = Some(fault.clone());
        let ran = strigo_in(&sandbox, &["partners", "rename", "yCoaiix2pRjxMjCn7", "n", "--max-wait", "0"]);
        assert_eq!(ran.code, 7);
        assert_eq!(ran.stderr.contains("It may have been done already"), is_open, "{fault:?} {}", ran.stderr);
        assert_eq!(ran.stderr.contains("Nothing was changed"), !is_open, "{fault:?} {}", ran.stderr);
    }
    // Applied by the first try, and refused to the second.
    sandbox.state().always = None;
    sandbox.state().faults = [Fault::ResetAfter, Fault::TooMany(400)].into();
    let ran = strigo_in(&sandbox, &["partners", "rename", "yCoaiix2pRjxMjCn7", "n", "--max-wait", "60"]);
    assert_eq!(ran.code, 7);
    assert!(ran.stderr.contains("It may have been done already"), "{}", ran.stderr);
}

#[test]
fn rejected_is_a_failure_with_a_good_status() {
    let body = failure("SomeFailure", "It cannot be");
    check(Api::new().on("GET /partners", "", 200, &body), LIST, 6, "rejected", "SomeFailure: It cannot be");
    let api = Api::new().on("POST /partners", r#"{"name":"n"}"#, 200, &body);
    check(api, &["partners", "create", "n"], 6, "rejected", "SomeFailure: It cannot be");
    check(Api::new().on("GET /partners", "", 418, ""), LIST, 6, "rejected", "418");
}

#[test]
fn unavailable() {
    // Each of these would be tried again, for which retries.rs is the place.
    let args = ["partners", "list", "--max-wait", "0"];
    check(Api::new().on("GET /partners", "", 500, ""), &args, 7, "unavailable", "500 Internal Server Error");
    check(Api::new().on("GET /partners", "", 502, "<html>"), &args, 7, "unavailable", "502 Bad Gateway");
    check(Api::new().on("GET /partners", "", 429, "Too many requests"), &args, 7, "unavailable", "429 Too Many");
    let mut command = strigo_at(&nobody(), &args);
    command.arg("--json");
    let ran = run(command);
    let error = ran.json_error();
    assert_eq!((ran.code, error["kind"].as_str()), (7, Some("unavailable")));
    assert!(error["message"].as_str().unwrap().contains("Connection refused"), "{error}");
    assert!(error.get("status").is_none());
}

#[test]
fn outcome_unknown_is_said_with_how_to_find_out() {
    let sandbox = sandbox();
    for fault in [
        Fault::CloseAfter,
        Fault::ResetAfter,
        Fault::Truncated,
        Fault::ResetInBody,
        Fault::Html(502),
        Fault::Status(500),
    ] {
        sandbox.state().always = Some(fault.clone());
        sandbox.state().log.clear();
        let ran = strigo_in(&sandbox, &["partners", "create", "O'Neil", "--json"]);
        let error = ran.json_error();
        assert_eq!((ran.code, error["kind"].as_str()), (8, Some("outcome_unknown")), "{fault:?}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains(r"strigo partners get 'name:O'\''Neil'"), "{hint}");
        let ran = strigo_in(&sandbox, &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (8, ""), "{fault:?}");
        assert!(ran.stderr.contains("may or may not have been made"), "{}", ran.stderr);
        assert_eq!(sandbox.state().log.len(), 2, "{fault:?}");
    }
    for body in
        ["", "{}", "not json", r#"{"result":"success","data":{"name":"n"}}"#, r#"{"result":"success","data":[]}"#]
    {
        let api = Api::new().on("POST /partners", r#"{"name":"n"}"#, 200, body);
        check(api, &["partners", "create", "n"], 8, "outcome_unknown", "cannot create partner 'n'");
    }
}

#[test]
fn partial() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Status(422)].into();
    let ran = strigo_in(&sandbox, &["members", "invite", "w00t", "a@b.co", "c@d.co", "--json", "-v"]);
    // The first request was the look-up, which the fault hit.
    assert_eq!(ran.code, 6, "{}", ran.stderr);
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(422)].into();
    let ran = strigo_in(&sandbox, &["members", "invite", "w00t", "a@b.co", "c@d.co", "--json"]);
    let last: serde_json::Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((ran.code, last["error"]["kind"].as_str()), (9, Some("partial")));
}

/// Whoever sends it: a shell, a CI system, a supervisor.
#[cfg(unix)]
#[test]
fn a_signal_that_asks_the_tool_to_end_gives_its_exit_code() {
    use std::process::{Command, Stdio};
    for signal in ["INT", "TERM"] {
        let sandbox = crate::support::sandbox();
        sandbox.state().always = Some(crate::server::Fault::Hang);
        let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(["partners", "list"])
            .env_clear()
            .envs(crate::support::hermetic_env())
            .envs(crate::support::signed_in(&sandbox.endpoint()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while sandbox.state().log.is_empty() {
            std::thread::yield_now();
        }
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
    }
}
