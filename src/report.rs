//! An error as the user sees it: where it leaves a command, its reasons become hints.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::api::credentials::API_KEY_SETTINGS_URL;
use crate::error::{Error, ErrorKind, Reason};
use crate::http::endpoint::DEFAULT_ENDPOINT;
use crate::text::escape::escape_unsafe;
use crate::text::json;

/// An error with its context, ready to be shown.
pub struct Report<'a> {
    message: String,
    kind: ErrorKind,
    /// The exit code of the process, as a shell sees it.
    pub(crate) exit_code: u8,
    inner: Option<&'a Error>,
    /// Those of the error's reasons, and then its own.
    hints: Vec<String>,
}

impl<'a> Report<'a> {
    /// Joins `error` and its context. An error without an [`Error`] in its chain is [`ErrorKind::Unexpected`].
    pub fn new(error: &'a anyhow::Error) -> Self {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        let inner = error.downcast_ref::<Error>();
        let kind = inner.map_or(ErrorKind::Unexpected, Error::kind);
        let reasons = inner.map_or(&[][..], Error::reasons).iter().map(hint);
        let hints = reasons.chain(inner.map_or(&[][..], Error::hints).iter().cloned()).collect();
        Report { message: causes.join(": "), kind, exit_code: kind.exit_code(), inner, hints }
    }

    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the message and the validation errors, safe for a terminal, without `error: ` and without a final newline.
    pub fn message(&self) -> String {
        let mut text = escape_unsafe(&self.message).into_owned();
        let errors = self.inner.map_or(&[][..], Error::validation_errors);
        if !errors.is_empty() {
            text.push(':');
        }
        for error in errors {
            text.push_str("\n  ");
            text.push_str(&escape_unsafe(&format_validation_error(error)));
        }
        text
    }

    /// Returns the hints, safe for a terminal.
    pub fn hints(&self) -> impl Iterator<Item = String> {
        self.hints.iter().map(|hint| escape_unsafe(hint).into_owned())
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
            exit_code: self.exit_code,
            retryable: self.kind == ErrorKind::Unavailable,
            status: self.inner.and_then(Error::status),
            api_error_type: self.inner.and_then(Error::api_error_type),
            errors: self.inner.map_or(&[], Error::validation_errors),
            hints: &self.hints,
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
    #[derive(Deserialize)]
    struct ValidationError {
        location: Option<String>,
        param: Option<String>,
        line: Option<u64>,
        msg: String,
    }
    // Read directly, a struct could also be an array of its values.
    let object = serde_json::from_str::<Map<String, Value>>(raw.get());
    let read = object.and_then(|object| serde_json::from_value(object.into()));
    let Ok(ValidationError { location, param, line, msg }) = read else {
        return raw.get().to_owned();
    };
    match (line, param, location) {
        (Some(line), ..) => format!("line {line}: {msg}"),
        (None, Some(param), Some(location)) => format!("{param}: {msg} (in the {location})"),
        (None, Some(name), None) | (None, None, Some(name)) => format!("{name}: {msg}"),
        (None, None, None) => msg,
    }
}

/// Returns what the user can do about a fact, in terms of commands and flags.
fn hint(reason: &Reason) -> String {
    match reason {
        Reason::InvalidPartnerId => "run `strigo partners list` to see partner IDs".to_owned(),
        Reason::Unauthorized(source) => {
            format!(
                "check the credentials from {source}; an organization owner can find them at {API_KEY_SETTINGS_URL}"
            )
        }
        Reason::Forbidden(source) => format!("the credentials from {source} do not have permission for this request"),
        Reason::NotFromApi => format!(
            "the response does not look like one from the Strigo API; check the endpoint (default: {DEFAULT_ENDPOINT})"
        ),
        Reason::Redirected => {
            "if the API has moved, set its new URL with --endpoint; redirects are not followed".to_owned()
        }
        Reason::InvalidResponse => {
            "check that the endpoint is the Strigo API; use --verbose to see the requests".to_owned()
        }
        Reason::SchemaMismatch => "use --json to see the API's data unparsed".to_owned(),
        Reason::WaitTooLong { delay, max_wait } => {
            let delay = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            format!("to wait {delay}s for the next attempt, increase --max-wait (now {}s)", max_wait.as_secs_f64())
        }
        Reason::JournalLost => {
            "the invitations of this run may be missing in it: restore it before you run the command again".to_owned()
        }
        Reason::NothingChanged => "nothing was changed; it is safe to retry".to_owned(),
        Reason::MayHaveApplied => {
            "the change may already have been applied; it is safe to retry, because repeating it has \
                                   the same effect"
                .to_owned()
        }
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
}
