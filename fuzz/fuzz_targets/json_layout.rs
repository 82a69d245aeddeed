//! JSON that is laid out anew: it has the same tokens and the same value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use strigo_cli::text::escape::is_unsafe_char;
use strigo_cli::text::json::{quote, to_compact, write_pretty};

fuzz_target!(|raw: &str| {
    check_string(raw);
    let (compact, pretty) = (to_compact(raw), to_pretty(raw));
    // Other input never arrives there, but must not panic.
    if serde_json::from_str::<IgnoredAny>(raw).is_err() {
        return;
    }
    let (structure, value) = (without_strings(raw), serde_json::from_str::<Value>(raw).ok());
    for text in [&compact, &pretty] {
        assert!(serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text:?}");
        assert_eq!(without_strings(text), structure);
        assert_eq!(serde_json::from_str::<Value>(text).ok(), value, "{text:?}");
        assert!(!text.contains(|c| is_unsafe_char(c) && c != '\n'), "{text:?}");
    }
    assert!(!compact.contains('\n'));
    assert_eq!(to_compact(&pretty), compact);
    assert_eq!(to_compact(&compact), compact);
    assert_eq!(to_pretty(&compact), pretty);
});

fn to_pretty(raw: &str) -> String {
    let mut out = Vec::new();
    write_pretty(&mut out, raw).unwrap();
    String::from_utf8(out).unwrap()
}

/// Returns the tokens that are not strings, which are left empty. The digits of numbers are compared as text, because
/// `Value` rounds them.
fn without_strings(json: &str) -> String {
    let (mut rest, mut in_string, mut is_escaped) = (String::new(), false, false);
    for c in json.chars() {
        if in_string {
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
        } else {
            in_string = c == '"';
        }
        if !in_string && !" \t\r\n".contains(c) {
            rest.push(c);
        }
    }
    rest
}

fn check_string(text: &str) {
    let quoted = quote(text);
    assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
    assert!(!quoted.contains(is_unsafe_char), "{quoted:?}");
}
