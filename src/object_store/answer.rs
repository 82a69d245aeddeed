//! What a store answers: whether it settles an operation, and if not, what the user can do.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{ETAG, LOCATION};
use rusty_s3::Bucket;
use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::http::response::{FailedAttempt, Response, RetryClass, server_date};

/// The greatest difference between the clocks at which a store accepts a signature (AWS: `RequestTimeTooSkewed`).
pub(super) const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// The most characters of a store's message that an error shows.
const MAX_MESSAGE_CHARS: usize = 300;

/// The hint about a store that cannot be used.
pub const OTHER_STORE: &str =
    "use a store that creates objects only once, such as AWS S3, Cloudflare R2, MinIO, or Ceph";

const CLOCK: &str = "this machine's clock is wrong: set it, and run the command again";

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

/// The documents of S3 and of STS. Namespaces differ between stores, so that only the names count.
#[derive(Debug, Deserialize)]
pub(super) enum Document {
    ListBucketResult(ObjectList),
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
    Error(StoreError),
    AssumeRoleWithWebIdentityResponse {
        #[serde(rename = "AssumeRoleWithWebIdentityResult")]
        result: AssumedRole,
    },
    ErrorResponse {
        #[serde(rename = "Error")]
        error: StoreError,
    },
    #[serde(other)]
    Other,
}

