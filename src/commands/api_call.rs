//! `strigo api`.

use std::io::Read as _;

use anyhow::{Context as _, Result};
use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use serde::de::IgnoredAny;

use super::Session;
use crate::api::{Answer, Refusal, Request};
use crate::cli::ApiArgs;
use crate::error::{Error, Kind};
use crate::text::cause;
use crate::text::escape::visible;

/// Headers that are the tool's own business: who asks, and how the body travels.
const RESERVED: [HeaderName; 5] = [AUTHORIZATION, HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION];

pub(super) fn run(args: &ApiArgs, session: &mut Session<'_>) -> Result<()> {
    let path = session.settings.endpoint.path_below(&args.path)?;
    let headers = read_headers(&args.headers)?;
    let body = args.data.as_deref().map(|data| read_data(data, session)).transpose()?;
    if args.dry_run.dry_run {
        return Ok(session.show_request(args.method, &path, body.as_deref())?);
    }
    let request = Request {
        method: args.method,
        path: &path,
        body: body.as_deref().map(str::as_bytes),
        headers,
        is_idempotent: args.idempotent || args.method.is_idempotent(),
    };
    let sent = session.client()?.exchange(&request);
    let (answer, error) = match sent {
        Ok(answer) => (Some(Box::new(answer)), None),
        Err(Refusal { error, answer }) => (answer, Some(error)),
    };
    if let Some(answer) = answer {
        show(&answer, args.include, session)?;
    }
    let Some(error) = error else { return Ok(()) };
    let error = error.hint_where(Kind::OutcomeUnknown, || {
        "It may or may not have happened: look before you send it again. --idempotent says that it may be sent twice."
            .to_owned()
    });
    Err(error).with_context(|| format!("{} {}", args.method.as_str(), args.path))
}

fn show(answer: &Answer, with_head: bool, session: &mut Session<'_>) -> Result<(), Error> {
    let output = &mut session.output;
    if with_head {
        let status = answer.status;
        output.line(
            format!("HTTP/1.1 {} {}", status.as_u16(), status.canonical_reason().unwrap_or_default()).trim_end(),
        )?;
        for (name, value) in &answer.headers {
            output.line(&format!("{name}: {}", visible(&String::from_utf8_lossy(value.as_bytes()))))?;
        }
        output.line("")?;
    }
    output.bytes(answer.body.as_bytes())?;
    output.flush()
}

fn read_headers(typed: &[String]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for header in typed {
        let wrong = |why: &str| {
            let name = header.split(':').next().unwrap_or_default();
            Error::new(Kind::Usage, format!("the header '{name}' {why}")).hint("A header looks like 'X-Name: value'.")
        };
        let (name, value) = header.split_once(':').ok_or_else(|| wrong("has no value"))?;
        let name: HeaderName = name.trim().parse().map_err(|_| wrong("has a name that no header can have"))?;
        if RESERVED.contains(&name) {
            return Err(wrong("is the tool's own").hint("Credentials are chosen with --profile."));
        }
        let value = HeaderValue::from_str(value.trim()).map_err(|_| wrong("has a value that no header can have"))?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// The JSON to send, as it was written.
fn read_data(data: &str, session: &mut Session<'_>) -> Result<String, Error> {
    let (source, text) = match (data, data.strip_prefix('@')) {
        ("-", _) => {
            let mut text = String::new();
            ("stdin".to_owned(), session.around.stdin.from.read_to_string(&mut text).map(|_| text))
        }
        (_, Some(path)) => (path.to_owned(), std::fs::read_to_string(path)),
        (text, None) => ("--data".to_owned(), Ok(text.to_owned())),
    };
    let wrong = |why: String| {
        Error::new(Kind::Usage, format!("the data from {source} {why}"))
            .hint("Give JSON in quotes, such as '{\"name\": \"Acme\"}', or @FILE for a file, or - for stdin.")
    };
    let text = text.map_err(|error| wrong(format!("cannot be read: {}", cause(&error))))?;
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| wrong(format!("is not JSON: {error}")))?;
    Ok(text)
}
