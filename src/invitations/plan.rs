//! The plan: which invitations to send, and why others are skipped.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use super::Invitee;
use super::event::State;
use super::history::History;
use crate::error::Error;
use crate::text::address::fold_address;

/// What to do about each invitee.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Invitations to send.
    pub to_send: Vec<Invitee>,
    /// How many of them are for people who were invited before.
    pub again: usize,
    /// The number of people who were invited before, or whose invitation turned out to be accepted.
    pub already_invited: usize,
    /// People who are members, and are skipped because of `skip_members`.
    pub existing_members: Vec<Invitee>,
    /// People who may already have been invited.
    pub unknown: Vec<Invitee>,
    /// People whom another run is inviting.
    pub in_progress: Vec<Invitee>,
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
    /// Invitations that were created by this time are sent again to people who have not joined.
    pub again_before: Option<SystemTime>,
}

impl Plan {
    /// Decides about each invitee. `fetch_members` returns the folded email addresses of a partner's members, or
    /// `None` if the partner does not exist. It is called once per partner, and only if the members make a difference.
    ///
    /// # Errors
    ///
    /// Returns the errors of `fetch_members`.
    pub fn build(
        invitees: Vec<Invitee>,
        history: &History,
        options: PlanOptions,
        mut fetch_members: impl FnMut(&str) -> Result<Option<HashSet<String>>, Error>,
    ) -> Result<Self, Error> {
        let mut plan = Plan::default();
        let mut members_by_partner: HashMap<String, Option<HashSet<String>>> = HashMap::new();
        for invitee in invitees {
            let state = history.state(&invitee);
            let invited_at = history.get(&invitee).and_then(|entry| entry.invited_at);
            let is_due = state == State::Pending
                && invited_at.zip(options.again_before).is_some_and(|(invited_at, before)| invited_at <= before);
            if !is_due && state.is_final() {
                plan.already_invited += 1;
                continue;
            }
            if state == State::InProgress {
                plan.in_progress.push(invitee);
                continue;
            }
            let is_unknown = state == State::Unknown;
            if !is_unknown && !is_due && !options.skip_members {
                plan.to_send.push(invitee);
                continue;
            }
            if !members_by_partner.contains_key(&invitee.partner_id) {
                members_by_partner.insert(invitee.partner_id.clone(), fetch_members(&invitee.partner_id)?);
            }
            let members = members_by_partner.get(&invitee.partner_id).and_then(Option::as_ref);
            let is_member = members.is_some_and(|members| members.contains(&fold_address(&invitee.email)));
            let list = match (is_unknown, is_member) {
                (true, true) => &mut plan.confirmed_members,
                (true, false) if !options.retry_unknown => &mut plan.unknown,
                (false, true) => &mut plan.existing_members,
                _ if members.is_none() => &mut plan.partner_not_found,
                _ => {
                    plan.again += usize::from(is_due);
                    &mut plan.to_send
                }
            };
            list.push(invitee);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::event::Event;
    use super::*;

    fn invitee(partner: &str, email: &str) -> Invitee {
        Invitee { partner_id: partner.into(), email: email.to_owned() }
    }

    /// Returns a history in which the attempts for these addresses ended in these states, at the Unix epoch.
    fn history(entries: &[(&str, State)]) -> History {
        let mut history = History::default();
        for (email, state) in entries {
            let invitee = invitee("p", email);
            let intent = Event::Intent { invitee: invitee.clone(), attempt: 1 };
            let outcome = match state {
                State::Pending => Event::Invited { invitee, invitation_id: "i".into() },
                State::Unknown => Event::Unknown(invitee),
                State::Failed => Event::Failed { invitee, kind: "rejected".into() },
                State::Joined => Event::Joined(invitee),
                State::InProgress | State::NotInvited => continue,
            };
            [intent, outcome].iter().for_each(|event| history.apply(event, Some(UNIX_EPOCH)));
        }
        history
    }

    fn emails(list: &[Invitee]) -> Vec<&str> {
        list.iter().map(|invitee| invitee.email.as_str()).collect()
    }

    #[test]
    fn plan_excludes_recorded_invitations() {
        let history = history(&[("a", State::Pending), ("b", State::Unknown), ("d", State::Failed)]);
        let invitees = vec![invitee("p", "A"), invitee("p", "b"), invitee("q", "b"), invitee("p", "d")];
        let mut fetched = Vec::new();
        let mut plan = |options| {
            Plan::build(invitees.clone(), &history, options, |partner| {
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
        let history = history(&[("b", State::Unknown)]);
        let invitees = || vec![invitee("p", "B"), invitee("p", "c"), invitee("missing", "e")];
        let members = |partner: &str| Ok((partner == "p").then(|| HashSet::from(["b".to_owned(), "c".to_owned()])));
        for retry_unknown in [false, true] {
            let options = PlanOptions { retry_unknown, skip_members: true, again_before: None };
            let plan = Plan::build(invitees(), &history, options, members).unwrap();
            assert_eq!(emails(&plan.confirmed_members), ["B"]);
            assert_eq!(emails(&plan.existing_members), ["c"]);
            assert_eq!(emails(&plan.partner_not_found), ["e"]);
        }
        let plan = Plan::build(invitees(), &history, PlanOptions::default(), members).unwrap();
        assert_eq!((emails(&plan.confirmed_members), emails(&plan.to_send)), (vec!["B"], vec!["c", "e"]));
    }

    #[test]
    fn plan_invites_again_who_was_invited_long_ago_and_has_not_joined() {
        let history = history(&[
            ("a", State::Pending),
            ("joined", State::Pending),
            ("confirmed", State::Joined),
            ("unknown", State::Unknown),
        ]);
        let invitees = ["a", "joined", "confirmed", "unknown", "new"].map(|email| invitee("p", email));
        let plan = |again_before| {
            let options = PlanOptions { again_before, ..PlanOptions::default() };
            Plan::build(invitees.to_vec(), &history, options, |_| Ok(Some(HashSet::from(["joined".to_owned()]))))
                .unwrap()
        };
        let due = plan(Some(UNIX_EPOCH));
        assert_eq!((emails(&due.to_send), due.again, due.already_invited), (vec!["a", "new"], 1, 1));
        assert_eq!((emails(&due.existing_members), emails(&due.unknown)), (vec!["joined"], vec!["unknown"]));
        for again_before in [None, Some(UNIX_EPOCH - Duration::from_secs(1))] {
            let plan = plan(again_before);
            assert_eq!((emails(&plan.to_send), plan.again, plan.already_invited), (vec!["new"], 0, 3));
        }
    }
}
