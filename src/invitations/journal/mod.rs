//! The journal: what happened to each invitation, recorded before and after it is sent.
//!
//! A run that is killed at any time leaves at most a claim without an outcome: the invitation may have been sent, and is not
//! sent again without `--retry-unknown`.

mod copy;
mod file;
mod location;
#[cfg(test)]
mod model;
mod store;

use std::fs::File;

use super::Invitee;
use super::history::History;
use crate::error::Error;

pub use super::event::JournalEvent;
pub use file::FileJournal;
pub use location::JournalLocation;
pub use store::StoreJournal;

/// A place that records invitations.
pub trait Journal {
    /// Returns what is known about each invitation.
    fn history(&self) -> &History;

    /// Records that an invitation is about to be sent, so that no other run sends it.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded. The invitation must not be sent then.
    fn claim(&mut self, invitee: &Invitee) -> Result<Claim, Error>;

    /// Records what became of an invitation.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be recorded. The outcome of an invitation that was claimed is unknown to later runs then.
    fn record(&mut self, event: JournalEvent) -> Result<(), Error>;

    /// Looks up again what is known about these people, whom another run may have invited since.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be read.
    fn update(&mut self, invitees: &[Invitee]) -> Result<(), Error>;
}

/// Whether an invitation may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// By this run, once.
    Acquired,
    /// By another run, if at all.
    Elsewhere,
}

/// Events, each with its time (RFC 3339).
pub type TimedEvents = Vec<(String, JournalEvent)>;

/// All of a journal. While it exists, no other process of this machine can change a journal in a file.
#[derive(Debug)]
pub struct Snapshot {
    /// What the journal belongs to.
    pub scope: Scope,
    /// Its events: those of each invitation in their order.
    pub events: TimedEvents,
    _lock: Option<File>,
}

/// What a journal belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The endpoint of the invitations.
    pub endpoint: String,
    /// The organization of the invitations.
    pub org_id: String,
}

impl Scope {
    /// Describes a journal, which messages call `name`, of another organization or endpoint.
    fn mismatch(&self, name: &str, found: &Scope) -> String {
        let Scope { endpoint, org_id } = self;
        let (its_org_id, its_endpoint) = (&found.org_id, &found.endpoint);
        format!("journal {name} belongs to organization {its_org_id} at {its_endpoint}, not to {org_id} at {endpoint}")
    }
}
