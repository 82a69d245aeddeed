//! One HTTP exchange: connects, sends a request, and reads the response, without a retry.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use reqwest::Method;
use reqwest::blocking::{Client, Response as BlockingResponse};
use reqwest::header::HeaderMap;

use super::endpoint::Endpoint;
use super::failure::{classify_body_error, classify_request_error, classify_too_large};
use super::proxy::Proxy;
use super::redact::Redactor;
use super::response::{FailedAttempt, Response, root_cause};
use super::secret::Secret;
use super::tls;
use crate::error::{Error, ErrorKind};

/// How long an idle connection is kept for reuse. Node.js servers close idle connections after 5 s; a POST that races with
/// the close has an unknown outcome, so this must stay well below 5 s.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest time to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most of an error's body that is read, in bytes. The API's own errors are short.
const MAX_ERROR_BODY_LEN: u64 = 1 << 20;

/// The length that the body of a response must not reach, in bytes: that of two million partners.
const MAX_BODY_LEN: u64 = 256 << 20;

/// Identifies the tool, because firewalls in front of APIs reject requests that do not identify their sender (RFC 9110,
/// section 10.1.5).
const USER_AGENT: &str = concat!("strigo/", env!("CARGO_PKG_VERSION"), " (+https://docs.rs/strigo-cli)");

/// The limits of a client, and how it reaches its server.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// The longest time for one request, from connecting to the end of the response.
    pub timeout: Duration,
    /// The longest total time that one call waits for the rate limit and between retries.
    pub max_wait: Duration,
    /// The proxy for `https://`. Without one, that of the operating system is used.
    pub proxy: Option<Proxy>,
    /// The variable that names the file of trusted CA certificates.
    pub ca_variable: &'static str,
    /// That file, unless the system's own loader reads the variable.
    pub ca_bundle: Option<PathBuf>,
}

/// An HTTP client that holds secrets, none of which is in the responses that it returns.
pub(crate) struct HttpClient {
    client: Client,
    /// The base URL of all requests.
    pub(crate) endpoint: Endpoint,
    /// The limits, and how the server is reached.
    pub(crate) config: ClientOptions,
    redactor: RwLock<Redactor>,
}

impl HttpClient {
    /// Creates a client. It connects when the first request is sent.
    ///
    /// Returns [`ErrorKind::Config`] if no CA certificates are found.
    pub(crate) fn new(endpoint: &Endpoint, config: &ClientOptions, secrets: &[&Secret]) -> Result<Self, Error> {
        let client = build_client(endpoint, config)?;
        let redactor = RwLock::new(Redactor::new(secrets.iter().copied()));
        Ok(HttpClient { client, endpoint: endpoint.clone(), config: config.clone(), redactor })
    }

    /// Keeps more secrets out of responses. They stay so after they have been replaced by others.
    pub(crate) fn redact_also<'s>(&self, secrets: impl Iterator<Item = &'s Secret>) {
        self.redactor.write().unwrap_or_else(PoisonError::into_inner).add(secrets);
    }

    /// Sends a request once, and reads the response.
    pub(crate) fn exchange(
        &self,
        method: &Method,
        url: &str,
        headers: HeaderMap,
        body: Option<String>,
    ) -> Result<Response, FailedAttempt> {
        // Set per request, the timeout also covers reading the response body.
        let request = self.client.request(method.clone(), url).headers(headers).timeout(self.config.timeout);
        let request = match body {
            Some(body) => request.body(body),
            None => request,
        };
        let proxy = self.config.proxy.as_ref().filter(|_| self.endpoint.is_https());
        let classify = |error| classify_request_error(&error, &self.endpoint, proxy, self.config.ca_variable);
        let response = request.send().map_err(classify)?;
        let Response { status, mut headers, body } = read_response(response)?;
        let redactor = self.redactor.read().unwrap_or_else(PoisonError::into_inner);
        redactor.redact_headers(&mut headers);
        Ok(Response { status, headers, body: redactor.redact(body) })
    }
}

fn build_client(endpoint: &Endpoint, config: &ClientOptions) -> Result<Client, Error> {
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .gzip(true)
        .tls_backend_preconfigured(tls::client_config(
            endpoint.is_https(),
            config.ca_bundle.as_deref(),
            config.ca_variable,
        )?)
        .https_only(endpoint.is_https())
        // A redirect could send the API key to another host.
        .redirect(reqwest::redirect::Policy::none())
        // Retries are decided by `RetryState`. What remains is hyper's own: a request that finds its pooled connection
        // closed, before any of it was written, is sent on a new one. No server can have processed it.
        .retry(reqwest::retry::never())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .timeout(None)
        // Shorter than the request timeout, so that a connect timeout is reported as "not sent" and can be retried.
        .connect_timeout(CONNECT_TIMEOUT.min(config.timeout / 2));
    let client = match &config.proxy {
        _ if !endpoint.is_https() => builder.no_proxy().build(),
        Some(proxy) => proxy.to_client_setting().and_then(|proxy| builder.proxy(proxy).build()),
        None => builder.build(),
    };
    client.map_err(|error| {
        Error::new(ErrorKind::Unexpected, format!("cannot create the HTTP client: {}", root_cause(&error)))
    })
}

/// Reads a response. Of an error, whose status alone decides, the start of the body is enough.
fn read_response(mut http: BlockingResponse) -> Result<Response, FailedAttempt> {
    let (status, length) = (http.status(), http.content_length());
    let headers = std::mem::take(http.headers_mut());
    let max_len = if status.is_success() { MAX_BODY_LEN } else { MAX_ERROR_BODY_LEN };
    let mut body = Vec::new();
    match http.take(max_len).read_to_end(&mut body) {
        Err(error) if status.is_success() => Err(classify_body_error(&error, status, body.len(), length)),
        Ok(received) if status.is_success() && received as u64 == max_len => Err(classify_too_large(status, max_len)),
        _ => Ok(Response { status, headers, body }),
    }
}
