//! Help, version and suggestions.

use clap::CommandFactory as _;
use strigo_cli::cli::Cli;

use crate::support::{run, strigo};

/// Every command's words, with whether it has commands below it.
fn all_commands() -> Vec<(Vec<String>, bool)> {
    fn walk(command: &clap::Command, path: &[String], all: &mut Vec<(Vec<String>, bool)>) {
        all.push((path.to_vec(), command.has_subcommands()));
        for below in command.get_subcommands() {
            walk(below, &[path, &[below.get_name().to_owned()]].concat(), all);
        }
    }
    let mut all = Vec::new();
    walk(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn every_help_says_what_for_with_examples_and_exit_codes() {
    let all = all_commands();
    assert!(all.len() > 8);
    for (path, has_commands) in all {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let ran = run(strigo(&args));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{path:?}");
        let first = ran.stdout.lines().next().unwrap();
        assert!(first.len() > 10 && !first.starts_with("Usage"), "{path:?}: {first}");
        assert!(ran.stdout.contains("Examples:\n  strigo "), "{path:?}");
        assert!(ran.stdout.contains("Exit codes:"), "{path:?}");
        assert!(ran.stdout.contains("Global options:"), "{path:?}");
        assert_eq!(ran.stdout.contains("Commands:"), has_commands, "{path:?}");
        assert!(ran.stdout.lines().all(|line| line.chars().count() <= 120), "{path:?}");
    }
}

#[test]
fn every_example_in_a_help_is_a_command_line_that_is_understood() {
    for (path, _) in all_commands() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = run(strigo(&args)).stdout;
        let examples = help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        for line in examples.lines() {
            let example = line.trim().split("  ").next().unwrap();
            let words = shell_words(example.split([';', '|', '>', '<']).next().unwrap());
            let parsed = <Cli as clap::Parser>::try_parse_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}

/// Words as a shell splits them, with single quotes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn alone_it_prints_short_help() {
    for args in [&[][..], &["-h"]] {
        let ran = run(strigo(args));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.starts_with("Look after a Strigo organization's"), "{}", ran.stdout);
        assert!(ran.stdout.contains("partners") && !ran.stdout.contains("Examples:"));
    }
}

#[test]
fn a_noun_alone_is_no_command() {
    // In a script, the verb may be a variable that is empty: help as data and a success would be wrong.
    let ran = run(strigo(&["partners"]));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("Usage: strigo partners"));
    let ran = run(strigo(&["members", "--json"]));
    assert_eq!((ran.code, ran.json_error()["kind"].as_str()), (2, Some("usage")));
}

#[test]
fn the_version() {
    for flag in ["--version", "-V"] {
        run(strigo(&[flag])).expect(0, &format!("strigo {}\n", env!("CARGO_PKG_VERSION")), "");
    }
}

#[test]
fn typos_get_suggestions() {
    for (args, suggestion) in [
        (&["partner", "list"][..], "'partners'"),
        (&["partners", "lits"], "'list'"),
        (&["partners", "list", "--jsn"], "'--json'"),
        (&["partners", "list", "--format", "jsn"], "'json'"),
    ] {
        let ran = run(strigo(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("similar") && ran.stderr.contains(suggestion), "{}", ran.stderr);
    }
}
