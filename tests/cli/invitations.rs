//! Batch invitations: rosters, journals, `--skip-members`, and resumption.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use strigo_cli::text::escape::shell_quote;
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{
    CommandOutput, MockApi, auth_env, hermetic_env, request_lines, run, sandbox, strigo, strigo_with_endpoint,
    strigo_with_sandbox, wait_until,
};

const ID: &str = "yCoaiix2pRjxMjCn7";
const POST: &str = "POST /partners/yCoaiix2pRjxMjCn7/members";

/// A temporary directory for rosters and the journal `j.jsonl`.
struct Workdir {
    dir: TempDir,
}

impl Workdir {
    fn new() -> Self {
        Workdir { dir: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    fn journal_lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path("j.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn journal_events(&self) -> Vec<String> {
        self.journal_lines().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
    }
}

/// Returns the invitations that the sandbox created, as `PARTNER_ID EMAIL`.
fn invitations(sandbox: &Sandbox) -> Vec<String> {
    let state = sandbox.state();
    state
        .invitations
        .iter()
        .map(|(partner, invitation)| format!("{partner} {}", invitation["email"].as_str().unwrap()))
        .collect()
}

fn invite(sandbox: &Sandbox, args: &[&str]) -> CommandOutput {
    strigo_with_sandbox(sandbox, &[&["members", "invite"], args, &["--columns=id"]].concat())
}

#[test]
fn invite_from_plain_roster() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let roster = workdir.write("r.txt", "\u{feff}# trainers\r\n a@b.co\r\n\r\n\"c@d.co\"\r\nA@B.co");
    let output = invite(&sandbox, &[ID, "x@y.co", "--from", &roster]);
    output.assert(
        0,
        "sandboxMade000001\nsandboxMade000002\nsandboxMade000003\n",
        "note: inviting 3 people to 1 partner\nnote: ignored 1 duplicate among 4 addresses\nnote: 3 invited\n",
    );
    assert_eq!(invitations(&sandbox), [format!("{ID} x@y.co"), format!("{ID} a@b.co"), format!("{ID} c@d.co")]);
}

#[test]
fn invite_from_stdin() {
    let sandbox = sandbox();
    let mut command =
        strigo_with_endpoint(&sandbox.endpoint(), &["members", "invite", ID, "--from", "-", "--columns=id"]);
    command.write_stdin("a@b.co\n");
    run(command).assert(0, "sandboxMade000001\n", "");
}

#[test]
fn invite_from_csv_lists_partners_once() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let csv = "Partner;Name;Email\nw00t;Dana;a@b.co\nnur;Noam;c@d.co\nid:yCoaiix2pRjxMjCn7;X;e@f.co\nntvXb3L2qdPbayRKZ;X;c@d.co\nnur;X;A@b.co\n";
    let roster = workdir.write("r.csv", csv);
    let output = invite(&sandbox, &["--from", &roster]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 4), "{}", output.stderr);
    let nur = "ntvXb3L2qdPbayRKZ";
    let expected = [format!("{ID} a@b.co"), format!("{nur} c@d.co"), format!("{ID} e@f.co"), format!("{nur} A@b.co")];
    assert_eq!(invitations(&sandbox), expected);
    assert_eq!(request_lines(&sandbox).iter().filter(|request| *request == "GET /partners").count(), 1);
}

