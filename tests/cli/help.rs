//! Help, version, and suggestions for typos.

use clap::{CommandFactory as _, Parser as _};
use strigo_cli::cli::Cli;
use strigo_cli::error::ErrorKind;

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
fn help_has_summary_and_examples() {
    let all = all_commands();
    assert!(all.len() > 8);
    for (path, has_subcommands) in all {
        let help = long_help(&path, "100");
        let summary = help.lines().next().unwrap();
        assert!(summary.len() > 10 && !summary.starts_with("Usage"), "{path:?}: {summary}");
        assert_eq!(help.contains("Global options:"), path.is_empty(), "{path:?}");
        let more = format!("Options like --json: `strigo --help`; details: `strigo help {}`\n", path.join(" "));
        assert!(help.ends_with(&more) || path.is_empty(), "{path:?}: {help}");
        assert_eq!(help.contains("Commands:"), has_subcommands, "{path:?}");
        assert!(help.contains("\nExamples:\n  strigo ") || has_subcommands, "{path:?}");
    }
}

fn long_help(path: &[String], columns: &str) -> String {
    let mut command = strigo(&path.iter().map(String::as_str).chain(["--help"]).collect::<Vec<_>>());
    command.env("COLUMNS", columns);
    let output = run(command);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{path:?}");
    output.stdout
}

#[test]
fn help_lists_all_exit_codes_once() {
    let help = long_help(&[], "100");
    let table = help.split("\nExit codes:\n  0    success\n").nth(1).unwrap();
    let codes: Vec<u8> = table.lines().map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect();
    assert_eq!(codes, ErrorKind::all().map(ErrorKind::exit_code).collect::<Vec<_>>());
    for (path, _) in all_commands().iter().filter(|(path, _)| !path.is_empty()) {
        assert!(!long_help(path, "100").contains("Exit codes"), "{path:?}");
    }
}

/// What is read most often is read at a glance: a screen has 24 lines.
#[test]
fn help_of_a_command_fits_two_screens() {
    for (path, _) in all_commands().iter().filter(|(path, _)| !path.is_empty()) {
        let help = long_help(path, "80");
        assert!(help.lines().count() <= 48, "{path:?}: {help}");
        // `-h` is the same.
        let mut short = strigo(&path.iter().map(String::as_str).chain(["-h"]).collect::<Vec<_>>());
        short.env("COLUMNS", "80");
        run(short).assert(0, &help, "");
    }
}

#[test]
fn help_names_all_columns() {
    let sandbox = sandbox();
    let mut count = 0;
    for (path, _) in all_commands() {
        let help = long_help(&path, "200");
        let Some(line) = help.lines().find(|line| line.contains("Print these columns: ")) else { continue };
        count += 1;
        let start = line.find("Print these columns: ").unwrap() + "Print these columns: ".len();
        // The text is wrapped.
        let rest = help[help.find(line).unwrap()..].split_once("      --no-header").unwrap().0;
        let named = rest[start..].split_whitespace().collect::<Vec<_>>().join(" ");
        let more: &[&str] = match path.join(" ").as_str() {
            "partners get" | "members search" => &["x"],
            "partners create" => &["x", "-n"],
            "partners rename" => &["x", "y", "-n"],
            "members list" => &["x"],
            "members show" => &["a@b.co"],
            "members invite" => &["x", "a@b.co"],
            _ => &[],
        };
        let words: Vec<&str> = path.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let output = strigo_with_sandbox(&sandbox, &[&words, &["--columns", "nope"][..]].concat());
        let possible = output.stderr.lines().find_map(|line| line.strip_prefix("hint: possible columns: "));
        let with_flag = match path.join(" ").as_str() {
            "partners list" => "; with --members, members",
            "members list" => "; with --all, partner_name",
            _ => "",
        };
        let possible = possible.map(|names| names.to_lowercase() + with_flag);
        assert_eq!(possible, Some(named), "{path:?}: {}", output.stderr);
    }
    assert_eq!(count, 11);
}

