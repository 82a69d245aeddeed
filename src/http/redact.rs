//! Removes secrets from what a server sends.
//!
//! A server may repeat the key in any part of a response: a proxy that quotes the request, an error that names the
//! credentials, a redirect that has them in its URL. Responses are redacted where they are received, before anything is
//! parsed, so that no message, table, or raw output can contain the key.

use reqwest::header::{HeaderMap, HeaderValue};

use super::secret::Secret;

/// What stands for a secret.
const MASK: &[u8] = b"***";

/// The shortest secret that is redacted, in bytes. A shorter one is too likely to be a part of other text.
const MIN_SECRET_LEN: usize = 8;

/// Finds secrets as they are, and with any of their characters escaped as in JSON.
pub(super) struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    pub(super) fn new(secrets: &[&Secret]) -> Self {
        let is_long = |secret: &&&Secret| secret.expose().len() >= MIN_SECRET_LEN;
        Redactor { secrets: secrets.iter().filter(is_long).map(|secret| (*secret).clone()).collect() }
    }

    /// Replaces each occurrence of a secret by asterisks.
    pub(super) fn redact(&self, text: Vec<u8>) -> Vec<u8> {
        let mut redacted = Vec::with_capacity(text.len());
        let mut rest = &text[..];
        while let Some((first, after)) = rest.split_first() {
            let found = self.secrets.iter().find_map(|secret| match_escaped(rest, secret.expose().as_bytes()));
            match found {
                Some(len) => {
                    redacted.extend_from_slice(MASK);
                    rest = &rest[len..];
                }
                None => {
                    redacted.push(*first);
                    rest = after;
                }
            }
        }
        redacted
    }

    /// Replaces each occurrence of a secret in the values of headers.
    pub(super) fn redact_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let redacted = self.redact(value.as_bytes().to_vec());
            // Fewer characters of a valid value are a valid value.
            *value = HeaderValue::from_bytes(&redacted).unwrap_or(HeaderValue::from_static("***"));
        }
    }
}

/// Returns the length of `secret` at the start of `text`, where each of its characters may be escaped.
fn match_escaped(text: &[u8], secret: &[u8]) -> Option<usize> {
    secret.iter().try_fold(0, |len, expected| {
        let rest = &text[len..];
        match unescape(rest) {
            Some((byte, escape_len)) if byte == *expected => Some(len + escape_len),
            _ => (rest.first() == Some(expected)).then_some(len + 1),
        }
    })
}

/// Returns the ASCII character that `text` starts with in the escaped form of JSON (RFC 8259, section 7), and the length of
/// that form.
fn unescape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', b'u', b'0', b'0', digits @ ..] => {
            let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, 6))
        }
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((*byte, 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "s3cr/t-k\"y%0\\";

    fn redact(key: &str, text: impl AsRef<[u8]>) -> String {
        let redactor = Redactor::new(&[&Secret::new(key.to_owned())]);
        String::from_utf8(redactor.redact(text.as_ref().to_vec())).unwrap()
    }

    #[test]
    fn key_is_redacted_as_it_is_and_as_json() {
        let json: String = serde_json::Value::from(KEY).to_string();
        let unicode: String = KEY.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let mixed = r#"s3\u0063r\/t-k\"y%\u0030\\"#;
        for text in [KEY, json.trim_matches('"'), &unicode, mixed] {
            assert_eq!(redact(KEY, format!("a {text}{text} b")), "a ****** b", "{text}");
        }
        assert_eq!(redact(KEY, KEY), "***");
        assert_eq!(redact(KEY, &KEY[1..]), &KEY[1..]);
        assert_eq!(redact("shorter", "shorter"), "shorter");
    }

    proptest! {
        #[test]
        fn escaped_key_never_survives(key in "[ -~&&[^ ]]{8,20}", choices in prop::collection::vec(0..2, 20), around in "[a-z\\\\%u0\"]{0,6}") {
            let escaped: String = key.bytes().zip(choices).map(|(byte, choice)| match choice {
                // A backslash alone is not JSON.
                0 if byte != b'\\' => char::from(byte).to_string(),
                _ => format!("\\u{byte:04x}"),
            }).collect();
            let text = format!("{around} {escaped} {around}");
            let redacted = redact(&key, &text);
            prop_assert!(!redacted.contains(&escaped), "{}", redacted);
        }

        #[test]
        fn other_text_is_unchanged(text in any::<String>()) {
            prop_assert_eq!(redact("0123456789abcdef", &text), text);
        }
    }
}
