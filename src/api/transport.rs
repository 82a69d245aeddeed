//! One request: sent, sent again where that is safe, held back by the rate limit, and its answer judged.

use std::error::Error as StdError;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use reqwest::StatusCode;
use reqwest::blocking::{Client as Http, Response};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};

use super::body::{Body, Incoming};
use super::calls::Method;
use super::credentials::{Credentials, WHERE_KEYS_ARE};
use super::endpoint::Endpoint;
use super::limit::{Hold, Limit, Pace};
use super::tls;
use super::types::Problem;
use crate::error::{Error, Kind};
use crate::process::{Clock, Interrupts};
use crate::text::cause;

/// How often a request is sent again at the most.
const MORE_TRIES: u32 = 3;

/// Wait before the first retry where the server does not say how long; doubled for each further one.
const FIRST_BACKOFF: Duration = Duration::from_millis(250);

/// Node servers close a connection that has been idle for 5 s, and a POST that meets the closing is one of unknown
/// outcome.
const MAX_IDLE: Duration = Duration::from_secs(3);

/// Longest time to wait for a connection alone.
const MAX_CONNECT: Duration = Duration::from_secs(10);

/// How long an interrupt may go unnoticed during a wait.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);

/// How long an answer to another request may go unnoticed by one that waits for it.
const LOOK_FOR_ANSWER: Duration = Duration::from_millis(5);

/// Waits that end less than this apart are told as one.
const SAME_WAIT: Duration = Duration::from_secs(1);

/// How patient a client is.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Longest time for one request, from connecting to the end of its answer.
    pub timeout: Duration,
    /// Longest time in all that one call waits between its requests, for the rate limit or before trying again.
    pub max_wait: Duration,
}

/// What is sent.
#[derive(Debug)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: Method,
    /// The path below the endpoint, beginning with `/`, percent-encoded, with its query.
    pub path: &'a str,
    /// The body.
    pub body: Option<&'a [u8]>,
    /// Headers besides those that every request has, or in place of them.
    pub headers: HeaderMap,
    /// Whether it may be sent again although the server may have acted on it.
    pub is_idempotent: bool,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// Its HTTP status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as it came.
    pub body: Body,
}

/// Why there is no successful answer.
#[derive(Debug)]
pub struct Refusal {
    /// The failure.
    pub error: Error,
    /// The answer, where there was one.
    pub answer: Option<Box<Answer>>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal { error, answer: None }
    }
}

/// What happens on the way of a call.
#[derive(Debug)]
pub enum Event<'a> {
    /// An answer came.
    Answered {
        /// The request's method.
        method: Method,
        /// The request's path on the server.
        path: &'a str,
        /// The answer's HTTP status.
        status: u16,
        /// From sending to the end of the answer.
        took: Duration,
        /// What is left of the rate limit.
        limit: Limit,
    },
    /// No answer came.
    Failed {
        /// The request's method.
        method: Method,
        /// The request's path on the server.
        path: &'a str,
        /// What went wrong.
        why: &'a str,
        /// From sending to the failure.
        took: Duration,
    },
    /// The client waits before it goes on.
    Waiting {
        /// What it waits for.
        why: &'a str,
        /// How long.
        wait: Duration,
        /// Until when, by the local clock.
        until: SystemTime,
    },
}

/// What surrounds a client.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Is told what happens on the way.
    pub watch: &'a (dyn Fn(&Event<'_>) + Sync),
    /// Time.
    pub clock: &'a dyn Clock,
    /// Ends a wait.
    pub interrupts: &'a Interrupts,
}

/// Sends requests, one at a time or from several threads.
pub(super) struct Transport<'a> {
    http: Http,
    endpoint: Endpoint,
    authorization: HeaderValue,
    source: String,
    options: Options,
    pace: Mutex<Pace>,
    /// Until when somebody has been told to wait.
    told: Mutex<Option<Instant>>,
    around: Surroundings<'a>,
}

impl<'a> Transport<'a> {
    pub(super) fn new(
        endpoint: &Endpoint,
        credentials: &Credentials,
        options: Options,
        around: Surroundings<'a>,
    ) -> Result<Self, Error> {
        Ok(Transport {
            authorization: credentials.authorization()?,
            source: credentials.source.clone(),
            http: http_client(endpoint, options)?,
            endpoint: endpoint.clone(),
            options,
            pace: Mutex::default(),
            told: Mutex::default(),
            around,
        })
    }

