//! What a command gets: the process, its settings, its client, and its output.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use crate::api::calls::{self, Call};
use crate::api::envelope::Data;
use crate::api::types::{Partner, Resource};
use crate::api::{AttemptObserver, Client, ClientContext, RateEstimate, RateLimit, Request, RequestEvent};
use crate::cli::GlobalArgs;
use crate::directory::partner::{PartnerIndex, PartnerSpec};
use crate::error::Error;
use crate::output::reporter::Reporter;
use crate::output::{Printer, Record};
use crate::process::{Clock, Environment, InputStream, Signals};
use crate::settings::{CredentialSource, CredentialSpec, Settings, SettingsResolver};
use crate::text::{escape, format_time, json};

/// How long a request may take before a user at a terminal wonders about it.
const SLOW_AFTER: Duration = Duration::from_secs(2);

/// All partners.
pub(crate) type PartnerList = Data<Vec<Partner<'static>>>;

/// What a command gets. The settings are resolved, and the client is created, when they are first needed.
pub(crate) struct Context<'a> {
    /// The command line as the user typed it, without the program's name.
    pub(crate) words: Vec<OsString>,
    /// The global options.
    pub(crate) args: &'a GlobalArgs,
    /// The environment.
    pub(crate) env: &'a Environment,
    /// May provide a roster, a request body, or an API key.
    pub(crate) stdin: InputStream,
    /// The clock.
    pub(crate) clock: &'a dyn Clock,
    /// SIGINT and SIGTERM.
    pub(crate) signals: &'a Signals,
    /// Reports everything but data.
    pub(crate) reporter: &'a Reporter,
    /// Prints data.
    pub(crate) printer: Printer,
    /// Receives what happens during a request.
    pub(crate) on_event: &'a (dyn Fn(&RequestEvent<'_>) + Sync),
    pub(crate) active: OnceCell<Active<'a>>,
    pub(crate) client: OnceCell<Client<'a>>,
    pub(crate) partners: OnceCell<Rc<PartnerList>>,
}

/// The settings of a command that calls the API.
pub(crate) struct Active<'a> {
    resolver: SettingsResolver<'a>,
    source: CredentialSource,
    settings: Settings,
}

impl<'a> Context<'a> {
    /// Returns what a client needs. A user at a terminal sees that a request is slow.
    pub(crate) fn client_context(&self) -> ClientContext<'a> {
        let slow_after = self.reporter.is_terminal().then_some(SLOW_AFTER);
        ClientContext { on_event: self.on_event, clock: self.clock, signals: self.signals, slow_after }
    }

    fn active(&self) -> Result<&Active<'a>, Error> {
        if let Some(active) = self.active.get() {
            return Ok(active);
        }
        let resolver = SettingsResolver::load(self.args, self.env)?;
        let source = resolver.active_source()?;
        resolver.config_warning().iter().for_each(|warning| self.reporter.warn(warning));
        let settings = resolver.settings(&source)?;
        Ok(self.active.get_or_init(|| Active { resolver, source, settings }))
    }

    /// Returns the endpoint and the timeouts.
    pub(crate) fn settings(&self) -> Result<&Settings, Error> {
        Ok(&self.active()?.settings)
    }

    /// Resolves flags, variables, and the config file.
    pub(crate) fn resolver(&self) -> Result<&SettingsResolver<'a>, Error> {
        Ok(&self.active()?.resolver)
    }

    /// Returns the active credentials. A dry run needs none, so that missing ones are only an error here.
    pub(crate) fn credential_spec(&self) -> Result<CredentialSpec, Error> {
        let active = self.active()?;
        active.resolver.credential_spec(&active.source)
    }

    /// Returns the client, and creates it first if necessary.
    pub(crate) fn client(&self) -> Result<&Client<'a>, Error> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let Settings { endpoint, client_config, .. } = self.settings()?;
        let ctx = self.client_context();
        let credentials = self.credential_spec()?.resolve()?;
        let client = Client::new(endpoint, &credentials, client_config, ctx)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Sends a call.
    pub(crate) fn send<R: Resource>(&self, call: &Call<R>) -> Result<Data<R>, Error> {
        self.send_observed(call, &mut ())
    }

    /// Sends a call whose attempts are observed.
    pub(crate) fn send_observed<R: Resource>(
        &self,
        call: &Call<R>,
        observer: &mut dyn AttemptObserver,
    ) -> Result<Data<R>, Error> {
        self.client()?.send_observed(call, observer)
    }

    /// Estimates how long the rate limit makes `requests` more requests take, if it is known.
    pub(crate) fn estimate(&self, requests: usize) -> Option<RateEstimate> {
        self.client.get()?.estimate(requests as u64)
    }

    /// Returns all partners. They are requested once per command, so that its parts agree on them.
    pub(crate) fn partners(&self) -> Result<Rc<PartnerList>, Error> {
        if let Some(list) = self.partners.get() {
            return Ok(Rc::clone(list));
        }
        let list = Rc::new(self.send(&calls::list_partners())?);
        Ok(Rc::clone(self.partners.get_or_init(|| list)))
    }

    /// Returns the ID of a partner. Queries the API only if the partner must be looked up.
    pub(crate) fn resolve_partner_id(&self, partner: PartnerSpec<'_>) -> Result<String, Error> {
        self.look_up_partner(partner, |id, _| id.to_owned())
    }

    /// Like [`Context::resolve_partner_id`], for a caller that can use all partners if they are queried anyway.
    pub(crate) fn look_up_partner<T>(
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
    pub(crate) fn print_dry_run(&mut self, Request { method, path, body, .. }: &Request) -> Result<(), Error> {
        let url = self.settings()?.endpoint.url_for(path);
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
    pub(crate) fn finish_change(&mut self, printed: Result<(), Error>, what: &str) -> Result<(), Error> {
        let hint = format!("{what} despite this error; do not run the command again");
        printed.and_then(|()| self.printer.flush()).map_err(|error| error.with_hint(hint))
    }

    /// Prints a list. If it is empty, a note says so in a terminal, which would show nothing otherwise.
    pub(crate) fn print_list<R: Resource>(&mut self, list: &Data<Vec<R>>, empty: &str) -> Result<(), Error>
    where
        for<'r> R::Borrowed<'r>: Record,
    {
        self.printer.print_list(list.raw(), || list.parse())?;
        self.note_if(list.is_empty(), empty);
        Ok(())
    }

    /// Reports something to a person who sees an empty output otherwise.
    pub(crate) fn note_if(&self, is_empty: bool, text: &str) {
        if is_empty && self.printer.is_interactive() {
            self.reporter.note(text);
        }
    }
}

/// Reports what happens during a call.
pub(crate) fn report_event(reporter: &Reporter, event: &RequestEvent<'_>) {
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
