//! The plan: which invitations to send, and why others are skipped.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
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
    /// People who were invited before.
    pub already_invited: Vec<Invitee>,
    /// People who are members.
    pub existing_members: Vec<Invitee>,
    /// People who may already have been invited.
    pub unknown: Vec<Invitee>,
    /// People whom another run is inviting.
    pub in_progress: Vec<Invitee>,
    /// People who were unknown before and are members now.
    pub confirmed_members: Vec<Invitee>,
    /// People whose partner no longer exists.
    pub partner_not_found: Vec<Invitee>,
    /// The number of people who are left for the next run.
    pub beyond_limit: usize,
}

/// The options of a plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlanOptions {
    /// Whether to skip existing members.
    pub skip_members: bool,
    /// Whether to send invitations again whose outcome is unknown.
    pub retry_unknown: bool,
    /// Who is invited once more.
    pub resend: Resend,
    /// The most invitations to send.
    pub limit: Option<usize>,
}

/// Which people are invited once more who were invited before.
#[derive(Debug, Clone, Copy, Default)]
pub enum Resend {
    /// No one.
    #[default]
    Never,
    /// Everyone: someone has typed their addresses.
    Typed,
    /// Those who were invited by this time.
    InvitedBy(SystemTime),
}

/// The folded email addresses of a partner's members, or `None` if the partner does not exist.
pub type Members = Option<Rc<HashSet<String>>>;

impl Plan {
    /// Decides about each invitee. `members` returns those of a partner. It is called only if they make a difference.
    ///
    /// # Errors
    ///
    /// Returns the errors of `members`.
    pub fn build(
        invitees: &[Invitee],
        history: &History,
        options: PlanOptions,
        mut members: impl FnMut(&str) -> Result<Members, Error>,
    ) -> Result<Self, Error> {
        let (mut plan, mut again) = (Plan::default(), Vec::new());
        for invitee in invitees {
            let state = history.state(invitee);
            let is_due = match (options.resend, state) {
                // Someone who has joined and left is invited only by name.
                (Resend::Typed, State::Pending | State::Joined) => true,
                (Resend::InvitedBy(time), State::Pending) => {
                    history.get(invitee).and_then(|entry| entry.invited_at).is_some_and(|at| at <= time)
                }
                _ => false,
            };
            let is_unknown = state == State::Unknown;
            let list = match state {
                _ if state.is_final() && !is_due => &mut plan.already_invited,
                State::InProgress => &mut plan.in_progress,
                _ if !is_unknown && !is_due && !options.skip_members => &mut plan.to_send,
                _ => {
                    let members = members(&invitee.partner_id)?;
                    let is_member = |members: &Rc<HashSet<String>>| members.contains(&fold_address(&invitee.email));
                    match members.as_ref().map(is_member) {
                        Some(true) if is_unknown => &mut plan.confirmed_members,
                        Some(true) => &mut plan.existing_members,
                        _ if is_unknown && !options.retry_unknown => &mut plan.unknown,
                        None => &mut plan.partner_not_found,
                        Some(false) => {
                            again.extend(is_due.then_some(plan.to_send.len()));
                            &mut plan.to_send
                        }
                    }
                }
            };
            list.push(invitee.clone());
        }
        if let Some(limit) = options.limit {
            plan.beyond_limit = plan.to_send.len().saturating_sub(limit);
            plan.to_send.truncate(limit);
        }
        plan.again = again.iter().filter(|index| **index < plan.to_send.len()).count();
        Ok(plan)
    }

    /// Returns who may be invited to the wrong partner, such as by a row that slipped: no one else of their domain belongs to
    /// it, and at least two people belong to exactly one other, which is returned with their number. Who belongs where is told
    /// by these `people`, by the history, and by the `members` of partners that are at hand.
    pub fn misplaced<'a>(
        &'a self,
        people: &'a [Invitee],
        history: &'a History,
        members: impl Iterator<Item = (&'a str, &'a HashSet<String>)>,
    ) -> Vec<(&'a Invitee, &'a str, usize)> {
        let mut by_domain: HashMap<String, HashMap<&str, HashSet<String>>> = HashMap::new();
        let mut add = |partner_id: &'a str, address: String| {
            let Some((_, domain)) = address.rsplit_once('@') else { return };
            let partners = by_domain.entry(domain.to_owned()).or_default();
            partners.entry(partner_id).or_default().insert(address);
        };
        let invited = history.entries().iter().filter(|entry| entry.state.is_final()).map(|entry| &entry.invitee);
        people.iter().chain(invited).for_each(|invitee| add(&invitee.partner_id, fold_address(&invitee.email)));
        for (partner_id, addresses) in members {
            addresses.iter().for_each(|address| add(partner_id, address.clone()));
        }
        let misplaced = self.to_send.iter().filter_map(|invitee| {
            let address = fold_address(&invitee.email);
            let domain = address.rsplit_once('@')?.1;
            let partners = by_domain.get(domain).filter(|_| !PUBLIC_DOMAINS.contains(&domain))?;
            let is_alone =
                partners.get(&*invitee.partner_id).is_none_or(|own| own.iter().all(|other| *other == address));
            let mut others = partners.iter().filter(|(partner_id, _)| ***partner_id != *invitee.partner_id);
            match (others.next(), others.next()) {
                (Some((partner_id, people)), None) if is_alone => {
                    let count = people.iter().filter(|other| **other != address).count();
                    (count >= 2).then_some((invitee, *partner_id, count))
                }
                _ => None,
            }
        });
        misplaced.collect()
    }
}