#[test]
fn invite_reports_all_roster_errors() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let csv =
        "email,partner\na@b@c,w00t\na@b.co,w0t\nDana <d@e.co>,nur\nc@d.co,\ne@f.co,nur\ng@h.co,aaaaaaaaaaaaaaaaa\n";
    let roster = workdir.write("r.csv", csv);
    let output = invite(&sandbox, &["--from", &roster, "--journal", &workdir.path("j.jsonl")]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    for expected in [
        "error: cannot use the roster: 5 invalid entries:",
        "\n  line 2: invalid email address 'a@b@c': more than one @",
        "\n  line 3: partner 'w0t': no partner with that name (did you mean 'w00t' or 'w00t1' or 'w00t3'?)",
        "\n  line 4: invalid email address 'Dana <d@e.co>': contains more than the address; use d@e.co instead",
        "\n  line 5: missing partner",
        "\n  line 7: partner 'aaaaaaaaaaaaaaaaa': no partner with that ID",
    ] {
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
    }
    assert_eq!(request_lines(&sandbox), ["GET /partners"]);
    assert!(!Path::new(&workdir.path("j.jsonl")).exists());

    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "--from", &roster, "--json"]);
    let error = output.json_error();
    assert_eq!(error["errors"][0]["line"], 2);
    assert_eq!(error["errors"].as_array().unwrap().len(), 5);
}

#[test]
fn invite_requires_recipients_and_partner() {
    let workdir = Workdir::new();
    let plain = workdir.write("r.txt", "a@b.co\n");
    let csv = workdir.write("r.csv", "email,partner\na@b.co,w00t\n");
    let no_email = workdir.write("n.csv", "name,e-post\nDana,a@b.co\n");
    for (args, expected) in [
        (&["w00t"][..], "no email addresses given"),
        (&["--from", &plain], "no partner given"),
        (&["w00t", "--from", &csv], "partner given twice"),
        (&["w00t", "a@b.co", "--from", &csv], "email addresses cannot be combined with a roster"),
        (&["w00t", "--from", &no_email], "line 1: no email column; the columns are 'name', 'e-post'"),
        (&["w00t", "--from", "/no/such/file"], "cannot read roster '/no/such/file': "),
        (&["w00t", "a@b.co", "--retry-unknown"], "--retry-unknown needs a journal"),
    ] {
        let output = MockApi::new().strigo(&[&["members", "invite"], args].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}");
        assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
    }
}

#[test]
fn invite_skip_members() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let roster = workdir.write("r.csv", "email,partner\nNIRO@strigo.io,w00t\na@b.co,w00t\nniro@strigo.io,nur\n");
    let output = invite(&sandbox, &["--from", &roster, "--skip-members"]);
    output.assert(
        0,
        "sandboxMade000001\nsandboxMade000002\n",
        "note: inviting 2 people to 2 partners\nnote: skipping existing members: NIRO@strigo.io\nnote: 2 invited, 1 skipped\n",
    );
    let get_count = request_lines(&sandbox).into_iter().filter(|request| request.starts_with("GET")).count();
    assert_eq!(get_count, 3, "the partner list, and the members of two partners");
}

#[test]
fn invite_journal_resumes_remaining() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    let output = invite(&sandbox, &[ID, "a@b.co", "c@d.co", "--journal", &journal]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 2), "{}", output.stderr);
    assert_eq!(workdir.journal_events(), ["journal", "run", "intent", "invited", "intent", "invited"]);
    // Rosters may be edited between runs: order and case do not matter.
    let output = invite(&sandbox, &[ID, "e@f.co", "C@D.co", "a@b.co", "--journal", &journal]);
    output.assert(
        0,
        "sandboxMade000003\n",
        "note: inviting 1 person to 1 partner\nnote: skipping 2 people who were invited before; to invite them again, add --resend\nnote: 1 invited, 2 skipped\n",
    );
    // The same address can be invited by another partner.
    assert_eq!(invite(&sandbox, &["nur", "a@b.co", "--journal", &journal]).code, 0);
    assert_eq!(sandbox.state().times_invited("a@b.co"), 2);
    invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).assert(
        0,
        "",
        &format!("note: a@b.co was invited to {ID} just now; to invite them again, add --resend\nnote: 0 invited, 1 skipped\n"),
    );
}

