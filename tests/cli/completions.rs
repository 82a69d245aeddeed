//! The files in `completions/` are what the tool prints, and shells can use them: for what is always the same, and for
//! partners and profiles, which only the tool knows.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{hermetic_env, requests, run, sandbox, signed_in, strigo};
#[cfg(unix)]
use crate::terminal::{OnTerminal, Typed};

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

/// A sandbox with names that shells make difficult, and a place for a cache and a config file.
fn difficult() -> (Sandbox, TempDir) {
    let sandbox = sandbox();
    for (id, name) in [
        ("acme1", "Acme Training"),
        ("oneil", "O'Neil & $Co"),
        ("hebrew", "אבג דהו"),
        ("at", "user@corp Ltd"),
        ("bang", "Wow! \"x\""),
    ] {
        sandbox.state().partners.push(json!({"id": id, "name": name}));
    }
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(dir.path().join("strigo")).unwrap();
    let profiles = "[profiles.staging]\norg_id = 'stagingOrg'\n[profiles.'my test']\norg_id = 'testOrg'\n";
    std::fs::write(dir.path().join("strigo/config.toml"), profiles).unwrap();
    (sandbox, dir)
}

/// The variables of a shell in which `strigo` is this tool, signed in.
fn variables(sandbox: &Sandbox, dir: &TempDir) -> Vec<(&'static str, String)> {
    let tool = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap().display();
    let dir = dir.path().display().to_string();
    let mut variables: Vec<(&str, String)> = signed_in(&sandbox.endpoint()).into();
    variables.extend([
        ("PATH", format!("{tool}:{}", std::env::var("PATH").unwrap())),
        ("XDG_CONFIG_HOME", dir.clone()),
        ("XDG_CACHE_HOME", dir),
        ("COMPLETIONS", file("").display().to_string()),
    ]);
    variables
}

/// What the tool tells a shell's script, as pairs.
fn offered(sandbox: &Sandbox, dir: &TempDir, words: &[&str]) -> Vec<(String, String)> {
    let mut command = strigo(&[&["__complete", "fish"], words].concat());
    command.envs(variables(sandbox, dir));
    let ran = run(command);
    assert_eq!(ran.stderr, "");
    let pairs = ran.stdout.lines().map(|line| line.split_once('\t').unwrap());
    pairs.map(|(value, about)| (value.to_owned(), about.to_owned())).collect()
}

#[test]
fn partners_and_profiles_are_offered_with_what_they_are() {
    let (sandbox, dir) = difficult();
    let pair = |value: &str, about: &str| (value.to_owned(), about.to_owned());
    assert_eq!(offered(&sandbox, &dir, &["strigo", "partners", "get", "A"]), [pair("Acme Training", "acme1")]);
    assert_eq!(offered(&sandbox, &dir, &["strigo", "members", "list", "yC"]), [pair("yCoaiix2pRjxMjCn7", "w00t")]);
    assert_eq!(offered(&sandbox, &dir, &["strigo", "partners", "get", ""]).len(), 13);
    let profiles = [pair("my test", "organization testOrg"), pair("staging", "organization stagingOrg")];
    assert_eq!(offered(&sandbox, &dir, &["strigo", "partners", "list", "--profile", ""]), profiles);
    let profile = [pair("--profile=staging", "organization stagingOrg")];
    assert_eq!(offered(&sandbox, &dir, &["strigo", "--profile=s"]), profile);
    for words in [&["strigo", ""][..], &["strigo", "partners", "create", ""], &["strigo", "--format", ""], &[]] {
        assert_eq!(offered(&sandbox, &dir, words), []);
    }
}

#[test]
fn partners_are_remembered_for_each_organization_and_forgotten_at_logout() {
    let (sandbox, dir) = difficult();
    let words = ["strigo", "partners", "get", "Ac"];
    for _ in 0..3 {
        assert_eq!(offered(&sandbox, &dir, &words).len(), 1);
        assert_eq!(requests(&sandbox), ["GET /partners"]);
    }
    let files = || {
        let entries = std::fs::read_dir(dir.path().join("strigo")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|name| name == "json")).collect::<Vec<_>>()
    };
    let [cache] = &files()[..] else { panic!("{:?}", files()) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(cache).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!std::fs::read_to_string(cache).unwrap().contains(API_KEY));
    // Another organization's are others, and the profile on the command line says whose.
    let pair = format!("[profiles.other]\norg_id = 'otherOrg'\napi_key = '{API_KEY}'\n");
    std::fs::write(dir.path().join("strigo/config.toml"), pair).unwrap();
    assert_eq!(offered(&sandbox, &dir, &["strigo", "partners", "get", "--profile", "other", "Ac"]), []);
    assert_eq!(sandbox.state().log[1].header("authorization").unwrap(), format!("Bearer otherOrg:{API_KEY}"));

    let mut logout = strigo(&["auth", "logout", "--profile", "other"]);
    logout.envs(variables(&sandbox, &dir));
    assert_eq!(run(logout).code, 0);
    assert_eq!(files(), Vec::<PathBuf>::new());
}

