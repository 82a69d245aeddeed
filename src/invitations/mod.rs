//! Batch invitations that never send an invitation twice.
//!
//! A [`roster`] lists the people to invite, the [`journal`] records what happens, the [`history`] is what it tells about each
//! invitation, a [`plan`] decides which invitations to send, and a [`batch`] sends them. [`links`] keeps their links.

pub mod batch;
pub mod domains;
pub mod email;
pub mod event;
pub mod history;
pub mod journal;
pub mod links;
pub mod plan;
pub mod roster;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use history::InvitationKey;

/// A person to invite to a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// The partner ID.
    pub partner_id: Rc<str>,
    /// The email address, as it was written.
    pub email: String,
}

impl Invitee {
    /// Returns the key that identifies the invitation.
    pub fn key(&self) -> InvitationKey {
        InvitationKey::new(&self.partner_id, &self.email)
    }
}
