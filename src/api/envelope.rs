//! The envelope of a response: `result`, and `data` or `error`.
//!
//! The text of a response is kept, so that it can be printed as the API sent it. [`RawData`] parses it into typed resources
//! when a command needs them.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Reason};
use crate::http::response::invalid_response;

/// The `data` of a successful response, as JSON text that contains a `T`.
#[derive(Debug)]
pub struct RawData<T> {
    json: Box<RawValue>,
    resource: PhantomData<T>,
}

impl<T: DeserializeOwned> RawData<T> {
    /// Removes the envelope.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Rejected`] if the API reported a failure, and [`ErrorKind::Unexpected`] if the envelope is
    /// invalid.
    pub fn from_body(body: &str) -> Result<Self, Error> {
        let envelope = Envelope::parse(body)?;
        match (envelope.result.as_deref(), envelope.data) {
            (Some("success"), Some(data)) => Ok(RawData { json: data.to_owned(), resource: PhantomData }),
            (Some("success"), None) => Err(invalid_response("missing `data`")),
            (Some("failure"), _) => Err(ErrorDetails::from_envelope(envelope).into_failure()),
            _ => Err(invalid_response("`result` is neither `success` nor `failure`")),
        }
    }

    /// Returns the JSON text as the API sent it.
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// Parses the JSON text. Returns [`ErrorKind::Unexpected`] if an object lacks a documented field.
    pub fn parse(&self) -> Result<T, Error> {
        let mut json = serde_json::Deserializer::from_str(self.json());
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let path = if path == "." { "data".to_owned() } else { format!("data{}{path}", dot_before(&path)) };
            let message = format!("cannot parse the response: {path}: {}", without_values(&error.inner().to_string()));
            Error::new(ErrorKind::Unexpected, message).with_reason(Reason::SchemaMismatch)
        })
    }
}

impl<T: DeserializeOwned> RawData<Vec<T>> {
    /// Whether the array is empty.
    pub fn is_empty(&self) -> bool {
        self.json().trim_matches(['[', ']']).trim().is_empty()
    }

    /// Parses the elements of the array, and returns each with its JSON text. Fails as [`RawData::parse`] does.
    pub fn items(&self) -> Result<Vec<(T, &str)>, Error> {
        let items = self.parse()?;
        let json: Vec<&RawValue> = serde_json::from_str(self.json()).unwrap_or_default();
        Ok(items.into_iter().zip(json.into_iter().map(RawValue::get)).collect())
    }
}

fn dot_before(path: &str) -> &'static str {
    if path.starts_with('[') { "" } else { "." }
}

/// Removes from a message of serde_json the position and the value that it found, which may be a secret.
fn without_values(message: &str) -> String {
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {}", without_position(expected)),
        None => without_position(message).to_owned(),
    }
}

fn without_position(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(before, _)| before)
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Envelope<'a> {
    #[serde(default)]
    result: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    /// The reference does not say whether the validation errors are in `error` or beside it.
    #[serde(default)]
    errors: Option<Vec<Box<RawValue>>>,
}

impl<'a> Envelope<'a> {
    fn parse(body: &'a str) -> Result<Self, Error> {
        if body.trim_ascii().is_empty() {
            return Err(invalid_response("empty body"));
        }
        serde_json::from_str(body).map_err(|error| match error.is_data() {
            true => invalid_response(&without_values(&error.to_string())),
            false => invalid_response(&format!("not valid JSON: {error}")),
        })
    }
}

/// What a response says about an error.
#[derive(Debug, Default, Deserialize)]
pub struct ErrorDetails {
    #[serde(default, rename = "type")]
    error_type: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    errors: Option<Vec<Box<RawValue>>>,
}

impl ErrorDetails {
    /// Reads the body of a response with an error status. It need not be an envelope, nor JSON.
    pub fn from_error_body(body: &[u8]) -> Self {
        let envelope = std::str::from_utf8(body).ok().and_then(|body| Envelope::parse(body).ok());
        envelope.map(ErrorDetails::from_envelope).unwrap_or_default()
    }

    /// Returns the error if the body of a response with a success status reports a failure or is not JSON. It need not be
    /// an envelope.
    pub fn from_success_body(body: &[u8]) -> Option<Error> {
        if body.trim_ascii().is_empty() {
            return None;
        }
        if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
            return Some(invalid_response(&format!("not valid JSON: {error}")));
        }
        let envelope = Envelope::parse(std::str::from_utf8(body).ok()?).ok()?;
        (envelope.result.as_deref() == Some("failure")).then(|| ErrorDetails::from_envelope(envelope).into_failure())
    }

    fn from_envelope(envelope: Envelope<'_>) -> Self {
        let details = envelope.error.map(|raw| {
            // An error of another form than the reference's is shown as it is.
            let raw_message = || ErrorDetails { message: Some(raw.get().to_owned()), ..ErrorDetails::default() };
            serde_json::from_str(raw.get()).unwrap_or_else(|_| raw_message())
        });
        let ErrorDetails { error_type, message, errors } = details.unwrap_or_default();
        let non_empty = |text: Option<String>| text.filter(|text| !text.is_empty());
        let errors = errors.or(envelope.errors).filter(|errors| !errors.is_empty());
        ErrorDetails { error_type: non_empty(error_type), message: non_empty(message), errors }
    }

    /// Whether the response says nothing about the error.
    pub fn is_empty(&self) -> bool {
        self.error_type.is_none() && self.message.is_none() && self.errors.is_none()
    }

    fn into_failure(self) -> Error {
        self.into_error(ErrorKind::Rejected, "the API reported a failure")
    }

    /// Converts to an [`Error`] whose message starts with `summary`.
    pub fn into_error(self, kind: ErrorKind, summary: &str) -> Error {
        let mut message = summary.to_owned();
        // 'Unauthorized' is the name of the status, too.
        match (self.error_type.as_ref().filter(|name| !summary.ends_with(*name)), &self.message) {
            (Some(name), Some(text)) => message.push_str(&format!(" ({name}: {})", trim_period(text))),
            (Some(text), None) | (None, Some(text)) => message.push_str(&format!(" ({})", trim_period(text))),
            (None, None) => {}
        }
        let error = Error::new(kind, message).with_api_error_type(self.error_type);
        error.with_validation_errors(self.errors.unwrap_or_default())
    }
}

