//! The scripts in `packaging/` that do not compile anything, and the places that name the repository.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Copies what the scripts read to a directory, so that a test can change it.
fn copy_of_tree() -> TempDir {
    let dir = TempDir::new().unwrap();
    for item in ["packaging", "completions", "man", "docs"] {
        let target = dir.path().join(item);
        std::fs::create_dir(&target).unwrap();
        for entry in std::fs::read_dir(Path::new(ROOT).join(item)).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), target.join(entry.file_name())).unwrap();
        }
    }
    for file in ["Cargo.toml", "CHANGELOG.md", "README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(Path::new(ROOT).join(file), dir.path().join(file)).unwrap();
    }
    dir
}

/// Replaces text in a file of a tree.
fn replace(dir: &TempDir, file: &str, from: &str, to: &str) {
    let path = dir.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} lacks {from}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

fn run_script(dir: &TempDir, script: &str, args: &[&str]) -> Output {
    let mut command = Command::new("bash");
    command.arg(dir.path().join("packaging").join(script)).args(args).env_remove("GITHUB_REPOSITORY");
    command.output().unwrap()
}

/// Asserts that a script fails with this message.
fn assert_fails(output: &Output, message: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains(message), "{stderr}");
}

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn documents_name_the_repository_of_the_manifest() {
    let (_, name) = REPOSITORY.split_once("github.com/").unwrap();
    let mut count = 0;
    let docs = std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|entry| entry.unwrap().path());
    for path in docs.chain([Path::new(ROOT).join("README.md"), Path::new(ROOT).join("CONTRIBUTING.md")]) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let urls = line.match_indices("https://github.com/").map(|(start, prefix)| &line[start + prefix.len()..]);
            let repos = urls.chain(line.split_once("--repo ").map(|(_, repo)| repo));
            for repo in repos.filter(|repo| repo.split(['/', ' ']).take(2).any(|part| part.contains("strigo"))) {
                assert!(repo.starts_with(name), "{}: {line}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 5, "only {count} URLs were found");
}

#[test]
fn notes_are_the_section_of_the_version() {
    let dir = copy_of_tree();
    std::fs::write(
        dir.path().join("CHANGELOG.md"),
        "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [1.2.3] - 2026-01-02\n\n### Added\n\n- old\n\n## [1.2.2] - 2026-01-01\n",
    )
    .unwrap();
    assert_eq!(stdout(run_script(&dir, "notes", &[])).trim_end(), "- new");
    assert_eq!(stdout(run_script(&dir, "notes", &["1.2.3"])).trim_end(), "### Added\n\n- old");
    for version in ["1.2.2", "1.2", "9"] {
        assert_fails(&run_script(&dir, "notes", &[version]), &format!("CHANGELOG.md has no section [{version}]"));
    }
}

#[test]
fn version_is_checked_before_a_release() {
    let dir = copy_of_tree();
    let tag = format!("v{VERSION}");
    assert_fails(&run_script(&dir, "check-version", &["v9.9.9"]), &format!("but Cargo.toml has version {VERSION}"));
    assert_fails(&run_script(&dir, "check-version", &[&tag]), "CHANGELOG.md has no heading");
    replace(&dir, "CHANGELOG.md", "## [Unreleased]", &format!("## [{VERSION}] - 2026-01-02"));
    assert_fails(&run_script(&dir, "check-version", &[&tag]), "the maintainer's address in Cargo.toml is an example");
    replace(&dir, "Cargo.toml", "@strigo-cli.example>", "@strigo-cli.dev>");
    stdout(run_script(&dir, "check-version", &[&tag]));
    let mut command = Command::new("bash");
    command.arg(dir.path().join("packaging/check-version")).arg(&tag).env("GITHUB_REPOSITORY", "someone/else");
    assert_fails(&command.output().unwrap(), "not https://github.com/someone/else");
}

#[test]
fn manifests_have_the_checksums_of_the_release() {
    let dir = copy_of_tree();
    let targets =
        ["aarch64-apple-darwin", "x86_64-apple-darwin", "aarch64-unknown-linux-musl", "x86_64-unknown-linux-musl"];
    let mut sums: Vec<String> =
        targets.iter().zip(1..).map(|(target, digit)| format!("{digit:064}  strigo-{target}.tar.gz\n")).collect();
    let path = dir.path().join("SHA256SUMS");
    let out = dir.path().to_str().unwrap();
    let run = |sums: &[String]| {
        std::fs::write(&path, sums.concat()).unwrap();
        run_script(&dir, "manifests", &["1.2.3", path.to_str().unwrap(), out])
    };
    assert_fails(&run(&sums), "does not list strigo-x86_64-pc-windows-msvc.zip");
    sums.push(format!("{:064}  strigo-x86_64-pc-windows-msvc.zip\n", 5));
    stdout(run(&sums));

    let formula = std::fs::read_to_string(dir.path().join("strigo.rb")).unwrap();
    for (target, digit) in targets.iter().zip(1..) {
        let archive = format!(
            "      url \"{REPOSITORY}/releases/download/v1.2.3/strigo-{target}.tar.gz\"\n      sha256 \"{digit:064}\"\n"
        );
        assert!(formula.contains(&archive), "{formula}");
    }
    if let Ok(output) = Command::new("ruby").arg("-c").arg(dir.path().join("strigo.rb")).output() {
        stdout(output);
    }
    let manifest = std::fs::read_to_string(dir.path().join("strigo.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let archive = &manifest["architecture"]["64bit"];
    assert_eq!(archive["hash"], format!("{:064}", 5));
    assert_eq!(archive["url"], format!("{REPOSITORY}/releases/download/v1.2.3/strigo-x86_64-pc-windows-msvc.zip"));
    assert_eq!(manifest["bin"], "bin\\strigo.exe");
    sums.remove(0);
    assert_fails(&run(&sums), "does not list strigo-aarch64-apple-darwin.tar.gz");
}

/// GNU tar is needed.
#[cfg(target_os = "linux")]
#[test]
fn archive_is_complete_and_reproducible() {
    let dir = copy_of_tree();
    let target = "x86_64-unknown-linux-musl";
    for file in ["target/dist/THIRD-PARTY-LICENSES.txt", &format!("target/{target}/release/strigo")] {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "contents").unwrap();
    }
    let build = || {
        let path = stdout(run_script(&dir, "archive", &[target]));
        std::fs::read(path.trim_end()).unwrap()
    };
    let archive = build();
    // The time of a file does not matter.
    let readme = std::fs::File::open(dir.path().join("README.md")).unwrap();
    readme.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert!(build() == archive, "another archive from the same files");
    let mut command = Command::new("tar");
    command.arg("tf").arg(dir.path().join(format!("target/dist/strigo-{target}.tar.gz")));
    let list = stdout(command.output().unwrap());
    for file in [
        "bin/strigo",
        "completions/_strigo",
        "completions/_strigo.ps1",
        "completions/strigo.bash",
        "completions/strigo.elv",
        "completions/strigo.fish",
        "docs/ci.md",
        "docs/demo.svg",
        "man/man1/strigo-members-invite.1",
        "man/man5/strigo.5",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "THIRD-PARTY-LICENSES.txt",
    ] {
        assert!(list.lines().any(|line| line == format!("strigo-{target}/{file}")), "{file} is missing:\n{list}");
    }
}
