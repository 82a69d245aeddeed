//! Signing in, looking at it, and signing out.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{Api, Ran, config_file, requests, run, sandbox, strigo};

/// A home of one's own, which commands may write to.
struct Home {
    dir: TempDir,
    endpoint: String,
}

impl Home {
    fn new(sandbox: &Sandbox) -> Self {
        Home { dir: TempDir::new().unwrap(), endpoint: sandbox.endpoint() }
    }

    fn config(&self) -> PathBuf {
        self.dir.path().join("strigo/config.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.config()).unwrap()
    }

    fn write(&self, text: &str) {
        std::fs::create_dir_all(self.config().parent().unwrap()).unwrap();
        std::fs::write(self.config(), text).unwrap();
    }

    fn strigo(&self, args: &[&str]) -> Command {
        let mut command = strigo(args);
        command.env("XDG_CONFIG_HOME", self.dir.path()).env("STRIGO_API_ENDPOINT", &self.endpoint);
        command
    }

    fn run(&self, args: &[&str], stdin: &str) -> Ran {
        let mut command = self.strigo(args);
        command.write_stdin(stdin);
        run(command)
    }

    fn login(&self, more: &[&str]) -> Ran {
        self.run(&[&["auth", "login", "--org-id", ORG_ID, "--key-stdin"], more].concat(), &format!("{API_KEY}\nmore\n"))
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn login_tries_the_pair_and_saves_it() {
    let api = Api::new().data("GET /partners", "", r#"[{"id":"a","name":"A"}]"#);
    let dir = TempDir::new().unwrap();
    let config = dir.path().join("config.toml");
    let (shown, endpoint) = (config.display().to_string(), api.endpoint());
    let args = ["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--config", &shown, "--endpoint", &endpoint];
    let mut command = strigo(&args);
    command.write_stdin(format!(" {API_KEY} \r\n"));
    let said = format!(
        "note: Signed in to organization '{ORG_ID}': the API takes it and shows 1 partner.\nnote: The pair is saved at \
         the top level of {shown}, which only you can read.\n"
    );
    run(command).expect(0, "", &said);
    let expected = format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\nendpoint = \"{endpoint}\"\n");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), expected);
    #[cfg(unix)]
    assert_eq!(mode(&config), 0o600);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn what_was_saved_is_used_and_can_be_removed() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    assert_eq!(home.login(&[]).code, 0);
    #[cfg(unix)]
    assert_eq!((mode(&home.config()), mode(home.config().parent().unwrap())), (0o600, 0o700));
    let ran = home.run(&["partners", "list", "-q"], "");
    assert_eq!((ran.code, ran.stdout.lines().count(), ran.stderr.as_str()), (0, 8, ""));

    let ran = home.run(&["auth", "logout"], "");
    let said = format!(
        "note: Signed out: what was at the top level of {} is removed.\nnote: The key itself goes on working, until an \
         owner replaces it at https://app.strigo.io/settings#account.\n",
        home.config().display()
    );
    ran.expect(0, "", &said);
    assert_eq!(home.text(), "");
    assert_eq!(home.run(&["partners", "list"], "").code, 3);
    let ran = home.run(&["auth", "logout"], "");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.starts_with("error: there is nothing to be removed at the top level of "), "{}", ran.stderr);
}

