//! The keys that sign requests: those of the environment, or temporary ones from a service that knows where a job runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;

use super::StoreLocation;
use super::answer::{Answer, Document, Failure, parse_time};
use super::request::Request;
use crate::error::{Error, ErrorKind};
use crate::http::endpoint::Endpoint;
use crate::http::exchange::HttpClient;
use crate::http::secret::Secret;
use crate::http::{ClientOptions, Hooks};
use crate::process::Environment;
use crate::text::error_message;

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
const ROLE_ARN: &str = "AWS_ROLE_ARN";
const ROLE_SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";
const WEB_IDENTITY_TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const CONTAINER_RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const CONTAINER_FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const CONTAINER_TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const CONTAINER_TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// What a relative URI of container credentials is relative to
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>).
const CONTAINER_HOST: &str = "http://169.254.170.2";

const SERVICE_HINT: &str = "check the AWS_ variables of the job, and that its role trusts it";

/// Where keys come from.
pub(super) enum KeySource {
    Environment(Keys),
    WebIdentity(WebIdentity),
    Container(Container),
}

/// A job's token, for which STS gives the keys of a role (EKS, and the OIDC of GitHub and GitLab).
pub(super) struct WebIdentity {
    sts: Endpoint,
    url: Url,
    role_arn: String,
    session_name: String,
    token_file: PathBuf,
}

/// A service on the job's machine (ECS, and EKS pod identity).
pub(super) struct Container {
    host: Endpoint,
    url: Url,
    token: Option<ContainerToken>,
}

enum ContainerToken {
    Value(Secret),
    File(PathBuf),
}

/// The keys that sign a request.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret,
    pub(super) session_token: Option<Secret>,
    expires_at: Option<SystemTime>,
}

impl Keys {
    /// Whether they can still be used at this time.
    pub(super) fn are_valid_at(&self, time: SystemTime) -> bool {
        self.expires_at.is_none_or(|end| time < end)
    }

    pub(super) fn to_credentials(&self) -> rusty_s3::Credentials {
        let (id, secret) = (&*self.access_key_id, self.secret_access_key.expose());
        match &self.session_token {
            Some(token) => rusty_s3::Credentials::new_with_token(id, secret, token.expose()),
            None => rusty_s3::Credentials::new(id, secret),
        }
    }

    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        [&self.secret_access_key].into_iter().chain(&self.session_token)
    }
}

/// Temporary keys, as both services write them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TemporaryKeys {
    access_key_id: String,
    secret_access_key: Secret,
    #[serde(alias = "SessionToken")]
    token: Secret,
    expiration: String,
}

impl TemporaryKeys {
    /// Returns the keys, unless their end cannot be read.
    fn into_keys(self) -> Option<Keys> {
        let TemporaryKeys { access_key_id, secret_access_key, token, expiration } = self;
        let expires_at = Some(parse_time(&expiration)?);
        Some(Keys { access_key_id, secret_access_key, session_token: Some(token), expires_at })
    }
}

impl KeySource {
    /// Finds the source: keys win over a role, and a role over a container. `sts` is the endpoint of STS.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if there is none, or half of one.
    pub(super) fn from_env(location: &StoreLocation, env: &Environment, sts: &str) -> Result<Self, Error> {
        let invalid = |variable: &str, reason: &str| {
            Error::new(ErrorKind::Config, format!("invalid {variable} for {location}: {reason}"))
        };
        let pair = |one: &str, other: &str| match (env.var(one)?, env.var(other)?) {
            (Some(first), Some(second)) => Ok(Some((first, second))),
            (None, None) => Ok(None),
            (first, _) => {
                let (set, unset) = if first.is_some() { (one, other) } else { (other, one) };
                let message = format!("no credentials for {location}: {set} is set, but {unset} is not");
                Err(Error::new(ErrorKind::Config, message))
            }
        };
        if let Some((access_key_id, secret)) = pair(ACCESS_KEY_ID, SECRET_ACCESS_KEY)? {
            let session_token = env.var(SESSION_TOKEN)?.map(Secret::new);
            let secret_access_key = Secret::new(secret);
            return Ok(KeySource::Environment(Keys {
                access_key_id,
                secret_access_key,
                session_token,
                expires_at: None,
            }));
        }
        if let Some((role_arn, token_file)) = pair(ROLE_ARN, WEB_IDENTITY_TOKEN_FILE)? {
            let sts = Endpoint::parse(sts).map_err(|reason| invalid("endpoint of STS", &reason))?;
            let url = Url::parse(&sts.url_for("/")).map_err(|error| invalid("endpoint of STS", &error.to_string()))?;
            let session_name = env.var(ROLE_SESSION_NAME)?.unwrap_or_else(|| "strigo".to_owned());
            let token_file = token_file.into();
            return Ok(KeySource::WebIdentity(WebIdentity { sts, url, role_arn, session_name, token_file }));
        }
        let (variable, uri) = match (env.var(CONTAINER_RELATIVE_URI)?, env.var(CONTAINER_FULL_URI)?) {
            (Some(path), _) => (CONTAINER_RELATIVE_URI, format!("{CONTAINER_HOST}{path}")),
            (None, Some(uri)) => (CONTAINER_FULL_URI, uri),
            (None, None) => return Err(missing_credentials(location)),
        };
        let url = Url::parse(&uri).map_err(|error| invalid(variable, &error.to_string()))?;
        let host = Endpoint::parse_local_service(&url.origin().ascii_serialization());
        let host = host.map_err(|reason| invalid(variable, &reason))?;
        let token = match (env.var(CONTAINER_TOKEN_FILE)?, env.var(CONTAINER_TOKEN)?) {
            (Some(file), _) => Some(ContainerToken::File(file.into())),
            (None, token) => token.map(|token| ContainerToken::Value(Secret::new(token))),
        };
        Ok(KeySource::Container(Container { host, url, token }))
    }

