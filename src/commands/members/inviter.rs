//! Sends the invitations of a batch, records them in the journal, and shows them.

use std::time::{Duration, Instant};

use anyhow::Result;
use unicode_width::UnicodeWidthStr as _;

use crate::api::envelope::Data;
use crate::api::types::Invitation;
use crate::api::{AttemptObserver, calls};
use crate::cli::InviteArgs;
use crate::context::Context;
use crate::directory::partner::PartnerSpec;
use crate::error::{Error, ErrorKind};
use crate::invitations::Invitee;
use crate::invitations::batch::{self, BatchHandler, BatchResult, SendFailure};
use crate::invitations::history::InvitationState;
use crate::invitations::journal::{Claim, Journal, JournalEvent};
use crate::invitations::links::LinkFile;
use crate::invitations::plan::Plan;
use crate::process::SignalMode;
use crate::report::Report;
use crate::text::format_count;

/// How long is waited at the end for other runs, which have an invitation in flight for no longer than a request takes, and
/// how often they are looked up.
const OTHER_RUNS_WAIT: Duration = Duration::from_secs(30);
const OTHER_RUNS_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How often progress is reported if there is no progress bar.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

/// The files that record what is sent.
pub(super) struct Records<'a> {
    /// Prevents duplicates.
    pub(super) journal: Option<Box<dyn Journal + 'a>>,
    /// Keeps the links.
    pub(super) links: Option<LinkFile>,
}

/// Sends the invitations of a plan. The files are closed at the end.
pub(super) fn send_invitations(
    args: &InviteArgs,
    plan: &Plan,
    total: usize,
    records: Records<'_>,
    context: &mut Context<'_>,
) -> Result<BatchResult> {
    if plan.to_send.is_empty() {
        return Ok(BatchResult::from_plan(plan));
    }
    context.signals.set_mode(SignalMode::Graceful);
    let now = context.clock.now();
    let progress = Progress { total: plan.to_send.len(), started_at: now, last_reported_at: now };
    let mut inviter = Inviter {
        context,
        partner: args.partner.as_deref(),
        records,
        progress,
        is_single: total == 1,
        has_open_intent: false,
        unprinted: None,
        unrecorded: None,
    };
    inviter.reserve_width(plan)?;
    let mut result = batch::run(plan, &mut inviter);
    if result.aborted_by.is_none() {
        inviter.wait_for_other_runs(&mut result);
    }
    result.unrecorded = inviter.unrecorded.take();
    inviter.context.reporter.clear_progress();
    inviter.context.printer.end_sequence().map_err(|error| {
        let sent = format_count(result.counts.invited, "invitation");
        error.with_hint(format!("{sent} sent despite this error; do not run the command again without --journal"))
    })?;
    Ok(result)
}

/// Reports the progress of a batch, and estimates the time left.
struct Progress {
    total: usize,
    started_at: Instant,
    last_reported_at: Instant,
}

impl Progress {
    /// Estimates the time left: at the speed so far, or as the rate limit demands, whichever is longer.
    fn eta(&self, done: usize, context: &Context<'_>) -> Option<Duration> {
        let left = self.total - done;
        let elapsed = context.clock.now().saturating_duration_since(self.started_at);
        let at_this_speed = (done > 0).then(|| elapsed.div_f64(done as f64).mul_f64(left as f64));
        at_this_speed.max(context.estimate(left).map(|estimate| estimate.duration))
    }

    fn update(&mut self, done: usize, context: &Context<'_>) {
        let (now, reporter) = (context.clock.now(), context.reporter);
        let has_bar = reporter.has_progress_bar();
        if !has_bar && now.saturating_duration_since(self.last_reported_at) < PROGRESS_INTERVAL {
            return;
        }
        self.last_reported_at = now;
        let eta = self.eta(done, context).filter(|eta| !eta.is_zero());
        let eta = eta.map(|eta| format!("{} left", format_duration(eta))).unwrap_or_default();
        if has_bar {
            reporter.set_progress(done, self.total, &eta);
        } else {
            let separator = if eta.is_empty() { "" } else { ", " };
            reporter.note(&format!("{done} of {} invitations processed{separator}{eta}", self.total));
        }
    }
}

