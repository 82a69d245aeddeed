//! What can go wrong, as the caller of the tool sees it.
//!
//! A [`Kind`] decides the exit code, [`Error`] carries what is known, and [`Report`] says it: in words or as JSON.
//! Context is added by `anyhow` on the way up and becomes the beginning of the message.

use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::text::escape::visible;

/// The kinds of failure. Each has an exit code and a name that scripts may rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An answer that makes no sense, or a fault of the tool.
    Unexpected,
    /// A wrong command line or argument: nothing was sent that changes anything.
    Usage,
    /// Credentials, the config file or the endpoint are missing or wrong.
    Config,
    /// The API takes the credentials for nothing (401), or forbids the call (403).
    Denied,
    /// 404, or no partner of that name.
    NotFound,
    /// The API refused the call, and would refuse it again.
    Rejected,
    /// The API could not be reached or was not ready. Nothing was changed.
    Unavailable,
    /// Something that changes things was sent and no usable answer came.
    OutcomeUnknown,
    /// Several invitations, or several partners' members, of which some failed.
    Partial,
    /// The user, or the system, has ended it (Ctrl-C, or SIGTERM).
    Interrupted,
}

impl Kind {
    /// The process's exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Unexpected => 1,
            Kind::Usage => 2,
            Kind::Config => 3,
            Kind::Denied => 4,
            Kind::NotFound => 5,
            Kind::Rejected => 6,
            Kind::Unavailable => 7,
            Kind::OutcomeUnknown => 8,
            Kind::Partial => 9,
            Kind::Interrupted => 130,
        }
    }

    /// The name that `--json` reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Unexpected => "unexpected",
            Kind::Usage => "usage",
            Kind::Config => "config",
            Kind::Denied => "denied",
            Kind::NotFound => "not_found",
            Kind::Rejected => "rejected",
            Kind::Unavailable => "unavailable",
            Kind::OutcomeUnknown => "outcome_unknown",
            Kind::Partial => "partial",
            Kind::Interrupted => "interrupted",
        }
    }

    /// Whether the same command may simply be run again.
    pub fn retryable(self) -> bool {
        self == Kind::Unavailable
    }
}

/// A failure with all that is known of it.
#[derive(Debug, Clone)]
pub struct Error(Box<Known>);

/// Boxed, so that a failure costs those nothing who do not fail.
#[derive(Debug, Clone)]
struct Known {
    kind: Kind,
    message: String,
    status: Option<u16>,
    api_type: Option<String>,
    entries: Vec<Box<RawValue>>,
    hints: Vec<String>,
}

