//! Classification of failed attempts: the kind of error, whether it can be retried, and whether the server may have
//! processed the request.

use std::error::Error as StdError;
use std::io;

use reqwest::StatusCode;
use reqwest::header::LOCATION;

use super::endpoint::Endpoint;
use super::envelope::ErrorDetails;
use super::http::Response;
use super::proxy::Route;
use super::rate_limit::RateLimit;
use super::retry::{FailedAttempt, RetryClass};
use super::tls::describe_certificate_error;
use crate::error::{Error, ErrorKind, Reason};
use crate::text::error_message;

/// Classifies a request that got no response.
pub(super) fn classify_request_error(error: &reqwest::Error, endpoint: &Endpoint, route: &Route) -> FailedAttempt {
    let check = "check your network connection and the endpoint";
    let unavailable = |message: &str, hint: &str| Error::new(ErrorKind::Unavailable, message).with_hint(hint);
    let (class, error_to_report) = if let Some(certificate_error) = find_certificate_error(error) {
        let (description, hint) = describe_certificate_error(certificate_error);
        (RetryClass::Fatal, unavailable(&format!("cannot connect to {endpoint}: {description}"), hint))
    } else if error.is_connect() {
        let cause = if error.is_timeout() { "connection timed out".to_owned() } else { root_cause(error) };
        match route {
            Route::Proxy(proxy) => proxy.describe_failure(error, &cause),
            Route::System | Route::Direct => {
                (RetryClass::NotSent, unavailable(&format!("cannot connect to {endpoint}: {cause}"), check))
            }
        }
    } else if error.is_timeout() {
        (RetryClass::Transient, unavailable("request timed out", check))
    } else if is_connection_closed(error) {
        (RetryClass::Transient, unavailable("the server closed the connection without sending a response", check))
    } else {
        let message = format!("invalid HTTP response: {}", root_cause(error));
        (RetryClass::Fatal, unavailable(&message, check).with_kind(ErrorKind::Unexpected))
    };
    FailedAttempt {
        error: error_to_report,
        response: None,
        class,
        may_have_applied: !error.is_connect() && !error.is_builder(),
        retry_after: None,
    }
}

/// Classifies a response whose body is incomplete: `received` bytes of `length`.
pub(super) fn classify_body_error(
    error: &io::Error,
    status: StatusCode,
    received: usize,
    length: Option<u64>,
) -> FailedAttempt {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    let message = if cause.is_some_and(reqwest::Error::is_timeout) {
        "timed out while reading the response".to_owned()
    } else if cause.is_some_and(is_connection_reset) {
        "connection reset while reading the response".to_owned()
    } else if cause.is_some_and(is_decompression_error) {
        "cannot decompress the response: invalid or incomplete gzip data".to_owned()
    } else {
        let of_length = length.map(|length| format!(" of {length}")).unwrap_or_default();
        format!("incomplete response: received {received}{of_length} bytes")
    };
    let error = Error::new(ErrorKind::Unavailable, message).with_status(status.as_u16());
    FailedAttempt { error, response: None, class: RetryClass::Transient, may_have_applied: true, retry_after: None }
}

/// Classifies a successful response whose body is not read, because of this `problem`.
pub(super) fn classify_unusable(status: StatusCode, problem: &str) -> FailedAttempt {
    let message = format!("the response {problem}");
    let error = Error::new(ErrorKind::Unexpected, message).with_status(status.as_u16());
    let class = RetryClass::Fatal;
    FailedAttempt { error, response: None, class, may_have_applied: true, retry_after: None }
}

/// Classifies a response whose status is not a success. Its body need not be JSON.
pub(super) fn classify_response(response: Response, limit: RateLimit) -> FailedAttempt {
    let status = response.status;
    let (kind, class) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (ErrorKind::Denied, RetryClass::Fatal),
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, RetryClass::Fatal),
        // Waiting does not help if the limit is 0.
        StatusCode::TOO_MANY_REQUESTS if limit.limit == Some(0) => (ErrorKind::Unavailable, RetryClass::Fatal),
        StatusCode::TOO_MANY_REQUESTS => (ErrorKind::Unavailable, RetryClass::Throttled),
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => (ErrorKind::Unavailable, RetryClass::Transient),
        _ if status.is_server_error() => (ErrorKind::Unavailable, RetryClass::Fatal),
        _ if status.is_client_error() => (ErrorKind::Rejected, RetryClass::Fatal),
        _ => (ErrorKind::Unexpected, RetryClass::Fatal),
    };
    let details = ErrorDetails::from_error_body(&response.body);
    let reason = match status {
        StatusCode::UNAUTHORIZED => Some(Reason::Unauthorized),
        StatusCode::FORBIDDEN => Some(Reason::Forbidden),
        StatusCode::NOT_FOUND if details.is_empty() => Some(Reason::NotFromApi),
        _ if status.is_redirection() => Some(Reason::Redirected),
        _ => None,
    };
    let location = response.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.filter(|_| status.is_redirection());
    let redirect = location.map(|location| format!(" (redirect to {location})")).unwrap_or_default();
    let summary = match status {
        StatusCode::TOO_MANY_REQUESTS if class == RetryClass::Fatal => {
            "the API allows 0 requests per minute".to_owned()
        }
        _ => format!("the API returned {}{redirect}", format_status(status)),
    };
    let error = details.into_error(kind, &summary).with_status(status.as_u16());
    FailedAttempt {
        error: reason.into_iter().fold(error, Error::with_reason),
        response: Some(Box::new(response)),
        class,
        // 429 and 425 say that the request was not processed (RFC 6585, section 4; RFC 8470, section 5.2).
        may_have_applied: ![StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_EARLY].contains(&status),
        retry_after: if class == RetryClass::Throttled { limit.delay_after_429() } else { limit.retry_after },
    }
}

fn format_status(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// Returns an error and its causes.
pub(super) fn error_chain<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn StdError + 'static)| (*error).source())
}

/// Returns the message of the last error of the chain.
pub(super) fn root_cause(error: &(dyn StdError + 'static)) -> String {
    error_chain(error).last().map(error_message).unwrap_or_default()
}

fn find_certificate_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::CertificateError> {
    error_chain(error).find_map(|cause| match cause.downcast_ref::<io::Error>() {
        // `io::Error::source` skips the error that it wraps.
        Some(outer) => find_certificate_error(outer.get_ref()?),
        None => match cause.downcast_ref() {
            Some(rustls::Error::InvalidCertificate(error)) => Some(error),
            _ => None,
        },
    })
}

/// Whether the connection was closed, in any way, before a response came.
fn is_connection_closed(error: &reqwest::Error) -> bool {
    let is_closed = |cause: &(dyn StdError + 'static)| {
        cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(|cause| cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed())
    };
    error_chain(error).any(is_closed) || is_connection_reset(error)
}

/// Whether the body was received, but is not what its `content-encoding` says.
fn is_decompression_error(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let is_received = !error_chain(error).any(|cause| cause.is::<hyper::Error>());
    let is_invalid = |cause: &(dyn StdError + 'static)| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(kind, Some(InvalidData | InvalidInput | UnexpectedEof))
    };
    is_received && error_chain(error).any(is_invalid)
}

fn is_connection_reset(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    error_chain(error).any(|cause| {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        matches!(kind, Some(ConnectionReset | ConnectionAborted | BrokenPipe))
    })
}
