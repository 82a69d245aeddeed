//! What the API answers with: the envelope, and what is in it.
//!
//! An answer's text is kept whole, so that it can be shown as it came. The typed values borrow from it and are
//! made only when a command asks for them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{ControlFlow, Range};

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Error, Kind};

/// A text of the API's: borrowed from the answer where it has no escapes. A `null` is the empty text, and half a
/// surrogate pair (which JSON allows and Unicode does not) becomes U+FFFD.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nullable<'a>(PhantomData<Text<'a>>);

        impl<'de: 'a, 'a> Visitor<'de> for Nullable<'a> {
            type Value = Text<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_none<E: de::Error>(self) -> Result<Text<'a>, E> {
                Ok(Text::default())
            }
            fn visit_unit<E: de::Error>(self) -> Result<Text<'a>, E> {
                Ok(Text::default())
            }
            // As bytes, because serde_json gives half a surrogate pair out only so.
            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Text<'a>, D::Error> {
                inner.deserialize_bytes(self)
            }
            fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<Text<'a>, E> {
                // By far the most are UTF-8, and that is quicker to see than to mend.
                Ok(Text(std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)))
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Text<'a>, E> {
                Ok(Text(Cow::Owned(String::from_utf8_lossy(bytes).into_owned())))
            }
        }

        deserializer.deserialize_option(Nullable(PhantomData))
    }
}

/// A text that must be there.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
    let text = Text::deserialize(deserializer)?;
    if text.as_str().is_empty() { Err(de::Error::custom("an ID is empty")) } else { Ok(text) }
}

/// A partner company of the organization.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Partner<'a> {
    /// Unique.
    #[serde(borrow, deserialize_with = "present")]
    pub id: Text<'a>,
    /// Set by the organization. Two partners may share one.
    #[serde(borrow, default)]
    pub name: Text<'a>,
}

/// A trainer who belongs to a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Member<'a> {
    /// Unique.
    #[serde(borrow, deserialize_with = "present")]
    pub id: Text<'a>,
    /// Where the trainer gets mail.
    #[serde(borrow, default)]
    pub email: Text<'a>,
    /// What the trainer may do; `partner` is the only one seen.
    #[serde(borrow, default)]
    pub role: Text<'a>,
    /// A partner's ID, though not always that of the partner asked for.
    #[serde(borrow, default)]
    pub partner_id: Text<'a>,
}

/// A letter that asks a trainer to join a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Invitation<'a> {
    /// Unique.
    #[serde(borrow, deserialize_with = "present")]
    pub id: Text<'a>,
    /// To whom it goes.
    #[serde(borrow, default)]
    pub email: Text<'a>,
    /// `pending` is the only one seen.
    #[serde(borrow, default)]
    pub status: Text<'a>,
    /// The ID of the partner to join.
    #[serde(borrow, default)]
    pub partner_id: Text<'a>,
    /// Whoever holds this URL can join: a secret of the receiver's.
    #[serde(borrow, default)]
    pub link: Text<'a>,
}

/// Something that answers hold, named by its type with `'static` and read as one that borrows from an answer.
pub trait Resource {
    /// The type as it borrows from an answer's text.
    type In<'a>: Deserialize<'a>;
    /// What one of these is called in a message.
    const NOUN: &'static str;
}

impl Resource for Partner<'static> {
    type In<'a> = Partner<'a>;
    const NOUN: &'static str = "partner";
}

impl Resource for Member<'static> {
    type In<'a> = Member<'a>;
    const NOUN: &'static str = "member";
}

impl Resource for Invitation<'static> {
    type In<'a> = Invitation<'a>;
    const NOUN: &'static str = "invitation";
}

/// The `data` of a successful answer, as JSON text.
#[derive(Debug)]
pub struct Data {
    body: String,
    data: Range<usize>,
}

