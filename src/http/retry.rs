//! What is retried, how often, and how long a call may wait.
//!
//! | failed attempt | retried |
//! |---|---|
//! | the server rejected it, or the response is unusable ([`RetryClass::Fatal`]) | no |
//! | no or half a response, 408, 502, 503, 504 ([`RetryClass::Transient`]) | if repeating it is safe |
//! | no connection, 425 ([`RetryClass::NotProcessed`]), 429 ([`RetryClass::Throttled`]) | yes |
//!
//! A call is retried [`MAX_RETRIES`] times with exponential backoff and jitter, or as long after as the server says. All its
//! waits together may take no longer than the client's `max_wait`.
//!
//! This and the rate limit are our own, because no crate for retries obeys both the server's headers and Ctrl-C.

use std::time::Duration;

use super::response::{FailedAttempt, RetryClass};
use crate::error::Reason;

/// How often a request is retried.
const MAX_RETRIES: u32 = 3;

/// The backoff before the first retry; it doubles for each further one.
const INITIAL_BACKOFF: Duration = Duration::from_millis(250);

/// The retry state of one call: how many retries are left, and how much of the time that it may wait.
pub(crate) struct RetryState {
    retries_left: u32,
    wait_budget: Duration,
    max_wait: Duration,
    /// Whether one of the attempts may have been processed. A later attempt that was not does not change that.
    pub(crate) may_have_applied: bool,
}

impl RetryState {
    pub(crate) fn new(max_wait: Duration) -> Self {
        RetryState { retries_left: MAX_RETRIES, wait_budget: max_wait, max_wait, may_have_applied: false }
    }

    /// Records a failed attempt. Returns how long to wait before the next one, or `None` if there must not be one.
    pub(crate) fn next_delay(&mut self, failure: &FailedAttempt, is_retry_safe: bool) -> Option<Duration> {
        self.may_have_applied |= failure.may_have_applied;
        let can_retry = match failure.class {
            RetryClass::Fatal => false,
            RetryClass::Transient => is_retry_safe,
            RetryClass::NotProcessed | RetryClass::Throttled => true,
        };
        if !can_retry || self.retries_left == 0 {
            return None;
        }
        let backoff = INITIAL_BACKOFF * 2u32.pow(MAX_RETRIES - self.retries_left);
        self.retries_left -= 1;
        // Back off even if the server says 0: it has had no time to recover.
        Some(failure.retry_after.unwrap_or_default().max(with_jitter(backoff)))
    }

    /// Takes `delay` out of the time that the call may wait, or returns why that is too long.
    pub(crate) fn withdraw(&mut self, delay: Duration) -> Result<(), Reason> {
        let exceeded = Reason::WaitTooLong { delay, max_wait: self.max_wait };
        self.wait_budget = self.wait_budget.checked_sub(delay).ok_or(exceeded)?;
        Ok(())
    }
}

/// Returns between half of `backoff` and all of it, so that clients that failed together do not retry together.
pub(crate) fn with_jitter(backoff: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    // The standard library seeds each state at random, which is random enough here.
    let random = RandomState::new().hash_one(0) as u32;
    backoff.mul_f64(0.5 + f64::from(random) / f64::from(u32::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    fn failure(class: RetryClass, retry_after: Option<u64>) -> FailedAttempt {
        let error = Error::new(ErrorKind::Unavailable, "failed");
        let retry_after = retry_after.map(Duration::from_secs);
        FailedAttempt { error, response: None, class, may_have_applied: class == RetryClass::Transient, retry_after }
    }

    #[test]
    fn next_delay_depends_on_class_and_safety() {
        for (class, is_retry_safe, retried) in [
            (RetryClass::Fatal, true, false),
            (RetryClass::Transient, true, true),
            (RetryClass::Transient, false, false),
            (RetryClass::NotProcessed, false, true),
            (RetryClass::Throttled, false, true),
        ] {
            let mut state = RetryState::new(Duration::MAX);
            assert_eq!(state.next_delay(&failure(class, None), is_retry_safe).is_some(), retried, "{class:?}");
        }
    }

    #[test]
    fn next_delay_backs_off_three_times() {
        let mut state = RetryState::new(Duration::MAX);
        for backoff in [250, 500, 1000].map(Duration::from_millis) {
            let delay = state.next_delay(&failure(RetryClass::NotProcessed, Some(0)), false).unwrap();
            assert!(delay >= backoff / 2 && delay <= backoff, "{delay:?}");
        }
        assert_eq!(state.next_delay(&failure(RetryClass::NotProcessed, None), false), None);
    }

    #[test]
    fn next_delay_waits_as_the_server_says() {
        let delay = RetryState::new(Duration::MAX).next_delay(&failure(RetryClass::Throttled, Some(7)), false);
        assert_eq!(delay, Some(Duration::from_secs(7)));
    }

    #[test]
    fn may_have_applied_stays_set() {
        let mut state = RetryState::new(Duration::MAX);
        state.next_delay(&failure(RetryClass::Transient, None), true);
        state.next_delay(&failure(RetryClass::Throttled, None), true);
        assert!(state.may_have_applied);
    }

    #[test]
    fn withdraw_fails_beyond_max_wait() {
        let second = Duration::from_secs(1);
        let mut state = RetryState::new(3 * second);
        assert_eq!(state.withdraw(2 * second), Ok(()));
        assert_eq!(state.withdraw(2 * second), Err(Reason::WaitTooLong { delay: 2 * second, max_wait: 3 * second }));
        assert_eq!(state.withdraw(second), Ok(()), "a rejected withdrawal takes nothing");
    }
}
