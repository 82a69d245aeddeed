//! The client of the Strigo partners API.
//!
//! A [`Client`] sends the requests of [`calls`] and returns the resources of [`types`]. It knows no flag and no command:
//! what a caller needs to know about a failure is in the error's [`crate::error::Reason`]s.

pub mod calls;
mod client;
pub mod credentials;
pub mod envelope;
mod rate_limit;
mod status;
pub mod types;

pub use calls::{Call, Request};
pub use client::{Attempts, Client, Permit, Refused, SendError};
pub use envelope::RawData;
pub use rate_limit::{RateEstimate, RateLimit};
