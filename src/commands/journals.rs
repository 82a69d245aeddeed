//! Opens and reads the journals that the command line names.

use super::ApiContext;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::history::History;
use crate::invitations::journal::{FileJournal, Journal, JournalLocation, Scope, SharedJournal, Snapshot};
use crate::object_store::{ObjectStore, StoreLocation, StoreSettings};

/// Opens a journal to record invitations of these people, or creates it.
pub(super) fn open<'c>(
    location: &JournalLocation,
    invitees: &[Invitee],
    api: &ApiContext<'c>,
) -> Result<Box<dyn Journal + 'c>, Error> {
    let scope = scope(api)?;
    match location {
        JournalLocation::File(path) => {
            let journal = FileJournal::open(path, &scope)?;
            journal.line_end_warning().iter().for_each(|warning| api.ctx.reporter.warn(warning));
            Ok(Box::new(journal))
        }
        JournalLocation::Store(place) => {
            Ok(Box::new(SharedJournal::open(store(place, api)?, location.to_string(), &scope, invitees)?))
        }
    }
}

/// Reads what a journal knows about these people. A journal that does not exist knows nothing.
pub(super) fn load(location: &JournalLocation, invitees: &[Invitee], api: &ApiContext<'_>) -> Result<History, Error> {
    // A dry run needs no credentials.
    let scope = scope(api).ok();
    match location {
        JournalLocation::File(path) => FileJournal::load(path, scope.as_ref()),
        JournalLocation::Store(place) => {
            let journal = SharedJournal::load(store(place, api)?, location.to_string(), scope.as_ref(), invitees)?;
            Ok(journal.map(|journal| journal.history().clone()).unwrap_or_default())
        }
    }
}

/// Reads all that a journal of this organization knows, which must exist.
pub(super) fn load_all(location: &JournalLocation, api: &ApiContext<'_>) -> Result<History, Error> {
    if let JournalLocation::File(path) = location
        && FileJournal::is_in_use(path)
    {
        let note = "a run is using the journal; the person whom it is inviting is shown as unknown";
        api.ctx.reporter.note(note);
    }
    load_existing(location, Some(&scope(api)?), api)
}

/// Reads all that a journal knows, whatever it belongs to. It must exist.
pub(super) fn load_any(location: &JournalLocation, api: &ApiContext<'_>) -> Result<History, Error> {
    load_existing(location, None, api)
}

fn load_existing(location: &JournalLocation, scope: Option<&Scope>, api: &ApiContext<'_>) -> Result<History, Error> {
    match location {
        JournalLocation::File(path) => {
            if !path.exists() {
                return Err(missing(location));
            }
            FileJournal::load(path, scope)
        }
        JournalLocation::Store(place) => {
            let journal = SharedJournal::load(store(place, api)?, location.to_string(), scope, &[])?;
            let mut journal = journal.ok_or_else(|| missing(location))?;
            journal.read_details()?;
            Ok(journal.history().clone())
        }
    }
}

/// Reads all of a journal, which must exist.
pub(super) fn read_all(location: &JournalLocation, api: &ApiContext<'_>) -> Result<Snapshot, Error> {
    match location {
        JournalLocation::File(path) if !path.exists() => Err(missing(location)),
        JournalLocation::File(path) => FileJournal::read_all(path),
        JournalLocation::Store(place) => {
            let snapshot = SharedJournal::read_all(store(place, api)?, location.to_string())?;
            snapshot.ok_or_else(|| missing(location))
        }
    }
}

/// Fails if there is no journal, as `--require-journal` demands. An empty file is none: a cache may restore a truncated one.
pub(super) fn require(location: &JournalLocation, api: &ApiContext<'_>) -> Result<(), Error> {
    let exists = match location {
        JournalLocation::File(path) => std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0),
        JournalLocation::Store(place) => SharedJournal::exists(store(place, api)?, location.to_string())?,
    };
    match exists {
        true => Ok(()),
        false => Err(Error::new(
            ErrorKind::Usage,
            format!("there is no journal at {location}, which --require-journal demands"),
        )
        .with_hint("correct the location, or omit --require-journal in the first run")),
    }
}

fn missing(location: &JournalLocation) -> Error {
    let problem = if matches!(location, JournalLocation::File(_)) { "file not found" } else { "not found" };
    Error::new(ErrorKind::Usage, format!("cannot read journal {location}: {problem}"))
        .with_hint("pass the journal of `strigo members invite`")
}

/// Returns what the journals of this command belong to.
fn scope(api: &ApiContext<'_>) -> Result<Scope, Error> {
    Ok(Scope { endpoint: api.settings.endpoint.to_string(), org_id: api.credential_spec()?.org_id })
}

/// Returns the client of a store.
pub(super) fn store<'c>(location: &StoreLocation, api: &ApiContext<'c>) -> Result<ObjectStore<'c>, Error> {
    let configure = |endpoint: &_| api.resolver.client_config(endpoint);
    let settings = StoreSettings::from_env(location, api.ctx.env, configure)?;
    ObjectStore::new(settings, api.ctx.client_context(api.on_event))
}
