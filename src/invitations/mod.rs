//! Inviting many, and nobody twice: [`roster`] is what is wanted, [`journal`] what is known, and [`run`] what is done
//! next.

pub mod address;
pub mod journal;
pub mod roster;
pub mod run;

use std::rc::Rc;

use journal::Key;

/// Somebody to be invited to a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// The partner's ID.
    pub partner_id: Rc<str>,
    /// The address, as it was written.
    pub email: String,
}

impl Invitee {
    /// What makes this invitation the same as another.
    pub fn key(&self) -> Key {
        Key::new(&self.partner_id, &self.email)
    }
}
