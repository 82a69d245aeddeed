//! `strigo members list` and `strigo members invite`.

use crate::server::Fault;
use crate::support::{MockApi, request_lines, run, sandbox, strigo, strigo_with_sandbox};

const ID: &str = "yCoaiix2pRjxMjCn7";

fn invitation(email: &str) -> String {
    format!(
        r#"{{"created_at":"2019-01-07T15:42:21.932Z","email":"{email}","id":"8unc2Gt4sGcqJgBqX","link":"https://app.strigo.io/team/invite/L","partner_id":"{ID}","status":"pending"}}"#
    )
}

fn invite_body(email: &str) -> String {
    format!(r#"{{"email":"{email}"}}"#)
}

#[test]
fn members_list_formats() {
    // `partner_id` comes from the response, even if it differs from the requested one.
    let data = r#"[{"email":"niro@strigo.io","id":"M1","partner_id":"other","role":"partner"}]"#;
    for (format, expected) in [
        ("tsv", "M1\tniro@strigo.io\tpartner\tother\n"),
        ("csv", "ID,EMAIL,ROLE,PARTNER_ID\r\nM1,niro@strigo.io,partner,other\r\n"),
        ("json", &format!("{data}\n")),
    ] {
        let api = MockApi::new().expect_data("GET /partners/yCoaiix2pRjxMjCn7/members", "", data);
        api.strigo(&["members", "list", ID, "--output", format]).assert(0, expected, "");
    }
}

#[test]
fn members_list_by_partner_name() {
    let sandbox = sandbox();
    strigo_with_sandbox(&sandbox, &["members", "list", "w00t", "-q"]).assert(
        0,
        "MzkRF9fPnq34SatJB\nBSwKLejmQtSsEyzE9\n",
        "",
    );
    strigo_with_sandbox(&sandbox, &["members", "list", "nur"]).assert(0, "", "");
}

#[test]
fn members_invite_single() {
    let request = "POST /partners/yCoaiix2pRjxMjCn7/members";
    let api = MockApi::new().expect_data(request, &invite_body("a@b.co"), &invitation("a@b.co"));
    let link = "https://app.strigo.io/team/invite/L";
    api.strigo(&["members", "invite", ID, "a@b.co"]).assert(0, &format!("a@b.co\t{link}\n"), "");
    let api = MockApi::new().expect_data(request, &invite_body("a@b.co"), &invitation("a@b.co"));
    api.strigo(&["members", "invite", ID, "a@b.co", "--json"]).assert(0, &format!("{}\n", invitation("a@b.co")), "");
    let api = MockApi::new().expect_data(request, &invite_body("a@b.co"), &invitation("a@b.co"));
    api.strigo(&["members", "invite", ID, "a@b.co", "-q"]).assert(0, "8unc2Gt4sGcqJgBqX\n", "");
}

#[test]
fn members_invite_multiple() {
    let request = "POST /partners/yCoaiix2pRjxMjCn7/members";
    for format in ["json", "csv", "table"] {
        let api = MockApi::new().expect_data(request, &invite_body("a@b.co"), &invitation("a@b.co")).expect_data(
            request,
            &invite_body("c@d.co"),
            &invitation("c@d.co"),
        );
        let output = api.strigo(&["members", "invite", ID, "a@b.co", "c@d.co", "--output", format]);
        assert_eq!(output.code, 0);
        match format {
            "json" => assert_eq!(output.stdout, format!("{}\n{}\n", invitation("a@b.co"), invitation("c@d.co"))),
            "csv" => assert_eq!(output.stdout.matches("EMAIL,LINK\r\n").count(), 1),
            _ => assert_eq!(output.stdout.matches("EMAIL").count(), 1),
        }
        assert!(output.stdout.contains("a@b.co") && output.stdout.contains("c@d.co"));
        let notes = match format {
            "json" => {
                r#"{"note":{"message":"inviting 2 people to 1 partner"}}
{"summary":{"invited":2,"skipped":0,"failed":0,"unknown":0,"not_attempted":0}}"#
            }
            _ => "note: inviting 2 people to 1 partner\nnote: 2 invited",
        };
        assert_eq!(output.stderr, format!("{notes}\n"));
    }
}

#[test]
fn members_invite_deduplicates_addresses() {
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "w00t", "a@b.co", "A@B.co", "--columns=id"]);
    output.assert(0, "sandboxMade000001\n", "note: ignored 1 duplicate among 2 addresses\n");
    assert_eq!(sandbox.state().invitations.len(), 1);
}

