//! The proxy in front of the API, if there is one.
//!
//! The HTTP client would read the variables itself, but it ignores a value that it cannot parse and connects directly, which
//! in a network that requires a proxy fails for no visible reason, and elsewhere bypasses the proxy.

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use super::endpoint::{Endpoint, may_contain_credentials};
use super::response::{RetryClass, error_chain};
use crate::error::{Error, ErrorKind};

/// How the API is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// As the operating system is configured: no variable is set.
    System,
    /// Without a proxy.
    Direct,
    /// Through a proxy.
    Proxy(Proxy),
}

/// A proxy that an environment variable sets. Its `Display` form has no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// The value of the variable, which may contain a username and password.
    value: String,
    /// The URL without them.
    url: String,
    /// The name of the variable.
    variable: &'static str,
    /// The host and port of the API.
    target: String,
}

impl Route {
    /// Decides how to reach `endpoint`, if `variable` sets a proxy and `no_proxy` lists the hosts that need none.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the value is not the URL of an HTTP proxy.
    pub fn through(variable: &'static str, value: &str, no_proxy: &str, endpoint: &Endpoint) -> Result<Self, Error> {
        let invalid = |reason: &str| {
            let shown = if may_contain_credentials(value) { String::new() } else { format!(" '{value}'") };
            Error::new(ErrorKind::Config, format!("invalid proxy URL{shown} in {variable}: {reason}"))
                .with_hint(format!("set {variable} to a URL such as http://proxy.example:3128, or unset it"))
        };
        // A proxy sees encrypted requests only.
        if !endpoint.is_https() {
            return Ok(Route::Direct);
        }
        let Ok(target) = endpoint.to_string().parse::<Uri>() else { return Ok(Route::Direct) };
        let Some(proxy) = Matcher::builder().https(value).build().intercept(&target) else {
            return Err(invalid(if value.starts_with(['"', '\'']) {
                "the quotes are a part of it"
            } else {
                "not a URL"
            }));
        };
        if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
            return Err(invalid("only http:// and https:// are supported"));
        }
        let port = target.port_u16().unwrap_or(443);
        if Matcher::builder().https(value).no(without_ports(no_proxy, port)).build().intercept(&target).is_none() {
            return Ok(Route::Direct);
        }
        let target = format!("{}:{port}", target.host().unwrap_or_default());
        let url = proxy.uri().to_string().trim_end_matches('/').to_owned();
        Ok(Route::Proxy(Proxy { value: value.to_owned(), url, variable, target }))
    }
}

impl Proxy {
    /// Returns the setting for the HTTP client.
    pub(super) fn to_client_setting(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        reqwest::Proxy::https(&self.value)
    }

    /// Describes a failure to connect that `cause` ends.
    pub(super) fn describe_failure(&self, error: &reqwest::Error, cause: &str) -> (RetryClass, Error) {
        let Proxy { variable, target, .. } = self;
        let (host, _) = target.rsplit_once(':').unwrap_or((target, ""));
        let unavailable = |message: String, hint: String| {
            (RetryClass::NotProcessed, Error::new(ErrorKind::Unavailable, message).with_hint(hint))
        };
        let check = format!("check {variable}; to connect without the proxy, add {host} to NO_PROXY");
        match tunnel_error(error).as_deref() {
            Some("proxy authorization required") => {
                let problem =
                    if self.value.contains('@') { "rejected its credentials" } else { "requires credentials" };
                let example = self.url.replacen("://", "://USER:PASSWORD@", 1);
                let hint = format!("set {variable} to {example}, with special characters percent-encoded");
                let error = Error::new(ErrorKind::Config, format!("{self} {problem} (407)")).with_hint(hint);
                (RetryClass::Fatal, error)
            }
            Some("unsuccessful" | "proxy response headers too long") => {
                let hint = format!("check whether the proxy allows connections to {target}, and {variable}");
                unavailable(format!("{self} refused to connect to {target}"), hint)
            }
            Some("unexpected end of file") => {
                unavailable(format!("{self} closed the connection without connecting to {target}"), check)
            }
            Some(_) => unavailable(format!("cannot connect to {self}: {cause}"), check),
            None => unavailable(format!("cannot connect to {target} through {self}: {cause}"), check),
        }
    }
}

