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
        let text = typed.to_str().unwrap_or_default();
        match StoreLocation::parse(text) {
            Some(location) => location.map(JournalLocation::Store),
            None if typed.is_empty() => Err("it is empty".to_owned()),
            None if text == "-" => {
                Err("standard input and output are not supported; for a file with this name, use ./-".to_owned())
            }
            None if is_url(text) => Err("expected a file or s3://BUCKET/PREFIX".to_owned()),
            None => Ok(JournalLocation::File(typed.into())),
        }
    }
}

/// Whether a text is a URL, or `s3:` with a typing error, rather than the name of a file.
fn is_url(text: &str) -> bool {
    let starts_with_s3 = text.trim_start().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("s3:"));
    starts_with_s3 || text.contains("://")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_that_is_nearly_a_store_is_no_file() {
        for text in
            ["s3:b", "S3://jobs/b", "s3:/jobs/b", " s3://jobs/b", "gs://jobs/b", "", "-", "s3://jobs", "s3://jobs/"]
        {
            assert!(JournalLocation::parse(text.into()).is_err(), "{text}");
        }
        for text in ["s3", "a/s3:b", "./-", "j.jsonl"] {
            assert_eq!(JournalLocation::parse(text.into()), Ok(JournalLocation::File(text.into())));
        }
    }
}
