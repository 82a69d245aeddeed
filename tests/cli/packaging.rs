//! What `packaging/release` does without compiling, the contents of the Debian package, and the places that name the repository.

use std::path::Path;
use std::process::{Command, Output};

use clap::CommandFactory as _;
use strigo_cli::cli::Cli;
use tempfile::TempDir;

use crate::support::say_ignored;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Copies what the scripts read to a directory, so that a test can change it.
fn copy_of_tree() -> TempDir {
    let dir = TempDir::new().unwrap();
    for item in ["packaging", "completions", "docs"] {
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

/// Returns `packaging/release` of a tree, with these arguments.
fn release(dir: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new("bash");
    command.arg(dir.path().join("packaging/release")).args(args).env_remove("GITHUB_REPOSITORY");
    command
}

fn run_release(dir: &TempDir, args: &[&str]) -> Output {
    release(dir, args).output().unwrap()
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
    assert_eq!(stdout(run_release(&dir, &["notes"])).trim_end(), "- new");
    assert_eq!(stdout(run_release(&dir, &["notes", "1.2.3"])).trim_end(), "### Added\n\n- old");
    for version in ["1.2.2", "1.2", "9"] {
        assert_fails(&run_release(&dir, &["notes", version]), &format!("CHANGELOG.md has no section [{version}]"));
    }
}

/// A build script of any crate could take a token, or change what is released.
#[test]
fn what_compiles_in_a_release_may_not_write() {
    // The package has no workflows.
    let Ok(workflow) = std::fs::read_to_string(Path::new(ROOT).join(".github/workflows/release.yml")) else {
        return say_ignored("there are no workflows");
    };
    let (head, jobs) = workflow.split_once("\njobs:\n").unwrap();
    assert!(head.contains("\npermissions:\n  contents: read\n"), "{head}");
    let (writing, reading): (Vec<&str>, Vec<&str>) = jobs.split("\n\n").partition(|job| job.contains(": write"));
    assert_eq!((writing.len(), reading.len()), (2, 4));
    for job in reading {
        assert!(!["token", "secrets", "permissions"].iter().any(|word| job.contains(word)), "{job}");
    }
    for (job, command) in writing.iter().zip(["gh release create ", "cargo publish --locked --no-verify\n"]) {
        let (before, last) = job.rsplit_once("run: ").unwrap();
        assert!(!before.contains("run:"), "{job}");
        assert!(last.trim_start_matches(">\n").trim_start().starts_with(command), "{job}");
        assert!(!last.contains("cargo build") && !last.contains("&&") && !last.contains(';'), "{job}");
        // Only this step has the token.
        assert!(!before.contains("token }}") && !before.contains("_TOKEN") && last.contains("_TOKEN: "), "{job}");
    }
    assert!(!writing[0].contains("actions/checkout"), "{}", writing[0]);
    assert!(workflow.contains("- run: cargo package --locked\n") && workflow.contains("needs: [advisories, assemble]"));
}

#[test]
fn tag_is_checked_before_a_release() {
    let dir = copy_of_tree();
    let tag = format!("v{VERSION}");
    let check = |tag: &str| run_release(&dir, &["check-tag", tag]);
    assert_fails(&check("v9.9.9"), &format!("but Cargo.toml has version {VERSION}"));
    assert_fails(&check(&tag), "CHANGELOG.md has no heading");
    replace(&dir, "CHANGELOG.md", "## [Unreleased]", &format!("## [{VERSION}] - 2026-01-02"));
    assert_fails(&check(&tag), "the maintainer's address in Cargo.toml is an example");
    replace(&dir, "Cargo.toml", "@strigo-cli.example>", "@strigo-cli.dev>");
    stdout(check(&tag));
    let mut elsewhere = release(&dir, &["check-tag", &tag]);
    assert_fails(
        &elsewhere.env("GITHUB_REPOSITORY", "someone/else").output().unwrap(),
        "not https://github.com/someone/else",
    );
}

#[test]
fn manifests_have_the_checksums_of_the_release() {
    let dir = copy_of_tree();
    let targets =
        ["aarch64-apple-darwin", "x86_64-apple-darwin", "aarch64-unknown-linux-musl", "x86_64-unknown-linux-musl"];
    let mut sums: Vec<String> =
        targets.iter().zip(1..).map(|(target, digit)| format!("{digit:064}  strigo-{target}.tar.gz\n")).collect();
    let dist = dir.path().join("target/dist");
    std::fs::create_dir_all(&dist).unwrap();
    let run = |sums: &[String]| {
        std::fs::write(dist.join("SHA256SUMS"), sums.concat()).unwrap();
        run_release(&dir, &["manifests"])
    };
    assert_fails(&run(&sums), "does not list strigo-x86_64-pc-windows-msvc.zip");
    sums.push(format!("{:064}  strigo-x86_64-pc-windows-msvc.zip\n", 5));
    stdout(run(&sums));

    let formula = std::fs::read_to_string(dist.join("strigo.rb")).unwrap();
    for (target, digit) in targets.iter().zip(1..) {
        let archive = format!(
            "      url \"{REPOSITORY}/releases/download/v{VERSION}/strigo-{target}.tar.gz\"\n      sha256 \"{digit:064}\"\n"
        );
        assert!(formula.contains(&archive), "{formula}");
    }
    if let Ok(output) = Command::new("ruby").arg("-c").arg(dist.join("strigo.rb")).output() {
        stdout(output);
    }
    let manifest = std::fs::read_to_string(dist.join("strigo.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let archive = &manifest["architecture"]["64bit"];
    assert_eq!(archive["hash"], format!("{:064}", 5));
    assert_eq!(archive["url"], format!("{REPOSITORY}/releases/download/v{VERSION}/strigo-x86_64-pc-windows-msvc.zip"));
    assert_eq!(manifest["bin"], "bin\\strigo.exe");
    sums.remove(0);
    assert_fails(&run(&sums), "does not list strigo-aarch64-apple-darwin.tar.gz");
}

/// The archive of a static binary for this machine is made by the real script; only cargo, which makes the licenses and the
/// Debian package, is replaced.
#[cfg(target_os = "linux")]
#[test]
fn archive_is_complete_and_reproducible() {
    let dir = copy_of_tree();
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let script = |path: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    script(&format!("target/{target}/release/strigo"), &format!("exec {} \"$@\"", env!("CARGO_BIN_EXE_strigo")));
    script("bin/cargo", "[ $1 != about ] || echo licenses > target/packaging/THIRD-PARTY-LICENSES.txt");
    let assemble = || {
        let path = format!("{}:{}", dir.path().join("bin").display(), std::env::var("PATH").unwrap());
        stdout(release(&dir, &["assemble", &target]).env("PATH", path).output().unwrap());
        std::fs::read(dir.path().join(format!("target/dist/strigo-{target}.tar.gz"))).unwrap()
    };
    let archive = assemble();
    // The time of a file does not matter.
    let readme = std::fs::File::open(dir.path().join("README.md")).unwrap();
    readme.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert!(assemble() == archive, "another archive from the same files");

    let mut tar = Command::new("tar");
    let list =
        stdout(tar.arg("tf").arg(dir.path().join(format!("target/dist/strigo-{target}.tar.gz"))).output().unwrap());
    let mut expected: Vec<String> =
        ["bin/strigo", "docs/ci.md", "docs/demo.svg", "man/man5/strigo.5"].map(Into::into).into();
    expected.extend(
        ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY-LICENSES.txt"].map(Into::into),
    );
    for script in std::fs::read_dir(Path::new(ROOT).join("completions")).unwrap() {
        expected.push(format!("completions/{}", script.unwrap().file_name().display()));
    }
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    add_pages(&command, &mut expected);
    for file in &expected {
        assert!(list.lines().any(|line| line == format!("strigo-{target}/{file}")), "{file} is missing:\n{list}");
    }
    assert_eq!(list.matches(".1\n").count(), expected.iter().filter(|file| file.ends_with(".1")).count(), "{list}");
}

/// Adds the manual pages of a command and of those below it.
fn add_pages(command: &clap::Command, pages: &mut Vec<String>) {
    pages.push(format!("man/man1/{}.1", command.get_display_name().unwrap_or(command.get_name())));
    command.get_subcommands().filter(|command| !command.is_hide_set()).for_each(|command| add_pages(command, pages));
}

/// The directories are those that the documentation of bash-completion, zsh, and fish specifies for packages.
#[test]
fn debian_package_has_files_of_tree_where_programs_look_for_them() {
    let manifest: toml_edit::DocumentMut = include_str!("../../Cargo.toml").parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let text = |asset: &toml_edit::Value, index: usize| {
        asset.as_array().unwrap().get(index).unwrap().as_str().unwrap().to_owned()
    };
    let assets: Vec<_> = assets.iter().map(|asset| (text(asset, 0), text(asset, 1))).collect();
    for (source, destination) in [
        ("completions/strigo.bash", "usr/share/bash-completion/completions/strigo"),
        ("completions/_strigo", "usr/share/zsh/vendor-completions/_strigo"),
        ("completions/strigo.fish", "usr/share/fish/vendor_completions.d/strigo.fish"),
    ] {
        assert!(assets.contains(&(source.to_owned(), destination.to_owned())), "{source}");
        assert!(Path::new(ROOT).join(source).is_file(), "{source}");
    }
}
