//! The plan: which invitations to send, and why others are skipped.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Invitee;
use super::journal::{InvitationState, InvitationStates};
use crate::error::Error;

/// What to do about each invitee.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Invitations to send.
    pub to_send: Vec<Invitee>,
    /// The number of people who were invited before, or whose invitation turned out to be accepted.
    pub already_invited: usize,
    /// People who are members, and are skipped because of `skip_members`.
    pub existing_members: Vec<Invitee>,
    /// People who may already have been invited.
    pub unknown: Vec<Invitee>,
    /// People who were unknown before and are members now.
    pub confirmed_members: Vec<Invitee>,
    /// People whose partner no longer exists.
    pub partner_not_found: Vec<Invitee>,
}

/// The options of a plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanOptions {
    /// Whether to skip existing members.
    pub skip_members: bool,
    /// Whether to send invitations again whose outcome is unknown.
    pub retry_unknown: bool,
}

impl Plan {
    /// Decides about each invitee. `fetch_members` returns the email addresses of a partner's members in lower case, or
    /// `None` if the partner does not exist. It is called once per partner, and only if the members make a difference.
    ///
    /// # Errors
    ///
    /// Returns the errors of `fetch_members`.
    pub fn build(
        invitees: Vec<Invitee>,
        states: &InvitationStates,
        options: PlanOptions,
        mut fetch_members: impl FnMut(&str) -> Result<Option<HashSet<String>>, Error>,
    ) -> Result<Self, Error> {
        let mut plan = Plan::default();
        let mut members_by_partner: HashMap<Rc<str>, Option<HashSet<String>>> = HashMap::new();
        for invitee in invitees {
            let state = states.get(&invitee.key());
            if matches!(state, Some(InvitationState::Invited | InvitationState::Member)) {
                plan.already_invited += 1;
                continue;
            }
            let is_unknown = state == Some(&InvitationState::Unknown);
            if !is_unknown && !options.skip_members {
                plan.to_send.push(invitee);
                continue;
            }
            if !members_by_partner.contains_key(&invitee.partner_id) {
                members_by_partner.insert(Rc::clone(&invitee.partner_id), fetch_members(&invitee.partner_id)?);
            }
            let members = members_by_partner.get(&invitee.partner_id).and_then(Option::as_ref);
            let is_member = members.is_some_and(|members| members.contains(&invitee.email.to_lowercase()));
            let list = match (is_unknown, is_member) {
                (true, true) => &mut plan.confirmed_members,
                (true, false) if !options.retry_unknown => &mut plan.unknown,
                (false, true) => &mut plan.existing_members,
                _ if members.is_none() => &mut plan.partner_not_found,
                _ => &mut plan.to_send,
            };
            list.push(invitee);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::InvitationKey;
    use super::*;

    fn invitee(partner: &str, email: &str) -> Invitee {
        Invitee { partner_id: partner.into(), email: email.to_owned() }
    }

    fn states(entries: &[(&str, InvitationState)]) -> InvitationStates {
        entries.iter().map(|(email, state)| (InvitationKey::new("p", email), *state)).collect()
    }

    fn emails(list: &[Invitee]) -> Vec<&str> {
        list.iter().map(|invitee| invitee.email.as_str()).collect()
    }

    #[test]
    fn plan_excludes_recorded_invitations() {
        let states =
            states(&[("a", InvitationState::Invited), ("b", InvitationState::Unknown), ("d", InvitationState::Failed)]);
        let invitees = vec![invitee("p", "A"), invitee("p", "b"), invitee("q", "b"), invitee("p", "d")];
        let mut fetched = Vec::new();
        let mut plan = |options| {
            Plan::build(invitees.clone(), &states, options, |partner| {
                fetched.push(partner.to_owned());
                Ok(Some(HashSet::new()))
            })
            .unwrap()
        };
        let first = plan(PlanOptions::default());
        assert_eq!(
            (first.already_invited, emails(&first.to_send), emails(&first.unknown)),
            (1, vec!["b", "d"], vec!["b"])
        );
        let second = plan(PlanOptions { retry_unknown: true, ..PlanOptions::default() });
        assert_eq!((emails(&second.to_send), second.unknown.len()), (vec!["b", "b", "d"], 0));
        assert_eq!(fetched, ["p", "p"]);
    }

    #[test]
    fn plan_confirms_or_skips_existing_members() {
        let states = states(&[("b", InvitationState::Unknown)]);
        let invitees = || vec![invitee("p", "B"), invitee("p", "c"), invitee("missing", "e")];
        let members = |partner: &str| Ok((partner == "p").then(|| HashSet::from(["b".to_owned(), "c".to_owned()])));
        for retry_unknown in [false, true] {
            let plan =
                Plan::build(invitees(), &states, PlanOptions { retry_unknown, skip_members: true }, members).unwrap();
            assert_eq!(emails(&plan.confirmed_members), ["B"]);
            assert_eq!(emails(&plan.existing_members), ["c"]);
            assert_eq!(emails(&plan.partner_not_found), ["e"]);
        }
        let plan = Plan::build(invitees(), &states, PlanOptions::default(), members).unwrap();
        assert_eq!((emails(&plan.confirmed_members), emails(&plan.to_send)), (vec!["B"], vec!["c", "e"]));
    }
}