/// A page of the objects of a bucket.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ObjectList {
    pub(super) is_truncated: bool,
    pub(super) next_continuation_token: Option<String>,
    #[serde(default)]
    pub(super) contents: Vec<ListedObject>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedObject {
    pub(super) key: String,
    pub(super) last_modified: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct StoreError {
    code: String,
    message: String,
    region: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRole {
    pub(super) credentials: super::credentials::TemporaryKeys,
}

/// Parses a time in one of the forms in which stores write it: RFC 3339, also without the `T` or the `Z`, or that of HTTP.
pub(super) fn parse_time(text: &str) -> Option<SystemTime> {
    let utc = ["+0000", "+00:00"].into_iter().find_map(|offset| text.strip_suffix(offset)).unwrap_or(text);
    humantime::parse_rfc3339_weak(utc).ok().or_else(|| httpdate::parse_http_date(text).ok())
}

/// A response, and the document that is its body.
pub(super) struct Answer {
    pub(super) response: Response,
    pub(super) document: Document,
    /// Whether the body is a document at all: neither a record of a journal nor empty.
    is_markup: bool,
}

impl Answer {
    pub(super) fn new(response: Response) -> Self {
        let is_markup = response.body.trim_ascii_start().starts_with(b"<");
        let text = String::from_utf8_lossy(&response.body);
        let document = quick_xml::de::from_str(&text).ok().filter(|_| is_markup).unwrap_or(Document::Other);
        Answer { response, document, is_markup }
    }

    fn error(&self) -> Option<&StoreError> {
        match &self.document {
            Document::Error(error) | Document::ErrorResponse { error } => Some(error),
            _ => None,
        }
    }

    /// Returns the code of the store's error, or nothing.
    pub(super) fn code(&self) -> &str {
        self.error().map_or("", |error| &error.code)
    }

    /// Whether this is a page for people: of a proxy, a sign-in, or a server that is no store.
    fn is_page(&self) -> bool {
        self.is_markup && matches!(self.document, Document::Other)
    }

    /// Returns the store's own words, in parentheses and on one line. Those of STS may repeat a token, so that only the code
    /// is shown.
    pub(super) fn words(&self) -> String {
        let is_quotable = matches!(self.document, Document::Error(_));
        let message = self.error().filter(|_| is_quotable).map_or("", |error| &error.message);
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let message: String = message.chars().take(MAX_MESSAGE_CHARS).collect();
        match (self.code(), &*message) {
            ("", "") if self.is_page() => " (a web page)".to_owned(),
            ("", "") => String::new(),
            (text, "") | ("", text) => format!(" ({text})"),
            (code, message) => format!(" ({code}: {message})"),
        }
    }

    /// Whether an operation is settled by this. A creation is one only if the store says so by all signs: a proxy can answer
    /// 200 in its place.
    fn settles(&self, action: Action) -> bool {
        match (action, self.response.status) {
            (Action::Create, StatusCode::PRECONDITION_FAILED) => true,
            (Action::Create, StatusCode::OK | StatusCode::CREATED) => {
                !self.is_markup && self.response.headers.contains_key(ETAG)
            }
            (Action::Read, StatusCode::OK) => !self.is_markup,
            (Action::Read, StatusCode::NOT_FOUND) => self.code() != "NoSuchBucket" && !self.is_page(),
            (Action::List, StatusCode::OK) => matches!(self.document, Document::ListBucketResult(_)),
            _ => false,
        }
    }

    /// Whether another attempt may settle what this one did not.
    pub(super) fn is_transient(&self) -> bool {
        let status = self.response.status;
        let may_pass = matches!(
            status,
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
        let is_server_error = status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED;
        may_pass || is_server_error || status.is_success() || matches!(self.code(), "RequestTimeout" | "SlowDown")
    }
}

/// Returns an answer that settles the operation: a success, an object that exists already, or one that does not exist.
pub(super) fn classify(answer: Answer, action: Action, bucket: &Bucket, now: SystemTime) -> Result<Answer, Failure> {
    if answer.settles(action) {
        return Ok(answer);
    }
    let is_transient = answer.is_transient();
    let status = answer.response.status;
    // A success that is none is not the store's.
    let is_store = !status.is_success() || answer.error().is_some();
    let kind = if is_transient && is_store { ErrorKind::Unavailable } else { ErrorKind::Config };
    let words = match action {
        Action::Create if status.is_success() && !answer.is_markup => " without an ETag".to_owned(),
        _ => answer.words(),
    };
    let error = Error::new(kind, format!("the store returned {}{words}", status.as_u16()));
    let error = match hint(&answer, action, bucket, now) {
        Some(hint) => error.with_hint(hint),
        None => error,
    };
    Err(if is_transient { Failure::Transient(error) } else { Failure::Final(error) })
}

/// Returns what the user can do, as far as the answer tells. What it does not tell is said as a guess.
fn hint(answer: &Answer, action: Action, bucket: &Bucket, now: SystemTime) -> Option<String> {
    let Response { status, headers, .. } = &answer.response;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let error = answer.error();
    let message = error.map_or("", |error| &error.message).to_lowercase();
    let region = header("x-amz-bucket-region").or_else(|| error?.region.as_deref());
    let clock_is_wrong = || {
        let server = server_date(headers);
        let skew = |server: SystemTime| server.duration_since(now).or_else(|_| now.duration_since(server));
        status.is_client_error()
            && server.and_then(|server| skew(server).ok()).is_some_and(|skew| skew > MAX_CLOCK_SKEW)
    };
    let is_refused = matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let text = match answer.code() {
        "NoSuchBucket" => "create the bucket first, or correct its name or the endpoint",
        "NoSuchKey" if action == Action::List => {
            "the endpoint seems to have the bucket's name already: remove it there"
        }
        "ExpiredToken" | "TokenRefreshRequired" => "get new credentials, and run the command again",
        "InvalidToken" | "InvalidTokenId" => {
            "AWS_SESSION_TOKEN has expired or belongs to other keys: unset it, or get new credentials"
        }
        "RequestTimeTooSkewed" | "RequestExpired" | "ExpiredRequest" => CLOCK,
        _ if clock_is_wrong() || (is_refused && message.contains("expired")) => CLOCK,
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" => {
            "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN"
        }
        "SecondLevelDomainForbidden" => {
            "the store wants the bucket's name in the host name: set AWS_S3_ADDRESSING_STYLE=virtual"
        }
        "InvalidObjectState" => "records were archived: restore them, and let no lifecycle rule archive this prefix",
        code if code.contains("Quota") => "raise the bucket's quota, or use another bucket",
        _ if message.contains("explicit deny") => "a policy forbids this request: change it, or use another bucket",
        _ if region.is_some_and(|region| region != bucket.region()) => {
            return region.map(|region| format!("set AWS_REGION to {region}, or correct the endpoint"));
        }
        _ if status.is_redirection() => {
            let target = header(LOCATION.as_str()).and_then(|target| reqwest::Url::parse(target).ok());
            let target = target.map(|target| target.origin().ascii_serialization());
            let target =
                target.map_or_else(|| "that of the store".to_owned(), |target| format!("{target}, if it is the store"));
            return Some(format!("the endpoint redirects: set AWS_ENDPOINT_URL_S3 to {target}"));
        }
        "" if is_refused || status.is_success() => {
            "this is not the answer of an object store: check AWS_ENDPOINT_URL_S3, and that no proxy or sign-in page is in \
             between"
        }
        _ if is_refused => {
            let right = action.right();
            return Some(format!(
                "the policy may lack {right}; it must allow s3:PutObject, s3:GetObject, and s3:ListBucket"
            ));
        }
        _ if *status == StatusCode::NOT_IMPLEMENTED => OTHER_STORE,
        _ => return None,
    };
    Some(text.to_owned())
}
