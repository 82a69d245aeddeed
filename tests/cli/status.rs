//! `strigo members status`, and invitations that are sent again.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Fault, ORG_ID, RateLimit, Sandbox};
use crate::support::{CommandOutput, request_lines, run, sandbox, strigo_with_endpoint, strigo_with_sandbox};

const W00T: &str = "yCoaiix2pRjxMjCn7";
const NUR: &str = "ntvXb3L2qdPbayRKZ";

/// A directory with a journal and a roster, and the sandbox that the journal belongs to.
struct Scenario {
    sandbox: Sandbox,
    dir: TempDir,
}

impl Scenario {
    /// Writes a journal with a person in each state, invited on the first days of 2026, and lets one of them join.
    fn new() -> Self {
        let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
        let scenario = Scenario { sandbox, dir };
        let event = |day: u32, event: &str, partner: &str, email: &str, more: Value| {
            let mut line = json!({"at": format!("2026-01-{day:02}T12:00:00.000Z"), "event": event, "partner_id": partner,
                "email": email});
            line.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
            line
        };
        let header = json!({"at": "2026-01-01T12:00:00.000Z", "event": "journal", "version": 1,
            "endpoint": scenario.sandbox.endpoint(), "org_id": ORG_ID});
        let none = || json!({});
        let lines = [
            header,
            event(1, "intent", W00T, "Joined@acme.example", none()),
            event(1, "invited", W00T, "Joined@acme.example", json!({"invitation_id": "i1"})),
            event(2, "intent", W00T, "pending@acme.example", none()),
            event(2, "invited", W00T, "pending@acme.example", json!({"invitation_id": "i2"})),
            event(3, "intent", NUR, "unknown@acme.example", none()),
            event(3, "intent", NUR, "failed@acme.example", none()),
            event(3, "failed", NUR, "failed@acme.example", json!({"kind": "rejected"})),
        ];
        // A line starts with its time, which `json!` would sort to another place.
        let text: String = lines
            .iter()
            .map(|line| {
                let mut line = line.as_object().unwrap().clone();
                let at = line.remove("at").unwrap();
                format!("{{\"at\":{at},{}\n", &Value::from(line).to_string()[1..])
            })
            .collect();
        std::fs::write(scenario.journal(), text).unwrap();
        scenario.join(W00T, "joined@ACME.example");
        scenario
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn journal(&self) -> String {
        self.path("j.jsonl")
    }

    fn join(&self, partner: &str, email: &str) {
        let member = json!({"id": email, "email": email, "role": "partner", "partner_id": partner});
        self.sandbox.state().members.push((partner.to_owned(), member));
    }

    fn status(&self, args: &[&str]) -> CommandOutput {
        let journal = self.journal();
        strigo_with_sandbox(&self.sandbox, &[&["members", "status", "--journal", &journal], args].concat())
    }

    fn invite(&self, args: &[&str]) -> CommandOutput {
        let (journal, roster) = (self.journal(), self.path("roster.csv"));
        let command = ["members", "invite", "--journal", &journal, "--from", &roster];
        strigo_with_sandbox(&self.sandbox, &[&command[..], args].concat())
    }

    fn write_roster(&self, rows: &str) -> String {
        std::fs::write(self.path("roster.csv"), format!("email,partner\n{rows}")).unwrap();
        self.path("roster.csv")
    }
}

/// The columns that do not depend on the day of the test.
const STABLE: &str = "email,partner_id,partner_name,state,invited_at,invitation_id";

const JOINED: &str = "Joined@acme.example\tyCoaiix2pRjxMjCn7\tw00t\tjoined\t2026-01-01T12:00:00.000Z\ti1\n";
const PENDING: &str = "pending@acme.example\tyCoaiix2pRjxMjCn7\tw00t\tpending\t2026-01-02T12:00:00.000Z\ti2\n";
const UNKNOWN: &str = "unknown@acme.example\tntvXb3L2qdPbayRKZ\tnur\tunknown\t\t\n";
const FAILED: &str = "failed@acme.example\tntvXb3L2qdPbayRKZ\tnur\tfailed\t\t\n";

#[test]
fn status_compares_journal_with_members() {
    let scenario = Scenario::new();
    scenario.status(&["--columns", STABLE]).assert(
        0,
        &[JOINED, PENDING, UNKNOWN, FAILED].concat(),
        "note: 1 joined, 1 pending, 1 unknown, 1 failed\n",
    );
    let members = |id: &str| format!("GET /partners/{id}/members");
    let mut requests = request_lines(&scenario.sandbox);
    requests[1..].sort();
    assert_eq!(requests, ["GET /partners".to_owned(), members(NUR), members(W00T)]);
}

/// The state of each person after what can happen to an invitation.
#[test]
fn status_after_each_kind_of_end() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (journal, roster) = (path("j.jsonl"), path("roster.csv"));
    let email = |name: &str| format!("{name}@acme.example");
    let invite = |name: &str, fault: Option<Fault>, code| {
        sandbox.state().faults = fault.into_iter().collect();
        let partner = if name == "partner_gone" { NUR } else { W00T };
        let args = ["members", "invite", partner, &email(name), "--journal", &journal, "--skip-members"];
        // The members are listed first.
        sandbox.state().faults.push_front(Fault::Latency(std::time::Duration::ZERO));
        let output = strigo_with_sandbox(&sandbox, &args);
        sandbox.state().faults.clear();
        assert_eq!(output.code, code, "{name}: {}", output.stderr);
    };
    let join = |email: &str| {
        let member = json!({"id": email, "email": email, "role": "partner", "partner_id": W00T});
        sandbox.state().members.push((W00T.to_owned(), member));
    };
    let lost = || Some(Fault::CloseAfter);
    let refused = || Some(Fault::Status(422));

