//! What is known about each invitation, as the events of a journal tell it: one table, for a file and a store alike.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use super::Invitee;
use super::event::{Details, Event, Mark, State};
use crate::text::address::fold_address;

/// Identifies an invitation: a partner ID and an email address, whatever its spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InvitationKey(String);

impl InvitationKey {
    /// Creates the key of an invitation.
    pub fn new(partner_id: &str, email: &str) -> Self {
        // An address cannot contain a newline.
        InvitationKey(format!("{partner_id}\n{}", fold_address(email)))
    }

    /// Returns the partner ID, a newline, and the folded email address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known about the invitation of one person to one partner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The person and the partner.
    pub invitee: Invitee,
    /// The state.
    pub state: State,
    /// The number of attempts.
    pub attempts: u32,
    /// When the latest invitation was created that is known to exist.
    pub invited_at: Option<SystemTime>,
    /// The ID of that invitation, if it is known.
    pub invitation_id: String,
    /// When the latest attempt was made.
    pub attempted_at: Option<SystemTime>,
    /// When the person was first seen as a member since that invitation.
    pub joined_at: Option<SystemTime>,
    /// Why the latest attempt failed.
    pub error: Option<String>,
    /// The name that the partner had, if it was known.
    pub partner_name: Option<String>,
    /// Who made the latest attempt, if it is known.
    pub by: Option<String>,
    /// Whether an attempt is known to have succeeded.
    has_invitation: bool,
    /// Whether an attempt before the latest one may have succeeded.
    has_doubt: bool,
}

impl HistoryEntry {
    pub(super) fn new(invitee: &Invitee) -> Self {
        HistoryEntry { invitee: invitee.clone(), ..HistoryEntry::default() }
    }

    /// Returns why the invitation failed, if it did.
    pub fn shown_error(&self) -> Option<&str> {
        self.error.as_deref().filter(|_| self.state == State::Failed)
    }

    /// Whether an attempt is known to have succeeded.
    pub fn has_invitation(&self) -> bool {
        self.has_invitation
    }

    /// Returns when the person was invited, or perhaps invited, or could not be invited.
    pub fn last_known_at(&self) -> Option<SystemTime> {
        self.invited_at.or(self.attempted_at)
    }

    /// Applies what happened to an attempt at this time: the one table of states.
    ///
    /// | mark | state after it |
    /// |---|---|
    /// | `intent` | unknown, until an outcome follows; a success stays one unless a higher attempt is claimed |
    /// | `invited` | pending |
    /// | `joined` | joined |
    /// | `failed` | unknown if another attempt may have succeeded since, otherwise what it was before, or failed |
    /// | `unknown` | unknown |
    pub(super) fn apply(&mut self, mark: Mark, attempt: u32, at: Option<SystemTime>) {
        match mark {
            Mark::Intent if self.state.is_final() && attempt <= self.attempts => {}
            Mark::Intent => {
                self.has_doubt |= self.state == State::Unknown;
                self.state = State::Unknown;
                (self.attempts, self.attempted_at) = (attempt.max(self.attempts), at);
            }
            Mark::Invited => {
                (self.state, self.has_invitation, self.has_doubt) = (State::Pending, true, false);
                (self.invited_at, self.invitation_id, self.joined_at) = (at, String::new(), None);
            }
            Mark::Joined => {
                (self.state, self.has_doubt) = (State::Joined, false);
                self.joined_at = self.joined_at.or(at);
            }
            Mark::Failed if !self.state.is_final() => self.state = self.state_without_latest(),
            Mark::Unknown if !self.state.is_final() => self.state = State::Unknown,
            Mark::Failed | Mark::Unknown => {}
        }
    }

    /// Returns the state if the latest attempt created nothing.
    fn state_without_latest(&self) -> State {
        match (self.has_doubt, self.joined_at, self.has_invitation) {
            (true, ..) => State::Unknown,
            (false, Some(_), _) => State::Joined,
            (false, None, true) => State::Pending,
            (false, None, false) => State::Failed,
        }
    }

