//! The config file: credentials and endpoints, at its top level and in profiles.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;

use super::file;
use crate::error::{Error, ErrorKind};
use crate::http::secret::Secret;
use crate::invitations::journal::JournalLocation;

/// The key of the default profile's name.
pub(super) const DEFAULT_PROFILE_KEY: &str = "default_profile";

/// A parsed config file.
#[derive(Debug, Default)]
pub struct Config {
    default_profile: Option<String>,
    top_level: Profile,
    profiles: BTreeMap<String, Profile>,
}

/// The file as serde parses it: serde cannot reject unknown keys in a flattened struct.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    default_profile: Option<String>,
    org_id: Option<String>,
    api_key: Option<Secret>,
    api_key_command: Option<Vec<String>>,
    endpoint: Option<String>,
    journal: Option<JournalLocation>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// One set of credentials, and the endpoint that accepts them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The organization ID.
    pub org_id: Option<String>,
    /// The API key.
    pub api_key: Option<Secret>,
    /// The command that prints the API key: the program and its arguments.
    pub api_key_command: Option<Vec<String>>,
    /// The endpoint, if it is not the default one.
    pub endpoint: Option<String>,
    /// Where invitations are recorded, if not in the default place.
    pub journal: Option<JournalLocation>,
}

impl Profile {
    /// The keys of a profile that belong to its credentials.
    pub const KEYS: [&str; 4] = ["org_id", "api_key", "api_key_command", "endpoint"];

    /// Whether it has credentials, complete or not.
    pub fn has_credentials(&self) -> bool {
        self.org_id.is_some() || self.api_key.is_some() || self.api_key_command.is_some()
    }

    /// Whether it has none of these keys.
    pub fn is_empty(&self) -> bool {
        !self.has_credentials() && self.endpoint.is_none()
    }
}

impl Config {
    /// Reads the file at `path`. Returns `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the file cannot be read or is invalid, or if other users can change it.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        file::read(path)?.map(|text| Config::parse(&text, &path.display())).transpose()
    }

    /// Parses the text of a config file; errors name `path` as its source.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the text is invalid.
    pub fn parse(text: &str, path: &impl fmt::Display) -> Result<Self, Error> {
        let raw: RawConfig = toml_edit::de::from_str(text).map_err(|error: toml_edit::de::Error| {
            // The error's `Display` quotes the line, which may contain the API key.
            let position = error.span().map(|span| line_and_column(text, span.start));
            let position = position.map(|(line, column)| format!(", line {line}, column {column}")).unwrap_or_default();
            let (reason, hint) = describe_parse_error(error.message().lines().next().unwrap_or_default());
            Error::new(ErrorKind::Config, format!("invalid config file '{path}'{position}: {reason}")).with_hint(hint)
        })?;
        let RawConfig { default_profile, org_id, api_key, api_key_command, endpoint, journal, profiles } = raw;
        let top_level = Profile { org_id, api_key, api_key_command, endpoint, journal };
        Ok(Config { default_profile, top_level, profiles })
    }

    /// Returns the profile with this name, or the top level if there is no name.
    pub fn profile(&self, name: Option<&str>) -> Option<&Profile> {
        match name {
            Some(name) => self.profiles.get(name),
            None => Some(&self.top_level),
        }
    }

    /// Returns the name of the profile that is used if no other one is selected. Without one, the top level is.
    pub fn default_profile(&self) -> Option<&str> {
        self.default_profile.as_deref()
    }

    /// Returns the names of the profiles, sorted.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
}

