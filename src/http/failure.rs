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
use crate::text::error_message;

/// Classifies a request that got no response.
pub(super) fn classify_request_error(
    error: &reqwest::Error,
    endpoint: &Endpoint,
    proxy: Option<&Proxy>,
    ca_variable: &str,
) -> FailedAttempt {
    let check = "check your network connection and the endpoint";
    let unavailable = |message: &str, hint: &str| Error::new(ErrorKind::Unavailable, message).with_hint(hint);
    let tls_error = match find_tls_error(error) {
        Some(rustls::Error::InvalidCertificate(error)) => Some(describe_certificate_error(error, ca_variable)),
        Some(rustls::Error::InvalidMessage(_)) => {
            Some(("the server does not speak TLS".to_owned(), "check the port, and whether it is http://".to_owned()))
        }
        _ => None,
    };
    let (class, error_to_report) = if let Some((description, hint)) = tls_error {
        (RetryClass::Fatal, unavailable(&format!("cannot connect to {endpoint}: {description}"), &hint))
    } else if error.is_connect() {
        let cause = match root_cause(error) {
            _ if error.is_timeout() => "connection timed out".to_owned(),
            // tokio-rustls' words, which have no type.
            cause if cause == "tls handshake eof" => {
                "the server closed the connection during the TLS handshake".to_owned()
            }
            cause => cause,
        };
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
    let message = match cause {
        Some(cause) if cause.is_timeout() => "timed out while reading the response".to_owned(),
        _ => {
            let of_length = length.map(|length| format!(" of {length}")).unwrap_or_default();
            let cause = cause.map_or_else(|| error_message(error), |cause| root_cause(cause));
            format!("cannot read the response: {cause} (received {received}{of_length} bytes)")
        }
    };
    let error = Error::new(ErrorKind::Unavailable, message).with_status(status.as_u16());
    FailedAttempt { error, response: None, class: RetryClass::Transient, may_have_applied: true, retry_after: None }
}

/// Classifies a successful response whose body has `max_len` bytes or more.
pub(super) fn classify_too_large(status: StatusCode, max_len: u64) -> FailedAttempt {
    let message = format!("the response is larger than {} MiB", max_len >> 20);
    let error = Error::new(ErrorKind::Unexpected, message).with_status(status.as_u16());
    let class = RetryClass::Fatal;
    FailedAttempt { error, response: None, class, may_have_applied: true, retry_after: None }
}

fn find_tls_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    error_chain(error).find_map(|cause| match cause.downcast_ref::<io::Error>() {
        // `io::Error::source` skips the error that it wraps.
        Some(outer) => find_tls_error(outer.get_ref()?),
        None => cause.downcast_ref(),
    })
}

/// Whether the connection was closed, in any way, before a response came.
fn is_connection_closed(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    error_chain(error).any(|cause| match cause.downcast_ref::<hyper::Error>() {
        Some(cause) => cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed(),
        None => {
            let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
            matches!(kind, Some(ConnectionReset | ConnectionAborted | BrokenPipe))
        }
    })
}
