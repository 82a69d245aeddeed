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
    match reason {
        Reason::InvalidPartnerId => "run `strigo partners list` to see partner IDs".to_owned(),
        Reason::Unauthorized => {
            format!("check the credentials{from_source}; an organization owner can find them at {API_KEY_SETTINGS_URL}")
        }
        Reason::Forbidden => format!("the credentials{from_source} do not have permission for this request"),
        Reason::NotFromApi => format!(
            "the response does not look like one from the Strigo API; check the endpoint (default: {DEFAULT_ENDPOINT})"
        ),
        Reason::Redirected => {
            "if the API has moved, set its new URL with --endpoint; redirects are not followed".to_owned()
        }
        Reason::InvalidResponse => {
            "check that the endpoint is the Strigo API; use --verbose to see the requests".to_owned()
        }
        Reason::SchemaMismatch => "use --json to see the API's data unparsed".to_owned(),
        Reason::WaitTooLong { delay, max_wait } => {
            let delay = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            format!("to wait {delay}s for the next attempt, increase --max-wait (now {}s)", max_wait.as_secs_f64())
        }
        Reason::NothingChanged => "nothing was changed; it is safe to retry".to_owned(),
        Reason::MayHaveApplied => {
            "the change may already have been applied; it is safe to retry, because repeating it has \
                                   the same effect"
                .to_owned()
        }
    }
}
