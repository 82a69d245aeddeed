//! Makes text from elsewhere harmless where it is shown.
//!
//! A partner's name can hold an escape sequence that repaints the terminal, a newline that forges a record, or an
//! override that shows text in another order than it has (CVE-2021-42574, "Trojan Source").

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether this character must not reach a terminal or a record as it is: controls (C0, DEL, C1), the Unicode line
/// and paragraph separators, and the embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
pub fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The bytes that a harmful character can begin with in UTF-8: C0 and DEL; C2, which C1 begins with; and E2, which the
/// others do. Few characters of few texts begin so, and only those have to be looked at.
pub(super) static IS_SUSPECT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[0x7f] = true;
    table[0xc2] = true;
    table[0xe2] = true;
    table
};

const ONES: u64 = u64::MAX / 0xff;
const HIGHEST_BITS: u64 = ONES << 7;

/// Whether one of these eight bytes is zero: the highest bit of each that is, and maybe of one above it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHEST_BITS
}

/// How many bytes at the beginning are printable ASCII other than `"` and `\\`, counted in eights: with them, nothing that
/// is walked over here has to do anything. (Eight at a time, they are looked at in a quarter of the time.)
pub(super) fn plain_prefix(bytes: &[u8]) -> usize {
    let is_plain = |chunk: &[u8; 8]| {
        let word = u64::from_ne_bytes(*chunk);
        let is_control = word.wrapping_sub(ONES * 0x20) & !word;
        // Where no byte has its highest bit set, adding one sets that of DEL alone.
        let is_high = word | word.wrapping_add(ONES);
        let is_special = zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64));
        (is_control | is_high | is_special) & HIGHEST_BITS == 0
    };
    let (chunks, _) = bytes.as_chunks::<8>();
    chunks.iter().take_while(|chunk| is_plain(chunk)).count() * 8
}

/// Where the first harmful character begins.
fn first_harmful(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = plain_prefix(bytes);
    while let Some(offset) = bytes[from..].iter().position(|byte| IS_SUSPECT[usize::from(*byte)]) {
        let at = from + offset;
        if text[at..].starts_with(is_harmful) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// `text` with every harmful character in a visible form: an escape character becomes `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let Some(first) = first_harmful(text) else {
        return Cow::Borrowed(text);
    };
    let mut safe = String::with_capacity(text.len() + 16);
    safe.push_str(&text[..first]);
    for c in text[first..].chars() {
        if is_harmful(c) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// A word as it has to be typed in a POSIX shell.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn harmful_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb"), r"a\u{1b}[31mb");
        assert_eq!(visible("tab\there\r\n"), r"tab\u{9}here\u{d}\u{a}");
        assert_eq!(visible("\u{9b}2J\u{7f}"), r"\u{9b}2J\u{7f}");
        assert_eq!(visible("\u{202e}x\u{2066}y\u{2028}"), r"\u{202e}x\u{2066}y\u{2028}");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["", "w00t", "שלום עולם", "研修パートナー", "👩‍🏫 trainers", "a\\u{1b}"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        assert_eq!(shell_word("dana+x@acme.example"), "dana+x@acme.example");
        assert_eq!(shell_word("--from=a/b.csv"), "--from=a/b.csv");
        assert_eq!(shell_word("O'Neil & co"), r"'O'\''Neil & co'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn a_plain_prefix_is_counted_in_eights() {
        for (text, plain) in [("", 0), ("1234567", 0), ("12345678", 8), ("12345678 ~!/[]^0x", 16), ("1234567\u{7f}", 0)]
        {
            assert_eq!(plain_prefix(text.as_bytes()), plain, "{text}");
        }
        for byte in 0..=255u8 {
            let is_plain = (0x20..0x7f).contains(&byte) && !matches!(byte, b'"' | b'\\');
            for at in 0..8 {
                let mut bytes = *b"abcdefghijklmnop";
                bytes[at] = byte;
                assert_eq!(plain_prefix(&bytes) == 16, is_plain, "{byte} at {at}");
            }
        }
    }

    #[test]
    fn every_harmful_character_begins_with_a_suspect_byte() {
        for c in (0..=0x10ffff).filter_map(char::from_u32).filter(|c| is_harmful(*c)) {
            let text = format!("é\u{2026}{c}x");
            assert_eq!(first_harmful(&text), Some(5), "{:x}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn what_is_found_first_is_the_first(text in "[a-z\u{1b}\u{7f}-\u{a1}\u{2000}-\u{2070}]{0,12}") {
            prop_assert_eq!(first_harmful(&text), text.find(is_harmful));
        }

        #[test]
        fn nothing_harmful_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_harmful));
        }
    }
}