/// Returns what is wrong, without the value, and a hint. `message` is serde's or that of the parser.
fn describe_parse_error(message: &str) -> (String, String) {
    if let Some((key, valid)) = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected "))
    {
        let valid: Vec<&str> = valid.split('`').skip(1).step_by(2).collect();
        // Anything else may be an API key in the wrong place.
        let is_name = key.len() <= 20 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let shown = if is_name { format!("unknown key '{key}'") } else { "unknown key".to_owned() };
        let similarity = |valid: &&&str| strsim::jaro_winkler(valid, key);
        let nearest = valid.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
        let similar = nearest.filter(|nearest| is_name && similarity(nearest) > 0.7);
        let hint = format!("valid keys: {}", valid.join(", "));
        return (shown, similar.map_or(hint, |valid| format!("did you mean '{valid}'?")));
    }
    let hint = "run `strigo man config` to read about the format".to_owned();
    match message.rsplit_once(", expected ").filter(|_| message.starts_with("invalid ")) {
        // Before it stands the value.
        Some((_, expected)) => {
            let is_table = expected.contains("struct") || expected.contains("map");
            let expected = if is_table { "a table" } else { &expected.replace("a sequence", "a list of strings") };
            (format!("expected {expected}"), hint)
        }
        None => (message.to_owned(), hint),
    }
}

/// Converts an offset to a line and a column, counted from 1, the column in characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Config, Error> {
        Config::parse(text, &"config.toml")
    }

    #[test]
    fn config_profile_does_not_inherit_top_level() {
        let text = "org_id = 'a'\napi_key = 'k'\n[profiles.x]\norg_id = 'b'\nendpoint = 'https://e'\n";
        let config = parse(text).unwrap();
        let top = config.profile(None).unwrap();
        assert_eq!(top.org_id.as_deref(), Some("a"));
        assert_eq!(top.endpoint, None);
        let profile = config.profile(Some("x")).unwrap();
        assert_eq!(profile.org_id.as_deref(), Some("b"));
        assert!(profile.api_key.is_none());
        assert!(config.profile(Some("y")).is_none());
    }

    #[test]
    fn profile_has_credentials_if_it_has_any_part_of_them() {
        for (text, has_credentials, is_empty) in [
            ("", false, true),
            ("endpoint = 'https://e'", false, false),
            ("org_id = 'a'", true, false),
            ("api_key = 'k'", true, false),
            ("api_key_command = ['pass']", true, false),
        ] {
            let config = parse(text).unwrap();
            let profile = config.profile(None).unwrap();
            assert_eq!((profile.has_credentials(), profile.is_empty()), (has_credentials, is_empty), "{text}");
        }
    }

    #[test]
    fn config_unknown_key_reports_position() {
        let error = parse("org_id = 'a'\n\n  api_kye = 's3cret'\n").unwrap_err();
        let message = error.to_string();
        assert_eq!(error.hints(), ["did you mean 'api_key'?"]);
        assert!(message.contains("line 3, column 3: unknown key 'api_kye'"), "{message}");
    }

    #[test]
    fn config_error_hint_depends_on_mistake() {
        let hint = |text: &str| parse(text).unwrap_err().hints().join("");
        let keys = "valid keys: default_profile, org_id, api_key, api_key_command, endpoint, journal, profiles";
        assert_eq!(hint("zzz = 1"), keys);
        assert_eq!(hint("api_key_comand = ['pass']"), "did you mean 'api_key_command'?");
        let message = |text: &str| parse(text).unwrap_err().to_string();
        assert!(message("org_id = 5").ends_with(": expected a string"), "{}", message("org_id = 5"));
        let misplaced = "[profiles.x]\ndefault_profile = 'x'";
        assert!(message(misplaced).ends_with("unknown key 'default_profile'"), "{}", message(misplaced));
        assert_eq!(hint(misplaced), "valid keys: org_id, api_key, api_key_command, endpoint, journal");
        assert_eq!(hint("org_id = 'a"), "run `strigo man config` to read about the format");
    }

    #[test]
    fn config_errors_never_show_values() {
        for text in [
            "api_key = s3cret",
            "api_key = 's3cret",
            "api_key = ['s3cret']",
            "api_key = { s3cret = 1 }",
            "profiles = 's3cret'",
            "[profiles]\nstaging = 's3cret'",
            "org_id = ['s3cret']",
            "org_id = 's3cret",
            "s3cret",
            "api_key = 's3cret'\nx = 1",
            "s3cret-key-0123456789 = 1",
            "'s3cret' = 1",
            "longsecretkeysecretkeys = 's3cret'",
            "[s3cret]",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
            assert!(!format!("{error:?}").contains("longsecret"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn config_parse_never_panics(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