    invite("pending", None, 0);
    invite("joined_after", None, 0);
    join(&email("joined_after"));
    invite("joined_in_another_case", None, 0);
    join("Joined_In_Another_Case@ACME.example");
    join(&email("joined_before"));
    invite("joined_before", None, 0);
    invite("unknown", lost(), 8);
    invite("unknown_and_joined", lost(), 8);
    join(&email("unknown_and_joined"));
    invite("unknown_joined_and_left", lost(), 8);
    join(&email("unknown_joined_and_left"));
    invite("unknown_joined_and_left", None, 0);
    sandbox.state().members.retain(|(_, member)| member["email"] != email("unknown_joined_and_left"));
    invite("failed", refused(), 6);
    invite("failed_and_joined", refused(), 6);
    join(&email("failed_and_joined"));
    invite("failed_then_invited", refused(), 6);
    invite("failed_then_invited", None, 0);
    invite("throttled", Some(Fault::TooManyRequests(0)), 0);
    invite("partner_gone", None, 0);
    sandbox.state().partners.retain(|partner| partner["id"] != NUR);

    let expected = [
        ("pending", "pending"),
        ("joined_after", "joined"),
        ("joined_in_another_case", "joined"),
        ("joined_before", "joined"),
        ("unknown", "unknown"),
        ("unknown_and_joined", "joined"),
        ("unknown_joined_and_left", "left"),
        ("failed", "failed"),
        ("failed_and_joined", "joined"),
        ("failed_then_invited", "pending"),
        ("throttled", "pending"),
        ("never_invited", "not_invited"),
        ("partner_gone", "unknown"),
    ];
    let rows: String = expected
        .iter()
        .filter(|(name, _)| *name != "partner_gone")
        .map(|(name, _)| format!("{},{W00T}\n", email(name)))
        .collect();
    std::fs::write(&roster, format!("email,partner\n{rows}")).unwrap();
    let args =
        ["members", "status", "--journal", &journal, "--from", &roster, "--columns", "email,state", "--output", "tsv"];
    let output = strigo_with_sandbox(&sandbox, &args);
    let rows: String = expected.iter().map(|(name, state)| format!("{}\t{state}\n", email(name))).collect();
    assert_eq!((output.code, output.stdout), (0, rows), "{}", output.stderr);
}

