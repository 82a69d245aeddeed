//! Inviting several people: who is to be invited, and what became of it.

mod address;
mod run;

pub use address::{Addresses, read_addresses};
pub use run::{Tally, invite_all};
