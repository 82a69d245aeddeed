//! Errors, their exit codes, and how they are reported.
//!
//! An [`ErrorKind`] decides the exit code. An [`Error`] carries a message, hints, and what the API said; `anyhow` adds
//! context to it on the way up. A [`Report`] renders both as text or JSON.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::from_object::FromObject;
use crate::text::escape::escape_unsafe;
use crate::text::json;

/// The kinds of failure. Each has an exit code and a name that scripts may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// An unexpected response, a local I/O error, or an internal error.
    Unexpected,
    /// An invalid command line, argument, roster, or journal. Nothing was changed.
    Usage,
    /// Credentials, the config file, or the endpoint are missing or invalid.
    Config,
    /// The API rejected the credentials (401) or the request is not permitted (403).
    Denied,
    /// 404, or no partner with that name.
    NotFound,
    /// The API rejected the request and would reject it again.
    Rejected,
    /// The API could not be reached or was not ready. It is safe to retry.
    Unavailable,
    /// A change was sent and no valid response was received.
    OutcomeUnknown,
    /// Some of several invitations, or some partners' members, failed.
    Partial,
    /// Interrupted by Ctrl-C or SIGTERM.
    Interrupted,
}

/// Each kind with its exit code, its name, and the meaning of the exit code, in the order of the enum.
const KINDS: [(ErrorKind, u8, &str, &str); 10] = {
    use ErrorKind::*;
    [
        (Unexpected, 1, "unexpected", "unexpected response from the API, local I/O error, or internal error"),
        (Usage, 2, "usage", "invalid command line, roster, or journal, or an ambiguous name; nothing was changed"),
        (Config, 3, "config", "no credentials, or an invalid config file or endpoint"),
        (Denied, 4, "denied", "the API rejected the credentials (401 or 403)"),
        (NotFound, 5, "not_found", "not found"),
        (Rejected, 6, "rejected", "the API rejected the request; retrying will not help"),
        (Unavailable, 7, "unavailable", "cannot connect, timeout, server error, or rate limit; safe to retry"),
        (OutcomeUnknown, 8, "outcome_unknown", "outcome unknown: a change was sent, but no valid response received"),
        (Partial, 9, "partial", "partial failure: some invitations or some partners' members failed"),
        (Interrupted, 130, "interrupted", "interrupted"),
    ]
};

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
/// The API client only knows the fact; `commands::hints` turns it into a hint, because only commands know the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A partner ID cannot be a path segment.
    InvalidPartnerId,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
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

/// The most validation errors of a response that are shown as text. JSON has all of them.
const MAX_SHOWN_API_ERRORS: usize = 20;

/// An error with its context, ready to be shown.
pub struct Report<'a> {
    message: String,
    kind: ErrorKind,
    inner: Option<&'a ErrorInner>,
}

impl<'a> Report<'a> {
    /// Joins `error` and its context. An error without an [`Error`] in its chain is [`ErrorKind::Unexpected`].
    pub fn new(error: &'a anyhow::Error) -> Self {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        let inner = error.downcast_ref::<Error>().map(|error| &*error.0);
        Report { message: causes.join(": "), kind: inner.map_or(ErrorKind::Unexpected, |inner| inner.kind), inner }
    }

    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the message and the validation errors, safe for a terminal, without `error: ` and without a final newline.
    pub fn message(&self) -> String {
        let mut text = escape_unsafe(&self.message).into_owned();
        let errors = self.inner.map_or(&[][..], |inner| &inner.validation_errors);
        if !errors.is_empty() {
            text.push(':');
        }
        // A roster's errors are all needed to correct it; those of the API are about one request.
        let is_from_api = self.inner.is_some_and(|inner| inner.status.is_some());
        let max_shown = if is_from_api { MAX_SHOWN_API_ERRORS } else { usize::MAX };
        for error in errors.iter().take(max_shown) {
            text.push_str("\n  ");
            text.push_str(&escape_unsafe(&format_validation_error(error)));
        }
        if errors.len() > max_shown {
            text.push_str(&format!("\n  and {} more", errors.len() - max_shown));
        }
        text
    }

    /// Returns the hints, safe for a terminal.
    pub fn hints(&self) -> impl Iterator<Item = String> {
        self.inner.into_iter().flat_map(|inner| &inner.hints).map(|hint| escape_unsafe(hint).into_owned())
    }

