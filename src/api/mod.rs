//! The Strigo partners API.
//!
//! [`calls`] are what can be asked, [`types`] what comes back, and a [`Client`] is who asks.

mod body;
pub mod calls;
pub mod credentials;
pub mod endpoint;
mod limit;
mod tls;
mod transport;
pub mod types;

use std::time::Duration;

use reqwest::header::HeaderMap;

use calls::Call;
use credentials::Credentials;
use endpoint::Endpoint;
use types::{Data, Holds, Many, Problem, Resource, Stream};

use crate::error::Error;
pub use body::Body;
pub use limit::Limit;
use transport::Transport;
pub use transport::{Answer, Event, Options, Refusal, Request, Surroundings};

/// A connection to the API with one organization's credentials.
pub struct Client<'a> {
    transport: Transport<'a>,
}

impl<'a> Client<'a> {
    /// A client that has not connected yet.
    ///
    /// Fails with [`crate::error::Kind::Config`] where the credentials cannot be sent, or nothing is there that a
    /// server's certificate could be checked against.
    pub fn new(
        endpoint: &Endpoint,
        credentials: &Credentials,
        options: Options,
        around: Surroundings<'a>,
    ) -> Result<Self, Error> {
        Ok(Client { transport: Transport::new(endpoint, credentials, options, around)? })
    }

    /// Requests a window, and how long the rate limit makes so many more requests take. `None` where no answer has told
    /// the limit yet.
    pub fn estimate(&self, requests: u64) -> Option<(u64, Duration)> {
        self.transport.estimate(requests)
    }

    /// Sends a call, again where that is safe, and reads its answer.
    ///
    /// For a call that is not idempotent, an answer that cannot be used is
    /// [`crate::error::Kind::OutcomeUnknown`]: it may have happened.
    pub fn send<R: Holds>(&self, call: &Call<R>) -> Result<R, Error> {
        let is_idempotent = call.method.is_idempotent();
        let answer = self.answer(call)?.text().and_then(Data::from_body).and_then(R::from_data);
        // Nobody can ask for this answer again, so it is looked at as long as its failure can be told for what it is.
        let answer = answer.and_then(|answer| match is_idempotent {
            true => Ok(answer),
            false => answer.check().map(|()| answer),
        });
        answer.map_err(|error| transport::after_sending(is_idempotent, self.transport.without_key(error)))
    }

    /// Sends a call that lists, as [`Client::send`] does, for somebody who wants to go through the list once.
    pub fn stream<R: Resource>(&self, call: &Call<Many<R>>) -> Result<Stream<R>, Error> {
        self.answer(call)?.text().and_then(Stream::from_body).map_err(|error| self.transport.without_key(error))
    }

    fn answer<R>(&self, call: &Call<R>) -> Result<Answer, Error> {
        let request = Request {
            method: call.method,
            path: &call.path,
            body: call.body.as_deref().map(str::as_bytes),
            headers: HeaderMap::new(),
            is_idempotent: call.method.is_idempotent(),
        };
        self.transport.send(&request).map_err(|refusal| refusal.error)
    }

    /// Sends whatever is wanted of the API, again where that is safe, and returns its answer as it came.
    ///
    /// Fails where the answer's status is no success, and where its body is no JSON or says `"result": "failure"`; the
    /// answer is in the [`Refusal`] then.
    pub fn exchange(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        let answer = self.transport.send(request)?;
        let Some(error) = Problem::reported(answer.body.as_bytes()) else { return Ok(answer) };
        let error = transport::after_sending(request.is_idempotent, self.transport.without_key(error));
        Err(Refusal { error, answer: Some(Box::new(answer)) })
    }
}
