//! strigo remembers: what the journal does that no option asks for.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::in_process::{FakeClock, exit_code, run_in_process, success};
use crate::server::{Fault, Sandbox};
use crate::support::{
    CommandOutput, auth_env, config_file, hermetic_env, run, sandbox, store_env, strigo_with_endpoint,
};
#[cfg(unix)]
use crate::terminal::run_in_terminal;

const W00T: &str = "yCoaiix2pRjxMjCn7";
const NUR: &str = "ntvXb3L2qdPbayRKZ";
const STORE: &str = "s3://jobs/trainers";

/// A machine: its own directory for state, and no option.
struct Machine {
    sandbox: Sandbox,
    dir: TempDir,
}

impl Machine {
    fn new() -> Self {
        Machine { sandbox: sandbox(), dir: TempDir::new().unwrap() }
    }

    fn command(&self, args: &[&str]) -> assert_cmd::Command {
        let mut command = strigo_with_endpoint(&self.sandbox.endpoint(), args);
        command.env_remove("STRIGO_JOURNAL").env("XDG_STATE_HOME", self.dir.path()).envs(store_env(&self.sandbox));
        command.env("USER", "dana");
        command
    }

    fn strigo(&self, args: &[&str]) -> CommandOutput {
        run(self.command(args))
    }

    fn invite(&self, args: &[&str]) -> CommandOutput {
        self.strigo(&[&["members", "invite", "--columns=id"], args].concat())
    }

    /// Starts a run.
    fn spawn(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_strigo"))
            .args(args)
            .env_clear()
            .envs(hermetic_env())
            .envs(auth_env(&self.sandbox.endpoint()))
            .env_remove("STRIGO_JOURNAL")
            .env("XDG_STATE_HOME", self.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Returns the only journal.
    fn journal(&self) -> PathBuf {
        let files = std::fs::read_dir(self.dir.path().join("strigo")).unwrap();
        let files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.place(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Returns the journal with this name: a file of this machine, or the store.
    fn place(&self, name: &str) -> String {
        if name == STORE { name.to_owned() } else { self.dir.path().join(name).to_str().unwrap().to_owned() }
    }

    fn times_invited(&self, email: &str) -> usize {
        self.sandbox.state().times_invited(email)
    }

    /// Makes the invited person a member.
    fn join(&self, email: &str) {
        let mut state = self.sandbox.state();
        let invitation = state.invitations.iter().rfind(|(_, invitation)| invitation["email"] == email).unwrap();
        let id = invitation.1["id"].as_str().unwrap().to_owned();
        assert_eq!(state.join(&id).as_deref(), Some(email));
    }

    fn states(&self, args: &[&str]) -> String {
        let args = [&["members", "status", "--columns", "email,state"], args].concat();
        let output = self.strigo(&args);
        assert_eq!(output.code, 0, "{}", output.stderr);
        output.stdout
    }
}

#[test]
fn invited_is_invited_without_an_option() {
    let machine = Machine::new();
    assert_eq!(machine.invite(&["nur", "dana@acme.example", "noam@acme.example"]).code, 0);
    machine.invite(&["nur", "Dana@acme.example"]).assert(
        0,
        "",
        "note: Dana@acme.example was invited to nur just now; to invite them again, add --resend\nnote: 0 invited, 1 skipped\n",
    );
    machine.invite(&["nur", "dana@acme.example", "noam@acme.example"]).assert(
        0,
        "",
        "note: skipping 2 people who were invited before; to invite them again, add --resend\nnote: 0 invited, 2 skipped\n",
    );
    assert_eq!(machine.sandbox.state().invitations.len(), 2);
    assert_eq!(machine.states(&[]), "dana@acme.example\tpending\nnoam@acme.example\tpending\n");
    let shown = machine.strigo(&["journal", "show"]).stdout;
    assert!(shown.starts_with("dana@acme.example\tnur\tpending\t20"), "{shown}");
    let journal = machine.journal();
    let name = journal.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("journal-sandboxOrg-") && name.ends_with(".jsonl"), "{name}");
    let text = std::fs::read_to_string(&journal).unwrap();
    let intent: Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
    assert!(intent["by"].as_str().unwrap().starts_with("dana"), "{intent}");
    assert_eq!(intent["partner_name"], "nur");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&journal), mode(journal.parent().unwrap())), (0o600, 0o700));
    }
    // Another organization or endpoint has its own.
    let mut other = machine.command(&["members", "status"]);
    other.env("STRIGO_ENDPOINT", machine.sandbox.endpoint().replace("127.0.0.1", "localhost"));
    assert_eq!(run(other).stdout, "");
}

