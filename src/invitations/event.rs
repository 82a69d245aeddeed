//! The one vocabulary: what is recorded about an invitation, what is known about it, and the names of both.

use serde::{Deserialize, Serialize};

use super::Invitee;

/// The versions of the format of journals. In a store, the names of the objects depend on how addresses are folded.
pub(super) const FILE_VERSION: u32 = 1;
pub(super) const STORE_VERSION: u32 = 2;

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
    pub(super) fn mismatch(&self, name: &str, found: &Scope) -> String {
        let Scope { endpoint, org_id } = self;
        let (its_org_id, its_endpoint) = (&found.org_id, &found.endpoint);
        format!("journal {name} belongs to organization {its_org_id} at {its_endpoint}, not to {org_id} at {endpoint}")
    }
}

/// An event, and when it happened (RFC 3339, UTC): a line of a journal in a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TimedEvent {
    /// The time.
    pub at: String,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
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
    /// The claim: an invitation is about to be sent.
    Intent {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// The number of the attempt. Each claim has its own.
        #[serde(default = "first_attempt")]
        attempt: u32,
        /// The attempt that it repeats on purpose, which has created an invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repeats: Option<u32>,
        /// Who sends it, and the name of the partner.
        #[serde(flatten)]
        details: Details,
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
        /// Its message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// No valid response was received.
    Unknown(Invitee),
    /// The person was invited, or perhaps invited, and is a member now.
    #[serde(alias = "member")]
    Joined(Invitee),
    /// A person stated whether the invitation was sent.
    #[serde(alias = "settled")]
    Resolved {
        /// The recipient.
        #[serde(flatten)]
        invitee: Invitee,
        /// Whether it was sent.
        invited: bool,
        /// When, if that is known (RFC 3339).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invited_at: Option<String>,
        /// Who stated it.
        by: String,
    },
}

/// What else is recorded about a claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Who sends the invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The name of the partner, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_name: Option<String>,
}

fn first_attempt() -> u32 {
    1
}

impl Event {
    /// Returns the header of a journal.
    pub(super) fn header(version: u32, scope: &Scope, copy: bool) -> Self {
        let Scope { endpoint, org_id } = scope.clone();
        Event::Journal { version, endpoint, org_id, copy }
    }

    /// Returns the claim of an attempt to invite a person for the first time.
    pub fn intent(invitee: &Invitee, attempt: u32) -> Self {
        Event::Intent { invitee: invitee.clone(), attempt, repeats: None, details: Details::default() }
    }

    /// Returns that an attempt has created nothing.
    pub(super) fn failed(invitee: &Invitee, kind: &str, error: Option<String>) -> Self {
        Event::Failed { invitee: invitee.clone(), kind: kind.to_owned(), error }
    }

    /// Returns the person whom the event is about, and what it says about the latest attempt to invite them.
    pub fn subject(&self) -> Option<(&Invitee, Mark)> {
        match self {
            Event::Journal { .. } | Event::Run { .. } => None,
            Event::Intent { invitee, .. } => Some((invitee, Mark::Intent)),
            Event::Invited { invitee, .. } | Event::Resolved { invitee, invited: true, .. } => {
                Some((invitee, Mark::Invited))
            }
            Event::Failed { invitee, .. } | Event::Resolved { invitee, .. } => Some((invitee, Mark::Failed)),
            Event::Unknown(invitee) => Some((invitee, Mark::Unknown)),
            Event::Joined(invitee) => Some((invitee, Mark::Joined)),
        }
    }
}

/// What an event says about an attempt, in the order in which it can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It was claimed.
    Intent,
    /// No valid response was received.
    Unknown,
    /// It created no invitation.
    Failed,
    /// It created an invitation.
    Invited,
    /// The person is a member.
    Joined,
}

impl Mark {
    /// All marks.
    pub(super) const ALL: [Mark; 5] = [Mark::Intent, Mark::Unknown, Mark::Failed, Mark::Invited, Mark::Joined];

    /// Returns the name: that of the event in a file, and the suffix of the object in a store.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Intent => "intent",
            Mark::Unknown => State::Unknown.name(),
            Mark::Failed => State::Failed.name(),
            Mark::Joined => State::Joined.name(),
            Mark::Invited => "invited",
        }
    }
}

/// What is known about a person and a partner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A member.
    Joined,
    /// A member once, and none any more.
    Left,
    /// Invited, and not known as a member.
    Pending,
    /// Perhaps invited: there is a claim without an outcome, or no valid response was received.
    Unknown,
    /// Another run is about to send the invitation, or was killed a short time ago.
    InProgress,
    /// The invitation was not created.
    #[default]
    Failed,
    /// Never invited.
    NotInvited,
    /// A member who is not in the roster.
    NotInRoster,
}

impl State {
    /// All states, in the order of their counts.
    pub const ALL: [State; 8] = [
        State::Joined,
        State::Left,
        State::Pending,
        State::Unknown,
        State::InProgress,
        State::Failed,
        State::NotInvited,
        State::NotInRoster,
    ];

    /// Returns the name, in tables, JSON, and counts.
    pub fn name(self) -> &'static str {
        match self {
            State::Joined => "joined",
            State::Left => "left",
            State::Pending => "pending",
            State::Unknown => "unknown",
            State::InProgress => "in_progress",
            State::Failed => "failed",
            State::NotInvited => "not_invited",
            State::NotInRoster => "not_in_roster",
        }
    }

    /// Whether no later word about the same attempt changes it.
    pub(super) fn is_final(self) -> bool {
        matches!(self, State::Joined | State::Pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_like_their_marks() {
        let invitee = || Invitee { partner_id: "p".into(), email: "a@b.co".to_owned() };
        for event in [
            Event::intent(&invitee(), 1),
            Event::Unknown(invitee()),
            Event::failed(&invitee(), "rejected", None),
            Event::Joined(invitee()),
            Event::Invited { invitee: invitee(), invitation_id: "i".to_owned() },
        ] {
            let (_, mark) = event.subject().unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap()["event"], mark.name());
            assert!(Mark::ALL.contains(&mark));
        }
    }

    #[test]
    fn events_of_older_journals_are_read() {
        let read = |event: &str| {
            serde_json::from_str::<Event>(&format!("{{\"event\":{event},\"partner_id\":\"p\",\"email\":\"e\"}}"))
        };
        let invitee = Invitee { partner_id: "p".into(), email: "e".to_owned() };
        assert_eq!(read("\"member\"").unwrap(), Event::Joined(invitee.clone()));
        assert_eq!(read("\"intent\"").unwrap(), Event::intent(&invitee, 1));
        let resolved = Event::Resolved { invitee, invited: true, invited_at: None, by: "dana".to_owned() };
        assert_eq!(read(r#""settled","invited":true,"by":"dana""#).unwrap(), resolved);
    }
}
