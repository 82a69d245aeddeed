//! What a command gets: the process, its settings, its client, and its output.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::rc::Rc;
use std::time::Duration;

use clap::ArgMatches;
use serde::de::DeserializeOwned;

use crate::api::calls;
use crate::api::types::Partner;
use crate::api::{Call, Client, RateEstimate, RawData, Request};
use crate::cli::{ColumnArgs, JournalArgs};
use crate::directory::members::{FetchedMembers, fetch_members};
use crate::directory::partner::{PartnerIndex, PartnerSpec};
use crate::error::{Error, ErrorKind};
use crate::http::{Hooks, RequestNotice};
use crate::invitations::event::Scope;
use crate::invitations::journal::{JournalLocation, JournalPlace, RunDetails};
use crate::object_store::{ObjectStore, StoreLocation, StoreSettings};
use crate::output::reporter::Reporter;
use crate::output::{Printer, Row, RowPrinter};
use crate::process::{Clock, Environment, InputStream, SignalMode, Signals, env_vars};
use crate::report::Report;
use crate::settings::journal::JournalSetting;
use crate::settings::{self, CredentialSpec, Flags, Settings};
use crate::text::{escape, format_seconds, format_time, json};

/// How long a request may take before a user at a terminal wonders about it.
const SLOW_AFTER: Duration = Duration::from_secs(2);

/// How often the lock of a journal is tried, and after which time a user wonders about it.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(50);
const LOCK_NOTE_AFTER: Duration = Duration::from_millis(500);

/// All partners.
pub(crate) type PartnerList = RawData<Vec<Partner>>;

/// What a command gets. The settings are resolved, and the client is created, when they are first needed.
pub(crate) struct Context<'a> {
    /// The command line, as clap has parsed it.
    pub(crate) matches: ArgMatches,
    /// The options that settings are resolved from.
    pub(crate) flags: &'a Flags,
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
    pub(crate) on_notice: &'a (dyn Fn(&RequestNotice<'_>) + Sync),
    pub(crate) settings: OnceCell<Settings>,
    pub(crate) client: OnceCell<Rc<Client<'a>>>,
    pub(crate) partners: OnceCell<Rc<PartnerList>>,
}