    /// Sends a request until it has an answer that counts, and returns a successful one.
    pub(super) fn send(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        let mut patience = Patience::new(self.options.max_wait);
        let mut may_have_happened = false;
        loop {
            self.keep_pace(&mut patience)?;
            let mut setback = match self.attempt(request) {
                Ok(answer) => return Ok(answer),
                Err(setback) => setback,
            };
            // What an earlier try may have done is not undone by a later one that did nothing.
            setback.may_have_happened |= may_have_happened;
            may_have_happened = setback.may_have_happened;
            let Some(wait) = patience.next_wait(request.is_idempotent, &setback) else {
                return Err(setback.into_refusal(request));
            };
            if let Some(short) = patience.spend(wait) {
                let mut refusal = setback.into_refusal(request);
                refusal.error = refusal.error.and_hint(short);
                return Err(refusal);
            }
            if setback.retry == Retry::Refused {
                self.pace().hold(self.around.clock.now() + wait);
            }
            self.wait(&setback.error.to_string(), wait)?;
        }
    }

    /// Waits until the rate limit has room for a request. What other threads have under way counts as used up.
    fn keep_pace(&self, patience: &mut Patience) -> Result<(), Error> {
        loop {
            let held = self.pace().admit(self.around.clock.now());
            match held {
                Ok(()) => return Ok(()),
                Err(Hold::ForAnswer) => self.around.clock.sleep(LOOK_FOR_ANSWER),
                Err(Hold::ForWindow(wait)) => {
                    if let Some(short) = patience.spend(wait) {
                        let error = Error::new(Kind::Unavailable, "the rate limit is used up, so nothing was sent");
                        return Err(error.hint(short).and_hint("It is safe to run this again."));
                    }
                    self.wait("the rate limit is used up", wait)?;
                }
            }
        }
    }

    /// Waits. Fails with [`Kind::Interrupted`] as soon as somebody asks the tool to end.
    fn wait(&self, why: &str, wait: Duration) -> Result<(), Error> {
        let Surroundings { watch, clock, interrupts } = self.around;
        let end = clock.now() + wait;
        if self.is_news(end) {
            watch(&Event::Waiting { why, wait, until: clock.today() + wait });
        }
        loop {
            if interrupts.happened() {
                return Err(Error::new(Kind::Interrupted, "interrupted while waiting, so no more was sent"));
            }
            let left = end.saturating_duration_since(clock.now());
            if left.is_zero() {
                return Ok(());
            }
            clock.sleep(left.min(LONGEST_SLEEP));
        }
    }

