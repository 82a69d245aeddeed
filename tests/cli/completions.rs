//! Shell completion: the scripts in `completions/`, and the candidates that they get from `strigo`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{auth_env, hermetic_env, request_lines, run, sandbox, say_ignored, strigo, wait_until};
#[cfg(unix)]
use crate::terminal::{TerminalSession, TypingStep};

const FILES: [(&str, &str); 5] = [
    ("bash", "strigo.bash"),
    ("zsh", "_strigo"),
    ("fish", "strigo.fish"),
    ("powershell", "_strigo.ps1"),
    ("elvish", "strigo.elv"),
];

fn completion_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(name)
}

#[test]
fn completion_prints_script() {
    for (shell, name) in FILES {
        let script = std::fs::read_to_string(completion_file(name)).unwrap();
        run(strigo(&["completion", shell])).assert(0, &script, "");
    }
    assert_eq!(std::fs::read_dir(completion_file("")).unwrap().count(), FILES.len());
}

/// Returns the candidates that the bash script offers for the last of these words.
#[cfg(unix)]
fn bash_completes(words: &[&str]) -> Vec<String> {
    let script = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
        _strigo strigo "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let bin_dir = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap().display();
    let output = Command::new("bash")
        .args(["--norc", "-c", script, "bash"])
        .arg(completion_file("strigo.bash"))
        .args(words)
        .env_clear()
        .envs(hermetic_env())
        .env("PATH", format!("{bin_dir}:{}", std::env::var("PATH").unwrap()))
        .output()
        .expect("bash is needed for this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn completions_bash_commands_and_values() {
    let candidates = bash_completes(&["strigo", "pa"]);
    assert_eq!(candidates, ["partners"]);
    let candidates = bash_completes(&["strigo", "partners", ""]);
    for command in ["list", "get", "create", "rename"] {
        assert!(candidates.contains(&command.to_owned()), "{candidates:?}");
    }
    let candidates = bash_completes(&["strigo", "partners", "list", "--output", ""]);
    assert_eq!(candidates, ["table", "tsv", "csv", "markdown", "json"]);
    assert_eq!(bash_completes(&["strigo", "completion", "po"]), ["powershell"]);
}

#[cfg(unix)]
#[test]
fn completions_bash_offers_options_only_if_one_is_typed() {
    let commands = ["partners", "members", "journal", "auth", "api", "man", "completion", "help"];
    assert_eq!(bash_completes(&["strigo", ""]), commands);
    let options = bash_completes(&["strigo", "partners", "list", "--c"]);
    assert_eq!(options, ["--columns", "--config", "--color"]);
    assert_eq!(bash_completes(&["strigo", "help", "mem"]), ["members"]);
    assert_eq!(bash_completes(&["strigo", "man", "members", "st"]), ["status"]);
    assert_eq!(bash_completes(&["strigo", "partners", "list", "--columns", "id,na"]), ["id,name"]);
    assert_eq!(bash_completes(&["strigo", "partners", "list", "--output", "m"]), ["markdown"]);
    assert!(bash_completes(&["strigo", "auth", "logout", ""]).contains(&"--profile".to_owned()));
}

/// Starts a sandbox with partner names that shells must quote, and creates a directory with a config file.
fn sandbox_with_special_names() -> (Sandbox, TempDir) {
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

/// Returns the variables of a shell with this build of `strigo` in its PATH, and with credentials.
fn shell_env(sandbox: &Sandbox, dir: &TempDir) -> Vec<(&'static str, String)> {
    let bin_dir = Path::new(env!("CARGO_BIN_EXE_strigo")).parent().unwrap().display();
    let dir = dir.path().display().to_string();
    let mut variables: Vec<(&str, String)> = auth_env(&sandbox.endpoint()).into();
    variables.extend([
        ("PATH", format!("{bin_dir}:{}", std::env::var("PATH").unwrap())),
        ("XDG_CONFIG_HOME", dir.clone()),
        ("XDG_CACHE_HOME", dir),
        ("COMPLETIONS", completion_file("").display().to_string()),
    ]);
    variables
}

/// Returns the output of `strigo __complete fish`, as pairs of candidate and description.
fn complete(sandbox: &Sandbox, dir: &TempDir, words: &[&str]) -> Vec<(String, String)> {
    let mut command = strigo(&[&["__complete", "fish"], words].concat());
    command.envs(shell_env(sandbox, dir));
    let output = run(command);
    assert_eq!(output.stderr, "");
    let pairs = output.stdout.lines().map(|line| line.split_once('\t').unwrap_or((line, "")));
    pairs.map(|(value, help)| (value.to_owned(), help.to_owned())).collect()
}

/// Waits until the partners are cached. On a busy machine, the first response comes too late for the shell.
fn fill_cache(sandbox: &Sandbox, dir: &TempDir) {
    wait_until(|| !complete(sandbox, dir, &["strigo", "partners", "get", "Ac"]).is_empty());
}

#[test]
fn complete_lists_partners_and_profiles() {
    let (sandbox, dir) = sandbox_with_special_names();
    fill_cache(&sandbox, &dir);
    let candidate = |value: &str, help: &str| (value.to_owned(), help.to_owned());
    assert_eq!(complete(&sandbox, &dir, &["strigo", "partners", "get", "A"]), [candidate("Acme Training", "acme1")]);
    assert_eq!(
        complete(&sandbox, &dir, &["strigo", "members", "list", "yC"]),
        [candidate("yCoaiix2pRjxMjCn7", "w00t")]
    );
    assert_eq!(complete(&sandbox, &dir, &["strigo", "partners", "get", ""]).len(), 13);
    let profiles = [candidate("my test", "organization testOrg"), candidate("staging", "organization stagingOrg")];
    assert_eq!(complete(&sandbox, &dir, &["strigo", "partners", "list", "--profile", ""]), profiles);
    assert_eq!(complete(&sandbox, &dir, &["strigo", "auth", "switch", ""]), profiles);
    let profile = [candidate("--profile=staging", "organization stagingOrg")];
    assert_eq!(complete(&sandbox, &dir, &["strigo", "--profile=s"]), profile);
    let values = |words: &[&str]| -> Vec<String> {
        complete(&sandbox, &dir, words).into_iter().map(|(value, _)| value).collect()
    };
    assert_eq!(values(&["strigo", "partners", "rename", "w00t", ""]), ["w00t"]);
    assert_eq!(values(&["strigo", "partners", "rename", "id:acme1", ""]), ["Acme Training"]);
    assert_eq!(values(&["strigo", "api", "GET", "/"]), ["/partners", "/health"]);
    assert_eq!(values(&["strigo", "api", "GET", "/partners/acme"]), ["/partners/acme1", "/partners/acme1/members"]);
    assert_eq!(values(&["strigo", "man", ""]).len(), 7);
    assert_eq!(values(&["strigo", "man", "partners", "g"]), ["get"]);
    assert_eq!(
        values(&["strigo", "members", "list", "--all", "--columns", "ID,partner_"]),
        ["ID,partner_id", "ID,partner_name"]
    );
    assert_eq!(
        values(&["strigo", "members", "status", "--columns=IN"]),
        ["--columns=INVITED_AT", "--columns=INVITATION_ID"]
    );
    assert_eq!(values(&["strigo", "members", "status", "--columns", "email,state,email"]), Vec::<String>::new());
    assert_eq!(values(&["strigo", "members", "status", "--state", "pending,"]).len(), 7);
    assert_eq!(values(&["strigo", "members", "status", "--state=pending,u"]), ["--state=pending,unknown"]);
    assert_eq!(values(&["strigo", "api", "/p"]).first().unwrap(), "/partners");
    assert_eq!(values(&["strigo", "partner", ""]), ["list", "get", "create", "rename", "help"]);
    assert_eq!(values(&["strigo", "-q", "member", "i"]), ["invite"]);
    assert_eq!(values(&["strigo", "partners", "create", "Ac"]), Vec::<String>::new());
    assert_eq!(values(&["strigo", "--output", "t"]), ["table", "tsv"]);
    assert_eq!(values(&["strigo", "api", "P"]), ["POST", "PUT", "PATCH"]);
    assert_eq!(values(&["strigo", "partners", "get", "--c"]), ["--columns", "--config", "--color"]);
}

/// Global options, their values, and aliases before the command change nothing.
#[test]
fn complete_understands_words_before_command() {
    let (sandbox, dir) = sandbox_with_special_names();
    let values = |line: &str| -> Vec<String> {
        let words: Vec<&str> = line.split(' ').collect();
        complete(&sandbox, &dir, &words).into_iter().map(|(value, _)| value).collect()
    };
    let commands = ["list", "get", "create", "rename", "help"];
    for options in ["", "--profile x ", "-o csv ", "--color never ", "--profile=members -q ", "--profile members "] {
        assert_eq!(values(&format!("strigo {options}partner ")), commands, "{options}");
        assert_eq!(values(&format!("strigo {options}partners list --columns ")), ["id", "name"], "{options}");
        assert_eq!(values(&format!("strigo {options}member find --columns=partner_n")), ["--columns=partner_name"]);
    }
    assert_eq!(values("strigo partner ls --members --columns m"), ["members"]);
    assert_eq!(values("strigo member ls --all --columns partner_n"), ["partner_name"]);
    assert_eq!(values("strigo member ls Acme --columns partner_n"), Vec::<String>::new());
    assert!(request_lines(&sandbox).is_empty());
}

/// The partners are fetched at each Tab then.
#[test]
fn complete_lists_partners_without_cache() {
    let (sandbox, dir) = sandbox_with_special_names();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    for requests in 1..=2 {
        let mut command = strigo(&["__complete", "fish", "strigo", "partners", "get", "Ac"]);
        command.envs(shell_env(&sandbox, &dir)).env("XDG_CACHE_HOME", &file);
        run(command).assert(0, "Acme Training\tacme1\n", "");
        assert_eq!(request_lines(&sandbox).len(), requests);
    }
}

/// A cache that is no file is not read: Tab would wait for someone to write to it.
#[cfg(unix)]
#[test]
fn complete_does_not_wait_for_fifo() {
    let (sandbox, dir) = sandbox_with_special_names();
    fill_cache(&sandbox, &dir);
    let [cache] = &cache_files(&dir)[..] else { panic!("{:?}", cache_files(&dir)) };
    std::fs::remove_file(cache).unwrap();
    assert!(Command::new("mkfifo").arg(cache).status().unwrap().success());
    complete(&sandbox, &dir, &["strigo", "partners", "get", "Ac"]);
}

/// Returns the caches of partners.
fn cache_files(dir: &TempDir) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir.path().join("strigo")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|name| name == "json")).collect()
}

