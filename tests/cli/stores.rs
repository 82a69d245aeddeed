//! Object stores as people have them: what they answer, how they are addressed, and where a job gets its keys.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use assert_cmd::Command;

use mockito::{Matcher, Mock, Server, ServerGuard};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use strigo_cli::process::Clock as _;

use crate::in_process::{FakeClock, run_in_process_with, success};
use crate::server::{ACCESS_KEY_ID, ORG_ID, RateLimit, SECRET_ACCESS_KEY, Sandbox, State, StoreFault};
use crate::support::{CommandOutput, request_lines, run, sandbox, store_env, strigo_with_endpoint};

const JOURNAL: &str = "s3://jobs/x";
const NUR: &str = "ntvXb3L2qdPbayRKZ";
const INVITE: [&str; 8] = ["members", "invite", NUR, "dana@acme.example", "--journal", JOURNAL, "--max-wait", "0"];

/// Returns a command whose journal is in the store at this URL.
fn strigo_with_store(sandbox: &Sandbox, store: &str, args: &[&str]) -> Command {
    let mut command = strigo_with_endpoint(&sandbox.endpoint(), args);
    command.envs(store_env(sandbox)).env("AWS_ENDPOINT_URL_S3", store);
    command
}

/// Answers everything alike.
fn answer_all(server: &mut ServerGuard, status: usize, headers: &[(&str, &str)], body: &str) -> Vec<Mock> {
    let mock = |method| {
        let mock = server.mock(method, Matcher::Any).with_status(status).with_body(body);
        headers.iter().fold(mock, |mock, (name, value)| mock.with_header(*name, value)).create()
    };
    ["GET", "PUT"].map(mock).into()
}

fn assert_refused(sandbox: &Sandbox, output: &CommandOutput, code: i32, message: &str, hint: &str) {
    assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{message}: {}", output.stderr);
    let (first, rest) = output.stderr.split_once('\n').unwrap();
    assert!(first.starts_with("error: ") && first.contains(message), "{message}: {}", output.stderr);
    assert!(rest.starts_with(&format!("hint: {hint}")), "{message}: {}", output.stderr);
    for rust in ["::", "DtdStart", "missing field", "Some("] {
        assert!(!output.stderr.contains(rust), "{}", output.stderr);
    }
    assert_eq!(request_lines(sandbox), Vec::<String>::new());
}

fn error_body(words: &str) -> String {
    let (code, message) = words.split_once(": ").unwrap();
    format!("<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>")
}

#[test]
fn store_that_refuses_says_why_in_its_own_words() {
    let clock = "this machine's clock seems to be wrong";
    for (status, words, code, hint) in [
        (403, "AccessDenied: Request has expired", 3, clock),
        (403, "ExpiredRequest: Request has expired", 3, clock),
        (400, "ExpiredRequest: Request has expired", 3, clock),
        (403, "RequestTimeTooSkewed: The difference is too large", 3, clock),
        (
            403,
            "SecondLevelDomainForbidden: Use virtual hosted style",
            3,
            "the store wants the bucket's name in the host name: set AWS_S3_ADDRESSING_STYLE=virtual",
        ),
        (403, "AccessDenied: no, with an explicit deny in a resource-based policy", 3, "a policy forbids this request"),
        (403, "AccessDenied: Access Denied", 3, "the policy may lack s3:PutObject"),
        (
            403,
            "InvalidTokenId: The security token is invalid",
            3,
            "AWS_SESSION_TOKEN has expired or belongs to other keys",
        ),
        (
            400,
            "InvalidToken: The provided token is malformed",
            3,
            "AWS_SESSION_TOKEN has expired or belongs to other keys",
        ),
        (403, "InvalidObjectState: The object is archived", 3, "records were archived"),
        (403, "QuotaExceeded: The quota of the bucket is used", 3, "raise the bucket's quota"),
        (503, "SlowDown: Reduce your request rate", 7, "no invitations were sent"),
        (200, "InternalError: We encountered an internal error", 7, "no invitations were sent"),
        (400, "InvalidRequest: Content-MD5 is required", 3, "no invitations were sent"),
    ] {
        let (sandbox, mut server) = (sandbox(), Server::new());
        let _mocks = answer_all(&mut server, status, &[], &error_body(words));
        let output = run(strigo_with_store(&sandbox, &server.url(), &INVITE));
        let message = format!("cannot write to {JOURNAL}: the store returned {status} ({words})");
        assert_refused(&sandbox, &output, code, &message, hint);
        // With `--verbose`, each answer has them, too.
        let output = run(strigo_with_store(&sandbox, &server.url(), &[&INVITE[..], &["-v"]].concat()));
        assert!(output.stderr.contains(&format!("ms ({words})\n")), "{}", output.stderr);
        let output = run(strigo_with_store(&sandbox, &server.url(), &[&INVITE[..], &["--json"]].concat()));
        let error: Value = serde_json::from_str(output.stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["error"]["message"], message);
    }
}

