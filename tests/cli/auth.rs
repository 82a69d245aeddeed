//! `strigo auth`: login, status, and logout.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{API_KEY, Fault, ORG_ID, Sandbox};
use crate::support::{
    CommandOutput, MockApi, config_file, request_lines, run, sandbox, strigo, strigo_with_endpoint, unused_endpoint,
};

/// A config directory that commands may write to, and the endpoint for them.
struct ConfigHome {
    dir: TempDir,
    endpoint: String,
}

impl ConfigHome {
    fn new(sandbox: &Sandbox) -> Self {
        ConfigHome { dir: TempDir::new().unwrap(), endpoint: sandbox.endpoint() }
    }

    fn config_path(&self) -> PathBuf {
        self.dir.path().join("strigo").join("config.toml")
    }

    fn config_text(&self) -> String {
        std::fs::read_to_string(self.config_path()).unwrap()
    }

    fn write_config(&self, text: &str) {
        std::fs::create_dir_all(self.config_path().parent().unwrap()).unwrap();
        std::fs::write(self.config_path(), text).unwrap();
    }

    fn strigo(&self, args: &[&str]) -> Command {
        let mut command = strigo(args);
        command.env("XDG_CONFIG_HOME", self.dir.path()).env("STRIGO_ENDPOINT", &self.endpoint);
        command
    }

    fn run(&self, args: &[&str], stdin: &str) -> CommandOutput {
        let mut command = self.strigo(args);
        command.write_stdin(stdin);
        run(command)
    }

    fn login(&self, args: &[&str]) -> CommandOutput {
        self.run(&[&["auth", "login", "--org-id", ORG_ID, "--key-stdin"], args].concat(), &format!("{API_KEY}\nmore\n"))
    }
}

/// Returns the permission bits of a file.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn auth_login_verifies_and_saves_credentials() {
    let api = MockApi::new().expect_data("GET /partners", "", r#"[{"id":"a","name":"A"}]"#);
    let dir = TempDir::new().unwrap();
    let config = dir.path().join("config.toml");
    let (config_arg, endpoint) = (config.display().to_string(), api.endpoint());
    let args = ["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--config", &config_arg, "--endpoint", &endpoint];
    let mut command = strigo(&args);
    command.write_stdin(format!(" {API_KEY} \r\n"));
    let stderr = format!(
        "note: logged in to organization '{ORG_ID}' (verified: 1 partner)\nnote: saved the credentials to {config_arg}\n"
    );
    run(command).assert(0, "", &stderr);
    let expected = format!("org_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\nendpoint = \"{endpoint}\"\n");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), expected);
    #[cfg(unix)]
    assert_eq!(mode(&config), 0o600);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "temporary files must be removed");
}

#[test]
fn auth_logout_removes_saved_credentials() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    assert_eq!(home.login(&[]).code, 0);
    #[cfg(unix)]
    assert_eq!((mode(&home.config_path()), mode(home.config_path().parent().unwrap())), (0o600, 0o700));
    let output = home.run(&["partners", "list", "-q"], "");
    assert_eq!((output.code, output.stdout.lines().count(), output.stderr.as_str()), (0, 8, ""));

    let output = home.run(&["auth", "logout"], "");
    let stderr = format!(
        "note: logged out: removed the credentials from {}\nnote: the API key is still valid; an organization \
         owner can replace it at https://app.strigo.io/settings#account\n",
        home.config_path().display()
    );
    output.assert(0, "", &stderr);
    assert_eq!(home.config_text(), "");
    assert_eq!(home.run(&["partners", "list"], "").code, 3);
    let output = home.run(&["auth", "logout"], "");
    assert_eq!(output.code, 3);
    assert!(output.stderr.starts_with("error: no credentials to remove from "), "{}", output.stderr);
}