    /// Whether nobody has been told of a wait until about this moment: threads that wait together are one wait.
    fn is_news(&self, end: Instant) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.around.clock.now();
        if told.is_some_and(|told| told > now && end < told + SAME_WAIT) {
            return false;
        }
        *told = Some(end);
        true
    }

    /// Requests a window, and how long the rate limit makes so many more requests take; `None` where it is not known.
    pub(super) fn estimate(&self, requests: u64) -> Option<(u64, Duration)> {
        self.pace().estimate(requests, self.around.clock.now())
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the request once.
    fn attempt(&self, request: &Request<'_>) -> Result<Answer, Setback> {
        let Surroundings { watch, clock, .. } = self.around;
        let method = request.method;
        let started = clock.now();
        let shown_path = self.endpoint.path(request.path);
        let answer = self.http_request(request).send();
        let answer = answer.map_err(|error| Setback::of_request(&error, &self.endpoint)).and_then(Answer::read);
        let now = clock.now();
        let took = now.saturating_duration_since(started);
        let answer = answer.inspect_err(|setback| {
            self.pace().lost();
            watch(&Event::Failed { method, path: &shown_path, why: &setback.error.to_string(), took });
        })?;
        let limit = self.pace().observe(&answer.headers, now, clock.today());
        watch(&Event::Answered { method, path: &shown_path, status: answer.status.as_u16(), took, limit });
        self.judge(answer, limit)
    }

    fn http_request(&self, request: &Request<'_>) -> reqwest::blocking::RequestBuilder {
        let verb = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Options => reqwest::Method::OPTIONS,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let http_request = self
            .http
            .request(verb, self.endpoint.url(request.path))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .headers(request.headers.clone())
            // Said for each request, the limit covers the body of the answer too.
            .timeout(self.options.timeout);
        match request.body {
            Some(body) => http_request.body(body.to_owned()),
            None => http_request,
        }
    }

    /// The status is judged before the body is looked at: an error's body need not be JSON.
    fn judge(&self, answer: Answer, limit: Limit) -> Result<Answer, Setback> {
        let status = answer.status;
        if status.is_success() {
            return Ok(answer);
        }
        let (kind, retry) = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (Kind::Denied, Retry::Never),
            StatusCode::NOT_FOUND => (Kind::NotFound, Retry::Never),
            StatusCode::TOO_MANY_REQUESTS => (Kind::Unavailable, Retry::Refused),
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                (Kind::Unavailable, Retry::IfIdempotent)
            }
            _ if status.is_server_error() => (Kind::Unavailable, Retry::Never),
            _ if status.is_client_error() => (Kind::Rejected, Retry::Never),
            _ => (Kind::Unexpected, Retry::Never),
        };
        let problem = Problem::from_body(answer.body.as_bytes());
        let says_why = !problem.is_empty();
        let mut what = format!("the API answered {}", status_in_words(status));
        let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        if let Some(location) = location.filter(|_| status.is_redirection()) {
            what.push_str(&format!(", pointing to {location}"));
        }
        let mut error = self.without_key(problem.into_error(kind, &what)).status(status.as_u16());
        if let Some(hint) = self.hint(status, says_why) {
            error = error.hint(hint);
        }
        let wait = match retry {
            Retry::Refused => limit.wait_after_refusal(),
            _ => limit.retry_after,
        };
        Err(Setback { error, answer: Some(Box::new(answer)), retry, wait, may_have_happened: retry != Retry::Refused })
    }

    /// A failure without the key in it, should the server be so careless as to repeat it.
    pub(super) fn without_key(&self, error: Error) -> Error {
        let bearer = String::from_utf8_lossy(self.authorization.as_bytes());
        match bearer.split_once(':') {
            Some((_, key)) => error.without(key),
            None => error,
        }
    }

    fn hint(&self, status: StatusCode, says_why: bool) -> Option<String> {
        match status {
            StatusCode::UNAUTHORIZED => Some(format!(
                "The organization ID and the API key came from {}. Its owner finds both at {WHERE_KEYS_ARE}.",
                self.source
            )),
            StatusCode::FORBIDDEN => Some(format!(
                "The organization ID and the API key came from {}; they do not allow this call.",
                self.source
            )),
            _ if status.is_redirection() => Some(
                "Redirects are not followed, so that the key goes to no other host. If the API has moved, give its \
                 new endpoint with --endpoint."
                    .to_owned(),
            ),
            StatusCode::NOT_FOUND if !says_why => Some(
                "Nothing says that it is the API which answered: check the endpoint, which ends in /api/v1 at the vendor's."
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn http_client(endpoint: &Endpoint, options: Options) -> Result<Http, Error> {
    let builder = Http::builder()
        .tls_backend_preconfigured(tls::config(endpoint.is_https())?)
        .https_only(endpoint.is_https())
        // So the key goes to no host but the endpoint's.
        .redirect(reqwest::redirect::Policy::none())
        // What is sent again is decided here. What stays is hyper's: a request that finds a kept connection closed
        // before a byte of it is written goes to a new one. It never left, so no server can have acted on it.
        .retry(reqwest::retry::never())
        .pool_idle_timeout(MAX_IDLE)
        .timeout(None)
        // Less than the whole request's time, so that one which never left is known as such.
        .connect_timeout(MAX_CONNECT.min(options.timeout / 2));
    // Unencrypted requests stay on this machine: no proxy may see their key.
    let builder = if endpoint.is_https() { builder } else { builder.no_proxy() };
    builder
        .build()
        .map_err(|error| Error::new(Kind::Unexpected, format!("cannot set up the connection: {}", innermost(&error))))
}

/// The time that one call may still wait, and the tries that it has left.
struct Patience {
    tries: u32,
    left: Duration,
    max_wait: Duration,
}

impl Patience {
    fn new(max_wait: Duration) -> Self {
        Patience { tries: MORE_TRIES, left: max_wait, max_wait }
    }

    /// How long to wait before the request is sent again, or `None` where it must not be.
    fn next_wait(&mut self, is_idempotent: bool, setback: &Setback) -> Option<Duration> {
        let again = match setback.retry {
            Retry::Never => false,
            Retry::IfIdempotent => is_idempotent,
            Retry::NeverLeft | Retry::Refused => true,
        };
        if !again || self.tries == 0 {
            return None;
        }
        let backoff = FIRST_BACKOFF * 2u32.pow(MORE_TRIES - self.tries);
        self.tries -= 1;
        // A server that says "now" has had no time to recover either.
        Some(setback.wait.unwrap_or_default().max(jitter(backoff)))
    }

    /// Takes `wait` from what is left, or says why that is too long.
    fn spend(&mut self, wait: Duration) -> Option<String> {
        match self.left.checked_sub(wait) {
            Some(left) => {
                self.left = left;
                None
            }
            None => Some(format!(
                "It would take a wait of {} s, and --max-wait allows {} s for one call.",
                wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
                self.max_wait.as_secs_f64(),
            )),
        }
    }
}

/// Between half of `backoff` and all of it, so that clients which failed together do not come back together.
fn jitter(backoff: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    // The standard library seeds each state at random; that is enough for a jitter.
    let random = RandomState::new().hash_one(0) as u32;
    backoff.mul_f64(0.5 + f64::from(random) / f64::from(u32::MAX) / 2.0)
}

/// Whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Retry {
    /// It would fail again.
    Never,
    /// The server may have acted on it.
    IfIdempotent,
    /// There was no connection: the server cannot have acted on it.
    NeverLeft,
    /// 429: the server did not act on it.
    Refused,
}

/// A request that got no successful answer.
#[derive(Debug)]
struct Setback {
    error: Error,
    answer: Option<Box<Answer>>,
    retry: Retry,
    /// How long the server says to wait.
    wait: Option<Duration>,
    /// Whether the server may have acted on it.
    may_have_happened: bool,
}

impl Setback {
    /// A request for which no answer came.
    fn of_request(error: &reqwest::Error, endpoint: &Endpoint) -> Self {
        if let Some(why) = refused_certificate(error) {
            let (why, advice) = certificate_in_words(why);
            let error = Error::new(Kind::Unavailable, format!("no connection to {endpoint}: {why}")).hint(advice);
            return Setback { error, answer: None, retry: Retry::Never, wait: None, may_have_happened: false };
        }
        let may_have_happened = !error.is_connect() && !error.is_builder();
        let why = innermost(error);
        let (kind, retry, message) = if error.is_connect() {
            let why = if error.is_timeout() { "it did not answer in time".to_owned() } else { why };
            (Kind::Unavailable, Retry::NeverLeft, format!("no connection to {endpoint}: {why}"))
        } else if error.is_timeout() {
            (Kind::Unavailable, Retry::IfIdempotent, "the server did not answer in time".to_owned())
        } else if is_lost_connection(error) {
            (Kind::Unavailable, Retry::IfIdempotent, "the server closed the connection without an answer".to_owned())
        } else {
            (Kind::Unexpected, Retry::Never, format!("the server's answer is not HTTP: {why}"))
        };
        let error = Error::new(kind, message).hint("Check the network and the endpoint.");
        Setback { error, answer: None, retry, wait: None, may_have_happened }
    }

    /// An answer whose body ended before it was whole.
    fn of_body(error: &io::Error, status: StatusCode, read: usize, length: Option<u64>) -> Self {
        let request_error = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
        let (kind, retry, message) = if request_error.is_some_and(reqwest::Error::is_timeout) {
            (Kind::Unavailable, Retry::IfIdempotent, "the server did not finish its answer in time".to_owned())
        } else if request_error.is_some_and(is_reset) {
            (Kind::Unavailable, Retry::IfIdempotent, "the connection was reset in the middle of the answer".to_owned())
        } else {
            let of = length.map(|length| format!(" of {length}")).unwrap_or_default();
            (Kind::Unexpected, Retry::Never, format!("the server's answer broke off after {read}{of} bytes"))
        };
        let error = Error::new(kind, message).status(status.as_u16());
        Setback { error, answer: None, retry, wait: None, may_have_happened: true }
    }

    /// The failure, with what it means for what was to be done.
    fn into_refusal(self, request: &Request<'_>) -> Refusal {
        let Setback { error, answer, may_have_happened, .. } = self;
        let error = if may_have_happened { after_sending(request.is_idempotent, error) } else { error };
        let error = match error.kind() {
            Kind::Unavailable if may_have_happened && !request.method.is_safe() => {
                error.and_hint("It may have been done already; it is safe to run this again, since that does the same.")
            }
            Kind::Unavailable => error.and_hint("Nothing was changed: it is safe to run this again."),
            _ => error,
        };
        Refusal { error, answer }
    }
}

/// What a failure means once the request has been sent: for one that is not idempotent, that nobody knows whether it
/// happened, unless the API itself says that it did not.
pub(super) fn after_sending(is_idempotent: bool, error: Error) -> Error {
    if is_idempotent || !matches!(error.kind(), Kind::Unavailable | Kind::Unexpected) {
        return error;
    }
    error.of_kind(Kind::OutcomeUnknown)
}

impl Answer {
    fn read(mut response: Response) -> Result<Self, Setback> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let length = response.content_length();
        let mut body = Incoming::new(length);
        match body.read_from(&mut response) {
            Ok(()) => {}
            // The status of an error says what is needed, whether or not its explanation came through.
            Err(_) if !status.is_success() => {}
            Err(error) => return Err(Setback::of_body(&error, status, body.len(), length)),
        }
        Ok(Answer { status, headers, body: body.finish() })
    }

    /// The body as text.
    pub(super) fn text(self) -> Result<String, Error> {
        let status = self.status.as_u16();
        match self.body {
            Body::Text(text) => Ok(text),
            Body::Bytes(_) => {
                let message = "the server was reached, but its answer is not UTF-8 text";
                Err(Error::new(Kind::Unexpected, message).status(status))
            }
        }
    }
}

fn status_in_words(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn StdError + 'static)| (*error).source())
}

/// The cause of all others.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().map(cause).unwrap_or_default()
}

