//! Where a journal is.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::object_store::StoreLocation;

/// A file, or a prefix in a bucket of an object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalLocation {
    /// A file.
    File(PathBuf),
    /// `s3://BUCKET/PREFIX`.
    Store(StoreLocation),
}

impl JournalLocation {
    /// Parses what a user typed.
    ///
    /// # Errors
    ///
    /// Returns the reason as text if the bucket or the prefix cannot be used.
    pub fn parse(typed: OsString) -> Result<Self, String> {
        match typed.to_str().and_then(StoreLocation::parse) {
            Some(location) => location.map(JournalLocation::Store),
            None => Ok(JournalLocation::File(typed.into())),
        }
    }
}

impl fmt::Display for JournalLocation {
    /// Writes a path in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalLocation::File(path) => write!(f, "'{}'", path.display()),
            JournalLocation::Store(location) => location.fmt(f),
        }
    }
}