#[test]
fn place_of_the_journal_is_the_option_the_variable_the_profile_or_the_default() {
    let machine = Machine::new();
    let endpoint = machine.sandbox.endpoint();
    let (dir, config) = config_file(format!(
        "org_id = 'sandboxOrg'\napi_key = 'sandbox-key-0123456789'\nendpoint = '{endpoint}'\njournal = 'here.jsonl'\n"
    ));
    let invite = |args: &[&str], variable: Option<&Path>| {
        let args = [&["members", "invite", W00T, "a@b.co", "--columns=id"], args].concat();
        let mut command = machine.command(&args);
        command.env_remove("STRIGO_ORG_ID").env_remove("STRIGO_API_KEY").env_remove("STRIGO_ENDPOINT");
        command.env("STRIGO_CONFIG", &config).envs(variable.map(|path| ("STRIGO_JOURNAL", path)));
        assert_eq!(run(command).code, 0);
    };
    let path = |name: &str| dir.path().join(name);
    invite(&["--journal", path("option").to_str().unwrap()], Some(&path("variable")));
    assert!(path("option").exists() && !path("variable").exists());
    invite(&[], Some(&path("variable")));
    assert!(path("variable").exists() && !path("here.jsonl").exists());
    invite(&[], None);
    assert!(path("here.jsonl").exists());
    // That of a profile is not for the credentials of the variables.
    let mut command = machine.command(&["members", "invite", W00T, "a@b.co", "--columns=id"]);
    command.env("STRIGO_CONFIG", &config);
    assert_eq!(run(command).code, 0);
    assert!(machine.journal().exists());
    // `none` turns it off; `./none` is a file.
    for _ in 0..2 {
        assert_eq!(machine.invite(&[W00T, "c@d.co", "--journal", "none"]).stdout.lines().count(), 1);
    }
    assert_eq!(machine.times_invited("c@d.co"), 2);
    for args in [&["--resend"][..], &["--retry-unknown"], &["--require-journal"]] {
        let output = machine.invite(&[&[W00T, "c@d.co", "--journal", "none"], args].concat());
        assert!(output.code == 2 && output.stderr.contains(" needs a journal\n"), "{}", output.stderr);
    }
    for args in [&["members", "status"][..], &["journal", "show"], &["journal", "resolve", "a@b.co", "--invited"]] {
        let output = machine.strigo(&[args, &["--journal", "none"]].concat());
        assert!(output.code == 2 && output.stderr.contains("no journal is used"), "{}", output.stderr);
    }
    let status = machine.strigo(&["auth", "status", "--columns", "journal_source"]);
    assert_eq!(status.stdout, "default\n");

    let (_dir, config) = config_file("org_id = 'x'\njournal = 'https://x'\n");
    let mut command = machine.command(&["partners", "list"]);
    command.env("STRIGO_CONFIG", &config).env_remove("STRIGO_ORG_ID").env_remove("STRIGO_API_KEY");
    let output = run(command);
    let message =
        "line 2, column 11: invalid journal: expected a file or s3://BUCKET/PREFIX\nhint: run `strigo man config`";
    assert!(output.code == 3 && output.stderr.contains(message), "{}", output.stderr);
}

#[test]
fn default_journal_that_is_not_there_is_empty() {
    let machine = Machine::new();
    machine.strigo(&["members", "status"]).assert(0, "", "note: no people to show\n");
    machine.strigo(&["journal", "show"]).assert(0, "", "");
    let output = machine.strigo(&["journal", "show", "--journal", "missing.jsonl"]);
    assert!(output.code == 2 && output.stderr.contains("file not found"), "{}", output.stderr);
}

/// Nothing can be made there: the invitation is sent, and a warning says that it is not recorded.
#[test]
fn default_journal_that_cannot_be_made_is_a_warning() {
    let machine = Machine::new();
    let file = machine.write("file", "");
    let mut command = machine.command(&["members", "invite", W00T, "a@b.co", "--columns=id"]);
    command.env("XDG_STATE_HOME", &file);
    let output = run(command);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    assert!(
        output.stderr.starts_with("warning: invitations are not recorded: cannot open journal '"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("set STRIGO_JOURNAL to a file"), "{}", output.stderr);
}

#[test]
fn default_journal_that_is_damaged_is_never_passed_over() {
    let machine = Machine::new();
    assert_eq!(machine.invite(&[W00T, "a@b.co"]).code, 0);
    let journal = machine.journal();
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replace("\"invited\"", "\"invitde\"")).unwrap();
    let output = machine.invite(&[W00T, "c@d.co"]);
    assert!(output.code == 2 && output.stderr.contains("is corrupt at line 4"), "{}", output.stderr);
    std::fs::remove_file(&journal).unwrap();
    std::fs::create_dir(&journal).unwrap();
    assert_eq!(machine.invite(&[W00T, "c@d.co"]).code, 2);
    assert_eq!(machine.sandbox.state().invitations.len(), 1);
}

#[test]
fn default_journal_in_ci_goes_with_the_machine() {
    let machine = Machine::new();
    for (value, is_noted) in [("true", true), ("1", true), ("false", false), ("0", false)] {
        let mut command = machine.command(&["members", "invite", W00T, &format!("{value}@b.co")]);
        command.env("CI", value);
        let output = run(command);
        let note =
            "note: the journal is a file of this machine and may vanish with it; to keep it, set STRIGO_JOURNAL\n";
        assert_eq!((output.code, output.stderr.contains(note)), (0, is_noted), "{value}: {}", output.stderr);
    }
}

