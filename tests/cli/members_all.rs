//! Commands that fetch the members of all partners: `members list --all` and `members search`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::server::{Fault, RateLimit, Sandbox, State};
use crate::support::{MockApi, request_lines, run, sandbox, strigo, strigo_with_sandbox};

const PARTNERS: &str = r#"[{"id":"p1","name":"One"},{"id":"p2","name":"Two, Ltd"},{"id":"p3","name":"Three"}]"#;

fn member(id: &str, email: &str, partner_id: &str) -> String {
    format!(r#"{{"email":"{email}","id":"{id}","n":1.50,"partner_id":"{partner_id}","role":"partner"}}"#)
}

/// Returns the JSON of a member and of the partner with this index, both as the API sent them.
fn with_partner(index: usize, member: &str) -> String {
    let partners: Vec<&serde_json::value::RawValue> = serde_json::from_str(PARTNERS).unwrap();
    format!(r#"{{"partner":{},"member":{member}}}"#, partners[index])
}

/// Expects requests for three partners, with no members, two members, and a single member.
fn expect_three_partners(api: MockApi) -> MockApi {
    let two = format!("[{} , {}]", member("m1", "Dana@acme.example", "p2"), member("m2", "noa@acme.example", "other"));
    api.expect_data("GET /partners", "", PARTNERS)
        .expect_data("GET /partners/p1/members", "", "[ ]")
        .expect_data("GET /partners/p2/members", "", &two)
        .expect_data("GET /partners/p3/members", "", &format!("[{}]", member("m3", "dana@acme.example", "p3")))
}

#[test]
fn members_list_all_formats() {
    let (a, b, c) = (
        member("m1", "Dana@acme.example", "p2"),
        member("m2", "noa@acme.example", "other"),
        member("m3", "dana@acme.example", "p3"),
    );
    for (format, expected) in [
        (
            "tsv",
            "Dana@acme.example\tpartner\tp2\tTwo, Ltd\nnoa@acme.example\tpartner\tp2\tTwo, Ltd\ndana@acme.\
             example\tpartner\tp3\tThree\n"
                .to_owned(),
        ),
        (
            "csv",
            "EMAIL,ROLE,PARTNER_ID,PARTNER_NAME\r\nDana@acme.example,partner,p2,\"Two, Ltd\"\r\nnoa@acme.\
             example,partner,p2,\"Two, Ltd\"\r\ndana@acme.example,partner,p3,Three\r\n"
                .to_owned(),
        ),
        ("json", format!("[{},{},{}]\n", with_partner(1, &a), with_partner(1, &b), with_partner(2, &c))),
    ] {
        expect_three_partners(MockApi::new())
            .strigo(&["members", "list", "--all", "--output", format])
            .assert(0, &expected, "");
    }
    let table = expect_three_partners(MockApi::new()).strigo(&["members", "list", "--all", "--output", "table"]).stdout;
    assert!(table.contains("\nnoa@acme.example   partner  p2          Two, Ltd\n"), "{table}");
    expect_three_partners(MockApi::new()).strigo(&["members", "list", "--all", "-q"]).assert(0, "m1\nm2\nm3\n", "");
}

#[test]
fn members_list_all_empty() {
    let api = MockApi::new().expect_data("GET /partners", "", "[]");
    api.strigo(&["members", "list", "--all", "--json"]).assert(0, "[]\n", "");
    let api = MockApi::new().expect_data("GET /partners", "", r#"[{"id":"p1","name":"One"}]"#).expect_data(
        "GET /partners/p1/members",
        "",
        "[]",
    );
    api.strigo(&["members", "list", "--all"]).assert(0, "", "");
}

#[test]
fn members_list_partner_conflicts_with_all() {
    for args in [&["members", "list"][..], &["members", "list", "w00t", "--all"]] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains("--all"), "{}", output.stderr);
    }
}

#[test]
fn members_list_all_reports_failed_partners() {
    let api = || {
        MockApi::new()
            .expect_data("GET /partners", "", PARTNERS)
            .expect_data("GET /partners/p1/members", "", &format!("[{}]", member("m1", "a@b.co", "p1")))
            .expect("GET /partners/p2/members", "", 500, "oops")
            .expect_data("GET /partners/p3/members", "", r#"[{"email":"no ID"}]"#)
    };
    let output = api().strigo(&["members", "list", "--all"]);
    assert_eq!((output.code, output.stdout.as_str()), (9, "a@b.co\tpartner\tp1\tOne\n"));
    let lines: Vec<&str> = output.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: cannot list members of partner 'Two, Ltd': the API returned 500"),
        "{lines:?}"
    );
    let error = lines.iter().find(|line| line.contains("'Three'")).unwrap();
    assert!(
        error.starts_with(
            "error: cannot list members of partner 'Three': cannot parse the response: data[0]: missing field `id`"
        ),
        "{error}"
    );
    let last = "error: cannot list members of 2 of 3 partners (see the errors above)\nhint: the other partners' members are \
                complete\n";
    assert!(output.stderr.ends_with(last), "{}", output.stderr);

    let output = api().strigo(&["members", "list", "--all", "--json"]);
    assert_eq!(output.stdout, format!("[{}]\n", with_partner(0, &member("m1", "a@b.co", "p1"))));
    let messages: Vec<Value> = output.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&messages[0]["failed"]["status"], &messages[2]["error"]["kind"]), (&json!(500), &json!("partial")));
}

