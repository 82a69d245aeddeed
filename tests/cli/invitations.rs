//! Inviting many: rosters, journals, members that are left out, and how it goes on.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{Api, Ran, requests, run, sandbox, signed_in, strigo, strigo_at, strigo_in};

const ID: &str = "yCoaiix2pRjxMjCn7";
const POST: &str = "POST /partners/yCoaiix2pRjxMjCn7/members";

struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        Place { dir: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// The journal's lines.
    fn journal(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path("j.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn events(&self) -> Vec<String> {
        self.journal().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
    }
}

fn emails(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    state.invitations.iter().map(|(partner, made)| format!("{partner} {}", made["email"].as_str().unwrap())).collect()
}

fn invite(sandbox: &Sandbox, args: &[&str]) -> Ran {
    strigo_in(sandbox, &[&["members", "invite"], args, &["-q"]].concat())
}

#[test]
fn a_roster_of_lines() {
    let (place, sandbox) = (Place::new(), sandbox());
    let roster = place.file("r.txt", "\u{feff}# trainers\r\n a@b.co\r\n\r\n\"c@d.co\"\r\nA@B.co");
    let ran = invite(&sandbox, &[ID, "x@y.co", "--from", &roster]);
    ran.expect(
        0,
        "sandboxMade000001\nsandboxMade000002\nsandboxMade000003\n",
        "note: Of the 4 addresses, 1 came again for the same partner: each is invited once.\nnote: 3 invited, 0 skipped, \
         0 failed, 0 unknown, 0 not tried.\n",
    );
    assert_eq!(emails(&sandbox), [format!("{ID} x@y.co"), format!("{ID} a@b.co"), format!("{ID} c@d.co")]);
}

#[test]
fn a_roster_on_stdin() {
    let sandbox = sandbox();
    let mut command = strigo_at(&sandbox.endpoint(), &["members", "invite", ID, "--from", "-", "-q"]);
    command.write_stdin("a@b.co\n");
    run(command).expect(0, "sandboxMade000001\n", "");
}

#[test]
fn a_csv_with_partners_asks_for_the_list_once() {
    let (place, sandbox) = (Place::new(), sandbox());
    let csv = "Partner;Name;Email\nw00t;Dana;a@b.co\nnur;Noam;c@d.co\nid:yCoaiix2pRjxMjCn7;X;e@f.co\nntvXb3L2qdPbayRKZ;X;c@d.co\nnur;X;A@b.co\n";
    let roster = place.file("r.csv", csv);
    let ran = invite(&sandbox, &["--from", &roster]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 4), "{}", ran.stderr);
    let nur = "ntvXb3L2qdPbayRKZ";
    let expected = [format!("{ID} a@b.co"), format!("{nur} c@d.co"), format!("{ID} e@f.co"), format!("{nur} A@b.co")];
    assert_eq!(emails(&sandbox), expected);
    assert_eq!(requests(&sandbox).iter().filter(|request| *request == "GET /partners").count(), 1);
}