/// clap does not wrap the usage line.
#[test]
fn help_fits_terminal() {
    for (path, _) in all_commands() {
        for (columns, width) in [("80", 80), ("100", 100), ("200", 100)] {
            let help = long_help(&path, columns);
            for line in help.lines().filter(|line| !line.starts_with("Usage: ")) {
                assert!(line.chars().count() <= width, "{columns} columns: {line}");
                // A terminal without UTF-8 shows it, too.
                assert!(line.is_ascii(), "{line}");
            }
        }
        // An example that is not wrapped can be copied.
        let examples = |help: String| Some(help.split("Examples:\n").nth(1)?.split("\n\n").next()?.to_owned());
        assert_eq!(examples(long_help(&path, "80")), examples(long_help(&path, "200")), "{path:?}");
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
    assert_eq!(help(&["members", "help"]), help(&["help", "members"]));
    let details = help(&["help", "members", "invite"]);
    assert_eq!(help(&["members", "help", "invite"]), details);
    // What `--help` leaves out.
    for part in ["recorded in a journal before and after", "--max-wait <DURATION>", "All arguments are email addresses"]
    {
        assert!(details.contains(part), "{details}");
    }
}

#[test]
fn help_examples_parse() {
    for (path, _) in all_commands() {
        let help = long_help(&path, "100");
        let Some(examples) = help.split("Examples:\n").nth(1) else { continue };
        for line in examples.lines().take_while(|line| !line.is_empty()) {
            let words = shell_words(line.split(['#', '|', '>', '<']).next().unwrap());
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
    let help = run(strigo(&["-h"]));
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.starts_with("Manage the partners of a Strigo organization and"), "{}", help.stdout);
    assert!(help.stdout.contains("partners") && !help.stdout.contains("Examples:"), "{}", help.stdout);
    run(strigo(&[])).assert(2, "", &help.stdout);
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
    let output = run(strigo(&["--json", "members"]));
    assert_eq!(output.json_error()["message"], "a subcommand is required");
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
        let tip = output.stderr.lines().find(|line| line.starts_with("  tip: ")).unwrap();
        assert!(tip.contains(suggestion), "{}", output.stderr);
    }
}

#[test]
fn usage_error_is_about_the_command_that_was_meant() {
    // The value of an option is no command.
    let output = run(strigo(&["--profile", "members", "partners", "lisst"]));
    assert!(output.stderr.contains("Usage: strigo partners [OPTIONS] <COMMAND>"), "{}", output.stderr);
    assert!(!output.stderr.contains("members"), "{}", output.stderr);
    // `--endpoint` is not similar enough.
    let output = run(strigo(&["partners", "get", "auth", "--nope"]));
    assert!(output.stderr.starts_with("error: unexpected argument '--nope' found\n"), "{}", output.stderr);
    assert!(!output.stderr.contains("--endpoint"), "{}", output.stderr);
}

#[test]
fn missing_and_invalid_values_are_named() {
    for (args, message) in [
        (&["partners", "list", "--output"][..], "a value is required for '--output <FORMAT>' but none was supplied"),
        (&["partners", "list", "--output", "x"], "invalid value 'x' for '--output <FORMAT>'"),
        (&["partners", "list", "--timeout", "x"], "invalid value 'x' for '--timeout <DURATION>': expected a number"),
        (&["partners", "get"], "the following required arguments were not provided: <PARTNER>"),
    ] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}");
        let first_paragraph: Vec<&str> =
            output.stderr.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
        assert!(first_paragraph.join(" ").starts_with(&format!("error: {message}")), "{}", output.stderr);
        let error = run(strigo(&[&["--json"], args].concat())).json_error();
        assert!(error["message"].as_str().unwrap().starts_with(message), "{error}");
    }
}

/// clap stops at what is wrong.
#[test]
fn usage_error_is_json_if_json_comes_last() {
    for args in [&["partners", "lst", "--json"][..], &["partners", "list", "--nope", "--json"], &["nope", "--json"]] {
        assert_eq!(run(strigo(args)).json_error()["kind"], "usage", "{args:?}");
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

/// What people guess, and what they look for.
#[test]
fn guesses_get_the_sentence_that_helps() {
    for (args, advice) in [
        (&["partners", "rename", "nur", "Nur", "Academy"][..], "quote names that have spaces: 'Nur Academy'"),
        (&["partners", "delete", "nur"], "the API cannot delete or remove anything: use https://app.strigo.io"),
        (&["members", "remove", "a@b.co"], "the API cannot delete or remove anything"),
        (&["partners", "add", "Nur"], "use `strigo partners create NAME`"),
        (&["partners", "show", "nur"], "use `strigo partners get PARTNER`"),
        (&["members", "add", "nur", "a@b.co"], "use `strigo members invite PARTNER EMAIL`"),
        (&["journal", "list"], "use `strigo journal show`"),
        (&["partners", "find", "nur"], "use `strigo partners list TEXT`"),
        (&["auth", "list"], "use `strigo auth status`"),
        (&["version"], "use `strigo --version`"),
        (&["doctor"], "use `strigo auth status`"),
        (&["members", "pending"], "use `strigo members status --state pending`"),
        (&["members", "invite", "w00t", "a@b.co", "--force"], "`strigo members invite --yes` does not ask"),
        (&["partners", "list", "--jq", ".x"], "pipe `--json` into jq"),
        (&["partners", "list", "--fields=id"], "pipe `--json` into jq"),
        (&["partners", "list", "--json=yes"], "--json has no value"),
        (&["api", "-X", "POST", "/partners"], "METHOD comes first: strigo api POST /partners"),
        (&["api", "--request=POST", "/partners"], "METHOD comes first: strigo api POST /partners"),
        (&["auth", "switch"], "run `strigo auth status` to see the profiles"),
    ] {
        let output = run(strigo(args));
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{args:?}: {}", output.stderr);
        assert!(
            output.stderr.contains(&format!("tip: {advice}")) || output.stderr.contains(advice),
            "{args:?}: {}",
            output.stderr
        );
        assert_eq!(output.stderr.matches("tip: ").count(), 1, "{args:?}: {}", output.stderr);
        let output = run(strigo(&[args, &["--json"]].concat()));
        let error: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
        assert!(error["error"]["hints"][0].as_str().unwrap().contains(advice), "{args:?}: {error}");
    }
    // What is only missing is no guess.
    assert!(!run(strigo(&["partners", "rename", "nur"])).stderr.contains("tip: "));
    assert!(!run(strigo(&["partners", "rename", "nur", ""])).stderr.contains("tip: "));
    let sandbox = sandbox();
    let output = strigo_with_sandbox(&sandbox, &["members", "invite", "w00t", "-"]);
    assert!(output.stderr.contains("hint: to read addresses from standard input, use --from -\n"), "{}", output.stderr);
    let output = strigo_with_sandbox(&sandbox, &["partners", "list", "--columns", "nam"]);
    let hints = "hint: did you mean NAME?\nhint: possible columns: ID, NAME\n";
    assert_eq!((output.code, output.stderr), (2, format!("error: unknown column 'nam'\n{hints}")));
}
