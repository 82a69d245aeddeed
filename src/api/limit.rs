//! The rate limit: what the answers' headers say of it, and how long to wait for it.
//!
//! A reset is a Unix time of the *server's* clock. It is counted from the answer's own `date`, so that a wrong local
//! clock does no harm.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The limit is one of requests a minute.
const WINDOW: Duration = Duration::from_secs(60);

/// No window is longer than a day.
const FARTHEST_RESET: Duration = Duration::from_secs(86_400);

/// What an answer says of the rate limit. Each part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// Requests in a window.
    pub limit: Option<u64>,
    /// Requests left in this window.
    pub remaining: Option<u64>,
    /// How long after the answer the next window begins.
    pub reset_in: Option<Duration>,
    /// Which window this is: the reset as the server writes it.
    window: Option<u64>,
    /// How long after the answer `retry-after` allows the next request.
    pub retry_after: Option<Duration>,
}

impl Limit {
    /// Reads an answer's headers. `server_now` is the server's time when it came.
    fn read(headers: &HeaderMap, server_now: SystemTime) -> Self {
        let until = |then: SystemTime| then.duration_since(server_now).unwrap_or_default();
        Limit {
            limit: number(headers, LIMIT),
            remaining: number(headers, REMAINING),
            window: number(headers, RESET),
            reset_in: number(headers, RESET)
                .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
                .map(until),
            retry_after: text(headers, RETRY_AFTER).and_then(|value| {
                let seconds = value.parse().ok().filter(|seconds| *seconds >= 0.0);
                let seconds = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
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
        // A reset that is days away is no reset, but a number in another unit.
        self.reset_in.filter(|wait| self.remaining == Some(0) && *wait <= FARTHEST_RESET)
    }
}

/// The server's clock, as far as its answers' `date` tells. That is in whole seconds, so one answer leaves a second of
/// doubt; what is kept is the latest time that it can be taken to be *at least*, which many answers make exact.
#[derive(Debug, Default)]
struct ServerClock {
    /// A local moment, and the server's time at that moment, or a little before.
    known: Option<(Instant, SystemTime)>,
}

impl ServerClock {
    /// Takes note of an answer's `date`, and returns the server's time at `now`.
    fn observe(&mut self, date: SystemTime, now: Instant) -> SystemTime {
        let carried = self.known.map(|(then, time)| time + now.saturating_duration_since(then));
        match carried {
            // Ahead of the whole second that the date stands for: one of the clocks has been set.
            Some(time) if time >= date && time < date + Duration::from_secs(2) => time,
            _ => {
                self.known = Some((now, date));
                date
            }
        }
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(headers: &HeaderMap, name: HeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// What the last answers mean for the next requests, of which several may be under way at once.
#[derive(Debug, Default)]
pub(super) struct Pace {
    server: ServerClock,
    last: Option<(Instant, Limit)>,
    not_before: Option<Instant>,
    /// Requests that were admitted and have no answer yet.
    under_way: u64,
}

/// Why a request has to wait.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// So long, for the next window.
    ForWindow(Duration),
    /// For one of the answers that are under way: those requests may use up what is left of this window.
    ForAnswer,
}

impl Pace {
    /// Reads the headers of an answer that came at `now`, which is `today` by the local clock. Its request is no longer
    /// under way.
    pub(super) fn observe(&mut self, headers: &HeaderMap, now: Instant, today: SystemTime) -> Limit {
        self.under_way = self.under_way.saturating_sub(1);
        let date = text(headers, DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let server_now = date.map_or(today, |date| self.server.observe(date, now));
        let mut limit = Limit::read(headers, server_now);
        // Answers overtake one another: within a window, what is left only becomes less.
        if let Some((_, last)) = self.last.filter(|(_, last)| last.window == limit.window) {
            limit.remaining = limit.remaining.map(|left| left.min(last.remaining.unwrap_or(left)));
        }
        self.last = Some((now, limit));
        self.not_before = limit.wait_before_next().and_then(|wait| now.checked_add(wait));
        limit
    }

    /// Takes note that no answer will come to a request that was admitted.
    pub(super) fn lost(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// Lets nothing be sent before this moment: the server itself has said when to come again.
    pub(super) fn hold(&mut self, until: Instant) {
        self.not_before = Some(until);
    }

    /// Lets a request be sent at `now`, if the limit allows it. It is under way from then on.
    pub(super) fn admit(&mut self, now: Instant) -> Result<(), Hold> {
        let wait = self.not_before.map_or(Duration::ZERO, |then| then.saturating_duration_since(now));
        if !wait.is_zero() {
            return Err(Hold::ForWindow(wait));
        }
        if self.under_way > 0 && self.left(now).is_some_and(|left| self.under_way >= left) {
            return Err(Hold::ForAnswer);
        }
        self.under_way += 1;
        Ok(())
    }

    /// Requests that the limit allows at `now`, those under way included. `None` where it is not known.
    fn left(&self, now: Instant) -> Option<u64> {
        let (then, limit) = self.last?;
        let is_over = limit.reset_in.is_some_and(|reset_in| now.saturating_duration_since(then) >= reset_in);
        if is_over { limit.limit } else { limit.remaining }
    }

    /// Requests a window, and how long the limit makes so many more requests take from `now`. `None` where no answer
    /// has told the limit.
    pub(super) fn estimate(&self, requests: u64, now: Instant) -> Option<(u64, Duration)> {
        let (then, limit) = self.last?;
        let (each, left, reset_in) = (limit.limit.filter(|each| *each > 0)?, limit.remaining?, limit.reset_in?);
        let beyond = requests.saturating_sub(left);
        if beyond == 0 {
            return Some((each, Duration::ZERO));
        }
        let windows = u32::try_from((beyond - 1) / each).ok()?;
        let reset_in = reset_in.saturating_sub(now.saturating_duration_since(then));
        Some((each, reset_in + WINDOW * windows))
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

    /// What headers say when they come first.
    fn read(headers: &HeaderMap, today: SystemTime) -> Limit {
        Pace::default().observe(headers, Instant::now(), today)
    }

    #[test]
    fn the_reset_is_counted_by_the_servers_clock() {
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
        assert_eq!(limit.reset_in, seconds(30));
        assert_eq!(limit.wait_before_next(), seconds(30));
        assert_eq!(limit.wait_after_refusal(), seconds(30));
    }

    #[test]
    fn retry_after_may_be_seconds_or_a_date_and_comes_first() {
        let wait = |value| {
            let headers = headers(&[("date", DATE_1000), ("retry-after", value), ("x-ratelimit-reset", "1030")]);
            read(&headers, SystemTime::now()).wait_after_refusal()
        };
        assert_eq!(wait("7"), seconds(7));
        assert_eq!(wait("Thu, 01 Jan 1970 00:16:45 GMT"), seconds(5));
        assert_eq!(wait("Thu, 01 Jan 1970 00:00:00 GMT"), seconds(0));
        assert_eq!(wait("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(wait("soon"), seconds(30));
    }

    #[test]
    fn without_a_date_the_local_clock_has_to_do() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let limit = read(&headers(&[("x-ratelimit-reset", "1004")]), now);
        assert_eq!(limit.reset_in, seconds(4));
        assert_eq!(limit.wait_before_next(), None);
    }

    #[test]
    fn nonsense_is_as_good_as_nothing() {
        let limit = read(
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
    fn the_pace_waits_only_where_nothing_is_left() {
        let (now, today) = (Instant::now(), SystemTime::now());
        let mut pace = Pace::default();
        let wait = |pace: &mut Pace, after: u64| match pace.admit(now + Duration::from_secs(after)) {
            Ok(()) => {
                pace.lost();
                Duration::ZERO
            }
            Err(Hold::ForWindow(wait)) => wait,
            Err(Hold::ForAnswer) => panic!("nothing is under way"),
        };
        assert_eq!(wait(&mut pace, 0), Duration::ZERO);
        pace.observe(&at(1000, 1, 1009), now, today);
        assert_eq!(wait(&mut pace, 0), Duration::ZERO);
        pace.observe(&at(1000, 0, 1009), now, today);
        assert_eq!(wait(&mut pace, 2), Duration::from_secs(7));
        assert_eq!(wait(&mut pace, 10), Duration::ZERO);
        pace.hold(now + Duration::from_secs(3));
        assert_eq!(wait(&mut pace, 1), Duration::from_secs(2));
        assert_eq!(wait(&mut pace, 3), Duration::ZERO);
        // Milliseconds where seconds are due: nobody waits for thousands of years.
        pace.observe(&at(1000, 0, 1_800_000_000_000), now, today);
        assert_eq!(wait(&mut pace, 0), Duration::ZERO);
    }

    #[test]
    fn what_is_under_way_counts_as_used_up() {
        let (now, today) = (Instant::now(), SystemTime::now());
        let mut pace = Pace::default();
        pace.observe(&at(1000, 3, 1009), now, today);
        for _ in 0..3 {
            assert_eq!(pace.admit(now), Ok(()));
        }
        assert_eq!(pace.admit(now), Err(Hold::ForAnswer));
        // The answer to the second comes before that to the first.
        pace.observe(&at(1000, 1, 1009), now, today);
        assert_eq!(pace.admit(now), Err(Hold::ForAnswer));
        assert_eq!(pace.observe(&at(1000, 2, 1009), now, today).remaining, Some(1));
        assert_eq!(pace.admit(now), Err(Hold::ForAnswer));
        pace.lost();
        assert_eq!(pace.admit(now), Ok(()));
        pace.observe(&at(1001, 0, 1009), now, today);
        assert_eq!(pace.admit(now), Err(Hold::ForWindow(Duration::from_secs(8))));
        // The next window has room for as many as the limit says.
        let next = now + Duration::from_secs(8);
        for _ in 0..60 {
            assert_eq!(pace.admit(next), Ok(()));
        }
        assert_eq!(pace.admit(next), Err(Hold::ForAnswer));
    }

    #[test]
    fn many_answers_tell_the_servers_time_better_than_one() {
        let (start, today) = (Instant::now(), SystemTime::now());
        let after = |ms| start + Duration::from_millis(ms);
        let mut pace = Pace::default();
        // The server's time is 1000.9 at first: one answer alone would wait 0.9 s too long.
        assert_eq!(pace.observe(&at(1000, 3, 1010), after(0), today).reset_in, seconds(10));
        let limit = pace.observe(&at(1001, 2, 1010), after(150), today);
        assert_eq!(limit.reset_in, seconds(9));
        let limit = pace.observe(&at(1001, 1, 1010), after(950), today);
        assert_eq!(limit.reset_in, Some(Duration::from_millis(8200)));
        // A clock that has been set back or forth is believed.
        assert_eq!(pace.observe(&at(990, 0, 1010), after(1000), today).reset_in, seconds(20));
        assert_eq!(pace.observe(&at(2000, 0, 2010), after(1100), today).reset_in, seconds(10));
    }

    #[test]
    fn the_whole_time_is_known_beforehand() {
        let (now, today) = (Instant::now(), SystemTime::now());
        let mut pace = Pace::default();
        assert_eq!(pace.estimate(5, now), None);
        pace.observe(&at(1000, 10, 1030), now, today);
        let estimate = |requests| pace.estimate(requests, now).unwrap();
        assert_eq!(estimate(10), (60, Duration::ZERO));
        assert_eq!(estimate(11), (60, Duration::from_secs(30)));
        assert_eq!(estimate(70), (60, Duration::from_secs(30)));
        assert_eq!(estimate(71), (60, Duration::from_secs(90)));
        assert_eq!(pace.estimate(11, now + Duration::from_secs(20)).unwrap().1, Duration::from_secs(10));
    }
}
