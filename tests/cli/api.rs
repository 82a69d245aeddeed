//! `strigo api`: any request, by the rules of all.

use crate::server::{API_KEY, Fault, ORG_ID};
use crate::support::{Api, requests, run, sandbox, strigo, strigo_at, strigo_in};

#[test]
fn the_body_comes_as_it_came() {
    let body = "{ \"data\" : [1.50, \"\\u00e9\"],\n \"result\":\"success\" }";
    let api = Api::new().on("GET /partners?x=a%20b", "", 200, body);
    api.strigo(&["api", "GET", "/partners?x=a b"]).expect(0, body, "");
    let api = Api::new().on("GET /health", "", 200, r#"{"status": "ok", "message": "Healthy"}"#);
    api.strigo(&["api", "get", "health"]).expect(0, r#"{"status": "ok", "message": "Healthy"}"#, "");
    let api = Api::new().on("DELETE /partners/x", "", 204, "");
    api.strigo(&["api", "DELETE", "/partners/x", "--json"]).expect(0, "", "");
}

#[test]
fn data_is_sent_as_it_was_written() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("data.json");
    let data = "{ \"name\": 1.0 }\n";
    std::fs::write(&file, data).unwrap();
    let at_file = format!("@{}", file.display());
    for (given, stdin) in [(data, ""), (at_file.as_str(), ""), ("-", data)] {
        let api = Api::new().on("PUT /partners/x", data, 200, "{}");
        let mut command = strigo_at(&api.endpoint(), &["api", "PUT", "/partners/x", "--data", given]);
        command.write_stdin(stdin);
        run(command).expect(0, "{}", "");
    }
    for (given, why) in [
        ("{name: 1}", "error: the data from --data is not JSON: "),
        ("@/no/such/file", "error: the data from /no/such/file cannot be read: No such file"),
        ("-", "error: the data from stdin is not JSON: "),
    ] {
        let ran = run(strigo_at("http://127.0.0.1:9", &["api", "POST", "/partners", "--data", given]));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.starts_with(why) && ran.stderr.contains("or @FILE for a file"), "{}", ran.stderr);
    }
}

