//! Manual pages: the generated files in `man/`, and `strigo man`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{run, strigo};

fn man_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// `STRIGO_BLESS=1 cargo test man` regenerates the files.
#[test]
fn man_files_are_up_to_date() {
    let pages = strigo_cli::commands::man::pages().unwrap();
    for (name, text) in &pages {
        if std::env::var_os("STRIGO_BLESS").is_some() {
            std::fs::write(man_dir().join(name), text).unwrap();
        }
        let existing = std::fs::read_to_string(man_dir().join(name)).unwrap_or_default();
        assert!(existing == *text, "man/{name} differs: run STRIGO_BLESS=1 cargo test man");
    }
    assert_eq!(std::fs::read_dir(man_dir()).unwrap().count(), pages.len());

    let temp_dir = tempfile::TempDir::new().unwrap();
    let target = temp_dir.path().join("share/man");
    run(strigo(&["man", "--all", target.to_str().unwrap()])).assert(0, "", "");
    for (name, text) in &pages {
        let section = if name.ends_with(".5") { "man5" } else { "man1" };
        assert_eq!(std::fs::read_to_string(target.join(section).join(name)).unwrap(), *text);
    }
}

#[test]
fn man_prints_each_page() {
    let text = |name: &str| std::fs::read_to_string(man_dir().join(name)).unwrap();
    run(strigo(&["man"])).assert(0, &text("strigo.1"), "");
    run(strigo(&["man", "partners", "list"])).assert(0, &text("strigo-partners-list.1"), "");
    run(strigo(&["man", "--files"])).assert(0, &text("strigo.5"), "");
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
        let lines: Vec<&str> = text.lines().collect();
        for option in lines.windows(3).filter(|lines| lines[0] == ".TP") {
            assert!(!option[2].starts_with('.'), "{name}: {} has no description", option[1]);
        }
    }
    let output = run(strigo(&["man", "partners", "lost"]));
    output.assert(2, "", "error: unknown command 'partners lost'\nhint: run `strigo --help` to see all commands\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    let below_file = file.path().join("man").display().to_string();
    let output = run(strigo(&["man", "--all", &below_file]));
    assert_eq!(output.code, 1);
    let message = format!("error: cannot write the manual pages to '{below_file}': ");
    assert!(output.stderr.starts_with(&message), "{}", output.stderr);
}

/// strigo.5 must document every config key and every journal event.
#[test]
fn man_files_page_is_complete() {
    let text = std::fs::read_to_string(man_dir().join("strigo.5")).unwrap();
    let words = ["org_id", "api_key", "api_key_command", "endpoint", "[profiles.NAME]"];
    let events = ["run", "intent", "invited", "failed", "unknown", "member"];
    for word in words.iter().chain(&events) {
        assert!(text.contains(&format!(".TP\n.B {word}\n")), "{word}");
    }
}

#[cfg(unix)]
#[test]
fn man_pages_render_without_warnings() {
    if !Command::new("man").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return;
    }
    for page in std::fs::read_dir(man_dir()).unwrap().map(|entry| entry.unwrap().path()) {
        let output =
            Command::new("man").args(["--warnings", "-l", "-Tutf8"]).arg(&page).env("LC_ALL", "C.UTF-8").output();
        let output = output.unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.len() > 500, "{}", page.display());
    }
}
