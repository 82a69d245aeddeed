//! The README shows what really happens.

use std::path::Path;
use std::process::Command;

use clap::Parser as _;
use strigo_cli::cli::Cli;

use crate::server::{API_KEY, ORG_ID};
use crate::support::{hermetic_env, sandbox};

const README: &str = include_str!("../../README.md");

/// The README's code blocks: their language and their text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let blocks: Vec<_> = README.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect();
    assert!(blocks.len() > 10);
    blocks
}

/// Runs a line in bash, signed in to a sandbox, and returns what a terminal would have shown.
fn in_shell(script: &str, endpoint: &str, dir: &Path) -> String {
    let tool = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap();
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--norc", "-c", &format!("exec 2>&1\n{script}")])
        .current_dir(dir)
        .env_clear()
        .envs(hermetic_env())
        .env("XDG_CONFIG_HOME", dir)
        .envs([("PATH", path.as_str()), ("STRIGO_API_ENDPOINT", endpoint)])
        .envs([("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

/// Each `$ ` line with the output below it, run one after the other in one shell and one sandbox.
#[cfg(unix)]
#[test]
fn what_is_shown_is_what_happens() {
    const MARK: &str = "---next---";
    for (_, text) in blocks().into_iter().filter(|(language, _)| *language == "console") {
        let sandbox = sandbox();
        let mut lines: Vec<(&str, String)> = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix("$ "), lines.last_mut()) {
                (Some(command), _) => lines.push((command, String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => panic!("a block begins with its output: {text}"),
            }
        }
        let script: String = lines.iter().map(|(command, _)| format!("{command}\necho {MARK}\n")).collect();
        let dir = tempfile::TempDir::new().unwrap();
        let seen = in_shell(&script, &sandbox.endpoint(), dir.path())
            .replace(&sandbox.endpoint(), "https://app.strigo.io/api/v1");
        let seen: Vec<&str> = seen.split(&format!("{MARK}\n")).collect();
        for ((command, expected), seen) in lines.iter().zip(&seen) {
            assert_eq!(seen, expected, "{command}");
        }
        assert_eq!(seen.len(), lines.len() + 1);
    }
}

#[test]
fn the_first_command_lists_the_eight_sample_partners() {
    let (_, first) = blocks()[0];
    assert_eq!(first, "cargo run --example sandbox -- partners list\n");
    let output = Command::new(env!("CARGO"))
        .args(first.split_whitespace().skip(1))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_NET_OFFLINE", "true")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.lines().count(), 8);
    assert!(stdout.starts_with("yCoaiix2pRjxMjCn7\tw00t\n"), "{stdout}");
    let (_, second) = blocks()[1];
    assert_eq!(second, "cargo test --locked\n");
}

#[test]
fn every_command_line_of_the_tool_is_understood() {
    let shell = blocks().into_iter().filter(|(language, _)| matches!(*language, "sh" | "yaml"));
    let lines = shell.flat_map(|(_, text)| text.lines()).map(str::trim).filter(|line| line.starts_with("strigo "));
    assert!(lines.clone().count() >= 6);
    for line in lines {
        let words = line.split(['>', '|']).next().unwrap().split_whitespace();
        assert!(Cli::try_parse_from(words).is_ok(), "{line}");
    }
}

#[test]
fn every_variable_and_flag_of_the_table_is_there() {
    let help = crate::support::run(crate::support::strigo(&["--help"])).stdout;
    for row in README.lines().filter(|line| line.starts_with("| `STRIGO_")) {
        for word in row.split('`').skip(1).step_by(2) {
            assert!(help.contains(word), "{word} is not in --help");
        }
    }
}

#[test]
fn the_exit_codes_are_the_codes() {
    use strigo_cli::error::Kind;
    for kind in [
        Kind::Unexpected,
        Kind::Usage,
        Kind::Config,
        Kind::Denied,
        Kind::NotFound,
        Kind::Rejected,
        Kind::Unavailable,
        Kind::OutcomeUnknown,
        Kind::Partial,
        Kind::Interrupted,
    ] {
        let row = format!("| {} | `{}` | ", kind.exit_code(), kind.name());
        assert!(README.contains(&row), "{row}");
    }
}
