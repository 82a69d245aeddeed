//! The implementations of the commands, one file per group as one types them.

mod all_members;
mod api;
mod auth;
pub mod completion;
mod hints;
mod invite;
mod invitees;
mod inviter;
mod journal;
mod journals;
pub mod man;
mod members;
mod partner_spec;
mod partners;
mod resume;
mod settle;
mod status;

use std::cell::OnceCell;
use std::ffi::OsString;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::api::calls::{self, Call};
use crate::api::envelope::Data;
use crate::api::types::{Invitation, Member, Partner, Resource};
use crate::api::{AttemptObserver, Client, ClientContext, RateEstimate, RateLimit, Request, RequestEvent};
use crate::cli::{Command, GlobalArgs};
use crate::error::Error;
use crate::output::reporter::Reporter;
use crate::output::{Printer, Record};
use crate::process::{Clock, Environment, InputStream, SignalMode, Signals};
use crate::settings::{CredentialSource, CredentialSpec, Settings, SettingsResolver};
use crate::text::{escape, format_time, json};
use partner_spec::{PartnerIndex, PartnerSpec};

/// What all commands use of their process.
pub struct GlobalContext<'a> {
    /// The command line as the user typed it, without the program's name.
    pub words: Vec<OsString>,
    /// The global options.
    pub args: &'a GlobalArgs,
    /// The environment.
    pub env: &'a Environment,
    /// May provide a roster, a request body, or an API key.
    pub stdin: InputStream,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// SIGINT and SIGTERM.
    pub signals: &'a Signals,
    /// Reports everything but data.
    pub reporter: &'a Reporter,
}

impl<'a> GlobalContext<'a> {
    /// Returns what a client needs. A user at a terminal sees that a request is slow.
    fn client_context(&self, on_event: &'a (dyn Fn(&RequestEvent<'_>) + Sync)) -> ClientContext<'a> {
        let slow_after = self.reporter.is_terminal().then_some(SLOW_AFTER);
        ClientContext { on_event, clock: self.clock, signals: self.signals, slow_after }
    }
}

/// Returns the columns of the records that a command prints.
fn columns_of(words: &[String]) -> &'static [&'static str] {
    let has = |word: &str| words.iter().any(|other| other == word);
    let mut names = words.iter().skip(1).map(String::as_str).filter(|word| !word.starts_with('-'));
    match (names.next(), names.next()) {
        (Some("partners" | "partner"), _) if has("--members") => partners::PartnerWithCount::COLUMNS,
        (Some("partners" | "partner"), _) => Partner::COLUMNS,
        (Some("members" | "member"), Some("list" | "ls")) if !has("--all") => Member::COLUMNS,
        (Some("members" | "member"), Some("list" | "ls" | "find")) => members::MemberWithPartner::COLUMNS,
        (Some("members" | "member"), Some("invite")) => Invitation::COLUMNS,
        (Some("members" | "member"), Some("status")) => status::PersonRow::COLUMNS,
        (Some("journal"), Some("show")) => journal::EntryRow::COLUMNS,
        (Some("auth"), Some("status")) => auth::StatusRow::COLUMNS,
        _ => &[],
    }
}

/// How long a request may take before a user at a terminal wonders about it.
const SLOW_AFTER: Duration = Duration::from_secs(2);

/// Runs a command.
///
/// # Errors
///
/// Returns the command's [`Error`], with context.
pub fn dispatch(command: Command, printer: Printer, ctx: GlobalContext<'_>) -> Result<()> {
    ctx.signals.set_mode(SignalMode::Exit);
    match command {
        Command::Completions { shell } => completion::scripts::print(shell, printer),
        Command::Man(args) => man::run(&args, printer, ctx.reporter),
        Command::Auth(command) => auth::run(command, printer, ctx),
        Command::Partners(command) => with_api(printer, ctx, |api| partners::run(command, api)),
        Command::Members(command) => with_api(printer, ctx, |api| members::run(command, api)),
        Command::Journal(command) => with_api(printer, ctx, |api| journal::run(command, api)),
        Command::Api(args) => with_api(printer, ctx, |api| api::run(&args, api)),
    }
}

