//! Where the API is.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::error::{Error, Kind};

/// The vendor's own endpoint.
pub const DEFAULT: &str = "https://app.strigo.io/api/v1";

/// The URL that all paths are below, without a slash at its end. Only `https`, or `http` to this very machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    path: String,
    is_https: bool,
}

impl Endpoint {
    /// Reads an endpoint that came from `source`. Fails with [`Kind::Config`] where it cannot be used or would send
    /// the key in the clear.
    pub fn parse(text: &str, source: &str) -> Result<Self, Error> {
        // First of all, and by its looks: what cannot be read as a URL may have a password in it as well.
        if text.contains('@') {
            return Err(Error::new(Kind::Config, format!("the endpoint from {source} has a user or a password in it"))
                .hint("Credentials come from the environment or the config file, never from a URL."));
        }
        let refuse = |why: &str| {
            Error::new(Kind::Config, format!("the endpoint '{text}' ({source}) {why}"))
                .hint(format!("An endpoint looks like {DEFAULT}."))
        };
        let mut url = Url::parse(text.trim()).map_err(|error| refuse(&format!("is not a URL: {error}")))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(refuse("would send the API key unencrypted: http:// is allowed to this machine only"));
            }
            _ => return Err(refuse("must begin with https://")),
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("must not have a query or a fragment"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Endpoint { url: url.as_str().trim_end_matches('/').to_owned(), path, is_https: url.scheme() == "https" })
    }

    /// The URL of a call's path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The path on the server of a call's path.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }

    /// Whether the connection is encrypted. Where it is not, it stays on this machine.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        for text in ["https://h.example/api/v1", "https://h.example/api/v1/", " https://h.example/api/v1//\n"] {
            let endpoint = Endpoint::parse(text, "test").unwrap();
            assert_eq!(endpoint.url("/partners"), "https://h.example/api/v1/partners");
            assert_eq!(endpoint.path("/partners"), "/api/v1/partners");
        }
        assert_eq!(Endpoint::parse("https://h.example", "test").unwrap().url("/x"), "https://h.example/x");
    }

    #[test]
    fn the_key_never_travels_in_the_clear() {
        for text in ["http://localhost:1/v1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:8/x"] {
            assert!(!Endpoint::parse(text, "test").unwrap().is_https());
        }
        for text in [
            "http://app.strigo.io/api/v1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://0.0.0.0",
            "ftp://app.strigo.io",
            "app.strigo.io/api/v1",
            "",
            "https://",
            "https://h.example/?a=b",
            "https://h.example/#f",
        ] {
            assert_eq!(Endpoint::parse(text, "test").unwrap_err().kind(), Kind::Config, "{text}");
        }
    }

    #[test]
    fn a_password_in_it_is_refused_and_not_shown() {
        for text in
            ["https://me:s3cret@h.example", "http://me:s3cret@h.example", "https://me:s3cret@h:99999/", "s3cret@h"]
        {
            let error = Endpoint::parse(text, "test").unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
