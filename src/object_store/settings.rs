//! The settings of a store, from the variables that other tools use, too.

use reqwest::Url;
use rusty_s3::{Bucket, UrlStyle};

use super::StoreLocation;
use crate::error::{Error, ErrorKind};
use crate::http::ClientOptions;
use crate::http::endpoint::Endpoint;
use crate::http::secret::Secret;
use crate::process::Environment;

const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// The variables of the region and of the endpoint, most important first.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
const ENDPOINT_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

const REGION_HINT: &str =
    "set it to the bucket's region, such as eu-west-1; for a store other than AWS, set AWS_ENDPOINT_URL_S3";

/// The region of stores that have none.
const DEFAULT_REGION: &str = "us-east-1";

/// A bucket, the credentials for it, and how it is reached.
pub struct StoreSettings {
    pub(super) location: StoreLocation,
    pub(super) bucket: Bucket,
    /// The base URL, as messages show it.
    pub(super) endpoint: Endpoint,
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret,
    pub(super) session_token: Option<Secret>,
    pub(super) client_options: ClientOptions,
}

impl StoreSettings {
    /// Reads the variables. `client_options` has the limits, and the proxy.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Config`] if credentials or the region are missing, or if a variable is invalid.
    pub fn from_env(
        location: &StoreLocation,
        env: &Environment,
        client_options: &ClientOptions,
    ) -> Result<Self, Error> {
        let first = |names: [&'static str; 2]| {
            names.iter().find_map(|name| env.var(name).transpose().map(|value| Ok((*name, value?)))).transpose()
        };
        let (access_key_id, secret) = (env.var(ACCESS_KEY_ID)?, env.var(SECRET_ACCESS_KEY)?.map(Secret::new));
        let (access_key_id, secret_access_key) = match (access_key_id, secret) {
            (Some(access_key_id), Some(secret)) => (access_key_id, secret),
            (None, None) => return Err(missing_credentials(location)),
            (found, _) => {
                let (set, unset) = match found {
                    Some(_) => (ACCESS_KEY_ID, SECRET_ACCESS_KEY),
                    None => (SECRET_ACCESS_KEY, ACCESS_KEY_ID),
                };
                let message = format!("no credentials for {location}: {set} is set, but {unset} is not");
                return Err(Error::new(ErrorKind::Config, message));
            }
        };
        let region = first(REGION_VARIABLES)?;
        if let Some((variable, region)) = &region
            && !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            let message = format!("invalid region '{region}' (from {variable})");
            return Err(Error::new(ErrorKind::Config, message).with_hint(REGION_HINT));
        }
        let region = region.map(|(_, region)| region);
        let endpoint: Option<(&str, String)> = first(ENDPOINT_VARIABLES)?;
        let region = match (region, &endpoint) {
            (Some(region), _) => region,
            (None, Some(_)) => DEFAULT_REGION.to_owned(),
            (None, None) => return Err(missing_region(location)),
        };
        let (source, url, style) = match endpoint {
            Some((variable, url)) => (variable, url, UrlStyle::Path),
            None => (REGION_VARIABLES[0], aws_endpoint(&region), aws_style(location.bucket())),
        };
        let invalid = |reason: &str| {
            Error::new(ErrorKind::Config, format!("invalid endpoint of {location} (from {source}): {reason}"))
        };
        let endpoint = Endpoint::parse(&url).map_err(|reason| invalid(&reason))?;
        let base = Url::parse(&endpoint.to_string()).map_err(|error| invalid(&error.to_string()))?;
        let bucket = Bucket::new(base, style, location.bucket().to_owned(), region);
        let bucket = bucket.map_err(|error| invalid(&error.to_string()))?;
        Ok(StoreSettings {
            location: location.clone(),
            bucket,
            access_key_id,
            secret_access_key,
            session_token: env.var(SESSION_TOKEN)?.map(Secret::new),
            client_options: client_options.clone(),
            endpoint,
        })
    }
}

/// Returns the base URL of a region of AWS.
fn aws_endpoint(region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://s3.{region}.{domain}")
}

/// Returns the style of URLs that AWS recommends, if the bucket's name can be a part of a host name.
fn aws_style(bucket: &str) -> UrlStyle {
    let is_label = bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_label { UrlStyle::VirtualHost } else { UrlStyle::Path }
}

fn missing_credentials(location: &StoreLocation) -> Error {
    let message = format!("no credentials for {location}: set {ACCESS_KEY_ID} and {SECRET_ACCESS_KEY}");
    Error::new(ErrorKind::Config, message)
        .with_hint("on your machine, run: eval \"$(aws configure export-credentials --format env)\"")
        .with_hint("in GitHub Actions, use the action aws-actions/configure-aws-credentials")
        .with_hint("in GitLab CI, exchange an id_token with `aws sts assume-role-with-web-identity`")
}

fn missing_region(location: &StoreLocation) -> Error {
    let message = format!("no region for {location}: {} is not set", REGION_VARIABLES[0]);
    Error::new(ErrorKind::Config, message).with_hint(REGION_HINT)
}
