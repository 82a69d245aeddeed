//! The config file: what parses can be edited, and an edit changes nothing but one profile.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use strigo_cli::http::secret::Secret;
use strigo_cli::settings::config::Config;
use strigo_cli::settings::edit::{NewCredentials, remove_credentials, set_credentials};

const NEW_KEY: &str = "new-key-0123456789";

/// The most profiles of the input that are edited, to keep an execution short.
const MAX_PROFILES: usize = 3;

/// The organization ID, the visible part of the API key, its command, and the endpoint.
type Values = (Option<String>, Option<String>, Option<Vec<String>>, Option<String>);

fuzz_target!(|text: &str| {
    let Ok(config) = Config::parse(text, &"input") else {
        for name in [None, Some("a")] {
            let _ = set_credentials(text, name, &credentials(&Secret::new(NEW_KEY.to_owned()), None));
            let _ = remove_credentials(text, name);
        }
        return;
    };
    let old = values(&config);
    let names = config.profile_names().take(MAX_PROFILES).map(Some);
    for name in names.chain([None, Some("new profile")]) {
        check_set(text, name, &old);
        check_remove(text, name, &old);
    }
});

fn credentials<'a>(api_key: &'a Secret, endpoint: Option<&'a str>) -> NewCredentials<'a> {
    NewCredentials { org_id: "new org", api_key, endpoint }
}

fn check_set(text: &str, name: Option<&str>, old: &BTreeMap<Option<String>, Values>) {
    let api_key = Secret::new(NEW_KEY.to_owned());
    let key = name.map(str::to_owned);
    for endpoint in [None, Some("https://new.example")] {
        let set = |text: &str| set_credentials(text, name, &credentials(&api_key, endpoint));
        // For serde, a profile may also be an array of its values. No one writes that, and no edit changes it.
        let Some(edited) = set(text) else { return };
        let mut new = parse(&edited);
        let old_endpoint = old.get(&key).and_then(|(.., endpoint)| endpoint.clone());
        let expected =
            (Some("new org".to_owned()), Some(api_key.masked()), None, endpoint.map(str::to_owned).or(old_endpoint));
        assert_eq!(new.insert(key.clone(), expected.clone()), Some(expected), "{edited:?}");
        assert_others_are_kept(new, old, &key, &edited);
        // The ends of lines may differ: the first edit may keep several kinds, and a last line without one.
        let again = set(&edited).unwrap();
        assert!(again.lines().eq(edited.lines()), "{again:?} {edited:?}");
        check_remove(&edited, name, &parse(&edited));
    }
}

fn check_remove(text: &str, name: Option<&str>, old: &BTreeMap<Option<String>, Values>) {
    let edited = remove_credentials(text, name).unwrap();
    let new = parse(&edited);
    let key = name.map(str::to_owned);
    let expected = if name.is_some() { None } else { Some(&(None, None, None, None)) };
    assert_eq!(new.get(&key), expected, "{edited:?}");
    assert_others_are_kept(new, old, &key, &edited);
}

fn assert_others_are_kept(
    mut new: BTreeMap<Option<String>, Values>,
    old: &BTreeMap<Option<String>, Values>,
    edited: &Option<String>,
    text: &str,
) {
    let mut old = old.clone();
    new.remove(edited);
    old.remove(edited);
    assert_eq!(new, old, "{text:?}");
}

fn parse(text: &str) -> BTreeMap<Option<String>, Values> {
    match Config::parse(text, &"edited") {
        Ok(config) => values(&config),
        Err(error) => panic!("{error}: {text:?}"),
    }
}

fn values(config: &Config) -> BTreeMap<Option<String>, Values> {
    let names = config.profile_names().map(Some).chain([None]);
    let values = names.map(|name| {
        let profile = config.profile(name).unwrap();
        let api_key = profile.api_key.as_ref().map(Secret::masked);
        let values = (profile.org_id.clone(), api_key, profile.api_key_command.clone(), profile.endpoint.clone());
        (name.map(str::to_owned), values)
    });
    values.collect()
}
