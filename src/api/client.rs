//! Sends one request: waits for the rate limit, retries, and reads the response.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};

use super::credentials::Credentials;
use super::rate_limit::{MustWait, RateEstimate, RateLimit, RateLimiter};
use super::status::classify_response;
use crate::error::{Error, ErrorKind, Reason};
use crate::http::endpoint::Endpoint;
use crate::http::exchange::{ClientConfig, HttpClient};
use crate::http::response::{FailedAttempt, Response, RetryClass};
use crate::http::retry::RetryState;
use crate::process::{Clock, INTERRUPT_POLL_INTERVAL, Signals, sleep_unless};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How often a request that waits for one in flight checks whether that has its response.
const IN_FLIGHT_POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Waits of several threads that end within this time of each other are reported once.
const WAIT_DEDUP_WINDOW: Duration = Duration::from_secs(1);

/// An HTTP request.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path relative to the endpoint, with its query, percent-encoded, starting with `/`.
    pub path: String,
    /// The JSON body.
    pub body: Option<String>,
    /// Headers that are added to the default ones or replace them.
    pub headers: HeaderMap,
    /// Whether the request can be repeated even if the server has processed it.
    pub is_retry_safe: bool,
}

/// Why there is no successful response.
#[derive(Debug)]
pub struct SendError {
    /// The error.
    pub error: Error,
    /// The response, if there was one.
    pub response: Option<Box<Response>>,
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        SendError { error, response: None }
    }
}

/// What happens during a call.
#[derive(Debug)]
pub enum RequestEvent<'a> {
    /// A request was sent.
    Sent {
        /// The method.
        method: &'a Method,
        /// The path on the server.
        path: &'a str,
        /// The status and the rate limit of the response, or the error message if there is none.
        result: Result<(StatusCode, RateLimit), &'a str>,
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
    /// The call waits.
    Waiting {
        /// What it waits for.
        reason: &'a str,
        /// How long.
        duration: Duration,
        /// Until when, by the local clock.
        until: SystemTime,
    },
}

/// Observes the attempts of a call, so that each can be recorded before it is sent.
pub trait AttemptObserver {
    /// The request is about to be sent: no wait is left. An error ends the call instead.
    fn before_attempt(&mut self) -> Result<(), Error>;
    /// The attempt failed, the server has not processed it, and the call waits before the next one. An error ends the call.
    fn before_retry(&mut self, failure: &Error) -> Result<(), Error>;
}

/// Observes nothing.
impl AttemptObserver for () {
    fn before_attempt(&mut self) -> Result<(), Error> {
        Ok(())
    }
    fn before_retry(&mut self, _: &Error) -> Result<(), Error> {
        Ok(())
    }
}

/// What a client needs of its process.
#[derive(Clone, Copy)]
pub struct ClientContext<'a> {
    /// Receives the events.
    pub on_event: &'a (dyn Fn(&RequestEvent<'_>) + Sync),
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Ends waits.
    pub signals: &'a Signals,
    /// How long a request may take before that is reported. `None` reports neither that nor that it is being finished
    /// although the user has asked to stop.
    pub slow_after: Option<Duration>,
}

/// An API client with the credentials of one organization. Several threads can use it at once.
pub struct Client<'a> {
    http: HttpClient,
    authorization: HeaderValue,
    /// Where the credentials come from, as it is shown to the user.
    credential_source: String,
    rate_limiter: Mutex<RateLimiter>,
    /// The end of the wait that was reported last.
    announced_until: Mutex<Option<Instant>>,
    /// Whether it was reported that the request in flight is finished.
    announced_stop: AtomicBool,
    /// Whether it was reported that a request is slow that is still in flight. Those of other threads share the report.
    announced_slow: AtomicBool,
    ctx: ClientContext<'a>,
}

