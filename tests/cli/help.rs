//! Help, version, and suggestions for typos.

use clap::{CommandFactory as _, Parser as _};
use strigo_cli::cli::Cli;

use crate::support::{run, sandbox, strigo, strigo_with_sandbox};

/// Returns the path of every command, and whether it has subcommands.
fn all_commands() -> Vec<(Vec<String>, bool)> {
    fn walk(command: &clap::Command, path: &[String], all: &mut Vec<(Vec<String>, bool)>) {
        all.push((path.to_vec(), command.has_subcommands()));
        for subcommand in command.get_subcommands() {
            walk(subcommand, &[path, &[subcommand.get_name().to_owned()]].concat(), all);
        }
    }
    let mut all = Vec::new();
    walk(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn help_has_summary_examples_and_exit_codes() {
    let all = all_commands();
    assert!(all.len() > 8);
    for (path, has_subcommands) in all {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let output = run(strigo(&args));
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{path:?}");
        let summary = output.stdout.lines().next().unwrap();
        assert!(summary.len() > 10 && !summary.starts_with("Usage"), "{path:?}: {summary}");
        assert!(output.stdout.contains("Examples:\n  "), "{path:?}");
        assert!(output.stdout.contains("Exit codes:"), "{path:?}");
        assert!(output.stdout.contains("Global options:"), "{path:?}");
        assert_eq!(output.stdout.contains("Commands:"), has_subcommands, "{path:?}");
    }
}

/// clap does not wrap the usage line.
#[test]
fn help_fits_terminal_without_ragged_lines() {
    for (path, _) in all_commands() {
        for (columns, width) in [("80", 100), ("200", 100)] {
            let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
            args.push("--help");
            let mut command = strigo(&args);
            command.env("COLUMNS", columns);
            let help = run(command).stdout;
            for line in help.lines().filter(|line| !line.starts_with("Usage: ") && line.trim().contains(' ')) {
                assert!(line.chars().count() <= width, "{columns} columns: {line}");
                let is_option_broken = line.strip_suffix('-').is_some_and(|word| word.ends_with(char::is_alphanumeric));
                assert!(!is_option_broken, "{columns} columns: {line}");
            }
            let is_prose =
                |line: &str| !line.is_empty() && !line.starts_with([' ', '#']) && !line.starts_with("Usage: ");
            for (line, next) in help.lines().zip(help.lines().skip(1)) {
                // An example that is not wrapped can be copied.
                let is_wrapped = line.starts_with("  strigo ") && next.starts_with("       ");
                assert!(width < 80 || !is_wrapped, "{columns} columns: {line}");
                if is_prose(line) && !line.ends_with(':') && is_prose(next) {
                    let word = next.split(' ').next().unwrap();
                    assert!(line.chars().count() + 1 + word.chars().count() > width, "{columns} columns: {line}");
                }
            }
        }
    }
}

#[test]
fn help_command_prints_help_of_any_command() {
    let help = |args: &[&str]| {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?}");
        output.stdout
    };
    assert_eq!(help(&["help"]), help(&["--help"]));
    assert_eq!(help(&["members", "help"]), help(&["members", "--help"]));
    assert_eq!(help(&["help", "members"]), help(&["members", "--help"]));
    for args in [&["help", "members", "invite"], &["members", "help", "invite"]] {
        assert_eq!(help(args), help(&["members", "invite", "--help"]));
    }
}

#[test]
fn help_examples_parse() {
    for (path, _) in all_commands() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = run(strigo(&args)).stdout;
        let examples = help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        // A comment that does not fit beside its example is above it.
        for line in examples.lines().filter(|line| !line.starts_with("  # ")) {
            let example = line.trim().split("  ").next().unwrap();
            let words = shell_words(example.split([';', '|', '>', '<']).next().unwrap());
            let parsed = <Cli as clap::Parser>::try_parse_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}

/// Splits a line into words as a shell does, with support for single quotes only.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn help_short_is_printed_without_arguments() {
    for args in [&[][..], &["-h"]] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        assert!(output.stdout.starts_with("Manage the partners of a Strigo organization and"), "{}", output.stdout);
        assert!(output.stdout.contains("partners") && !output.stdout.contains("Examples:"));
        // A screen of 80 columns and 24 rows, with a row for the prompt.
        assert!(output.stdout.lines().count() < 24 || !args.is_empty(), "{}", output.stdout);
        assert!(output.stdout.lines().all(|line| line.len() <= 80) || !args.is_empty(), "{}", output.stdout);
    }
}

