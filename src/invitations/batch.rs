//! The batch: sends the invitations of a plan, and decides what one failure means for the rest and for the exit code.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use super::Invitee;
use super::plan::Plan;
use crate::error::{Error, ErrorKind};

/// After so many responses lost in a row, the server is considered broken: continuing would only create more unknowns.
const MAX_CONSECUTIVE_UNKNOWN: usize = 10;

/// The number of invitees by what happened to them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Invited by this run.
    pub invited: usize,
    /// Invited before, or members already.
    pub skipped: usize,
    /// Not invited because of an error.
    pub failed: usize,
    /// Possibly invited.
    pub unknown: usize,
    /// Not sent.
    pub not_attempted: usize,
    /// Being sent by another run.
    #[serde(skip_serializing_if = "is_zero")]
    pub in_progress: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Counts {
    /// Counts the invitees that the plan does not send.
    fn from_plan(plan: &Plan) -> Self {
        Counts {
            skipped: plan.already_invited + plan.existing_members.len() + plan.confirmed_members.len(),
            unknown: plan.unknown.len(),
            not_attempted: plan.partner_not_found.len(),
            in_progress: plan.in_progress.len(),
            ..Counts::default()
        }
    }

    /// Whether everyone was invited or skipped.
    pub fn is_complete(&self) -> bool {
        self.failed + self.unknown + self.not_attempted + self.in_progress == 0
    }
}

impl fmt::Display for Counts {
    /// Writes the counts that are not zero, and always `invited`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { invited, skipped, failed, unknown, not_attempted, in_progress } = *self;
        write!(f, "{invited} invited")?;
        let others = [
            (skipped, "skipped"),
            (failed, "failed"),
            (unknown, "unknown"),
            (not_attempted, "not attempted"),
            (in_progress, "in progress elsewhere"),
        ];
        others.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, name)| write!(f, ", {count} {name}"))
    }
}

/// The effects of a batch. Each is complete when its method returns.
pub trait BatchHandler {
    /// Sends the invitation. Whenever the request is about to leave, after all waits, this is recorded on disk first.
    fn send(&mut self, invitee: &Invitee) -> Result<(), SendFailure>;
    /// Records on disk what happened to the invitation. An error aborts the batch.
    fn record_outcome(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error>;
    /// Reports an error that does not abort the batch.
    fn on_failure(&mut self, invitee: &Invitee, error: &Error);
    /// Whether to abort the batch before the next invitation.
    fn is_interrupted(&self) -> bool;
    /// Reports how many invitations are processed, before each one.
    fn on_progress(&mut self, done: usize);
}

/// Why an invitation was not created.
#[derive(Debug)]
pub enum SendFailure {
    /// It could not be recorded that the request leaves, so it was not sent. This aborts the batch.
    NotRecorded(Error),
    /// Another run sends it, or has sent it.
    Elsewhere,
    /// The request failed.
    Failed(Error),
}

/// The result of a batch.
#[derive(Debug, Default)]
pub struct BatchResult {
    /// What happened to the invitees.
    pub counts: Counts,
    /// The errors that did not abort the batch.
    pub failures: Vec<(Invitee, Error)>,
    /// The invitees of which another run was found to be in charge.
    pub elsewhere: Vec<Invitee>,
    /// The address of the person who was invited without a record of it, which aborted the batch.
    pub unrecorded: Option<String>,
    /// The error that aborted the batch, and the invitee at that point.
    pub aborted_by: Option<(Invitee, Error)>,
}

impl BatchResult {
    /// Creates the result of sending nothing.
    pub fn from_plan(plan: &Plan) -> Self {
        let not_found =
            |invitee: &Invitee| (invitee.clone(), Error::new(ErrorKind::NotFound, "partner no longer exists"));
        let failures = plan.partner_not_found.iter().map(not_found).collect();
        let (counts, elsewhere) = (Counts::from_plan(plan), plan.in_progress.clone());
        BatchResult { counts, failures, elsewhere, ..BatchResult::default() }
    }

