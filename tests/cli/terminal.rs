//! What a person sees on a terminal: the tool runs in a real one (a pseudo-terminal of the system's).

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::json;
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, RateLimit, Sandbox};
use crate::support::{hermetic_env, sandbox, signed_in};

/// The tool at work on a terminal of this width. stdout and stderr are one there.
pub(crate) struct OnTerminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

/// When to type, by what was shown since the last time, and what.
pub(crate) type Typed<'a> = (&'a dyn Fn(&str) -> bool, &'a str);

impl OnTerminal {
    fn start(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let pair = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
        Self::spawn(sandbox, columns, env!("CARGO_BIN_EXE_strigo"), args, &[&pair, variables].concat())
    }

    /// A program on a terminal, where the sandbox is the API and nobody is signed in.
    pub(crate) fn spawn(
        sandbox: &Sandbox,
        columns: u16,
        program: &str,
        args: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows: 50, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in hermetic_env() {
            command.env(name, value);
        }
        for (name, value) in
            [("TERM", "xterm-256color"), ("STRIGO_API_ENDPOINT", &sandbox.endpoint())].iter().chain(variables)
        {
            command.env(name, value);
        }
        command.args(args);
        OnTerminal { child: pair.slave.spawn_command(command).unwrap(), master: pair.master }
    }

    /// All that is shown until the end, and the exit code. `keys` are typed as soon as `when` likes what is shown.
    fn finish(self, keys: &str, when: impl Fn(&str) -> bool) -> (String, u32) {
        if keys.is_empty() { self.finish_typing(&[]) } else { self.finish_typing(&[(&when, keys)]) }
    }

    /// The same for keys that are typed one after the other, each as soon as what was shown since the last is liked.
    pub(crate) fn finish_typing(mut self, typing: &[Typed<'_>]) -> (String, u32) {
        let mut reader = self.master.try_clone_reader().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shown = Arc::clone(&seen);
        let reading = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            // Linux ends the stream of a terminal that nobody has open with an error.
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                shown.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        });
        let text = |from: usize| String::from_utf8_lossy(&seen.lock().unwrap()[from..]).replace("\r\n", "\n");
        // Dropped, it types an end of file, which a terminal shows as a line: only where something was typed.
        let mut writer = (!typing.is_empty()).then(|| self.master.take_writer().unwrap());
        let mut from = 0;
        for (when, keys) in typing {
            while !when(&text(from)) {
                assert!(!reading.is_finished(), "{keys:?} was not asked for: {}", text(0));
                std::thread::yield_now();
            }
            from = seen.lock().unwrap().len();
            writer.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
        }
        let status = self.child.wait().unwrap();
        drop((self.master, writer));
        reading.join().unwrap();
        (text(0), status.exit_code())
    }
}

fn on_terminal(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> (String, u32) {
    OnTerminal::start(sandbox, columns, args, variables).finish("", |_| true)
}

/// Columns that a line takes on a terminal, colours taken off.
fn width(line: &str) -> usize {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).add_row([line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "")]);
    table.column_mut(0).unwrap().set_padding((0, 0));
    usize::from(table.column_max_content_widths()[0])
}

fn long_names() -> Vec<String> {
    vec![
        "w00t".to_owned(),
        "A partner with a very long name ".repeat(7).trim().to_owned(),
        "unbroken".repeat(25),
        "שותף הדרכה ".repeat(18).trim().to_owned(),
        "研修パートナー".repeat(28),
        "👩‍🏫🚀".repeat(60),
        "\u{1b}[31m\u{1b}[2Jred\u{7}".to_owned(),
    ]
}

#[test]
fn a_table_fits_the_terminal_and_nothing_is_cut() {
    let sandbox = sandbox();
    let names = long_names();
    sandbox.state().partners = names.iter().map(|name| json!({"id": "yCoaiix2pRjxMjCn7", "name": name})).collect();
    for columns in [80, 40] {
        let (seen, code) = on_terminal(&sandbox, columns, &["partners", "list", "--color", "never"], &[]);
        assert_eq!(code, 0);
        assert!(seen.starts_with('┌'), "{seen}");
        for line in seen.lines() {
            assert_eq!(width(line), usize::from(columns), "{line}");
        }
        assert!(!seen.contains('\u{1b}') && !seen.contains('\u{7}'));
        let cells: String = seen.lines().filter_map(|line| line.split('│').nth(2)).collect();
        let joined: String = cells.split_whitespace().collect();
        for name in names.iter().filter(|name| !name.contains('\u{1b}')) {
            let name: String = name.split_whitespace().collect();
            assert!(joined.contains(&name), "{name} was cut in {columns} columns:\n{seen}");
        }
        assert!(joined.contains(r"\u{1b}[31m\u{1b}[2Jred\u{7}"), "{joined}");
    }
}

