//! Interactive behavior: `strigo` runs in a pseudo-terminal.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::json;
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, RateLimit, Sandbox};
use crate::support::{auth_env, hermetic_env, long_window, sandbox};

/// How long a program may take to print what a step waits for.
const STEP_TIMEOUT: Duration = Duration::from_secs(30);

/// A program in a pseudo-terminal, which receives both stdout and stderr.
pub(crate) struct TerminalSession {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    /// Whether the output has the notes about slow requests, which any request may be on a busy machine.
    keeps_slow_notes: bool,
}

/// A predicate on the output since the previous step, and the keys to type as soon as it holds.
pub(crate) type TypingStep<'a> = (&'a dyn Fn(&str) -> bool, &'a str);

impl TerminalSession {
    /// Starts `strigo` with credentials.
    fn start(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let credentials = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
        Self::spawn(sandbox, columns, env!("CARGO_BIN_EXE_strigo"), args, &[&credentials, variables].concat())
    }

    /// Starts any program, with the sandbox's endpoint and without credentials.
    pub(crate) fn spawn(
        sandbox: &Sandbox,
        columns: u16,
        program: &str,
        args: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows: 50, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in hermetic_env() {
            command.env(name, value);
        }
        for (name, value) in
            [("TERM", "xterm-256color"), ("STRIGO_ENDPOINT", &sandbox.endpoint())].iter().chain(variables)
        {
            command.env(name, value);
        }
        command.args(args);
        TerminalSession {
            child: pty.slave.spawn_command(command).unwrap(),
            master: pty.master,
            keeps_slow_notes: false,
        }
    }

    /// Types `keys` as soon as `condition` holds for the output. Returns the whole output and the exit code.
    fn type_and_wait(self, keys: &str, condition: impl Fn(&str) -> bool) -> (String, u32) {
        if keys.is_empty() { self.type_steps_and_wait(&[]) } else { self.type_steps_and_wait(&[(&condition, keys)]) }
    }

    /// Types the keys of each step in turn. Returns the whole output and the exit code.
    pub(crate) fn type_steps_and_wait(mut self, steps: &[TypingStep<'_>]) -> (String, u32) {
        let mut reader = self.master.try_clone_reader().unwrap();
        let output = Arc::new(Mutex::new(Vec::new()));
        let reader_output = Arc::clone(&output);
        let reader_thread = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            // On Linux, reading fails with an error once the last process has closed the terminal.
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                reader_output.lock().unwrap().extend_from_slice(&chunk[..count]);
            }
        });
        let keeps_slow_notes = self.keeps_slow_notes;
        let text = |offset: usize| {
            let text = String::from_utf8_lossy(&output.lock().unwrap()[offset..]).replace("\r\n", "\n");
            let is_kept = |line: &&str| keeps_slow_notes || !line.contains("waiting for a response to ");
            text.split_inclusive('\n').filter(is_kept).collect::<String>()
        };
        // Dropping the writer types an end of file, which the terminal echoes as a line. So take it only if it is needed,
        // and drop it after all output has been read.
        let mut writer = (!steps.is_empty()).then(|| self.master.take_writer().unwrap());
        let mut offset = 0;
        for (condition, keys) in steps {
            let deadline = Instant::now() + STEP_TIMEOUT;
            while !condition(&text(offset)) {
                assert!(!reader_thread.is_finished(), "the program exited before {keys:?} was typed: {}", text(0));
                assert!(Instant::now() < deadline, "timed out before {keys:?} was typed: {}", text(0));
                std::thread::sleep(Duration::from_millis(1));
            }
            offset = output.lock().unwrap().len();
            writer.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
        }
        let deadline = Instant::now() + STEP_TIMEOUT;
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                None => {
                    let _ = self.child.kill();
                    panic!("the program did not exit: {}", text(0));
                }
            }
        };
        reader_thread.join().unwrap();
        drop((self.master, writer));
        (text(0), if status.signal() == Some("Interrupt") { 130 } else { status.exit_code() })
    }
}

