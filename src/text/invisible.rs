//! Invisible differences in text: characters that a person cannot see, and names that only look equal.
//!
//! Addresses and names are copied from mail clients, web pages, and spreadsheets, which insert characters that no one typed.

use unicode_normalization::UnicodeNormalization as _;

/// The most characters of a difference that are described.
const MAX_DESCRIBED_CHARS: usize = 4;

/// Whether this character has no visible form of its own: `Default_Ignorable_Code_Point` of the Unicode Character Database
/// (DerivedCoreProperties.txt). Among them are the byte order mark, zero-width characters, and the soft hyphen.
pub fn is_invisible_char(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Removes whitespace and invisible characters from both ends.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible_char(c))
}

/// Returns a form that is the same for all texts that look the same: composed characters (NFC, UAX #15), single spaces, and
/// no invisible characters. Case and look-alikes of other scripts still differ.
pub fn fold_invisible(text: &str) -> String {
    let visible: String = text.nfc().filter(|c| !is_invisible_char(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Describes where `actual` differs from `typed`, which looks the same: `U+00A0 (no-break space) instead of U+0020 (space)`.
pub fn describe_difference(typed: &str, actual: &str) -> String {
    let (typed, actual): (Vec<char>, Vec<char>) = (typed.chars().collect(), actual.chars().collect());
    let start = typed.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let (typed, actual) = (&typed[start..], &actual[start..]);
    let end = typed.iter().rev().zip(actual.iter().rev()).take_while(|(a, b)| a == b).count();
    let (typed, actual) = (&typed[..typed.len() - end], &actual[..actual.len() - end]);
    match (typed, actual) {
        (_, []) => format!("without {}", describe_chars(typed)),
        ([], _) => format!("with an additional {}", describe_chars(actual)),
        _ => format!("with {} instead of {}", describe_chars(actual), describe_chars(typed)),
    }
}

fn describe_chars(chars: &[char]) -> String {
    let describe = |c: &char| {
        let name = match c {
            ' ' => " (space)",
            '\t' => " (tab)",
            '\u{a0}' => " (no-break space)",
            '\u{ad}' => " (soft hyphen)",
            '\u{200b}' => " (zero-width space)",
            '\u{feff}' => " (byte order mark)",
            _ => "",
        };
        format!("U+{:04X}{name}", u32::from(*c))
    };
    let mut described: Vec<String> = chars.iter().take(MAX_DESCRIBED_CHARS).map(describe).collect();
    if chars.len() > MAX_DESCRIBED_CHARS {
        described.push("…".to_owned());
    }
    described.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trim_invisible_removes_only_the_ends() {
        assert_eq!(trim_invisible("\u{feff}\u{200b} \u{a0}a\u{200b}b\u{ad}\u{200e}\r\n"), "a\u{200b}b");
        assert_eq!(trim_invisible("\u{200f}\u{feff} "), "");
    }

    #[test]
    fn fold_invisible_equates_what_looks_the_same() {
        for text in [
            "Café  Nord",
            "Cafe\u{301} Nord",
            "Café\u{a0}Nord ",
            "\u{feff}Ca\u{ad}fé\tNord",
            "Café\u{2003}Nord\u{200b}",
        ] {
            assert_eq!(fold_invisible(text), "Café Nord", "{text:?}");
        }
        for text in ["Cafe Nord", "café Nord", "CaféNord", "Саfé Nord"] {
            assert_ne!(fold_invisible(text), "Café Nord", "{text:?}");
        }
    }

    #[test]
    fn describe_difference_names_the_characters() {
        for (actual, description) in [
            ("Acme\u{a0}Inc", "with U+00A0 (no-break space) instead of U+0020 (space)"),
            ("Acme  Inc", "with an additional U+0020 (space)"),
            ("Acme Inc\u{200b}", "with an additional U+200B (zero-width space)"),
            ("AcmeInc", "without U+0020 (space)"),
        ] {
            assert_eq!(describe_difference("Acme Inc", actual), description);
        }
        assert_eq!(describe_difference("é", "e\u{301}"), "with U+0065 U+0301 instead of U+00E9");
        assert_eq!(describe_difference("", "abcdef"), "with an additional U+0061 U+0062 U+0063 U+0064 …");
    }

    proptest! {
        #[test]
        fn fold_invisible_is_idempotent(text in any::<String>()) {
            let folded = fold_invisible(&text);
            prop_assert_eq!(fold_invisible(&folded), folded);
        }

        #[test]
        fn describe_difference_never_panics(a in ".{0,6}", b in ".{0,6}") {
            describe_difference(&a, &b);
        }
    }
}