    fn apply_event(&mut self, event: &Event, at: Option<SystemTime>) {
        let Some((_, mark)) = event.subject() else { return };
        match event {
            Event::Intent { attempt, .. } => self.apply(mark, *attempt, at),
            Event::Resolved { invited: true, invited_at, .. } => {
                let stated = invited_at.as_ref().and_then(|at| humantime::parse_rfc3339(at).ok());
                self.apply(mark, self.attempts, stated.or(self.attempted_at).or(at));
            }
            // A person's word is about all attempts.
            Event::Resolved { .. } => {
                self.has_doubt = false;
                self.apply(mark, self.attempts, at);
            }
            _ => self.apply(mark, self.attempts, at),
        }
        self.apply_details(event);
    }

    /// Applies what an event says beyond its mark.
    pub(super) fn apply_details(&mut self, event: &Event) {
        match event {
            Event::Intent { details: Details { partner_name, by }, .. } => {
                self.partner_name = partner_name.clone().or(self.partner_name.take());
                self.by.clone_from(by);
            }
            Event::Invited { invitation_id, .. } => self.invitation_id.clone_from(invitation_id),
            Event::Resolved { invited: false, by, .. } => self.error = Some(format!("not sent, according to {by}")),
            Event::Failed { kind, error, .. } => self.error = Some(error.clone().unwrap_or_else(|| kind.clone())),
            _ => {}
        }
    }
}

/// The invitations of a journal, in the order of their first events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    entries: Vec<HistoryEntry>,
    positions: HashMap<InvitationKey, usize>,
}

impl History {
    /// Returns what is known about an invitation.
    pub fn get(&self, invitee: &Invitee) -> Option<&HistoryEntry> {
        Some(&self.entries[*self.positions.get(&invitee.key())?])
    }

    /// Returns the state of an invitation.
    pub fn state(&self, invitee: &Invitee) -> State {
        self.get(invitee).map_or(State::NotInvited, |entry| entry.state)
    }

    /// Returns the number of the next attempt: each claim has its own.
    pub fn next_attempt(&self, invitee: &Invitee) -> u32 {
        self.get(invitee).map_or(0, |entry| entry.attempts).saturating_add(1)
    }

