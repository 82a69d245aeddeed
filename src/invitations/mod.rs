//! Invitations, each sent at most once, whatever kills the tool.
//!
//! A [`roster`] lists the people to invite, the [`journal`] records the [`event`]s, the [`history`] is what they tell about each
//! invitation, a [`plan`] decides which invitations to send, and [`run`] sends them. It knows no command line, no terminal,
//! and no output.

pub mod email;
pub mod event;
pub mod history;
pub mod journal;
pub mod plan;
pub mod roster;
pub mod run;
pub mod summary;

use serde::{Deserialize, Serialize};

use history::InvitationKey;

/// A person to invite to a partner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// The partner ID.
    pub partner_id: String,
    /// The email address, as it was written.
    pub email: String,
}

impl Invitee {
    /// Returns what stands for the creation of a partner, which is recorded like an invitation: it has no partner yet, and the
    /// name in place of an address.
    pub fn creation(name: &str) -> Self {
        Invitee { partner_id: String::new(), email: name.to_owned() }
    }

    /// Whether this is the creation of a partner.
    pub fn is_creation(&self) -> bool {
        self.partner_id.is_empty()
    }

    /// Returns the key that identifies the invitation.
    pub fn key(&self) -> InvitationKey {
        InvitationKey::new(&self.partner_id, &self.email)
    }
}
