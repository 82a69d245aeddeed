//! The journal: what happened to each invitation, recorded before and after it is sent.
//!
//! A run that is killed at any time leaves at most a claim without an outcome: the invitation may have been sent, and is not
//! sent again without `--retry-unknown`.

mod copy;
mod file;
mod location;
mod store;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::Invitee;
use super::event::{Details, Event, Scope, State};
use super::history::History;
use crate::api::Refused;
use crate::error::{Error, ErrorKind};
use crate::object_store::ObjectStore;

pub use copy::copy_to_store;
pub use file::{Snapshot, read_snapshot};
pub use location::JournalLocation;
use store::StoreJournal;

/// A place that records invitations.
trait Records {
    /// Returns what is known about each invitation.
    fn history(&self) -> &History;

    /// Records that an invitation is about to be sent, so that no other run sends it. Returns whether this run may.
    fn claim(&mut self, invitee: &Invitee) -> Result<bool, Error>;

    /// Records what became of the latest attempt.
    fn record(&mut self, event: Event) -> Result<(), Error>;

    /// Reads when these people were invited, if that is not known exactly.
    fn read_details(&mut self, _: &[Invitee]) -> Result<(), Error> {
        Ok(())
    }

    /// Looks up again what is known about these people, whom another run may have invited since.
    fn update(&mut self, invitees: &[Invitee]) -> Result<(), Error>;

    /// Returns what is recorded with each claim.
    fn details(&mut self) -> &mut RunDetails;
}

/// What is recorded with each claim of a run.
#[derive(Debug, Clone, Default)]
pub struct RunDetails {
    /// Who runs it.
    pub by: Option<String>,
    /// The names of partners by ID, as far as they are known.
    pub partner_names: HashMap<String, String>,
}

impl RunDetails {
    /// Returns the number of the next attempt, and its claim, which names the attempt that it repeats.
    fn next_claim(&self, invitee: &Invitee, history: &History) -> (u32, Event) {
        let attempt = history.next_attempt(invitee);
        let entry = history.get(invitee).filter(|entry| entry.has_invitation() || entry.state == State::Joined);
        let partner_name = self.partner_names.get(&invitee.partner_id).cloned();
        let details = Details { by: self.by.clone(), partner_name };
        let repeats = entry.map(|entry| entry.attempts);
        (attempt, Event::Intent { invitee: invitee.clone(), attempt, repeats, details })
    }
}

/// Waits a short time for the process with this ID, if it is known, which is using a journal in a file. An error ends the
/// wait.
pub type WaitForLock<'w> = dyn FnMut(Option<u32>) -> Result<(), Error> + 'w;

/// Where a journal is, and what reaches it.
pub enum JournalPlace<'c> {
    /// A file.
    File(PathBuf),
    /// An object store.
    Store(Box<ObjectStore<'c>>),
}

impl<'c> JournalPlace<'c> {
    /// Opens the journal to record what is known about these people, or creates it. One in a file has one user at a time:
    /// others `wait`. Without `details`, nothing is recorded about a run: nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns the error of `wait`, [`ErrorKind::Usage`] if it is corrupt or belongs to another organization or endpoint, and the errors
    /// of the disk or the store.
    pub fn open(
        self,
        scope: &Scope,
        invitees: &[Invitee],
        details: Option<RunDetails>,
        wait: &mut WaitForLock<'_>,
    ) -> Result<Journal<'c>, Error> {
        Ok(match self {
            JournalPlace::File(path) => {
                Journal { records: Some(Box::new(file::open(&path, scope, details, wait)?)), kind: None }
            }
            JournalPlace::Store(store) => Journal {
                records: Some(Box::new(StoreJournal::open(*store, scope, invitees, details)?)),
                kind: Some(ErrorKind::OutcomeUnknown),
            },
        })
    }

    /// Reads what is known about these people, or about all. Returns `None` if there is no journal.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`JournalPlace::open`], except that no lock is needed and that without a scope the journal may
    /// belong to any organization.
    pub fn history(self, scope: Option<&Scope>, invitees: Option<&[Invitee]>) -> Result<Option<History>, Error> {
        match self {
            JournalPlace::File(path) => file::read_history(&path, scope),
            JournalPlace::Store(store) => StoreJournal::read_history(*store, scope, invitees),
        }
    }

    /// Whether there is a journal. An empty file is none: a cache may restore a truncated one.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store.
    pub fn exists(self) -> Result<bool, Error> {
        match self {
            JournalPlace::File(path) => Ok(std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > 0)),
            JournalPlace::Store(store) => StoreJournal::exists(*store),
        }
    }
}

/// An open journal. Nothing is recorded but through it and its claims.
#[derive(Default)]
pub struct Journal<'c> {
    /// `None` if nothing is recorded.
    records: Option<Box<dyn Records + 'c>>,
    /// The kind of an error if an outcome cannot be recorded; `None` keeps it.
    kind: Option<ErrorKind>,
}