#[test]
fn members_list_all_failed_uses_common_exit_code() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
    sandbox.state().default_fault = Some(Fault::Status(500));
    let output = strigo_with_sandbox(&sandbox, &["members", "list", "--all"]);
    assert_eq!((output.code, output.stdout.as_str()), (7, ""), "{}", output.stderr);
}

#[test]
fn members_list_all_aborts_on_401_and_outage() {
    for (fault, code) in [(Fault::Status(500), 7), (Fault::Status(401), 4)] {
        let sandbox = sandbox_with_partners(100);
        sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
        sandbox.state().default_fault = Some(fault);
        let output = strigo_with_sandbox(&sandbox, &["members", "list", "--all"]);
        assert_eq!(output.code, code, "{}", output.stderr);
        let sent = request_lines(&sandbox).len() - 1;
        assert!(sent <= 2 * 8, "{sent} requests");
        let skipped = format!("; {} were skipped because they would have failed the same way\n", 100 - sent);
        assert!(output.stderr.contains(&skipped), "{}", output.stderr);
    }
}

#[test]
fn members_list_all_continues_after_403() {
    for status in [403, 404] {
        let sandbox = sandbox_with_partners(60);
        let mut faults = vec![Fault::Latency(Duration::ZERO)];
        faults.extend(
            (0..60).map(|index| if index % 3 == 0 { Fault::Status(status) } else { Fault::Latency(Duration::ZERO) }),
        );
        sandbox.state().faults = faults.into();
        let output = strigo_with_sandbox(&sandbox, &["members", "list", "--all", "-q"]);
        assert_eq!((output.code, output.stdout.lines().count()), (9, 40), "{}", output.stderr);
        assert_eq!(output.stderr.matches("error: cannot list members of partner ").count(), 20);
    }
    // `members search` must not report "not found" if no partner's members could be fetched.
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
    sandbox.state().default_fault = Some(Fault::Status(404));
    let output = strigo_with_sandbox(&sandbox, &["members", "search", "nira@strigo.io"]);
    assert_eq!((output.code, output.stdout.as_str()), (9, ""), "{}", output.stderr);
}

/// Starts a sandbox with this many partners, each with a single member.
fn sandbox_with_partners(count: usize) -> Sandbox {
    let partners: Vec<Value> =
        (0..count).map(|index| json!({"id": format!("p{index}"), "name": format!("P {index}")})).collect();
    let members = partners.iter().map(|partner| {
        let id = partner["id"].as_str().unwrap();
        (id.to_owned(), json!({"id": format!("m-{id}"), "email": format!("{id}@acme.example"), "partner_id": id}))
    });
    let mut state = State::default();
    state.members = members.collect();
    state.partners = partners;
    Sandbox::start(0, state).unwrap()
}

#[test]
fn members_list_all_sends_8_requests_in_parallel() {
    let sandbox = sandbox_with_partners(64);
    sandbox.state().default_fault = Some(Fault::Latency(Duration::from_millis(100)));
    let output = strigo_with_sandbox(&sandbox, &["members", "list", "--all", "-q"]);
    let expected: String = (0..64).map(|index| format!("m-p{index}\n")).collect();
    output.assert(0, &expected, "");
    assert_eq!(sandbox.state().max_in_flight, 8);
    let connections = sandbox.state().requests.iter().map(|request| request.connection).max().unwrap() + 1;
    assert!(connections <= 9, "{connections} connections");
}

#[test]
fn members_list_all_keeps_partner_order() {
    let sandbox = sandbox_with_partners(24);
    let latencies = (0..25).map(|index| Fault::Latency(Duration::from_millis(if index % 3 == 0 { 60 } else { 1 })));
    sandbox.state().faults = latencies.collect();
    let expected: String = (0..24).map(|index| format!("m-p{index}\n")).collect();
    strigo_with_sandbox(&sandbox, &["members", "list", "--all", "-q"]).assert(0, &expected, "");
}

