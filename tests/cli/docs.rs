//! Checks that the documentation matches the tool: examples, links, exit codes, and settings.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use clap::Parser as _;
use strigo_cli::cli::Cli;

use crate::server::Sandbox;
use crate::support::{auth_env, hermetic_env, run, sandbox, store_env, strigo};

const README: &str = include_str!("../../README.md");
const CONFIGURATION: &str = include_str!("../../docs/configuration.md");

/// All pages by their paths in the repository.
const PAGES: &[(&str, &str)] = &[
    ("README.md", README),
    ("CHANGELOG.md", include_str!("../../CHANGELOG.md")),
    ("CONTRIBUTING.md", include_str!("../../CONTRIBUTING.md")),
    ("docs/ci.md", include_str!("../../docs/ci.md")),
    ("docs/configuration.md", CONFIGURATION),
    ("docs/install.md", include_str!("../../docs/install.md")),
    ("docs/invitations.md", include_str!("../../docs/invitations.md")),
    ("docs/scripting.md", include_str!("../../docs/scripting.md")),
    ("docs/security.md", include_str!("../../docs/security.md")),
    ("docs/troubleshooting.md", include_str!("../../docs/troubleshooting.md")),
];

/// A fenced code block.
struct Block {
    page: &'static str,
    language: &'static str,
    text: String,
}

/// Splits a page into its fenced code blocks and the lines outside of them.
fn parse(page: &'static str, text: &'static str) -> (Vec<Block>, Vec<&'static str>) {
    let (mut blocks, mut prose) = (Vec::new(), Vec::new());
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => open = Some(Block { page, language, text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
            (None, None) => prose.push(line),
        }
    }
    assert!(open.is_none(), "{page} ends within a code block");
    (blocks, prose)
}

/// The code blocks of all pages in one of these languages.
fn blocks(languages: &[&str]) -> Vec<Block> {
    let all = PAGES.iter().flat_map(|(page, text)| parse(page, text).0);
    let blocks: Vec<_> = all.filter(|block| languages.contains(&block.language)).collect();
    assert!(!blocks.is_empty());
    blocks
}

/// Runs a script in bash, logged in to a sandbox, and returns its output as a terminal would show it.
fn run_in_bash(script: &str, sandbox: &Sandbox, dir: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["--norc", "-c", &format!("exec 2>&1\n{script}")])
        .current_dir(dir)
        .env_clear()
        .envs(hermetic_env())
        .env("XDG_CONFIG_HOME", dir)
        .env("XDG_STATE_HOME", dir)
        .env_remove("STRIGO_JOURNAL")
        .env("GITHUB_ACTOR", "dana")
        .env("PATH", path)
        .envs(auth_env(&sandbox.endpoint()))
        .envs(store_env(sandbox))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

/// Runs the commands of each block in one shell with a fresh sandbox.
#[cfg(unix)]
#[test]
fn console_block_run_in_sandbox_prints_documented_output() {
    const MARK: &str = "---next---";
    let mut differences = Vec::new();
    for Block { page, text, .. } in blocks(&["console"]) {
        let sandbox = sandbox();
        let mut commands: Vec<(&str, String)> = Vec::new();
        for line in text.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command, String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => panic!("{page}: a block starts with output: {text}"),
            }
        }
        let script: String = commands.iter().map(|(command, _)| format!("{command}\necho {MARK}\n")).collect();
        let dir = tempfile::TempDir::new().unwrap();
        let output = run_in_bash(&script, &sandbox, dir.path())
            .replace(&format!("http://127.0.0.1:{}", sandbox.port()), "https://app.strigo.io");
        let outputs: Vec<&str> = output.split(&format!("{MARK}\n")).collect();
        assert_eq!(outputs.len(), commands.len() + 1, "{page}: {output}");
        for ((command, expected), actual) in commands.iter().zip(&outputs) {
            if actual != expected {
                differences.push(format!("{page}: $ {command}\n--- documented\n{expected}--- actual\n{actual}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} outputs differ:\n\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn sandbox_command_run_as_documented_lists_sample_partners() {
    let pinned =
        |text: &str| parse("README.md", README).0.iter().any(|block| block.language == "sh" && block.text == text);
    let command = "cargo run --example sandbox -- partners list\n";
    assert!(pinned(command));
    // CI runs this block.
    assert!(pinned("cargo test --locked\n"));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(command.split_whitespace().skip(1)).current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.env("CARGO_NET_OFFLINE", "true");
    // The build script of `ring` depends on these variables of `cargo test`: it and what depends on it would be built again.
    let is_of_package =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "OUT_DIR"].iter().any(|start| name.starts_with(start));
    for (name, _) in std::env::vars().filter(|(name, _)| is_of_package(name)) {
        cargo.env_remove(name);
    }
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.lines().count(), 8);
    assert!(stdout.starts_with("yCoaiix2pRjxMjCn7\tw00t\n"), "{stdout}");
}

/// Splits a shell line into simple commands and their words. Understands quotes, `#`, and the operators `|`, `&`, `;`,
/// `<`, and `>`; the word after a redirection counts as a command.
fn simple_commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ' | '|' | '&' | ';' | '<' | '>') => {
                commands.last_mut().unwrap().extend(word.take());
                if c != ' ' {
                    commands.push(Vec::new());
                }
            }
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "unbalanced quotes: {line}");
    commands.last_mut().unwrap().extend(word);
    commands
}