/// What a store writes could be meant for the terminal.
#[test]
fn words_of_a_store_are_escaped_and_on_one_line() {
    let (sandbox, mut server) = (sandbox(), Server::new());
    let _mocks = answer_all(&mut server, 403, &[], &error_body("Access\u{1b}[2J: line\n two &lt;b&gt; \u{202e}x"));
    let output = run(strigo_with_store(&sandbox, &server.url(), &INVITE));
    let message = r"the store returned 403 (Access\u{1b}[2J: line two <b> \u{202e}x)";
    assert_refused(&sandbox, &output, 3, message, "the policy may lack");
}

#[test]
fn server_that_is_no_store_is_named() {
    let page = "<!DOCTYPE html><html><body><p>Sign in<br></body></html>";
    let not_a_store = "this is not the response of an object store: check AWS_ENDPOINT_URL_S3";
    let bucket_host = [("location", "https://jobs.s3.eu-west-1.amazonaws.com/x")];
    let to_https = [("location", "https://store.example/jobs/x/journal.json?X-Amz-Signature=5ec2e7")];
    for (status, headers, body, message, hint) in [
        (200, &[][..], page, "the store returned 200 (a web page)", not_a_store),
        (200, &[], "", "the store returned 200 without an ETag", not_a_store),
        // As of a proxy that has an ETag for everything.
        (200, &[("etag", "\"1\"")], r#"{"error":"blocked"}"#, "the store returned 200", not_a_store),
        (200, &[("etag", "W/\"1\"")], "", "the store returned 200", not_a_store),
        (200, &[("etag", "\"1\"")], "\u{feff}<html>sign in</html>", "the store returned 200 (a web page)", not_a_store),
        (412, &[], page, "the store returned 412 (a web page)", not_a_store),
        (404, &[], page, "the store returned 404 (a web page)", not_a_store),
        (501, &[], page, "the store returned 501 (a web page)", not_a_store),
        (304, &[], "", "the store returned 304", not_a_store),
        (403, &[], page, "the store returned 403 (a web page)", not_a_store),
        (401, &[], "", "the store returned 401", not_a_store),
        (301, &[], "", "the store returned 301", not_a_store),
        (
            307,
            &bucket_host,
            "",
            "the store returned 307",
            "the endpoint redirects: set AWS_ENDPOINT_URL_S3 to https://s3.eu-west-1.amazonaws.com, if",
        ),
        (
            308,
            &to_https,
            "",
            "the store returned 308",
            "the endpoint redirects: set AWS_ENDPOINT_URL_S3 to https://store.example",
        ),
        (301, &[("x-amz-bucket-region", "eu-north-1")], "", "the store returned 301", "set AWS_REGION to eu-north-1"),
        (
            400,
            &[],
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>",
            "(AuthorizationHeaderMalformed)",
            "set AWS_REGION to eu-west-3",
        ),
    ] {
        let (sandbox, mut server) = (sandbox(), Server::new());
        let _mocks = answer_all(&mut server, status, headers, body);
        let output = run(strigo_with_store(&sandbox, &server.url(), &INVITE));
        assert_refused(&sandbox, &output, 3, message, hint);
        assert!(!output.stderr.contains("5ec2e7"), "{}", output.stderr);
        let show = ["journal", "show", "--journal", JOURNAL, "--max-wait", "0"];
        let output = run(strigo_with_store(&sandbox, &server.url(), &show));
        // What is no XML could be a record that is damaged.
        let code = if body.starts_with('{') { 2 } else { 3 };
        assert_eq!((output.code, output.stdout.as_str()), (code, ""), "{}", output.stderr);
    }
}

/// A store with a journal of one person, who is being invited, whose list has these elements.
fn journal_with_list(server: &mut ServerGuard, sandbox: &Sandbox, list: &str, date: Option<&str>) -> Vec<Mock> {
    let head = json!({
        "at": "2026-01-01T00:00:00Z", "event": "journal", "version": 2, "endpoint": sandbox.endpoint(), "org_id": ORG_ID,
        "run": "r",
    });
    let intent = json!({
        "at": "2026-01-01T00:00:00Z", "event": "intent", "partner_id": NUR, "email": "dana@acme.example", "run": "r",
    });
    let get = |server: &mut ServerGuard, path: &str, body: &str| {
        let mock = server.mock("GET", Matcher::Regex(path.to_owned())).with_body(body);
        date.into_iter().fold(mock, |mock, date| mock.with_header("date", date)).create()
    };
    let exists = error_body("PreconditionFailed: it exists");
    vec![
        get(server, "journal.json", &head.to_string()),
        get(server, "1.intent", &intent.to_string()),
        get(server, "list-type=2", list),
        server.mock("PUT", Matcher::Any).with_status(412).with_body(exists).create(),
        server.mock("PUT", Matcher::Regex("/runs/".into())).with_header("etag", "e").create(),
    ]
}

fn list_of_claim(last_modified: &str, namespace: &str) -> String {
    let hash: String =
        Sha256::digest(format!("{NUR}\ndana@acme.example"))[..16].iter().map(|b| format!("{b:02x}")).collect();
    format!(
        "<ListBucketResult{namespace}><Name>jobs</Name><IsTruncated>false</IsTruncated><Contents><Key>x/i/{hash}/1.intent</Key>\
         <LastModified>{last_modified}</LastModified><ETag>e</ETag></Contents></ListBucketResult>"
    )
}

const NOW: &str = "Fri, 02 Jan 2026 03:04:05 GMT";

#[test]
fn claim_of_another_run_is_seen_in_lists_of_every_form() {
    let s3 = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
    for (last_modified, namespace) in [
        ("2026-01-02T03:00:00.000Z", s3),
        ("2026-01-02T03:00:00Z", " xmlns='http://doc.s3.amazonaws.com/2006-03-01'"),
        ("2026-01-02T03:00:00.000+0000", ""),
        ("2026-01-02T03:00:00+00:00", s3),
        ("2026-01-02T03:00:00.123456", s3),
        ("2026-01-02 03:00:00", s3),
        ("Fri, 02 Jan 2026 03:00:00 GMT", s3),
    ] {
        let (sandbox, mut server) = (sandbox(), Server::new());
        let list = list_of_claim(last_modified, namespace);
        let _mocks = journal_with_list(&mut server, &sandbox, &list, Some(NOW));
        let show = ["journal", "show", "--journal", JOURNAL, "--columns", "email,state"];
        run(strigo_with_store(&sandbox, &server.url(), &show)).assert(0, "dana@acme.example\tin_progress\n", "");
        // It is not taken for an old one, which could be sent again.
        let again = [&INVITE[..], &["--retry-unknown", "--dry-run"]].concat();
        let warning = "warning: skipping addresses that another run is inviting: dana@acme.example\n";
        run(strigo_with_store(&sandbox, &server.url(), &again)).assert(0, "", warning);
    }
}

#[test]
fn list_that_cannot_be_relied_on_is_refused() {
    let truncated = |more: &str| format!("<ListBucketResult><IsTruncated>true</IsTruncated>{more}</ListBucketResult>");
    let other = "use another store: a run could take the claim";
    for (list, date, code, message, hint) in [
        (list_of_claim("yesterday", ""), Some(NOW), 3, "the store lists objects with the time 'yesterday'", other),
        (
            list_of_claim("2026-01-02T03:00:00+02:00", ""),
            Some(NOW),
            3,
            "with the time '2026-01-02T03:00:00+02:00'",
            other,
        ),
        (list_of_claim("2026-01-02T03:00:00Z", ""), Some("soon"), 3, "without its own time (the header Date)", other),
        (
            truncated(""),
            Some(NOW),
            1,
            "its list does not end, and does not name a next page",
            "no invitations were sent",
        ),
        (
            truncated("<NextContinuationToken>t</NextContinuationToken>"),
            Some(NOW),
            1,
            "its list does not end",
            "no invitations were sent",
        ),
        (
            "<ListBucketResult><Contents/></ListBucketResult>".to_owned(),
            Some(NOW),
            3,
            "returned 200 (other XML)",
            "this is not",
        ),
        (
            error_body("NoSuchKey: The key does not exist"),
            Some(NOW),
            7,
            "(NoSuchKey: The key",
            "the endpoint seems to have",
        ),
    ] {
        let (sandbox, mut server) = (sandbox(), Server::new());
        let _mocks = journal_with_list(&mut server, &sandbox, &list, date);
        let output = run(strigo_with_store(&sandbox, &server.url(), &INVITE));
        assert_refused(&sandbox, &output, code, message, hint);
    }
}

#[test]
fn endpoint_that_has_the_name_of_the_bucket_is_refused() {
    for endpoint in ["https://jobs.s3.eu-west-1.amazonaws.com", "http://localhost:1/jobs", "http://localhost:1/a/jobs/"]
    {
        let sandbox = sandbox();
        let output = run(strigo_with_store(&sandbox, endpoint, &INVITE));
        let hint = "remove the bucket's name from AWS_ENDPOINT_URL_S3";
        assert_refused(&sandbox, &output, 3, "it has the name of the bucket 'jobs' already", hint);
    }
}

#[test]
fn addressing_style_that_does_not_exist_is_refused() {
    let sandbox = sandbox();
    let mut command = strigo_with_store(&sandbox, &sandbox.store_url(), &INVITE);
    command.env("AWS_S3_ADDRESSING_STYLE", "host");
    let message = "invalid AWS_S3_ADDRESSING_STYLE 'host': expected path, virtual, or auto";
    assert_refused(&sandbox, &run(command), 3, message, "no invitations were sent");
}

#[test]
fn record_of_someone_else_is_damage() {
    let sandbox = sandbox();
    run(strigo_with_store(&sandbox, &sandbox.store_url(), &[&INVITE[..], &["-q"]].concat())).assert(
        0,
        "sandboxMade000001\n",
        "",
    );
    {
        let mut state = sandbox.state();
        let object = state.store.objects.iter_mut().find(|(key, _)| key.ends_with("1.intent")).unwrap().1;
        object.body = object.body.replace("dana@", "dora@");
    }
    let show = ["journal", "show", "--journal", JOURNAL];
    let output = run(strigo_with_store(&sandbox, &sandbox.store_url(), &show));
    assert!(output.code == 2 && output.stderr.contains("is corrupt: i/"), "{}", output.stderr);
    assert!(output.stderr.contains("1.intent has another record"), "{}", output.stderr);
}

#[test]
fn other_stores_are_refused_with_what_to_use() {
    let sandbox = sandbox();
    for place in ["gs://jobs/x", "az://jobs/x"] {
        let args = ["members", "invite", NUR, "dana@acme.example", "--journal", place];
        let output = run(strigo_with_store(&sandbox, &sandbox.store_url(), &args));
        assert_eq!(output.code, 2, "{}", output.stderr);
        assert!(
            output.stderr.contains("s3://BUCKET/PREFIX") && output.stderr.contains("Cloudflare R2"),
            "{}",
            output.stderr
        );
    }
}

const TOKEN: &str = "eyJhbGciOi+job/token=0123456789";
const SESSION: &str = "session+token/of=the&role-0123456789";

fn sts_answer(session: &str, end: &str) -> String {
    let session = session.replace('&', "&amp;");
    format!(
        "<AssumeRoleWithWebIdentityResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><AssumeRoleWithWebIdentityResult>\
         <Credentials><SessionToken>{session}</SessionToken><SecretAccessKey>{SECRET_ACCESS_KEY}</SecretAccessKey>\
         <Expiration>{end}</Expiration><AccessKeyId>{ACCESS_KEY_ID}</AccessKeyId></Credentials>\
         </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
    )
}

/// Returns a command without keys of its own, but with a job's token.
fn strigo_with_role(sandbox: &Sandbox, sts: &str, dir: &TempDir, args: &[&str]) -> Command {
    let file = dir.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let mut command = strigo_with_store(sandbox, &sandbox.store_url(), args);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    command.env("AWS_ROLE_ARN", "arn:aws:iam::1:role/job").env("AWS_WEB_IDENTITY_TOKEN_FILE", file);
    command.env("AWS_ENDPOINT_URL_STS", sts);
    command
}

#[test]
fn job_with_a_token_gets_the_keys_of_its_role() {
    let (sandbox, mut sts, dir) = (sandbox(), Server::new(), TempDir::new().unwrap());
    let body = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fjob\
                &RoleSessionName=nightly&WebIdentityToken=eyJhbGciOi%2Bjob%2Ftoken%3D0123456789";
    let mock = sts
        .mock("POST", "/")
        .match_header("content-type", "application/x-www-form-urlencoded")
        .match_body(body)
        .with_body(sts_answer(SESSION, "2126-01-01T00:00:00Z"))
        .expect(1)
        .create();
    let mut command = strigo_with_role(&sandbox, &sts.url(), &dir, &[&INVITE[..], &["-q", "-v"]].concat());
    command.env("AWS_ROLE_SESSION_NAME", "nightly");
    let output = run(command);
    assert_eq!((output.code, output.stdout.as_str()), (0, "sandboxMade000001\n"), "{}", output.stderr);
    mock.assert();
    let requests = &sandbox.state().store.requests;
    assert!(
        requests.iter().all(|request| request.path.contains("X-Amz-Security-Token=session%2Btoken")),
        "{requests:?}"
    );
    for secret in [TOKEN, SESSION, SECRET_ACCESS_KEY, "X-Amz-", "job%2Ftoken"] {
        assert!(!output.stderr.contains(secret), "{}", output.stderr);
    }
}

/// A service that does not answer any more is no failure while the keys are good, and is not asked at each request.
#[test]
fn keys_are_renewed_before_their_end() {
    let (clock, dir) = (FakeClock::new(Duration::ZERO), TempDir::new().unwrap());
    let (server_clock, mut state) = (clock.clone(), State::sample());
    state.limit = RateLimit { requests: 1, window: Duration::from_secs(60) };
    let now = move || server_clock.system_start + server_clock.elapsed();
    let sandbox = Sandbox::start_with_clock(0, state, now).unwrap();
    let token = dir.path().join("token");
    std::fs::write(&token, TOKEN).unwrap();
    let (mut sts, calls) = (Server::new(), AtomicUsize::new(0));
    let status = move |_: &mockito::Request| if calls.fetch_add(1, Ordering::Relaxed) == 0 { 200 } else { 403 };
    // One of six invitations a minute: the keys are to be renewed at the fourth.
    let end = humantime::format_rfc3339_seconds(clock.system_time() + Duration::from_secs(480)).to_string();
    let body = sts_answer(SESSION, &end);
    let mock = sts.mock("POST", "/").with_status_code_from_request(status).with_body(body).expect(4).create();
    let emails: Vec<String> = (0..6).map(|index| format!("t{index}@acme.example")).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let args = [&["members", "invite", NUR], &emails[..], &["--journal", JOURNAL, "-q"]].concat();
    let variables = [
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_ROLE_ARN", "arn"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_ENDPOINT_URL_STS", &sts.url()),
    ];
    let (code, stdout, stderr) = run_in_process_with(&sandbox, &clock, &args, "", &variables);
    assert_eq!((code, stdout.lines().count()), (success(), 6), "{stderr}");
    mock.assert();
}

