//! The client: waits for the rate limit, sends one request at a time, and tries again what may be.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;

use super::calls::{Call, Request};
use super::credentials::Credentials;
use super::envelope::{ErrorDetails, RawData};
use super::rate_limit::{MustWait, RateEstimate, RateLimiter};
use super::status::classify_response;
use crate::error::{Error, ErrorKind, Reason};
use crate::http::endpoint::Endpoint;
use crate::http::exchange::{ClientOptions, HttpClient};
use crate::http::response::{FailedAttempt, Response, RetryClass};
use crate::http::retry::RetryState;
use crate::http::{Hooks, RequestNotice};
use crate::process::INTERRUPT_POLL_INTERVAL;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How often a request that waits for one in flight checks whether that has its response.
const IN_FLIGHT_POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Waits of several threads that end within this time of each other are reported once.
const WAIT_DEDUP_WINDOW: Duration = Duration::from_secs(1);

/// A client with the credentials of one organization. Several threads can use it at once.
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
    hooks: Hooks<'a>,
}

/// Why there is no usable response.
#[derive(Debug)]
pub struct SendError {
    /// The error. [`ErrorKind::OutcomeUnknown`]: the request may have been processed, and must not be repeated.
    pub error: Error,
    /// The response, if there was one.
    pub response: Option<Box<Response>>,
    /// Set if the request may be sent again: the next [`Attempts::permit`] waits as long as that needs.
    pub refused: Option<Refused>,
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        SendError { error, response: None, refused: None }
    }
}

/// The proof that a request may be sent again: the server has certainly not processed it (no connection, 425, 429), or
/// repeating it is safe (GET, PATCH). Only the client makes one.
#[derive(Debug)]
pub struct Refused(ErrorKind);