#[test]
fn journal_contains_no_secrets() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let text = std::fs::read_to_string(&journal).unwrap();
    assert!(!text.contains("invite/") && !text.contains(API_KEY) && !text.contains("Bearer"), "{text}");
    let lines = workdir.journal_lines();
    let without_time = |line: &Value| {
        let mut line = line.clone();
        let timestamp = line.as_object_mut().unwrap().remove("at").unwrap();
        assert!(timestamp.as_str().unwrap().ends_with('Z'));
        line
    };
    let expected = json!({"event": "journal", "version": 1, "endpoint": sandbox.endpoint(), "org_id": ORG_ID});
    assert_eq!(without_time(&lines[0]), expected);
    assert_eq!(
        without_time(&lines[2]),
        json!({"event": "intent", "partner_id": ID, "email": "a@b.co", "attempt": 1, "by": lines[2]["by"]})
    );
    let invited =
        json!({"event": "invited", "partner_id": ID, "email": "a@b.co", "invitation_id": "sandboxMade000001"});
    assert_eq!(without_time(&lines[3]), invited);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&journal).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn invite_journal_unknown_is_confirmed_or_retried() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    sandbox.state().faults = [Fault::CloseAfter].into();
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.as_str()), (8, "sandboxMade000002\n"));
    assert!(
        output.stderr.contains("error: cannot invite a@b.co: the server closed the connection"),
        "{}",
        output.stderr
    );

    let output = invite(&sandbox, &args);
    let resolve = format!("strigo journal resolve a@b.co --partner {ID} --journal {}", shell_quote(&journal));
    output.assert(
        8,
        "",
        &format!(
            "note: c@d.co was invited to {ID} just now; to invite them again, add --resend\nwarning: skipping addresses that may \
             already have been invited: a@b.co\nerror: not all invitations were sent: 0 invited, 1 skipped, 1 \
             unknown\nhint: if it arrived, run: {resolve} --invited\nhint: if it did not arrive, run: {resolve} --not-invited\nhint: to send all unknown invitations again, add \
             --retry-unknown (they may be sent twice)\n"
        ),
    );
    assert_eq!(sandbox.state().times_invited("a@b.co"), 1);

    // Membership confirms that the invitation was sent.
    let before = std::fs::read(&journal).unwrap();
    sandbox.state().members.push((ID.to_owned(), json!({"id": "m", "email": "A@b.co"})));
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    assert!(output.stderr.contains("previously unknown addresses that are members now: a@b.co"), "{}", output.stderr);
    assert_eq!(workdir.journal_events().last().unwrap(), "joined");
    sandbox.state().members.pop();
    assert_eq!(invite(&sandbox, &args).code, 0, "a confirmed invitation stays confirmed");

    std::fs::write(&journal, before).unwrap();
    let output = invite(&sandbox, &[&args[..], &["--retry-unknown"]].concat());
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    assert_eq!(sandbox.state().times_invited("a@b.co"), 2);
}

#[test]
fn invite_journal_retries_failed() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    sandbox.state().faults = [Fault::Status(422)].into();
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.lines().count()), (9, 1));
    assert!(output.stderr.contains("\nhint: to resume, run: strigo members invite "), "{}", output.stderr);
    assert!(workdir.journal_events().contains(&"failed".to_owned()));
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1));
    assert_eq!(invitations(&sandbox), [format!("{ID} c@d.co"), format!("{ID} a@b.co")]);
}

#[test]
fn invite_aborts_on_outage_and_resumes() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    // A journal belongs to one endpoint, so the outage is simulated by a rate limit instead of a second endpoint.
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::TooManyRequests(60)].into();
    let args = [ID, "a@b.co", "c@d.co", "e@f.co", "--journal", &journal, "--max-wait", "1"];
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.lines().count()), (7, 1));
    assert!(output.stderr.contains("1 invited, 1 failed, 1 not attempted"), "{}", output.stderr);
    assert!(output.stderr.contains("hint: to resume, run: strigo members invite "), "{}", output.stderr);
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 2), "{}", output.stderr);
    assert_eq!(invitations(&sandbox).len(), 3);
}