impl<'a> Context<'a> {
    /// Returns what a client needs. A user at a terminal sees that a request is slow.
    pub(crate) fn hooks(&self) -> Hooks<'a> {
        let slow_after = self.reporter.is_terminal().then_some(SLOW_AFTER);
        Hooks { on_notice: self.on_notice, clock: self.clock, signals: self.signals, slow_after }
    }

    /// Returns the settings.
    pub(crate) fn settings(&self) -> Result<&Settings, Error> {
        once(&self.settings, || {
            let settings = settings::resolve(self.flags, self.env)?;
            settings.config_warning.iter().for_each(|warning| self.reporter.warn(warning));
            Ok(settings)
        })
    }

    /// Returns the credentials. A dry run needs none, so that missing ones are only an error here.
    pub(crate) fn credential_spec(&self) -> Result<&CredentialSpec, Error> {
        self.settings()?.credentials.as_ref().map_err(Clone::clone)
    }

    /// Returns the client, and creates it first if necessary.
    pub(crate) fn client(&self) -> Result<Rc<Client<'a>>, Error> {
        let client = once(&self.client, || {
            let Settings { endpoint, client_options, .. } = self.settings()?;
            let credentials = self.credential_spec()?.resolve()?;
            Ok(Rc::new(Client::new(endpoint, &credentials, client_options, self.hooks())?))
        });
        client.map(Rc::clone)
    }

    /// Returns what journals of this command belong to.
    pub(crate) fn scope(&self) -> Result<Scope, Error> {
        Ok(Scope { endpoint: self.settings()?.endpoint.to_string(), org_id: self.credential_spec()?.org_id.clone() })
    }

    /// Returns where invitations are recorded.
    pub(crate) fn journal(&self, args: &JournalArgs) -> Result<JournalSetting, Error> {
        let typed = at_most_one(&args.journal, "--journal", "use the same journal for all runs")?;
        JournalSetting::resolve(typed.map(OsString::as_os_str), self.env, || self.settings())
    }

    /// Returns what reaches a journal. Returns [`ErrorKind::Usage`] if nothing is recorded.
    pub(crate) fn journal_place(&self, location: &JournalLocation) -> Result<JournalPlace<'a>, Error> {
        match location {
            JournalLocation::File(path) => Ok(JournalPlace::File(path.clone())),
            JournalLocation::Store(place) => Ok(JournalPlace::Store(Box::new(self.store(place)?))),
            JournalLocation::Off => {
                Err(Error::new(ErrorKind::Usage, "no journal is used, so that there is nothing to read")
                    .with_hint(format!("pass --journal PLACE, or unset {}", env_vars::JOURNAL)))
            }
        }
    }

    /// Returns the names of partners by ID, if they have been requested.
    pub(crate) fn partner_names(&self) -> HashMap<String, String> {
        let partners = self.partners.get().and_then(|list| list.parse().ok()).unwrap_or_default();
        partners.into_iter().filter(|partner| !partner.name.is_empty()).map(|Partner { id, name }| (id, name)).collect()
    }

    /// Returns what is recorded with each claim.
    pub(crate) fn run_details(&self) -> RunDetails {
        RunDetails { by: Some(self.env.user()), partner_names: self.partner_names() }
    }

    /// Returns what waits for another process that uses a journal: as long as that goes on, or up to an explicit
    /// `--max-wait`.
    pub(crate) fn wait_for_lock(&self) -> impl FnMut(Option<u32>) -> Result<(), Error> {
        let started_at = self.clock.now();
        let mut is_announced = false;
        move |pid| {
            let pid = pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default();
            let waited = self.clock.now().saturating_duration_since(started_at);
            if self.flags.max_wait.is_some_and(|max_wait| waited >= max_wait) {
                let message = format!("another strigo{pid} is using the journal");
                return Err(
                    Error::new(ErrorKind::Unavailable, message).with_hint("to wait longer, increase --max-wait")
                );
            }
            if !is_announced && waited >= LOCK_NOTE_AFTER {
                is_announced = true;
                self.reporter.note(&format!("waiting for another strigo{pid}, which is using the journal"));
            }
            self.clock.sleep(LOCK_POLL_INTERVAL);
            Ok(())
        }
    }

    /// Returns the client of an object store.
    pub(crate) fn store(&self, location: &StoreLocation) -> Result<ObjectStore<'a>, Error> {
        let settings = StoreSettings::from_env(location, self.env, &self.settings()?.client_options)?;
        ObjectStore::new(settings, self.hooks())
    }

    /// Sends a call.
    pub(crate) fn send<T: DeserializeOwned>(&self, call: &Call<T>) -> Result<RawData<T>, Error> {
        self.client()?.send(call)
    }

    /// Estimates how long the rate limit makes `requests` more requests take, if it is known.
    pub(crate) fn estimate(&self, requests: usize) -> Option<RateEstimate> {
        self.client.get()?.estimate(requests as u64)
    }

    /// Returns all partners. They are requested once per command, so that its parts agree on them.
    pub(crate) fn partners(&self) -> Result<Rc<PartnerList>, Error> {
        once(&self.partners, || Ok(Rc::new(self.send(&calls::list_partners())?))).map(Rc::clone)
    }

    /// Fetches the members of partners. An error does not stop the rest, unless it would affect all of them.
    pub(crate) fn fetch_members(&self, partners: &[Partner]) -> Result<FetchedMembers, Error> {
        let client = self.client()?;
        self.signals.set_mode(SignalMode::Graceful);
        let on_progress = |done| self.reporter.set_progress(done, partners.len(), "partners");
        let fetched = fetch_members(partners, &client, &on_progress);
        self.reporter.clear_progress();
        let fetched = fetched?;
        self.signals.set_mode(SignalMode::Exit);
        Ok(fetched)
    }

    /// Reports the partners whose members could not be fetched, and fails if there are any.
    pub(crate) fn report_failures(&self, fetched: &FetchedMembers, partners: &[Partner]) -> Result<(), Error> {
        for (index, error) in fetched.failures() {
            let Partner { id, name } = &partners[index];
            let name = if name.is_empty() { id } else { name };
            let error = anyhow::Error::from(error.clone());
            let error = error.context(format!("cannot list members of partner '{name}'"));
            self.reporter.item_error(&Report::new(&error));
        }
        fetched.check_complete()
    }

    /// Returns the ID of a partner. Queries the API only if the partner must be looked up.
    pub(crate) fn resolve_partner_id(&self, partner: PartnerSpec<'_>) -> Result<String, Error> {
        match partner {
            PartnerSpec::Id(id) | PartnerSpec::InferredId(id) => Ok(id.to_owned()),
            PartnerSpec::Name(_) | PartnerSpec::IdOrName(_) => {
                PartnerIndex::new(&self.partners()?.parse()?).resolve(partner).map(str::to_owned)
            }
        }
    }

    /// Prints a request instead of sending it. If it is about a partner that would be created first, its URL is not known.
    pub(crate) fn print_dry_run(&self, request: &Request, new_partner: Option<&str>) -> Result<(), Error> {
        let Request { method, path, body, .. } = request;
        let url = self.settings()?.endpoint.url_for(path);
        let body = body.as_deref().map(json::to_compact);
        if self.printer.is_json() {
            let (method, url) = (json::quote(method.as_str()), json::quote(&url));
            let body = body.unwrap_or_else(|| "null".to_owned());
            self.printer.print_line(&match new_partner {
                None => format!("{{\"method\":{method},\"url\":{url},\"body\":{body}}}"),
                Some(name) => {
                    let name = json::quote(name);
                    format!("{{\"method\":{method},\"url\":null,\"partner\":{name},\"body\":{body}}}")
                }
            })
        } else {
            let target = new_partner.map_or(url, |name| format!("(members of new partner '{name}')"));
            let body = body.map(|body| format!(" {body}")).unwrap_or_default();
            self.printer.print_line(&format!("{method} {}{body}", escape::escape_unsafe(&target)))
        }
    }

    /// Finishes a change that has been applied. If it cannot be printed, the error says that it was applied.
    pub(crate) fn finish_change(&self, printed: Result<(), Error>, what: &str) -> Result<(), Error> {
        let hint = format!("{what} despite this error; do not run the command again");
        printed.map_err(|error| error.with_hint(hint))
    }

    /// Returns what prints rows of one kind. A command needs it before it sends anything.
    pub(crate) fn rows<R: Row>(&self, args: &ColumnArgs) -> Result<RowPrinter<R>, Error> {
        self.printer.rows(args.columns.as_deref(), !args.no_header, args.bom)
    }

    /// Prints a list. If it is empty, a note says so in a terminal, which would show nothing otherwise.
    pub(crate) fn print_list<R: Row + DeserializeOwned>(
        &self,
        rows: &RowPrinter<R>,
        list: &RawData<Vec<R>>,
        empty: &str,
    ) -> Result<(), Error> {
        rows.print_list(list.json(), || list.parse())?;
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

/// Returns the value of a cell, and makes it first if there is none.
fn once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, Error>) -> Result<&T, Error> {
    match cell.get() {
        Some(value) => Ok(value),
        None => make().map(|value| cell.get_or_init(|| value)),
    }
}

