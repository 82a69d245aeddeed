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

/// `text` with every harmful character in a visible form: an escape character becomes `\u{1b}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_harmful) else {
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

    proptest! {
        #[test]
        fn nothing_harmful_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_harmful));
        }
    }
}