#[test]
fn service_that_refuses_keys_is_named_by_its_code() {
    let answer = |code: &str| {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>token {TOKEN}</Message></Error></ErrorResponse>"
        )
    };
    for (status, body, code, message, hint) in [
        (400, answer("ExpiredTokenException"), 3, "STS returned 400 (ExpiredTokenException)", "get a new token"),
        (403, answer("AccessDenied"), 3, "STS returned 403 (AccessDenied)", "check the AWS_ variables"),
        (400, answer("InvalidIdentityToken"), 3, "STS returned 400 (InvalidIdentityToken)", "check the AWS_ variables"),
        (
            400,
            answer("IDPCommunicationError"),
            7,
            "STS returned 400 (IDPCommunicationError)",
            "no invitations were sent",
        ),
        (429, String::new(), 7, "STS returned 429", "no invitations were sent"),
        (500, answer("InternalFailure"), 7, "STS returned 500 (InternalFailure)", "no invitations were sent"),
        (200, "<html>sign in</html>".to_owned(), 3, "STS returned 200 and no keys", "check the AWS_ variables"),
    ] {
        let (sandbox, mut sts, dir) = (sandbox(), Server::new(), TempDir::new().unwrap());
        let _mock = sts.mock("POST", "/").with_status(status).with_body(body).create();
        let output = run(strigo_with_role(&sandbox, &sts.url(), &dir, &INVITE));
        assert_refused(
            &sandbox,
            &output,
            code,
            &format!("cannot write to {JOURNAL}: cannot get keys: {message}"),
            hint,
        );
        assert!(!output.stderr.contains(TOKEN), "{}", output.stderr);
    }
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let mut command = strigo_with_role(&sandbox, "http://127.0.0.1:1", &dir, &INVITE);
    command.env("AWS_WEB_IDENTITY_TOKEN_FILE", "/no/such/file");
    let hint = "AWS_WEB_IDENTITY_TOKEN_FILE names this file";
    assert_refused(&sandbox, &run(command), 3, "cannot read the token '/no/such/file'", hint);
}

