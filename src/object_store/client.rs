//! Sends the operations of a store as signed requests, and tries them again while the store is unavailable.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, StatusCode, Url};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action};

use super::failure::{Action, Failure, classify_response};
use super::settings::StoreSettings;
use super::{Listing, ObjectInfo, RetryWindow, StoreLocation};
use crate::error::{Error, ErrorKind};
use crate::http::exchange::HttpClient;
use crate::http::response::{Response, server_date};
use crate::http::retry::with_jitter;
use crate::http::{Hooks, RequestNotice};

/// How long a signature is valid. It is made anew for each attempt.
const SIGNATURE_VALIDITY: Duration = Duration::from_secs(300);

/// The backoff before the second attempt; it doubles for each further one, up to the maximum.
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// A client of one bucket.
pub struct ObjectStore<'a> {
    http: HttpClient,
    bucket: Bucket,
    credentials: Credentials,
    location: StoreLocation,
    max_wait: Duration,
    hooks: Hooks<'a>,
}

impl<'a> ObjectStore<'a> {
    /// Creates a client. It connects when the first request is sent.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if no CA certificates are found.
    pub fn new(settings: StoreSettings, hooks: Hooks<'a>) -> Result<Self, Error> {
        let StoreSettings { location, bucket, endpoint, access_key_id, client_options, .. } = settings;
        let (secret, token) = (&settings.secret_access_key, settings.session_token.as_ref());
        let secrets: Vec<_> = token.into_iter().chain([secret]).collect();
        let credentials = match token {
            Some(token) => Credentials::new_with_token(access_key_id, secret.expose(), token.expose()),
            None => Credentials::new(access_key_id, secret.expose()),
        };
        let http = HttpClient::new(&endpoint, &client_options, &secrets)?;
        Ok(ObjectStore { http, bucket, credentials, location, max_wait: client_options.max_wait, hooks })
    }

    /// Returns where the objects are.
    pub fn location(&self) -> &StoreLocation {
        &self.location
    }