impl Data {
    /// Takes the envelope off. Fails with what the answer says is wrong ([`Kind::Rejected`]), or with
    /// [`Kind::Unexpected`] where it makes no sense.
    pub fn from_body(body: String) -> Result<Self, Error> {
        let envelope = Envelope::read(&body)?;
        let data = match (envelope.result.as_str(), envelope.data) {
            ("success", Some(data)) => span_within(&body, data.get()),
            ("success", None) => return Err(senseless("its answer has no `data`")),
            ("failure", _) => {
                return Err(Problem::of(envelope.error, envelope.errors).into_failure());
            }
            _ => return Err(senseless("its answer has no `result` that is `success` or `failure`")),
        };
        Ok(Data { body, data })
    }

    fn raw(&self) -> &str {
        &self.body[self.data.clone()]
    }

    fn is_empty_list(&self) -> bool {
        self.raw()[1..].trim_ascii_start().starts_with(']')
    }
}

/// Where `part`, a slice of `whole`, begins and ends in it.
fn span_within(whole: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

fn senseless(why: &str) -> Error {
    Error::new(Kind::Unexpected, format!("the server was reached, but {why}"))
        .hint("Check that the endpoint is that of the Strigo API; `--verbose` shows what is asked of it.")
}

fn not_as_documented(noun: &str, error: &serde_json::Error) -> Error {
    Error::new(Kind::Unexpected, format!("the API's answer does not hold a {noun} as documented: {error}"))
        .hint("`--json` shows the answer as it came.")
}

/// An answer whose `data` is one object.
#[derive(Debug)]
pub struct One<R>(Data, PhantomData<R>);

/// An answer whose `data` is a list.
#[derive(Debug)]
pub struct Many<R>(Data, PhantomData<R>);

/// What a call's answer holds.
pub trait Holds: Sized {
    /// Checks that `data` has the shape that the call promises. Fails with [`Kind::Unexpected`].
    fn from_data(data: Data) -> Result<Self, Error>;

    /// Checks that all of it is as documented. Fails with [`Kind::Unexpected`].
    fn check(&self) -> Result<(), Error>;
}

impl<R: Resource> Holds for One<R> {
    fn from_data(data: Data) -> Result<Self, Error> {
        if !data.raw().starts_with('{') {
            return Err(senseless(&format!("the `data` of its answer is not a {}", R::NOUN)));
        }
        Ok(One(data, PhantomData))
    }

    fn check(&self) -> Result<(), Error> {
        self.get().map(drop)
    }
}

impl<R: Resource> Holds for Many<R> {
    fn from_data(data: Data) -> Result<Self, Error> {
        if !data.raw().starts_with('[') {
            return Err(senseless(&format!("the `data` of its answer is not a list of {}s", R::NOUN)));
        }
        Ok(Many(data, PhantomData))
    }

    fn check(&self) -> Result<(), Error> {
        self.get().map(drop)
    }
}

impl<R: Resource> One<R> {
    /// The object as the API sent it.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }

    /// The object, typed. Fails with [`Kind::Unexpected`] where it is not as documented.
    pub fn get(&self) -> Result<R::In<'_>, Error> {
        serde_json::from_str(self.raw()).map_err(|error| not_as_documented(R::NOUN, &error))
    }
}

impl<R: Resource> Many<R> {
    /// The list as the API sent it.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }

    /// Whether there is nothing in the list.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty_list()
    }

    /// The list, typed. Fails with [`Kind::Unexpected`] where an element is not as documented.
    pub fn get(&self) -> Result<Vec<R::In<'_>>, Error> {
        serde_json::from_str(self.raw()).map_err(|error| not_as_documented(R::NOUN, &error))
    }

    /// The list's elements, each typed and as the API sent it.
    pub fn items(&self) -> Result<Vec<(R::In<'_>, &str)>, Error> {
        let raw: Vec<&RawValue> =
            serde_json::from_str(self.raw()).map_err(|error| not_as_documented(R::NOUN, &error))?;
        raw.into_iter()
            .map(|raw| {
                let item = serde_json::from_str(raw.get()).map_err(|error| not_as_documented(R::NOUN, &error))?;
                Ok((item, raw.get()))
            })
            .collect()
    }
}

