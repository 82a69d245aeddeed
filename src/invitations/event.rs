//! The events of a journal, each a line of JSON.

use serde::{Deserialize, Serialize};

use super::Invitee;
use super::journal::Scope;

/// The version of the format.
pub(crate) const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JournalLine {
    /// The time (RFC 3339, UTC).
    pub(crate) at: String,
    #[serde(flatten)]
    pub(crate) event: JournalEvent,
}

/// An event in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum JournalEvent {
    /// The header.
    Journal {
        /// The version of the format.
        version: u32,
        /// The endpoint of the invitations.
        endpoint: String,
        /// The organization of the invitations.
        org_id: String,
        /// Whether it is a copy, which must be complete before it is used.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        copy: bool,
    },
    /// A run started.
    Run {
        /// The process ID.
        pid: u32,
    },
    /// An invitation is about to be sent.
    Intent {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// The number of the attempt, if the person is invited again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt: Option<u32>,
    },
    /// An invitation was created.
    Invited {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// The invitation ID. The link is a secret and never recorded.
        invitation_id: String,
    },
    /// An invitation was not created.
    Failed {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// The kind of error, as in JSON errors.
        kind: String,
    },
    /// No valid response was received.
    Unknown(Invitee),
    /// The person was unknown before, and is a member now.
    Member(Invitee),
    /// The invitation was unknown before, and a person stated whether it was sent.
    Settled {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// Whether it was sent.
        invited: bool,
        /// Who stated it.
        by: String,
    },
}

impl JournalEvent {
    /// Returns the header of a journal.
    pub(crate) fn header(scope: &Scope, copy: bool) -> Self {
        let Scope { endpoint, org_id } = scope.clone();
        JournalEvent::Journal { version: VERSION, endpoint, org_id, copy }
    }

    /// Returns the person whom the event is about.
    pub fn invitee(&self) -> Option<&Invitee> {
        match self {
            JournalEvent::Journal { .. } | JournalEvent::Run { .. } => None,
            JournalEvent::Unknown(invitee)
            | JournalEvent::Member(invitee)
            | JournalEvent::Intent { invitee, .. }
            | JournalEvent::Invited { invitee, .. }
            | JournalEvent::Failed { invitee, .. }
            | JournalEvent::Settled { invitee, .. } => Some(invitee),
        }
    }
}
