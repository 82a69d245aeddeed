//! Which credentials and which endpoint are in force.

use std::path::Path;

use crate::server::{API_KEY, ORG_ID, Sandbox};
use crate::support::{Ran, config_file, run, sandbox, strigo};

/// Runs `partners list` with these flags and variables.
fn list(flags: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = strigo(&[&["partners", "list", "-q"], flags].concat());
    command.envs(variables.iter().copied());
    run(command)
}

/// The pair that a sandbox was last asked with.
fn asked_with(sandbox: &Sandbox) -> String {
    sandbox.state().log.last().unwrap().header("authorization").unwrap().to_owned()
}

fn write_config(endpoint: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    config_file(format!(
        "org_id = 'topOrg'\napi_key = 'top-key'\nendpoint = '{endpoint}'\n\n[profiles.one]\norg_id = 'oneOrg'\napi_key = \
         'one-key'\nendpoint = '{endpoint}'\n\n[profiles.half]\norg_id = 'halfOrg'\nendpoint = '{endpoint}'\n"
    ))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_order_is_profile_flag_then_environment_then_file() {
    let sandbox = sandbox();
    let (_dir, config) = write_config(&sandbox.endpoint());
    let config = ("STRIGO_CONFIG", text(&config));
    let pair = [config, ("STRIGO_ORG_ID", "envOrg"), ("STRIGO_API_KEY", "env-key")];
    for (flags, variables, expected) in [
        (&["--profile", "one"][..], &pair[..], "Bearer oneOrg:one-key"),
        (&[], &pair, "Bearer envOrg:env-key"),
        (&[], &[pair[0], pair[1], pair[2], ("STRIGO_PROFILE", "one")], "Bearer envOrg:env-key"),
        (&[], &[config, ("STRIGO_PROFILE", "one")], "Bearer oneOrg:one-key"),
        (&[], &[config], "Bearer topOrg:top-key"),
        (&[], &[config, ("STRIGO_ORG_ID", ""), ("STRIGO_API_KEY", "")], "Bearer topOrg:top-key"),
    ] {
        let ran = list(flags, variables);
        // The sandbox knows none of these, which shows that it is asked with them and nothing else.
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert_eq!(asked_with(&sandbox), expected);
        assert!(!ran.stderr.contains("-key"), "{}", ran.stderr);
    }
}

#[test]
fn a_pair_is_never_made_of_halves() {
    let sandbox = sandbox();
    let (_dir, config) = write_config(&sandbox.endpoint());
    let config = ("STRIGO_CONFIG", text(&config));
    for (flags, variables, missing) in [
        (&[][..], &[config, ("STRIGO_ORG_ID", "envOrg")][..], "STRIGO_API_KEY is not"),
        (&[], &[config, ("STRIGO_API_KEY", "env-key")], "STRIGO_ORG_ID is not"),
        (&[], &[config, ("STRIGO_API_KEY", "env-key"), ("STRIGO_ORG_ID", " ")], "STRIGO_ORG_ID is not"),
        (&["--profile", "half"], &[config, ("STRIGO_API_KEY", "env-key")], "has no api_key"),
        (&[], &[config, ("STRIGO_PROFILE", "half")], "has no api_key"),
    ] {
        let ran = list(flags, variables);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
        assert!(ran.stderr.contains(missing), "{}", ran.stderr);
    }
    assert!(sandbox.state().log.is_empty());
}

#[test]
fn the_endpoint_has_an_order_of_its_own() {
    let (right, wrong) = (sandbox(), "https://127.0.0.1:9/wrong");
    let (_dir, config) = write_config(wrong);
    let signed_in = [("STRIGO_CONFIG", text(&config)), ("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)];
    let with = |flags: &[&str], endpoint: &str| {
        list(flags, &[signed_in[0], signed_in[1], signed_in[2], ("STRIGO_API_ENDPOINT", endpoint)])
    };
    assert_eq!(with(&["--endpoint", &right.endpoint()], wrong).code, 0);
    assert_eq!(with(&[], &format!("{}/", right.endpoint())).code, 0);

    let (_dir, config) = write_config(&right.endpoint());
    assert_eq!(list(&[], &[("STRIGO_CONFIG", text(&config)), signed_in[1], signed_in[2]]).code, 0);
    assert_eq!(list(&["--config", text(&config)], &signed_in[1..]).code, 0);
}

#[test]
fn the_usual_file_is_found() {
    let sandbox = sandbox();
    let (dir, config) = write_config(&sandbox.endpoint());
    std::fs::create_dir(dir.path().join("strigo")).unwrap();
    std::fs::rename(&config, dir.path().join("strigo/config.toml")).unwrap();
    let ran = list(&[], &[("XDG_CONFIG_HOME", text(dir.path()))]);
    assert_eq!(ran.code, 4);
    assert_eq!(asked_with(&sandbox), "Bearer topOrg:top-key");
    assert!(ran.stderr.contains("came from "), "{}", ran.stderr);
}

#[test]
fn without_credentials_it_says_what_to_set() {
    let ran = list(&[], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    for part in
        ["error: there are no credentials.", "STRIGO_ORG_ID", "STRIGO_API_KEY", "config.toml", "settings#account"]
    {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
}

#[test]
fn a_file_or_profile_that_is_not_there_is_told() {
    let ran = list(&["--config", "/nowhere/config.toml"], &[]);
    ran.expect(3, "", "error: the config file /nowhere/config.toml does not exist.\n");
    let (_dir, config) = write_config("https://h.example");
    let ran = list(&["--profile", "on", "--config", text(&config)], &[]);
    let expected =
        format!("error: there is no profile 'on'.\nThe profiles in {} are 'half', 'one'.\n", config.display());
    ran.expect(3, "", &expected);
    let ran = list(&["--profile", "on"], &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]);
    assert_eq!(ran.code, 3);
}

#[test]
fn a_file_that_is_wrong_is_told_without_what_is_in_it() {
    for (text_in_file, part) in [
        ("org_id = 'a'\napi_kye = 's3cret'\n", "line 2, column 1"),
        ("api_key = s3cret\n", "line 1"),
        ("api_key = ['s3cret']\n", "api_key must be a string in quotes"),
    ] {
        let (_dir, config) = config_file(text_in_file);
        let ran = list(&["--config", text(&config)], &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
        assert!(ran.stderr.contains(part) && ran.stderr.contains(text(&config)), "{}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
    let (dir, config) = config_file(b"api_key = '\xff'");
    assert!(list(&["--config", text(&config)], &[]).stderr.contains("is not UTF-8 text"));
    let ran = list(&["--config", text(dir.path())], &[]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("is a directory"), "{}", ran.stderr);
    // A sparse file: a gigabyte that takes no room.
    std::fs::OpenOptions::new().write(true).open(&config).unwrap().set_len(1 << 30).unwrap();
    let ran = list(&["--config", text(&config)], &[]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("is larger than 1 MiB"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_gets_one_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = sandbox();
    let (dir, config) =
        config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\nendpoint = '{}'\n", sandbox.endpoint()));
    let spaced = dir.path().join("my config.toml");
    std::fs::rename(config, &spaced).unwrap();
    for (mode, is_exposed) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o644, true)] {
        std::fs::set_permissions(&spaced, std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = list(&["--config", text(&spaced)], &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("warning: ").count(), usize::from(is_exposed), "{}", ran.stderr);
        let cure = format!("To mend that: chmod 600 '{}'\n", spaced.display());
        assert_eq!(ran.stderr.contains(&cure), is_exposed, "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_another_user_is_refused() {
    let (_dir, config) = config_file(format!("org_id = '{ORG_ID}'\napi_key = '{API_KEY}'\n"));
    // Only root can give a file away.
    if std::os::unix::fs::chown(&config, Some(65534), None).is_err() {
        return;
    }
    let ran = list(&["--config", text(&config)], &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    assert!(ran.stderr.contains("belongs to another user"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_command_may_print_the_key() {
    let sandbox = sandbox();
    let dir = tempfile::TempDir::new().unwrap();
    let count = dir.path().join("count");
    let script = format!("echo asked >> {}; echo this is for the user >&2; echo {API_KEY}; echo more", count.display());
    let (_dir, config) = config_file(format!(
        "org_id = '{ORG_ID}'\napi_key_command = [\"sh\", \"-c\", \"{script}\"]\nendpoint = '{}'\n",
        sandbox.endpoint()
    ));
    let asked = || std::fs::read_to_string(&count).unwrap_or_default().lines().count();
    let ran = list(&["--config", text(&config), "-v"], &[]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 8), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("this is for the user\n") && !ran.stderr.contains(API_KEY), "{}", ran.stderr);
    assert_eq!(asked(), 1);

    let journal = dir.path().join("j.jsonl");
    let args = ["members", "invite", "w00t", "a@b.co", "--journal", text(&journal), "--config", text(&config)];
    assert_eq!(run(strigo(&args)).code, 0);
    assert_eq!(asked(), 2, "once a run");
    let args = ["partners", "create", "n", "--dry-run", "--config", text(&config)];
    assert_eq!(run(strigo(&args)).code, 0);
    assert_eq!(asked(), 2, "not where no key is needed");
}

#[cfg(unix)]
#[test]
fn a_command_that_fails_is_told_without_what_it_printed() {
    for (command, part) in [
        (r#"["sh", "-c", "echo s3cret; exit 7"]"#, "failed (exit status: 7)"),
        (r#"["sh", "-c", "echo; echo s3cret"]"#, "printed no key"),
        (r#"["/no/such/program", "s3cret"]"#, "cannot be run (/no/such/program): No such file"),
        ("[]", "is empty"),
    ] {
        let (_dir, config) = config_file(format!("org_id = 'o'\napi_key_command = {command}\n"));
        for format in ["tsv", "json"] {
            let ran = list(&["--config", text(&config), "--format", format, "-v"], &[]);
            assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{}", ran.stderr);
            assert!(ran.stderr.contains(part) && !ran.stderr.contains("s3cret"), "{}", ran.stderr);
        }
    }
    let (_dir, config) = config_file("org_id = 'o'\napi_key = 'k'\napi_key_command = ['true']\n");
    let ran = list(&["--config", text(&config)], &[]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("has both api_key and api_key_command"), "{}", ran.stderr);
}

#[test]
fn an_endpoint_that_would_give_the_key_away_is_refused() {
    for endpoint in ["http://app.strigo.io/api/v1", "ftp://127.0.0.1", "nonsense", "https://u:s3cret@h.example"] {
        let ran = list(&["--endpoint", endpoint], &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]);
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{endpoint}");
        assert!(ran.stderr.contains("endpoint") && !ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
}

#[test]
fn an_unencrypted_request_goes_through_no_proxy() {
    let (right, proxy) = (sandbox(), sandbox());
    let proxy_url = proxy.endpoint();
    let ran = list(
        &[],
        &[
            ("STRIGO_API_ENDPOINT", &right.endpoint()),
            ("STRIGO_ORG_ID", ORG_ID),
            ("STRIGO_API_KEY", API_KEY),
            ("HTTP_PROXY", &proxy_url),
            ("http_proxy", &proxy_url),
            ("ALL_PROXY", &proxy_url),
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(proxy.state().log.is_empty());
}

#[test]
fn numbers_of_seconds_are_checked() {
    for (flags, variables) in [
        (&["--timeout", "0"][..], &[][..]),
        (&["--timeout", "-1"], &[]),
        (&["--timeout=soon"], &[]),
        (&["--max-wait=nan"], &[]),
        (&[], &[("STRIGO_TIMEOUT", "1m")]),
        (&[], &[("STRIGO_MAX_WAIT", "-2")]),
    ] {
        let ran = list(flags, &[variables, &[("STRIGO_ORG_ID", ORG_ID), ("STRIGO_API_KEY", API_KEY)]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{flags:?} {variables:?} {}", ran.stderr);
    }
}
