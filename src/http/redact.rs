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

/// The most bytes of an entity after its `&`: `#x0000002B;`.
const MAX_ENTITY_LEN: usize = 12;

/// Finds secrets as they are, and with any of their characters escaped as in JSON, XML, HTML, or a URL.
pub(super) struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    pub(super) fn new<'s>(secrets: impl Iterator<Item = &'s Secret>) -> Self {
        let mut redactor = Redactor { secrets: Vec::new() };
        redactor.add(secrets);
        redactor
    }

    pub(super) fn add<'s>(&mut self, secrets: impl Iterator<Item = &'s Secret>) {
        for secret in secrets.filter(|secret| secret.expose().len() >= MIN_SECRET_LEN) {
            if self.secrets.iter().all(|known| known.expose() != secret.expose()) {
                self.secrets.push(secret.clone());
            }
        }
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

/// Returns the ASCII character that `text` starts with in the escaped form of JSON (RFC 8259, section 7), of XML and HTML
/// (XML 1.0, section 4), or of a URL (RFC 3986, section 2.1), and the length of that form.
fn unescape(text: &[u8]) -> Option<(u8, usize)> {
    let hex = |digits: Option<&[u8]>| u8::from_str_radix(std::str::from_utf8(digits?).ok()?, 16).ok();
    match text {
        [b'\\', b'u', b'0', b'0', digits @ ..] => Some((hex(digits.get(..2))?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((*byte, 2)),
        [b'%', digits @ ..] => Some((hex(digits.get(..2))?, 3)),
        [b'&', rest @ ..] => {
            let end = rest.iter().take(MAX_ENTITY_LEN).position(|byte| *byte == b';')?;
            let byte = match &rest[..end] {
                b"amp" => b'&',
                b"lt" => b'<',
                b"gt" => b'>',
                b"quot" => b'"',
                b"apos" => b'\'',
                [b'#', b'x' | b'X', digits @ ..] => hex(Some(digits))?,
                [b'#', digits @ ..] => std::str::from_utf8(digits).ok()?.parse().ok()?,
                _ => return None,
            };
            Some((byte, end + 2))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "s3cr/t-k\"y%0\\";

    fn redact(key: &str, text: impl AsRef<[u8]>) -> String {
        let secret = Secret::new(key.to_owned());
        let redactor = Redactor::new([&secret].into_iter());
        String::from_utf8(redactor.redact(text.as_ref().to_vec())).unwrap()
    }

    #[test]
    fn key_is_redacted_as_it_is_and_escaped() {
        let json: String = serde_json::Value::from(KEY).to_string();
        let unicode: String = KEY.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let mixed = r#"s3\u0063r\/t-k\"y%\u0030\\"#;
        let html = KEY.replace('"', "&quot;").replace('/', "&#47;");
        for text in [KEY, json.trim_matches('"'), &unicode, mixed, &html] {
            assert_eq!(redact(KEY, format!("a {text}{text} b")), "a ****** b", "{text}");
        }
        assert_eq!(redact(KEY, KEY), "***");
        assert_eq!(redact(KEY, &KEY[1..]), &KEY[1..]);
        assert_eq!(redact("shorter", "shorter"), "shorter");
    }

    proptest! {
        #[test]
        fn escaped_key_never_survives(key in "[ -~&&[^ ]]{8,20}", choices in prop::collection::vec(0..4, 20), around in "[a-z\\\\%u0\"]{0,6}") {
            let escaped: String = key.bytes().zip(choices).map(|(byte, choice)| match choice {
                // A backslash alone is not JSON.
                0 if byte != b'\\' => char::from(byte).to_string(),
                1 => format!("&#x{byte:X};"),
                2 => format!("%{byte:02x}"),
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
