//! What each command does: one file per noun, as one types them.

mod api_call;
mod auth;
pub mod complete;
pub mod completions;
mod invite;
mod lookup;
pub mod man;
mod members;
mod partners;
mod sweep;

use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::api::calls::{self, Call, Method};
use crate::api::types::{Many, Resource, Stream};
use crate::api::{self, Client, Event, Limit};
use crate::cli::Command;
use crate::error::Error;
use crate::output::notes::Notes;
use crate::output::{Output, Record, Records};
use crate::process::{Clock, Input, Interrupts};
use crate::settings::{Settings, Sources};
use crate::text::{escape, json};
use lookup::Wanted;

/// What a command has of the process that it runs in.
pub struct Surroundings<'a> {
    /// The command line, without the program's name.
    pub args: Vec<String>,
    /// What settings are made of.
    pub sources: &'a Sources<'a>,
    /// Where a roster or a key may come from.
    pub stdin: Input,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Whether the command is to end.
    pub interrupts: &'a Interrupts,
    /// For everything but data.
    pub notes: &'a Notes,
}

/// Runs a command. Settings are resolved only for one that needs them.
pub fn dispatch(command: Command, output: Output, around: Surroundings<'_>) -> Result<()> {
    let (notes, sources) = (around.notes, around.sources);
    around.interrupts.release();
    type Run = Box<dyn FnOnce(&mut Session<'_>) -> Result<()>>;
    let run: Run = match command {
        Command::Completions { shell } => return completions::print(shell, output),
        Command::Man(args) => return man::run(&args, output),
        Command::Auth(command) => return auth::run(command, output, around),
        Command::Partners(command) => Box::new(|session| partners::run(command, session)),
        Command::Members(command) => Box::new(|session| members::run(command, session)),
        Command::Api(args) => Box::new(move |session| api_call::run(&args, session)),
    };
    let settings = sources.settings()?;
    sources.warning().iter().for_each(|warning| notes.warning(warning));
    let watch = |event: &Event<'_>| tell(notes, event);
    let mut session = Session { settings: &settings, output, notes, watch: &watch, client: OnceCell::new(), around };
    let done = run(&mut session).and_then(|()| Ok(session.output.flush()?));
    if let Some(client) = session.client.into_inner() {
        // The process ends next, and takes the connections with it; to wind them up one by one would only take time.
        std::mem::forget(client);
    }
    done
}

impl<R: Resource> Records for Stream<R>
where
    for<'a> R::In<'a>: Record,
{
    type Row<'a>
        = R::In<'a>
    where
        R: 'a;

    fn each<'a>(&'a self, see: &mut dyn FnMut(&R::In<'a>) -> ControlFlow<()>) -> Result<(), Error> {
        Stream::each(self, see)
    }
}

/// What a command works with.
struct Session<'a> {
    settings: &'a Settings,
    output: Output,
    notes: &'a Notes,
    watch: &'a (dyn Fn(&Event<'_>) + Sync),
    client: OnceCell<Rc<Client<'a>>>,
    around: Surroundings<'a>,
}

impl<'a> Session<'a> {
    /// The client, made with the credentials in force when it is first needed. Fails where there are none.
    fn client(&self) -> Result<Rc<Client<'a>>, Error> {
        if let Some(client) = self.client.get() {
            return Ok(Rc::clone(client));
        }
        let Settings { endpoint, options, .. } = self.settings;
        let Surroundings { clock, interrupts, .. } = self.around;
        let around = api::Surroundings { watch: self.watch, clock, interrupts };
        let client = Client::new(endpoint, &self.settings.credentials()?, *options, around)?;
        Ok(Rc::clone(self.client.get_or_init(|| Rc::new(client))))
    }

    /// The ID of the partner that was typed. Asks the API only where it has to be looked up.
    fn partner_id(&self, wanted: Wanted<'_>) -> Result<String, Error> {
        match wanted {
            Wanted::Id { id, .. } => Ok(id.to_owned()),
            Wanted::Name(_) | Wanted::Either(_) => {
                let list = self.client()?.send(&calls::list_partners())?;
                Ok(lookup::find(wanted, &list.get()?)?.to_owned())
            }
        }
    }

    /// Shows a call instead of sending it.
    fn show_call<R>(&mut self, call: &Call<R>) -> Result<(), Error> {
        self.show_request(call.method, &call.path, call.body.as_deref())
    }

    /// Shows a request instead of sending it.
    fn show_request(&mut self, method: Method, path: &str, body: Option<&str>) -> Result<(), Error> {
        let method = method.as_str();
        let url = self.settings.endpoint.url(path);
        let body = body.map(json::compact);
        if self.output.is_json() {
            let (method, url) = (json::string(method), json::string(&url));
            let body = body.unwrap_or_else(|| "null".to_owned());
            self.output.line(&format!("{{\"method\":{method},\"url\":{url},\"body\":{body}}}"))
        } else {
            let body = body.map(|body| format!(" {body}")).unwrap_or_default();
            self.output.line(&format!("{method} {}{body}", escape::visible(&url)))
        }
    }

    /// Passes on what a change has made. Where that cannot be shown, the failure says that it was made all the same.
    fn shown(&mut self, shown: Result<(), Error>, what: &str) -> Result<(), Error> {
        shown
            .and_then(|()| self.output.flush())
            .map_err(|error| error.hint(format!("{what} all the same: do not run this again.")))
    }

    /// Asks for a list and shows all of it, and says whether it is empty.
    fn list<R: Resource>(&mut self, client: &Client<'_>, call: &Call<Many<R>>) -> Result<bool, Error>
    where
        for<'r> R::In<'r>: Record,
    {
        if self.output.shows_json() {
            let list = client.send(call)?;
            self.output.json(list.raw())?;
            return Ok(list.is_empty());
        }
        let list = client.stream(call)?;
        self.output.records(&list)?;
        Ok(list.is_empty())
    }

    /// Says that a list is empty, to a person who would otherwise see nothing at all.
    fn note_if_empty(&self, is_empty: bool, what: &str) {
        if is_empty && self.output.is_terminal() && !self.output.is_quiet() {
            self.notes.note(what);
        }
    }
}

/// Tells the user what happens on the way of a call.
fn tell(notes: &Notes, event: &Event<'_>) {
    match event {
        Event::Answered { method, path, status, took, limit } => {
            let left = limit_in_words(limit);
            notes.trace(&format!("{} {path}: {status} in {} ms{left}", method.as_str(), took.as_millis()));
        }
        Event::Failed { method, path, why, took } => {
            notes.trace(&format!("{} {path}: {why}, after {} ms", method.as_str(), took.as_millis()));
        }
        Event::Waiting { why, wait, until } => {
            let until = time_in_words(*until);
            let text = format!("{why}; waiting {}, until {until}", seconds_in_words(*wait));
            notes.waiting(&text, &format!("waiting until {until}"));
        }
    }
}

fn limit_in_words(limit: &Limit) -> String {
    let Some(remaining) = limit.remaining else { return String::new() };
    let of = limit.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let reset = limit.reset_in.map(|wait| format!(" for {}", seconds_in_words(wait))).unwrap_or_default();
    format!("; {remaining}{of} requests left{reset}")
}

/// The time of day of Greenwich.
fn time_in_words(time: SystemTime) -> String {
    let text = humantime::format_rfc3339_seconds(time).to_string();
    format!("{} UTC", text.get(11..19).unwrap_or_default())
}

fn seconds_in_words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 10.0 && duration.subsec_millis() > 0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
}
