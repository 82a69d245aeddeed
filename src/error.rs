//! Errors and their exit codes.
//!
//! An [`ErrorKind`] decides the exit code. An [`Error`] carries a message, hints, and what the API said; `anyhow` adds
//! context to it on the way up.

use std::fmt;
use std::time::Duration;

use serde_json::value::RawValue;

/// Defines the kinds, ordered by exit code: each with its exit code, its name, and the meaning of the exit code.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $name:literal, $summary:literal;)*) => {
        /// The kinds of failure. Each has an exit code and a name that scripts may rely on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorKind {
            $($(#[$doc])* $kind,)*
        }

        const KINDS: &[(ErrorKind, u8, &str, &str)] = &[$((ErrorKind::$kind, $code, $name, $summary)),*];
    };
}

kinds! {
    /// An unexpected response, a local I/O error, or an internal error.
    Unexpected = 1, "unexpected", "unexpected response from the API, local I/O error, or internal error";
    /// An invalid command line, argument, roster, or journal. Nothing was changed.
    Usage = 2, "usage", "invalid command line, roster, or journal, or an ambiguous name; nothing was changed";
    /// Credentials, the config file, or the endpoint are missing or invalid.
    Config = 3, "config", "no credentials, or an invalid config file or endpoint";
    /// The API rejected the credentials (401) or the request is not permitted (403).
    Denied = 4, "denied", "the API rejected the credentials (401 or 403)";
    /// 404, or no partner with that name.
    NotFound = 5, "not_found", "not found";
    /// The API rejected the request and would reject it again.
    Rejected = 6, "rejected", "the API rejected the request; retrying will not help";
    /// The API could not be reached or was not ready. It is safe to retry.
    Unavailable = 7, "unavailable", "cannot connect, timeout, server error, rate limit, or journal in use; safe to retry";
    /// A change was sent and no valid response was received.
    OutcomeUnknown = 8, "outcome_unknown", "outcome unknown: a change was sent, but no valid response received";
    /// Some of several invitations, or some partners' members, failed.
    Partial = 9, "partial", "partial failure: some invitations or some partners' members failed";
    /// `members status --exit-code` shows someone, and nothing failed.
    Found = 10, "found", "`members status --exit-code` shows someone";
    /// Interrupted by a signal.
    Interrupted = 130, "interrupted", "interrupted by Ctrl-C; SIGTERM: 143, SIGHUP: 129";
}

impl ErrorKind {
    /// Returns all kinds, ordered by exit code.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// Returns the exit code of the process.
    pub fn exit_code(self) -> u8 {
        KINDS[self as usize].1
    }

    /// Returns the name that JSON errors and journals use.
    pub fn as_str(self) -> &'static str {
        KINDS[self as usize].2
    }

    /// Returns what the exit code means, for the help text.
    pub fn summary(self) -> &'static str {
        KINDS[self as usize].3
    }
}

/// A fact about a failed API call whose hint depends on the command line.
///
/// The API client only knows the fact; `report` turns it into a hint where the error leaves a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A partner ID cannot be a path segment.
    InvalidPartnerId,
    /// 401, with credentials from this source.
    Unauthorized(String),
    /// 403, with credentials from this source.
    Forbidden(String),
    /// 3xx.
    Redirected,
    /// 404 with a body that is not the API's.
    NotFromApi,
    /// The response is not one that the API sends.
    InvalidResponse,
    /// An object in the response lacks a documented field.
    SchemaMismatch,
    /// The next attempt would exceed the time that a call may wait.
    WaitTooLong {
        /// How long it would have to wait.
        delay: Duration,
        /// How long a call may wait in all.
        max_wait: Duration,
    },
    /// The journal was replaced, truncated, or removed while a run used it.
    JournalLost,
    /// The request cannot have changed anything.
    NothingChanged,
    /// The change may have been applied, and repeating it has the same effect.
    MayHaveApplied,
}

/// A failure: its kind, its message, and what else is known about it.
#[must_use]
#[derive(Debug, Clone)]
pub struct Error(Box<ErrorInner>);

/// Boxed to keep `Result<T, Error>` small (`clippy::result_large_err`).
#[derive(Debug, Clone)]
struct ErrorInner {
    kind: ErrorKind,
    message: String,
    status: Option<u16>,
    api_error_type: Option<String>,
    validation_errors: Vec<Box<RawValue>>,
    reasons: Vec<Reason>,
    hints: Vec<String>,
}

impl Error {
    /// Creates an error. `message` starts in lower case and has no final period.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(ErrorInner {
            kind,
            message: message.into(),
            status: None,
            api_error_type: None,
            validation_errors: Vec::new(),
            reasons: Vec::new(),
            hints: Vec::new(),
        }))
    }

    /// Adds a hint: one thing that the user can do, in the imperative.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// Adds a hint if the error is of this kind.
    pub fn with_hint_for(self, kind: ErrorKind, hint: impl Into<String>) -> Self {
        if self.kind() == kind { self.with_hint(hint) } else { self }
    }

    /// Adds a reason, after those that are there.
    pub fn with_reason(mut self, reason: Reason) -> Self {
        self.0.reasons.push(reason);
        self
    }

    /// Sets the HTTP status of the response.
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the API's stable name for the error, such as `PartnerNotFound`.
    pub fn with_api_error_type(mut self, name: Option<String>) -> Self {
        self.0.api_error_type = name;
        self
    }

    /// Sets the list of validation errors, each as JSON.
    pub fn with_validation_errors(mut self, errors: Vec<Box<RawValue>>) -> Self {
        self.0.validation_errors = errors;
        self
    }

    /// Puts what failed before the message, where `anyhow` cannot add it.
    pub fn with_context(mut self, context: &str) -> Self {
        self.0.message = format!("{context}: {}", self.0.message);
        self
    }

    /// Changes the kind.
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the HTTP status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the API's stable name for the error.
    pub fn api_error_type(&self) -> Option<&str> {
        self.0.api_error_type.as_deref()
    }

    /// Returns the validation errors, each as JSON.
    pub fn validation_errors(&self) -> &[Box<RawValue>] {
        &self.0.validation_errors
    }

    /// Returns the reasons, in the order in which they were added.
    pub fn reasons(&self) -> &[Reason] {
        &self.0.reasons
    }

    /// Returns the hints, in the order in which they were added.
    pub fn hints(&self) -> &[String] {
        &self.0.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn report_kind_defaults_to_unexpected() {
        assert_eq!(crate::report::Report::new(&anyhow::anyhow!("odd")).kind(), ErrorKind::Unexpected);
    }
}