#[test]
fn complete_caches_partners_until_logout() {
    let (sandbox, dir) = sandbox_with_special_names();
    fill_cache(&sandbox, &dir);
    let words = ["strigo", "partners", "get", "Ac"];
    for _ in 0..3 {
        assert_eq!(complete(&sandbox, &dir, &words).len(), 1);
        assert_eq!(request_lines(&sandbox), ["GET /partners"]);
    }
    let [cache] = &cache_files(&dir)[..] else { panic!("{:?}", cache_files(&dir)) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(cache).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!std::fs::read_to_string(cache).unwrap().contains(API_KEY));
    // The cache is separate for each organization, and a profile on the command line selects the organization.
    let config = format!("[profiles.other]\norg_id = 'otherOrg'\napi_key = '{API_KEY}'\n");
    std::fs::write(dir.path().join("strigo/config.toml"), config).unwrap();
    assert_eq!(complete(&sandbox, &dir, &["strigo", "partners", "get", "--profile", "other", "Ac"]), []);
    assert_eq!(sandbox.state().requests[1].header("authorization").unwrap(), format!("Bearer otherOrg:{API_KEY}"));

    let mut logout = strigo(&["auth", "logout", "--profile", "other"]);
    logout.envs(shell_env(&sandbox, &dir));
    assert_eq!(run(logout).code, 0);
    assert_eq!(cache_files(&dir), Vec::<PathBuf>::new());
}