#[test]
fn a_failure_has_its_body_on_stdout_and_its_exit_code() {
    let body = r#"{"result":"failure","error":{"type":"PartnerNotFound","message":"Partner not found"}}"#;
    for (status, code, said) in [
        (404, 5, "the API answered 404 Not Found (PartnerNotFound: Partner not found)"),
        (401, 4, "the API answered 401 Unauthorized (PartnerNotFound: Partner not found)"),
        (500, 7, "the API answered 500 Internal Server Error (PartnerNotFound: Partner not found)"),
        (200, 6, "the API reports a failure (PartnerNotFound: Partner not found)"),
    ] {
        let api = Api::new().on("GET /partners/x", "", status, body);
        let ran = api.strigo(&["api", "GET", "/partners/x"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, body));
        assert!(
            ran.stderr.starts_with(&format!("error: GET /partners/x: {said}.\n")) || status == 200,
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    let api = Api::new().on("GET /x", "", 200, "<html>");
    let ran = api.strigo(&["api", "GET", "/x", "--json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "<html>"));
    let api = Api::new().on("POST /x", "{}", 200, "<html>");
    assert_eq!(api.strigo(&["api", "POST", "/x", "--data", "{}"]).code, 8);
}

#[test]
fn a_post_is_repeated_only_where_that_is_said_to_be_safe() {
    let sandbox = sandbox();
    let post = ["api", "POST", "/partners", "--data", r#"{"name":"x"}"#];
    sandbox.state().faults = [Fault::ResetAfter].into();
    let ran = strigo_in(&sandbox, &post);
    assert_eq!((ran.code, ran.stdout.as_str()), (8, ""));
    assert!(ran.stderr.contains("--idempotent"), "{}", ran.stderr);
    assert_eq!(requests(&sandbox), ["POST /partners"]);

    sandbox.state().faults = [Fault::ResetAfter].into();
    let ran = strigo_in(&sandbox, &[&post[..], &["--idempotent"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(requests(&sandbox).len(), 3);

    sandbox.state().faults = [Fault::Status(503)].into();
    let ran = strigo_in(&sandbox, &["api", "GET", "/partners"]);
    assert_eq!((ran.code, requests(&sandbox).len()), (0, 5), "{}", ran.stderr);
}

#[test]
fn headers_are_added_and_the_answers_are_shown_if_wanted() {
    let sandbox = sandbox();
    let args = ["api", "GET", "/partners/nobody", "--include", "-H", "X-Trace: 7", "--header", "Accept-Language:de"];
    let ran = strigo_in(&sandbox, &args);
    assert_eq!(ran.code, 5);
    let (head, body) = ran.stdout.split_once("\n\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 404 Not Found\n") && head.contains("\nx-ratelimit-limit: "), "{head}");
    assert!(body.contains("PartnerNotFound"), "{body}");
    assert!(!ran.stdout.contains(API_KEY) && !ran.stdout.to_lowercase().contains("authorization"));
    let sent = sandbox.state().log[0].clone();
    assert_eq!((sent.header("x-trace"), sent.header("accept-language")), (Some("7"), Some("de")));
    assert_eq!(sent.header("authorization").unwrap(), format!("Bearer {ORG_ID}:{API_KEY}"));

    for (header, why) in [
        ("Authorization: Bearer x:s3cret", "is the tool's own"),
        ("host: evil.example", "is the tool's own"),
        ("X-Trace", "has no value"),
        ("X Trace: s3cret", "has a name that no header can have"),
        ("X: s3cret\nY: 1", "has a value that no header can have"),
    ] {
        let ran = strigo_in(&sandbox, &["api", "GET", "/partners", "-H", header]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(why) && !ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
    assert_eq!(requests(&sandbox).len(), 1);
}

#[test]
fn no_path_leads_out_of_the_endpoint() {
    let sandbox = sandbox();
    for path in
        ["https://evil.example/partners", "//evil.example/x", "/../v2", "/partners/%2e%2e/x", "..", "/a\\..\\b", "/x#y"]
    {
        let ran = strigo_in(&sandbox, &["api", "GET", path]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{path}");
        assert!(ran.stderr.starts_with("error: the path '"), "{}", ran.stderr);
    }
    assert!(requests(&sandbox).is_empty());
    let url = format!("{}/partners/ntvXb3L2qdPbayRKZ", sandbox.endpoint());
    assert_eq!(strigo_in(&sandbox, &["api", "GET", &url]).code, 0);
}

#[test]
fn a_dry_run_sends_nothing() {
    let args =
        ["api", "POST", "/partners", "--data", r#"{ "name": "x" }"#, "--dry-run", "--endpoint", "https://h.example"];
    run(strigo(&args)).expect(0, "POST https://h.example/partners {\"name\":\"x\"}\n", "");
    let args = ["api", "DELETE", "/partners/x", "--dry-run", "--json", "--endpoint", "https://h.example"];
    let expected = "{\"method\":\"DELETE\",\"url\":\"https://h.example/partners/x\",\"body\":null}\n";
    run(strigo(&args)).expect(0, expected, "");
    let ran = run(strigo(&["api", "STEAL", "/partners"]));
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"), "{}", ran.stderr);
}

#[test]
fn a_header_can_take_the_place_of_a_usual_one() {
    let mut server = mockito::Server::new();
    let mock = server.mock("GET", "/x").match_header("accept", "text/csv").with_body("[]").expect(1).create();
    let ran = run(strigo_at(&server.url(), &["api", "GET", "/x", "-H", "Accept: text/csv"]));
    ran.expect(0, "[]", "");
    mock.assert();
}