/// Resolves the settings, and runs a command that calls the API.
fn with_api(
    printer: Printer,
    ctx: GlobalContext<'_>,
    run: impl FnOnce(&mut ApiContext<'_>) -> Result<()>,
) -> Result<()> {
    let reporter = ctx.reporter;
    let resolver = SettingsResolver::load(ctx.args, ctx.env)?;
    let source = resolver.active_source()?;
    resolver.config_warning().iter().for_each(|warning| reporter.warn(warning));
    let settings = resolver.settings(&source)?;
    let on_event = |event: &RequestEvent<'_>| report_event(reporter, event);
    let (client, partners) = (OnceCell::new(), OnceCell::new());
    let mut api = ApiContext { ctx, resolver, source, settings, printer, on_event: &on_event, client, partners };
    run(&mut api)?;
    Ok(api.printer.flush()?)
}

/// All partners.
type PartnerList = Data<Vec<Partner<'static>>>;

/// What the commands use that call the API.
struct ApiContext<'a> {
    ctx: GlobalContext<'a>,
    resolver: SettingsResolver<'a>,
    source: CredentialSource,
    settings: Settings,
    printer: Printer,
    on_event: &'a (dyn Fn(&RequestEvent<'_>) + Sync),
    client: OnceCell<Client<'a>>,
    partners: OnceCell<Rc<PartnerList>>,
}

impl<'a> ApiContext<'a> {
    /// Returns the active credentials. A dry run needs none, so that missing ones are only an error here.
    fn credential_spec(&self) -> Result<CredentialSpec, Error> {
        self.resolver.credential_spec(&self.source)
    }

    /// Returns the client, and creates it first if necessary.
    fn client(&self) -> Result<&Client<'a>, Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let Settings { endpoint, client_config, .. } = &self.settings;
        let ctx = self.ctx.client_context(self.on_event);
        let credentials = self.credential_spec()?.resolve()?;
        let client = Client::new(endpoint, &credentials, client_config, ctx)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Sends a call.
    fn send<R: Resource>(&self, call: &Call<R>) -> Result<Data<R>, Error> {
        self.send_observed(call, &mut ())
    }

    /// Sends a call whose attempts are observed.
    fn send_observed<R: Resource>(&self, call: &Call<R>, observer: &mut dyn AttemptObserver) -> Result<Data<R>, Error> {
        self.client()?.send_observed(call, observer).map_err(|error| self.with_hints(error))
    }

    /// Estimates how long the rate limit makes `requests` more requests take, if it is known.
    fn estimate(&self, requests: usize) -> Option<RateEstimate> {
        self.client.get()?.estimate(requests as u64)
    }

    /// Adds what the user can do about an error of the client.
    fn with_hints(&self, error: Error) -> Error {
        hints::for_api_error(error, self.credential_spec().ok().map(|spec| spec.source).as_deref())
    }

    /// Returns all partners. They are requested once per command, so that its parts agree on them.
    fn partners(&self) -> Result<Rc<PartnerList>, Error> {
        if let Some(list) = self.partners.get() {
            return Ok(Rc::clone(list));
        }
        let list = Rc::new(self.send(&calls::list_partners())?);
        Ok(Rc::clone(self.partners.get_or_init(|| list)))
    }

    /// Returns the ID of a partner. Queries the API only if the partner must be looked up.
    fn resolve_partner_id(&self, partner: PartnerSpec<'_>) -> Result<String, Error> {
        self.look_up_partner(partner, |id, _| id.to_owned())
    }