/// Runs `strigo` in a terminal without typing. Returns the output and the exit code.
pub fn run_in_terminal(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> (String, u32) {
    TerminalSession::start(sandbox, columns, args, variables).type_and_wait("", |_| true)
}

/// Returns how many terminal columns a line occupies, without its bold style.
fn display_width(line: &str) -> usize {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).add_row([line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "")]);
    table.column_mut(0).unwrap().set_padding((0, 0));
    usize::from(table.column_max_content_widths()[0])
}

/// Returns names that are difficult to lay out in a table.
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
fn table_fits_terminal_without_truncation() {
    let sandbox = sandbox();
    let names = long_names();
    sandbox.state().partners = names.iter().map(|name| json!({"id": "yCoaiix2pRjxMjCn7", "name": name})).collect();
    for columns in [80, 47] {
        let (screen, code) = run_in_terminal(&sandbox, columns, &["partners", "list", "--color", "never"], &[]);
        assert_eq!(code, 0);
        assert!(screen.starts_with("ID                 NAME\n"), "{screen}");
        for line in screen.lines() {
            assert!(display_width(line) <= usize::from(columns), "{line}");
        }
        assert!(!screen.contains('\u{1b}') && !screen.contains('\u{7}'));
        let cells: String = screen.lines().map(|line| line.get(19..).unwrap_or_default()).collect();
        let joined: String = cells.split_whitespace().collect();
        for name in names.iter().filter(|name| !name.contains('\u{1b}')) {
            let name: String = name.split_whitespace().collect();
            assert!(joined.contains(&name), "{name} was cut in {columns} columns:\n{screen}");
        }
        assert!(joined.contains(r"\u{1b}[31m\u{1b}[2Jred\u{7}"), "{joined}");
    }
    // Too narrow for a table: each record is shown by itself.
    let (screen, _) = run_in_terminal(&sandbox, 38, &["partners", "list", "--color", "never"], &[]);
    let records: String = names
        .iter()
        .map(|name| format!("ID    yCoaiix2pRjxMjCn7\nNAME  {}\n", strigo_cli::text::escape::escape_unsafe(name)))
        .collect::<Vec<_>>()
        .join("\n");
    // Names wrap between words, below each other.
    assert_eq!(screen.replace("\n      ", " "), records);
}

#[test]
fn what_users_copy_is_never_broken() {
    /// Returns what a table of this command starts with.
    fn args_header(args: &[&str]) -> &'static str {
        match args {
            ["partners", ..] => "ID                 NAME",
            ["members", "list", "yCoaiix2pRjxMjCn7", ..] => "ID                 EMAIL",
            ["members", "invite" | "status", ..] => "EMAIL                             ",
            _ => "EMAIL           ROLE",
        }
    }

    for columns in [40, 60, 80, 100, 200] {
        let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
        let journal = dir.path().join("j.jsonl");
        let journal = journal.to_str().unwrap();
        let (email, link) =
            ("dana.with.a.long.name@acme.example", format!("http://127.0.0.1:{}/team/invite/secret-", sandbox.port()));
        let screen = |args: &[&str]| {
            let (screen, code) = run_in_terminal(&sandbox, columns, &[args, &["--color", "never"]].concat(), &[]);
            assert_eq!(code, 0, "{screen}");
            let screen = screen.rsplit("\r\u{1b}[K").next().unwrap().to_owned();
            let is_table = screen.lines().any(|line| line.starts_with(args_header(args)));
            for line in screen.lines().filter(|_| is_table) {
                assert!(display_width(line) <= usize::from(columns), "{columns}: {line}");
            }
            (screen, is_table)
        };
        let check = |args: &[&str], words: &[&str], min_table_width: u16| {
            let (screen, is_table) = screen(args);
            assert_eq!(is_table, columns >= min_table_width, "{args:?} in {columns} columns:\n{screen}");
            let has = |word: &str| screen.split_whitespace().any(|other| other.starts_with(word));
            words.iter().for_each(|word| assert!(has(word), "{word} is broken in {columns} columns:\n{screen}"));
        };
        let id = "yCoaiix2pRjxMjCn7";
        check(&["partners", "list"], &["ID", "NAME", id], 40);
        check(&["partners", "get", id], &["ID", "NAME", id], 40);
        let member = ["EMAIL", "ROLE", "PARTNER_ID", id, "nira@strigo.io"];
        check(&["members", "list", id], &[&member[..], &["BSwKLejmQtSsEyzE9"]].concat(), 80);
        check(&["members", "list", "--all"], &[&member[..], &["PARTNER_NAME"]].concat(), 60);
        check(&["members", "search", "nira@strigo.io"], &[&member[..], &["PARTNER_NAME"]].concat(), 60);
        let (screen, _) = screen(&["members", "invite", id, email, "--journal", journal]);
        let lines: Vec<&str> = screen.lines().collect();
        assert_eq!(lines[0], format!("invited {email} to {id}"), "{screen}");
        assert!(lines[1].starts_with(&link) && lines.len() == 2, "{screen}");
        check(&["members", "status", "--journal", journal], &["EMAIL", "STATE", "INVITED_AT", email], 80);
    }
}

