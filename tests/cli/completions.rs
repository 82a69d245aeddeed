//! The files in `completions/` are what the tool prints, and bash can use them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{run, strigo};

const FILES: [(&str, &str); 5] = [
    ("bash", "strigo.bash"),
    ("zsh", "_strigo"),
    ("fish", "strigo.fish"),
    ("powershell", "_strigo.ps1"),
    ("elvish", "strigo.elv"),
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(name)
}

/// `STRIGO_BLESS=1 cargo test completions` writes them anew.
#[test]
fn the_files_are_what_the_code_generates() {
    for (shell, name) in FILES {
        let ran = run(strigo(&["completions", shell]));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        if std::env::var_os("STRIGO_BLESS").is_some() {
            std::fs::write(file(name), &ran.stdout).unwrap();
        }
        let there = std::fs::read_to_string(file(name)).unwrap_or_default();
        assert!(there == ran.stdout, "completions/{name} differs: run STRIGO_BLESS=1 cargo test completions");
    }
    let count = std::fs::read_dir(file("")).unwrap().count();
    assert_eq!(count, FILES.len());
}

/// What bash offers at the end of these words.
#[cfg(unix)]
fn bash_completes(words: &[&str]) -> Vec<String> {
    let script = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _strigo strigo "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let output = Command::new("bash")
        .args(["--norc", "-c", script, "bash"])
        .arg(file("strigo.bash"))
        .args(words)
        .output()
        .expect("bash is needed for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_values() {
    let offered = bash_completes(&["strigo", "pa"]);
    assert_eq!(offered, ["partners"]);
    let offered = bash_completes(&["strigo", "partners", ""]);
    for command in ["list", "get", "create", "rename"] {
        assert!(offered.contains(&command.to_owned()), "{offered:?}");
    }
    let offered = bash_completes(&["strigo", "partners", "list", "--format", ""]);
    assert_eq!(offered, ["table", "tsv", "csv", "json"]);
    assert_eq!(bash_completes(&["strigo", "completions", "po"]), ["powershell"]);
}
