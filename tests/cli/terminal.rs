//! What a person sees on a terminal: the tool runs in a real one (a pseudo-terminal of the system's).

use std::io::Read;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::json;

use crate::server::{API_KEY, ORG_ID, Sandbox};
use crate::support::{hermetic_env, sandbox};

/// What the tool shows on a terminal of this width, and its exit code. stdout and stderr are one there.
fn on_terminal(sandbox: &Sandbox, columns: u16, args: &[&str], variables: &[(&str, &str)]) -> (String, u32) {
    let pair =
        native_pty_system().openpty(PtySize { rows: 50, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_strigo"));
    command.env_clear();
    for (name, value) in hermetic_env() {
        command.env(name, value);
    }
    for (name, value) in [
        ("TERM", "xterm-256color"),
        ("STRIGO_API_ENDPOINT", &sandbox.endpoint()),
        ("STRIGO_ORG_ID", ORG_ID),
        ("STRIGO_API_KEY", API_KEY),
    ]
    .iter()
    .chain(variables)
    {
        command.env(name, value);
    }
    command.args(args);
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut seen = Vec::new();
    // Linux ends the stream of a terminal that nobody has open with an error.
    let _ = reader.read_to_end(&mut seen);
    let status = child.wait().unwrap();
    (String::from_utf8(seen).unwrap().replace("\r\n", "\n"), status.exit_code())
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
