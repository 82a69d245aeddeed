//! What a store returns: whether it settles an operation, and if not, what the user can do.

use std::time::{Duration, SystemTime};

use reqwest::header::{ETAG, LOCATION};
use reqwest::{StatusCode, Url};
use rusty_s3::Bucket;
use serde::Deserialize;

use crate::error::{Error, ErrorKind};
use crate::http::response::{FailedAttempt, Response, RetryClass, server_date};
use crate::http::secret::Secret;

/// The greatest difference between the clocks at which a store accepts a signature (AWS: `RequestTimeTooSkewed`).
pub(super) const MAX_CLOCK_SKEW: Duration = Duration::from_secs(15 * 60);

/// The most characters of a store's words that an error shows.
const MAX_SHOWN_CHARS: usize = 300;

/// The hint about a store that cannot be used.
pub const OTHER_STORE: &str =
    "use a store that creates objects only once, such as AWS S3, Cloudflare R2, MinIO, or Ceph";

const CLOCK: &str = "this machine's clock seems to be wrong: set it, and run the command again";

const NO_STORE: &str = "this is not the response of an object store: check AWS_ENDPOINT_URL_S3, and that no proxy or sign-in page is in between";

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

/// What the body of a response is.
pub(super) enum Body {
    Empty,
    /// Not XML, such as a record.
    Text,
    List(ObjectList),
    Role(TemporaryKeys),
    Error(StoreError),
    /// A page for people: of a proxy, a sign-in, or a server that is no store.
    Page,
    OtherXml,
}

/// The documents of S3 and of STS. Namespaces differ between stores, so that only the names count.
#[derive(Deserialize)]
enum Document {
    ListBucketResult(ObjectList),
    AssumeRoleWithWebIdentityResponse {
        #[serde(rename = "AssumeRoleWithWebIdentityResult")]
        result: AssumedRole,
    },
    #[serde(other)]
    Other,
}

/// A page of the objects of a bucket.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ObjectList {
    pub(super) is_truncated: bool,
    pub(super) next_continuation_token: Option<String>,
    #[serde(default)]
    pub(super) contents: Vec<ListedObject>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedObject {
    pub(super) key: String,
    pub(super) last_modified: String,
}

#[derive(Deserialize)]
struct AssumedRole {
    #[serde(rename = "Credentials")]
    keys: TemporaryKeys,
}

/// Temporary keys, as STS and a container's service write them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TemporaryKeys {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret,
    #[serde(alias = "SessionToken")]
    pub(super) token: Option<Secret>,
    pub(super) expiration: Option<String>,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
pub(super) struct StoreError {
    code: String,
    message: String,
    region: String,
}

impl Body {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Body::Empty;
        }
        if !text.starts_with('<') {
            return Body::Text;
        }
        // Also of half a document, and of one that is no XML.
        if text.contains("<Error") {
            let [code, message, region] = ["Code", "Message", "Region"].map(|name| element(text, name));
            return Body::Error(StoreError { code, message, region });
        }
        match quick_xml::de::from_str(text) {
            Ok(Document::ListBucketResult(list)) => Body::List(list),
            Ok(Document::AssumeRoleWithWebIdentityResponse { result }) => Body::Role(result.keys),
            _ if text.to_lowercase().contains("<html") => Body::Page,
            _ => Body::OtherXml,
        }
    }
}

/// Returns the text of the first element with this name, on one line. A part that looks like a signed URL is masked.
fn element(xml: &str, name: &str) -> String {
    let found =
        xml.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest.split("</").next().unwrap_or_default());
    let text = quick_xml::escape::unescape(found).unwrap_or(found.into());
    let mask = |word| if str::contains(word, "X-Amz-Signature=") { "***" } else { word };
    let line = text.split_whitespace().map(mask).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

/// Parses a time in one of the forms in which stores write it: RFC 3339, also without the `T` or the `Z`, or that of HTTP.
pub(super) fn parse_time(text: &str) -> Option<SystemTime> {
    let utc = ["+0000", "+00:00"].into_iter().find_map(|offset| text.strip_suffix(offset)).unwrap_or(text);
    humantime::parse_rfc3339_weak(utc).ok().or_else(|| httpdate::parse_http_date(text).ok())
}

/// A response, and what its body is.
pub(super) struct StoreResponse {
    pub(super) http: Response,
    pub(super) body: Body,
}

impl StoreResponse {
    pub(super) fn new(http: Response) -> Self {
        StoreResponse { body: Body::parse(&http.body), http }
    }

    /// Returns the code of the store's error, or nothing.
    pub(super) fn code(&self) -> &str {
        if let Body::Error(error) = &self.body { &error.code } else { "" }
    }

    /// Returns the store's own words, in parentheses and on one line, or what else was returned.
    pub(super) fn words(&self) -> String {
        match &self.body {
            Body::Error(StoreError { code, message, .. }) => match (&**code, &**message) {
                ("", "") => String::new(),
                (text, "") | ("", text) => format!(" ({text})"),
                (code, message) => format!(" ({code}: {message})"),
            },
            Body::Page => " (a web page)".to_owned(),
            Body::OtherXml => " (other XML)".to_owned(),
            _ => String::new(),
        }
    }

