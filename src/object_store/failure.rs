//! What a response of a store means, and what the user can do about a failure.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::HeaderValue;

use super::StoreLocation;
use crate::error::{Error, ErrorKind};
use crate::http::response::{FailedAttempt, Response, RetryClass, server_date};

/// The greatest difference between the clocks at which a store accepts a signature (AWS: `RequestTimeTooSkewed`).
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// An operation, and the right that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Read,
    List,
}

impl Action {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Action::Create => "write to",
            Action::Read => "read from",
            Action::List => "list",
        }
    }

    fn right(self) -> &'static str {
        match self {
            Action::Create => "s3:PutObject",
            Action::Read => "s3:GetObject",
            Action::List => "s3:ListBucket",
        }
    }
}

/// Why an attempt does not settle an operation.
pub(super) enum Failure {
    /// The next attempt may.
    Transient(Error),
    /// No attempt will.
    Final(Error),
}

impl Failure {
    /// Classifies a request that got no whole response.
    pub(super) fn from_exchange(failure: FailedAttempt) -> Self {
        match failure.class {
            RetryClass::Fatal => Failure::Final(failure.error),
            RetryClass::Transient | RetryClass::NotProcessed | RetryClass::Throttled => {
                Failure::Transient(failure.error)
            }
        }
    }
}

/// Returns a response that settles the operation: a success, an object that exists already, or one that does not exist.
pub(super) fn classify_response(
    response: Response,
    action: Action,
    location: &StoreLocation,
    region: &str,
    now: SystemTime,
) -> Result<Response, Failure> {
    let status = response.status;
    let body = String::from_utf8_lossy(&response.body);
    // <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    let code = element(&body, "Code").unwrap_or_default();
    let bucket = location.bucket();
    let config = |message: String, hint: String| Failure::Final(Error::new(ErrorKind::Config, message).with_hint(hint));
    let clock_is_wrong = || {
        let server = server_date(&response.headers);
        let skew = |server: SystemTime| server.duration_since(now).or_else(|_| now.duration_since(server));
        server.and_then(|server| skew(server).ok()).is_some_and(|skew| skew > MAX_CLOCK_SKEW)
    };
    Err(match (status, code) {
        (StatusCode::NOT_FOUND, "NoSuchBucket") => config(
            format!("bucket '{bucket}' does not exist"),
            "create it first, or correct the name or the endpoint".to_owned(),
        ),
        (StatusCode::NOT_FOUND, _) if action == Action::Read => return Ok(response),
        (StatusCode::PRECONDITION_FAILED, _) if action == Action::Create => return Ok(response),
        (
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS,
            _,
        )
        | (_, "RequestTimeout" | "SlowDown") => Failure::Transient(unexpected(ErrorKind::Unavailable, &response, code)),
        (StatusCode::NOT_IMPLEMENTED, _) if action == Action::Create => {
            config(format!("{location} does not support `If-None-Match: *`"), OTHER_STORE.to_owned())
        }
        (_, "RequestTimeTooSkewed" | "RequestExpired") => clock_error(location),
        (_, "ExpiredToken" | "TokenRefreshRequired" | "InvalidToken" | "ExpiredTokenException") => config(
            format!("the credentials for {location} have expired"),
            "get new ones, and run the command again".to_owned(),
        ),
        (StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST, _) if clock_is_wrong() => clock_error(location),
        (_, "InvalidAccessKeyId" | "SignatureDoesNotMatch") => config(
            format!("{location} rejected the credentials ({code})"),
            "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN".to_owned(),
        ),
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, "") => config(
            format!("cannot {} {location}: {} is not the response of an object store", action.verb(), status.as_u16()),
            "check AWS_ENDPOINT_URL_S3, and that no proxy is in between".to_owned(),
        ),
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => config(
            format!("cannot {} {location}: access denied", action.verb()),
            format!(
                "the policy must allow s3:PutObject, s3:GetObject, and s3:ListBucket; {} is missing",
                action.right()
            ),
        ),
        (
            StatusCode::BAD_REQUEST,
            "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError" | "InvalidRegionName",
        )
        | (
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT,
            _,
        ) => {
            let actual =
                response.headers.get("x-amz-bucket-region").and_then(|value: &HeaderValue| value.to_str().ok());
            let actual = actual.or_else(|| element(&body, "Region")).unwrap_or("the region of the bucket");
            config(
                format!("bucket '{bucket}' is not in region '{region}'"),
                format!("set AWS_REGION to {actual}, or correct the endpoint"),
            )
        }
        _ if status.is_success() => return Ok(response),
        _ if status.is_server_error() => Failure::Transient(unexpected(ErrorKind::Unavailable, &response, code)),
        _ => Failure::Final(
            unexpected(ErrorKind::Config, &response, code)
                .with_context(&format!("cannot {} {location}", action.verb())),
        ),
    })
}

/// The hint about a store that cannot be used.
pub const OTHER_STORE: &str =
    "use a store that creates objects only once, such as AWS S3, Cloudflare R2, MinIO, or Ceph";

fn clock_error(location: &StoreLocation) -> Failure {
    let message = format!("{location} rejected the signature: this machine's clock is wrong");
    Failure::Final(Error::new(ErrorKind::Config, message).with_hint("set the clock, and run the command again"))
}

fn unexpected(kind: ErrorKind, response: &Response, code: &str) -> Error {
    let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
    Error::new(kind, format!("the store returned {}{code}", response.status.as_u16()))
}

/// Returns the text of the first element with this name. Errors of stores are small, flat documents.
fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once("</")?.0)
}
