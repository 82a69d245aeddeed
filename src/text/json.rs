//! JSON as it came: laid out anew, and otherwise to the digit and the code point.
//!
//! Numbers, the order of fields, fields that are there twice, `\u` escapes: nothing passes through a value that could
//! round, sort or merge it. The text is valid JSON by the time it gets here; only its white space is set, and
//! characters that could harm a terminal are written as JSON's own escapes for them (RFC 8259, section 7).

use std::io::{self, Write};

use serde::Serialize;

use super::escape::{self, is_harmful};

/// Writes the JSON text `raw` on one line, without white space between its tokens and without a newline at its end.
pub fn write_compact(out: &mut impl Write, raw: &str) -> io::Result<()> {
    write_tokens(out, raw, None)
}

/// Writes the JSON text `raw` with one value a line, indented by two spaces, without a newline at its end.
pub fn write_indented(out: &mut impl Write, raw: &str) -> io::Result<()> {
    write_tokens(out, raw, Some(0))
}

/// The JSON text `raw` on one line, as [`write_compact`] writes it.
pub fn compact(raw: &str) -> String {
    let mut line = Vec::with_capacity(raw.len());
    // Writing into memory cannot fail, and what comes of UTF-8 is UTF-8.
    let _ = write_compact(&mut line, raw);
    String::from_utf8_lossy(&line).into_owned()
}

/// A text as JSON has it.
pub fn string(text: &str) -> String {
    compact(&serde_json::Value::from(text).to_string())
}

/// One line of JSON: an object with one member. For what the tool itself has to say.
pub fn object(name: &str, value: &(impl Serialize + ?Sized)) -> String {
    // The types that the tool passes here cannot fail to serialize.
    let value = serde_json::to_string(value).unwrap_or_default();
    format!("{{{}:{}}}", string(name), compact(&value))
}

/// Walks over the tokens of `raw`; `depth` is the level of nesting where the output is indented.
fn write_tokens(out: &mut impl Write, raw: &str, mut depth: Option<usize>) -> io::Result<()> {
    let bytes = raw.as_bytes();
    // What is to be passed on as it is goes from `run` to `at`: as much as possible is written at a time.
    let (mut run, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        match (byte, depth) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => {
                out.write_all(&bytes[run..at])?;
                at = next_token(bytes, at);
                run = at;
            }
            (b'"', _) => at = walk_string(out, raw, &mut run, at)?,
            (b'{' | b'[' | b'}' | b']' | b',' | b':', Some(_)) => {
                out.write_all(&bytes[run..at])?;
                at = write_structure(out, bytes, at, &mut depth)?;
                run = at;
            }
            _ => at += 1,
        }
    }
    out.write_all(&bytes[run..])
}

/// Writes the bracket, comma or colon at `at` as it is laid out in lines, and returns where the walk goes on.
fn write_structure(out: &mut impl Write, bytes: &[u8], at: usize, depth: &mut Option<usize>) -> io::Result<usize> {
    let byte = bytes[at];
    match byte {
        b'{' | b'[' => {
            out.write_all(&[byte])?;
            let next = next_token(bytes, at + 1);
            if matches!(bytes.get(next), Some(b'}' | b']')) {
                out.write_all(&bytes[next..=next])?;
                return Ok(next + 1);
            }
            *depth = depth.map(|depth| depth + 1);
            new_line(out, *depth)?;
        }
        b'}' | b']' => {
            *depth = depth.map(|depth| depth.saturating_sub(1));
            new_line(out, *depth)?;
            out.write_all(&[byte])?;
        }
        b',' => {
            out.write_all(b",")?;
            new_line(out, *depth)?;
        }
        _ => out.write_all(b": ")?,
    }
    Ok(at + 1)
}

fn next_token(bytes: &[u8], from: usize) -> usize {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    from + bytes[from..].iter().take_while(|byte| blank(byte)).count()
}

/// The bytes of a string token that need a look: what ends it, what escapes, and what a harmful character begins with.
static NEEDS_A_LOOK: [bool; 256] = {
    let mut table = escape::IS_SUSPECT;
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Walks over the string whose opening quote is at `at`, and returns where it has ended. Characters that JSON allows and
/// a terminal obeys become `\u` escapes.
fn walk_string(out: &mut impl Write, raw: &str, run: &mut usize, at: usize) -> io::Result<usize> {
    let bytes = raw.as_bytes();
    let mut at = at + 1;
    at += escape::plain_prefix(&bytes[at..]);
    while let Some(plain) = bytes[at..].iter().position(|byte| NEEDS_A_LOOK[usize::from(*byte)]) {
        at += plain;
        match bytes[at] {
            b'"' => return Ok(at + 1),
            b'\\' => at += if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) { 2 } else { 1 },
            _ => {
                let c = raw.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                if is_harmful(c) {
                    out.write_all(&bytes[*run..at])?;
                    // All of them are in the Basic Multilingual Plane: four digits are enough.
                    write!(out, "\\u{:04x}", u32::from(c))?;
                    *run = at + c.len_utf8();
                }
                at += c.len_utf8();
            }
        }
    }
    Ok(bytes.len())
}

fn new_line(out: &mut impl Write, depth: Option<usize>) -> io::Result<()> {
    let Some(depth) = depth else { return Ok(()) };
    out.write_all(b"\n")?;
    for _ in 0..depth {
        out.write_all(b"  ")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn indented(raw: &str) -> String {
        let mut out = Vec::new();
        write_indented(&mut out, raw).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_order_and_doubles_are_kept() {
        let raw = r#" { "z" : 1.0 , "a":12345678901234567890123, "z":-1E+400, "e": [ ] , "o" : { } } "#;
        assert_eq!(compact(raw), r#"{"z":1.0,"a":12345678901234567890123,"z":-1E+400,"e":[],"o":{}}"#);
        assert_eq!(
            indented(raw),
            "{\n  \"z\": 1.0,\n  \"a\": 12345678901234567890123,\n  \"z\": -1E+400,\n  \"e\": [],\n  \"o\": {}\n}"
        );
    }

    #[test]
    fn strings_are_kept_and_cannot_harm() {
        assert_eq!(compact(r#""a \" \\ : { \ud800 é 😀 ""#), r#""a \" \\ : { \ud800 é 😀 ""#);
        assert_eq!(compact("\"\u{202e}\u{9b}\u{7f}é\""), r#""\u202e\u009b\u007fé""#);
        assert_eq!(compact(r#""\\""#), r#""\\""#);
    }

    #[test]
    fn nesting_is_indented() {
        assert_eq!(indented("[[1,2],[]]"), "[\n  [\n    1,\n    2\n  ],\n  []\n]");
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
        fn layout_never_changes_the_value(value in any_json()) {
            let line = serde_json::to_string(&value).unwrap();
            let tall = serde_json::to_string_pretty(&value).unwrap();
            // Read back, since reading may differ from the value in a float's last digit.
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            for text in [compact(&line), indented(&line), compact(&tall)] {
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value.clone());
                prop_assert!(!text.contains(|c| is_harmful(c) && c != '\n'));
            }
            prop_assert!(!compact(&tall).contains('\n'));
            prop_assert_eq!(compact(&indented(&line)), compact(&line));
        }

        #[test]
        fn any_text_at_all_is_walked_over_without_a_panic(text in any::<String>()) {
            compact(&text);
            indented(&text);
        }
    }
}