#[test]
fn members_invite_reports_all_invalid_addresses() {
    let output = MockApi::new().strigo(&["members", "invite", ID, "a@b.co", "a@b@c", "Dana <d@e.co>"]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    let expected = "error: cannot use the roster: 2 invalid entries:\n  invalid email address 'a@b@c': more than one @\n  \
                    invalid email address 'Dana <d@e.co>': contains more than the address; use d@e.co instead\nhint: fix them and run \
                    the command again\nhint: no invitations were sent\n";
    assert_eq!(output.stderr, expected);
}

#[test]
fn members_invite_continues_after_422() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(422)].into();
    let output =
        strigo_with_sandbox(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "e@f.co", "--columns=id"]);
    output.assert(
        9,
        "sandboxMade000001\nsandboxMade000002\n",
        "note: inviting 3 people to 1 partner\nerror: cannot invite c@d.co: the API returned 422 Unprocessable Entity (Fault: Injected fault)\nerror: \
         not all invitations were sent: 2 invited, 1 failed\nhint: do not run the same command again: it would \
         send duplicate invitations\nhint: with a journal, a run can be resumed\n",
    );
}

#[test]
fn members_invite_continues_after_lost_response() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::CloseAfter].into();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "--json"]);
    assert_eq!(output.code, 8);
    assert_eq!(output.stdout.lines().count(), 1);
    let messages: Vec<serde_json::Value> =
        output.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(messages[1]["failed"]["kind"], "outcome_unknown");
    assert_eq!(messages[2]["summary"]["unknown"], 1);
    assert_eq!(messages[3]["error"]["kind"], "outcome_unknown");
    assert_eq!(sandbox.state().times_invited("a@b.co"), 1);
    assert_eq!(sandbox.state().times_invited("c@d.co"), 1);
}

#[test]
fn members_invite_aborts_on_403_and_404() {
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "id:gone", "a@b.co", "c@d.co", "--json"]);
    let messages: Vec<serde_json::Value> =
        output.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(messages[1]["failed"]["status"], 404);
    assert_eq!((output.code, messages[3]["error"]["kind"].as_str()), (5, Some("not_found")));
    let message = "not all invitations were sent: 0 invited, 1 failed, 1 not attempted";
    assert_eq!(messages[3]["error"]["message"], message);
    assert_eq!(request_lines(&sandbox), ["POST /partners/gone/members"]);

    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(403)].into();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "e@f.co", "-q"]);
    assert_eq!((output.code, output.stdout.as_str()), (9, "sandboxMade000001\n"));
    assert!(output.stderr.contains("error: cannot invite c@d.co: the API returned 403 Forbidden"), "{}", output.stderr);
    assert!(output.stderr.contains("1 invited, 1 failed, 1 not attempted"), "{}", output.stderr);
}

#[test]
fn members_invite_dry_run_prints_requests() {
    run(strigo(&["members", "invite", ID, "a@b.co", "c@d.co", "--dry-run"])).assert(
        0,
        "POST https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7/members {\"email\":\"a@b.co\"}\n\
         POST https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7/members {\"email\":\"c@d.co\"}\n",
        "note: would invite 2 people to 1 partner\n",
    );
}

#[test]
fn members_invite_does_not_leak_link() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Truncated].into();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "-q", "-v"]);
    assert_eq!(output.code, 8);
    assert!(!output.stderr.contains("/team/invite/") && !output.stdout.contains("/team/invite/"), "{output:?}");
}