/// Why the server's certificate is not trusted, if that is what the failure is about.
fn refused_certificate<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::CertificateError> {
    causes(error).find_map(|cause| match cause.downcast_ref::<io::Error>() {
        // `io::Error::source` skips the error that it wraps.
        Some(outer) => refused_certificate(outer.get_ref()?),
        None => match cause.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(why)) => Some(why),
            _ => None,
        },
    })
}

/// What is wrong with a certificate, and what can be done about it.
fn certificate_in_words(why: &rustls::CertificateError) -> (String, &'static str) {
    use rustls::CertificateError as Why;
    match why {
        Why::UnknownIssuer => (
            "the server's certificate is signed by an unknown authority".to_owned(),
            "If it is your company's own authority or proxy, name its certificate in SSL_CERT_FILE.",
        ),
        Why::Expired | Why::ExpiredContext { .. } => (
            "the server's certificate has expired".to_owned(),
            "Check this machine's clock; otherwise the server's operator has to renew it.",
        ),
        Why::NotValidYet | Why::NotValidYetContext { .. } => {
            ("the server's certificate is not valid yet".to_owned(), "Check this machine's clock.")
        }
        Why::NotValidForName | Why::NotValidForNameContext { .. } => (
            "the server's certificate is for another host name".to_owned(),
            "Check the endpoint's host name; something else may be answering in its place.",
        ),
        // Of what a verifier finds inside a certificate, rustls shows only how the verifier writes it down.
        Why::Other(_) => (
            "the server's certificate cannot be used as one of a server".to_owned(),
            "The server needs a certificate that an authority has signed; name that authority's own in SSL_CERT_FILE.",
        ),
        other => (
            format!("the server's certificate is not trusted: {other}"),
            "The server's operator has to mend it, or its authority has to be named in SSL_CERT_FILE.",
        ),
    }
}

/// Whether the connection was closed, in whichever way, before an answer came.
fn is_lost_connection(error: &reqwest::Error) -> bool {
    let closed = |cause: &(dyn StdError + 'static)| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(|cause| cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed())
    };
    causes(error).any(closed) || is_reset(error)
}

fn is_reset(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|cause| {
            matches!(
                cause.kind(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe
            )
        })
    })
}
