//! JSON that is laid out anew without being parsed into values.
//!
//! Numbers, the order of members, duplicate members, and `\u` escapes are kept as they are: no value is created that could
//! round, sort, or merge them. The input has already been validated as JSON. Only its whitespace changes, and unsafe
//! characters in strings are replaced by their JSON escapes (RFC 8259, section 7).

use std::io::{self, Write};

use serde::Serialize;

use super::escape::{is_printable_ascii, is_unsafe_char};

/// The most levels that are indented. Deeper ones are not, because the spaces of a response that is nothing but brackets
/// would be far longer than the response, whose length is limited.
const MAX_INDENTED_LEVELS: usize = 128;

/// Writes the JSON text `raw` on one line, without whitespace between tokens and without a final newline.
pub fn write_compact(out: &mut impl Write, raw: &str) -> io::Result<()> {
    reformat(out, raw, None)
}

/// Writes the JSON text `raw` with one value per line, indented by two spaces, without a final newline.
pub fn write_pretty(out: &mut impl Write, raw: &str) -> io::Result<()> {
    reformat(out, raw, Some(0))
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

/// Copies the tokens of `raw`; `depth` is the nesting level if the output is indented.
fn reformat(out: &mut impl Write, raw: &str, mut depth: Option<usize>) -> io::Result<()> {
    let bytes = raw.as_bytes();
    // Bytes that need no change are collected from `pending` to `pos` and written in one piece.
    let (mut pending, mut pos) = (0, 0);
    while let Some(&byte) = bytes.get(pos) {
        match (byte, depth) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => {
                out.write_all(&bytes[pending..pos])?;
                pos = skip_whitespace(bytes, pos);
                pending = pos;
            }
            (b'"', _) => pos = copy_string_escaped(out, raw, &mut pending, pos)?,
            (b'{' | b'[' | b'}' | b']' | b',' | b':', Some(_)) => {
                out.write_all(&bytes[pending..pos])?;
                pos = write_punctuation(out, bytes, pos, &mut depth)?;
                pending = pos;
            }
            _ => pos += 1,
        }
    }
    out.write_all(&bytes[pending..])
}

/// Writes the bracket, comma, or colon at `pos` with its line break and indentation, and returns the next position.
fn write_punctuation(out: &mut impl Write, bytes: &[u8], pos: usize, depth: &mut Option<usize>) -> io::Result<usize> {
    let byte = bytes[pos];
    match byte {
        b'{' | b'[' => {
            out.write_all(&[byte])?;
            let next = skip_whitespace(bytes, pos + 1);
            if matches!(bytes.get(next), Some(b'}' | b']')) {
                out.write_all(&bytes[next..=next])?;
                return Ok(next + 1);
            }
            *depth = depth.map(|depth| depth + 1);
            write_newline(out, *depth)?;
        }
        b'}' | b']' => {
            *depth = depth.map(|depth| depth.saturating_sub(1));
            write_newline(out, *depth)?;
            out.write_all(&[byte])?;
        }
        b',' => {
            out.write_all(b",")?;
            write_newline(out, *depth)?;
        }
        _ => out.write_all(b": ")?,
    }
    Ok(pos + 1)
}

fn skip_whitespace(bytes: &[u8], from: usize) -> usize {
    let is_whitespace = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    from + bytes[from..].iter().take_while(|byte| is_whitespace(byte)).count()
}

/// Passes over the string whose opening quote is at `pos`, and returns the position after its closing quote. Unsafe
/// characters, which JSON allows in strings, are written as `\u` escapes.
fn copy_string_escaped(out: &mut impl Write, raw: &str, pending: &mut usize, pos: usize) -> io::Result<usize> {
    let bytes = raw.as_bytes();
    let mut pos = pos + 1;
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            b'"' => return Ok(pos + 1),
            b'\\' => pos += if matches!(bytes.get(pos + 1), Some(b'"' | b'\\')) { 2 } else { 1 },
            _ if is_printable_ascii(byte) => pos += 1,
            _ => {
                let c = raw.get(pos..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                if is_unsafe_char(c) {
                    out.write_all(&bytes[*pending..pos])?;
                    // All unsafe characters are in the Basic Multilingual Plane: four digits are enough.
                    write!(out, "\\u{:04x}", u32::from(c))?;
                    *pending = pos + c.len_utf8();
                }
                pos += c.len_utf8();
            }
        }
    }
    Ok(bytes.len())
}

fn write_newline(out: &mut impl Write, depth: Option<usize>) -> io::Result<()> {
    let Some(depth) = depth else { return Ok(()) };
    out.write_all(b"\n")?;
    for _ in 0..depth.min(MAX_INDENTED_LEVELS) {
        out.write_all(b"  ")?;
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