/// Sends invitations, records them in the journal, and prints each as soon as it is sent.
struct Inviter<'a, 'c> {
    context: &'a mut Context<'c>,
    /// The partner, as it was typed.
    partner: Option<&'a str>,
    records: Records<'a>,
    progress: Progress,
    /// Whether there is only one invitation, whose error is the command's.
    is_single: bool,
    /// Whether the journal has an intent whose outcome it lacks.
    has_open_intent: bool,
    /// The invitation that was sent and is not printed yet.
    unprinted: Option<Data<Invitation<'static>>>,
    /// The address of the invitation that was sent and could not be recorded.
    unrecorded: Option<String>,
}

/// Records in the journal that a request is about to leave, and that it was refused, so that a process which is killed
/// during a wait leaves nothing unknown.
struct AttemptRecorder<'a, 'j> {
    journal: Option<&'a mut (dyn Journal + 'j)>,
    invitee: &'a Invitee,
    state: RecordingState,
}

/// What the journal says about the invitation.
#[derive(PartialEq)]
enum RecordingState {
    /// Nothing that lacks an outcome.
    Closed,
    /// An intent that has no outcome yet.
    Open,
    /// Another run has claimed the invitation.
    Elsewhere,
    /// The journal could not be written.
    Failed,
}

impl AttemptObserver for AttemptRecorder<'_, '_> {
    fn before_attempt(&mut self) -> Result<(), Error> {
        if let Some(journal) = &mut self.journal {
            let claim = journal.claim(self.invitee).inspect_err(|_| self.state = RecordingState::Failed)?;
            if claim == Claim::Elsewhere {
                self.state = RecordingState::Elsewhere;
                return Err(Error::new(ErrorKind::Unexpected, "another run is sending the invitation"));
            }
        }
        self.state = RecordingState::Open;
        Ok(())
    }

    fn before_retry(&mut self, failure: &Error) -> Result<(), Error> {
        let kind = failure.kind().as_str().to_owned();
        if let Some(journal) = &mut self.journal {
            let event = JournalEvent::Failed { invitee: self.invitee.clone(), kind };
            journal.record(event).inspect_err(|_| self.state = RecordingState::Failed)?;
        }
        self.state = RecordingState::Closed;
        Ok(())
    }
}

impl Inviter<'_, '_> {
    fn print(&mut self, invitation: Data<Invitation<'static>>) -> Result<(), Error> {
        self.context.reporter.clear_progress();
        self.context.printer.print_next(invitation.raw(), &invitation.parse()?)
    }

    /// Waits until other runs have recorded what became of the invitations that they have claimed, and counts them. If that
    /// cannot be read, they stay in progress.
    fn wait_for_other_runs(&mut self, result: &mut BatchResult) {
        let Some(journal) = &mut self.records.journal else { return };
        let (clock, signals) = (self.context.clock, self.context.signals);
        let deadline = clock.now() + OTHER_RUNS_WAIT;
        let mut waiting = result.elsewhere.clone();
        while !waiting.is_empty() {
            if let Err(error) = journal.update(&waiting) {
                self.context.reporter.warn(&format!("cannot see what other runs have sent: {error}"));
                break;
            }
            let state = |invitee: &Invitee| journal.history().state(invitee);
            let is_done =
                |invitee: &Invitee| matches!(state(invitee), Some(InvitationState::Invited | InvitationState::Member));
            let before = waiting.len();
            waiting.retain(|invitee| !is_done(invitee));
            result.counts.skipped += before - waiting.len();
            result.counts.in_progress -= before - waiting.len();
            let is_in_flight = |invitee: &Invitee| state(invitee) == Some(InvitationState::InProgress);
            if !waiting.iter().any(is_in_flight) || signals.interrupted() || clock.now() >= deadline {
                break;
            }
            clock.sleep(OTHER_RUNS_POLL_INTERVAL);
        }
    }

    /// Makes the table wide enough for all addresses, because its rows are printed one by one.
    fn reserve_width(&mut self, plan: &Plan) -> Result<(), Error> {
        let width = plan.to_send.iter().map(|invitee| invitee.email.width()).max().unwrap_or_default();
        self.context.printer.reserve_width::<Invitation<'static>>("EMAIL", width)
    }
}

