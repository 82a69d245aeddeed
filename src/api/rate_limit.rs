//! The rate limit: what the response headers say about it, and how long to wait for it.
//!
//! A reset is a Unix time of the *server's* clock. It is compared with the `date` of the same response, so that a wrong
//! local clock does no harm. `date` has a resolution of one second: the latest second that began between two responses is
//! the better estimate of the server's time, and a wait is too long by what is left, up to one second.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};

use crate::http::response::server_date;
use crate::text::format_seconds;

const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The length of a window: the limit is documented as requests per minute.
const WINDOW: Duration = Duration::from_secs(60);

/// The resolution of `date` (RFC 9110, section 5.6.7).
const DATE_RESOLUTION: Duration = Duration::from_secs(1);

/// A reset that is further away is ignored: it is probably in milliseconds.
const MAX_RESET: Duration = Duration::from_secs(86_400);

/// What a response says about the rate limit. Each part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests per window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// Time from the response to the start of the next window.
    pub reset_after: Option<Duration>,
    /// The reset as the server sent it, which identifies the window.
    reset_epoch: Option<u64>,
    /// Time from the response until `retry-after` allows the next request.
    pub retry_after: Option<Duration>,
}

impl RateLimit {
    /// Parses the headers of a response that came at this time of the server's clock.
    fn from_headers(headers: &HeaderMap, server_time: SystemTime) -> Self {
        let until = |time: SystemTime| time.duration_since(server_time).unwrap_or_default();
        let reset_epoch = header_u64(headers, X_RATELIMIT_RESET);
        let reset = reset_epoch.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        RateLimit {
            limit: header_u64(headers, X_RATELIMIT_LIMIT),
            remaining: header_u64(headers, X_RATELIMIT_REMAINING),
            reset_after: reset.map(until),
            reset_epoch,
            retry_after: header_str(headers, RETRY_AFTER).and_then(|value| {
                let seconds = value.parse().ok().filter(|seconds| *seconds >= 0.0);
                let seconds = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
                seconds.or_else(|| httpdate::parse_http_date(value).ok().map(until))
            }),
        }
    }

    /// Returns how long to wait after a 429, if the response says so: `retry-after`, or else the reset.
    pub(super) fn delay_after_429(&self) -> Option<Duration> {
        self.retry_after.or(self.reset_after)
    }

    /// Returns how long to wait so that the next request does not get a 429.
    fn delay_until_reset(&self) -> Option<Duration> {
        // A limit of 0 in a response to a request that was allowed is no limit.
        let is_used_up = self.remaining == Some(0) && self.limit != Some(0);
        self.reset_after.filter(|delay| is_used_up && *delay <= MAX_RESET)
    }
}

impl fmt::Display for RateLimit {
    /// Writes ` (rate limit: 59 of 60 left, resets in 12s)`, or nothing if the limit is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(remaining) = self.remaining else { return Ok(()) };
        write!(f, " (rate limit: {remaining}")?;
        self.limit.map_or(Ok(()), |limit| write!(f, " of {limit}"))?;
        f.write_str(" left")?;
        self.reset_after.map_or(Ok(()), |reset| write!(f, ", resets in {}", format_seconds(reset)))?;
        f.write_str(")")
    }
}

fn header_str(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn header_u64(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    header_str(headers, name)?.parse().ok()
}

/// How long a number of requests takes because of the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateEstimate {
    /// Requests per window, which is a minute.
    pub per_window: u64,
    /// Time until the last of the requests can be sent.
    pub duration: Duration,
}

/// Decides when the next request can be sent. Several requests may be in flight at once.
#[derive(Debug, Default)]
pub(super) struct RateLimiter {
    latest: Option<(Instant, RateLimit)>,
    blocked_until: Option<Instant>,
    in_flight: u64,
    /// A time of the server's clock, and when it was.
    server_time: Option<(Instant, SystemTime)>,
}

/// Why a request has to wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MustWait {
    /// For the next window, which starts after this time.
    UntilReset(Duration),
    /// For a response to one of the requests in flight, which may use up what is left of this window.
    ForInFlight,
}

impl RateLimiter {
    /// Records the response to a request in flight, which came at `now`; that is `local_time` by the local clock.
    pub(super) fn record(&mut self, headers: &HeaderMap, now: Instant, local_time: SystemTime) -> RateLimit {
        self.release();
        let server_time = server_date(headers).map_or(local_time, |date| self.refine_server_time(date, now));
        let mut limit = RateLimit::from_headers(headers, server_time);
        // Responses can arrive out of order. Within a window `remaining` only decreases, so keep the minimum.
        if let Some((_, latest)) = self.latest.filter(|(_, latest)| latest.reset_epoch == limit.reset_epoch) {
            limit.remaining = limit.remaining.map(|remaining| remaining.min(latest.remaining.unwrap_or(remaining)));
        }
        self.latest = Some((now, limit));
        self.blocked_until = limit.delay_until_reset().and_then(|delay| now.checked_add(delay));
        limit
    }

