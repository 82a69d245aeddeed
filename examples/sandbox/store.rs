//! An in-memory S3: creates objects only once, reads them, and lists them by pages of 1,000.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;

use super::{RecordedRequest, Response};

/// The access key ID that the store accepts.
pub const ACCESS_KEY_ID: &str = "SANDBOXACCESSKEYID";
/// Its secret key, which the store does not verify.
pub const SECRET_ACCESS_KEY: &str = "sandbox-secret-0123456789";
/// The path prefix of all requests to the store.
pub const STORE_PATH: &str = "/s3/";

const PAGE_LEN: usize = 1000;

/// A fault to inject into one request.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreFault {
    /// Closes the connection before the request is applied.
    LostBefore,
    /// Applies the request, then closes the connection without a response.
    LostAfter,
    /// Closes the connection without a response, and applies the request this much later.
    LandsLate(Duration),
    /// Returns an error with this status, code, and perhaps message (`CODE: MESSAGE`), without applying the request.
    Error(u16, Cow<'static, str>),
    /// Confirms a creation without applying it, as no store should.
    Forget,
    /// Delays the response.
    Latency(Duration),
}

impl StoreFault {
    /// The names that [`StoreFault::from_str`] accepts, for help and error messages.
    pub const NAMES: &str =
        "lost-before, lost-after, lands-late:MILLISECONDS, error:STATUS:CODE, forget, latency:MILLISECONDS";
}

impl FromStr for StoreFault {
    type Err = String;

    /// Parses `lost-before`, `lands-late:250` (milliseconds), `error:503:SlowDown`, and the other names in
    /// [`StoreFault::NAMES`].
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        let millis = || {
            let millis = value.parse().map_err(|_| format!("fault '{name}' needs a number, for example {name}:250"))?;
            Ok::<_, String>(Duration::from_millis(millis))
        };
        Ok(match name {
            "lost-before" => StoreFault::LostBefore,
            "lost-after" => StoreFault::LostAfter,
            "lands-late" => StoreFault::LandsLate(millis()?),
            "error" => match value.split_once(':').map(|(status, code)| (status.parse(), code)) {
                Some((Ok(status), code)) => StoreFault::Error(status, code.to_owned().into()),
                _ => return Err("fault 'error' needs a status and a code, for example error:503:SlowDown".to_owned()),
            },
            "forget" => StoreFault::Forget,
            "latency" => StoreFault::Latency(millis()?),
            _ => return Err(format!("unknown fault '{name}' [possible values: {}]", Self::NAMES)),
        })
    }
}

/// An object, and when it was created.
#[derive(Debug, Clone)]
pub struct Object {
    /// The contents.
    pub body: String,
    /// The time by the store's clock.
    pub created_at: SystemTime,
}

/// The state of the store.
#[derive(Default)]
pub struct StoreState {
    /// The objects, by bucket and key: `BUCKET/KEY`.
    pub objects: BTreeMap<String, Object>,
    /// The faults of the next requests, in order.
    pub faults: VecDeque<StoreFault>,
    /// The fault of all requests that `faults` does not cover.
    pub default_fault: Option<StoreFault>,
    /// Whether objects are overwritten.
    pub ignores_conditions: bool,
    /// What happens at each request.
    pub on_request: Option<Box<dyn Fn() + Send>>,
    /// All requests received so far.
    pub requests: Vec<RecordedRequest>,
    /// The number of requests that are still to be applied.
    pub landing: usize,
}

/// The buckets that exist.
pub const BUCKETS: [&str; 2] = ["jobs", "other"];

impl StoreState {
    /// Returns the fault of the next request.
    pub fn next_fault(&mut self) -> Option<StoreFault> {
        self.on_request.iter().for_each(|call| call());
        self.faults.pop_front().or_else(|| self.default_fault.clone())
    }

    /// Adds an object with a key that starts with the bucket. Returns whether there was none with this key.
    pub fn insert(&mut self, key: String, body: &str) -> bool {
        let object = Object { body: body.to_owned(), created_at: SystemTime::now() };
        self.objects.insert(key, object).is_none()
    }

