//! Removes the API key from what a server sends.
//!
//! A server may repeat the key in any part of a response: a proxy that quotes the request, an error that names the
//! credentials, a redirect that has them in its URL. Responses are redacted where they are received, before anything is
//! parsed, so that no message, table, or raw output can contain the key.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use memchr::memchr2_iter;
use memchr::memmem::Finder;
use reqwest::header::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use super::secret::Secret;

/// What stands for the key.
const MASK: &[u8] = b"***";

/// The shortest key that is redacted, in bytes. A shorter one is too likely to be a part of other text.
const MIN_KEY_LEN: usize = 8;

/// Finds API keys as they are, in base64, and with any of its characters escaped as in JSON or in a URL.
pub(super) struct Redactor {
    /// The keys, and their base64 forms.
    forms: Vec<Zeroizing<Vec<u8>>>,
}

impl Redactor {
    pub(super) fn new(keys: &[&Secret]) -> Self {
        let mut forms = Vec::new();
        for key in keys.iter().map(|key| key.expose().as_bytes()).filter(|key| key.len() >= MIN_KEY_LEN) {
            let encoded = (0..3).flat_map(|offset| base64_forms(key, offset));
            for form in std::iter::once(Zeroizing::new(key.to_vec())).chain(encoded) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        Redactor { forms }
    }

    /// Replaces each occurrence of the key by asterisks. Text that does not contain it is not copied.
    pub(super) fn redact(&self, text: Vec<u8>) -> Vec<u8> {
        let mut found: Vec<Range<usize>> = self.find_plain(&text).chain(self.find_escaped(&text)).collect();
        if found.is_empty() {
            return text;
        }
        found.sort_by_key(|range| range.start);
        let mut redacted = Vec::with_capacity(text.len());
        let mut end = 0;
        for range in found {
            // Matches that overlap become one mask.
            if range.start >= end {
                redacted.extend_from_slice(&text[end..range.start]);
                redacted.extend_from_slice(MASK);
            }
            end = end.max(range.end);
        }
        redacted.extend_from_slice(&text[end..]);
        redacted
    }

    /// Replaces each occurrence of the key in the values of headers.
    pub(super) fn redact_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let redacted = self.redact(value.as_bytes().to_vec());
            // Fewer characters of a valid value are a valid value.
            *value = HeaderValue::from_bytes(&redacted).unwrap_or(HeaderValue::from_static("***"));
        }
    }

    fn find_plain<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
        self.forms.iter().flat_map(move |form| {
            let starts: Vec<usize> = Finder::new(&**form).find_iter(text).collect();
            starts.into_iter().map(|start| start..start + form.len())
        })
    }

    /// Finds occurrences in which at least one character is escaped.
    fn find_escaped<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> + 't {
        let escapes = if self.forms.is_empty() { &[] } else { text };
        memchr2_iter(b'\\', b'%', escapes)
            .flat_map(move |escape| self.forms.iter().filter_map(move |form| match_around(text, escape, form)))
    }
}

/// Returns the range of `form` in `text`, if its first escaped character is at `escape`.
fn match_around(text: &[u8], escape: usize, form: &[u8]) -> Option<Range<usize>> {
    let (first, _) = unescape(&text[escape..])?;
    let matches_at = |index: usize| {
        let start = escape.checked_sub(index)?;
        if form[index] != first || text[start..escape] != form[..index] {
            return None;
        }
        let len = match_escaped(&text[escape..], &form[index..])?;
        Some(start..escape + len)
    };
    (0..form.len()).find_map(matches_at)
}

/// Returns the length of `form` at the start of `text`, where each of its characters may be escaped.
fn match_escaped(text: &[u8], form: &[u8]) -> Option<usize> {
    form.iter().try_fold(0, |len, expected| {
        let rest = &text[len..];
        match unescape(rest) {
            Some((byte, escape_len)) if byte == *expected => Some(len + escape_len),
            _ => (rest.first() == Some(expected)).then_some(len + 1),
        }
    })
}

/// Returns the ASCII character that `text` starts with in escaped form, and the length of that form: `\u0041` and `\/` in
/// JSON (RFC 8259, section 7), `%41` in a URL (RFC 3986, section 2.1).
fn unescape(text: &[u8]) -> Option<(u8, usize)> {
    let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    match text {
        [b'%', a, b, ..] => Some((hex(&[*a, *b])?, 3)),
        [b'\\', b'u', b'0', b'0', a, b, ..] => Some((hex(&[*a, *b])?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((*byte, 2)),
        _ => None,
    }
}

/// Returns the characters that each text has in base64 (RFC 4648, sections 4 and 5) that contains `key` at a position
/// `offset` beyond a multiple of three: those that no other byte is a part of.
fn base64_forms(key: &[u8], offset: usize) -> [Zeroizing<Vec<u8>>; 2] {
    let padded = Zeroizing::new([&vec![0; offset], key].concat());
    let first = (offset * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    [&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD].map(|alphabet| {
        let encoded = Zeroizing::new(alphabet.encode(&*padded));
        Zeroizing::new(encoded.as_bytes()[first..end].to_vec())
    })
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
    fn key_is_redacted_in_every_encoding() {
        let json: String = serde_json::Value::from(KEY).to_string();
        let unicode: String = KEY.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
        let url: String = KEY.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mixed = r#"s3\u0063r\/t-k\"y%25%30\\"#;
        for text in [KEY, json.trim_matches('"'), &unicode, &url, mixed] {
            assert_eq!(redact(KEY, format!("a {text}{text} b")), "a ****** b", "{text}");
        }
        assert_eq!(redact(KEY, KEY), "***");
        assert_eq!(redact(KEY, &KEY[1..]), &KEY[1..]);
        assert_eq!(redact("shorter", "shorter"), "shorter");
    }

    #[test]
    fn key_is_redacted_in_base64_at_any_position() {
        let key = "~~~???>>>key";
        for prefix in ["", "a", "ab", "org:", "Bearer org:"] {
            for alphabet in [&BASE64_STANDARD_NO_PAD, &BASE64_URL_SAFE_NO_PAD] {
                let encoded = alphabet.encode(format!("{prefix}{key}:more"));
                let redacted = redact(key, format!("x {encoded} y"));
                assert!(redacted.contains("***") && redacted.len() <= encoded.len() - 8, "{encoded}: {redacted}");
            }
        }
    }

    proptest! {
        #[test]
        fn escaped_key_never_survives(key in "[ -~&&[^ ]]{8,20}", choices in prop::collection::vec(0..3, 20), around in "[a-z\\\\%u0\"]{0,6}") {
            let escaped: String = key.bytes().zip(choices).map(|(byte, choice)| match choice {
                // A backslash alone is not JSON.
                0 if byte != b'\\' => char::from(byte).to_string(),
                1 => format!("\\u{byte:04x}"),
                _ => format!("%{byte:02X}"),
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