#[test]
fn status_lists_people_of_the_roster_first() {
    let scenario = Scenario::new();
    let roster = scenario.write_roster("new@acme.example,nur\nPENDING@acme.example,w00t\nniro@strigo.io,w00t\n");
    scenario.status(&["--from", &roster, "--columns", "email,state"]).assert(
        0,
        "new@acme.example\tnot_invited\nPENDING@acme.example\tpending\nniro@strigo.io\tjoined\n\
         Joined@acme.example\tjoined\nunknown@acme.example\tunknown\nfailed@acme.example\tfailed\n",
        "note: 2 joined, 1 pending, 1 unknown, 1 failed, 1 not invited\n",
    );
    // A roster alone is enough, and a partner limits what is shown.
    let args = ["members", "status", "--from", &roster, "--columns", "email,state"];
    strigo_with_sandbox(&scenario.sandbox, &args).assert(
        0,
        "new@acme.example\tnot_invited\nPENDING@acme.example\tnot_invited\nniro@strigo.io\tjoined\n",
        "note: 1 joined, 2 not invited\n",
    );
    scenario.sandbox.state().requests.clear();
    // The partner is a filter, also of a roster that has partners.
    scenario.status(&["--from", &roster, "w00t", "--columns", "email,state"]).assert(
        0,
        "PENDING@acme.example\tpending\nniro@strigo.io\tjoined\nJoined@acme.example\tjoined\n",
        "note: 2 joined, 1 pending\n",
    );
    scenario.sandbox.state().requests.clear();
    let emails = scenario.path("emails.txt");
    std::fs::write(&emails, "niro@strigo.io\n").unwrap();
    assert_eq!(scenario.status(&["--from", &emails, "w00t"]).code, 0);
    let members = format!("GET /partners/{W00T}/members");
    assert_eq!(request_lines(&scenario.sandbox), ["GET /partners".to_owned(), members], "one list for all its uses");
    scenario.status(&["w00t", "--columns", STABLE]).assert(
        0,
        &[JOINED, PENDING].concat(),
        "note: 1 joined, 1 pending\n",
    );
}

#[test]
fn status_filters_by_state_and_age() {
    let scenario = Scenario::new();
    scenario.status(&["--state", "pending,unknown", "--columns", STABLE]).assert(
        0,
        &[PENDING, UNKNOWN].concat(),
        "note: 1 pending, 1 unknown\n",
    );
    scenario
        .status(&["--older-than", "7d", "--state=pending", "--columns", STABLE])
        .assert(0, PENDING, "note: 1 pending\n");
    scenario.status(&["--older-than", "520w"]).assert(0, "", "note: no people to show\n");
    // The age of an unknown invitation is that of its intent.
    scenario.status(&["--older-than", "7d", "--state=unknown", "--exit-code", "--columns", STABLE]).assert(
        10,
        UNKNOWN,
        "note: 1 unknown\nerror: found 1 unknown\n",
    );
    let days = scenario.status(&["--state", "pending", "--columns", "days"]).stdout;
    assert!(days.trim().parse::<u64>().unwrap() > 30, "{days}");
    let output = scenario.status(&["--older-than", "7"]);
    assert!(output.code == 2 && output.stderr.contains("missing unit"), "{}", output.stderr);
}

#[test]
fn status_exit_code_tells_whether_anyone_is_shown() {
    let scenario = Scenario::new();
    let args = ["--exit-code", "--columns", STABLE];
    scenario.status(&[&args[..], &["--state", "pending,unknown"]].concat()).assert(
        10,
        &[PENDING, UNKNOWN].concat(),
        "note: 1 pending, 1 unknown\nerror: found 1 pending, 1 unknown\n",
    );
    scenario.status(&[&args[..], &["--state", "not_invited"]].concat()).assert(0, "", "note: no people to show\n");
    let output = scenario.status(&["--exit-code", "--json"]);
    let error: Value = serde_json::from_str(output.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&error["error"]["kind"], output.code), (&json!("found"), 10), "{}", output.stderr);
    // A partner that cannot be read is worse than someone who is shown.
    scenario.sandbox.state().faults = [Fault::Latency(std::time::Duration::ZERO), Fault::Status(404)].into();
    assert_eq!(scenario.status(&args).code, 9);
}

#[test]
fn status_json_has_null_for_what_is_unknown() {
    let scenario = Scenario::new();
    let output = scenario.status(&["--json", "--state", "joined,unknown"]);
    let rows: Vec<Value> = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["email"], &rows[0]["state"], &rows[0]["invitation_id"]),
        (&json!("Joined@acme.example"), &json!("joined"), &json!("i1"))
    );
    assert!(rows[0]["days"].is_u64());
    assert_eq!(
        rows[1],
        json!({"email": "unknown@acme.example", "partner_id": NUR, "partner_name": "nur", "state": "unknown",
            "invited_at": null, "days": null, "invitation_id": null, "joined": null, "error": null})
    );
    let summary = r#"{"summary":{"joined":1,"left":0,"pending":0,"unknown":1,"in_progress":0,"failed":0,"not_invited":0,"not_in_roster":0}}"#;
    assert_eq!(output.stderr, format!("{summary}\n"));
}