#[test]
fn strigo_command_in_code_block_parses() {
    let mut count = 0;
    for Block { page, text, .. } in blocks(&["sh", "yaml", "console"]) {
        for line in text.lines() {
            let line = line.trim().trim_start_matches("$ ");
            if !line.starts_with("strigo ") {
                continue;
            }
            let words = simple_commands(line).remove(0);
            assert!(Cli::try_parse_from(words).is_ok(), "{page}: {line}");
            count += 1;
        }
    }
    assert!(count >= 30, "{count}");
}

/// Code spans that start with `strigo ` name existing commands.
#[test]
fn strigo_command_in_prose_exists() {
    use clap::CommandFactory as _;
    let cli = Cli::command();
    for (page, text) in PAGES {
        let prose = parse(page, text).1.join("\n");
        for span in prose.split('`').skip(1).step_by(2).filter_map(|span| span.strip_prefix("strigo ")) {
            let mut command = &cli;
            for word in span.split_whitespace().take_while(|word| word.chars().all(|c| c.is_ascii_lowercase())) {
                match command.find_subcommand(word) {
                    Some(found) => command = found,
                    None => assert!(!command.has_subcommands() || word == "help", "{page}: `strigo {span}`"),
                }
            }
        }
    }
}

#[test]
fn readme_has_at_most_250_lines() {
    let count = README.lines().count();
    assert!(count <= 250, "{count} lines");
}

#[test]
fn page_in_docs_is_checked_and_linked_from_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(root.join("docs")).unwrap() {
        let path = format!("docs/{}", entry.unwrap().file_name().to_str().unwrap());
        assert!(README.contains(&format!("]({path})")), "{path} is not linked from README.md");
        assert!(!path.ends_with(".md") || PAGES.iter().any(|(page, _)| *page == path), "{path} is not in PAGES");
    }
}

/// The anchors of a page's headings, as GitHub generates them.
fn anchors(page: &'static str, text: &'static str) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut anchors = Vec::new();
    for line in parse(page, text).1 {
        let heading = line.trim_start_matches('#');
        if heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let lower = heading.trim().to_lowercase();
        let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let count = counts.entry(anchor.clone()).or_default();
        anchors.push(if *count == 0 { anchor } else { format!("{anchor}-{count}") });
        *count += 1;
    }
    anchors
}

/// The path without `.` and `..` components.
fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => assert!(result.pop(), "{} leaves the repository", path.display()),
            other => result.push(other),
        }
    }
    result
}

#[test]
fn relative_link_resolves_to_file_and_heading() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for (page, text) in PAGES {
        // Links in code spans are not links.
        let prose: String = parse(page, text).1.join("\n").split('`').step_by(2).collect();
        for link in prose.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.contains("://") {
                continue;
            }
            count += 1;
            let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
            let target = match path {
                "" => PathBuf::from(page),
                _ => normalize(&Path::new(page).parent().unwrap().join(path)),
            };
            assert!(root.join(&target).is_file(), "{page}: {link}: file not found");
            let Some(anchor) = anchor else { continue };
            let (target, text) = PAGES.iter().find(|(page, _)| Path::new(page) == target).unwrap();
            assert!(anchors(target, text).iter().any(|known| known == anchor), "{page}: {link}: heading not found");
        }
    }
    assert!(count >= 40, "{count}");
}

#[test]
fn setting_in_configuration_table_is_in_help() {
    let help = [&["--help"][..], &["members", "invite", "--help"]].map(|args| run(strigo(args)).stdout).concat();
    let page = run(strigo(&["man"])).stdout;
    let environment = page.split_once(".SH ENVIRONMENT\n").unwrap().1;
    let table = CONFIGURATION.lines().skip_while(|line| !line.starts_with("| setting | flag |"));
    let rows: Vec<&str> = table.skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 10, "{rows:?}");
    for row in &rows {
        for word in
            row.split('`').skip(1).step_by(2).filter(|word| word.starts_with("STRIGO_") || word.starts_with("--"))
        {
            assert!(help.contains(word), "{word} is not in --help");
            assert!(word.starts_with("--") || environment.contains(word), "{word} is not in strigo(1)");
        }
    }
    // And the other way round.
    let words = help.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    for variable in words.filter(|word| word.starts_with("STRIGO_")) {
        assert!(rows.iter().any(|row| row.contains(&format!("`{variable}`"))), "{variable} is not in the table");
    }
}

#[test]
fn exit_code_table_lists_all_error_kinds() {
    use strigo_cli::error::ErrorKind;
    let kinds: Vec<_> = ErrorKind::all().collect();
    for kind in &kinds {
        let row = format!("| {} | `{}` | ", kind.exit_code(), kind.as_str());
        assert!(README.contains(&row), "{row}");
    }
    let table = README.lines().skip_while(|line| !line.starts_with("| code | kind |"));
    assert_eq!(table.skip(2).take_while(|line| line.starts_with('|')).count(), kinds.len() + 1);
}
