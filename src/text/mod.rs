//! Text handling: escaping of untrusted text, invisible differences, and JSON that is laid out without being parsed into
//! values.

use std::borrow::Cow;

pub mod escape;
pub mod invisible;
pub mod json;

/// Formats a count with its noun: `1 partner`, `2 partners`.
pub fn format_count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The most characters of a value that an error message shows.
const MAX_SHOWN_CHARS: usize = 100;

/// Shortens a value for an error message.
pub fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// Returns an error's message without the `(os error N)` that the standard library appends: the number helps no user.
pub fn error_message(error: &(impl std::fmt::Display + ?Sized)) -> String {
    let text = error.to_string();
    let text = match text.split_once(" (os error ") {
        Some((before, after)) => format!("{before}{}", after.split_once(')').map_or("", |(_, rest)| rest)),
        None => text,
    };
    // What the standard library calls a file that is missing, if the operating system's error is lost.
    text.replace("entity not found", "file not found")
}

#[cfg(test)]
mod tests {
    #[test]
    fn shorten_keeps_whole_characters() {
        assert_eq!(super::shorten(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(super::shorten(&"é".repeat(101)), format!("{}…", "é".repeat(100)));
    }

    #[test]
    fn error_message_strips_os_error_number() {
        assert_eq!(super::error_message(&"full (os error 28) at 'x'"), "full at 'x'");
        assert_eq!(super::error_message(&"full (os error 28)"), "full");
        assert_eq!(super::error_message(&"full"), "full");
        assert_eq!(super::error_message(&std::io::Error::from(std::io::ErrorKind::NotFound)), "file not found");
    }
}