    /// Returns the bodies of the objects whose keys end with this text.
    pub fn bodies(&self, suffix: &str) -> Vec<String> {
        self.objects.iter().filter(|(key, _)| key.ends_with(suffix)).map(|(_, object)| object.body.clone()).collect()
    }

    /// Applies a request, and returns its response.
    pub(super) fn respond(
        &mut self,
        mut request: RecordedRequest,
        fault: Option<&StoreFault>,
        now: SystemTime,
    ) -> Response {
        let response = match fault {
            Some(StoreFault::Error(status, code)) => error(*status, code),
            Some(StoreFault::Forget) => created("forgotten"),
            _ => self.route(&request, now),
        };
        request.status = response.status;
        self.requests.push(request);
        response
    }

    fn route(&mut self, request: &RecordedRequest, now: SystemTime) -> Response {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let key = decode(path.strip_prefix(STORE_PATH).unwrap_or_default());
        let query: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        let has = |name: &str, part: &str| query.get(name).is_some_and(|value| value.contains(part));
        if !has("X-Amz-Credential", ACCESS_KEY_ID) || !query.contains_key("X-Amz-Signature") {
            return error(403, "InvalidAccessKeyId");
        }
        let (bucket, name) = key.split_once('/').unwrap_or((&key, ""));
        if !BUCKETS.contains(&bucket) {
            return error(404, "NoSuchBucket");
        }
        match (request.method.as_str(), name) {
            ("PUT", _) => {
                let is_conditional =
                    request.header("if-none-match") == Some("*") && has("X-Amz-SignedHeaders", "if-none-match");
                // As of a bucket with a retention: it wants a checksum, of what has arrived.
                let checksum = base64::prelude::BASE64_STANDARD.encode(Md5::digest(&request.body));
                if !is_conditional || request.header("content-md5") != Some(&*checksum) {
                    return error(400, "InvalidRequest");
                }
                if self.objects.contains_key(&key) && !self.ignores_conditions {
                    return error(412, "PreconditionFailed");
                }
                self.objects.insert(key, Object { body: request.body.clone(), created_at: now });
                created(&checksum)
            }
            ("GET", "") => self.list(bucket, &query),
            ("GET", _) => match self.objects.get(&key) {
                Some(object) => xml(200, object.body.clone()),
                None => error(404, "NoSuchKey"),
            },
            _ => error(405, "MethodNotAllowed"),
        }
    }

    fn list(&self, bucket: &str, query: &BTreeMap<String, String>) -> Response {
        let start = format!("{bucket}/{}", query.get("prefix").map_or("", String::as_str));
        let after = query.get("continuation-token").cloned().unwrap_or_default();
        let all = self.objects.range(start.clone()..).take_while(|(key, _)| key.starts_with(&start));
        let rest: Vec<_> = all.filter(|(key, _)| **key > after).collect();
        let page = &rest[..rest.len().min(PAGE_LEN)];
        let contents: String = page
            .iter()
            .map(|(key, object)| {
                let name = quick_xml::escape::escape(&key[bucket.len() + 1..]);
                let at = humantime::format_rfc3339_millis(object.created_at);
                format!(
                    "<Contents><Key>{name}</Key><LastModified>{at}</LastModified><Size>{}</Size></Contents>",
                    object.body.len()
                )
            })
            .collect();
        let next = match page.last() {
            Some((key, _)) if rest.len() > PAGE_LEN => {
                format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{key}</NextContinuationToken>")
            }
            _ => "<IsTruncated>false</IsTruncated>".to_owned(),
        };
        xml(
            200,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             {next}{contents}</ListBucketResult>"
            ),
        )
    }
}

fn created(etag: &str) -> Response {
    Response { extra_headers: format!("ETag: \"{etag}\"\r\n"), ..xml(200, String::new()) }
}

fn xml(status: u16, body: String) -> Response {
    Response { status, content_type: "application/xml", extra_headers: String::new(), body: body.into_bytes() }
}

fn error(status: u16, words: &str) -> Response {
    let (code, message) = words.split_once(": ").unwrap_or((words, ""));
    let (code, message) = (quick_xml::escape::escape(code), quick_xml::escape::escape(message));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let mut response = xml(status, body);
    if status == 301 {
        response.extra_headers = "x-amz-bucket-region: eu-north-1\r\n".to_owned();
    }
    response
}
