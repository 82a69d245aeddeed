//! Resolution of credentials, endpoint, and config file.

use std::path::Path;

use crate::server::{API_KEY, ORG_ID, Sandbox};
use crate::support::{CommandOutput, auth_env, config_file, run, sandbox, strigo};

/// Runs `partners list -q` with these flags and environment variables.
fn list(flags: &[&str], variables: &[(&str, &str)]) -> CommandOutput {
    let mut command = strigo(&[&["partners", "list"], flags].concat());
    command.envs(variables.iter().copied());
    run(command)
}

/// Returns the `authorization` header of the last request.
fn last_authorization(sandbox: &Sandbox) -> String {
    sandbox.state().requests.last().unwrap().header("authorization").unwrap().to_owned()
}

fn write_config(endpoint: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    config_file(format!(
        "org_id = 'topOrg'\napi_key = 'top-key'\nendpoint = '{endpoint}'\n\n[profiles.one]\norg_id = 'oneOrg'\napi_key = \
         'one-key'\nendpoint = '{endpoint}'\n\n[profiles.half]\norg_id = 'halfOrg'\nendpoint = '{endpoint}'\n"
    ))
}

fn path_str(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn credentials_precedence_profile_env_file() {
    let sandbox = sandbox();
    let (_dir, config) = write_config(&sandbox.endpoint());
    let config = ("STRIGO_CONFIG", path_str(&config));
    let endpoint = sandbox.endpoint();
    let env_credentials =
        [config, ("STRIGO_ORG_ID", "envOrg"), ("STRIGO_API_KEY", "env-key"), ("STRIGO_ENDPOINT", &*endpoint)];
    for (flags, variables, expected) in [
        (&["--profile", "one"][..], &env_credentials[..], "Bearer oneOrg:one-key"),
        (&[], &env_credentials, "Bearer envOrg:env-key"),
        (&[], &[&env_credentials[..], &[("STRIGO_PROFILE", "one")]].concat(), "Bearer envOrg:env-key"),
        (&[], &[config, ("STRIGO_PROFILE", "one")], "Bearer oneOrg:one-key"),
        (&[], &[config], "Bearer topOrg:top-key"),
        (&[], &[config, ("STRIGO_ORG_ID", ""), ("STRIGO_API_KEY", "")], "Bearer topOrg:top-key"),
    ] {
        let output = list(flags, variables);
        // None of these credentials is valid in the sandbox, so a fallback to others would change the exit code.
        assert_eq!(output.code, 4, "{}", output.stderr);
        assert_eq!(last_authorization(&sandbox), expected);
        assert!(!output.stderr.contains("-key"), "{}", output.stderr);
    }
}

#[test]
fn credentials_are_not_mixed_across_sources() {
    let sandbox = sandbox();
    let (_dir, config) = write_config(&sandbox.endpoint());
    let config = ("STRIGO_CONFIG", path_str(&config));
    for (flags, variables, missing) in [
        (&[][..], &[config, ("STRIGO_ORG_ID", "envOrg")][..], "STRIGO_API_KEY is not"),
        (&[], &[config, ("STRIGO_API_KEY", "env-key")], "STRIGO_ORG_ID is not"),
        (&[], &[config, ("STRIGO_API_KEY", "env-key"), ("STRIGO_ORG_ID", " ")], "STRIGO_ORG_ID is not"),
        (&["--profile", "half"], &[config, ("STRIGO_API_KEY", "env-key")], "is missing api_key"),
        (&[], &[config, ("STRIGO_PROFILE", "half")], "is missing api_key"),
    ] {
        let output = list(flags, variables);
        assert_eq!((output.code, output.stdout.as_str()), (3, ""));
        assert!(output.stderr.contains(missing), "{}", output.stderr);
    }
    assert!(sandbox.state().requests.is_empty());
}

#[test]
fn endpoint_precedence_flag_env_file() {
    let (sandbox, unused) = (sandbox(), "https://127.0.0.1:9/unused");
    let (_dir, config) = write_config(unused);
    let env = [("STRIGO_CONFIG", path_str(&config)), ("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    let list_with_endpoint =
        |flags: &[&str], endpoint: &str| list(flags, &[env[0], env[1], env[2], ("STRIGO_ENDPOINT", endpoint)]);
    assert_eq!(list_with_endpoint(&["--endpoint", &sandbox.endpoint()], unused).code, 0);
    assert_eq!(list_with_endpoint(&[], &format!("{}/", sandbox.endpoint())).code, 0);

    let (dir, _) = write_config("");
    let own = dir.path().join("own.toml");
    let text = format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\nendpoint = '{}'\n", sandbox.endpoint());
    std::fs::write(&own, text).unwrap();
    assert_eq!(list(&["--config", path_str(&own)], &[]).code, 0);
}

/// A key of the environment must not go to the server of a profile, which may be another organization's.
#[test]
fn key_goes_only_where_it_belongs() {
    let sandbox = sandbox();
    let (_dir, config) = write_config(&sandbox.endpoint());
    let env = [("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    for more in [&[][..], &[("STRIGO_PROFILE", "one")]] {
        // The default endpoint cannot be reached here, whatever it is.
        let proxy = ("HTTPS_PROXY", "http://127.0.0.1:9");
        let variables = [&env[..], more, &[("STRIGO_CONFIG", path_str(&config)), proxy]].concat();
        let output = list(&["--max-wait", "0"], &variables);
        assert_eq!(output.code, 7, "{}", output.stderr);
        assert!(output.stderr.contains("https://app.strigo.io/api/v1"), "{}", output.stderr);
    }
    assert!(sandbox.state().requests.is_empty());
    // With the credentials of a profile, its endpoint counts.
    let variables = [&env[..], &[("STRIGO_CONFIG", path_str(&config))]].concat();
    assert_eq!(list(&["--profile", "one"], &variables).code, 4);
    assert_eq!(last_authorization(&sandbox), "Bearer oneOrg:one-key");
}

#[test]
fn config_default_path_is_used() {
    let sandbox = sandbox();
    let (dir, config) = write_config(&sandbox.endpoint());
    std::fs::create_dir(dir.path().join("strigo")).unwrap();
    std::fs::rename(&config, dir.path().join("strigo/config.toml")).unwrap();
    let output = list(&[], &[("XDG_CONFIG_HOME", path_str(dir.path()))]);
    assert_eq!(output.code, 4);
    assert_eq!(last_authorization(&sandbox), "Bearer topOrg:top-key");
    assert!(output.stderr.contains("hint: check the credentials from "), "{}", output.stderr);
}

#[test]
fn credentials_missing_error_lists_sources() {
    let output = list(&[], &[]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    output.assert(
        3,
        "",
        "error: cannot list partners: no credentials found\nhint: run `strigo auth login`, or set STRIGO_ORG_ID and \
         STRIGO_API_KEY\nhint: an organization owner can find both at https://app.strigo.io/settings#account\n",
    );
}

#[test]
fn config_or_profile_not_found_exits_3() {
    let output = list(&["--config", "/nowhere/config.toml"], &[]);
    output.assert(3, "", "error: cannot read config file '/nowhere/config.toml': file not found\n");
    let (_dir, config) = write_config("https://h.example");
    let output = list(&["--profile", "on", "--config", path_str(&config)], &[]);
    let expected = format!("error: profile 'on' not found\nhint: profiles in {}: half, one\n", config.display());
    output.assert(3, "", &expected);
    let output = list(&["--profile", "on"], &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]);
    assert_eq!(output.code, 3);
}

#[test]
fn config_invalid_error_hides_values() {
    for (config_text, expected) in [
        ("org_id = 'a'\napi_kye = 's3cret'\n", "line 2, column 1"),
        ("api_key = s3cret\n", "line 1"),
        ("api_key = ['s3cret']\n", "expected a string"),
    ] {
        let (_dir, config) = config_file(config_text);
        let output = list(&["--config", path_str(&config)], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (3, ""));
        assert!(output.stderr.contains(expected) && output.stderr.contains(path_str(&config)), "{}", output.stderr);
        assert!(!output.stderr.contains("s3cret"), "{}", output.stderr);
    }
    let (dir, config) = config_file(b"api_key = '\xff'");
    assert!(list(&["--config", path_str(&config)], &[]).stderr.contains("valid UTF-8")); //x;
    let output = list(&["--config", path_str(dir.path())], &[]);
    assert_eq!(output.code, 3);
    assert!(output.stderr.contains("Is a directory"), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn config_readable_by_others_warns_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let (dir, original) =
        config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\nendpoint = '{}'\n", sandbox.endpoint()));
    let config = dir.path().join("my config.toml");
    std::fs::rename(original, &config).unwrap();
    for (mode, is_exposed) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] {
        std::fs::set_permissions(&config, std::fs::Permissions::from_mode(mode)).unwrap();
        let output = list(&["--config", path_str(&config)], &[]);
        assert_eq!(output.code, 0, "{}", output.stderr);
        assert_eq!(output.stderr.matches("warning: ").count(), usize::from(is_exposed), "{}", output.stderr);
        let hint = format!("; run: chmod 600 '{}'\n", config.display());
        assert_eq!(output.stderr.contains(&hint), is_exposed, "{}", output.stderr);
    }
}

#[cfg(unix)]
#[test]
fn config_of_other_user_is_rejected() {
    let (_dir, config) = config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n"));
    if std::os::unix::fs::chown(&config, Some(65534), None).is_err() {
        return crate::support::say_ignored("only root can change the owner of a file");
    }
    let output = list(&["--config", path_str(&config)], &[]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(output.stderr.contains("' is owned by another user\nhint: "), "{}", output.stderr);
}

#[cfg(unix)]
#[test]
fn config_that_others_can_change_is_rejected() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, config) = config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n"));
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o602)).unwrap();
    let path = path_str(&config);
    list(&["--config", path], &[]).assert(
        3,
        "",
        &format!(
            "error: config file '{path}' can be changed by other users\nhint: other users could redirect your API key; \
             run: chmod go-w {path}\n"
        ),
    );
}

#[cfg(unix)]
#[test]
fn default_config_that_cannot_be_reached_counts_as_missing() {
    let sandbox = sandbox();
    let run_with_home = |args: &[&str], env: &[(&str, String)]| {
        let mut command = strigo(args);
        command.env_remove("XDG_CONFIG_HOME").env("HOME", "/dev/null").envs(env.iter().cloned());
        run(command)
    };
    let output = run_with_home(&["partners", "list", "-q"], &auth_env(&sandbox.endpoint()));
    assert_eq!((output.code, output.stdout.lines().count(), output.stderr.as_str()), (0, 8, ""));
    let warning = if cfg!(target_os = "linux") {
        "warning: cannot read config file '/dev/null/.config/strigo/config.toml': Not a directory\n"
    } else {
        "warning: cannot read config file '/dev/null/"
    };
    for args in [&["partners", "list"][..], &["auth", "status"]] {
        let output = run_with_home(args, &[]);
        assert_eq!((output.code, output.stdout.as_str()), (3, ""));
        assert!(output.stderr.starts_with(warning), "{}", output.stderr);
        assert!(output.stderr.contains("no credentials found\nhint: run "), "{}", output.stderr);
    }
    let explicit = ["partners", "list", "--config", "/dev/null/config.toml"];
    let output = run_with_home(&explicit, &auth_env(&sandbox.endpoint()));
    output.assert(3, "", "error: cannot read config file '/dev/null/config.toml': Not a directory\n");
}

#[cfg(unix)]
#[test]
fn api_key_command_gets_neither_stdin_nor_key() {
    let sandbox = sandbox();
    let script = format!("cat >&2; test -z $STRIGO_API_KEY || echo leaked >&2; echo {API_KEY}");
    let (_dir, config) = config_file(format!(
        "[profiles.p]\norg_id = '{ORG_ID}'\napi_key_command = [\"sh\", \"-c\", \"{script}\"]\nendpoint = '{}'\n",
        sandbox.endpoint()
    ));
    let mut command =
        strigo(&["members", "invite", "nur", "--from", "-", "-q", "--profile", "p", "--config", path_str(&config)]);
    command.env("STRIGO_API_KEY", "other").env("STRIGO_ORG_ID", "other").write_stdin("a@b.co\n");
    run(command).assert(0, "sandboxMade000001\n", "");
}

#[test]
fn api_key_command_must_be_a_list() {
    for (value, expected) in [
        ("\"pass show 'my key'\"", "expected a list of strings"),
        ("7", "expected a list of strings"),
        ("[\"pass\", 1]", "expected"),
    ] {
        for table in ["", "[profiles.p]\n"] {
            let (_dir, config) = config_file(format!("{table}api_key_command = {value}\n"));
            let output = list(&["--config", path_str(&config)], &[]);
            assert_eq!(output.code, 3);
            assert!(output.stderr.contains(&format!(": {expected}")), "{}", output.stderr);
        }
    }
}

#[cfg(unix)]
#[test]
fn api_key_command_runs_once_per_run() {
    let sandbox = sandbox();
    let dir = tempfile::TempDir::new().unwrap();
    let call_log = dir.path().join("calls");
    let script =
        format!("echo called >> {}; echo this is for the user >&2; echo {API_KEY}; echo more", call_log.display());
    let (_dir, config) = config_file(format!(
        "org_id = '{ORG_ID}'\napi_key_command = [\"sh\", \"-c\", \"{script}\"]\nendpoint = '{}'\n",
        sandbox.endpoint()
    ));
    let call_count = || std::fs::read_to_string(&call_log).unwrap_or_default().lines().count();
    let output = list(&["--config", path_str(&config), "-v"], &[]);
    assert_eq!((output.code, output.stdout.lines().count()), (0, 8), "{}", output.stderr);
    assert!(
        output.stderr.starts_with("this is for the user\n") && !output.stderr.contains(API_KEY),
        "{}",
        output.stderr
    );
    assert_eq!(call_count(), 1);

    let journal = dir.path().join("j.jsonl");
    let args = ["members", "invite", "w00t", "a@b.co", "--journal", path_str(&journal), "--config", path_str(&config)];
    assert_eq!(run(strigo(&args)).code, 0);
    assert_eq!(call_count(), 2, "the command must run once per run of strigo");
    let args = ["partners", "create", "n", "--allow-duplicate", "--dry-run", "--config", path_str(&config)];
    assert_eq!(run(strigo(&args)).code, 0);
    assert_eq!(call_count(), 2, "the command must not run if no key is needed");
}

#[cfg(unix)]
#[test]
fn api_key_command_failure_hides_output() {
    for (command, expected) in [
        (r#"["sh", "-c", "echo s3cret; exit 7"]"#, "failed: exit status: 7"),
        (r#"["sh", "-c", "echo; echo s3cret"]"#, "did not print a key"),
        (r#"["/no/such/program", "s3cret"]"#, "cannot run api_key_command '/no/such/program' from"),
        ("[]", "is empty"),
    ] {
        let (_dir, config) = config_file(format!("org_id = 'o'\napi_key_command = {command}\n"));
        for format in ["tsv", "json"] {
            let output = list(&["--config", path_str(&config), "--output", format, "-v"], &[]);
            assert_eq!((output.code, output.stdout.as_str()), (3, ""), "{}", output.stderr);
            assert!(output.stderr.contains(expected) && !output.stderr.contains("s3cret"), "{}", output.stderr);
        }
    }
    let (_dir, config) = config_file("org_id = 'o'\napi_key = 'k'\napi_key_command = ['true']\n");
    let output = list(&["--config", path_str(&config)], &[]);
    assert_eq!(output.code, 3);
    assert!(
        output.stderr.contains("sets both api_key and api_key_command\nhint: remove one of them"),
        "{}",
        output.stderr
    );
}

#[test]
fn endpoint_insecure_is_rejected() {
    for endpoint in ["http://app.strigo.io/api/v1", "ftp://127.0.0.1", "nonsense", "https://u:s3cret@h.example"] {
        let output = list(&["--endpoint", endpoint], &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]);
        assert_eq!((output.code, output.stdout.as_str()), (3, ""), "{endpoint}");
        assert!(output.stderr.contains("endpoint") && !output.stderr.contains("s3cret"), "{}", output.stderr);
    }
}

#[test]
fn endpoint_http_bypasses_proxy() {
    let (server, proxy) = (sandbox(), sandbox());
    let proxy_url = proxy.endpoint();
    let output = list(
        &[],
        &[
            ("STRIGO_ENDPOINT", &server.endpoint()),
            ("STRIGO_ORG_ID", ORG_ID),
            ("STRIGO_API_KEY", API_KEY),
            ("HTTP_PROXY", &proxy_url),
            ("http_proxy", &proxy_url),
            ("ALL_PROXY", &proxy_url),
        ],
    );
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(proxy.state().requests.is_empty());
}

#[test]
fn timeout_and_max_wait_reject_invalid_values() {
    for (flags, variables) in [
        (&["--timeout", "0"][..], &[][..]),
        (&["--timeout", "-1"], &[]),
        (&["--timeout=soon"], &[]),
        (&["--max-wait=nan"], &[]),
        (&[], &[("STRIGO_TIMEOUT", "1x")]),
        (&[], &[("STRIGO_MAX_WAIT", "-2")]),
    ] {
        let output = list(flags, &[variables, &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]].concat());
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{flags:?} {variables:?} {}", output.stderr);
    }
}

#[test]
fn variables_may_end_with_spaces_and_line_ends() {
    let sandbox = sandbox();
    let endpoint = format!(" {}\r\n", sandbox.endpoint());
    let key = format!("{API_KEY}\r");
    let variables = [
        ("STRIGO_ENDPOINT", endpoint.as_str()),
        ("STRIGO_ORG_ID", "sandboxOrg \r\n"),
        ("STRIGO_API_KEY", &key),
        ("STRIGO_OUTPUT", "json\r"),
        ("STRIGO_TIMEOUT", "5\r\n"),
        ("STRIGO_PROFILE", " \r"),
        ("STRIGO_CONFIG", "\r\n"),
    ];
    let output = list(&[], &variables);
    assert_eq!((output.code, output.stdout.lines().count(), output.stderr.as_str()), (0, 1, ""));
}

/// Without an end, each call would start the next.
#[test]
fn api_key_command_may_not_need_itself() {
    let program = env!("CARGO_BIN_EXE_strigo");
    let (_dir, config) =
        config_file(format!("org_id = '{ORG_ID}'\napi_key_command = ['{program}', 'partners', 'list']\n"));
    let output = list(&["-v"], &[("STRIGO_CONFIG", path_str(&config))]);
    assert_eq!(output.code, 3, "{}", output.stderr);
    let message = "has an api_key_command, which an api_key_command must not need\n";
    assert_eq!(output.stderr.matches(message).count(), 1, "{}", output.stderr);
    assert!(output.stderr.contains("failed: exit status: 3"), "{}", output.stderr);
}
