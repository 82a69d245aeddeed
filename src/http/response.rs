//! A response, and an attempt that got none: what all of HTTP here stands on.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap};

use crate::error::{Error, ErrorKind, Reason};
use crate::text::error_message;

/// A complete HTTP response.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unmodified.
    pub body: Vec<u8>,
}

impl Response {
    /// Returns the body as text. Returns [`ErrorKind::Unexpected`] if it is not UTF-8.
    pub(crate) fn into_text(self) -> Result<String, Error> {
        let status = self.status.as_u16();
        String::from_utf8(self.body).map_err(|_| invalid_response("not valid UTF-8").with_status(status))
    }
}

/// Creates the error for a response that the API does not send.
pub(crate) fn invalid_response(reason: &str) -> Error {
    Error::new(ErrorKind::Unexpected, format!("invalid response: {reason}")).with_reason(Reason::InvalidResponse)
}

/// Whether a failed attempt can be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// Repeating it at once would not help.
    Fatal,
    /// The server may have processed it.
    Transient,
    /// The server has not processed it: there was no connection, or it said so.
    NotProcessed,
    /// 429: the server refused to process it.
    Throttled,
}

/// An attempt to send a request that got no successful response.
#[derive(Debug)]
pub(crate) struct FailedAttempt {
    /// The failure.
    pub(crate) error: Error,
    /// The response, if there was one.
    pub(crate) response: Option<Box<Response>>,
    /// Whether it can be repeated.
    pub(crate) class: RetryClass,
    /// Whether the server may have processed the request.
    pub(crate) may_have_applied: bool,
    /// How long the server says to wait before the next attempt.
    pub(crate) retry_after: Option<Duration>,
}

/// Returns the server's time, in seconds (RFC 9110, section 6.6.1).
pub(crate) fn server_date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?.trim()).ok()
}

/// Returns an error and its causes.
pub(crate) fn error_chain<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn StdError + 'static)| (*error).source())
}

/// Returns the message of the last error of the chain.
pub(crate) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    error_chain(error).last().map(error_message).unwrap_or_default()
}