#[test]
fn table_header_is_bold_if_colors_are_enabled() {
    let sandbox = sandbox();
    let (screen, _) = run_in_terminal(&sandbox, 80, &["partners", "list"], &[]);
    assert!(screen.lines().next().unwrap().starts_with("\u{1b}[1mID  "), "{screen}");
    assert_eq!(screen.matches('\u{1b}').count(), 2);
    for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")]] {
        let (screen, _) = run_in_terminal(&sandbox, 80, &["partners", "list"], &variables);
        assert!(!screen.contains('\u{1b}'), "{screen}");
    }
}

#[test]
fn json_is_pretty_printed_except_invitations() {
    let sandbox = sandbox();
    let (screen, _) = run_in_terminal(&sandbox, 80, &["partners", "get", "yCoaiix2pRjxMjCn7", "--json"], &[]);
    assert_eq!(screen, "{\n  \"id\": \"yCoaiix2pRjxMjCn7\",\n  \"name\": \"w00t\"\n}\n");
    let (screen, _) =
        run_in_terminal(&sandbox, 80, &["members", "invite", "yCoaiix2pRjxMjCn7", "a@b.co", "--json"], &[]);
    assert_eq!(screen.lines().count(), 1, "{screen}");
}

#[test]
fn members_list_empty_prints_note() {
    let sandbox = sandbox();
    let (screen, code) = run_in_terminal(&sandbox, 80, &["members", "list", "nur", "--color", "never"], &[]);
    assert_eq!((screen.as_str(), code), ("note: partner 'nur' has no members\n", 0));
    let (screen, code) = run_in_terminal(&sandbox, 80, &["members", "list", "nur", "-q"], &[]);
    assert_eq!((screen.as_str(), code), ("", 0));
}

/// Writes a roster of 20 addresses. Returns the addresses, and the arguments that invite them with a journal.
fn write_roster_of_20(dir: &TempDir) -> (Vec<String>, Vec<String>) {
    let emails: Vec<String> = (0..20).map(|index| format!("t{index}@acme.example")).collect();
    let roster = dir.path().join("the roster.txt");
    std::fs::write(&roster, emails.join("\n")).unwrap();
    let journal = dir.path().join("j.jsonl");
    let args =
        ["members", "invite", "w00t", "--from", roster.to_str().unwrap(), "--journal", journal.to_str().unwrap()];
    (emails, args.iter().map(|arg| (*arg).to_owned()).collect())
}

