//! A client of S3-compatible object stores, for objects that are created once and never changed.
//!
//! It needs three operations: to create an object only if there is none with its name, to read one, and to list them. Of
//! the store it needs that a creation is atomic, and that what was written is seen by every later read and list.

mod client;
mod credentials;
mod location;
mod request;
mod response;
mod settings;

use std::time::{Duration, SystemTime};

pub use client::ObjectStore;
pub use location::StoreLocation;
pub use response::OTHER_STORE;
pub use settings::StoreSettings;

/// How long an operation is tried again while the store is unavailable.
#[derive(Debug, Clone, Copy)]
pub struct RetryWindow {
    /// The time from the first attempt to the last one.
    pub length: Duration,
    /// Whether Ctrl-C ends the wait for the next attempt.
    pub is_interruptible: bool,
}

/// The objects with a prefix.
#[derive(Debug)]
pub struct Listing {
    /// The objects.
    pub objects: Vec<ObjectInfo>,
    /// The time by the store's clock.
    pub now: SystemTime,
}

/// What a list says about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Its name, relative to the store's prefix.
    pub name: String,
    /// When it was created, by the store's clock.
    pub created_at: SystemTime,
}
