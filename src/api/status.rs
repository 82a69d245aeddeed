//! What a response of the API means whose status is not a success.

use reqwest::StatusCode;
use reqwest::header::LOCATION;

use super::envelope::ErrorDetails;
use super::rate_limit::RateLimit;
use crate::error::{Error, ErrorKind, Reason};
use crate::http::response::{FailedAttempt, Response, RetryClass};

/// Classifies a response whose status is not a success. Its body need not be JSON.
pub(super) fn classify_response(response: Response, limit: RateLimit, credential_source: &str) -> FailedAttempt {
    let status = response.status;
    let (kind, class) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (ErrorKind::Denied, RetryClass::Fatal),
        StatusCode::NOT_FOUND => (ErrorKind::NotFound, RetryClass::Fatal),
        // Waiting does not help if the limit is 0.
        StatusCode::TOO_MANY_REQUESTS if limit.limit == Some(0) => (ErrorKind::Unavailable, RetryClass::Fatal),
        StatusCode::TOO_MANY_REQUESTS => (ErrorKind::Unavailable, RetryClass::Throttled),
        // RFC 8470, section 5.2.
        StatusCode::TOO_EARLY => (ErrorKind::Unavailable, RetryClass::NotProcessed),
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => (ErrorKind::Unavailable, RetryClass::Transient),
        _ if status.is_server_error() => (ErrorKind::Unavailable, RetryClass::Fatal),
        _ if status.is_client_error() => (ErrorKind::Rejected, RetryClass::Fatal),
        _ => (ErrorKind::Unexpected, RetryClass::Fatal),
    };
    let details = ErrorDetails::from_error_body(&response.body);
    let location = response.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.filter(|_| status.is_redirection());
    let reason = match status {
        StatusCode::UNAUTHORIZED => Some(Reason::Unauthorized(credential_source.to_owned())),
        StatusCode::FORBIDDEN => Some(Reason::Forbidden(credential_source.to_owned())),
        StatusCode::NOT_FOUND if details.is_empty() => Some(Reason::NotFromApi),
        _ if location.is_some() => Some(Reason::Redirected),
        _ => None,
    };
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