#[test]
fn a_header_is_bold_where_colours_are_welcome() {
    let sandbox = sandbox();
    let (seen, _) = on_terminal(&sandbox, 80, &["partners", "list"], &[]);
    assert!(seen.lines().nth(1).unwrap().starts_with("\u{1b}[1m│ ID"), "{seen}");
    assert_eq!(seen.matches('\u{1b}').count(), 2);
    for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")]] {
        let (seen, _) = on_terminal(&sandbox, 80, &["partners", "list"], &variables);
        assert!(!seen.contains('\u{1b}'), "{seen}");
    }
}

#[test]
fn json_is_indented_and_invitations_are_not() {
    let sandbox = sandbox();
    let (seen, _) = on_terminal(&sandbox, 80, &["partners", "get", "yCoaiix2pRjxMjCn7", "--json"], &[]);
    assert_eq!(seen, "{\n  \"id\": \"yCoaiix2pRjxMjCn7\",\n  \"name\": \"w00t\"\n}\n");
    let (seen, _) = on_terminal(&sandbox, 80, &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "--json"], &[]);
    assert_eq!(seen.lines().count(), 1, "{seen}");
}

#[test]
fn nothing_to_show_is_said() {
    let sandbox = sandbox();
    let (seen, code) = on_terminal(&sandbox, 80, &["members", "list", "nur", "--color", "never"], &[]);
    assert_eq!((seen.as_str(), code), ("note: Partner 'nur' has no members yet.\n", 0));
    let (seen, code) = on_terminal(&sandbox, 80, &["members", "list", "nur", "-q"], &[]);
    assert_eq!((seen.as_str(), code), ("", 0));
}

/// Twenty addresses, and the arguments that invite them with a journal.
fn twenty(dir: &TempDir) -> (Vec<String>, Vec<String>) {
    let emails: Vec<String> = (0..20).map(|at| format!("t{at}@acme.example")).collect();
    let roster = dir.path().join("the roster.txt");
    std::fs::write(&roster, emails.join("\n")).unwrap();
    let journal = dir.path().join("j.jsonl");
    let words =
        ["members", "invite", "w00t", "--from", roster.to_str().unwrap(), "--journal", journal.to_str().unwrap()];
    (emails, words.iter().map(|word| (*word).to_owned()).collect())
}

#[test]
fn ctrl_c_ends_after_the_invitation_under_way_and_says_how_to_go_on() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().always = Some(Fault::Latency(Duration::from_millis(60)));
    let (emails, words) = twenty(&dir);
    let args: Vec<&str> = words.iter().map(String::as_str).collect();
    let tool = OnTerminal::start(&sandbox, 200, &args, &[]);
    let (seen, code) = tool.finish("\u{3}", |_| sandbox.state().invitations.len() >= 3);
    assert_eq!(code, 130, "{seen}");
    let made = sandbox.state().invitations.len();
    assert!((3..=8).contains(&made), "{made}");
    // What was made is shown, the bar is gone, and the count is right.
    assert_eq!(seen.matches("/team/invite/").count(), made, "{seen}");
    let last = seen.rsplit("\u{1b}[K").next().unwrap();
    assert!(
        last.contains(&format!("{made} invited, 0 skipped, 0 failed, 0 unknown, {} not tried", 20 - made)),
        "{last}"
    );
    assert!(!last.contains("[#") && !last.contains("[."), "{last}");

    let command = last.lines().find_map(|line| line.strip_prefix("To go on: ")).unwrap();
    sandbox.state().always = None;
    let tool = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap();
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", command])
        .env_clear()
        .envs(hermetic_env())
        .env("PATH", format!("{}:{}", tool.display(), std::env::var("PATH").unwrap()))
        .envs(signed_in(&sandbox.endpoint()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for email in emails {
        assert_eq!(sandbox.state().times_invited(&email), 1, "{email}");
    }
}

#[test]
fn ctrl_c_ends_a_wait_at_once() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().limit = RateLimit { requests: 5, window: Duration::from_secs(3600) };
    let (_, words) = twenty(&dir);
    let args: Vec<&str> = [&words.iter().map(String::as_str).collect::<Vec<_>>()[..], &["--max-wait", "9999"]].concat();
    let tool = OnTerminal::start(&sandbox, 200, &args, &[]);
    let (seen, code) = tool.finish("\u{3}", |seen| seen.contains("waiting until "));
    assert_eq!(code, 130, "{seen}");
    assert!(seen.contains("4 invited, 0 skipped, 0 failed, 0 unknown, 16 not tried"), "{seen}");
    assert!(seen.contains("To go on: strigo members invite w00t --from '"), "{seen}");
}