/// As `xargs -P 8` does. Each waits for the others.
#[test]
fn parallel_runs_invite_each_person_once() {
    let machine = Machine::new();
    machine.sandbox.state().limit.requests = u64::MAX;
    machine.sandbox.state().default_fault = Some(Fault::Latency(Duration::from_millis(40)));
    let emails: Vec<String> = (0..8).map(|index| format!("t{}@b.co", index % 4)).collect();
    let runs: Vec<Child> = emails.iter().map(|email| machine.spawn(&["members", "invite", W00T, email])).collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(emails.iter().all(|email| machine.times_invited(email) == 1));
}

#[test]
fn run_waits_for_the_one_that_uses_the_journal() {
    let machine = Machine::new();
    machine.sandbox.state().default_fault = Some(Fault::Latency(Duration::from_secs(4)));
    let mut first = machine.spawn(&["members", "invite", W00T, "a@b.co"]);
    crate::support::wait_until(|| !machine.sandbox.state().requests.is_empty());
    let output = machine.invite(&[W00T, "c@d.co"]);
    let note = format!("note: waiting for another strigo (pid {}), which is using the journal\n", first.id());
    first.wait().unwrap();
    assert!(output.code == 0 && output.stderr.contains(&note), "{}", output.stderr);
    assert_eq!(machine.sandbox.state().invitations.len(), 2);
}

/// What happens to the file while a run uses it: it must not go on as if nothing had happened.
#[cfg(unix)]
#[test]
fn run_stops_when_the_journal_is_taken_away() {
    type Change = fn(&Path);
    let changes: [Change; 4] = [
        |path| std::fs::remove_file(path).unwrap(),
        |path| std::fs::rename(path, path.with_extension("old")).unwrap(),
        |path| {
            let copy = path.with_extension("copy");
            std::fs::copy(path, &copy).unwrap();
            std::fs::rename(copy, path).unwrap();
        },
        |path| std::fs::write(path, "").unwrap(),
    ];
    for change in changes {
        // The request during which it happens, counted from 1.
        for moment in 1..=3 {
            let (machine, dir) = (Machine::new(), TempDir::new().unwrap());
            let journal = dir.path().join("j.jsonl");
            let (path, count) = (journal.clone(), std::sync::atomic::AtomicUsize::new(0));
            machine.sandbox.state().on_request = Some(Box::new(move || {
                if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1 == moment {
                    change(&path);
                }
            }));
            let emails = ["a@b.co", "c@d.co", "e@f.co", "g@h.co"];
            let args = [&[W00T][..], &emails, &["--journal", journal.to_str().unwrap()]].concat();
            let output = machine.invite(&args);
            let counts = format!("{moment} invited, {} not attempted", 4 - moment);
            assert!(output.code == 1 && output.stderr.contains(&counts), "{moment}: {}", output.stderr);
            assert!(output.stderr.contains("was replaced, truncated, or removed during the run"), "{}", output.stderr);
            assert!(output.stderr.contains("hint: to record it, run: strigo journal resolve "), "{}", output.stderr);
            assert!(!output.stderr.contains("to resume"), "{}", output.stderr);
            assert_eq!(machine.sandbox.state().invitations.len(), moment);
        }
    }
}

