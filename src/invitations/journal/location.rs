//! Where a journal is.

use std::ffi::OsString;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::invitations::event::Scope;
use crate::object_store::{OTHER_STORE, StoreLocation};

/// A file, a prefix in a bucket of an object store, or no place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum JournalLocation {
    /// `none`: nothing is recorded.
    Off,
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
            None if text == "none" => Ok(JournalLocation::Off),
            None if typed.is_empty() => Err("it is empty".to_owned()),
            None if text == "-" => {
                Err("standard input and output are not supported; for a file with this name, use ./-".to_owned())
            }
            None if text.starts_with("gs://") || text.starts_with("az://") => {
                Err(format!("only s3://BUCKET/PREFIX can be shared: {OTHER_STORE}"))
            }
            None if is_url(text) => Err("expected a file or s3://BUCKET/PREFIX".to_owned()),
            None => Ok(JournalLocation::File(typed.into())),
        }
    }

    /// Returns the file for an endpoint and an organization below the directory for state.
    pub fn default_file(dir: &Path, scope: &Scope) -> Self {
        let readable: String = scope.org_id.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
        let hash = short_hash(&format!("{}\n{}", scope.endpoint, scope.org_id), 8);
        JournalLocation::File(dir.join(format!("journal-{readable}-{hash}.jsonl")))
    }

    /// Whether there is no file and none can be made, or its file system has no locks.
    pub fn cannot_be_made(&self) -> bool {
        let JournalLocation::File(path) = self else { return false };
        match path.symlink_metadata() {
            // A journal that has something is never passed over.
            Ok(metadata) if metadata.len() == 0 => {
                let locked = File::open(path).map_err(TryLockError::Error).and_then(|file| file.try_lock_shared());
                matches!(locked, Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported)
            }
            Ok(_) => false,
            Err(error) => matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
        }
    }

    /// Returns the place whose path, if it is relative, starts in `dir`.
    pub fn relative_to(self, dir: &Path) -> Self {
        match self {
            JournalLocation::File(path) => JournalLocation::File(dir.join(path)),
            other => other,
        }
    }
}

impl TryFrom<String> for JournalLocation {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(text.into()).map_err(|reason| format!("invalid journal: {reason}"))
    }
}

/// Returns the first bytes of the SHA-256 of a text, in hex.
pub(super) fn short_hash(text: &str, len: usize) -> String {
    Sha256::digest(text).iter().take(len).map(|byte| format!("{byte:02x}")).collect()
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
            JournalLocation::Off => f.write_str("none"),
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