#[test]
fn complete_fails_silently_and_quickly() {
    for fault in [
        Fault::Hang,
        Fault::Status(401),
        Fault::Status(503),
        Fault::TooManyRequests(60),
        Fault::ResetBefore,
        Fault::Body(b"nonsense".to_vec()),
        Fault::Latency(Duration::from_secs(600)),
    ] {
        let (sandbox, dir) = sandbox_with_special_names();
        sandbox.state().default_fault = Some(fault.clone());
        // Its timeout is 2 s. Without it, this would take longer than any test may.
        assert_eq!(complete(&sandbox, &dir, &["strigo", "partners", "get", "A"]), [], "{fault:?}");
        assert!(request_lines(&sandbox).len() <= 1, "{fault:?} was retried");
    }
    for text in ["nonsense = 1", "api_key_command = ['sh', '-c', 'echo called > called; echo key']\norg_id = 'o'"] {
        let (sandbox, dir) = sandbox_with_special_names();
        std::fs::write(dir.path().join("strigo/config.toml"), text).unwrap();
        let mut command = strigo(&["__complete", "fish", "strigo", "partners", "get", ""]);
        let env_without_credentials = shell_env(&sandbox, &dir)
            .into_iter()
            .filter(|(name, _)| !name.contains("_ORG_ID") && !name.contains("_API_KEY"));
        command.envs(env_without_credentials).current_dir(dir.path());
        let output = run(command);
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("", ""));
        assert!(request_lines(&sandbox).is_empty() && !dir.path().join("called").exists());
    }
    for args in [&["__complete"][..], &["__complete", "tcsh", "x"], &["__complete", "bash"], &["__complete", "zsh"]] {
        run(strigo(args)).assert(1, "", "");
    }
}

