//! Which partner an argument means, and who is in each partner.

pub(crate) mod members;
pub(crate) mod partner;
