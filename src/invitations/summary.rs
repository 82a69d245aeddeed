//! What a run has done: the counts, and which exit code they mean.

use std::fmt;

use serde::Serialize;

use super::Invitee;
use super::event::State;
use super::journal::Outcome;
use super::plan::Plan;
use crate::error::{Error, ErrorKind};

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
            (failed, State::Failed.name()),
            (unknown, State::Unknown.name()),
            (not_attempted, "not attempted"),
            (in_progress, "in progress elsewhere"),
        ];
        others.iter().filter(|(count, _)| *count > 0).try_for_each(|(count, name)| write!(f, ", {count} {name}"))
    }
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// What happened to the invitees.
    pub counts: Counts,
    /// The errors that did not stop the run.
    pub failures: Vec<(Invitee, Error)>,
    /// The invitees of whom another run was found to be in charge.
    pub elsewhere: Vec<Invitee>,
    /// The invitees whose invitation is unknown.
    pub unknown: Vec<Invitee>,
    /// The invitees to whom nothing was sent, because the run stopped before.
    pub left: Vec<Invitee>,
    /// The person about whom it was not recorded whether they were invited, which stopped the run.
    pub unrecorded: Option<(Invitee, bool)>,
    /// The error that stopped the run, and the invitee at that point.
    pub stopped_by: Option<(Invitee, Error)>,
    /// Whether the run is recorded, so that it can be run again.
    is_recorded: bool,
}

impl Summary {
    /// Creates the result of sending nothing.
    pub fn from_plan(plan: &Plan, is_recorded: bool) -> Self {
        let not_found =
            |invitee: &Invitee| (invitee.clone(), Error::new(ErrorKind::NotFound, "partner no longer exists"));
        let counts = Counts {
            skipped: plan.already_invited.len() + plan.existing_members.len() + plan.confirmed_members.len(),
            unknown: plan.unknown.len(),
            not_attempted: plan.partner_not_found.len(),
            in_progress: plan.in_progress.len(),
            ..Counts::default()
        };
        let failures = plan.partner_not_found.iter().map(not_found).collect();
        let (elsewhere, unknown) = (plan.in_progress.clone(), plan.unknown.clone());
        Summary { counts, failures, elsewhere, unknown, is_recorded, ..Summary::default() }
    }

    /// Whether the run is recorded, so that it can be run again.
    pub fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    /// Counts what became of an invitation.
    pub(super) fn count(&mut self, invitee: &Invitee, outcome: &Outcome) {
        match outcome {
            Outcome::Invited(_) => self.counts.invited += 1,
            Outcome::Failed(_) => self.counts.failed += 1,
            Outcome::Unknown(_) => {
                self.counts.unknown += 1;
                self.unknown.push(invitee.clone());
            }
        }
    }

    /// Counts an invitation that another run has claimed.
    pub(super) fn add_elsewhere(&mut self, invitee: &Invitee) {
        self.counts.in_progress += 1;
        self.elsewhere.push(invitee.clone());
    }

    /// Counts an invitation of another run whose outcome is unknown.
    pub(super) fn count_unknown_elsewhere(&mut self, invitee: Invitee) {
        self.counts.in_progress -= 1;
        self.counts.unknown += 1;
        self.unknown.push(invitee);
    }

    /// Ends the run at an invitation, after which these are left.
    pub(super) fn stop(
        &mut self,
        invitee: &Invitee,
        error: Error,
        outcome: Option<&Outcome>,
        is_recorded: bool,
        left: &[Invitee],
    ) {
        match outcome {
            Some(outcome) => self.count(invitee, outcome),
            None => {
                self.counts.not_attempted += 1;
                self.left.push(invitee.clone());
            }
        }
        self.unrecorded = match outcome {
            Some(Outcome::Invited(_)) if !is_recorded => Some((invitee.clone(), true)),
            Some(Outcome::Failed(_)) if !is_recorded => Some((invitee.clone(), false)),
            _ => None,
        };
        self.stop_after(invitee, error, left);
    }

    /// Ends the run after an invitation that is counted.
    pub(super) fn stop_after(&mut self, invitee: &Invitee, error: Error, left: &[Invitee]) {
        self.counts.not_attempted += left.len();
        self.left.extend_from_slice(left);
        self.stopped_by = Some((invitee.clone(), error));
    }

