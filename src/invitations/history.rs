//! What is known about each invitation, as the events of a journal tell it.

use std::collections::HashMap;
use std::time::SystemTime;

use super::Invitee;
use super::journal::JournalEvent;

/// Identifies an invitation: a partner ID and an email address, ignoring case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InvitationKey(String);

impl InvitationKey {
    /// Creates the key of an invitation.
    pub fn new(partner_id: &str, email: &str) -> Self {
        // An address cannot contain a newline.
        InvitationKey(format!("{partner_id}\n{}", email.to_lowercase()))
    }

    /// Returns the partner ID, a newline, and the email address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It was created.
    Invited,
    /// It may have been created: there is an intent without an outcome, or no valid response was received.
    Unknown,
    /// It was not created.
    Failed,
    /// It was unknown before, and the person is a member now.
    Member,
    /// Another run is about to send it, or was killed a short time ago.
    InProgress,
}

/// What is known about the invitation of one person to one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The person and the partner.
    pub invitee: Invitee,
    /// The state of the latest attempt.
    pub state: InvitationState,
    /// The number of the latest attempt. Only a person who is invited again has more than one.
    pub attempt: u32,
    /// When the latest invitation was created that is known to exist.
    pub invited_at: Option<SystemTime>,
    /// The ID of that invitation, if it is known.
    pub invitation_id: String,
    /// When the latest attempt was made.
    attempted_at: Option<SystemTime>,
    /// Whether an attempt is known to have succeeded.
    is_confirmed: bool,
}

impl HistoryEntry {
    fn new(invitee: &Invitee) -> Self {
        HistoryEntry {
            invitee: invitee.clone(),
            state: InvitationState::Failed,
            attempt: 1,
            invited_at: None,
            invitation_id: String::new(),
            attempted_at: None,
            is_confirmed: false,
        }
    }

    /// Creates an entry of what was observed as a whole, instead of event by event.
    pub(super) fn observed(
        invitee: &Invitee,
        state: InvitationState,
        attempt: u32,
        invited_at: Option<SystemTime>,
        attempted_at: Option<SystemTime>,
    ) -> Self {
        let is_confirmed = state == InvitationState::Invited;
        HistoryEntry { state, attempt, invited_at, attempted_at, is_confirmed, ..HistoryEntry::new(invitee) }
    }

    /// Returns when the latest attempt was made.
    pub fn last_attempt_at(&self) -> Option<SystemTime> {
        self.attempted_at
    }

    /// Returns when the person was invited, or perhaps invited, or could not be invited.
    pub fn last_known_at(&self) -> Option<SystemTime> {
        self.invited_at.or(self.attempted_at)
    }

    /// Returns the number of the next attempt: that of the latest one, unless that succeeded.
    pub fn next_attempt(&self) -> u32 {
        self.attempt.saturating_add(u32::from(self.state == InvitationState::Invited))
    }

    fn is_settled(&self) -> bool {
        matches!(self.state, InvitationState::Invited | InvitationState::Member)
    }

    fn succeed(&mut self, at: Option<SystemTime>, invitation_id: &str) {
        self.state = InvitationState::Invited;
        self.is_confirmed = true;
        (self.invited_at, self.invitation_id) = (at, invitation_id.to_owned());
    }

    /// Ends an attempt that created nothing. An earlier one may have.
    fn fail(&mut self) {
        if self.is_confirmed {
            self.state = InvitationState::Invited;
            self.attempt -= 1;
        } else {
            self.state = InvitationState::Failed;
        }
    }