/// A list that is read while it is shown. What comes after it in the answer is short and has been looked at; the list
/// itself has not, so that it is gone over once and not twice.
#[derive(Debug)]
pub struct Stream<R>(Data, PhantomData<R>);

/// What may come after a list in an answer, in bytes: longer answers are looked at as a whole.
const LONGEST_TAIL: usize = 4096;

impl<R: Resource> Stream<R> {
    /// Takes the envelope off as [`Data::from_body`] does, and fails as that does, but for what is wrong within the list.
    pub fn from_body(body: String) -> Result<Self, Error> {
        let data = match Self::glance(&body) {
            Some(data) => Data { body, data },
            None => Many::<R>::from_data(Data::from_body(body)?)?.0,
        };
        Ok(Stream(data, PhantomData))
    }

    /// Where the list is, if it is the first thing in the answer and the last thing in brackets, and what comes after it
    /// reports success.
    fn glance(body: &str) -> Option<Range<usize>> {
        let after = |text: &'_ str, token: &str| text.trim_ascii_start().strip_prefix(token).map(str::len);
        let rest = |left: usize| &body[body.len() - left..];
        let left = after(rest(after(rest(after(body, "{")?), "\"data\"")?), ":")?;
        let start = body.len() - rest(left).trim_ascii_start().len();
        let end = body.rfind(']')? + 1;
        if !body[start..].starts_with('[') || end < start || body.len() - end > LONGEST_TAIL {
            return None;
        }
        let without_list = format!("{{\"data\":[]{}", &body[end..]);
        let envelope = Envelope::read(&without_list).ok()?;
        (envelope.result.as_str() == "success").then_some(start..end)
    }

    /// Whether there is nothing in the list.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty_list()
    }

    /// Shows each element, typed, to `see`, until that has seen enough. Fails with [`Kind::Unexpected`] where the list is
    /// not JSON, or an element is not as documented.
    pub fn each<'a>(&'a self, see: &mut dyn FnMut(&R::In<'a>) -> ControlFlow<()>) -> Result<(), Error> {
        let mut has_enough = false;
        let mut see = |item: &R::In<'a>| {
            let seen = see(item);
            has_enough = seen.is_break();
            seen
        };
        let mut reader = serde_json::Deserializer::from_str(self.0.raw());
        let read = reader.deserialize_seq(Each { see: &mut see });
        // Whoever has seen enough has left the rest unread.
        if has_enough {
            return Ok(());
        }
        read.map_err(|error| not_as_documented(R::NOUN, &error))?;
        match reader.end() {
            Ok(()) => Ok(()),
            // The last thing in brackets was another one: then all of the answer has to make sense.
            Err(_) => Data::from_body(self.0.body.clone()).map(drop),
        }
    }
}

/// Reads the elements of a list one by one, and keeps none of them.
struct Each<'f, T> {
    see: &'f mut dyn FnMut(&T) -> ControlFlow<()>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            if (self.see)(&item).is_break() {
                break;
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    result: Text<'a>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    /// The reference does not say whether the list of what does not validate is in `error` or beside it.
    #[serde(default)]
    errors: Option<Vec<Box<RawValue>>>,
}

impl<'a> Envelope<'a> {
    fn read(body: &'a str) -> Result<Self, Error> {
        if body.trim_ascii().is_empty() {
            return Err(senseless("its answer is empty"));
        }
        // A derived reader takes an array for an object; an envelope is an object.
        if !body.trim_ascii_start().starts_with('{') {
            return Err(senseless("its answer is not the JSON object that the API sends"));
        }
        serde_json::from_str(body).map_err(|error| senseless(&format!("its answer cannot be read as JSON ({error})")))
    }
}

/// What an answer says went wrong, as far as it says so.
#[derive(Debug, Default)]
pub struct Problem {
    api_type: Option<String>,
    message: Option<String>,
    entries: Vec<Box<RawValue>>,
}