#[test]
fn status_warns_about_partners_that_no_longer_exist() {
    let scenario = Scenario::new();
    scenario.sandbox.state().partners.retain(|partner| partner["id"] != NUR);
    let gone = |email: &str| format!("{email}\t{NUR}\t\tunknown\t\t\n");
    let rows = [JOINED, PENDING, &gone("unknown@acme.example"), &gone("failed@acme.example")].concat();
    let stderr = format!(
        "warning: people of partners that no longer exist are shown as unknown: {NUR}\nnote: 1 joined, 1 pending, 2 \
         unknown\n"
    );
    scenario.status(&["--columns", STABLE]).assert(0, &rows, &stderr);
    assert_eq!(request_lines(&scenario.sandbox).len(), 2);
}

#[test]
fn status_reports_partners_that_cannot_be_asked() {
    let scenario = Scenario::new();
    scenario.sandbox.state().members.push((NUR.to_owned(), json!({"email": "no-id@acme.example"})));
    let row = |email: &str| format!("{email}\t{NUR}\tnur\tunknown\t\t\n");
    let rows = [JOINED, PENDING, &row("unknown@acme.example"), &row("failed@acme.example")].concat();
    let stderr = "note: 1 joined, 1 pending, 2 unknown\nerror: cannot list members of partner 'nur': cannot parse the response: \
                  data[0]: missing field `id`\n";
    let output = scenario.status(&["--columns", STABLE]);
    assert_eq!((output.code, output.stdout), (9, rows), "{}", output.stderr);
    assert!(output.stderr.starts_with(stderr), "{}", output.stderr);
    let end = "error: cannot list members of 1 of 2 partners (see the errors above)\nhint: the other partners' members are \
               complete\n";
    assert!(output.stderr.ends_with(end), "{}", output.stderr);
}

#[test]
fn nothing_is_decided_about_members_without_an_address() {
    let scenario = Scenario::new();
    scenario.sandbox.state().members.push((W00T.to_owned(), json!({"id": "m7"})));
    scenario.write_roster("pending@acme.example,w00t\n");
    let output = scenario.invite(&["--resend", "--older-than", "7d"]);
    assert_eq!((output.code, scenario.sandbox.state().invitations.len()), (1, 0), "{}", output.stderr);
    assert!(output.stderr.contains("member m7 has no email address"), "{}", output.stderr);
    assert_eq!(scenario.status(&[]).code, 1);
}

#[test]
fn status_needs_a_journal_that_exists_and_is_this_organizations() {
    let scenario = Scenario::new();
    let roster = scenario.write_roster("a@acme.example,nur\n");
    let empty = scenario.path("empty");
    std::fs::write(&empty, "").unwrap();
    for (args, message) in [
        (
            &["--journal", &*roster][..],
            "is not a strigo journal\nhint: use another file; `members invite` creates it\n",
        ),
        (&["--from", &empty], "empty' has no email addresses\nhint: check how"),
        (&["--from", &roster, "no such"], "cannot use partner 'no such': no partner with that name\n"),
        (&["--from", &roster, "--from", &roster], "--from is given 2 times\n"),
    ] {
        let output = strigo_with_sandbox(&scenario.sandbox, &[&["members", "status"], args].concat());
        assert!(
            output.stderr.contains(message) && !output.stderr.contains("invitations were sent"),
            "{}",
            output.stderr
        );
    }
    scenario.sandbox.state().requests.clear();
    strigo_with_sandbox(&scenario.sandbox, &["members", "status", "--journal", "missing.jsonl"]).assert(
        2,
        "",
        "error: cannot read journal 'missing.jsonl': file not found\nhint: pass the journal of `strigo members invite`\n",
    );
    let mut command = strigo_with_endpoint(&scenario.sandbox.endpoint(), &["members", "status"]);
    command.args(["--journal", &scenario.journal()]).env("STRIGO_ORG_ID", "other");
    let output = run(command);
    assert!(output.code == 2 && output.stderr.contains("belongs to organization sandboxOrg"), "{}", output.stderr);
    let output = strigo_with_sandbox(&scenario.sandbox, &["members", "status"]);
    assert!(output.code == 2 && output.stderr.contains("--journal"), "{}", output.stderr);
    assert!(request_lines(&scenario.sandbox).is_empty());
}