impl Refused {
    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0
    }
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
        config: &ClientOptions,
        hooks: Hooks<'a>,
    ) -> Result<Self, Error> {
        Ok(Client {
            http: HttpClient::new(endpoint, config, &[&credentials.api_key])?,
            authorization: credentials.authorization_header()?,
            credential_source: credentials.source.clone(),
            rate_limiter: Mutex::default(),
            announced_until: Mutex::default(),
            announced_stop: AtomicBool::default(),
            hooks,
        })
    }

    /// Sends a call, and sends it again as long as that is allowed and helps.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Attempts::permit`] and [`Permit::send`].
    pub fn send<T: DeserializeOwned>(&self, call: &Call<T>) -> Result<RawData<T>, Error> {
        send_with_retries(self.attempts(call)).map_err(|failure| failure.error)
    }

    /// Sends any request as [`Client::send`] does, and returns the response unmodified.
    ///
    /// # Errors
    ///
    /// Fails if the status is not a success, if the body is not JSON, or if it has `"result": "failure"`. The response is
    /// in the [`SendError`] then.
    pub fn send_raw(&self, request: &Request) -> Result<Response, SendError> {
        send_with_retries(Attempts::new(self, request, |response| {
            match ErrorDetails::from_success_body(&response.body) {
                None => Ok(response),
                Some(error) => Err(SendError { response: Some(Box::new(response)), ..error.into() }),
            }
        }))
    }

    /// Prepares a call whose every request the caller sends itself.
    pub fn attempts<'r, T: DeserializeOwned>(&'r self, call: &'r Call<T>) -> Attempts<'r, RawData<T>> {
        let read = match call.request.is_retry_safe {
            true => |response: Response| Ok(RawData::from_body(&response.into_text()?)?),
            // Validated here, where an invalid response still means "outcome unknown". Later it would look like an output
            // error.
            false => |response: Response| {
                let data = RawData::from_body(&response.into_text()?)?;
                data.parse()?;
                Ok(data)
            },
        };
        Attempts::new(self, &call.request, read)
    }

    /// Estimates how long the rate limit makes `requests` more requests take. `None` until a response has reported the
    /// limit.
    pub fn estimate(&self, requests: u64) -> Option<RateEstimate> {
        self.rate_limiter().estimate(requests, self.hooks.clock.now())
    }

    /// Returns what the client uses of its process.
    pub fn hooks(&self) -> &Hooks<'a> {
        &self.hooks
    }

    fn rate_limiter(&self) -> MutexGuard<'_, RateLimiter> {
        self.rate_limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits. Returns [`ErrorKind::Interrupted`] as soon as a signal is received.
    fn wait(&self, reason: &str, duration: Duration) -> Result<(), Error> {
        if self.should_announce(self.hooks.clock.now() + duration) {
            self.hooks.announce_wait(reason, duration);
        }
        match self.hooks.sleep(duration, true) {
            true => Ok(()),
            false => {
                Err(Error::new(ErrorKind::Interrupted, "interrupted while waiting; no further requests were sent"))
            }
        }
    }

    /// Whether a wait until `end` has not been reported yet. Threads that wait together share one report.
    fn should_announce(&self, end: Instant) -> bool {
        let mut announced_until = self.announced_until.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.hooks.clock.now();
        if announced_until.is_some_and(|announced| announced > now && end < announced + WAIT_DEDUP_WINDOW) {
            return false;
        }
        *announced_until = Some(end);
        true
    }

    /// Sends the request once, and reads the response.
    fn exchange(&self, request: &Request) -> Result<Response, FailedAttempt> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(ACCEPT, JSON);
        headers.insert(CONTENT_TYPE, JSON);
        headers.extend(request.headers.clone());
        let (method, path) = (&request.method, &*self.http.endpoint.path_for(&request.path));
        let url = self.http.endpoint.url_for(&request.path);
        let notify = |result: Result<StatusCode, &Error>, detail: &str, elapsed| {
            let message = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
            let result = result.map_err(|_| &*message);
            (self.hooks.on_notice)(&RequestNotice::Sent { method, path, result, detail, elapsed });
        };
        let started_at = self.hooks.clock.now();
        let result = self.watch(request, path, || self.http.exchange(method, &url, headers, request.body.clone()));
        let elapsed = self.hooks.elapsed(started_at);
        let response = result.inspect_err(|failure| {
            self.rate_limiter().release();
            notify(Err(&failure.error), "", elapsed);
        })?;
        let (now, local_time) = (self.hooks.clock.now(), self.hooks.clock.system_time());
        let limit = self.rate_limiter().record(&response.headers, now, local_time);
        notify(Ok(response.status), &limit.to_string(), elapsed);
        match response.status.is_success() {
            true => Ok(response),
            false => Err(classify_response(response, limit, &self.credential_source)),
        }
    }

    /// Runs `exchange`. If it takes long, or the user asks to stop meanwhile, another thread reports it.
    fn watch<T>(&self, request: &Request, path: &str, exchange: impl FnOnce() -> T) -> T {
        let Some(slow_after) = self.hooks.slow_after else { return exchange() };
        std::thread::scope(|scope| {
            let (running, ended) = mpsc::channel::<()>();
            let report = move || self.report_until(&ended, request, path, slow_after);
            // Without a thread, nothing is reported.
            let _ = std::thread::Builder::new().spawn_scoped(scope, report);
            let result = exchange();
            drop(running);
            result
        })
    }

    /// Reports what the user should know about a request until the sender of `ended` is dropped.
    fn report_until(&self, ended: &Receiver<()>, request: &Request, path: &str, slow_after: Duration) {
        let Hooks { on_notice, signals, .. } = self.hooks;
        let slow_at = Instant::now() + slow_after;
        let mut is_slow = false;
        while ended.recv_timeout(INTERRUPT_POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) {
            if signals.interrupted() && !self.announced_stop.swap(true, Ordering::Relaxed) {
                on_notice(&RequestNotice::Stopping);
            }
            if !is_slow && Instant::now() >= slow_at {
                is_slow = true;
                let timeout = self.http.config.timeout;
                on_notice(&RequestNotice::Slow { method: &request.method, path, timeout });
            }
        }
    }
}

fn send_with_retries<T>(mut attempts: Attempts<'_, T>) -> Result<T, SendError> {
    loop {
        match attempts.permit()?.send() {
            Err(SendError { refused: Some(_), .. }) => {}
            result => return result,
        }
    }
}

/// The requests of one call: its retries, and the time that it may wait, over all its permits.
pub struct Attempts<'r, T> {
    client: &'r Client<'r>,
    request: &'r Request,
    read: fn(Response) -> Result<T, SendError>,
    retries: RetryState,
    /// Why the next permit waits first, and how long.
    backoff: Option<(String, Duration)>,
}

