//! The config file: credentials and endpoints, at its top level and in profiles.

pub mod edit;
pub mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Deserializer};

use crate::api::credentials::ApiKey;
use crate::error::{Error, Kind};

/// The file's name in the platform's place for it.
pub const FILE_NAME: &str = "config.toml";

/// What the file says.
#[derive(Debug, Default)]
pub struct Config {
    top: Profile,
    profiles: BTreeMap<String, Profile>,
}

/// The file as it is written, where unknown keys are errors. (serde cannot refuse them in a flattened struct.)
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    org_id: Option<String>,
    #[serde(default, deserialize_with = "api_key")]
    api_key: Option<ApiKey>,
    api_key_command: Option<Vec<String>>,
    endpoint: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

impl From<Written> for Config {
    fn from(Written { org_id, api_key, api_key_command, endpoint, profiles }: Written) -> Self {
        Config { top: Profile { org_id, api_key, api_key_command, endpoint }, profiles }
    }
}

/// One set of credentials, and where they are good.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The organization's ID.
    pub org_id: Option<String>,
    /// The organization's API key.
    #[serde(default, deserialize_with = "api_key")]
    pub api_key: Option<ApiKey>,
    /// A command that prints the key: the program and its arguments.
    pub api_key_command: Option<Vec<String>>,
    /// The endpoint, where it is not the vendor's.
    pub endpoint: Option<String>,
}

impl Profile {
    /// Whether there is a pair in it, or half of one.
    pub fn has_credentials(&self) -> bool {
        self.org_id.is_some() || self.api_key.is_some() || self.api_key_command.is_some()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        !self.has_credentials() && self.endpoint.is_none()
    }
}

/// The keys that may stand in a file.
const KEYS: [&str; 5] = ["org_id", "api_key", "api_key_command", "endpoint", "profiles"];

fn api_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ApiKey>, D::Error> {
    // The reader's own error would show the value that it did not expect.
    let text = Option::<String>::deserialize(deserializer)
        .map_err(|_| serde::de::Error::custom("api_key must be a string in quotes"))?;
    Ok(text.map(ApiKey::new))
}

impl Config {
    /// Reads the file at `path`; `None` where there is none. Fails with [`Kind::Config`] where it cannot be read, is
    /// not what it should be, or belongs to another user.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        file::read(path)?.map(|text| Config::parse(&text, &path.display())).transpose()
    }

    fn parse(text: &str, name: &impl fmt::Display) -> Result<Self, Error> {
        toml_edit::de::from_str::<Written>(text).map(Config::from).map_err(|error: toml_edit::de::Error| {
            // The error's own display quotes the line, and the line may hold the key.
            let place = error.span().map(|span| line_and_column(text, span.start));
            let place = place.map(|(line, column)| format!(", line {line}, column {column}")).unwrap_or_default();
            let (why, advice) = fault_in_words(error.message().lines().next().unwrap_or_default());
            Error::new(Kind::Config, format!("the config file {name}{place}: {why}")).hint(advice)
        })
    }

    /// The profile of that name, or the top level where there is no name.
    pub fn profile(&self, name: Option<&str>) -> Option<&Profile> {
        match name {
            Some(name) => self.profiles.get(name),
            None => Some(&self.top),
        }
    }

    /// The names of the profiles, sorted.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
}

/// Longer words are no slip of the fingers.
const LONGEST_KEY: usize = 20;

/// What is wrong, without a value in it, and what helps.
fn fault_in_words(message: &str) -> (String, String) {
    if let Some(key) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        // What stands on the left by mistake may be a secret.
        if key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            return ("there is a key that is not known".to_owned(), format!("The keys are {}.", KEYS.join(", ")));
        }
        let likeness = |known: &&str| strsim::jaro_winkler(known, key);
        let nearest = KEYS.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let nearest = nearest.filter(|known| likeness(known) > 0.7);
        let advice = match nearest {
            Some(known) => format!("Did you mean '{known}'?"),
            None => format!("The keys are {}.", KEYS.join(", ")),
        };
        return (format!("there is no key '{key}'"), advice);
    }
    let why = match message {
        // The reader's message shows the value.
        why if why.starts_with("invalid type") || why.starts_with("invalid value") => {
            "this is not the kind of value that belongs here"
        }
        why => why,
    };
    (why.to_owned(), format!("The keys are {}.", KEYS.join(", ")))
}

/// Counted from one, the column in characters.
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
    fn the_top_level_and_profiles_are_apart() {
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
    fn an_unknown_key_is_named_with_its_line() {
        let error = parse("org_id = 'a'\n\n  api_kye = 's3cret'\n").unwrap_err();
        let said = error.to_string();
        assert_eq!(error.advice(), "Did you mean 'api_key'?");
        assert!(said.contains("line 3, column 3: there is no key 'api_kye'"), "{said}");
    }

    #[test]
    fn no_error_shows_a_value() {
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
            "[s3cret]",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse(&text);
        }
    }
}