/// Removes the final period of the API's message, which is embedded in one of the tool's.
fn trim_period(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::super::types::Partner;
    use super::*;

    fn partners(body: &str) -> Result<RawData<Vec<Partner>>, Error> {
        RawData::from_body(body)
    }

    #[test]
    fn list_raw_is_unmodified() {
        let body = r#" {"result":"success", "data": [ {"name":"a","id":"1","x":1.0} ] } "#;
        let list = partners(body).unwrap();
        assert_eq!(list.json(), r#"[ {"name":"a","id":"1","x":1.0} ]"#);
        assert_eq!(list.parse().unwrap()[0].name, "a");
        assert_eq!(list.items().unwrap()[0].1, r#"{"name":"a","id":"1","x":1.0}"#);
        assert!(!list.is_empty() && partners(r#"{"data": [ ], "result":"success"}"#).unwrap().is_empty());
    }

    #[test]
    fn list_members_may_come_in_any_order() {
        for body in [
            r#"{"data":[{"id":"a"},{"id":"b"}],"result":"success"}"#,
            r#" { "data" : [ {"id":"a"} , {"id":"b","more":["]"]} ] , "result" : "success" , "x" : {} } "#,
            r#"{"result":"success","data":[{"id":"a"},{"id":"b"}]}"#,
            r#"{"data":[{"id":"a"},{"id":"b"}],"result":"success","warnings":["]"]}"#,
        ] {
            let list = partners(body).unwrap();
            let ids: Vec<_> = list.parse().unwrap().into_iter().map(|partner| partner.id).collect();
            assert_eq!(ids, ["a", "b"], "{body}");
        }
    }

    #[test]
    fn malformed_envelope_is_unexpected() {
        for body in [
            "",
            " \n",
            "null",
            "[]",
            "<html>",
            "{}",
            r#"{"result":"success"}"#,
            r#"{"result":"success","data":null}"#,
            r#"{"result":"maybe","data":[]}"#,
            r#"{"result":"success","data":[]"#,
            r#"{"data":[{"id":"a"},],"result":"success"}"#,
            r#"{"data":[{"id":"a"}]],"result":"success"}"#,
            r#"{"data":[{"id":"a"}],"result":"success"}}"#,
            r#"{"data":[]}"#,
        ] {
            let error = partners(body).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unexpected, "{body}");
        }
        let list = partners(r#"{"result":"success","data":[{"name":"no id"}]}"#).unwrap();
        let error = list.parse().unwrap_err();
        assert_eq!((error.kind(), error.reasons()), (ErrorKind::Unexpected, &[Reason::SchemaMismatch][..]));
    }

    #[test]
    fn mismatch_has_path_and_type_but_no_value() {
        for (item, expected) in [
            (r#"{"id":"1","name":7}"#, "data[1].name: expected a string"),
            (r#"{"id":{"secret":"x, expected y"}}"#, "data[1].id: expected a string"),
            (r#"{"id":true}"#, "data[1].id: expected a string"),
            (r#""secret at line 7, expected x""#, "data[1]: expected an object"),
            (r#"{"name":"secret"}"#, "data[1]: missing field `id`"),
            (r#"{"id":""}"#, "data[1].id: empty ID"),
        ] {
            let list = partners(&format!(r#"{{"result":"success","data":[{{"id":"0"}},{item}]}}"#)).unwrap();
            let expected = format!("cannot parse the response: {expected}");
            assert_eq!(list.parse().unwrap_err().to_string(), expected);
            assert_eq!(list.items().unwrap_err().to_string(), expected);
        }
        let error = partners(r#"{"result":["secret"],"data":[]}"#).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "invalid response: expected a string");
    }

    #[test]
    fn failure_result_is_rejected_even_with_data() {
        let error = partners(r#"{"result":"failure","data":[],"error":{"type":"T","message":"m."}}"#).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert_eq!(error.to_string(), "the API reported a failure (T: m)");
    }

    #[test]
    fn error_details_accept_any_form() {
        let message = |body: &str| {
            ErrorDetails::from_error_body(body.as_bytes()).into_error(ErrorKind::Rejected, "422").to_string()
        };
        assert_eq!(message(r#"{"error":{"message":"m"}}"#), "422 (m)");
        assert_eq!(message(r#"{"error":{"type":null,"message":""}}"#), "422");
        assert_eq!(message(r#"{"error":"just words"}"#), r#"422 ("just words")"#);
        assert_eq!(message(r#"{"error":null}"#), "422");
        assert_eq!(message("Too many requests"), "422");
        assert!(ErrorDetails::from_error_body(b"\xff").is_empty());
    }
}
