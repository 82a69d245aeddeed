//! Sends the operations of a store as signed requests, and tries them again while the store is unavailable.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use md5::{Digest as _, Md5};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use rusty_s3::{Bucket, Credentials, S3Action as _};

use super::credentials::{CredentialProvider, Keys};
use super::request::Request;
use super::response::{Action, Body, Failure, ListedObject, MAX_CLOCK_SKEW, StoreResponse, classify, parse_time};
use super::settings::StoreSettings;
use super::{Listing, ObjectInfo, RetryWindow, StoreLocation};
use crate::error::{Error, ErrorKind};
use crate::http::exchange::HttpClient;
use crate::http::response::server_date;
use crate::http::retry::with_jitter;
use crate::http::{ClientOptions, Hooks};

/// How long a signature is valid: longer than a store lets this machine's clock be slow. It is made anew for each attempt.
const SIGNATURE_VALIDITY: Duration = MAX_CLOCK_SKEW.saturating_add(Duration::from_secs(300));

/// How long keys are not asked for again.
const RENEW_PAUSE: Duration = Duration::from_secs(30);

/// The backoff before the second attempt; it doubles for each further one, up to the maximum.
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// A client of one bucket.
pub struct ObjectStore<'a> {
    http: HttpClient,
    bucket: Bucket,
    provider: CredentialProvider,
    /// The keys in use, and when they are renewed.
    keys: Mutex<Option<(Keys, Option<SystemTime>)>>,
    location: StoreLocation,
    client_options: ClientOptions,
    hooks: Hooks<'a>,
}

impl<'a> ObjectStore<'a> {
    /// Creates a client. It connects when the first request is sent.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if no CA certificates are found.
    pub fn new(settings: StoreSettings, hooks: Hooks<'a>) -> Result<Self, Error> {
        let StoreSettings { location, bucket, endpoint, provider, client_options } = settings;
        let http = HttpClient::new(&endpoint, &client_options, &[])?;
        Ok(ObjectStore { http, bucket, provider, keys: Mutex::default(), location, client_options, hooks })
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
        let response = self.send(Action::Create, name, window, |credentials| {
            let mut put = self.bucket.put_object(Some(credentials), &key);
            // Buckets with a retention demand a checksum; this is the one that all stores know.
            let md5 = base64::prelude::BASE64_STANDARD.encode(Md5::digest(body));
            let mut headers = HeaderMap::new();
            for (name, value) in [(IF_NONE_MATCH.as_str(), "*"), ("content-md5", &md5)] {
                put.headers_mut().insert(name, value.to_owned());
                headers.extend(HeaderValue::from_str(value).ok().map(|value| (HeaderName::from_static(name), value)));
            }
            let url = put.sign(SIGNATURE_VALIDITY);
            Request { method: Method::PUT, url, headers, body: Some(body.to_owned()) }
        })?;
        Ok(response.http.status != StatusCode::PRECONDITION_FAILED)
    }

    /// Reads an object. Returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read before `window` is over.
    pub fn read(&self, name: &str, window: RetryWindow) -> Result<Option<String>, Error> {
        let key = self.location.key(name);
        let response = self.send(Action::Read, name, window, |credentials| {
            Request::get(self.bucket.get_object(Some(credentials), &key).sign(SIGNATURE_VALIDITY))
        })?;
        if response.http.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let invalid = |_| self.invalid_response(&format!("{name} is not valid UTF-8"));
        String::from_utf8(response.http.body).map(Some).map_err(invalid)
    }

