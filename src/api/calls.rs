//! The calls of the API, as values: what is sent, and the type of what comes back.
//!
//! A command that only shows what it would send and one that sends it work from the same [`Call`].

use std::marker::PhantomData;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::types::{Invitation, Many, Member, One, Partner};
use crate::error::{Error, Kind};

/// The methods of HTTP (RFC 9110, section 9, and RFC 5789).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Reads, without the body.
    Head,
    /// Asks what is possible.
    Options,
    /// Makes something new each time it is sent.
    Post,
    /// Puts something in its place.
    Put,
    /// Sets a part of something. The API's sets a name: sent twice, it has been set once.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 7] = {
        use Method::{Delete, Get, Head, Options, Patch, Post, Put};
        [Get, Head, Options, Post, Put, Patch, Delete]
    };

    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Options => "OPTIONS",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// The method of that name, in whatever case.
    pub fn named(name: &str) -> Option<Self> {
        Method::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether it only reads (RFC 9110, section 9.2.1).
    pub fn is_safe(self) -> bool {
        matches!(self, Method::Get | Method::Head | Method::Options)
    }

    /// Whether sending it again does no harm, even if the server has acted on it already (RFC 9110, section 9.2.2;
    /// the API's PATCH sets a name, so it is idempotent too).
    pub fn is_idempotent(self) -> bool {
        self != Method::Post
    }
}

/// One call of the API whose answer holds an `R`.
#[derive(Debug)]
pub struct Call<R> {
    /// The HTTP method.
    pub method: Method,
    /// The path below the endpoint, beginning with `/`, percent-encoded.
    pub path: String,
    /// The JSON body.
    pub body: Option<String>,
    answer: PhantomData<R>,
}

impl<R> Call<R> {
    fn new<B: Serialize>(method: Method, path: String, body: Option<&B>) -> Result<Self, Error> {
        let body = body
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| Error::new(Kind::Unexpected, format!("cannot write the request: {error}")))?;
        Ok(Call { method, path, body, answer: PhantomData })
    }

    fn read(path: String) -> Self {
        Call { method: Method::Get, path, body: None, answer: PhantomData }
    }
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Email<'a> {
    email: &'a str,
}

/// All partners of the organization.
pub fn list_partners() -> Call<Many<Partner<'static>>> {
    Call::read("/partners".to_owned())
}

/// One partner. Fails with [`Kind::Usage`] where `id` cannot be a path segment.
pub fn get_partner(id: &str) -> Result<Call<One<Partner<'static>>>, Error> {
    Ok(Call::read(partner_path(id, "")?))
}

/// A new partner.
pub fn create_partner(name: &str) -> Result<Call<One<Partner<'static>>>, Error> {
    Call::new(Method::Post, "/partners".to_owned(), Some(&Name { name }))
}

/// Another name for a partner. Fails with [`Kind::Usage`] where `id` cannot be a path segment.
pub fn rename_partner(id: &str, name: &str) -> Result<Call<One<Partner<'static>>>, Error> {
    Call::new(Method::Patch, partner_path(id, "")?, Some(&Name { name }))
}

/// The members of a partner. Fails with [`Kind::Usage`] where `partner_id` cannot be a path segment.
pub fn list_members(partner_id: &str) -> Result<Call<Many<Member<'static>>>, Error> {
    Ok(Call::read(partner_path(partner_id, "/members")?))
}

/// An invitation to join a partner. Fails with [`Kind::Usage`] where `partner_id` cannot be a path segment.
pub fn invite_member(partner_id: &str, email: &str) -> Result<Call<One<Invitation<'static>>>, Error> {
    Call::new(Method::Post, partner_path(partner_id, "/members")?, Some(&Email { email }))
}

/// What stays as it is in a path segment: the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn partner_path(id: &str, below: &str) -> Result<String, Error> {
    // These three would name another resource: the list, or what is above it.
    if matches!(id, "" | "." | "..") {
        return Err(Error::new(Kind::Usage, format!("'{id}' cannot be a partner's ID"))
            .hint("`strigo partners list` shows the partners with their IDs."));
    }
    Ok(format!("/partners/{}{below}", utf8_percent_encode(id, ENCODED)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_is_one_segment() {
        let path = |id| get_partner(id).unwrap().path;
        assert_eq!(path("yCoaiix2pRjxMjCn7"), "/partners/yCoaiix2pRjxMjCn7");
        assert_eq!(path("../x?y#z"), "/partners/..%2Fx%3Fy%23z");
        assert_eq!(path("%2e%2e"), "/partners/%252e%252e");
        assert_eq!(path("é\t"), "/partners/%C3%A9%09");
        for id in ["", ".", ".."] {
            assert_eq!(list_members(id).unwrap_err().kind(), Kind::Usage);
        }
    }

    #[test]
    fn bodies_hold_what_the_reference_says_and_nothing_else() {
        assert_eq!(create_partner("a \"b\"").unwrap().body.unwrap(), r#"{"name":"a \"b\""}"#);
        assert_eq!(rename_partner("x", "n").unwrap().body.unwrap(), r#"{"name":"n"}"#);
        assert_eq!(invite_member("x", "a@b.c").unwrap().body.unwrap(), r#"{"email":"a@b.c"}"#);
        assert!(list_partners().body.is_none());
    }

    proptest! {
        #[test]
        fn no_id_leaves_its_segment(id in any::<String>()) {
            if let Ok(call) = get_partner(&id) {
                let endpoint = format!("https://h/api/v1{}", call.path);
                let url = reqwest::Url::parse(&endpoint).unwrap();
                prop_assert_eq!(url.path_segments().unwrap().count(), 4);
                prop_assert_eq!(url.as_str(), endpoint);
            }
        }
    }
}
