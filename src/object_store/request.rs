//! One request to a store, or to a service that has keys for it.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode, Url};

use super::response::{Failure, StoreResponse};
use crate::http::exchange::HttpClient;
use crate::http::{Hooks, RequestNotice};

/// A request, whole.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

impl Request {
    pub(super) fn get(url: Url) -> Self {
        Request { method: Method::GET, url, headers: HeaderMap::new(), body: None }
    }

    /// Sends the request once, and reports it under this name: its URL may hold a signature.
    pub(super) fn send(self, name: &str, http: &HttpClient, hooks: &Hooks<'_>) -> Result<StoreResponse, Failure> {
        let Request { method, url, headers, body } = self;
        let started_at = hooks.clock.now();
        let result = http.exchange(&method, url.as_str(), headers, body);
        let elapsed = hooks.elapsed(started_at);
        let report = |result: Result<StatusCode, &str>, detail: &str| {
            (hooks.on_notice)(&RequestNotice::Sent { method: &method, path: name, result, detail, elapsed });
        };
        match result.map(StoreResponse::new) {
            Ok(response) => {
                report(Ok(response.http.status), &response.words());
                Ok(response)
            }
            Err(failure) => {
                report(Err(&failure.error.to_string()), "");
                Err(Failure::from_exchange(failure))
            }
        }
    }
}