    /// Returns the kind of error of the whole run, or `None` if it is complete. The first rule that applies decides.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        let Counts { invited, unknown, in_progress, .. } = self.counts;
        let stopped_by = self.stopped_by.as_ref().map(|(_, error)| error.kind());
        let not_found = |(_, error): &(Invitee, Error)| error.kind() == ErrorKind::NotFound;
        match stopped_by {
            None if self.counts.is_complete() => None,
            Some(ErrorKind::Interrupted) => Some(ErrorKind::Interrupted),
            // Unknown invitations need attention, whatever else failed.
            _ if unknown > 0 => Some(ErrorKind::OutcomeUnknown),
            // The output or the disk fails again, whatever was sent.
            Some(ErrorKind::Unexpected) => Some(ErrorKind::Unexpected),
            // Unrecorded, a rerun would send duplicates, so a retryable kind is only reported if none were sent.
            Some(kind) if self.is_recorded || invited == 0 => Some(kind),
            None if invited + in_progress == 0 && self.failures.iter().all(not_found) => Some(ErrorKind::NotFound),
            _ => Some(ErrorKind::Partial),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(counts: Counts, stopped_by: Option<ErrorKind>, failures: &[ErrorKind], is_recorded: bool) -> Summary {
        let invitee = || Invitee { partner_id: "p".into(), email: "a".to_owned() };
        let failed = |kind: ErrorKind| (invitee(), Error::new(kind, "failed"));
        let failures = failures.iter().map(|kind| failed(*kind)).collect();
        Summary { counts, failures, stopped_by: stopped_by.map(failed), is_recorded, ..Summary::default() }
    }

    #[test]
    fn error_kind_applies_the_first_rule() {
        use ErrorKind::{Denied, Interrupted, NotFound, OutcomeUnknown, Partial, Rejected, Unavailable, Unexpected};
        let complete = Counts { invited: 1, skipped: 1, ..Counts::default() };
        let some_failed = Counts { invited: 1, failed: 1, ..Counts::default() };
        let all_failed = Counts { failed: 1, ..Counts::default() };
        let unknown = Counts { unknown: 1, ..Counts::default() };
        for (counts, stopped_by, failures, is_recorded, expected) in [
            (complete, None, &[][..], false, None),
            (unknown, Some(Interrupted), &[], true, Some(Interrupted)),
            (unknown, Some(Unavailable), &[], true, Some(OutcomeUnknown)),
            (some_failed, Some(Unavailable), &[], true, Some(Unavailable)),
            (some_failed, Some(Unavailable), &[], false, Some(Partial)),
            (some_failed, Some(Unexpected), &[], false, Some(Unexpected)),
            (all_failed, Some(Denied), &[], false, Some(Denied)),
            (all_failed, None, &[NotFound], false, Some(NotFound)),
            (all_failed, None, &[NotFound, Rejected], false, Some(Partial)),
            (some_failed, None, &[NotFound], true, Some(Partial)),
        ] {
            let summary = summary(counts, stopped_by, failures, is_recorded);
            assert_eq!(summary.error_kind(), expected, "{summary:?}");
        }
    }

    #[test]
    fn counts_omit_zeros_except_invited() {
        assert_eq!(Counts::default().to_string(), "0 invited");
        let counts = Counts { invited: 2, skipped: 1, failed: 3, unknown: 4, not_attempted: 5, in_progress: 0 };
        assert_eq!(counts.to_string(), "2 invited, 1 skipped, 3 failed, 4 unknown, 5 not attempted");
    }

    #[test]
    fn summary_counts_people_whose_partner_is_missing() {
        let invitee = |partner: &str| Invitee { partner_id: partner.into(), email: "a".to_owned() };
        let (confirmed_members, partner_not_found) = (vec![invitee("p")], vec![invitee("missing")]);
        let plan = Plan { confirmed_members, partner_not_found, ..Plan::default() };
        let summary = Summary::from_plan(&plan, true);
        assert_eq!(summary.counts, Counts { skipped: 1, not_attempted: 1, ..Counts::default() });
        assert_eq!(summary.error_kind(), Some(ErrorKind::NotFound));
    }
}