impl Problem {
    /// What the body of an answer with an error's status says. It need not be an envelope, nor JSON.
    pub fn from_body(body: &[u8]) -> Self {
        let envelope = std::str::from_utf8(body).ok().and_then(|body| Envelope::read(body).ok());
        match envelope {
            Some(envelope) => Problem::of(envelope.error, envelope.errors),
            None => Problem::default(),
        }
    }

    /// What is wrong with the body of an answer with a good status, if anything is: it reports a failure, or it is there
    /// and no JSON. It need not be an envelope.
    pub fn reported(body: &[u8]) -> Option<Error> {
        if body.trim_ascii().is_empty() {
            return None;
        }
        if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
            return Some(senseless(&format!("its answer is not JSON ({error})")));
        }
        let envelope = Envelope::read(std::str::from_utf8(body).ok()?).ok()?;
        (envelope.result.as_str() == "failure").then(|| Problem::of(envelope.error, envelope.errors).into_failure())
    }

    fn into_failure(self) -> Error {
        self.into_error(Kind::Rejected, "the API reports a failure")
    }

    fn of(error: Option<&RawValue>, beside: Option<Vec<Box<RawValue>>>) -> Self {
        #[derive(Deserialize)]
        struct Said<'a> {
            #[serde(rename = "type", borrow, default)]
            api_type: Text<'a>,
            #[serde(borrow, default)]
            message: Text<'a>,
            #[serde(default)]
            errors: Option<Vec<Box<RawValue>>>,
        }
        let said = |text: &Text| (!text.as_str().is_empty()).then(|| text.as_str().to_owned());
        match error.map(|error| serde_json::from_str::<Said>(error.get())) {
            Some(Ok(error)) => Problem {
                api_type: said(&error.api_type),
                message: said(&error.message),
                entries: error.errors.or(beside).unwrap_or_default(),
            },
            // An error of another form than the reference's is shown as it is.
            Some(Err(_)) => Problem { message: error.map(|raw| raw.get().to_owned()), ..Problem::default() },
            None => Problem { entries: beside.unwrap_or_default(), ..Problem::default() },
        }
    }

    /// Whether the answer said anything of use.
    pub fn is_empty(&self) -> bool {
        self.api_type.is_none() && self.message.is_none() && self.entries.is_empty()
    }

    /// The problem as an [`Error`] whose message begins with `what`.
    pub fn into_error(self, kind: Kind, what: &str) -> Error {
        let mut message = what.to_owned();
        match (&self.api_type, &self.message) {
            (Some(name), Some(words)) => message.push_str(&format!(" ({name}: {})", sentence(words))),
            (Some(words), None) | (None, Some(words)) => message.push_str(&format!(" ({})", sentence(words))),
            (None, None) => {}
        }
        Error::new(kind, message).api_type(self.api_type).entries(self.entries)
    }
}