impl BatchHandler for Inviter<'_, '_> {
    fn send(&mut self, invitee: &Invitee) -> Result<(), SendFailure> {
        let call = calls::invite_member(&invitee.partner_id, &invitee.email).map_err(SendFailure::Failed)?;
        let journal = self.records.journal.as_deref_mut();
        let mut recorder = AttemptRecorder { journal, invitee, state: RecordingState::Closed };
        let response = self.context.send_observed(&call, &mut recorder);
        self.has_open_intent = recorder.state == RecordingState::Open;
        let failure = match recorder.state {
            RecordingState::Elsewhere => return Err(SendFailure::Elsewhere),
            RecordingState::Failed => SendFailure::NotRecorded,
            RecordingState::Closed | RecordingState::Open => SendFailure::Failed,
        };
        self.unprinted = Some(response.map_err(|error| failure(with_invite_hints(self.partner, error)))?);
        Ok(())
    }

    fn record_outcome(&mut self, invitee: &Invitee, result: &Result<(), Error>) -> Result<(), Error> {
        let (invitee, invitation) = (invitee.clone(), self.unprinted.take());
        if !std::mem::take(&mut self.has_open_intent) {
            return Ok(());
        }
        // Before the outcome: a run that is killed between the two has no link without its outcome.
        let email = invitee.email.clone();
        let kept = match (&mut self.records.links, &invitation) {
            (Some(links), Some(invitation)) => links.append(&invitation.parse()?),
            _ => Ok(()),
        };
        let kept = kept.map_err(|error| {
            error
                .with_context(&format!("{email} was invited, but the link was not saved"))
                .with_hint("the link cannot be requested again; only another invitation has another one")
        });
        let event = match result.as_ref().map_err(Error::kind) {
            Err(ErrorKind::OutcomeUnknown) => JournalEvent::Unknown(invitee),
            Err(kind) => JournalEvent::Failed { invitee, kind: kind.as_str().to_owned() },
            Ok(()) => {
                let id = invitation.as_ref().and_then(|invitation| Some(invitation.parse().ok()?.id.into_owned()));
                JournalEvent::Invited { invitee, invitation_id: id.unwrap_or_default() }
            }
        };
        let recorded = self.records.journal.as_mut().map_or(Ok(()), |journal| journal.record(event));
        let recorded = recorded.map_err(|error| match result {
            Ok(()) => {
                self.unrecorded = Some(email.clone());
                error.with_context(&format!("{email} was invited, but this was not recorded"))
            }
            Err(_) => error.with_context(&format!("the outcome for {email} was not recorded")),
        });
        // Do not abort the batch on an output error; the final flush reports it.
        let _ = invitation.map(|invitation| self.print(invitation));
        recorded.and(kept)
    }

    fn on_failure(&mut self, invitee: &Invitee, error: &Error) {
        if !self.is_single {
            let error = anyhow::Error::from(error.clone()).context(invite_context(invitee));
            self.context.reporter.item_error(&Report::new(&error));
        }
    }

    fn is_interrupted(&self) -> bool {
        self.context.signals.interrupted()
    }

    fn on_progress(&mut self, done: usize) {
        if !self.is_single {
            self.progress.update(done, self.context);
        }
    }
}

pub(super) fn invite_context(invitee: &Invitee) -> String {
    format!("cannot invite {}", invitee.email)
}

/// Adds hints to an error about one invitation. `partner` is the partner as it was typed.
fn with_invite_hints(partner: Option<&str>, error: Error) -> Error {
    let error = match partner.map(PartnerSpec::parse) {
        Some(Ok(spec)) => spec.add_hint(error),
        _ => error,
    };
    let hint = "the invitation may or may not have been sent, and the API cannot list invitations; ask the recipient, or \
                check `strigo members list` after they have joined";
    error.with_hint_for(ErrorKind::OutcomeUnknown, hint)
}

pub(super) fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..100 => format!("about {}s", seconds.max(1)),
        100..6000 => format!("about {} min", (seconds + 30) / 60),
        _ => format!("about {:.1} h", duration.as_secs_f64() / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_duration_rounds() {
        let format = |seconds| format_duration(Duration::from_secs(seconds));
        assert_eq!((format(0), format(99)), ("about 1s".to_owned(), "about 99s".to_owned()));
        assert_eq!((format(240), format(7200)), ("about 4 min".to_owned(), "about 2.0 h".to_owned()));
    }
}
