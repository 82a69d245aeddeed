//! Classification of failed attempts: the kind of error, whether it can be retried, and whether the server may have
//! processed the request.

use std::error::Error as StdError;
use std::io;

use reqwest::StatusCode;

use super::endpoint::Endpoint;
use super::proxy::Proxy;
use super::response::{FailedAttempt, RetryClass, error_chain, root_cause};
use super::tls::describe_certificate_error;
use crate::error::{Error, ErrorKind};

/// Classifies a request that got no response.
pub(super) fn classify_request_error(
    error: &reqwest::Error,
    endpoint: &Endpoint,
    proxy: Option<&Proxy>,
) -> FailedAttempt {
    let check = "check your network connection and the endpoint";
    let unavailable = |message: &str, hint: &str| Error::new(ErrorKind::Unavailable, message).with_hint(hint);
    let (class, error_to_report) = if let Some(certificate_error) = find_certificate_error(error) {
        let (description, hint) = describe_certificate_error(certificate_error);
        (RetryClass::Fatal, unavailable(&format!("cannot connect to {endpoint}: {description}"), hint))
    } else if error.is_connect() {
        let cause = if error.is_timeout() { "connection timed out".to_owned() } else { root_cause(error) };
        match proxy {
            Some(proxy) => proxy.describe_failure(error, &cause, endpoint),
            None => (RetryClass::NotProcessed, unavailable(&format!("cannot connect to {endpoint}: {cause}"), check)),
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