#[test]
fn job_in_a_container_gets_its_keys() {
    let (sandbox, mut service, dir) = (sandbox(), Server::new(), TempDir::new().unwrap());
    let keys = json!({
        "AccessKeyId": ACCESS_KEY_ID, "SecretAccessKey": SECRET_ACCESS_KEY, "Token": SESSION,
        "Expiration": "2126-01-01T00:00:00Z", "RoleArn": "arn",
    });
    let mock = service
        .mock("GET", "/v1/credentials?id=1")
        .match_header("authorization", TOKEN)
        .with_body(keys.to_string())
        .expect(2)
        .create();
    let file = dir.path().join("token");
    std::fs::write(&file, TOKEN).unwrap();
    for (variable, value) in [
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", TOKEN),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap()),
    ] {
        let mut command = strigo_with_store(&sandbox, &sandbox.store_url(), &[&INVITE[..], &["-v"]].concat());
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env(variable, value);
        command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/v1/credentials?id=1", service.url()));
        let output = run(command);
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(!output.stderr.contains(TOKEN) && !output.stderr.contains(SESSION), "{}", output.stderr);
    }
    mock.assert();
    assert_eq!(sandbox.state().invitations.len(), 1);
}

#[test]
fn keys_are_asked_only_of_services_that_may_be_told_the_token() {
    let sandbox = sandbox();
    let no_keys = |args: &[(&str, &str)]| {
        let mut command = strigo_with_store(&sandbox, &sandbox.store_url(), &INVITE);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").envs(args.iter().copied());
        run(command)
    };
    for uri in ["http://example.com/keys", "http://10.0.0.1/keys", "http://[fd00:ec3::23]/keys", "ftp://127.0.0.1/keys"]
    {
        let output = no_keys(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)]);
        assert_eq!(output.code, 3, "{uri}: {}", output.stderr);
        assert!(output.stderr.contains("invalid AWS_CONTAINER_CREDENTIALS_FULL_URI"), "{}", output.stderr);
    }
    for (set, unset) in
        [("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN")]
    {
        let output = no_keys(&[(set, "x")]);
        let message = format!("error: no credentials for {JOURNAL}: {set} is set, but {unset} is not\n");
        assert!(output.code == 3 && output.stderr.starts_with(&message), "{}", output.stderr);
    }
    assert!(request_lines(&sandbox).is_empty() && sandbox.state().store.requests.is_empty());
}