/// Returns the value of an option, which is accepted several times only to say what to do instead.
pub(crate) fn at_most_one<'v, T>(values: &'v [T], option: &str, hint: &str) -> Result<Option<&'v T>, Error> {
    match values {
        [] | [_] => Ok(values.first()),
        _ => {
            let message = format!("{option} is given {} times", values.len());
            Err(Error::new(ErrorKind::Usage, message).with_hint(hint))
        }
    }
}

/// Reports what happens during a request.
pub(crate) fn report_notice(reporter: &Reporter, notice: &RequestNotice<'_>) {
    match notice {
        RequestNotice::Sent { method, path, result, detail, elapsed } => reporter.trace(&match result {
            Ok(status) => format!("{method} {path}: {} in {}ms{detail}", status.as_u16(), elapsed.as_millis()),
            Err(reason) => format!("{method} {path}: {reason} after {}ms", elapsed.as_millis()),
        }),
        RequestNotice::Slow { method, path, timeout } => {
            let text = format!("waiting for a response to {method} {path}, up to {}", format_seconds(*timeout));
            reporter.report_wait(&text, "waiting for a response");
        }
        RequestNotice::Stopping => {
            reporter.note("interrupted; finishing the request in flight (to exit without waiting, press Ctrl-C again)")
        }
        RequestNotice::Waiting { reason, duration, until } => {
            let until = format!("{} UTC", format_time(*until).get(11..19).unwrap_or_default());
            let wait = format!("waiting for {} (until {until})", format_seconds(*duration));
            reporter.report_wait(&format!("{reason}; {wait}"), &wait);
        }
    }
}
