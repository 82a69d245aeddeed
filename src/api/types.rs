//! The resources of the API. They borrow from the text of a response.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::from_object::FromObject;

/// Deserializes a string; `null` becomes the empty string.
fn null_as_empty<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    // Alone, `Option<Cow<str>>` would never borrow.
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
    Ok(Option::<Borrowed<'a>>::deserialize(deserializer)?.map(|text| text.0).unwrap_or_default())
}

fn non_empty<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    let text = null_as_empty(deserializer)?;
    if text.is_empty() { Err(D::Error::custom("empty ID")) } else { Ok(text) }
}

/// A partner company of the organization.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Partner<'a> {
    /// The unique ID.
    #[serde(borrow, deserialize_with = "non_empty")]
    pub id: Cow<'a, str>,
    /// The name. Names are not unique.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub name: Cow<'a, str>,
}

/// A person who belongs to a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Member<'a> {
    /// The unique ID.
    #[serde(borrow, deserialize_with = "non_empty")]
    pub id: Cow<'a, str>,
    /// The email address.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub email: Cow<'a, str>,
    /// The role; only `partner` has been seen.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub role: Cow<'a, str>,
    /// A partner ID, though not always that of the partner whose members were requested.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub partner_id: Cow<'a, str>,
}

/// An invitation to join a partner.
#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "an object")]
pub struct Invitation<'a> {
    /// The unique ID.
    #[serde(borrow, deserialize_with = "non_empty")]
    pub id: Cow<'a, str>,
    /// The email address of the recipient.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub email: Cow<'a, str>,
    /// The status; only `pending` has been seen.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub status: Cow<'a, str>,
    /// The ID of the partner.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub partner_id: Cow<'a, str>,
    /// The URL that lets anyone who has it join: a secret of the recipient.
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub link: Cow<'a, str>,
    /// When it was created (ISO 8601, UTC).
    #[serde(borrow, default, deserialize_with = "null_as_empty")]
    pub created_at: Cow<'a, str>,
}

/// What a response contains, named with the lifetime `'static` and parsed as a type that borrows from the response.
pub trait Resource {
    /// The type that borrows from the text of a response.
    type Borrowed<'a>: Deserialize<'a>;
    /// What one is called in messages.
    const NOUN: &'static str;
    /// The fields that are read, all of them strings, the ID first.
    const FIELDS: &'static [&'static str];
    /// Whether this is an array.
    const IS_LIST: bool = false;

    /// Deserializes one.
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self::Borrowed<'de>, D::Error> {
        FromObject::deserialize(deserializer).map(|FromObject(resource)| resource)
    }
}

impl Resource for Partner<'static> {
    type Borrowed<'a> = Partner<'a>;
    const NOUN: &'static str = "partner";
    const FIELDS: &'static [&'static str] = &["id", "name"];
}

impl Resource for Member<'static> {
    type Borrowed<'a> = Member<'a>;
    const NOUN: &'static str = "member";
    const FIELDS: &'static [&'static str] = &["id", "email", "role", "partner_id"];
}

impl Resource for Invitation<'static> {
    type Borrowed<'a> = Invitation<'a>;
    const NOUN: &'static str = "invitation";
    const FIELDS: &'static [&'static str] = &["id", "email", "status", "partner_id", "link", "created_at"];
}

impl<R: Resource> Resource for Vec<R> {
    type Borrowed<'a> = Vec<R::Borrowed<'a>>;
    const NOUN: &'static str = R::NOUN;
    const FIELDS: &'static [&'static str] = R::FIELDS;
    const IS_LIST: bool = true;

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self::Borrowed<'de>, D::Error> {
        let list: Vec<FromObject<R::Borrowed<'de>>> = Deserialize::deserialize(deserializer)?;
        Ok(list.into_iter().map(|FromObject(resource)| resource).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_borrowed_if_they_have_no_escapes() {
        let partner: Partner = serde_json::from_str(r#"{"id":"plain","name":"a\u00e9\n"}"#).unwrap();
        assert!(matches!(partner.id, Cow::Borrowed("plain")));
        assert_eq!(partner.name, "aé\n");
    }

    #[test]
    fn null_and_missing_strings_are_empty_except_ids() {
        for json in [r#"{"id":"1","name":null}"#, r#"{"id":"1"}"#] {
            assert_eq!(serde_json::from_str::<Partner>(json).unwrap().name, "", "{json}");
        }
        for json in [r#"{"id":null}"#, r#"{"id":""}"#, r#"{"name":"n"}"#, r#"{"id":"1","name":7}"#, r#"{"id":7}"#] {
            assert!(serde_json::from_str::<Partner>(json).is_err(), "{json}");
        }
    }
}
