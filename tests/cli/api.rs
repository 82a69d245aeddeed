//! `strigo api`: arbitrary requests.

use crate::server::{API_KEY, Fault, ORG_ID};
use crate::support::{MockApi, request_lines, run, sandbox, strigo, strigo_with_endpoint, strigo_with_sandbox};

#[test]
fn api_prints_body_verbatim() {
    let body = "{ \"data\" : [1.50, \"\\u00e9\"],\n \"result\":\"success\" }";
    let api = MockApi::new().expect("GET /partners?x=a%20b", "", 200, body);
    api.strigo(&["api", "GET", "/partners?x=a b"]).assert(0, body, "");
    let api = MockApi::new().expect("GET /health", "", 200, r#"{"status": "ok", "message": "Healthy"}"#);
    api.strigo(&["api", "get", "health"]).assert(0, r#"{"status": "ok", "message": "Healthy"}"#, "");
    let api = MockApi::new().expect("DELETE /partners/x", "", 204, "");
    api.strigo(&["api", "DELETE", "/partners/x", "--json"]).assert(0, "", "");
}

#[test]
fn api_data_is_sent_verbatim() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("data.json");
    let data = "{ \"name\": 1.0 }\n";
    std::fs::write(&file, data).unwrap();
    let file_arg = format!("@{}", file.display());
    let marked = dir.path().join("marked.json");
    std::fs::write(&marked, format!("\u{feff}{data}")).unwrap();
    let marked = format!("@{}", marked.display());
    for (data_arg, stdin) in [(data, ""), (file_arg.as_str(), ""), (&marked, ""), ("-", data), ("@-", data)] {
        let api = MockApi::new().expect("PUT /partners/x", data, 200, "{}");
        let mut command = strigo_with_endpoint(&api.endpoint(), &["api", "PUT", "/partners/x", "--data", data_arg]);
        command.write_stdin(stdin);
        run(command).assert(0, "{}", "");
    }
    for (data_arg, message) in [
        ("{name: 1}", "error: the request body from --data is not valid JSON: "),
        ("@/no/such/file", "error: cannot read the request body from /no/such/file: "),
        ("-", "error: the request body from standard input is not valid JSON: "),
    ] {
        let output = run(strigo_with_endpoint("http://127.0.0.1:9", &["api", "POST", "/partners", "--data", data_arg]));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.starts_with(message), "{}", output.stderr);
        let is_read = !message.contains("cannot read");
        assert_eq!(output.stderr.contains("\nhint: pass JSON in quotes, such as "), is_read, "{}", output.stderr);
    }
}

/// Without a target, nothing says that the API has moved.
#[test]
fn status_304_has_no_hint_about_a_redirect() {
    let api = MockApi::new().expect("GET /partners/x", "", 304, "");
    let output = api.strigo(&["api", "GET", "/partners/x"]);
    assert!(output.code == 1 && output.stderr.contains("the API returned 304 Not Modified"), "{}", output.stderr);
    assert!(!output.stderr.contains("redirect"), "{}", output.stderr);
}

#[test]
fn api_error_prints_body_and_sets_exit_code() {
    let body = r#"{"result":"failure","error":{"type":"PartnerNotFound","message":"Partner not found"}}"#;
    for (status, code, message) in [
        (404, 5, "the API returned 404 Not Found (PartnerNotFound: Partner not found)"),
        (401, 4, "the API returned 401 Unauthorized (PartnerNotFound: Partner not found)"),
        (500, 7, "the API returned 500 Internal Server Error (PartnerNotFound: Partner not found)"),
        (200, 6, "the API reported a failure (PartnerNotFound: Partner not found)"),
    ] {
        let api = MockApi::new().expect("GET /partners/x", "", status, body);
        let output = api.strigo(&["api", "GET", "/partners/x"]);
        assert_eq!((output.code, output.stdout.as_str()), (code, body));
        assert!(output.stderr.starts_with(&format!("error: GET /partners/x: {message}\n")), "{}", output.stderr);
        assert!(output.stderr.contains(message), "{}", output.stderr);
    }
    let api = MockApi::new().expect("GET /x", "", 200, "<html>");
    let output = api.strigo(&["api", "GET", "/x", "--json"]);
    assert_eq!((output.code, output.stdout.as_str()), (1, "<html>"));
    let api = MockApi::new().expect("POST /x", "{}", 200, "<html>");
    assert_eq!(api.strigo(&["api", "POST", "/x", "--data", "{}"]).code, 8);
}