#[test]
fn invite_ctrl_c_stops_and_prints_resume_command() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    // Ctrl-C is typed during the fourth invitation.
    sandbox.state().faults = [Duration::ZERO; 3].map(Fault::Latency).into();
    sandbox.state().default_fault = Some(Fault::Latency(Duration::from_millis(1000)));
    let (emails, args) = write_roster_of_20(&dir);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let session = TerminalSession::start(&sandbox, 200, &args, &[]);
    let (screen, code) = session.type_and_wait("\u{3}", |_| sandbox.state().invitations.len() >= 3);
    assert_eq!(code, 130, "{screen}");
    let created = sandbox.state().invitations.len();
    assert!((3..10).contains(&created), "{created}");
    // All created invitations are printed, the summary counts them, and the progress bar is cleared.
    assert_eq!(screen.matches("/team/invite/").count(), created, "{screen}");
    let last = screen.rsplit("\u{1b}[K").next().unwrap();
    assert!(last.contains(&format!("{created} invited, {} not attempted", 20 - created)), "{last}");
    assert!(!last.contains("[#") && !last.contains("[."), "{last}");

    let command = last.lines().find_map(|line| line.split_once("to resume, run: ")).unwrap().1;
    sandbox.state().default_fault = None;
    let bin_dir = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap();
    let output = std::process::Command::new("bash")
        .args(["--norc", "-c", command])
        .env_clear()
        .envs(hermetic_env())
        .env("PATH", format!("{}:{}", bin_dir.display(), std::env::var("PATH").unwrap()))
        .envs(auth_env(&sandbox.endpoint()))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for email in emails {
        assert_eq!(sandbox.state().times_invited(&email), 1, "{email}");
    }
}

#[test]
fn invite_ctrl_c_interrupts_wait() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().limit = RateLimit { requests: 5, window: long_window() };
    let (_, args) = write_roster_of_20(&dir);
    let args: Vec<&str> = [&args.iter().map(String::as_str).collect::<Vec<_>>()[..], &["--max-wait", "90000"]].concat();
    let session = TerminalSession::start(&sandbox, 200, &args, &[]);
    let (screen, code) = session.type_and_wait("\u{3}", |screen| screen.contains("s (until "));
    assert_eq!(code, 130, "{screen}");
    assert!(screen.contains("4 invited, 16 not attempted"), "{screen}");
    assert!(screen.contains(" to resume, run: strigo members invite w00t --journal "), "{screen}");
    assert!(screen.contains("/the roster.txt' --max-wait 90000"), "{screen}");
}

#[test]
fn slow_request_is_reported() {
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(Fault::Hang);
    let args = ["partners", "list", "--columns=id", "--color", "never"];
    let mut session = TerminalSession::start(&sandbox, 80, &args, &[]);
    session.keeps_slow_notes = true;
    let note = "note: waiting for a response to GET /api/v1/partners, up to 30s\n";
    let (screen, code) = session.type_and_wait("\u{3}", |screen| screen.contains(note));
    assert!(code == 130 && screen.starts_with(note) && screen.matches("waiting").count() == 1, "{screen}");
}

#[test]
fn ctrl_c_is_acknowledged_while_a_request_is_in_flight() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().faults = [Fault::Latency(Duration::ZERO), Fault::Hang].into();
    let (_, args) = write_roster_of_20(&dir);
    let args: Vec<&str> = ["--color", "never"].into_iter().chain(args.iter().map(String::as_str)).collect();
    let session = TerminalSession::start(&sandbox, 200, &args, &[]);
    let is_in_flight = |_: &str| sandbox.state().requests.len() == 2;
    let note = "note: interrupted; finishing the request in flight (to exit without waiting, press Ctrl-C again)\n";
    let is_acknowledged = |screen: &str| screen.contains(note);
    let (screen, code) = session.type_steps_and_wait(&[(&is_in_flight, "\u{3}"), (&is_acknowledged, "\u{3}")]);
    assert_eq!((code, screen.matches(note).count()), (130, 1), "{screen}");
    assert_eq!(sandbox.state().requests.len(), 2);
}

#[test]
fn invite_progress_bar_shows_count_and_wait() {
    let (sandbox, dir) = (sandbox(), TempDir::new().unwrap());
    sandbox.state().limit = RateLimit { requests: 9, window: Duration::from_secs(3) };
    let (_, args) = write_roster_of_20(&dir);
    let args: Vec<&str> = ["--color", "never"].into_iter().chain(args.iter().map(String::as_str)).collect();
    let (screen, code) = run_in_terminal(&sandbox, 80, &args, &[]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("[##########..........] 10/20 "), "{screen:?}");
    assert!(screen.contains("/20 waiting for ") && screen.contains("s (until "), "{screen}");
    assert!(screen.contains("note: inviting 20 people to 'w00t' at 9 requests per minute: about "), "{screen}");
    // The progress bar must fit into a line, or it could not be cleared.
    for segment in screen.split("\r\u{1b}[K").skip(1) {
        assert!(
            segment.lines().next().unwrap_or_default().chars().count() < 80 || segment.contains("https://"),
            "{segment}"
        );
    }
    assert!(screen.ends_with("20 invited\n"), "{screen}");
    let (screen, _) = run_in_terminal(&sandbox, 80, &[&args[..], &["-q"]].concat(), &[("TERM", "dumb")]);
    assert!(!screen.contains('\u{1b}'), "{screen}");
}