#[test]
fn members_list_all_shares_rate_limit() {
    let sandbox = sandbox_with_partners(40);
    sandbox.state().limit = RateLimit { requests: 15, window: Duration::from_secs(1) };
    sandbox.state().default_fault = Some(Fault::Latency(Duration::from_millis(20)));
    let output = strigo_with_sandbox(&sandbox, &["members", "list", "--all", "--columns=id"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 40), "{}", output.stderr);
    let rejected = sandbox.state().requests.iter().filter(|request| request.status == 429).count();
    assert_eq!(rejected, 0, "{}", output.stderr);
    // One note per window, not one per waiting request.
    let waits = output.stderr.matches("rate limit reached; waiting").count();
    assert!((1..=4).contains(&waits), "{}", output.stderr);
}

#[test]
fn members_find_prints_partners() {
    let tsv = "Dana@acme.example\tpartner\tp2\tTwo, Ltd\ndana@acme.example\tpartner\tp3\tThree\n";
    expect_three_partners(MockApi::new()).strigo(&["members", "search", " DANA@acme.example"]).assert(0, tsv, "");
    let json = format!(
        "[{},{}]\n",
        with_partner(1, &member("m1", "Dana@acme.example", "p2")),
        with_partner(2, &member("m3", "dana@acme.example", "p3"))
    );
    // The question is which partners a person belongs to.
    expect_three_partners(MockApi::new())
        .strigo(&["members", "search", "dana@acme.example", "-q"])
        .assert(0, "p2\np3\n", "");
    expect_three_partners(MockApi::new())
        .strigo(&["members", "search", "dana@acme.example", "--json"])
        .assert(0, &json, "");
    expect_three_partners(MockApi::new()).strigo(&["members", "search", "unknown@acme.example"]).assert(
        5,
        "",
        "error: 'unknown@acme.example' is not a member of any of the 3 partners\nhint: to see what is known about the \
         person, run: strigo members show unknown@acme.example\n",
    );
}

#[test]
fn members_find_is_partial_if_partners_failed() {
    let find = |email: &str| {
        let api = MockApi::new()
            .expect_data("GET /partners", "", PARTNERS)
            .expect_data("GET /partners/p1/members", "", &format!("[{}]", member("m1", "a@b.co", "p1")))
            .expect("GET /partners/p2/members", "", 403, "")
            .expect_data("GET /partners/p3/members", "", "[]");
        api.strigo(&["members", "search", email])
    };
    let output = find("a@b.co");
    assert_eq!((output.code, output.stdout.as_str()), (9, "a@b.co\tpartner\tp1\tOne\n"));
    let output = find("x@b.co");
    assert_eq!((output.code, output.stdout.as_str()), (9, ""), "{}", output.stderr);
}

#[test]
fn partners_list_members_adds_counts() {
    let list = |flags: &[&str]| {
        expect_three_partners(MockApi::new()).strigo(&[&["partners", "list", "--members"], flags].concat())
    };
    list(&[]).assert(0, "p1\tOne\t0\np2\tTwo, Ltd\t2\np3\tThree\t1\n", "");
    list(&["--sort", "name", "--columns", "members,name"]).assert(0, "0\tOne\n1\tThree\n2\tTwo, Ltd\n", "");
    list(&["-q"]).assert(0, "p1\np2\np3\n", "");
    let json = r#"[{"partner":{"id":"p1","name":"One"},"members":0},{"partner":{"id":"p2","name":"Two, Ltd"},"members":2},{"partner":{"id":"p3","name":"Three"},"members":1}]"#;
    list(&["--json"]).assert(0, &format!("{json}\n"), "");
}

#[test]
fn partners_list_members_asks_only_for_listed_partners() {
    let api = MockApi::new().expect_data("GET /partners", "", PARTNERS).expect(
        "GET /partners/p2/members",
        "",
        404,
        r#"{"result":"failure","error":{"type":"PartnerNotFound","message":"gone"}}"#,
    );
    let output = api.strigo(&["partners", "list", "ltd", "--members"]);
    assert_eq!((output.code, output.stdout.as_str()), (9, ""), "{}", output.stderr);
    assert!(
        output.stderr.contains("cannot list members of partner 'Two, Ltd': the API returned 404"),
        "{}",
        output.stderr
    );
}

#[test]
fn search_finds_a_part_of_an_address() {
    let api = |text: &str, more: &[&str]| {
        let args = [&["members", "search", text, "--columns", "email,partner_name"], more].concat();
        expect_three_partners(MockApi::new()).strigo(&args)
    };
    let all = api("@", &[]).stdout;
    assert_eq!(all.lines().count(), 3);
    let first = all.lines().next().unwrap().to_owned();
    let (email, _) = first.split_once('\t').unwrap();
    let domain = email.split_once('@').unwrap().1.to_uppercase();
    assert!(api(&domain, &[]).stdout.contains(&first));
    api("no such text", &[]).assert(0, "", "");
    assert_eq!(api("nobody@acme.example", &[]).code, 5);
}
