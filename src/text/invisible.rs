//! Invisible differences in text: characters that a person cannot see, and names that only look equal.
//!
//! Addresses and names are copied from mail clients, web pages, and spreadsheets, which insert characters that no one typed.

use unicode_normalization::UnicodeNormalization as _;

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

    proptest! {
        #[test]
        fn fold_invisible_is_idempotent(text in any::<String>()) {
            let folded = fold_invisible(&text);
            prop_assert_eq!(fold_invisible(&folded), folded);
        }
    }
}