#[test]
fn a_bar_shows_how_far_it_is_and_until_when_it_waits() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().limit = RateLimit { requests: 8, window: Duration::from_secs(1) };
    let (_, words) = twenty(&dir);
    let args: Vec<&str> = ["--color", "never"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let (seen, code) = on_terminal(&sandbox, 80, &args, &[]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("\r\u{1b}[K[##########..........] 10/20 "), "{seen:?}");
    assert!(seen.contains("/20 waiting until "), "{seen}");
    assert!(seen.contains("note: 20 invitations to send: at 8 requests a minute, this takes about "), "{seen}");
    // Each drawing fits into the line.
    for drawn in seen.split("\r\u{1b}[K").skip(1) {
        assert!(drawn.lines().next().unwrap_or_default().chars().count() < 80 || drawn.contains('│'), "{drawn}");
    }
    assert!(seen.ends_with("20 invited, 0 skipped, 0 failed, 0 unknown, 0 not tried.\n"), "{seen}");
    let (seen, _) = on_terminal(&sandbox, 80, &[&args[..], &["-q"]].concat(), &[("TERM", "dumb")]);
    assert!(!seen.contains('\u{1b}'), "{seen}");
}

/// Types at `strigo auth login`, and then looks at the terminal and at what the shell would be given. Returns what was
/// shown, and what the config file holds.
fn log_in(sandbox: &Sandbox, typing: &[(&str, &str)]) -> (String, Option<String>) {
    const SCRIPT: &str =
        "trap : INT; \"$TOOL\" auth login; echo \"code $?\"; stty -a; IFS= read -r -t 0.1 rest; echo \"rest:$rest:\"";
    let dir = TempDir::new().unwrap();
    let home = dir.path().to_str().unwrap();
    let variables = [("NO_COLOR", "1"), ("XDG_CONFIG_HOME", home), ("TOOL", env!("CARGO_BIN_EXE_strigo"))];
    let shell = OnTerminal::spawn(sandbox, 200, "bash", &["--norc", "-c", SCRIPT], &variables);
    let conditions: Vec<_> = typing.iter().map(|(awaited, _)| move |seen: &str| seen.contains(awaited)).collect();
    let typing: Vec<Typed<'_>> =
        conditions.iter().zip(typing).map(|(condition, (_, keys))| (condition as _, *keys)).collect();
    let (seen, _) = shell.finish_typing(&typing);
    assert!(seen.contains(" echo ") && !seen.contains("-echo "), "the echo is off: {seen}");
    assert!(seen.contains(" icanon ") && seen.contains("susp = ^Z"), "{seen}");
    assert!(seen.contains("rest::"), "something is left to the shell: {seen}");
    assert!(!seen.contains(&API_KEY[..12]), "{seen}");
    (seen, std::fs::read_to_string(dir.path().join("strigo/config.toml")).ok())
}

const ASKS_ID: &str = "Organization ID: ";
const ASKS_KEY: &str = "API key (it is not shown): ";