#[test]
fn auth_login_edits_only_target_profile() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let original = "# ours\norg_id = 'top' # the real one\napi_key_command = ['pass', 'show', 'strigo']\n\n[profiles.a] \
                   # first\norg_id = 'a'\napi_key = 'a-key'\n";
    home.write_config(original);
    assert_eq!(home.login(&["--profile", "b"]).code, 0);
    let new_profile = format!("\n[profiles.b]\norg_id = \"{ORG_ID}\"\napi_key = \"{API_KEY}\"\n");
    assert_eq!(home.config_text(), format!("{original}{new_profile}"));
    #[cfg(unix)]
    assert_eq!(mode(&home.config_path()), 0o600, "a rewritten file must be private, too");

    let mut command = home.strigo(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"]);
    command.env("STRIGO_PROFILE", "a").write_stdin(API_KEY);
    assert_eq!(run(command).code, 0);
    let changed = original.replace("'a'", &format!("\"{ORG_ID}\"")).replace("'a-key'", &format!("\"{API_KEY}\""));
    assert_eq!(home.config_text(), format!("{changed}{new_profile}"));

    assert_eq!(home.run(&["auth", "logout", "--profile", "b"], "").code, 0);
    assert_eq!(home.config_text(), changed);
    let output = home.login(&[]);
    assert!(output.stderr.contains("replaced api_key_command with the API key"), "{}", output.stderr);
    assert!(
        home.config_text().starts_with(&format!("# ours\norg_id = \"{ORG_ID}\" # the real one\n")),
        "{}",
        home.config_text()
    );
    let output = home.run(&["auth", "logout", "--profile", "c"], "");
    assert_eq!(output.code, 3);
    assert!(output.stderr.contains("profile 'c' not found"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn auth_login_follows_symlinked_config() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    home.write_config("");
    std::fs::remove_file(home.config_path()).unwrap();
    std::fs::write(home.dir.path().join("dotfiles.toml"), "").unwrap();
    let target = home.dir.path().join("dotfiles.toml");
    std::os::unix::fs::symlink("../dotfiles.toml", home.config_path()).unwrap();
    assert_eq!(home.login(&[]).code, 0);
    assert!(home.config_path().is_symlink());
    assert!(std::fs::read_to_string(&target).unwrap().contains(ORG_ID));
    assert_eq!(mode(&target), 0o600);
    assert_eq!(home.run(&["auth", "logout"], "").code, 0);
    assert!(home.config_path().is_symlink());
}

#[test]
fn auth_login_does_not_save_invalid_credentials() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let output = home.run(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"], "wrong-key-0123456789\n");
    assert_eq!((output.code, output.stdout.as_str()), (4, ""));
    assert!(output.stderr.starts_with("error: cannot log in: the API returned 401 Unauthorized"), "{}", output.stderr);
    assert!(output.stderr.ends_with("\nhint: nothing was saved\n"), "{}", output.stderr);
    sandbox.state().default_fault = Some(Fault::Status(500));
    let output = home.login(&[]);
    assert_eq!(output.code, 7);
    assert!(
        output.stderr.ends_with("hint: to save the credentials without checking them, pass --no-verify\n"),
        "{}",
        output.stderr
    );
    for (key, message) in [
        ("\nkey\n", "no API key on standard input"),
        ("", "no API key"),
        ("k\u{e9}y", "invalid API key (from the values you entered)"),
        ("'key'\r\n", "it is in quotes; remove them"),
        ("\u{feff}key\r\n", "it starts with a byte order mark"),
    ] {
        let output = home.run(&["auth", "login", "--org-id", ORG_ID, "--key-stdin", "--no-verify"], key);
        assert!(matches!(output.code, 2 | 3) && output.stderr.contains(message), "{}", output.stderr);
    }
    assert!(!home.config_path().exists());

    sandbox.state().requests.clear();
    let output = home.login(&["--no-verify"]);
    assert_eq!(output.code, 0);
    assert!(output.stderr.contains("not verified"), "{}", output.stderr);
    assert!(request_lines(&sandbox).is_empty() && home.config_text().contains(API_KEY));
}

#[test]
fn auth_login_without_terminal_does_not_prompt() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    for (args, missing) in [
        (&[][..], "error: missing organization ID and API key: cannot prompt without a terminal\n"),
        (&["--key-stdin"], "error: missing organization ID: "),
        (&["--org-id", "x"], "error: missing API key: "),
    ] {
        let output = home.run(&[&["auth", "login"], args].concat(), "x\ny\n");
        assert_eq!((output.code, output.stdout.as_str()), (2, ""));
        for expected in [missing, "--org-id", "--key-stdin", "STRIGO_ORG_ID", "STRIGO_API_KEY"] {
            assert!(output.stderr.contains(expected), "{expected}: {}", output.stderr);
        }
    }
    assert!(request_lines(&sandbox).is_empty() && !home.config_path().exists());
}

#[test]
fn auth_login_does_not_overwrite_invalid_config() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    for text in ["org_id = ", "nonsense = 1\n", "[profiles]\na = 1\n"] {
        home.write_config(text);
        for output in [home.login(&["--no-verify"]), home.run(&["auth", "logout"], "")] {
            assert_eq!(output.code, 3, "{}", output.stderr);
        }
        assert_eq!(home.config_text(), text);
    }
    // Windows can create this directory, but none below a file, where Linux can read none.
    let below_file = home.config_path().join("config.toml").display().to_string();
    let config = if cfg!(windows) { &*below_file } else { "/proc/nowhere/config.toml" };
    let output = run({
        let mut command = strigo(&["auth", "login", "--org-id", "x", "--key-stdin", "--no-verify"]);
        command.args(["--config", config]).write_stdin("y");
        command
    });
    assert_eq!(output.code, 3);
    assert!(output.stderr.contains(&format!("cannot write config file '{config}'")), "{}", output.stderr);
}