#[test]
fn invite_skips_rows_of_partner_not_found() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let roster = workdir.write("r.csv", "email,partner\na@b.co,w00t\nc@d.co,nur\ne@f.co,w00t\ng@h.co,nur\n");
    sandbox.state().faults = [Fault::Latency(Default::default()), Fault::Status(404)].into();
    let output = invite(&sandbox, &["--from", &roster]);
    assert_eq!((output.code, output.stdout.lines().count()), (9, 2), "{}", output.stderr);
    assert!(output.stderr.contains("2 invited, 1 failed, 1 not attempted"), "{}", output.stderr);
}

#[test]
fn invite_rejects_foreign_or_corrupt_journal() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let mut command = strigo(&["members", "invite", ID, "a@b.co", "--journal", &journal]);
    command.env("STRIGO_ORG_ID", "other").env("STRIGO_API_KEY", "k").env("STRIGO_ENDPOINT", sandbox.endpoint());
    let output = run(command);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains(&format!("belongs to organization {ORG_ID} at ")), "{}", output.stderr);

    let roster = workdir.write("r.txt", "a@b.co");
    let output = invite(&sandbox, &[ID, "--from", &roster, "--journal", &roster]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("is not a strigo journal"), "{}", output.stderr);
    assert_eq!(std::fs::read_to_string(&roster).unwrap(), "a@b.co");

    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("\"event\":\"intent\"", "\"event\":\"in")).unwrap();
    let output = invite(&sandbox, &[ID, "x@y.co", "--journal", &journal]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("is corrupt at line 3"), "{}", output.stderr);
    assert_eq!(invitations(&sandbox).len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn invite_unwritable_journal_sends_nothing() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    for journal in ["/proc/version", "/dev/full", workdir.dir.path().to_str().unwrap(), "/no/such/dir/j.jsonl"] {
        let output = invite(&sandbox, &[ID, "a@b.co", "--journal", journal]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{journal} {}", output.stderr);
        assert!(output.stderr.contains(&format!("'{journal}'")), "{}", output.stderr);
    }
    assert!(sandbox.state().requests.is_empty());
}

#[cfg(unix)]
#[test]
fn invite_stops_if_journal_disk_is_full() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    // A file size limit of 1,024 bytes simulates a full disk.
    let script = format!(
        "ulimit -f 1; exec {} members invite {ID} $(for i in $(seq 30); do echo t$i@acme.example; done) -q \
         --journal {}",
        env!("CARGO_BIN_EXE_strigo"),
        workdir.path("j.jsonl")
    );
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", &script])
        .envs(auth_env(&sandbox.endpoint()))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write journal '"), "{stderr}");
    let created = invitations(&sandbox).len();
    assert!(created > 0 && created < 30, "{created}");
    // The intent of every request that was sent must be on disk.
    let text = std::fs::read_to_string(workdir.path("j.jsonl")).unwrap();
    let intents = text.lines().filter(|line| line.contains("\"intent\"") && line.ends_with('}')).count();
    assert!(intents >= created && intents <= created + 1, "{intents} {created}");
}

#[test]
fn invite_waits_no_longer_for_another_run_than_max_wait() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    sandbox.state().default_fault = Some(Fault::Hang);
    let mut first_run = std::process::Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(["members", "invite", ID, "a@b.co", "--journal", &journal])
        .envs(auth_env(&sandbox.endpoint()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| !sandbox.state().requests.is_empty());
    let output = invite(&sandbox, &[ID, "a@b.co", "--journal", &journal, "--max-wait", "0"]);
    let shown = run(strigo(&["journal", "show", "--journal", &journal, "--columns", "email,state"]));
    first_run.kill().unwrap();
    first_run.wait().unwrap();
    shown.assert(0, "a@b.co\tin_progress\n", "");
    assert_eq!((output.code, output.stdout.as_str()), (7, ""));
    let expected = format!(
        "another strigo (pid {}) is using the journal\nhint: to wait longer, increase --max-wait\n",
        first_run.id()
    );
    assert!(output.stderr.contains(&expected), "{}", output.stderr);
    assert_eq!(sandbox.state().requests.len(), 1);
}