    /// Applies an event that happened at this time. A success is final: only an attempt with a higher number follows it.
    fn apply(&mut self, event: &JournalEvent, at: Option<SystemTime>) {
        match event {
            JournalEvent::Intent { attempt, .. } => {
                let attempt = attempt.unwrap_or(1);
                if !self.is_settled() || attempt > self.attempt {
                    self.state = InvitationState::Unknown;
                    (self.attempt, self.attempted_at) = (attempt.max(self.attempt), at);
                }
            }
            JournalEvent::Invited { invitation_id, .. } => self.succeed(at, invitation_id),
            JournalEvent::Settled { invited: true, .. } => self.succeed(self.attempted_at.or(at), ""),
            JournalEvent::Failed { .. } | JournalEvent::Settled { .. } if !self.is_settled() => self.fail(),
            JournalEvent::Unknown(_) if !self.is_settled() => self.state = InvitationState::Unknown,
            JournalEvent::Member(_) if self.state != InvitationState::Invited => self.state = InvitationState::Member,
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
    pub fn state(&self, invitee: &Invitee) -> Option<InvitationState> {
        self.get(invitee).map(|entry| entry.state)
    }

    /// Returns all entries.
    pub fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// Applies an event that happened at this time.
    pub fn apply(&mut self, event: &JournalEvent, at: Option<SystemTime>) {
        let Some(invitee) = event.invitee() else { return };
        self.entry_mut(invitee).apply(event, at);
    }

    /// Replaces what is known about an invitation.
    pub(super) fn insert(&mut self, entry: HistoryEntry) {
        let place = self.entry_mut(&entry.invitee);
        *place = entry;
    }

    /// Sets the ID of an invitation, and when it was sent, if that is known.
    pub(super) fn set_invitation(&mut self, invitee: &Invitee, id: String, at: Option<SystemTime>) {
        let entry = self.entry_mut(invitee);
        entry.invitation_id = id;
        entry.invited_at = at.or(entry.invited_at);
    }

    fn entry_mut(&mut self, invitee: &Invitee) -> &mut HistoryEntry {
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

    fn intent(attempt: u32) -> JournalEvent {
        JournalEvent::Intent { invitee: invitee(), attempt: (attempt > 1).then_some(attempt) }
    }

    fn invited() -> JournalEvent {
        JournalEvent::Invited { invitee: invitee(), invitation_id: "i".into() }
    }

    fn failed() -> JournalEvent {
        JournalEvent::Failed { invitee: invitee(), kind: "rejected".into() }
    }

    fn settled(invited: bool) -> JournalEvent {
        JournalEvent::Settled { invitee: invitee(), invited, by: "dana".into() }
    }

    /// Returns the state, the attempt, and the second of the invitation after these events, one per second.
    fn replay(events: &[JournalEvent]) -> (InvitationState, u32, Option<u64>) {
        let mut history = History::default();
        let second = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for (at, event) in (0..).zip(events) {
            history.apply(event, Some(second(at)));
        }
        let entry = history.get(&invitee()).unwrap();
        let invited_at = entry.invited_at.map(|at| at.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        (entry.state, entry.attempt, invited_at)
    }

    #[test]
    fn history_of_first_attempt() {
        use InvitationState::*;
        let member = || JournalEvent::Member(invitee());
        let unknown = || JournalEvent::Unknown(invitee());
        for (events, expected) in [
            (vec![intent(1)], (Unknown, 1, None)),
            (vec![intent(1), invited()], (Invited, 1, Some(1))),
            (vec![intent(1), failed()], (Failed, 1, None)),
            (vec![intent(1), failed(), intent(1), invited()], (Invited, 1, Some(3))),
            (vec![intent(1), unknown(), member()], (Member, 1, None)),
            (vec![intent(1), unknown(), settled(true)], (Invited, 1, Some(0))),
            (vec![intent(1), unknown(), settled(false)], (Failed, 1, None)),
            // Success is final, whatever an older version or a merge has appended.
            (vec![intent(1), invited(), intent(1), failed(), unknown(), member()], (Invited, 1, Some(1))),
        ] {
            assert_eq!(replay(&events), expected, "{events:?}");
        }
    }

    #[test]
    fn history_of_further_attempts() {
        use InvitationState::*;
        let first = [intent(1), invited()];
        let then = |events: &[JournalEvent]| replay(&[&first[..], events].concat());
        assert_eq!(then(&[intent(2)]), (Unknown, 2, Some(1)));
        assert_eq!(then(&[intent(2), invited()]), (Invited, 2, Some(3)));
        assert_eq!(then(&[intent(2), failed()]), (Invited, 1, Some(1)), "the first invitation still exists");
        assert_eq!(then(&[intent(2), settled(false)]), (Invited, 1, Some(1)));
        assert_eq!(then(&[intent(2), settled(true)]), (Invited, 2, Some(2)));
        assert_eq!(then(&[intent(2), failed(), intent(2), invited()]), (Invited, 2, Some(5)));
        assert_eq!(then(&[intent(2), invited(), intent(2)]), (Invited, 2, Some(3)));
    }

    #[test]
    fn next_attempt_follows_a_success() {
        let mut history = History::default();
        let mut next = |event| {
            history.apply(&event, None);
            history.get(&invitee()).unwrap().next_attempt()
        };
        assert_eq!([next(intent(1)), next(failed()), next(intent(1)), next(invited())], [1, 1, 1, 2]);
        assert_eq!([next(intent(2)), next(failed())], [2, 2]);
    }
}
