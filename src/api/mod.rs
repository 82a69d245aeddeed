//! The client of the Strigo partners API.
//!
//! A [`Client`] sends the requests of [`calls`] and returns the resources of [`types`]. It knows no flag and no command:
//! what a caller needs to know about a failure is in the error's [`crate::error::Reason`]s.

pub mod calls;
pub(crate) mod client;
pub mod credentials;
pub mod envelope;
mod rate_limit;
mod status;
pub mod types;

use calls::Call;
use envelope::{Data, ErrorDetails};
use types::Resource;

use crate::error::Error;
use crate::http::Response;
use client::mark_outcome_unknown;
pub use client::{AttemptObserver, Client, ClientContext, Request, RequestEvent, SendError};
pub use rate_limit::{RateEstimate, RateLimit};

impl Client<'_> {
    /// Sends a call, retries it if that is safe, and parses its response.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Client::send_observed`].
    pub fn send<R: Resource>(&self, call: &Call<R>) -> Result<Data<R>, Error> {
        self.send_observed(call, &mut ())
    }

    /// Like [`Client::send`], with an observer of the attempts.
    ///
    /// # Errors
    ///
    /// Returns the errors of the observer. For a call that must not be repeated, a response that cannot be parsed is
    /// [`crate::error::ErrorKind::OutcomeUnknown`]: the change may have been applied.
    pub fn send_observed<R: Resource>(
        &self,
        call: &Call<R>,
        observer: &mut dyn AttemptObserver,
    ) -> Result<Data<R>, Error> {
        let is_retry_safe = call.request.is_retry_safe;
        let response = self.execute(&call.request, observer).map_err(|error| error.error)?;
        let data = response.into_text().and_then(Data::from_body).and_then(|data: Data<R>| {
            // A call that must not be repeated is validated here, where a parse error is still reported as "outcome
            // unknown". Later it would look like an output error.
            if !is_retry_safe {
                data.parse()?;
            }
            Ok(data)
        });
        data.map_err(|error| mark_outcome_unknown(is_retry_safe, error))
    }

    /// Sends any request, retries it if that is safe, and returns the response unmodified.
    ///
    /// # Errors
    ///
    /// Fails if the status is not a success, if the body is not JSON, or if it has `"result": "failure"`. The response is
    /// in the [`SendError`] then.
    pub fn send_raw(&self, request: &Request) -> Result<Response, SendError> {
        let response = self.execute(request, &mut ())?;
        let Some(error) = ErrorDetails::from_success_body(&response.body) else { return Ok(response) };
        let error = mark_outcome_unknown(request.is_retry_safe, error);
        Err(SendError { error, response: Some(Box::new(response)) })
    }
}
