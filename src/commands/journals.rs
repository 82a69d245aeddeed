//! Opens and reads the journals that the command line names.

use crate::context::Context;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::history::History;
use crate::invitations::journal::{FileJournal, Journal, JournalLocation, Scope, Snapshot, StoreJournal};
use crate::object_store::{ObjectStore, StoreLocation, StoreSettings};

/// Opens a journal to record invitations of these people, or creates it.
pub(super) fn open<'c>(
    location: &JournalLocation,
    invitees: &[Invitee],
    context: &Context<'c>,
) -> Result<Box<dyn Journal + 'c>, Error> {
    let scope = scope(context)?;
    match location {
        JournalLocation::File(path) => {
            let journal = FileJournal::open(path, &scope)?;
            journal.line_end_warning().iter().for_each(|warning| context.reporter.warn(warning));
            Ok(Box::new(journal))
        }
        JournalLocation::Store(place) => {
            Ok(Box::new(StoreJournal::open(store(place, context)?, location.to_string(), &scope, invitees)?))
        }
    }
}

/// Reads what a journal knows about these people. A journal that does not exist knows nothing.
pub(super) fn load(location: &JournalLocation, invitees: &[Invitee], context: &Context<'_>) -> Result<History, Error> {
    // A dry run needs no credentials.
    let scope = scope(context).ok();
    match location {
        JournalLocation::File(path) => FileJournal::load(path, scope.as_ref()),
        JournalLocation::Store(place) => {
            let journal = StoreJournal::load(store(place, context)?, location.to_string(), scope.as_ref(), invitees)?;
            Ok(journal.map(|journal| journal.history().clone()).unwrap_or_default())
        }
    }
}

/// Reads all that a journal of this organization knows, which must exist.
pub(super) fn load_all(location: &JournalLocation, context: &Context<'_>) -> Result<History, Error> {
    if let JournalLocation::File(path) = location
        && FileJournal::is_in_use(path)
    {
        let note = "a run is using the journal; the person whom it is inviting is shown as unknown";
        context.reporter.note(note);
    }
    load_existing(location, Some(&scope(context)?), context)
}

/// Reads all that a journal knows, whatever it belongs to. It must exist.
pub(super) fn load_any(location: &JournalLocation, context: &Context<'_>) -> Result<History, Error> {
    load_existing(location, None, context)
}

fn load_existing(location: &JournalLocation, scope: Option<&Scope>, context: &Context<'_>) -> Result<History, Error> {
    match location {
        JournalLocation::File(path) => {
            if !path.exists() {
                return Err(missing(location));
            }
            FileJournal::load(path, scope)
        }
        JournalLocation::Store(place) => {
            let journal = StoreJournal::load(store(place, context)?, location.to_string(), scope, &[])?;
            let mut journal = journal.ok_or_else(|| missing(location))?;
            journal.read_details()?;
            Ok(journal.history().clone())
        }
    }
}

/// Reads all of a journal, which must exist.
pub(super) fn read_all(location: &JournalLocation, context: &Context<'_>) -> Result<Snapshot, Error> {
    match location {
        JournalLocation::File(path) if !path.exists() => Err(missing(location)),
        JournalLocation::File(path) => FileJournal::read_all(path),
        JournalLocation::Store(place) => {
            let snapshot = StoreJournal::read_all(store(place, context)?, location.to_string())?;
            snapshot.ok_or_else(|| missing(location))
        }
    }
}

/// Fails if there is no journal, as `--require-journal` demands. An empty file is none: a cache may restore a truncated one.
pub(super) fn require(location: &JournalLocation, context: &Context<'_>) -> Result<(), Error> {
    let exists = match location {
        JournalLocation::File(path) => std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0),
        JournalLocation::Store(place) => StoreJournal::exists(store(place, context)?, location.to_string())?,
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
fn scope(context: &Context<'_>) -> Result<Scope, Error> {
    Ok(Scope { endpoint: context.settings()?.endpoint.to_string(), org_id: context.credential_spec()?.org_id })
}

/// Returns the client of a store.
pub(super) fn store<'c>(location: &StoreLocation, context: &Context<'c>) -> Result<ObjectStore<'c>, Error> {
    let configure = |endpoint: &_| context.resolver()?.client_config(endpoint);
    let settings = StoreSettings::from_env(location, context.env, configure)?;
    ObjectStore::new(settings, context.client_context())
}