impl std::fmt::Display for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the proxy {} (from {})", self.url, self.variable)
    }
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// Returns what failed between the client and the target. hyper-util does not export the type of this error.
fn tunnel_error(error: &reqwest::Error) -> Option<String> {
    error_chain(error).find_map(|error| Some(error.to_string().strip_prefix("tunnel error: ")?.to_owned()))
}

/// Resolves the ports in a list of hosts, which [`Matcher`] does not know: `host:443` becomes `host` if 443 is `port`, and is
/// removed otherwise. Spaces separate, too, and `*.example.com` is the same as `.example.com`.
fn without_ports(no_proxy: &str, port: u16) -> String {
    let hosts = no_proxy.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).filter_map(|entry| {
        let entry = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
        match entry.rsplit_once(':') {
            Some((host, digits)) if !host.contains(':') || host.ends_with(']') => {
                let host = host.trim_start_matches('[').trim_end_matches(']');
                (digits.parse() == Ok(port)).then_some(host)
            }
            _ => Some(entry),
        }
    });
    hosts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(value: &str, no_proxy: &str, endpoint: &str) -> Result<Route, Error> {
        Route::through("HTTPS_PROXY", value, no_proxy, &Endpoint::parse(endpoint).unwrap())
    }

    #[test]
    fn invalid_proxy_is_an_error_that_names_the_variable() {
        for (value, expected) in [
            (
                "\"http://proxy:3128\"",
                "invalid proxy URL '\"http://proxy:3128\"' in HTTPS_PROXY: the quotes are a part of it",
            ),
            ("htp://proxy", "invalid proxy URL 'htp://proxy' in HTTPS_PROXY: not a URL"),
            ("http://", "invalid proxy URL 'http://' in HTTPS_PROXY: not a URL"),
            ("'http://me:s3cret@proxy'", "invalid proxy URL in HTTPS_PROXY: the quotes are a part of it"),
            (
                "socks5://proxy:1080",
                "invalid proxy URL 'socks5://proxy:1080' in HTTPS_PROXY: only http:// and https:// are supported",
            ),
        ] {
            let error = route(value, "", "https://h.example").unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, expected));
        }
        assert_eq!(route("\"", "", "http://localhost").unwrap(), Route::Direct);
    }

    #[test]
    fn proxy_is_shown_without_its_password() {
        for value in ["http://me:s3cret@proxy:3128/", "me:s3cret@proxy:3128"] {
            let Route::Proxy(proxy) = route(value, "", "https://h.example").unwrap() else { panic!("{value}") };
            assert_eq!(
                format!("{proxy} {proxy:?}").matches("the proxy http://proxy:3128 (from HTTPS_PROXY)").count(),
                2
            );
            assert!(!format!("{proxy}{proxy:?}").contains("s3cret"));
        }
    }

    #[test]
    fn no_proxy_may_have_ports() {
        for (no_proxy, is_direct) in [
            ("", false),
            ("h.example", true),
            (".example", true),
            ("*.example", true),
            ("*", true),
            ("other.example h.example", true),
            ("h.example:8443", true),
            ("h.example:443", false),
            ("a:1, h.example:8443 ,b:2", true),
            ("x.h.example:8443", false),
        ] {
            let route = route("http://proxy", no_proxy, "https://h.example:8443/v1").unwrap();
            assert_eq!(route == Route::Direct, is_direct, "{no_proxy}");
        }
        for (no_proxy, is_direct) in [("[::1]:443", true), ("::1", true), ("[::1]:80", false), ("::2", false)] {
            let route = route("http://proxy", no_proxy, "https://[::1]").unwrap();
            assert_eq!(route == Route::Direct, is_direct, "{no_proxy}");
        }
    }
}