    /// Returns all entries.
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// Returns the people who were invited, or perhaps, and are among the members of their partner, whose folded addresses
    /// `members` returns if they are known.
    pub fn newly_joined<'m>(&self, members: impl Fn(&str) -> Option<&'m HashSet<String>>) -> Vec<Invitee> {
        let is_open = |entry: &&HistoryEntry| matches!(entry.state, State::Pending | State::Unknown);
        let is_member = |invitee: &&Invitee| {
            members(&invitee.partner_id).is_some_and(|members| members.contains(&fold_address(&invitee.email)))
        };
        self.entries.iter().filter(is_open).map(|entry| &entry.invitee).filter(is_member).cloned().collect()
    }

    /// Applies an event that happened at this time.
    pub fn apply(&mut self, event: &Event, at: Option<SystemTime>) {
        let Some((invitee, _)) = event.subject() else { return };
        self.entry_mut(invitee).apply_event(event, at);
    }

    /// Replaces what is known about an invitation.
    pub(super) fn insert(&mut self, entry: HistoryEntry) {
        let place = self.entry_mut(&entry.invitee);
        *place = entry;
    }

    pub(super) fn entry_mut(&mut self, invitee: &Invitee) -> &mut HistoryEntry {
        let position = *self.positions.entry(invitee.key()).or_insert_with(|| {
            self.entries.push(HistoryEntry::new(invitee));
            self.entries.len() - 1
        });
        &mut self.entries[position]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn invitee() -> Invitee {
        Invitee { partner_id: "p".into(), email: "a@b.co".into() }
    }

    fn intent(attempt: u32) -> Event {
        Event::intent(&invitee(), attempt)
    }

    fn invited() -> Event {
        Event::Invited { invitee: invitee(), invitation_id: "i".into() }
    }

    fn failed() -> Event {
        Event::failed(&invitee(), "rejected", None)
    }

    fn unknown() -> Event {
        Event::Unknown(invitee())
    }

    fn resolved(invited: bool) -> Event {
        Event::Resolved { invitee: invitee(), invited, invited_at: None, by: "dana".into() }
    }

    /// Returns the state, the attempts, and the second of the invitation after these events, one per second.
    fn replay(events: &[Event]) -> (State, u32, Option<u64>) {
        let mut history = History::default();
        let second = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (at, event) in (0..).zip(events) {
            history.apply(event, Some(second(at)));
        }
        let entry = history.get(&invitee()).unwrap();
        let invited_at = entry.invited_at.map(|at| at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        (entry.state, entry.attempts, invited_at)
    }

    #[test]
    fn history_of_first_invitation() {
        use State::*;
        for (events, expected) in [
            (vec![intent(1)], (Unknown, 1, None)),
            (vec![intent(1), invited()], (Pending, 1, Some(1))),
            (vec![intent(1), failed()], (Failed, 1, None)),
            (vec![intent(1), failed(), intent(2), invited()], (Pending, 2, Some(3))),
            (vec![intent(1), unknown(), Event::Joined(invitee())], (Joined, 1, None)),
            (vec![intent(1), unknown(), resolved(true)], (Pending, 1, Some(0))),
            (vec![intent(1), unknown(), resolved(false)], (Failed, 1, None)),
            // Success is final, whatever a merge has appended.
            (vec![intent(1), invited(), intent(1), failed(), unknown()], (Pending, 1, Some(1))),
        ] {
            assert_eq!(replay(&events), expected, "{events:?}");
        }
    }

    #[test]
    fn history_keeps_the_doubt_of_an_earlier_attempt() {
        use State::*;
        for first in [vec![intent(1)], vec![intent(1), unknown()]] {
            let then = |events: &[Event]| replay(&[&first[..], events].concat()).0;
            assert_eq!(then(&[intent(2), failed()]), Unknown, "the first attempt may have succeeded");
            assert_eq!(then(&[intent(2), failed(), intent(3), failed()]), Unknown);
            assert_eq!(then(&[intent(2), failed(), resolved(false)]), Failed);
            assert_eq!(then(&[intent(2), failed(), resolved(true)]), Pending);
            assert_eq!(then(&[intent(2), invited(), intent(3), failed()]), Pending);
        }
    }

    #[test]
    fn history_keeps_that_someone_has_joined() {
        use State::*;
        let joined = || Event::Joined(invitee());
        for first in [vec![intent(1), unknown(), joined()], vec![intent(1), invited(), joined()]] {
            let then = |events: &[Event]| replay(&[&first[..], events].concat()).0;
            assert_eq!(then(&[intent(2), failed()]), Joined);
            assert_eq!(then(&[intent(2), unknown(), resolved(false)]), Joined);
            assert_eq!(then(&[intent(2), unknown(), intent(3), failed()]), Unknown, "attempt 2 may have arrived");
            assert_eq!(then(&[intent(2), invited()]), Pending);
        }
        let resent = [intent(1), invited(), intent(2), intent(3), failed()];
        assert_eq!(replay(&resent).0, Unknown, "attempt 2 may have arrived");
    }

    #[test]
    fn history_of_further_invitations() {
        use State::*;
        let first = [intent(1), invited()];
        let then = |events: &[Event]| replay(&[&first[..], events].concat());
        assert_eq!(then(&[intent(2)]), (Unknown, 2, Some(1)));
        assert_eq!(then(&[intent(2), invited()]), (Pending, 2, Some(3)));
        assert_eq!(then(&[intent(2), failed()]), (Pending, 2, Some(1)), "the first invitation still exists");
        assert_eq!(then(&[intent(2), resolved(false)]), (Pending, 2, Some(1)));
        assert_eq!(then(&[intent(2), resolved(true)]), (Pending, 2, Some(2)));
        assert_eq!(then(&[intent(2), failed(), intent(3), invited()]), (Pending, 3, Some(5)));
        assert_eq!(then(&[intent(2), invited(), intent(2)]), (Pending, 2, Some(3)));
    }
}