    /// Returns the server's time at `now`, when a response with this `date` came: the date, or what has passed since an
    /// earlier response if that is later, but in the same second.
    fn refine_server_time(&mut self, date: SystemTime, now: Instant) -> SystemTime {
        let expected = self.server_time.map(|(then, time)| time + now.saturating_duration_since(then));
        let is_same_second = |time: &SystemTime| time.duration_since(date).is_ok_and(|more| more < DATE_RESOLUTION);
        let time = expected.filter(is_same_second).unwrap_or(date);
        self.server_time = Some((now, time));
        time
    }

    /// Records that a request in flight got no response.
    pub(super) fn release(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Blocks all requests until `time`, because the server said when to come back.
    pub(super) fn block_until(&mut self, time: Instant) {
        self.blocked_until = Some(time);
    }

    /// Acquires the permission to send a request at `now`. The request is in flight from then on.
    pub(super) fn try_acquire(&mut self, now: Instant) -> Result<(), MustWait> {
        let delay = self.blocked_until.map_or(Duration::ZERO, |time| time.saturating_duration_since(now));
        if !delay.is_zero() {
            return Err(MustWait::UntilReset(delay));
        }
        if self.in_flight > 0 && self.remaining_at(now).is_some_and(|remaining| self.in_flight >= remaining) {
            return Err(MustWait::ForInFlight);
        }
        self.in_flight += 1;
        Ok(())
    }

    /// Returns how many requests the limit allows at `now`, including those in flight.
    fn remaining_at(&self, now: Instant) -> Option<u64> {
        let (received_at, limit) = self.latest?;
        let is_over = limit.reset_after.is_some_and(|reset| now.saturating_duration_since(received_at) >= reset);
        if is_over { limit.limit } else { limit.remaining }
    }

    /// Estimates how long `requests` more requests take from `now`. `None` until a response has reported the limit.
    pub(super) fn estimate(&self, requests: u64, now: Instant) -> Option<RateEstimate> {
        let (received_at, limit) = self.latest?;
        let per_window = limit.limit.filter(|limit| *limit > 0)?;
        let (remaining, reset_after) = (limit.remaining?, limit.reset_after?);
        let beyond = requests.saturating_sub(remaining);
        if beyond == 0 {
            return Some(RateEstimate { per_window, duration: Duration::ZERO });
        }
        let windows = u32::try_from((beyond - 1) / per_window).ok()?;
        let reset_after = reset_after.saturating_sub(now.saturating_duration_since(received_at));
        Some(RateEstimate { per_window, duration: reset_after + WINDOW * windows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn parse_seconds(n: u64) -> Option<Duration> {
        Some(Duration::from_secs(n))
    }

    const DATE_1000: &str = "Thu, 01 Jan 1970 00:16:40 GMT";

    /// What headers say when they come first.
    fn read(headers: &HeaderMap, today: SystemTime) -> RateLimit {
        RateLimiter::default().record(headers, Instant::now(), today)
    }

    #[test]
    fn rate_limit_reset_uses_server_clock() {
        let limit = read(
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
        assert_eq!(limit.reset_after, parse_seconds(30));
        assert_eq!(limit.delay_until_reset(), parse_seconds(30));
        assert_eq!(limit.delay_after_429(), parse_seconds(30));
    }

    #[test]
    fn retry_after_takes_precedence_over_reset() {
        let wait = |value| {
            let headers = headers(&[("date", DATE_1000), ("retry-after", value), ("x-ratelimit-reset", "1030")]);
            read(&headers, SystemTime::now()).delay_after_429()
        };
        assert_eq!(wait("7"), parse_seconds(7));
        assert_eq!(wait("Thu, 01 Jan 1970 00:16:45 GMT"), parse_seconds(5));
        assert_eq!(wait("Thu, 01 Jan 1970 00:00:00 GMT"), parse_seconds(0));
        assert_eq!(wait("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(wait("soon"), parse_seconds(30));
    }

    #[test]
    fn rate_limit_without_date_uses_local_clock() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let limit = read(&headers(&[("x-ratelimit-reset", "1004")]), now);
        assert_eq!(limit.reset_after, parse_seconds(4));
        assert_eq!(limit.delay_until_reset(), None);
    }

    #[test]
    fn rate_limit_ignores_invalid_headers() {
        let limit = read(
            &headers(&[
                ("date", "yesterday"),
                ("x-ratelimit-remaining", "-1"),
                ("x-ratelimit-reset", "99999999999999999999"),
                ("retry-after", "-3"),
            ]),
            SystemTime::now(),
        );
        assert_eq!(limit, RateLimit::default());
    }

    /// An answer's headers at this second of the server's clock.
    fn at(second: u64, remaining: u64, reset: u64) -> HeaderMap {
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
        headers(&[
            ("date", &date),
            ("x-ratelimit-limit", "60"),
            ("x-ratelimit-remaining", &remaining.to_string()),
            ("x-ratelimit-reset", &reset.to_string()),
        ])
    }

    #[test]
    fn rate_limiter_knows_the_time_better_than_a_second() {
        let (now, local_time) = (Instant::now(), SystemTime::now());
        let mut limiter = RateLimiter::default();
        let mut reset_after = |millis: u64, second: u64| {
            let limit = limiter.record(&at(second, 9, 60), now + Duration::from_millis(millis), local_time);
            limit.reset_after.unwrap().as_millis()
        };
        assert_eq!(reset_after(0, 10), 50_000);
        // The time that has passed is known exactly, within the same second of the server.
        assert_eq!(reset_after(700, 10), 49_300);
        // The next second has begun: it was at least 10.2 at first.
        assert_eq!(reset_after(800, 11), 49_000);
        assert_eq!(reset_after(1500, 11), 48_300);
        // The server's clock was set, or responses came out of order: only the date counts.
        assert_eq!(reset_after(1600, 5), 55_000);
        assert_eq!(reset_after(9000, 30), 30_000);
    }

    #[test]
    fn rate_limiter_waits_only_when_exhausted() {
        let (now, local_time) = (Instant::now(), SystemTime::now());
        let mut limiter = RateLimiter::default();
        let wait = |limiter: &mut RateLimiter, after: u64| match limiter.try_acquire(now + Duration::from_secs(after)) {
            Ok(()) => {
                limiter.release();
                Duration::ZERO
            }
            Err(MustWait::UntilReset(wait)) => wait,
            Err(MustWait::ForInFlight) => panic!("no request is in flight"),
        };
        assert_eq!(wait(&mut limiter, 0), Duration::ZERO);
        limiter.record(&at(1000, 1, 1009), now, local_time);
        assert_eq!(wait(&mut limiter, 0), Duration::ZERO);
        limiter.record(&at(1000, 0, 1009), now, local_time);
        assert_eq!(wait(&mut limiter, 2), Duration::from_secs(7));
        assert_eq!(wait(&mut limiter, 10), Duration::ZERO);
        limiter.block_until(now + Duration::from_secs(3));
        assert_eq!(wait(&mut limiter, 1), Duration::from_secs(2));
        assert_eq!(wait(&mut limiter, 3), Duration::ZERO);
        // A reset in milliseconds would be a wait of thousands of years.
        limiter.record(&at(1000, 0, 1_800_000_000_000), now, local_time);
        assert_eq!(wait(&mut limiter, 0), Duration::ZERO);
    }

    #[test]
    fn rate_limiter_counts_in_flight_requests() {
        let (now, local_time) = (Instant::now(), SystemTime::now());
        let mut limiter = RateLimiter::default();
        limiter.record(&at(1000, 3, 1009), now, local_time);
        for _ in 0..3 {
            assert_eq!(limiter.try_acquire(now), Ok(()));
        }
        assert_eq!(limiter.try_acquire(now), Err(MustWait::ForInFlight));
        // The answer to the second comes before that to the first.
        limiter.record(&at(1000, 1, 1009), now, local_time);
        assert_eq!(limiter.try_acquire(now), Err(MustWait::ForInFlight));
        assert_eq!(limiter.record(&at(1000, 2, 1009), now, local_time).remaining, Some(1));
        assert_eq!(limiter.try_acquire(now), Err(MustWait::ForInFlight));
        limiter.release();
        assert_eq!(limiter.try_acquire(now), Ok(()));
        limiter.record(&at(1001, 0, 1009), now, local_time);
        assert_eq!(limiter.try_acquire(now), Err(MustWait::UntilReset(Duration::from_secs(8))));
        // The next window has room for as many as the limit says.
        let next = now + Duration::from_secs(8);
        for _ in 0..60 {
            assert_eq!(limiter.try_acquire(next), Ok(()));
        }
        assert_eq!(limiter.try_acquire(next), Err(MustWait::ForInFlight));
    }

    #[test]
    fn rate_limiter_estimate_covers_all_windows() {
        let (now, local_time) = (Instant::now(), SystemTime::now());
        let mut limiter = RateLimiter::default();
        assert_eq!(limiter.estimate(5, now), None);
        limiter.record(&at(1000, 10, 1030), now, local_time);
        let estimate = |requests| limiter.estimate(requests, now).unwrap().duration.as_secs();
        assert_eq!([10, 11, 70, 71].map(estimate), [0, 30, 30, 90]);
        let later = limiter.estimate(11, now + Duration::from_secs(20));
        assert_eq!(later, Some(RateEstimate { per_window: 60, duration: Duration::from_secs(10) }));
    }
}