impl<'a> Client<'a> {
    /// Creates a client. It connects when the first request is sent.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the credentials cannot be sent in a header, or if no CA certificates are found.
    pub fn new(
        endpoint: &Endpoint,
        credentials: &Credentials,
        config: &ClientConfig,
        ctx: ClientContext<'a>,
    ) -> Result<Self, Error> {
        Ok(Client {
            http: HttpClient::new(endpoint, config, &[&credentials.api_key])?,
            authorization: credentials.authorization_header()?,
            credential_source: credentials.source.clone(),
            rate_limiter: Mutex::default(),
            announced_until: Mutex::default(),
            announced_stop: AtomicBool::default(),
            announced_slow: AtomicBool::default(),
            ctx,
        })
    }

    /// Sends a request, retries it as [`RetryState`] allows, and returns the successful response.
    pub(super) fn execute(&self, request: &Request, observer: &mut dyn AttemptObserver) -> Result<Response, SendError> {
        let mut state = RetryState::new(self.http.config.max_wait);
        loop {
            self.acquire_rate_limit(&mut state, request)?;
            observer.before_attempt().inspect_err(|_| self.rate_limiter().release())?;
            let mut failure = match self.attempt(request) {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let Some(delay) = state.should_retry(&failure, request.is_retry_safe) else {
                return Err(give_up(failure, &state, request));
            };
            if let Err(exceeded) = state.withdraw(delay) {
                failure.error = failure.error.with_reason(exceeded);
                return Err(give_up(failure, &state, request));
            }
            if !failure.may_have_applied {
                observer.before_retry(&failure.error)?;
            }
            if failure.class == RetryClass::Throttled {
                self.rate_limiter().block_until(self.ctx.clock.now() + delay);
            }
            self.sleep_interruptibly(&failure.error.to_string(), delay)?;
        }
    }

    /// Waits until the rate limit allows a request.
    fn acquire_rate_limit(&self, state: &mut RetryState, request: &Request) -> Result<(), Error> {
        loop {
            // The lock is released before any wait.
            let acquired = self.rate_limiter().try_acquire(self.ctx.clock.now());
            match acquired {
                Ok(()) => return Ok(()),
                Err(MustWait::ForInFlight) => self.ctx.clock.sleep(IN_FLIGHT_POLL_INTERVAL),
                Err(MustWait::UntilReset(delay)) => {
                    state.withdraw(delay).map_err(|exceeded| {
                        let error = Error::new(ErrorKind::Unavailable, "rate limit reached").with_reason(exceeded);
                        with_safety(error, state, request)
                    })?;
                    self.sleep_interruptibly("rate limit reached", delay)?;
                }
            }
        }
    }

    /// Waits. Returns [`ErrorKind::Interrupted`] as soon as a signal is received.
    fn sleep_interruptibly(&self, reason: &str, duration: Duration) -> Result<(), Error> {
        let ClientContext { on_event, clock, signals, .. } = self.ctx;
        let end = clock.now() + duration;
        if self.should_announce(end) {
            on_event(&RequestEvent::Waiting { reason, duration, until: clock.system_time() + duration });
        }
        match sleep_unless(clock, duration, || signals.interrupted()) {
            true => Ok(()),
            false => {
                let message = "interrupted while waiting; no further requests were sent";
                Err(Error::new(ErrorKind::Interrupted, message))
            }
        }
    }

    /// Whether a wait until `end` has not been reported yet. Threads that wait together share one report.
    fn should_announce(&self, end: Instant) -> bool {
        let mut announced_until = self.announced_until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.ctx.clock.now();
        if announced_until.is_some_and(|announced| announced > now && end < announced + WAIT_DEDUP_WINDOW) {
            return false;
        }
        *announced_until = Some(end);
        true
    }

    /// Estimates how long the rate limit makes `requests` more requests take. `None` until a response has reported the
    /// limit.
    pub fn estimate(&self, requests: u64) -> Option<RateEstimate> {
        self.rate_limiter().estimate(requests, self.ctx.clock.now())
    }

    fn rate_limiter(&self) -> MutexGuard<'_, RateLimiter> {
        self.rate_limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the request once.
    fn attempt(&self, request: &Request) -> Result<Response, FailedAttempt> {
        let ClientContext { on_event, clock, .. } = self.ctx;
        let (method, path) = (&request.method, &*self.http.endpoint.path_for(&request.path));
        let started_at = clock.now();
        let result = self.watch(method, path, || self.exchange(request));
        let now = clock.now();
        let elapsed = now.saturating_duration_since(started_at);
        let response = result.inspect_err(|failure| {
            self.rate_limiter().release();
            on_event(&RequestEvent::Sent { method, path, result: Err(&failure.error.to_string()), elapsed });
        })?;
        let limit = self.rate_limiter().record(&response.headers, now, clock.system_time());
        on_event(&RequestEvent::Sent { method, path, result: Ok((response.status, limit)), elapsed });
        if response.status.is_success() {
            return Ok(response);
        }
        Err(classify_response(response, limit, &self.credential_source))
    }

    /// Sends the request once, and reads the response.
    fn exchange(&self, request: &Request) -> Result<Response, FailedAttempt> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, JSON);
        headers.insert(CONTENT_TYPE, JSON);
        headers.extend(request.headers.clone());
        self.http.exchange(&request.method, &self.http.endpoint.url_for(&request.path), headers, request.body.clone())
    }

    /// Runs `exchange`. If it takes long, or the user asks to stop meanwhile, another thread reports it.
    fn watch<T>(&self, method: &Method, path: &str, exchange: impl FnOnce() -> T) -> T {
        let Some(slow_after) = self.ctx.slow_after else { return exchange() };
        std::thread::scope(|scope| {
            let (running, ended) = mpsc::channel::<()>();
            let report = move || self.report_until(&ended, method, path, slow_after);
            // Without a thread, nothing is reported.
            let _ = std::thread::Builder::new().spawn_scoped(scope, report);
            let result = exchange();
            drop(running);
            result
        })
    }

    /// Reports what the user should know about a request until the sender of `ended` is dropped.
    fn report_until(&self, ended: &Receiver<()>, method: &Method, path: &str, slow_after: Duration) {
        let ClientContext { on_event, signals, .. } = self.ctx;
        let slow_at = Instant::now() + slow_after;
        let mut is_slow = false;
        while ended.recv_timeout(INTERRUPT_POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) {
            if signals.interrupted() && !self.announced_stop.swap(true, Ordering::Relaxed) {
                on_event(&RequestEvent::Stopping);
            }
            if !is_slow && Instant::now() >= slow_at && !self.announced_slow.swap(true, Ordering::Relaxed) {
                is_slow = true;
                on_event(&RequestEvent::Slow { method, path, timeout: self.http.config.timeout });
            }
        }
        if is_slow {
            self.announced_slow.store(false, Ordering::Relaxed);
        }
    }
}

/// Converts the last failed attempt of a call.
fn give_up(failure: FailedAttempt, state: &RetryState, request: &Request) -> SendError {
    let FailedAttempt { error, response, .. } = failure;
    SendError { error: with_safety(error, state, request), response }
}

/// Adds whether it is safe to send the request again.
fn with_safety(error: Error, state: &RetryState, request: &Request) -> Error {
    let error = if state.may_have_applied { mark_outcome_unknown(request.is_retry_safe, error) } else { error };
    match error.kind() {
        ErrorKind::Unavailable if state.may_have_applied && !request.method.is_safe() => {
            error.with_reason(Reason::MayHaveApplied)
        }
        ErrorKind::Unavailable => error.with_reason(Reason::NothingChanged),
        _ => error,
    }
}

/// Changes the kind of an error after a request was sent that must not be repeated to [`ErrorKind::OutcomeUnknown`], unless
/// the API itself said that the change was not applied.
pub(super) fn mark_outcome_unknown(is_retry_safe: bool, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Unavailable | ErrorKind::Unexpected if !is_retry_safe => error.with_kind(ErrorKind::OutcomeUnknown),
        _ => error,
    }
}