/// Runs `strigo auth login` in a shell. `prompts` are texts to wait for and the keys to type then. Checks that the
/// terminal settings are restored, and that no input is left for the shell. Returns the output and the config file.
fn login_in_terminal(sandbox: &Sandbox, prompts: &[(&str, &str)]) -> (String, Option<String>) {
    login_after(sandbox, ":", prompts)
}

/// Like [`login_in_terminal`], after this command of the shell.
fn login_after(sandbox: &Sandbox, before: &str, prompts: &[(&str, &str)]) -> (String, Option<String>) {
    const SCRIPT: &str = "trap : INT; eval \"$BEFORE\"; \"$TOOL\" auth login; echo \"code $?\"; stty -a; IFS= read -r -t 0.1 \
                          rest; echo \"rest:$rest:\"";
    let dir = TempDir::new().unwrap();
    let home = dir.path().to_str().unwrap();
    let variables =
        [("NO_COLOR", "1"), ("XDG_CONFIG_HOME", home), ("TOOL", env!("CARGO_BIN_EXE_strigo")), ("BEFORE", before)];
    let shell = TerminalSession::spawn(sandbox, 200, "bash", &["--norc", "-c", SCRIPT], &variables);
    let conditions: Vec<_> = prompts.iter().map(|(prompt, _)| move |screen: &str| screen.contains(prompt)).collect();
    let steps: Vec<TypingStep<'_>> =
        conditions.iter().zip(prompts).map(|(condition, (_, keys))| (condition as _, *keys)).collect();
    let (screen, _) = shell.type_steps_and_wait(&steps);
    assert!(screen.contains(" echo ") && !screen.contains("-echo "), "echo was not turned on again: {screen}");
    assert!(screen.contains(" icanon ") && screen.contains("susp = ^Z"), "{screen}");
    assert!(screen.contains("rest::"), "input was left for the shell: {screen}");
    assert!(!screen.contains(&API_KEY[..12]), "{screen}");
    (screen, std::fs::read_to_string(dir.path().join("strigo/config.toml")).ok())
}

const ID_PROMPT: &str = "Organization ID: ";
const KEY_PROMPT: &str = "API key (hidden): ";

#[test]
fn auth_login_prompts_and_hides_key() {
    let sandbox = sandbox();
    let (screen, config) =
        login_in_terminal(&sandbox, &[(ID_PROMPT, &format!("{ORG_ID}\n")), (KEY_PROMPT, &format!("{API_KEY}\n"))]);
    assert!(screen.contains("\ncode 0\n"), "{screen}");
    // The README shows this session, with another config path and without the note about the sandbox's endpoint.
    let lines = screen.lines().take_while(|line| !line.starts_with("note: the endpoint"));
    let session: String = lines.map(|line| format!("{}\n", line.trim_end())).collect();
    let (before, _) = session.split_once("saved the credentials to ").unwrap();
    let session = format!("{before}saved the credentials to /home/dana/.config/strigo/config.toml\n");
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("```text\n$ strigo auth login\n{session}```\n")), "{session}");
    assert_eq!(config.unwrap(), format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n"));
}

#[test]
fn auth_login_ctrl_c_restores_terminal() {
    let sandbox = sandbox();
    let partial_key = &API_KEY[..12];
    for (prompts, last_prompt) in [
        (&[(ID_PROMPT, "org\n"), (KEY_PROMPT, "\u{3}")][..], KEY_PROMPT),
        // A partially typed key is discarded.
        (&[(ID_PROMPT, "org\n"), (KEY_PROMPT, partial_key), ("", "\u{3}")], KEY_PROMPT),
    ] {
        let (screen, config) = login_in_terminal(&sandbox, prompts);
        assert!(
            screen.contains(last_prompt) && screen.contains("\nerror: interrupted; nothing was changed\ncode 130"),
            "{screen}"
        );
        assert_eq!(config, None);
    }
    let (screen, config) = login_in_terminal(&sandbox, &[(ID_PROMPT, "\u{3}")]);
    assert!(screen.contains("code 130"), "{screen}");
    assert_eq!(config, None);
    assert!(sandbox.state().requests.is_empty());
}

