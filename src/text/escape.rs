//! Escaping of untrusted text, so that it can reach a terminal, a record, or a shell without being interpreted.
//!
//! A partner can be named anything. Without escaping, a name could contain an escape sequence that repaints the terminal, a
//! newline that forges a record, or a bidirectional override that displays text in another order than it has
//! (CVE-2021-42574, "Trojan Source").

use std::borrow::Cow;
use std::ffi::OsStr;

use super::invisible::is_invisible_char;

/// Whether this character must not reach a terminal or a record: control characters (C0, DEL, C1), the Unicode line and
/// paragraph separators, and the embeddings, overrides, and isolates of the bidirectional algorithm (UAX #9).
pub fn is_unsafe_char(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Replaces each unsafe character of `text` by a visible form: ESC becomes `\u{1b}`.
pub fn escape_unsafe(text: &str) -> Cow<'_, str> {
    replace_chars(text, is_unsafe_char, visible_form)
}

/// Replaces each character that a person cannot see or tell from a space by a visible form: U+200B becomes `\u{200b}`.
pub fn escape_invisible(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| is_unsafe_char(c) || is_invisible_char(c) || (c.is_whitespace() && c != ' ');
    replace_chars(text, is_hidden, visible_form)
}

fn visible_form(code: u32) -> String {
    format!("\\u{{{code:x}}}")
}

/// Replaces some characters by a text that is made of their code points.
pub(super) fn replace_chars(text: &str, is_replaced: fn(char) -> bool, replacement: fn(u32) -> String) -> Cow<'_, str> {
    if !text.contains(is_replaced) {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_replaced(c) {
            true => replaced.push_str(&replacement(c.into())),
            false => replaced.push(c),
        }
    }
    Cow::Owned(replaced)
}

/// The characters with which a formula of a spreadsheet can begin (OWASP, "CSV Injection"). Tabs and newlines are not among
/// them, because they are escaped.
const FORMULA_STARTS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether this text begins like a formula, behind any apostrophes and blanks, which some spreadsheets ignore.
fn is_formula_like(text: &str) -> bool {
    let is_ignored = |c: char| c == '\'' || c.is_whitespace() || is_invisible_char(c);
    text.trim_start_matches(is_ignored).starts_with(FORMULA_STARTS)
}

/// Prefixes a text that a spreadsheet would evaluate with an apostrophe, which makes the cell a text.
pub fn guard_formula(cell: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula_like(&cell) { format!("'{cell}").into() } else { cell }
}

/// Removes the apostrophe that [`guard_formula`] adds.
pub fn unguard_formula(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_formula_like(text)).unwrap_or(cell)
}

/// Quotes a word for a POSIX shell, if it needs quotes, so that it can be shown and copied. Unsafe characters are shown
/// instead: no name and no path that works has them.
pub fn shell_quote(word: &(impl AsRef<OsStr> + ?Sized)) -> String {
    let text = escape_unsafe(&word.as_ref().to_string_lossy()).into_owned();
    // The only error is a NUL byte, which is escaped.
    shlex::try_quote(&text).map(Cow::into_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_unsafe_escapes_control_and_bidi_chars() {
        assert_eq!(escape_unsafe("a\u{1b}[31mb"), r"a\u{1b}[31mb");
        assert_eq!(escape_unsafe("tab\there\r\n"), r"tab\u{9}here\u{d}\u{a}");
        assert_eq!(escape_unsafe("\u{9b}2J\u{7f}"), r"\u{9b}2J\u{7f}");
        assert_eq!(escape_unsafe("\u{202e}x\u{2066}y\u{2028}"), r"\u{202e}x\u{2066}y\u{2028}");
    }

    #[test]
    fn escape_unsafe_borrows_safe_text() {
        for text in ["", "w00t", "שלום עולם", "研修パートナー", "👩‍🏫 trainers", "a\\u{1b}"] {
            assert!(matches!(escape_unsafe(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn shell_quote_quotes_only_if_needed() {
        for word in ["dana+x@acme.example", "--from", "a/b.csv"] {
            assert_eq!(shell_quote(word), word);
        }
        assert_eq!(shell_quote("O'Neil & co"), "\"O'Neil & co\"");
        assert_eq!(shell_quote(""), "''");
    }

    #[test]
    fn is_unsafe_char_covers_controls_and_bidi_overrides() {
        let unsafe_count = (0..=0x10ffff).filter_map(char::from_u32).filter(|c| is_unsafe_char(*c)).count();
        assert_eq!(unsafe_count, 0x20 + 1 + 0x20 + 7 + 4);
        for c in ['\0', '\t', '\u{7f}', '\u{85}', '\u{9f}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert!(is_unsafe_char(c), "{:x}", u32::from(c));
        }
        for c in [' ', '~', '\u{a0}', '\u{2027}', '\u{202f}', '\u{200d}', '\u{2065}', '\u{206a}'] {
            assert!(!is_unsafe_char(c), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn escape_invisible_shows_what_cannot_be_seen() {
        assert_eq!(escape_invisible("a\u{200b}b\u{a0}c d\u{1b}"), r"a\u{200b}b\u{a0}c d\u{1b}");
        assert!(matches!(escape_invisible("é – ’"), Cow::Borrowed(_)));
    }

    #[test]
    fn shell_quote_shows_unsafe_characters() {
        assert_eq!(shell_quote("a\x1b[2J'\0\n"), r#""a\\u{1b}[2J'\\u{0}\\u{a}""#);
        assert_eq!(shell_quote("a\u{202e}b é"), r#""a\\u{202e}b é""#);
    }

    proptest! {
        #[test]
        fn unguard_formula_reverses_guard(text in "[ '=+@a\u{a0}\u{200b}-]{0,4}") {
            let guarded = guard_formula(Cow::Borrowed(&text));
            let is_guarded = guarded.starts_with('\'');
            let visible = text.replace([' ', '\u{a0}', '\u{200b}'], "");
            prop_assert!(is_guarded || !visible.starts_with(FORMULA_STARTS));
            prop_assert_eq!(unguard_formula(&guarded), &*text);
        }

        #[test]
        fn escape_unsafe_removes_all_unsafe_chars(text in any::<String>()) {
            prop_assert!(!escape_unsafe(&text).contains(is_unsafe_char));
        }

        #[test]
        fn shell_quote_is_reversed_by_a_shell(word in "[^\0]{0,20}|[ a'\"$\\\\]{0,8}") {
            prop_assume!(!word.contains(is_unsafe_char));
            prop_assert_eq!(shlex::split(&shell_quote(&word)), Some(vec![word]));
        }
    }
}
