//! `strigo api`.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use serde::de::IgnoredAny;

use crate::api::calls::is_retry_safe;
use crate::api::{Request, SendError};
use crate::cli::{ApiArgs, METHODS};
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::http::Response;
use crate::text::error_message;
use crate::text::escape::escape_unsafe;

/// The headers that the client sets itself: the credentials, and how the body is transferred.
const RESERVED_HEADERS: [HeaderName; 5] = [AUTHORIZATION, HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

pub(super) fn run(args: &ApiArgs, context: &mut Context<'_>) -> Result<()> {
    let path = resolve_path(&args.path, context)?;
    let headers = parse_headers(&args.headers)?;
    let body = args.data.as_deref().map(|data| read_body(data, context)).transpose()?;
    let is_retry_safe = is_retry_safe(&args.method);
    let request = Request { method: args.method.clone(), path, body, headers, is_retry_safe };
    if args.dry_run {
        return Ok(context.print_dry_run(&request, None)?);
    }
    let result = context.client()?.send_raw(&request);
    let (error, response) = match result {
        Ok(response) => return Ok(print_response(&response, args.include, context)?),
        Err(SendError { error, response, .. }) => (error, response),
    };
    if let Some(response) = response {
        print_response(&response, args.include, context)?;
    }
    let hint = "the change may or may not have been applied; check before sending it again";
    Err(error.with_hint_for(ErrorKind::OutcomeUnknown, hint)).with_context(|| format!("{} {}", args.method, args.path))
}

fn resolve_path(typed: &str, context: &Context<'_>) -> Result<String, Error> {
    let endpoint = &context.settings()?.endpoint;
    let invalid = |message: String| {
        let hint = format!("pass a path relative to {endpoint}, such as /partners");
        Error::new(ErrorKind::Usage, message).with_hint(hint)
    };
    // A single argument is a path, even if a method was meant.
    if METHODS.iter().any(|method| method.eq_ignore_ascii_case(typed)) {
        return Err(invalid(format!("missing path after {}", typed.to_uppercase())));
    }
    endpoint.resolve_path(typed).map_err(|reason| invalid(format!("invalid path '{typed}': {reason}")))
}

fn print_response(response: &Response, include_headers: bool, context: &mut Context<'_>) -> Result<(), Error> {
    let printer = &context.printer;
    if include_headers {
        let status = response.status;
        let status_line = format!("HTTP/1.1 {} {}", status.as_u16(), status.canonical_reason().unwrap_or_default());
        printer.print_line(status_line.trim_end())?;
        for (name, value) in &response.headers {
            printer.print_line(&format!("{name}: {}", escape_unsafe(&String::from_utf8_lossy(value.as_bytes()))))?;
        }
        printer.print_line("")?;
    }
    printer.print_bytes(&response.body)
}

fn parse_headers(args: &[String]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for header in args {
        let invalid = |reason: &str| {
            let name = header.split(':').next().unwrap_or_default();
            Error::new(ErrorKind::Usage, format!("invalid header '{name}': {reason}"))
                .with_hint("expected 'Name: value'")
        };
        let (name, value) = header.split_once(':').ok_or_else(|| invalid("missing value"))?;
        let name: HeaderName = name.trim().parse().map_err(|_| invalid("invalid name"))?;
        if RESERVED_HEADERS.contains(&name) {
            let message = format!("header '{name}' cannot be overridden");
            let hint = if name == AUTHORIZATION { "to use other credentials, pass --profile" } else { "remove it" };
            return Err(Error::new(ErrorKind::Usage, message).with_hint(hint));
        }
        headers.append(name, HeaderValue::from_str(value.trim()).map_err(|_| invalid("invalid value"))?);
    }
    Ok(headers)
}

/// Returns the request body, which is sent as it was written.
fn read_body(data: &str, context: &mut Context<'_>) -> Result<String, Error> {
    let (source, text) = match (data, data.strip_prefix('@')) {
        ("-" | "@-", _) => {
            let mut text = String::new();
            ("standard input", context.stdin.reader.read_to_string(&mut text).map(|_| text))
        }
        (_, Some(path)) => (path, std::fs::read_to_string(path)),
        (text, None) => ("--data", Ok(text.to_owned())),
    };
    let text = text.map_err(|error| {
        let message = format!("cannot read the request body from {source}: {}", error_message(&error));
        Error::new(ErrorKind::Usage, message)
    })?;
    // PowerShell writes files with it.
    let text = text.trim_start_matches('\u{feff}').to_owned();
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("the request body from {source} is not valid JSON: {error}")).with_hint(
            "pass JSON in quotes, such as '{\"name\": \"Acme\"}', @FILE to read a file, or - to read standard input",
        )
    })?;
    Ok(text)
}