#[test]
fn where_it_fails_it_is_silent_and_quick() {
    for fault in [
        Fault::Hang,
        Fault::Status(401),
        Fault::Status(503),
        Fault::TooMany(60),
        Fault::ResetBefore,
        Fault::Body(b"nonsense".to_vec()),
        Fault::Latency(Duration::from_secs(20)),
    ] {
        let (sandbox, dir) = difficult();
        sandbox.state().always = Some(fault.clone());
        let started = Instant::now();
        assert_eq!(offered(&sandbox, &dir, &["strigo", "partners", "get", "A"]), [], "{fault:?}");
        // 0.3 s by itself; other tests run beside this one.
        assert!(started.elapsed() < Duration::from_millis(1500), "{fault:?}: {:?}", started.elapsed());
        assert!(requests(&sandbox).len() <= 1, "{fault:?} is tried again");
    }
    for text in ["nonsense = 1", "api_key_command = ['sh', '-c', 'echo asked > asked; echo key']\norg_id = 'o'"] {
        let (sandbox, dir) = difficult();
        std::fs::write(dir.path().join("strigo/config.toml"), text).unwrap();
        let mut command = strigo(&["__complete", "fish", "strigo", "partners", "get", ""]);
        let without_pair = variables(&sandbox, &dir)
            .into_iter()
            .filter(|(name, _)| !name.contains("_ORG_ID") && !name.contains("_API_KEY"));
        command.envs(without_pair).current_dir(dir.path());
        let ran = run(command);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
        assert!(requests(&sandbox).is_empty() && !dir.path().join("asked").exists());
    }
    for args in [&["__complete"][..], &["__complete", "tcsh", "x"], &["__complete", "bash"], &["__complete", "zsh"]] {
        run(strigo(args)).expect(1, "", "");
    }
}

/// The exit code says whether file names may be offered instead.
#[test]
fn nothing_else_is_offered_where_a_partner_is_wanted() {
    let (sandbox, dir) = difficult();
    for (words, code) in [
        (&["strigo", "partners", "get", "no such"][..], 0),
        (&["strigo", "partners", "get", "--"], 1),
        (&["strigo", "partners", "get", "-"], 1),
        (&["strigo", "members", "invite", "--from", ""], 1),
    ] {
        let mut command = strigo(&[&["__complete", "zsh"], words].concat());
        command.envs(variables(&sandbox, &dir));
        run(command).expect(code, "", "");
    }
}

#[test]
fn an_answer_that_comes_late_is_there_for_the_next_time() {
    let (sandbox, dir) = difficult();
    sandbox.state().always = Some(Fault::Latency(Duration::from_millis(900)));
    let words = ["strigo", "partners", "get", "Ac"];
    let started = Instant::now();
    assert_eq!(offered(&sandbox, &dir, &words), []);
    // Pressed again meanwhile, it does not ask once more.
    while offered(&sandbox, &dir, &words).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(20), "the answer never came");
    }
    assert_eq!(requests(&sandbox), ["GET /partners"]);
}

/// Whether this shell is there to be tested with. CI has all of them.
fn has_shell(shell: &str) -> bool {
    let is_there = Command::new(shell).args(["-c", "exit 0"]).status().is_ok_and(|status| status.success());
    assert!(is_there || std::env::var_os("STRIGO_TEST_ALL_SHELLS").is_none(), "{shell} is not installed");
    is_there
}