#[test]
fn profiles_are_apart_and_what_a_person_wrote_stays() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    let written = "# ours\norg_id = 'top' # the real one\napi_key_command = ['pass', 'show', 'strigo']\n\n[profiles.a] \
                   # first\norg_id = 'a'\napi_key = 'a-key'\n";
    home.write(written);
    assert_eq!(home.login(&["--profile", "b"]).code, 0);
    let new = format!("\n[profiles.b]\norg_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n");
    assert_eq!(home.text(), format!("{written}{new}"));
    #[cfg(unix)]
    assert_eq!(mode(&home.config()), 0o600, "as it is for a new file");

    let mut command = home.strigo(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"]);
    command.env("STRIGO_PROFILE", "a").write_stdin(API_KEY);
    assert_eq!(run(command).code, 0);
    let changed = written.replace("'a'", &format!("\"{ORG_ID}\"")).replace("'a-key'", &format!("\"{API_KEY}\""));
    assert_eq!(home.text(), format!("{changed}{new}"));

    assert_eq!(home.run(&["auth", "logout", "--profile", "b"], "").code, 0);
    assert_eq!(home.text(), changed);
    let ran = home.login(&[]);
    assert!(ran.stderr.contains("The api_key_command that was there is gone"), "{}", ran.stderr);
    assert!(home.text().starts_with(&format!("# ours\norg_id = \"{ORG_ID}\" # the real one\n")), "{}", home.text());
    let ran = home.run(&["auth", "logout", "--profile", "c"], "");
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("there is no profile 'c'"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_linked_file_stays_linked() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    home.write("");
    std::fs::remove_file(home.config()).unwrap();
    let real = home.dir.path().join("dotfiles.toml");
    std::os::unix::fs::symlink("../dotfiles.toml", home.config()).unwrap();
    assert_eq!(home.login(&[]).code, 0);
    assert!(home.config().is_symlink());
    assert!(std::fs::read_to_string(&real).unwrap().contains(ORG_ID));
    assert_eq!(mode(&real), 0o600);
    assert_eq!(home.run(&["auth", "logout"], "").code, 0);
    assert!(home.config().is_symlink());
}

#[test]
fn a_pair_that_does_not_work_is_not_saved() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    let ran = home.run(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"], "wrong-key-0123456789\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert!(ran.stderr.starts_with("error: cannot sign in: the API answered 401 Unauthorized"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("Nothing was saved.\n"), "{}", ran.stderr);
    sandbox.state().always = Some(Fault::Status(500));
    let ran = home.login(&[]);
    assert_eq!(ran.code, 7);
    assert!(ran.stderr.ends_with("With --no-verify the pair is saved without being tried.\n"), "{}", ran.stderr);
    for (key, why) in [("\nkey\n", "no key in its first line"), ("", "no key"), ("k\u{e9}y", "cannot be right")] {
        let ran = home.run(&["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--no-verify"], key);
        assert!(matches!(ran.code, 2 | 3) && ran.stderr.contains(why), "{}", ran.stderr);
    }
    assert!(!home.config().exists());

    sandbox.state().log.clear();
    let ran = home.login(&["--no-verify"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("it was not tried on the API"), "{}", ran.stderr);
    assert!(requests(&sandbox).is_empty() && home.text().contains(API_KEY));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    for (args, missing) in [
        (&[][..], "the organization ID and the API key are missing"),
        (&["--key-stdin"], "the organization ID is missing"),
        (&["--org-id", "x"], "the API key is missing"),
    ] {
        let ran = home.run(&[&["auth", "login"], args].concat(), "x\ny\n");
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        for part in [missing, "--org-id", "--key-stdin", "STRIGO_ORG_ID", "STRIGO_API_KEY"] {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
    }
    assert!(requests(&sandbox).is_empty() && !home.config().exists());
}

#[test]
fn a_file_that_is_wrong_is_not_written_over() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    for text in ["org_id = ", "nonsense = 1\n", "[profiles]\na = 1\n"] {
        home.write(text);
        for ran in [home.login(&["--no-verify"]), home.run(&["auth", "logout"], "")] {
            assert_eq!(ran.code, 3, "{}", ran.stderr);
        }
        assert_eq!(home.text(), text);
    }
    let nowhere = run({
        let mut command = strigo(&["auth", "login", "--org-id", "x", "--key-stdin", "--no-verify"]);
        command.args(["--config", "/proc/nowhere/config.toml"]).write_stdin("y");
        command
    });
    assert_eq!(nowhere.code, 3);
    assert!(nowhere.stderr.contains("config file /proc/nowhere/config.toml cannot be written"), "{}", nowhere.stderr);
}

#[test]
fn the_environment_is_told_to_come_first() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    for args in [&["auth", "login", "--org-id", ORG_ID, "--key-stdin"][..], &["auth", "logout"]] {
        let mut command = home.strigo(args);
        command.envs([("STRIGO_ORG_ID", "x"), ("STRIGO_API_KEY", "y")]).write_stdin(API_KEY);
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stderr.contains("warning: STRIGO_ORG_ID and STRIGO_API_KEY are set"), "{}", ran.stderr);
    }
}

/// A file with everything that a status can tell of.
fn varied(home: &Home) {
    home.write(&format!(
        "org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n[profiles.asked]\norg_id = '{ORG_ID}'\napi_key_command = ['echo', \
         '{API_KEY}']\n[profiles.half]\norg_id = 'half'\n[profiles.wrong]\norg_id = 'o'\napi_key = 'short-key'\nendpoint \
         = 'https://h.example/v1'\n"
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(home.config(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn status_shows_every_place_and_what_the_api_says() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    varied(&home);
    let ran = home.run(&["auth", "status", "--json"], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let mut rows: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    let file = home.config().display().to_string();
    let row = |more: Value| {
        let mut row = json!({
            "source": "file", "in_force": false, "org_id": ORG_ID, "api_key": null, "endpoint": sandbox.endpoint(),
            "endpoint_from": "STRIGO_API_ENDPOINT", "file": file, "mode": "0600",
        });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    assert!(rows[2]["error"].take()["message"].as_str().unwrap().contains("has no api_key"));
    assert_eq!(rows[3]["error"].take()["exit_code"], 4);
    let expected = [
        row(json!({"in_force": true, "api_key": "****6789", "key_from": "api_key", "works": true, "partners": 8})),
        row(json!({"profile": "asked", "key_from": "api_key_command 'echo'", "works": true, "partners": 8})),
        row(json!({"profile": "half", "org_id": null, "key_from": null, "works": false, "error": null})),
        row(json!({
            "profile": "wrong", "org_id": "o", "api_key": "****", "key_from": "api_key", "works": false, "error": null,
        })),
    ];
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), 4);
    assert!(!ran.stdout.contains(API_KEY) && !ran.stdout.contains("short-key"));

    let ran = home.run(&["auth", "status"], "");
    let first: Vec<&str> = ran.stdout.lines().next().unwrap().split('\t').collect();
    let endpoint = sandbox.endpoint();
    let works = "works: the API shows 8 partners";
    assert_eq!(
        first,
        ["file", "", "yes", ORG_ID, "****6789", "api_key", &endpoint, "STRIGO_API_ENDPOINT", &file, "0600", works]
    );
    let ran = home.run(&["auth", "status", "--format", "table", "--profile", "asked"], "");
    let paragraph = format!(
        "\nprofile 'asked' (in force)\n  organization  {ORG_ID}\n  API key       by api_key_command 'echo'\n  endpoint      \
         {endpoint} (STRIGO_API_ENDPOINT)\n  file          {file} (mode 0600)\n  status        {works}\n"
    );
    assert!(ran.stdout.contains(&paragraph), "{}", ran.stdout);
}

#[test]
fn status_offline_asks_nobody() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    home.write(&format!("org_id = '{ORG_ID}'\napi_key_command = ['/no/such/program', '{API_KEY}']\n"));
    let ran = home.run(&["auth", "status", "--offline", "--json"], "");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&rows[0]["works"], &rows[0]["key_from"]), (&Value::Null, &json!("api_key_command '/no/such/program'")));
    assert!(requests(&sandbox).is_empty() && !ran.stdout.contains(API_KEY));
    assert_eq!(home.run(&["auth", "status"], "").code, 3);
}

#[test]
fn status_exits_by_the_pair_in_force() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    let ran = home.run(&["auth", "status"], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.starts_with("error: there are no credentials.\nRun `strigo auth login`"), "{}", ran.stderr);
    varied(&home);
    let with = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = home.strigo(&[&["auth", "status"], args].concat());
        command.envs(variables.iter().copied());
        run(command)
    };
    assert_eq!(with(&["--profile", "half"], &[]).code, 3);
    assert_eq!(with(&["--profile", "none"], &[]).code, 3);
    assert_eq!(with(&[], &[("STRIGO_PROFILE", "wrong")]).code, 4);
    let pair = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    let ran = with(&[], &pair);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.starts_with(&format!("environment\t\tyes\t{ORG_ID}\t****6789\tSTRIGO_API_KEY\t")),
        "{}",
        ran.stdout
    );
    assert_eq!(with(&[], &pair[..1]).code, 3);
    assert_eq!(with(&["--profile", "wrong"], &pair).code, 4);
    sandbox.state().always = Some(Fault::Status(500));
    assert_eq!(with(&[], &pair).code, 7);
}

