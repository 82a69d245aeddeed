//! Where objects are: a bucket, and a prefix in it.

use std::fmt;

/// The longest prefix, in bytes: a key has at most 1,024, and the longest name below the prefix has less than 100.
const MAX_PREFIX_LEN: usize = 900;

/// A place in a bucket. Its `Display` form is `s3://BUCKET/PREFIX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreLocation {
    bucket: String,
    /// Not empty, and without slashes at its ends.
    prefix: String,
}

impl StoreLocation {
    /// Parses `s3://BUCKET/PREFIX`. Returns `None` if `text` is something else, such as the path of a file.
    ///
    /// # Errors
    ///
    /// Returns the reason as text if the bucket or the prefix cannot be used.
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let place = text.strip_prefix("s3://")?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let prefix = prefix.trim_end_matches('/');
        Some(
            check_bucket(bucket)
                .and_then(|()| check_prefix(prefix))
                .map(|()| StoreLocation { bucket: bucket.to_owned(), prefix: prefix.to_owned() }),
        )
    }

    /// Returns the name of the bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Returns the key of the object with this name below the prefix.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    /// Returns the name below the prefix of the object with this key.
    pub(super) fn name<'k>(&self, key: &'k str) -> Option<&'k str> {
        key.strip_prefix(&*self.prefix)?.strip_prefix('/')
    }
}

impl fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// Rejects names that no store accepts. Each store has narrower rules of its own.
fn check_bucket(name: &str) -> Result<(), String> {
    let is_valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    match name {
        "" => Err("missing bucket; expected s3://BUCKET/PREFIX".to_owned()),
        name if !(3..=63).contains(&name.len()) => Err("a bucket's name has 3 to 63 characters".to_owned()),
        name if !name.chars().all(is_valid) || name.contains("..") => Err(format!("invalid bucket '{name}'")),
        _ => Ok(()),
    }
}

/// Rejects prefixes whose objects a URL cannot name.
fn check_prefix(prefix: &str) -> Result<(), String> {
    let invalid = |reason: &str| Err(format!("invalid prefix: {reason}"));
    if prefix.is_empty() {
        return Err("missing prefix; expected s3://BUCKET/PREFIX".to_owned());
    }
    if prefix.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return invalid("its parts between slashes must not be empty, '.', or '..'");
    }
    if prefix.chars().any(char::is_control) {
        return invalid("it has a control character");
    }
    if prefix.len() > MAX_PREFIX_LEN { invalid("it is too long") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, String> {
        StoreLocation::parse(text).unwrap().map(|location| location.to_string())
    }

    #[test]
    fn location_has_a_bucket_and_a_prefix() {
        for (text, shown, key) in [
            ("s3://jobs/trainers/2026/", "s3://jobs/trainers/2026", "trainers/2026/i/x"),
            ("s3://My.jobs_1/a b+c", "s3://My.jobs_1/a b+c", "a b+c/i/x"),
        ] {
            let location = StoreLocation::parse(text).unwrap().unwrap();
            assert_eq!((location.to_string(), location.key("i/x")), (shown.to_owned(), key.to_owned()));
            assert_eq!(location.name(key), Some("i/x"));
        }
        assert_eq!(StoreLocation::parse("s3://jobs/a").unwrap().unwrap().name("ab/i/x"), None);
    }

    #[test]
    fn location_that_cannot_be_used_is_rejected() {
        for text in [
            "s3://", "s3:///x", "s3://ab", "s3://jobs", "s3://jobs/", "s3://a b c", "s3://a..b", "s3://job/../x",
            "s3://job/a//b", "s3://job/a\n",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&format!("s3://job/{}", "a".repeat(901))).is_err());
        for text in ["j.jsonl", "/s3://job", "S3://job", "s3:/job"] {
            assert!(StoreLocation::parse(text).is_none(), "{text}");
        }
    }
}