    /// Returns one line of JSON, without a final newline: an object with one member called `name`.
    pub fn to_json_line(&self, name: &str) -> String {
        json::single_member_object(name, &self.to_json())
    }

    /// Returns the error as a JSON object.
    pub fn to_json(&self) -> impl Serialize {
        JsonError {
            kind: self.kind.as_str(),
            message: &self.message,
            exit_code: self.kind.exit_code(),
            retryable: self.kind == ErrorKind::Unavailable,
            status: self.inner.and_then(|inner| inner.status),
            api_error_type: self.inner.and_then(|inner| inner.api_error_type.as_deref()),
            errors: self.inner.map_or(&[], |inner| &inner.validation_errors),
            hints: self.inner.map_or(&[], |inner| &inner.hints),
        }
    }
}

#[derive(Serialize)]
struct JsonError<'a> {
    kind: &'a str,
    message: &'a str,
    exit_code: u8,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    api_error_type: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Box<RawValue>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hints: &'a [String],
}

/// Returns `email: Must be a valid email address (in the body)`, or the entry's own JSON if it has another form.
fn format_validation_error(raw: &RawValue) -> String {
    #[derive(serde::Deserialize)]
    struct ValidationError {
        location: Option<String>,
        param: Option<String>,
        line: Option<u64>,
        msg: String,
    }
    let Ok(FromObject(ValidationError { location, param, line, msg })) = serde_json::from_str(raw.get()) else {
        return raw.get().to_owned();
    };
    match (line, param, location) {
        (Some(line), ..) => format!("line {line}: {msg}"),
        (None, Some(param), Some(location)) => format!("{param}: {msg} (in the {location})"),
        (None, Some(name), None) | (None, None, Some(name)) => format!("{name}: {msg}"),
        (None, None, None) => msg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn report_text_has_context_entries_and_hint() {
        let error = Err::<(), _>(
            Error::new(ErrorKind::Rejected, "422 RequestValidationError")
                .with_validation_errors(vec![raw(r#"{"location":"body","param":"email","msg":"bad"}"#), raw("7")])
                .with_hint("use another address"),
        )
        .context("cannot invite")
        .unwrap_err();
        let report = Report::new(&error);
        assert_eq!(report.message(), "cannot invite: 422 RequestValidationError:\n  email: bad (in the body)\n  7");
        assert_eq!(report.hints().collect::<Vec<_>>(), ["use another address"]);
        assert_eq!(report.kind(), ErrorKind::Rejected);
    }

    #[test]
    fn report_text_has_entries_of_another_form_as_they_are() {
        for json in [r#"["body","email",3,"bad"]"#, r#"{"msg":7}"#, "null"] {
            assert_eq!(format_validation_error(&raw(json)), json);
        }
    }

    #[test]
    fn report_text_has_the_first_errors_of_the_api() {
        let entries = |count: u32| (0..count).map(|n| raw(&n.to_string())).collect::<Vec<_>>();
        let text = |error: Error| Report::new(&anyhow::Error::from(error)).message();
        let error = |count| Error::new(ErrorKind::Rejected, "no").with_validation_errors(entries(count));
        assert!(text(error(10_000).with_status(422)).ends_with("\n  19\n  and 9980 more"));
        assert!(text(error(20).with_status(422)).ends_with("\n  18\n  19"));
        assert!(text(error(10_000)).ends_with("\n  9998\n  9999"));
    }

    #[test]
    fn report_json_omits_unset_fields() {
        let error = anyhow::Error::from(Error::new(ErrorKind::Usage, "no"));
        assert_eq!(
            Report::new(&error).to_json_line("error"),
            r#"{"error":{"kind":"usage","message":"no","exit_code":2,"retryable":false}}"#
        );
    }

    #[test]
    fn report_escapes_control_characters() {
        let error = anyhow::Error::from(Error::new(ErrorKind::Rejected, "\u{1b}[2J\u{202e}"));
        let report = Report::new(&error);
        assert_eq!(report.message(), r"\u{1b}[2J\u{202e}");
        assert!(report.to_json_line("error").contains(r"\u001b[2J\u202e"));
    }

    #[test]
    fn error_kinds_are_in_the_order_of_the_table() {
        for (index, kind) in ErrorKind::all().enumerate() {
            assert_eq!(kind as usize, index, "{kind:?}");
        }
    }

    #[test]
    fn report_kind_defaults_to_unexpected() {
        assert_eq!(Report::new(&anyhow::anyhow!("odd")).kind(), ErrorKind::Unexpected);
    }
}
