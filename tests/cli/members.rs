//! `strigo members`.

use crate::server::Fault;
use crate::support::{Api, requests, run, sandbox, strigo, strigo_in};

const ID: &str = "yCoaiix2pRjxMjCn7";

fn invitation(email: &str) -> String {
    format!(
        r#"{{"created_at":"2019-01-07T15:42:21.932Z","email":"{email}","id":"8unc2Gt4sGcqJgBqX","link":"https://app.strigo.io/team/invite/L","partner_id":"{ID}","status":"pending"}}"#
    )
}

fn body(email: &str) -> String {
    format!(r#"{{"email":"{email}"}}"#)
}

#[test]
fn list_in_each_format() {
    // The partner's ID is the one that the API sends, whatever was asked for.
    let data = r#"[{"email":"niro@strigo.io","id":"M1","partner_id":"other","role":"partner"}]"#;
    for (format, expected) in [
        ("tsv", "M1\tniro@strigo.io\tpartner\tother\n"),
        ("csv", "ID,EMAIL,ROLE,PARTNER_ID\r\nM1,niro@strigo.io,partner,other\r\n"),
        ("json", &format!("{data}\n")),
    ] {
        let api = Api::new().data("GET /partners/yCoaiix2pRjxMjCn7/members", "", data);
        api.strigo(&["members", "list", ID, "--format", format]).expect(0, expected, "");
    }
}

#[test]
fn list_by_name() {
    let sandbox = sandbox();
    strigo_in(&sandbox, &["members", "list", "w00t", "-q"]).expect(0, "MzkRF9fPnq34SatJB\nBSwKLejmQtSsEyzE9\n", "");
    strigo_in(&sandbox, &["members", "list", "nur"]).expect(0, "", "");
}

#[test]
fn invite_one() {
    let request = "POST /partners/yCoaiix2pRjxMjCn7/members";
    let api = Api::new().data(request, &body("a@b.co"), &invitation("a@b.co"));
    let link = "https://app.strigo.io/team/invite/L";
    api.strigo(&["members", "invite", ID, "a@b.co"]).expect(
        0,
        &format!("8unc2Gt4sGcqJgBqX\ta@b.co\tpending\t{ID}\t{link}\n"),
        "",
    );
    let api = Api::new().data(request, &body("a@b.co"), &invitation("a@b.co"));
    api.strigo(&["members", "invite", ID, "a@b.co", "--json"]).expect(0, &format!("{}\n", invitation("a@b.co")), "");
    let api = Api::new().data(request, &body("a@b.co"), &invitation("a@b.co"));
    api.strigo(&["members", "invite", ID, "a@b.co", "-q"]).expect(0, "8unc2Gt4sGcqJgBqX\n", "");
}

#[test]
fn invite_several() {
    let request = "POST /partners/yCoaiix2pRjxMjCn7/members";
    for format in ["json", "csv", "table"] {
        let api = Api::new().data(request, &body("a@b.co"), &invitation("a@b.co")).data(
            request,
            &body("c@d.co"),
            &invitation("c@d.co"),
        );
        let ran = api.strigo(&["members", "invite", ID, "a@b.co", "c@d.co", "--format", format]);
        assert_eq!(ran.code, 0);
        match format {
            "json" => assert_eq!(ran.stdout, format!("{}\n{}\n", invitation("a@b.co"), invitation("c@d.co"))),
            "csv" => assert_eq!(ran.stdout.matches("ID,EMAIL,STATUS,PARTNER_ID,LINK\r\n").count(), 1),
            _ => assert_eq!(ran.stdout.matches("│ ID").count(), 1),
        }
        assert!(ran.stdout.contains("a@b.co") && ran.stdout.contains("c@d.co"));
        let counts = match format {
            "json" => r#"{"summary":{"invited":2,"skipped":0,"failed":0,"unknown":0,"not_tried":0}}"#,
            _ => "note: 2 invited, 0 skipped, 0 failed, 0 unknown, 0 not tried.",
        };
        assert_eq!(ran.stderr, format!("{counts}\n"));
    }
}

#[test]
fn an_address_given_again_is_invited_once() {
    let sandbox = sandbox();
    let ran = strigo_in(&sandbox, &["members", "invite", "w00t", "a@b.co", "A@B.co", "-q"]);
    ran.expect(
        0,
        "sandboxMade000001\n",
        "note: Of the 2 addresses, 1 came again for the same partner: each is invited once.\n",
    );
    assert_eq!(sandbox.state().invitations.len(), 1);
}

#[test]
fn bad_addresses_are_all_named_and_nothing_is_sent() {
    let ran = Api::new().strigo(&["members", "invite", ID, "a@b.co", "a@b@c", "Dana <d@e.co>"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("'a@b@c' is not an email address"), "{}", ran.stderr);
    assert!(ran.stderr.contains("write d@e.co alone"), "{}", ran.stderr);
}

#[test]
fn one_refusal_does_not_stop_the_others() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(422)].into();
    let ran = strigo_in(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "e@f.co", "-q"]);
    ran.expect(
        9,
        "sandboxMade000001\nsandboxMade000002\n",
        "error: cannot invite c@d.co: the API answered 422 Unprocessable Entity (Fault: The sandbox was asked to \
         fail).\nerror: 2 invited, 0 skipped, 1 failed, 0 unknown, 0 not tried.\nDo not run this again as it is: it would invite \
         anew who has been invited. With --journal FILE, a run can be repeated.\n",
    );
}

