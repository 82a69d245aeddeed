//! Text handling: escaping of untrusted text, invisible differences, and JSON that is laid out without being parsed into
//! values.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub mod address;
pub mod escape;
pub mod invisible;
pub mod json;

/// Formats a count with its noun: `1 partner`, `2 partners`.
pub fn format_count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Formats how long ago a time was, in its greatest unit: `3 days ago`.
pub fn format_age(now: SystemTime, then: SystemTime) -> String {
    let minutes = now.duration_since(then).unwrap_or_default().as_secs() / 60;
    let count = match minutes {
        0 => return "just now".to_owned(),
        1..60 => format_count(minutes as usize, "minute"),
        60..1440 => format_count((minutes / 60) as usize, "hour"),
        _ => format_count((minutes / 1440) as usize, "day"),
    };
    format!("{count} ago")
}

/// Formats a time as RFC 3339 in UTC, to milliseconds. A time that RFC 3339 cannot represent is shown as the nearest one that
/// it can: a wrong clock is no reason to fail.
pub fn format_time(time: SystemTime) -> String {
    let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    humantime::format_rfc3339_millis(time.clamp(UNIX_EPOCH, last)).to_string()
}

/// Formats a duration in seconds, with a fraction if it is short: `0.5s`, `90s`.
pub fn format_seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 && duration.subsec_millis() > 0 { format!("{seconds:.1}s") } else { format!("{seconds:.0}s") }
}

/// Parses a duration of at most ten years: a number of seconds, with or without a fraction, or a number with a unit.
///
/// # Errors
///
/// Returns the reason as text if `text` is no such duration.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const MAX_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;
    let text = text.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => seconds,
        Err(_) => humantime::parse_duration(text)
            .map_err(|_| "expected a number of seconds, or a duration such as 90s or 5m".to_owned())?
            .as_secs_f64(),
    };
    if !(0.0..=MAX_SECONDS).contains(&seconds) {
        return Err(format!("expected a duration from 0 to {MAX_SECONDS}s (10 years)"));
    }
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The most characters of a value that an error message shows.
const MAX_SHOWN_CHARS: usize = 100;

/// Shortens a value for an error message.
pub fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}

/// Returns an error's message without the `(os error N)` that the standard library appends, because the number helps no user,
/// and without the period before it, which only Windows has.
pub fn error_message(error: &(impl std::fmt::Display + ?Sized)) -> String {
    let text = error.to_string();
    let text = match text.split_once(" (os error ") {
        Some((before, after)) => {
            format!("{}{}", before.trim_end_matches('.'), after.split_once(')').map_or("", |(_, rest)| rest))
        }
        None => text,
    };
    // What the standard library calls a file that is missing, if the operating system's error is lost.
    text.replace("entity not found", "file not found")
}

#[cfg(test)]
mod tests {
    #[test]
    fn format_time_of_a_wrong_clock() {
        use std::time::{Duration, UNIX_EPOCH};
        let days = |days: u64| Duration::from_secs(days * 86_400);
        assert_eq!(super::format_time(UNIX_EPOCH + days(1)), "1970-01-02T00:00:00.000Z");
        assert_eq!(super::format_time(UNIX_EPOCH - days(1)), "1970-01-01T00:00:00.000Z");
        assert_eq!(super::format_time(UNIX_EPOCH + days(4_000_000)), "9999-12-31T23:59:59.000Z");
    }

    #[test]
    fn format_age_has_the_greatest_unit() {
        let age = |minutes: u64| {
            let then = std::time::UNIX_EPOCH;
            super::format_age(then + std::time::Duration::from_secs(minutes * 60 + 59), then)
        };
        assert_eq!(
            [0, 1, 59, 60, 1439].map(age),
            ["just now", "1 minute ago", "59 minutes ago", "1 hour ago", "23 hours ago"]
        );
        assert_eq!([1440, 2880].map(age), ["1 day ago", "2 days ago"]);
    }

    #[test]
    fn parse_duration_accepts_seconds_and_units() {
        assert_eq!(super::parse_duration("0"), Ok(std::time::Duration::ZERO));
        assert_eq!(super::parse_duration(" 1.5 "), Ok(std::time::Duration::from_millis(1500)));
        for (text, seconds) in [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("7d", 604_800), ("1m 30s", 90)] {
            assert_eq!(super::parse_duration(text), Ok(std::time::Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "-1", "nan", "inf", "1e300", "30x", "0x10", "20years"] {
            assert!(super::parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shorten_keeps_whole_characters() {
        assert_eq!(super::shorten(&"é".repeat(100)), "é".repeat(100));
        assert_eq!(super::shorten(&"é".repeat(101)), format!("{}...", "é".repeat(100)));
    }

    #[test]
    fn error_message_strips_os_error_number() {
        assert_eq!(super::error_message(&"full (os error 28) at 'x'"), "full at 'x'");
        assert_eq!(super::error_message(&"full (os error 28)"), "full");
        assert_eq!(super::error_message(&"full"), "full");
        assert_eq!(super::error_message(&"Access is denied. (os error 5)"), "Access is denied");
        assert_eq!(super::error_message(&std::io::Error::from(std::io::ErrorKind::NotFound)), "file not found");
    }
}