    /// Whether an operation is settled by this: only if the store says so by all signs. A proxy can return 200 in its place.
    fn settles(&self, action: Action) -> bool {
        match (action, self.http.status, &self.body) {
            (Action::Create, StatusCode::OK | StatusCode::CREATED, Body::Empty) => {
                self.http.headers.get(ETAG).is_some_and(|etag| !etag.as_bytes().starts_with(b"W/"))
            }
            (Action::Create, StatusCode::PRECONDITION_FAILED, _) => self.code() == "PreconditionFailed",
            (Action::Read, StatusCode::OK, Body::Text) => true,
            (Action::Read, StatusCode::NOT_FOUND, _) => self.code() == "NoSuchKey",
            (Action::List, StatusCode::OK, Body::List(_)) => true,
            _ => false,
        }
    }

    /// Whether the server may respond otherwise soon.
    pub(super) fn is_passing(&self) -> bool {
        let status = self.http.status;
        let may_pass = matches!(
            status,
            StatusCode::CONFLICT | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
        let is_server_error = status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED;
        may_pass || is_server_error || matches!(self.code(), "RequestTimeout" | "SlowDown")
    }
}

/// Returns a response that settles the operation: a success, an object that exists already, or one that does not exist.
pub(super) fn classify(
    response: StoreResponse,
    action: Action,
    bucket: &Bucket,
    now: SystemTime,
) -> Result<StoreResponse, Failure> {
    if response.settles(action) {
        return Ok(response);
    }
    let (status, is_error) = (response.http.status, matches!(response.body, Body::Error(_)));
    let words = match response.body {
        Body::Empty if action == Action::Create && status.is_success() => " without an ETag".to_owned(),
        _ => response.words(),
    };
    let message = format!("the store returned {}{words}", status.as_u16());
    if response.is_passing() {
        return Err(Failure::Transient(Error::new(ErrorKind::Unavailable, message)));
    }
    // A success that is none is tried again: what is in between may go away.
    let kind = if status.is_success() && is_error { ErrorKind::Unavailable } else { ErrorKind::Config };
    let error = Error::new(kind, message);
    let error = match hint(&response, action, bucket, now) {
        Some(hint) => error.with_hint(hint),
        None => error,
    };
    Err(if status.is_success() { Failure::Transient(error) } else { Failure::Final(error) })
}

/// Returns what the user can do, as far as the response tells. What it does not tell is said as a guess.
fn hint(response: &StoreResponse, action: Action, bucket: &Bucket, now: SystemTime) -> Option<String> {
    let Response { status, headers, .. } = &response.http;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let redirect = header(LOCATION.as_str()).filter(|_| status.is_redirection());
    let Body::Error(StoreError { code, message, region }) = &response.body else {
        return Some(match (header("x-amz-bucket-region"), redirect) {
            (Some(region), _) => region_hint(region),
            (None, Some(target)) => redirect_hint(target, bucket.name()),
            (None, None) => NO_STORE.to_owned(),
        });
    };
    let region = header("x-amz-bucket-region").unwrap_or(region);
    if !region.is_empty() && region != bucket.region() {
        return Some(region_hint(region));
    }
    let is_refused = matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    let is_off = |server: SystemTime| {
        server.duration_since(now).or_else(|_| now.duration_since(server)).is_ok_and(|skew| skew > MAX_CLOCK_SKEW)
    };
    let text = match &**code {
        "NoSuchBucket" => "create the bucket first, or correct its name or the endpoint",
        "NoSuchKey" => "the endpoint seems to have the bucket's name already: remove it there",
        "RequestTimeTooSkewed" | "RequestExpired" | "ExpiredRequest" => CLOCK,
        "InvalidToken" | "InvalidTokenId" => {
            "AWS_SESSION_TOKEN has expired or belongs to other keys: unset it, or get new credentials"
        }
        code if code.contains("Expired") || code == "TokenRefreshRequired" => {
            "get new credentials, and run the command again"
        }
        _ if message.contains("Request has expired") || server_date(headers).is_some_and(is_off) => CLOCK,
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" => {
            "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN, or the role of the job"
        }
        "SecondLevelDomainForbidden" => {
            "the store wants the bucket's name in the host name: set AWS_S3_ADDRESSING_STYLE=virtual"
        }
        "InvalidObjectState" => "records were archived: restore them, and let no lifecycle rule archive this prefix",
        "NotImplemented" => OTHER_STORE,
        code if code.contains("Quota") => "raise the bucket's quota, or use another bucket",
        _ if message.contains("explicit deny") => "a policy forbids this request: change it, or use another bucket",
        "" if is_refused => NO_STORE,
        _ => {
            let rights = "it must allow s3:PutObject, s3:GetObject, and s3:ListBucket";
            return is_refused.then(|| format!("the policy may lack {}; {rights}", action.right()));
        }
    };
    Some(text.to_owned())
}

fn region_hint(region: &str) -> String {
    format!("set AWS_REGION to {region}, or correct the endpoint")
}

/// The target may name the bucket, which the endpoint must not, and its query a signature.
fn redirect_hint(target: &str, bucket: &str) -> String {
    let target = Url::parse(target).ok().filter(|target| matches!(target.scheme(), "http" | "https"));
    let origin = target.map(|target| target.origin().ascii_serialization().replacen(&format!("//{bucket}."), "//", 1));
    let origin =
        origin.map_or_else(|| "that of the store".to_owned(), |origin| format!("{origin}, if it is the store"));
    format!("the endpoint redirects: set AWS_ENDPOINT_URL_S3 to {origin}")
}