#[test]
fn a_lost_answer_is_unknown_and_the_others_go_on() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::CloseAfter].into();
    let ran = strigo_in(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "--json"]);
    assert_eq!(ran.code, 8);
    assert_eq!(ran.stdout.lines().count(), 1);
    let said: Vec<serde_json::Value> = ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said[0]["failed"]["kind"], "outcome_unknown");
    assert_eq!(said[1]["summary"]["unknown"], 1);
    assert_eq!(said[2]["error"]["kind"], "outcome_unknown");
    assert_eq!(sandbox.state().times_invited("a@b.co"), 1);
    assert_eq!(sandbox.state().times_invited("c@d.co"), 1);
}

#[test]
fn what_would_fail_all_stops_at_once() {
    let sandbox = sandbox();
    let ran = strigo_in(&sandbox, &["members", "invite", "id:gone", "a@b.co", "c@d.co", "--json"]);
    let said: Vec<serde_json::Value> = ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said[0]["failed"]["status"], 404);
    assert_eq!((ran.code, said[2]["error"]["kind"].as_str()), (5, Some("not_found")));
    let counts = "0 invited, 0 skipped, 1 failed, 0 unknown, 1 not tried";
    assert_eq!(said[2]["error"]["message"], counts);
    assert_eq!(requests(&sandbox), ["POST /partners/gone/members"]);

    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(403)].into();
    let ran = strigo_in(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "e@f.co", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (9, "sandboxMade000001\n"));
    assert!(ran.stderr.contains("error: cannot invite c@d.co: the API answered 403 Forbidden"), "{}", ran.stderr);
    assert!(ran.stderr.contains("1 invited, 0 skipped, 1 failed, 0 unknown, 1 not tried"), "{}", ran.stderr);
}

#[test]
fn a_dry_run_shows_each_invitation() {
    run(strigo(&["members", "invite", ID, "a@b.co", "c@d.co", "--dry-run"])).expect(
        0,
        "POST https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7/members {\"email\":\"a@b.co\"}\n\
         POST https://app.strigo.io/api/v1/partners/yCoaiix2pRjxMjCn7/members {\"email\":\"c@d.co\"}\n",
        "",
    );
}

#[test]
fn the_link_is_shown_where_it_was_asked_for_and_nowhere_else() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Truncated].into();
    let ran = strigo_in(&sandbox, &["members", "invite", ID, "a@b.co", "c@d.co", "-q", "-v"]);
    assert_eq!(ran.code, 8);
    assert!(!ran.stderr.contains("/team/invite/") && !ran.stdout.contains("/team/invite/"), "{ran:?}");
}
