//! The credentials of an organization: its ID and its API key.

use std::fmt;

use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

/// The page where an organization owner can find the organization ID and API key.
pub const API_KEY_SETTINGS_URL: &str = "https://app.strigo.io/settings#account";

/// An API key. It is never printed, and its memory is zeroed when it is dropped.
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Creates a key from `key` without the whitespace around it, which files and variables tend to add.
    pub fn new(key: String) -> Self {
        let key = Zeroizing::new(key);
        ApiKey(Zeroizing::new(key.trim().to_owned()))
    }

    /// Returns the key itself, to send it or to save it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the key with all but its last four characters hidden, and all of a key that is shorter than twelve.
    pub fn masked(&self) -> String {
        let key: Vec<char> = self.expose().chars().collect();
        let visible = if key.len() < 12 { &[][..] } else { &key[key.len() - 4..] };
        format!("****{}", visible.iter().collect::<String>())
    }

    /// Whether the key is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

/// An organization ID and its API key, which always come from the same source.
#[derive(Debug)]
pub struct Credentials {
    /// The organization ID.
    pub org_id: String,
    /// The API key.
    pub api_key: ApiKey,
    /// The source, as it is shown to the user.
    pub source: String,
}

impl Credentials {
    /// Returns the value of the `Authorization` header: `Bearer ORG_ID:API_KEY`.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the ID or the key cannot be sent in a header, or if the ID contains a colon.
    pub fn authorization_header(&self) -> Result<HeaderValue, Error> {
        let invalid = |what: &str| {
            let message = format!("invalid {what} (from {})", self.source);
            Error::new(ErrorKind::Config, message).with_hint(format!("copy it again from {API_KEY_SETTINGS_URL}"))
        };
        if self.org_id.contains(':') || !is_header_safe(&self.org_id) {
            return Err(invalid("organization ID"));
        }
        if !is_header_safe(self.api_key.expose()) {
            return Err(invalid("API key"));
        }
        let text = Zeroizing::new(format!("Bearer {}:{}", self.org_id, self.api_key.expose()));
        let mut value = HeaderValue::from_str(&text).map_err(|_| invalid("API key"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn is_header_safe(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(org_id: &str, key: &str) -> Credentials {
        Credentials { org_id: org_id.to_owned(), api_key: ApiKey::new(key.to_owned()), source: "a test".to_owned() }
    }

    #[test]
    fn authorization_is_bearer_org_id_and_key() {
        let value = credentials("org", " key\n").authorization_header().unwrap();
        assert_eq!(value.to_str().unwrap(), "Bearer org:key");
    }

    #[test]
    fn api_key_debug_is_redacted() {
        let credentials = credentials("org", "s3cret-key");
        let value = credentials.authorization_header().unwrap();
        let printed = format!("{credentials:?} {credentials:#?} {value:?}");
        assert!(!printed.contains("s3cret"), "{printed}");
    }

    #[test]
    fn api_key_masked_shows_last_4_chars() {
        let masked = |key: &str| ApiKey::new(key.to_owned()).masked();
        assert_eq!(masked("12345678abcd"), "****abcd");
        assert_eq!(masked("1234567abcd"), "****");
        assert_eq!(masked("éééééééééééé"), "****éééé");
        assert_eq!(masked(""), "****");
    }

    #[test]
    fn authorization_rejects_invalid_header_chars() {
        for (org_id, key) in [("o:g", "k"), ("o g", "k"), ("", "k"), ("o", "s3cret\nx"), ("o", "s3crét"), ("o", "")] {
            let error = credentials(org_id, key).authorization_header().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!format!("{error:?}").contains("s3cr"));
        }
    }
}
