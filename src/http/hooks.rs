//! What a client tells its process about a request, and what it takes from it.

use std::time::{Duration, Instant, SystemTime};

use reqwest::{Method, StatusCode};

use crate::process::{Clock, Signals, sleep_unless};

/// What happens during a request.
#[derive(Debug)]
pub enum RequestNotice<'a> {
    /// It was sent.
    Sent {
        /// The method.
        method: &'a Method,
        /// The path on the server.
        path: &'a str,
        /// The status of the response, or the error message if there is none.
        result: Result<StatusCode, &'a str>,
        /// What else the response says, such as about a rate limit; may be empty.
        detail: &'a str,
        /// The time from sending the request to the end of the response or the failure.
        elapsed: Duration,
    },
    /// There has been no response for some time.
    Slow {
        /// The method.
        method: &'a Method,
        /// The path on the server.
        path: &'a str,
        /// How long the response may take in all.
        timeout: Duration,
    },
    /// The user has asked to stop, and the request in flight is finished.
    Stopping,
    /// Nothing is sent for some time.
    Waiting {
        /// Why.
        reason: &'a str,
        /// How long.
        duration: Duration,
        /// Until when, by the local clock.
        until: SystemTime,
    },
}

/// What a client needs of its process.
#[derive(Clone, Copy)]
pub struct Hooks<'a> {
    /// Receives the notices.
    pub on_notice: &'a (dyn Fn(&RequestNotice<'_>) + Sync),
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Ends waits.
    pub signals: &'a Signals,
    /// How long a request may take before that is reported. `None` reports neither that nor that it is being finished
    /// although the user has asked to stop.
    pub slow_after: Option<Duration>,
}

impl Hooks<'_> {
    /// Reports a wait that begins.
    pub(crate) fn announce_wait(&self, reason: &str, duration: Duration) {
        let until = self.clock.system_time() + duration;
        (self.on_notice)(&RequestNotice::Waiting { reason, duration, until });
    }

    /// Waits. Returns whether all of the time has passed: Ctrl-C ends the wait if it is `interruptible`.
    pub(crate) fn sleep(&self, duration: Duration, interruptible: bool) -> bool {
        sleep_unless(self.clock, duration, || interruptible && self.signals.interrupted())
    }

    /// Returns the time since `started_at`.
    pub(crate) fn elapsed(&self, started_at: Instant) -> Duration {
        self.clock.now().saturating_duration_since(started_at)
    }
}