#[test]
fn command_group_without_subcommand_exits_2() {
    // In a script, the subcommand may come from an empty variable. Help on stdout with exit code 0 would hide that.
    let output = run(strigo(&["partners"]));
    assert_eq!((output.code, output.stdout.as_str()), (2, ""));
    assert!(output.stderr.contains("Usage: strigo partners"), "{}", output.stderr);
    let error = Cli::try_parse_from(["strigo.exe", "partners"]).unwrap_err().to_string();
    assert!(error.contains("Usage: strigo partners"), "{error}");
    let output = run(strigo(&["members", "--json"]));
    assert_eq!((output.code, output.json_error()["kind"].as_str()), (2, Some("usage")));
}

#[test]
fn version_prints_package_version() {
    for flag in ["--version", "-V"] {
        run(strigo(&[flag])).assert(0, &format!("strigo {}\n", env!("CARGO_PKG_VERSION")), "");
    }
}

#[test]
fn typo_suggests_similar_name() {
    for (args, suggestion) in [
        (&["partnrs", "list"][..], "'partners'"),
        (&["partners", "lits"], "'list'"),
        (&["partners", "list", "--jsn"], "'--json'"),
        (&["partners", "list", "--output", "jsn"], "'json'"),
    ] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        assert!(output.stderr.contains(&format!("\nhint: did you mean {suggestion}?\n")), "{}", output.stderr);
    }
}

#[test]
fn missing_and_invalid_values_are_named() {
    for (args, message) in [
        (&["partners", "list", "--output"][..], "error: missing value for '--output <FORMAT>'\n"),
        (&["partners", "list", "--output="], "error: missing value for '--output <FORMAT>'\n"),
        (&["partners", "list", "--output", "x"], "error: invalid value 'x' for '--output <FORMAT>'\n"),
        (
            &["partners", "list", "--timeout", "x"],
            "error: invalid value 'x' for '--timeout <DURATION>': expected a number",
        ),
    ] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}");
        assert!(output.stderr.starts_with(message), "{}", output.stderr);
    }
}

#[test]
fn word_of_other_tools_suggests_command() {
    for (args, suggestion) in [
        (&["login"][..], "`strigo auth login`"),
        (&["logout"], "`strigo auth logout`"),
        (&["status"], "`strigo members status` or `strigo auth status`"),
        (&["whoami"], "`strigo auth status`"),
        (&["invite", "Acme", "dana@acme.example"], "`strigo members invite`"),
        (&["show", "Acme"], "`strigo partners get` or `strigo journal show`"),
        (&["ls"], "`strigo partners list` or `strigo members list`"),
        (&["members", "add", "Acme"], "`strigo members invite`"),
        (&["partners", "new", "Acme"], "`strigo partners create`"),
    ] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}");
        assert!(output.stderr.contains(&format!("\nhint: did you mean {suggestion}?\n")), "{}", output.stderr);
    }
}

#[test]
fn flag_given_twice_uses_last_value() {
    let sandbox = sandbox();
    let run = |args: &[&str]| strigo_with_sandbox(&sandbox, args);
    let last = run(&["partners", "list", "--output", "tsv", "--sort", "name"]).stdout;
    run(&["partners", "list", "--output", "csv", "--output", "tsv", "--sort", "id", "--sort", "name"])
        .assert(0, &last, "");
    let once = run(&["partners", "list", "--quiet"]).stdout;
    run(&["partners", "list", "-q", "--quiet"]).assert(0, &once, "");
}
