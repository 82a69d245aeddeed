//! The resources of the API.

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// Deserializes a string; `null` becomes the empty string.
fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn non_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = null_as_empty(deserializer)?;
    if text.is_empty() { Err(D::Error::custom("empty ID")) } else { Ok(text) }
}

/// A partner company of the organization.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(expecting = "an object")]
pub struct Partner {
    /// The unique ID.
    #[serde(deserialize_with = "non_empty")]
    pub id: String,
    /// The name. Names are not unique.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub name: String,
}

/// A person who belongs to a partner.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(expecting = "an object")]
pub struct Member {
    /// The unique ID.
    #[serde(deserialize_with = "non_empty")]
    pub id: String,
    /// The email address.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub email: String,
    /// The role; only `partner` has been seen.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub role: String,
    /// A partner ID, though not always that of the partner whose members were requested.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub partner_id: String,
}

/// An invitation to join a partner.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(expecting = "an object")]
pub struct Invitation {
    /// The unique ID.
    #[serde(deserialize_with = "non_empty")]
    pub id: String,
    /// The email address of the recipient.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub email: String,
    /// The status; only `pending` has been seen.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub status: String,
    /// The ID of the partner.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub partner_id: String,
    /// The URL that lets anyone who has it join: a secret of the recipient.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub link: String,
    /// When it was created (ISO 8601, UTC).
    #[serde(default, deserialize_with = "null_as_empty")]
    pub created_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

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