    /// Returns the keys. Temporary ones are requested.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the service refuses, and [`ErrorKind::Unavailable`] if it is not ready.
    pub(super) fn keys(&self, options: &ClientOptions, hooks: &Hooks<'_>) -> Result<Keys, Failure> {
        let (name, keys) = match self {
            KeySource::Environment(keys) => return Ok(keys.clone()),
            KeySource::WebIdentity(identity) => ("STS", identity.ask(options, hooks)?),
            KeySource::Container(container) => ("the container service", container.ask(options, hooks)?),
        };
        keys.and_then(TemporaryKeys::into_keys)
            .ok_or_else(|| refused(&format!("cannot get keys: {name} returned none"), SERVICE_HINT))
    }
}

impl WebIdentity {
    /// Asks STS (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>).
    fn ask(&self, options: &ClientOptions, hooks: &Hooks<'_>) -> Result<Option<TemporaryKeys>, Failure> {
        // The token's file is read each time: it is renewed, too.
        let token = read_token(&self.token_file, WEB_IDENTITY_TOKEN_FILE)?;
        let encode = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
        // In the body, because URLs end up in logs.
        let body = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName={}&WebIdentityToken={}",
            encode(&self.role_arn),
            encode(&self.session_name),
            encode(token.expose())
        );
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
        let request = Request { method: Method::POST, url: self.url.clone(), headers, body: Some(body) };
        let answer = ask("STS", request, &self.sts, Some(&token), options, hooks)?;
        match answer.document {
            Document::AssumeRoleWithWebIdentityResponse { result } => Ok(Some(result.credentials)),
            _ => Ok(None),
        }
    }
}

impl Container {
    fn ask(&self, options: &ClientOptions, hooks: &Hooks<'_>) -> Result<Option<TemporaryKeys>, Failure> {
        let token = match &self.token {
            Some(ContainerToken::File(path)) => Some(read_token(path, CONTAINER_TOKEN_FILE)?),
            Some(ContainerToken::Value(token)) => Some(token.clone()),
            None => None,
        };
        let mut request = Request::get(self.url.clone());
        if let Some(token) = &token {
            let value = HeaderValue::from_str(token.expose());
            let invalid = |_| refused("the token of the container cannot be sent in a header", SERVICE_HINT);
            request.headers.insert(AUTHORIZATION, value.map_err(invalid)?);
        }
        let answer = ask("the container service", request, &self.host, token.as_ref(), options, hooks)?;
        Ok(serde_json::from_slice(&answer.response.body).ok())
    }
}

/// Sends a request to a service, and returns its answer if that is a success.
fn ask(
    name: &str,
    request: Request,
    endpoint: &Endpoint,
    token: Option<&Secret>,
    options: &ClientOptions,
    hooks: &Hooks<'_>,
) -> Result<Answer, Failure> {
    let secrets: Vec<&Secret> = token.into_iter().collect();
    let http = HttpClient::new(endpoint, options, &secrets).map_err(Failure::Final)?;
    let answer = request.send(&endpoint.to_string(), &http, hooks)?;
    let (status, code) = (answer.response.status, answer.code());
    // Of a refusal only the code is shown: the message may repeat the token.
    let code_text = if code.is_empty() { String::new() } else { format!(" ({code})") };
    let message = format!("cannot get keys: {name} returned {}{code_text}", status.as_u16());
    match code {
        _ if status.is_success() => Ok(answer),
        "ExpiredTokenException" => Err(refused(&message, "get a new token for the job, and run the command again")),
        "IDPCommunicationError" => Err(Failure::Transient(Error::new(ErrorKind::Unavailable, message))),
        _ if answer.is_transient() => Err(Failure::Transient(Error::new(ErrorKind::Unavailable, message))),
        _ => Err(refused(&message, SERVICE_HINT)),
    }
}

fn refused(message: &str, hint: &str) -> Failure {
    Failure::Final(Error::new(ErrorKind::Config, message).with_hint(hint))
}

fn read_token(path: &Path, variable: &str) -> Result<Secret, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read the token '{}': {}", path.display(), error_message(&error));
        refused(&message, &format!("{variable} names this file"))
    })?;
    Ok(Secret::new(text))
}

fn missing_credentials(location: &StoreLocation) -> Error {
    let message = format!("no credentials for {location}: set {ACCESS_KEY_ID} and {SECRET_ACCESS_KEY}");
    Error::new(ErrorKind::Config, message)
        .with_hint("on your machine, run: eval \"$(aws configure export-credentials --format env)\"")
        .with_hint("in GitHub Actions, use the action aws-actions/configure-aws-credentials")
        .with_hint(format!("in GitLab CI, set {ROLE_ARN}, and {WEB_IDENTITY_TOKEN_FILE} to a file with an id_token"))
}
