//! Response bodies: any bytes are read without a panic, what is printed of them is unmodified, errors are safe to show.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use strigo_cli::api::envelope::{Data, ErrorDetails};
use strigo_cli::api::types::{Invitation, Member, Partner, Resource};
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
    let is_list = [check_list::<Partner>(body, is_success), check_list::<Member>(body, is_success)];
    assert_eq!(is_list[0], is_list[1]);
    let is_object = [
        check::<Partner>(body, is_success).is_some(),
        check::<Member>(body, is_success).is_some(),
        check::<Invitation>(body, is_success).is_some(),
    ];
    assert!(is_object.iter().all(|object| *object == is_object[0]) && !(is_list[0] && is_object[0]));
});

/// Reads a body, and returns its data if the envelope is valid.
fn check<R: Resource>(body: &str, is_success: bool) -> Option<Data<R>> {
    match Data::<R>::from_body(body.to_owned()) {
        Ok(data) => {
            assert!(is_success, "a failure has data");
            assert!(body.contains(data.raw()));
            assert!(serde_json::from_str::<IgnoredAny>(data.raw()).is_ok());
            data.parse().err().map(check_error);
            Some(data)
        }
        Err(error) => {
            check_error(error);
            None
        }
    }
}

fn check_list<R: Resource>(body: &str, is_success: bool) -> bool {
    let Some(data) = check::<Vec<R>>(body, is_success) else { return false };
    match (data.parse(), data.parse_with_raw()) {
        (Ok(parsed), Ok(with_raw)) => {
            assert_eq!(parsed.len(), with_raw.len());
            assert_eq!(parsed.is_empty(), data.is_empty());
            assert!(with_raw.iter().all(|(_, raw)| data.raw().contains(raw) && raw.starts_with('{')));
        }
        (parsed, with_raw) => assert_eq!(parsed.is_ok(), with_raw.is_ok()),
    }
    true
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
