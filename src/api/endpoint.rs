//! Where the API is.

use std::fmt;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
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

    /// The path below this endpoint that somebody has typed, percent-encoded and beginning with `/`; a URL below it will
    /// do as well. Fails with [`Kind::Usage`] where it would lead anywhere else.
    pub fn path_below(&self, typed: &str) -> Result<String, Error> {
        let refuse = |why: &str| {
            Error::new(Kind::Usage, format!("the path '{typed}' {why}"))
                .hint(format!("Give a path below {self}, such as /partners."))
        };
        let rest = match typed.strip_prefix(&self.url) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => rest,
            // RFC 3986, section 3.1: what a scheme looks like.
            _ if Url::parse(typed).is_ok() => {
                return Err(refuse("is a URL of another place: the key does not go there"));
            }
            _ => typed,
        };
        if rest.starts_with("//") {
            return Err(refuse("begins with //, which names another host"));
        }
        if rest.contains(|c: char| c.is_control() || matches!(c, '\\' | '#')) {
            return Err(refuse("has a character in it that no path has"));
        }
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        // As those servers read it that decode before they split, or that take `;` for the end of a segment.
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let mut segments = decoded.split(['/', '\\']).map(|segment| segment.split(';').next().unwrap_or_default());
        if segments.any(|segment| matches!(segment, "." | "..")) {
            return Err(refuse("has '.' or '..' in it, which would lead out of the endpoint"));
        }
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = Url::parse(&format!("{self}/{}{query}", path.trim_start_matches('/')));
        let url = url.map_err(|error| refuse(&format!("cannot be a path: {error}")))?;
        match url.as_str().strip_prefix(&self.url) {
            Some(path) if path.starts_with('/') => Ok(path.to_owned()),
            _ => Err(refuse("leads out of the endpoint")),
        }
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

    #[test]
    fn a_path_stays_below_the_endpoint() {
        let endpoint = Endpoint::parse("https://h.example/api/v1", "test").unwrap();
        for (typed, path) in [
            ("/partners", "/partners"),
            ("partners", "/partners"),
            ("/", "/"),
            ("/partners/a b", "/partners/a%20b"),
            ("/partners/é?x=1&y=../..", "/partners/%C3%A9?x=1&y=../.."),
            ("/a..b/.c/...", "/a..b/.c/..."),
            ("/a//b", "/a//b"),
            ("/partners/a%2Fb", "/partners/a%2Fb"),
            ("https://h.example/api/v1/partners", "/partners"),
            ("https://h.example/api/v1", "/"),
        ] {
            assert_eq!(endpoint.path_below(typed).unwrap(), path, "{typed}");
        }
        for typed in [
            "https://evil.example/partners",
            "https://h.example/api/v12/partners",
            "https://h.example/api/v1@evil.example/",
            "http://h.example/api/v1/partners",
            "mailto:x",
            "//evil.example/partners",
            "https://h.example/api/v1//evil.example",
            "/../v2/partners",
            "..",
            "/partners/..",
            "/partners/%2e%2E/x",
            "/partners/.%2e/x",
            "/..%2f..%2fx",
            "/partners/a%5c..%5Cb",
            "/partners/..;/x",
            "/./partners",
            "/\\evil.example",
            "..\\..",
            "/par\ttners",
            "/partners#x",
        ] {
            assert_eq!(endpoint.path_below(typed).unwrap_err().kind(), Kind::Usage, "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_leaves_the_endpoint(typed in proptest::prelude::any::<String>(), dots in "[./%2eE\\\\a?#]{0,12}") {
            let endpoint = Endpoint::parse("https://h.example/api/v1", "test").unwrap();
            for typed in [typed, dots] {
                if let Ok(path) = endpoint.path_below(&typed) {
                    let url = Url::parse(&endpoint.url(&path)).unwrap();
                    proptest::prop_assert_eq!(url.host_str(), Some("h.example"));
                    proptest::prop_assert!(url.path().starts_with("/api/v1/"), "{}", url);
                    proptest::prop_assert_eq!(url.as_str(), endpoint.url(&path));
                }
            }
        }
    }
}