/// Keys win over a role: nothing is asked.
#[test]
fn keys_of_the_environment_win() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let mut command = strigo_with_role(&sandbox, "http://127.0.0.1:1", &dir, &[&INVITE[..], &["-q"]].concat());
    command.envs(store_env(&sandbox));
    run(command).assert(0, "sandboxMade000001\n", "");
}

/// A store may quote what it was sent, in the form of its documents.
#[test]
fn secret_that_a_store_quotes_is_masked() {
    let entities: String = SESSION.bytes().map(|byte| format!("&#{byte};")).collect();
    let hex: String = SECRET_ACCESS_KEY.bytes().map(|byte| format!("&#x{byte:x};")).collect();
    let percent: String = SECRET_ACCESS_KEY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let mut sts = Server::new();
    let _sts = sts.mock("POST", "/").with_body(sts_answer(SESSION, "2126-01-01T00:00:00Z")).create();
    for quoted in [entities, hex, SESSION.replace('&', "&amp;"), SECRET_ACCESS_KEY.to_owned()] {
        let mut store = Server::new();
        let _mocks =
            answer_all(&mut store, 400, &[], &error_body(&format!("InvalidToken: {quoted} is bad, {percent} too")));
        let mut command = strigo_with_role(&sandbox, &sts.url(), &dir, &[&INVITE[..], &["-v"]].concat());
        command.env("AWS_ENDPOINT_URL_S3", store.url());
        let output = run(command);
        assert!(output.stderr.contains("(InvalidToken: *** is bad, *** too)"), "{}", output.stderr);
        assert!(!output.stderr.contains(SESSION) && !output.stderr.contains(SECRET_ACCESS_KEY), "{}", output.stderr);
    }
}