#[test]
fn invite_dry_run_does_not_touch_journal() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal, "--dry-run"];
    let output = invite(&sandbox, &args);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 2));
    assert!(!PathBuf::from(&journal).exists() && sandbox.state().requests.is_empty());
    assert_eq!(invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]).code, 0);
    let before = std::fs::read(&journal).unwrap();
    let output = invite(&sandbox, &args);
    let expected = format!("POST {}/partners/{ID}/members {{\"email\":\"c@d.co\"}}\n", sandbox.endpoint());
    let notes = format!(
        "note: would invite 1 person to 1 partner; 1 skipped\nnote: a@b.co was invited to {ID} just now; to invite them again, add --resend\n"
    );
    output.assert(0, &expected, &notes);
    assert_eq!(std::fs::read(&journal).unwrap(), before);
    assert_eq!(request_lines(&sandbox), [POST]);
}

/// Links would be lost: whoever is recorded as invited has one in the output, or the run says that it could not be printed.
#[cfg(target_os = "linux")]
#[test]
fn invite_stops_when_its_output_is_gone() {
    let (closed_reader, gone) = std::io::pipe().unwrap();
    drop(closed_reader);
    let full_disk = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for (stdout, cause) in [(Stdio::from(gone), "Broken pipe"), (full_disk.into(), "No space left on device")] {
        let (workdir, sandbox) = (Workdir::new(), sandbox());
        let journal = workdir.path("j.jsonl");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(["members", "invite", ID, "a@b.co", "c@d.co", "e@f.co", "--journal", &journal])
            .env_clear()
            .envs(hermetic_env())
            .envs(auth_env(&sandbox.endpoint()))
            .stdout(stdout)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let message = format!(
            "error: not all invitations were sent (1 invited, 2 not attempted): a@b.co was invited, but the link was not \
             printed: cannot write to standard output: {cause}\nhint: to resume, run: strigo members invite "
        );
        assert!(stderr.contains(&message), "{stderr}");
        assert_eq!((output.status.code(), request_lines(&sandbox)), (Some(1), vec![POST.to_owned()]));
        assert_eq!(workdir.journal_events()[2..], ["intent", "invited"]);
        let args = [ID, "a@b.co", "c@d.co", "e@f.co", "--journal", &journal];
        assert_eq!(invite(&sandbox, &args).code, 0);
        assert!(["a@b.co", "c@d.co", "e@f.co"].iter().all(|email| sandbox.state().times_invited(email) == 1));
    }
}

/// A reader that does not read keeps the first link from being printed. Until it is, nothing is recorded as invited.
#[cfg(target_os = "linux")]
#[test]
fn invite_records_nobody_as_invited_whose_link_is_not_printed() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    let (reader, mut writer) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut writer, &vec![b'x'; 64 * 1024]).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(["members", "invite", ID, "a@b.co", "--journal", &journal])
        .env_clear()
        .envs(hermetic_env())
        .envs(auth_env(&sandbox.endpoint()))
        .stdout(writer)
        .spawn()
        .unwrap();
    wait_until(|| !invitations(&sandbox).is_empty());
    // Long enough for a record that came first.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(workdir.journal_events().last().unwrap(), "intent");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(reader);
    let output = invite(&sandbox, &[ID, "a@b.co", "--journal", &journal]);
    assert_eq!((output.code, sandbox.state().times_invited("a@b.co")), (8, 1), "{}", output.stderr);
}

#[test]
fn invite_validates_large_roster() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let rows: String = (0..100_000).map(|index| format!("trainer{index}@acme.example,w00t\n")).collect();
    let roster = workdir.write("r.csv", format!("email,partner\n{rows}nonsense,w00t\n"));
    let output = invite(&sandbox, &["--from", &roster]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("line 100002: invalid email address 'nonsense': "), "{}", output.stderr);
}

