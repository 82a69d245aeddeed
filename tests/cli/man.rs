//! The files in `man/` are what the tool prints, and man can show them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{run, strigo};

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// `STRIGO_BLESS=1 cargo test man` writes them anew.
#[test]
fn the_files_are_what_the_code_generates() {
    let pages = strigo_cli::commands::man::pages().unwrap();
    for (name, text) in &pages {
        if std::env::var_os("STRIGO_BLESS").is_some() {
            std::fs::write(dir().join(name), text).unwrap();
        }
        let there = std::fs::read_to_string(dir().join(name)).unwrap_or_default();
        assert!(there == *text, "man/{name} differs: run STRIGO_BLESS=1 cargo test man");
    }
    assert_eq!(std::fs::read_dir(dir()).unwrap().count(), pages.len());

    let written = tempfile::TempDir::new().unwrap();
    let target = written.path().join("share/man");
    run(strigo(&["man", "--all", target.to_str().unwrap()])).expect(0, "", "");
    for (name, text) in &pages {
        let section = if name.ends_with(".5") { "man5" } else { "man1" };
        assert_eq!(std::fs::read_to_string(target.join(section).join(name)).unwrap(), *text);
    }
}

#[test]
fn each_page_can_be_printed_and_says_what_it_should() {
    let text = |name: &str| std::fs::read_to_string(dir().join(name)).unwrap();
    run(strigo(&["man"])).expect(0, &text("strigo.1"), "");
    run(strigo(&["man", "partners", "list"])).expect(0, &text("strigo-partners-list.1"), "");
    run(strigo(&["man", "--files"])).expect(0, &text("strigo.5"), "");
    for (name, text) in strigo_cli::commands::man::pages().unwrap() {
        let sections: &[&str] = match name.as_str() {
            "strigo.5" => &[".SH NAME", ".SH \"CONFIG FILE\"", ".SH JOURNAL"],
            _ => {
                &[".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH EXAMPLES", ".SH \"EXIT STATUS\"", ".SH \"SEE ALSO\""]
            }
        };
        for section in sections {
            assert!(text.contains(section), "{name} has no {section}");
        }
    }
    let ran = run(strigo(&["man", "partners", "lost"]));
    ran.expect(2, "", "error: there is no command 'partners lost'.\n`strigo --help` lists the commands.\n");
    let ran = run(strigo(&["man", "--all", "/proc/nowhere"]));
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("error: cannot write the manual pages into /proc/nowhere: "), "{}", ran.stderr);
}

/// All keys and events that the page on files has to explain.
#[test]
fn the_page_on_files_leaves_nothing_out() {
    let text = std::fs::read_to_string(dir().join("strigo.5")).unwrap();
    let words = ["org_id", "api_key", "api_key_command", "endpoint", "[profiles.NAME]"];
    let events = ["run", "intent", "invited", "failed", "unknown", "member"];
    for word in words.iter().chain(&events) {
        assert!(text.contains(&format!(".TP\n.B {word}\n")), "{word}");
    }
}

#[cfg(unix)]
#[test]
fn man_shows_them_without_a_complaint() {
    if !Command::new("man").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return;
    }
    for page in std::fs::read_dir(dir()).unwrap().map(|entry| entry.unwrap().path()) {
        let output =
            Command::new("man").args(["--warnings", "-l", "-Tutf8"]).arg(&page).env("LC_ALL", "C.UTF-8").output();
        let output = output.unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.len() > 500, "{}", page.display());
    }
}