#[test]
fn every_fault_is_told_and_nothing_is_sent() {
    let (place, sandbox) = (Place::new(), sandbox());
    let csv =
        "email,partner\na@b@c,w00t\na@b.co,w0t\nDana <d@e.co>,nur\nc@d.co,\ne@f.co,nur\ng@h.co,aaaaaaaaaaaaaaaaa\n";
    let roster = place.file("r.csv", csv);
    let ran = invite(&sandbox, &["--from", &roster, "--journal", &place.path("j.jsonl")]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    for part in [
        "5 things are wrong",
        "\n  line 2: 'a@b@c' is not an email address",
        "\n  line 3: partner 'w0t': no partner has that name. Did you mean 'w00t'",
        "\n  line 4: 'Dana <d@e.co>' is not an email address: write d@e.co alone",
        "\n  line 5: there is no partner",
        "\n  line 7: partner 'aaaaaaaaaaaaaaaaa': no partner has that ID",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert_eq!(requests(&sandbox), ["GET /partners"]);
    assert!(!Path::new(&place.path("j.jsonl")).exists());

    let ran = strigo_in(&sandbox, &["members", "invite", "--from", &roster, "--json"]);
    let error = ran.json_error();
    assert_eq!(error["errors"][0]["line"], 2);
    assert_eq!(error["errors"].as_array().unwrap().len(), 5);
}

#[test]
fn whom_and_where_must_be_clear() {
    let place = Place::new();
    let plain = place.file("r.txt", "a@b.co\n");
    let csv = place.file("r.csv", "email,partner\na@b.co,w00t\n");
    let no_email = place.file("n.csv", "name,mail\nDana,a@b.co\n");
    for (args, part) in [
        (&["w00t"][..], "nobody is named"),
        (&["--from", &plain], "no partner is named"),
        (&["w00t", "--from", &csv], "the partner is named twice"),
        (&["w00t", "a@b.co", "--from", &csv], "no addresses can be given beside it"),
        (&["w00t", "--from", &no_email], "no column `email`"),
        (&["w00t", "--from", "/no/such/file"], "cannot read the roster /no/such/file"),
        (&["w00t", "a@b.co", "--retry-unknown"], "--journal"),
    ] {
        let ran = Api::new().strigo(&[&["members", "invite"], args].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    let empty = place.file("e.txt", "# nobody\n");
    run(strigo_at(&Api::new().endpoint(), &["members", "invite", ID, "--from", &empty])).expect(0, "", "");
}

#[test]
fn members_are_left_out_where_wished() {
    let (place, sandbox) = (Place::new(), sandbox());
    let roster = place.file("r.csv", "email,partner\nNIRO@strigo.io,w00t\na@b.co,w00t\nniro@strigo.io,nur\n");
    let ran = invite(&sandbox, &["--from", &roster, "--skip-members"]);
    ran.expect(
        0,
        "sandboxMade000001\nsandboxMade000002\n",
        "note: Members already, so not invited: NIRO@strigo.io.\nnote: 2 invited, 1 skipped, 0 failed, 0 unknown, 0 not \
         tried.\n",
    );
    let reads = requests(&sandbox).into_iter().filter(|request| request.starts_with("GET")).count();
    assert_eq!(reads, 3, "the list, and the members of two partners");
}

#[test]
fn a_second_run_sends_only_what_is_missing() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    let ran = invite(&sandbox, &[ID, "a@b.co", "c@d.co", "--journal", &journal]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2), "{}", ran.stderr);
    assert_eq!(place.events(), ["journal", "run", "intent", "invited", "intent", "invited"]);
    // Rosters get edited between runs: order and case make no difference.
    let ran = invite(&sandbox, &[ID, "e@f.co", "C@D.co", "a@b.co", "--journal", &journal]);
    ran.expect(
        0,
        "sandboxMade000003\n",
        "note: 2 invited already, by the journal.\nnote: 1 invited, 2 skipped, 0 failed, 0 unknown, 0 not tried.\n",
    );
    // Another partner is another invitation.
    assert_eq!(invite(&sandbox, &["nur", "a@b.co", "--journal", &journal]).code, 0);
    assert_eq!(sandbox.state().times_invited("a@b.co"), 2);
    invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).expect(
        0,
        "",
        "note: 1 invited already, by the journal.\nnote: 0 invited, 1 skipped, 0 failed, 0 unknown, 0 not tried.\n",
    );
}

#[test]
fn the_journal_holds_no_secret() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let text = std::fs::read_to_string(&journal).unwrap();
    assert!(!text.contains("invite/") && !text.contains(API_KEY) && !text.contains("Bearer"), "{text}");
    let lines = place.journal();
    let without_time = |line: &Value| {
        let mut line = line.clone();
        let at = line.as_object_mut().unwrap().remove("at").unwrap();
        assert!(at.as_str().unwrap().ends_with('Z'));
        line
    };
    let expected = json!({"event": "journal", "version": 1, "endpoint": sandbox.endpoint(), "org_id": ORG_ID});
    assert_eq!(without_time(&lines[0]), expected);
    assert_eq!(without_time(&lines[2]), json!({"event": "intent", "partner_id": ID, "email": "a@b.co"}));
    let made = json!({"event": "invited", "partner_id": ID, "email": "a@b.co", "invitation_id": "sandboxMade000001"});
    assert_eq!(without_time(&lines[3]), made);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&journal).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_is_unknown_is_reported_settled_or_sent_again() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    sandbox.state().faults = [Fault::CloseAfter].into();
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.as_str()), (8, "sandboxMade000002\n"));
    assert!(ran.stderr.contains("error: cannot invite a@b.co: the server closed the connection"), "{}", ran.stderr);

    let ran = invite(&sandbox, &args);
    let command = format!("strigo members invite {ID} a@b.co c@d.co --journal {journal} -q");
    ran.expect(
        8,
        "",
        &format!(
            "note: 1 invited already, by the journal.\nwarning: It is unknown whether these were invited, so they are not \
             invited again: a@b.co.\nerror: 0 invited, 1 skipped, 0 failed, 1 unknown, 0 not tried.\nTo go on: \
             {command}\nWhat is unknown is not sent again, unless --retry-unknown is added: then it may be sent twice.\n"
        ),
    );
    assert_eq!(sandbox.state().times_invited("a@b.co"), 1);

    // Whoever has become a member was invited.
    let before = std::fs::read(&journal).unwrap();
    sandbox.state().members.push((ID.to_owned(), json!({"id": "m", "email": "A@b.co"})));
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("they are members by now: a@b.co"), "{}", ran.stderr);
    assert_eq!(place.events().last().unwrap(), "member");
    sandbox.state().members.pop();
    assert_eq!(invite(&sandbox, &args).code, 0, "what is settled stays settled");

    std::fs::write(&journal, before).unwrap();
    let ran = invite(&sandbox, &[&args[..], &["--retry-unknown"]].concat());
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1), "{}", ran.stderr);
    assert_eq!(sandbox.state().times_invited("a@b.co"), 2);
}