#[test]
fn auth_login_signals_restore_terminal() {
    // The signal comes as soon as echo is off.
    let wait_and_kill = |signal: &str| {
        format!(
            "(until stty -a < /dev/tty | grep -q -e '-echo '; do sleep 0.02; done; pkill -{signal} -P $$ -x strigo) &"
        )
    };
    let sandbox = sandbox();
    for signal in ["TERM", "HUP"] {
        let (screen, config) = login_after(&sandbox, &wait_and_kill(signal), &[(ID_PROMPT, "org\n")]);
        assert!(screen.contains("interrupted; nothing was changed"), "{signal}: {screen}");
        assert_eq!(config, None);
    }
}

/// Further signals arrive while the first one is handled.
#[test]
fn auth_login_repeated_signals_restore_terminal() {
    let sandbox = sandbox();
    let ctrl_c_3_times = "\u{3}\u{3}\u{3}";
    let (screen, config) = login_in_terminal(&sandbox, &[(ID_PROMPT, "org\n"), (KEY_PROMPT, ctrl_c_3_times)]);
    assert!(screen.contains("code 130"), "{screen}");
    assert_eq!(config, None);
}

#[test]
fn members_list_all_ctrl_c_clears_progress_bar() {
    let sandbox = sandbox();
    sandbox.state().default_fault = Some(Fault::Latency(Duration::from_millis(100)));
    for index in 0..200 {
        sandbox.state().partners.push(json!({"id": format!("p{index}"), "name": format!("P {index}")}));
    }
    let session = TerminalSession::start(&sandbox, 100, &["members", "list", "--all", "--color", "never"], &[]);
    let (screen, code) = session.type_and_wait("\u{3}", |screen| screen.contains("/208 partners"));
    assert_eq!(code, 130, "{screen}");
    let last = screen.rsplit("\u{1b}[K").next().unwrap();
    assert_eq!(last, "error: interrupted before all members were fetched\n");
}

