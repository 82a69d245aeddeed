//! `strigo man`.

use std::process::Command;

use clap::CommandFactory as _;
use strigo_cli::cli::Cli;
use strigo_cli::error::ErrorKind;

use crate::support::{run, say_ignored, strigo};

/// Returns what `strigo man` prints in a pipe.
fn page(words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = run(strigo(&[&["man"], words.as_slice()].concat()));
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{words:?}");
    output.stdout
}

/// Returns the words of each command.
fn commands() -> Vec<Vec<String>> {
    fn add(command: &clap::Command, words: &[String], all: &mut Vec<Vec<String>>) {
        all.push(words.to_vec());
        for sub in command.get_subcommands() {
            add(sub, &[words, &[sub.get_name().to_owned()]].concat(), all);
        }
    }
    let mut all = Vec::new();
    add(&Cli::command(), &[], &mut all);
    all
}

#[test]
fn man_of_each_command_prints_its_page() {
    let all = commands();
    assert!(all.len() > 20, "{all:?}");
    for words in all {
        let page = page(&words);
        let name = [&["strigo".to_owned()], words.as_slice()].concat().join("\\-");
        assert!(page.contains(&format!(".SH NAME\n{name} \\- ")), "{page}");
        // In the order of man-pages(7).
        let sections = "NAME, SYNOPSIS, DESCRIPTION, OPTIONS, \"EXIT STATUS\", ENVIRONMENT, FILES, \"REPORTING BUGS\"";
        let mut rest = &*page;
        for section in sections.split(", ").chain(["\"SEE ALSO\""]) {
            let found = rest.split_once(&format!(".SH {section}\n"));
            rest = found.unwrap_or_else(|| panic!("{words:?} has no {section} there")).1;
        }
        // The arguments, and not every option.
        let synopsis = page.split(".SH SYNOPSIS\n").nth(1).unwrap().lines().next().unwrap();
        assert!(
            synopsis.starts_with("strigo") && synopsis.ends_with("[OPTIONS]") && synopsis.len() < 120,
            "{synopsis}"
        );
        let lines: Vec<&str> = page.lines().collect();
        for option in lines.windows(3).filter(|lines| lines[0] == ".TP") {
            assert!(!option[2].starts_with('.'), "{words:?}: {} has no description", option[1]);
        }
    }
    assert_eq!(page(&["partners list".to_owned()]), page(&["partners".to_owned(), "list".to_owned()]));
    let output = run(strigo(&["man", "partners", "lost"]));
    output.assert(2, "", "error: unknown command 'partners lost'\nhint: run `strigo --help` to see all commands\n");
}

#[test]
fn man_of_strigo_lists_all_exit_codes() {
    let page = page(&[]);
    let section = page.split(".SH \"EXIT STATUS\"\n").nth(1).unwrap();
    for code in ErrorKind::all().map(ErrorKind::exit_code).chain([0]) {
        assert!(section.contains(&format!(".TP\n\\fB{code}\\fR\n")), "{section}");
    }
}

/// strigo(5) must document every config key and every journal event.
#[test]
fn man_config_prints_strigo_5() {
    let page = page(&["config".to_owned()]);
    let words = ["org_id", "api_key", "api_key_command", "endpoint", "[profiles.NAME]"];
    let events = ["run", "intent", "invited", "failed", "unknown", "joined"];
    for word in words.iter().chain(&events) {
        assert!(page.contains(&format!(".TP\n.B {word}\n")), "{word}");
    }
}

#[cfg(unix)]
#[test]
fn man_pages_render_without_warnings() {
    if !Command::new("man").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return say_ignored("man is not installed");
    }
    let dir = tempfile::TempDir::new().unwrap();
    for words in commands().into_iter().chain([vec!["config".to_owned()]]) {
        let path = dir.path().join("page");
        std::fs::write(&path, page(&words)).unwrap();
        let output =
            Command::new("man").args(["--warnings", "-l", "-Tutf8"]).arg(&path).env("LC_ALL", "C.UTF-8").output();
        let output = output.unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.len() > 500, "{words:?}");
    }
}
