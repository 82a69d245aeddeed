//! JSON that is laid out anew without being parsed into values.
//!
//! Numbers, the order of members, duplicate members, and `\u` escapes are kept as they are: no value is created that could
//! round, sort, or merge them. The input has already been validated as JSON. Only its whitespace changes, and unsafe
//! characters in strings are replaced by their JSON escapes (RFC 8259, section 7).

use std::io::{self, Write};

use serde::Serialize;

use super::escape::{is_unsafe_char, replace_chars};

/// The most levels that are indented. Deeper ones are not, because the spaces of a response that is nothing but brackets
/// would be far longer than the response, whose length is limited.
const MAX_INDENTED_LEVELS: usize = 128;

/// Writes the JSON text `raw` on one line, without whitespace between tokens and without a final newline.
pub fn write_compact(out: &mut dyn Write, raw: &str) -> io::Result<()> {
    reformat(out, raw, false)
}

/// Writes the JSON text `raw` with one value per line, indented by two spaces, without a final newline.
pub fn write_pretty(out: &mut dyn Write, raw: &str) -> io::Result<()> {
    reformat(out, raw, true)
}

/// Returns the JSON text `raw` on one line, as [`write_compact`] writes it.
pub fn to_compact(raw: &str) -> String {
    let mut line = Vec::with_capacity(raw.len());
    // Writing to memory cannot fail, and the output of UTF-8 input is UTF-8.
    let _ = write_compact(&mut line, raw);
    String::from_utf8_lossy(&line).into_owned()
}

/// Returns `text` as a JSON string.
pub fn quote(text: &str) -> String {
    to_compact(&serde_json::Value::from(text).to_string())
}

/// Returns a JSON object with one member, on one line. For the tool's own diagnostics.
pub fn single_member_object(name: &str, value: &(impl Serialize + ?Sized)) -> String {
    // The types that the tool passes here cannot fail to serialize.
    let value = serde_json::to_string(value).unwrap_or_default();
    format!("{{{}:{}}}", quote(name), to_compact(&value))
}

fn is_whitespace(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Writes the tokens of `raw`, each value on a line of its own if `indent` is true.
fn reformat(out: &mut dyn Write, raw: &str, indent: bool) -> io::Result<()> {
    // Valid JSON has unsafe characters only in strings, and there neither tabs nor line breaks. All of them are in the Basic
    // Multilingual Plane: four digits are enough.
    let text = replace_chars(raw, |c| is_unsafe_char(c) && !is_whitespace(c), |code| format!("\\u{code:04x}"));
    let (mut in_string, mut is_escaped, mut depth, mut previous) = (false, false, 0_usize, b' ');
    for &byte in text.as_bytes() {
        if in_string {
            in_string = is_escaped || byte != b'"';
            is_escaped = byte == b'\\' && !is_escaped;
        } else if is_whitespace(byte.into()) {
            continue;
        } else {
            let (opens, closes) = (matches!(previous, b'{' | b'['), matches!(byte, b'}' | b']'));
            depth = depth.saturating_add(usize::from(opens)).saturating_sub(usize::from(closes));
            match previous {
                _ if !indent => {}
                b':' => out.write_all(b" ")?,
                _ if opens && closes => {}
                _ if opens || closes || previous == b',' => {
                    write!(out, "\n{:width$}", "", width = 2 * depth.min(MAX_INDENTED_LEVELS))?;
                }
                _ => {}
            }
            (in_string, previous) = (byte == b'"', byte);
        }
        out.write_all(&[byte])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pretty(raw: &str) -> String {
        let mut out = Vec::new();
        write_pretty(&mut out, raw).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_format_keeps_numbers_order_duplicates() {
        let raw = r#" { "z" : 1.0 , "a":12345678901234567890123, "z":-1E+400, "e": [ ] , "o" : { } } "#;
        assert_eq!(to_compact(raw), r#"{"z":1.0,"a":12345678901234567890123,"z":-1E+400,"e":[],"o":{}}"#);
        assert_eq!(
            pretty(raw),
            "{\n  \"z\": 1.0,\n  \"a\": 12345678901234567890123,\n  \"z\": -1E+400,\n  \"e\": [],\n  \"o\": {}\n}"
        );
    }

    #[test]
    fn json_format_escapes_unsafe_chars_in_strings() {
        assert_eq!(to_compact(r#""a \" \\ : { \ud800 é 😀 ""#), r#""a \" \\ : { \ud800 é 😀 ""#);
        assert_eq!(to_compact("\"\u{202e}\u{9b}\u{7f}é\""), r#""\u202e\u009b\u007fé""#);
        assert_eq!(to_compact(r#""\\""#), r#""\\""#);
    }

    #[test]
    fn write_pretty_indents_nested_arrays() {
        assert_eq!(pretty("[[1,2],[]]"), "[\n  [\n    1,\n    2\n  ],\n  []\n]");
    }

    #[test]
    fn write_pretty_of_deep_nesting_has_bounded_size() {
        let raw = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(to_compact(&pretty(&raw(2000))), raw(2000));
        let growth = |depth: usize| pretty(&raw(depth + 1)).len() - pretty(&raw(depth)).len();
        assert_eq!(growth(2000), growth(1000));
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn json_format_preserves_value(value in any_json()) {
            let line = serde_json::to_string(&value).unwrap();
            let pretty_line = serde_json::to_string_pretty(&value).unwrap();
            // Read back, since reading may differ from the value in a float's last digit.
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            for text in [to_compact(&line), pretty(&line), to_compact(&pretty_line)] {
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value.clone());
                prop_assert!(!text.contains(|c| is_unsafe_char(c) && c != '\n'));
            }
            prop_assert!(!to_compact(&pretty_line).contains('\n'));
            prop_assert_eq!(to_compact(&pretty(&line)), to_compact(&line));
        }

        #[test]
        fn json_format_never_panics(text in any::<String>()) {
            to_compact(&text);
            pretty(&text);
        }
    }
}
