//! The Strigo partners API.
//!
//! [`calls`] are what can be asked, [`types`] what comes back, and a [`Client`] is who asks.

pub mod calls;
pub mod credentials;
pub mod endpoint;
mod limit;
mod tls;
mod transport;
pub mod types;

use std::time::Duration;

use calls::Call;
use credentials::Credentials;
use endpoint::Endpoint;
use types::{Data, Holds};

use crate::error::Error;
pub use limit::Limit;
use transport::Transport;
pub use transport::{Event, Options, Surroundings};

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
        let body = self.transport.send(call.method, &call.path, call.body.as_deref())?;
        let answer = Data::from_body(body).and_then(R::from_data);
        // Nobody can ask for this answer again, so it is looked at as long as its failure can be told for what it is.
        let answer = answer.and_then(|answer| match call.method.is_idempotent() {
            true => Ok(answer),
            false => answer.check().map(|()| answer),
        });
        answer.map_err(|error| transport::after_sending(call.method, self.transport.without_key(error)))
    }
}