    /// Like [`ApiContext::resolve_partner_id`], for a caller that can use all partners if they are queried anyway.
    fn look_up_partner<T>(
        &self,
        partner: PartnerSpec<'_>,
        found: impl FnOnce(&str, &[Partner<'_>]) -> T,
    ) -> Result<T, Error> {
        match partner {
            PartnerSpec::Id(id) | PartnerSpec::InferredId(id) => Ok(found(id, &[])),
            PartnerSpec::Name(_) | PartnerSpec::IdOrName(_) => {
                let list = self.partners()?;
                let partners = list.parse()?;
                let id = PartnerIndex::new(&partners).resolve(partner)?;
                Ok(found(id, &partners))
            }
        }
    }

    /// Prints a request instead of sending it.
    fn print_dry_run(&mut self, Request { method, path, body, .. }: &Request) -> Result<(), Error> {
        let url = self.settings.endpoint.url_for(path);
        let body = body.as_deref().map(json::to_compact);
        if self.printer.is_json() {
            let (method, url) = (json::quote(method.as_str()), json::quote(&url));
            let body = body.unwrap_or_else(|| "null".to_owned());
            self.printer.print_line(&format!("{{\"method\":{method},\"url\":{url},\"body\":{body}}}"))
        } else {
            let body = body.map(|body| format!(" {body}")).unwrap_or_default();
            self.printer.print_line(&format!("{method} {}{body}", escape::escape_unsafe(&url)))
        }
    }

    /// Finishes a change that has been applied. If it cannot be printed, the error says that it was applied.
    fn finish_change(&mut self, printed: Result<(), Error>, what: &str) -> Result<(), Error> {
        let hint = format!("{what} despite this error; do not run the command again");
        printed.and_then(|()| self.printer.flush()).map_err(|error| error.with_hint(hint))
    }

    /// Prints a list. If it is empty, a note says so in a terminal, which would show nothing otherwise.
    fn print_list<R: Resource>(&mut self, list: &Data<Vec<R>>, empty: &str) -> Result<(), Error>
    where
        for<'r> R::Borrowed<'r>: Record,
    {
        self.printer.print_list(list.raw(), || list.parse()).map_err(|error| self.with_hints(error))?;
        self.note_if(list.is_empty(), empty);
        Ok(())
    }

    fn note_if(&self, is_empty: bool, text: &str) {
        if is_empty && self.printer.is_interactive() {
            self.ctx.reporter.note(text);
        }
    }
}

/// Reports what happens during a call.
fn report_event(reporter: &Reporter, event: &RequestEvent<'_>) {
    match event {
        RequestEvent::Sent { method, path, result, elapsed } => reporter.trace(&match result {
            Ok((status, limit)) => {
                let (status, limit) = (status.as_u16(), format_rate_limit(limit));
                format!("{method} {path}: {status} in {}ms{limit}", elapsed.as_millis())
            }
            Err(reason) => format!("{method} {path}: {reason} after {}ms", elapsed.as_millis()),
        }),
        RequestEvent::Slow { method, path, timeout } => {
            let text = format!("waiting for a response to {method} {path}, up to {}", format_seconds(*timeout));
            reporter.report_wait(&text, "waiting for a response");
        }
        RequestEvent::Stopping => {
            reporter.note("interrupted; finishing the request in flight (to exit without waiting, press Ctrl-C again)")
        }
        RequestEvent::Waiting { reason, duration, until } => {
            let wait = format!("waiting for {} (until {})", format_seconds(*duration), format_utc_time(*until));
            reporter.report_wait(&format!("{reason}; {wait}"), &wait);
        }
    }
}

fn format_rate_limit(limit: &RateLimit) -> String {
    let Some(remaining) = limit.remaining else { return String::new() };
    let of_limit = limit.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let reset = limit.reset_after.map(|reset| format!(", resets in {}", format_seconds(reset))).unwrap_or_default();
    format!(" (rate limit: {remaining}{of_limit} left{reset})")
}

/// Formats the time of day in UTC.
fn format_utc_time(time: SystemTime) -> String {
    format!("{} UTC", format_time(time).get(11..19).unwrap_or_default())
}

fn format_seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 && duration.subsec_millis() > 0 { format!("{seconds:.1}s") } else { format!("{seconds:.0}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_seconds_shows_tenths_of_short_times() {
        for (millis, expected) in
            [(0, "0s"), (200, "0.2s"), (1000, "1s"), (9940, "9.9s"), (10_000, "10s"), (59_900, "60s")]
        {
            assert_eq!(format_seconds(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn format_rate_limit_shows_what_is_known() {
        let limit = |remaining, of, reset_after| {
            let mut limit = RateLimit::default();
            (limit.remaining, limit.limit, limit.reset_after) = (remaining, of, reset_after);
            limit
        };
        let reset = Some(Duration::from_secs(7));
        assert_eq!(format_rate_limit(&limit(None, Some(200), reset)), "");
        assert_eq!(format_rate_limit(&limit(Some(3), None, None)), " (rate limit: 3 left)");
        assert_eq!(format_rate_limit(&limit(Some(3), Some(200), reset)), " (rate limit: 3 of 200 left, resets in 7s)");
    }
}
