//! The settings of a store, from the variables that other tools use, too.

use std::path::PathBuf;

use reqwest::Url;
use rusty_s3::{Bucket, UrlStyle};

use super::StoreLocation;
use super::credentials::CredentialProvider;
use crate::error::{Error, ErrorKind};
use crate::http::ClientOptions;
use crate::http::endpoint::Endpoint;
use crate::process::Environment;

/// The variables of the region and of the endpoint, most important first.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
const ENDPOINT_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];
const STS_ENDPOINT_VARIABLES: [&str; 2] = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];
/// Where the bucket's name is, with the values of the AWS tools' setting `s3.addressing_style`.
const ADDRESSING_STYLE: &str = "AWS_S3_ADDRESSING_STYLE";
/// The file of trusted CA certificates.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

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
    pub(super) provider: CredentialProvider,
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
        let region = first(REGION_VARIABLES)?;
        if let Some((variable, region)) = &region
            && !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
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
        let is_aws = endpoint.is_none();
        let (variable, url) = endpoint.unwrap_or_else(|| (REGION_VARIABLES[0], aws_endpoint("s3", &region)));
        let invalid = |reason: &str| {
            Error::new(ErrorKind::Config, format!("invalid endpoint of {location} (from {variable}): {reason}"))
        };
        let endpoint = Endpoint::parse(&url).map_err(|reason| invalid(&reason))?;
        let base = Url::parse(&endpoint.to_string()).map_err(|error| invalid(&error.to_string()))?;
        let name = location.bucket();
        let style = env.var(ADDRESSING_STYLE)?;
        if has_bucket(&base, name, style.is_some()) {
            let hint = format!("remove the bucket's name from {variable}: the place of the journal has it");
            return Err(invalid(&format!("it has the name of the bucket '{name}' already")).with_hint(hint));
        }
        let style = match style.as_deref() {
            Some("virtual") => UrlStyle::VirtualHost,
            Some("path") => UrlStyle::Path,
            None | Some("auto") if is_aws && is_label(name) => UrlStyle::VirtualHost,
            None | Some("auto") => UrlStyle::Path,
            Some(other) => {
                let message = format!("invalid {ADDRESSING_STYLE} '{other}': expected path, virtual, or auto");
                return Err(Error::new(ErrorKind::Config, message));
            }
        };
        let sts = first(STS_ENDPOINT_VARIABLES)?;
        let (sts_variable, sts) = sts.unwrap_or_else(|| (REGION_VARIABLES[0], aws_endpoint("sts", &region)));
        let provider = CredentialProvider::from_env(location, env, (sts_variable, &sts))?;
        let bucket = Bucket::new(base, style, name.to_owned(), region);
        let bucket = bucket.map_err(|error| invalid(&error.to_string()))?;
        let ca_bundle = env.var_os(CA_BUNDLE).map(PathBuf::from);
        let client_options = ClientOptions { ca_variable: CA_BUNDLE, ca_bundle, ..client_options.clone() };
        Ok(StoreSettings { location: location.clone(), bucket, endpoint, provider, client_options })
    }
}

/// Returns the base URL of a service of AWS in a region, whose first letters tell the partition
/// (<https://docs.aws.amazon.com/general/latest/gr/rande.html>). Isolated ones do not reach the API of Strigo.
fn aws_endpoint(service: &str, region: &str) -> String {
    let domain = match region {
        region if region.starts_with("cn-") => "amazonaws.com.cn",
        region if region.starts_with("eusc-") => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("https://{service}.{region}.{domain}")
}

/// Whether a bucket's name can be a part of a host name for which AWS has a certificate.
fn is_label(bucket: &str) -> bool {
    bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether an endpoint is that of a bucket, as consoles of stores show it, and not of its store. A host name may only seem to
/// be, if the user has chosen where the bucket's name is.
fn has_bucket(endpoint: &Url, bucket: &str, is_style_chosen: bool) -> bool {
    let host = endpoint.host_str().unwrap_or_default();
    let is_host = host.strip_prefix(bucket).is_some_and(|rest| rest.starts_with(".s3"));
    (is_host && !is_style_chosen) || endpoint.path_segments().into_iter().flatten().next_back() == Some(bucket)
}

fn missing_region(location: &StoreLocation) -> Error {
    let message = format!("no region for {location}: {} is not set", REGION_VARIABLES[0]);
    Error::new(ErrorKind::Config, message).with_hint(REGION_HINT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Returns the base URL of the bucket `jobs`, or why there is none.
    fn base_url(variables: &[(&str, &str)], bucket: &str) -> Result<String, String> {
        let keys = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        let variables: Vec<(String, String)> =
            keys.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let env = Environment::new(move |name| {
            variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.into())
        });
        let location = StoreLocation::parse(&format!("s3://{bucket}/x")).unwrap().unwrap();
        let timeout = Duration::from_secs(1);
        let options =
            ClientOptions { timeout, max_wait: timeout, proxy: None, ca_variable: CA_BUNDLE, ca_bundle: None };
        let settings = StoreSettings::from_env(&location, &env, &options).map_err(|error| error.to_string())?;
        Ok(settings.bucket.base_url().to_string())
    }

    #[test]
    fn bucket_is_in_the_host_name_on_aws_and_in_the_path_elsewhere() {
        let (aws, other) = (("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL_S3", "https://minio.example/s3"));
        let style = |style: &'static str| ("AWS_S3_ADDRESSING_STYLE", style);
        for (variables, bucket, expected) in [
            (&[aws][..], "jobs", "https://jobs.s3.eu-west-1.amazonaws.com/"),
            (&[aws], "jobs.1", "https://s3.eu-west-1.amazonaws.com/jobs.1/"),
            (&[aws, style("path")], "jobs", "https://s3.eu-west-1.amazonaws.com/jobs/"),
            (&[aws, other], "jobs", "https://minio.example/s3/jobs/"),
            (&[other, style("auto")], "jobs", "https://minio.example/s3/jobs/"),
            (&[other, style("virtual")], "jobs", "https://jobs.minio.example/s3/"),
            // The name of a bucket may be that of a host.
            (&[("AWS_ENDPOINT_URL", "https://minio.example")], "minio", "https://minio.example/minio/"),
        ] {
            assert_eq!(base_url(variables, bucket).as_deref(), Ok(expected), "{variables:?}");
        }
        assert!(base_url(&[other, style("host")], "jobs").unwrap_err().contains("expected path, virtual, or auto"));
    }

    #[test]
    fn partition_follows_from_the_region() {
        for (region, domain) in [
            ("us-east-1", "amazonaws.com"),
            ("us-gov-west-1", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("eusc-de-east-1", "amazonaws.eu"),
        ] {
            let expected = format!("https://jobs.s3.{region}.{domain}/");
            assert_eq!(base_url(&[("AWS_REGION", region)], "jobs"), Ok(expected));
        }
    }
}
