//! Who asks: an organization's ID and its API key.

use std::fmt;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

use crate::error::{Error, Kind};

/// Where an owner of the organization finds both.
pub const WHERE_KEYS_ARE: &str = "https://app.strigo.io/settings#account";

/// An API key. It cannot be printed, and is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// Takes the key without the white space around it, which files and variables tend to add.
    pub fn new(key: String) -> Self {
        let key = Zeroizing::new(key);
        ApiKey(SecretString::from(key.trim()))
    }

    /// The key itself, for whoever has to send it or to keep it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The key as it may be shown: its last four characters, and nothing of one that is shorter than twelve.
    pub fn masked(&self) -> String {
        let key: Vec<char> = self.expose().chars().collect();
        let shown = if key.len() < 12 { &[][..] } else { &key[key.len() - 4..] };
        format!("****{}", shown.iter().collect::<String>())
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// An organization's ID and key, and where the pair came from.
#[derive(Debug)]
pub struct Credentials {
    /// The organization's ID.
    pub org_id: String,
    /// The organization's API key.
    pub api_key: ApiKey,
    /// Where the pair was found, as it is told to the user.
    pub source: String,
}

impl Credentials {
    /// The value of the `Authorization` header: `Bearer ORG_ID:API_KEY`.
    ///
    /// Fails with [`Kind::Config`] where one of the two cannot stand in a header, or the ID has a colon in it.
    pub fn authorization(&self) -> Result<HeaderValue, Error> {
        let wrong = |what: &str| {
            Error::new(Kind::Config, format!("the {what} from {} cannot be right", self.source))
                .hint(format!("Copy it again from {WHERE_KEYS_ARE}."))
        };
        if self.org_id.contains(':') || !is_printable(&self.org_id) {
            return Err(wrong("organization ID"));
        }
        if !is_printable(self.api_key.expose()) {
            return Err(wrong("API key"));
        }
        let text = Zeroizing::new(format!("Bearer {}:{}", self.org_id, self.api_key.expose()));
        let mut value = HeaderValue::from_str(&text).map_err(|_| wrong("API key"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(org_id: &str, key: &str) -> Credentials {
        Credentials { org_id: org_id.to_owned(), api_key: ApiKey::new(key.to_owned()), source: "a test".to_owned() }
    }

    #[test]
    fn the_pair_makes_a_bearer() {
        let value = credentials("org", " key\n").authorization().unwrap();
        assert_eq!(value.to_str().unwrap(), "Bearer org:key");
    }

    #[test]
    fn the_key_cannot_be_printed() {
        let credentials = credentials("org", "s3cret-key");
        let value = credentials.authorization().unwrap();
        let printed = format!("{credentials:?} {credentials:#?} {value:?}");
        assert!(!printed.contains("s3cret"), "{printed}");
    }

    #[test]
    fn a_mask_shows_four_characters_of_a_long_key() {
        let masked = |key: &str| ApiKey::new(key.to_owned()).masked();
        assert_eq!(masked("12345678abcd"), "****abcd");
        assert_eq!(masked("1234567abcd"), "****");
        assert_eq!(masked("éééééééééééé"), "****éééé");
        assert_eq!(masked(""), "****");
    }

    #[test]
    fn what_no_header_can_carry_is_refused_without_being_shown() {
        for (org_id, key) in [("o:g", "k"), ("o g", "k"), ("", "k"), ("o", "s3cret\nx"), ("o", "s3crét"), ("o", "")] {
            let error = credentials(org_id, key).authorization().unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            assert!(!format!("{error:?}").contains("s3cr"));
        }
    }
}