    /// Creates an object if there is none with this name (RFC 9110, section 13.1.2: `If-None-Match: *`). Returns whether there
    /// was none; otherwise it is that of another process, or of an earlier attempt whose response was lost.
    ///
    /// # Errors
    ///
    /// Fails if the store does not confirm either before `window` is over. The object may exist then, or come to exist.
    pub fn create(&self, name: &str, body: &str, window: RetryWindow) -> Result<bool, Error> {
        let key = self.location.key(name);
        let response = self.send(Action::Create, name, window, || {
            let mut put = self.bucket.put_object(Some(&self.credentials), &key);
            put.headers_mut().insert(IF_NONE_MATCH.as_str(), "*");
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("*"))]);
            let url = put.sign(SIGNATURE_VALIDITY);
            Signed { method: Method::PUT, url, headers, body: Some(body.to_owned()) }
        })?;
        Ok(response.status != StatusCode::PRECONDITION_FAILED)
    }

    /// Reads an object. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read before `window` is over.
    pub fn read(&self, name: &str, window: RetryWindow) -> Result<Option<String>, Error> {
        let key = self.location.key(name);
        let sign = || Signed::get(self.bucket.get_object(Some(&self.credentials), &key).sign(SIGNATURE_VALIDITY));
        let response = self.send(Action::Read, name, window, sign)?;
        if response.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let invalid = |_| invalid_response(&self.location, &format!("{name} is not valid UTF-8"));
        String::from_utf8(response.body).map(Some).map_err(invalid)
    }

    /// Lists all objects whose names start with `prefix`.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be listed before `window` is over.
    pub fn list(&self, prefix: &str, window: RetryWindow) -> Result<Listing, Error> {
        let (mut listing, mut token) = (Listing::default(), None::<String>);
        loop {
            let response = self.list_page(prefix, token.as_deref(), window)?;
            let page = ListObjectsV2::parse_response(&String::from_utf8_lossy(&response.body));
            let page = page.map_err(|error| invalid_response(&self.location, &format!("invalid list: {error}")))?;
            listing.now = server_date(&response.headers).or(listing.now);
            for object in &page.contents {
                // A name that is not understood could be that of a claim.
                let unexpected = || {
                    invalid_response(&self.location, &format!("it lists '{}'", object.key))
                        .with_hint("use a prefix of letters, digits, and dashes, which every store lists correctly")
                };
                let name = self.location.name(&object.key).filter(|name| name.starts_with(prefix));
                let name = name.ok_or_else(unexpected)?.to_owned();
                let created_at = object.last_modified.as_deref().and_then(|at| humantime::parse_rfc3339(at).ok());
                listing.objects.push(ObjectInfo { name, created_at });
            }
            token = page.next_continuation_token;
            if token.is_none() {
                return Ok(listing);
            }
        }
    }

    /// Sends a request, which `sign` makes anew for each attempt, until it has a response that settles it.
    fn send(
        &self,
        action: Action,
        name: &str,
        window: RetryWindow,
        sign: impl Fn() -> Signed,
    ) -> Result<Response, Error> {
        let clock = self.hooks.clock;
        // The outcome of an invitation is worth a longer wait than the user is prepared for.
        let limit = if window.is_interruptible { window.length.min(self.max_wait) } else { window.length };
        let deadline = clock.now() + limit;
        let mut backoff = INITIAL_BACKOFF;
        loop {
            let error = match self.attempt(action, name, sign()) {
                Ok(response) => return Ok(response),
                Err(Failure::Final(error)) => return Err(error),
                Err(Failure::Transient(error)) => {
                    error.with_context(&format!("cannot {} {}", action.verb(), self.location))
                }
            };
            let delay = with_jitter(backoff);
            backoff = (backoff * 2).min(MAX_BACKOFF);
            if clock.now() + delay > deadline {
                return Err(error);
            }
            self.hooks.announce_wait(&error.to_string(), delay);
            if !self.hooks.sleep(delay, window.is_interruptible) {
                let message = format!("interrupted while waiting for {}", self.location);
                return Err(Error::new(ErrorKind::Interrupted, message));
            }
        }
    }

    /// Sends a request once.
    fn attempt(&self, action: Action, name: &str, request: Signed) -> Result<Response, Failure> {
        let Hooks { on_notice, clock, .. } = self.hooks;
        let Signed { method, url, headers, body } = request;
        let path = format!("{}/{name}", self.location);
        let started_at = clock.now();
        let result = self.http.exchange(&method, url.as_str(), headers, body);
        let elapsed = self.hooks.elapsed(started_at);
        let report = |result: Result<StatusCode, &str>| {
            on_notice(&RequestNotice::Sent { method: &method, path: &path, result, detail: "", elapsed });
        };
        match result {
            Ok(response) => {
                report(Ok(response.status));
                let region = self.bucket.region();
                classify_response(response, action, &self.location, region, clock.system_time())
            }
            Err(failure) => {
                report(Err(&failure.error.to_string()));
                Err(Failure::from_exchange(failure))
            }
        }
    }

    /// Lists a page of at most 1,000 objects.
    fn list_page(&self, prefix: &str, token: Option<&str>, window: RetryWindow) -> Result<Response, Error> {
        let prefix = self.location.key(prefix);
        self.send(Action::List, "", window, || {
            let mut list = self.bucket.list_objects_v2(Some(&self.credentials));
            list.with_prefix(&*prefix);
            token.into_iter().for_each(|token| list.with_continuation_token(token));
            Signed::get(list.sign(SIGNATURE_VALIDITY))
        })
    }
}

/// A request with its signature.
struct Signed {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<String>,
}

impl Signed {
    fn get(url: Url) -> Self {
        Signed { method: Method::GET, url, headers: HeaderMap::new(), body: None }
    }
}

fn invalid_response(location: &StoreLocation, problem: &str) -> Error {
    Error::new(ErrorKind::Unexpected, format!("invalid response from {location}: {problem}"))
}