#[test]
fn journal_resolve_records_what_a_person_knows() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    sandbox.state().faults = [Fault::CloseAfter, Fault::ResetBefore].into();
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    assert_eq!(invite(&sandbox, &args).code, 8);
    let before = std::fs::read(&journal).unwrap();
    let resolve = |args: &[&str]| {
        let args = [&["journal", "resolve"], args, &["--journal", &journal]].concat();
        let mut command = strigo_with_endpoint(&sandbox.endpoint(), &args);
        command.env("USER", "dana");
        run(command)
    };
    resolve(&["A@b.co", "--invited", "-n"]).assert(
        0,
        "",
        "note: would record as invited: a@b.co; the next `strigo members invite` skips it\n",
    );
    for (args, message) in [
        (&["x@y.co", "--invited"][..], "error: the journal has no invitation of x@y.co\n"),
        (&["x@y", "--invited"], "error: invalid email address 'x@y'"),
        (&["a@b.co"], "error: the following required arguments were not provided"),
        (&["--invited"], "error: no email addresses given\n"),
        (
            &["a@b.co", "--not-invited", "--at", "2026-01-01"],
            "error: the argument '--not-invited' cannot be used with '--at",
        ),
    ] {
        let output = resolve(args);
        assert!(output.code == 2 && output.stderr.starts_with(message), "{args:?}: {}", output.stderr);
    }
    assert_eq!(std::fs::read(&journal).unwrap(), before);

    resolve(&["A@b.co", "--invited", "--at", "2026-01-31"]).assert(
        0,
        "",
        "note: recorded as invited: a@b.co; the next `strigo members invite` skips it\n",
    );
    let not_invited = "note: recorded as not invited: c@d.co; the next `strigo members invite` invites it\n";
    resolve(&["c@d.co", "--not-invited"]).assert(0, "", not_invited);
    // Someone whom strigo has not invited.
    resolve(&["new@b.co", "--invited", "--partner", ID]).assert(
        0,
        "",
        "note: recorded as invited: new@b.co; the next `strigo members invite` skips it\n",
    );
    let resolved: Vec<Value> = workdir.journal_lines().into_iter().filter(|line| line["event"] == "resolved").collect();
    let told: Vec<_> = resolved.iter().map(|line| (&line["email"], &line["invited"])).collect();
    assert_eq!(
        told,
        [(&json!("a@b.co"), &json!(true)), (&json!("c@d.co"), &json!(false)), (&json!("new@b.co"), &json!(true))]
    );
    assert!(resolved.iter().all(|line| line["by"].as_str().unwrap().starts_with("dana")), "{resolved:?}");
    let columns = ["journal", "show", "--journal", &journal, "--columns", "email,state,attempts,invited_at"];
    let shown = run(strigo(&columns)).stdout;
    assert!(
        shown.starts_with("a@b.co\tpending\t1\t2026-01-31T00:00:00.000Z\nc@d.co\tfailed\t1\t\nnew@b.co\tpending\t1\t")
    );

    let output = invite(&sandbox, &[&args[..], &["new@b.co"]].concat());
    assert_eq!((output.code, output.stdout.as_str()), (0, "sandboxMade000002\n"), "{}", output.stderr);
    assert_eq!(["a@b.co", "c@d.co", "new@b.co"].map(|email| sandbox.state().times_invited(email)), [1, 1, 0]);

    // Repeated, it has no effect.
    let before = std::fs::read(&journal).unwrap();
    resolve(&["a@b.co", "--invited"]).assert(0, "", "note: a@b.co is recorded as invited already\n");
    resolve(&["c@d.co", "--not-invited"]).assert(
        0,
        "",
        "note: c@d.co is recorded as invited; to invite them once more, use `strigo members invite --resend`\n",
    );
    assert_eq!(std::fs::read(&journal).unwrap(), before);

    // An address that is unknown for two partners needs the partner.
    let unknown = |partner: &str| json!({"at": "2026-11-25T01:20:10.734Z", "event": "unknown", "partner_id": partner, "email": "x@y.co"});
    let events = [workdir.journal_lines()[0].clone(), unknown(ID), unknown("ntvXb3L2qdPbayRKZ")];
    let other = workdir.write("two.jsonl", events.map(|event| format!("{event}\n")).concat());
    let two = ["journal", "resolve", "x@y.co", "--invited", "--journal", &other];
    let output = run(strigo_with_endpoint(&sandbox.endpoint(), &two));
    let expected = format!(
        "error: the journal has 2 open invitations of x@y.co\nhint: pass --partner with one of these IDs: {ID}, \
         ntvXb3L2qdPbayRKZ\n"
    );
    output.assert(2, "", &expected);
    assert_eq!(run(strigo_with_endpoint(&sandbox.endpoint(), &[&two[..], &["--partner", ID]].concat())).code, 0);
}

