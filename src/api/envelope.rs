//! The envelope of a response: `result`, and `data` or `error`.
//!
//! The text of a response is kept, so that it can be printed as the API sent it. [`Data`] parses it into typed resources,
//! which borrow from it, when a command needs them.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::types::Resource;
use crate::error::{Error, ErrorKind, Reason};
use crate::from_object::FromObject;
use crate::http::response::invalid_response;

/// The `data` of a successful response, as JSON text that contains an `R`.
#[derive(Debug)]
pub struct Data<R> {
    body: String,
    data: Range<usize>,
    resource: PhantomData<R>,
}

impl<R: Resource> Data<R> {
    /// Removes the envelope.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Rejected`] if the API reported a failure, and [`ErrorKind::Unexpected`] if the envelope is
    /// invalid or `data` is not an object or an array, as expected.
    pub fn from_body(body: String) -> Result<Self, Error> {
        let envelope = Envelope::parse(&body)?;
        let data = match (envelope.result.as_deref(), envelope.data) {
            (Some("success"), Some(data)) => subslice_range(&body, data.get()),
            (Some("success"), None) => return Err(invalid_response("missing `data`")),
            (Some("failure"), _) => return Err(ErrorDetails::from_envelope(envelope).into_failure()),
            _ => return Err(invalid_response("`result` is neither `success` nor `failure`")),
        };
        match (R::IS_LIST, &body[data.start..=data.start]) {
            (true, "[") | (false, "{") => Ok(Data { body, data, resource: PhantomData }),
            (true, _) => Err(invalid_response(&format!("`data` is not an array of {}s", R::NOUN))),
            (false, _) => Err(invalid_response(&format!("`data` is not the expected {} object", R::NOUN))),
        }
    }

    /// Returns the JSON text as the API sent it.
    pub fn raw(&self) -> &str {
        &self.body[self.data.clone()]
    }

    /// Parses the JSON text. Returns [`ErrorKind::Unexpected`] if an object lacks a documented field.
    pub fn parse(&self) -> Result<R::Borrowed<'_>, Error> {
        parse::<R>(self.raw()).map_err(|_| self.schema_mismatch())
    }

    fn schema_mismatch(&self) -> Error {
        let mismatch = describe_mismatch(self.raw(), R::IS_LIST, R::FIELDS);
        let message = format!("cannot parse {}: {mismatch}", R::NOUN);
        Error::new(ErrorKind::Unexpected, message).with_reason(Reason::SchemaMismatch)
    }
}

impl<R: Resource> Data<Vec<R>> {
    /// Whether the array is empty.
    pub fn is_empty(&self) -> bool {
        self.raw()[1..].trim_ascii_start().starts_with(']')
    }

    /// Parses the elements of the array, and returns each with its JSON text. Fails as [`Data::parse`] does.
    pub fn parse_with_raw(&self) -> Result<Vec<(R::Borrowed<'_>, &str)>, Error> {
        let invalid = |_| self.schema_mismatch();
        let raw: Vec<&RawValue> = serde_json::from_str(self.raw()).map_err(invalid)?;
        raw.into_iter().map(|raw| Ok((parse::<R>(raw.get()).map_err(invalid)?, raw.get()))).collect()
    }
}

/// Returns the range of `part`, a slice of `whole`, in it.
fn subslice_range(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

fn parse<R: Resource>(json: &str) -> serde_json::Result<R::Borrowed<'_>> {
    R::deserialize(&mut serde_json::Deserializer::from_str(json))
}

/// Describes why `text` is not one resource or a list of them: where, and what is wrong there. Unlike the messages of serde,
/// this does not quote values, which may be secrets.
fn describe_mismatch(text: &str, is_list: bool, fields: &[&str]) -> String {
    let problem = match serde_json::from_str(text) {
        Ok(Value::Array(items)) if is_list => {
            (0..).zip(&items).find_map(|(index, item)| find_mismatch(&format!("data[{index}]"), item, fields))
        }
        Ok(data) => find_mismatch("data", &data, fields),
        Err(_) => None,
    };
    // Such as a duplicate field, or text that is no valid Unicode.
    problem.unwrap_or_else(|| "data: invalid structure".to_owned())
}

/// Finds what is wrong with a resource, whose `fields` are strings, the first of them its ID.
fn find_mismatch(path: &str, resource: &Value, fields: &[&str]) -> Option<String> {
    let Value::Object(object) = resource else { return Some(expected(path, "an object", resource)) };
    match fields.first().map(|id| (id, object.get(*id))) {
        Some((id, None)) => return Some(format!("{path}: missing field `{id}`")),
        Some((id, Some(Value::Null))) => return Some(format!("{path}.{id}: empty ID")),
        Some((id, Some(Value::String(text)))) if text.is_empty() => return Some(format!("{path}.{id}: empty ID")),
        _ => {}
    }
    fields.iter().find_map(|field| match object.get(*field) {
        None | Some(Value::Null | Value::String(_)) => None,
        Some(value) => Some(expected(&format!("{path}.{field}"), "a string", value)),
    })
}