impl Journal<'_> {
    /// Whether anything is recorded.
    pub fn is_recording(&self) -> bool {
        self.records.is_some()
    }

    /// Returns what is known about each invitation.
    pub fn history(&self) -> &History {
        static NOTHING: LazyLock<History> = LazyLock::new(History::default);
        self.records.as_ref().map_or(&NOTHING, |records| records.history())
    }

    /// Adds the name of a partner that was created, to be recorded with claims.
    pub fn add_partner(&mut self, id: &str, name: &str) {
        if let Some(records) = &mut self.records {
            records.details().partner_names.insert(id.to_owned(), name.to_owned());
        }
    }

    /// Records what is known about an invitation that this run does not send.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded.
    pub fn record(&mut self, event: Event) -> Result<(), Error> {
        self.records.as_mut().map_or(Ok(()), |records| records.record(event))
    }

    /// Reads when these people were invited. In a store, the names of the records say only when they were recorded.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be read.
    pub fn read_details(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        self.records.as_mut().map_or(Ok(()), |records| records.read_details(invitees))
    }

    /// Records what a person states about an invitation, for which there need not have been a claim.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded.
    pub fn resolve(&mut self, event: Event) -> Result<(), Error> {
        let Some((records, (invitee, _))) = self.records.as_mut().zip(event.subject()) else { return Ok(()) };
        let is_claimed = matches!(records.history().state(invitee), State::Unknown | State::InProgress);
        if is_claimed || records.claim(invitee)? {
            return records.record(event);
        }
        let message = format!("another run is inviting {}", invitee.email);
        Err(Error::new(ErrorKind::Unavailable, message).with_hint("run the command again later"))
    }

    /// Looks up again what is known about these people, whom another run may have invited since.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be read.
    pub fn update(&mut self, invitees: &[Invitee]) -> Result<(), Error> {
        self.records.as_mut().map_or(Ok(()), |records| records.update(invitees))
    }

    /// Claims an invitation: on the disk or in the store when it returns, under a number of its own. Returns `None` if
    /// another run has it.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded. The invitation must not be sent then.
    pub fn claim<'j>(&'j mut self, invitee: &'j Invitee) -> Result<Option<Claim<'j>>, Error> {
        let Some(records) = &mut self.records else {
            return Ok(Some(Claim { records: None, lost_kind: None, invitee, is_consumed: false }));
        };
        if !records.claim(invitee)? {
            return Ok(None);
        }
        Ok(Some(Claim { records: Some(&mut **records), lost_kind: self.kind, invitee, is_consumed: false }))
    }
}

/// What became of an invitation that was sent.
#[derive(Debug)]
pub enum Outcome {
    /// It was created, with this ID.
    Invited(String),
    /// It was not created.
    Failed(Error),
    /// It may have been created.
    Unknown(Error),
}

/// The right to send one invitation once. It must be settled or released: dropped, it is unknown to the next run.
#[must_use]
pub struct Claim<'j> {
    records: Option<&'j mut (dyn Records + 'j)>,
    lost_kind: Option<ErrorKind>,
    invitee: &'j Invitee,
    is_consumed: bool,
}

impl Claim<'_> {
    /// Records what became of the invitation.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded: then the next run does not know it.
    pub fn settle(mut self, outcome: &Outcome) -> Result<(), Error> {
        self.is_consumed = true;
        let invitee = self.invitee.clone();
        let email = &self.invitee.email;
        let done = if invitee.is_creation() { "created" } else { "invited" };
        let event = match outcome {
            Outcome::Invited(id) => Event::Invited { invitee, invitation_id: id.clone() },
            Outcome::Failed(error) => Event::failed(&invitee, error.kind().as_str(), Some(error.to_string())),
            Outcome::Unknown(_) => Event::Unknown(invitee),
        };
        self.records.as_mut().map_or(Ok(()), |records| records.record(event)).map_err(|error| {
            let is_unknown = matches!(outcome, Outcome::Unknown(_)).then_some(ErrorKind::OutcomeUnknown);
            let kind = self.lost_kind.or(is_unknown).unwrap_or(error.kind());
            error.with_kind(kind).with_context(&match outcome {
                Outcome::Invited(_) => format!("{email} was {done}, but this was not recorded"),
                Outcome::Failed(cause) => format!("{email} was not {done} ({cause}), but this was not recorded"),
                Outcome::Unknown(cause) => {
                    format!("{email} may have been {done} ({cause}), but this was not recorded")
                }
            })
        })
    }

    /// Records that the server has certainly not processed the request.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded.
    pub fn release(mut self, proof: &Refused) -> Result<(), Error> {
        self.is_consumed = true;
        let event = Event::failed(self.invitee, proof.kind().as_str(), None);
        self.records.as_mut().map_or(Ok(()), |records| records.record(event))
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        debug_assert!(self.is_consumed || std::thread::panicking(), "a claim was neither settled nor released");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records nothing, and refuses every claim, as a store does whose object another run has created first.
    struct Taken(History, RunDetails);

    impl Records for Taken {
        fn history(&self) -> &History {
            &self.0
        }

        fn claim(&mut self, _: &Invitee) -> Result<bool, Error> {
            Ok(false)
        }

        fn record(&mut self, _: Event) -> Result<(), Error> {
            Ok(())
        }

        fn update(&mut self, _: &[Invitee]) -> Result<(), Error> {
            Ok(())
        }

        fn details(&mut self) -> &mut RunDetails {
            &mut self.1
        }
    }

    #[test]
    fn claim_that_another_run_has_is_none() {
        let mut journal =
            Journal { records: Some(Box::new(Taken(History::default(), RunDetails::default()))), kind: None };
        let invitee = Invitee { partner_id: "p1".into(), email: "a@acme.example".into() };
        assert!(journal.claim(&invitee).unwrap().is_none());
    }
}
