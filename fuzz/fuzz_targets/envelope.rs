//! Response bodies: any bytes are read without a panic, what is printed of them is unmodified, errors are safe to show.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::{DeserializeOwned, IgnoredAny};
use strigo_cli::api::envelope::{ErrorDetails, RawData};
use strigo_cli::api::types::{Invitation, Member, Partner};
use strigo_cli::error::{Error, ErrorKind};
use strigo_cli::report::Report;
use strigo_cli::text::escape::is_unsafe_char;

fuzz_target!(|body: &[u8]| {
    let details = ErrorDetails::from_error_body(body);
    let is_empty = details.is_empty();
    let message = check_error(details.into_error(ErrorKind::Rejected, "summary").with_status(422));
    assert_eq!(message == "summary", is_empty, "{message:?}");

    let success_error = ErrorDetails::from_success_body(body);
    let is_success = success_error.is_none();
    success_error.map(check_error);

    let Ok(body) = std::str::from_utf8(body) else { return };
    check::<Partner>(body, is_success);
    check::<Member>(body, is_success);
    check::<Invitation>(body, is_success);
    check_list::<Partner>(body, is_success);
    check_list::<Member>(body, is_success);
});

/// Reads a body, and returns its data if the envelope is valid.
fn check<T: DeserializeOwned>(body: &str, is_success: bool) -> Option<RawData<T>> {
    match RawData::<T>::from_body(body) {
        Ok(data) => {
            assert!(is_success, "a failure has data");
            assert!(body.contains(data.json()));
            assert!(serde_json::from_str::<IgnoredAny>(data.json()).is_ok());
            data.parse().err().map(check_error);
            Some(data)
        }
        Err(error) => {
            check_error(error);
            None
        }
    }
}

fn check_list<T: DeserializeOwned>(body: &str, is_success: bool) {
    let Some(data) = check::<Vec<T>>(body, is_success) else { return };
    match (data.parse(), data.items()) {
        (Ok(parsed), Ok(items)) => {
            assert_eq!(parsed.len(), items.len());
            assert_eq!(parsed.is_empty(), data.is_empty());
            assert!(items.iter().all(|(_, json)| data.json().contains(json)));
        }
        (parsed, items) => assert_eq!(parsed.is_ok(), items.is_ok()),
    }
}

/// A message that contains a part of a response is safe for a terminal, and valid as JSON. Returns the message.
fn check_error(error: Error) -> String {
    let error = anyhow::Error::from(error);
    let report = Report::new(&error);
    let (message, line) = (report.message(), report.to_json_line("error"));
    assert!(!message.contains(|c| is_unsafe_char(c) && c != '\n'), "{message:?}");
    assert!(!line.contains(is_unsafe_char), "{line:?}");
    assert!(serde_json::from_str::<IgnoredAny>(&line).is_ok(), "{line:?}");
    message
}