#[test]
fn status_obeys_the_rate_limit() {
    let scenario = Scenario::new();
    scenario.sandbox.state().limit = RateLimit { requests: 2, window: std::time::Duration::from_secs(1) };
    let output = scenario.status(&["-q"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(scenario.sandbox.state().requests.iter().all(|request| request.status == 200));
}

/// Everyone of the journal, and someone new.
const ALL: &str = "joined@acme.example,w00t\npending@acme.example,w00t\nunknown@acme.example,nur\n\
                   new@acme.example,nur\nNiro@strigo.io,w00t\n";

#[test]
fn again_after_invites_once_more_who_has_not_joined() {
    let scenario = Scenario::new();
    scenario.write_roster(ALL);
    let invited = |email: &str| scenario.sandbox.state().times_invited(email);
    let output = scenario.invite(&["--resend", "--older-than", "7d", "--columns=id"]);
    assert_eq!((output.code, output.stdout.lines().count()), (8, 2), "{}", output.stderr);
    for note in [
        "note: inviting 2 people to 2 partners",
        "note: 1 of them once more\n",
        "note: skipping existing members: joined@acme.example, Niro@strigo.io\n",
        "warning: skipping addresses that may already have been invited: unknown@acme.example",
    ] {
        assert!(output.stderr.contains(note), "{note}: {}", output.stderr);
    }
    assert_eq!([invited("pending@acme.example"), invited("new@acme.example")], [1, 1]);
    assert_eq!(["joined@acme.example", "unknown@acme.example", "Niro@strigo.io"].map(invited), [0, 0, 0]);
    let text = std::fs::read_to_string(scenario.journal()).unwrap();
    let intent =
        format!(r#""event":"intent","partner_id":"{W00T}","email":"pending@acme.example","attempt":2,"repeats":1,"#);
    assert!(text.contains(&intent), "{text}");

    // Neither the same command nor one without the option sends another one.
    for flags in [&["--resend", "--older-than", "7d", "--columns=id"][..], &["--skip-members", "--columns=id"]] {
        let output = scenario.invite(flags);
        assert_eq!((output.code, output.stdout.as_str()), (8, ""), "{}", output.stderr);
    }
    assert_eq!(invited("pending@acme.example"), 1);
    let days = scenario.status(&["--state", "pending", "--columns", "email,days"]).stdout;
    assert_eq!(days, "pending@acme.example\t0\nnew@acme.example\t0\n");
}

#[test]
fn again_after_is_at_most_once_if_the_outcome_is_lost() {
    let scenario = Scenario::new();
    scenario.write_roster("pending@acme.example,w00t\n");
    let requests_before_post = [(); 2].map(|()| Fault::Latency(std::time::Duration::ZERO));
    scenario.sandbox.state().faults = requests_before_post.into_iter().chain([Fault::CloseAfter]).collect();
    let again = ["--resend", "--older-than", "7d", "--columns=id"];
    assert_eq!(scenario.invite(&again).code, 8);
    // The second letter may have been sent, so it is not sent again.
    let output = scenario.invite(&again);
    assert_eq!(
        (output.code, scenario.sandbox.state().times_invited("pending@acme.example")),
        (8, 1),
        "{}",
        output.stderr
    );
    // If it was not sent, the first invitation still stands, and is due.
    let journal = scenario.journal();
    let resolve = ["journal", "resolve", "pending@acme.example", "--not-invited", "--journal", &journal];
    assert_eq!(strigo_with_sandbox(&scenario.sandbox, &resolve).code, 0);
    let output = scenario.invite(&again);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    let output = scenario.invite(&["--resend", "--older-than", "7"]);
    assert!(
        output.code == 2
            && output.stderr.contains("missing unit; expected hours, days, or weeks, such as 12h, 7d, or 2w"),
        "{}",
        output.stderr
    );
}
