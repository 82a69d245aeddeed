//! The config file: credentials and endpoints, at its top level and in profiles.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs, io};

use serde::{Deserialize, Deserializer};

use crate::api::credentials::ApiKey;
use crate::error::{Error, Kind};

/// The file's name in the platform's place for it.
pub const FILE_NAME: &str = "config.toml";

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    org_id: Option<String>,
    #[serde(default, deserialize_with = "api_key")]
    api_key: Option<ApiKey>,
    endpoint: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// One set of credentials, and where they are good.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The organization's ID.
    pub org_id: Option<String>,
    /// The organization's API key.
    #[serde(default, deserialize_with = "api_key")]
    pub api_key: Option<ApiKey>,
    /// The endpoint, where it is not the vendor's.
    pub endpoint: Option<String>,
}

fn api_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ApiKey>, D::Error> {
    // The reader's own error would show the value that it did not expect.
    let text = Option::<String>::deserialize(deserializer)
        .map_err(|_| serde::de::Error::custom("api_key must be a string in quotes"))?;
    Ok(text.map(ApiKey::new))
}

impl Config {
    /// Reads the file at `path`; `None` where there is none. Fails with [`Kind::Config`] where it cannot be read or
    /// is not what it should be.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let shown = path.display();
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let what = format!("cannot read the config file {shown}: {}", error.kind());
                return Err(Error::new(Kind::Config, what));
            }
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::new(Kind::Config, format!("the config file {shown} is not UTF-8 text")))?;
        Config::parse(&text, &shown).map(Some)
    }

    fn parse(text: &str, name: &impl fmt::Display) -> Result<Self, Error> {
        toml_edit::de::from_str(text).map_err(|error| {
            // The error's own display quotes the line, and the line may hold the key.
            let place = error.span().map(|span| line_and_column(text, span.start));
            let place = place.map(|(line, column)| format!(", line {line}, column {column}")).unwrap_or_default();
            let why = match error.message().lines().next().unwrap_or_default() {
                // So does the message, where a value is of another type.
                why if why.starts_with("invalid type") || why.starts_with("invalid value") => {
                    "this is not the kind of value that belongs here"
                }
                why => why,
            };
            Error::new(Kind::Config, format!("the config file {name}{place}: {why}"))
                .hint("It may hold org_id, api_key and endpoint, at its top level and in [profiles.NAME] tables.")
        })
    }

    /// The profile of that name, or the top level where there is no name.
    pub fn profile(mut self, name: Option<&str>) -> Option<Profile> {
        match name {
            Some(name) => self.profiles.remove(name),
            None => Some(Profile { org_id: self.org_id, api_key: self.api_key, endpoint: self.endpoint }),
        }
    }

    /// The names of the profiles, sorted.
    pub fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
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
        let top = parse(text).unwrap().profile(None).unwrap();
        assert_eq!(top.org_id.as_deref(), Some("a"));
        assert_eq!(top.endpoint, None);
        let profile = parse(text).unwrap().profile(Some("x")).unwrap();
        assert_eq!(profile.org_id.as_deref(), Some("b"));
        assert!(profile.api_key.is_none());
        assert!(parse(text).unwrap().profile(Some("y")).is_none());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = parse("org_id = 'a'\n\n  api_kye = 's3cret'\n").unwrap_err();
        let said = error.to_string();
        assert!(said.contains("line 3, column 3") && said.contains("api_kye"), "{said}");
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