/// The API's words without the full stop that the tool sets itself.
fn sentence(words: &str) -> &str {
    words.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The IDs that a stream of partners shows, or the failure.
    fn streamed(body: &str) -> Result<Vec<String>, Error> {
        let stream = Stream::<Partner<'static>>::from_body(body.to_owned())?;
        let mut ids = Vec::new();
        stream.each(&mut |partner| {
            ids.push(partner.id.as_str().to_owned());
            ControlFlow::Continue(())
        })?;
        assert_eq!(stream.is_empty(), ids.is_empty());
        Ok(ids)
    }

    #[test]
    fn a_stream_shows_what_a_list_has() {
        for body in [
            r#"{"data":[{"id":"a"},{"id":"b"}],"result":"success"}"#,
            r#" { "data" : [ {"id":"a"} , {"id":"b","more":["]"]} ] , "result" : "success" , "x" : {} } "#,
            r#"{"result":"success","data":[{"id":"a"},{"id":"b"}]}"#,
            r#"{"data":[{"id":"a"},{"id":"b"}],"warnings":[],"result":"success"}"#,
            r#"{"data":[{"id":"a"},{"id":"b"}],"result":"success","warnings":["]"]}"#,
        ] {
            assert_eq!(streamed(body).unwrap(), ["a", "b"], "{body}");
        }
        assert_eq!(streamed(r#"{"data": [ ], "result":"success"}"#).unwrap(), [""; 0]);
    }

    #[test]
    fn a_stream_fails_where_a_list_does() {
        for (body, kind) in [
            (r#"{"data":[{"id":"a"}],"result":"failure"}"#, Kind::Rejected),
            (r#"{"data":[{"id":"a"}],"result":"odd"}"#, Kind::Unexpected),
            (r#"{"data":[{"id":"a"}]}"#, Kind::Unexpected),
            (r#"{"data":[{"id":"a"},],"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":[{"id":"a"}]],"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":[{"id":"a"}],x[],"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":[{"id":""}],"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":[{}],"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":{"id":"a"},"result":"success"}"#, Kind::Unexpected),
            (r#"{"data":[{"id":"a"}],"result":"success"}}"#, Kind::Unexpected),
            (r#"{"data":["result":"success"}"#, Kind::Unexpected),
            ("]{\"data\":[", Kind::Unexpected),
            ("", Kind::Unexpected),
        ] {
            assert_eq!(streamed(body).unwrap_err().kind(), kind, "{body}");
        }
    }

    fn partners(body: &str) -> Result<Many<Partner<'static>>, Error> {
        Many::from_data(Data::from_body(body.to_owned())?)
    }

    #[test]
    fn data_is_kept_as_it_came() {
        let body = r#" {"result":"success", "data": [ {"name":"a","id":"1","x":1.0} ] } "#;
        let many = partners(body).unwrap();
        assert_eq!(many.raw(), r#"[ {"name":"a","id":"1","x":1.0} ]"#);
        assert_eq!(many.get().unwrap()[0].name.as_str(), "a");
        assert_eq!(many.items().unwrap()[0].1, r#"{"name":"a","id":"1","x":1.0}"#);
    }

    #[test]
    fn texts_are_borrowed_where_they_can_be() {
        let text: Text = serde_json::from_str(r#""plain""#).unwrap();
        assert!(matches!(text.0, Cow::Borrowed("plain")));
        let text: Text = serde_json::from_str(r#""a\u00e9\n""#).unwrap();
        assert_eq!(text.as_str(), "aé\n");
        let text: Text = serde_json::from_str("null").unwrap();
        assert_eq!(text.as_str(), "");
        let text: Text = serde_json::from_str(r#""x\ud83dy""#).unwrap();
        assert!(text.as_str().starts_with("x\u{fffd}") && text.as_str().ends_with('y'));
        assert!(serde_json::from_str::<Text>("7").is_err());
    }

    #[test]
    fn answers_without_sense_are_unexpected() {
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
            r#"{"data":[]}"#,
        ] {
            let error = partners(body).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), Kind::Unexpected, "{body}");
        }
        let many = partners(r#"{"result":"success","data":[{"name":"no id"}]}"#).unwrap();
        assert_eq!(many.get().unwrap_err().kind(), Kind::Unexpected);
    }

    #[test]
    fn a_failure_is_one_whatever_else_is_there() {
        let error = partners(r#"{"result":"failure","data":[],"error":{"type":"T","message":"m."}}"#).unwrap_err();
        assert_eq!(error.kind(), Kind::Rejected);
        assert_eq!(error.to_string(), "the API reports a failure (T: m)");
    }

    #[test]
    fn errors_of_any_form_are_told() {
        let told = |body: &str| Problem::from_body(body.as_bytes()).into_error(Kind::Rejected, "422").to_string();
        assert_eq!(told(r#"{"error":{"message":"m"}}"#), "422 (m)");
        assert_eq!(told(r#"{"error":"just words"}"#), r#"422 ("just words")"#);
        assert_eq!(told(r#"{"error":null}"#), "422");
        assert_eq!(told("Too many requests"), "422");
        assert!(Problem::from_body(b"\xff").is_empty());
    }
}