#[test]
fn auth_login_warns_about_env_override() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    for args in [&["auth", "login", "--org-id", ORG_ID, "--key-stdin"][..], &["auth", "logout"]] {
        let mut command = home.strigo(args);
        command.envs([("STRIGO_ORG_ID", "x"), ("STRIGO_API_KEY", "y")]).write_stdin(API_KEY);
        let output = run(command);
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert!(output.stderr.contains("warning: STRIGO_ORG_ID and STRIGO_API_KEY are set"), "{}", output.stderr);
    }
}

/// Writes a config file with valid, incomplete, and invalid credentials, and with an API key command.
fn write_varied_config(home: &ConfigHome) {
    home.write_config(&format!(
        "org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n[profiles.dynamic]\norg_id = '{ORG_ID}'\napi_key_command = ['echo', \
         '{API_KEY}']\n[profiles.half]\norg_id = 'half'\n[profiles.wrong]\norg_id = 'o'\napi_key = 'short-key'\nendpoint \
         = 'https://h.example/v1'\n"
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(home.config_path(), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn auth_status_shows_all_sources_and_validity() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    write_varied_config(&home);
    let output = home.run(&["auth", "status", "--json"], "");
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let mut rows: Vec<Value> = serde_json::from_str(&output.stdout).unwrap();
    let file = home.config_path().display().to_string();
    let row = |fields: Value| {
        let mut row = json!({
            "source": "file", "active": false, "default": false, "org_id": ORG_ID, "api_key": null, "endpoint": sandbox.endpoint(),
            "endpoint_source": "STRIGO_ENDPOINT", "file": file, "journal": null, "journal_source": null, "profile": null,
        });
        row.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        row
    };
    let status: Vec<Value> =
        rows.iter_mut().map(|row| row.as_object_mut().unwrap().remove("status").unwrap()).collect();
    assert_eq!(status[..2], ["valid (8 partners)", "valid (8 partners)"]);
    assert!(status[3].as_str().unwrap().starts_with("the API returned 401 Unauthorized"), "{status:?}");
    assert!(status[2].as_str().unwrap().contains("is missing api_key"), "{status:?}");
    let expected = [
        row(
            json!({"active": true, "default": true, "api_key": "****6789", "api_key_source": "api_key", "valid": true}),
        ),
        row(json!({"profile": "dynamic", "api_key_source": "api_key_command 'echo'", "valid": true})),
        row(json!({"profile": "half", "org_id": null, "api_key_source": null, "valid": false})),
        row(json!({
            "profile": "wrong", "org_id": "o", "api_key": "****", "api_key_source": "api_key", "valid": false,
        })),
    ];
    for (row, expected) in rows.iter_mut().zip(&expected) {
        // The same for all: the variable.
        assert_eq!(["journal", "journal_source"].map(|key| row[key].take()), [json!("none"), json!("STRIGO_JOURNAL")]);
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), 4);
    assert!(!output.stdout.contains(API_KEY) && !output.stdout.contains("short-key"));

    let output = home.run(&["auth", "status"], "");
    let first: Vec<&str> = output.stdout.lines().next().unwrap().split('\t').collect();
    let endpoint = sandbox.endpoint();
    let status_text = "valid (8 partners)";
    assert_eq!(first, ["file", "", "yes", ORG_ID, "****6789", status_text]);
    let args = ["auth", "status", "--columns", "api_key_source,endpoint,endpoint_source,file", "--profile", "dynamic"];
    let row = format!("\napi_key_command 'echo'\t{endpoint}\tSTRIGO_ENDPOINT\t{file}\n");
    let output = home.run(&args, "");
    assert!(output.stdout.contains(&row), "{}", output.stdout);
}

#[test]
fn auth_switch_changes_the_default_profile() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let file = home.config_path().display().to_string();
    let text = format!(
        "# ours\norg_id = 'top'\napi_key = 'key-of-top-level'\n\n[profiles.staging]\norg_id = '{ORG_ID}'\napi_key = \
         '{API_KEY}'\n\n[profiles.half]\norg_id = 'half'\n"
    );
    home.write_config(&text);
    assert_eq!(home.run(&["partners", "list", "-q"], "").code, 4);
    home.run(&["auth", "switch", "staging"], "").assert(
        0,
        "",
        &format!("note: switched to profile 'staging' of {file} (organization '{ORG_ID}')\n"),
    );
    assert_eq!(home.config_text().replace("default_profile = \"staging\"\n", ""), text);
    assert_eq!(home.run(&["partners", "list", "-q"], "").code, 0);
    let columns = ["auth", "status", "--offline", "--columns", "profile,active,default"];
    assert_eq!(home.run(&columns, "").stdout, "\tno\tno\nhalf\tno\tno\nstaging\tyes\tyes\n");
    let mut command = home.strigo(&columns);
    command.env("STRIGO_PROFILE", "half");
    assert_eq!(run(command).stdout, "\tno\tno\nhalf\tyes\tno\nstaging\tno\tyes\n");

    for (args, code, stderr) in [
        (&["none"][..], 3, format!("error: profile 'none' not found\nhint: profiles in {file}: half, staging\n")),
        (&["half"], 3, format!("error: profile 'half' in {file} is missing api_key or api_key_command\n")),
        (&["half", "--profile", "half"], 2, "error: --profile cannot be used with `auth switch`\n".to_owned()),
        (&[], 2, "error: the following required arguments were not provided:\n  <PROFILE|--top-level>\n".to_owned()),
        (&["half", "--top-level"], 2, "error: the argument '[PROFILE]' cannot be used with '--top-level'\n".to_owned()),
    ] {
        let output = home.run(&[&["auth", "switch"], args].concat(), "");
        assert!(output.code == code && output.stderr.starts_with(&stderr), "{} {}", output.code, output.stderr);
    }
    let mut command = home.strigo(&["auth", "switch", "staging"]);
    command.env("STRIGO_PROFILE", "half").env("STRIGO_ORG_ID", "o").env("STRIGO_API_KEY", API_KEY);
    let stderr = run(command).stderr;
    assert!(
        stderr.contains(
            "warning: STRIGO_PROFILE is set to 'half' and overrides the default\nwarning: STRIGO_ORG_ID and "
        ),
        "{stderr}"
    );

    home.run(&["auth", "switch", "--top-level"], "").assert(
        0,
        "",
        &format!("note: switched to the top level of {file} (organization 'top')\n"),
    );
    assert_eq!(home.config_text(), text);
}

#[test]
fn auth_logout_of_the_default_profile_leaves_no_default() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    assert_eq!(home.login(&["--profile", "a"]).code, 0);
    let file = home.config_path().display().to_string();
    let output = home.run(&["partners", "list"], "");
    assert_eq!(output.code, 3);
    let hints = format!(
        "hint: profiles in {file}: a\nhint: use one with --profile, or by default with `strigo auth switch PROFILE`\n"
    );
    assert!(output.stderr.ends_with(&hints), "{}", output.stderr);
    assert_eq!(home.run(&["auth", "switch", "a"], "").code, 0);
    // Without --profile, the default profile is logged in to, and out of.
    assert_eq!(home.login(&[]).code, 0);
    assert_eq!(home.config_text().matches("org_id").count(), 1);
    let output = home.run(&["auth", "logout"], "");
    assert!(
        output.stderr.contains(&format!("removed the credentials from profile 'a' in {file}\n")),
        "{}",
        output.stderr
    );
    let note = "note: the profile was the default; now the top level of the config file is\n";
    assert!(output.stderr.ends_with(note), "{}", output.stderr);
    assert_eq!(home.config_text(), "");

    home.write_config("default_profile = 'gone'\n[profiles.a]\n");
    let stderr = format!(
        "error: profile 'gone' not found\nhint: profiles in {file}: a\nhint: it is the default; to use another one, run \
         `strigo auth switch PROFILE`\nhint: to use none, run `strigo auth switch --top-level`\n"
    );
    home.run(&["partners", "list"], "").assert(3, "", &stderr);
    home.write_config("default_profile = 'gone'\n");
    let output = home.run(&["partners", "list"], "");
    assert!(output.stderr.ends_with("run `strigo auth switch --top-level`\n"), "{}", output.stderr);
    let note = format!("note: switched to the top level of {file} (no credentials found)\n");
    home.run(&["auth", "switch", "--top-level"], "").assert(0, "", &note);
    assert_eq!(home.config_text(), "");
}

