//! The keys that sign requests: those of the environment, or temporary ones from a service that knows where a job runs.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};

use super::StoreLocation;
use super::request::Request;
use super::response::{Body, Failure, TemporaryKeys, parse_time};
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

/// How long before their end temporary keys are renewed.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

const SERVICE_HINT: &str = "check the AWS_ variables of the job, and what its role allows";

/// Where keys come from.
pub(super) enum CredentialProvider {
    Environment(Keys),
    Service(Service),
}

/// A service that gives a job temporary keys: STS for a token (EKS, and the OIDC of GitHub and GitLab), or one on the job's
/// machine (ECS, and EKS pod identity).
pub(super) struct Service {
    name: &'static str,
    endpoint: Endpoint,
    url: String,
    token: Option<Token>,
    /// The role that STS is asked for, and the name of its session.
    role: Option<(String, String)>,
}

/// What tells a service which job this is.
enum Token {
    Value(Secret),
    /// A file, and the variable that names it.
    File(PathBuf, &'static str),
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
    /// Returns the keys, unless their end cannot be read.
    fn from_temporary(keys: TemporaryKeys) -> Option<Self> {
        let TemporaryKeys { access_key_id, secret_access_key, token: session_token, expiration } = keys;
        let expires_at = match expiration {
            Some(end) => Some(parse_time(&end)?),
            None => None,
        };
        Some(Keys { access_key_id, secret_access_key, session_token, expires_at })
    }

    /// Whether they can still be used at this time.
    pub(super) fn are_valid_at(&self, time: SystemTime) -> bool {
        self.expires_at.is_none_or(|end| time < end)
    }

    /// Returns when they are to be renewed, if ever: some time before their end.
    pub(super) fn renew_at(&self) -> Option<SystemTime> {
        self.expires_at.map(|end| end - RENEW_BEFORE)
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

impl CredentialProvider {
    /// Finds the source: keys win over a role, and a role over a container. `sts` is the endpoint of STS, and the variable that
    /// sets it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if there is none, or half of one.
    pub(super) fn from_env(location: &StoreLocation, env: &Environment, sts: (&str, &str)) -> Result<Self, Error> {
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
            return Ok(CredentialProvider::Environment(Keys {
                access_key_id,
                secret_access_key,
                session_token,
                expires_at: None,
            }));
        }
        let role = pair(ROLE_ARN, WEB_IDENTITY_TOKEN_FILE)?;
        let service = match (role, env.var(CONTAINER_RELATIVE_URI)?, env.var(CONTAINER_FULL_URI)?) {
            (Some((role_arn, file)), ..) => Service::sts(sts, role_arn, file, env),
            (None, Some(path), _) => {
                Service::container(CONTAINER_RELATIVE_URI, &format!("{CONTAINER_HOST}{path}"), env)
            }
            (None, None, Some(url)) => Service::container(CONTAINER_FULL_URI, &url, env),
            (None, None, None) => Err(missing_credentials(location)),
        };
        service.map(CredentialProvider::Service)
    }

    /// Returns the keys. Temporary ones are requested.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if the service refuses, and [`ErrorKind::Unavailable`] if it is not ready.
    pub(super) fn keys(&self, options: &ClientOptions, hooks: &Hooks<'_>) -> Result<Keys, Failure> {
        match self {
            CredentialProvider::Environment(keys) => Ok(keys.clone()),
            CredentialProvider::Service(service) => service.request_keys(options, hooks),
        }
    }
}

impl Service {
    fn sts(
        (variable, url): (&str, &str),
        role_arn: String,
        token_file: String,
        env: &Environment,
    ) -> Result<Self, Error> {
        let endpoint = Endpoint::parse_local_service(url).map_err(|reason| invalid(variable, &reason))?;
        let session = env.var(ROLE_SESSION_NAME)?.unwrap_or_else(|| "strigo".to_owned());
        let token = Some(Token::File(token_file.into(), WEB_IDENTITY_TOKEN_FILE));
        Ok(Service { name: "STS", url: endpoint.url_for("/"), endpoint, token, role: Some((role_arn, session)) })
    }

    fn container(variable: &str, url: &str, env: &Environment) -> Result<Self, Error> {
        let parsed = Url::parse(url).map_err(|error| invalid(variable, &error.to_string()))?;
        let endpoint = Endpoint::parse_local_service(&parsed.origin().ascii_serialization());
        let endpoint = endpoint.map_err(|reason| invalid(variable, &reason))?;
        let token = match (env.var(CONTAINER_TOKEN_FILE)?, env.var(CONTAINER_TOKEN)?) {
            (Some(file), _) => Some(Token::File(file.into(), CONTAINER_TOKEN_FILE)),
            (None, token) => token.map(|token| Token::Value(Secret::new(token))),
        };
        Ok(Service { name: "the container service", endpoint, url: url.to_owned(), token, role: None })
    }

    fn request_keys(&self, options: &ClientOptions, hooks: &Hooks<'_>) -> Result<Keys, Failure> {
        // A token's file is read each time: it is renewed, too.
        let token = self.token.as_ref().map(Token::read).transpose()?;
        let secrets: Vec<&Secret> = token.iter().collect();
        let http = HttpClient::new(&self.endpoint, options, &secrets).map_err(Failure::Final)?;
        let request = self.request(token.as_ref().map_or("", Secret::expose))?;
        let response = request.send(&self.endpoint.to_string(), &http, hooks)?;
        let (status, code) = (response.http.status, response.code());
        // Of a refusal only the code is shown: the message may repeat the token.
        let code_text = if code.is_empty() { String::new() } else { format!(" ({code})") };
        let message = format!("cannot get keys: {} returned {}{code_text}", self.name, status.as_u16());
        if status.is_success() {
            let keys = match response.body {
                Body::Role(keys) => Some(keys),
                _ => serde_json::from_slice(&response.http.body).ok(),
            };
            return keys
                .and_then(Keys::from_temporary)
                .ok_or_else(|| refused(&format!("{message} and no keys"), SERVICE_HINT));
        }
        Err(match code {
            "ExpiredTokenException" => refused(&message, "get a new token for the job, and run the command again"),
            code if code == "IDPCommunicationError" || response.is_passing() => {
                Failure::Transient(Error::new(ErrorKind::Unavailable, message))
            }
            _ => refused(&message, SERVICE_HINT),
        })
    }

    /// Returns the request for keys: that of STS
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>), or of a container.
    fn request(&self, token: &str) -> Result<Request, Failure> {
        let url = Url::parse(&self.url).map_err(|error| refused(&error.to_string(), SERVICE_HINT))?;
        let mut request = Request::get(url);
        if let Some((role_arn, session)) = &self.role {
            let encode = |value: &str| utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
            let (role_arn, session, token) = (encode(role_arn), encode(session), encode(token));
            // In the body, because URLs end up in logs.
            request.body = Some(format!(
                "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role_arn}&RoleSessionName={session}\
                 &WebIdentityToken={token}"
            ));
            request.method = Method::POST;
            request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        } else if !token.is_empty() {
            let invalid = |_| refused("the token of the container cannot be sent in a header", SERVICE_HINT);
            request.headers.insert(AUTHORIZATION, HeaderValue::from_str(token).map_err(invalid)?);
        }
        Ok(request)
    }
}

impl Token {
    fn read(&self) -> Result<Secret, Failure> {
        match self {
            Token::Value(token) => Ok(token.clone()),
            Token::File(path, variable) => fs::read_to_string(path).map(Secret::new).map_err(|error| {
                let message = format!("cannot read the token '{}': {}", path.display(), error_message(&error));
                refused(&message, &format!("{variable} names this file"))
            }),
        }
    }
}

fn invalid(variable: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Config, format!("invalid {variable}: {reason}"))
}

