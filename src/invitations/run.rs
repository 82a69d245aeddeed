//! The loop that sends invitations, each at most once.
//!
//! One invitation, in this order:
//!
//! 1. **permit**: all waits. Nothing is recorded while it waits, so that a kill leaves nothing behind.
//! 2. **claim**: the intent is on the disk, or in the store, under a number of its own. No other run has it from now on.
//! 3. **send**: exactly one request leaves.
//! 4. **show**: the link is printed and flushed, because it cannot be requested again.
//! 5. **settle**: what became of it is recorded. Whoever is recorded as invited therefore has a link in the output, unless
//!    the output itself failed, which stops the run.
//!
//! A crash can skip what follows any step. After 1, nothing has happened. After 2, 3, or 4 there is a claim without an outcome:
//! the invitation may have been sent, so that the next run reports it as unknown and does not send it. A request that the
//! server has certainly not processed is **released** instead, and the loop begins again with another wait and another
//! number. Between send and settle, or release, no `?` can leave. Without a journal, the same steps record nothing.

use std::collections::HashSet;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Invitee;
use super::event::State;
use super::journal::{Journal, Outcome};
use super::plan::Plan;
use super::summary::Summary;
use crate::api::types::{Invitation, Partner};
use crate::api::{Call, Client, RawData, SendError, calls};
use crate::error::{Error, ErrorKind};

/// After so many responses lost in a row, the server is considered broken: continuing would only create more unknowns.
const MAX_CONSECUTIVE_UNKNOWN: usize = 10;

/// How long is waited at the end for other runs, which have an invitation in flight for no longer than a request takes, and
/// how often they are looked up.
const OTHER_RUNS_WAIT: Duration = Duration::from_secs(30);
const OTHER_RUNS_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What the caller is told, to show it.
#[derive(Debug)]
pub enum Notice<'n> {
    /// So many invitations are processed, and the next one begins.
    Next(usize),
    /// An invitation was created. An error stops the run.
    Invited(&'n Invitee, &'n RawData<Invitation>),
    /// An invitation failed or is unknown, and the run continues.
    Failed(&'n Invitee, &'n Error),
    /// What became of the invitations of other runs cannot be read.
    OthersUnseen(&'n Error),
}

/// Receives the notices.
pub type OnNotice<'n> = dyn FnMut(Notice<'_>) -> Result<(), Error> + 'n;

/// Ends the run.
struct Stop {
    error: Error,
    /// What became of an invitation, if a request was sent that the server may have processed.
    outcome: Option<Outcome>,
    /// Whether the outcome is in the journal.
    is_recorded: bool,
}

/// No request was sent, or the server has certainly not processed it.
impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop { error, outcome: None, is_recorded: true }
    }
}

/// Sends the invitations of `plan`, one after the other.
///
/// An error that would affect all invitations (credentials, connection, journal, output) stops the run. A partner that is not
/// found skips only its own invitations, and any other error concerns only one.
pub fn run(plan: &Plan, client: &Client<'_>, journal: &mut Journal<'_>, on: &mut OnNotice<'_>) -> Summary {
    let mut summary = Summary::from_plan(plan, journal.is_recording());
    let mut gone: HashSet<&str> = HashSet::new();
    let mut consecutive_unknown = 0;
    for (index, invitee) in plan.to_send.iter().enumerate() {
        if gone.contains(&*invitee.partner_id) {
            summary.counts.not_attempted += 1;
            continue;
        }
        let sent = on(Notice::Next(index)).map_err(Stop::from).and_then(|()| invite(invitee, client, journal, on));
        let error = match sent {
            Ok(None) => {
                summary.add_elsewhere(invitee);
                continue;
            }
            Ok(Some(outcome)) => {
                let is_unknown = matches!(outcome, Outcome::Unknown(_));
                consecutive_unknown = if is_unknown { consecutive_unknown + 1 } else { 0 };
                summary.count(invitee, &outcome);
                match outcome {
                    Outcome::Invited(_) => continue,
                    Outcome::Failed(error) | Outcome::Unknown(error) => error,
                }
            }
            Err(Stop { error, outcome, is_recorded }) => {
                summary.stop(invitee, error, outcome.as_ref(), is_recorded, &plan.to_send[index + 1..]);
                return summary;
            }
        };
        if affects_all(error.kind()) || consecutive_unknown == MAX_CONSECUTIVE_UNKNOWN {
            summary.stop_after(invitee, error, &plan.to_send[index + 1..]);
            return summary;
        }
        if error.kind() == ErrorKind::NotFound {
            gone.insert(&invitee.partner_id);
        }
        // A failure that cannot be shown is in the counts, too.
        let _ = on(Notice::Failed(invitee, &error));
        summary.failures.push((invitee.clone(), error));
    }
    wait_for_other_runs(&mut summary, client, journal, on);
    summary
}

/// Sends one invitation. Returns `None` if another run has it.
fn invite(
    invitee: &Invitee,
    client: &Client<'_>,
    journal: &mut Journal<'_>,
    on: &mut OnNotice<'_>,
) -> Result<Option<Outcome>, Stop> {
    let call = calls::invite_member(&invitee.partner_id, &invitee.email)?;
    let mut show = |invitation: &RawData<Invitation>| on(Notice::Invited(invitee, invitation));
    send_once(invitee, &call, client, journal, &mut show, |invitation| {
        let recipient = Invitee { email: invitation.email, ..invitee.clone() };
        if recipient.email.is_empty() || recipient.key() == invitee.key() {
            return Ok(invitation.id);
        }
        let message =
            format!("the response is about {}, so that this invitation may or may not exist", recipient.email);
        Err(Error::new(ErrorKind::OutcomeUnknown, message)
            .with_hint("something between here and the API mixes up responses, such as a proxy: remove it"))
    })
}

