//! The proxy that an environment variable sets.
//!
//! The HTTP client would read the variables itself, but it ignores a value that it cannot parse and connects directly, which
//! in a network that requires a proxy fails for no visible reason, and elsewhere bypasses the proxy.

use std::fmt;

use reqwest::{NoProxy, Url};

use super::endpoint::Endpoint;
use super::response::{RetryClass, error_chain};
use super::secret::Secret;
use crate::error::{Error, ErrorKind};
use crate::process::Environment;

/// The variables that set a proxy for `https://`, most important first. An `http://` endpoint is on this machine, and is
/// never reached through a proxy.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A proxy. Its `Display` form has no password.
#[derive(Debug, Clone)]
pub struct Proxy {
    variable: &'static str,
    /// The host, with the scheme and the port.
    origin: String,
    /// The URL, which may contain a username and a password.
    url: Secret,
}

impl Proxy {
    /// Returns the proxy that a variable sets, if there is one.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the value is not the URL of an HTTP proxy.
    pub fn from_env(env: &Environment) -> Result<Option<Self>, Error> {
        for variable in VARIABLES {
            if let Some(value) = env.var(variable)? {
                return Proxy::parse(variable, &value).map(Some);
            }
        }
        Ok(None)
    }

    fn parse(variable: &'static str, value: &str) -> Result<Self, Error> {
        let url = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
        match Url::parse(&url) {
            Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => {
                Ok(Proxy { variable, origin: parsed.origin().ascii_serialization(), url: Secret::new(url) })
            }
            _ => {
                Err(Error::new(ErrorKind::Config, format!("{variable} is not the http:// or https:// URL of a proxy"))
                    .with_hint(format!("set {variable} to a URL such as http://proxy.example:3128, or unset it")))
            }
        }
    }

    /// Returns the setting for the HTTP client.
    pub(super) fn to_client_setting(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        Ok(reqwest::Proxy::https(self.url.expose())?.no_proxy(NoProxy::from_env()))
    }

    /// Describes a failure to connect to `endpoint` that `cause` ends. A connection that NO_PROXY allows may be meant.
    pub(super) fn describe_failure(
        &self,
        error: &reqwest::Error,
        cause: &str,
        endpoint: &Endpoint,
    ) -> (RetryClass, Error) {
        let variable = self.variable;
        // hyper-util does not export the type of this error.
        let tunnel_error =
            error_chain(error).find_map(|error| Some(error.to_string().strip_prefix("tunnel error: ")?.to_owned()));
        let (through, cause) = match tunnel_error.as_deref() {
            Some("proxy authorization required") => {
                let example = self.origin.replacen("://", "://USER:PASSWORD@", 1);
                let message = format!("{self} requires valid credentials (407)");
                let hint = format!("set {variable} to {example}, with special characters percent-encoded");
                return (RetryClass::Fatal, Error::new(ErrorKind::Config, message).with_hint(hint));
            }
            Some("unsuccessful" | "proxy response headers too long") => (true, "it refused to connect"),
            Some("unexpected end of file") => (true, "it closed the connection"),
            other => (other.is_some(), cause),
        };
        let through = if through { format!(" through {self}") } else { String::new() };
        let error = Error::new(ErrorKind::Unavailable, format!("cannot connect to {endpoint}{through}: {cause}"));
        let hint = format!("check your network connection and {variable}; NO_PROXY lists hosts that need no proxy");
        (RetryClass::NotProcessed, error.with_hint(hint))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} (from {})", self.origin, self.variable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_proxy_is_an_error_that_names_the_variable() {
        for value in ["\"http://proxy:3128\"", "htp://proxy", "http://", "'http://me:s3cret@proxy'", "socks5://p:1080"]
        {
            let error = Proxy::parse("HTTPS_PROXY", value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().starts_with("HTTPS_PROXY is not "), "{error}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn proxy_is_shown_without_its_password() {
        for value in ["http://me:s3cret@proxy:3128/", "me:s3cret@proxy:3128"] {
            let proxy = Proxy::parse("HTTPS_PROXY", value).unwrap();
            assert_eq!(proxy.to_string(), "the proxy http://proxy:3128 (from HTTPS_PROXY)");
            assert!(!format!("{proxy:?}").contains("s3cret"));
            assert!(proxy.to_client_setting().is_ok());
        }
    }
}