    /// Lists all objects whose names start with `prefix`.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be listed before `window` is over.
    pub fn list(&self, prefix: &str, window: RetryWindow) -> Result<Listing, Error> {
        let (mut objects, mut tokens) = (Vec::new(), HashSet::new());
        let mut token = None;
        loop {
            let response = self.list_page(prefix, token.as_deref(), window)?;
            let now = server_date(&response.http.headers);
            let now = now.ok_or_else(|| self.unusable_list("without its own time (the header Date)"))?;
            let Body::List(page) = response.body else {
                return Err(self.invalid_response("no list of objects"));
            };
            for ListedObject { key, last_modified } in page.contents {
                // A name that is not understood could be that of a claim.
                let unexpected = || {
                    self.invalid_response(&format!("it lists '{key}'"))
                        .with_hint("use a prefix of letters, digits, and dashes, which every store lists correctly")
                };
                let name = self.location.name(&key).filter(|name| name.starts_with(prefix));
                let name = name.ok_or_else(unexpected)?.to_owned();
                // Without its time, a claim could be taken for an old one.
                let created_at = parse_time(&last_modified);
                let created_at =
                    created_at.ok_or_else(|| self.unusable_list(&format!("with the time '{last_modified}'")))?;
                objects.push(ObjectInfo { name, created_at });
            }
            if !page.is_truncated {
                return Ok(Listing { objects, now });
            }
            token = page.next_continuation_token;
            if !token.as_ref().is_some_and(|token| tokens.insert(token.clone())) {
                return Err(self.invalid_response("its list does not end, and does not name a next page"));
            }
        }
    }

    fn invalid_response(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Unexpected, format!("invalid response from {}: {problem}", self.location))
    }

    fn unusable_list(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Config, format!("cannot list {}: the store lists objects {problem}", self.location))
            .with_hint("use another store: a run could take the claim of another one for an old one")
    }

    /// Returns the keys that sign. Temporary ones that cannot be renewed in time are used to their end.
    fn keys(&self) -> Result<Keys, Failure> {
        let mut cached = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.hooks.clock.system_time();
        if let Some((keys, renew_at)) = &*cached
            && renew_at.is_none_or(|renew_at| now < renew_at)
            && keys.are_valid_at(now)
        {
            return Ok(keys.clone());
        }
        let keys = match (self.provider.keys(&self.client_options, &self.hooks), cached.take()) {
            (Ok(keys), _) => keys,
            (Err(_), Some((keys, _))) if keys.are_valid_at(now) => keys,
            (Err(failure), _) => return Err(failure),
        };
        self.http.redact_also(keys.secrets());
        // Keys that end soon do not make each request ask for others.
        let renew_at = keys.renew_at().map(|renew_at| renew_at.max(now + RENEW_PAUSE));
        Ok(cached.insert((keys, renew_at)).0.clone())
    }

    /// Sends a request, which `sign` makes anew for each attempt, until it has a response that settles it.
    fn send(
        &self,
        action: Action,
        name: &str,
        window: RetryWindow,
        sign: impl Fn(&Credentials) -> Request,
    ) -> Result<StoreResponse, Error> {
        let clock = self.hooks.clock;
        // The outcome of an invitation is worth a longer wait than the user is prepared for.
        let limit =
            if window.is_interruptible { window.length.min(self.client_options.max_wait) } else { window.length };
        let deadline = clock.now() + limit;
        let mut backoff = INITIAL_BACKOFF;
        loop {
            let context = |error: Error| error.with_context(&format!("cannot {} {}", action.verb(), self.location));
            let error = match self.attempt(action, name, &sign) {
                Ok(response) => return Ok(response),
                Err(Failure::Final(error)) => return Err(context(error)),
                Err(Failure::Transient(error)) => context(error),
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
    fn attempt(
        &self,
        action: Action,
        name: &str,
        sign: &impl Fn(&Credentials) -> Request,
    ) -> Result<StoreResponse, Failure> {
        let request = sign(&self.keys()?.to_credentials());
        let response = request.send(&format!("{}/{name}", self.location), &self.http, &self.hooks)?;
        classify(response, action, &self.bucket, self.hooks.clock.system_time())
    }

    /// Lists a page of at most 1,000 objects (`ListObjectsV2`): a GET of the bucket itself.
    fn list_page(&self, prefix: &str, token: Option<&str>, window: RetryWindow) -> Result<StoreResponse, Error> {
        let prefix = self.location.key(prefix);
        self.send(Action::List, "", window, |credentials| {
            let mut list = self.bucket.get_object(Some(credentials), "");
            list.query_mut().insert("list-type", "2");
            list.query_mut().insert("prefix", &*prefix);
            token.into_iter().for_each(|token| list.query_mut().insert("continuation-token", token));
            Request::get(list.sign(SIGNATURE_VALIDITY))
        })
    }
}