/// Exit code 0 without candidates means that the shell must not offer file names instead.
#[test]
fn complete_exit_code_allows_file_names() {
    let (sandbox, dir) = sandbox_with_special_names();
    for (words, code) in [
        (&["strigo", "partners", "get", "no such"][..], 0),
        (&["strigo", "members", "invite", "--from", ""], 1),
        (&["strigo", "members", "invite", "--journal=x"], 1),
        (&["strigo", "--config", "~/"], 1),
        (&["strigo", "journal", "show", "--journal", ""], 1),
    ] {
        let mut command = strigo(&[&["__complete", "zsh"], words].concat());
        command.envs(shell_env(&sandbox, &dir));
        run(command).assert(code, "", "");
    }
}

/// Returns whether this shell is installed. CI sets `STRIGO_TEST_ALL_SHELLS`, so that a missing shell fails there.
fn has_shell(shell: &str) -> bool {
    let is_installed = Command::new(shell).args(["-c", "exit 0"]).status().is_ok_and(|status| status.success());
    if !is_installed {
        assert!(std::env::var_os("STRIGO_TEST_ALL_SHELLS").is_none(), "{shell} is not installed");
        say_ignored(&format!("{shell} is not installed"));
    }
    is_installed
}

/// For each pair of `lines`, types the first text and Tab into an interactive shell, waits for the second one to appear,
/// and clears the line.
#[cfg(unix)]
fn check_interactive_completion(shell: &str, args: &[&str], setup: &str, lines: &[(&str, &str)]) {
    if !has_shell(shell) {
        return;
    }
    let (sandbox, dir) = sandbox_with_special_names();
    fill_cache(&sandbox, &dir);
    let env = shell_env(&sandbox, &dir);
    let variables: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let session = TerminalSession::spawn(&sandbox, 120, shell, args, &variables);
    let setup = format!("{setup}; echo rea''dy\n");
    let mut steps: Vec<(String, String)> = vec![(String::new(), setup)];
    let mut expected = "ready".to_owned();
    // Elvish shows a menu even for one candidate.
    let clear = if shell == "elvish" { "\n\u{15}" } else { "\u{15}" };
    for (typed, completed) in lines {
        steps.push((expected, format!("{typed}\t")));
        steps.push(((*completed).to_owned(), clear.to_owned()));
        steps.push((String::new(), "echo go''on\n".to_owned()));
        expected = "goon".to_owned();
    }
    steps.push((expected, "exit\n".to_owned()));
    let conditions: Vec<_> =
        steps.iter().map(|(expected, _)| move |screen: &str| screen.contains(expected.as_str())).collect();
    let typing_steps: Vec<TypingStep<'_>> =
        conditions.iter().zip(&steps).map(|(condition, (_, keys))| (condition as _, keys.as_str())).collect();
    let (screen, code) = session.type_steps_and_wait(&typing_steps);
    assert_eq!(code, 0, "{screen}");
}