#[test]
fn api_post_whose_response_is_lost_is_not_sent_again() {
    let sandbox = sandbox();
    let post = ["api", "POST", "/partners", "--data", r#"{"name":"x"}"#];
    sandbox.state().faults = [Fault::ResetAfter].into();
    let output = strigo_with_sandbox(&sandbox, &post);
    assert_eq!((output.code, output.stdout.as_str()), (8, ""));
    assert!(output.stderr.contains("hint: the change may or may not have been applied"), "{}", output.stderr);
    assert_eq!(request_lines(&sandbox), ["POST /partners"]);

    sandbox.state().faults = [Fault::Status(503)].into();
    let output = strigo_with_sandbox(&sandbox, &["api", "GET", "/partners"]);
    assert_eq!((output.code, request_lines(&sandbox).len()), (0, 3), "{}", output.stderr);
}

#[test]
fn api_header_and_include_flags() {
    let sandbox = sandbox();
    let args = ["api", "GET", "/partners/unknown", "--include", "-H", "X-Trace: 7", "--header", "Accept-Language:de"];
    let output = strigo_with_sandbox(&sandbox, &args);
    assert_eq!(output.code, 5);
    let (head, body) = output.stdout.split_once("\n\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 404 Not Found\n") && head.contains("\nx-ratelimit-limit: "), "{head}");
    assert!(body.contains("PartnerNotFound"), "{body}");
    assert!(!output.stdout.contains(API_KEY) && !output.stdout.to_lowercase().contains("authorization"));
    let request = sandbox.state().requests[0].clone();
    assert_eq!((request.header("x-trace"), request.header("accept-language")), (Some("7"), Some("de")));
    assert_eq!(request.header("authorization").unwrap(), format!("Bearer {ORG_ID}:{API_KEY}"));

    for (header, message) in [
        ("Authorization: Bearer x:s3cret", "header 'authorization' cannot be overridden\nhint: "),
        ("host: evil.example", "header 'host' cannot be overridden\n"),
        ("X-Trace", "missing value"),
        ("X Trace: s3cret", "invalid header 'X Trace': invalid name"),
        ("X: s3cret\nY: 1", "invalid header 'X': invalid value"),
    ] {
        let output = strigo_with_sandbox(&sandbox, &["api", "GET", "/partners", "-H", header]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains(message) && !output.stderr.contains("s3cret"), "{}", output.stderr);
    }
    assert_eq!(request_lines(&sandbox).len(), 1);
}

#[test]
fn api_rejects_path_outside_endpoint() {
    let sandbox = sandbox();
    for path in
        ["https://evil.example/partners", "//evil.example/x", "/../v2", "/partners/%2e%2e/x", "..", "/a\\..\\b", "/x#y"]
    {
        let output = strigo_with_sandbox(&sandbox, &["api", "GET", path]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{path}");
        assert!(output.stderr.starts_with(&format!("error: invalid path '{path}': ")), "{}", output.stderr);
    }
    assert!(request_lines(&sandbox).is_empty());
    let url = format!("{}/partners/ntvXb3L2qdPbayRKZ", sandbox.endpoint());
    assert_eq!(strigo_with_sandbox(&sandbox, &["api", "GET", &url]).code, 0);
}

#[test]
fn api_dry_run_sends_nothing() {
    let args =
        ["api", "POST", "/partners", "--data", r#"{ "name": "x" }"#, "--dry-run", "--endpoint", "https://h.example"];
    run(strigo(&args)).assert(0, "POST https://h.example/partners {\"name\":\"x\"}\n", "");
    let args = ["api", "DELETE", "/partners/x", "--dry-run", "--json", "--endpoint", "https://h.example"];
    let expected = "{\"method\":\"DELETE\",\"url\":\"https://h.example/partners/x\",\"body\":null}\n";
    run(strigo(&args)).assert(0, expected, "");
    let output = run(strigo(&["api", "STEAL", "/partners"]));
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"), "{}", output.stderr);
}

#[test]
fn api_without_method_is_a_get() {
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["api", "/health"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert_eq!(request_lines(&sandbox), ["GET /health"]);
    strigo_with_sandbox(&sandbox, &["api", "delete"]).assert(
        2,
        "",
        &format!(
            "error: missing path after DELETE\nhint: pass a path relative to {}, such as /partners\n",
            sandbox.endpoint()
        ),
    );
}

#[test]
fn api_header_replaces_default_header() {
    let mut server = mockito::Server::new();
    let mock = server.mock("GET", "/x").match_header("accept", "text/csv").with_body("[]").expect(1).create();
    let output = run(strigo_with_endpoint(&server.url(), &["api", "GET", "/x", "-H", "Accept: text/csv"]));
    output.assert(0, "[]", "");
    mock.assert();
}