#[test]
fn resend_sends_one_more_to_those_who_are_named() {
    let machine = Machine::new();
    machine.sandbox.state().limit.requests = u64::MAX;
    assert_eq!(machine.invite(&["nur", "a@b.co", "c@d.co", "e@f.co"]).code, 0);
    machine.join("c@d.co");
    machine.join("e@f.co");
    // The first look sees who has joined; one of them leaves.
    assert_eq!(machine.states(&[]), "a@b.co\tpending\nc@d.co\tjoined\ne@f.co\tjoined\n");
    machine.sandbox.state().leave("e@f.co");
    assert_eq!(machine.states(&["--state", "left"]), "e@f.co\tleft\n");
    let roster = machine.write("roster.txt", "a@b.co\nc@d.co\ne@f.co\n");
    let output = machine.invite(&["nur", "--from", &roster, "--resend"]);
    let message = "error: --resend cannot be used with a roster: a repeated run would send a third invitation\n";
    assert!(output.code == 2 && output.stderr.starts_with(message), "{}", output.stderr);
    // Someone who has left is reminded only by name; a member never.
    let output = machine.invite(&["nur", "--from", &roster, "--resend", "--older-than", "0d"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    assert_eq!(["a@b.co", "c@d.co", "e@f.co"].map(|email| machine.times_invited(email)), [2, 1, 1]);
    let output = machine.invite(&["nur", "a@b.co", "c@d.co", "e@f.co", "new@b.co", "--resend"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 3), "{}", output.stderr);
    assert!(output.stderr.contains("note: skipping existing members: c@d.co\n"), "{}", output.stderr);
    assert_eq!(["a@b.co", "c@d.co", "e@f.co", "new@b.co"].map(|email| machine.times_invited(email)), [3, 1, 2, 1]);
}

/// Repeated as it was, it would send another one to those who got theirs.
#[test]
fn resend_that_was_interrupted_goes_on_with_those_who_are_left() {
    let machine = Machine::new();
    let emails = ["a@b.co", "c@d.co", "e@f.co"];
    assert_eq!(machine.invite(&[&["nur"][..], &emails].concat()).code, 0);
    let no_fault = || Fault::Latency(Duration::ZERO);
    machine.sandbox.state().faults = [no_fault(), no_fault(), no_fault(), Fault::Status(403)].into();
    let output = machine.invite(&[&["nur"][..], &emails, &["--resend"]].concat());
    let hint = "hint: to resume, run: strigo members invite nur e@f.co --resend --columns id\n";
    assert!(output.code == 4 && output.stderr.contains(hint), "{}", output.stderr);
}

/// In a file and in a store alike: no third letter without a decision.
#[test]
fn resend_without_an_outcome_is_unknown() {
    for name in ["j.jsonl", STORE] {
        let machine = Machine::new();
        let journal = &*machine.place(name);
        let invite = |args: &[&str]| machine.invite(&[&[NUR, "a@b.co", "--journal", journal], args].concat());
        assert_eq!(invite(&[]).code, 0);
        let no_fault = Fault::Latency(Duration::ZERO);
        machine.sandbox.state().faults = [no_fault, Fault::CloseAfter].into();
        assert_eq!(invite(&["--resend"]).code, 8);
        // As if the run had been killed before the outcome.
        if journal == STORE {
            let store = &mut machine.sandbox.state().store;
            store.objects.retain(|key, _| !key.ends_with("2.unknown"));
            store.objects.values_mut().for_each(|object| object.created_at -= Duration::from_secs(16 * 60));
        }
        for args in [&[][..], &["--resend"], &["--resend", "--older-than", "0d"]] {
            let output = invite(args);
            assert_eq!(output.code, 8, "{journal} {args:?}: {}", output.stderr);
        }
        assert_eq!(machine.times_invited("a@b.co"), 2);
        let resolve = ["journal", "resolve", "a@b.co", "--not-invited", "--journal", journal];
        assert_eq!(machine.strigo(&resolve).code, 0);
        assert_eq!(invite(&[]).code, 0);
        let output = invite(&["--resend"]);
        assert_eq!((output.code, machine.times_invited("a@b.co")), (0, 3), "{}", output.stderr);
        assert_eq!(machine.states(&["--journal", journal]), "a@b.co\tpending\n");
    }
}

#[test]
fn spellings_of_an_address_are_one_person() {
    let machine = Machine::new();
    let roster =
        "jos\u{e9}@acme.example\nJose\u{301}@acme.example\ndana@b\u{fc}cher.example\ndana@XN--bcher-kva.example\n";
    let roster = machine.write("roster.txt", roster);
    let output = machine.invite(&[NUR, "--from", &roster]);
    assert!(output.code == 0 && output.stderr.contains("ignored 2 duplicates among 4 addresses"), "{}", output.stderr);
    for email in ["jose\u{301}@acme.example", "DANA@xn--bcher-kva.example"] {
        let output = machine.invite(&[NUR, email]);
        assert!(output.code == 0 && output.stderr.contains(" was invited to "), "{}", output.stderr);
    }
    assert_eq!(machine.sandbox.state().invitations.len(), 2);
    machine.join("dana@b\u{fc}cher.example");
    machine.sandbox.state().members.iter_mut().for_each(|(_, member)| {
        if member["email"] == "dana@b\u{fc}cher.example" {
            member["email"] = "dana@xn--bcher-kva.example".into();
        }
    });
    assert!(machine.states(&[]).contains("dana@b\u{fc}cher.example\tjoined\n"));
}

#[test]
fn status_shows_who_has_joined_left_or_is_not_in_the_roster() {
    for journal in [None, Some(STORE)] {
        let machine = Machine::new();
        machine.sandbox.state().limit.requests = u64::MAX;
        let option: Vec<&str> = journal.iter().flat_map(|place| ["--journal", place]).collect();
        assert_eq!(machine.invite(&[&["w00t", "a@b.co", "c@d.co"], &option[..]].concat()).code, 0);
        machine.join("a@b.co");
        let status = |args: &[&str]| machine.states(&[args, &option].concat());
        assert_eq!(status(&[]), "a@b.co\tjoined\nc@d.co\tpending\n");
        let columns = [&["members", "status", "--columns", "email,joined"], &option[..]].concat();
        let joined = machine.strigo(&columns).stdout;
        assert!(joined.starts_with("a@b.co\t20") && joined.ends_with("c@d.co\t\n"), "{joined}");
        machine.sandbox.state().leave("a@b.co");
        assert_eq!(status(&[]), "a@b.co\tleft\nc@d.co\tpending\n");
        // The weekly reminder does not invite them back.
        let roster = machine.write("roster.csv", "email,partner\na@b.co,w00t\nnew@b.co,w00t\n");
        let remind = ["--from", &roster, "--resend", "--older-than", "0d", "--dry-run"];
        assert!(!machine.invite(&[&remind, &option[..]].concat()).stdout.contains("a@b.co"));
        assert_eq!(
            status(&["--from", &roster, "--all-members"]),
            "a@b.co\tleft\nnew@b.co\tnot_invited\nc@d.co\tpending\nniro@strigo.io\tnot_in_roster\nnira@strigo.io\tnot_in_roster\n"
        );
    }
}

#[test]
fn status_shows_why_an_invitation_failed() {
    let machine = Machine::new();
    machine.sandbox.state().faults = [Fault::Status(422)].into();
    assert_eq!(machine.invite(&[W00T, "a@b.co"]).code, 6);
    let expected = "a@b.co\tfailed\tthe API returned 422 Unprocessable Entity (Fault: Injected fault)\n";
    let columns = ["--columns", "email,state,error"];
    assert_eq!(machine.strigo(&[&["members", "status"], &columns[..]].concat()).stdout, expected);
    assert_eq!(machine.strigo(&[&["journal", "show"], &columns[..]].concat()).stdout, expected);
}

/// One look a minute, until no one who is shown is pending, or the time is over.
#[test]
fn status_waits_until_all_have_joined() {
    let clock = FakeClock::new(Duration::ZERO);
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    let journal = dir.path().join("j.jsonl");
    let journal = journal.to_str().unwrap();
    let strigo = |args: &[&str]| run_in_process(&sandbox, &clock, &[args, &["--journal", journal]].concat(), "");
    assert_eq!(strigo(&["members", "invite", W00T, "a@b.co"]).0, success());
    let wait = ["members", "status", "--wait", "--columns", "email,state"];
    let before = clock.elapsed();
    let (code, stdout, stderr) = strigo(&[&wait[..], &["--wait-timeout", "150s"]].concat());
    assert_eq!((code, stdout.as_str()), (exit_code(7), "a@b.co\tpending\n"), "{stderr}");
    assert_eq!(clock.elapsed() - before, Duration::from_secs(150));
    let id = sandbox.state().invitations[0].1["id"].as_str().unwrap().to_owned();
    sandbox.state().join(&id);
    let (code, stdout, stderr) = strigo(&wait);
    assert_eq!((code, stdout.as_str()), (success(), "a@b.co\tjoined\n"), "{stderr}");
    for partner in [W00T, NUR] {
        assert_eq!(strigo(&["members", "invite", partner, "c@d.co"]).0, success());
    }
    sandbox.state().partners.retain(|partner| partner["id"] != NUR);
    let (code, _, stderr) = strigo(&[&wait[..], &["--wait-timeout", "150s"]].concat());
    assert_eq!((code, stderr.matches("no longer exist").count()), (exit_code(7), 1), "{stderr}");
}

/// Without any option: two runs at once, each killed at any moment, with rosters in another order and case.
#[test]
fn no_one_is_invited_twice_or_forgotten_whatever_is_killed() {
    let machine = Machine::new();
    machine.sandbox.state().limit.requests = u64::MAX;
    machine.sandbox.state().default_fault = Some(Fault::Latency(Duration::from_micros(600)));
    let mut unknown_before = Vec::new();
    for round in 0..200_u32 {
        let emails: Vec<String> = (0..6).map(|index| format!("t{index}-{round}@acme.example")).collect();
        let rosters = [0, 3].map(|shift| {
            let mut emails = emails.clone();
            emails.rotate_left(shift);
            let text = if shift == 0 { emails.join("\n") } else { emails.join("\n").to_uppercase() };
            machine.write(&format!("roster{shift}.txt"), &text)
        });
        let mut runs = rosters.each_ref().map(|roster| machine.spawn(&["members", "invite", W00T, "--from", roster]));
        std::thread::sleep(Duration::from_millis(u64::from(round % 20)));
        for run in &mut runs {
            run.kill().unwrap();
            run.wait().unwrap();
        }
        let output = machine.invite(&[W00T, "--from", &rosters[0]]);
        crate::support::wait_until(|| machine.sandbox.state().open_connections == 0);
        let warning = output.stderr.lines().find(|line| line.contains("may already have been invited: "));
        let is_unknown = |email: &&String| {
            warning.is_some_and(|warning| warning.split([' ', ',']).any(|word| word == email.as_str()))
        };
        let unknown: Vec<&String> = emails.iter().filter(is_unknown).collect();
        assert_eq!(output.code, if unknown.is_empty() { 0 } else { 8 }, "{}", output.stderr);
        for email in &emails {
            let upper = email.to_uppercase();
            let times = machine.times_invited(email) + machine.times_invited(&upper);
            assert!(times == 1 || (times == 0 && unknown.contains(&email)), "{email}: {times} times {}", output.stderr);
        }
        unknown_before.extend(unknown.into_iter().cloned());
    }
    assert!(unknown_before.len() < 200, "{unknown_before:?}");
}

/// A line for each person, with the date of the invitation.
#[cfg(unix)]
#[test]
fn status_of_30_people_fits_a_terminal() {
    let machine = Machine::new();
    machine.sandbox.state().limit.requests = u64::MAX;
    let emails: Vec<String> = (0..30).map(|index| format!("trainer{index}@acme-training.example")).collect();
    let roster = machine.write("roster.txt", &emails.join("\n"));
    assert_eq!(machine.invite(&["nur", "--from", &roster]).code, 0);
    machine.join(&emails[0]);
    let journal = machine.journal();
    let variables = [("STRIGO_JOURNAL", journal.to_str().unwrap())];
    for command in [["members", "status"], ["journal", "show"]] {
        let (screen, code) = run_in_terminal(&machine.sandbox, 80, &command, &variables);
        let screen = screen.rsplit("\r\u{1b}[K").next().unwrap();
        assert_eq!((code, screen.lines().count() <= 32), (0, true), "{screen}");
        let pending = screen.lines().find(|line| line.starts_with(&emails[1])).unwrap();
        let words: Vec<&str> = pending.split_whitespace().collect();
        assert_eq!(words[1..3], ["nur", "\u{1b}[33mpending\u{1b}[0m"], "{screen}");
        assert_eq!(words[3].len(), "2026-01-31".len(), "{screen}");
        assert!(screen.contains("\u{1b}[32mjoined\u{1b}[0m"), "{screen}");
    }
}

/// In a store, the names of the records do not have the date that a person has stated.
#[test]
fn reminder_depends_on_when_people_were_invited() {
    for name in ["j.jsonl", STORE] {
        let machine = Machine::new();
        let journal = &*machine.place(name);
        let resolve = |email: &str, at: &str| {
            let args = ["journal", "resolve", "--invited", email, "--partner", NUR, "--at", at, "--journal", journal];
            machine.strigo(&args)
        };
        assert_eq!(resolve("a@b.co", "2020-01-31").code, 0);
        let output = resolve("c@d.co", "2999-01-31");
        assert!(output.code == 2 && output.stderr.contains("it is in the future"), "{}", output.stderr);
        let roster = machine.write("roster.txt", "a@b.co\n");
        let remind = [NUR, "--from", &roster, "--resend", "--older-than", "7d", "--journal", journal];
        assert_eq!(machine.invite(&[&remind[..], &["--dry-run"]].concat()).stdout.lines().count(), 1, "{journal}");
        for expected in [1, 0] {
            let output = machine.invite(&remind);
            assert_eq!((output.code, output.stdout.lines().count()), (0, expected), "{}", output.stderr);
        }
    }
}

#[test]
fn journal_of_a_profile_that_is_not_used_is_a_warning() {
    let machine = Machine::new();
    let (_dir, config) = config_file("journal = 'here.jsonl'\n");
    let mut command = machine.command(&["members", "invite", W00T, "a@b.co", "--columns=id"]);
    command.env("STRIGO_CONFIG", &config);
    let output = run(command);
    let warning = format!(
        "warning: the journal of {} is not used, because the credentials come from the environment; to use it, set STRIGO_JOURNAL\n",
        config.display()
    );
    assert_eq!((output.code, output.stderr), (0, warning));
}

/// Without the journal, the same command would invite everyone again.
#[test]
fn hints_after_a_run_can_be_pasted() {
    let machine = Machine::new();
    machine.sandbox.state().faults = [Fault::CloseAfter].into();
    let output = machine.invite(&[W00T, "a@b.co", "--journal", "none"]);
    let hint = "hint: do not run the same command again: it would send duplicate invitations\n";
    assert!(output.code == 8 && output.stderr.ends_with(hint), "{}", output.stderr);

    // The same person in two partners.
    let roster = machine.write("roster.csv", "email,partner\na@b.co,w00t\na@b.co,nur\n");
    machine.sandbox.state().faults = [Fault::Latency(Duration::ZERO), Fault::CloseAfter, Fault::CloseAfter].into();
    let output = machine.invite(&["--from", &roster]);
    assert_eq!(output.code, 8, "{}", output.stderr);
    let commands: Vec<&str> =
        output.stderr.lines().filter_map(|line| line.strip_prefix("hint: if they arrived, run: strigo ")).collect();
    assert_eq!(commands.len(), 2, "{}", output.stderr);
    for command in commands {
        let args: Vec<&str> = command.split(' ').collect();
        assert_eq!(machine.strigo(&args).code, 0, "{command}");
    }
    assert_eq!(machine.states(&[]), "a@b.co\tpending\na@b.co\tpending\n");
}

/// What a person knows may be outdated when the run that used the journal has ended.
#[test]
fn resolve_does_not_override_what_a_run_has_recorded_meanwhile() {
    let machine = Machine::new();
    machine.sandbox.state().faults = [Fault::CloseAfter].into();
    assert_eq!(machine.invite(&[W00T, "a@b.co"]).code, 8);
    machine.sandbox.state().requests.clear();
    machine.sandbox.state().faults = [Fault::Latency(Duration::from_secs(4)), Fault::CloseAfter].into();
    let mut retry = machine.spawn(&["members", "invite", W00T, "a@b.co", "--retry-unknown"]);
    crate::support::wait_until(|| !machine.sandbox.state().requests.is_empty());
    let output = machine.strigo(&["journal", "resolve", "a@b.co", "--not-invited"]);
    retry.wait().unwrap();
    let message = "error: another run has recorded more about a@b.co meanwhile\n";
    assert!(output.code == 7 && output.stderr.contains(message), "{}", output.stderr);
    assert_eq!(machine.invite(&[W00T, "a@b.co"]).code, 8);
    assert_eq!(machine.times_invited("a@b.co"), 2);
}

/// Such as one on a volume that is not mounted.
#[cfg(unix)]
#[test]
fn default_journal_that_leads_nowhere_is_never_passed_over() {
    let machine = Machine::new();
    assert_eq!(machine.invite(&[W00T, "a@b.co"]).code, 0);
    let journal = machine.journal();
    std::fs::remove_file(&journal).unwrap();
    std::os::unix::fs::symlink("/no/such/volume/journal.jsonl", &journal).unwrap();
    let output = machine.invite(&[W00T, "a@b.co"]);
    assert_eq!((output.code, machine.times_invited("a@b.co")), (2, 1), "{}", output.stderr);
}

/// A claim of a run that was killed is unknown, also while another run goes on.
#[test]
fn only_the_invitation_in_flight_is_in_progress() {
    let machine = Machine::new();
    machine.sandbox.state().faults = [Fault::CloseAfter].into();
    assert_eq!(machine.invite(&[W00T, "killed@b.co"]).code, 8);
    let text = std::fs::read_to_string(machine.journal()).unwrap();
    let (text, _) = text.trim_end().rsplit_once('\n').unwrap();
    std::fs::write(machine.journal(), format!("{text}\n")).unwrap();
    machine.sandbox.state().requests.clear();
    machine.sandbox.state().faults = [Fault::Hang].into();
    let mut run = machine.spawn(&["members", "invite", W00T, "now@b.co"]);
    crate::support::wait_until(|| !machine.sandbox.state().requests.is_empty());
    let states = machine.states(&[]);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(states, "killed@b.co\tunknown\nnow@b.co\tin_progress\n");
    assert_eq!(machine.states(&[]), "killed@b.co\tunknown\nnow@b.co\tunknown\n");
}

#[cfg(unix)]
#[test]
fn outcome_that_is_not_recorded_is_told() {
    for (fault, code, message) in [
        (Fault::Status(422), 1, "a@b.co was not invited (the API returned 422 Unprocessable Entity"),
        (Fault::CloseAfter, 8, "a@b.co may have been invited (the server closed the connection"),
        (Fault::Latency(Duration::ZERO), 1, "a@b.co was invited, but this was not recorded"),
    ] {
        let (machine, dir) = (Machine::new(), TempDir::new().unwrap());
        let journal = dir.path().join("j.jsonl");
        let path = journal.clone();
        machine.sandbox.state().on_request = Some(Box::new(move || std::fs::remove_file(&path).unwrap_or_default()));
        machine.sandbox.state().faults = [fault].into();
        let output = machine.invite(&[W00T, "a@b.co", "--journal", journal.to_str().unwrap()]);
        assert!(output.code == code && output.stderr.contains(message), "{} {}", output.code, output.stderr);
        assert!(output.stderr.contains("run: strigo journal resolve a@b.co --partner "), "{}", output.stderr);
    }
}

/// A pilot, or a daily portion.
#[test]
fn limit_leaves_the_others_for_the_next_run() {
    let machine = Machine::new();
    let emails = ["a@b.co", "c@d.co", "e@f.co"];
    let invite = |more: &[&str]| machine.invite(&[&["nur"][..], &emails, more].concat());
    let output = invite(&["--limit", "2"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 2), "{}", output.stderr);
    assert!(
        output.stderr.contains("note: inviting 2 people to 'nur'\nnote: 1 more are left for the next run\n"),
        "{}",
        output.stderr
    );
    let output = invite(&["--limit", "2"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 1), "{}", output.stderr);
    let output = invite(&["--limit", "0"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    assert_eq!(machine.sandbox.state().invitations.len(), 3);
    let output = invite(&["--limit", "2", "--journal", "none"]);
    assert!(output.code == 2 && output.stderr.contains("--limit needs a journal"), "{}", output.stderr);
}

#[test]
fn several_partners_are_named_by_an_option() {
    let machine = Machine::new();
    let output = machine
        .invite(&["gil@acme.example", "--partner", "w00t", "dana@acme.example", "--partner=nur", "--partner=nur"]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 4), "{}", output.stderr);
    assert!(output.stderr.contains("note: inviting 4 people to 2 partners"), "{}", output.stderr);
    assert!(!output.stderr.contains("duplicate"), "{}", output.stderr);
    let sent: Vec<String> = machine.sandbox.state().invitations.iter().map(|(partner, _)| partner.clone()).collect();
    assert_eq!(sent, [W00T, W00T, "ntvXb3L2qdPbayRKZ", "ntvXb3L2qdPbayRKZ"]);
    for (args, message) in [
        (
            &["a@b.co"][..],
            "error: missing partner: 'a@b.co' is an email address\nhint: name the partner first, or use --partner PARTNER\n",
        ),
        (
            &["w00t", "nur", "gil@acme.example"],
            "hint: if 'nur' belongs to the name of the partner, quote the name\nhint: if it is another partner, use --partner for each of them\n",
        ),
    ] {
        let output = machine.invite(args);
        assert!(output.code == 2 && output.stderr.contains(message), "{}", output.stderr);
    }
}

/// Nothing can withdraw an invitation.
#[test]
fn person_of_another_company_is_warned_about() {
    let machine = Machine::new();
    let acme = ["a1@acme.example", "a2@acme.example"];
    assert_eq!(machine.invite(&[&["w00t"][..], &acme].concat()).code, 0);
    let output = machine.invite(&["nur", "a3@acme.example", "--dry-run"]);
    let warning = "warning: a3@acme.example goes to 'nur', but 2 people of acme.example go to ";
    assert!(output.code == 0 && output.stderr.contains(warning), "{}", output.stderr);
    let output = machine.invite(&["w00t", "a4@acme.example", "--dry-run"]);
    assert!(!output.stderr.contains("warning"), "{}", output.stderr);
}

/// The ticket 'she got nothing'.
#[test]
fn show_tells_the_whole_story_of_a_person() {
    let machine = Machine::new();
    let nur = "ntvXb3L2qdPbayRKZ";
    let show = |more: &[&str]| machine.strigo(&[&["members", "show", "Dana@acme.example"], more].concat());
    let output = show(&[]);
    assert!(
        output.code == 5 && output.stderr.contains("is a member of no partner, and the journal has no"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("run: strigo members invite PARTNER Dana@acme.example\n"), "{}", output.stderr);
    machine.sandbox.state().faults = [Fault::Latency(Duration::ZERO), Fault::Status(422)].into();
    assert_eq!(machine.invite(&["nur", "dana@acme.example"]).code, 6);
    assert_eq!(machine.invite(&["w00t", "dana@acme.example"]).code, 0);
    let columns = ["--columns", "partner_name,state,attempts,error,next"];
    let story = show(&columns);
    let invite = format!("strigo members invite {nur} Dana@acme.example");
    let resend = format!("strigo members invite {W00T} Dana@acme.example --resend");
    let error = "the API returned 422 Unprocessable Entity (Fault: Injected fault)";
    story.assert(0, &format!("nur\tfailed\t1\t{error}\t{invite}\nw00t\tpending\t1\t\t{resend}\n"), "");
    // It is about this journal and this organization, too.
    let endpoint = machine.sandbox.endpoint();
    let next = show(&["--columns", "next", "--endpoint", &endpoint]).stdout;
    assert_eq!(next, format!("{invite} --endpoint {endpoint}\n{resend} --endpoint {endpoint}\n"));
    machine.join("dana@acme.example");
    show(&["--columns", "partner_name,state,next"]).assert(0, &format!("nur\tfailed\t{invite}\nw00t\tjoined\t\n"), "");
    let json: Vec<serde_json::Value> = serde_json::from_str(&show(&["--json"]).stdout).unwrap();
    assert!(json[1]["by"].as_str().unwrap().starts_with("dana"), "{json:?}");
    assert!(json[1]["invited_at"].is_string() && json[0]["invited_at"].is_null(), "{json:?}");
}

/// A proxy that repeats a response shifts all that follow: whose link it is cannot be known, and the rest is not sent.
#[test]
fn response_about_someone_else_is_no_outcome() {
    let machine = Machine::new();
    let shifted =
        json!({"result": "success", "data": {"id": "i", "email": "a@acme.example", "link": "https://x/SECRET"}});
    let ok = || Fault::Latency(Duration::ZERO);
    machine.sandbox.state().faults = [ok(), ok(), Fault::Body(shifted.to_string().into_bytes())].into();
    let people = ["nur", "a@acme.example", "b@acme.example", "c@acme.example"];
    let output = machine.invite(&people);
    assert_eq!((output.code, output.stdout.lines().count()), (8, 1), "{}", output.stderr);
    let message = "the response is about a@acme.example, so that this invitation may or may not exist";
    assert!(output.stderr.contains(message) && !output.stderr.contains("SECRET"), "{}", output.stderr);
    assert!(output.stderr.contains("1 invited, 1 unknown, 1 not attempted"), "{}", output.stderr);
    assert_eq!(machine.states(&[]), "a@acme.example\tpending\nb@acme.example\tunknown\n");
    // Another spelling of the same address, and none, are the person's own.
    for (email, written) in [("d@acme.example", json!("D@Acme.Example")), ("e@acme.example", json!(null))] {
        let own = json!({"result": "success", "data": {"id": "i", "email": written, "link": "https://x/"}});
        machine.sandbox.state().faults = [ok(), Fault::Body(own.to_string().into_bytes())].into();
        assert_eq!(machine.invite(&["nur", email]).code, 0);
    }
}