/// Creates a partner, in the same order. Returns `None` if another run is creating it.
///
/// # Errors
///
/// Returns the errors of the journal and of `show`, and those of a request that was not sent.
pub fn create_partner(
    name: &str,
    client: &Client<'_>,
    journal: &mut Journal<'_>,
    show: &mut dyn FnMut(&RawData<Partner>) -> Result<(), Error>,
) -> Result<Option<Outcome>, Error> {
    let (creation, call) = (Invitee::creation(name), calls::create_partner(name));
    send_once(&creation, &call, client, journal, show, |partner| Ok(partner.id)).map_err(|stop| stop.error)
}

/// Sends a request. `id` returns the ID of what was created, or an error if the response is about something else.
fn send_once<T: DeserializeOwned>(
    subject: &Invitee,
    call: &Call<T>,
    client: &Client<'_>,
    journal: &mut Journal<'_>,
    show: &mut dyn FnMut(&RawData<T>) -> Result<(), Error>,
    id: impl Fn(T) -> Result<String, Error>,
) -> Result<Option<Outcome>, Stop> {
    let mut attempts = client.attempts(call);
    loop {
        let permit = attempts.permit()?;
        let Some(claim) = journal.claim(subject)? else { return Ok(None) };
        let result = match permit.send() {
            Err(SendError { refused: Some(proof), .. }) => {
                claim.release(&proof)?;
                continue;
            }
            result => result,
        };
        let id = result.as_ref().ok().and_then(|created| created.parse().ok()).map(&id).transpose();
        let shown = match (&result, &id) {
            (Ok(created), Ok(_)) => show(created),
            _ => Ok(()),
        };
        // Responses that are mixed up stay so on this connection, so that it ends with the run.
        let is_mixed_up = id.is_err();
        let outcome = outcome_of(result.and_then(|_| Ok(id?.unwrap_or_default())));
        let settled = claim.settle(&outcome);
        let (done, what) = if subject.is_creation() { ("created", "it") } else { ("invited", "the link") };
        return match (settled, shown) {
            (Ok(()), Ok(())) => match outcome {
                Outcome::Unknown(error) if is_mixed_up => {
                    Err(Stop { error: error.clone(), outcome: Some(Outcome::Unknown(error)), is_recorded: true })
                }
                outcome => Ok(Some(outcome)),
            },
            (Err(error), Ok(())) => Err(Stop { error, outcome: Some(outcome), is_recorded: false }),
            (Err(error), Err(unshown)) => {
                let error = error.with_context(&format!("{what} was not printed ({unshown})"));
                Err(Stop { error, outcome: Some(outcome), is_recorded: false })
            }
            (Ok(()), Err(error)) => {
                let error = error.with_context(&format!("{} was {done}, but {what} was not printed", subject.email));
                Err(Stop { error, outcome: Some(outcome), is_recorded: true })
            }
        };
    }
}

fn outcome_of(result: Result<String, SendError>) -> Outcome {
    match result {
        Ok(id) => Outcome::Invited(id),
        Err(SendError { error, .. }) if error.kind() == ErrorKind::OutcomeUnknown => Outcome::Unknown(error),
        Err(SendError { error, .. }) => Outcome::Failed(error),
    }
}

/// Whether an error would affect all other invitations, too.
fn affects_all(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Denied | ErrorKind::Unavailable | ErrorKind::Config | ErrorKind::Interrupted)
}

/// Waits until other runs have recorded what became of the invitations that they have claimed. Those that they have sent
/// count as skipped, like others that were invited before; the rest stays in progress.
fn wait_for_other_runs(summary: &mut Summary, client: &Client<'_>, journal: &mut Journal<'_>, on: &mut OnNotice<'_>) {
    let hooks = client.hooks();
    let deadline = hooks.clock.now() + OTHER_RUNS_WAIT;
    let mut waiting = summary.elsewhere.clone();
    while !waiting.is_empty() {
        if let Err(error) = journal.update(&waiting) {
            let _ = on(Notice::OthersUnseen(&error));
            return;
        }
        let state = |invitee: &Invitee| journal.history().state(invitee);
        let before = waiting.len();
        waiting.retain(|invitee| !state(invitee).is_final());
        summary.counts.skipped += before - waiting.len();
        summary.counts.in_progress -= before - waiting.len();
        let is_any_in_flight = waiting.iter().any(|invitee| state(invitee) == State::InProgress);
        if hooks.signals.interrupted() {
            let error = Error::new(ErrorKind::Interrupted, "interrupted while other runs are inviting");
            return summary.stop_after(&waiting[0].clone(), error, &[]);
        }
        if !is_any_in_flight || hooks.clock.now() >= deadline {
            let unknown = waiting.into_iter().filter(|invitee| state(invitee) == State::Unknown);
            return unknown.for_each(|invitee| summary.count_unknown_elsewhere(invitee));
        }
        hooks.clock.sleep(OTHER_RUNS_POLL_INTERVAL);
    }
}