    /// Returns the kind of error of the whole batch, or `None` if it is complete. The first rule that applies decides.
    pub fn error_kind(&self, is_journaled: bool) -> Option<ErrorKind> {
        let Counts { invited, unknown, in_progress, .. } = self.counts;
        let aborted_by = self.aborted_by.as_ref().map(|(_, error)| error.kind());
        let not_found = |(_, error): &(Invitee, Error)| error.kind() == ErrorKind::NotFound;
        match aborted_by {
            None if self.counts.is_complete() => None,
            Some(ErrorKind::Interrupted) => Some(ErrorKind::Interrupted),
            // Unknown invitations need attention, whatever else failed.
            _ if unknown > 0 => Some(ErrorKind::OutcomeUnknown),
            // Without a journal a rerun would send duplicates, so a retryable kind is only reported if none were sent.
            Some(kind) if is_journaled || invited == 0 => Some(kind),
            None if invited + in_progress == 0 && self.failures.iter().all(not_found) => Some(ErrorKind::NotFound),
            _ => Some(ErrorKind::Partial),
        }
    }
}

/// Sends the invitations of `plan`, one after the other.
///
/// An error that would affect all invitations (credentials, connection) aborts the batch. A partner that is not found skips
/// only its own invitations, and any other error concerns only one.
pub fn run(plan: &Plan, handler: &mut impl BatchHandler) -> BatchResult {
    let mut result = BatchResult::from_plan(plan);
    let mut missing_partners: HashSet<&str> = HashSet::new();
    let mut consecutive_unknown = 0;
    for (index, invitee) in plan.to_send.iter().enumerate() {
        if missing_partners.contains(&*invitee.partner_id) {
            result.counts.not_attempted += 1;
            continue;
        }
        handler.on_progress(index);
        let abort = match attempt(invitee, handler, &mut result.counts) {
            Attempt::Succeeded => {
                consecutive_unknown = 0;
                continue;
            }
            Attempt::Elsewhere => {
                result.elsewhere.push(invitee.clone());
                continue;
            }
            Attempt::Failed(error) => {
                if error.kind() == ErrorKind::NotFound {
                    missing_partners.insert(&invitee.partner_id);
                }
                let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
                consecutive_unknown = if is_unknown { consecutive_unknown + 1 } else { 0 };
                if consecutive_unknown < MAX_CONSECUTIVE_UNKNOWN {
                    handler.on_failure(invitee, &error);
                    result.failures.push((invitee.clone(), error));
                    continue;
                }
                error
            }
            Attempt::Abort(error) => error,
        };
        result.counts.not_attempted += plan.to_send.len() - index - 1;
        result.aborted_by = Some((invitee.clone(), abort));
        break;
    }
    result
}

/// What one invitation means for the batch.
enum Attempt {
    Succeeded,
    Elsewhere,
    Failed(Error),
    Abort(Error),
}

/// Sends one invitation, counts it, and decides whether the batch continues.
fn attempt(invitee: &Invitee, handler: &mut impl BatchHandler, counts: &mut Counts) -> Attempt {
    if handler.is_interrupted() {
        counts.not_attempted += 1;
        return Attempt::Abort(Error::new(ErrorKind::Interrupted, "interrupted"));
    }
    let result = match handler.send(invitee) {
        Ok(()) => Ok(()),
        Err(SendFailure::Failed(error)) => Err(error),
        Err(SendFailure::Elsewhere) => {
            counts.in_progress += 1;
            return Attempt::Elsewhere;
        }
        Err(SendFailure::NotRecorded(error)) => {
            counts.not_attempted += 1;
            return Attempt::Abort(error);
        }
    };
    let recorded = handler.record_outcome(invitee, &result);
    match result.as_ref().map_err(Error::kind) {
        Ok(()) => counts.invited += 1,
        Err(ErrorKind::OutcomeUnknown) => counts.unknown += 1,
        Err(ErrorKind::Interrupted) => counts.not_attempted += 1,
        Err(_) => counts.failed += 1,
    }
    match (result, recorded) {
        (_, Err(error)) => Attempt::Abort(error),
        (Ok(()), Ok(())) => Attempt::Succeeded,
        (Err(error), Ok(())) if aborts_batch(error.kind()) => Attempt::Abort(error),
        (Err(error), Ok(())) => Attempt::Failed(error),
    }
}

/// Whether an error would affect all other invitations, too.
fn aborts_batch(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Denied | ErrorKind::Unavailable | ErrorKind::Config | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::invitations::history::{History, InvitationState};
    use crate::invitations::journal::JournalEvent;
    use crate::invitations::plan::PlanOptions;
    use proptest::prelude::*;

    fn invitee(partner: &str, email: &str) -> Invitee {
        Invitee { partner_id: partner.into(), email: email.to_owned() }
    }

    /// Fails as scripted, and logs all calls.
    #[derive(Default)]
    struct ScriptedHandler {
        failures: Vec<Option<ErrorKind>>,
        log: Vec<String>,
        interrupt_after: Option<usize>,
        fail_journal_at: Option<usize>,
        sent: usize,
    }

    impl BatchHandler for ScriptedHandler {
        fn send(&mut self, invitee: &Invitee) -> Result<(), SendFailure> {
            if self.fail_journal_at == Some(self.sent) {
                return Err(SendFailure::NotRecorded(Error::new(ErrorKind::Unexpected, "full")));
            }
            self.log.push(format!("send {}", invitee.email));
            self.sent += 1;
            match self.failures.get(self.sent - 1).copied().flatten() {
                Some(kind) => Err(SendFailure::Failed(Error::new(kind, "no"))),
                None => Ok(()),
            }
        }
        fn record_outcome(&mut self, invitee: &Invitee, _: &Result<(), Error>) -> Result<(), Error> {
            self.log.push(format!("outcome {}", invitee.email));
            Ok(())
        }
        fn on_failure(&mut self, invitee: &Invitee, _: &Error) {
            self.log.push(format!("failed {}", invitee.email));
        }
        fn is_interrupted(&self) -> bool {
            self.interrupt_after == Some(self.sent)
        }
        fn on_progress(&mut self, _: usize) {}
    }

    fn four() -> Plan {
        let to_send = vec![invitee("p", "a"), invitee("p", "b"), invitee("q", "c"), invitee("p", "d")];
        Plan { to_send, ..Plan::default() }
    }

    fn run_four(mut handler: ScriptedHandler) -> (Counts, Option<ErrorKind>, ScriptedHandler) {
        let result = run(&four(), &mut handler);
        (result.counts, result.aborted_by.map(|(_, error)| error.kind()), handler)
    }

    fn failing(failures: &[Option<ErrorKind>]) -> ScriptedHandler {
        ScriptedHandler { failures: failures.to_vec(), ..ScriptedHandler::default() }
    }

    #[test]
    fn batch_records_outcome_before_next_invitation() {
        let (counts, aborted_by, handler) = run_four(ScriptedHandler::default());
        assert_eq!((counts, aborted_by), (Counts { invited: 4, ..Counts::default() }, None));
        assert_eq!(handler.log[..4], ["send a", "outcome a", "send b", "outcome b"]);
    }

    #[test]
    fn batch_continues_after_rejected_invitation() {
        let (counts, aborted_by, handler) =
            run_four(failing(&[None, Some(ErrorKind::Rejected), Some(ErrorKind::OutcomeUnknown), None]));
        assert_eq!(counts, Counts { invited: 2, failed: 1, unknown: 1, ..Counts::default() });
        assert_eq!((aborted_by, handler.sent), (None, 4));
    }

    #[test]
    fn batch_aborts_on_errors_that_affect_all() {
        for kind in [ErrorKind::Denied, ErrorKind::Unavailable, ErrorKind::Config] {
            let (counts, aborted_by, handler) = run_four(failing(&[None, Some(kind)]));
            assert_eq!(counts, Counts { invited: 1, failed: 1, not_attempted: 2, ..Counts::default() });
            assert_eq!((aborted_by, handler.sent), (Some(kind), 2));
        }
    }

    #[test]
    fn batch_skips_rows_of_partner_not_found() {
        let (counts, aborted_by, handler) = run_four(failing(&[Some(ErrorKind::NotFound)]));
        assert_eq!(counts, Counts { invited: 1, failed: 1, not_attempted: 2, ..Counts::default() });
        assert_eq!((aborted_by, handler.sent), (None, 2));
    }

    #[test]
    fn batch_aborts_after_consecutive_unknown() {
        let to_send = (0..30).map(|index: usize| invitee("p", &index.to_string())).collect();
        let plan = Plan { to_send, ..Plan::default() };
        let mut handler = failing(&[Some(ErrorKind::OutcomeUnknown); 30]);
        let result = run(&plan, &mut handler);
        assert_eq!(
            result.counts,
            Counts {
                unknown: MAX_CONSECUTIVE_UNKNOWN,
                not_attempted: 30 - MAX_CONSECUTIVE_UNKNOWN,
                ..Counts::default()
            }
        );
        assert_eq!(result.aborted_by.unwrap().1.kind(), ErrorKind::OutcomeUnknown);
    }

    #[test]
    fn batch_sends_nothing_if_journal_append_fails() {
        let (counts, aborted_by, handler) =
            run_four(ScriptedHandler { fail_journal_at: Some(2), ..ScriptedHandler::default() });
        assert_eq!(counts, Counts { invited: 2, not_attempted: 2, ..Counts::default() });
        assert_eq!((aborted_by, handler.sent), (Some(ErrorKind::Unexpected), 2));
    }

    #[test]
    fn batch_interrupt_stops_before_next_request() {
        let (counts, aborted_by, handler) =
            run_four(ScriptedHandler { interrupt_after: Some(1), ..ScriptedHandler::default() });
        assert_eq!(counts, Counts { invited: 1, not_attempted: 3, ..Counts::default() });
        assert_eq!((aborted_by, handler.sent), (Some(ErrorKind::Interrupted), 1));
        let (counts, ..) = run_four(failing(&[None, Some(ErrorKind::Interrupted)]));
        assert_eq!(counts, Counts { invited: 1, not_attempted: 3, ..Counts::default() });
    }

    fn replay(events: &[JournalEvent]) -> History {
        let mut history = History::default();
        events.iter().for_each(|event| history.apply(event, None));
        history
    }

    fn result(counts: Counts, aborted_by: Option<ErrorKind>, failures: &[ErrorKind]) -> BatchResult {
        let failed = |kind: ErrorKind| (invitee("p", "a"), Error::new(kind, "failed"));
        let failures = failures.iter().map(|kind| failed(*kind)).collect();
        BatchResult { counts, failures, aborted_by: aborted_by.map(failed), ..BatchResult::default() }
    }

    #[test]
    fn error_kind_applies_the_first_rule() {
        use ErrorKind::{Denied, Interrupted, NotFound, OutcomeUnknown, Partial, Rejected, Unavailable};
        let complete = Counts { invited: 1, skipped: 1, ..Counts::default() };
        let some_failed = Counts { invited: 1, failed: 1, ..Counts::default() };
        let all_failed = Counts { failed: 1, ..Counts::default() };
        let unknown = Counts { unknown: 1, ..Counts::default() };
        for (counts, aborted_by, failures, is_journaled, expected) in [
            (complete, None, &[][..], false, None),
            (unknown, Some(Interrupted), &[], true, Some(Interrupted)),
            (unknown, Some(Unavailable), &[], true, Some(OutcomeUnknown)),
            (some_failed, Some(Unavailable), &[], true, Some(Unavailable)),
            (some_failed, Some(Unavailable), &[], false, Some(Partial)),
            (all_failed, Some(Denied), &[], false, Some(Denied)),
            (all_failed, None, &[NotFound], false, Some(NotFound)),
            (all_failed, None, &[NotFound, Rejected], false, Some(Partial)),
            (some_failed, None, &[NotFound], true, Some(Partial)),
        ] {
            let result = result(counts, aborted_by, failures);
            assert_eq!(result.error_kind(is_journaled), expected, "{result:?}");
        }
    }

    #[test]
    fn counts_omit_zeros_except_invited() {
        assert_eq!(Counts::default().to_string(), "0 invited");
        let counts = Counts { invited: 2, skipped: 1, failed: 3, unknown: 4, not_attempted: 5, in_progress: 0 };
        assert_eq!(counts.to_string(), "2 invited, 1 skipped, 3 failed, 4 unknown, 5 not attempted");
    }

    #[test]
    fn batch_counts_people_whose_partner_is_missing() {
        let skipped = vec![invitee("p", "a")];
        let missing = vec![invitee("missing", "b")];
        let plan = Plan { confirmed_members: skipped, partner_not_found: missing, ..Plan::default() };
        let result = run(&plan, &mut ScriptedHandler::default());
        assert_eq!(result.counts, Counts { skipped: 1, not_attempted: 1, ..Counts::default() });
        assert_eq!(result.error_kind(true), Some(ErrorKind::NotFound));
    }

    proptest! {
        /// However often a run is killed, and at which step: each person is invited at most once, and is recorded.
        #[test]
        fn batch_invites_at_most_once_across_crashes(kills in prop::collection::vec(0usize..40, 0..12)) {
            struct Killed;
            let invitees: Vec<Invitee> = (0..10).map(|index: usize| invitee("p", &index.to_string())).collect();
            let mut disk: Vec<JournalEvent> = Vec::new();
            let mut sent: HashMap<String, usize> = HashMap::new();
            let step = |left: &mut usize| {
                if *left == 0 { return Err(Killed) }
                *left -= 1;
                Ok(())
            };
            for kill in kills.into_iter().chain([usize::MAX]) {
                let mut left = kill;
                let history = replay(&disk);
                let plan = Plan::build(invitees.clone(), &history, PlanOptions::default(), |_| Ok(Some(HashSet::new()))).unwrap();
                let _ = (|| {
                    for invitee in &plan.to_send {
                        step(&mut left)?;
                        disk.push(JournalEvent::Intent { invitee: invitee.clone(), attempt: None });
                        step(&mut left)?;
                        *sent.entry(invitee.email.clone()).or_default() += 1;
                        step(&mut left)?;
                        disk.push(JournalEvent::Invited { invitee: invitee.clone(), invitation_id: "i".into() });
                    }
                    Ok::<(), Killed>(())
                })();
            }
            let history = replay(&disk);
            for invitee in &invitees {
                let times = sent.get(&invitee.email).copied().unwrap_or(0);
                prop_assert!(times <= 1);
                match history.state(invitee).unwrap() {
                    InvitationState::Invited => prop_assert_eq!(times, 1),
                    state => prop_assert_eq!(state, InvitationState::Unknown),
                }
            }
        }
    }
}
