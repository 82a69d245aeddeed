//! The credentials of an organization: its ID and its API key.

use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::http::secret::Secret;

/// The page where an organization owner can find the organization ID and API key.
pub const API_KEY_SETTINGS_URL: &str = "https://app.strigo.io/settings#account";

/// An organization ID and its API key, which always come from the same source.
#[derive(Debug)]
pub struct Credentials {
    /// The organization ID.
    pub org_id: String,
    /// The API key.
    pub api_key: Secret,
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
        let invalid = |what: &str, problem: &str| {
            let message = format!("invalid {what} (from {}): {problem}", self.source);
            Error::new(ErrorKind::Config, message).with_hint(format!("copy it again from {API_KEY_SETTINGS_URL}"))
        };
        let org_id_problem = self.org_id.contains(':').then_some("it contains a colon");
        if let Some(problem) = org_id_problem.or_else(|| find_problem(&self.org_id)) {
            return Err(invalid("organization ID", problem));
        }
        if let Some(problem) = find_problem(self.api_key.expose()) {
            return Err(invalid("API key", problem));
        }
        let text = Zeroizing::new(format!("Bearer {}:{}", self.org_id, self.api_key.expose()));
        let mut value = HeaderValue::from_str(&text).map_err(|_| invalid("API key", INVALID_CHARACTER))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

const INVALID_CHARACTER: &str = "it contains a character that is not printable ASCII";

/// Returns why `text` cannot be sent in a header, or why it is not what the user meant: the ways in which files and
/// variables damage a value.
fn find_problem(text: &str) -> Option<&'static str> {
    let is_quoted = |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    if text.is_empty() {
        Some("it is empty")
    } else if text.starts_with('\u{feff}') {
        Some("it starts with a byte order mark; save its file without one")
    } else if is_quoted('"') || is_quoted('\'') {
        Some("it is in quotes; remove them")
    } else if text.contains(['\r', '\n']) {
        Some("it contains a line break")
    } else if text.contains(char::is_whitespace) {
        Some("it contains a space")
    } else {
        (!text.bytes().all(|byte| byte.is_ascii_graphic())).then_some(INVALID_CHARACTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(org_id: &str, key: &str) -> Credentials {
        Credentials { org_id: org_id.to_owned(), api_key: Secret::new(key.to_owned()), source: "a test".to_owned() }
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
        let masked = |key: &str| Secret::new(key.to_owned()).masked();
        assert_eq!(masked("12345678abcd"), "****abcd");
        assert_eq!(masked("1234567abcd"), "****");
        assert_eq!(masked("éééééééééééé"), "****éééé");
        assert_eq!(masked(""), "****");
    }

    #[test]
    fn authorization_rejects_invalid_header_chars() {
        for (org_id, key, expected) in [
            ("o:g", "k", "invalid organization ID (from a test): it contains a colon"),
            ("o g", "k", "invalid organization ID (from a test): it contains a space"),
            ("'og'", "k", "invalid organization ID (from a test): it is in quotes; remove them"),
            ("", "k", "invalid organization ID (from a test): it is empty"),
            ("o", "s3cret\nx", "invalid API key (from a test): it contains a line break"),
            ("o", "s3cret\rx", "invalid API key (from a test): it contains a line break"),
            ("o", "\"s3cret\"\r", "invalid API key (from a test): it is in quotes; remove them"),
            (
                "o",
                "\u{feff}s3cret",
                "invalid API key (from a test): it starts with a byte order mark; save its file without one",
            ),
            ("o", "s3crét", "invalid API key (from a test): it contains a character that is not printable ASCII"),
            ("o", "", "invalid API key (from a test): it is empty"),
        ] {
            let error = credentials(org_id, key).authorization_header().unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, expected));
            assert!(!format!("{error:?}").contains("s3cr"));
        }
        assert!(credentials("o", "\"").authorization_header().is_ok(), "one quote does not enclose anything");
    }
}