#[cfg(unix)]
#[test]
fn completions_interactive_bash() {
    let setup = "PS1='> '; bind 'set enable-bracketed-paste off'; . $COMPLETIONS/strigo.bash";
    check_interactive_completion(
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
            ("strigo partners list --output ta", "--output table "),
            ("strigo par", "strigo partners "),
            ("strigo partners get w\t", "w00t1  (x6GHbXKBTPeAHpjmS)"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn completions_interactive_zsh() {
    let setup =
        "PS1='> '; unsetopt zle_bracketed_paste; fpath=($COMPLETIONS $fpath); autoload -Uz compinit; compinit -u -D";
    check_interactive_completion(
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
            ("strigo partners list --output ta", "table"),
            ("strigo par", "partners"),
            ("strigo partners get w\t", "-- x6GHbXKBTPeAHpjmS"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn completions_interactive_zsh_sourced() {
    let setup = "PS1='> '; autoload -Uz compinit; compinit -u -D; . $COMPLETIONS/_strigo";
    let lines = [("strigo partners get Ac", r"Acme\ Training"), ("strigo partners get \"O", "\"O'Neil & \\$Co\"")];
    check_interactive_completion("zsh", &["-f", "-i"], setup, &lines);
}

#[cfg(unix)]
#[test]
fn completions_interactive_elvish() {
    check_interactive_completion(
        "elvish",
        &["-norc"],
        "eval (slurp < $E:COMPLETIONS/strigo.elv)",
        &[("strigo partners get Ac", "'Acme Training'"), ("strigo partners get O", "'O''Neil & $Co'")],
    );
}

#[test]
fn completions_fish() {
    if !has_shell("fish") {
        return;
    }
    let (sandbox, dir) = sandbox_with_special_names();
    for (line, expected) in [
        ("strigo partners get Ac", "Acme Training\tacme1\n"),
        ("strigo partners get 'Ac", "Acme Training\tacme1\n"),
        (r"strigo partners get Acme\ T", "Acme Training\tacme1\n"),
        ("strigo members list name:Ac", "name:Acme Training\tacme1\n"),
        ("strigo partners get yC", "yCoaiix2pRjxMjCn7\tw00t\n"),
        ("strigo --profile=st", "--profile=staging\torganization stagingOrg\n"),
        ("strigo --profile m", "my test\torganization testOrg\n"),
        ("strigo partners list --output ta", "table\tTable that fits the terminal\n"),
        ("strigo par", "partners\tList, show, create, and rename partners\n"),
        ("strigo partners create Ac", ""),
    ] {
        let output = Command::new("fish")
            .args(["--no-config", "-c", ". $COMPLETIONS/strigo.fish; complete -C $argv[1]", line])
            .env_clear()
            .envs(hermetic_env())
            .envs(shell_env(&sandbox, &dir))
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
    assert_eq!(sandbox.state().requests[0].header("authorization").unwrap(), format!("Bearer {ORG_ID}:{API_KEY}"));
}