#[test]
fn login_asks_and_does_not_show_the_key() {
    let sandbox = sandbox();
    let (seen, config) = log_in(&sandbox, &[(ASKS_ID, &format!("{ORG_ID}\n")), (ASKS_KEY, &format!("{API_KEY}\n"))]);
    assert!(seen.contains("\ncode 0\n"), "{seen}");
    // As the README shows it, but for the file's place and the note on the sandbox's endpoint.
    let lines = seen.lines().take_while(|line| !line.starts_with("note: The endpoint"));
    let shown: String = lines.map(|line| format!("{}\n", line.trim_end())).collect();
    let (before, after) = shown.split_once("top level of ").unwrap();
    let place = "/home/dana/.config/strigo/config.toml";
    let shown = format!("{before}top level of {place}{}", &after[after.find(", which").unwrap()..]);
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```text\n$ strigo auth login\n{shown}```\n")), "{shown}");
    assert_eq!(config.unwrap(), format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n"));
}

#[test]
fn ctrl_c_at_a_prompt_leaves_the_terminal_as_it_was() {
    let sandbox = sandbox();
    let half_a_key = &API_KEY[..12];
    for (typing, asked) in [
        (&[(ASKS_ID, "\u{3}")][..], ASKS_ID),
        (&[(ASKS_ID, "org\n"), (ASKS_KEY, "\u{3}")], ASKS_KEY),
        // What was typed before it comes to nothing.
        (&[(ASKS_ID, "org\n"), (ASKS_KEY, half_a_key), ("", "\u{3}")], ASKS_KEY),
    ] {
        let (seen, config) = log_in(&sandbox, typing);
        assert!(
            seen.contains(asked) && seen.contains("\nerror: interrupted, so nothing was changed.\ncode 130"),
            "{seen}"
        );
        assert_eq!(config, None);
    }
    assert!(sandbox.state().log.is_empty());
}

/// Signals reach a process that asks for the key, and the terminal is as it was afterwards.
#[test]
fn signals_in_a_row_at_a_prompt_leave_the_terminal_as_it_was() {
    let sandbox = sandbox();
    let both = "\u{3}\u{3}\u{3}";
    let (seen, config) = log_in(&sandbox, &[(ASKS_ID, "org\n"), (ASKS_KEY, both)]);
    assert!(seen.contains("code 130"), "{seen}");
    assert_eq!(config, None);
}

#[test]
fn ctrl_c_ends_a_sweep_without_a_trace_of_its_bar() {
    let sandbox = sandbox();
    sandbox.state().always = Some(Fault::Latency(Duration::from_millis(100)));
    for at in 0..200 {
        sandbox.state().partners.push(json!({"id": format!("p{at}"), "name": format!("P {at}")}));
    }
    let tool = OnTerminal::start(&sandbox, 100, &["members", "list", "--all", "--color", "never"], &[]);
    let (seen, code) = tool.finish("\u{3}", |seen| seen.contains("/208 partners"));
    assert_eq!(code, 130, "{seen}");
    let last = seen.rsplit("\u{1b}[K").next().unwrap();
    assert_eq!(last, "error: interrupted before all partners were asked for their members.\n");
}

#[test]
fn arrows_pastes_and_slips_do_no_harm_at_a_prompt() {
    let sandbox = sandbox();
    let id = format!("{ORG_ID}\u{1b}[D\u{1b}[A\n");
    let pasted = format!("\u{1b}OA{API_KEY}\u{1a}\u{1c}\necho this is no command\n");
    let (seen, config) = log_in(&sandbox, &[(ASKS_ID, "\n"), (ASKS_ID, &id), (ASKS_KEY, "\n"), (ASKS_KEY, &pasted)]);
    assert!(seen.contains("code 0"), "{seen}");
    assert_eq!(config.unwrap(), format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n"));
}

#[test]
fn the_end_of_the_input_is_no_answer() {
    let sandbox = sandbox();
    for typing in [&[(ASKS_ID, "\u{4}")][..], &[(ASKS_ID, "org\n"), (ASKS_KEY, "\u{4}")]] {
        let (seen, config) = log_in(&sandbox, typing);
        assert!(seen.contains("\nerror: the input ended without an answer") && seen.contains("code 2"), "{seen}");
        assert_eq!(config, None);
    }
}

#[test]
fn a_body_does_nothing_to_a_terminal_and_ends_its_line() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Body("{\"a\":\n\"\u{9b}2J\u{202e}\"}".into())].into();
    let (seen, code) = on_terminal(&sandbox, 80, &["api", "GET", "/partners"], &[]);
    assert_eq!((seen.as_str(), code), ("{\"a\":\n\"\\u{9b}2J\\u{202e}\"}\n", 0));
}

#[test]
fn a_sweep_shows_how_far_it_is() {
    let sandbox = sandbox();
    let (seen, code) = on_terminal(&sandbox, 80, &["members", "list", "--all", "--color", "never"], &[]);
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("] 8/8 partners"), "{seen:?}");
    let last = seen.rsplit("\r\u{1b}[K").next().unwrap();
    // The IDs are whole, although the rest has to wrap for it.
    assert!(last.contains("│ BSwKLejmQtSsEyzE9 │") && last.contains("│ yCoaiix2pRjxMjCn7 │ w00t"), "{last}");
    assert!(last.lines().all(|line| width(line) == 80), "{last}");
}