/// The domains of mail services, whose people have nothing in common.
const PUBLIC_DOMAINS: [&str; 8] =
    ["gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "gmx.net"];

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
            let intent = Event::intent(&invitee, 1);
            let outcome = match state {
                State::Pending => Event::Invited { invitee, invitation_id: "i".into() },
                State::Unknown => Event::Unknown(invitee),
                State::Failed => Event::failed(&invitee, "rejected", None),
                State::Joined => Event::Joined(invitee),
                State::InProgress | State::NotInvited | State::Left | State::NotInRoster => continue,
            };
            [intent, outcome].iter().for_each(|event| history.apply(event, Some(UNIX_EPOCH)));
        }
        history
    }

    #[test]
    fn plan_knows_who_may_have_slipped_to_another_partner() {
        let misplaced = |people: &[(&str, &str)], known: &[&str], members: &[&str]| {
            let people: Vec<Invitee> = people.iter().map(|(partner, email)| invitee(partner, email)).collect();
            let known: Vec<(&str, State)> = known.iter().map(|email| (*email, State::Pending)).collect();
            let members: HashSet<String> = members.iter().map(|email| (*email).to_owned()).collect();
            let plan = Plan { to_send: people.clone(), ..Plan::default() };
            let history = history(&known);
            let found = plan.misplaced(&people, &history, [("p", &members)].into_iter());
            found
                .into_iter()
                .map(|(invitee, other, count)| (invitee.email.clone(), other.to_owned(), count))
                .collect::<Vec<_>>()
        };
        let slipped = [("q", "c@x.co")];
        let found = vec![("c@x.co".to_owned(), "p".to_owned(), 2)];
        assert_eq!(misplaced(&[("p", "a@x.co"), ("p", "b@X.co"), ("q", "c@x.co")], &[], &[]), found);
        assert_eq!(misplaced(&slipped, &["a@x.co", "b@x.co"], &[]), found);
        assert_eq!(misplaced(&slipped, &["a@x.co"], &["a@x.co", "b@x.co"]), found);
        // One is no rule, a person may belong to two, and two partners may share a domain.
        assert_eq!(misplaced(&slipped, &["a@x.co"], &[]), []);
        assert_eq!(misplaced(&slipped, &["a@x.co", "c@x.co"], &[]), []);
        assert_eq!(misplaced(&[("q", "c@x.co"), ("q", "d@x.co")], &["a@x.co", "b@x.co"], &[]), []);
        assert_eq!(misplaced(&[("q", "c@x.co"), ("r", "d@x.co")], &["a@x.co", "b@x.co"], &[]), []);
        assert_eq!(misplaced(&[("q", "c@gmail.com")], &["a@gmail.com", "b@gmail.com"], &[]), []);
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
            Plan::build(&invitees, &history, options, |partner| {
                fetched.push(partner.to_owned());
                Ok(Some(Rc::default()))
            })
            .unwrap()
        };
        let first = plan(PlanOptions::default());
        assert_eq!(
            (first.already_invited.len(), emails(&first.to_send), emails(&first.unknown)),
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
        let members =
            |partner: &str| Ok((partner == "p").then(|| Rc::new(HashSet::from(["b".to_owned(), "c".to_owned()]))));
        for retry_unknown in [false, true] {
            let options = PlanOptions { retry_unknown, skip_members: true, ..PlanOptions::default() };
            let plan = Plan::build(&invitees(), &history, options, members).unwrap();
            assert_eq!(emails(&plan.confirmed_members), ["B"]);
            assert_eq!(emails(&plan.existing_members), ["c"]);
            assert_eq!(emails(&plan.partner_not_found), ["e"]);
        }
        let plan = Plan::build(&invitees(), &history, PlanOptions::default(), members).unwrap();
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
        let plan = |resend| {
            let options = PlanOptions { resend, ..PlanOptions::default() };
            let members = |_: &str| Ok(Some(Rc::new(HashSet::from(["joined".to_owned()]))));
            Plan::build(&invitees, &history, options, members).unwrap()
        };
        let due = plan(Resend::InvitedBy(UNIX_EPOCH));
        assert_eq!((emails(&due.to_send), due.again), (vec!["a", "new"], 1));
        assert_eq!(emails(&due.already_invited), ["confirmed"]);
        assert_eq!((emails(&due.existing_members), emails(&due.unknown)), (vec!["joined"], vec!["unknown"]));
        for resend in [Resend::Never, Resend::InvitedBy(UNIX_EPOCH - Duration::from_secs(1))] {
            let plan = plan(resend);
            assert_eq!((emails(&plan.to_send), plan.again, plan.already_invited.len()), (vec!["new"], 0, 3));
        }
        // By name, also someone who has joined and left.
        let typed = plan(Resend::Typed);
        assert_eq!((emails(&typed.to_send), typed.again), (vec!["a", "confirmed", "new"], 2));
        assert_eq!(emails(&typed.existing_members), ["joined"]);
    }
}