impl Error {
    /// A failure of this kind; `message` says what failed and why, without a full stop.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Error(Box::new(Known { kind, message, status: None, api_type: None, entries: Vec::new(), hints: Vec::new() }))
    }

    /// What the user can do next: one or more whole sentences.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints = vec![hint.into()];
        self
    }

    /// One more thing that the user can do, told on a line of its own.
    #[must_use]
    pub fn and_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hints.push(hint.into());
        self
    }

    /// The same failure with one more hint, if it is of this kind.
    #[must_use]
    pub fn hint_where(self, kind: Kind, hint: impl FnOnce() -> String) -> Self {
        if self.0.kind == kind { self.and_hint(hint()) } else { self }
    }

    /// The HTTP status of the answer that this failure is about.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The API's stable name for the failure, such as `PartnerNotFound`.
    #[must_use]
    pub fn api_type(mut self, name: Option<String>) -> Self {
        self.0.api_type = name;
        self
    }

    /// The API's list of what does not validate, each entry as JSON.
    #[must_use]
    pub fn entries(mut self, entries: Vec<Box<RawValue>>) -> Self {
        self.0.entries = entries;
        self
    }

    /// The same failure as one of another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same failure with stars in place of `secret`, wherever somebody's words repeat it.
    #[must_use]
    pub fn without(mut self, secret: &str) -> Self {
        let hide = |text: &str| text.replace(secret, "***");
        self.0.message = hide(&self.0.message);
        self.0.api_type = self.0.api_type.as_deref().map(hide);
        // An entry that is no JSON without the secret is left out rather than shown with it.
        self.0.entries =
            self.0.entries.iter().filter_map(|entry| RawValue::from_string(hide(entry.get())).ok()).collect();
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The HTTP status of the answer that this failure is about, if there was one.
    pub fn http_status(&self) -> Option<u16> {
        self.0.status
    }

    /// What can be done about it, as far as that is known.
    pub fn advice(&self) -> String {
        self.0.hints.join(" ")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

/// A failure ready to be told: the message with its context, and the [`Error`] behind it.
pub struct Report<'a> {
    message: String,
    kind: Kind,
    known: Option<&'a Known>,
}

impl<'a> Report<'a> {
    /// Everything that `failure` and its context say. A failure without an [`Error`] in it is [`Kind::Unexpected`].
    pub fn new(failure: &'a anyhow::Error) -> Self {
        let causes: Vec<String> = failure.chain().map(ToString::to_string).collect();
        let known = failure.downcast_ref::<Error>().map(|error| &*error.0);
        Report { message: causes.join(": "), kind: known.map_or(Kind::Unexpected, |known| known.kind), known }
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The report in words, ready for a terminal: without `error: ` before it and without a newline at its end.
    pub fn words(&self) -> String {
        let mut text = visible(&self.message).into_owned();
        let entries = self.known.map_or(&[][..], |error| &error.entries);
        text.push_str(if entries.is_empty() { "." } else { ":" });
        for entry in entries {
            text.push_str("\n  ");
            text.push_str(&visible(&entry_in_words(entry)));
        }
        for hint in self.known.map_or(&[][..], |error| &error.hints) {
            text.push('\n');
            text.push_str(&visible(hint));
        }
        text
    }

    /// The report as one line of JSON, without a newline at its end: an object with one member of this name.
    pub fn json(&self, name: &str) -> String {
        crate::text::json::object(name, &self.body())
    }

    /// The report as a JSON object.
    pub fn body(&self) -> impl Serialize {
        ErrorBody {
            kind: self.kind.name(),
            message: &self.message,
            exit_code: self.kind.exit_code(),
            retryable: self.kind.retryable(),
            status: self.known.and_then(|error| error.status),
            api_type: self.known.and_then(|error| error.api_type.as_deref()),
            errors: self.known.map_or(&[], |error| &error.entries),
            hint: self.known.filter(|error| !error.hints.is_empty()).map(|error| error.hints.join(" ")),
        }
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    kind: &'a str,
    message: &'a str,
    exit_code: u8,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    api_type: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Box<RawValue>],
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// `email: Must be a valid email address (in the body)`, or the entry's own JSON where it has another form.
fn entry_in_words(entry: &RawValue) -> String {
    #[derive(serde::Deserialize)]
    struct Entry {
        location: Option<String>,
        param: Option<String>,
        line: Option<u64>,
        msg: String,
    }
    let Ok(entry) = serde_json::from_str::<Entry>(entry.get()) else {
        return entry.get().to_owned();
    };
    if let Some(line) = entry.line {
        return format!("line {line}: {}", entry.msg);
    }
    match (entry.param, entry.location) {
        (Some(param), Some(location)) => format!("{param}: {} (in the {location})", entry.msg),
        (Some(place), None) | (None, Some(place)) => format!("{place}: {}", entry.msg),
        (None, None) => entry.msg,
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
    fn words_carry_context_entries_and_hint() {
        let failure = Err::<(), _>(
            Error::new(Kind::Rejected, "422 RequestValidationError")
                .entries(vec![raw(r#"{"location":"body","param":"email","msg":"bad"}"#), raw("7")])
                .hint("Mend it."),
        )
        .context("cannot invite")
        .unwrap_err();
        let report = Report::new(&failure);
        assert_eq!(
            report.words(),
            "cannot invite: 422 RequestValidationError:\n  email: bad (in the body)\n  7\nMend it."
        );
        assert_eq!(report.kind(), Kind::Rejected);
    }

    #[test]
    fn json_leaves_out_what_is_not_known() {
        let failure = anyhow::Error::from(Error::new(Kind::Usage, "no"));
        assert_eq!(
            Report::new(&failure).json("error"),
            r#"{"error":{"kind":"usage","message":"no","exit_code":2,"retryable":false}}"#
        );
    }

    #[test]
    fn what_others_say_does_nothing_to_a_terminal() {
        let failure = anyhow::Error::from(Error::new(Kind::Rejected, "\u{1b}[2J\u{202e}"));
        let report = Report::new(&failure);
        assert_eq!(report.words(), r"\u{1b}[2J\u{202e}.");
        assert!(report.json("error").contains(r"\u001b[2J\u202e"));
    }

    #[test]
    fn a_failure_without_a_kind_is_unexpected() {
        assert_eq!(Report::new(&anyhow::anyhow!("odd")).kind(), Kind::Unexpected);
    }
}