#[test]
fn what_was_refused_is_tried_again_by_the_next_run() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    sandbox.state().faults = [Fault::Status(422)].into();
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.lines().count()), (9, 1));
    assert!(ran.stderr.contains("\nTo go on: strigo members invite "), "{}", ran.stderr);
    assert!(place.events().contains(&"failed".to_owned()));
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1));
    assert_eq!(emails(&sandbox), [format!("{ID} c@d.co"), format!("{ID} a@b.co")]);
}

#[test]
fn no_connection_stops_and_the_journal_goes_on() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    // The journal is bound to its endpoint, so the second run needs the very same: its limit stands for the outage.
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::TooMany(60)].into();
    let args = [ID, "a@b.co", "c@d.co", "e@f.co", "--journal", &journal, "--max-wait", "1"];
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.lines().count()), (7, 1));
    assert!(ran.stderr.contains("1 invited, 0 skipped, 1 failed, 0 unknown, 1 not tried"), "{}", ran.stderr);
    assert!(ran.stderr.contains("To go on: strigo members invite "), "{}", ran.stderr);
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2), "{}", ran.stderr);
    assert_eq!(emails(&sandbox).len(), 3);
}

#[test]
fn a_partner_that_is_gone_stops_only_its_own_rows() {
    let (place, sandbox) = (Place::new(), sandbox());
    let roster = place.file("r.csv", "email,partner\na@b.co,w00t\nc@d.co,nur\ne@f.co,w00t\ng@h.co,nur\n");
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(404)].into();
    let ran = invite(&sandbox, &["--from", &roster]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (9, 2), "{}", ran.stderr);
    assert!(ran.stderr.contains("2 invited, 0 skipped, 1 failed, 0 unknown, 1 not tried"), "{}", ran.stderr);
}