#[test]
fn auth_login_ignores_the_second_line_of_a_paste() {
    let sandbox = sandbox();
    let id_keys = format!(" {ORG_ID}\n");
    let key_paste = format!("{API_KEY}\necho this is no command\n");
    let (screen, config) = login_in_terminal(
        &sandbox,
        &[(ID_PROMPT, "\n"), (ID_PROMPT, &id_keys), (KEY_PROMPT, "\n"), (KEY_PROMPT, &key_paste)],
    );
    assert!(screen.contains("code 0"), "{screen}");
    assert_eq!(config.unwrap(), format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n"));
}

#[test]
fn auth_login_end_of_input_exits_2() {
    let sandbox = sandbox();
    for prompts in [&[(ID_PROMPT, "\u{4}")][..], &[(ID_PROMPT, "org\n"), (KEY_PROMPT, "\u{4}")]] {
        let (screen, config) = login_in_terminal(&sandbox, prompts);
        assert!(
            screen.contains("\nerror: unexpected end of input; nothing was changed") && screen.contains("code 2"),
            "{screen}"
        );
        assert_eq!(config, None);
    }
}

#[test]
fn api_escapes_body_on_terminal() {
    let sandbox = sandbox();
    sandbox.state().faults = [Fault::Body("{\"a\":\n\"\u{9b}2J\u{202e}\"}".into())].into();
    let (screen, code) = run_in_terminal(&sandbox, 80, &["api", "GET", "/partners"], &[]);
    assert_eq!((screen.as_str(), code), ("{\"a\":\n\"\\u{9b}2J\\u{202e}\"}\n", 0));
}

#[test]
fn members_list_all_shows_progress_bar() {
    let sandbox = sandbox();
    let (screen, code) = run_in_terminal(&sandbox, 80, &["members", "list", "--all", "--color", "never"], &[]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("] 8/8 partners"), "{screen:?}");
    let last = screen.rsplit("\r\u{1b}[K").next().unwrap();
    let table =
        "EMAIL           ROLE     PARTNER_ID         PARTNER_NAME\nniro@strigo.io  partner  yCoaiix2pRjxMjCn7  w00t\n";
    assert!(last.starts_with(table), "{last}");
}

#[test]
fn invite_asks_before_sending_many() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("r.csv");
    let rows: String = (0..21).map(|index| format!("t{index}@acme.example,{}\n", ["nur", "w00t"][index % 2])).collect();
    std::fs::write(&path, format!("email,partner\n{rows}")).unwrap();
    let args = ["--color", "never", "members", "invite", "--columns=id", "--from", path.to_str().unwrap()];
    let is_asked = |screen: &str| screen.ends_with("Invite 21 people to 2 partners in organization sandboxOrg? [y/N] ");
    for (keys, code, end) in [
        ("y\r", 0, "note: 21 invited\n"),
        ("YES\r", 0, "note: 21 invited\n"),
        ("n\r", 130, "error: canceled; no invitations were sent\nhint: to invite without being asked, use --yes\n"),
        ("\r", 130, "error: canceled; no invitations were sent\nhint: to invite without being asked, use --yes\n"),
        ("yy\r", 130, "error: canceled; no invitations were sent\nhint: to invite without being asked, use --yes\n"),
        ("\u{3}", 130, "^C"),
    ] {
        let sandbox = sandbox();
        let (screen, exit_code) = TerminalSession::start(&sandbox, 80, &args, &[]).type_and_wait(keys, is_asked);
        assert!(screen.starts_with("note: inviting 21 people to 2 partners\n"), "{screen}");
        assert!(exit_code == code && screen.ends_with(end), "{keys:?} {exit_code}: {screen}");
        assert_eq!(sandbox.state().invitations.len(), if code == 0 { 21 } else { 0 });
    }
    let sandbox = sandbox();
    let (screen, code) = run_in_terminal(&sandbox, 80, &[&args[..], &["--yes"]].concat(), &[]);
    assert!(code == 0 && !screen.contains("[y/N]"), "{screen}");
}

#[cfg(unix)]
#[test]
fn man_page_is_shown_by_man() {
    let sandbox = sandbox();
    let show = |program: &str| {
        let dir = TempDir::new().unwrap();
        std::os::unix::fs::symlink(program, dir.path().join("man")).unwrap();
        let variables = [("PATH", dir.path().to_str().unwrap()), ("NO_COLOR", "1")];
        let strigo = env!("CARGO_BIN_EXE_strigo");
        TerminalSession::spawn(&sandbox, 80, strigo, &["man", "partners", "list"], &variables)
            .type_and_wait("", |_| true)
    };
    assert_eq!(show("/bin/echo"), ("-l -\n".to_owned(), 0));
    let note =
        "note: this is the source of the page, because `man -l -` cannot be run; install\n  man, or see the docs\n.ie";
    for program in ["/bin/false", "/no/such/program"] {
        let (screen, code) = show(program);
        assert!(code == 0 && screen.starts_with(note), "{screen}");
    }
}

#[test]
fn messages_wrap_between_words_and_keep_commands_whole() {
    let sandbox = sandbox();
    for width in [40, 60, 80, 200] {
        let (screen, code) = run_in_terminal(&sandbox, width, &["partners", "create", "nur", "--color", "never"], &[]);
        assert_eq!(code, 2, "{screen}");
        assert!(screen.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}: {screen}");
        let joined = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = "error: there is a partner with this name already: 'nur': ntvXb3L2qdPbayRKZ hint: to get the partner \
                       that is there, add --if-not-exists hint: to have two partners of one name,";
        assert!(joined.starts_with(message), "{width}: {screen}");
        // Nothing else is cut: commands, addresses, and links.
        let (screen, _) = run_in_terminal(&sandbox, width, &["partners", "get", "no such partner"], &[]);
        assert!(screen.contains("`strigo partners list`"), "{width}: {screen}");
    }
}
