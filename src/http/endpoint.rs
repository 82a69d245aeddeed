//! The endpoint: the base URL of the API, and the paths relative to it.

use std::fmt;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use reqwest::Url;

/// The vendor's endpoint.
pub const DEFAULT_ENDPOINT: &str = "https://app.strigo.io/api/v1";

const NOT_HTTPS: &str = "must start with https://, or http:// for localhost";

/// A URL that all paths are relative to, without a slash at its end. Its scheme is `https`, or `http` for this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: String,
    path: String,
    is_https: bool,
}

impl Endpoint {
    /// Parses an endpoint.
    ///
    /// # Errors
    ///
    /// Returns the reason as text if `text` is not a URL, contains a password, or would send the API key unencrypted.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_allowing_http(text, is_loopback)
    }

    /// Parses the endpoint of a service of the machine itself, which may be `http://` at the addresses where clouds have them:
    /// what is sent there never leaves the machine's link.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Endpoint::parse`].
    pub(crate) fn parse_local_service(text: &str) -> Result<Self, String> {
        Self::parse_allowing_http(text, |url| is_loopback(url) || is_link_local(url))
    }

    fn parse_allowing_http(text: &str, is_http_allowed: impl Fn(&Url) -> bool) -> Result<Self, String> {
        if may_contain_credentials(text) {
            return invalid("must not contain a username or password");
        }
        if !text.contains("://") {
            return invalid(NOT_HTTPS);
        }
        let mut url = Url::parse(text.trim()).map_err(|error| error.to_string())?;
        match url.scheme() {
            "https" => {}
            "http" if is_http_allowed(&url) => {}
            "http" => {
                return invalid(
                    "http:// is only allowed for localhost, because it would send the credentials unencrypted",
                );
            }
            _ => return invalid(NOT_HTTPS),
        }
        if url.query().is_some() || url.fragment().is_some() {
            return invalid("must not contain a query or fragment");
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Endpoint { url: url.as_str().trim_end_matches('/').to_owned(), path, is_https: url.scheme() == "https" })
    }

    /// Returns the URL for the path of a call.
    pub fn url_for(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the path on the server for the path of a call.
    pub fn path_for(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }

    /// Resolves a path, or a URL below this endpoint, that the user typed. The result is percent-encoded and starts with
    /// `/`.
    ///
    /// # Errors
    ///
    /// Returns the reason as text if the path is outside the endpoint.
    pub fn resolve_path(&self, typed: &str) -> Result<String, String> {
        let rest = match typed.strip_prefix(&self.url) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => rest,
            _ if Url::parse(typed).is_ok() => {
                return invalid("the URL is not below the endpoint, and the API key is never sent elsewhere");
            }
            _ => typed,
        };
        if typed.is_empty() {
            return invalid("must not be empty");
        }
        if rest.starts_with("//") {
            return invalid("must not start with //");
        }
        if rest.contains(|c: char| c.is_control() || matches!(c, '\\' | '#')) {
            return invalid("contains an invalid character");
        }
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        // Some servers decode before they split, and some treat `;` as a segment delimiter (path parameters): reject dot
        // segments under both readings.
        let decoded = percent_decode_str(path).decode_utf8_lossy();
        let mut segments = decoded.split(['/', '\\']).map(|segment| segment.split(';').next().unwrap_or_default());
        if segments.any(|segment| matches!(segment, "." | "..")) {
            return invalid("must not contain '.' or '..' segments");
        }
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let url = Url::parse(&format!("{self}/{}{query}", path.trim_start_matches('/')));
        let url = url.map_err(|error| error.to_string())?;
        match url.as_str().strip_prefix(&self.url) {
            Some(path) if path.starts_with('/') => Ok(path.to_owned()),
            _ => invalid("resolves outside the endpoint"),
        }
    }

    /// Whether the connection is encrypted. An unencrypted one stays on this machine.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

fn invalid<T>(reason: &str) -> Result<T, String> {
    Err(reason.to_owned())
}

/// Whether a text may be a URL with a username or password, which must not be shown.
pub fn may_contain_credentials(text: &str) -> bool {
    text.contains('@')
}

fn is_loopback(url: &Url) -> bool {
    url.host_str() == Some("localhost") || ip_address(url).is_some_and(|address| address.is_loopback())
}

/// Whether the host is one of 169.254.0.0/16 or fd00:ec2::/32.
fn is_link_local(url: &Url) -> bool {
    match ip_address(url) {
        Some(IpAddr::V4(address)) => address.is_link_local(),
        Some(IpAddr::V6(address)) => address.segments().starts_with(&[0xfd00, 0x0ec2]),
        None => false,
    }
}

fn ip_address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_ignores_trailing_slash() {
        for text in ["https://h.example/api/v1", "https://h.example/api/v1/", " https://h.example/api/v1//\n"] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.url_for("/partners"), "https://h.example/api/v1/partners");
            assert_eq!(endpoint.path_for("/partners"), "/api/v1/partners");
        }
        assert_eq!(Endpoint::parse("https://h.example").unwrap().url_for("/x"), "https://h.example/x");
    }

    #[test]
    fn endpoint_requires_https_except_loopback() {
        for text in ["http://localhost:1/v1", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:8/x"] {
            assert!(!Endpoint::parse(text).unwrap().is_https());
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
            assert!(Endpoint::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn endpoint_rejects_password_without_showing_it() {
        for text in
            ["https://me:s3cret@h.example", "http://me:s3cret@h.example", "https://me:s3cret@h:99999/", "s3cret@h"]
        {
            assert_eq!(Endpoint::parse(text).unwrap_err(), "must not contain a username or password", "{text}");
        }
    }

    #[test]
    fn resolve_path_rejects_paths_outside_endpoint() {
        let endpoint = Endpoint::parse("https://h.example/api/v1").unwrap();
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
            assert_eq!(endpoint.resolve_path(typed).unwrap(), path, "{typed}");
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
            assert!(endpoint.resolve_path(typed).is_err(), "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn resolve_path_cannot_escape_endpoint(typed in proptest::prelude::any::<String>(), dots in "[./%2eE\\\\a?#]{0,12}") {
            let endpoint = Endpoint::parse("https://h.example/api/v1").unwrap();
            for typed in [typed, dots] {
                if let Ok(path) = endpoint.resolve_path(&typed) {
                    let url = Url::parse(&endpoint.url_for(&path)).unwrap();
                    proptest::prop_assert_eq!(url.host_str(), Some("h.example"));
                    proptest::prop_assert!(url.path().starts_with("/api/v1/"), "{}", url);
                    proptest::prop_assert_eq!(url.as_str(), endpoint.url_for(&path));
                }
            }
        }
    }
}