impl<'r, T> Attempts<'r, T> {
    fn new(client: &'r Client<'r>, request: &'r Request, read: fn(Response) -> Result<T, SendError>) -> Self {
        let retries = RetryState::new(client.http.config.max_wait);
        Attempts { client, request, read, retries, backoff: None }
    }

    /// Waits until one request may leave: for the backoff after a failed one, and for the rate limit. Once it returns,
    /// nothing waits any more.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Interrupted`] after Ctrl-C, before or during the wait, and [`ErrorKind::Unavailable`] if the
    /// call would wait too long in all. Nothing is sent then.
    pub fn permit(&mut self) -> Result<Permit<'_, 'r, T>, Error> {
        let client = self.client;
        if client.hooks.signals.interrupted() {
            return Err(Error::new(ErrorKind::Interrupted, "interrupted"));
        }
        if let Some((reason, delay)) = self.backoff.take() {
            client.wait(&reason, delay)?;
        }
        loop {
            // The lock is released before any wait.
            let acquired = client.rate_limiter().try_acquire(client.hooks.clock.now());
            match acquired {
                Ok(()) => return Ok(Permit { attempts: self, is_used: false }),
                Err(MustWait::ForInFlight) => client.hooks.clock.sleep(IN_FLIGHT_POLL_INTERVAL),
                Err(MustWait::UntilReset(delay)) => {
                    self.retries.withdraw(delay).map_err(|exceeded| {
                        let error = Error::new(ErrorKind::Unavailable, "rate limit reached").with_reason(exceeded);
                        self.with_safety(error)
                    })?;
                    client.wait("rate limit reached", delay)?;
                }
            }
        }
    }

    /// Decides what a failed request means for the call.
    fn fail(&mut self, failure: FailedAttempt) -> SendError {
        let delay = self.retries.next_delay(&failure, self.request.is_retry_safe);
        let FailedAttempt { error, response, class, .. } = failure;
        let error = match delay.map(|delay| self.retries.withdraw(delay).map(|()| delay)) {
            Some(Ok(delay)) => {
                if class == RetryClass::Throttled {
                    self.client.rate_limiter().block_until(self.client.hooks.clock.now() + delay);
                }
                self.backoff = Some((error.to_string(), delay));
                return SendError { refused: Some(Refused(error.kind())), error, response };
            }
            Some(Err(exceeded)) => error.with_reason(exceeded),
            None => error,
        };
        SendError { error: self.with_safety(error), response, refused: None }
    }

    /// Adds whether it is safe to send the request again.
    fn with_safety(&self, error: Error) -> Error {
        let may_have_applied = self.retries.may_have_applied;
        let error = if may_have_applied { self.mark_outcome_unknown(error) } else { error };
        match error.kind() {
            ErrorKind::Unavailable if may_have_applied && !self.request.method.is_safe() => {
                error.with_reason(Reason::MayHaveApplied)
            }
            ErrorKind::Unavailable => error.with_reason(Reason::NothingChanged),
            _ => error,
        }
    }

    /// Changes the kind of an error after a request was sent that must not be repeated to [`ErrorKind::OutcomeUnknown`],
    /// unless the API itself said that the change was not applied.
    fn mark_outcome_unknown(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Unexpected if !self.request.is_retry_safe => {
                error.with_kind(ErrorKind::OutcomeUnknown)
            }
            _ => error,
        }
    }
}

/// A place in the rate limit for one request. It is given back if it is dropped unused.
pub struct Permit<'p, 'r, T> {
    attempts: &'p mut Attempts<'r, T>,
    is_used: bool,
}

impl<T> Permit<'_, '_, T> {
    /// Sends exactly one request, at once. The response to a call that must not be repeated is validated: `Ok` means that
    /// it is usable.
    ///
    /// # Errors
    ///
    /// See [`SendError`].
    pub fn send(mut self) -> Result<T, SendError> {
        self.is_used = true;
        let Attempts { client, request, read, .. } = *self.attempts;
        match client.exchange(request) {
            Ok(response) => read(response).map_err(|failure| {
                let error = self.attempts.mark_outcome_unknown(failure.error);
                SendError { error, ..failure }
            }),
            Err(failure) => Err(self.attempts.fail(failure)),
        }
    }
}

impl<T> Drop for Permit<'_, '_, T> {
    fn drop(&mut self) {
        if !self.is_used {
            self.attempts.client.rate_limiter().release();
        }
    }
}