#[test]
fn claim_that_was_answered_by_an_error_is_read_back() {
    for words in ["InternalError: try again", ": "] {
        let sandbox = sandbox();
        let ok = || StoreFault::Latency(Duration::ZERO);
        // Header, header, read, run, list, and then the claim.
        let faults = [ok(), ok(), ok(), ok(), ok(), StoreFault::Error(200, words.to_owned().into())];
        sandbox.state().store.faults = faults.into();
        let args = ["members", "invite", NUR, "dana@acme.example", "--journal", JOURNAL, "--columns=id"];
        let output = run(strigo_with_store(&sandbox, &sandbox.store_url(), &args));
        assert_eq!((output.code, output.stdout.as_str()), (0, "sandboxMade000001\n"), "{}", output.stderr);
        assert!(output.stderr.contains("the store returned 200"), "{}", output.stderr);
        assert_eq!(sandbox.state().store.bodies("1.intent").len(), 1);
        assert_eq!(sandbox.state().times_invited("dana@acme.example"), 1);
    }
}

/// Otherwise the person, or the claim of another run, would not be seen.
#[test]
fn record_that_is_listed_but_not_there_is_an_error() {
    let sandbox = sandbox();
    let quiet = [&INVITE[..], &["-q"]].concat();
    run(strigo_with_store(&sandbox, &sandbox.store_url(), &quiet)).assert(0, "sandboxMade000001\n", "");
    let ok = || StoreFault::Latency(Duration::ZERO);
    // The header, the list, and the record.
    sandbox.state().store.faults = [ok(), ok(), StoreFault::Error(404, "NoSuchKey".into())].into();
    let show = ["journal", "show", "--journal", JOURNAL];
    let output = run(strigo_with_store(&sandbox, &sandbox.store_url(), &show));
    assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
    assert!(output.stderr.starts_with("error: inconsistent responses from s3://jobs/x: i/"), "{}", output.stderr);
}

#[test]
fn copy_that_lacks_records_is_not_complete() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let file = dir.path().join("journal.jsonl");
    let args = ["members", "invite", NUR, "dana@acme.example", "-q", "--journal", file.to_str().unwrap()];
    run(strigo_with_store(&sandbox, &sandbox.store_url(), &args)).assert(0, "sandboxMade000001\n", "");
    let ok = || StoreFault::Latency(Duration::ZERO);
    // The header twice, its reading, the mark of a copy, the list, the run, and then the records.
    sandbox.state().store.faults = [ok(), ok(), ok(), ok(), ok(), ok(), StoreFault::Forget].into();
    let args = ["journal", "copy", JOURNAL, "--journal", file.to_str().unwrap()];
    let copy = || run(strigo_with_store(&sandbox, &sandbox.store_url(), &args));
    let output = copy();
    assert!(output.code == 7 && output.stderr.contains("lacks records that it had confirmed"), "{}", output.stderr);
    assert!(!sandbox.state().store.objects.contains_key("jobs/x/copied.json"));
    copy().assert(0, "", "note: copied 1 invitation to s3://jobs/x\n");
}