/// Types each line up to its Tab into an interactive shell, and waits for what completes it; then runs it.
#[cfg(unix)]
fn typed_in(shell: &str, args: &[&str], setup: &str, lines: &[(&str, &str)]) {
    if !has_shell(shell) {
        return;
    }
    let (sandbox, dir) = difficult();
    let owned = variables(&sandbox, &dir);
    let variables: Vec<(&str, &str)> = owned.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let tool = OnTerminal::spawn(&sandbox, 120, shell, args, &variables);
    let setup = format!("{setup}; echo rea''dy\n");
    let mut steps: Vec<(String, String)> = vec![(String::new(), setup)];
    let mut awaited = "ready".to_owned();
    for (typed, completed) in lines {
        steps.push((awaited, format!("{typed}\t")));
        steps.push(((*completed).to_owned(), "\u{15}".to_owned()));
        steps.push((String::new(), "echo go''on\n".to_owned()));
        awaited = "goon".to_owned();
    }
    steps.push((awaited, "exit\n".to_owned()));
    let conditions: Vec<_> =
        steps.iter().map(|(awaited, _)| move |seen: &str| seen.contains(awaited.as_str())).collect();
    let typing: Vec<Typed<'_>> =
        conditions.iter().zip(&steps).map(|(condition, (_, keys))| (condition as _, keys.as_str())).collect();
    let (seen, code) = tool.finish_typing(&typing);
    assert_eq!(code, 0, "{seen}");
}

#[cfg(unix)]
#[test]
fn in_bash() {
    let setup = "PS1='> '; bind 'set enable-bracketed-paste off'; . $COMPLETIONS/strigo.bash";
    typed_in(
        "bash",
        &["--norc", "--noprofile", "-i"],
        setup,
        &[
            ("strigo partners get Ac", r"get Acme\ Training "),
            ("strigo partners get 'Ac", "get 'Acme Training' "),
            ("strigo partners get \"O", "get \"O'Neil & \\$Co\" "),
            ("strigo partners get O", r"get O\'Neil\ \&\ \$Co "),
            ("strigo members list name:Ac", r"name:Acme\ Training "),
            ("strigo partners get אב", r"אבג\ דהו "),
            ("strigo partners get yC", "get yCoaiix2pRjxMjCn7 "),
            ("strigo partners get us", r"get user@corp\ Ltd "),
            ("strigo partners get user@c", r"get user@corp\ Ltd "),
            ("strigo partners get \"Wo", "get \"Wow\"'!'\" \\\"x\\\"\" "),
            ("strigo partners get Wo", r#"get Wow\!\ \"x\" "#),
            ("strigo --profile=st", "--profile=staging "),
            ("strigo --profile m", r"--profile my\ test "),
            ("strigo partners list --format ta", "--format table "),
            ("strigo par", "strigo partners "),
            ("strigo partners get w\t", "w00t1  (x6GHbXKBTPeAHpjmS)"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn in_zsh() {
    let setup =
        "PS1='> '; unsetopt zle_bracketed_paste; fpath=($COMPLETIONS $fpath); autoload -Uz compinit; compinit -u -D";
    typed_in(
        "zsh",
        &["-f", "-i"],
        setup,
        &[
            ("strigo partners get Ac", r"Acme\ Training"),
            ("strigo partners get 'Ac", "'Acme Training'"),
            ("strigo partners get O", r"O\'Neil\ \&\ \$Co"),
            ("strigo members list name:Ac", r"name:Acme\ Training"),
            ("strigo partners get yC", "yCoaiix2pRjxMjCn7"),
            ("strigo --profile=st", "--profile=staging"),
            ("strigo --profile m", r"my\ test"),
            ("strigo partners list --format ta", "table"),
            ("strigo par", "partners"),
            ("strigo partners get w\t", "w00t1  -- x6GHbXKBTPeAHpjmS"),
        ],
    );
}

#[test]
fn in_fish() {
    if !has_shell("fish") {
        return;
    }
    let (sandbox, dir) = difficult();
    for (line, expected) in [
        ("strigo partners get Ac", "Acme Training\tacme1\n"),
        ("strigo partners get 'Ac", "Acme Training\tacme1\n"),
        (r"strigo partners get Acme\ T", "Acme Training\tacme1\n"),
        ("strigo members list name:Ac", "name:Acme Training\tacme1\n"),
        ("strigo partners get yC", "yCoaiix2pRjxMjCn7\tw00t\n"),
        ("strigo --profile=st", "--profile=staging\torganization stagingOrg\n"),
        ("strigo --profile m", "my test\torganization testOrg\n"),
        ("strigo partners list --format ta", "table\tWith borders, fitted to the terminal\n"),
        ("strigo par", "partners\tList, show, create and rename partners\n"),
        ("strigo partners create Ac", ""),
    ] {
        let output = Command::new("fish")
            .args(["--no-config", "-c", ". $COMPLETIONS/strigo.fish; complete -C $argv[1]", line])
            .env_clear()
            .envs(hermetic_env())
            .envs(variables(&sandbox, &dir))
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            expected,
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(sandbox.state().log[0].header("authorization").unwrap(), format!("Bearer {ORG_ID}:{API_KEY}"));
}