fn refused(message: &str, hint: &str) -> Failure {
    Failure::Final(Error::new(ErrorKind::Config, message).with_hint(hint))
}

fn missing_credentials(location: &StoreLocation) -> Error {
    let message = format!("no credentials for {location}: set {ACCESS_KEY_ID} and {SECRET_ACCESS_KEY}");
    Error::new(ErrorKind::Config, message)
        .with_hint("on your machine, run: eval \"$(aws configure export-credentials --format env)\"")
        .with_hint("in GitHub Actions, use the action aws-actions/configure-aws-credentials")
        .with_hint(format!("in GitLab CI, set {ROLE_ARN}, and {WEB_IDENTITY_TOKEN_FILE} to a file with an id_token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_keys_are_renewed_before_their_end_and_used_up_to_it() {
        let json =
            |end: &str| format!(r#"{{"AccessKeyId":"a","SecretAccessKey":"s","Token":"t","Expiration":"{end}"}}"#);
        let keys = |end: &str| Keys::from_temporary(serde_json::from_str(&json(end)).unwrap());
        let end = humantime::parse_rfc3339("2026-01-31T12:00:00Z").unwrap();
        let temporary = keys("2026-01-31T12:00:00Z").unwrap();
        assert_eq!(temporary.renew_at(), Some(end - RENEW_BEFORE));
        assert!(temporary.are_valid_at(end - RENEW_BEFORE) && !temporary.are_valid_at(end));
        assert!(keys("soon").is_none());
    }
}