#[test]
fn auth_status_offline_sends_no_requests() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    home.write_config(&format!("org_id = '{ORG_ID}'\napi_key_command = ['/no/such/program', '{API_KEY}']\n"));
    let output = home.run(&["auth", "status", "--offline", "--json"], "");
    assert_eq!(output.code, 0, "{}", output.stderr);
    let rows: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(
        (&rows[0]["valid"], &rows[0]["api_key_source"]),
        (&Value::Null, &json!("api_key_command '/no/such/program'"))
    );
    assert!(request_lines(&sandbox).is_empty() && !output.stdout.contains(API_KEY));
    assert_eq!(home.run(&["auth", "status"], "").code, 3);
}

#[test]
fn auth_status_is_unknown_if_api_is_unreachable() {
    let output = run(strigo_with_endpoint(&unused_endpoint(), &["auth", "status", "--json", "--max-wait", "0"]));
    let rows: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &rows[0]["valid"]), (7, &json!(null)));
    let message =
        "{\"error\":{\"kind\":\"unavailable\",\"message\":\"cannot verify the active credentials: cannot connect to ";
    assert!(output.stderr.starts_with(message), "{}", output.stderr);
}

#[test]
fn auth_status_exit_code_follows_active_source() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let output = home.run(&["auth", "status"], "");
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(
        output.stderr.starts_with("error: no credentials found\nhint: run `strigo auth login`"),
        "{}",
        output.stderr
    );
    write_varied_config(&home);
    let status = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = home.strigo(&[&["auth", "status"], args].concat());
        command.envs(variables.iter().copied());
        run(command)
    };
    assert_eq!(status(&["--profile", "half"], &[]).code, 3);
    assert_eq!(status(&["--profile", "none"], &[]).code, 3);
    assert_eq!(status(&[], &[("STRIGO_PROFILE", "wrong")]).code, 4);
    let env_credentials = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    let output = status(&[], &env_credentials);
    assert_eq!(output.code, 0);
    assert!(
        output.stdout.starts_with(&format!("environment\t\tyes\t{ORG_ID}\t****6789\tvalid (")),
        "{}",
        output.stdout
    );
    assert_eq!(status(&[], &env_credentials[..1]).code, 3);
    assert_eq!(status(&["--profile", "wrong"], &env_credentials).code, 4);
    sandbox.state().default_fault = Some(Fault::Status(500));
    assert_eq!(status(&[], &env_credentials).code, 7);
}

