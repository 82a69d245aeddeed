//! Nobody is invited twice and nobody is forgotten, whatever ends the tool, at whatever instant.
#![cfg(unix)]

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::server::{Fault, Sandbox};
use crate::support::{hermetic_env, run, sandbox, signed_in, strigo_at};

const PEOPLE: usize = 6;

fn people() -> Vec<String> {
    (0..PEOPLE).map(|at| format!("t{at}@acme.example")).collect()
}

fn args<'a>(journal: &'a str, roster: &'a str) -> Vec<&'a str> {
    vec!["members", "invite", "yCoaiix2pRjxMjCn7", "--from", roster, "--journal", journal, "-q"]
}

/// Starts the tool and kills it after that time, unless it has ended by then.
fn kill_after(sandbox: &Sandbox, args: &[&str], time: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_strigo"))
        .args(args)
        .env_clear()
        .envs(hermetic_env())
        .envs(signed_in(&sandbox.endpoint()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(time);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs to the end, checks that everybody is invited at most once or reported unknown, sends the unknown ones again and
/// checks that then everybody is invited. Returns how many were unknown.
fn settle(sandbox: &Sandbox, args: &[&str]) -> usize {
    let ran = run(strigo_at(&sandbox.endpoint(), args));
    let unknown: HashSet<String> =
        people().into_iter().filter(|email| ran.stderr.contains(&format!(" {email}"))).collect();
    assert_eq!(ran.code, if unknown.is_empty() { 0 } else { 8 }, "{}", ran.stderr);
    for email in people() {
        let times = sandbox.state().times_invited(&email);
        assert!(times <= 1, "{email} was invited {times} times");
        assert!(times == 1 || unknown.contains(&email), "{email} was forgotten");
    }
    let before: Vec<usize> = people().iter().map(|email| sandbox.state().times_invited(email)).collect();
    let ran = run(strigo_at(&sandbox.endpoint(), &[args, &["--retry-unknown"]].concat()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (email, before) in people().iter().zip(before) {
        let sent = sandbox.state().times_invited(email) - before;
        assert_eq!(sent, usize::from(unknown.contains(email)), "{email}: only the unknown are sent again");
    }
    unknown.len()
}

fn write_roster(dir: &Path) -> String {
    let roster = dir.join("roster.txt");
    std::fs::write(&roster, people().join("\n")).unwrap();
    roster.to_str().unwrap().to_owned()
}

#[test]
fn at_whatever_instant_it_is_killed() {
    const KILLS: u32 = 210;
    let dir = TempDir::new().unwrap();
    let roster = write_roster(dir.path());
    let sandbox = sandbox();
    sandbox.state().limit.requests = u64::MAX;
    // Long enough that a kill can fall between what the server does and its answer.
    sandbox.state().always = Some(Fault::Latency(Duration::from_micros(600)));

    let take_whole_run = |at: usize| {
        let path = dir.path().join(format!("whole{at}.jsonl"));
        let started = Instant::now();
        assert_eq!(run(strigo_at(&sandbox.endpoint(), &args(path.to_str().unwrap(), &roster))).code, 0);
        started.elapsed()
    };
    let mut whole = (0..3).map(take_whole_run).min().unwrap();

    let (mut unfinished, mut unknown) = (0, 0);
    for kill in 0..KILLS {
        sandbox.state().invitations.clear();
        let path = dir.path().join(format!("{kill}.jsonl"));
        let args = args(path.to_str().unwrap(), &roster);
        kill_after(&sandbox, &args, whole * kill / KILLS);
        let made = sandbox.state().invitations.len();
        unfinished += usize::from(made < PEOPLE);
        // The machine's speed drifts: kills that all come too late, or too early, show nothing.
        whole = match made {
            PEOPLE => whole.mul_f64(0.97),
            0 if kill > KILLS / 2 => whole.mul_f64(1.1),
            _ => whole,
        };
        if kill % 3 == 0 {
            kill_after(&sandbox, &args, whole / 2);
        }
        unknown += settle(&sandbox, &args);
    }
    // The kills must have hit the run, and some of them between an intent and its outcome, or this test shows nothing.
    assert!(unfinished > 70, "only {unfinished} kills came before the end");
    assert!(unknown > 10, "only {unknown} invitations were left in doubt");
}

#[test]
fn whatever_the_server_does() {
    let dir = TempDir::new().unwrap();
    let roster = write_roster(dir.path());
    for fault in [
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::CloseAfter,
        Fault::Hang,
        Fault::Status(500),
        Fault::Html(502),
        Fault::Truncated,
        Fault::ResetInBody,
    ] {
        let sandbox = sandbox();
        let good = || Fault::Latency(Duration::ZERO);
        sandbox.state().faults = [good(), fault.clone(), good(), fault.clone()].into();
        let path = dir.path().join(format!("{fault:?}.jsonl"));
        let args = args(path.to_str().unwrap(), &roster);
        let ran = run(strigo_at(&sandbox.endpoint(), &[&args[..], &["--timeout", "1"]].concat()));
        assert_eq!((ran.code, ran.stdout.lines().count()), (8, PEOPLE - 2), "{fault:?} {}", ran.stderr);
        assert!(ran.stderr.contains("4 invited, 0 skipped, 0 failed, 2 unknown, 0 not tried"), "{}", ran.stderr);
        assert_eq!(settle(&sandbox, &args), 2, "{fault:?}");
    }
}
