//! The client of the Strigo partners API.
//!
//! A [`Client`] sends the requests of [`calls`] and returns the resources of [`types`]. It knows no flag and no command:
//! what a caller needs to know about a failure is in the error's [`crate::error::Reason`]s.

pub mod calls;
mod classify;
pub mod credentials;
pub mod endpoint;
pub mod envelope;
mod rate_limit;
mod retry;
mod tls;
mod transport;
pub mod types;

use reqwest::header::HeaderMap;

use calls::Call;
use credentials::Credentials;
use endpoint::Endpoint;
use envelope::{Data, ErrorDetails};
use types::Resource;

use crate::error::Error;
pub use rate_limit::{RateEstimate, RateLimit};
use transport::Transport;
pub use transport::{ClientConfig, ClientContext, Request, RequestEvent, Response, SendError};

/// An API client with the credentials of one organization.
pub struct Client<'a> {
    transport: Transport<'a>,
}

impl<'a> Client<'a> {
    /// Creates a client. It connects when the first request is sent.
    ///
    /// # Errors
    ///
    /// Returns [`crate::error::ErrorKind::Config`] if the credentials cannot be sent in a header, or if no CA certificates
    /// are found.
    pub fn new(
        endpoint: &Endpoint,
        credentials: &Credentials,
        config: ClientConfig,
        ctx: ClientContext<'a>,
    ) -> Result<Self, Error> {
        Ok(Client { transport: Transport::new(endpoint, credentials, config, ctx)? })
    }

    /// Estimates how long the rate limit makes `requests` more requests take. `None` until a response has reported the limit.
    pub fn estimate(&self, requests: u64) -> Option<RateEstimate> {
        self.transport.estimate(requests)
    }

    /// Sends a call, retries it if that is safe, and parses its response.
    ///
    /// # Errors
    ///
    /// For a call that must not be repeated, a response that cannot be parsed is
    /// [`crate::error::ErrorKind::OutcomeUnknown`]: the change may have been applied.
    pub fn send<R: Resource>(&self, call: &Call<R>) -> Result<Data<R>, Error> {
        let is_retry_safe = call.is_retry_safe();
        let request = Request {
            method: call.method.clone(),
            path: &call.path,
            body: call.body.as_deref().map(str::as_bytes),
            headers: HeaderMap::new(),
            is_retry_safe,
        };
        let response = self.transport.send(&request).map_err(|error| error.error)?;
        let data = response.into_text().and_then(Data::from_body).and_then(|data: Data<R>| {
            // A call that must not be repeated is validated here, where a parse error is still reported as "outcome
            // unknown". Later it would look like an output error.
            if !is_retry_safe {
                data.parse()?;
            }
            Ok(data)
        });
        data.map_err(|error| transport::mark_outcome_unknown(is_retry_safe, self.transport.redact_key(error)))
    }

    /// Sends any request, retries it if that is safe, and returns the response unmodified.
    ///
    /// # Errors
    ///
    /// Fails if the status is not a success, if the body is not JSON, or if it has `"result": "failure"`. The response is
    /// in the [`SendError`] then.
    pub fn send_raw(&self, request: &Request<'_>) -> Result<Response, SendError> {
        let response = self.transport.send(request)?;
        let Some(error) = ErrorDetails::from_success_body(&response.body) else { return Ok(response) };
        let error = transport::mark_outcome_unknown(request.is_retry_safe, self.transport.redact_key(error));
        Err(SendError { error, response: Some(Box::new(response)) })
    }
}
