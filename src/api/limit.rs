//! The rate limit: what the answers' headers say of it, and how long to wait for it.
//!
//! A reset is a Unix time of the *server's* clock. It is counted from the answer's own `date`, so that a wrong local
//! clock does no harm.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What an answer says of the rate limit. Each part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// Requests in a window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// How long after the answer the next window begins.
    pub reset_in: Option<Duration>,
    /// How long after the answer `retry-after` allows the next request.
    pub retry_after: Option<Duration>,
}

impl Limit {
    /// Reads an answer's headers. `now` is the local clock's time, used only where the answer carries no `date`.
    pub(super) fn read(headers: &HeaderMap, now: SystemTime) -> Self {
        let server_now = text(headers, DATE).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
        let until = |then: SystemTime| then.duration_since(server_now).unwrap_or_default();
        Limit {
            limit: number(headers, LIMIT),
            remaining: number(headers, REMAINING),
            reset_in: number(headers, RESET)
                .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
                .map(until),
            retry_after: text(headers, RETRY_AFTER).and_then(|value| {
                let seconds = value.parse().ok().map(Duration::from_secs);
                seconds.or_else(|| httpdate::parse_http_date(value).ok().map(until))
            }),
        }
    }

    /// How long to wait after a 429, if the answer says so: `retry-after` first, then the reset.
    pub(super) fn wait_after_refusal(&self) -> Option<Duration> {
        self.retry_after.or(self.reset_in)
    }

    /// How long to wait before the next request so that it provokes no 429.
    fn wait_before_next(&self) -> Option<Duration> {
        self.reset_in.filter(|_| self.remaining == Some(0))
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// What the last answers mean for the next request.
#[derive(Debug, Default)]
pub(super) struct Pace {
    not_before: Option<Instant>,
}

impl Pace {
    /// Takes note of an answer that came at `now`.
    pub(super) fn observe(&mut self, limit: &Limit, now: Instant) {
        self.not_before = limit.wait_before_next().and_then(|wait| now.checked_add(wait));
    }

    /// Forgets what was noted: the server itself has said when to come again.
    pub(super) fn reset(&mut self) {
        self.not_before = None;
    }

    /// How long a request must wait at `now`.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        self.not_before.map_or(Duration::ZERO, |then| then.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn seconds(n: u64) -> Option<Duration> {
        Some(Duration::from_secs(n))
    }

    const DATE_1000: &str = "Thu, 01 Jan 1970 00:16:40 GMT";

    #[test]
    fn the_reset_is_counted_by_the_servers_clock() {
        let limit = Limit::read(
            &headers(&[
                ("date", DATE_1000),
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1030"),
            ]),
            SystemTime::now(),
        );
        assert_eq!(limit.limit, Some(60));
        assert_eq!(limit.remaining, Some(0));
        assert_eq!(limit.reset_in, seconds(30));
        assert_eq!(limit.wait_before_next(), seconds(30));
        assert_eq!(limit.wait_after_refusal(), seconds(30));
    }

    #[test]
    fn retry_after_may_be_seconds_or_a_date_and_comes_first() {
        let read = |value| {
            let headers = headers(&[("date", DATE_1000), ("retry-after", value), ("x-ratelimit-reset", "1030")]);
            Limit::read(&headers, SystemTime::now()).wait_after_refusal()
        };
        assert_eq!(read("7"), seconds(7));
        assert_eq!(read("Thu, 01 Jan 1970 00:16:45 GMT"), seconds(5));
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), seconds(0));
        assert_eq!(read("soon"), seconds(30));
    }

    #[test]
    fn without_a_date_the_local_clock_has_to_do() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let limit = Limit::read(&headers(&[("x-ratelimit-reset", "1004")]), now);
        assert_eq!(limit.reset_in, seconds(4));
        assert_eq!(limit.wait_before_next(), None);
    }

    #[test]
    fn nonsense_is_as_good_as_nothing() {
        let limit = Limit::read(
            &headers(&[
                ("date", "yesterday"),
                ("x-ratelimit-remaining", "-1"),
                ("x-ratelimit-reset", "99999999999999999999"),
                ("retry-after", "-3"),
            ]),
            SystemTime::now(),
        );
        assert_eq!(limit, Limit::default());
    }

    #[test]
    fn the_pace_waits_only_where_nothing_is_left() {
        let now = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.wait(now), Duration::ZERO);
        let mut limit = Limit { remaining: Some(1), reset_in: seconds(9), ..Limit::default() };
        pace.observe(&limit, now);
        assert_eq!(pace.wait(now), Duration::ZERO);
        limit.remaining = Some(0);
        pace.observe(&limit, now);
        assert_eq!(pace.wait(now + Duration::from_secs(2)), Duration::from_secs(7));
        assert_eq!(pace.wait(now + Duration::from_secs(10)), Duration::ZERO);
        pace.reset();
        assert_eq!(pace.wait(now), Duration::ZERO);
    }
}
