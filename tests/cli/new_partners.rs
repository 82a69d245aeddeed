//! `members invite --create-partners`: partners that arrive with their trainers, in one roster.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::server::{Fault, Sandbox};
use crate::support::{
    CommandOutput, auth_env, command_with_default_signals, hermetic_env, request_lines, run, sandbox, shell_code,
    strigo_with_endpoint, wait_until,
};

/// A sandbox, a roster, and a journal.
struct Office {
    sandbox: Sandbox,
    dir: TempDir,
}

impl Office {
    fn new(roster: &str) -> Self {
        let office = Office { sandbox: sandbox(), dir: TempDir::new().unwrap() };
        std::fs::write(office.path("roster.csv"), format!("email,partner\n{roster}")).unwrap();
        office
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn args(&self) -> Vec<String> {
        let (roster, journal) = (self.path("roster.csv"), self.path("j.jsonl"));
        ["members", "invite", "--from", &roster, "--journal", &journal, "--columns=email"].map(str::to_owned).into()
    }

    fn invite(&self, more: &[&str]) -> CommandOutput {
        let args = self.args();
        let args = [args.iter().map(String::as_str).collect(), more.to_vec()].concat();
        run(strigo_with_endpoint(&self.sandbox.endpoint(), &args))
    }

    fn journal(&self, args: &[&str]) -> CommandOutput {
        let journal = self.path("j.jsonl");
        let args = [&["journal"], args, &["--journal", &journal]].concat();
        run(strigo_with_endpoint(&self.sandbox.endpoint(), &args))
    }

    fn spawn(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strigo"));
        command.args(self.args()).arg("--create-partners").env_clear().envs(hermetic_env());
        command.envs(auth_env(&self.sandbox.endpoint())).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Returns the number of partners with this name.
    fn count(&self, name: &str) -> usize {
        self.sandbox.state().partners.iter().filter(|partner| partner["name"] == name).count()
    }
}

const ROSTER: &str = "a@blue.co,\"Blue, Inc\"\nb@blue.co,\"blue, inc\"\nc@nur.co,NUR\nd@green.co,Green\n";

#[test]
fn partners_of_a_roster_are_created_first_each_once() {
    let office = Office::new(ROSTER);
    let output = office.invite(&[]);
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    for part in [
        "line 2: partner 'Blue, Inc': no partner with that name",
        "line 5: partner 'Green': no partner with that name",
        "hint: to create the partners that do not exist, add --create-partners\n",
    ] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
    let output = office.invite(&["--create-partners"]);
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (0, "a@blue.co\nb@blue.co\nc@nur.co\nd@green.co\n"),
        "{}",
        output.stderr
    );
    for part in [
        "note: partner 'NUR' of the roster is 'nur' (ntvXb3L2qdPbayRKZ)\n",
        "note: creating 2 partners, inviting 4 people to 3 partners\n",
        "note: created partner 'Blue, Inc' (sandboxMade000001)\nnote: created partner 'Green' (sandboxMade000002)\n",
    ] {
        assert!(output.stderr.contains(part), "{part}: {}", output.stderr);
    }
    let show = office.journal(&["show", "--columns", "email,partner_name,state"]);
    let rows = "a@blue.co\tBlue, Inc\tpending\nb@blue.co\tBlue, Inc\tpending\nc@nur.co\tnur\tpending\nd@green.co\tGreen\tpending\n";
    show.assert(0, rows, "");
    let output = office.invite(&["--create-partners"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, ""), "{}", output.stderr);
    assert!(output.stderr.ends_with("note: 0 invited, 4 skipped\n"), "{}", output.stderr);
    assert_eq!((office.count("Blue, Inc"), office.count("Green"), office.sandbox.state().invitations.len()), (1, 1, 4));
}

/// 'Acme Inc.' must not become a new partner unseen.
#[test]
fn name_that_is_like_another_needs_a_yes() {
    let office = Office::new("a@b.co,Nurr\n");
    let output = office.invite(&["--create-partners"]);
    let error = "error: partner 'Nurr' does not exist; did you mean 'nur'?\n\
                 hint: correct the roster, or add --yes to create all partners that do not exist\n";
    assert!(output.code == 2 && output.stderr.starts_with(error), "{}", output.stderr);
    assert_eq!(request_lines(&office.sandbox), ["GET /partners"]);
    let output = office.invite(&["--create-partners", "--yes"]);
    assert!(output.code == 0 && output.stderr.contains("did you mean 'nur'?"), "{}", output.stderr);
    assert_eq!(office.count("Nurr"), 1);
}

/// All at once, also of two that are new, and what spreadsheets have in place of a name.
#[test]
fn all_names_that_may_be_mistakes_are_listed() {
    let office = Office::new("a@b.co,w00tt\nc@d.co,Cedar Labs\ne@f.co,Ceder Labs\ng@h.co,TBD\ni@j.co,Green\n");
    let doubts = [
        "partner 'w00tt' does not exist; did you mean 'w00t'?",
        "partner 'Ceder Labs' does not exist; did you mean 'Cedar Labs'?",
        "partner 'TBD' does not exist; is that a name?",
    ];
    let output = office.invite(&["--create-partners"]);
    let error = format!("error: cannot use the roster: 3 names may be mistakes:\n  {}\n", doubts.join("\n  "));
    assert!(output.code == 2 && output.stderr.starts_with(&error), "{}", output.stderr);
    assert_eq!(request_lines(&office.sandbox), ["GET /partners"]);
    let output = office.invite(&["--create-partners", "--dry-run", "--output=table"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    // Below the table, where a person sees them.
    let counts = "note: would create 5 partners, invite 5 people to 5 partners\n";
    let warnings: String = doubts.iter().map(|doubt| format!("warning: {doubt}\n")).collect();
    let note = "note: without --yes, a run asks about these names, and fails where it cannot ask\n";
    assert!(output.stderr.ends_with(&format!("{counts}{warnings}{note}")), "{}", output.stderr);
}

#[test]
fn signal_while_a_partner_is_created_ends_the_run_after_it() {
    let office = Office::new(ROSTER);
    let ok = || Fault::Latency(Duration::ZERO);
    office.sandbox.state().faults = [ok(), ok(), Fault::Latency(Duration::from_secs(1))].into();
    let mut command = command_with_default_signals(env!("CARGO_BIN_EXE_strigo"));
    command.args(office.args()).arg("--create-partners").env_clear().envs(hermetic_env());
    command.envs(auth_env(&office.sandbox.endpoint())).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    wait_until(|| office.sandbox.state().requests.iter().any(|request| request.method == "POST"));
    assert!(Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((shell_code(output.status), &*output.stdout), (143, &b""[..]), "{stderr}");
    assert!(stderr.contains("0 invited, 4 not attempted"), "{stderr}");
    assert_eq!((office.count("Blue, Inc"), office.count("Green")), (1, 0));
    // Of creations, the journal shows those without an outcome.
    office.journal(&["show", "--columns", "email,state"]).assert(0, "", "");
    assert_eq!(office.invite(&["--create-partners"]).code, 0);
    assert_eq!((office.count("Blue, Inc"), office.count("Green")), (1, 1));
}

/// A creation whose response was lost, and whose partner turns up later, is settled by the run that finds it.
#[test]
fn partner_that_turns_up_settles_its_creation() {
    for command in [&["members", "invite"][..], &["partners", "create"]] {
        let office = Office::new("a@blue.co,\"Blue, Inc\"\n");
        let ok = || Fault::Latency(Duration::ZERO);
        office.sandbox.state().faults = [ok(), ok(), Fault::ResetBefore].into();
        assert_eq!(office.invite(&["--create-partners"]).code, 8);
        office.sandbox.state().partners.push(json!({"id": "late", "name": "Blue, Inc"}));
        match command[0] {
            "members" => assert_eq!(office.invite(&["--create-partners"]).stdout, "a@blue.co\n"),
            _ => {
                let mut create = strigo_with_endpoint(
                    &office.sandbox.endpoint(),
                    &["partners", "create", "Blue, Inc", "--if-not-exists", "--columns=id"],
                );
                create.env("STRIGO_JOURNAL", office.path("j.jsonl"));
                assert_eq!(run(create).stdout, "late\n");
            }
        }
        let show = office.journal(&["show", "--columns", "email,state"]);
        assert!(show.code == 0 && !show.stdout.contains("Blue, Inc"), "{}{}", show.stdout, show.stderr);
        assert_eq!(office.count("Blue, Inc"), 1);
    }
}

#[test]
fn only_partners_of_those_who_are_sent_are_created() {
    let office = Office::new(ROSTER);
    let output = office.invite(&["--create-partners", "--limit", "2"]);
    assert_eq!((output.code, office.count("Blue, Inc"), office.count("Green")), (0, 1, 0), "{}", output.stderr);
    assert!(output.stderr.contains("creating 1 partner, inviting 2 people to 'Blue, Inc'"), "{}", output.stderr);
}

#[test]
fn dry_run_shows_a_plan_or_the_requests() {
    let office = Office::new(ROSTER);
    let endpoint = office.sandbox.endpoint();
    let output = office.invite(&["--create-partners", "--dry-run", "--limit", "3"]);
    let requests = format!(
        "POST {endpoint}/partners {{\"name\":\"Blue, Inc\"}}\n\
         POST (members of new partner 'Blue, Inc') {{\"email\":\"a@blue.co\"}}\n\
         POST (members of new partner 'Blue, Inc') {{\"email\":\"b@blue.co\"}}\n\
         POST {endpoint}/partners/ntvXb3L2qdPbayRKZ/members {{\"email\":\"c@nur.co\"}}\n"
    );
    assert_eq!((output.code, output.stdout), (0, requests), "{}", output.stderr);
    let args = office.args();
    let args: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.starts_with("--columns")).collect();
    let args = [&args[..], &["--create-partners", "--dry-run"]].concat();
    let output = run(strigo_with_endpoint(&endpoint, &[&args[..], &["--json"]].concat()));
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[2],
        json!({"method": "POST", "url": null, "partner": "Blue, Inc", "body": {"email": "a@blue.co"}})
    );
    let output = run(strigo_with_endpoint(&endpoint, &[&args[..], &["--output", "table"]].concat()));
    let table = "ACTION  EMAIL       PARTNER\n\
                 create              Blue, Inc\n\
                 create              Green\n\
                 invite  a@blue.co   Blue, Inc\n\
                 invite  b@blue.co   Blue, Inc\n\
                 invite  c@nur.co    nur\n\
                 invite  d@green.co  Green\n";
    assert_eq!((output.code, output.stdout.as_str()), (0, table), "{}", output.stderr);
    assert!(
        output.stderr.ends_with("note: would create 2 partners, invite 4 people to 3 partners\n"),
        "{}",
        output.stderr
    );
    assert_eq!(office.sandbox.state().partners.len(), 8);
}

/// A creation that may still land is not repeated until someone says what became of it.
#[test]
fn creation_without_an_outcome_is_resolved_by_a_person() {
    let office = Office::new("a@blue.co,\"Blue, Inc\"\n");
    let ok = || Fault::Latency(Duration::ZERO);
    // The list, the list under the lock, and the creation.
    office.sandbox.state().faults = [ok(), ok(), Fault::ResetBefore].into();
    let output = office.invite(&["--create-partners"]);
    assert_eq!((output.code, output.stdout.as_str()), (8, ""), "{}", output.stderr);
    let hint = "run: strigo journal resolve 'Blue, Inc' --not-invited\n";
    assert!(output.stderr.contains(hint), "{}", output.stderr);
    let output = office.invite(&["--create-partners"]);
    assert!(output.code == 8 && output.stderr.contains("an earlier run may have created it"), "{}", output.stderr);
    office.journal(&["show", "--columns", "email,state"]).assert(0, "Blue, Inc\tunknown\n", "");
    let resolved = "note: recorded as not created: partner 'Blue, Inc'\n";
    office.journal(&["resolve", "Blue, Inc", "--not-invited"]).assert(0, "", resolved);
    let output = office.invite(&["--create-partners"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "a@blue.co\n"), "{}", output.stderr);
    assert_eq!(office.count("Blue, Inc"), 1);
    // One whose response is lost, and that is in the list, is done.
    let office = Office::new("a@blue.co,\"Blue, Inc\"\n");
    office.sandbox.state().faults = [ok(), ok(), Fault::ResetAfter].into();
    let output = office.invite(&["--create-partners"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "a@blue.co\n"), "{}", output.stderr);
    assert_eq!(office.count("Blue, Inc"), 1);
}

/// `STRIGO_TEST_ROUNDS=50` kills more runs, of 40 people and 12 partners.
#[test]
fn roster_with_new_partners_is_at_most_once_if_killed() {
    let rounds = std::env::var("STRIGO_TEST_ROUNDS").ok().and_then(|text| text.parse().ok());
    let (kills, people, partners) = rounds.map_or((10, 9, 5), |rounds: u32| (rounds, 40, 12));
    let name = |index: usize| format!("Company {index}");
    let is_new = |index: usize| index < 3;
    let roster: String =
        (0..people).map(|index| format!("t{index}@c{}.co,{}\n", index % partners, name(index % partners))).collect();
    let office = || {
        let office = Office::new(&roster);
        let mut state = office.sandbox.state();
        let old = (0..partners).filter(|index| !is_new(*index));
        state.partners.extend(old.map(|index| json!({"id": format!("p{index}"), "name": name(index)})));
        state.limit.requests = u64::MAX;
        state.default_fault = Some(Fault::Latency(Duration::from_micros(600)));
        drop(state);
        office
    };
    let started = Instant::now();
    assert_eq!(office().spawn().wait().unwrap().code(), Some(0));
    let run_time = started.elapsed();
    let mut unfinished = 0;
    for kill in 0..kills {
        let office = office();
        let mut child = office.spawn();
        std::thread::sleep(run_time * kill / kills);
        child.kill().unwrap();
        child.wait().unwrap();
        unfinished += usize::from(office.sandbox.state().invitations.len() < people);
        let mut output = office.invite(&["--create-partners"]);
        wait_until(|| office.sandbox.state().open_connections == 0);
        if output.stderr.contains("an earlier run may have created it") {
            let name = (0..3).map(name).find(|name| output.stderr.contains(name)).unwrap();
            assert_eq!(office.journal(&["resolve", &name, "--not-invited"]).code, 0);
            output = office.invite(&["--create-partners"]);
        }
        assert!([0, 8].contains(&output.code), "{}", output.stderr);
        for index in 0..partners {
            assert_eq!(office.count(&name(index)), 1, "{}", name(index));
        }
        for email in (0..people).map(|index| format!("t{index}@c{}.co", index % partners)) {
            let times = office.sandbox.state().times_invited(&email);
            let is_unknown = output.code == 8 && output.stderr.contains(&email);
            assert!(times == 1 || times == 0 && is_unknown, "{email} was invited {times} times: {}", output.stderr);
        }
    }
    assert!(unfinished > kills as usize / 3, "{unfinished} of {kills}");
}
