//! Hints for API errors: what the user can do about each [`Reason`], in terms of commands and flags.

use crate::api::credentials::API_KEY_SETTINGS_URL;
use crate::api::endpoint::DEFAULT_ENDPOINT;
use crate::error::{Error, Reason};

/// The hint for a partner that was not found or not given.
pub(super) const LIST_PARTNERS: &str = "run `strigo partners list` to see all partners";

/// Adds the hints for the reasons of an error. `credential_source` is where the credentials came from.
pub(super) fn for_api_error(error: Error, credential_source: Option<&str>) -> Error {
    let from_source = credential_source.map(|source| format!(" from {source}")).unwrap_or_default();
    let hints: Vec<String> = error.reasons().iter().map(|reason| hint(*reason, &from_source)).collect();
    hints.into_iter().fold(error, Error::with_hint)
}

fn hint(reason: Reason, from_source: &str) -> String {
    let text = match reason {
        Reason::Unauthorized => {
            return format!(
                "check the credentials{from_source}; an organization owner can find them at \
                 {API_KEY_SETTINGS_URL}"
            );
        }
        Reason::Forbidden => {
            return format!("the credentials{from_source} do not have permission for this request");
        }
        Reason::NotFromApi => {
            return format!(
                "the response does not look like one from the Strigo API; check the endpoint (default: {DEFAULT_ENDPOINT})"
            );
        }
        Reason::WaitTooLong { delay, max_wait } => {
            let delay = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            let max_wait = max_wait.as_secs_f64();
            return format!("the next attempt would be in {delay}s, which exceeds --max-wait ({max_wait}s)");
        }
        Reason::InvalidPartnerId => "run `strigo partners list` to see partner IDs",
        Reason::Redirected => {
            "redirects are not followed, to keep the API key from reaching another host; if the API has moved, set the new \
             URL with --endpoint"
        }
        Reason::InvalidResponse => "check that the endpoint is the Strigo API; use --verbose to see the requests",
        Reason::SchemaMismatch => "use --json to see the API's data unparsed",
        Reason::NothingChanged => "nothing was changed; it is safe to retry",
        Reason::MayHaveApplied => {
            "the change may already have been applied; it is safe to retry, because repeating it has the same effect"
        }
    };
    text.to_owned()
}