#[cfg(unix)]
#[test]
fn an_open_file_is_told_by_status_and_mended_by_login() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let (_dir, config) = config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n"));
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    let home = Home::new(&sandbox);
    let shown = config.display().to_string();
    let ran = home.run(&["auth", "status", "--config", &shown], "");
    assert!(ran.stdout.contains("\t0644\t"), "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("warning: ").count(), 1, "{}", ran.stderr);
    assert_eq!(home.login(&["--config", &shown]).code, 0);
    assert_eq!(mode(&config), 0o600);
}

#[cfg(unix)]
#[test]
fn half_a_pair_in_the_environment_is_told_for_what_it_is() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    let mut command = home.strigo(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"]);
    command.env("STRIGO_ORG_ID", "x").write_stdin(API_KEY);
    let ran = run(command);
    assert_eq!(ran.code, 0);
    let warning = "warning: STRIGO_ORG_ID is set, but STRIGO_API_KEY is not, and that comes before the config file";
    assert!(ran.stderr.contains(warning), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    let device = home.dir.path().join("device");
    std::os::unix::fs::symlink("/dev/null", &device).unwrap();
    let shown = device.display().to_string();
    let ran = home.login(&["--config", &shown]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("is not a regular file, so it is not written to"), "{}", ran.stderr);
    assert!(device.is_symlink() && !std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn what_a_killed_login_has_left_is_taken_away() {
    let sandbox = sandbox();
    let home = Home::new(&sandbox);
    home.write("");
    let dir = home.config().parent().unwrap().to_owned();
    std::fs::write(dir.join(".config.toml.Ab3dEf.new"), API_KEY).unwrap();
    std::fs::write(dir.join(".other.toml.Ab3dEf.new"), "not ours").unwrap();
    assert_eq!(home.login(&[]).code, 0);
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".other.toml.Ab3dEf.new", "config.toml"]);
}