/// Describes a value that has another type than the `expected` one.
fn expected(path: &str, expected: &str, found: &Value) -> String {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    format!("{path}: expected {expected}, found {found}")
}

/// Describes why a JSON object is not an envelope.
fn describe_envelope_mismatch(body: &str) -> String {
    let envelope: Value = serde_json::from_str(body).unwrap_or_default();
    let mismatch = |field: &str, what: &str, is_valid: fn(&Value) -> bool| {
        let value = envelope.get(field).filter(|value| !is_valid(value) && !value.is_null())?;
        Some(expected(field, what, value))
    };
    mismatch("result", "a string", Value::is_string)
        .or_else(|| mismatch("errors", "an array", Value::is_array))
        .unwrap_or_else(|| "invalid structure".to_owned())
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    result: Option<Cow<'a, str>>,
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
        // A derived `Deserialize` accepts an array for a struct; an envelope is an object.
        if !body.trim_ascii_start().starts_with('{') {
            return Err(invalid_response("expected a JSON object"));
        }
        serde_json::from_str(body).map_err(|error| match error.is_data() {
            true => invalid_response(&describe_envelope_mismatch(body)),
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
            serde_json::from_str(raw.get()).map_or_else(|_| raw_message(), |FromObject(details)| details)
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
        match (&self.error_type, &self.message) {
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
    use super::super::types::{Invitation, Member, Partner};
    use super::*;

    fn partners(body: &str) -> Result<Data<Vec<Partner<'static>>>, Error> {
        Data::from_body(body.to_owned())
    }

    #[test]
    fn list_raw_is_unmodified() {
        let body = r#" {"result":"success", "data": [ {"name":"a","id":"1","x":1.0} ] } "#;
        let list = partners(body).unwrap();
        assert_eq!(list.raw(), r#"[ {"name":"a","id":"1","x":1.0} ]"#);
        assert_eq!(list.parse().unwrap()[0].name, "a");
        assert_eq!(list.parse_with_raw().unwrap()[0].1, r#"{"name":"a","id":"1","x":1.0}"#);
        assert!(!list.is_empty());
        assert!(partners(r#"{"data": [ ], "result":"success"}"#).unwrap().is_empty());
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
            let ids: Vec<_> = list.parse().unwrap().into_iter().map(|partner| partner.id.into_owned()).collect();
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
            r#"["success",[]]"#,
            "<html>",
            "{}",
            r#"{"result":"success"}"#,
            r#"{"result":"success","data":null}"#,
            r#"{"result":"success","data":{}}"#,
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
            (r#"{"id":"1","name":7}"#, "data[1].name: expected a string, found a number"),
            (r#"{"id":{"secret":"x, expected y"}}"#, "data[1].id: expected a string, found an object"),
            (r#"{"id":["secret"]}"#, "data[1].id: expected a string, found an array"),
            (r#"{"id":true}"#, "data[1].id: expected a string, found a boolean"),
            (r#"["id","secret"]"#, "data[1]: expected an object, found an array"),
            (r#""secret at line 7, expected x""#, "data[1]: expected an object, found a string"),
            (r#"{"name":"secret"}"#, "data[1]: missing field `id`"),
            (r#"{"id":""}"#, "data[1].id: empty ID"),
            (r#"{"id":"1","id":"secret"}"#, "data: invalid structure"),
        ] {
            let list = partners(&format!(r#"{{"result":"success","data":[{{"id":"0"}},{item}]}}"#)).unwrap();
            let expected = format!("cannot parse partner: {expected}");
            assert_eq!(list.parse().unwrap_err().to_string(), expected);
            assert_eq!(list.parse_with_raw().unwrap_err().to_string(), expected);
        }
        let error = partners(r#"{"result":["secret"],"data":[]}"#).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), "invalid response: result: expected a string, found an array");
    }

    #[test]
    fn mismatch_of_each_field_names_it() {
        fn check<R: Resource>() {
            for field in R::FIELDS {
                let object =
                    format!(r#"{{"id":"1","other":7,"{field}":7}}"#).replace(r#""id":"1","other":7,"id""#, r#""id""#);
                let data = Data::<R>::from_body(format!(r#"{{"result":"success","data":{object}}}"#)).unwrap();
                let error = data.parse().map(|_| ()).unwrap_err();
                let expected = format!("cannot parse {}: data.{field}: expected a string, found a number", R::NOUN);
                assert_eq!(error.to_string(), expected);
            }
        }
        check::<Partner<'static>>();
        check::<Member<'static>>();
        check::<Invitation<'static>>();
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
        assert_eq!(message(r#"{"error":["T","m",null]}"#), r#"422 (["T","m",null])"#);
        assert_eq!(message(r#"{"error":null}"#), "422");
        assert_eq!(message("Too many requests"), "422");
        assert!(ErrorDetails::from_error_body(b"\xff").is_empty());
    }
}
