//! Every partner's members: `members list --all` and `members find`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Fault, RateLimit, Sandbox, State};
use crate::support::{Api, requests, run, sandbox, strigo, strigo_at, strigo_in};

const PARTNERS: &str = r#"[{"id":"p1","name":"One"},{"id":"p2","name":"Two, Ltd"},{"id":"p3","name":"Three"}]"#;

fn member(id: &str, email: &str, partner_id: &str) -> String {
    format!(r#"{{"email":"{email}","id":"{id}","n":1.50,"partner_id":"{partner_id}","role":"partner"}}"#)
}

/// Three partners, of whom the second has two members and the third one.
fn three(api: Api) -> Api {
    let two = format!("[{} , {}]", member("m1", "Dana@acme.example", "p2"), member("m2", "noa@acme.example", "other"));
    api.data("GET /partners", "", PARTNERS)
        .data("GET /partners/p1/members", "", "[ ]")
        .data("GET /partners/p2/members", "", &two)
        .data("GET /partners/p3/members", "", &format!("[{}]", member("m3", "dana@acme.example", "p3")))
}

#[test]
fn all_in_each_format() {
    let (a, b, c) = (
        member("m1", "Dana@acme.example", "p2"),
        member("m2", "noa@acme.example", "other"),
        member("m3", "dana@acme.example", "p3"),
    );
    for (format, expected) in [
        (
            "tsv",
            "m1\tDana@acme.example\tpartner\tp2\tTwo, Ltd\nm2\tnoa@acme.example\tpartner\tp2\tTwo, Ltd\nm3\tdana@acme.\
             example\tpartner\tp3\tThree\n"
                .to_owned(),
        ),
        (
            "csv",
            "ID,EMAIL,ROLE,PARTNER_ID,PARTNER_NAME\r\nm1,Dana@acme.example,partner,p2,\"Two, Ltd\"\r\nm2,noa@acme.\
             example,partner,p2,\"Two, Ltd\"\r\nm3,dana@acme.example,partner,p3,Three\r\n"
                .to_owned(),
        ),
        ("json", format!("[{a},{b},{c}]\n")),
    ] {
        three(Api::new()).strigo(&["members", "list", "--all", "--format", format]).expect(0, &expected, "");
    }
    let table = three(Api::new()).strigo(&["members", "list", "--all", "--format", "table"]).stdout;
    assert!(table.contains("│ m2 │ noa@acme.example  │ partner │ p2         │ Two, Ltd     │"), "{table}");
    three(Api::new()).strigo(&["members", "list", "--all", "-q"]).expect(0, "m1\nm2\nm3\n", "");
}

#[test]
fn no_members_at_all_is_no_failure() {
    let api = Api::new().data("GET /partners", "", "[]");
    api.strigo(&["members", "list", "--all", "--json"]).expect(0, "[]\n", "");
    let api = Api::new().data("GET /partners", "", r#"[{"id":"p1","name":"One"}]"#).data(
        "GET /partners/p1/members",
        "",
        "[]",
    );
    api.strigo(&["members", "list", "--all"]).expect(0, "", "");
}

#[test]
fn a_partner_or_all_of_them_and_not_both() {
    for args in [&["members", "list"][..], &["members", "list", "w00t", "--all"]] {
        let ran = run(strigo(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("--all"), "{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_had_is_told_and_the_rest_is_shown() {
    let partly = || {
        Api::new()
            .data("GET /partners", "", PARTNERS)
            .data("GET /partners/p1/members", "", &format!("[{}]", member("m1", "a@b.co", "p1")))
            .on("GET /partners/p2/members", "", 500, "oops")
            .data("GET /partners/p3/members", "", r#"[{"email":"no ID"}]"#)
    };
    let ran = partly().strigo(&["members", "list", "--all"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (9, "m1\ta@b.co\tpartner\tp1\tOne\n"));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(
        lines[0].starts_with("error: cannot list the members of partner 'Two, Ltd': the API answered 500"),
        "{lines:?}"
    );
    let third = lines.iter().find(|line| line.contains("'Three'")).unwrap();
    assert!(
        third.starts_with("error: cannot list the members of partner 'Three': the API's answer does not"),
        "{third}"
    );
    let last = "error: the members of 2 of 3 partners are missing, as told above.\nWhat is shown of the others is complete. \
                It is safe to run this again.\n";
    assert!(ran.stderr.ends_with(last), "{}", ran.stderr);

    let ran = partly().strigo(&["members", "list", "--all", "--json"]);
    assert_eq!(ran.stdout, format!("[{}]\n", member("m1", "a@b.co", "p1")));
    let told: Vec<Value> = ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&told[0]["failed"]["status"], &told[2]["error"]["kind"]), (&json!(500), &json!("partial")));
}

#[test]
fn where_all_fail_the_exit_code_is_theirs() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
    sandbox.state().always = Some(Fault::Status(500));
    let ran = strigo_in(&sandbox, &["members", "list", "--all"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{}", ran.stderr);
}

#[test]
fn what_would_fail_all_of_them_ends_it() {
    for (fault, code) in [(Fault::Status(500), 7), (Fault::Status(401), 4)] {
        let sandbox = sandbox_of(100);
        sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
        sandbox.state().always = Some(fault);
        let ran = strigo_in(&sandbox, &["members", "list", "--all"]);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let asked = requests(&sandbox).len() - 1;
        assert!(asked <= 2 * 8, "{asked} requests");
        let untried = format!("; {} of them were not asked for, since it would have been the same.", 100 - asked);
        assert!(ran.stderr.contains(&untried), "{}", ran.stderr);
    }
}

#[test]
fn a_partner_that_may_not_be_seen_says_nothing_of_the_others() {
    for status in [403, 404] {
        let sandbox = sandbox_of(60);
        let mut faults = vec![Fault::Latency(Duration::ZERO)];
        faults
            .extend((0..60).map(|at| if at % 3 == 0 { Fault::Status(status) } else { Fault::Latency(Duration::ZERO) }));
        sandbox.state().faults = faults.into();
        let ran = strigo_in(&sandbox, &["members", "list", "--all", "-q"]);
        assert_eq!((ran.code, ran.stdout.lines().count()), (9, 40), "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("error: cannot list the members of partner ").count(), 20);
    }
    // Nobody can say that somebody is nowhere without having looked.
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Duration::ZERO)].into();
    sandbox.state().always = Some(Fault::Status(404));
    let ran = strigo_in(&sandbox, &["members", "find", "nira@strigo.io"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (9, ""), "{}", ran.stderr);
}

fn sandbox_of(partners: usize) -> Sandbox {
    let partners: Vec<Value> =
        (0..partners).map(|at| json!({"id": format!("p{at}"), "name": format!("P {at}")})).collect();
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
fn eight_are_asked_at_once_and_shown_in_order() {
    let sandbox = sandbox_of(64);
    sandbox.state().always = Some(Fault::Latency(Duration::from_millis(100)));
    let started = Instant::now();
    let ran = strigo_in(&sandbox, &["members", "list", "--all", "-q"]);
    let took = started.elapsed();
    let expected: String = (0..64).map(|at| format!("m-p{at}\n")).collect();
    ran.expect(0, &expected, "");
    assert_eq!(sandbox.state().most_under_way, 8);
    let connections = sandbox.state().log.iter().map(|request| request.connection).max().unwrap() + 1;
    assert!(connections <= 9, "{connections} connections");
    // One after the other would be 6.5 s. By itself it takes a second; other tests run beside this one.
    assert!(took < Duration::from_millis(3000), "{took:?}");
}

#[test]
fn answers_that_overtake_one_another_do_not_change_the_order() {
    let sandbox = sandbox_of(24);
    let latencies = (0..25).map(|at| Fault::Latency(Duration::from_millis(if at % 3 == 0 { 60 } else { 1 })));
    sandbox.state().faults = latencies.collect();
    let expected: String = (0..24).map(|at| format!("m-p{at}\n")).collect();
    strigo_in(&sandbox, &["members", "list", "--all", "-q"]).expect(0, &expected, "");
}

#[test]
fn the_rate_limit_is_kept_by_all_of_them_together() {
    let sandbox = sandbox_of(40);
    sandbox.state().limit = RateLimit { requests: 15, window: Duration::from_secs(1) };
    sandbox.state().always = Some(Fault::Latency(Duration::from_millis(20)));
    let ran = strigo_in(&sandbox, &["members", "list", "--all", "-q"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 40), "{}", ran.stderr);
    let refused = sandbox.state().log.iter().filter(|request| request.status == 429).count();
    assert_eq!(refused, 0, "{}", ran.stderr);
    // Once for each window, and not for each request that waits for it.
    let waits = ran.stderr.matches("the rate limit is used up; waiting").count();
    assert!((1..=4).contains(&waits), "{}", ran.stderr);
}

#[test]
fn find_tells_where_somebody_is() {
    let found = "m1\tDana@acme.example\tpartner\tp2\tTwo, Ltd\nm3\tdana@acme.example\tpartner\tp3\tThree\n";
    three(Api::new()).strigo(&["members", "find", " DANA@acme.example"]).expect(0, found, "");
    let raw = format!("[{},{}]\n", member("m1", "Dana@acme.example", "p2"), member("m3", "dana@acme.example", "p3"));
    three(Api::new()).strigo(&["members", "find", "dana@acme.example", "--json"]).expect(0, &raw, "");
    three(Api::new()).strigo(&["members", "find", "nobody@acme.example"]).expect(
        5,
        "",
        "error: 'nobody@acme.example' is a member of none of the 3 partners.\nSomebody who was invited and has not joined \
         yet is no member; the API does not list invitations.\n",
    );
    let ran = run(strigo_at("http://127.0.0.1:9", &["members", "find", "dana"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[test]
fn find_does_not_say_nowhere_where_it_could_not_look() {
    let partly = |wanted: &str| {
        let api = Api::new()
            .data("GET /partners", "", PARTNERS)
            .data("GET /partners/p1/members", "", &format!("[{}]", member("m1", "a@b.co", "p1")))
            .on("GET /partners/p2/members", "", 403, "")
            .data("GET /partners/p3/members", "", "[]");
        api.strigo(&["members", "find", wanted])
    };
    let ran = partly("a@b.co");
    assert_eq!((ran.code, ran.stdout.as_str()), (9, "m1\ta@b.co\tpartner\tp1\tOne\n"));
    let ran = partly("x@b.co");
    assert_eq!((ran.code, ran.stdout.as_str()), (9, ""), "{}", ran.stderr);
}