#[cfg(unix)]
#[test]
fn auth_status_warns_and_login_fixes_file_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let (_dir, config) = config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n"));
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o644)).unwrap();
    let home = ConfigHome::new(&sandbox);
    let config_arg = config.display().to_string();
    let output = home.run(&["auth", "status", "--config", &config_arg, "--columns", "status"], "");
    assert_eq!(output.stderr.matches("warning: ").count(), 1, "{}", output.stderr);
    assert_eq!(home.login(&["--config", &config_arg]).code, 0);
    assert_eq!(mode(&config), 0o600);
}

#[cfg(unix)]
#[test]
fn auth_login_warns_about_incomplete_env() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let mut command = home.strigo(&["auth", "login", "--org-id", ORG_ID, "--key-stdin"]);
    command.env("STRIGO_ORG_ID", "x").write_stdin(API_KEY);
    let output = run(command);
    assert_eq!(output.code, 0);
    let warning =
        "warning: STRIGO_ORG_ID is set, but STRIGO_API_KEY is not; commands without --profile will fail until";
    assert!(output.stderr.contains(warning), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn auth_login_rejects_non_regular_config() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    let device = home.dir.path().join("device");
    std::os::unix::fs::symlink("/dev/null", &device).unwrap();
    let config_arg = device.display().to_string();
    let output = home.login(&["--config", &config_arg]);
    assert_eq!(output.code, 3);
    assert!(output.stderr.contains("/device' is not a regular file\n"), "{}", output.stderr);
    assert!(device.is_symlink() && !std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn auth_login_says_whose_credentials_it_replaces_and_keeps_the_journal() {
    let sandbox = sandbox();
    let home = ConfigHome::new(&sandbox);
    home.write_config("org_id = 'other'\napi_key = 'k'\njournal = 's3://jobs/x'\n");
    let output = home.login(&[]);
    let note = "note: replaced the credentials of organization 'other'; to keep the credentials of several organizations, \
                pass --profile NAME\n";
    assert!(output.code == 0 && output.stderr.contains(note), "{}", output.stderr);
    assert!(std::fs::read_to_string(home.config_path()).unwrap().contains("journal = 's3://jobs/x'\n"));
    assert!(!home.login(&[]).stderr.contains("replaced"));
}
