//! The calls of the API, as values: the request, and the type of the response.
//!
//! A dry run prints the same [`Call`] that a real run sends.

use std::marker::PhantomData;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::types::{Invitation, Member, Partner};
use crate::error::{Error, ErrorKind, Reason};

/// Whether a request with this method can be repeated even if the server has processed it already.
///
/// That is RFC 9110's idempotence (section 9.2.2), plus PATCH: the API's PATCH sets a name.
pub fn is_retry_safe(method: &Method) -> bool {
    method.is_idempotent() || method == Method::PATCH
}

/// An HTTP request.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path relative to the endpoint, with its query, percent-encoded, starting with `/`.
    pub path: String,
    /// The JSON body.
    pub body: Option<String>,
    /// Headers that are added to the default ones or replace them.
    pub headers: HeaderMap,
    /// Whether the request can be repeated even if the server has processed it.
    pub is_retry_safe: bool,
}

/// One call of the API, whose response contains a `T`.
#[derive(Debug)]
pub struct Call<T> {
    /// The request.
    pub request: Request,
    resource: PhantomData<T>,
}

impl<T> Call<T> {
    fn new(method: Method, path: String, body: Option<Value>) -> Self {
        let (is_retry_safe, body) = (is_retry_safe(&method), body.map(|body| body.to_string()));
        let request = Request { method, path, body, headers: HeaderMap::new(), is_retry_safe };
        Call { request, resource: PhantomData }
    }
}

/// Lists all partners of the organization.
pub fn list_partners() -> Call<Vec<Partner>> {
    Call::new(Method::GET, "/partners".to_owned(), None)
}

/// Gets one partner. Returns [`ErrorKind::Usage`] if `id` cannot be a path segment.
pub fn get_partner(id: &str) -> Result<Call<Partner>, Error> {
    Ok(Call::new(Method::GET, partner_path(id, "")?, None))
}

/// Creates a partner.
pub fn create_partner(name: &str) -> Call<Partner> {
    Call::new(Method::POST, "/partners".to_owned(), Some(json!({"name": name})))
}

/// Renames a partner. Returns [`ErrorKind::Usage`] if `id` cannot be a path segment.
pub fn rename_partner(id: &str, name: &str) -> Result<Call<Partner>, Error> {
    Ok(Call::new(Method::PATCH, partner_path(id, "")?, Some(json!({"name": name}))))
}

/// Lists the members of a partner. Returns [`ErrorKind::Usage`] if `partner_id` cannot be a path segment.
pub fn list_members(partner_id: &str) -> Result<Call<Vec<Member>>, Error> {
    Ok(Call::new(Method::GET, partner_path(partner_id, "/members")?, None))
}

/// Invites a person to join a partner. Returns [`ErrorKind::Usage`] if `partner_id` cannot be a path segment.
pub fn invite_member(partner_id: &str, email: &str) -> Result<Call<Invitation>, Error> {
    Ok(Call::new(Method::POST, partner_path(partner_id, "/members")?, Some(json!({"email": email}))))
}

/// The characters that are percent-encoded in a path segment: all but the unreserved ones of RFC 3986, section 2.3.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn partner_path(id: &str, suffix: &str) -> Result<String, Error> {
    // These would address another resource: the list, or what is above it.
    if matches!(id, "" | "." | "..") {
        let error = Error::new(ErrorKind::Usage, format!("invalid partner ID '{id}'"));
        return Err(error.with_reason(Reason::InvalidPartnerId));
    }
    Ok(format!("/partners/{}{suffix}", utf8_percent_encode(id, PATH_SEGMENT)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn partner_path_encodes_id_as_single_segment() {
        let path = |id| get_partner(id).unwrap().request.path;
        assert_eq!(path("yCoaiix2pRjxMjCn7"), "/partners/yCoaiix2pRjxMjCn7");
        assert_eq!(path("../x?y#z"), "/partners/..%2Fx%3Fy%23z");
        assert_eq!(path("%2e%2e"), "/partners/%252e%252e");
        assert_eq!(path("é\t"), "/partners/%C3%A9%09");
        for id in ["", ".", ".."] {
            assert_eq!(list_members(id).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn call_bodies_match_api_reference() {
        assert_eq!(create_partner("a \"b\"").request.body.unwrap(), r#"{"name":"a \"b\""}"#);
        assert_eq!(rename_partner("x", "n").unwrap().request.body.unwrap(), r#"{"name":"n"}"#);
        assert_eq!(invite_member("x", "a@b.c").unwrap().request.body.unwrap(), r#"{"email":"a@b.c"}"#);
        assert!(list_partners().request.body.is_none());
    }

    proptest! {
        #[test]
        fn partner_path_id_cannot_escape_segment(id in any::<String>()) {
            if let Ok(call) = get_partner(&id) {
                let endpoint = format!("https://h/api/v1{}", call.request.path);
                let url = reqwest::Url::parse(&endpoint).unwrap();
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
                prop_assert_eq!(url.as_str(), endpoint);
            }
        }
    }
}