/// What the web page has invited, told to a new journal.
#[test]
fn journal_resolve_takes_a_roster_as_the_baseline() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    let roster = workdir.write("r.csv", format!("email,partner\na@b.co,{ID}\nc@d.co,nur\n"));
    let args = ["journal", "resolve", "--invited", "--from", &roster, "--at", "2026-01-31", "--journal", &journal];
    run(strigo_with_endpoint(&sandbox.endpoint(), &args)).assert(
        0,
        "",
        "note: recorded as invited: 2 addresses; the next `strigo members invite` skips them\n",
    );
    let output = invite(&sandbox, &["--from", &roster, "--journal", &journal]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    assert!(sandbox.state().invitations.is_empty());
    let output = invite(&sandbox, &["--from", &roster, "--journal", &journal, "--resend", "--older-than", "7d"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 2), "{}", output.stderr);
}

#[test]
fn invite_resume_command_omits_one_time_options() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let journal = workdir.path("j.jsonl");
    sandbox.state().faults = [Fault::CloseAfter, Fault::CloseAfter].into();
    let args = [ID, "a@b.co", "c@d.co", "--journal", &journal];
    assert_eq!(invite(&sandbox, &args).code, 8);
    let no_fault = Fault::Latency(Default::default());
    sandbox.state().faults = [no_fault, Fault::Status(422)].into();
    let output = invite(&sandbox, &[&args[..], &["--retry-unknown"]].concat());
    let journal = shell_quote(&journal);
    let command =
        format!("\nhint: to resume, run: strigo members invite {ID} a@b.co c@d.co --journal {journal} --columns id\n");
    assert!(output.code == 9 && output.stderr.contains(&command), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn invite_resume_command_can_be_copied() {
    let (workdir, sandbox) = (Workdir::new(), sandbox());
    let run_script = |script: &str| {
        let script = format!("cd {}; {script}", workdir.dir.path().display());
        let mut command = std::process::Command::new("bash");
        command.args(["--norc", "-c", &script, env!("CARGO_BIN_EXE_strigo")]).envs(auth_env(&sandbox.endpoint()));
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let printf = "printf 'a@b.co\\nc@d.co\\n'";
    workdir.write("r.txt", "a@b.co\nc@d.co\n");
    for (roster, hint) in [
        ("<(%)", "hint: replace /dev/fd/63, which can only be read once, by the same roster\n"),
        ("/dev/stdin < <(%)", "hint: replace /dev/stdin, which can only be read once, by the same roster\n"),
        ("/dev/stdin < r.txt", "hint: replace /dev/stdin, which can only be read once, by the same roster\n"),
        ("- < <(%)", "hint: pass the same roster on standard input\n"),
        ("fifo", "hint: replace fifo, which can only be read once, by the same roster\n"),
    ] {
        sandbox.state().faults = [Fault::Status(422)].into();
        let roster = roster.replace('%', printf);
        let script =
            format!("mkfifo fifo; {printf} > fifo & \"$0\" members invite {ID} --journal j.jsonl --from {roster}");
        let script = if roster == "fifo" { script } else { script.split_once(" & ").unwrap().1.to_owned() };
        let stderr = run_script(&script);
        assert!(stderr.contains(hint), "{hint}{stderr}");
        std::fs::remove_file(workdir.path("j.jsonl")).unwrap();
    }
}