#[test]
fn a_journal_of_somebody_else_or_something_else_is_refused() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let mut command = strigo(&["members", "invite", ID, "a@b.co", "--journal", &journal]);
    command.env("STRIGO_ORG_ID", "other").env("STRIGO_API_KEY", "k").env("STRIGO_API_ENDPOINT", sandbox.endpoint());
    let ran = run(command);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains(&format!("is for organization {ORG_ID} at ")), "{}", ran.stderr);

    let roster = place.file("r.txt", "a@b.co");
    let ran = invite(&sandbox, &[ID, "--from", &roster, "--journal", &roster]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is no journal of strigo"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&roster).unwrap(), "a@b.co");

    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("\"event\":\"intent\"", "\"event\":\"in")).unwrap();
    let ran = invite(&sandbox, &[ID, "x@y.co", "--journal", &journal]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is damaged in line 3"), "{}", ran.stderr);
    assert_eq!(emails(&sandbox).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_journal_that_cannot_be_written_stops_before_anything_is_sent() {
    let (place, sandbox) = (Place::new(), sandbox());
    for journal in ["/proc/version", "/dev/full", place.dir.path().to_str().unwrap(), "/no/such/dir/j.jsonl"] {
        let ran = invite(&sandbox, &[ID, "a@b.co", "--journal", journal]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{journal} {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("the journal {journal} ")), "{}", ran.stderr);
    }
    assert!(sandbox.state().log.is_empty());
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_before_the_next_invitation() {
    let (place, sandbox) = (Place::new(), sandbox());
    // A limit of one block of 1,024 bytes for a file stands for a disk with that much room. Without the trap, the system
    // would end the process instead of failing the write.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} members invite {ID} $(for i in $(seq 30); do echo t$i@acme.example; done) -q \
         --journal {}",
        env!("CARGO_BIN_EXE_strigo"),
        place.path("j.jsonl")
    );
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", &script])
        .envs(signed_in(&sandbox.endpoint()))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write to the journal"), "{stderr}");
    let made = emails(&sandbox).len();
    assert!(made > 0 && made < 30, "{made}");
    // Everything that was sent had its intent on the disk.
    let text = std::fs::read_to_string(place.path("j.jsonl")).unwrap();
    let intents = text.lines().filter(|line| line.contains("\"intent\"") && line.ends_with('}')).count();
    assert!(intents >= made && intents <= made + 1, "{intents} {made}");
}

#[cfg(unix)]
#[test]
fn two_runs_at_once_on_one_journal() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    sandbox.state().always = Some(Fault::Hang);
    let mut first = std::process::Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(["members", "invite", ID, "a@b.co", "--journal", &journal])
        .envs(signed_in(&sandbox.endpoint()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while sandbox.state().log.is_empty() {
        std::thread::yield_now();
    }
    let ran = invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    let part = format!("is in use by another run of strigo (process {})", first.id());
    assert!(ran.stderr.contains(&part), "{}", ran.stderr);
    assert_eq!(sandbox.state().log.len(), 1);
}

#[test]
fn a_dry_run_touches_nothing() {
    let (place, sandbox) = (Place::new(), sandbox());
    let journal = place.path("j.jsonl");
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal, "--dry-run"];
    let ran = invite(&sandbox, &args);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2));
    assert!(!PathBuf::from(&journal).exists() && sandbox.state().log.is_empty());
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let before = std::fs::read(&journal).unwrap();
    let ran = invite(&sandbox, &args);
    let expected = format!("POST {}/partners/{ID}/members {{\"email\":\"c@d.co\"}}\n", sandbox.endpoint());
    ran.expect(0, &expected, "note: 1 invited already, by the journal.\n");
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    assert_eq!(requests(&sandbox), [POST]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_does_not_stop_the_invitations() {
    let sandbox = sandbox();
    let script = format!(
        "{} members invite {ID} $(for i in $(seq 20); do echo t$i@acme.example; done) --json | head -1",
        env!("CARGO_BIN_EXE_strigo")
    );
    let output = std::process::Command::new("bash")
        .args(["--norc", "-o", "pipefail", "-c", &script])
        .envs(signed_in(&sandbox.endpoint()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert_eq!(emails(&sandbox).len(), 20);
}

#[test]
fn a_large_roster_is_checked_whole() {
    let (place, sandbox) = (Place::new(), sandbox());
    let rows: String = (0..100_000).map(|at| format!("trainer{at}@acme.example,w00t\n")).collect();
    let roster = place.file("r.csv", format!("email,partner\n{rows}nonsense,w00t\n"));
    let ran = invite(&sandbox, &["--from", &roster]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("line 100002: 'nonsense' is not an email address"), "{}", ran.stderr);
}
